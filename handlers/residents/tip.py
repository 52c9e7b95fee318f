"""A tip, from the first word to the receipt. Send first, add later: three messages are enough."""

from dataclasses import replace

from handlers.facts import Facts
from handlers.residents import sending, whose
from handlers.residents.sending import kept, pinned, send
from handlers.residents.telling import (
    DANGER_UNNAMED,
    END_WORDS,
    NO_WORDS,
    SEND_WORDS,
    URGENT_STEP,
    TipDraft,
    Told,
    files_phrase,
    is_readable,
    is_rest_of_album,
    told,
)
from handlers.turn import AnyTurn, Enter, Flow, Step, Turn
from handlers.units import WARDS_OFFERED, police_of, ward_page, ward_phrase
from messages.incoming import Chosen, Incoming, Pin, Point, Text, words_of
from messages.meaning.folding import fold
from messages.outgoing import Say, say
from messages.phrase import Choice, choice, phrase
from messages.place_names import unit_of
from storage.records import TipId, Ward, WardCode

SKIP = choice("skip")
SEND = choice("send")
MORE = choice("more")
ELSEWHERE = choice("elsewhere")
CANCEL = choice("not-send")
EVENT_HERE = choice("event-here")
STAND_HERE = choice("stand-here")
URGENT = choice("urgent")
NOT_URGENT = choice("not-urgent")
TIMES_ASKED = 2
"""How often a question is asked at most; then what is most likely is taken, named, and can be changed."""


async def ask_told(draft: TipDraft, facts: Facts) -> Say:
    """What was seen; where it was is asked only if it is not known."""
    return say("tip-what-ask" if draft.ward else "tip-told-ask", choices=(CANCEL,))


async def hear_told(draft: TipDraft, said: Incoming, facts: Facts) -> Turn[TipDraft]:
    """The first thing told, of whatever kind."""
    match said.content:
        case Chosen(key="not-send"):
            return Turn.done(say("tip-dropped"))
        case Text(words=words) if fold(words) in SEND_WORDS:
            return Turn(goto="send", draft=draft) if draft.told and draft.ward else Turn.again("nothing-to-send")
        case Text(words=words) if not is_readable(words):
            return Turn.again("tip-nothing-readable")
        case Pin(point=point):
            return await pinned(draft, point, facts)
    one, effects = told(said, facts, tip=TipId(facts.session.draft_id))
    if one is None:
        return Turn.again("not-understood")
    draft = await placed_by_words(draft.with_more(one), words_of(said.content), facts)
    return replace(_next(draft), effects=effects)


async def begun(said: Incoming, facts: Facts) -> AnyTurn | None:
    """A tip that begins with this message; None if it holds nothing. Its photo is fetched under the new draft's key."""
    draft_id = facts.fresh_id()
    one, effects = told(said, facts, tip=TipId(draft_id))
    if one is None:
        return None
    draft = await placed_by_words(TipDraft(since=facts.now).with_more(one), words_of(said.content), facts)
    heard = phrase("tip-file-kept", files=files_phrase([one.what])) if one.media else phrase("tip-heard")
    step = step_after(draft) if one.words else URGENT_STEP
    return Turn(remark=(heard,), effects=effects, enter=Enter("tip", draft, step=step, draft_id=draft_id))


def _next(draft: TipDraft, *, key: str = "") -> Turn[TipDraft]:
    remark = (phrase(key),) if key else ()
    return Turn(remark=remark, goto=step_after(draft), draft=draft)


def step_after(draft: TipDraft) -> str:
    """What is still to be asked before a tip can be sent: what happened, where, which ward, or nothing."""
    if not draft.is_told:
        return "told"
    if draft.ward:
        return "send"
    return "ward" if draft.asked_ward else "place"


async def placed_by_words(draft: TipDraft, words: str, facts: Facts) -> TipDraft:
    """If the story names exactly one ward, the place need not be asked; if it may mean a few, which of them is."""
    found = await facts.wards_named(words, draft.near) if words and not draft.ward else []
    if len(found) == 1:
        return draft.within(found[0])
    return draft.model_copy(update={"asked_ward": 1}) if 1 < len(found) <= WARDS_OFFERED else draft


# --- a photo or position without a word ------------------------------------------------------------------------


async def ask_urgent(draft: TipDraft, facts: Facts) -> Say:
    """What somebody sends without a word may be danger: the numbers first, and whether it is."""
    return say("tip-urgent-ask", choices=(URGENT, NOT_URGENT, CANCEL), columns=2)


async def hear_urgent(draft: TipDraft, said: Incoming, facts: Facts) -> Turn[TipDraft]:
    """Urgent or not; whatever else is said goes on telling, so that nobody has to answer."""
    following = "pin" if draft.pin else step_after(draft)
    match said.content:
        case Chosen(key="urgent"):
            return await _in_danger(draft, facts)
        case Text(words=words) if fold(words) in SEND_WORDS and not fold(words).startswith(("gui", "send")):
            return await _in_danger(draft, facts)
        case Chosen(key="not-urgent"):
            return Turn(goto=following, draft=draft)
        case Text(words=words) if fold(words) in NO_WORDS | END_WORDS:
            return Turn(goto=following, draft=draft)
    turn = await FLOW.steps[following].hear(draft, said, facts)
    stays = not (turn.goto or turn.over or is_rest_of_album(said, facts))
    return replace(turn, repeat=False, goto=following) if stays else turn


async def _in_danger(draft: TipDraft, facts: Facts) -> Turn[TipDraft]:
    """The numbers once more, and what the ward must know: a position was sent for no other reason than to be found."""
    draft = draft.model_copy(update={"emergency": DANGER_UNNAMED})
    if draft.pin is not None:
        nearest = await facts.nearest_wards(Point(*draft.pin))
        place = Told(id=facts.fresh_id(), latitude=draft.pin[0], longitude=draft.pin[1])
        draft = draft.with_more(place).within(nearest[0])
    numbers = replace(say(f"emergency-{DANGER_UNNAMED}"), urgent=True)
    return Turn(replies=(numbers,), goto=step_after(draft), draft=draft, danger=DANGER_UNNAMED)


# --- where ----------------------------------------------------------------------------------------------------


async def ask_place(draft: TipDraft, facts: Facts) -> Say:
    """Where it happened; the ward they live in can be taken with one press."""
    home = await facts.ward(facts.session.home) if facts.session.home else None
    near = [Choice("home", phrase("choice-in-ward", ward=ward_phrase(home)))] if home else []
    if draft.emergency and draft.asked_place < 2:  # short: the number above must stay in sight
        return Say((phrase("tip-place-ask-now"),), choices=(*near, SKIP, CANCEL), columns=3, wants_pin=True)
    return Say((phrase("tip-place-ask"),), choices=(*near, SKIP, CANCEL), wants_pin=True)


async def hear_place(draft: TipDraft, said: Incoming, facts: Facts) -> Turn[TipDraft]:
    """A pin, an address, a landmark or a ward; whatever is written is kept as part of the tip."""
    match said.content:
        case Chosen(key="not-send"):
            return Turn.done(say("tip-dropped"))
        case Chosen(key="home") if facts.session.home:
            ward = await facts.ward(facts.session.home)
            return Turn(goto="send", draft=draft.within(ward) if ward else draft)
        case Chosen(key="skip"):
            return await _ward_unknown(draft, facts)
        case Pin(point=point):
            return await pinned(draft, point, facts)
        case Text(words=words) if fold(words) in SEND_WORDS | END_WORDS:
            return await _ward_unknown(draft, facts)
        case Text(words=words) if is_readable(words):
            one, _ = told(said, facts, tip=TipId(facts.session.draft_id))
            return await _named(draft.with_more(one), words, facts)
    turn = kept(draft, said, facts)
    if is_rest_of_album(said, facts):
        return turn
    draft = turn.draft or draft
    if draft.asked_place >= TIMES_ASKED:
        onwards = await _ward_unknown(draft, facts)
        return replace(onwards, remark=(*turn.remark, *onwards.remark), effects=turn.effects)
    return replace(turn, draft=draft.model_copy(update={"asked_place": draft.asked_place + 1}))


async def _named(draft: TipDraft, words: str, facts: Facts) -> Turn[TipDraft]:
    named = await facts.wards_named(words, draft.near)
    if len(named) == 1:
        return Turn(goto="send", draft=draft.within(named[0]))
    if named:
        return Turn(goto="ward", draft=draft.model_copy(update={"asked_ward": 1}))
    unknown = _names_a_unit(words) and not await facts.wards_called(words)
    return await _ward_unknown(draft, facts, key="tip-ward-unknown" if unknown else "")


def _names_a_unit(words: str) -> bool:
    """Whether an address says phường or xã: then its name was not found, which is worth saying."""
    return any(fold(unit_of(kind)) in fold(words).split() for kind in ("phuong", "xa"))


async def _ward_unknown(draft: TipDraft, facts: Facts, *, key: str = "") -> Turn[TipDraft]:
    """The place names no ward: take the only one served, or the home ward; otherwise ask which ward it was in."""
    remark = (phrase(key),) if key else ()
    ward = await _likely(draft, facts)
    if ward is not None:
        return Turn(remark=remark, goto="send", draft=draft.within(ward))
    served = await facts.served()
    if draft.asked_ward < TIMES_ASKED or not served:
        return Turn(remark=remark, goto="ward", draft=draft.model_copy(update={"asked_ward": draft.asked_ward + 1}))
    likely = [ward for ward in await _meant(draft, facts) if ward.served] or served
    return Turn(remark=(phrase("tip-ward-taken"),), goto="send", draft=draft.within(likely[0]))


async def _likely(draft: TipDraft, facts: Facts) -> Ward | None:
    """The ward it was to go to before, the only one served, or the one they live in."""
    if draft.ward:
        return await facts.ward(WardCode(draft.ward))
    served = await facts.served()
    if len(served) == 1:
        return served[0]
    return await facts.ward(facts.session.home) if facts.session.home else None


async def ask_ward(draft: TipDraft, facts: Facts) -> Say:
    """Which ward: those the words may mean, else those served; a ward that was chosen before can be kept."""
    found = await _meant(draft, facts)
    if len(found) < 2 or draft.ward:
        found += [ward for ward in await facts.served() if ward not in found]
    offered = [ward for ward in found if ward.code != draft.ward]
    back = choice("back") if draft.ward else SKIP
    return Say((phrase("tip-ward-ask"),), choices=(*ward_page(offered, draft.ward_page), back), columns=1)


async def _meant(draft: TipDraft, facts: Facts) -> list[Ward]:
    """The wards that what was told may mean: by name, and near a position."""
    called = [ward for one in draft.told for ward in await facts.wards_called(one.words, draft.near)]
    points = [Point(one.latitude, one.longitude) for one in draft.told if one.latitude and one.longitude]
    called += [ward for point in points for ward in await facts.nearest_wards(point)]
    return list({ward.code: ward for ward in called}.values())


async def hear_ward(draft: TipDraft, said: Incoming, facts: Facts) -> Turn[TipDraft]:
    """A ward by button or by name."""
    match said.content:
        case Chosen(key=key) if key.startswith("ward-"):
            ward = await facts.ward(WardCode(key.removeprefix("ward-")))
            return Turn(goto="send", draft=draft.within(ward)) if ward else Turn.again("not-understood")
        case Chosen(key="wards-on"):
            return Turn(repeat=True, draft=draft.model_copy(update={"ward_page": draft.ward_page + 1}))
        case Chosen(key="skip" | "back"):
            return await _skipped(draft, facts)
        case Pin(point=point):
            return await pinned(draft, point, facts)
        case Text(words=words) if fold(words) in SEND_WORDS | END_WORDS:
            return await _skipped(draft, facts)
        case Text(words=words) if is_readable(words):
            one, _ = told(said, facts, tip=TipId(facts.session.draft_id))
            offered = await _meant(draft, facts)
            called = await facts.wards_called(words, draft.near)
            found = [ward for ward in called if ward in offered] or called
            draft = draft if draft.is_full and draft.ward else draft.with_more(one)
            if len(found) == 1:
                return Turn(goto="send", draft=draft.within(found[0]))
            return await _asked_again(draft, facts, key="tip-ward-which" if found else "tip-ward-unknown")
    turn = kept(draft, said, facts)
    if is_rest_of_album(said, facts):
        return turn
    onwards = await _asked_again(turn.draft or draft, facts, key="")
    return replace(onwards, remark=(*turn.remark, *onwards.remark), effects=turn.effects)


async def _skipped(draft: TipDraft, facts: Facts) -> Turn[TipDraft]:
    """The question about the ward is not answered: what is most likely is taken, and the next question names it."""
    return await _ward_unknown(draft.model_copy(update={"asked_ward": TIMES_ASKED}), facts)


async def _asked_again(draft: TipDraft, facts: Facts, *, key: str) -> Turn[TipDraft]:
    if draft.asked_ward >= TIMES_ASKED:
        return await _skipped(draft, facts)
    remark = (phrase(key),) if key else ()
    return Turn(remark=remark, repeat=True, draft=draft.model_copy(update={"asked_ward": draft.asked_ward + 1}))


async def hear_whose(draft: TipDraft, said: Incoming, facts: Facts) -> Turn[TipDraft]:
    """The answer to an officer, or, as `this-tip`, a part of what is being told: then it is heard where it was said."""
    if not isinstance(said.content, Chosen) or said.content.key != "this-tip":
        return await whose.hear(draft, said, facts)
    before, waiting = draft.before, draft.waiting
    turn: Turn[TipDraft] = Turn(goto=before, draft=await whose.settled(draft, facts))
    for one in waiting:
        step = FLOW.steps[turn.goto or before]
        heard = await step.hear(turn.draft or draft, replace(said, content=one.content()), facts)
        turn = replace(heard, effects=(*turn.effects, *heard.effects), draft=heard.draft or turn.draft)
    return turn if turn.goto or turn.over or turn.enter else replace(turn, repeat=False, goto=before)


async def ask_pin(draft: TipDraft, facts: Facts) -> Say:
    """Whether a position is where it happened, or only where they stand."""
    return Say((phrase("tip-pin-ask"),), choices=(EVENT_HERE, STAND_HERE))


async def hear_pin(draft: TipDraft, said: Incoming, facts: Facts) -> Turn[TipDraft]:
    """Where it happened is kept; where they stand only finds the ward and is dropped. So is what stays unexplained."""
    if draft.pin is None:
        return _next(draft)
    point = Point(*draft.pin)
    nearest = await facts.nearest_wards(point)
    stood = draft.within(nearest[0])
    match said.content:
        case Chosen(key="event-here"):
            place = Told(id=facts.fresh_id(), latitude=point.latitude, longitude=point.longitude)
            return _next(draft.with_more(place).within(nearest[0]))
        case Chosen(key="stand-here"):
            return _next(stood, key="tip-pin-dropped")
        case Pin(point=another):
            return await pinned(draft, another, facts)
        case Text(words=words) if fold(words) in SEND_WORDS:
            turn: Turn[TipDraft] = Turn(draft=draft)
        case _:
            turn = kept(draft, said, facts)
            if is_rest_of_album(said, facts):
                return turn
    draft = turn.draft or draft
    if draft.asked_pin >= TIMES_ASKED:
        onwards = _next(draft.within(nearest[0]), key="tip-pin-dropped")
        return replace(onwards, remark=(*turn.remark, *onwards.remark), effects=turn.effects)
    return replace(turn, repeat=True, draft=draft.model_copy(update={"asked_pin": draft.asked_pin + 1}))


# --- send -----------------------------------------------------------------------------------------------------


async def ask_send(draft: TipDraft, facts: Facts) -> Say:
    """Names the unit that will receive it; nothing goes out without this."""
    ward = await facts.ward(WardCode(draft.ward))
    assert ward is not None
    words = phrase("tip-send-ask", unit=police_of(ward))
    if not ward.served:
        words = phrase("tip-send-ask-passed-on", ward=ward_phrase(ward, with_province=True))
    return Say((words,), choices=(SEND, MORE, ELSEWHERE, CANCEL), columns=2)


async def hear_send(draft: TipDraft, said: Incoming, facts: Facts) -> Turn[TipDraft]:
    """Send, add, change the unit, or drop it."""
    match said.content:
        case Chosen(key="send"):
            return await send(draft, facts)
        case Text(words=words) if fold(words) in SEND_WORDS:
            return await send(draft, facts)
        case Text(words=words) if fold(words) in END_WORDS:
            return Turn.again("tip-not-sent")
        case Chosen(key="more"):
            return Turn(goto="more", draft=draft)
        case Chosen(key="elsewhere"):
            return Turn(goto="ward", draft=draft.model_copy(update={"asked_ward": 1}))
        case Chosen(key="not-send"):
            return Turn.done(say("tip-dropped"))
        case Pin(point=point):
            return await pinned(draft, point, facts)
        case _:
            return kept(draft, said, facts)


async def hear_more(draft: TipDraft, said: Incoming, facts: Facts) -> Turn[TipDraft]:
    """More details before sending."""
    if isinstance(said.content, Chosen) and said.content.key in {"send", "not-send"}:
        return await hear_send(draft, said, facts)
    if isinstance(said.content, Text) and fold(said.content.words) in SEND_WORDS:
        return await send(draft, facts)
    if isinstance(said.content, Pin):
        return await pinned(draft, said.content.point, facts)
    return replace(kept(draft, said, facts), repeat=False, goto="send")


FLOW = Flow(
    name="tip",
    draft=TipDraft,
    first="told",
    keeps=True,
    hears_danger=True,
    steps={
        "told": Step(ask=ask_told, hear=hear_told),
        "urgent": Step(ask=ask_urgent, hear=hear_urgent),
        "place": Step(ask=ask_place, hear=hear_place),
        "ward": Step(ask=ask_ward, hear=hear_ward),
        "pin": Step(ask=ask_pin, hear=hear_pin),
        "whose": Step(ask=whose.ask, hear=hear_whose),
        "send": Step(ask=ask_send, hear=hear_send),
        "reveals": Step(ask=sending.ask_reveals, hear=sending.hear_reveals),
        "rewrite": Step(ask=say("tip-rewrite-ask", choices=(choice("back"),)), hear=sending.hear_rewrite),
        "more": Step(ask=say("tip-more-ask", choices=(SEND, CANCEL)), hear=hear_more),
    },
)
