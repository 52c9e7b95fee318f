"""Receiving campaigns: asked for, never assumed; by theme and language; muted for a while, or ended with one word."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from handlers.effects import Subscribe, Unsubscribe
from handlers.facts import Facts
from handlers.residents.telling import holds_something, is_story
from handlers.turn import AnyTurn, Draft, Flow, Step, Turn
from handlers.units import only_one, ward_page, ward_phrase
from messages.frozen import replace
from messages.incoming import Chosen, Incoming, Pin, Text
from messages.meaning.neighbourhoods import LONGEST, folded
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, choice, phrase
from messages.themes import THEMES
from storage.campaign_records import Subscription
from storage.records import Ward, WardCode

OTHER_WARD, KEEP = choice("other-ward"), choice("back")
IN_ENGLISH, IN_VIETNAMESE = choice("notices-in-english"), choice("notices-in-vietnamese")
MUTE, UNMUTE = choice("mute"), choice("unmute")
MUTED_FOR: Mapping[str, timedelta] = {"mute-week": timedelta(days=7), "mute-month": timedelta(days=30)}
"""How long somebody may want no campaigns; for good is another word for ending it."""


class NoticesDraft(Draft):
    """What was chosen in this conversation already; None while nothing was."""

    chosen: Subscription | None = None
    ward_page: int = 0

    def with_choice(self, chosen: Subscription) -> "NoticesDraft":
        """The draft after a choice."""
        return self.model_copy(update={"chosen": chosen})


async def _received(draft: NoticesDraft, facts: Facts) -> Subscription | None:
    return draft.chosen or await facts.subscription()


# --- begin ------------------------------------------------------------------------------------------------------


async def ask_offer(draft: NoticesDraft, facts: Facts) -> Say:
    """What can be received; whoever receives already sees what."""
    if await _received(draft, facts):
        return await ask_settings(draft, facts)
    home = await _home(facts)
    near = (Choice("subscribe", phrase("choice-subscribe-ward", ward=ward_phrase(home))),) if home else ()
    return Say((phrase("campaigns-off"),), choices=(*near, OTHER_WARD, KEEP))


async def _home(facts: Facts) -> Ward | None:
    served = await facts.served()
    code = facts.session.home or (served[0].code if len(served) == 1 else None)
    ward = await facts.ward(code) if code else None
    return ward if ward is not None and ward.served else None


async def hear_offer(draft: NoticesDraft, said: Incoming, facts: Facts) -> Turn[NoticesDraft]:
    """Yes, no, or another ward."""
    if await _received(draft, facts):
        return await hear_settings(draft, said, facts)
    match said.content:
        case Chosen(key="subscribe"):
            ward = await _home(facts)
            return await _subscribed(ward, draft, facts) if ward else Turn(goto="ward")
        case Chosen(key="other-ward"):
            return Turn(goto="ward")
        case Chosen(key="back"):
            return Turn.done(say("after-done"))
        case Text(words=words) if await facts.wards_called(words):
            return await hear_ward(draft, said, facts)
        case _:
            return _not_taken(said)


async def ask_ward(draft: NoticesDraft, facts: Facts) -> Say:
    """Which ward's campaigns."""
    wards = ward_page(list(await facts.served()), draft.ward_page)
    return Say((phrase("campaigns-ward-ask"),), choices=(*wards, KEEP))


async def hear_ward(draft: NoticesDraft, said: Incoming, facts: Facts) -> Turn[NoticesDraft]:
    """A served ward by button or name."""
    found: Sequence[Ward] = ()
    match said.content:
        case Chosen(key="back"):
            return Turn.done(say("after-done"))
        case Chosen(key="wards-on"):
            return Turn(repeat=True, draft=draft.model_copy(update={"ward_page": draft.ward_page + 1}))
        case Chosen(key=key) if key.startswith("ward-"):
            ward = await facts.ward(WardCode(key.removeprefix("ward-")))
        case Text(words=words) if not is_story(words):
            found = await facts.wards_called(words)
            ward = only_one(found)
        case Pin(point=point):
            found = await facts.nearest_wards(point)
            ward = found[0] if found else None
        case _:
            return _not_taken(said)
    if ward is None:
        return Turn.again("tip-ward-which" if found else "tip-ward-unknown")
    if not ward.served:
        return Turn.again("campaigns-not-served")
    return await _subscribed(ward, draft, facts)


def _not_taken(said: Incoming) -> Turn[NoticesDraft]:
    """What has nothing to do with subscribing begins something new; what tells nothing is asked again."""
    return Turn(afresh=True) if holds_something(said.content) else Turn(repeat=True)


async def _subscribed(ward: Ward, draft: NoticesDraft, facts: Facts) -> Turn[NoticesDraft]:
    """From now on; who moves keeps what they chose, but for the neighbourhood."""
    was = await _received(draft, facts) or Subscription(ward.code, language=facts.session.language)
    chosen = replace(was, ward=ward.code, has_neighbourhood=False)
    return Turn(
        remark=(phrase("campaigns-started"),),
        effects=(Unsubscribe(), Subscribe(chosen)),
        goto="settings",
        draft=draft.with_choice(chosen),
        home=ward.code,
    )


# --- what of it -------------------------------------------------------------------------------------------------


async def ask_settings(draft: NoticesDraft, facts: Facts) -> Say:
    """Everything that can be chosen, on one screen."""
    chosen = await _received(draft, facts)
    assert chosen is not None
    ward = await facts.ward(chosen.ward)
    assert ward is not None
    words = [phrase("campaigns-on", ward=ward_phrase(ward))]
    if chosen.muted_until is not None:
        words.append(phrase("campaigns-muted", until=chosen.muted_until))
    words.append(Phrase("campaigns-choose"))
    themes = [
        _ticked(f"theme-{theme}", Phrase(f"theme-{theme}"), is_ticked=not chosen.themes or theme in chosen.themes)
        for theme in THEMES
    ]
    more = (
        _ticked("my-neighbourhood", Phrase("neighbourhood-named"), is_ticked=chosen.has_neighbourhood),
        IN_ENGLISH if chosen.language == "vi" else IN_VIETNAMESE,
        UNMUTE if chosen.muted_until else MUTE,
        OTHER_WARD,
        choice("unsubscribe"),
        choice("notices-done"),
    )
    return Say(tuple(words), choices=(*themes, *more), columns=2)


def _ticked(key: str, what: Phrase, *, is_ticked: bool) -> Choice:
    return Choice(key, phrase("choice-ticked", what=what) if is_ticked else what)


async def hear_settings(draft: NoticesDraft, said: Incoming, facts: Facts) -> Turn[NoticesDraft]:
    """One choice after another, each of them at once in force."""
    chosen = await _received(draft, facts)
    if chosen is None:
        return Turn(goto="offer")
    match said.content:
        case Chosen(key=key) if key.removeprefix("theme-") in THEMES:
            return _with_theme(draft, chosen, theme=key.removeprefix("theme-"))
        case Chosen(key="notices-in-english"):
            return _set(draft, replace(chosen, language="en"))
        case Chosen(key="notices-in-vietnamese"):
            return _set(draft, replace(chosen, language="vi"))
        case Chosen(key="unmute"):
            return _set(draft, replace(chosen, muted_until=None))
        case Chosen(key="mute"):
            return Turn(goto="mute")
        case Chosen(key="my-neighbourhood"):
            return Turn(goto="neighbourhood")
        case Chosen(key="other-ward"):
            return Turn(goto="ward")
        case Chosen(key="unsubscribe"):
            return Turn.done(say("campaigns-stopped"), effects=(Unsubscribe(),))
        case Chosen(key="notices-done" | "back"):
            return Turn.done(say("after-done"))
        case _:
            return _not_taken(said)


def _set(draft: NoticesDraft, chosen: Subscription, *, neighbourhood: str | None = None) -> Turn[NoticesDraft]:
    return Turn(effects=(Subscribe(chosen, neighbourhood),), goto="settings", draft=draft.with_choice(chosen))


def _with_theme(draft: NoticesDraft, chosen: Subscription, *, theme: str) -> Turn[NoticesDraft]:
    """A theme more or less. All of them is the same as having chosen none, so that a new one is among them."""
    ticked = {*(chosen.themes or THEMES)} ^ {theme}
    if not ticked:
        return Turn.again("campaigns-no-theme")
    themes = tuple(one for one in THEMES if one in ticked)
    return _set(draft, replace(chosen, themes=() if themes == THEMES else themes))


# --- for a while, and where -------------------------------------------------------------------------------------


def _end_of_day(at: datetime) -> datetime:
    """The end of a day (UTC), as a pause is kept: the exact hour would tell when somebody wrote."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


async def hear_mute(draft: NoticesDraft, said: Incoming, facts: Facts) -> Turn[NoticesDraft]:
    """A week, a month, or for good."""
    chosen = await _received(draft, facts)
    match said.content:
        case Chosen(key=key) if key in MUTED_FOR and chosen is not None:
            return _set(draft, replace(chosen, muted_until=_end_of_day(facts.now + MUTED_FOR[key])))
        case Chosen(key="unsubscribe"):
            return Turn.done(say("campaigns-stopped"), effects=(Unsubscribe(),))
        case Chosen(key="back"):
            return Turn(goto="settings")
        case _:
            return _not_taken(said)


async def hear_neighbourhood(draft: NoticesDraft, said: Incoming, facts: Facts) -> Turn[NoticesDraft]:
    """The part of the ward they live in, in their own words; nobody has to."""
    chosen = await _received(draft, facts)
    match said.content:
        case Chosen(key="no-neighbourhood") if chosen is not None:
            return _set(draft, replace(chosen, has_neighbourhood=False), neighbourhood="")
        case Chosen(key="back"):
            return Turn(goto="settings")
        case Text(words=words) if chosen is not None and folded(words) and len(words.strip()) <= LONGEST:
            return _set(draft, replace(chosen, has_neighbourhood=True), neighbourhood=words)
        case _:
            return _not_taken(said)


async def stop(facts: Facts) -> AnyTurn:
    """STOP ends it at once; subscribing again is as easy."""
    if await facts.subscription() is None:
        return Turn.done(say("subscribed-to-none"))
    return Turn.done(say("campaigns-stopped"), effects=(Unsubscribe(),))


FLOW = Flow(
    name="campaigns",
    draft=NoticesDraft,
    first="offer",
    rests=frozenset({"settings"}),
    steps={
        "offer": Step(ask=ask_offer, hear=hear_offer),
        "ward": Step(ask=ask_ward, hear=hear_ward),
        "settings": Step(ask=ask_settings, hear=hear_settings),
        "mute": Step(
            ask=say(
                "campaigns-mute-ask",
                choices=(choice("mute-week"), choice("mute-month"), choice("unsubscribe"), KEEP),
                columns=2,
            ),
            hear=hear_mute,
        ),
        "neighbourhood": Step(
            ask=say("campaigns-neighbourhood-ask", choices=(choice("no-neighbourhood"), KEEP), columns=2),
            hear=hear_neighbourhood,
        ),
    },
)
