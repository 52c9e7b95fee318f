"""Officers' short conversations on one tip: ask its reporter, write a note, take it over, hand it on."""

from datetime import timedelta

from handlers.effects import Effect, NewEntry
from handlers.facts import Facts
from handlers.officers.review import contact, may_open_contact
from handlers.officers.ruling import Ask, Decision, HandOver, Note, PassOn, TakeOver, rule
from handlers.residents.telling import SEND_WORDS, entry_of, is_readable, told
from handlers.turn import AnyFlow, AnyTurn, Draft, Flow, Step, Turn
from handlers.units import ward_page
from handlers.workflow import DESK, QUEUE, may, may_see, tip_choice
from messages.address import Place
from messages.frozen import replace
from messages.incoming import Attached, Chosen, Incoming, Pin, Text, words_of
from messages.meaning.folding import fold
from messages.outgoing import Say, say
from messages.phrase import Choice, Quote, choice, phrase
from storage.records import EntryId, Officer, OfficerId, Status, Tip, TipId, Ward, WardCode

SEND = choice("o-send")
CANCEL = choice("o-cancel")
ASK_LONGEST = 1_000
"""Characters of a question or of a closing line: what is read on a phone without scrolling far."""
NOTE_LONGEST = 3_000
LEFT_FOR = timedelta(hours=12)
"""After this silence an unfinished decision is forgotten: what is written then is no longer meant for it."""
OFFICERS_OFFERED = 12


class TipWords(Draft):
    """Words being written about a tip."""

    tip: str = ""
    words: str = ""
    ward_page: int = 0


async def at_hand(tip: str, facts: Facts) -> tuple[Tip, Officer] | None:
    """The tip as it stands now with the officer who speaks, or None if it is none of theirs (any more)."""
    officer = await facts.officer()
    found = await facts.tip(TipId(tip))
    if officer is None or found is None:
        return None
    if may_see(officer, found.desk) or may(officer, found, verb="pass-on"):
        return found, officer
    return None


async def ruled(tip: str, decision: Decision, facts: Facts) -> AnyTurn:
    """The end of a flow: the decision is ruled on the tip as it stands now, and said."""
    both = await at_hand(tip, facts)
    if both is None:
        return Turn.done(say("not-understood", choices=(DESK,)))
    ruling = rule(both[0], both[1], decision, facts)
    return Turn(replies=ruling.replies, effects=ruling.effects, over=True)


async def called_off(tip: str, facts: Facts) -> AnyTurn:
    """The officer thought better of it: nothing happened, and the tip is still at hand."""
    both = await at_hand(tip, facts)
    if both is None or not may_see(both[1], both[0].desk):
        return Turn.done(say("o-cancelled", choices=(QUEUE,)))
    words = (phrase("o-cancelled"),)
    back = Say(words, choices=(tip_choice("open", both[0]), QUEUE), columns=2, protect=True, anchor=both[0].id)
    return Turn.done(back)


def is_cancel(said: Incoming) -> bool:
    """Whether the message calls a flow off."""
    return isinstance(said.content, Chosen) and said.content.key == "o-cancel"


def is_send(said: Incoming) -> bool:
    """Whether the message says yes to a preview, by button or in a word."""
    match said.content:
        case Chosen(key="o-send"):
            return True
        case Text(words=words):
            return fold(words) in SEND_WORDS
        case _:
            return False


def unusable(said: Incoming, longest: int) -> str:
    """The key of what is wrong with a message as words of at most `longest` characters; empty if nothing is."""
    return wrong_words(said.content.words, longest) if isinstance(said.content, Text) else "o-words-needed"


def wrong_words(words: str, longest: int) -> str:
    """The same of words."""
    if not is_readable(words):
        return "o-words-needed"
    return "o-too-long" if len(words.strip()) > longest else ""


def written(said: Incoming) -> str:
    """The words of a usable message."""
    return words_of(said.content).strip()


# --- ask the reporter -------------------------------------------------------------------------------------------


async def ask_words(draft: TipWords, facts: Facts) -> Say:
    """What the unit wants to know."""
    both = await at_hand(draft.tip, facts)
    number = both[0].number if both else ""
    return Say((phrase("ask-ask", number=number),), choices=(CANCEL,), protect=True)


async def hear_words(draft: TipWords, said: Incoming, facts: Facts) -> AnyTurn:
    """The question, to be shown once more before it goes out."""
    if is_cancel(said):
        return await called_off(draft.tip, facts)
    wrong = unusable(said, ASK_LONGEST)
    if wrong:
        return Turn.again(wrong, draft=draft, most=ASK_LONGEST)
    return Turn(goto="preview", draft=draft.model_copy(update={"words": written(said)}))


async def ask_preview(draft: TipWords, facts: Facts) -> Say:
    """Exactly what the reporter will read."""
    both = await at_hand(draft.tip, facts)
    words = Quote("draft", facts.session.draft_id, "words")
    shown = phrase("ask-preview", number=both[0].number if both else "", words=words)
    return Say((shown, phrase("o-rewrite")), choices=(SEND, CANCEL), columns=2, protect=True)


async def hear_preview(draft: TipWords, said: Incoming, facts: Facts) -> AnyTurn:
    """Sent, dropped, or written anew."""
    if is_send(said):
        return await ruled(draft.tip, Ask(draft.words), facts)
    return await hear_words(draft, said, facts)


# --- a note -----------------------------------------------------------------------------------------------------


def note_of(said: Incoming, officer: Officer, *, tip: TipId, facts: Facts) -> tuple[Note | None, tuple[Effect, ...]]:
    """The note that a message becomes, and what must be fetched for it; None if there is nothing in it to keep."""
    one, effects = told(said, facts, tip=tip)
    if one is None or (not isinstance(said.content, Attached | Pin) and not is_readable(one.words)):
        return None, ()
    entry = entry_of(one, kind="added", officer=officer.id)
    if entry.kind == "added":
        entry = NewEntry(EntryId(one.id), "note", words=one.words[:NOTE_LONGEST], officer=officer.id)
    return Note((entry,)), effects


async def ask_note(draft: TipWords, facts: Facts) -> Say:
    """A note, and the shorter way to one: answering the card."""
    both = await at_hand(draft.tip, facts)
    number = both[0].number if both else ""
    return Say((phrase("note-ask", number=number),), choices=(CANCEL,), protect=True)


async def hear_note(draft: TipWords, said: Incoming, facts: Facts) -> AnyTurn:
    """Words, a photo or a pin, kept for the other officers."""
    if is_cancel(said):
        return await called_off(draft.tip, facts)
    both = await at_hand(draft.tip, facts)
    if both is None:
        return Turn.done(say("not-understood"))
    note, fetches = note_of(said, both[1], tip=both[0].id, facts=facts)
    if note is None:
        return Turn.again("o-words-needed", most=NOTE_LONGEST)
    turn = await ruled(draft.tip, note, facts)
    return replace(turn, effects=(*turn.effects, *fetches))


# --- take over --------------------------------------------------------------------------------------------------


async def ask_reason(draft: TipWords, facts: Facts) -> Say:
    """Why: it is kept with the tip, and the one who had it is told that it changed hands."""
    both = await at_hand(draft.tip, facts)
    tip = both[0] if both else None
    asked = phrase("take-ask", number=tip.number if tip else "", name=tip.owner_name if tip else "")
    return Say((asked,), choices=(CANCEL,), protect=True)


async def hear_reason(draft: TipWords, said: Incoming, facts: Facts) -> AnyTurn:
    """The reason, and the tip is theirs."""
    if is_cancel(said):
        return await called_off(draft.tip, facts)
    wrong = unusable(said, ASK_LONGEST)
    both = await at_hand(draft.tip, facts)
    if wrong:
        return Turn.again(wrong, draft=draft, most=ASK_LONGEST)
    told = await owner_place(both[0], facts) if both else None
    return await ruled(draft.tip, TakeOver(written(said), told), facts)


async def owner_place(tip: Tip, facts: Facts) -> Place | None:
    """Where the one who has a tip is told that it changed hands; None for somebody revoked meanwhile."""
    owner = await facts.officer_called(tip.owner) if tip.owner else None
    return owner.place if owner and may_see(owner, tip.desk) else None


# --- open the contact details -----------------------------------------------------------------------------------


async def ask_why(draft: TipWords, facts: Facts) -> Say:
    """Why the reporter's name is needed; that they will be told is said before."""
    both = await at_hand(draft.tip, facts)
    return Say((phrase("contact-ask", number=both[0].number if both else ""),), choices=(CANCEL,), protect=True)


async def hear_why(draft: TipWords, said: Incoming, facts: Facts) -> AnyTurn:
    """The reason, then the details."""
    if is_cancel(said):
        return await called_off(draft.tip, facts)
    wrong = unusable(said, ASK_LONGEST)
    if wrong:
        return Turn.again(wrong, draft=draft, most=ASK_LONGEST)
    both = await at_hand(draft.tip, facts)
    if both is None or not may_open_contact(both[1], both[0]):
        return Turn.done(say("not-understood", choices=(DESK,)))
    reason = NewEntry(EntryId(facts.fresh_id()), "note", words=written(said), officer=both[1].id)
    return contact(both[0], both[1], reason=reason)


# --- hand over, pass on -----------------------------------------------------------------------------------------


async def ask_to(draft: TipWords, facts: Facts) -> Say:
    """The officers who can take it, and the other wards."""
    both = await at_hand(draft.tip, facts)
    if both is None:
        return Say((phrase("hand-ask", number=""),), choices=(CANCEL,))
    tip, officer = both
    choices: list[Choice] = []
    if may(officer, tip, verb="hand-over"):
        choices = [Choice(f"to-{one.id}", phrase("choice-o-name", name=one.name)) for one in await able(tip, facts)]
    if await other_wards(tip, facts):
        choices.append(choice("o-other-ward"))
    asked = phrase("hand-ask" if choices else "hand-nobody", number=tip.number)
    return Say((asked,), choices=(*choices, CANCEL), columns=2, protect=True)


async def other_wards(tip: Tip, facts: Facts) -> list[Ward]:
    """The wards served here that do not have the tip already."""
    return [ward for ward in await facts.served() if ward.code != tip.desk]


async def able(tip: Tip, facts: Facts) -> list[Officer]:
    """The desk's officers who could have the tip and do not."""
    unclaimed = replace(tip, status=Status.NEW)
    officers = await facts.officers(tip.desk)
    return [one for one in officers if one.id != tip.owner and may(one, unclaimed, verb="claim")][:OFFICERS_OFFERED]


async def hear_to(draft: TipWords, said: Incoming, facts: Facts) -> AnyTurn:
    """A colleague, or on to the wards."""
    match said.content:
        case Chosen(key="o-cancel"):
            return await called_off(draft.tip, facts)
        case Chosen(key="o-other-ward"):
            return Turn(goto="ward", draft=draft)
        case Chosen(key=key) if key.startswith("to-"):
            to = await facts.officer_called(OfficerId(key.removeprefix("to-")))
            return await ruled(draft.tip, HandOver(to), facts) if to else Turn.again("o-choose")
        case _:
            return Turn.again("o-choose")


async def ask_ward(draft: TipWords, facts: Facts) -> Say:
    """The wards served here; any of them can also be typed."""
    both = await at_hand(draft.tip, facts)
    wards = await other_wards(both[0], facts) if both else []
    choices = (*ward_page(wards, draft.ward_page), CANCEL)
    return Say((phrase("hand-ward-ask"),), choices=choices, columns=1, protect=True)


async def hear_ward(draft: TipWords, said: Incoming, facts: Facts) -> AnyTurn:
    """The tip goes to that ward's desk, which is alerted."""
    ward: Ward | None = None
    match said.content:
        case Chosen(key="o-cancel"):
            return await called_off(draft.tip, facts)
        case Chosen(key="wards-on"):
            return Turn(repeat=True, draft=draft.model_copy(update={"ward_page": draft.ward_page + 1}))
        case Chosen(key=key) if key.startswith("ward-"):
            ward = await facts.ward(WardCode(key.removeprefix("ward-")))
        case Text(words=words) if is_readable(words):
            found = await facts.wards_called(words)
            ward = found[0] if len(found) == 1 else None
    both = await at_hand(draft.tip, facts)
    if ward is None or (both is not None and ward not in await other_wards(both[0], facts)):
        return Turn.again("hand-ward-unknown")
    return await ruled(draft.tip, PassOn(ward, await facts.desk(ward.code)), facts)


FLOWS: tuple[AnyFlow, ...] = (
    Flow(
        name="ask-reporter",
        draft=TipWords,
        first="words",
        audience="officer",
        lapses_after=LEFT_FOR,
        steps={
            "words": Step(ask=ask_words, hear=hear_words),
            "preview": Step(ask=ask_preview, hear=hear_preview),
        },
    ),
    Flow(
        name="write-note",
        draft=TipWords,
        first="words",
        audience="officer",
        lapses_after=LEFT_FOR,
        steps={"words": Step(ask=ask_note, hear=hear_note)},
    ),
    Flow(
        name="take-over",
        draft=TipWords,
        first="reason",
        audience="officer",
        lapses_after=LEFT_FOR,
        steps={"reason": Step(ask=ask_reason, hear=hear_reason)},
    ),
    Flow(
        name="open-contact",
        draft=TipWords,
        first="why",
        audience="officer",
        lapses_after=LEFT_FOR,
        steps={"why": Step(ask=ask_why, hear=hear_why)},
    ),
    Flow(
        name="hand-over",
        draft=TipWords,
        first="to",
        audience="officer",
        lapses_after=LEFT_FOR,
        steps={
            "to": Step(ask=ask_to, hear=hear_to),
            "ward": Step(ask=ask_ward, hear=hear_ward),
        },
    ),
)
