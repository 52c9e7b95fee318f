"""Hearing Telegram by being told: one endpoint, whose 200 means that the update is taken in for good.

Whatever else it answers, Telegram brings the update again, at once and then at growing intervals, for a day. So
what can never be read gets a 200 too: it would only stand in the way of what its writer says next.
"""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.channels.channel import Take
from bot.channels.telegram import TelegramChannel

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
BODY_LIMIT: Final = 1024 * 1024
"""Bytes. The largest update, a text of 4,096 characters with its keyboard and a quoted message, has some 50,000."""
COME_AGAIN: Final = 5
"""Seconds until Telegram shall try again what could not be written; it heeds the header."""

log = structlog.get_logger("telegram")


def webhook(channel: TelegramChannel, take: Take, *, secret: str) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint for POSTs at the address given to `expect_webhook`, with the same secret."""
    if not secret:
        raise ValueError("a webhook without a secret believes everybody")

    async def hear_update(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        try:
            body = await _read(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError) as error:
            log.warning("update_skipped", update=None, error=type(error).__name__)
            return Response()
        said = channel.understand(raw)
        if said is None:
            return Response()
        try:
            await take(said)
        except Exception as error:  # whatever it is, the update must come again
            log.error("update_not_taken", update=said.id, error=type(error).__name__)
            return Response(status_code=503, headers={"Retry-After": str(COME_AGAIN)})
        return Response()

    return hear_update


async def _read(request: Request) -> bytes | None:
    """The body, None as soon as it is too long."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)
