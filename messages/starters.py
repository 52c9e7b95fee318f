"""The starter calendar: what a ward's police usually tell residents in the course of a year, to be edited before use.

Days are those of the domain facts (e.4), which asks to verify them: a plan is a proposal. A starter's title is the text
`starter-<name>`, its words are `starter-<name>-words`, in both languages.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from messages.meaning.lunar import lunar_day

AT = time(9, 0)
"""The hour it is proposed for."""


@dataclass(frozen=True, slots=True)
class Starter:
    """One proposal: on which day of which calendar, "4/10" or lunar "23/12", and for which theme."""

    name: str
    day: str
    theme: str
    lunar: bool = False

    def next_at(self, now: datetime, *, timezone: tzinfo) -> datetime:
        """When it comes next."""
        first = now.astimezone(timezone).date() + timedelta(days=1)
        found = lunar_day(self.day).next_from(first) if self.lunar else self._next_from(first)
        assert found is not None
        return datetime.combine(found, AT, tzinfo=timezone)

    def _next_from(self, first: date) -> date:
        day, month = map(int, self.day.split("/"))
        this_year = date(first.year, month, day)
        return this_year if this_year >= first else date(first.year + 1, month, day)


STARTERS = (
    Starter("gender-violence", "25/11", "family"),
    Starter("sales-days", "12/12", "scam"),
    Starter("before-tet", "15/12", "crime"),
    Starter("fireworks", "20/12", "fire"),
    Starter("new-year", "30/12", "traffic"),
    Starter("dry-season", "10/1", "fire"),
    Starter("kitchen-gods", "21/12", "fire", lunar=True),
    Starter("tet-fire", "28/12", "fire", lunar=True),
    Starter("tet-house", "27/12", "crime", lunar=True),
    Starter("first-full-moon", "13/1", "fire", lunar=True),
    Starter("consumer-day", "15/3", "scam"),
    Starter("hot-season", "1/4", "fire"),
    Starter("tomb-sweeping", "3/4", "fire"),
    Starter("april-holidays", "27/4", "traffic"),
    Starter("buddhas-birthday", "13/4", "fire", lunar=True),
    Starter("children", "1/6", "family"),
    Starter("drowning", "15/6", "family"),
    Starter("against-drugs", "26/6", "drugs"),
    Starter("trafficking", "30/7", "crime"),
    Starter("cyber-security", "6/8", "scam"),
    Starter("security-festival", "15/8", "crime"),
    Starter("seventh-full-moon", "13/7", "fire", lunar=True),
    Starter("school", "1/9", "traffic"),
    Starter("mid-autumn", "12/8", "family", lunar=True),
    Starter("storms", "15/9", "fire"),
    Starter("fire-day", "20/9", "fire"),
    Starter("digital-day", "10/10", "scam"),
)


def in_order(now: datetime, *, timezone: tzinfo) -> list[tuple[datetime, Starter]]:
    """All of them, the next one first."""
    return sorted(((one.next_at(now, timezone=timezone), one) for one in STARTERS), key=lambda pair: pair[0])
