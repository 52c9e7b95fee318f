"""One installation of the bot on a machine that can fail: started, killed, robbed of power, and looked into."""

import asyncio
import shutil
import sqlite3
import time
from contextlib import ExitStack, closing, suppress
from pathlib import Path

from bot.opening import open_store
from storage import wards
from storage.records import Role, WardCode
from storage.seal import Seal
from tests.bot_api_fake.people import Person
from tests.bot_api_fake.server import BotApiFake
from tests.chaos.disk import Disk
from tests.chaos.machine import Machine
from tests.installed import install
from tests.journeys.child import Child
from tests.journeys.office import MORNING, enrol
from tests.ports import a_port

WARDS = {
    WardCode("00103"): "Tây Hồ",
    WardCode("00097"): "Hồng Hà",
    WardCode("00004"): "Ba Đình",
    WardCode("00025"): "Giảng Võ",
}
FIRST_OFFICER = 900_001
WRITER, APPROVER = 900_101, 900_102
"""Two officers of the first ward who do nothing but campaigns."""


class Installation:
    """The bot's folder, its process and its disk."""

    def __init__(self, scratch: Path, fake: BotApiFake, *, webhook: bool) -> None:
        self.scratch = scratch
        self.fake = fake
        self.child = Child(scratch, fake)
        self.settings = self.child.settings
        self.machine = Machine(self.settings.data, scratch / "machine")
        self._webhook = webhook
        self._held = ExitStack()
        self._port = self._held.enter_context(a_port())
        install(self.settings.data)
        self.officers: dict[WardCode, Person] = {}
        self.last_words: list[str] = []
        """What the run before this one logged."""
        self.jumped = 0.0
        """Seconds by which the bot's wall clock is wrong."""

    async def prepare(self) -> None:
        """One chief in each ward; what lies on the disk then counts as safe."""
        async with open_store(self.settings, tell=lambda _: None) as store:
            for number, ward in enumerate(WARDS, start=FIRST_OFFICER):
                await store.db.commit([wards.enable(ward, "024 3829 0000")])
                await enrol(store, number, f"Minh {number}", role=Role.CHIEF, ward=ward, now=MORNING)
                self.officers[ward] = self.fake.person(number, f"Minh {number}", started=True)
            for number, role in ((WRITER, Role.OFFICER), (APPROVER, Role.CHIEF)):
                await enrol(store, number, f"Dung {number}", role=role, ward=next(iter(WARDS)), now=MORNING)
            self.seal: Seal = store.seal
        self.disk = Disk(self.settings.data)

    def let_it_be_morning(self) -> None:
        """A working day begins, for everybody: at night campaigns would wait."""
        self.let_pass(MORNING.timestamp() - time.time() - self.ahead)

    async def start(self) -> None:
        """Start the bot, and wait until it says that it runs."""
        told = {"BAOTIN_WARDS": ",".join(WARDS), "BAOTIN_WEB_PORT": str(self._port)}
        if self._webhook:
            told["BAOTIN_PUBLIC_URL"] = f"http://127.0.0.1:{self._port}"
        self.last_words = list(self.child.log)
        self.child.log.clear()
        told |= self.machine.environment()
        await self.child.start(told)
        self.disk.begin(self.machine.journal)

    def jump(self, seconds: float) -> None:
        """The bot's wall clock jumps; the platform's does not."""
        self.jumped += seconds
        self.machine.shift_clock(seconds)

    def let_pass(self, seconds: float) -> None:
        """So much time passes for everybody. While the bot is dead, as its timers do not notice."""
        self.machine.shift_clock(seconds)

    @property
    def ahead(self) -> float:
        """Seconds by which everybody's time is ahead of this machine's."""
        return self.machine.shift - self.jumped

    async def kill(self) -> None:
        """kill -9."""
        await self.child.kill()

    async def kill_starting(self, starting: asyncio.Task[None]) -> None:
        """kill -9 in the middle of `start`."""
        if self.child.is_alive:
            await self.kill()
        with suppress(AssertionError, AttributeError):  # it complains that the bot ended before it ran
            await starting
        if self.machine.journal.exists():
            self.disk.begin(self.machine.journal)
            self.disk.follow()

    def copy(self) -> Path:
        """What is on the disk of the dead bot, to be looked into: its own files must not be touched by us."""
        copied = self.scratch / "copy"
        shutil.rmtree(copied, ignore_errors=True)
        shutil.copytree(self.settings.data, copied, ignore=shutil.ignore_patterns("*-shm", "*.lock"))
        return copied / self.settings.database_path.name

    def backup(self) -> Path:
        """The living bot's database as it is at this moment."""
        copied = self.scratch / "backup.db"
        copied.unlink(missing_ok=True)
        with closing(self.connect()) as here, closing(sqlite3.connect(copied)) as there:
            here.backup(there)
        return copied

    def connect(self) -> sqlite3.Connection:
        """Look into the living bot's database; nothing can be changed, no log is emptied when it is closed."""
        connection = sqlite3.connect(f"{self.settings.database_path.as_uri()}?mode=ro", uri=True, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection

    def close(self) -> None:
        """Leave nothing behind."""
        self._held.close()
        self.disk.end()
        self.machine.close()
        shutil.rmtree(self.scratch, ignore_errors=True)
