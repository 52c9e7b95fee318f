"""What people wait for while a backup is made: fifty turns a second go on beside `baotin backup`, then it is restored.

The installation is filled up to a size; the turns are those of whole conversations, each begun at its own moment
whether the last one is done or not, and what is measured is from that moment until the turn is durable. The backup is
the command itself, a process of its own. `--full` is a database of a gigabyte, the short form one of 200 MB.
"""

import argparse
import asyncio
import json
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.logs import set_up_logs
from bot.opening import open_store
from bot.settings import Settings, read_settings
from storage import wards
from tests.benchmarks import machine
from tests.benchmarks.conversation import STEPS, update
from tests.benchmarks.ours import TAY_HO, Running, running

ROOT: Final = Path(__file__).parents[2]
A_SECOND: Final = 50
P99_MS: Final = 150.0
WORST_MS: Final = 400.0
TALKING: Final = 100
"""People who tell a tip at the same time; each says something every two seconds."""
BEFORE: Final = 10.0
"""Seconds of turns before the backup begins, to compare with; the first ones of them warm up."""
WARMING: Final = 2.0
PADDING: Final = 40_000
"""Bytes of each entry that fills the database."""
PATIENCE: Final = 600.0
COUNTED: Final = "SELECT (SELECT count(*) FROM tips), (SELECT count(*) FROM entries), (SELECT count(*) FROM keys)"


class Broken(Exception):
    """The backup or its restoration failed: there is no figure."""


@dataclass
class Waited:
    """Milliseconds of each turn, before the backup and while it was made."""

    before: list[float] = field(default_factory=list)
    meanwhile: list[float] = field(default_factory=list)


async def fill(settings: Settings, size: int) -> None:
    """An installation with a ward, and sealed-looking entries up to a size in bytes."""
    async with open_store(settings, tell=lambda _: None) as store:
        await store.db.commit([wards.enable(TAY_HO, "024 3829 0000", office="số 1 phố Mẫu", hours="7:30-17:30")])
    with closing(sqlite3.connect(settings.database_path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        connection.execute(
            "WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < ?) "
            "INSERT INTO entries (id, tip, at, kind, sealed) SELECT 'e' || n, 't' || n, n, 'story', randomblob(?) "
            "FROM counted",
            (max(1, size // PADDING), PADDING),
        )
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Talk:
    """Conversations at a steady rate, until they are told to end."""

    def __init__(self, ours: Running) -> None:
        self._ours = ours
        self.into: list[float] = []
        self._ending = asyncio.Event()

    def end(self) -> None:
        """No further turn begins."""
        self._ending.set()

    async def run(self) -> None:
        """Begin a turn at each slot; ends when the last one is durable."""
        began = time.perf_counter()
        slot = 0
        async with asyncio.TaskGroup() as turns:
            while not self._ending.is_set():
                due = began + slot / A_SECOND
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                cohort, place = divmod(slot, TALKING * len(STEPS))
                step, person = divmod(place, TALKING)
                turns.create_task(self._turn(cohort * TALKING + person, step, due=due, into=self.into))
                slot += 1

    async def _turn(self, person: int, step: int, *, due: float, into: list[float]) -> None:
        button = await self._ours.request.button(person, STEPS[step]) if STEPS[step].kind == "press" else None
        await self._ours.take(json.dumps(update(person, step, button=button)).encode())
        into.append((time.perf_counter() - due) * 1000)


async def baotin(settings: Settings, *words: object) -> float:
    """Run a command; the seconds it took. Raises Broken."""
    began = time.monotonic()
    told = {"BAOTIN_DATA": str(settings.data), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *map(str, words)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        cwd=settings.data.parent,
        env=kept | told,
    )
    async with asyncio.timeout(PATIENCE):
        _, complaints = await process.communicate()
    if process.returncode:
        raise Broken(f"baotin {words[0]} ended with {process.returncode}:\n{complaints.decode()}")
    return time.monotonic() - began


async def talk_and_back_up(settings: Settings, target: Path) -> tuple[Waited, float]:
    """Turns go on, first alone, then beside the backup; what they took, and the seconds of the backup."""
    waited = Waited()
    async with running(settings) as ours:
        talk = Talk(ours)
        talking = asyncio.create_task(talk.run())
        await asyncio.sleep(WARMING)
        talk.into = waited.before
        await asyncio.sleep(BEFORE)
        talk.into = waited.meanwhile
        seconds = await baotin(settings, "backup", target)
        talk.end()
        await talking
    return waited, seconds


async def restored(settings: Settings, folder: Path, *, target: Path) -> tuple[float, tuple[int, ...]]:
    """Restore it elsewhere, with a copy of the key; the seconds that took, and what came back. Raises Broken."""
    there = read_settings(_env_file=None, data=folder / "restored", web_port=0)
    there.data.mkdir(mode=0o700)
    shutil.copy2(settings.key_path, there.key_path)
    seconds = await baotin(there, "restore", target)
    async with open_store(there, tell=lambda _: None) as store:
        [found] = await store.db.fetch_all("PRAGMA integrity_check(1)")
        [counted] = await store.db.fetch_all(COUNTED)
    if found[0] != "ok":
        raise Broken("the restored database is not whole")
    return seconds, tuple(counted)


def p99(took: Sequence[float]) -> float:
    """The 99th of 100."""
    return statistics.quantiles(took, n=100)[98]


def row(name: str, took: Sequence[float]) -> str:
    """One line of the table."""
    return f"{name:24} {statistics.median(took):7.1f} ms {p99(took):7.1f} ms {max(took):7.1f} ms {len(took):7,} turns"


def verdict(waited: Waited) -> tuple[str, bool]:
    """The figures in words, and whether the goals are met."""
    met = p99(waited.meanwhile) <= P99_MS and max(waited.meanwhile) <= WORST_MS
    head = f"{'':24} {'p50':>10} {'p99':>10} {'worst':>10}"
    goal = f"goal: p99 at most {P99_MS:g} ms, worst at most {WORST_MS:g} ms: {'met' if met else 'MISSED'}"
    return "\n".join([head, row("turns alone", waited.before), row("beside the backup", waited.meanwhile), goal]), met


async def measured(folder: Path, *, size: int) -> bool:
    """Fill, talk, back up, restore, and print. Raises Broken."""
    settings = read_settings(_env_file=None, data=folder / "data", web_port=0)
    await fill(settings, size)
    waited, seconds = await talk_and_back_up(settings, folder / "backup")
    said, met = verdict(waited)
    written = (folder / "backup" / "baotin.db").stat().st_size / 1e6
    print(f"backup of {written:,.0f} MB in {seconds:.1f} s\n{said}", flush=True)
    seconds, (tips, entries, keys) = await restored(settings, folder, target=folder / "backup")
    print(f"restored and verified in {seconds:.1f} s: {tips:,} tips, {entries:,} entries, {keys:,} keys")
    return met


def main(words: Sequence[str]) -> int:
    """Measure, print, and end with 1 when a goal is missed or the copy does not verify."""
    reader = argparse.ArgumentParser(prog="python -m tests.benchmarks backup", description=__doc__)
    reader.add_argument("--full", action="store_true", help="a gigabyte instead of 200 MB")
    reader.add_argument("--megabytes", type=int, help="another size")
    given = reader.parse_args(words)
    size = given.megabytes or (1_000 if given.full else 200)
    set_up_logs(for_people=False)
    print(machine.describe(Path(tempfile.gettempdir())), flush=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            return 0 if asyncio.run(measured(Path(folder), size=size * 1_000_000)) else 1
    except Broken as broken:
        print(broken, file=sys.stderr)
        return 1
