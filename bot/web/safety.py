"""What every answer carries so that a browser keeps our pages to themselves, and how much one host may ask for."""

from collections import Counter
from collections.abc import Callable
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HELLOS: Final = 120
"""New tokens one host may have in `HELLOS_FOR` seconds."""
HELLOS_OF_ALL: Final = 6_000
"""The same for all hosts together: ten a second; a ward has some 30,000 people."""
HELLOS_FOR: Final = 600.0
LISTENING: Final = 200
"""Pages of one host that may listen at once."""
UPLOADS: Final = 8
"""Files that may be on their way in at once; each is held in memory, twice while it is put together."""
UPLOADS_OF_ONE: Final = 4
"""The same of one host: whoever sends slowly on purpose leaves room for others."""
LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(self), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Headers:
    """Adds the headers to every answer. `policy` is the content security policy of a path, for answers without one."""

    def __init__(self, app: ASGIApp, *, policy: Callable[[str], str]) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(ALWAYS)
                headers.setdefault("Content-Security-Policy", self._policy(path))
                headers["Cache-Control"] = "no-cache" if path.startswith("/static/") else "no-store"
            await send(message)

        await self._app(scope, receive, send_guarded)


def policy(path: str, *, framed: bool) -> str:
    """The content security policy of one path: our own scripts, styles and calls, and nothing else."""
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob: data:",
        "media-src": "blob:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'" if framed and path != "/demo" else "'none'",
    }
    if framed and path == "/demo":
        rules["frame-src"] = "'self'"
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class OnlyLoopback:
    """Refuses every host name but this machine's own: a foreign name that points here is an attack on the demo."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_loopback(_host(scope)):
            await PlainTextResponse("wrong host", status_code=421)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine, with any port or none."""
    name, colon, port = host.rpartition(":")
    return host in LOOPBACK or (colon == ":" and name in LOOPBACK and port.isdigit())


def _host(scope: Scope) -> str:
    return next((value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"), "")


class Callers:
    """How much each host asks for, so that one cannot take what is there for all.

    Hosts are known for as long as they listen, and their new tokens for `HELLOS_FOR` seconds; in memory only. Many
    phones share one host behind a mobile network, so the limits for one are wide.
    """

    def __init__(self) -> None:
        self._hellos: Counter[str] = Counter()
        self._since = 0.0
        self._listening: Counter[str] = Counter()
        self._uploading: Counter[str] = Counter()

    def may_begin(self, host: str, now: float) -> bool:
        """Whether this host may have one more token; counted if so. `now` in seconds that never go back."""
        if now - self._since > HELLOS_FOR:
            self._since = now
            self._hellos.clear()
        if self._hellos[host] >= HELLOS or self._hellos.total() >= HELLOS_OF_ALL:
            return False
        self._hellos[host] += 1
        return True

    def joins(self, host: str) -> bool:
        """Whether one more page of this host may listen; counted if so, until it `leaves`."""
        return _counted(self._listening, host, of_one=LISTENING)

    def leaves(self, host: str) -> None:
        """A page of this host listens no more."""
        _uncounted(self._listening, host)

    def begins_upload(self, host: str) -> bool:
        """Whether this host may send one more file now; counted if so, until it `ends_upload`."""
        return self._uploading.total() < UPLOADS and _counted(self._uploading, host, of_one=UPLOADS_OF_ONE)

    def ends_upload(self, host: str) -> None:
        """A file of this host is in, or was given up."""
        _uncounted(self._uploading, host)


def _counted(known: Counter[str], host: str, *, of_one: int) -> bool:
    if known[host] >= of_one:
        return False
    known[host] += 1
    return True


def _uncounted(known: Counter[str], host: str) -> None:
    known[host] -= 1
    if known[host] <= 0:
        del known[host]
