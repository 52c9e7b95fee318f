"""What is acknowledged is on disk, what is refused has a name, what was destroyed is gone; two processes get along."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import aiosqlite
import pytest

from storage import database
from storage.database import Database
from storage.errors import (
    DatabaseLocked,
    DatabaseUnreadable,
    Duplicate,
    Missing,
    Stale,
    StatementRefused,
)
from storage.run_lock import run_lock
from storage.writes import Write
from tests.storage.notes import (
    assert_all_end,
    bump,
    files_of,
    note,
    stored,
)

ROOT = Path(__file__).parents[2]


# What a turn can meet


async def test_a_turn_is_in_the_file_when_commit_returns(db: Database, path: Path) -> None:
    await db.commit([note("one"), note("two"), bump("one", was=0)])
    assert stored(path) == ["one", "two"]


async def test_a_read_sees_every_turn_that_was_acknowledged_whichever_reader_it_gets(db: Database) -> None:
    for number in range(6):
        await db.commit([note(f"n{number}")])
        row = await db.fetch_one("SELECT count(*) AS many FROM notes")
        assert row is not None
        assert row["many"] == number + 1
    assert [row["name"] for row in await db.fetch_all("SELECT name FROM notes WHERE id > ? ORDER BY id", (4,))] == [
        "n4",
        "n5",
    ]
    assert await db.fetch_one("SELECT 1 FROM notes WHERE name = ?", ("nobody",)) is None


async def test_an_unmet_expectation_is_stale_names_the_write_and_undoes_the_turn(db: Database, path: Path) -> None:
    await db.commit([note("tip")])
    with pytest.raises(Stale) as refused:
        await db.commit([note("new"), bump("tip", was=7)])
    assert refused.value.write == 1
    assert stored(path) == ["tip"]


async def test_expecting_no_rows_is_an_expectation_too(db: Database, path: Path) -> None:
    await db.commit([note("tip")])
    unless_it_is_there = Write("DELETE FROM notes WHERE name = 'tip'", expects_rows=0)
    with pytest.raises(Stale):
        await db.commit([unless_it_is_there])
    assert stored(path) == ["tip"]


async def test_what_is_there_already_is_a_duplicate_and_names_its_table_or_index(db: Database) -> None:
    await db.commit([note("tip"), note("a")])
    with pytest.raises(Duplicate) as refused:
        await db.commit([note("tip")])
    assert refused.value.where == "notes"
    with pytest.raises(Duplicate) as refused:
        await db.commit([note("A")])
    assert refused.value.where == "one_of_each_letter"


async def test_a_reference_to_no_row_is_missing(db: Database) -> None:
    for table in (Write("INSERT INTO replies VALUES ('nothing')"), Write("INSERT INTO promises VALUES ('nothing')")):
        with pytest.raises(Missing):
            await db.commit([table])


@pytest.mark.parametrize(
    "wrong",
    [
        Write("INSERT INTO notes (name, version) VALUES (?, -1)", ("secret words",)),
        Write("INSERT INTO notes (name) VALUES (?)", (None,)),
        Write("INSERT INTO notes (name) VALUES (?)", ("secret words \ud800",)),
        Write("INSERT INTO notes (name, version) VALUES (?, ?)", ("secret words", 2**63)),
        Write("INSERT INTO notes (name) VALUES (?)", ("secret words", "one too many")),
        Write("INSERT INTO notes (name, version) VALUES (?, 'no number')", ("secret words",)),
        Write("INSERT INTO nowhere VALUES (?)", ("secret words",)),
        Write("no SQL at all", ("secret words",)),
        Write("BEGIN"),
        Write("SELECT ?", ("secret words",), expects_rows=1),
    ],
)
async def test_our_own_mistakes_are_refused_without_repeating_what_somebody_wrote(
    db: Database, path: Path, wrong: Write
) -> None:
    with pytest.raises(StatementRefused) as refused:
        await db.commit([note("before"), wrong])
    cause = refused.value.__cause__
    assert "secret" not in f"{refused.value!r} {cause!r} {vars(cause) if cause else ''} {wrong!r}"
    assert stored(path) == []


async def test_a_turn_without_writes_is_nothing(db: Database, path: Path) -> None:
    await db.commit([])
    assert not path.with_name("baotin.db-wal").read_bytes()


# Opening, reading, destroying, closing


async def test_once_closed_the_database_is_one_file(path: Path) -> None:
    for number in range(50):  # all its connections closed at once, one in fifty left its log lying
        async with await Database.open(path) as db:
            await asyncio.gather(
                db.commit([note(f"note-{number}")]), *(db.fetch_all("SELECT * FROM notes") for _ in "abc")
            )
        assert {name for name in files_of(path.parent) if name.startswith(path.name)} == {path.name}


async def test_a_path_without_a_database_is_refused_and_stays_empty(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with pytest.raises(DatabaseUnreadable) as refused:
        await Database.open(tmp_path / "nothing.db")
    assert refused.value.reason == "SQLITE_CANTOPEN"
    (tmp_path / "letter.db").write_bytes(b"Dear officer, " * 500)
    with pytest.raises(DatabaseUnreadable) as refused:
        await Database.open(tmp_path / "letter.db")
    assert refused.value.reason == "SQLITE_NOTADB"
    assert set(files_of(tmp_path)) == {"letter.db"}
    assert_all_end(set(threading.enumerate()) - before)


async def test_an_opening_that_fails_half_way_leaves_no_thread_behind(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(threading.enumerate())
    opened = iter([sqlite3.connect, sqlite3.connect])

    def connect_twice(*arguments: object, **options: object) -> sqlite3.Connection:
        for connect in opened:
            return connect(*arguments, **options)  # type: ignore[no-any-return, call-overload]
        raise sqlite3.OperationalError("too many open files")

    monkeypatch.setattr(sqlite3, "connect", connect_twice)
    with pytest.raises(DatabaseUnreadable):
        await Database.open(path)
    assert_all_end(set(threading.enumerate()) - before)


async def test_a_path_with_signs_that_mean_something_in_an_address_opens(path: Path) -> None:
    odd = path.with_name("Phường 1? 100% #2.db")
    await asyncio.to_thread(path.rename, odd)
    async with await Database.open(odd) as db:
        await db.commit([note("here")])
    assert stored(odd) == ["here"]


async def test_readers_cannot_write_and_a_wrong_query_is_our_mistake(db: Database, path: Path) -> None:
    for sql in ("DELETE FROM notes", "INSERT INTO notes (name) VALUES ('x')", "SELECT * FROM nowhere", "no SQL"):
        with pytest.raises(StatementRefused):
            await db.fetch_all(sql)
    assert stored(path) == []


async def test_a_look_up_sees_every_turn_that_was_acknowledged_and_cannot_write(db: Database, path: Path) -> None:
    find = "SELECT id FROM notes WHERE name = ?"
    assert await db.look_up(find, ("one",)) is None
    await db.commit([note("one")])
    row = await db.look_up(find, ("one",))
    assert row is not None
    assert row["id"] == 1
    await db.commit([Write("DELETE FROM notes WHERE name = 'one'", expects_rows=1)])
    assert await db.look_up(find, ("one",)) is None
    for sql in ("INSERT INTO notes (name) VALUES ('x')", "SELECT * FROM nowhere"):
        with pytest.raises(StatementRefused):
            await db.look_up(sql)
    assert stored(path) == []


async def test_a_look_up_leaves_no_reader_in_the_way_of_a_checkpoint(db: Database) -> None:
    await db.commit([note("one"), note("two")])
    assert await db.look_up("SELECT id FROM notes WHERE name = 'one'") is not None
    assert await db.checkpoint()


async def test_what_was_deleted_is_in_no_file_after_a_checkpoint(db: Database, path: Path) -> None:
    words = b"what the reporter said " * 20
    await db.commit([note("tip", words), *(note(f"n{number}") for number in range(50))])
    assert await db.checkpoint()
    assert words in files_of(path.parent)["baotin.db"]
    await db.commit([Write("DELETE FROM notes WHERE name = 'tip'", expects_rows=1)])
    assert await db.checkpoint()
    assert not any(b"reporter said" in content for content in files_of(path.parent).values())
    assert len(stored(path)) == 50


async def test_a_checkpoint_that_a_reader_holds_up_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_FOR", 0.01)
    async with await Database.open(path) as db:
        await db.commit([note("one")])
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM notes").fetchall()
            await db.commit([note("two")])
            assert not await db.checkpoint()
        assert await db.checkpoint()


async def test_the_private_call_into_aiosqlite_is_as_it_was_when_we_pinned_it(db: Database) -> None:
    """If this fails after an upgrade of aiosqlite, look at Database._on_the_writers_thread before anything else."""
    assert aiosqlite.__version__.startswith("0.22.")

    def look(connection: sqlite3.Connection, pragma: str) -> tuple[object, int]:
        return connection.execute(f"PRAGMA {pragma}").fetchone()[0], threading.get_ident()

    found = {
        pragma: await db._on_the_writers_thread(look, pragma)
        for pragma in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "temp_store", "busy_timeout")
    }
    assert [value for value, _ in found.values()] == ["wal", 2, 1, 1, 2, 5000]  # synchronous 2 is FULL
    assert len({thread for _, thread in found.values()} | {threading.get_ident()}) == 2
    with pytest.raises(sqlite3.OperationalError):
        await db._on_the_writers_thread(look, "no_such(")


# Two processes

COUNT_TO = 50
"""Commits of each; SQLite's lock knows no queue, and whoever waits must outlast all of the other's on a slow disk."""
COUNT = """
import asyncio, sys
from pathlib import Path
from storage.database import Database
from storage.writes import Write

async def count():
    async with await Database.open(Path(sys.argv[1])) as db:
        add = Write("UPDATE notes SET version = version + 1 WHERE name = 'counter'", expects_rows=1)
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range(int(sys.argv[2])):
            await db.commit([add])

asyncio.run(count())
"""
HOLD = """
import sys
from pathlib import Path
from storage.run_lock import run_lock

with run_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def another_process(program: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


async def test_two_processes_write_side_by_side_and_lose_nothing(db: Database, path: Path) -> None:
    await db.commit([note("counter")])
    with another_process(COUNT, path, COUNT_TO) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        assert other.stdin is not None
        other.stdin.write("go\n")
        other.stdin.flush()
        for number in range(COUNT_TO):
            await db.commit(
                [Write("UPDATE notes SET version = version + 1 WHERE name = 'counter'"), note(f"n{number}")]
            )
        await asyncio.to_thread(other.wait, 60)
    assert other.returncode == 0
    row = await db.fetch_one("SELECT version FROM notes WHERE name = 'counter'")
    assert row is not None
    assert row["version"] == 2 * COUNT_TO


def test_a_second_run_in_the_same_folder_is_refused_and_a_later_one_is_not(tmp_path: Path) -> None:
    with run_lock(tmp_path), pytest.raises(DatabaseLocked) as refused, run_lock(tmp_path):
        pass
    assert refused.value.folder == tmp_path
    with run_lock(tmp_path):
        pass


def test_kill_9_frees_the_folder(tmp_path: Path) -> None:
    with another_process(HOLD, tmp_path) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(DatabaseLocked), run_lock(tmp_path):
            pass
        first.kill()
        first.wait(timeout=60)
        with run_lock(tmp_path):
            pass
