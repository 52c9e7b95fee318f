"""Ticks go on at even distances when the wall clock is set back or found to be years behind."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.ticking import Every, follow

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
SPAN = timedelta(seconds=15)


async def tick() -> None:
    """What a tick does is no matter here."""


async def scheduled() -> Job:
    """A job of a scheduler that does not run it."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.start(paused=True)
    return scheduler.add_job(tick, Every(SPAN))


async def looks(scheduler: AsyncIOScheduler, jump: timedelta) -> None:
    """One look of `follow`, while the wall clock jumps."""
    wall, steady, looked = NOON, 100.0, asyncio.Event()

    async def sleep(seconds: float) -> None:
        nonlocal wall, steady
        if steady > 100:
            looked.set()
            await asyncio.Event().wait()
        wall, steady = wall + timedelta(seconds=seconds) + jump, steady + seconds

    following = asyncio.create_task(follow(scheduler, Clock(lambda: wall, lambda: steady, sleep)))
    await looked.wait()
    following.cancel()
    await asyncio.wait({following})


async def test_a_clock_that_was_behind_makes_one_run_of_all_that_was_missed() -> None:
    job = await scheduled()
    assert len(job._get_run_times(job.next_run_time + timedelta(days=1))) == 1
    job._scheduler.shutdown(wait=False)


@pytest.mark.parametrize(("jump", "moves"), [(-3600, -3600), (-0.5, 0), (0, 0), (3600, 0)])
async def test_the_next_run_moves_with_a_clock_that_is_set_back(jump: float, moves: float) -> None:
    job = await scheduled()
    before = job.next_run_time
    await looks(job._scheduler, timedelta(seconds=jump))
    assert job.next_run_time == before + timedelta(seconds=moves)
    job._scheduler.shutdown(wait=False)
