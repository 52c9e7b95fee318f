"""How often an address guessed a receipt wrong: on a keyed hash that nobody can read, gone after a day."""

from datetime import datetime, timedelta

from messages.address import Address
from storage.seal import Seal
from storage.store import Store, ms
from storage.writes import Write

WRONG_A_DAY = 10
KEPT_FOR = timedelta(days=1)


def count(seal: Seal, by: Address, *, now: datetime) -> Write:
    """One more wrong guess; the day begins anew once it has passed."""
    return Write(
        "INSERT INTO guesses (found_by, wrong, until) VALUES (?, 1, ?) ON CONFLICT (found_by) DO UPDATE SET "
        "wrong = CASE WHEN guesses.until <= ? THEN 1 ELSE guesses.wrong + 1 END, "
        "until = CASE WHEN guesses.until <= ? THEN excluded.until ELSE guesses.until END",
        (seal.digest("abuse", str(by)), ms(now + KEPT_FOR), ms(now), ms(now)),
    )


async def may_guess(store: Store, by: Address, *, now: datetime) -> bool:
    """Whether this address may try another receipt today."""
    row = await store.db.look_up(
        "SELECT wrong FROM guesses WHERE found_by = ? AND until > ?", (store.seal.digest("abuse", str(by)), ms(now))
    )
    return row is None or row["wrong"] < WRONG_A_DAY


def forget(now: datetime) -> Write:
    """Drop what has expired."""
    return Write("DELETE FROM guesses WHERE until <= ?", (ms(now),))
