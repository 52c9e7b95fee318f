"""Officers' decisions as forms: what a conversation asks step by step is told at once, and ruled on alike."""

from collections.abc import Mapping

from handlers.effects import NewEntry
from handlers.facts import Facts
from handlers.officers.closing import BODIES, BODY_LONGEST
from handlers.officers.deciding import ASK_LONGEST, NOTE_LONGEST, owner_place, wrong_words
from handlers.officers.fire_desk import ANSWER_LONGEST, WORDING_LONGEST, AnswerDraft, answer
from handlers.officers.review import AT_ONCE, contact, may_open_contact
from handlers.officers.ruling import Ask, Close, HandOver, Note, PassOn, Refer, TakeOver, refusal, rule
from handlers.turn import AnyTurn, Ruling, Turn
from handlers.workflow import Verb, may
from messages.outgoing import say
from messages.phrase import phrase
from storage.records import EntryId, Officer, OfficerId, Outcome, QuestionId, Status, Tip, WardCode

NEEDS_A_WAY = frozenset({Outcome.NOT_OURS, Outcome.REFERRED})
"""Outcomes with which the reporter is told where to turn."""
NEVER_VALUABLE = frozenset({Outcome.SPAM, Outcome.DUPLICATE})
DECIDES: Mapping[str, Verb] = {
    "ask": "ask",
    "note": "note",
    "take": "take-over",
    "to": "hand-over",
    "pass": "pass-on",
    "refer": "refer",
    "close": "close",
}
"""The decision behind each form that asks for more than a press."""


async def decide(verb: str, told: Mapping[str, str], *, tip: Tip, officer: Officer, facts: Facts) -> Ruling:
    """What follows from a form. One that may not be taken, or lacks something, changes nothing and says why."""
    if verb in AT_ONCE:
        return rule(tip, officer, AT_ONCE[verb], facts)
    if verb == "contact":
        return _contact(told, tip, officer=officer, facts=facts)
    if verb not in DECIDES:
        return _wrong("not-understood")
    if not may(officer, tip, verb=DECIDES[verb]):  # said before anything that was written is found wanting
        return Ruling(replies=(refusal(tip, officer, verb=DECIDES[verb]),), allowed=False)
    match verb:
        case "to" | "pass":
            return await _hand(verb, told, tip=tip, officer=officer, facts=facts)
        case "refer":
            return _refer(told, tip, officer=officer, facts=facts)
        case "close":
            return _close(told, tip, officer=officer, facts=facts)
        case _:
            return await _write(verb, told, tip=tip, officer=officer, facts=facts)


async def answer_question(question: QuestionId, told: Mapping[str, str], *, facts: Facts) -> AnyTurn:
    """An answer to a fire question, kept for others where its form names it. One that lacks something goes nowhere."""
    words, kept_as = _words(told), " ".join(told.get("kept_as", "").split())
    for written, longest in ((words, ANSWER_LONGEST), (kept_as, WORDING_LONGEST)):
        wrong = wrong_words(written, longest) if written or longest == ANSWER_LONGEST else ""
        if wrong:
            return Turn(replies=_wrong(wrong, longest).replies)
    return await answer(AnswerDraft(question=question, words=words, kept_as=kept_as), facts)


def _wrong(key: str, most: int = 0) -> Ruling:
    return Ruling(replies=(say(phrase(key, most=most) if most else key),), allowed=False)


def _words(told: Mapping[str, str]) -> str:
    return told.get("words", "").replace("\r\n", "\n").strip()


async def _write(verb: str, told: Mapping[str, str], *, tip: Tip, officer: Officer, facts: Facts) -> Ruling:
    """What is written to the reporter, to colleagues, or as a reason."""
    words, longest = _words(told), NOTE_LONGEST if verb == "note" else ASK_LONGEST
    wrong = wrong_words(words, longest)
    if wrong:
        return _wrong(wrong, longest)
    if verb == "ask":
        return rule(tip, officer, Ask(words), facts)
    if verb == "take":
        return rule(tip, officer, TakeOver(words, await owner_place(tip, facts)), facts)
    note = NewEntry(EntryId(facts.fresh_id()), "note", words=words, officer=officer.id)
    return rule(tip, officer, Note((note,)), facts)


async def _hand(verb: str, told: Mapping[str, str], *, tip: Tip, officer: Officer, facts: Facts) -> Ruling:
    """To a colleague, or to another ward."""
    if verb == "to":
        to = await facts.officer_called(OfficerId(told.get("to", "")))
        return rule(tip, officer, HandOver(to), facts) if to else _wrong("o-choose")
    ward = await facts.ward(WardCode(told.get("ward", "")))
    if ward is None or not ward.served or ward.code == tip.desk:
        return _wrong("o-choose")
    return rule(tip, officer, PassOn(ward, await facts.desk(ward.code)), facts)


def _refer(told: Mapping[str, str], tip: Tip, *, officer: Officer, facts: Facts) -> Ruling:
    body, words = told.get("body", ""), _words(told)
    if body in BODIES:
        return rule(tip, officer, Refer(body), facts)
    wrong = wrong_words(words, BODY_LONGEST) if words else "o-choose"
    return _wrong(wrong, BODY_LONGEST) if wrong else rule(tip, officer, Refer("", words), facts)


def _close(told: Mapping[str, str], tip: Tip, *, officer: Officer, facts: Facts) -> Ruling:
    if told.get("outcome") not in set(Outcome):
        return _wrong("o-choose")
    outcome, words = Outcome(told["outcome"]), _words(told)
    asks_way = outcome in NEEDS_A_WAY and not (tip.status is Status.REFERRED and outcome is Outcome.REFERRED)
    body = told.get("body", "") if asks_way and told.get("body", "") in BODIES else ""
    if asks_way and not body and not words:
        return _wrong("close-body-ask")
    wrong = wrong_words(words, ASK_LONGEST) if words else ""
    if wrong:
        return _wrong(wrong, ASK_LONGEST)
    valuable = told.get("valuable") == "yes" and outcome not in NEVER_VALUABLE
    return rule(tip, officer, Close(outcome, valuable=valuable, words=words, body=body), facts)


def _contact(told: Mapping[str, str], tip: Tip, *, officer: Officer, facts: Facts) -> Ruling:
    """The reporter's name and number, for a reason."""
    words = _words(told)
    if not may_open_contact(officer, tip):
        return _wrong("not-understood")
    wrong = wrong_words(words, ASK_LONGEST)
    if wrong:
        return _wrong(wrong, ASK_LONGEST)
    turn = contact(tip, officer, reason=NewEntry(EntryId(facts.fresh_id()), "note", words=words, officer=officer.id))
    return Ruling(replies=turn.replies, effects=turn.effects)
