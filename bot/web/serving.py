"""Serving an ASGI application: its socket, and a web server that stops when the program does."""

import contextlib
import os
import socket
from collections.abc import Iterator, Sequence
from typing import Final

import structlog
import uvicorn
from starlette.types import ASGIApp

from bot.settings import Listening

SAY_GOODBYE_WITHIN: Final = 3
"""Seconds a web server waits at a stop for open pages."""
BACKLOG: Final = 2048
"""Connections that may wait to be accepted; a page that comes while we start is not refused."""

log = structlog.get_logger()


def bound(host: str, port: int) -> socket.socket:
    """The listening socket. Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":  # a port that was just given up is free; Windows would share one that is in use
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except BaseException:
        listening.close()
        raise
    listening.set_inheritable(False)
    return listening


def bound_beside(where: Listening | None, *, what: str) -> socket.socket | None:
    """The socket of what is served beside the chat. That its port is taken is no reason to take no tips."""
    if where is None:
        return None
    try:
        return bound(where.host, where.port)
    except OSError as error:
        log.warning("port not served", task=what, port=where.port, kind=type(error).__name__)
        return None


class Server(uvicorn.Server):
    """uvicorn, but signals are ours: we stop hearing before we finish saying."""

    def __init__(self, app: ASGIApp, *, trusted: Sequence[str] = ()) -> None:
        """No access log: it would hold people's addresses. Only `trusted` proxies may say who calls through them."""
        config = uvicorn.Config(
            app,
            proxy_headers=bool(trusted),
            forwarded_allow_ips=list(trusted),
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=SAY_GOODBYE_WITHIN,
        )
        super().__init__(config)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield
