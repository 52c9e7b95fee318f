"""`baotin run` as a process of its own, which a test can kill and start again."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.opening import open_store
from bot.settings import Settings, read_settings
from storage import wards
from storage.records import Role
from storage.store import Store
from tests.bot_api_fake.people import Person
from tests.bot_api_fake.server import BotApiFake
from tests.check import ROOT
from tests.journeys.office import MORNING, TAY_HO, enrol

STARTS_WITHIN = 30.0
"""Seconds a start may take on a busy machine; only a failing test ever spends them."""

STOPS_WITHIN = 15.0
"""The same for a stop: it waits three seconds for pages and five for sends at most, and never for the half minute that
a question to Telegram stays open."""


class Child:
    """One installation; `start` and `kill` as often as one likes."""

    def __init__(self, folder: Path, fake: BotApiFake) -> None:
        self.settings: Settings = read_settings(_env_file=None, data=folder / "data")
        self._folder = folder
        self._fake = fake
        self._running: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self.log: list[str] = []

    async def prepare(self, number: int, name: str) -> Person:
        """Make the installation, with one ward and one officer in it."""
        async with open_store(self.settings, tell=lambda _: None) as store:
            await store.db.commit([wards.enable(TAY_HO, "024 3829 0000")])
            await enrol(store, number, name, role=Role.CHIEF, ward=TAY_HO, now=MORNING)
        return self._fake.person(number, name, started=True)

    async def start(self, also: Mapping[str, str] | None = None) -> None:
        """Start it, and wait until it says that it runs. `also` goes into its environment, before everything else."""
        told = {
            "BAOTIN_DATA": str(self.settings.data),
            "BAOTIN_TELEGRAM_API": self._fake.url,
            "BAOTIN_TELEGRAM_TOKEN": self._fake.token,
            "BAOTIN_WARDS": TAY_HO,
            "BAOTIN_WEB_PORT": "0",
            "BAOTIN_HEALTH": "0",
            "BAOTIN_CONSOLE": "0",
        }
        self._running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            stderr=asyncio.subprocess.PIPE,
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **told, **(also or {})},
        )
        up = asyncio.Event()
        self._reading = asyncio.create_task(self._read(self._running, up))
        async with asyncio.timeout(STARTS_WITHIN):
            await up.wait()
        assert self._running.returncode is None, "\n".join(self.log[-20:])

    async def _read(self, running: asyncio.subprocess.Process, up: asyncio.Event) -> None:
        """Keep what it logs; `up` is set when it runs, and when it ends without having run."""
        assert running.stderr is not None
        async for line in running.stderr:
            self.log.append(line.decode().rstrip())
            if line.startswith(b"{") and json.loads(line)["event"] == "running":
                up.set()
        await running.wait()
        up.set()

    @property
    def is_alive(self) -> bool:
        """Whether its process is there."""
        return self._running is not None and self._running.returncode is None

    async def kill(self) -> None:
        """kill -9: not a line of its code runs any more."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM; returns the exit code, and fails if it takes too long."""
        async with asyncio.timeout(STOPS_WITHIN):
            return await self._end(signal.SIGTERM)

    async def _end(self, sign: signal.Signals) -> int:
        assert self._running is not None
        assert self._reading is not None
        self._running.send_signal(sign)
        code = await self._running.wait()
        await self._reading
        self._running = None
        return code

    async def __aenter__(self) -> "Child":
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._running is not None and self._running.returncode is None:
            await self.kill()
        print("\n".join(self.log))  # shown where a test fails

    async def store_rows(self, table: str) -> int:
        """How many rows a table has; also while it runs."""
        async with open_store(self.settings, tell=lambda _: None) as store:
            return await rows(store, table)


async def rows(store: Store, table: str) -> int:
    """How many rows a table has."""
    row = await store.db.fetch_one(f"SELECT count(*) FROM {table}")
    assert row is not None
    return int(row[0])
