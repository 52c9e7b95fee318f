"""Migrations: numbered files of SQL that bring a database forward, each once, each whole, never edited once released.

Plain `sqlite3`, for the command line and for an executor at start; nothing here runs beside a turn.
"""

import hashlib
import os
import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from storage.errors import DatabaseUnreadable, MigrationRefused, NewerSchema

BUSY_FOR = 30.0
"""Seconds to wait for another program that migrates or writes."""
BUSY_LOOK_AGAIN = 0.02
"""Seconds between two tries, where SQLite does not wait by itself."""

_FILE_NAME = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z0-9_]+)\.sql")
_LOG = """
CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    applied_at TEXT NOT NULL
) STRICT
"""
_NOT_IN_A_MIGRATION = {sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT, sqlite3.SQLITE_ATTACH}
_TOKEN = re.compile(
    r"""(?P<comment> --[^\n]* | /\*.*?\*/)
    | '(?:[^']|'')*'
    | "(?P<quoted>[A-Za-z_]\w*)" | "(?:[^"]|"")*"
    | \w+ | \S""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Migration:
    """One step forward, as released."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """What its text was at release; read as text, so that ends of lines, which git may change, do not count."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def released(folder: Traversable | None = None) -> list[Migration]:
    """All migrations of a folder (ours by default) in order. Raises `MigrationRefused` if a number lacks or repeats."""
    migrations = [
        Migration(int(match["number"]), match["name"], file.read_text(encoding="utf-8"))
        for file in (folder or files("storage") / "migrations").iterdir()
        if (match := _FILE_NAME.fullmatch(file.name))
    ]
    migrations.sort(key=lambda migration: migration.number)
    for expected, migration in enumerate(migrations, start=1):
        if migration.number != expected:
            raise MigrationRefused(expected, "is not there exactly once")
    return migrations


def pending(path: Path, *, folder: Traversable | None = None) -> list[Migration]:
    """What `migrate` would apply. Raises as it does; changes nothing, and makes no file."""
    migrations = released(folder)
    if not path.exists():
        return migrations
    try:
        with closing(_connect(path)) as connection:
            return _still_pending(connection, migrations)
    except sqlite3.Error as error:
        raise DatabaseUnreadable(_name_of(error)) from error


def migrate(path: Path, at: datetime | None = None, *, folder: Traversable | None = None) -> list[Migration]:
    """Bring the database forward, making it first where there is none; returns what was applied.

    `at` is the time that is noted, now by default. Two programs that migrate at once do not meet: the second finds it
    done. Raises `MigrationRefused` (edited, out of order, or failed: then that one has left nothing), `NewerSchema`
    or `DatabaseUnreadable`.
    """
    migrations = released(folder)
    applied = []
    try:
        _make_private_file(path)
        with closing(_connect(path)) as connection:
            _keep_a_log(connection)
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("PRAGMA foreign_keys=OFF")  # a table can only be rebuilt so; checked before each commit
            while migration := _apply_next(connection, migrations, at=at or datetime.now(UTC)):
                applied.append(migration)
    except (sqlite3.Error, OSError) as error:
        raise DatabaseUnreadable(_name_of(error)) from error
    return applied


def schema_of(connection: sqlite3.Connection) -> str:
    """A database's schema in one normal form, a line for each object, to compare it with one that was written by hand.

    Comments, layout and needless quotes do not count; nor does the table of migrations, which is how, not what.
    """
    rows = connection.execute(
        "SELECT sql FROM sqlite_schema"
        " WHERE sql IS NOT NULL AND tbl_name <> 'migrations' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        " ORDER BY type, name"
    )
    return "\n".join(_normal(sql) for (sql,) in rows)


def statements(sql: str) -> Iterator[str]:
    """Split a file into statements; a `;` in a text, a comment or a trigger's body does not end one."""
    statement = ""
    for part in re.split(r"(?<=;)", sql):
        statement += part
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""
    if statement.strip():  # a comment, or a statement without its end: SQLite knows which
        yield statement.strip()


def _apply_next(connection: sqlite3.Connection, migrations: Sequence[Migration], *, at: datetime) -> Migration | None:
    """Apply the first pending migration in a transaction of its own; None when there is none."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(_LOG)
        waiting = _still_pending(connection, migrations)
        if waiting:
            _apply(connection, waiting[0])
            connection.execute(
                "INSERT INTO migrations (number, name, sha256, applied_at) VALUES (?, ?, ?, ?)",
                (
                    waiting[0].number,
                    waiting[0].name,
                    waiting[0].sha256,
                    at.astimezone(UTC).isoformat(timespec="seconds"),
                ),
            )
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    return waiting[0] if waiting else None


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    connection.set_authorizer(_refuse_transactions)
    try:
        for statement in statements(migration.sql):
            connection.execute(statement)
    except sqlite3.Error as error:
        raise MigrationRefused(migration.number, str(error)) from error
    finally:
        connection.set_authorizer(None)
    if broken := connection.execute("PRAGMA foreign_key_check").fetchone():
        raise MigrationRefused(migration.number, f"leaves references of table {broken[0]} to rows that are not there")


def _refuse_transactions(action: int, *_: object) -> int:
    """A COMMIT inside a migration would cut it in two."""
    return sqlite3.SQLITE_DENY if action in _NOT_IN_A_MIGRATION else sqlite3.SQLITE_OK


def _still_pending(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> list[Migration]:
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").fetchone():
        return list(migrations)
    applied: dict[int, str] = dict(connection.execute("SELECT number, sha256 FROM migrations").fetchall())
    newest = max(applied, default=0)
    if newest > len(migrations):
        raise NewerSchema(newest, len(migrations))
    for migration in migrations[:newest]:
        if applied.get(migration.number) != migration.sha256:
            raise MigrationRefused(migration.number, "is not the one that was applied")
    return list(migrations[newest:])


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=BUSY_FOR, isolation_level=None)


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Switch to a write-ahead log. SQLite does not wait here for another program that is doing the same: we do."""
    until = time.monotonic() + BUSY_FOR
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(BUSY_LOOK_AGAIN)
        else:
            return


def _make_private_file(path: Path) -> None:
    """Make the database's file readable by its owner only; SQLite gives its log the same mode."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _normal(sql: str) -> str:
    tokens = (match for match in _TOKEN.finditer(sql) if not match["comment"])
    return " ".join(match["quoted"] or match[0] for match in tokens)


def _name_of(error: Exception) -> str:
    return getattr(error, "sqlite_errorname", type(error).__name__)
