"""The database: readers that cannot write, and one writer that commits the waiting turns of everybody together.

SQLite's own words (pragmas, savepoints, locking) stop in this module, in `groups` and in `migrate`; another engine
replaces them.
"""

import asyncio
import itertools
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import LiteralString, Self, TypeAlias, TypeVar

import aiosqlite

from messages.frozen import frozen
from storage.errors import DatabaseUnreadable, DatabaseUnwritable, StorageError
from storage.writes import Rows, SqlValue, Write
from storage.writing import Outcome, because, name_of, unread, write_group

READERS = 2
GROUP_LIMIT = 256
"""Turns in one shared commit: some 40 ms of work, so that nobody waits long behind a crowd."""
CHECKPOINT_PAGES = 4000
"""Pages of the log (16 MB) that are moved to the database at a time, which costs two syncs: four times as many as
SQLite would."""
BUSY_FOR = 5.0
"""Seconds to wait for another program's write (a command beside a running `run`)."""
CHECKPOINT_WAITS_MS = 50
"""Milliseconds that emptying the log waits for a reader, and turns with it; longer than any query of ours."""

_CACHED_STATEMENTS = 256
_FETCH_CHUNK = 64

Answer = TypeVar("Answer")
Then: TypeAlias = Callable[[Rows | None], None]
"""What is told, once, what a turn's writes returned; None when nothing of it was written."""


@frozen
class _Turn:
    writes: Sequence[Write]
    done: asyncio.Future[None]
    then: Then | None

    def end(self, outcome: Outcome | None) -> None:
        """Tell what became of it; None where nobody knows, because the writer was stopped. Whoever waited may be gone:
        then it was written or not, as a whole, all the same."""
        if self.then is not None:
            self.then(None if outcome is None or isinstance(outcome, StorageError) else outcome)
        if self.done.done():
            return
        if outcome is None:
            self.done.cancel()
        elif isinstance(outcome, StorageError):
            self.done.set_exception(outcome)
        else:
            self.done.set_result(None)


class Database:
    """One database file, opened: look with `look_up` and `fetch_all`, write with `commit`, and `close` at the end."""

    def __init__(
        self, near: sqlite3.Connection, writer: aiosqlite.Connection, *, readers: Sequence[aiosqlite.Connection]
    ) -> None:
        self._near = near
        self._writer = writer
        *asked, self._keeper = readers
        self._readers = tuple(asked)
        self._next_reader = itertools.cycle(self._readers)
        self._waiting: deque[_Turn] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._closing = False
        self.trouble = ""
        """Why the last write did not reach the disk (SQLite's name for it); empty when it did."""

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open a database that `migrate` has made; raises `DatabaseUnreadable` when there is none."""
        opened: list[aiosqlite.Connection] = []
        try:
            for connect in (_connect_writer, *[_connect_reader] * (READERS + 1)):
                opened.append(await aiosqlite.Connection(partial(connect, path), _FETCH_CHUNK))  # noqa: PERF401 -- what is open must be known when the next one fails
            near = _connect_reader(path)
        except BaseException as error:
            await _stop(opened)  # their threads would keep the process alive
            if isinstance(error, sqlite3.Error):
                raise DatabaseUnreadable(name_of(error)) from error
            raise
        return cls(near, opened[0], readers=opened[1:])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Write what is waiting, then close. Safe to repeat; a turn that comes later is refused."""
        if self._closing:
            return
        self._closing = True
        try:
            if self._writing is not None:
                await asyncio.wait({self._writing})
        finally:
            self._near.close()
            try:
                await _stop([*self._readers, self._keeper])
            finally:
                # Last and alone: SQLite empties its log when the last connection closes, and two that close at once
                # each take the other for one that stays.
                await _stop([self._writer])

    async def look_up(self, sql: LiteralString, parameters: Sequence[SqlValue] = ()) -> sqlite3.Row | None:
        """The row of a key, or None, seeing everything committed before it. Raises `DatabaseUnreadable`.

        Only for a query that reads a row or two by a key: it runs on the event loop's own connection, where that takes
        10 µs, a tenth of the way to a reader's thread and back; everybody would wait for a longer one.
        """
        rows = await self.look_up_all(sql, parameters)
        return rows[0] if rows else None

    async def look_up_all(self, sql: LiteralString, parameters: Sequence[SqlValue] = ()) -> list[sqlite3.Row]:
        """The same for the few rows that a key has, such as a ward's officers: some dozen."""
        try:
            return self._near.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise unread(error) from error

    async def fetch_all(self, sql: LiteralString, parameters: Sequence[SqlValue] = ()) -> list[sqlite3.Row]:
        """The rows of one query, seeing everything committed before it. Raises `DatabaseUnreadable`."""
        try:
            return list(await next(self._next_reader).execute_fetchall(sql, parameters))
        except sqlite3.Error as error:
            raise unread(error) from error

    async def fetch_one(self, sql: LiteralString, parameters: Sequence[SqlValue] = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        rows = await self.fetch_all(sql, parameters)
        return rows[0] if rows else None

    async def commit(self, writes: Sequence[Write], *, then: Then | None = None) -> None:
        """Make a turn's writes durable, all or none; returns once they are on disk.

        `then` gets what they return as soon as they are, even where whoever waited was cancelled meanwhile.

        Raises `Stale`, `Duplicate`, `Missing` (a reference to no row), `StatementRefused` or `DatabaseUnwritable`; then
        nothing of the turn was written. When cancelled, all of the turn or nothing of it may have been written.
        """
        if self._closing:
            if then is not None:
                then(None)
            raise RuntimeError("the database is closed")
        if not writes:
            return
        turn = _Turn(tuple(writes), asyncio.get_running_loop().create_future(), then)
        self._waiting.append(turn)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_what_waits(), name="storage: the writer")
        await turn.done

    async def ease(self) -> None:
        """Move what is in the log into the database file on a thread of its own, so that no commit has to do it.

        For whoever writes much: a commit that finds the log long moves all of it while everybody waits.
        """
        try:
            await self._keeper.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.Error as error:
            raise unread(error) from error

    async def checkpoint(self) -> bool:
        """Move the log into the database file and empty it, so that what was destroyed is in neither.

        False when a reader was in the way for too long: try again later.
        """
        try:
            busy = await self._on_the_writers_thread(_checkpoint)
        except sqlite3.Error as error:
            raise DatabaseUnwritable(name_of(error)) from error
        return not busy

    async def _write_what_waits(self) -> None:
        """Take everybody who waits as one group, again and again until nobody does; no waiter is ever left hanging."""
        group: list[_Turn] = []
        try:
            while self._waiting:
                taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), GROUP_LIMIT))]
                group = [turn for turn in taken if not turn.done.done()]
                for turn in taken:
                    if turn.done.done():  # cancelled while waiting: nobody wants it
                        turn.end(None)
                for turn, outcome in zip(group, await self._write(group), strict=True):
                    turn.end(outcome)
                group = []
        finally:
            self._writing = None
            for turn in (*group, *self._waiting):  # only left over when this task itself is cancelled
                turn.end(None)
            self._waiting.clear()

    async def _write(self, group: Sequence[_Turn]) -> Sequence[Outcome]:
        outcomes: Sequence[Outcome]
        try:
            outcomes = await self._on_the_writers_thread(write_group, [turn.writes for turn in group])
        except Exception as error:  # whatever it is, those who wait must hear of it
            outcomes = [because(DatabaseUnwritable(type(error).__name__), error) for _ in group]
        unwritten = (outcome.reason for outcome in outcomes if isinstance(outcome, DatabaseUnwritable))
        self.trouble = next(unwritten, "")
        return outcomes

    async def _on_the_writers_thread(self, function: Callable[..., Answer], *arguments: object) -> Answer:
        """Run `function(connection, …)` as one job on the writer's thread: one hop, however many statements.

        aiosqlite has no public call for this; `_execute` and `_conn` are those of aiosqlite 0.22, to which
        pyproject.toml holds us. Used here only; tests/storage/test_database.py fails if a new version changes them.
        """
        answer: Answer = await self._writer._execute(function, self._writer._conn, *arguments)  # type: ignore[no-untyped-call]
        return answer


def _connect_writer(path: Path) -> sqlite3.Connection:
    return _connect(
        path,
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",  # a commit is on disk before it is acknowledged
        "PRAGMA foreign_keys=ON",
        "PRAGMA secure_delete=ON",  # what is deleted is overwritten with zeros
        f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}",
    )


def _connect_reader(path: Path) -> sqlite3.Connection:
    return _connect(path, "PRAGMA query_only=ON")


def _connect(path: Path, *pragmas: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=rw",  # rw: a wrong path must not quietly become an empty database
        uri=True,
        timeout=BUSY_FOR,
        isolation_level=None,  # transactions are ours, not the driver's
        cached_statements=_CACHED_STATEMENTS,
    )
    try:
        connection.row_factory = sqlite3.Row
        for pragma in (*pragmas, "PRAGMA temp_store=MEMORY"):  # a sort must not leave words in a temporary file
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def _checkpoint(connection: sqlite3.Connection) -> bool:
    """A backup reads for minutes: everybody's turns would wait for it as long as for another program's write."""
    connection.execute(f"PRAGMA busy_timeout={CHECKPOINT_WAITS_MS}")
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.execute(f"PRAGMA busy_timeout={BUSY_FOR * 1000:.0f}")
    return bool(busy)


async def _stop(connections: Sequence[aiosqlite.Connection]) -> None:
    """Close connections and end their threads; a cancellation cannot stop this half-way, as every thread is told first.

    `Connection.close` would not do: cancelled at the first of several, it leaves the others' threads, which keep the
    process alive (aiosqlite from 0.22 on).
    """
    stopped = [connection.stop() for connection in connections]
    await asyncio.gather(*(one for one in stopped if one is not None))
