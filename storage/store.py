"""The database together with the seal that opens it: what every repository function looks through."""

from dataclasses import dataclass
from datetime import UTC, datetime

from messages.address import Address, Place
from storage.database import Database
from storage.seal import Seal

DAY = 24 * 60 * 60 * 1000
"""Milliseconds."""


@dataclass(frozen=True, slots=True)
class Store:
    """An opened database and its seal."""

    db: Database
    seal: Seal


def ms(at: datetime) -> int:
    """A moment as it is stored: milliseconds since 1970 UTC."""
    return round(at.timestamp() * 1000)


def day(at: datetime) -> int:
    """The day of a moment (UTC) as it is stored, where the hour would help to join rows that nothing may join."""
    stored = ms(at)
    return stored - stored % DAY


def full_hour(at: datetime) -> int:
    """The next full hour as it is stored, where the exact time would be that of a tip's filing, and join the two."""
    return ms(at) + -ms(at) % 3_600_000


def moment(stored: int) -> datetime:
    """A stored moment, aware, UTC."""
    return datetime.fromtimestamp(stored / 1000, UTC)


def found_by(seal: Seal, address: Address) -> bytes:
    """The keyed hash by which an address is found without being stored."""
    return seal.digest("find", str(address))


def chat_of(seal: Seal, place: Place) -> bytes:
    """The keyed hash by which the lines of one chat are kept in order."""
    return seal.digest("find", f"chat {place}")
