"""The queue as officers see it, and the counts of a period."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString, TypeAlias

from messages.frozen import replace
from storage.records import EVERY_WARD, Page, Spot, Statistics, Tip, TipId, WardCode
from storage.store import Store, ms
from storage.tips import READ, opened
from storage.writes import SqlValue

Place: TypeAlias = tuple[int, int, str]
"""What the queue is ordered by: rank, when it was filed, id."""

PAGE = 6
"""Tips on one screen of a phone."""
COUNTED_UP_TO = 999

CLAIMED_RANK = 4
"""Open tips from this rank on have an owner; `rank` is 4 for that, and 0 (emergency) to 3 (low) for the urgency."""
DESKS_AT_ONCE = 100
"""Desks that one query looks through, each by its index; SQLite joins 500 at most."""

_OPEN: LiteralString = "rank IS NOT NULL"
_ONWARDS: LiteralString = "AND (rank, filed_at, id) > (?, ?, ?) ORDER BY rank, filed_at, id LIMIT ? OFFSET ?"
_BACKWARDS: LiteralString = (
    "AND (rank, filed_at, id) < (?, ?, ?) ORDER BY rank DESC, filed_at DESC, id DESC LIMIT ? OFFSET ?"
)


_ANY: LiteralString = "desk >= ''"
_EACH: LiteralString = "desk IN (SELECT code FROM wards)"
"""Every desk: where an index has the desk last, and where it has it first."""


def _desks(wards: Sequence[WardCode], *, every: LiteralString = _ANY) -> tuple[LiteralString, tuple[SqlValue, ...]]:
    """The condition for these desks; `*` stands for every one."""
    if EVERY_WARD in wards:
        return every, ()
    marks: LiteralString = ", ".join("?" for _ in wards)
    return "desk IN (" + marks + ")", tuple(wards)


async def page(store: Store, wards: Sequence[WardCode], *, number: int, spot: Spot | None = None) -> Page:
    """One page of open tips of these desks: unclaimed before claimed, urgent before others, old before new.

    `number` is counted from 0. With a `spot` the page begins, or ends, there, however many pages lie before it and
    whatever was claimed meanwhile; without one so many pages are passed over.
    """
    place = await _place_of(store, spot)
    backwards = place is not None and spot is not None and spot.back
    passed = PAGE * max(0, number) if place is None else 0
    rows = await _next(store, wards, place=place or (-1, 0, ""), backwards=backwards, limit=PAGE + 1, passed=passed)
    more = backwards or len(rows) > PAGE
    shown = rows[:PAGE][::-1] if backwards else rows[:PAGE]
    return Page(
        tuple(await opened(store, shown)),
        number,
        more,
        await waiting(store, wards),
        on=_spot(shown[-1]) if shown else None,
        back=replace(_spot(shown[0]), back=True) if shown else None,
    )


def _spot(row: Mapping[str, SqlValue]) -> Spot:
    rank = row["rank"]
    assert isinstance(rank, int)
    return Spot(TipId(str(row["id"])), rank)


async def _place_of(store: Store, spot: Spot | None) -> Place | None:
    if spot is None:
        return None
    row = await store.db.look_up("SELECT filed_at FROM tips WHERE id = ?", (spot.tip,))
    return None if row is None else (spot.rank, row["filed_at"], spot.tip)


async def _next(  # noqa: PLR0913 -- where a page begins and how it runs, named one by one
    store: Store, wards: Sequence[WardCode], *, place: Place, backwards: bool, limit: int, passed: int
) -> list[dict[str, SqlValue]]:
    """The next rows from a place, in their order. Each desk is read along its index, and the few found are merged."""
    run = _BACKWARDS if backwards else _ONWARDS
    if EVERY_WARD in wards:
        rows = await store.db.fetch_all(READ + "WHERE " + _OPEN + " " + run, (*place, limit, passed))
        return [dict(row) for row in rows]
    each = READ + "WHERE desk = ? AND " + _OPEN + " " + run
    found: list[dict[str, SqlValue]] = []
    for first in range(0, len(wards), DESKS_AT_ONCE):
        desks = list(dict.fromkeys(wards))[first : first + DESKS_AT_ONCE]
        joined: LiteralString = " UNION ALL ".join("SELECT * FROM (" + each + ")" for _ in desks)
        parameters = [value for desk in desks for value in (desk, *place, passed + limit, 0)]
        found += [dict(row) for row in await store.db.fetch_all(joined, parameters)]
    found.sort(key=lambda row: (row["rank"], row["filed_at"], row["id"]), reverse=backwards)
    return found[passed : passed + limit]


async def waiting(store: Store, wards: Sequence[WardCode]) -> int:
    """Unclaimed tips in these queues, counted up to 999: 60 µs at most, half the way to a reader's thread and back."""
    desks, parameters = _desks(wards)
    # not by rank: a column that is computed is looked up in the table, row by row, although the index has it
    row = await store.db.look_up(
        "SELECT count(*) FROM (SELECT 1 FROM tips WHERE status = 'new' AND bundled = 0 AND " + desks + " LIMIT ?)",
        (*parameters, COUNTED_UP_TO),
    )
    return row[0] if row else 0


async def unclaimed(store: Store, desk: WardCode, *, limit: int = 200) -> list[Tip]:
    """The unclaimed tips of one desk, for its digest; the most urgent where there are too many."""
    rows = await store.db.fetch_all(
        READ + "WHERE desk = ? AND rank < ? ORDER BY rank, filed_at, id LIMIT ?", (desk, CLAIMED_RANK, limit)
    )
    return await opened(store, [dict(row) for row in rows])


async def statistics(store: Store, wards: Sequence[WardCode], *, since: datetime) -> Statistics:
    """Counts of a period. Spam is counted apart; nothing is counted by person."""
    desks, parameters = _desks(wards, every=_EACH)
    row = await store.db.fetch_one(
        "SELECT count(*) FILTER (WHERE coalesce(outcome, '') <> 'spam'), "
        "count(*) FILTER (WHERE status <> 'new' AND coalesce(outcome, '') <> 'spam'), "
        "count(*) FILTER (WHERE status = 'closed' AND outcome <> 'spam'), "
        "count(*) FILTER (WHERE valuable = 1), "
        "count(*) FILTER (WHERE outcome = 'spam') FROM tips WHERE " + desks + " AND filed_at >= ?",
        (*parameters, ms(since)),
    )
    now = await store.db.fetch_one(
        "SELECT count(*) FROM tips WHERE status IN ('new', 'claimed', 'asked') AND " + desks, parameters
    )
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
