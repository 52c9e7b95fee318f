"""What a reporter answers to an outcome: a press, a number, a few words if they like; or that it is not over yet."""

from handlers.facts import Facts
from handlers.outcome_effects import DescribeRating, RateOutcome
from handlers.residents import meaning_of
from handlers.residents.outcome import RATE, REOPEN, VERBS, may_rate, may_reopen
from handlers.residents.status import StatusDraft, reopened
from handlers.residents.telling import LONGEST, QUIET_FOR, holds_something, is_courtesy
from handlers.residents.welcome import both_languages
from handlers.turn import AnyFlow, AnyTurn, Draft, Enter, Flow, Step, Turn
from messages.frozen import replace
from messages.incoming import Chosen, Edited, Incoming, Text
from messages.meaning.folding import chosen
from messages.outgoing import Say, say
from messages.phrase import Phrase, choice, phrase
from storage.figures import Rating, RatingId
from storage.records import OwnTip, TipId

ELSE = choice("something-else")
DONE = choice("done")


class RatingDraft(Draft):
    """The rating that was given, and what was written with it."""

    rating: str = ""
    words: str = ""


async def hear_press(key: str, flow: AnyFlow | None, facts: Facts) -> AnyTurn:
    """A button under an outcome, however old; pressed in the middle of a tip it does not end the telling."""
    verb, _, id = key.partition(":")
    tip = await facts.own_tip(TipId(id))
    if tip is None:
        turn: AnyTurn = Turn(remark=(phrase("tip-unknown"),))
    elif verb == REOPEN:
        turn = await reopened(tip, StatusDraft(tip=tip.id), facts)
    else:
        turn = _rated(tip, Rating(verb.removeprefix(f"{RATE}-")), facts)
    if flow is not None and (flow.keeps or turn.enter is None):
        return replace(turn, enter=None, repeat=True)
    return turn


async def typed(words: str, facts: Facts) -> str:
    """The key that a label or a bare number means to the latest outcome; empty where it means nothing. A number is
    meant for it only if nothing else was shown since."""
    labels = [[spoken.label(Phrase(f"choice-{verb}")) for verb in VERBS] for spoken in both_languages(facts)]
    found = next((index for one in labels if (index := chosen(words, one)) is not None), None)
    if found is None:
        return ""
    verb, number = VERBS[found], words.strip().isdecimal()
    spoke_at = facts.session.spoke_at if number else None
    closed = [tip for tip in await facts.own_tips() if tip.closed_at and (not spoke_at or tip.closed_at > spoke_at)]
    meant = [tip for tip in closed if may_rate(tip) or (verb == REOPEN and may_reopen(tip, facts.now))]
    latest = max(meant, key=lambda tip: tip.closed_at or facts.now, default=None)
    return f"{verb}:{latest.id}" if latest is not None else ""


def _rated(tip: OwnTip, rating: Rating, facts: Facts) -> AnyTurn:
    if not may_rate(tip):
        return Turn(remark=(phrase("rating-already"),))
    id = RatingId(facts.fresh_id())
    rated = RateOutcome(tip.id, tip.desk, id, rating)
    return Turn(remark=(phrase("rating-kept"),), effects=(rated,), enter=Enter("rating", RatingDraft(rating=id)))


# --- a few words ------------------------------------------------------------------------------------------------


async def hear_words(draft: RatingDraft, said: Incoming, facts: Facts) -> Turn[RatingDraft]:
    """Words about how it went; a photo, a position or a contact tells of something else."""
    match said.content:
        case Chosen(key="done"):
            return Turn.done(say("after-done"))
        case Text(words=words) if is_courtesy(words):
            return Turn.done(say("after-done"))
        case Text(words=words) | Edited(words=words) if holds_something(said.content):
            kept = draft.model_copy(update={"words": words.strip()[:LONGEST]})
            return Turn(goto="kept", draft=kept, effects=(DescribeRating(RatingId(draft.rating), kept.words),))
        case _ if holds_something(said.content):
            return Turn(afresh=True)
        case _:
            return Turn.again("not-understood")


async def ask_kept(draft: RatingDraft, facts: Facts) -> Say:
    """Says what became of the words: nobody acts on them, so a tip among them can be told as one."""
    return say("rating-words-kept", choices=(ELSE, DONE), columns=2)


async def hear_kept(draft: RatingDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """Enough; or the words were no remark but something to report."""
    match said.content:
        case Chosen(key="done"):
            return Turn.done(say("after-done"))
        case Chosen(key="something-else"):
            turn = await meaning_of.tell(replace(said, content=Text(draft.words)), facts)
            return replace(turn, effects=(DescribeRating(RatingId(draft.rating), ""), *turn.effects))
        case _ if holds_something(said.content):
            return Turn(afresh=True)
        case _:
            return Turn.done(say("after-done"))


FLOW = Flow(
    name="rating",
    draft=RatingDraft,
    first="words",
    rests=frozenset({"words", "kept"}),
    lapses_after=QUIET_FOR,
    steps={
        "words": Step(ask=say("rating-words-ask", choices=(DONE,)), hear=hear_words),
        "kept": Step(ask=ask_kept, hear=hear_kept),
    },
)
