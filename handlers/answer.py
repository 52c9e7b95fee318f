"""Answering an officer's question by simply writing: attached, said so, and taken back with one press."""

from dataclasses import replace

from pydantic import BaseModel, ConfigDict

from handlers.effects import Effect, TellOwner, WithdrawAnswer
from handlers.facts import Facts
from handlers.status import attach, hear_receipt
from handlers.telling import Told, told
from handlers.tip import TipDraft
from handlers.turn import AnyTurn, Draft, Enter, Flow, Step, Turn
from messages.incoming import Chosen, Incoming, Photo, Pin, Point, Text, words_of
from messages.meaning.emergencies import triage
from messages.outgoing import Say
from messages.phrase import Choice, Phrase, Quote, choice, phrase
from messages.receipt import read_receipt
from storage.records import EntryId, OwnTip, Status, TipId

ELSE = choice("something-else")
DONE = choice("done")


class Waiting(BaseModel):
    """Something said before it was known which of several questions it answers; a photo by its channel's handle."""

    model_config = ConfigDict(frozen=True)
    words: str = ""
    file: str = ""
    size: int = 0
    point: tuple[float, float] | None = None

    def content(self) -> Text | Photo | Pin:
        """As it was said."""
        if self.file:
            return Photo(self.file, self.words, self.size)
        return Pin(Point(*self.point)) if self.point else Text(self.words)


class AnswerDraft(Draft):
    """What was attached as an answer, so that it can be taken back and told as something else."""

    tip: str = ""
    ask: str = ""
    attached: tuple[Told, ...] = ()
    waiting: tuple[Waiting, ...] = ()


async def hear_unprompted(said: Incoming, facts: Facts) -> AnyTurn | None:
    """What somebody writes while an officer waits for their answer, or a receipt typed in; None for anything else."""
    if isinstance(said.content, Text) and read_receipt(said.content.words) is not None:
        return await hear_receipt(said.content.words, facts)
    if not isinstance(said.content, Text | Photo | Pin):
        return None
    if isinstance(said.content, Text) and triage(said.content.words) is not None:
        return None
    open_tips = [tip for tip in await facts.own_tips() if tip.open_ask]
    if not open_tips:
        return None
    if len(open_tips) > 1:
        return Turn(enter=Enter("answer", AnswerDraft(waiting=_waiting(said)), step="which"))
    return await _attach(open_tips[0], (said,), facts)


def _waiting(said: Incoming) -> tuple[Waiting, ...]:
    match said.content:
        case Photo(file=file, caption=caption, size=size):
            return (Waiting(words=caption, file=file, size=size),)
        case Pin(point=point):
            return (Waiting(point=(point.latitude, point.longitude)),)
        case _:
            words = words_of(said.content).strip()
            return (Waiting(words=words),) if words else ()


async def _attach(tip: OwnTip, all_said: tuple[Incoming, ...], facts: Facts) -> AnyTurn:
    effects: tuple[Effect, ...] = ()
    kept: tuple[Told, ...] = ()
    open_ask = tip.open_ask
    for said in all_said:
        attached = await attach(tip, said, facts)
        for entry in getattr(attached[0], "entries", ()) if attached else ():
            kept = (*kept, Told(id=entry.id, words=entry.words, media=entry.media or ""))
        effects = (*effects, *attached)
        tip = replace(tip, open_ask=None)
    tip = replace(tip, open_ask=open_ask)
    if not effects:
        return Turn.again("not-understood")
    draft = AnswerDraft(tip=tip.id, ask=tip.open_ask or "", attached=kept)
    return Turn(effects=effects, enter=Enter("answer", draft))


async def ask_more(draft: AnswerDraft, facts: Facts) -> Say:
    """Says that it was attached, to which tip, and how to take it back."""
    tip = await facts.own_tip(TipId(draft.tip))
    tail = tip.tail if tip else ""
    return Say((phrase("answer-attached", tail=tail),), choices=(ELSE, DONE), columns=2)


async def hear_more(draft: AnswerDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """More is attached too, until done; or it was about something else, and becomes a tip being told."""
    match said.content:
        case Chosen(key="done"):
            return Turn.done(Say((Phrase("after-done"),)))
        case Chosen(key="something-else"):
            return await _something_else(draft, facts)
    tip = await facts.own_tip(TipId(draft.tip))
    if tip is None:
        return Turn.done(Say((Phrase("tip-unknown"),)))
    effects = await attach(tip, said, facts)
    if not effects:
        return Turn.again("not-understood")
    return Turn(remark=(phrase("after-words-added"),), effects=effects, repeat=True)


async def _something_else(draft: AnswerDraft, facts: Facts) -> AnyTurn:
    entries = tuple(EntryId(one.id) for one in draft.attached)
    own = await facts.own_tip(TipId(draft.tip))
    if own is None:
        return Turn.done(Say((Phrase("tip-unknown"),)))
    to = Status.ASKED if own.status is Status.CLAIMED else own.status
    withdraw = WithdrawAnswer(own.id, own.version, EntryId(draft.ask), entries, to)
    words = [one.model_copy(update={"id": facts.fresh_id()}) for one in draft.attached if one.words and not one.media]
    tip = TipDraft()
    for one in words:
        tip = tip.with_more(one)
    remark = (phrase("answer-taken-back"),)
    step = "place" if tip.told else "told"
    taken_back = Say((phrase("reporter-withdrew", number=Quote("tip", draft.tip, "number")),), protect=True)
    told_owner = TellOwner(TipId(draft.tip), taken_back)
    return Turn(remark=remark, effects=(withdraw, told_owner), enter=Enter("tip", tip, step=step))


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
            if not draft.waiting:
                return Turn(goto="tell", draft=draft.model_copy(update={"tip": own.id, "ask": own.open_ask or ""}))
            return await _attach(own, _said_before(draft, said), facts)
        case _:
            return Turn(repeat=True, draft=draft.model_copy(update={"waiting": (*draft.waiting, *_waiting(said))}))


def _said_before(draft: AnswerDraft, said: Incoming) -> tuple[Incoming, ...]:
    return tuple(replace(said, content=one.content()) for one in draft.waiting)


async def _as_tip(draft: AnswerDraft, said: Incoming, facts: Facts) -> AnyTurn:
    draft_id = facts.fresh_id()
    tip = TipDraft()
    effects: tuple[Effect, ...] = ()
    for before in _said_before(draft, said):
        one, fetches = told(before, facts, tip=TipId(draft_id))
        tip = tip.with_more(one)
        effects = (*effects, *fetches)
    begin = Enter("tip", tip, step="place" if tip.told else "told", draft_id=draft_id)
    return Turn(effects=effects, enter=begin)


async def hear_tell(draft: AnswerDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """The answer, after the question was chosen first."""
    tip = await facts.own_tip(TipId(draft.tip))
    if tip is None:
        return Turn.done(Say((Phrase("tip-unknown"),)))
    if isinstance(said.content, Chosen) and said.content.key == "done":
        return Turn.done(Say((Phrase("after-done"),)))
    return await _attach(tip, (said,), facts)


FLOW = Flow(
    name="answer",
    draft=AnswerDraft,
    first="more",
    steps={
        "more": Step(ask=ask_more, hear=hear_more),
        "which": Step(ask=ask_which, hear=hear_which),
        "tell": Step(ask=Say((Phrase("status-add-ask"),), choices=(DONE,)), hear=hear_tell),
    },
)
