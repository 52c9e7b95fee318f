"""A bare Bot API server for rates that the whole fake is too slow for: it answers, counts, and knows no chats.

    python -m tests.bot_api_fake.lean [--delay SECONDS] [--talk PER_SECOND]

Prints its URL and the bot's token. Besides the Bot API:

    GET  /tally            what came so far, as JSON (see `Tally.told`)
    POST /press            {"chat": 7, "data": "0.pause:…"}  a button is pressed; the tally says what came after it
    POST /talk             {"per_second": 5}                 new people write "/start" at this pace from now on
    POST /fresh            the tally begins anew
"""

import argparse
import asyncio
import bisect
import itertools
import json
import re
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

TOKEN = "7100200300:only-the-lean-fake-knows-this-token"
BOT = {"id": 7_100_200_300, "is_bot": True, "first_name": "Báo Tin", "username": "bao_tin_test_bot"}
TALKERS = 9_000_000
"""Chats from this number on belong to people who write by themselves; below are subscribers and officers."""
_CHAT = re.compile(rb'"chat_id": ?"?(-?\d+)')
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


def most_in_a_second(moments: Sequence[float]) -> int:
    """The most that any window of one second holds."""
    return max((bisect.bisect_right(moments, at + 1.0) - index for index, at in enumerate(moments)), default=0)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass
class Tally:
    """When messages came in (monotonic seconds, the same clock in every process), and to whom."""

    sent: list[float] = field(default_factory=list)
    campaign: list[float] = field(default_factory=list)
    """Those to subscribers."""
    paid: int = 0
    edited: list[float] = field(default_factory=list)
    """Edits and deletions."""
    chats: dict[int, int] = field(default_factory=dict)
    said: dict[int, float] = field(default_factory=dict)
    """When somebody's message was handed to the bot; gone when it has been answered."""
    waits: list[float] = field(default_factory=list)
    pressed: float = 0.0

    def note(self, chat: int, *, paid: bool) -> None:
        """A message of the bot."""
        now = time.monotonic()
        self.sent.append(now)
        self.paid += paid
        self.chats[chat] = self.chats.get(chat, 0) + 1
        if chat in self.said:
            self.waits.append(now - self.said.pop(chat))
        elif chat < TALKERS:
            self.campaign.append(now)

    def told(self) -> dict[str, Any]:
        """The tally as JSON."""
        after = self.campaign[bisect.bisect_right(self.campaign, self.pressed) :] if self.pressed else []
        return {
            "sent": len(self.sent),
            "campaign": len(self.campaign),
            "doubled": sum(count > 1 for chat, count in self.chats.items() if chat < TALKERS),
            "paid": self.paid,
            "edited": len(self.edited),
            "first": self.campaign[0] if self.campaign else 0.0,
            "last": self.campaign[-1] if self.campaign else 0.0,
            "most_in_a_second": most_in_a_second(self.sent),
            "replies": len(self.waits),
            "unanswered": len(self.said),
            "wait_p50": percentile(self.waits, 0.5),
            "wait_p99": percentile(self.waits, 0.99),
            "pressed": self.pressed > 0,
            "after_press": len(after),
            "last_after_press": after[-1] - self.pressed if after else 0.0,
        }


class Lean:
    """The bot's server: its queue of updates, its tally, and how long an answer takes."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.tally = Tally()
        self.updates: list[dict[str, Any]] = []
        self.news = asyncio.Event()
        self.numbers = itertools.count(1)
        self.people = itertools.count(TALKERS)
        self.per_second = 0.0

    def put(self, kind: str, content: Mapping[str, Any]) -> None:
        """Queue an update."""
        self.updates.append({"update_id": next(self.numbers), kind: dict(content)})
        self.news.set()

    async def talk(self) -> None:
        """New people write, one after the other, until cancelled."""
        while True:
            await asyncio.sleep(1 / self.per_second if self.per_second else 0.05)
            if self.per_second:
                self.put("message", self.message(next(self.people), text="/start"))

    def message(self, chat: int, *, text: str) -> dict[str, Any]:
        """A private message of somebody."""
        who = {"id": chat, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
        head = {"message_id": next(self.numbers), "date": int(time.time()), "chat": {"id": chat, "type": "private"}}
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
        return {**head, "from": who, "text": text, "entities": entities}

    async def perform(self, method: bytes, body: bytes) -> bytes:
        """One call of the Bot API: its result as JSON."""
        match method.lower():
            case b"sendmessage":
                found = _CHAT.search(body)
                assert found is not None
                chat = int(found[1])
                self.tally.note(chat, paid=b'"allow_paid_broadcast"' in body)
                await asyncio.sleep(self.delay)
                number, date = next(self.numbers), int(time.time())
                return b'{"message_id":%d,"date":%d,"chat":{"id":%d,"type":"private"},"text":"."}' % (
                    number,
                    date,
                    chat,
                )
            case b"editmessagetext" | b"deletemessage":
                self.tally.edited.append(time.monotonic())
                await asyncio.sleep(self.delay)
                return b"true"
            case b"getme":
                return json.dumps(BOT).encode()
            case b"getupdates":
                return await self.poll(body)
            case _:
                return b"true"

    async def poll(self, asked: bytes) -> bytes:
        """What the bot has not heard, waiting for it as long as the bot wants."""
        words = parse_qs(asked.decode())  # our polling names them in the address
        offset, wait = int(words.get("offset", ["0"])[0]), float(words.get("timeout", ["0"])[0])
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        if not self.updates and wait:
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), wait)
            except TimeoutError:
                return b"[]"
        handed = self.updates[:100]
        now = time.monotonic()
        for update in handed:
            if "message" in update:
                self.tally.said.setdefault(update["message"]["chat"]["id"], now)
            else:
                self.tally.pressed = self.tally.pressed or now
        return json.dumps(handed).encode()

    def control(self, path: bytes, body: bytes) -> bytes:
        """What those who measure ask for."""
        given = json.loads(body) if body else {}
        match path:
            case b"/press":
                chat = int(given["chat"])
                said = {**self.message(chat, text="."), "from": BOT}
                who = {"id": chat, "is_bot": False, "first_name": "Hoa", "language_code": "vi"}
                press = {"id": str(next(self.numbers)), "from": who, "message": said, "data": given["data"]}
                self.tally.pressed = 0.0
                self.put("callback_query", {**press, "chat_instance": "1"})
            case b"/talk":
                self.per_second = float(given["per_second"])
            case b"/fresh":
                self.tally = Tally()
        return json.dumps(self.tally.told()).encode()


class Connection(asyncio.Protocol):
    """One connection: requests one after the other, each with its length."""

    def __init__(self, lean: Lean) -> None:
        self._lean = lean
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._asked: asyncio.Queue[tuple[bytes, bytes]] = asyncio.Queue()
        self._answering: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is there."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._answering = asyncio.create_task(self._answer())

    def connection_lost(self, error: Exception | None) -> None:
        """They are gone."""
        if self._answering is not None:
            self._answering.cancel()

    def data_received(self, data: bytes) -> None:
        """A part of a request, or several."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._buffer, 0, end)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            path = self._buffer.split(b" ", 2)[1]
            self._asked.put_nowait((path, self._buffer[end + 4 : whole]))
            self._buffer = self._buffer[whole:]

    async def _answer(self) -> None:
        while True:
            path, body = await self._asked.get()
            if path.startswith(b"/bot"):
                call, _, query = path.partition(b"?")
                result = await self._lean.perform(call.rsplit(b"/", 1)[1], body or query)
                answer = b'{"ok":true,"result":%b}' % result
            else:
                answer = self._lean.control(path, body)
            if self._transport is not None and not self._transport.is_closing():
                head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                self._transport.write(head % len(answer) + answer)


async def serve(port: int, delay: float, *, talk: float) -> None:
    """Serve until SIGINT or SIGTERM."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, ended.set)
    lean = Lean(delay)
    lean.per_second = talk
    server = await loop.create_server(lambda: Connection(lean), "127.0.0.1", port)
    talking = asyncio.create_task(lean.talk())
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]} {TOKEN}", flush=True)
    await ended.wait()
    talking.cancel()
    server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bot_api_fake.lean", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds an answer to a message takes")
    parser.add_argument("--talk", type=float, default=0.0, help="people a second who write by themselves")
    given = parser.parse_args()
    asyncio.run(serve(given.port, given.delay, talk=given.talk))
