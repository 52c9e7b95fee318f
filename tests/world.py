"""A whole installation in a temp folder: the real intake, storage and delivery, and a channel made of paper.

Time stands still until a test moves it; randomness is counted, so that a conversation reads the same every time.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import Bot, compose
from bot.chance import Chance
from bot.channels.channel import Away, Gone, Limits, Refused
from bot.clock import Clock
from bot.opening import open_store
from bot.settings import read_settings
from messages.address import Address, ChannelName, MessageRef, Place
from messages.incoming import Command, Content, File, FileKind, Incoming, Membership, Photo, Pin, Point, Press, Text
from messages.rendered import Button, Erase, Picture, Rendered, Toast, parse_handle
from messages.rendered import File as ShownFile
from messages.rendered import Text as ShownText
from storage import officers, wards
from storage.records import EVERY_WARD, OfficerId, Role, WardCode
from storage.store import Store
from tests.bot_api_fake.pulse import PATIENCE
from tests.installed import install

PAPER = ChannelName("paper")
TAY_HO = WardCode("00103")
HONG_HA = WardCode("00097")
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday, nine o'clock in the morning in Hà Nội."""
WITHIN = PATIENCE
"""Seconds after which a test that waits for delivery fails."""


class Counted:
    """Random bytes that are the same in every run."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, size: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(self._count.to_bytes(8)).digest(size)


@dataclass(frozen=True, slots=True)
class Watched(Clock):
    """A clock that knows which workers rest, so that a test goes on only when none is in the middle of something."""

    resting: list[asyncio.Event] = field(default_factory=list)

    async def wait(self, event: asyncio.Event, seconds: float | None) -> None:
        """Until the event is set, or at most so many seconds."""
        self.resting.append(event)
        try:
            await Clock.wait(self, event, seconds)
        finally:
            self.resting.remove(event)

    @property
    def is_quiet(self) -> bool:
        """Whether delivery and fetching both rest, and nobody has just woken them."""
        return len(self.resting) == 2 and not any(event.is_set() for event in self.resting)


@dataclass
class Shown:
    """One message as a person sees it."""

    ref: MessageRef
    text: str
    buttons: tuple[Button, ...] = ()
    picture: bytes = b""
    line: Rendered | None = None
    before: tuple[Button, ...] = ()
    """The buttons it had before it was edited last: somebody may press one that is just being replaced."""


@dataclass
class Paper:
    """A channel that shows its lines on paper. Without `buttons` choices become numbered lines."""

    buttons: bool = True
    name: ChannelName = PAPER
    screens: dict[Place, list[Shown]] = field(default_factory=dict)
    news: list[tuple[Place, Shown]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    blocked: set[Place] = field(default_factory=set)
    away: set[Place] = field(default_factory=set)
    count: int = 0
    limits: Limits = field(init=False)
    """Those of a messenger with or without buttons, and without a pace."""

    def __post_init__(self) -> None:
        self.limits = Limits(4096, 1024, 24 if self.buttons else 0, 60, 20_000_000, True, True, 0, 0, 0)

    async def send(self, to: Place, line: Rendered) -> MessageRef | None:
        """Show it, or fail as the test wants."""
        if isinstance(line, Toast):
            if line.text and to not in self.blocked | self.away:
                self.news.append((to, Shown(MessageRef(""), f"({line.text})", line=line)))
            return None
        if to in self.blocked:
            raise Gone
        if to in self.away:
            raise Away
        screen = self.screens.setdefault(to, [])
        if isinstance(line, Erase):
            line = line.otherwise  # what is written on paper can only be written over
        if isinstance(line, ShownText | Picture) and line.instead_of is not None:
            for shown in screen:
                if shown.ref == line.instead_of:
                    shown.before = shown.buttons
                    shown.text, shown.buttons, shown.line = _text(line), _flat(line), line
                    self.news.append((to, shown))
                    return shown.ref
        self.count += 1
        shown = Shown(MessageRef(str(self.count)), "", line=line)
        if isinstance(line, Picture):
            shown.text, shown.picture = _text(line), line.jpeg
        elif isinstance(line, ShownFile):
            shown.text, shown.picture = f"({line.name}) {line.caption}".strip(), line.content
        else:
            assert isinstance(line, ShownText)
            shown.text, shown.buttons = line.text, _flat(line)
        screen.append(shown)
        self.news.append((to, shown))
        return shown.ref

    async def fetch(self, file: str) -> bytes:
        """The bytes a test put there."""
        if file not in self.files:
            raise Refused("no such file")
        return self.files[file]

    async def forget(self, file: str) -> None:
        """Nobody fetches it any more."""
        self.files.pop(file, None)


def _text(line: ShownText | Picture) -> str:
    return f"(ảnh)\n{line.caption}".strip() if isinstance(line, Picture) else line.text


def _flat(line: ShownText | Picture) -> tuple[Button, ...]:
    if isinstance(line, Picture):
        return ()
    return tuple(button for row in line.buttons for button in row)


@dataclass
class World:
    """The installation and its people."""

    bot: Bot
    paper: Paper
    clock: Watched
    time: datetime = MORNING
    count: int = 0

    @property
    def store(self) -> Store:
        """The real database."""
        return self.bot.around.store

    def person(self, name: str, *, language: str = "vi") -> "Person":
        """Somebody with a private chat."""
        return Person(self, name, Address(PAPER, name), Place(PAPER, name), language)

    async def officer(
        self, name: str, role: Role = Role.OFFICER, *, ward: WardCode = TAY_HO, language: str = "vi"
    ) -> "Person":
        """Somebody who is enrolled and active."""
        person = self.person(name, language=language)
        where = EVERY_WARD if role in {Role.ADMIN, Role.AUDITOR} else ward
        id_ = OfficerId(f"officer-{name}")
        contents = officers.Contents(name, person.by, person.place)
        enrol = officers.enrol(self.store.seal, id_, contents=contents, status="active", now=self.time)
        await self.store.db.commit([*enrol, officers.grant(id_, ward=where, role=role)])
        return person

    async def invites(self, code: str, role: Role, *, ward: WardCode = TAY_HO) -> None:
        """A one-time permission to enrol, good for three days."""
        where = EVERY_WARD if role in {Role.ADMIN, Role.AUDITOR} else ward
        expires_at = self.time + timedelta(days=3)
        await self.store.db.commit(
            [officers.invite(self.store.seal, code, ward=where, role=role, expires_at=expires_at)]
        )

    async def take(self, said: Incoming) -> list[tuple[Place, Shown]]:
        """Let the bot hear something, and wait until everything it owes is delivered. Returns what was shown."""
        before = len(self.paper.news)
        await self.bot.intake.take(said)
        await self.settled()
        return self.paper.news[before:]

    async def passes(self, span: timedelta) -> list[tuple[Place, Shown]]:
        """Time goes by, and every tick looks at what is due."""
        before = len(self.paper.news)
        self.time += span
        ticks = self.bot.ticks
        for tick in (ticks.tips, ticks.questions, ticks.drafts, ticks.campaigns, ticks.announcements, ticks.sweep):
            await tick()
        await self.settled()
        await ticks.campaigns()  # looks every second: what was sent has come to its end
        self.bot.delivery.wake()
        await self.settled()
        return self.paper.news[before:]

    async def settled(self) -> None:
        """Until nothing that is due waits in the outbox, no photo is on its way, and the workers rest.

        So what one message caused is all there before the next is heard, always in the same order.
        """
        end = time.monotonic() + WITHIN
        while await self._is_owing() or not self.clock.is_quiet:
            if time.monotonic() > end:
                raise AssertionError("delivery did not finish")
            self.bot.delivery.wake()
            self.bot.fetching.wake()
            await asyncio.sleep(0.002)

    async def _is_owing(self) -> bool:
        now = round(self.time.timestamp() * 1000)
        row = await self.store.db.fetch_one(
            "SELECT (SELECT count(*) FROM lines WHERE (state = 'waiting' AND due_at <= ?) OR state = 'claimed') + "
            "(SELECT count(*) FROM media WHERE due_at <= ?)",
            (now, now),
        )
        return bool(row and row[0])


@dataclass
class Person:
    """Somebody who talks to the bot: in private, or in the group they are in."""

    world: World
    name: str
    by: Address
    place: Place
    language: str

    def within(self, group: str) -> "Person":
        """The same person, speaking in a group."""
        return Person(self.world, self.name, self.by, Place(PAPER, group, shared=True), self.language)

    async def sends(self, content: Content, **more: object) -> list[tuple[Place, Shown]]:
        """Anything at all."""
        self.world.count += 1
        said = Incoming(
            f"u{self.world.count}",
            self.by,
            self.place,
            self.world.time,
            content,
            self.language,
            **more,  # type: ignore[arg-type]
        )
        return await self.world.take(said)

    async def says(self, words: str) -> list[tuple[Place, Shown]]:
        """Words, or a command."""
        if words.startswith("/"):
            name, _, argument = words[1:].partition(" ")
            return await self.sends(Command(name.lower(), argument.strip()))
        return await self.sends(Text(words))

    async def replies(self, to: Shown, words: str) -> list[tuple[Place, Shown]]:
        """A reply to one of the bot's messages."""
        return await self.sends(Text(words), reply_to=to.ref)

    async def presses(self, label: str, *, late: bool = False) -> list[tuple[Place, Shown]]:
        """The newest button with this label, or `late` one that an edit has just replaced; fails if there is none."""
        for shown in reversed(self.screen):
            for button in shown.before if late else shown.buttons:
                if button.label == label:
                    asked, key = parse_handle(button.handle)
                    return await self.sends(Press(key, asked, press=f"p{self.world.count}", on=shown.ref))
        offered = [button.label for shown in self.screen for button in shown.buttons]
        raise AssertionError(f"{self.name} sees no button {label!r}, only {offered}")

    async def sends_photo(self, data: bytes, caption: str = "", *, album: str = "") -> list[tuple[Place, Shown]]:
        """A picture."""
        file = f"file-{self.world.count}"
        self.world.paper.files[file] = data
        return await self.sends(Photo(file, caption, len(data)), album=album)

    async def sends_file(
        self, what: FileKind, data: bytes, caption: str = "", *, album: str = "", size: int | None = None
    ) -> list[tuple[Place, Shown]]:
        """A recording or document; `size` claims another number of bytes."""
        file = f"file-{self.world.count}"
        self.world.paper.files[file] = data
        return await self.sends(File(what, file, caption, len(data) if size is None else size), album=album)

    async def sends_pin(self, latitude: float, longitude: float) -> list[tuple[Place, Shown]]:
        """A position."""
        return await self.sends(Pin(Point(latitude, longitude)))

    async def blocks(self) -> list[tuple[Place, Shown]]:
        """They block the bot."""
        self.world.paper.blocked.add(self.place)
        return await self.sends(Membership("blocked"))

    @property
    def screen(self) -> list[Shown]:
        """What they see."""
        return self.world.paper.screens.get(self.place, [])

    @property
    def newest(self) -> Shown:
        """The last message they see."""
        return self.screen[-1]


@asynccontextmanager
async def a_world(
    folder: Path,
    *,
    buttons: bool = True,
    served: tuple[WardCode, ...] = (TAY_HO,),
    start: datetime = MORNING,
    trial: bool = False,
) -> AsyncIterator[World]:
    """A running installation that serves these wards; delivery and fetching run until the end."""
    settings = read_settings(_env_file=None, data=folder / "data", web_port=0, trial=trial)
    if not settings.data.exists():
        install(settings.data)
    async with open_store(settings, exclusive=True, tell=lambda _: None) as store:
        phone, office, hours = "024 3829 0000", "số 1 phố Mẫu", "7:30–17:30"
        await store.db.commit([wards.enable(code, phone, office=office, hours=hours) for code in served])
        paper = Paper(buttons=buttons)
        world: World | None = None

        def now() -> datetime:
            return world.time if world is not None else start

        clock = Watched(now, time.monotonic, asyncio.sleep)
        bot = await compose(settings, store, clock=clock, chance=Chance(Counted()))
        bot.add(paper)
        world = World(bot, paper, clock, time=start)
        async with asyncio.TaskGroup() as running:
            delivering = running.create_task(bot.delivery.run())
            fetching = running.create_task(bot.fetching.run())
            try:
                yield world
            finally:
                fetching.cancel()
                await bot.delivery.stop()
                await asyncio.wait({delivering})
