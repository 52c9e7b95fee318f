"""What makes the console a thing one can leave open: every few seconds the page hears how the queue stands.

Lines that delivery has for an officer who is only here (`place` on the web) reach the page the same way.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.web_chat import FullError, Page, WebChat
from bot.console.door import Door, Seat
from bot.console.listing import how_it_stands, stamp_of
from bot.console.standing import Standing
from bot.console.work import Work
from bot.web.streaming import EventStream
from storage.records import OfficerId

BEAT: Final = 3.0
"""Seconds between two looks at the queue; a page that hears nothing for three of them turns red."""
LISTENING: Final = 200
"""Pages that may listen at once."""
LISTENING_OF_ONE: Final = 8
"""Pages of one officer that may: a queue and some tips side by side, in two browsers."""
MOST_SHOWN: Final = 50
"""Lines that a page acknowledges at once."""


@dataclass(frozen=True, slots=True)
class Live:
    """The streams of the open pages."""

    work: Work
    door: Door
    web: WebChat
    beat: float = BEAT
    _pages: dict[Page, OfficerId] = field(default_factory=dict)

    def routes(self) -> list[BaseRoute]:
        """Their addresses."""
        return [
            Route("/live", self.listen),
            Route("/shown", self.door.deciding(self.shown), methods=["POST"]),
        ]

    async def listen(self, request: Request) -> Response:
        """A page's stream; where nobody is signed in, only that it is over. 503 when too many listen."""
        seat = await self.door.seat(request)
        if seat is None or seat.standing is not Standing.OPEN:
            return Response(ENDED, media_type="text/event-stream")
        if len(self._pages) >= LISTENING or list(self._pages.values()).count(seat.officer.id) >= LISTENING_OF_ONE:
            return Response(status_code=503)
        try:
            on_web = seat.officer.place.channel == self.web.name
            page = self.web.join(seat.officer.place.chat, tabs=LISTENING_OF_ONE) if on_web else Page("")
        except FullError:
            return Response(status_code=503)
        self._pages[page] = seat.officer.id
        return EventStream(self._stream(request, page), left=partial(self._left, page))

    async def shown(self, request: Request, seat: Seat, *, form: Mapping[str, str]) -> Response:
        """The page has shown these lines."""
        if seat.officer.place.channel == self.web.name:
            self.web.acknowledge(seat.officer.place.chat, form.get("ids", "").split()[:MOST_SHOWN])
        return Response(status_code=204)

    def _left(self, page: Page) -> None:
        del self._pages[page]
        self.web.leave(page)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        for page in self._pages:
            page.end()

    async def _stream(self, request: Request, page: Page) -> AsyncIterator[bytes]:
        """How the queue stands, every beat and for as long as the sign-in holds; between, what was said."""
        yield b"retry: 2000\n\n"
        while True:
            seat = await self.door.seat(request)
            if seat is None or seat.standing is not Standing.OPEN:
                yield ENDED
                return
            yield _encoded(await self._pulse(seat))
            until = asyncio.get_running_loop().time() + self.beat
            while (left := until - asyncio.get_running_loop().time()) > 0:
                try:
                    event = await asyncio.wait_for(page.queue.get(), left)
                except TimeoutError:
                    break
                if event is None:
                    return
                yield _encoded({**event, "kind": "said"})
                page.sent(event)

    async def _pulse(self, seat: Seat) -> dict[str, Any]:
        now, around = self.work.now(), self.work.around
        waiting = await how_it_stands(around.store, seat.officer)
        if waiting is None:
            return {"kind": "pulse", "count": 0, "urgent": 0, "minutes": 0, "silent": True, "stamp": stamp_of(None)}
        minutes = int((now - waiting.oldest_at).total_seconds()) // 60 if waiting.oldest_at else 0
        at_night = around.quiet.include(now, timezone=around.timezone)
        return {
            "kind": "pulse",
            "count": waiting.count,
            "urgent": waiting.urgent,
            "minutes": max(0, minutes),
            "silent": at_night and waiting.urgent == 0,
            "stamp": stamp_of(waiting),
        }


def _encoded(event: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


ENDED: Final = _encoded({"kind": "ended"})
"""What a page hears whose sign-in holds no longer."""
