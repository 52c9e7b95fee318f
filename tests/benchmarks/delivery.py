"""Broadcasts by `baotin run` against a lean Bot API fake, each a process of its own; figures by the fake's clock.

free: a campaign at the platform's free limit, nobody else talking. busy: the same while every core has something else
to do. talk: the same while new people write, five a second, and each is answered. paid: `allow_paid_broadcast`, the
fake answering after 50 ms. steer: an officer presses pause and cancel. killed: kill -9 with 10,000 lines waiting.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.benchmarks import audience, machine, peers
from tests.benchmarks.journey import memory_of, process

LOOK_AGAIN: Final = 0.05
STALLED_AFTER: Final = 20.0
"""Seconds without a message after which a run has failed."""
TALK: Final = 5.0
QUIET_FOR: Final = 3.0
"""Seconds without a message after which a broadcast has stopped."""
ANSWERS_AFTER: Final = 0.05
STARS: Final = 100_000
BURN: Final = "import time\nend = time.monotonic() + 300\nwhile time.monotonic() < end:\n    pass\n"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many people each part addresses."""

    free: int = 600
    busy: int = 300
    talk: int = 600
    paid: int = 10_000
    killed: int = 11_000


FULL: Final = Sizes(free=3_000, busy=600, talk=3_000, paid=100_000, killed=20_000)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    value: float
    unit: str
    goal: str
    met: bool


class Stalled(Exception):
    """Messages stopped coming before all had come."""


@dataclass(slots=True)
class Stage:
    """The fake, and the hands of whoever measures."""

    http: aiohttp.ClientSession
    url: str
    token: str

    async def tally(self) -> dict[str, Any]:
        """What came so far."""
        return await self.ask("tally")

    async def ask(self, verb: str, **what: Any) -> dict[str, Any]:
        """One of the fake's own verbs."""
        async with self.http.post(f"{self.url}/{verb}", json=what) as answer:
            found: dict[str, Any] = await answer.json(content_type=None)
            return found

    async def until(self, is_so: Callable[[dict[str, Any]], bool], each: Callable[[], None] = lambda: None) -> None:
        """Until the tally is so. Raises Stalled when nothing comes any more."""
        moved_at, before = time.monotonic(), -1
        while True:
            found = await self.tally()
            each()
            if is_so(found):
                return
            if found["sent"] != before:
                moved_at, before = time.monotonic(), found["sent"]
            elif time.monotonic() - moved_at > STALLED_AFTER:
                raise Stalled(audience.told(found))
            await asyncio.sleep(LOOK_AGAIN)


@asynccontextmanager
async def staged(folder: Path, *, delay: float = 0.0) -> AsyncIterator[Stage]:
    """The lean fake, listening."""
    words = ("tests.bot_api_fake.lean", "--delay", str(delay))
    async with process(*words, folder=folder, env={}) as fake, aiohttp.ClientSession() as http:
        assert fake.stdout is not None
        url, token = (await fake.stdout.readline()).decode().split()
        yield Stage(http, url, token)


@asynccontextmanager
async def bot(stage: Stage, folder: Path, *, stars: int = 0) -> AsyncIterator[asyncio.subprocess.Process]:
    """`baotin run` on the prepared folder, at no hour of the night."""
    env = {"BAOTIN_DATA": str(folder / "data"), "BAOTIN_WEB_PORT": "0", "BAOTIN_QUIET_HOURS": "00:00-00:00"}
    env |= {"BAOTIN_TELEGRAM_TOKEN": stage.token, "BAOTIN_TELEGRAM_API": stage.url, "BAOTIN_PAID_STARS": str(stars)}
    async with process("bot", "run", folder=folder, env=env) as running:
        yield running


async def free(folder: Path, sizes: Sizes) -> list[Figure]:
    """The free limit, alone."""
    people = sizes.free
    found = await broadcast(folder, people)
    span, goal = found["last"] - found["first"], people / 30 * 1.02
    most = found["most_in_a_second"]
    return [
        Figure("free: most sends in any second", most, "", "at most 30", most <= 30),
        Figure(f"free: {people:,} subscribers", span, "s", f"at most {goal:.1f}", span <= goal),
    ]


async def busy(folder: Path, sizes: Sizes) -> list[Figure]:
    """The free limit while every core is busy."""
    burning = [await asyncio.create_subprocess_exec(sys.executable, "-c", BURN) for _ in range(os.cpu_count() or 1)]
    try:
        found = await broadcast(folder, sizes.busy)
    finally:
        for one in burning:
            one.terminate()
            await one.wait()
    most = found["most_in_a_second"]
    return [Figure("busy cores: most sends in any second", most, "", "at most 31", most <= 31)]


async def talk(folder: Path, sizes: Sizes) -> list[Figure]:
    """The free limit while people are answered."""
    people = sizes.talk
    found = await broadcast(folder, people, talk=TALK)
    wait = found["wait_p99"] * 1000
    # between the campaign's first and last message all slots are used by somebody
    span = found["last"] - found["first"]
    used = (found["campaign"] + found["replies"]) / span / (30 / 1.015)
    return [
        Figure("talk: most sends in any second", found["most_in_a_second"], "", "at most 30",
               found["most_in_a_second"] <= 30),
        Figure(f"talk: wait for a reply, p99 of {found['replies']}", wait, "ms", "at most 120", wait <= 120),
        Figure("talk: slots used, replies and campaign together", 100 * used, "%", "at least 98", used >= 0.98),
    ]  # fmt: skip


async def paid(folder: Path, sizes: Sizes) -> list[Figure]:
    """The paid limit."""
    people = sizes.paid
    looks: list[tuple[float, float, float]] = []
    found = await broadcast(folder, people, stars=STARS, delay=ANSWERS_AFTER, looks=looks)
    rate = people / (found["last"] - found["first"])
    growth = max(mib for _, _, mib in looks) - looks[0][2]
    share = (looks[-1][1] - looks[0][1]) / (looks[-1][0] - looks[0][0])
    every = found["paid"] == people and not found["doubled"]
    return [
        Figure(f"paid: {people:,} subscribers, a second", rate, "/s", "at least 950", rate >= 950 and every),
        Figure("paid: most sends in any second", found["most_in_a_second"], "", "at most 1,000",
               found["most_in_a_second"] <= 1000),
        Figure("paid: memory grows by", growth, "MB", "at most 50", growth <= 50),
        Figure("paid: of one core the bot uses", 100 * share, "%", "(says what limits)", True),
    ]  # fmt: skip


async def broadcast(
    folder: Path,
    people: int,
    *,
    talk: float = 0.0,
    stars: int = 0,
    delay: float = 0.0,
    looks: list[tuple[float, float, float]] | None = None,
) -> dict[str, Any]:
    """One campaign from beginning to end; the tally. Raises Stalled."""
    await audience.prepare(folder, people)
    async with staged(folder, delay=delay) as stage, bot(stage, folder, stars=stars) as running:
        await stage.until(lambda found: found["campaign"] > 0)
        if talk:
            await stage.ask("talk", per_second=talk)

        def look() -> None:
            if looks is not None:
                looks.append((time.monotonic(), busy_for(running.pid), memory_of(running.pid)))

        await stage.until(lambda found: found["campaign"] >= people, look)
        return await stage.tally()


def busy_for(process_id: int) -> float:
    """Seconds of processor time a process has used, all its threads together."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def steer(folder: Path, sizes: Sizes) -> list[Figure]:
    """How long messages still come after an officer has pressed pause, or cancel."""
    await audience.prepare(folder, sizes.free)
    figures = []
    async with staged(folder) as stage, bot(stage, folder):
        for verb in ("pause", "cancel"):
            goes_on_at = (await stage.tally())["campaign"] + 30
            await stage.until(lambda found, at=goes_on_at: found["campaign"] >= at)  # type: ignore[misc]
            await press(stage, verb)
            await asyncio.sleep(QUIET_FOR)
            found = await stage.tally()
            took, is_over = (
                found["last_after_press"],
                found["pressed"] and found["last"] < time.monotonic() - QUIET_FOR / 2,
            )
            figures.append(
                Figure(f"{verb}: last message after the press", took, "s", "at most 1", took <= 1 and is_over)
            )
            await press(stage, "resume")
    return figures


async def press(stage: Stage, verb: str) -> None:
    """The chief presses a button under the campaign."""
    await stage.ask("press", chat=audience.CHIEF, data=f"0.{verb}:{audience.CAMPAIGN}")


async def killed(folder: Path, sizes: Sizes) -> list[Figure]:
    """From a start after kill -9, with 10,000 lines waiting, to the first message."""
    await audience.prepare(folder, sizes.killed)
    async with staged(folder) as stage:
        async with bot(stage, folder) as running:
            await stage.until(lambda found: found["campaign"] >= 30)
            running.kill()
            await running.wait()
        await stage.ask("fresh")
        began = time.monotonic()
        async with bot(stage, folder):
            await stage.until(lambda found: found["campaign"] > 0)
            took = (await stage.tally())["first"] - began
    return [Figure("killed: start to first message, 10,000 lines waiting", took, "s", "at most 2", took <= 2)]


PARTS: Final[dict[str, Callable[[Path, Sizes], Awaitable[list[Figure]]]]] = {
    "free": free,
    "busy": busy,
    "talk": talk,
    "paid": paid,
    "steer": steer,
    "killed": killed,
}


def table(figures: Sequence[Figure]) -> str:
    """The figures beside their goals."""
    return "\n".join(
        f"{one.name:58} {one.value:10,.2f} {one.unit:3} goal: {one.goal:14} {'met' if one.met else 'MISSED'}"
        for one in figures
    )


async def measured(parts: Sequence[str], sizes: Sizes) -> list[Figure]:
    """All parts, each in a folder of its own. Raises Stalled."""
    figures = []
    for part in parts:
        with tempfile.TemporaryDirectory(dir=peers.FOLDER) as name:
            found = await PARTS[part](Path(name), sizes)
        print(table(found), flush=True)
        figures += found
    return figures


def main(words: Sequence[str]) -> int:
    """Measure, print, and end with 1 below a goal."""
    reader = argparse.ArgumentParser(prog="python -m tests.benchmarks delivery", description=__doc__)
    reader.add_argument("--full", action="store_true", help="3,000 and 100,000 subscribers; some seven minutes")
    reader.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    given = reader.parse_args(words)
    peers.FOLDER.mkdir(exist_ok=True)
    print(machine.describe(peers.FOLDER), flush=True)
    try:
        figures = asyncio.run(measured(given.only, FULL if given.full else Sizes()))
    except Stalled as stalled:
        print(f"stalled: {stalled}", file=sys.stderr)
        return 1
    return 0 if all(one.met for one in figures) else 1
