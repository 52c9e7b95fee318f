"""Making a campaign's lines: how long a million subscribers take, and how long anybody's turn waits because of it.

One process, the real storage and the real expansion, run to its end at once instead of 10,000 lines ahead of sending.
Meanwhile small turns are written as intake writes them, each timed; the same again with no expansion is the yardstick.
"""

import argparse
import asyncio
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.app import compose
from bot.clock import system_clock
from bot.opening import open_store
from bot.outgoing.broadcast import Broadcast
from bot.settings import read_settings
from storage import campaigns
from storage.store import Store, ms
from storage.writes import Write
from tests.benchmarks import audience, machine, peers
from tests.benchmarks.delivery import Figure, table

PEOPLE: Final = 200_000
FULL: Final = 1_000_000
SECONDS_A_MILLION: Final = 15.0
WAIT_AT_MOST: Final = 0.05
EVERY: Final = 0.01
"""Seconds between two turns."""
YARDSTICK_FOR: Final = 3.0


def fill(path: Path, people: int) -> None:
    """So many subscribers, whose names and places nobody will open: only their rows are looked at."""
    since = ms(datetime.now(UTC))
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO reporters (id, found_by, sealed, version) VALUES (?, ?, X'00', 1)",
            ((f"r{number:09}", b"%016d" % number) for number in range(people)),
        )
        connection.executemany(
            "INSERT INTO subscriptions (reporter, ward, since) VALUES (?, ?, ?)",
            ((f"r{number:09}", audience.WARD, since) for number in range(people)),
        )
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def turns(store: Store, waits: list[float]) -> None:
    """Small writes, one after the other, until cancelled; how long each took."""
    number = 0
    while True:
        number += 1
        began = time.perf_counter()
        heard = b"%020d" % time.monotonic_ns()
        await store.db.commit([Write("INSERT INTO heard (id, at) VALUES (?, ?)", (heard, number))])
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(EVERY)


async def timed(store: Store, seconds: float | None, work: Broadcast | None) -> tuple[float, list[float]]:
    """Turns while something is done, or for so many seconds; how long it took, and the waits."""
    waits: list[float] = []
    talking = asyncio.create_task(turns(store, waits))
    began = time.perf_counter()
    if work is not None:
        for going in await campaigns.going(store, datetime.now(UTC)):
            await work.step(going, datetime.now(UTC), night=False)
    else:
        await asyncio.sleep(seconds or 0)
    took = time.perf_counter() - began
    talking.cancel()
    await asyncio.gather(talking, return_exceptions=True)
    return took, waits


async def measured(people: int) -> list[Figure]:
    """The figures of this machine."""
    with tempfile.TemporaryDirectory(dir=peers.FOLDER) as name:
        folder = Path(name)
        await audience.prepare(folder, 0)
        settings = read_settings(_env_file=None, data=folder / "data")
        await asyncio.to_thread(fill, settings.database_path, people)
        async with open_store(settings, tell=lambda _: None) as store:
            bot = await compose(settings, store, clock=system_clock())
            _, alone = await timed(store, YARDSTICK_FOR, None)
            work = Broadcast(store, bot.ticks._commit, bot.ticks._facts, ahead=people + 1)
            took, waits = await timed(store, None, work)
            row = await store.db.fetch_one("SELECT count(*) FROM lines")
    made = row[0] if row is not None else 0
    goal, worst = people / 1_000_000 * SECONDS_A_MILLION, max(waits) * 1000
    return [
        Figure(
            f"expansion to {people:,} subscribers", took, "s", f"at most {goal:.0f}", took <= goal and made == people
        ),
        Figure("longest wait of any turn meanwhile", worst, "ms", "at most 50", worst <= WAIT_AT_MOST * 1000),
        Figure("median wait of a turn meanwhile", statistics.median(waits) * 1000, "ms", "", True),
        Figure("longest wait of any turn without it", max(alone) * 1000, "ms", "(the yardstick)", True),
    ]


def main(words: Sequence[str]) -> int:
    """Measure, print, and end with 1 below a goal."""
    reader = argparse.ArgumentParser(prog="python -m tests.benchmarks campaign", description=__doc__)
    reader.add_argument("--full", action="store_true", help="a million subscribers; some two minutes")
    given = reader.parse_args(words)
    peers.FOLDER.mkdir(exist_ok=True)
    print(machine.describe(peers.FOLDER), flush=True)
    figures = asyncio.run(measured(FULL if given.full else PEOPLE))
    print(table(figures))
    return 0 if all(one.met for one in figures) else 1
