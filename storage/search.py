"""Looking for tips as officers do at a desk: by plain columns, and by what was said, which is opened to look into it.

Nothing that was said is indexed: an index would say without the key what the seal hides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from storage import entries
from storage.queue import DESKS_AT_ONCE
from storage.records import EVERY_WARD, OfficerId, Status, Tip, TipId, Urgency, WardCode
from storage.store import Store
from storage.tips import READ, opened
from storage.writes import SqlValue

OPEN = (Status.NEW, Status.CLAIMED, Status.ASKED)
"""The statuses of the queue."""
LOOKED_INTO = 300
"""Tips that one search by words opens at most: some 0.2 s, in which everybody else goes on."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in the plain columns; empty means any."""

    statuses: tuple[Status, ...] = OPEN
    category: str = ""
    urgency: Urgency | None = None
    owner: OfficerId | None = None
    bundled: bool = False
    """Those that stand in their desk's bundle, apart from the queue."""

    @property
    def is_queue(self) -> bool:
        """Whether only open tips are wanted: they stand in the queue's order, all others by their age."""
        return set(self.statuses) <= set(OPEN) and not self.bundled


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing said about a tip, opened."""

    kind: str
    words: str


async def find(store: Store, desks: Sequence[WardCode], *, wanted: Wanted, limit: int, passed: int = 0) -> list[Tip]:
    """Tips of these desks, without their entries: open ones as in the queue, others the newest first."""
    conditions, parameters = _conditions(wanted)
    order: LiteralString = "rank, filed_at, id" if wanted.is_queue else "filed_at DESC, id"
    whole: LiteralString = conditions + " ORDER BY " + order + " LIMIT ?"
    if EVERY_WARD in desks:
        rows = await store.db.fetch_all(READ + "WHERE " + whole, (*parameters, passed + limit))
        return await opened(store, [dict(row) for row in rows[passed:]])
    codes = list(dict.fromkeys(desks))
    each: LiteralString = READ + "WHERE desk = ? AND " + whole
    found: list[dict[str, SqlValue]] = []
    for first in range(0, len(codes), DESKS_AT_ONCE):
        some = codes[first : first + DESKS_AT_ONCE]
        joined: LiteralString = " UNION ALL ".join("SELECT * FROM (" + each + ")" for _ in some)
        asked = [value for desk in some for value in (desk, *parameters, passed + limit)]
        found += [dict(row) for row in await store.db.fetch_all(joined, asked)]
    found.sort(key=_queued if wanted.is_queue else _newest)
    return await opened(store, found[passed : passed + limit])


def _queued(row: dict[str, SqlValue]) -> tuple[SqlValue, ...]:
    return (row["rank"], row["filed_at"], row["id"])


def _newest(row: dict[str, SqlValue]) -> tuple[SqlValue, ...]:
    filed_at = row["filed_at"]
    assert isinstance(filed_at, int)
    return (-filed_at, row["id"])


def _conditions(wanted: Wanted) -> tuple[LiteralString, tuple[SqlValue, ...]]:
    marks: LiteralString = ", ".join("?" for _ in wanted.statuses)
    # the plus keeps SQLite to the index that has the order, so that a page costs a page however many tips there are
    parts: list[LiteralString] = ["+status IN (" + marks + ")"]
    values: list[SqlValue] = list(wanted.statuses)
    if wanted.is_queue:
        parts.append("rank IS NOT NULL")
    if wanted.bundled:
        parts.append("bundled = 1")
    plain: tuple[tuple[LiteralString, SqlValue], ...] = (
        ("category = ?", wanted.category),
        ("urgency = ?", wanted.urgency),
        ("owner = ?", wanted.owner),
    )
    for part, value in plain:
        if value:
            parts.append(part)
            values.append(value)
    return " AND ".join(parts), tuple(values)


async def said_of(store: Store, tip: TipId) -> list[Saying]:
    """What was said about a tip, by its reporter and by officers; never the contact details a reporter left."""
    said: list[Saying] = []
    for entry in await entries.of_tip(store, tip):
        found = await entries.opened(store, entry.id) if entry.kind != "contact" else None
        if found is not None and found.contents.words:
            said.append(Saying(found.kind, found.contents.words))
    return said


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at some desks at one moment."""

    count: int
    """Unclaimed tips among the first ones of the queue."""
    urgent: int
    """Emergencies of them."""
    oldest_at: datetime | None
    """When the one was filed that has waited longest."""
    stamp: str
    """Changes whenever the queue's first tips do."""


async def waiting(store: Store, desks: Sequence[WardCode], *, limit: int = 100) -> Waiting:
    """The state of the queue, without opening anything; counted up to `limit`."""
    tips = await find(store, desks, wanted=Wanted(), limit=limit)
    unclaimed = [tip for tip in tips if tip.status is Status.NEW]
    return Waiting(
        count=len(unclaimed),
        urgent=sum(tip.urgency is Urgency.EMERGENCY for tip in unclaimed),
        oldest_at=min((tip.filed_at for tip in unclaimed), default=None),
        stamp=" ".join(f"{tip.id}:{tip.version}" for tip in tips),
    )
