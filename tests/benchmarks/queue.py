"""What officers and residents wait for while a million tips are stored: a page of the queue, a tip, one's own list.

The tips are written by SQL in one go, with everything a tip has beside it (key, history, entries, photos), in the
schema of the running program; then the storage functions that the bot itself calls are timed, one at a time. One ward
holds a tenth of all tips, and one tip in 25 is open: more than any desk will ever have before it.
"""

import argparse
import asyncio
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, LiteralString, TypeAlias

from bot.opening import open_store
from bot.settings import Settings, read_settings
from messages.address import Address, ChannelName, Place
from messages.receipt import Receipt
from storage import officers, own_tips, queue, tips, wards
from storage.records import EVERY_WARD, OfficerId, Role, TipId, TipNumber, WardCode
from storage.reporters import HeldTip
from storage.store import Store
from storage.writes import Write
from tests.benchmarks import machine

TIPS: Final = 1_000_000
TIMES: Final = 1_000
GOAL_MS: Final = 5.0
"""The 99th of 100, for each thing that has a goal."""
OFFICERS: Final = 300
SERVED: Final = 100
OWN: Final = 20
"""Tips in the longest list that a resident is shown."""
DEEP: Final = 400
"""Pages that an officer turns, one after the other."""
RECEIPT: Final = Receipt("BT-4CYM-QNK7-Z26H-42HQ")
YEARS_MS: Final = 3 * 365 * 86_400_000

Question: TypeAlias = Callable[[], Awaitable[object]]


@dataclass
class Took:
    """Milliseconds of each call: until it was answered, and of the processor's time for it, on every thread.

    Where others want the processor, the first is theirs, too; the second says what the call itself costs.
    """

    waited: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)


FILL: Final[tuple[LiteralString, ...]] = (
    "CREATE TEMP TABLE desks AS SELECT row_number() OVER (ORDER BY code) - 1 AS place, code FROM wards WHERE served",
    "CREATE TEMP TABLE people AS SELECT row_number() OVER (ORDER BY id) - 1 AS place, id FROM officers",
    "CREATE TEMP TABLE told AS WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted "
    "WHERE n + 1 < :tips) SELECT n, lower(hex(randomblob(8))) AS id, CASE WHEN n % 10 = 0 THEN 0 "
    "ELSE abs(random()) % (SELECT count(*) FROM desks) END AS desk, abs(random()) % 100 AS dice, "
    ":now - :span + CAST(:span * 1.0 * n / :tips AS INTEGER) AS at, abs(random()) % 25 AS open FROM counted "
    "ORDER BY id",
    "INSERT INTO tips (id, number, ward, desk, category, urgency, status, version, owner, designation, reach, outcome, "
    "valuable, filed_at, changed_at, due_at, receipt, reporter) SELECT told.id, printf('B%02d-26-%06d', desk, n), "
    "code, code, 'other-safety', CASE WHEN dice < 2 THEN 'emergency' WHEN dice < 20 THEN 'high' WHEN dice < 90 "
    "THEN 'normal' ELSE 'low' END, CASE WHEN open > 0 THEN 'closed' WHEN dice % 3 = 0 THEN 'claimed' ELSE 'new' "
    "END, 3, CASE WHEN open > 0 OR dice % 3 = 0 THEN people.id END, 'Sen Vàng', 'here', CASE WHEN open > 0 "
    "THEN 'handled' END, dice % 7 = 0, at, at + 60000, CASE WHEN open = 0 THEN at + 60000 END, randomblob(32), "
    "randomblob(120) FROM told CROSS JOIN desks ON desks.place = told.desk CROSS JOIN people "
    "ON people.place = told.n % :officers",
    "INSERT INTO keys (owner, wrapped) SELECT id, randomblob(61) FROM told",
    "INSERT INTO events (tip, at, officer, what) SELECT id, at, 'reporter', 'filed' FROM told",
    "INSERT INTO entries (id, tip, at, kind, sealed) SELECT id || 's', id, at, 'story', randomblob(180) FROM told",
    "INSERT INTO entries (id, tip, at, kind, sealed) SELECT id || 'o', id, at, 'outcome', randomblob(120) FROM told "
    "WHERE open > 0",
    "INSERT INTO media (id, tip, kind, state, handle, channel) SELECT id || 'm', id, 'photo', 'kept', x'', 'telegram' "
    "FROM told WHERE dice < 30",
)


async def build(settings: Settings, count: int) -> None:
    """An installation with wards and officers, made by its own functions, and `count` tips, written in one go."""
    async with open_store(settings, tell=lambda _: None) as store:
        for ward in (await wards.all_wards(store))[:SERVED]:
            await store.db.commit([wards.enable(ward.code, "024 3829 0000")])
        served = await wards.served(store)
        for number in range(OFFICERS):
            who = OfficerId(f"officer-{number:04}")
            place = Place(ChannelName("telegram"), str(number))
            contents = officers.Contents(f"Cán bộ {number}", Address(place.channel, place.chat), place)
            enrolled = officers.enrol(store.seal, who, contents=contents, status="active", now=datetime.now(UTC))
            ward_code = served[number % SERVED].code
            await store.db.commit([*enrolled, officers.grant(who, ward=ward_code, role=Role.OFFICER)])
    await asyncio.to_thread(fill, settings.database_path, count)


def fill(path: Path, count: int) -> None:
    """Write the tips. Without syncs: this file is thrown away."""
    now = round(time.time() * 1000)
    told = {"tips": count, "now": now, "span": YEARS_MS, "officers": OFFICERS}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        for statement in FILL:
            connection.execute(statement, told)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def questions(store: Store, chance: random.Random) -> dict[str, tuple[Question, bool]]:
    """What is asked, by name, and whether it has a goal."""
    codes = [ward.code for ward in await wards.served(store)]
    named = await sample(store)
    month = datetime.now(UTC) - timedelta(days=30)
    busiest = codes[0]

    def own() -> Awaitable[object]:
        held = [HeldTip(TipId(one), "42HQ") for one, _ in chance.sample(named, OWN)]
        return own_tips.own(store, held)

    async def receipt() -> object:
        found = await own_tips.of_receipt(store, RECEIPT)
        assert found is not None
        return found

    return {
        "a look at nothing": (lambda: store.db.fetch_all("SELECT 1"), False),
        "first page, the busiest desk": (lambda: queue.page(store, [busiest], number=0), True),
        "first page, some desk": (lambda: queue.page(store, [chance.choice(codes)], number=0), True),
        "first page, five desks": (lambda: queue.page(store, chance.sample(codes, 5), number=0), True),
        "first page, every desk": (lambda: queue.page(store, [EVERY_WARD], number=0), True),
        "next pages, the busiest desk": (turning(store, [busiest]), True),
        "next pages, every desk": (turning(store, [EVERY_WARD]), True),
        "one tip": (lambda: tips.tip(store, TipId(chance.choice(named)[0])), True),
        "one tip, by its number": (lambda: tips.tip_numbered(store, TipNumber(chance.choice(named)[1])), True),
        "a tip's history": (lambda: tips.history(store, TipId(chance.choice(named)[0])), True),
        "a resident's list of 20": (own, True),
        "a tip by its receipt": (receipt, True),
        "a month's counts, the busiest desk": (lambda: queue.statistics(store, [busiest], since=month), False),
        "a month's counts, every desk": (lambda: queue.statistics(store, [EVERY_WARD], since=month), False),
        "the clock's look at what is due": (lambda: tips.due(store, datetime.now(UTC), limit=200), False),
    }


def receipt_for(store: Store, tip: TipId) -> Write:
    """Let a tip be found by the receipt that is asked for."""
    digest = store.seal.digest("receipt", RECEIPT)
    return Write("UPDATE tips SET receipt = ? WHERE id = ?", (digest, tip), expects_rows=1)


def turning(store: Store, desks: Sequence[WardCode]) -> Question:
    """Each call turns to the next page; after `DEEP` pages it begins again."""
    standing: dict[str, Any] = {"page": 0, "spot": None}

    async def turn() -> None:
        page = await queue.page(store, desks, number=standing["page"], spot=standing["spot"])
        assert page.tips
        goes_on = page.more and page.page < DEEP
        standing.update(page=page.page + 1 if goes_on else 0, spot=page.on if goes_on else None)

    return turn


async def sample(store: Store) -> list[tuple[str, str]]:
    """Ids and numbers of one tip in sixteen, from all over the table."""
    rows = await store.db.fetch_all("SELECT id, number FROM tips WHERE substr(id, 3, 1) = 'a'")
    return [(row["id"], row["number"]) for row in rows]


async def timed(ask: Question, times: int) -> Took:
    """What each call took; the first ones, which fetch pages of the file, are not left out."""
    took = Took()
    for _ in range(times):
        began, worked = time.perf_counter(), time.process_time()
        await ask()
        took.worked.append((time.process_time() - worked) * 1000)
        took.waited.append((time.perf_counter() - began) * 1000)
    return took


def p99(took: Sequence[float]) -> float:
    """The 99th of 100."""
    return statistics.quantiles(took, n=100)[98]


def verdict(found: dict[str, tuple[Took, bool]]) -> tuple[str, bool]:
    """The figures in words, and whether every goal is met."""
    lines, all_met = [f"{'':38} {'p50':>9} {'p99':>9} {'worst':>9} {'processor p99':>16}"], True
    for name, (took, has_goal) in found.items():
        waited = took.waited
        met = p99(waited) <= GOAL_MS
        all_met = all_met and (met or not has_goal)
        state = f"  goal: {GOAL_MS:g} ms, {'met' if met else 'MISSED'}" if has_goal else ""
        figures = f"{statistics.median(waited):6.2f} ms {p99(waited):6.2f} ms {max(waited):6.2f} ms"
        lines.append(f"{name:38} {figures} {p99(took.worked):13.2f} ms{state}")
    return "\n".join(lines), all_met


async def measured(folder: Path, *, count: int, times: int) -> tuple[str, bool]:
    """Build, ask, and put it into words."""
    settings = read_settings(_env_file=None, data=folder / "data", web_port=0)
    began = time.monotonic()
    await build(settings, count)
    size = settings.database_path.stat().st_size / 1e6
    print(f"{count:,} tips stored in {time.monotonic() - began:.0f} s, {size:,.0f} MB", flush=True)
    async with open_store(settings, tell=lambda _: None) as store:
        [(one, _), *_] = await sample(store)
        await store.db.commit([receipt_for(store, TipId(one))])
        asked = await questions(store, random.Random(1))
        return verdict({name: (await timed(ask, times), goal) for name, (ask, goal) in asked.items()})


def main(words: Sequence[str]) -> int:
    """Measure, print, and end with 1 when a goal is missed."""
    reader = argparse.ArgumentParser(prog="python -m tests.benchmarks queue", description=__doc__)
    reader.add_argument("--tips", type=int, default=TIPS)
    reader.add_argument("--times", type=int, default=TIMES, help="how often each thing is asked")
    given = reader.parse_args(words)
    print(machine.describe(Path(tempfile.gettempdir())), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        said, met = asyncio.run(measured(Path(folder), count=given.tips, times=given.times))
    print(said)
    return 0 if met else 1
