"""Ports for what a test starts: theirs until it ends, though other tests run beside it."""

import contextlib
import socket
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def a_port() -> Iterator[int]:
    """A port of loopback that nobody is given meanwhile; it can be listened on with SO_REUSEADDR, as servers do.

    Linux shares a port between a socket that does not listen and one that does, both with that option, and hands it
    to nobody else who asks for any. Elsewhere it is let go of at once: a free port, most probably still free.
    """
    with contextlib.ExitStack() as held:
        keeping = held.enter_context(socket.socket())
        keeping.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeping.bind(("127.0.0.1", 0))
        number = int(keeping.getsockname()[1])
        if not sys.platform.startswith("linux"):
            held.close()
        yield number
