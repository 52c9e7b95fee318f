"""What Telegram refuses, as the four failures that delivery knows; nowhere else is it translated."""

from collections.abc import Awaitable
from datetime import timedelta
from typing import Final, TypeVar

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.channels.channel import Gone, Refused, TryLater
from bot.channels.telegram_http import NotConnected
from bot.channels.telegram_read import NAME
from messages.address import Place
from messages.frozen import replace

T = TypeVar("T")

NOBODY_THERE: Final = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user_deactivated",
    "input_user_deactivated",
    "group chat was deactivated",
)
"""How a 400 says that a chat does not exist, in small letters; all else of that kind comes as a 403."""
TOPIC_GONE: Final = ("message thread not found", "topic_deleted")
REASON: Final = 100
"""Characters kept of the platform's reason."""


async def translated(call: Awaitable[T], to: Place | None = None) -> T:
    """Make a call of the library, and raise TryLater, Gone or Refused where it raises one of its own errors."""
    try:
        return await call
    except TelegramError as error:
        failure, cause = failure_of(error, to), _clean(error)
    # Outside the block: an error that may hold the token is not to travel along as the context.
    raise failure from cause


def failure_of(error: TelegramError, to: Place | None = None) -> TryLater | Gone | Refused:
    """The failure an error of the library stands for; `to` is where the line was going."""
    match error:
        case RetryAfter():
            after = error.retry_after
            return TryLater(after.total_seconds() if isinstance(after, timedelta) else after)
        case ChatMigrated():
            return Gone(moved_to=Place(NAME, str(error.new_chat_id), shared=True))
        case Forbidden():
            return Gone()
        case Conflict() | InvalidToken():
            return TryLater(whole_channel=True)
        case BadRequest():
            return _bad_request(error.message, to)
        case NetworkError():
            return _network(error)
        case _:
            # An answer that is not the Bot API's: who knows what was done.
            return TryLater(in_doubt=True)


def _bad_request(reason: str, to: Place | None) -> Gone | Refused:
    text = reason.lower()
    if text.startswith(NOBODY_THERE):
        return Gone()
    if to is not None and to.thread and text.startswith(TOPIC_GONE):
        return Gone(moved_to=replace(to, thread=""))
    return Refused(reason[:REASON])


def _network(error: NetworkError) -> TryLater | Refused:
    """Not connected: nothing was said. Everything else (time-outs, cut lines, 5xx) may have happened all the same."""
    text = error.message.lower()
    if text.startswith("request entity too large"):
        return Refused(error.message[:REASON])
    is_safe = isinstance(error.__cause__, NotConnected) or text.startswith("too many requests")
    return TryLater(in_doubt=not is_safe)


def _clean(error: TelegramError) -> TelegramError | None:
    """The error as a cause, unless its text is not Telegram's own: it may then hold an address with the token."""
    wraps = error.__cause__ is not None and not isinstance(error.__cause__, NotConnected)
    return None if isinstance(error, InvalidToken) or wraps else error
