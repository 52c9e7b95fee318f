"""Hearing Telegram by asking: every update is taken in before the next question acknowledges it.

The library's own loop acknowledges what it has merely put into a queue: whoever is killed then has lost it.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from bot.channels.channel import Gone, Refused, Take, TryLater
from bot.channels.telegram import TelegramChannel, update_number
from messages.incoming import Incoming

WAIT: Final = 30
"""Seconds a question may stay open; Telegram allows 50. Shorter notices sooner that the line is dead."""
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
"""Seconds of rest after a failure, doubled with each one that follows."""

log = structlog.get_logger("telegram")


class NotTaken(Exception):
    """Part of a batch could not be taken in, or names no number that would acknowledge it: it has to come again."""


async def poll(  # noqa: PLR0913 -- what a test sets, named one by one
    channel: TelegramChannel,
    take: Take,
    *,
    wait: int = WAIT,
    first_pause: float = FIRST_PAUSE,
    longest_pause: float = LONGEST_PAUSE,
    noted: Callable[[str], None] = lambda reason: None,
) -> None:
    """Hear until cancelled. Never ends by itself: whatever fails is asked again after a rest.

    `noted` is told what keeps us from hearing, and an empty text when nothing does any more.

    What was taken in but not acknowledged when the process ended, or when a neighbour in the batch failed, comes
    again: intake knows it by its number.
    """
    is_begun = False
    offset: int | None = None
    pause = first_pause
    while True:
        try:
            if not is_begun:
                await channel.expect_polling()
                is_begun = True
            offset = await hear_batch(channel, take, offset=offset, wait=wait)
            pause = first_pause
            noted("")
        except (TryLater, Gone, Refused, NotTaken) as error:
            reason = type(error.__cause__ or error).__name__
            noted(reason)
            log.warning("polling_failed", error=reason, pause=pause)
            asked_for = error.after if isinstance(error, TryLater) and error.after is not None else 0
            await asyncio.sleep(max(pause, asked_for))
            pause = min(2 * pause, longest_pause)


async def hear_batch(channel: TelegramChannel, take: Take, *, offset: int | None, wait: int) -> int | None:
    """Take in what waits at Telegram, and return the offset that acknowledges it.

    None after an empty answer: all is acknowledged, and after a week of silence Telegram counts from somewhere else.
    """
    batch = await channel.updates(offset, wait=wait)
    if not batch:
        return None
    lanes: dict[str, list[Incoming]] = {}
    for raw in batch:
        said = channel.understand(raw)
        if said is not None:
            lanes.setdefault(said.by.who, []).append(said)
    failures: list[str] = []
    async with asyncio.TaskGroup() as people:
        for lane in lanes.values():
            people.create_task(_take_in_order(lane, take, failures=failures))
    numbers = [number for number in map(update_number, batch) if number is not None]
    if failures or not numbers:
        log.error("batch_not_taken", updates=len(batch), failed=len(failures), errors=sorted(set(failures)))
        raise NotTaken
    return max(numbers) + 1


async def _take_in_order(lane: Sequence[Incoming], take: Take, *, failures: list[str]) -> None:
    """One person's messages, one after the other; the rest waits for the redelivery as soon as one fails."""
    for said in lane:
        try:
            await take(said)
        except Exception as error:  # a failure here must not cancel what others are just having written
            failures.append(type(error).__name__)
            return
