"""When somebody means: "ngay", "20:00", "mai 8h30", "thứ 6 19:30", "25/11 19:30", "rằm tháng bảy 8:00", as a moment."""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta, tzinfo
from typing import Literal, TypeAlias

from messages.meaning.folding import fold
from messages.meaning.lunar import read_lunar

NOW_WORDS = frozenset({"ngay", "ngay bay gio", "bay gio", "gui ngay", "now", "at once"})
Repetition: TypeAlias = Literal["daily", "weekly", "monthly", "yearly"]
REPEATED: Mapping[Repetition, re.Pattern[str]] = {
    "daily": re.compile(rf"\b(?:hang|moi) ngay\b|\b(?:{fold('daily')}|{fold('every day')})\b"),
    "weekly": re.compile(rf"\b(?:hang|moi) tuan\b|\b(?:{fold('weekly')}|{fold('every week')})\b"),
    "monthly": re.compile(rf"\b(?:hang|moi) thang\b|\b(?:{fold('monthly')}|{fold('every month')})\b"),
    "yearly": re.compile(rf"\b(?:hang|moi) nam\b|\b(?:{fold('yearly')}|{fold('every year')})\b"),
}
"""The words by which somebody asks for a repetition."""
AHEAD_AT_MOST = timedelta(days=366)
"""A date further away is taken for a slip."""
LONG_PAST = timedelta(days=183)
"""A date without a year that lies further back means next year's."""

_CLOCK = re.compile(r"(?<![\d/])([01]?\d|2[0-3])\s*(?:(?::|h(?![^\W\d_])|giờ|gio)\s*([0-5]\d)?)(?![\d/])")
_DATE = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?(?!\d)")
_DAY_OF_MONTH = re.compile(r"\b(?:ngay|day) (\d{1,2})\b")
_WEEKDAY = re.compile(r"\bthu (2|3|4|5|6|7|hai|ba|tu|nam|sau|bay)\b|\b(chu nhat|cn)\b")
_ENGLISH_WEEKDAY = re.compile(r"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b")
_DAYS = {"2": 0, "hai": 0, "3": 1, "ba": 1, "4": 2, "tu": 2, "5": 3, "nam": 3, "6": 4, "sau": 4, "7": 5, "bay": 5}
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TODAY = re.compile(rf"\b(?:hom|sang|trua|chieu|toi|dem) nay\b|\b(?:{fold('today')}|{fold('tonight')})\b")
_TOMORROW = re.compile(rf"\b(?:ngay mai|mai|{fold('tomorrow')})\b")


def speaks_of_today(words: str) -> bool:
    """Whether the words mean this very day: "tối nay", "hôm nay", "today"."""
    return _TODAY.search(fold(words)) is not None


def repetition_in(words: str) -> Repetition | None:
    """The repetition that the words ask for, if they do."""
    folded = fold(words)
    return next((name for name, said in REPEATED.items() if said.search(folded)), None)


def read_moment(words: str, now: datetime, *, timezone: tzinfo) -> datetime | None:
    """The moment the words name in the zone, never before `now`; None if they name none that is still to come.

    A time alone is the next such time; a weekday, day of the month or lunar day with a time is the next such day; a
    date without a year is this year's, unless that is long past. Raises nothing.
    """
    if fold(words) in NOW_WORDS:
        return now
    clock = _clock(words)
    if clock is None:
        return None
    local = now.astimezone(timezone)
    lunar = read_lunar(words)
    if lunar is not None:
        first = local.date() + timedelta(days=local.time() > clock)
        found_on = lunar.next_from(first)
        return datetime.combine(found_on, clock, tzinfo=local.tzinfo) if found_on else None
    found = _on_date(words, local, clock=clock)
    if found is not None and local - found > LONG_PAST and not _names_year(words):
        found = found.replace(year=found.year + 1) if (found.month, found.day) != (2, 29) else None
    if found is None or found < local or found - local > AHEAD_AT_MOST:
        return None
    return found


def _names_year(words: str) -> bool:
    dated = _DATE.search(words)
    return dated is not None and dated.group(3) is not None


def _clock(words: str) -> time | None:
    found = _CLOCK.search(words.lower())
    return time(int(found.group(1)), int(found.group(2) or 0)) if found else None


def _on_date(words: str, local: datetime, *, clock: time) -> datetime | None:
    """The day the words name, at the time; the next such day where they name a weekday or none."""
    dated = _DATE.search(words)
    if dated is not None:
        try:
            return datetime(
                int(dated.group(3) or local.year),
                int(dated.group(2)),
                int(dated.group(1)),
                clock.hour,
                clock.minute,
                tzinfo=local.tzinfo,
            )
        except ValueError:
            return None
    day = datetime.combine(local.date(), clock, tzinfo=local.tzinfo)
    folded = fold(words)
    of_month = _DAY_OF_MONTH.search(folded)
    if of_month is not None and repetition_in(words) == "monthly":
        ahead = (day + timedelta(days=days) for days in range(62))
        return next((one for one in ahead if one.day == int(of_month.group(1)) and one >= local), None)
    if _TOMORROW.search(folded):
        return day + timedelta(days=1)
    weekday = _weekday(folded)
    if weekday is not None:
        day += timedelta(days=(weekday - local.weekday()) % 7)
        return day if day >= local else day + timedelta(days=7)
    return day if day >= local else day + timedelta(days=1)


def _weekday(folded: str) -> int | None:
    english = _ENGLISH_WEEKDAY.search(folded)
    if english:
        return _ENGLISH.index(english.group(1))
    found = _WEEKDAY.search(folded)
    if found is None:
        return None
    return 6 if found.group(2) else _DAYS[found.group(1)]
