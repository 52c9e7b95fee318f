"""The public application on an ephemeral port of this machine, with an intake that a test can look into."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn

from bot.channels.channel import Away, TryLater
from bot.channels.web_chat import WebChat
from bot.channels.web_spool import Sealing
from bot.web.app import Demo, public_app
from bot.web.serving import SAY_GOODBYE_WITHIN, bound
from messages.address import MessageRef, Place
from messages.catalogue import Catalogue
from messages.incoming import Incoming
from messages.rendered import Rendered
from storage.seal import Key, Where
from tests.bot_api_fake.pulse import Pulse

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def sealing(key: bytes = b"k" * 32) -> Sealing:
    """Real sealing under one key, as the program does it."""
    cipher = Key(key)
    return Sealing(
        lambda raw, name: cipher.seal(raw, Where("web", name, "")),
        lambda raw, name: cipher.open(raw, Where("web", name, "")),
    )


class Counter:
    """An intake that takes each message once, and a delivery that says what a test lays on it, in order."""

    def __init__(self) -> None:
        self.channel: WebChat
        self.heard: list[Incoming] = []
        self.arrived: asyncio.Queue[Incoming] = asyncio.Queue()
        self.returned: list[Place] = []
        self.refs: list[MessageRef | None] = []
        self._shown = Pulse()
        self.failing: Exception | None = None
        self.reply: Callable[[Incoming], list[Rendered]] = lambda _: []
        self._owed: defaultdict[Place, deque[Rendered]] = defaultdict(deque)
        self._saying: dict[Place, asyncio.Task[None]] = {}

    async def take(self, said: Incoming) -> None:
        """Hear it once, or raise what the test wants."""
        if self.failing is not None:
            raise self.failing
        if said.id in {other.id for other in self.heard}:
            return
        self.heard.append(said)
        self.arrived.put_nowait(said)
        for line in self.reply(said):
            self.owe(said.place, line)

    def owe(self, place: Place, line: Rendered) -> None:
        """Say a line there, now or when the page is back."""
        self._owed[place].append(line)
        self.drain(place)

    def came_back(self, place: Place) -> None:
        """A page listens again."""
        self.returned.append(place)
        self.drain(place)

    def drain(self, place: Place) -> None:
        """Say what is owed there, unless that is under way."""
        if place not in self._saying or self._saying[place].done():
            self._saying[place] = asyncio.create_task(self._say(place))

    async def _say(self, place: Place) -> None:
        owed = self._owed[place]
        while owed:
            try:
                self.refs.append(await self.channel.send(place, owed[0]))
                self._shown.beat()
            except (Away, TryLater):
                return
            owed.popleft()

    async def said(self, count: int) -> list[MessageRef | None]:
        """What so many lines are known by, once pages have said that they show them: a page shows before it says so."""
        await self._shown.until(lambda: len(self.refs) >= count)
        return self.refs[:count]

    async def stop(self) -> None:
        """Stop saying."""
        for task in self._saying.values():
            task.cancel()
        await asyncio.gather(*self._saying.values(), return_exceptions=True)


@dataclass
class Running:
    """A running application."""

    url: str
    channel: WebChat
    counter: Counter


@asynccontextmanager
async def running(
    folder: Path,
    *,
    ack_within: float = 5.0,
    invite: Callable[[], Awaitable[str]] | None = None,
    port: int = 0,
) -> AsyncIterator[Running]:
    """Serve until the block ends; with `invite` as the demonstration."""
    counter = Counter()
    channel = WebChat(
        folder / "spool", sealing=sealing(), on_return=counter.came_back, now=lambda: NOON, ack_within=ack_within
    )
    counter.channel = channel
    app = public_app(
        channel,
        counter.take,
        catalogue=Catalogue(ZoneInfo("Asia/Ho_Chi_Minh")),
        demo=Demo("00103", invite) if invite else None,
    )
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", ws="none")
    config.timeout_graceful_shutdown = SAY_GOODBYE_WITHIN  # what a failed test left open must not keep us for ever
    server = uvicorn.Server(config)
    door = bound("127.0.0.1", port)  # callers wait in line from now on, so nobody has to ask whether the server is up
    serving = asyncio.create_task(server.serve(sockets=[door]))
    try:
        yield Running(f"http://127.0.0.1:{door.getsockname()[1]}", channel, counter)
    finally:
        await counter.stop()
        channel.close()
        server.should_exit = True
        await serving
        door.close()
