"""An officer asks while its reporter is telling something else: whose is what they write next?"""

from handlers.effects import Effect
from handlers.facts import Facts
from handlers.residents.status import attach
from handlers.residents.telling import SEND_WORDS, TipDraft, is_courtesy, is_readable, waiting_of
from handlers.turn import Turn
from messages.frozen import replace
from messages.incoming import Attached, Chosen, Incoming, Pin, Text, words_of
from messages.meaning.emergencies import triage
from messages.meaning.folding import fold
from messages.outgoing import Say
from messages.phrase import Choice, Phrase, Quote, choice, phrase
from storage.records import OwnTip, TipId

THIS_TIP = choice("this-tip")


async def hear_meanwhile(draft: TipDraft, step: str, *, said: Incoming, facts: Facts) -> Turn[TipDraft] | None:
    """Asks whose it is, once a question; None where nobody has asked since the telling began, or it is plain."""
    if draft.since is None or step == "whose" or not _may_answer(said):
        return None
    if not await _asked_since(draft, facts):
        return None
    waiting = draft.model_copy(update={"waiting": waiting_of(said), "before": step})
    return Turn(goto="whose", draft=waiting)


def _may_answer(said: Incoming) -> bool:
    if isinstance(said.content, Attached | Pin):
        return triage(words_of(said.content), asked=True) is None
    if not isinstance(said.content, Text):
        return False
    words = said.content.words
    is_told = is_readable(words) and fold(words) not in SEND_WORDS and not is_courtesy(words)
    return is_told and triage(words, asked=True) is None


async def _asked_since(draft: TipDraft, facts: Facts) -> list[OwnTip]:
    return [
        tip
        for tip in await facts.own_tips()
        if tip.open_ask and tip.asked_at and draft.since and tip.asked_at > draft.since
        if tip.open_ask not in draft.settled
    ]


async def ask(draft: TipDraft, facts: Facts) -> Say:
    """The officers' questions, each with its tip; or the tip that is being told."""
    tips = await _asked_since(draft, facts)
    lines = [phrase("answer-which-line", tail=tip.tail, words=Quote("entry", tip.open_ask or "")) for tip in tips]
    choices = [Choice(f"own-{tip.id}", phrase("choice-answer-tip", tail=tip.tail)) for tip in tips]
    return Say((Phrase("whose-ask"), *lines), choices=(*choices, THIS_TIP))


async def hear(draft: TipDraft, said: Incoming, facts: Facts) -> Turn[TipDraft]:
    """The answer goes to its officer, and the telling goes on where it was; more that is said waits with the rest."""
    match said.content:
        case Chosen(key=key) if key.startswith("own-"):
            tip = await facts.own_tip(TipId(key.removeprefix("own-")))
            if tip is None:
                return Turn.again("tip-unknown")
            effects = await _answered(tip, draft, said=said, facts=facts)
            remark = phrase("answer-attached", tail=tip.tail)
            return Turn(remark=(remark,), goto=draft.before, draft=await settled(draft, facts), effects=effects)
        case _:
            more = (*draft.waiting, *waiting_of(said))
            return Turn(repeat=True, draft=draft.model_copy(update={"waiting": more}))


async def settled(draft: TipDraft, facts: Facts) -> TipDraft:
    """The draft once it is known whose the words were: the same questions are not asked about again."""
    asks = tuple(tip.open_ask for tip in await _asked_since(draft, facts) if tip.open_ask)
    return draft.model_copy(update={"waiting": (), "before": "", "settled": (*draft.settled, *asks)})


async def _answered(tip: OwnTip, draft: TipDraft, *, said: Incoming, facts: Facts) -> tuple[Effect, ...]:
    """The first of what waited answers the question, the rest stands beside it."""
    effects: tuple[Effect, ...] = ()
    for one in draft.waiting:
        effects = (*effects, *await attach(tip, replace(said, content=one.content()), facts))
        tip = replace(tip, open_ask=None)
    return effects
