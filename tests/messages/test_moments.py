"""When somebody means, as they write it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from messages.meaning.moments import read_moment, repetition_in

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SUNDAY = datetime(2026, 11, 22, 17, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("ngay", "2026-11-22 17:00"),
        ("Now", "2026-11-22 17:00"),
        ("17:00", "2026-11-22 17:00"),
        ("20:00", "2026-11-22 20:00"),
        ("16:59", "2026-11-23 16:59"),
        ("8h30", "2026-11-23 08:30"),
        ("20 giờ 15", "2026-11-22 20:15"),
        ("sáng mai 9h", "2026-11-23 09:00"),
        ("tomorrow 9:00", "2026-11-23 09:00"),
        ("thứ 6 19:30", "2026-11-27 19:30"),
        ("hằng tuần thứ sáu 19:30", "2026-11-27 19:30"),
        ("chủ nhật 16:00", "2026-11-29 16:00"),
        ("Sunday 18:00", "2026-11-22 18:00"),
        ("25/11 19:30", "2026-11-25 19:30"),
        ("19:30 25-11-2026", "2026-11-25 19:30"),
        ("1/1 10:00", "2027-01-01 10:00"),
        ("23/12 âm lịch 8:00", "2027-01-30 08:00"),
        ("8:00 30 Tết", "2027-02-05 08:00"),
        ("rằm tháng giêng 7h", "2027-02-20 07:00"),
        ("mùng 10 tháng 3 8:00", "2027-04-16 08:00"),
        ("mùng 1 hằng tháng 8:00", "2026-12-09 08:00"),
        ("8 hôm nay", None),
        ("rằm hằng tháng 6h30", "2026-11-23 06:30"),
        ("hằng tháng ngày 15 8:00", "2026-12-15 08:00"),
        ("hằng tháng ngày 31 8:00", "2026-12-31 08:00"),
        ("31/12 âm lịch 8:00", None),
        ("20/11 10:00", None),
        ("20/11/2026 10:00", None),
        ("25/11/2029 10:00", None),
        ("25/13 10:00", None),
        ("29/2 10:00", None),
        ("25:00", None),
        ("25/11", None),
        ("", None),
        ("1" * 5000, None),
    ],
)
def test_a_moment_is_read_and_never_lies_in_the_past(words: str, meant: str | None) -> None:
    found = read_moment(words, SUNDAY.astimezone(UTC), timezone=ZONE)
    assert (found.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if found else None) == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Hằng tuần thứ 7", "weekly"),
        ("mỗi tuần", "weekly"),
        ("weekly friday", "weekly"),
        ("every week", "weekly"),
        ("mỗi ngày 8:00", "daily"),
        ("daily 8:00", "daily"),
        ("rằm hằng tháng 8:00", "monthly"),
        ("every month", "monthly"),
        ("hằng năm 4/10 8:00", "yearly"),
        ("tuần này", None),
        ("ngày mai 8:00", None),
    ],
)
def test_a_repetition_is_asked_for_in_words(words: str, meant: str | None) -> None:
    assert repetition_in(words) == meant
