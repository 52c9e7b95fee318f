"""What somebody says about the service itself, in the middle of anything: it is answered, and what goes on goes on."""

from collections.abc import Mapping

from handlers.facts import Facts
from handlers.residents import after
from handlers.residents.privacy import plainly
from handlers.residents.telling import SentDraft
from handlers.residents.welcome import hear_menu, menu
from handlers.turn import AnyFlow, AnyTurn, Draft, Turn
from messages.frozen import replace
from messages.incoming import Incoming, Text
from messages.meaning.asides import Aside, aside
from messages.meaning.emergencies import names_danger
from messages.meaning.procedures import COMPLAINT, matter
from messages.phrase import Phrase
from storage.records import Reach, Status, TipId

WORDED = frozenset({("tip", "rewrite"), ("after", "contact"), ("rating", "words"), ("rating", "kept")})
"""Steps that ask for words of the speaker's own, whatever these are."""
ANSWERED: Mapping[Aside, str] = {Aside.WHEN: "aside-when", Aside.WHO_ARE_YOU: "aside-who"}
"""Asides to which there is one answer."""


async def hear(flow: AnyFlow | None, draft: Draft | None, said: Incoming, facts: Facts) -> AnyTurn | None:
    """The answer to an aside; None where a message is none, or is rather heard by what is going on."""
    if not isinstance(said.content, Text) or (flow is not None and flow.audience != "resident"):
        return None
    words, meant = said.content.words, aside(said.content.words)
    about = matter(words) if flow is not None or meant is not None else None
    if (meant is None and about is None) or names_danger(words):
        return None
    if flow is not None and (flow.name, facts.session.step) in WORDED:
        return None
    if about is not None:
        complains = flow is not None and about.slug == COMPLAINT
        return _answered(Phrase("complaint-elsewhere"), flow, facts) if complains else None
    match meant:
        case Aside.FORGET:
            return await hear_menu("menu-privacy", flow, facts)
        case Aside.WHO_SEES:
            return _answered(plainly(facts), flow, facts)
        case Aside.WHEN | Aside.WHO_ARE_YOU:
            return _answered(Phrase(ANSWERED[meant]), flow, facts)
        case Aside.SILENCE:
            return await _silenced(flow, draft, facts)
        case Aside.WITHDRAW:
            return await _withdrawn(flow, draft, said, facts)
        case None:
            return None


def _answered(words: Phrase, flow: AnyFlow | None, facts: Facts) -> AnyTurn:
    if flow is not None:
        return Turn(remark=(words,), repeat=True)
    return Turn(replies=(menu(facts, words),))


async def _silenced(flow: AnyFlow | None, draft: Draft | None, facts: Facts) -> AnyTurn | None:
    """Nobody shall write back: about the tip at hand, or the only one that is open."""
    if isinstance(draft, SentDraft):
        tip = await facts.own_tip(TipId(draft.tip))
        turn = None if tip is None else after.reached(tip, Reach.SILENT)
        return turn if turn is None or facts.session.step != "reach" else replace(turn, repeat=False, goto="more")
    waiting = [tip for tip in await facts.own_tips() if tip.status is not Status.CLOSED]
    if flow is not None or len(waiting) != 1:
        return None
    return replace(after.reached(waiting[0], Reach.SILENT), repeat=False)


async def _withdrawn(flow: AnyFlow | None, draft: Draft | None, said: Incoming, facts: Facts) -> AnyTurn | None:
    """What is unsent waits for a clear word. What is sent stays: the desk hears that its teller wants it back."""
    if flow is not None and flow.keeps:
        return Turn(remark=(Phrase("tip-not-sent"),), repeat=True)
    if not await facts.own_tips():
        return None
    if flow is None or not isinstance(draft, SentDraft):
        return _answered(Phrase("aside-withdraw"), flow, facts)
    turn = await flow.steps[facts.session.step].hear(draft, said, facts)
    return replace(turn, remark=(*turn.remark, Phrase("aside-withdraw")))
