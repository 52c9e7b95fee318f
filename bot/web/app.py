"""The public ASGI application: the web chat's pages and calls, other channels' webhooks, health.

No cookies: a page's token travels in the Authorization header, so that no other site can speak for it. Nothing about
who calls is stored or logged; a host's count of new tokens lives in memory for some minutes.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.channels.channel import Take
from bot.channels.web_chat import FILE_LIMIT, FullError, Token, WebChat
from bot.channels.web_read import WORDS_LIMIT, is_picture, read_file, read_photo, read_say
from bot.channels.web_spool import SpoolFullError
from bot.web.safety import ALWAYS, Callers, Headers, OnlyLoopback, policy
from bot.web.streaming import EventStream
from messages.catalogue import Catalogue
from messages.incoming import Command, Incoming
from messages.language import LANGUAGES, Language
from messages.phrase import Phrase

PAGES: Final = Path(__file__).parent.parent / "pages"
JSON_LIMIT: Final = 128 * 1024
"""Bytes of a call's body: the longest message in letters of three or more bytes, escaped."""
BODY_WITHIN: Final = 120.0
"""Seconds a body may take to arrive: twenty megabytes over a middling mobile network."""
BEAT: Final = 15.0
"""Seconds between signs of life, unless the page asks for more of them."""
SESSION: Final = timedelta(days=30)
"""How long an officer's page is known before it asks for an invite again, however often it is used."""
AGAIN_AFTER: Final = "5"
"""Seconds a page should wait after a 503."""
PLACEHOLDERS: Final = {name: f"{{{name}}}" for name in ("count", "minutes", "name", "number")}
"""Arguments that the page fills in itself."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demonstration page needs: a ward for the resident, and fresh invites for the officer."""

    ward: str
    invite: Callable[[], Awaitable[str]]


def public_app(
    channel: WebChat,
    take: Take,
    *,
    catalogue: Catalogue,
    demo: Demo | None = None,
    webhooks: Sequence[BaseRoute] = (),
) -> Starlette:
    """The application. `webhooks` are other channels' routes; with `demo` only loopback names are served."""
    chat = _Chat(channel, take)
    pages = _Pages(catalogue, demo)
    routes: list[BaseRoute] = [
        Route("/", pages.resident),
        Route("/officer", pages.officer),
        Route("/healthz", _health),
        Route("/chat/hello", chat.hello, methods=["POST"]),
        Route("/chat/listen", chat.listen),
        Route("/chat/say", chat.say, methods=["POST"]),
        Route("/chat/photo", chat.photo, methods=["POST"]),
        Route("/chat/file", chat.file, methods=["POST"]),
        Route("/chat/ack", chat.ack, methods=["POST"]),
        Mount("/static/shared", StaticFiles(directory=PAGES / "shared")),
        Mount("/static", StaticFiles(directory=PAGES / "static")),
        *webhooks,
    ]
    guards = [Middleware(Headers, policy=partial(policy, framed=demo is not None))]
    if demo is not None:
        routes.append(Route("/demo", pages.side_by_side))
        guards.append(Middleware(OnlyLoopback))
    return Starlette(routes=routes, middleware=guards, exception_handlers={Exception: _failed})


async def _failed(request: Request, error: Exception) -> Response:
    """A mistake of ours, outside of all guards: the answer carries what every answer carries, and says nothing."""
    carried = {"Content-Security-Policy": policy(request.url.path, framed=False), "Cache-Control": "no-store"}
    return PlainTextResponse("", status_code=500, headers={**ALWAYS, **carried})


async def _health(request: Request) -> Response:
    return PlainTextResponse("ok")


class _Pages:
    """The three pages: one script, with the words of the page's language."""

    def __init__(self, catalogue: Catalogue, demo: Demo | None) -> None:
        self._demo = demo
        self._words = {language: _page_words(catalogue, language) for language in LANGUAGES}
        self._templates = Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined)

    async def resident(self, request: Request) -> Response:
        return self._render(request, "chat.html", role="resident")

    async def officer(self, request: Request) -> Response:
        return self._render(request, "chat.html", role="officer")

    async def side_by_side(self, request: Request) -> Response:
        assert self._demo is not None
        framed, alone = await self._demo.invite(), await self._demo.invite()
        return self._render(request, "demo.html", ward=self._demo.ward, invite=framed, alone_invite=alone)

    def _render(self, request: Request, template: str, **values: Any) -> Response:
        language = language_of(request)
        words = self._words[language]
        page = self._templates.get_template(template).render(
            lang=language,
            other=next(each for each in LANGUAGES if each != language),
            words=words,
            words_json=json.dumps(words, ensure_ascii=False),
            words_limit=WORDS_LIMIT,
            file_limit=FILE_LIMIT,
            **values,
        )
        return HTMLResponse(page)


def _page_words(catalogue: Catalogue, language: Language) -> dict[str, str]:
    """All words of the pages; what the page itself fills in stands in braces."""
    keys = sorted(key for key in catalogue.keys(language) if key.startswith("web-"))
    return {key: catalogue.words(Phrase(key, dict(PLACEHOLDERS)), language) for key in keys}


def language_of(request: Request) -> Language:
    """The page's language: as the address asks, else as the browser prefers, else Vietnamese."""
    wishes = [request.query_params.get("lang", ""), request.headers.get("accept-language", "")]
    for wish in wishes:
        for language in LANGUAGES:
            if wish.lower().startswith(language):
                return language
    return LANGUAGES[0]


class ReadUpload(Protocol):
    """Reads what a page says of a file that it sends."""

    def __call__(
        self, payload: dict[str, Any], key: str, *, now: datetime, file: str, size: int
    ) -> Incoming | None: ...


class _Chat:
    """The calls that the pages' script makes."""

    def __init__(self, channel: WebChat, take: Take) -> None:
        self._channel = channel
        self._take = take
        self._callers = Callers()

    async def hello(self, request: Request) -> Response:
        """A fresh token, an officer's ends with the session. 429 for a host that has had too many."""
        if not self._callers.may_begin(host_of(request), asyncio.get_running_loop().time()):
            return _answer(429, retry_after="60")
        officer = request.query_params.get("role") == "officer"
        ends = self._channel.now() + SESSION if officer else None
        return JSONResponse({"token": self._channel.fresh_token(ends=ends)})

    async def listen(self, request: Request) -> Response:
        """The stream of what we say to this page."""
        token = self._token(request)
        try:
            beat = min(30.0, max(2.0, float(request.query_params.get("beat", BEAT))))
        except ValueError:
            return _answer(400)
        host = host_of(request)
        if not self._callers.joins(host):
            return _answer(503, retry_after=AGAIN_AFTER)
        try:
            page = self._channel.join(token.key)
        except FullError:
            self._callers.leaves(host)
            return _answer(503, retry_after=AGAIN_AFTER)

        def left() -> None:
            self._channel.leave(page)
            self._callers.leaves(host)

        return EventStream(self._channel.stream(page, beat=beat, ends=token.ends), left=left)

    async def say(self, request: Request) -> Response:
        """A text, press, pin or start. 200 only when everything it causes is durable.

        403 for an invite that a page brings whose token has no end: whoever becomes an officer has a session.
        """
        token = self._token(request)
        payload = await _json(request)
        said = read_say(payload, token.key, now=self._channel.now())
        if said is None:
            return _answer(400)
        return _answer(403) if token.ends is None and _brings_invite(said) else await self._taken(said)

    async def photo(self, request: Request) -> Response:
        """A picture, as the body itself so that nothing of it touches the disk unsealed; its id is in the address."""
        return await self._upload(request, read_photo, check=lambda raw: 0 if is_picture(raw) else 415)

    async def file(self, request: Request) -> Response:
        """A recording or document, as the body itself; its id and what it is are in the address."""
        return await self._upload(request, read_file, check=lambda raw: 0 if raw else 400)

    async def _upload(self, request: Request, read: ReadUpload, *, check: Callable[[bytes], int]) -> Response:
        """Take what is sent as a body; `check` gives the status by which it is refused, 0 for none, and may block."""
        key, host = self._key(request), host_of(request)
        if not self._callers.begins_upload(host):
            return _answer(503, retry_after=AGAIN_AFTER)
        try:
            raw = await read_body(request, FILE_LIMIT)
            refused = await asyncio.to_thread(check, raw)
            return _answer(refused) if refused else await self._kept(raw, key, read=read, named=request.query_params)
        finally:
            self._callers.ends_upload(host)

    async def _kept(self, raw: bytes, key: str, *, read: ReadUpload, named: Mapping[str, str]) -> Response:
        """Durable before it is taken. Not taken: the retry overwrites the file, and the sweep ends what is left."""
        now, told = self._channel.now(), dict(named)
        if read(told, key, now=now, file="", size=len(raw)) is None:
            return _answer(400)
        try:
            file = await self._channel.keep(raw, f"{key}:{told['id']}")
        except (OSError, SpoolFullError) as error:
            log.warning("file_not_kept", error=type(error).__name__)
            return _answer(503, retry_after=AGAIN_AFTER)
        said = read(told, key, now=now, file=file, size=len(raw))
        assert said is not None
        return await self._taken(said)

    async def ack(self, request: Request) -> Response:
        """The page has shown these lines."""
        key = self._key(request)
        shown = (await _json(request)).get("ids")
        if not isinstance(shown, list) or len(shown) > 200 or not all(isinstance(name, str) for name in shown):
            return _answer(400)
        self._channel.acknowledge(key, shown)
        return JSONResponse({})

    async def _taken(self, said: Incoming) -> Response:
        try:
            await self._take(said)
        except Exception as error:  # intake has said what went wrong; the page keeps the message and tries again
            log.warning("message_not_taken", error=type(error).__name__)
            return _answer(503, retry_after=AGAIN_AFTER)
        return JSONResponse({})

    def _key(self, request: Request) -> str:
        return self._token(request).key

    def _token(self, request: Request) -> Token:
        scheme, _, spelled = request.headers.get("authorization", "").partition(" ")
        token = self._channel.read_token(spelled) if scheme.lower() == "bearer" else None
        if token is None:
            raise HTTPException(401)
        return token


def _brings_invite(said: Incoming) -> bool:
    match said.content:
        case Command("start", argument):
            return argument.startswith("o_")
    return False


def host_of(request: Request) -> str:
    """Who calls, or whoever a trusted proxy says does; never stored, never logged."""
    return request.client.host if request.client else ""


async def _json(request: Request) -> dict[str, Any]:
    """The body as a JSON object. Raises HTTPException 400, 408, 413."""
    raw = await read_body(request, JSON_LIMIT)
    try:
        payload = json.loads(raw)
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
    if not isinstance(payload, dict):
        raise HTTPException(400)
    return payload


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body, never more than `limit` bytes of it. Raises HTTPException 408, 413."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > limit:
        raise HTTPException(413)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for part in request.stream():
                size += len(part)
                if size > limit:
                    raise HTTPException(413)
                parts.append(part)
    except (TimeoutError, ClientDisconnect):
        raise HTTPException(408) from None
    return b"".join(parts)


def _answer(status: int, *, retry_after: str = "") -> Response:
    headers = {"Retry-After": retry_after} if retry_after else {}
    return JSONResponse({}, status_code=status, headers=headers)
