"""The bundle of a desk: tips of people who sent more than ten in a day, filed low and looked through together.

A bundle is the desk's, not a person's: whoever sent much stands in the same one, so that it tells nobody apart.
"""

from collections.abc import Sequence
from typing import LiteralString

from storage.queue import COUNTED_UP_TO, PAGE
from storage.records import EVERY_WARD, Page, WardCode
from storage.store import Store
from storage.tips import READ, opened

_BUNDLED: LiteralString = "bundled = 1 AND status = 'new'"


def _desks(wards: Sequence[WardCode]) -> tuple[LiteralString, tuple[WardCode, ...]]:
    if EVERY_WARD in wards:
        return "", ()
    marks: LiteralString = ", ".join("?" for _ in wards)
    return " AND desk IN (" + marks + ")", tuple(wards)


async def count(store: Store, wards: Sequence[WardCode]) -> int:
    """Unclaimed tips in the bundles of these desks, counted up to 999."""
    desks, parameters = _desks(wards)
    row = await store.db.look_up(
        "SELECT count(*) FROM (SELECT 1 FROM tips WHERE " + _BUNDLED + desks + " LIMIT ?)", (*parameters, COUNTED_UP_TO)
    )
    return row[0] if row else 0


async def page(store: Store, wards: Sequence[WardCode], *, number: int) -> Page:
    """One page of them from 0, desk by desk, oldest first."""
    desks, parameters = _desks(wards)
    rows = await store.db.fetch_all(
        READ + "WHERE " + _BUNDLED + desks + " ORDER BY desk, filed_at, id LIMIT ? OFFSET ?",
        (*parameters, PAGE + 1, PAGE * max(0, number)),
    )
    shown = await opened(store, [dict(row) for row in rows[:PAGE]])
    bundled = await count(store, wards)
    return Page(tuple(shown), number, len(rows) > PAGE, bundled, bundled)
