"""Values that are counted and listed, and name no reporter: how outcomes are found, and the log of what was done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from storage.records import OfficerId

RatingId = NewType("RatingId", str)


class Rating(StrEnum):
    """How a reporter finds the outcome."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Ratings:
    """How often reporters of some wards found an outcome good, fair or bad in a month."""

    good: int = 0
    fair: int = 0
    bad: int = 0

    @property
    def count(self) -> int:
        """All of them."""
        return self.good + self.fair + self.bad


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the log: something done that belongs to no tip."""

    id: int
    at: datetime
    officer: OfficerId
    officer_name: str
    what: str
    detail: str = ""
