"""How things stand, in numbers that name nobody: what is owed, what waits for an officer, when the last backup was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.database import Database
from storage.outbox import Lane
from storage.records import Urgency
from storage.store import Store, moment, ms

LOOKED_THROUGH = 5_000
"""Unclaimed tips whose age is counted, the most urgent first; where more wait, more is wrong than a number tells."""
URGENCIES = (Urgency.EMERGENCY, Urgency.HIGH, Urgency.NORMAL, Urgency.LOW)
"""In the order of a tip's rank."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in one lane of the outbox."""

    lines: int
    oldest_at: datetime | None
    """When the oldest that is due was owed; None where nothing is. Broadcasts, which wait for their pace, have none."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The numbers of one moment."""

    lanes: Mapping[Lane, Waiting]
    away: int
    """Lines whose reader is not there."""
    dead: int
    """Lines that were given up."""
    unclaimed: Mapping[Urgency, tuple[float, ...]]
    """The ages of unclaimed tips, in seconds."""
    backup_at: datetime | None


@dataclass(frozen=True, slots=True)
class Depth:
    """How much is owed, for health and the doctor."""

    waiting: Mapping[Lane, int]
    away: int
    dead: int
    oldest_at: datetime | None
    """When the oldest line that waits was owed."""


async def depth(store: Store) -> Depth:
    """How much is owed at this moment."""
    rows = await store.db.fetch_all(
        "SELECT state, lane, count(*) AS lines, min(owed_at) AS oldest FROM lines WHERE campaign IS NULL "
        "GROUP BY state, lane UNION ALL "
        "SELECT state, lane, count(*), NULL FROM lines WHERE campaign IS NOT NULL GROUP BY campaign, state, lane"
    )
    waiting = dict.fromkeys(Lane, 0)
    others = {"away": 0, "dead": 0}
    oldest: list[int] = []
    for row in rows:
        if row["state"] in others:
            others[row["state"]] += row["lines"]
        else:
            waiting[Lane(row["lane"])] += row["lines"]
            oldest += [row["oldest"]] if row["oldest"] is not None else []
    return Depth(waiting, others["away"], others["dead"], moment(min(oldest)) if oldest else None)


async def standing(store: Store, now: datetime) -> Standing:
    """Look. Raises DatabaseUnreadable."""
    known = await depth(store)
    lanes = {lane: Waiting(lines, await _oldest(store, lane, now=now)) for lane, lines in known.waiting.items()}
    return Standing(lanes, known.away, known.dead, await _unclaimed(store, now), await backup_at(store.db))


async def _oldest(store: Store, lane: Lane, *, now: datetime) -> datetime | None:
    row = await store.db.look_up(
        "SELECT owed_at FROM lines WHERE campaign IS NULL AND state = 'waiting' AND lane = ? AND due_at <= ? "
        "ORDER BY due_at LIMIT 1",
        (lane, ms(now)),
    )
    return None if row is None else moment(row["owed_at"])


async def has_tips(db: Database) -> bool:
    """Whether anybody has told us anything that would be lost."""
    return await db.fetch_one("SELECT 1 FROM tips LIMIT 1") is not None


async def _unclaimed(store: Store, now: datetime) -> dict[Urgency, tuple[float, ...]]:
    rows = await store.db.fetch_all(
        "SELECT rank, filed_at FROM tips WHERE rank < ? ORDER BY rank, filed_at, id LIMIT ?",
        (len(URGENCIES), LOOKED_THROUGH),
    )
    ages: dict[Urgency, list[float]] = {urgency: [] for urgency in URGENCIES}
    for row in rows:
        ages[URGENCIES[row["rank"]]].append((ms(now) - row["filed_at"]) / 1000)
    return {urgency: tuple(found) for urgency, found in ages.items()}


async def backup_at(db: Database) -> datetime | None:
    """When the last backup was made; None before the first."""
    row = await db.fetch_one("SELECT at FROM ticks WHERE name = 'backup'")
    return None if row is None else moment(row["at"])
