"""The Vietnamese lunar calendar, beside a table that was computed elsewhere."""

import csv
from datetime import date
from pathlib import Path

import pytest

from messages.meaning.lunar import LunarDay, lunar_day, read_lunar

TABLE = Path(__file__).with_name("lunar_days.csv")
FACTS = Path(__file__).parents[3] / "shared" / "facts" / "domain.md"


def rows() -> list[dict[str, str]]:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


CASES = [(row["lunar"], int(year), found) for row in rows() for year, found in row.items() if year != "lunar"]


@pytest.mark.parametrize(("lunar", "year", "found"), CASES)
def test_a_lunar_day_falls_on_the_date_of_the_table(lunar: str, year: int, found: str) -> None:
    assert lunar_day(lunar).next_from(date(year, 1, 1)) == date.fromisoformat(found)


def test_the_table_is_that_of_the_facts() -> None:
    if not FACTS.exists():
        pytest.skip("the fact sheets lie beside the repository only where it is developed")
    facts = FACTS.read_text("utf-8").replace("**", "")
    for row in rows():
        for year, found in row.items():
            if year != "lunar":
                day = date.fromisoformat(found)
                assert f" {day.day}/{day.month} " in facts or f" {day.day}/{day.month} (" in facts, (row, year)


def test_in_2030_the_first_day_is_vietnams_and_not_chinas() -> None:
    assert LunarDay(1, 1).next_from(date(2030, 1, 1)) == date(2030, 2, 2)


def test_a_leap_month_is_no_second_festival_but_has_its_full_moon() -> None:
    """In 2028 the fifth month comes twice."""
    in_may, in_leap = date(2028, 6, 7), date(2028, 7, 7)
    assert LunarDay(15, 5).next_from(date(2028, 5, 25)) == in_may
    assert LunarDay(15, 5).next_from(date(2028, 6, 8)) == date(2029, 6, 26)
    assert LunarDay(15).next_from(date(2028, 6, 8)) == in_leap


def test_the_thirtieth_is_the_last_day_also_of_months_of_29() -> None:
    assert LunarDay(30, 12).next_from(date(2026, 12, 1)) == date(2027, 2, 5)
    assert LunarDay(30).next_from(date(2027, 2, 5)) == date(2027, 2, 5)


@pytest.mark.parametrize("written", ["31/12", "3/13", "0/5"])
def test_a_day_that_no_year_has_falls_on_no_date(written: str) -> None:
    assert lunar_day(written).next_from(date(2026, 11, 22)) is None


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("23/12 âm lịch 8:00", "23/12"),
        ("23/12 âm 8h", "23/12"),
        ("23/12 am lich", "23/12"),
        ("lunar 15/8 18:00", "15/8"),
        ("Rằm tháng Giêng", "15/1"),
        ("rằm tháng 7 âm lịch", "15/7"),
        ("ram thang bay", "15/7"),
        ("rằm tháng mười một", "15/11"),
        ("mùng 1 Tết", "1/1"),
        ("mùng ba tết 9:00", "3/1"),
        ("mùng 10 tháng ba", "10/3"),
        ("30 Tết", "30/12"),
        ("đêm giao thừa 20:00", "30/12"),
        ("rằm hằng tháng 6:30", "15"),
        ("mùng 1 hằng tháng 6:30", "1"),
        ("25/11 8:00", None),
        ("25/11 8 am", None),
        ("31/12 âm lịch", "31/12"),
        ("3/0 âm lịch", None),
        ("", None),
    ],
)
def test_a_lunar_day_is_read_as_people_write_it(words: str, day: str | None) -> None:
    found = read_lunar(words)
    assert (str(found) if found else None) == day
