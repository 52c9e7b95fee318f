"""The console's door: cookies, forms that are ours, and who sits there. Nothing about a browser's host is kept.

A page on another site can neither read our pages nor send our forms: the cookie is SameSite=Strict, a form carries a
token that only our page knows, and what the browser says about where a request comes from is believed.
"""

import base64
import secrets
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.standing import REMEMBERED, Standing, standing
from bot.console.work import Work
from bot.web.app import language_of, read_body
from bot.web.safety import is_loopback
from messages.language import LANGUAGES, Language
from storage import officers, sign_ins
from storage.records import Officer
from storage.sign_ins import SecondFactor, SignIn
from storage.store import Store

SECRET: Final = 32
"""Bytes of chance in a cookie."""
FORM_LIMIT: Final = 64 * 1024
"""Bytes of a form: the longest note in letters of three bytes, escaped."""
USED_EVERY: Final = timedelta(minutes=5)
"""How exactly it is kept when an officer last did something."""
GUESSES: Final = 20
"""Wrong codes one host may tell in `GUESSES_FOR` seconds; whoever is signed in is not concerned."""
GUESSES_FOR: Final = 300.0
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""The content security policy of every page: our own scripts and styles, nothing inline, nothing from elsewhere."""
NOTICES: Final = 200
"""Officers for whom a word about what they just did is kept until their next page."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits at the console, as one request sees them."""

    sign_in: SignIn
    officer: Officer
    standing: Standing
    factor: SecondFactor | None
    language: Language
    token: str
    """What every form of this sign-in carries."""


Answer = Callable[[Request, Seat], Awaitable[Response]]


class Answers(Protocol):
    """Answers a form."""

    async def __call__(self, request: Request, seat: Seat, *, form: Mapping[str, str]) -> Response: ...


class Door:
    """Lets in whoever holds a cookie of ours, as far as it reaches."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._guesses: Counter[str] = Counter()
        self._guesses_since = 0.0
        self._notices: OrderedDict[bytes, str] = OrderedDict()

    @property
    def _store(self) -> Store:
        return self._work.around.store

    # --- who is there -----------------------------------------------------------------------------------------

    async def seat(self, request: Request) -> Seat | None:
        """Who sits there; None without a cookie of ours, and for one that is worth nothing any more."""
        secret = request.cookies.get(cookie_name(request), "")
        one = await sign_ins.sign_in(self._store, secret) if 20 <= len(secret) <= 100 else None
        if one is None:
            return None
        officer = await officers.officer(self._store, one.officer)
        factor = await sign_ins.second_factor(self._store, one.officer)
        stands = standing(one, officer, factor=factor, now=self._work.now())
        if officer is None or stands is Standing.OVER:
            await self._work.commit([sign_ins.end(one)])
            return None
        token = self._store.seal.digest("console", f"form {secret}").hex()
        return Seat(one, officer, stands, factor, page_language(request), token)

    def reading(self, answer: Answer, *, may: frozenset[Standing] = frozenset({Standing.OPEN})) -> Any:
        """An endpoint for whoever sits there; others are shown where to go."""

        async def endpoint(request: Request) -> Response:
            seat = await self.seat(request)
            if seat is None or seat.standing not in may:
                return RedirectResponse("/sign-in" if seat is None else "/second-factor", status_code=303)
            await self._note_use(request, seat)
            return await answer(request, seat)

        return endpoint

    async def _note_use(self, request: Request, seat: Seat) -> None:
        """The officer did something, which keeps a sign-in that holds; one that went idle needs its proof."""
        now, holds = self._work.now(), seat.standing in {Standing.OPEN, Standing.UNCONFIRMED}
        if holds and is_deed(request) and now - seat.sign_in.used_at >= USED_EVERY:
            await self._work.commit([sign_ins.used(seat.sign_in, now)])

    def deciding(self, answer: Answers, *, may: frozenset[Standing] = frozenset({Standing.OPEN})) -> Any:
        """An endpoint for our forms: sent by our page, with its token, in a sign-in that is worth it."""

        async def from_ours(request: Request, seat: Seat) -> Response:
            form = await read_form(request)
            if not is_from_here(request) or not secrets.compare_digest(
                form.get("token", "").encode(), seat.token.encode()
            ):
                raise HTTPException(403)
            return await answer(request, seat, form=form)

        return self.reading(from_ours, may=may)

    # --- what is said on the next page ------------------------------------------------------------------------

    def say_next(self, seat: Seat, words: str) -> None:
        """Keep a word about what was just done, in memory."""
        if words:
            self._notices[seat.sign_in.id] = words
        if len(self._notices) > NOTICES:
            self._notices.popitem(last=False)

    def said(self, seat: Seat) -> str:
        """That word, once."""
        return self._notices.pop(seat.sign_in.id, "")

    # --- guesses ----------------------------------------------------------------------------------------------

    def may_guess(self, host: str, now: float) -> bool:
        """Whether a host may tell one more code. `now` in seconds that never go back; hosts live in memory only."""
        if now - self._guesses_since > GUESSES_FOR:
            self._guesses_since = now
            self._guesses.clear()
        return self._guesses[host] < GUESSES

    def guessed_wrong(self, host: str) -> None:
        """A host told a code that is none."""
        self._guesses[host] += 1


# --- cookies --------------------------------------------------------------------------------------------------


def cookie_name(request: Request) -> str:
    """With https the browser itself holds that no other host and no plain connection can set it (__Host-)."""
    return "__Host-console" if request.url.scheme == "https" else "console"


def fresh_secret() -> str:
    """A new secret for a cookie: 256 random bits."""
    return base64.urlsafe_b64encode(secrets.token_bytes(SECRET)).decode().rstrip("=")


def let_in(response: Response, request: Request, *, secret: str) -> Response:
    """The answer to a sign-in, with its cookie. It outlives the sign-in: a code of the second factor renews that."""
    response.set_cookie(
        cookie_name(request),
        secret,
        max_age=int(REMEMBERED.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return response


def let_out(response: Response, request: Request) -> Response:
    """The answer to a sign-out, which takes the cookie away."""
    response.delete_cookie(
        cookie_name(request), path="/", secure=request.url.scheme == "https", httponly=True, samesite="strict"
    )
    return response


def page_language(request: Request) -> Language:
    """The officer's own choice, else the browser's."""
    chosen = request.cookies.get("language", "")
    return next((one for one in LANGUAGES if one == chosen), None) or language_of(request)


# --- forms ----------------------------------------------------------------------------------------------------


async def read_form(request: Request) -> dict[str, str]:
    """A form's fields. Raises HTTPException 408 or 413; whatever is no form of ours has no fields."""
    raw = await read_body(request, FORM_LIMIT)
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=50))
    except ValueError:
        return {}


def page_number(told: str, most: int) -> int:
    """Which page an address asks for, from 1; whatever is no such number is the first."""
    return min(int(told), most) if told.isascii() and told.isdigit() and len(told) < 10 and int(told) else 1


def is_from_here(request: Request) -> bool:
    """Whether the browser says that one of our own pages sent this; an old one may say nothing."""
    site, origin = request.headers.get("sec-fetch-site", ""), request.headers.get("origin", "null")
    if site:
        return site == "same-origin"
    return origin == "null" or urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()


def is_deed(request: Request) -> bool:
    """Whether somebody did this, and not the page by itself."""
    return request.url.path != "/shown" and "x-by-itself" not in request.headers


def is_private(request: Request) -> bool:
    """Whether nobody on the way can read along: https, or this very machine."""
    return request.url.scheme == "https" or is_loopback(request.headers.get("host", "").lower())
