"""Sent tips: this address's own, and the one whose receipt somebody holds."""

from datetime import timedelta

from handlers.effects import AddEntries, AlertDesk, AnswerAsk, CountGuess, DescribeTip, Effect, NewEntry, TellOwner
from handlers.facts import Facts
from handlers.outcome_effects import ReopenTip
from handlers.residents.outcome import may_reopen
from handlers.residents.telling import (
    LONGEST,
    QUIET_FOR,
    Plain,
    entry_of,
    files_phrase,
    holds_something,
    is_courtesy,
    is_readable,
    told,
)
from handlers.turn import AnyTurn, Draft, Enter, Flow, Step, Turn
from handlers.units import police_of
from handlers.workflow import alert_again_at, claim_expires_at, more_urgent, urgency_of
from messages.incoming import Attached, Chosen, Edited, Incoming, Text, words_of
from messages.meaning.danger import Kind
from messages.meaning.emergencies import triage
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, Quote, choice, phrase
from messages.receipt import Receipt
from storage.records import REPORTER, EntryId, OwnTip, Reach, Status, TipId, Urgency

CORRECTED_WITHIN = timedelta(days=2)
"""How long after filing an edited message corrects a tip: messengers let people edit for two days (Bot API manual)."""
HEARD = {"answered": "reporter-answered", "corrected": "reporter-corrected"}
SHOWN = 7
"""Tips on one screen."""


class StatusDraft(Draft):
    """Which tip is being looked at, and whether by its receipt from another address."""

    tip: str = ""
    by_receipt: bool = False
    receipt: str = ""
    added: bool = False
    """Whether something was added already, so that the invitation need not be said at length again."""


async def own_list(facts: Facts) -> AnyTurn | None:
    """The turn when there is nothing to list; None when there are tips."""
    if await facts.own_tips():
        return None
    return Turn(replies=(say("status-none"),))


async def ask_list(draft: StatusDraft, facts: Facts) -> Say:
    """This address's tips, newest first: date, receiving unit, status."""
    tips = (await facts.own_tips())[:SHOWN]
    lines = tuple(_line(tip, number) for number, tip in enumerate(tips, 1))
    choices = tuple(Choice(f"own-{tip.id}", phrase("status-choice", tail=tip.tail)) for tip in tips)
    return Say((phrase("status-list"), *lines, phrase("status-receipt-hint")), choices=(*choices, choice("done")))


def _line(tip: OwnTip, number: int) -> Phrase:
    return phrase("status-line", number=number, at=tip.filed_at, tail=tip.tail, status=standing(tip))


def standing(tip: OwnTip) -> Phrase:
    """Where a tip stands, in plain words: its outcome once it is closed."""
    if tip.status is Status.CLOSED and tip.outcome:
        return Phrase(f"own-outcome-{tip.outcome}")
    return Phrase(f"own-status-{tip.status}")


def where_it_stands(tip: OwnTip) -> Phrase:
    """Which tip, who received it, and where it stands."""
    return phrase("status-tip", at=tip.filed_at, unit=police_of(tip.ward), tail=tip.tail, status=standing(tip))


async def hear_list(draft: StatusDraft, said: Incoming, facts: Facts) -> Turn[StatusDraft]:
    """One of them, or a receipt typed in."""
    match said.content:
        case Chosen(key="done"):
            return Turn.done(say("after-done"))
        case Chosen(key=key) if key.startswith("own-"):
            tip = await facts.own_tip(TipId(key.removeprefix("own-")))
            if tip is None:
                return Turn.again("tip-unknown")
            return Turn(goto="tip", draft=StatusDraft(tip=tip.id))
        case _ if holds_something(said.content):
            return Turn(afresh=True)
        case _:
            return Turn.again("status-pick")


async def hear_receipt(receipt: Receipt, facts: Facts) -> AnyTurn:
    """A receipt typed in, at any moment but in the middle of a tip. Guesses are limited; what it shows is little."""
    if not await facts.may_guess():
        return Turn(replies=(say("receipt-too-many"),), over=True)
    tip = await facts.tip_of_receipt(receipt)
    if tip is None:
        return Turn(replies=(say("receipt-unknown"),), effects=(CountGuess(),), over=True)
    own = await facts.own_tip(tip.id)
    draft = StatusDraft(tip=tip.id, by_receipt=own is None, receipt="" if own else receipt)
    return Turn(enter=Enter("status", draft, step="tip"))


async def _tip(draft: StatusDraft, facts: Facts) -> OwnTip | None:
    if draft.by_receipt:
        tip = await facts.tip_of_receipt(Receipt(draft.receipt))
        return tip if tip is not None and tip.id == draft.tip else None
    return await facts.own_tip(TipId(draft.tip))


async def ask_tip(draft: StatusDraft, facts: Facts) -> Say:
    """Status in plain words and the open question; never the story, nor other tips."""
    tip = await _tip(draft, facts)
    if tip is None:
        return say("tip-unknown")
    words = [where_it_stands(tip)]
    if tip.outcome_entry and not draft.by_receipt:
        words.append(phrase("status-outcome-words", words=Quote("entry", tip.outcome_entry)))
    if tip.open_ask:
        words.append(phrase("status-open-ask", words=Quote("entry", tip.open_ask)))
    choices: list[Choice] = []
    if tip.status is not Status.CLOSED:
        choices.append(choice("answer-ask") if tip.open_ask else choice("add-more"))
    elif not draft.by_receipt and may_reopen(tip, facts.now):
        choices.append(choice("reopen-mine"))
    return Say(tuple(words), choices=(*choices, choice("done")))


async def hear_tip(draft: StatusDraft, said: Incoming, facts: Facts) -> Turn[StatusDraft]:
    """Add or answer; whatever is simply written is taken as that."""
    match said.content:
        case Chosen(key="done"):
            return Turn.done(say("after-done"))
        case Chosen(key="add-more" | "answer-ask"):
            return Turn(goto="add", draft=draft)
        case Chosen(key="reopen-mine") if not draft.by_receipt:
            return await _reopened(draft, facts)
        case _:
            return await hear_add(draft, said, facts)


async def reopened(tip: OwnTip, draft: StatusDraft, facts: Facts) -> AnyTurn:
    """The tip is back in its desk's queue, which is alerted; what is not right yet can be written at once."""
    if not may_reopen(tip, facts.now):
        return Turn(remark=(phrase("reopen-not-any-more"),))
    back = ReopenTip(tip.id, tip.version, alert_again_at(tip.urgency, facts.now, rounds=0))
    alert = AlertDesk(tip.id, await facts.desk(tip.ward.code), urgent=False)
    remark = phrase("reopened-mine", tail=tip.tail)
    return Turn(
        remark=(remark,),
        effects=(back, alert),
        enter=Enter("status", draft.model_copy(update={"added": True}), step="add"),
    )


async def _reopened(draft: StatusDraft, facts: Facts) -> AnyTurn:
    tip = await _tip(draft, facts)
    return await reopened(tip, draft, facts) if tip is not None else Turn.done(say("tip-unknown"))


async def hear_add(draft: StatusDraft, said: Incoming, facts: Facts) -> Turn[StatusDraft]:
    """One more thing on a tip that has been sent, or the answer to its open question."""
    if isinstance(said.content, Chosen) and said.content.key == "done":
        return _enough()
    if isinstance(said.content, Text) and not is_readable(said.content.words):
        return Turn.again("tip-nothing-readable")
    tip = await _tip(draft, facts)
    if tip is None:
        return Turn.done(say("tip-unknown"))
    if tip.status is Status.CLOSED:
        return Turn(remark=(phrase("status-closed"),), afresh=True) if holds_something(said.content) else _enough()
    if not tip.open_ask and is_courtesy(words_of(said.content)):
        return _enough()
    effects = await attach(tip, said, facts)
    if not effects:
        return Turn.again("not-understood")
    remark = Phrase("after-words-added")
    if tip.open_ask:
        remark = phrase("answer-attached", tail=tip.tail)
    elif isinstance(said.content, Attached):
        remark = phrase("after-file-added", files=files_phrase([said.content.what]))
    return Turn(remark=(remark,), goto="add", draft=draft.model_copy(update={"added": True}), effects=effects)


def _enough() -> Turn[StatusDraft]:
    return Turn.done(say("after-done"))


async def ask_add(draft: StatusDraft, facts: Facts) -> Say:
    """What can be added; after the first time only that there may be more."""
    return say("status-add-more" if draft.added else "status-add-ask", choices=(choice("done"),))


async def attach(tip: OwnTip, said: Incoming, facts: Facts) -> tuple[Effect, ...]:
    """What is caused when a message is attached to a sent tip; nothing if it holds nothing."""
    one, fetches = told(said, facts, tip=tip.id)
    if one is None:
        return ()
    if one.own:
        return (left_contact(tip, one.words, facts),)
    entry = entry_of(one, kind=_kind_of(said, tip))
    kind = triage(words_of(said.content), asked=True)
    urgency = raised_to(tip, kind)
    if tip.open_ask and entry.kind != "corrected":
        effect: Effect = _answered(tip, entry, urgency=urgency, facts=facts)
    else:
        effect = add_entry(tip, entry, urgency=urgency, facts=facts)
    alarm: tuple[Effect, ...] = owner_hears(tip, entry)
    if kind is not None:
        alarm = (*alarm, AlertDesk(tip=tip.id, desk=await facts.desk(tip.ward.code), urgent=True))
    return (effect, *alarm, *fetches)


def left_contact(tip: OwnTip, words: str, facts: Facts) -> DescribeTip:
    """Who the reporter is and how to call them: sealed apart, and for the chief alone, wherever it was shared."""
    entry = NewEntry(id=EntryId(facts.fresh_id()), kind="contact", words=words[:LONGEST])
    return DescribeTip(tip=tip.id, version=tip.version, what="reach", reach=Reach.CONTACT, entries=(entry,))


def raised_to(tip: OwnTip, kind: Kind | None) -> Urgency | None:
    """What words of this danger raise a sent tip to; None where they tell of none, or it is as urgent already."""
    urgency = more_urgent(tip.urgency, urgency_of(kind)) if kind is not None else tip.urgency
    return urgency if urgency is not tip.urgency else None


def add_entry(tip: OwnTip, entry: NewEntry, *, urgency: Urgency | None, facts: Facts) -> AddEntries:
    """One more thing on a sent tip; a raised one is looked after as if it had been filed so."""
    due_at = None
    if urgency is not None and tip.status is Status.NEW:
        due_at = alert_again_at(urgency, facts.now, rounds=0)
    elif urgency is not None and tip.status is Status.CLAIMED:
        due_at = claim_expires_at(urgency, facts.now, timezone=facts.timezone)
    return AddEntries(tip.id, (entry,), REPORTER, urgency, due_at)


def _kind_of(said: Incoming, tip: OwnTip) -> Plain:
    """What plain words are: an edited message corrects what stands there already, and answers nothing."""
    if isinstance(said.content, Edited):
        return "corrected"
    return "answered" if tip.open_ask else "added"


async def correct(said: Incoming, facts: Facts) -> AnyTurn:
    """A message was edited after it had been sent: the new wording goes to the one tip it can belong to."""
    recent = [
        tip
        for tip in await facts.own_tips()
        if tip.status is not Status.CLOSED and facts.now - tip.filed_at <= CORRECTED_WITHIN
    ]
    if len(recent) != 1 or not is_readable(words_of(said.content)):
        return Turn(replies=(say("edited-which" if recent else "edited-too-late"),))
    effects = await attach(recent[0], said, facts)
    return Turn(replies=(say(phrase("edited-kept", tail=recent[0].tail)),), effects=effects)


def _answered(tip: OwnTip, entry: NewEntry, *, urgency: Urgency | None, facts: Facts) -> AnswerAsk:
    """The open question is answered: the tip is its owner's again, with a fresh time to act."""
    assert tip.open_ask is not None
    to = Status.CLAIMED if tip.status is Status.ASKED else tip.status
    due_at = add_entry(tip, entry, urgency=urgency, facts=facts).due_at
    if to is Status.CLAIMED:
        due_at = claim_expires_at(urgency or tip.urgency, facts.now, timezone=facts.timezone)
    return AnswerAsk(tip.id, tip.version, tip.open_ask, (entry,), to, due_at, urgency)


def owner_hears(tip: OwnTip, entry: NewEntry) -> tuple[Effect, ...]:
    """The officer who has claimed the tip is told what came, in a message that sounds; a card is edited in silence."""
    if tip.status is Status.NEW:
        return ()
    number = Quote("tip", tip.id, "number")
    if entry.media is not None:
        head = phrase("reporter-added-file", number=number, file=Phrase(f"file-{entry.kind}"))
    else:
        head = phrase(HEARD.get(entry.kind, "reporter-added"), number=number)
    words = (
        (head,) if entry.media and not entry.words else (head, phrase("reporter-words", words=Quote("entry", entry.id)))
    )
    opening = Choice(f"open:{tip.id}", Phrase("choice-o-open"), lasting=True)
    return (TellOwner(tip.id, Say(words, choices=(opening,), protect=True, anchor=tip.id)),)


FLOW = Flow(
    name="status",
    draft=StatusDraft,
    first="list",
    rests=frozenset({"list"}),
    lapses_after=QUIET_FOR,
    steps={
        "list": Step(ask=ask_list, hear=hear_list),
        "tip": Step(ask=ask_tip, hear=hear_tip),
        "add": Step(ask=ask_add, hear=hear_add),
    },
)
