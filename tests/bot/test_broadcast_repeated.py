"""A campaign that is repeated: its next time comes whoever was away, and waits for whoever paused it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage import campaigns
from storage.writes import Write
from tests.bot.owing import NOON, a_store
from tests.bot.test_broadcast import C, step, the_campaign
from tests.bot.world import World

WEEK = timedelta(days=7)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_store(tmp_path) as store:
        yield World(store, tmp_path)


async def goes_out(world: World, *, repeats: str) -> None:
    """A campaign of a day, under way; its one reader has closed the page."""
    await world.a_campaign(1)
    repeated = Write("UPDATE campaigns SET repeats = ?, lasts = 86400000", (repeats,))
    await world.store.db.commit([repeated, Write("UPDATE lines SET state = 'away'")])


async def test_a_reader_who_is_away_does_not_keep_a_weekly_campaign_from_its_next_week(world: World) -> None:
    await goes_out(world, repeats="weekly")
    await step(world)
    assert (await the_campaign(world)).status == "sent"
    world.hours.passed += 25 * 3600
    await step(world)
    after = await the_campaign(world)
    assert (after.status, after.expired) == ("approved", 1)
    assert after.due_at is not None
    assert abs(after.due_at - (NOON + WEEK)) < timedelta(seconds=1)


@pytest.mark.parametrize(("repeats", "ended", "resumed"), [("weekly", "paused", "approved"), ("once", "sent", "sent")])
async def test_a_campaign_that_was_paused_beyond_its_time_goes_on_with_the_next_or_is_over(
    world: World, repeats: str, ended: str, resumed: str
) -> None:
    await goes_out(world, repeats=repeats)
    await world.store.db.commit([campaigns.steer(C, "pause", version=1)])
    for _ in range(2):
        world.hours.passed += 25 * 3600
        await step(world)
    paused = await the_campaign(world)
    assert (paused.status, paused.expired) == (ended, 1)
    assert await campaigns.going(world.store, world.hours.now()) == [], "until its next time nobody looks at it"
    if ended == "paused":
        await world.store.db.commit([campaigns.steer(C, "resume", version=paused.version)])
        await step(world)
    after = await the_campaign(world)
    assert (after.status, after.due_at is not None) == (resumed, resumed == "approved")


async def test_a_campaign_that_is_resumed_within_its_time_goes_on_at_once(world: World) -> None:
    await goes_out(world, repeats="weekly")
    await world.store.db.commit([campaigns.steer(C, "pause", version=1)])
    await step(world)
    await world.store.db.commit([campaigns.steer(C, "resume", version=2)])
    assert (await the_campaign(world)).status == "sending"
