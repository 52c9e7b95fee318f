"""The decisions officers take on a tip, and the ruling that follows from each: pure, on the tip as it stands."""

from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never

from handlers.effects import AddEntries, AlertDesk, Effect, MoveTip, NewEntry, TellPlace, TellReporter
from handlers.facts import Facts
from handlers.residents.outcome import under_outcome
from handlers.turn import Ruling
from handlers.units import police_of
from handlers.workflow import (
    QUEUE,
    Move,
    Verb,
    due_after,
    is_answerable,
    may,
    may_see,
    move_of,
    offers,
    tip_choice,
)
from messages.address import Place
from messages.frozen import replace
from messages.outgoing import Say
from messages.phrase import Phrase, Quote, phrase
from storage.records import Desk, EntryId, Officer, Outcome, Reach, Status, Tip, Urgency, Ward


@dataclass(frozen=True, slots=True)
class Claim:
    """I take it."""


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Back into the queue."""


@dataclass(frozen=True, slots=True)
class TakeOver:
    """I take it from whoever has it, and say why."""

    reason: str
    owner_place: Place | None = None
    """Where the one who had it is told."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the reporter, in the unit's name."""

    words: str


@dataclass(frozen=True, slots=True)
class Note:
    """Officer to officer; never reaches the reporter."""

    entries: tuple[NewEntry, ...]


@dataclass(frozen=True, slots=True)
class HandOver:
    """Another officer of the desk has it from now on."""

    to: Officer


@dataclass(frozen=True, slots=True)
class PassOn:
    """It is another ward's matter: it goes into that ward's queue."""

    ward: Ward
    desk: Desk


@dataclass(frozen=True, slots=True)
class Refer:
    """Another body deals with it; the reporter is told which."""

    body: str
    """The code of a known body, empty where `words` name it."""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """It is dealt with, one way or another."""

    outcome: Outcome
    valuable: bool = False
    words: str = ""
    """The line the reporter reads; empty leaves the outcome's own sentence."""
    body: str = ""
    """Where to turn instead, for what is not ours."""


@dataclass(frozen=True, slots=True)
class Reopen:
    """It is not over after all."""


Decision: TypeAlias = Claim | GiveBack | TakeOver | Ask | Note | HandOver | PassOn | Refer | Close | Reopen

VERBS: dict[type[Any], Verb] = {
    Claim: "claim",
    GiveBack: "give-back",
    TakeOver: "take-over",
    Ask: "ask",
    Note: "note",
    HandOver: "hand-over",
    PassOn: "pass-on",
    Refer: "refer",
    Close: "close",
    Reopen: "reopen",
}
"""Each decision's verb in the table of moves."""


def rule(tip: Tip, officer: Officer, decision: Decision, facts: Facts) -> Ruling:
    """What follows from a decision; a decision that may not be taken changes nothing and says why."""
    verb = VERBS[type(decision)]
    move = move_of(verb, tip.status)
    if move is None or not may(officer, tip, verb=verb):
        return Ruling(replies=(refusal(tip, officer, verb=verb),), allowed=False)
    match decision:
        case Ask() if not is_answerable(tip):
            return Ruling(replies=(unanswerable(tip, officer),), allowed=False)
        case HandOver(to=to) if to.id == tip.owner or not may(to, replace(tip, status=Status.NEW), verb="claim"):
            refused = Say((phrase("hand-not-possible", name=to.name),), choices=(tip_choice("open", tip), QUEUE))
            return Ruling(replies=(replace(refused, columns=2),), allowed=False)
        case Note(entries=entries):
            noted = AddEntries(tip=tip.id, entries=entries, by=officer.id)
            kept = Say((phrase("done-noted", number=tip.number),), choices=(tip_choice("open", tip),), anchor=tip.id)
            return Ruling(replies=(kept,), effects=(noted,))
    moved, told = _effects(tip, officer, decision, facts=facts, move=move)
    after = replace(tip, status=moved.to, owner=moved.owner, owner_name=_name_after(moved, tip, officer=officer))
    if moved.desk is not None:
        after = replace(after, desk=moved.desk)
    choices = (tip_choice("open", tip), *offers(after, officer)) if may_see(officer, after.desk) else ()
    if moved.owner != officer.id or moved.to in {Status.REFERRED, Status.CLOSED}:
        choices = (*choices, QUEUE)
    reply = Say((_done(tip, decision, move=move),), choices=choices, columns=2, protect=True, anchor=tip.id)
    return Ruling(replies=(reply,), effects=(moved, *told))


def _done(tip: Tip, decision: Decision, *, move: Move) -> Phrase:
    """What the officer has just done, with whom it concerns."""
    match decision:
        case HandOver(to=to):
            return phrase("done-handed-over", number=tip.number, name=to.name)
        case PassOn(ward=ward):
            return phrase("done-passed-on", number=tip.number, unit=police_of(ward))
        case _:
            return phrase(f"done-{move.event}", number=tip.number)


def unanswerable(tip: Tip, officer: Officer) -> Say:
    """The reporter cannot be asked, and what can be done instead."""
    key = "ask-silent" if tip.reach is Reach.SILENT else "ask-unreachable"
    return Say((phrase(key, number=tip.number),), choices=offers(tip, officer), columns=2, protect=True, anchor=tip.id)


def refusal(tip: Tip, officer: Officer, *, verb: Verb) -> Say:
    """Why a decision cannot be taken now: somebody was faster, it is over, or it is somebody else's."""
    number = tip.number
    if not may_see(officer, tip.desk):
        return Say((Phrase("not-understood"),))
    if verb == "claim" and tip.owner == officer.id:
        words = phrase("claim-yours", number=number)
    elif verb == "claim" and tip.owner is not None and tip.status is not Status.CLOSED:
        words = phrase("claim-taken", number=number, name=tip.owner_name, at=tip.changed_at)
    elif tip.status is Status.CLOSED:
        words = phrase("tip-closed-already", number=number, at=tip.changed_at)
    elif tip.owner is not None and tip.owner != officer.id:
        words = phrase("tip-held", number=number, name=tip.owner_name)
    else:
        words = phrase("move-not-now", number=number, status=Phrase(f"standing-{tip.status}"))
    choices = (tip_choice("open", tip), *offers(tip, officer), QUEUE)
    return Say((words,), choices=choices, columns=2, protect=True, anchor=tip.id)


def _name_after(moved: MoveTip, tip: Tip, *, officer: Officer) -> str:
    if moved.owner is None:
        return ""
    return officer.name if moved.owner == officer.id else tip.owner_name


def speaker_of(tip: Tip) -> Phrase:
    """The unit in whose name a reporter is spoken to: never a person, and not a unit that has not joined."""
    return Phrase("unit-duty-desk") if tip.passing_on else police_of(tip.ward)


def tell_reporter(tip: Tip, *words: Phrase) -> tuple[Effect, ...]:
    """A message to the reporter, unless they asked for none."""
    return () if tip.reach is Reach.SILENT else (TellReporter(tip.id, Say(words)),)


def to_reporter(key: str, tip: Tip) -> Phrase:
    """A line to the reporter: which unit speaks, and of which of their tips, by its receipt's last characters."""
    return phrase(key, unit=speaker_of(tip), tail=Quote("contact", tip.id, "tail"))


def _effects(
    tip: Tip, officer: Officer, decision: Decision, *, facts: Facts, move: Move
) -> tuple[MoveTip, tuple[Effect, ...]]:
    """The move itself, and who is told of it."""
    told: tuple[Effect, ...] = ()
    plain = MoveTip(
        tip=tip.id,
        version=tip.version,
        officer=officer.id,
        what=move.event,
        to=move.to,
        owner=None if move.to is Status.NEW else officer.id,
        open_ask=tip.open_ask,
        due_at=due_after(tip, move.to, now=facts.now, timezone=facts.timezone),
    )
    match decision:
        case TakeOver(reason=reason, owner_place=place):
            note = NewEntry(EntryId(facts.fresh_id()), "note", words=reason, officer=officer.id)
            line = phrase("taken-from-you", number=tip.number, name=officer.name)
            shown = Say((line,), choices=(tip_choice("open", tip), QUEUE), columns=2, protect=True, anchor=tip.id)
            told = (TellPlace(place, shown),) if place else ()
            return replace(plain, entries=(note,)), told
        case Ask(words=words):
            asked = NewEntry(EntryId(facts.fresh_id()), "asked", words=words, officer=officer.id)
            lines = (to_reporter("ask-to-reporter", tip), phrase("words-to-reporter", words=Quote("entry", asked.id)))
            said = Say((*lines, Phrase("ask-how-to-answer")), ask=asked.id)
            return replace(plain, entries=(asked,), open_ask=asked.id), (TellReporter(tip.id, said),)
        case HandOver(to=to):
            return replace(plain, owner=to.id, detail=to.id), _handed(tip, officer, to=to, status=move.to)
        case PassOn(ward=ward, desk=desk):
            moved = replace(plain, ward=ward.code, desk=desk.ward, detail=ward.code)
            return moved, (AlertDesk(tip.id, desk, urgent=tip.urgency is Urgency.EMERGENCY), *_passed(tip, ward))
        case Refer() | Close():
            return _outward(tip, officer, decision, facts=facts, plain=plain)
        case Reopen():
            told = tell_reporter(tip, to_reporter("reopened-to-reporter", tip)) if tip.outcome else ()
            return replace(plain, open_ask=None), told
        case Claim() | GiveBack() | Note():
            return plain, ()
        case _:
            assert_never(decision)


def _handed(tip: Tip, officer: Officer, *, to: Officer, status: Status) -> tuple[Effect, ...]:
    after = replace(tip, status=status, owner=to.id, owner_name=to.name)
    line = phrase("handed-to-you", number=tip.number, name=officer.name)
    choices = (tip_choice("open", tip), *offers(after, to))
    return (TellPlace(to.place, Say((line,), choices=choices, columns=2, protect=True, anchor=tip.id)),)


def _passed(tip: Tip, ward: Ward) -> tuple[Effect, ...]:
    line = phrase("passed-on-to-reporter", unit=police_of(ward), tail=Quote("contact", tip.id, "tail"))
    return tell_reporter(tip, line)


def _outward(
    tip: Tip, officer: Officer, decision: Refer | Close, *, facts: Facts, plain: MoveTip
) -> tuple[MoveTip, tuple[Effect, ...]]:
    """A referral or an end: both leave a line that the reporter reads."""
    entry = NewEntry(EntryId(facts.fresh_id()), "outcome", words=decision.words, officer=officer.id)
    moved = replace(plain, entries=(entry,) if decision.words else (), open_ask=None)
    written = Quote("entry", entry.id)
    if isinstance(decision, Refer):
        body = Phrase(f"body-{decision.body}") if decision.body else written
        line = phrase("referred-to-reporter", unit=speaker_of(tip), tail=Quote("contact", tip.id, "tail"), body=body)
        return replace(moved, detail=decision.body), tell_reporter(tip, line)
    lines = [to_reporter(f"closed-{decision.outcome}-to-reporter", tip)]
    if decision.body:
        lines.append(phrase("turn-to", body=Phrase(f"body-{decision.body}")))
    if decision.words:
        lines.append(phrase("words-to-reporter", words=written))
    moved = replace(moved, outcome=decision.outcome, valuable=decision.valuable, detail=decision.outcome)
    said = under_outcome(tip, lines, outcome=decision.outcome)
    return moved, () if tip.reach is Reach.SILENT else (TellReporter(tip.id, said),)
