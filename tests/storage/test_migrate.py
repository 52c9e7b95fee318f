"""Migrations go forward, once, whole; what was released is never edited."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import DatabaseUnreadable, MigrationRefused, NewerSchema
from storage.migrate import migrate, pending, released, schema_of, statements

AT = datetime(2026, 11, 22, 7, 30, tzinfo=timezone(timedelta(hours=7)))
FIRST = "CREATE TABLE wards (code TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;\n"
SECOND = """
-- a trigger; its body has statements of its own
CREATE TABLE moves (ward TEXT REFERENCES wards (code), said TEXT DEFAULT 'a;b') STRICT;
CREATE TRIGGER keep BEFORE DELETE ON moves
BEGIN
    SELECT RAISE(ABORT, 'moves are appended; never deleted');
    SELECT 1;
END;
/* the end; really */
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_first.sql").write_text(FIRST)
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "baotin.db"


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def names(path: Path) -> list[object]:
    return [
        name for (name,) in rows(path, "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY name")
    ]


def test_a_new_database_gets_every_migration_once_with_its_time_in_utc(folder: Path, path: Path) -> None:
    (folder / "0002_moves.sql").write_text(SECOND)
    assert [one.name for one in migrate(path, AT, folder=folder)] == ["first", "moves"]
    assert migrate(path, AT, folder=folder) == []
    assert rows(path, "SELECT number, name, applied_at FROM migrations") == [
        (1, "first", "2026-11-22T00:30:00+00:00"),
        (2, "moves", "2026-11-22T00:30:00+00:00"),
    ]
    assert names(path) == ["keep", "migrations", "moves", "wards"]


def test_an_older_database_gets_only_what_is_new_and_keeps_its_rows(folder: Path, path: Path) -> None:
    migrate(path, AT, folder=folder)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO wards VALUES ('00103', 'Tây Hồ')")
    (folder / "0002_moves.sql").write_text(SECOND)
    assert [one.number for one in pending(path, folder=folder)] == [2]
    assert [one.number for one in migrate(path, AT, folder=folder)] == [2]
    assert pending(path, folder=folder) == []
    assert rows(path, "SELECT name FROM wards") == [("Tây Hồ",)]


def test_asking_what_is_pending_makes_no_file(folder: Path, path: Path) -> None:
    assert [one.number for one in pending(path, folder=folder)] == [1]
    assert not path.exists()


def test_a_migration_that_fails_half_way_leaves_nothing_and_the_ones_before_it_stay(folder: Path, path: Path) -> None:
    (folder / "0002_broken.sql").write_text("CREATE TABLE half (a TEXT); INSERT INTO nowhere VALUES (1);")
    with pytest.raises(MigrationRefused) as refused:
        migrate(path, AT, folder=folder)
    assert refused.value.number == 2
    assert names(path) == ["migrations", "wards"]
    (folder / "0002_broken.sql").write_text("CREATE TABLE half (a TEXT);")  # it was never applied: mending it is fine
    assert [one.number for one in migrate(path, AT, folder=folder)] == [2]


@pytest.mark.parametrize("sneaky", ["COMMIT;", "END;", "ROLLBACK;", "SAVEPOINT a;", "ATTACH ':memory:' AS other;"])
def test_a_migration_cannot_end_its_own_transaction_or_leave_its_file(folder: Path, path: Path, sneaky: str) -> None:
    (folder / "0002_sneaky.sql").write_text(f"CREATE TABLE half (a TEXT); {sneaky} CREATE TABLE other_half (a TEXT);")
    with pytest.raises(MigrationRefused):
        migrate(path, AT, folder=folder)
    assert names(path) == ["migrations", "wards"]


def test_a_statement_without_its_end_is_refused(folder: Path, path: Path) -> None:
    (folder / "0002_cut.sql").write_text("CREATE TABLE a (b TEXT); CREATE TRIGGER t BEFORE DELETE ON a BEGIN SELECT 1;")
    with pytest.raises(MigrationRefused):
        migrate(path, AT, folder=folder)
    assert names(path) == ["migrations", "wards"]


def test_a_released_migration_that_was_edited_is_refused(folder: Path, path: Path) -> None:
    migrate(path, AT, folder=folder)
    (folder / "0001_first.sql").write_text(FIRST + "CREATE TABLE more (a TEXT);")
    for look in (pending, migrate):
        with pytest.raises(MigrationRefused) as refused:
            look(path, folder=folder)
        assert refused.value.number == 1
    assert names(path) == ["migrations", "wards"]


def test_ends_of_lines_changed_by_git_are_no_edit(folder: Path, path: Path) -> None:
    migrate(path, AT, folder=folder)
    (folder / "0001_first.sql").write_bytes(FIRST.replace("\n", "\r\n").encode())
    assert migrate(path, AT, folder=folder) == []


def test_a_database_of_a_newer_version_is_left_alone(folder: Path, path: Path) -> None:
    (folder / "0002_moves.sql").write_text(SECOND)
    migrate(path, AT, folder=folder)
    (folder / "0002_moves.sql").unlink()
    for look in (pending, migrate):
        with pytest.raises(NewerSchema) as refused:
            look(path, folder=folder)
        assert (refused.value.found, refused.value.known) == (2, 1)


@pytest.mark.parametrize("name", ["0001_again.sql", "0003_gap.sql"])
def test_a_number_that_repeats_or_is_left_out_is_refused_before_anything_is_opened(
    folder: Path, path: Path, name: str
) -> None:
    (folder / name).write_text("CREATE TABLE more (a TEXT);")
    with pytest.raises(MigrationRefused) as refused:
        migrate(path, AT, folder=folder)
    assert refused.value.number == 2
    assert not path.exists()


def test_a_table_may_be_rebuilt_under_its_references(folder: Path, path: Path) -> None:
    (folder / "0002_moves.sql").write_text(
        SECOND + "INSERT INTO wards VALUES ('1', 'A'); INSERT INTO moves VALUES ('1', 'x');"
    )
    migrate(path, AT, folder=folder)
    (folder / "0003_rebuild.sql").write_text(
        "CREATE TABLE w (code TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT) STRICT;"
        "INSERT INTO w SELECT code, name, 'ward' FROM wards; DROP TABLE wards; ALTER TABLE w RENAME TO wards;"
    )
    migrate(path, AT, folder=folder)
    assert rows(path, "SELECT kind FROM wards JOIN moves ON ward = code") == [("ward",)]


def test_a_migration_that_orphans_rows_is_refused(folder: Path, path: Path) -> None:
    (folder / "0002_moves.sql").write_text(SECOND + "INSERT INTO moves VALUES ('no such ward', 'x');")
    with pytest.raises(MigrationRefused, match="moves"):
        migrate(path, AT, folder=folder)
    assert names(path) == ["migrations", "wards"]


def test_a_file_that_is_no_database_is_refused_unchanged(folder: Path, path: Path) -> None:
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(DatabaseUnreadable) as refused:
        migrate(path, AT, folder=folder)
    assert refused.value.reason == "SQLITE_NOTADB"
    assert path.read_bytes() == b"this is no database" * 100


def test_a_folder_that_is_not_there_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreadable):
        migrate(tmp_path / "nowhere" / "baotin.db", AT, folder=folder)


@pytest.mark.skipif(os.name != "posix", reason="file modes mean nothing on this system")
def test_only_its_owner_may_read_a_new_database(folder: Path, path: Path) -> None:
    migrate(path, AT, folder=folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_programs_that_migrate_at_once_apply_each_migration_once(folder: Path, path: Path) -> None:
    for number in range(2, 12):
        (folder / f"{number:04}_t.sql").write_text(f"CREATE TABLE t{number} (a TEXT);")
    program = (
        "import sys; from pathlib import Path; from storage.migrate import migrate\n"
        "sys.stdin.readline(); print(len(migrate(Path(sys.argv[1]), folder=Path(sys.argv[2]))))"
    )
    root = Path(__file__).parents[2]
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program, path, folder],
            cwd=root,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    applied = [int(process.communicate(timeout=60)[0]) for process in both]
    assert sum(applied) == 11
    assert len(rows(path, "SELECT number FROM migrations")) == 11


def test_a_file_splits_at_the_ends_of_its_statements_only() -> None:
    assert [statement.split()[0:2] for statement in statements(SECOND)] == [
        ["--", "a"],
        ["CREATE", "TRIGGER"],
        ["/*", "the"],
    ]
    assert list(statements("")) == []
    assert list(statements("SELECT ';' ; SELECT 2")) == ["SELECT ';' ;", "SELECT 2"]


PIECES = [
    "SELECT 1;",
    "SELECT ';';",
    "-- a;\nSELECT 2;",
    "/* ; */ SELECT 3;",
    'SELECT ";" FROM "a;b";',
    "SELECT '''; ';",
]


@given(st.lists(st.sampled_from(PIECES)))
def test_statements_written_one_after_another_come_apart_again(written: list[str]) -> None:
    assert list(statements("\n".join(written))) == written


@pytest.fixture
def memory() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        yield connection


def test_a_schema_built_in_steps_equals_the_same_schema_written_in_one_piece(
    folder: Path, path: Path, memory: sqlite3.Connection
) -> None:
    (folder / "0002_kind.sql").write_text("ALTER TABLE wards ADD COLUMN kind TEXT; ALTER TABLE wards RENAME TO units;")
    migrate(path, AT, folder=folder)
    memory.executescript(
        """CREATE TABLE units (
            code TEXT PRIMARY KEY, -- of the statistics office
            name TEXT NOT NULL,
            kind TEXT) STRICT;"""
    )
    with closing(sqlite3.connect(path)) as connection:
        assert schema_of(connection) == schema_of(memory)


@pytest.mark.parametrize(
    "other",
    [
        "CREATE TABLE a (b TEXT DEFAULT 'x  y');",
        "CREATE TABLE a (b TEXT DEFAULT 'x y') STRICT;",
        "CREATE TABLE a (b TEXT DEFAULT 'x y'); CREATE INDEX c ON a (b);",
    ],
)
def test_schemas_that_differ_are_told_apart(memory: sqlite3.Connection, other: str) -> None:
    memory.executescript("CREATE TABLE a (b TEXT DEFAULT 'x y');")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(other)
        assert schema_of(connection) != schema_of(memory)


def test_our_own_migrations_are_in_order_and_apply(path: Path) -> None:
    ours = released()
    assert ours
    assert migrate(path, AT) == ours
