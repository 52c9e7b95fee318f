"""What stands under an outcome: how its reporter finds it, asked once, and the way to have the tip looked at again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from messages.frozen import replace
from messages.outgoing import Say
from messages.phrase import Choice, Phrase
from storage.figures import Rating
from storage.records import Outcome, OwnTip, Status, Tip, TipId, Urgency

REOPEN_WITHIN = timedelta(days=14)
"""How long after its closing a reporter can have a tip reopened."""
RATE, REOPEN = "rate", "reopen-mine"
VERBS = (*(f"{RATE}-{one}" for one in Rating), REOPEN)
"""What stands under an outcome, in this order."""
ASKED = "outcome-rate-ask"


def under_outcome(tip: Tip, lines: Sequence[Phrase], *, outcome: Outcome) -> Say:
    """The lines of an outcome with what can be answered. After an emergency, about spam, and about the second outcome
    of a tip that its reporter had reopened, nobody is asked."""
    if tip.reopened:
        return Say(tuple(lines))
    if not _is_asked(tip.urgency, outcome):
        return Say(tuple(lines), choices=(_reopening(tip.id),))
    return Say((*lines, Phrase(ASKED)), choices=(*ratings(tip.id), _reopening(tip.id)), columns=3)


def ratings(tip: TipId) -> tuple[Choice, ...]:
    """The three answers, the best first."""
    return tuple(Choice(f"{RATE}-{one}:{tip}", Phrase(f"choice-rate-{one}"), lasting=True) for one in Rating)


def _reopening(tip: TipId) -> Choice:
    return Choice(f"{REOPEN}:{tip}", Phrase("choice-reopen-mine"), lasting=True)


def unasked(said: Say) -> Say:
    """The same message without question and buttons, for somebody who has just been in danger."""
    if not any(one.key == ASKED for one in said.words):
        return said
    return replace(said, words=tuple(one for one in said.words if one.key != ASKED), choices=())


def _is_asked(urgency: Urgency, outcome: Outcome | None) -> bool:
    return urgency is not Urgency.EMERGENCY and outcome is not Outcome.SPAM


def may_rate(tip: OwnTip) -> bool:
    """Whether its reporter can still say how they find the outcome."""
    return tip.status is Status.CLOSED and not (tip.rated or tip.reopened) and _is_asked(tip.urgency, tip.outcome)


def may_reopen(tip: OwnTip, now: datetime) -> bool:
    """Whether its reporter can have it looked at again: once, within fourteen days."""
    if tip.status is not Status.CLOSED or tip.reopened or tip.closed_at is None:
        return False
    return now - tip.closed_at <= REOPEN_WITHIN


def is_key(key: str) -> bool:
    """Whether a choice's key is one that stands under an outcome."""
    verb, _, tip = key.partition(":")
    return bool(tip) and verb in VERBS
