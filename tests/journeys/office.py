"""A running installation beside a Bot API fake: everything that `baotin run` runs, on a clock that a test can turn."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import Bot, compose, serve
from bot.clock import Clock
from bot.opening import open_store
from bot.settings import Settings, read_settings
from bot.web.serving import bound
from messages.address import Address, ChannelName, Place
from storage import officers, wards
from storage.records import EVERY_WARD, OfficerId, Role, WardCode
from storage.store import Store
from tests.bot_api_fake.people import Group, Person
from tests.bot_api_fake.pulse import PATIENCE
from tests.bot_api_fake.server import BotApiFake

TELEGRAM = ChannelName("telegram")
TAY_HO = WardCode("00103")
HONG_HA = WardCode("00097")
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday, nine o'clock in the morning in Hà Nội."""
SPEED = 20.0
"""How much faster time passes here, so that the pace of a private chat (a message a second) costs no test a second."""


@dataclass
class FastClock:
    """The time of an installation and of its Telegram: it runs `SPEED` times as fast, and can be turned forward."""

    start: datetime = MORNING
    begun: float = field(default_factory=time.monotonic)
    turned: timedelta = timedelta()

    def monotonic(self) -> float:
        """Seconds that never jump, not even when the clock is turned."""
        return (time.monotonic() - self.begun) * SPEED

    def now(self) -> datetime:
        """The date and time."""
        return self.start + self.turned + timedelta(seconds=self.monotonic())

    def timestamp(self) -> float:
        """The same in seconds since 1970."""
        return self.now().timestamp()

    async def sleep(self, seconds: float) -> None:
        """Rest for so many of these fast seconds."""
        await asyncio.sleep(seconds / SPEED)

    def turn_to(self, moment: datetime) -> None:
        """Turn it forward."""
        assert moment > self.now(), "time does not go back"
        self.turned += moment - self.now()

    def as_clock(self) -> Clock:
        """As the program takes it."""
        return Clock(self.now, self.monotonic, self.sleep)


@dataclass
class Office:
    """The running installation and the Telegram it talks to."""

    bot: Bot
    fake: BotApiFake
    clock: FastClock
    settings: Settings
    people: dict[int, Person] = field(default_factory=dict)
    """Whom Telegram knew before the start, by number."""

    @property
    def store(self) -> Store:
        """The real database."""
        return self.bot.around.store

    @property
    def web_url(self) -> str:
        """Where its own web server listens."""
        return f"http://127.0.0.1:{self.settings.web_port}"

    async def officer(self, number: int, name: str, *, role: Role = Role.OFFICER, ward: WardCode = TAY_HO) -> Person:
        """Somebody who was enrolled before, and has therefore written to the bot."""
        person = self.fake.person(number, name, started=True)
        await enrol(self.store, number, name, role=role, ward=ward, now=self.clock.now())
        return person

    async def desk_group(self, number: int, chief: Person, *members: Person, kind: str = "supergroup") -> Group:
        """A group that the chief has made the desk of their ward."""
        group = self.fake.group(number, type=kind)
        group.add(chief, status="creator")
        for member in members:
            group.add(member)
        group.add_bot(chief)
        await group.chat.waits_for("/ketnoi")
        chief.says("/ketnoi", in_chat=group)
        await group.chat.waits_for("Nhóm này nhận tin của phường")
        return group

    async def count(self, table: str) -> int:
        """How many rows a table has."""
        row = await self.store.db.fetch_one(f"SELECT count(*) FROM {table}")
        assert row is not None
        return int(row[0])

    async def first_tip(self) -> str:
        """The id of the oldest tip."""
        row = await self.store.db.fetch_one("SELECT id FROM tips ORDER BY filed_at LIMIT 1")
        assert row is not None
        return str(row["id"])

    async def history(self, tip: str) -> list[str]:
        """The moves and views of a tip, oldest first."""
        rows = await self.store.db.fetch_all("SELECT what FROM events WHERE tip = ? ORDER BY seq", (tip,))
        return [str(row["what"]) for row in rows]

    async def hears_again(self, count: int) -> None:
        """Let Telegram bring the last `count` updates once more, and wait until the bot has taken them in."""
        asked = self._questions()
        self.fake.redeliver(count)
        # the next question comes after all of a batch was taken, and a batch holds a hundred
        await self.fake.until(lambda: self._questions() > asked + (count - 1) // 100)
        await self.settled()

    def _questions(self) -> int:
        return sum(call.method == "getUpdates" for call in self.fake.heard)

    async def settled(self) -> None:
        """Until every update is heard and nothing that is due is owed to anybody any more."""
        await self.fake.until_heard()
        end = time.monotonic() + PATIENCE
        while await self._is_owing():
            assert time.monotonic() < end, "delivery did not finish"
            await asyncio.sleep(0.005)

    async def _is_owing(self) -> bool:
        due_at = round(self.clock.timestamp() * 1000)
        row = await self.store.db.fetch_one(
            "SELECT (SELECT count(*) FROM lines WHERE (state = 'waiting' AND due_at <= ?) OR state = 'claimed') + "
            "(SELECT count(*) FROM media WHERE due_at <= ?)",
            (due_at, due_at),
        )
        return bool(row and row[0])


async def enrol(store: Store, number: int, name: str, *, role: Role, ward: WardCode, now: datetime) -> None:
    """Make a Telegram account an active officer."""
    where = EVERY_WARD if role in {Role.ADMIN, Role.AUDITOR} else ward
    id_ = OfficerId(f"officer-{number}")
    contents = officers.Contents(name, Address(TELEGRAM, str(number)), Place(TELEGRAM, str(number)))
    one = officers.enrol(store.seal, id_, contents=contents, status="active", now=now)
    await store.db.commit([*one, officers.grant(id_, ward=where, role=role)])


@asynccontextmanager
async def an_office(
    folder: Path,
    *,
    served: tuple[WardCode, ...] = (TAY_HO,),
    webhook: bool = False,
    start: datetime = MORNING,
    known: tuple[int, ...] = (),
) -> AsyncIterator[Office]:
    """Run an installation that serves these wards until the block ends, and stop it as SIGTERM does.

    `known` are people who wrote to the bot in an earlier run.
    """
    clock = FastClock(start)
    async with BotApiFake(clock=clock.timestamp) as fake:
        people = {number: fake.person(number, started=True) for number in known}
        listening = bound("127.0.0.1", 0)
        port = listening.getsockname()[1]
        settings = read_settings(
            _env_file=None,
            data=folder / "data",
            wards=served,
            web_port=port,
            telegram_api=fake.url,
            telegram_token=fake.token,
            public_url=f"http://127.0.0.1:{port}" if webhook else None,
        )
        async with open_store(settings, exclusive=True, tell=lambda _: None) as store:
            await store.db.commit([wards.enable(code, "024 3829 0000") for code in served])
            bot = await compose(settings, store, clock=clock.as_clock())
            up = asyncio.Event()
            running = asyncio.create_task(serve(settings, bot, listening=listening, told=up.set))
            await _first_of(up, running)
            await fake.until(lambda: fake.calls("setWebhook" if webhook else "deleteWebhook"))
            try:
                yield Office(bot, fake, clock, settings, people)
            finally:
                if not running.done():
                    signal.raise_signal(signal.SIGTERM)
                await running


async def _first_of(up: asyncio.Event, running: asyncio.Task[None]) -> None:
    """Until it runs; raises what kept it from running."""
    waiting = asyncio.create_task(up.wait())
    await asyncio.wait({waiting, running}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if running.done():
        running.result()
