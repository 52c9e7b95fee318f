"""Time as an argument: what workers that wait are given, and how patiently they try again."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.outbox import LONGEST_WAIT

FIRST_WAIT = 5.0
"""Seconds between two tries: 5, 10, 20 … and the outbox's longest wait at most."""
LAST_TRY = 103
"""So many tries, with these waits, take 24 hours."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The wall clock (aware, UTC), a clock that never jumps (seconds), and waiting."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]

    async def wait(self, event: asyncio.Event, seconds: float | None) -> None:
        """Until the event is set, or at most so many seconds."""
        if seconds is None:
            await event.wait()
            return
        if seconds <= 0 or event.is_set():
            await asyncio.sleep(0)
            return
        told = asyncio.ensure_future(event.wait())
        slept = asyncio.ensure_future(self.sleep(seconds))
        try:
            await asyncio.wait({told, slept}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
            slept.cancel()


class Forward:
    """The wall clock as due times know it: it follows a jump forward and is deaf to one back.

    After a jump back of an hour a line that was due stays due, and one that waits five seconds waits no hour longer.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._now, self._at = clock.now(), clock.monotonic()

    def now(self) -> datetime:
        """Aware, UTC; never earlier than it was a moment ago."""
        at = self._clock.monotonic()
        self._now, self._at = max(self._clock.now(), self._now + timedelta(seconds=at - self._at)), at
        return self._now


def system_clock() -> Clock:
    """The clocks of this machine."""
    return Clock(lambda: datetime.now(UTC), time.monotonic, asyncio.sleep)


def back_off(attempts: int) -> float:
    """Seconds to wait after so many failed tries (0 for the first)."""
    return float(min(LONGEST_WAIT.total_seconds(), FIRST_WAIT * 2 ** min(attempts, 10)))
