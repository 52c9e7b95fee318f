"""A duty desk: an installation with its console, and browsers without scripts that read pages and send forms."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from bot.console.app import Console
from storage import officers, sign_ins
from storage.records import OfficerId, Role, WardCode
from tests.world import TAY_HO, World, a_world

HERE = "http://127.0.0.1:8082"


@dataclass
class Form:
    """A form of a page with the fields it would send by itself."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
            self._inside = True
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "input" and given.get("type") == "hidden" and self._inside:
            self.forms[-1].fields[given["name"]] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(" ".join(data.split()))


@dataclass
class Page:
    """A page as somebody reads it."""

    status: int
    path: str
    html: str
    words: str
    forms: list[Form]
    links: list[str]

    def form(self, action: str) -> Form:
        """The form that is sent there; fails if the page has none."""
        found = [one for one in self.forms if one.action == action]
        assert found, f"no form {action} on {self.path}, only {[one.action for one in self.forms]}"
        return found[0]

    def offers(self, action: str) -> bool:
        """Whether the page has this form."""
        return any(one.action == action for one in self.forms)


def read(answer: httpx.Response) -> Page:
    """What an answer shows."""
    reader = _Reader()
    reader.feed(answer.text)
    return Page(answer.status_code, answer.url.path, answer.text, " ".join(reader.words), reader.forms, reader.links)


class Browser:
    """One browser: keeps cookies, follows links, sends forms."""

    def __init__(self, desk: "Desk", *, base: str = HERE) -> None:
        transport = httpx.ASGITransport(desk.console.app)
        self.http = httpx.AsyncClient(
            transport=transport, base_url=base, follow_redirects=True, headers={"Accept-Language": "vi"}
        )
        self._desk = desk
        self.page = Page(0, "", "", "", [], [])
        self.secret = b""

    async def opens(self, path: str) -> Page:
        """A page."""
        self.page = read(await self.http.get(path))
        return self.page

    async def sends(self, action: str, **fields: str) -> Page:
        """A form of the page that is open, filled in."""
        form = self.page.form(action)
        return await self.posts(action, **{**form.fields, **fields})

    async def posts(self, action: str, **fields: str) -> Page:
        """Whatever somebody sends, by a form of ours or not."""
        self.page = read(await self.http.post(action, data=fields))
        return self.page

    async def signs_in(self, name: str) -> Page:
        """As an officer of the installation, with a fresh pass."""
        await self._desk.permits(f"pass-{name}", name)
        await self.opens("/sign-in")
        return await self.sends("/sign-in", code=f"pass-{name}")

    async def sets_up_factor(self) -> Page:
        """Scan the code, and type the first one."""
        letters = self.page.html.partition("<code>")[2].partition("</code>")[0].replace(" ", "")
        self.secret = base64.b32decode(letters + "=" * (-len(letters) % 8))
        return await self.sends("/second-factor", code=self.code())

    def code(self) -> str:
        """What the authenticator shows now."""
        return TOTP(self.secret, 6, SHA1(), 30).generate(int(self._desk.world.time.timestamp())).decode()


@dataclass
class Desk:
    """The installation and its console."""

    world: World
    console: Console
    browsers: list[Browser] = field(default_factory=list)

    def browser(self, *, base: str = HERE) -> Browser:
        """One more browser."""
        one = Browser(self, base=base)
        self.browsers.append(one)
        return one

    async def permits(self, code: str, name: str) -> None:
        """A pass for an officer."""
        store = self.world.store
        until = self.world.time + timedelta(minutes=15)
        await store.db.commit(sign_ins.permit(store.seal, code, officer=OfficerId(f"officer-{name}"), expires_at=until))

    async def officer(self, name: str, role: Role = Role.OFFICER, **more: str) -> Browser:
        """An enrolled officer who is signed in."""
        await self.world.officer(name, role, **more)  # type: ignore[arg-type]
        browser = self.browser()
        await browser.signs_in(name)
        if role in {Role.CHIEF, Role.ADMIN}:
            await browser.sets_up_factor()
        return browser

    async def revoke(self, name: str) -> None:
        """All roles are taken from an officer."""
        found = await officers.officer(self.world.store, OfficerId(f"officer-{name}"))
        assert found is not None
        await self.world.store.db.commit(officers.revoke(found.id, version=found.version))

    @asynccontextmanager
    async def listening(self, browser: Browser) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """The events that a page of this browser hears."""
        said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        sent: list[dict[str, Any]] = []
        left = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if not sent:
                return {"type": "http.request", "body": b"", "more_body": False}
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)
            for line in message.get("body", b"").decode().splitlines():
                if line.startswith("data: "):
                    said.put_nowait(json.loads(line.removeprefix("data: ")))

        async def events() -> AsyncIterator[dict[str, Any]]:
            while True:
                yield await said.get()

        cookies = "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items())
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/live",
            "raw_path": b"/live",
            "query_string": b"",
            "headers": [(b"host", b"127.0.0.1:8082"), (b"cookie", cookies.encode())],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8082),
        }
        serving = asyncio.create_task(self.console.app(scope, receive, send))
        try:
            yield events()
        finally:
            left.set()
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

    async def rows(self, table: str) -> list[tuple[str, str, str]]:
        """Who did what, in the log or the tips' histories."""
        which = {"log": "SELECT officer, what, detail FROM log", "events": "SELECT officer, what, detail FROM events"}
        found = await self.world.store.db.fetch_all(which[table])
        return [tuple(row) for row in found]


@asynccontextmanager
async def a_desk(folder: Path, *, served: tuple[WardCode, ...] = (TAY_HO,)) -> AsyncIterator[Desk]:
    """A running installation that serves these wards, with its console."""
    async with a_world(folder, served=served) as world:
        bot = world.bot
        console = Console(
            bot.around,
            bot.web,
            media=folder / "data" / "media",
            now=lambda: world.time,
            owed=bot.delivery.wake,
            beat=0.05,
        )
        desk = Desk(world, console)
        try:
            yield desk
        finally:
            console.close()
            for browser in desk.browsers:
                await browser.http.aclose()
