"""A small database of notes, to try the engine with: its schema, its writes, and ways to look from outside."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from storage.database import Database
from storage.writes import Write

SCHEMA = """
CREATE TABLE notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL DEFAULT 0 CHECK (version >= 0),
    body BLOB
) STRICT;
CREATE UNIQUE INDEX one_of_each_letter ON notes (lower(name)) WHERE length(name) = 1;
CREATE TABLE replies (note TEXT NOT NULL REFERENCES notes (name)) STRICT;
CREATE TABLE promises (note TEXT NOT NULL REFERENCES notes (name) DEFERRABLE INITIALLY DEFERRED) STRICT;
CREATE TRIGGER a_bomb BEFORE INSERT ON notes WHEN NEW.name = 'bomb'
BEGIN
    SELECT RAISE(ROLLBACK, 'the whole transaction is gone');
END;
"""


def note(name: str, body: bytes = b"") -> Write:
    return Write("INSERT INTO notes (name, body) VALUES (?, ?)", (name, body))


def bump(name: str, was: int) -> Write:
    return Write("UPDATE notes SET version = version + 1 WHERE name = ? AND version = ?", (name, was), expects_rows=1)


def stored(path: Path) -> list[str]:
    """What another program finds in the file."""
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM notes ORDER BY id")]


def files_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def commits_in_log(path: Path) -> int:
    """Count the commits in SQLite's write-ahead log: frames that carry the database's size (file format, section 4)."""
    log = path.with_name(path.name + "-wal").read_bytes()
    frame = 24 + int.from_bytes(log[8:12], "big")
    return sum(int.from_bytes(log[at + 4 : at + 8], "big") > 0 for at in range(32, len(log), frame))


async def all_at_once(db: Database, *turns: list[Write]) -> list[BaseException | None]:
    return await asyncio.gather(*(db.commit(turn) for turn in turns), return_exceptions=True)


async def let_everybody_start() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def assert_all_end(threads: set[threading.Thread]) -> None:
    """A thread that goes on would keep the process from ending."""
    for thread in threads:
        thread.join(timeout=10)
    assert not any(thread.is_alive() for thread in threads)


@contextmanager
def somebody_else_writing(path: Path) -> Iterator[None]:
    """Another program in the middle of a write: until it ends, our writer waits inside its BEGIN."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
