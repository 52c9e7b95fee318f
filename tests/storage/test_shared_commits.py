"""Turns that wait share a commit, and none hurts its neighbours, neither by failing nor by being cancelled."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import database
from storage.database import GROUP_LIMIT, Database
from storage.errors import (
    DatabaseUnwritable,
    Duplicate,
    Missing,
    Stale,
    StatementRefused,
)
from storage.writes import Rows, Write
from storage.writing import write_group
from tests.storage.notes import (
    SCHEMA,
    all_at_once,
    assert_all_end,
    bump,
    commits_in_log,
    let_everybody_start,
    note,
    somebody_else_writing,
    stored,
)

# Shared commits


async def test_turns_that_wait_together_share_a_commit_and_keep_their_order(db: Database, path: Path) -> None:
    turns = [[note(f"n{number}")] for number in range(GROUP_LIMIT + 44)]
    assert await all_at_once(db, *turns) == [None] * len(turns)
    assert stored(path) == [f"n{number}" for number in range(GROUP_LIMIT + 44)]
    assert commits_in_log(path) == 2


async def test_turns_that_fail_leave_their_neighbours_and_the_shared_commit_alone(db: Database, path: Path) -> None:
    answers = await all_at_once(
        db,
        [note("first")],
        [note("lost"), note("first")],
        [note("second")],
        [note("lost"), bump("first", was=9)],
        [note("lost"), Write("INSERT INTO notes (name) VALUES (?)", ("\ud800",))],
        [note("lost"), Write("INSERT INTO replies VALUES ('nothing')")],
        [note("third")],
    )
    assert [type(answer) for answer in answers] == [
        type(None),
        Duplicate,
        type(None),
        Stale,
        StatementRefused,
        Missing,
        type(None),
    ]
    assert stored(path) == ["first", "second", "third"]
    assert commits_in_log(path) == 1


async def test_of_two_officers_who_claim_at_once_exactly_one_wins(db: Database) -> None:
    await db.commit([note("tip")])
    answers = await all_at_once(db, [bump("tip", was=0)], [bump("tip", was=0)])
    assert answers[0] is None
    assert isinstance(answers[1], Stale)


async def test_a_full_disk_refuses_the_turn_that_does_not_fit_and_writes_its_neighbours(
    db: Database, path: Path
) -> None:
    await db.commit([Write("PRAGMA max_page_count = 40")])  # 160 KiB: a very small disk
    answers = await all_at_once(db, [note("before")], [note("lost"), note("big", bytes(500_000))], [note("after")])
    assert answers[0] is answers[2] is None
    assert isinstance(answers[1], DatabaseUnwritable)
    assert answers[1].reason == "SQLITE_FULL"
    assert isinstance(answers[1].__cause__, sqlite3.OperationalError)
    assert stored(path) == ["before", "after"]
    await db.commit([Write("PRAGMA max_page_count = 100000")])
    await db.commit([note("big", bytes(500_000))])
    assert stored(path) == ["before", "after", "big"]


async def test_a_disk_that_is_full_for_everybody_refuses_everybody_and_hangs_nobody(db: Database, path: Path) -> None:
    await db.commit([Write("PRAGMA max_page_count = 1")])  # SQLite takes this as: not a page more than now
    answers = await all_at_once(db, *([note(f"n{number}", bytes(50_000))] for number in range(5)))
    assert [getattr(answer, "reason", None) for answer in answers] == ["SQLITE_FULL"] * 5
    assert stored(path) == []


async def test_a_turn_that_ends_the_shared_transaction_takes_nobody_with_it(db: Database, path: Path) -> None:
    answers = await all_at_once(db, [note("before")], [note("lost"), note("bomb")], [note("after")])
    assert [type(answer) for answer in answers] == [type(None), StatementRefused, type(None)]
    assert stored(path) == ["before", "after"]


async def test_a_turn_that_only_fails_at_the_commit_takes_nobody_with_it(db: Database, path: Path) -> None:
    promise = Write("INSERT INTO promises VALUES ('nothing')")
    answers = await all_at_once(db, [note("before")], [note("lost"), promise], [note("after")])
    assert [type(answer) for answer in answers] == [type(None), Missing, type(None)]
    assert stored(path) == ["before", "after"]


NAMES = st.sampled_from(["a", "b", "A", "long", "bomb"])
WRITES = st.one_of(
    st.builds(note, NAMES),
    st.builds(bump, NAMES, was=st.integers(0, 2)),
    st.builds(lambda name: Write("DELETE FROM notes WHERE name = ?", (name,), expects_rows=1), NAMES),
    st.builds(lambda name: Write("INSERT INTO replies VALUES (?)", (name,)), NAMES),
    st.just(Write("INSERT INTO notes (name) VALUES (?)", ("\ud800",))),
)


@settings(deadline=None)
@given(st.lists(st.lists(WRITES, min_size=1, max_size=4), min_size=2, max_size=8))
def test_a_group_ends_exactly_as_its_turns_one_by_one_would(turns: list[list[Write]]) -> None:
    ends = []
    for groups in ([turns], [[turn] for turn in turns]):
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            connection.executescript("PRAGMA foreign_keys=ON;" + SCHEMA)
            answers = [repr(answer) for group in groups for answer in write_group(connection, group)]
            assert not connection.in_transaction
            tables = ("SELECT name, version FROM notes ORDER BY name", "SELECT * FROM replies")
            ends.append((answers, [connection.execute(table).fetchall() for table in tables]))
    assert ends[0] == ends[1]


# What a turn's writes return


async def test_what_a_turn_returns_is_told_once_it_is_written_and_nothing_of_one_that_is_refused(db: Database) -> None:
    told: list[Rows | None] = []
    named = Write("INSERT INTO notes (name) VALUES ('first') RETURNING id, name", returns=True)
    await db.commit([named, note("second")], then=told.append)
    with pytest.raises(Duplicate):
        await db.commit([named], then=told.append)
    await all_at_once(db, [note("third")], [note("fourth")])
    assert told == [[(1, "first")], None]


# Waiting, cancelling, closing


async def test_whoever_is_cancelled_while_waiting_has_written_nothing_and_the_others_go_on(
    db: Database, path: Path
) -> None:
    with somebody_else_writing(path):
        first = asyncio.create_task(db.commit([note("first")]))
        await let_everybody_start()  # the writer has taken the first and stands at the other program's lock
        second = asyncio.create_task(db.commit([note("second")]))
        third = asyncio.create_task(db.commit([note("third")]))
        await let_everybody_start()
        second.cancel()
        await asyncio.wait({second})
    await asyncio.gather(first, third)
    assert second.cancelled()
    assert stored(path) == ["first", "third"]


async def test_whoever_is_cancelled_while_being_written_is_written_whole_and_harms_nobody(
    db: Database, path: Path
) -> None:
    with somebody_else_writing(path):
        first = asyncio.create_task(db.commit([note("first"), note("first too")]))
        second = asyncio.create_task(db.commit([note("second")]))
        await let_everybody_start()
        first.cancel()
        await asyncio.wait({first})
    await second
    assert stored(path) == ["first", "first too", "second"]


async def test_a_timeout_leaves_a_database_that_works(db: Database, path: Path) -> None:
    with somebody_else_writing(path), pytest.raises(TimeoutError):
        await asyncio.wait_for(db.commit([note("slow")]), timeout=0.01)
    await db.commit([note("next")])
    assert stored(path) == ["slow", "next"]


async def test_another_program_that_writes_too_long_is_waited_for_once_not_once_for_each_turn(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_FOR", 0.05)
    async with await Database.open(path) as db:
        began = asyncio.get_running_loop().time()
        with somebody_else_writing(path):
            answers = await all_at_once(db, *([note(f"n{number}")] for number in range(200)))
        assert {getattr(answer, "reason", None) for answer in answers} == {"SQLITE_BUSY"}
        assert asyncio.get_running_loop().time() - began < 200 * 0.05
        await db.commit([note("after")])
    assert stored(path) == ["after"]


async def test_close_writes_what_is_waiting_and_refuses_what_comes_later(path: Path) -> None:
    db = await Database.open(path)
    with somebody_else_writing(path):
        waiting = [asyncio.create_task(db.commit([note(f"n{number}")])) for number in range(GROUP_LIMIT + 1)]
        await let_everybody_start()
        closing_down = asyncio.create_task(db.close())
        await let_everybody_start()
        told: list[Rows | None] = []
        with pytest.raises(RuntimeError, match="closed"):
            await db.commit([note("too late")], then=told.append)
        assert told == [None], "whoever waits for what it returns need not wait"
    await closing_down
    await asyncio.gather(*waiting)
    await db.close()
    assert len(stored(path)) == GROUP_LIMIT + 1
    assert not path.with_name("baotin.db-wal").exists()


async def test_a_close_that_is_cancelled_still_answers_everybody_and_ends_every_thread(path: Path) -> None:
    before = set(threading.enumerate())
    db = await Database.open(path)
    threads = set(threading.enumerate()) - before
    assert len(threads) == 2 + database.READERS
    with somebody_else_writing(path):
        waiting = [asyncio.create_task(db.commit([note(f"n{number}")])) for number in range(GROUP_LIMIT + 1)]
        await let_everybody_start()
        closing_down = asyncio.create_task(db.close())
        await let_everybody_start()
        closing_down.cancel()
        await let_everybody_start()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert answers[:GROUP_LIMIT] == [None] * GROUP_LIMIT
    assert isinstance(answers[GROUP_LIMIT], DatabaseUnwritable)
    assert len(stored(path)) == GROUP_LIMIT
    await asyncio.wait({closing_down})
    assert_all_end(threads)


async def test_when_the_loop_cancels_the_writer_nobody_is_left_waiting(db: Database, path: Path) -> None:
    with somebody_else_writing(path):
        waiting = [asyncio.create_task(db.commit([note(f"n{number}")])) for number in range(GROUP_LIMIT + 1)]
        await let_everybody_start()
        for task in asyncio.all_tasks():
            if task.get_name() == "storage: the writer":
                task.cancel()
        await asyncio.wait(waiting)
    assert all(task.cancelled() for task in waiting)
    await db.commit([note("next")])
    assert stored(path)[-1] == "next"
