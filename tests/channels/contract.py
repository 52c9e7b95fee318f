"""One person on each channel, driven the same way: what the contract of all channels is tried on.

A case is the real channel over the real wire where there is one: Telegram against a Bot API server on this machine,
the web chat with a page that is served. `Paper`, on which journeys and transcripts are told, keeps the same contract.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Protocol

from bot.channels.channel import Away, Channel, Gone, Refused, TryLater
from bot.channels.telegram import TelegramChannel
from bot.channels.web_chat import WebChat
from messages.address import Address, MessageRef, Place
from messages.incoming import Command, Content, Incoming, Photo, Pin, Point, Press, Text
from messages.rendered import Button, Picture, Rendered, parse_handle
from messages.rendered import Text as Line
from tests.bot_api_fake.people import Person
from tests.bot_api_fake.pulse import PATIENCE
from tests.bot_api_fake.server import BotApiFake
from tests.journeys.web_page import WebPage, a_page
from tests.web_running import Running, running
from tests.world import PAPER, Paper

Spoil = Callable[[], Awaitable[Rendered]]
"""Brings about a failure, and returns the line whose sending then fails."""


@dataclass(frozen=True)
class Seen:
    """One message as its reader sees it."""

    ref: MessageRef
    text: str
    labels: tuple[str, ...] = ()
    has_picture: bool = False
    is_protected: bool = False


class Case(Protocol):
    """One person with a private chat on one channel. What they do returns what the channel made of it."""

    by: Address
    place: Place
    captions: bool
    """Whether a photo can carry words there."""
    protects: bool
    """Whether the platform can keep a message from being passed on."""

    @property
    def channel(self) -> Channel:
        """The channel itself."""

    @property
    def failures(self) -> Mapping[type[Exception], Spoil]:
        """How to bring about each of the failures that `FAILS` lists."""

    async def says(self, words: str, *, reply_to: MessageRef | None = None) -> Incoming:
        """They write."""

    async def presses(self, label: str) -> Incoming:
        """They press the newest button with this label."""

    async def forges(self, handle: str) -> Incoming:
        """They send a press that stands under no message of ours."""

    async def sends_photos(self, pictures: Sequence[bytes], caption: str = "") -> list[Incoming]:
        """They choose pictures and send them together."""

    async def sends_original(self, picture: bytes) -> Incoming:
        """They send a picture that no app makes smaller on the way."""

    async def shares(self, latitude: float, longitude: float) -> Incoming:
        """They share a position."""

    def screen(self) -> list[Seen]:
        """What they see, oldest first."""

    async def loses(self, ref: MessageRef) -> None:
        """This message of ours is not there any more."""

    async def sees_toast(self, words: str) -> None:
        """Wait until they have seen this answer to a press."""


class OnTelegram:
    """Somebody with Telegram on their phone."""

    captions = True
    protects = True

    def __init__(self, fake: BotApiFake, channel: TelegramChannel) -> None:
        self._fake = fake
        self._lan: Person = fake.person(501, started=True)
        self._offset: int | None = None
        self.channel: Channel = channel
        self._telegram = channel
        self.by, self.place = Address(channel.name, "501"), Place(channel.name, "501")

    @property
    def failures(self) -> Mapping[type[Exception], Spoil]:
        return {TryLater: self._is_busy, Gone: self._blocks, Refused: self._is_wrong}

    async def _is_busy(self) -> Rendered:
        self._fake.faults.next("sendMessage", retry_after=7)
        return Line("Chào")

    async def _blocks(self) -> Rendered:
        self._lan.blocks()
        return Line("Chào")

    async def _is_wrong(self) -> Rendered:
        return Picture(b"no picture")

    async def says(self, words: str, *, reply_to: MessageRef | None = None) -> Incoming:
        self._lan.says(words, reply_to=self._lan.chat.messages[int(reply_to)] if reply_to else None)
        return await self._heard()

    async def presses(self, label: str) -> Incoming:
        self._lan.presses(label)
        return await self._heard()

    async def forges(self, handle: str) -> Incoming:
        self._lan.presses(handle, forged=True)
        return await self._heard()

    async def sends_photos(self, pictures: Sequence[bytes], caption: str = "") -> list[Incoming]:
        if len(pictures) == 1:
            self._lan.sends_photo(pictures[0], caption=caption)
        else:
            self._lan.sends_album(pictures, caption=caption)
        return await self._all_heard()

    async def sends_original(self, picture: bytes) -> Incoming:
        self._lan.sends_document(picture, name="anh.jpg", mime_type="image/jpeg")
        return await self._heard()

    async def shares(self, latitude: float, longitude: float) -> Incoming:
        self._lan.sends_location(latitude, longitude)
        return await self._heard()

    def screen(self) -> list[Seen]:
        return [
            Seen(
                MessageRef(str(shown.number)),
                shown.text,
                tuple(shown.buttons),
                has_picture="photo" in shown.raw,
                is_protected=shown.is_protected,
            )
            for shown in self._lan.chat.screen()
        ]

    async def loses(self, ref: MessageRef) -> None:
        self._lan.chat.messages[int(ref)].is_gone = True

    async def sees_toast(self, words: str) -> None:
        await self._fake.until(lambda: words in [toast.text for toast in self._lan.chat.toasts])

    async def _all_heard(self) -> list[Incoming]:
        raw = await self._telegram.updates(self._offset, wait=1)
        said = [self._telegram.understand(one) for one in raw]
        self._offset = max(one["update_id"] for one in raw if isinstance(one, dict)) + 1
        return [one for one in said if one is not None]

    async def _heard(self) -> Incoming:
        [said] = await self._all_heard()
        return said


class OnTheWeb:
    """Somebody with our page open."""

    captions = False
    protects = False

    def __init__(self, served: Running, page: WebPage) -> None:
        self._served = served
        self._page = page
        self._albums = count(1)
        self.channel: Channel = served.channel
        [key] = served.channel._pages
        self.by, self.place = Address(served.channel.name, key), Place(served.channel.name, key)

    @property
    def failures(self) -> Mapping[type[Exception], Spoil]:
        return {TryLater: self._is_stuck, Away: self._closes}

    async def _is_stuck(self) -> Rendered:
        self._page.acknowledges = False
        self._served.channel._ack_within = 0.01
        return Line("Chào")

    async def _closes(self) -> Rendered:
        await self._page.closes()
        async with asyncio.timeout(PATIENCE):
            while self._served.channel._pages:  # asked this and that, the server comes to look at the connection
                await self._page.acknowledge([])
        return Line("Chào")

    async def says(self, words: str, *, reply_to: MessageRef | None = None) -> Incoming:
        await self._page.says(words, reply_to=reply_to or "")
        return self._heard()

    async def presses(self, label: str) -> Incoming:
        await self._page.presses(label)
        return self._heard()

    async def forges(self, handle: str) -> Incoming:
        await self._page.forges(handle)
        return self._heard()

    async def sends_photos(self, pictures: Sequence[bytes], caption: str = "") -> list[Incoming]:
        album = f"album-{next(self._albums):04}" if len(pictures) > 1 else ""
        heard = []
        for picture in pictures:
            await self._page.sends_photo(picture, album=album)
            heard.append(self._heard())
        return heard

    async def sends_original(self, picture: bytes) -> Incoming:
        return (await self.sends_photos([picture]))[0]

    async def shares(self, latitude: float, longitude: float) -> Incoming:
        await self._page.shares(latitude, longitude)
        return self._heard()

    def screen(self) -> list[Seen]:
        return [
            Seen(
                MessageRef(name),
                shown["text"],
                tuple(button["label"] for row in shown.get("buttons", []) for button in row),
                has_picture="picture" in shown,
            )
            for name, shown in self._page.shown.items()
        ]

    async def loses(self, ref: MessageRef) -> None:
        del self._page.shown[ref]

    async def sees_toast(self, words: str) -> None:
        await self._page.waits_for_toast(words)

    def _heard(self) -> Incoming:
        return self._served.counter.arrived.get_nowait()  # an answer to a page comes after its message was taken


class OnPaper:
    """Somebody in a story that a test tells."""

    captions = True
    protects = True

    def __init__(self) -> None:
        self._paper = Paper()
        self._numbers = count(1)
        self.channel: Channel = self._paper
        self.by, self.place = Address(PAPER, "lan"), Place(PAPER, "lan")

    @property
    def failures(self) -> Mapping[type[Exception], Spoil]:
        return {Away: self._closes, Gone: self._blocks}

    async def _closes(self) -> Rendered:
        self._paper.away.add(self.place)
        return Line("Chào")

    async def _blocks(self) -> Rendered:
        self._paper.blocked.add(self.place)
        return Line("Chào")

    async def says(self, words: str, *, reply_to: MessageRef | None = None) -> Incoming:
        name, _, argument = words.removeprefix("/").partition(" ")
        is_command = words.startswith("/")
        return self._heard(Command(name, argument) if is_command else Text(words), reply_to=reply_to)

    async def presses(self, label: str) -> Incoming:
        shown, button = next(
            (shown, button)
            for shown in reversed(self._paper.screens[self.place])
            for button in shown.buttons
            if button.label == label
        )
        return self._pressed(button, on=shown.ref)

    async def forges(self, handle: str) -> Incoming:
        return self._pressed(Button("", handle), on=None)

    def _pressed(self, button: Button, *, on: MessageRef | None) -> Incoming:
        asked, key = parse_handle(button.handle)
        return self._heard(Press(key, asked, press=f"p{next(self._numbers)}", on=on))

    async def sends_photos(self, pictures: Sequence[bytes], caption: str = "") -> list[Incoming]:
        album = f"album-{next(self._numbers)}" if len(pictures) > 1 else ""
        heard = []
        for number, picture in enumerate(pictures):
            file = f"file-{next(self._numbers)}"
            self._paper.files[file] = picture
            heard.append(self._heard(Photo(file, "" if number else caption, len(picture)), album=album))
        return heard

    async def sends_original(self, picture: bytes) -> Incoming:
        return (await self.sends_photos([picture]))[0]

    async def shares(self, latitude: float, longitude: float) -> Incoming:
        return self._heard(Pin(Point(latitude, longitude)))

    def screen(self) -> list[Seen]:
        return [
            Seen(
                shown.ref,
                shown.line.caption if isinstance(shown.line, Picture) else shown.text,
                tuple(button.label for button in shown.buttons),
                has_picture=bool(shown.picture),
                is_protected=isinstance(shown.line, Line | Picture) and shown.line.protect,
            )
            for shown in self._paper.screens.get(self.place, [])
        ]

    async def loses(self, ref: MessageRef) -> None:
        screen = self._paper.screens[self.place]
        screen[:] = [shown for shown in screen if shown.ref != ref]

    async def sees_toast(self, words: str) -> None:
        assert f"({words})" in [shown.text for _, shown in self._paper.news]

    def _heard(self, content: Content, *, reply_to: MessageRef | None = None, album: str = "") -> Incoming:
        number = f"u{next(self._numbers)}"
        return Incoming(number, self.by, self.place, datetime.now(UTC), content, "vi", reply_to, album)


@asynccontextmanager
async def on_telegram(folder: Path) -> AsyncIterator[Case]:
    """A bot on a Bot API server of this machine."""
    async with BotApiFake() as fake:
        channel = await TelegramChannel.open(fake.token, fake.url)
        try:
            yield OnTelegram(fake, channel)
        finally:
            await channel.close()


@asynccontextmanager
async def on_the_web(folder: Path) -> AsyncIterator[Case]:
    """The public application, and a page of it that is open."""
    async with running(folder) as served, a_page(served.url) as page:
        yield OnTheWeb(served, page)


@asynccontextmanager
async def on_paper(folder: Path) -> AsyncIterator[Case]:
    """The channel of journeys and transcripts."""
    yield OnPaper()


CASES: Mapping[type[object], Callable[[Path], AbstractAsyncContextManager[Case]]] = {
    TelegramChannel: on_telegram,
    WebChat: on_the_web,
    Paper: on_paper,
}
"""The case of every channel; a channel without one fails the suite."""
FAILS: Mapping[type[object], tuple[type[Exception], ...]] = {
    TelegramChannel: (TryLater, Gone, Refused),
    WebChat: (TryLater, Away),
    Paper: (Away, Gone),
}
"""In which of the four ways a line can fail there."""
