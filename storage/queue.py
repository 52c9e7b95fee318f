"""The queue as officers see it, and the counts of a period."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from storage.records import EVERY_WARD, Page, Statistics, Tip, WardCode
from storage.store import Store, ms
from storage.tips import opened
from storage.writes import SqlValue

PAGE = 6
"""Tips on one screen of a phone."""
COUNTED_UP_TO = 999

_OPEN: LiteralString = "status IN ('new', 'claimed', 'asked')"
_ORDER: LiteralString = (
    "ORDER BY CASE status WHEN 'new' THEN 0 ELSE 1 END, "
    "CASE urgency WHEN 'emergency' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END, filed_at, id "
)


def _desks(wards: Sequence[WardCode]) -> tuple[LiteralString, tuple[SqlValue, ...]]:
    """The condition for these desks; `*` stands for all."""
    if EVERY_WARD in wards:
        return "desk >= ''", ()
    marks: LiteralString = ", ".join("?" for _ in wards)
    return "desk IN (" + marks + ")", tuple(wards)


async def page(store: Store, wards: Sequence[WardCode], *, number: int) -> Page:
    """One page of open tips of these desks: unclaimed before claimed, urgent before others, old before new."""
    desks, parameters = _desks(wards)
    rows = await store.db.fetch_all(
        "SELECT * FROM tips WHERE " + desks + " AND " + _OPEN + " " + _ORDER + "LIMIT ? OFFSET ?",
        (*parameters, PAGE + 1, PAGE * max(0, number)),
    )
    tips = [await opened(store, dict(row), whole=False) for row in rows[:PAGE]]
    return Page(tuple(tips), number, len(rows) > PAGE, await waiting(store, wards))


async def waiting(store: Store, wards: Sequence[WardCode]) -> int:
    """Unclaimed tips of these desks, counted up to 999."""
    desks, parameters = _desks(wards)
    row = await store.db.fetch_one(
        "SELECT count(*) FROM (SELECT 1 FROM tips WHERE " + desks + " AND status = 'new' LIMIT ?)",
        (*parameters, COUNTED_UP_TO),
    )
    return row[0] if row else 0


async def unclaimed(store: Store, desk: WardCode, *, limit: int = 200) -> list[Tip]:
    """The unclaimed tips of one desk, for its digest."""
    rows = await store.db.fetch_all(
        "SELECT * FROM tips WHERE desk = ? AND status = 'new' ORDER BY filed_at LIMIT ?", (desk, limit)
    )
    return [await opened(store, dict(row), whole=False) for row in rows]


async def statistics(store: Store, wards: Sequence[WardCode], *, since: datetime) -> Statistics:
    """Counts of a period. Spam is counted apart; nothing is counted by person."""
    desks, parameters = _desks(wards)
    row = await store.db.fetch_one(
        "SELECT count(*) FILTER (WHERE coalesce(outcome, '') <> 'spam'), "
        "count(*) FILTER (WHERE status <> 'new' AND coalesce(outcome, '') <> 'spam'), "
        "count(*) FILTER (WHERE status = 'closed' AND outcome <> 'spam'), "
        "count(*) FILTER (WHERE valuable = 1), "
        "count(*) FILTER (WHERE outcome = 'spam') FROM tips WHERE " + desks + " AND filed_at >= ?",
        (*parameters, ms(since)),
    )
    now = await store.db.fetch_one("SELECT count(*) FROM tips WHERE " + desks + " AND " + _OPEN, parameters)
    assert row is not None and now is not None
    kinds = await store.db.fetch_all(
        "SELECT coalesce(category, '') AS category, count(*) AS tips FROM tips WHERE " + desks + " AND filed_at >= ? "
        "AND coalesce(outcome, '') <> 'spam' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10",
        (*parameters, ms(since)),
    )
    asked = await store.db.fetch_one(
        "SELECT count(*) FROM questions WHERE " + desks + " AND asked_at >= ?", (*parameters, ms(since))
    )
    return Statistics(
        since=since,
        received=row[0],
        claimed=row[1],
        closed=row[2],
        valuable=row[3],
        spam=row[4],
        open_now=now[0],
        questions=asked[0] if asked else 0,
        by_category=tuple((one["category"], one["tips"]) for one in kinds),
    )
