"""The stream of one page: told that it is over however it ends, and cut when nobody reads."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import structlog
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

SLOW_AFTER: Final = 20.0
"""Seconds after which a page that reads nothing is cut."""

log = structlog.get_logger()


class EventStream(StreamingResponse):
    """Events as text/event-stream. `left` is called once, at the end."""

    def __init__(self, events: AsyncIterator[bytes], *, left: Callable[[], None]) -> None:
        super().__init__(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
        self._left = left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_in_time(message: Any) -> None:
            async with asyncio.timeout(SLOW_AFTER):
                await send(message)

        try:
            await super().__call__(scope, receive, send_in_time)
        except TimeoutError:
            log.info("slow_page_cut")
        finally:
            self._left()
