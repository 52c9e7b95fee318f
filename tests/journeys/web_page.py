"""A page in a browser, as far as the server can tell: a token, a stream that is read and acknowledged, and calls."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any

import aiohttp

from tests.bot_api_fake.pulse import PATIENCE

Shown = dict[str, Any]


class WebPage:
    """One open page. `shown` is what stands on it, by the message's name; edits replace. `toasts` have passed by."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self._session = session
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._numbers = count(1)
        self._changed = asyncio.Condition()
        self.shown: dict[str, Shown] = {}
        self.toasts: list[str] = []
        self.listening: asyncio.Task[None]
        self.acknowledges = True
        """False for a page that shows nothing and answers nothing, though its line is open."""

    async def listen(self, ready: asyncio.Event) -> None:
        """Read the stream until cancelled, and acknowledge every line as the page's script does."""
        async with self._session.get(f"{self._url}/chat/listen", headers=self._headers) as stream:
            async for line in stream.content:
                if not line.startswith(b"data: "):
                    continue
                event = json.loads(line.removeprefix(b"data: "))
                if event["kind"] == "ready":
                    ready.set()
                elif self.acknowledges:
                    async with self._changed:
                        if event["kind"] == "toast":
                            self.toasts.append(event["text"])
                        else:
                            self.shown[event["of"]] = event
                        self._changed.notify_all()
                    if event["kind"] != "toast":
                        await self.acknowledge([event["id"]])

    async def acknowledge(self, lines: list[str]) -> None:
        """Say that these were shown."""
        await self._post("/chat/ack", {"ids": lines})

    async def says(self, words: str, *, reply_to: str = "") -> None:
        """Write something, in answer to a message where that is named."""
        await self._say({"kind": "text", "words": words, "reply_to": reply_to})

    async def starts(self, argument: str) -> None:
        """Open the page with what a link carried."""
        await self._say({"kind": "start", "words": argument})

    async def presses(self, label: str) -> None:
        """Press the newest button with this label."""
        for name, shown in reversed(self.shown.items()):
            for button in (button for row in shown.get("buttons", []) for button in row):
                if button["label"] == label:
                    return await self.forges(button["handle"], on=name)
        raise AssertionError(f"no button {label!r} on the page: {self}")

    async def forges(self, handle: str, *, on: str = "") -> None:
        """Send a press, whether there is such a button or not."""
        await self._say({"kind": "press", "handle": handle, "reply_to": on})

    async def shares(self, latitude: float, longitude: float) -> None:
        """Send a position."""
        await self._say({"kind": "pin", "latitude": latitude, "longitude": longitude})

    async def sends_photo(self, picture: bytes, *, album: str = "") -> None:
        """Send a picture; those chosen together carry the same album."""
        named = {"id": f"page-{next(self._numbers):08}", "language": "vi", "album": album}
        address = f"{self._url}/chat/photo"
        async with self._session.post(address, params=named, data=io.BytesIO(picture), headers=self._headers) as answer:
            assert answer.status == 200, answer.status

    async def closes(self) -> None:
        """The tab is closed."""
        self.listening.cancel()
        with suppress(asyncio.CancelledError):
            await self.listening

    async def waits_for_toast(self, words: str) -> None:
        """Wait until these words have passed by."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: words in self.toasts)

    async def waits_for(self, wanted: str | Callable[[Shown], bool]) -> Shown:
        """Wait until a message on the page holds a text or fulfils a condition."""

        def found() -> Shown | None:
            fits = (lambda shown: wanted in shown["text"]) if isinstance(wanted, str) else wanted
            return next((shown for shown in reversed(self.shown.values()) if fits(shown)), None)

        try:
            async with asyncio.timeout(PATIENCE), self._changed:
                await self._changed.wait_for(lambda: found() is not None)
        except TimeoutError:
            raise AssertionError(f"waited in vain for {wanted!r} on the page: {self}") from None
        shown = found()
        assert shown is not None
        return shown

    async def _say(self, said: Shown) -> None:
        await self._post("/chat/say", {"id": f"page-{next(self._numbers):08}", "language": "vi", **said})

    async def _post(self, path: str, body: Shown) -> None:
        async with self._session.post(self._url + path, json=body, headers=self._headers) as answer:
            assert answer.status == 200, answer.status

    def __str__(self) -> str:
        return "\n".join(shown["text"] for shown in self.shown.values())


@asynccontextmanager
async def a_page(url: str, *, role: str = "resident", via: str = "") -> AsyncIterator[WebPage]:
    """Open a page and keep it open; an officer's has a session that ends. `via` is who calls, as a proxy says it."""
    async with aiohttp.ClientSession(headers={"X-Forwarded-For": via} if via else None) as session:
        async with session.post(f"{url}/chat/hello?role={role}") as answer:
            token = (await answer.json())["token"]
        page, ready = WebPage(session, url, token), asyncio.Event()
        page.listening = asyncio.create_task(page.listen(ready))
        try:
            async with asyncio.timeout(PATIENCE):
                await ready.wait()
            yield page
        finally:
            await page.closes()
