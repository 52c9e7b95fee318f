"""The web chat as a channel: who listens now, what is on its way to them, and what their pages have shown.

A page holds a secret token in its tab's memory; we know only the token's key. Nothing of a page is stored here but
pictures on their way (`web_spool`): what cannot be shown now is `Away` and stays in the outbox.
"""

import asyncio
import base64
import hashlib
import secrets
from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias, assert_never

from bot.channels.channel import Away, Limits, TryLater
from bot.channels.web_events import Event, encoded, event_of
from bot.channels.web_read import WEB, key_of, place_of
from bot.channels.web_spool import Sealing, Spool
from messages.address import MessageRef, Place
from messages.frozen import replace
from messages.rendered import Erase, File, Picture, Rendered, Text, Toast

Doubt: TypeAlias = tuple[str, bytes]
"""A page's key and a line's digest."""

FILE_LIMIT: Final = 20 * 1024 * 1024
"""Bytes: ten to thirty seconds of a phone's video, as much as Telegram hands over; photos are far below it."""
LIMITS: Final = Limits(
    text=4000,
    caption=1000,
    buttons=24,
    label=60,
    file=FILE_LIMIT,
    can_edit=True,
    can_pin=True,
    per_second=0,
    per_chat=0,
    per_group=0,
    has_account=False,
)
QUEUE = 32
"""Events that may wait for one page; delivery waits for each line, so more means that nobody reads."""
LISTENERS = 2000
"""Pages that may listen at once, over all tokens."""
TABS = 5
"""Pages that may listen with the same token (duplicated tabs); the oldest gives way."""
DOUBTFUL = 1000
"""Lines handed over without an answer whose names are remembered, so that the same line again is no second line."""
SECRET: Final = 32
"""Bytes of a token that are chance."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a page's token says: the key it is known by, and for an officer's session when it ends."""

    key: str
    ends: datetime | None


class FullError(Exception):
    """Too many pages listen at once."""


@dataclass(eq=False, slots=True)
class Page:
    """One page that listens. None in the queue ends it."""

    key: str
    queue: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    _under_way: set[str] = field(default_factory=set)

    def hand(self, event: Event) -> bool:
        """Queue an event, unless it is on its way there already. False if the page does not keep up.

        A film takes a slow line longer than an answer is waited for: said again, it must not stand in line twice.
        """
        if event["id"] in self._under_way:
            return True
        try:
            self.queue.put_nowait(event)
        except asyncio.QueueFull:
            return False
        self._under_way.add(event["id"])
        return True

    def sent(self, event: Event) -> None:
        """The page has been sent all of an event."""
        self._under_way.discard(event["id"])

    def end(self) -> None:
        """Let the page's stream end, whatever still waits."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


@dataclass(frozen=True, slots=True)
class _Pending:
    event: Event
    shown: asyncio.Future[None]


@dataclass(slots=True)
class _Handed:
    """A line that was handed over: the name pages know it by, and whether one said too late that it has shown it."""

    name: str
    shown: bool = False


class WebChat:
    """The channel of all web pages, residents' and officers' alike."""

    name = WEB
    limits = LIMITS

    def __init__(
        self,
        spool: Path,
        *,
        sealing: Sealing,
        on_return: Callable[[Place], None],
        now: Callable[[], datetime],
        ack_within: float = 10.0,
    ) -> None:
        """`on_return` hears of every place that can be reached again; `ack_within` is in seconds."""
        self._spool = Spool(spool, sealing)
        self._sealing = sealing
        self._on_return = on_return
        self.now = now
        self._ack_within = ack_within
        self._pages: dict[str, list[Page]] = {}
        self._pending: defaultdict[str, dict[str, _Pending]] = defaultdict(dict)
        self._doubtful: OrderedDict[Doubt, _Handed] = OrderedDict()
        self._closed = False

    # --- tokens -----------------------------------------------------------------------------------------------

    def fresh_token(self, *, ends: datetime | None = None) -> str:
        """A new secret for a page: 256 random bits, sealed so that nobody can make one without asking us.

        With `ends` it is an officer's session, and no token any more from then on.
        """
        until = int(ends.timestamp()).to_bytes(8) if ends else b""
        return _spelled(self._sealing.seal(secrets.token_bytes(SECRET) + until, "token"))

    def key_of(self, token: str) -> str | None:
        """The key of a token, None if it is not one of ours or has ended."""
        read = self.read_token(token)
        return read.key if read else None

    def read_token(self, token: str) -> Token | None:
        """What a token says, None if it is not one of ours or has ended."""
        if not 40 <= len(token) <= 200 or not token.isascii():
            return None
        try:
            sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            until = self._sealing.unseal(sealed, "token")[SECRET:]
        except Exception:  # whatever it raises: it is no token of ours
            return None
        if _spelled(sealed) != token:  # the decoder overlooks much: one token must not be many
            return None
        ends = datetime.fromtimestamp(int.from_bytes(until), UTC) if until else None
        return None if ends and ends <= self.now() else Token(key_of(token), ends)

    # --- pages that listen ------------------------------------------------------------------------------------

    def join(self, key: str, *, tabs: int = TABS) -> Page:
        """A page listens from now on, one of `tabs`, and is first handed what was on its way. Raises `FullError`."""
        if self._closed or sum(map(len, self._pages.values())) >= LISTENERS:
            raise FullError
        page = Page(key)
        pages = self._pages.setdefault(key, [])
        pages.append(page)
        if len(pages) > tabs:
            pages.pop(0).end()
        for pending in self._pending.get(key, {}).values():
            page.hand(pending.event)
        self._on_return(place_of(key))
        return page

    def leave(self, page: Page) -> None:
        """A page has stopped listening."""
        pages = self._pages.get(page.key, [])
        if page in pages:
            pages.remove(page)
        if not pages:
            self._pages.pop(page.key, None)

    async def stream(self, page: Page, *, beat: float, ends: datetime | None = None) -> AsyncIterator[bytes]:
        """A page's events as text/event-stream, with a comment every `beat` seconds while there are none.

        It stops when the session `ends`, a beat late at most.
        """
        until = ends.isoformat() if ends else ""
        for piece in encoded({"kind": "ready", "now": self.now().isoformat(), "beat": beat, "ends": until}):
            yield piece
        while ends is None or self.now() < ends:
            try:
                event = await asyncio.wait_for(page.queue.get(), beat)
            except TimeoutError:
                yield b":\n\n"
                continue
            if event is None:
                return
            for piece in encoded(event):
                yield piece
            page.sent(event)

    def acknowledge(self, key: str, shown: list[str]) -> None:
        """A page has shown these lines. One that was given up already is not said again, and its place is reached."""
        for name in shown:
            pending = self._pending.get(key, {}).get(name)
            if pending is not None and not pending.shown.done():
                pending.shown.set_result(None)
        mine = [handed for (owner, _), handed in self._doubtful.items() if owner == key and handed.name in shown]
        late = [handed for handed in mine if handed.name not in self._pending.get(key, {})]
        for handed in late:
            handed.shown = True
        if late:
            self._on_return(place_of(key))

    def close(self) -> None:
        """End every page's stream, so that the server can stop, and let nobody join any more."""
        self._closed = True
        for pages in self._pages.values():
            for page in pages:
                page.end()
        for pending in [pending for lines in self._pending.values() for pending in lines.values()]:
            if not pending.shown.done():
                pending.shown.set_exception(TryLater(in_doubt=True))

    # --- sending ----------------------------------------------------------------------------------------------

    async def send(self, to: Place, line: Rendered) -> MessageRef | None:
        """Show a line and wait until a page says that it has. Raises `Away` and `TryLater`.

        The same line again after a doubt keeps its name, by which a page knows that it has shown it already; where the
        page has said so meanwhile, too late for us, nothing goes out again.
        """
        key = to.chat
        if not self._pages.get(key):
            if isinstance(line, Toast):
                return None
            raise Away
        if isinstance(line, Toast):
            if line.text:
                self._hand(key, {"id": secrets.token_hex(8), "kind": "toast", "text": line.text})
            return None
        if isinstance(line, Erase):
            line = line.otherwise  # a page has no way to take a message away
        # a film's digest takes long enough for others to wait
        digest = await asyncio.to_thread(_digest, line) if isinstance(line, File) else _digest(line)
        doubt = (key, digest)
        handed = self._doubtful.get(doubt)
        if handed is None or handed.name in self._pending.get(key, {}):  # the same words at once are two lines
            handed = _Handed(secrets.token_hex(8))
        event = event_of(line, handed.name)
        if handed.shown:
            del self._doubtful[doubt]
            return MessageRef(event["of"])
        self._remember(doubt, handed)
        await self._show(key, event)
        return MessageRef(event["of"])

    async def _show(self, key: str, event: Event) -> None:
        name: str = event["id"]
        pending = _Pending(event, asyncio.get_running_loop().create_future())
        self._pending[key][name] = pending
        self._hand(key, event)
        try:
            async with asyncio.timeout(self._ack_within):
                await pending.shown
        except TimeoutError:
            raise TryLater(in_doubt=True) from None
        finally:
            del self._pending[key][name]
            if not self._pending[key]:
                del self._pending[key]
        # What was in doubt before may have been dropped for good, and the same words come again as a line of their own.
        under_way = self._pending.get(key, {})
        over = [known for known, handed in self._doubtful.items() if known[0] == key and handed.name not in under_way]
        for known in over:
            del self._doubtful[known]

    def _remember(self, doubt: Doubt, handed: _Handed) -> None:
        self._doubtful[doubt] = handed
        self._doubtful.move_to_end(doubt)
        if len(self._doubtful) > DOUBTFUL:
            self._doubtful.popitem(last=False)

    def _hand(self, key: str, event: Event) -> None:
        for page in list(self._pages.get(key, [])):
            if not page.hand(event):
                self.leave(page)
                page.end()

    # --- pictures ---------------------------------------------------------------------------------------------

    async def keep(self, raw: bytes, said: str) -> str:
        """Keep a picture of the message `said` durably; returns its handle. Raises `SpoolFullError` or OSError."""
        return await asyncio.to_thread(self._spool.keep, raw, said)

    async def fetch(self, file: str) -> bytes:
        """The bytes of a kept picture. Raises `Refused` for one that is not here."""
        return await asyncio.to_thread(self._spool.read, file)

    async def forget(self, file: str) -> None:
        """Delete a kept picture: it has been brought home or given up, or its message was not taken."""
        await asyncio.to_thread(self._spool.forget, file)

    async def sweep(self) -> int:
        """Delete pictures that nobody asked for in 72 hours; returns how many."""
        return await asyncio.to_thread(self._spool.sweep, self.now())


def _digest(line: Text | Picture | File) -> bytes:
    """By what a line is known again; of megabytes their own digest, as writing them out would take a second."""
    match line:
        case Text():
            return hashlib.sha256(repr(line).encode()).digest()
        case Picture():
            bare: Picture | File = replace(line, jpeg=b"")
            content = line.jpeg
        case File():
            bare, content = replace(line, content=b""), line.content
        case _:
            assert_never(line)
    return hashlib.sha256(repr(bare).encode() + hashlib.sha256(content).digest()).digest()


def _spelled(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")
