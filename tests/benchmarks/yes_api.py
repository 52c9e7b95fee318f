"""A Bot API that says yes to everything, as fast as it can: `python -m tests.benchmarks.yes_api` prints its address.

A program of its own for the other core, so that what is measured is the subject and the client it calls with. Standard
library only; it ends with its standard input.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.conversation import BOT_ID

ROOT = Path(__file__).parents[2]
ME = b'{"ok":true,"result":{"id":%d,"is_bot":true,"first_name":"Bao Tin","username":"baotin_bot"}}' % BOT_ID
SENT = b'{"ok":true,"result":{"message_id":%d,"date":1767225600,"chat":{"id":1,"type":"private"},"text":"ok"}}'
DONE = b'{"ok":true,"result":true}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


class Connection(asyncio.Protocol):
    """One connection: requests with a length, each answered when it is whole. Anything else ends the connection."""

    said = 0
    """Messages sent since the start; the newest one's id."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._heard = b""

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            head = self._heard[:end].lower()
            if b"transfer-encoding:" in head:
                self._transport.abort()
                return
            _, named, rest = head.partition(b"\r\ncontent-length:")
            whole = end + 4 + (int(rest.partition(b"\r\n")[0]) if named else 0)
            if len(self._heard) < whole:
                return
            self._heard = self._heard[whole:]
            body = self._answer(head.partition(b"\r\n")[0])
            self._transport.write(HEAD % len(body) + body)

    def _answer(self, line: bytes) -> bytes:
        if b"/getme" in line:
            return ME
        if b"/sendmessage" in line:
            Connection.said += 1
            return SENT % Connection.said
        return DONE


@contextmanager
def yes_api() -> Iterator[str]:
    """The address of one that runs for so long."""
    command = [sys.executable, "-m", "tests.benchmarks.yes_api"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        yield program.stdout.readline().strip()
        assert program.stdin is not None
        program.stdin.close()


async def main() -> None:
    """Listen on a free port of loopback until standard input ends."""
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
