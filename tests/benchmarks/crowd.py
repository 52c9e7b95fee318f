"""Ours alone, when it is hard: a slow disk, one person who floods, and a hundred thousand people.

Each is a program of its own, `python -m tests.benchmarks.crowd slow|flood|memory FOLDER`, that prints its figures as
one line of JSON; `judge` holds them against the goals. In every part a turn is taken when it is durable.

slow: 64 people at once, each of whose syncs takes 5 ms longer. flood: new people write all the time, and every few
seconds one person begins or ceases to write a thousand messages a minute; Telegram's pace is kept, so that the flood's
replies pile up. memory: what the process holds after so many people have told something, beside what it held at first.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from bot.logs import set_up_logs
from bot.settings import Settings, read_settings
from tests.benchmarks import machine, peers
from tests.benchmarks.conversation import STEPS, WARMING, Job, measure, update
from tests.benchmarks.journey import memory_of
from tests.benchmarks.ours import Running, handed_over, running
from tests.chaos.machine import NoMachineError, slow_disk

ROOT: Final = Path(__file__).parents[2]
Figures: TypeAlias = Mapping[str, float]
AT_ONCE: Final = 64
SYNC_MS: Final = 5.0
SYNCS: Final = 5.0
"""Turns in the time of one sync, at least."""
OTHERS_A_SECOND: Final = 40
FLOOD_A_SECOND: Final = 1_000 / 60
PHASE: Final = 4.0
"""Seconds with the flood, or without it."""
PHASES: Final = 5
"""How often each; they take turns, so that a slow moment of the machine meets both."""
TIMES: Final = 2.0
"""The others' p99 beside the flood, over that without it."""
PEOPLE: Final = 100_000
GROWTH_MB: Final = 20.0
TOLD: Final = next(number for number, step in enumerate(STEPS) if step.name == "told")
SECONDS_AT_MOST: Final = {"slow": 600, "flood": 600, "memory": 3_000}
"""The last takes three minutes where nobody else wants the processor, and many times that where others do."""


class BrokenError(Exception):
    """A part failed: its figure would be no figure."""


async def slow(settings: Settings) -> Figures:
    """Durable turns a second, and what a sync takes here, in ms."""
    took = statistics.median(machine.syncs(settings.data.parent))
    job = Job(settings.data.parent, people=AT_ONCE, waves=2, at_once=AT_ONCE)
    async with running(settings) as ours:
        bot, request = ours.bot, ours.request
        ran = await measure(ours.take, job, find_button=request.button, finish=lambda: handed_over(bot))
    return {"sync_ms": took * 1000, "a_second": ran.turns / ran.seconds}


async def flood(settings: Settings) -> Figures:
    """What others wait for a turn at the 99th of 100, in ms: alone, and beside the flood."""
    alone: list[float] = []
    beside: list[float] = []
    async with running(settings, paced=True) as ours:
        people = iter(range(WARMING, PEOPLE))
        messages = iter(range(PEOPLE))
        await _said_every(1 / OTHERS_A_SECOND, lambda: _tell(ours, next(people)))
        for _ in range(PHASES):
            alone += await _said_every(1 / OTHERS_A_SECOND, lambda: _tell(ours, next(people)))
            async with asyncio.TaskGroup() as together:
                together.create_task(_said_every(1 / FLOOD_A_SECOND, lambda: _tell(ours, 0, message=next(messages))))
                others = together.create_task(_said_every(1 / OTHERS_A_SECOND, lambda: _tell(ours, next(people))))
            beside += others.result()
    return {"alone_ms": _p99(alone), "beside_ms": _p99(beside)}


async def memory(settings: Settings) -> Figures:
    """MB after the first people, and after all of them; PEOPLE in the environment for fewer."""
    many = int(os.environ.get("PEOPLE", PEOPLE))
    async with running(settings) as ours:
        ours.request.remembers = False

        async def tell_all(people: range) -> None:
            room = asyncio.Semaphore(AT_ONCE)

            async def tell(person: int) -> None:
                async with room:
                    await _tell(ours, person)

            for first in people[::AT_ONCE]:
                async with asyncio.TaskGroup() as together:
                    for person in range(first, min(first + AT_ONCE, people.stop)):
                        together.create_task(tell(person))
            await handed_over(ours.bot)

        await tell_all(range(WARMING))
        before = memory_of(os.getpid())
        await tell_all(range(WARMING, WARMING + many))
        return {"people": many, "before_mb": before, "after_mb": memory_of(os.getpid())}


async def _tell(ours: Running, person: int, *, message: int = 0) -> None:
    """A message that tells something; `message` counts those of somebody who writes more than one."""
    raw = update(person, TOLD)
    raw["update_id"] += message * 1_000_000_000
    await ours.take(json.dumps(raw).encode())


async def _said_every(seconds: float, say: Callable[[], Awaitable[None]]) -> list[float]:
    """Begin one at each slot of a phase, whether the last is done or not; seconds from its slot until it is durable."""
    waited: list[float] = []

    async def timed(due: float) -> None:
        await say()
        waited.append(time.perf_counter() - due)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as turns:
        for slot in range(round(PHASE / seconds)):
            due = began + slot * seconds
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            turns.create_task(timed(due))
    return waited


def _p99(waited: list[float]) -> float:
    return statistics.quantiles(waited, n=100)[98] * 1000


PARTS: Final[dict[str, Callable[[Settings], Coroutine[Any, Any, Figures]]]] = {
    "slow": slow,
    "flood": flood,
    "memory": memory,
}


def run(part: str, folder: Path, *, people: int = PEOPLE) -> Figures:
    """Let one part run in a process of its own. Raises BrokenError."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    try:
        slowed = slow_disk(SYNC_MS) if part == "slow" else {}
        with tempfile.TemporaryDirectory(dir=folder) as own:
            done = subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.crowd", part, own],
                cwd=ROOT,
                env=kept | slowed | {"PYTHONUTF8": "1", "PEOPLE": f"{people}"},
                check=False,
                capture_output=True,
                text=True,
                timeout=SECONDS_AT_MOST[part],
            )
    except NoMachineError as without:
        raise BrokenError(f"{part}: {without}") from without
    except subprocess.TimeoutExpired as late:
        raise BrokenError(f"{part}: not done after {SECONDS_AT_MOST[part]} s") from late
    if done.returncode:
        raise BrokenError(f"{part} ended with {done.returncode}:\n{done.stderr.strip()}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


@dataclass(frozen=True, slots=True)
class Judged:
    """One line of the table."""

    what: str
    found: str
    goal: str
    met: bool

    def __str__(self) -> str:
        return f"{self.what:46} {self.found:>44}   goal: {self.goal}, {'met' if self.met else 'MISSED'}"


def judge(part: str, found: Figures) -> Judged:
    """A part's figures beside its goal."""
    match part:
        case "slow":
            syncs = 1000 / found["sync_ms"]
            ratio = found["a_second"] / syncs
            said = f"{found['a_second']:,.0f} turns/s, {syncs:,.0f} syncs/s: {ratio:.1f} ×"
            return Judged(f"{AT_ONCE} at once, a sync taking 5 ms longer", said, f"≥ {SYNCS:g} ×", ratio >= SYNCS)
        case "flood":
            ratio = found["beside_ms"] / found["alone_ms"]
            said = f"p99 {found['alone_ms']:.1f} ms, beside it {found['beside_ms']:.1f} ms: {ratio:.2f} ×"
            return Judged("others, beside 1,000 messages a minute of one", said, f"≤ {TIMES:g} ×", ratio <= TIMES)
        case _:
            growth = found["after_mb"] - found["before_mb"]
            said = f"{found['before_mb']:.1f} MB, then {found['after_mb']:.1f} MB: {growth:+.1f} MB"
            what = f"memory after {found['people']:,.0f} people"
            return Judged(what, said, f"within {GROWTH_MB:g} MB", growth <= GROWTH_MB)


def told(folder: Path, parts: tuple[str, ...], *, people: int = PEOPLE) -> int:
    """Run these parts and print a line of each; 1 when a goal is missed or a part is broken."""
    worst = 0
    for part in parts:
        try:
            judged = judge(part, run(part, folder, people=people))
        except BrokenError as broken:
            print(broken, file=sys.stderr)
            worst = 1
            continue
        print(judged, flush=True)
        worst = max(worst, 0 if judged.met else 1)
    return worst


def main(words: Sequence[str]) -> int:
    """What the process holds after 100,000 people, which takes two minutes; ends with 1 when it is too much."""
    reader = argparse.ArgumentParser(prog="python -m tests.benchmarks memory", description=main.__doc__)
    reader.add_argument("--people", type=int, default=PEOPLE)
    given = reader.parse_args(words)
    peers.FOLDER.mkdir(exist_ok=True)
    print(machine.describe(peers.FOLDER), flush=True)
    return told(peers.FOLDER, ("memory",), people=given.people)


if __name__ == "__main__":
    set_up_logs(for_people=False)
    chosen, place = sys.argv[1:]
    found = asyncio.run(PARTS[chosen](read_settings(_env_file=None, data=Path(place) / "data", web_port=0)))
    print(json.dumps(found))
