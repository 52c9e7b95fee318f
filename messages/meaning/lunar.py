"""Days of the Vietnamese lunar calendar, which is reckoned for UTC+7 and may differ from China's by a day or a month.

A lunar day is written "23/12", or "15" for one of every month. The 30th means a month's last day: many months have 29.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lunar_vn import solar_to_lunar

from messages.meaning.folding import fold

LAST = 30
"""The day that stands for the last of its month."""
SEARCHED = timedelta(days=400)
"""Every lunar day comes again within so long; the longest lunar years have 385 days."""

_MARKED = re.compile(r"\bam lich\b|\blunar\b|\bal\b")
_ACCENTED = re.compile(r"(?<!\w)âm(?!\w)")
_DATE = re.compile(r"(?<!\d)(\d{1,2})[/.-](0?[1-9]|[1-9]\d)(?![\d/])")
_DAYS = {"mot": 1, "hai": 2, "ba": 3}
_MONTHS = {
    "gieng": 1,
    "hai": 2,
    "ba": 3,
    "tu": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
    "muoi mot": 11,
    "muoi hai": 12,
    "chap": 12,
}
"""Months by name. A bare "tháng một" is left out: it may be the first or, as people used to say, the eleventh."""
_MONTH = r"thang (" + "|".join((*sorted(_MONTHS, key=len, reverse=True), r"[1-9]\d?")) + r")\b"
_FULL_MOON = re.compile(rf"\bram {_MONTH}")
_NEW_MOON = re.compile(rf"\bmung (\d{{1,2}}|mot|hai|ba) {_MONTH}")
_EVERY_FULL_MOON = re.compile(r"\bram (?:hang|moi) thang\b")
_EVERY_NEW_MOON = re.compile(r"\bmung (?:1|mot) (?:hang|moi) thang\b")
_TET = re.compile(r"\bmung (\d{1,2}|mot|hai|ba) tet\b")
_NEW_YEARS_EVE = re.compile(r"\bgiao thua\b|\b(?:30|ba muoi) tet\b")


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar year, or with month 0 of every lunar month."""

    day: int
    month: int = 0

    def __str__(self) -> str:
        return f"{self.day}/{self.month}" if self.month else str(self.day)

    def falls_on(self, when: date) -> bool:
        """Whether the calendar calls this date so. A yearly day is not kept a second time in a leap month."""
        lunar = solar_to_lunar(when)
        is_last = solar_to_lunar(when + timedelta(days=1)).day == 1
        if self.month and (lunar.month != self.month or lunar.leap):
            return False
        return is_last if self.day == LAST else lunar.day == self.day

    def next_from(self, first: date) -> date | None:
        """The first date from `first` on that is called so; None for a day that no month has."""
        days = (first + timedelta(days=ahead) for ahead in range(SEARCHED.days))
        return next((when for when in days if self.falls_on(when)), None)


def lunar_day(written: str) -> LunarDay:
    """The day of its stored form, "23/12" or "15"."""
    day, _, month = written.partition("/")
    return LunarDay(int(day), int(month or 0))


def read_lunar(words: str) -> LunarDay | None:
    """The lunar day that words name: "23/12 âm lịch", "rằm tháng bảy", "mùng 1 Tết", "30 Tết", "rằm hằng tháng".

    It may be one that no year has.
    """
    folded = fold(words)
    if _NEW_YEARS_EVE.search(folded):
        return LunarDay(LAST, 12)
    if _EVERY_FULL_MOON.search(folded):
        return LunarDay(15)
    if _EVERY_NEW_MOON.search(folded):
        return LunarDay(1)
    if found := _TET.search(folded):
        return LunarDay(_number(found.group(1), _DAYS), 1)
    if found := _FULL_MOON.search(folded):
        return LunarDay(15, _number(found.group(1), _MONTHS))
    if found := _NEW_MOON.search(folded):
        return LunarDay(_number(found.group(1), _DAYS), _number(found.group(2), _MONTHS))
    dated = _DATE.search(words)
    if dated is not None and (_MARKED.search(folded) or _ACCENTED.search(words.lower())):
        return LunarDay(int(dated.group(1)), int(dated.group(2)))
    return None


def _number(word: str, named: Mapping[str, int]) -> int:
    return int(word) if word.isdigit() else named[word]
