"""What an installation knows of itself: the fingerprint of its master key, and whether its file is sound."""

from datetime import datetime

from storage.database import Database
from storage.errors import DatabaseUnreadable
from storage.store import ms
from storage.writes import Write


async def fingerprint(db: Database) -> str | None:
    """The fingerprint of the key that sealed this database; None while it holds nothing sealed."""
    row = await db.fetch_one("SELECT value FROM installation WHERE name = 'key'")
    return None if row is None else str(row["value"])


def keep_fingerprint(of_key: str) -> Write:
    """Note the key's fingerprint, once and for all: Duplicate when one is noted already."""
    return Write("INSERT INTO installation (name, value) VALUES ('key', ?)", (of_key,), expects_rows=1)


def nothing() -> Write:
    """A write that changes nothing: whether it is let through shows whether others would be."""
    return Write("UPDATE installation SET value = value WHERE name = ''")


async def set_aside(db: Database, since: datetime) -> list[str]:
    """The messages that a mistake of ours kept from being understood: channel, number and kind of mistake of each."""
    rows = await db.fetch_all(
        "SELECT detail FROM log WHERE what = 'set-aside' AND at >= ? ORDER BY seq DESC LIMIT 20", (ms(since),)
    )
    return [str(row["detail"]) for row in rows]


async def is_sound(db: Database) -> bool:
    """Have SQLite read through the whole file, about a second for a gigabyte. Raises `DatabaseUnreadable`."""
    try:
        row = await db.fetch_one("PRAGMA quick_check(1)")
    except DatabaseUnreadable as error:
        if error.reason.startswith("SQLITE_CORRUPT"):  # so badly damaged that even the question fails
            return False
        raise
    return row is not None and row[0] == "ok"
