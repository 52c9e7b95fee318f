"""What an installation knows of itself."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage import installation
from storage.database import Database
from storage.errors import Duplicate
from storage.migrate import migrate


async def test_a_fingerprint_is_noted_once_and_never_replaced(tmp_path: Path) -> None:
    migrate(tmp_path / "baotin.db")
    async with await Database.open(tmp_path / "baotin.db") as db:
        assert await installation.fingerprint(db) is None
        await db.commit([installation.keep_fingerprint("aa")])
        with pytest.raises(Duplicate):
            await db.commit([installation.keep_fingerprint("bb")])
        assert await installation.fingerprint(db) == "aa"


async def test_a_file_with_a_torn_page_is_not_sound(tmp_path: Path) -> None:
    path = tmp_path / "baotin.db"
    migrate(path)
    async with await Database.open(path) as db:
        assert await installation.is_sound(db)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek(3 * size)
        file.write(b"\xff" * (4 * size))
    async with await Database.open(path) as db:
        assert not await installation.is_sound(db)
