"""What people wait for, measured on `baotin run` beside our Bot API fake, each a process of its own.

Start-up: from starting the process, on a prepared data folder, to the first answer to a message that was waiting.
Memory: what the process holds two seconds after it has answered and nothing happens. To the card: from the resident's
press on "send" to the call that shows the card to the officer, on the fake's clock; Telegram's pace is kept meanwhile.
The receipt and the next question to the resident go first, so that the pace alone is two slots of 34 ms. Each tip is of
another ward and another officer, and is confirmed when its chats have rested: what is measured is the way of one tip,
and not the second that must lie between two messages to one chat.
"""

import argparse
import asyncio
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import aiohttp

from bot.opening import open_store
from bot.settings import read_settings
from messages.address import Address, ChannelName, Place
from messages.catalogue import Catalogue
from messages.incoming import Point
from messages.phrase import Phrase
from storage import officers, wards
from storage.records import OfficerId, Role
from tests.benchmarks import machine

ROOT: Final = Path(__file__).parents[2]
TELEGRAM: Final = ChannelName("telegram")
STARTS: Final = 5
CARDS: Final = 20
GOALS: Final = {"start-up": 2.0, "memory": 110.0, "card": 100.0}
"""Seconds, MiB and milliseconds, at the median."""
UNITS: Final = {"start-up": "s", "memory": "MB", "card": "ms"}
SAID: Final = {
    "start-up": "start-up to the first answer",
    "memory": "idle memory",
    "card": "confirmed tip to officer's card",
}
RESTS_FOR: Final = 2.0
"""Seconds of quiet before the memory is read."""
CHAT_RESTS_FOR: Final = 3.5
"""Seconds in which a private chat that was written to may be written to three times at once again."""
STORY: Final = "Tối nào cũng có nhóm thanh niên tụ tập nẹt pô, lạng lách trước cổng trường tiểu học"
LOOK_AGAIN: Final = 0.005
PATIENCE: Final = 30.0
FIRST_OFFICER: Final = 2_000_001
FIRST_RESIDENT: Final = 3_000_001
FIRST_WAITING: Final = 4_000_001
"""Telegram's numbers of people: who gets the cards, who tells, who waits for the start."""


class Late(Exception):
    """Something that should have been shown was not."""


@dataclass(frozen=True, slots=True)
class Telegram:
    """The fake in its own process, and the hands of the people in front of it."""

    http: aiohttp.ClientSession
    url: str
    token: str

    async def does(self, person: int, verb: str, **what: Any) -> None:
        """Somebody does something."""
        async with self.http.post(f"{self.url}/people/{person}/{verb}", json=what) as answer:
            answer.raise_for_status()

    async def shown(self, chat: int) -> int:
        """How many messages of the bot stand in a chat."""
        async with self.http.get(f"{self.url}/chats/{chat}") as answer:
            messages = (await answer.json())["messages"] if answer.ok else []
        return sum(message["from"]["is_bot"] for message in messages)

    async def until_shown(self, chat: int, *, count: int) -> None:
        """Wait for so many messages of the bot. Raises Late."""
        try:
            async with asyncio.timeout(PATIENCE):
                while await self.shown(chat) < count:  # noqa: ASYNC110 -- the fake is another process
                    await asyncio.sleep(LOOK_AGAIN)
        except TimeoutError:
            raise Late(f"chat {chat}: fewer than {count} messages after {PATIENCE:.0f} s") from None

    async def first_sent_at(self, chat: int, *, after: float) -> float:
        """When the first message to a chat after a moment came to the fake, on the clock that all processes share."""
        async with self.http.get(f"{self.url}/ledger") as answer:
            calls = await answer.json()
        return float(min(call["at"] for call in calls if is_message(call, chat) and call["at"] >= after))


def is_message(call: dict[str, Any], chat: int) -> bool:
    """Whether a line of the fake's ledger is a message that this chat was shown."""
    return (str(call["method"]).lower(), call["chat"], call["outcome"]) == ("sendmessage", chat, "ok")


@asynccontextmanager
async def process(*words: str, folder: Path, env: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python module that runs until we are done with it; only what is named here is in its environment."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    with (folder / "errors.log").open("ab") as errors:
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *words),
            cwd=folder,
            env=kept | {"PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)} | env,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
        try:
            yield running
        finally:
            if running.returncode is None:
                running.send_signal(signal.SIGTERM)
            await running.communicate()


@asynccontextmanager
async def telegram(folder: Path) -> AsyncIterator[Telegram]:
    """The fake, listening."""
    async with process("tests.bot_api_fake", folder=folder, env={}) as running, aiohttp.ClientSession() as http:
        assert running.stdout is not None
        url, token = (await running.stdout.readline()).decode().split()
        yield Telegram(http, url, token)


async def prepare(folder: Path) -> list[Point]:
    """An installation with a ward and an officer for each card; the wards' centres."""
    settings = read_settings(_env_file=None, data=folder / "data")
    async with open_store(settings, tell=lambda _: None) as store:
        served = [ward for ward in await wards.all_wards(store) if ward.province.endswith("Hà Nội")][:CARDS]
        for number, ward in enumerate(served, FIRST_OFFICER):
            who = OfficerId(f"officer-{number}")
            contents = officers.Contents(
                f"Cán bộ {number}", Address(TELEGRAM, str(number)), Place(TELEGRAM, str(number))
            )
            enrolled = officers.enrol(store.seal, who, contents=contents, status="active", now=datetime.now(UTC))
            grant = officers.grant(who, ward=ward.code, role=Role.OFFICER)
            await store.db.commit([wards.enable(ward.code, "024 3829 0000"), *enrolled, grant])
        return [ward.point for ward in served]


@asynccontextmanager
async def running_bot(there: Telegram, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`baotin run` on the prepared folder."""
    env = {"BAOTIN_DATA": str(folder / "data"), "BAOTIN_WEB_PORT": "0"}
    env |= {"BAOTIN_TELEGRAM_TOKEN": there.token, "BAOTIN_TELEGRAM_API": there.url}
    async with process("bot", "run", folder=folder, env=env) as running:
        yield running


async def start(there: Telegram, folder: Path, *, waiting: int) -> tuple[float, float]:
    """One start: seconds to the first answer to a message that waited, and MiB of memory at rest."""
    await there.does(waiting, "starts")
    began = time.monotonic()
    async with running_bot(there, folder) as running:
        await there.until_shown(waiting, count=1)
        seconds = await there.first_sent_at(waiting, after=began) - began
        await asyncio.sleep(RESTS_FOR)
        return seconds, memory_of(running.pid)


def memory_of(process_id: int) -> float:
    """Resident memory in MiB, shared libraries included."""
    pages = int(Path(f"/proc/{process_id}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def cards(there: Telegram, folder: Path, *, places: Sequence[Point]) -> list[float]:
    """Milliseconds from each confirmation to the officer's card."""
    label = _labels()
    took = []
    async with running_bot(there, folder):
        for number, place in enumerate(places):
            officer, resident = FIRST_OFFICER + number, FIRST_RESIDENT + number
            await there.does(officer, "starts")
            await there.until_shown(officer, count=1)
            await there.does(resident, "says", text=STORY)
            await there.until_shown(resident, count=1)
            await there.does(resident, "sends_location", latitude=place.latitude, longitude=place.longitude)
            await there.until_shown(resident, count=2)
            await there.does(resident, "presses", wanted=label("choice-event-here"))
            await there.until_shown(resident, count=3)
        await asyncio.sleep(CHAT_RESTS_FOR)
        for number in range(len(places)):
            officer, resident = FIRST_OFFICER + number, FIRST_RESIDENT + number
            before = await there.shown(officer)
            confirmed_at = time.monotonic()
            await there.does(resident, "presses", wanted=label("choice-send"))
            await there.until_shown(officer, count=before + 1)
            await there.until_shown(resident, count=5)
            took.append((await there.first_sent_at(officer, after=confirmed_at) - confirmed_at) * 1000)
    return took


def _labels() -> Callable[[str], str]:
    catalogue = Catalogue(UTC)
    return lambda key: catalogue.words(Phrase(key), "vi")


async def measured() -> dict[str, list[float]]:
    """All figures of this machine. Raises Late."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        places = await prepare(folder)
        async with telegram(folder) as there:
            starts = [await start(there, folder, waiting=FIRST_WAITING + number) for number in range(STARTS)]
            found = {"start-up": [seconds for seconds, _ in starts], "memory": [mib for _, mib in starts]}
            return found | {"card": await cards(there, folder, places=places)}


def verdict(found: dict[str, list[float]]) -> tuple[str, bool]:
    """The figures in words, the median with the smallest and largest, and whether all goals are met."""
    lines, met = [], True
    for name, figures in found.items():
        median, unit, goal = statistics.median(figures), UNITS[name], GOALS[name]
        met = met and median < goal
        spread = f"({min(figures):.4g} to {max(figures):.4g}, {len(figures)} times)"
        state = "met" if median < goal else "MISSED"
        lines.append(f"{SAID[name]:38} {median:8.4g} {unit} {spread:>32}  goal: under {goal:g} {unit}, {state}")
    return "\n".join(lines), met


def main(words: Sequence[str]) -> int:
    """Measure, print, and end with 1 when a goal is missed."""
    argparse.ArgumentParser(prog="python -m tests.benchmarks journey", description=__doc__).parse_args(words)
    print(machine.describe(Path(tempfile.gettempdir())), flush=True)
    return told()


def told() -> int:
    """Measure and print; 1 when a goal is missed."""
    try:
        said, met = verdict(asyncio.run(measured()))
    except Late as late:
        print(late, file=sys.stderr)
        return 1
    print(said)
    return 0 if met else 1
