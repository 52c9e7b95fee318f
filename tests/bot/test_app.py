"""The composed bot, with a page as its guest: what the parts tell each other."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.channels.web_read import address_of, place_of
from messages.incoming import Command, Incoming, Photo
from tests.bot_api_fake.pulse import PATIENCE
from tests.transcripts.script import a_picture
from tests.world import World, a_world

KEY = "a" * 32


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as world:
        yield world


async def says_hello_and_closes(world: World) -> None:
    """Somebody starts on the web and is gone before the answer: it is set aside for them."""
    said = Incoming(f"{KEY}:1", address_of(KEY), place_of(KEY), world.time, Command("start"), "vi")
    await world.bot.intake.take(said)
    await world.settled()


async def next_event(world: World) -> dict[str, object]:
    """What a page that listens now is told first, and acknowledges."""
    page = world.bot.web.join(KEY)
    async with asyncio.timeout(PATIENCE):
        event = await page.queue.get()
    assert event is not None
    world.bot.web.acknowledge(KEY, [event["id"]])
    return event


async def test_a_page_is_told_that_it_needs_no_account_when_it_comes_back(world: World) -> None:
    await says_hello_and_closes(world)
    event = await next_event(world)
    await world.settled()
    assert "Trang này không cần tài khoản" in str(event["text"])
    assert "Công ty" not in str(event["text"])


async def test_a_person_of_a_messenger_is_told_of_its_company(world: World) -> None:
    await world.person("lan").says("/start")
    assert "công ty của ứng dụng" in world.person("lan").newest.text


async def test_a_return_that_cannot_be_written_is_logged_by_its_type(world: World) -> None:
    await says_hello_and_closes(world)
    await world.store.db._writer.execute("PRAGMA query_only=ON")
    with capture_logs() as logged:
        page = world.bot.web.join(KEY)
        async with asyncio.timeout(PATIENCE):
            while not logged:
                await world.store.db.fetch_one("SELECT 1")
    world.bot.web.leave(page)
    await world.store.db._writer.execute("PRAGMA query_only=OFF")
    assert [(line["event"], line["kind"]) for line in logged] == [("return not heard", "DatabaseUnwritable")]
    assert KEY not in repr([{**line, "exc_info": ""} for line in logged])
    assert "Trang này" in str((await next_event(world))["text"])
    await world.settled()


async def test_a_page_for_which_nothing_waits_causes_no_write(world: World) -> None:
    await says_hello_and_closes(world)
    await world.store.db._writer.execute("PRAGMA query_only=ON")  # whatever is written now raises, and is logged
    with capture_logs() as logged:
        world.bot.web.leave(world.bot.web.join("b" * 32))
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "delivery: somebody is back"))
    await world.store.db._writer.execute("PRAGMA query_only=OFF")
    assert logged == []


async def test_a_photo_from_a_page_leaves_the_spool_once_it_is_home(world: World, tmp_path: Path) -> None:
    web, spool = world.bot.web, tmp_path / "data" / "spool"
    file = await web.keep(a_picture(), f"{KEY}:7")
    assert [path.name for path in spool.iterdir()] == [file]
    photo = Photo(file, size=len(a_picture()))
    await world.bot.intake.take(Incoming(f"{KEY}:7", address_of(KEY), place_of(KEY), world.time, photo, "vi"))
    async with asyncio.timeout(PATIENCE):
        while list(spool.iterdir()):
            await world.store.db.fetch_one("SELECT 1")
    row = await world.store.db.fetch_one("SELECT state FROM media")
    assert row is not None
    assert row[0] == "kept"
    await world.settled()
