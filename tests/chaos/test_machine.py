"""The machine that fails does what it says: otherwise a quiet chaos run would prove nothing."""

import errno
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.chaos.disk import Disk
from tests.chaos.machine import Machine, NoMachineError, library
from tests.check import ROOT

WRITER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode=WAL")
db.execute(f"PRAGMA synchronous={sys.argv[2]}")
db.execute("CREATE TABLE IF NOT EXISTS notes (number INTEGER PRIMARY KEY, words BLOB)")
for _ in sys.stdin:
    number = db.execute("INSERT INTO notes (words) VALUES (randomblob(900)) RETURNING number").fetchone()[0]
    print(number, flush=True)
"""
NOTES = 60


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    try:
        library()
    except NoMachineError as error:
        pytest.skip(str(error))
    (tmp_path / "data").mkdir()
    machine = Machine(tmp_path / "data", tmp_path / "scratch")
    yield machine
    machine.close()


def run(machine: Machine, *arguments: str, script: str = WRITER, asked: int = NOTES) -> list[str]:
    """Let a child answer so often, then kill it; its answers."""
    child = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        env={**machine.environment(), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdin is not None
        assert child.stdout is not None
        answers = []
        for _ in range(asked):
            child.stdin.write("\n")
            child.stdin.flush()
            answers.append(child.stdout.readline().strip())
        child.kill()
    return answers


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}


def notes(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "notes.db")) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return int(opened.execute("SELECT count(*) FROM notes").fetchone()[0])


def test_the_journal_tells_every_byte_that_was_written(machine: Machine) -> None:
    disk = Disk(machine.folder)
    run(machine, str(machine.folder / "notes.db"), "FULL")
    disk.begin(machine.journal)
    disk.follow()
    assert disk.kept("none", random.Random(0)) == files(machine.folder)
    assert len(disk.syncs) >= NOTES
    disk.end()


@pytest.mark.parametrize("seed", range(4))
def test_what_was_synced_survives_a_power_cut_and_the_database_stays_whole(machine: Machine, seed: int) -> None:
    disk, chance = Disk(machine.folder), random.Random(seed)
    said = 0
    for _ in range(3):
        said += len(run(machine, str(machine.folder / "notes.db"), "FULL"))
        disk.begin(machine.journal)
        disk.follow()
        disk.end()
        disk.cut_power(chance.choice(("all", "some")), chance)
        assert notes(machine.folder) >= said
        disk = Disk(machine.folder)
        said = notes(machine.folder)


def test_what_was_not_synced_is_lost_in_a_power_cut(machine: Machine) -> None:
    disk = Disk(machine.folder)
    run(machine, str(machine.folder / "notes.db"), "NORMAL")
    disk.begin(machine.journal)
    disk.follow()
    disk.end()
    disk.cut_power("all", random.Random(0))
    with closing(sqlite3.connect(machine.folder / "notes.db")) as opened, suppress(sqlite3.OperationalError):
        assert opened.execute("SELECT count(*) FROM notes").fetchone()[0] < NOTES  # or even the table is lost


def test_a_file_whose_folder_was_not_synced_loses_its_name(machine: Machine) -> None:
    script = """
import os, sys
for number, _ in enumerate(sys.stdin):
    name = f"{sys.argv[1]}/{number}"
    with open(name + ".new", "wb") as file:
        file.write(b"kept")
        file.flush()
        os.fsync(file.fileno())
    os.rename(name + ".new", name)
    if number == 0:
        above = os.open(sys.argv[1], os.O_RDONLY)
        os.fsync(above)
        os.close(above)
    print(number, flush=True)
"""
    disk = Disk(machine.folder)
    run(machine, str(machine.folder), script=script, asked=3)
    disk.begin(machine.journal)
    disk.follow()
    disk.end()
    disk.cut_power("all", random.Random(0))
    assert files(machine.folder) == {"0": b"kept"}


def test_a_full_disk_takes_nothing_new_and_lets_what_is_there_be_overwritten(machine: Machine) -> None:
    script = """
import os, sys
file = os.open(sys.argv[1] + "/file", os.O_RDWR | os.O_CREAT, 0o600)
os.write(file, b"1234")
for _ in sys.stdin:
    for where in (0, 4):
        try:
            os.pwrite(file, b"abcd", where)
            print("ok", end=" ")
        except OSError as error:
            print(error.errno, end=" ")
    print(flush=True)
"""
    machine.fill_disk()
    assert run(machine, str(machine.folder), script=script, asked=1) == [""], "not even its first word could be written"
    machine.mend()
    assert run(machine, str(machine.folder), script=script, asked=1) == ["ok ok"]
    machine.break_disk()
    machine.mend()
    (machine.folder / "file").write_bytes(b"1234")
    full = script.replace('os.write(file, b"1234")', "")
    machine.fill_disk()
    assert run(machine, str(machine.folder), script=full, asked=1) == [f"ok {errno.ENOSPC}"]


def test_the_wall_clock_jumps_and_no_other_clock_does(machine: Machine) -> None:
    script = """
import sys, time
from datetime import datetime, timezone
began = time.time(), time.monotonic()
for _ in sys.stdin:
    print(round(time.time() - began[0], -2), round(time.monotonic() - began[1], -2),
        round(datetime.now(timezone.utc).timestamp() - time.time(), 1), flush=True)
"""
    machine.shift_clock(0)
    child = subprocess.Popen(
        [sys.executable, "-c", script],
        env=machine.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdin is not None
        assert child.stdout is not None
        for shift in (0, 3600, -7200):
            machine.shift_clock(shift)
            child.stdin.write("\n")
            child.stdin.flush()
            wall, steady, apart = child.stdout.readline().split()
            assert (float(wall), float(steady), float(apart)) == (machine.shift, 0.0, 0.0)
        child.stdin.close()


def test_the_event_loop_stands_still_while_threads_go_on(machine: Machine) -> None:
    script = """
import asyncio, sys, threading, time
longest = 0.0
def answer():
    for _ in sys.stdin:
        print("counts", flush=True)
        began, steps = time.monotonic(), 0
        while longest < 0.8 and time.monotonic() - began < 20:
            time.sleep(0.001)
            steps += 1
        print(longest > 0.8, steps > 20, flush=True)
async def main():
    global longest
    print("ready", flush=True)
    while True:
        last = time.monotonic()
        await asyncio.sleep(0.001)
        longest = max(longest, time.monotonic() - last)
threading.Thread(target=answer, daemon=True).start()
asyncio.run(main())
"""
    child = subprocess.Popen(
        [sys.executable, "-c", script],
        env=machine.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.stdin.write("\n")
        child.stdin.flush()
        assert child.stdout.readline() == "counts\n"
        machine.stall_loop(1.0)
        assert child.stdout.readline() == "True True\n"
        child.kill()
