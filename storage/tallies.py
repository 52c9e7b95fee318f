"""What an address did today, counted: on keyed hashes that nobody can read or join, gone after a day."""

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from messages.address import Address
from storage.seal import Seal
from storage.store import Store, full_hour, ms
from storage.writes import Write

Deed: TypeAlias = Literal["guess", "tip", "bytes"]
"""A receipt that was guessed wrong; a tip that was filed; bytes of photos and files."""
WRONG_A_DAY = 10
"""Guesses after which a right receipt reads like a wrong one."""
KEPT_FOR = timedelta(days=1)


def _found_by(seal: Seal, by: Address, *, deed: Deed) -> bytes:
    return seal.digest("abuse", f"{deed} {by}")


def count(seal: Seal, by: Address, *, deed: Deed, now: datetime, amount: int = 1) -> Write:
    """So much more of it; the day begins anew once it has passed."""
    return Write(
        "INSERT INTO tallies (found_by, count, until) VALUES (?1, ?2, ?3) ON CONFLICT (found_by) DO UPDATE SET "
        "count = CASE WHEN tallies.until <= ?4 THEN ?2 ELSE tallies.count + ?2 END, "
        "until = CASE WHEN tallies.until <= ?4 THEN excluded.until ELSE tallies.until END",
        (_found_by(seal, by, deed=deed), amount, full_hour(now + KEPT_FOR), ms(now)),
    )


async def today(store: Store, by: Address, *, deed: Deed, now: datetime) -> int:
    """How much of it there was in the day that runs."""
    row = await store.db.look_up(
        "SELECT count FROM tallies WHERE found_by = ? AND until > ?", (_found_by(store.seal, by, deed=deed), ms(now))
    )
    return 0 if row is None else int(row["count"])


async def may_guess(store: Store, by: Address, *, now: datetime) -> bool:
    """Whether this address may try another receipt today."""
    return await today(store, by, deed="guess", now=now) < WRONG_A_DAY


def forget(now: datetime) -> Write:
    """Drop what has expired."""
    return Write("DELETE FROM tallies WHERE until <= ?", (ms(now),))
