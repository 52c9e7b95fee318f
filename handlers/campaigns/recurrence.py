"""When a campaign that repeats goes out again."""

from calendar import monthrange
from datetime import date, datetime, timedelta, tzinfo
from typing import assert_never

from messages.meaning.lunar import SEARCHED, lunar_day
from messages.meaning.moments import Repetition


def next_time(first: datetime, repeats: Repetition, *, lunar: str, after: datetime, timezone: tzinfo) -> datetime:
    """The next time after a moment, at the hour of the `first` in the zone; with `lunar` on that day of the calendar.

    A month without the first one's day has it on its last. Never before the first.
    """
    local = first.astimezone(timezone)
    begin = max(first, after).astimezone(timezone).date()
    for ahead in range(SEARCHED.days):
        day = begin + timedelta(days=ahead)
        at = datetime.combine(day, local.time(), tzinfo=timezone)
        if at > after and at >= first and _falls_on(day, local.date(), repeats=repeats, lunar=lunar):
            return at
    raise ValueError(f"no such day: {lunar!r}")


def _falls_on(day: date, first: date, *, repeats: Repetition, lunar: str) -> bool:
    if lunar and repeats in {"monthly", "yearly"}:
        named = lunar_day(lunar if repeats == "yearly" else lunar.partition("/")[0])
        return named.falls_on(day)
    match repeats:
        case "daily":
            return True
        case "weekly":
            return day.weekday() == first.weekday()
        case "monthly":
            return day.day == min(first.day, monthrange(day.year, day.month)[1])
        case "yearly":
            return day.month == first.month and day.day == min(first.day, monthrange(day.year, day.month)[1])
        case _:
            assert_never(repeats)
