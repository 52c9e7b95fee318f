"""How python-telegram-bot talks HTTP: a request class over one aiohttp session.

Its own client collapses when many calls are under way (a pool that is searched again for every request: 152 messages
a second at 64 tasks with 50 ms of network delay); over aiohttp it is 1,166 on the same machine.

The URL of every call holds the bot's token, and aiohttp writes URLs into some of its errors. So no message of an
exception raised here contains text from the network library, and none keeps such an error as its cause.
"""

import io
import os
from collections.abc import Mapping
from typing import Final

import aiohttp
from pydantic_core import to_json
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

CONNECTIONS: Final = 256
"""Most connections at once; the same as the library's own default, and as many lines as delivery ever has in hand."""


SLOWEST: Final = 128_000.0
"""Bytes a second that an upload is given time for: a line of one megabit."""


class NotConnected(Exception):
    """No connection was made, so the platform has seen nothing: safe to say again.

    Set as the cause of the `TimedOut` or `NetworkError` that is raised. Without it the call is in doubt: the platform
    may have done what was asked although no answer was read.
    """


def plainly(given: Mapping[str, object]) -> RequestData:
    """The parameters of a call as they go out: what the library makes of objects costs more than the call itself."""
    return RequestData(
        [
            RequestParameter(name, value if isinstance(value, str) else to_json(value).decode(), None)
            for name, value in given.items()
            if value is not None
        ]
    )


class AiohttpRequest(BaseRequest):
    """One aiohttp session behind `telegram.Bot`, for API calls, uploads and downloads alike.

    Times are in seconds; None waits without limit. `media_write_timeout` replaces `write_timeout` for calls that
    upload files, and grows by what they hold at `slowest` bytes a second: what runs out of time on a thin line would
    be uploaded again and again. Both bound the whole of the writing, since aiohttp has no limit for a single write: an
    API call may take the sum of connect, write and read time-outs. A download has no limit as a whole, but each read
    does.
    """

    __slots__ = ("_connect_timeout", "_media_write_timeout", "_pool_timeout", "_read_timeout", "_session", "_slowest",
                 "_write_timeout")  # fmt: skip

    def __init__(  # noqa: PLR0913 -- the limits, named one by one
        self,
        *,
        read_timeout: float | None = 10.0,
        write_timeout: float | None = 10.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 5.0,
        media_write_timeout: float | None = 60.0,
        slowest: float = SLOWEST,
    ) -> None:
        """Remember the limits; the session is opened by `initialize`, inside the running loop."""
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._media_write_timeout = media_write_timeout
        self._slowest = slowest
        self._session: aiohttp.ClientSession | None = None
        # The library reads this whenever it hands out a duration (also inside RetryAfter's own constructor), and
        # warns as long as it is not set. Durations are timedelta from here on.
        os.environ["PTB_TIMEDELTA"] = "true"

    @property
    def read_timeout(self) -> float | None:
        """The read time-out of a call that names none; `Bot.get_updates` adds its polling time to it."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session. May be called twice: the Bot does so when one request serves polling and calls."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close the session and its connections; may be called twice."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(  # noqa: PLR0913, PLR0917 - the signature is the library's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call and return status and body, whatever the status.

        Raises `TimedOut` when a limit passes and `NetworkError` when the connection fails; their cause is
        `NotConnected` where the platform has certainly seen nothing. Redirects are not followed: they would carry the
        token elsewhere.
        """
        if self._session is None:
            raise RuntimeError("This AiohttpRequest is not initialized!")
        size = size_of(request_data)
        writing = total_of(self._media_write_timeout, size / self._slowest) if size else self._write_timeout
        timeout = limits(
            read=given(read_timeout, self._read_timeout),
            write=given(write_timeout, writing),
            connect=given(connect_timeout, self._connect_timeout),
            pool=given(pool_timeout, self._pool_timeout),
            whole=method == "POST",
        )
        body, headers = body_of(request_data)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except aiohttp.ConnectionTimeoutError:
            raise TimedOut("Timed out while connecting") from NotConnected()
        except TimeoutError:
            raise TimedOut("Timed out while waiting for the answer") from None
        except aiohttp.ClientConnectorError as error:
            raise NetworkError(f"{type(error).__name__}: no connection") from NotConnected()
        except aiohttp.InvalidURL:
            raise NetworkError("InvalidURL: the address of the Bot API is not a URL") from NotConnected()
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(f"{type(error).__name__}: the connection broke") from None


def given(asked: ODVInput[float], default: float | None) -> float | None:
    """The time-out a call asked for, or the default where it asked for none; None is an answer too."""
    return default if isinstance(asked, DefaultValue) else asked


def limits(
    *, read: float | None, write: float | None, connect: float | None, pool: float | None, whole: bool
) -> aiohttp.ClientTimeout:
    """The library's four limits as aiohttp's; with `whole` they also bound the call from beginning to end."""
    waiting = total_of(pool, connect)
    return aiohttp.ClientTimeout(
        total=total_of(waiting, write, read) if whole else None,
        connect=waiting,
        sock_connect=connect,
        sock_read=read,
    )


def size_of(request_data: RequestData | None) -> int:
    """Bytes of the files that one call uploads."""
    if request_data is None or not request_data.contains_files:
        return 0
    return sum(len(content) for _, content, _ in request_data.multipart_data.values() if isinstance(content, bytes))


def total_of(*parts: float | None) -> float | None:
    """Their sum; no limit at all where one of them has none."""
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def body_of(request_data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str] | None]:
    """The body of one call and its headers: JSON, the quickest to write, or multipart where there are files."""
    if request_data is None:
        return None, None
    if request_data.contains_files:
        return form_of(request_data), None
    return request_data.json_payload, {"Content-Type": "application/json"}


def form_of(request_data: RequestData) -> aiohttp.FormData:
    """The parameters and files of one call that uploads."""
    # Names stay as they are, in UTF-8: the Bot API does not decode percent signs in file names.
    form = aiohttp.FormData(quote_fields=False)
    for name, words in request_data.json_parameters.items():
        form.add_field(name, words)
    for name, (filename, content, kind) in request_data.multipart_data.items():
        body = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, body, filename=one_line(filename), content_type=kind)
    return form


def one_line(filename: str) -> str:
    """A file's name without line breaks, which would end the header it stands in."""
    return " ".join(filename.split())
