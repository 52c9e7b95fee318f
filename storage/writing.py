"""Writing the turns of a group: with one commit for all of them, and each refused only for what it did itself.

What SQLite says when something fails becomes a situation of `storage.errors` here.
"""

import contextlib
import sqlite3
from collections.abc import Sequence
from typing import TypeAlias

from storage.errors import (
    DatabaseUnreadable,
    DatabaseUnwritable,
    Duplicate,
    Missing,
    Stale,
    StatementRefused,
    StorageError,
)
from storage.writes import Rows, SqlValue, Write

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


Outcome: TypeAlias = StorageError | Rows
"""What became of a turn: the rows its writes returned once it is durable, or why nothing of it was written."""


def write_group(connection: sqlite3.Connection, turns: Sequence[Sequence[Write]]) -> list[Outcome]:
    """Execute turns in order with one commit; what became of each.

    Mostly nothing is refused: so all are written without a savepoint each, which is a quarter of the work. When one is
    refused, all are taken back and written once more with savepoints.

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


def _write_together(connection: sqlite3.Connection, turns: Sequence[Sequence[Write]]) -> list[Outcome]:
    try:
        _begin(connection)
        outcomes = _all_taken(connection, turns)
        if not outcomes:
            _begin(connection)
            outcomes = [_taken_or_undone(connection, writes) for writes in turns]
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if _code_of(error) == sqlite3.SQLITE_BUSY and not connection.in_transaction:
            # Another program holds the database. Each alone would wait as long again: all are refused now.
            return [because(DatabaseUnwritable(name_of(error)), error) for _ in turns]
        raise _Void from error
    finally:
        _leave(connection)
    return outcomes


def _all_taken(connection: sqlite3.Connection, turns: Sequence[Sequence[Write]]) -> list[Outcome]:
    """Execute all turns, as far as nothing is refused; an empty list if anything is."""
    taken: list[Outcome] = []
    for writes in turns:
        outcome = _outcome_of(connection, writes)
        if isinstance(outcome, DatabaseUnwritable):
            raise _Void
        if isinstance(outcome, StorageError):
            return []
        taken.append(outcome)
    return taken


def _taken_or_undone(connection: sqlite3.Connection, writes: Sequence[Write]) -> Outcome:
    """Execute one turn of a group, and undo it alone if it is refused."""
    connection.execute("SAVEPOINT turn")
    outcome = _outcome_of(connection, writes)
    if isinstance(outcome, DatabaseUnwritable) or not connection.in_transaction:
        raise _Void
    if isinstance(outcome, StorageError):
        connection.execute("ROLLBACK TO turn")
    connection.execute("RELEASE turn")
    return outcome


def _write_alone(connection: sqlite3.Connection, writes: Sequence[Write]) -> Outcome:
    try:
        _begin(connection)
        outcome = _outcome_of(connection, writes)
        if not isinstance(outcome, StorageError):
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        return _refusal_for(error)
    finally:
        _leave(connection)
    return outcome


def _begin(connection: sqlite3.Connection) -> None:
    _leave(connection)
    connection.execute("BEGIN IMMEDIATE")


def _leave(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        with contextlib.suppress(sqlite3.Error):  # it may have ended by itself; `_begin` tries again
            connection.execute("ROLLBACK")


def _outcome_of(connection: sqlite3.Connection, writes: Sequence[Write]) -> Outcome:
    """Execute one turn inside the open transaction; what it returned, or why it must be undone."""
    returned: list[Sequence[SqlValue]] = []
    for number, write in enumerate(writes):
        try:
            done = connection.execute(write.sql, write.parameters)
            if write.returns:
                returned.extend(tuple(row) for row in done.fetchall())
        except Exception as error:  # a value SQLite cannot hold raises OverflowError, UnicodeEncodeError and others
            return _refusal_for(error)
        if write.expects_rows is None or done.rowcount == write.expects_rows:
            continue
        if done.rowcount < 0:
            return StatementRefused("expects_rows on a statement whose rows are not counted")
        return Stale(number)
    return returned


def _refusal_for(error: Exception) -> StorageError:
    if not isinstance(error, sqlite3.Error):
        return StatementRefused(type(error).__name__)  # no cause: a UnicodeEncodeError carries the whole text
    return because(_situation_of(error), error)


def _situation_of(error: sqlite3.Error) -> StorageError:
    if _is_not_the_turns_fault(error):
        return DatabaseUnwritable(name_of(error))
    match getattr(error, "sqlite_errorcode", None):
        case sqlite3.SQLITE_CONSTRAINT_UNIQUE | sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY | sqlite3.SQLITE_CONSTRAINT_ROWID:
            return Duplicate(_table_in(str(error)))
        case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
            return Missing()
    return StatementRefused(name_of(error))


def unread(error: sqlite3.Error) -> StorageError:
    """What a failed read raises."""
    if _code_of(error) != sqlite3.SQLITE_READONLY and _is_not_the_turns_fault(error):
        return DatabaseUnreadable(name_of(error))
    return StatementRefused(name_of(error))


def _table_in(message: str) -> str:
    """'UNIQUE constraint failed: heard.bot, heard.update' -> 'heard'; '… failed: index 'one_open'' -> 'one_open'."""
    where = message.partition(": ")[2]
    return where.split("'")[1] if where.startswith("index '") else where.partition(".")[0]


def _is_not_the_turns_fault(error: sqlite3.Error) -> bool:
    return _code_of(error) in _NOT_THE_TURNS_FAULT


def _code_of(error: sqlite3.Error) -> int:
    """SQLite's primary result code, the low byte; 0 when the driver itself complained."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def name_of(error: sqlite3.Error) -> str:
    """SQLite's name for an error, which holds nothing that anybody wrote."""
    return getattr(error, "sqlite_errorname", type(error).__name__)


def because(situation: StorageError, error: Exception) -> StorageError:
    """The situation with its cause."""
    situation.__cause__ = error
    return situation
