"""When a campaign goes out again."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.campaigns.recurrence import next_time
from messages.meaning.moments import Repetition

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("first", "repeats", "lunar", "after", "again"),
    [
        ("2026-11-28 08:00", "daily", "", "2026-11-28 08:00", "2026-11-29 08:00"),
        ("2026-11-28 08:00", "daily", "", "2026-11-29 07:59", "2026-11-29 08:00"),
        ("2026-11-28 08:00", "weekly", "", "2026-11-28 08:00", "2026-12-05 08:00"),
        ("2026-11-28 08:00", "weekly", "", "2026-12-20 10:00", "2026-12-26 08:00"),
        ("2027-01-31 08:00", "monthly", "", "2027-01-31 08:00", "2027-02-28 08:00"),
        ("2027-01-31 08:00", "monthly", "", "2027-02-28 08:00", "2027-03-31 08:00"),
        ("2026-10-04 08:00", "yearly", "", "2026-10-04 08:00", "2027-10-04 08:00"),
        ("2028-02-29 08:00", "yearly", "", "2028-02-29 08:00", "2029-02-28 08:00"),
        ("2027-01-30 08:00", "yearly", "23/12", "2027-01-30 08:00", "2028-01-19 08:00"),
        ("2027-02-05 20:00", "yearly", "30/12", "2027-02-05 20:00", "2028-01-25 20:00"),
        ("2026-11-23 06:30", "monthly", "15", "2026-11-23 06:30", "2026-12-23 06:30"),
        ("2027-02-20 06:30", "monthly", "15/1", "2027-02-20 06:30", "2027-03-22 06:30"),
        ("2027-01-30 08:00", "weekly", "23/12", "2027-01-30 08:00", "2027-02-06 08:00"),
        ("2027-01-30 08:00", "yearly", "23/12", "2026-11-22 08:00", "2027-01-30 08:00"),
    ],
)
def test_the_next_time_keeps_the_hour_and_the_day_that_was_meant(
    first: str, repeats: Repetition, lunar: str, after: str, again: str
) -> None:
    assert next_time(at(first), repeats, lunar=lunar, after=at(after), timezone=ZONE) == at(again)


def test_a_day_that_no_year_has_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="31/12"):
        next_time(at("2026-11-28 08:00"), "yearly", lunar="31/12", after=at("2026-11-28 08:00"), timezone=ZONE)
