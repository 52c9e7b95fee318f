"""Answering an officer's question by simply writing: attached, said so, and taken back with one press."""

from handlers.effects import AddEntries, AnswerAsk, Effect, TellOwner, WithdrawAnswer
from handlers.facts import Facts
from handlers.residents.status import attach, hear_receipt
from handlers.residents.telling import (
    QUIET_FOR,
    TipDraft,
    Waiting,
    fills,
    is_courtesy,
    is_readable,
    is_rest_of_album,
    receipt_in,
    told,
    waiting_of,
)
from handlers.residents.tip import step_after
from handlers.residents.whereabouts import placed_by_words
from handlers.turn import AnyTurn, Draft, Enter, Flow, Step, Turn
from messages.frozen import replace
from messages.incoming import Attached, Chosen, Incoming, Pin, Text, words_of
from messages.meaning.emergencies import triage
from messages.outgoing import Say
from messages.phrase import Choice, Phrase, Quote, choice, phrase
from storage.records import EntryId, OwnTip, Status, TipId

ELSE = choice("something-else")
DONE = choice("done")


class AnswerDraft(Draft):
    """What was attached last, so that it can be taken back and told as something else."""

    tip: str = ""
    ask: str = ""
    attached: tuple[str, ...] = ()
    """The entries that came of the last message."""
    waiting: tuple[Waiting, ...] = ()
    """The last message itself: not yet attached, or to be told as something else."""

    def with_last(self, effects: tuple[Effect, ...], said: Incoming, *, more: bool) -> "AnswerDraft":
        """The draft after a message was attached; `more` if it belongs together with the one before, as in an album."""
        entries = tuple(entry.id for one in effects if isinstance(one, AnswerAsk | AddEntries) for entry in one.entries)
        if more:
            update = {"attached": (*self.attached, *entries), "waiting": (*self.waiting, *waiting_of(said))}
            return self.model_copy(update=update)
        return self.model_copy(update={"attached": entries, "waiting": waiting_of(said), "ask": ""})


async def hear_unprompted(said: Incoming, facts: Facts) -> AnyTurn | None:
    """What somebody writes while an officer waits for their answer, or a receipt typed in; None for anything else."""
    receipt = receipt_in(said.content)
    if receipt is not None:
        return await hear_receipt(receipt, facts)
    if not isinstance(said.content, Text | Attached | Pin):
        return None
    words = words_of(said.content)
    if triage(words, asked=True) is not None or (isinstance(said.content, Text) and not is_readable(words)):
        return None
    open_tips = [tip for tip in await facts.own_tips() if tip.open_ask]
    if not open_tips:
        return None
    if len(open_tips) > 1:
        return Turn(enter=Enter("answer", AnswerDraft(waiting=waiting_of(said)), step="which"))
    return await _attach(open_tips[0], (said,), facts=facts)


async def hear_reply(said: Incoming, facts: Facts, *, rests: bool) -> AnyTurn | None:
    """A reply to the very message that asked is its answer, whatever is going on and even if it tells of danger, of
    which the desk is alerted; None for any other reply."""
    if said.reply_to is None or not isinstance(said.content, Text | Attached | Pin):
        return None
    for tip in await facts.own_tips():
        if tip.open_ask and await facts.was_asked_in(said.reply_to, tip.open_ask):
            if rests:
                return await _attach(tip, (said,), facts=facts)
            effects = await attach(tip, said, facts)
            return Turn(remark=(phrase("answer-attached", tail=tip.tail),), effects=effects, repeat=True)
    return None


async def _attach(tip: OwnTip, all_said: tuple[Incoming, ...], *, facts: Facts) -> AnyTurn:
    """Attached to the tip: the first as the answer to its open question, the rest beside it."""
    effects: tuple[Effect, ...] = ()
    draft = AnswerDraft(tip=tip.id, ask=tip.open_ask or "")
    for said in all_said:
        attached = await attach(tip, said, facts)
        draft = draft.with_last(attached, said, more=True)
        effects = (*effects, *attached)
        tip = replace(tip, open_ask=None)
    if not effects:
        return Turn.again("not-understood")
    return Turn(effects=effects, enter=Enter("answer", draft))


async def ask_more(draft: AnswerDraft, facts: Facts) -> Say:
    """Says that it was attached, to which tip, and how to take it back."""
    tip = await facts.own_tip(TipId(draft.tip))
    tail = tip.tail if tip else ""
    return Say((phrase("answer-attached", tail=tail),), choices=(ELSE, DONE), columns=2)


async def hear_more(draft: AnswerDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """More is attached too, until done; or the last of it was about something else, and becomes a tip being told."""
    match said.content:
        case Chosen(key="done"):
            return _enough()
        case Chosen(key="something-else"):
            return await _something_else(draft, said, facts)
        case Text(words=words) if is_courtesy(words):
            return _enough()
        case Text(words=words) if not is_readable(words):
            return Turn.again("tip-nothing-readable")
    tip = await facts.own_tip(TipId(draft.tip))
    if tip is None or tip.status is Status.CLOSED:
        return Turn(remark=(Phrase("status-closed" if tip else "tip-unknown"),), afresh=True)
    effects = await attach(tip, said, facts)
    if not effects:
        return Turn.again("not-understood")
    return Turn(effects=effects, repeat=True, draft=draft.with_last(effects, said, more=is_rest_of_album(said, facts)))


def _enough() -> AnyTurn:
    return Turn.done(Say((Phrase("after-done"),)))


async def _something_else(draft: AnswerDraft, said: Incoming, facts: Facts) -> AnyTurn:
    own = await facts.own_tip(TipId(draft.tip))
    if own is None:
        return Turn.done(Say((Phrase("tip-unknown"),)))
    opened = bool(draft.ask) and own.open_ask is None
    to = Status.ASKED if opened and own.status is Status.CLAIMED else own.status
    ask = EntryId(draft.ask) if opened else own.open_ask
    entries = tuple(EntryId(one) for one in draft.attached)
    taken_back = Say((phrase("reporter-withdrew", number=Quote("tip", draft.tip, "number")),), protect=True)
    effects = (WithdrawAnswer(own.id, own.version, ask, entries, to), TellOwner(own.id, taken_back))
    # the photo is sealed under the key of the tip it was sent to, and its channel need not have it any more
    words = tuple(one.model_copy(update={"file": "", "size": 0}) for one in draft.waiting)
    turn = await _as_tip(draft.model_copy(update={"waiting": words}), said, facts)
    remark = [phrase("answer-taken-back")]
    if words != draft.waiting:
        remark.append(phrase("answer-file-again"))
    return replace(turn, remark=tuple(remark), effects=(*effects, *turn.effects))


async def ask_which(draft: AnswerDraft, facts: Facts) -> Say:
    """Several officers have asked: which question is this the answer to?"""
    open_tips = [tip for tip in await facts.own_tips() if tip.open_ask][:6]
    lines = tuple(
        phrase("answer-which-line", tail=tip.tail, words=Quote("entry", tip.open_ask))
        for tip in open_tips
        if tip.open_ask
    )
    choices = tuple(Choice(f"own-{tip.id}", phrase("status-choice", tail=tip.tail)) for tip in open_tips)
    return Say((Phrase("answer-which-ask"), *lines), choices=(*choices, ELSE))


async def hear_which(draft: AnswerDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """The tip is chosen: what was said before is attached to it."""
    match said.content:
        case Chosen(key="something-else"):
            return await _as_tip(draft, said, facts)
        case Chosen(key=key) if key.startswith("own-"):
            own = await facts.own_tip(TipId(key.removeprefix("own-")))
            if own is None:
                return Turn.again("tip-unknown")
            return await _attach(own, _said_before(draft, said), facts=facts)
        case _ if fills([one.words for one in draft.waiting]):
            return Turn(remark=(phrase("tip-full-whose"),), repeat=True)
        case _:
            return Turn(repeat=True, draft=draft.model_copy(update={"waiting": (*draft.waiting, *waiting_of(said))}))


def _said_before(draft: AnswerDraft, said: Incoming) -> tuple[Incoming, ...]:
    return tuple(replace(said, content=one.content()) for one in draft.waiting)


async def _as_tip(draft: AnswerDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """What was said last as a tip being told, photos and all."""
    draft_id = facts.fresh_id()
    tip = TipDraft(since=facts.now)
    effects: tuple[Effect, ...] = ()
    for before in _said_before(draft, said):
        one, fetches = told(before, facts, tip=TipId(draft_id))
        tip = await placed_by_words(tip.with_more(one), words_of(before.content), facts)
        effects = (*effects, *fetches)
    begin = Enter("tip", tip, step=step_after(tip), draft_id=draft_id)
    return Turn(effects=effects, enter=begin)


FLOW = Flow(
    name="answer",
    draft=AnswerDraft,
    first="more",
    rests=frozenset({"more"}),
    lapses_after=QUIET_FOR,
    steps={
        "more": Step(ask=ask_more, hear=hear_more),
        "which": Step(ask=ask_which, hear=hear_which),
    },
)
