"""A tip, from the first word to the receipt. Send first, add later: three messages are enough."""

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
from handlers.residents.whereabouts import (
    CANCEL,
    ask_place,
    ask_ward,
    likely,
    may_be_none_of_ours,
    meant,
    names_a_unit,
    placed_by_words,
)
from handlers.turn import AnyTurn, Enter, Flow, Step, Turn
from handlers.units import police_of, ward_phrase
from messages.frozen import replace
from messages.incoming import Chosen, Incoming, Pin, Point, Text, words_of
from messages.meaning.folding import fold
from messages.outgoing import Say, say
from messages.phrase import choice, phrase
from storage.records import TipId, WardCode

SEND = choice("send")
MORE = choice("more")
ELSEWHERE = choice("elsewhere")
EVENT_HERE = choice("event-here")
STAND_HERE = choice("stand-here")
URGENT = choice("urgent")
NOT_URGENT = choice("not-urgent")
ABOUT_SAFETY = choice("about-safety")
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
        case Text() if draft.was_just_told(said.content):
            if draft.asked_place >= TIMES_ASKED:
                return await _ward_unknown(draft, facts)
            return Turn.again("tip-heard", draft=draft.model_copy(update={"asked_place": draft.asked_place + 1}))
        case Text(words=words) if is_readable(words):
            one, _ = told(said, facts, tip=TipId(facts.session.draft_id))
            return await _named(draft.with_more(one, where=True), words, facts)
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
    if may_be_none_of_ours(draft, words):
        return Turn(goto="scope", draft=draft)
    unknown = names_a_unit(words) and not await facts.wards_called(words)
    return await _ward_unknown(draft, facts, key="tip-ward-unknown" if unknown else "")


async def hear_scope(draft: TipDraft, said: Incoming, facts: Facts) -> Turn[TipDraft]:
    """It is about safety all the same, whatever else is told goes on telling it; or it is dropped, and nothing sent."""
    match said.content:
        case Chosen(key="not-send"):
            return Turn.done(say("tip-dropped"))
        case Text(words=words) if fold(words) in NO_WORDS | END_WORDS:
            return Turn.done(say("tip-dropped"))
        case Chosen(key="about-safety"):
            return await _ward_unknown(draft, facts)
        case Text(words=words) if fold(words) in SEND_WORDS:
            return await _ward_unknown(draft, facts)
        case Pin(point=point):
            return await pinned(draft, point, facts)
    turn = kept(draft, said, facts)
    if turn.draft is None or is_rest_of_album(said, facts):
        return turn
    onwards = await _ward_unknown(await placed_by_words(turn.draft, words_of(said.content), facts), facts)
    return replace(onwards, remark=(*turn.remark, *onwards.remark), effects=turn.effects)


async def _ward_unknown(draft: TipDraft, facts: Facts, *, key: str = "") -> Turn[TipDraft]:
    """The place names no ward: take the only one served, or the home ward; otherwise ask which ward it was in."""
    remark = (phrase(key),) if key else ()
    ward = await likely(draft, facts)
    if ward is not None:
        return Turn(remark=remark, goto="send", draft=draft.within(ward))
    served = await facts.served()
    if draft.asked_ward < TIMES_ASKED or not served:
        return Turn(remark=remark, goto="ward", draft=draft.model_copy(update={"asked_ward": draft.asked_ward + 1}))
    taken = [ward for ward in await meant(draft, facts) if ward.served] or served
    return Turn(remark=(phrase("tip-ward-taken"),), goto="send", draft=draft.within(taken[0]))


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
            offered = await meant(draft, facts)
            called = await facts.wards_called(words, draft.near)
            found = [ward for ward in called if ward in offered] or called
            draft = draft if draft.is_full and draft.ward else draft.with_more(one, where=True)
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
        "scope": Step(ask=say("tip-scope-ask", choices=(ABOUT_SAFETY, CANCEL), columns=2), hear=hear_scope),
        "pin": Step(ask=ask_pin, hear=hear_pin),
        "whose": Step(ask=whose.ask, hear=hear_whose),
        "send": Step(ask=ask_send, hear=hear_send),
        "reveals": Step(ask=sending.ask_reveals, hear=sending.hear_reveals),
        "rewrite": Step(ask=say("tip-rewrite-ask", choices=(choice("back"),)), hear=sending.hear_rewrite),
        "more": Step(ask=say("tip-more-ask", choices=(SEND, CANCEL)), hear=hear_more),
    },
)
