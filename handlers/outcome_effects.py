"""What a reporter may cause once a tip is closed: a rating that is joined to nobody, and its reopening."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from storage.figures import Rating, RatingId
from storage.records import TipId, WardCode


@dataclass(frozen=True, slots=True)
class RateOutcome:
    """How a reporter finds the outcome, counted for the desk's ward. The tip only remembers that it was rated."""

    tip: TipId
    ward: WardCode
    id: RatingId
    rating: Rating


@dataclass(frozen=True, slots=True)
class DescribeRating:
    """A few words with a rating; empty ones take back what was written."""

    id: RatingId
    words: str


@dataclass(frozen=True, slots=True)
class ReopenTip:
    """The reporter has a closed tip looked at again, once: it stands in its desk's queue like a new one."""

    tip: TipId
    version: int
    due_at: datetime
    """When the desk is alerted again if nobody has claimed it."""


OutcomeEffect: TypeAlias = RateOutcome | DescribeRating | ReopenTip
