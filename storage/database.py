"""The database: readers that cannot write, and one writer that commits the waiting turns of everybody together.

SQLite's own words (pragmas, savepoints, locking) stop in this module and in `migrate`; another engine replaces both.
"""

import asyncio
import contextlib
import itertools
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import LiteralString, Self, TypeVar

import aiosqlite

from storage.errors import (
    DatabaseUnreadable,
    DatabaseUnwritable,
    Duplicate,
    Missing,
    Stale,
    StatementRefused,
    StorageError,
)
from storage.writes import SqlValue, Write

READERS = 2
GROUP_LIMIT = 256
"""Turns in one shared commit: some 40 ms of work, so that nobody waits long behind a crowd."""
BUSY_FOR = 5.0
"""Seconds to wait for another program's write (a command beside a running `run`)."""

_CACHED_STATEMENTS = 256
_FETCH_CHUNK = 64
_NOT_THE_TURNS_FAULT = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_INTERRUPT,
}

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class _Turn:
    writes: Sequence[Write]
    done: asyncio.Future[None]


class Database:
    """One database file, opened: look with `look_up` and `fetch_all`, write with `commit`, and `close` at the end."""

    def __init__(
        self, near: sqlite3.Connection, writer: aiosqlite.Connection, *, readers: Sequence[aiosqlite.Connection]
    ) -> None:
        self._near = near
        self._writer = writer
        self._readers = tuple(readers)
        self._next_reader = itertools.cycle(self._readers)
        self._waiting: deque[_Turn] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._closing = False

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open a database that `migrate` has made; raises `DatabaseUnreadable` when there is none."""
        opened: list[aiosqlite.Connection] = []
        try:
            for connect in (_connect_writer, *[_connect_reader] * READERS):
                opened.append(await aiosqlite.Connection(partial(connect, path), _FETCH_CHUNK))  # noqa: PERF401 -- what is open must be known when the next one fails
            near = _connect_reader(path)
        except BaseException as error:
            await _stop(opened)  # their threads would keep the process alive
            if isinstance(error, sqlite3.Error):
                raise DatabaseUnreadable(_name_of(error)) from error
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
            await _stop([*self._readers, self._writer])

    async def look_up(self, sql: LiteralString, parameters: Sequence[SqlValue] = ()) -> sqlite3.Row | None:
        """The row of a key, or None, seeing everything committed before it. Raises `DatabaseUnreadable`.

        Only for a query that reads a row or two by a key: it runs on the event loop's own connection, where that takes
        10 µs, a tenth of the way to a reader's thread and back; everybody would wait for a longer one.
        """
        try:
            rows = self._near.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise _unread(error) from error
        return rows[0] if rows else None

    async def fetch_all(self, sql: LiteralString, parameters: Sequence[SqlValue] = ()) -> list[sqlite3.Row]:
        """The rows of one query, seeing everything committed before it. Raises `DatabaseUnreadable`."""
        try:
            return list(await next(self._next_reader).execute_fetchall(sql, parameters))
        except sqlite3.Error as error:
            raise _unread(error) from error

    async def fetch_one(self, sql: LiteralString, parameters: Sequence[SqlValue] = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        rows = await self.fetch_all(sql, parameters)
        return rows[0] if rows else None

    async def commit(self, writes: Sequence[Write]) -> None:
        """Make a turn's writes durable, all or none; returns once they are on disk.

        Raises `Stale`, `Duplicate`, `Missing` (a reference to no row), `StatementRefused` or `DatabaseUnwritable`; then
        nothing of the turn was written. When cancelled, all of the turn or nothing of it may have been written.
        """
        if self._closing:
            raise RuntimeError("the database is closed")
        if not writes:
            return
        turn = _Turn(tuple(writes), asyncio.get_running_loop().create_future())
        self._waiting.append(turn)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_what_waits(), name="storage: the writer")
        await turn.done

    async def checkpoint(self) -> bool:
        """Move the log into the database file and empty it, so that what was destroyed is in neither.

        False when a reader was in the way for too long: try again later.
        """
        try:
            busy = await self._on_the_writers_thread(_checkpoint)
        except sqlite3.Error as error:
            raise DatabaseUnwritable(_name_of(error)) from error
        return not busy

    async def _write_what_waits(self) -> None:
        """Take everybody who waits as one group, again and again until nobody does; no waiter is ever left hanging."""
        group: list[_Turn] = []
        try:
            while self._waiting:
                group = [self._waiting.popleft() for _ in range(min(len(self._waiting), GROUP_LIMIT))]
                group = [turn for turn in group if not turn.done.done()]  # cancelled while waiting: nobody wants it
                for turn, refusal in zip(group, await self._write(group), strict=True):
                    if turn.done.done():  # cancelled meanwhile; it is written or not, as a whole
                        continue
                    if refusal is None:
                        turn.done.set_result(None)
                    else:
                        turn.done.set_exception(refusal)
        finally:
            self._writing = None
            for turn in (*group, *self._waiting):  # only left over when this task itself is cancelled
                turn.done.cancel()
            self._waiting.clear()

    async def _write(self, group: Sequence[_Turn]) -> Sequence[StorageError | None]:
        try:
            return await self._on_the_writers_thread(write_group, [turn.writes for turn in group])
        except Exception as error:  # whatever it is, those who wait must hear of it
            return [_because(DatabaseUnwritable(type(error).__name__), error) for _ in group]

    async def _on_the_writers_thread(self, function: Callable[..., Answer], *arguments: object) -> Answer:
        """Run `function(connection, …)` as one job on the writer's thread: one hop, however many statements.

        aiosqlite has no public call for this; `_execute` and `_conn` are those of aiosqlite 0.22, to which
        pyproject.toml holds us. Used here only; tests/storage/test_database.py fails if a new version changes them.
        """
        answer: Answer = await self._writer._execute(function, self._writer._conn, *arguments)  # type: ignore[no-untyped-call]
        return answer


def write_group(connection: sqlite3.Connection, turns: Sequence[Sequence[Write]]) -> list[StorageError | None]:
    """Execute turns in order with one commit; for each None when it is durable, else why nothing of it was written.

    When something other than a turn's own fault happens (disk full, I/O error), the group is void: SQLite may have
    rolled back the neighbours too. Then each turn runs alone, and only those are refused that fail alone. A reference
    declared DEFERRED is checked at the shared commit, where a neighbour may have satisfied it: declare none.
    """
    if len(turns) > 1:
        with contextlib.suppress(_Void):
            return _write_together(connection, turns)
    return [_write_alone(connection, writes) for writes in turns]


class _Void(Exception):
    """The shared transaction is gone or cannot be trusted."""


def _write_together(connection: sqlite3.Connection, turns: Sequence[Sequence[Write]]) -> list[StorageError | None]:
    refusals: list[StorageError | None] = []
    try:
        _begin(connection)
        for writes in turns:
            connection.execute("SAVEPOINT turn")
            refusal = _refusal_of(connection, writes)
            if isinstance(refusal, DatabaseUnwritable) or not connection.in_transaction:
                raise _Void
            if refusal is not None:
                connection.execute("ROLLBACK TO turn")
            connection.execute("RELEASE turn")
            refusals.append(refusal)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if _code_of(error) == sqlite3.SQLITE_BUSY and not connection.in_transaction:
            # Another program holds the database. Each alone would wait as long again: all are refused now.
            return [_because(DatabaseUnwritable(_name_of(error)), error) for _ in turns]
        raise _Void from error
    finally:
        _leave(connection)
    return refusals


def _write_alone(connection: sqlite3.Connection, writes: Sequence[Write]) -> StorageError | None:
    try:
        _begin(connection)
        refusal = _refusal_of(connection, writes)
        if refusal is None:
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        return _refusal_for(error)
    finally:
        _leave(connection)
    return refusal


def _begin(connection: sqlite3.Connection) -> None:
    _leave(connection)
    connection.execute("BEGIN IMMEDIATE")


def _leave(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        with contextlib.suppress(sqlite3.Error):  # it may have ended by itself; `_begin` tries again
            connection.execute("ROLLBACK")


def _refusal_of(connection: sqlite3.Connection, writes: Sequence[Write]) -> StorageError | None:
    """Execute one turn inside the open transaction; None, or why it must be undone."""
    for number, write in enumerate(writes):
        try:
            rows = connection.execute(write.sql, write.parameters).rowcount
        except Exception as error:  # a value SQLite cannot hold raises OverflowError, UnicodeEncodeError and others
            return _refusal_for(error)
        if write.expects_rows is None or rows == write.expects_rows:
            continue
        if rows < 0:
            return StatementRefused("expects_rows on a statement whose rows are not counted")
        return Stale(number)
    return None


def _refusal_for(error: Exception) -> StorageError:
    if not isinstance(error, sqlite3.Error):
        return StatementRefused(type(error).__name__)  # no cause: a UnicodeEncodeError carries the whole text
    return _because(_situation_of(error), error)


def _situation_of(error: sqlite3.Error) -> StorageError:
    if _is_not_the_turns_fault(error):
        return DatabaseUnwritable(_name_of(error))
    match getattr(error, "sqlite_errorcode", None):
        case sqlite3.SQLITE_CONSTRAINT_UNIQUE | sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY | sqlite3.SQLITE_CONSTRAINT_ROWID:
            return Duplicate(_table_in(str(error)))
        case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
            return Missing()
    return StatementRefused(_name_of(error))


def _unread(error: sqlite3.Error) -> StorageError:
    if _code_of(error) != sqlite3.SQLITE_READONLY and _is_not_the_turns_fault(error):
        return DatabaseUnreadable(_name_of(error))
    return StatementRefused(_name_of(error))


def _table_in(message: str) -> str:
    """'UNIQUE constraint failed: heard.bot, heard.update' -> 'heard'; '… failed: index 'one_open'' -> 'one_open'."""
    where = message.partition(": ")[2]
    return where.split("'")[1] if where.startswith("index '") else where.partition(".")[0]


def _is_not_the_turns_fault(error: sqlite3.Error) -> bool:
    return _code_of(error) in _NOT_THE_TURNS_FAULT


def _code_of(error: sqlite3.Error) -> int:
    """SQLite's primary result code, the low byte; 0 when the driver itself complained."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _name_of(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", type(error).__name__)


def _because(situation: StorageError, error: Exception) -> StorageError:
    situation.__cause__ = error
    return situation


def _connect_writer(path: Path) -> sqlite3.Connection:
    return _connect(
        path,
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",  # a commit is on disk before it is acknowledged
        "PRAGMA foreign_keys=ON",
        "PRAGMA secure_delete=ON",  # what is deleted is overwritten with zeros
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
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return bool(busy)


async def _stop(connections: Sequence[aiosqlite.Connection]) -> None:
    """Close connections and end their threads; a cancellation cannot stop this half-way, as every thread is told first.

    `Connection.close` would not do: cancelled at the first of several, it leaves the others' threads, which keep the
    process alive (aiosqlite from 0.22 on).
    """
    stopped = [connection.stop() for connection in connections]
    await asyncio.gather(*(one for one in stopped if one is not None))
