"""When ticks look: at even distances, whatever becomes of the wall clock.

APScheduler keeps the next run of each as a moment of the wall clock. Left to itself it waits for an hour when that is
set back by an hour, and goes through every second of the years that a machine without a battery wakes up too early.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.clock import Clock

LOOK_EVERY: Final = 5.0
"""Seconds between two looks at the clock: so long ticks stand still at most."""
TOLERATED: Final = timedelta(seconds=1)
"""A clock that is slowed down to be set right loses less within a look."""


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler publishes no types
    """Once in so long; what was missed meanwhile, however often, is one run."""

    __slots__ = ("_span",)

    def __init__(self, span: timedelta) -> None:
        self._span = span

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """So long from now, wherever the one before was due."""
        return now.astimezone(UTC) + self._span


async def follow(scheduler: AsyncIOScheduler, clock: Clock) -> None:
    """Let ticks go on where the wall clock is set back; until cancelled."""
    while True:
        wall, steady = clock.now(), clock.monotonic()
        await clock.sleep(LOOK_EVERY)
        back = wall + timedelta(seconds=clock.monotonic() - steady) - clock.now()
        if back > TOLERATED:
            for job in scheduler.get_jobs():
                job.modify(next_run_time=job.next_run_time - back)
