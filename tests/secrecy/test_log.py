"""The log at its most talkative: no word, name, number, token or address of anybody in any line, whatever fails."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.channels.channel import Refused, TryLater
from bot.logs import set_up_logs
from bot.wards.book import WardBook
from messages.address import MessageRef, Place
from messages.incoming import Incoming, Text
from messages.rendered import Rendered
from storage.errors import DatabaseUnwritable
from tests.secrecy import disk, story
from tests.world import Paper, Person, World, a_world

TALKATIVE = ("asyncio", "PIL", "apscheduler", "uvicorn")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, from DEBUG on, as `baotin run` sets it up; libraries may say all they like."""
    written = io.StringIO()
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    logging.getLogger("aiosqlite").setLevel(logging.INFO)  # it tells of every look at the database
    set_up_logs(written, level=logging.DEBUG, for_people=False)
    root.setLevel(logging.DEBUG)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.DEBUG)
    for handler in root.handlers:
        handler.setLevel(logging.DEBUG)
    yield written
    set_up_logs()
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    for name in (*TALKATIVE, "aiosqlite"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.captureWarnings(capture=False)


def assert_silent(written: io.StringIO, world: World, *secrets: str) -> list[dict[str, object]]:
    """No line holds anything of anybody; returns the lines."""
    text = written.getvalue()
    for words in (*story.SECRET, *story.PEOPLE, *secrets):
        for form in disk.forms(words):
            assert form.decode("utf-8", "replace").lower() not in text.lower() or not form.isascii(), (words, form)
            assert form.decode("utf-8", "replace") not in text, (words, form)
    return [json.loads(line) for line in text.splitlines()]


async def _ids_of_persons(world: World) -> list[str]:
    """Ids of reporters, sessions and officers: whoever has the log and the database must not join them by it."""
    found: list[str] = []
    for table in ("reporters", "sessions"):
        found += [row["id"] for row in await world.store.db.fetch_all(f"SELECT id FROM {table}")]
    return found


async def test_a_whole_story_at_debug_leaves_nothing_in_the_log(tmp_path: Path, lines: io.StringIO) -> None:
    async with a_world(tmp_path) as world:
        told = await story.tell(world)
        persons = await _ids_of_persons(world)
        logging.getLogger("uvicorn.error").error("%s asked for %s", story.OANH, story.STORY)
    logged = assert_silent(lines, world, told.receipt, told.number, *persons, *map(str, story.PIN))
    assert "uvicorn.error" in [line.get("library") for line in logged], "libraries are heard, by their name"


async def test_a_step_that_fails_with_the_words_in_its_message_does_not_log_them(
    tmp_path: Path, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        try:
            raise ValueError(story.PHONE)
        except ValueError as error:
            raise RuntimeError(story.STORY) from error

    async with a_world(tmp_path) as world:
        oanh = world.person(story.OANH)
        with monkeypatch.context() as broken:
            broken.setattr(WardBook, "named", fails)
            shown = await oanh.says(story.STORY)
        assert len(shown) == 1, "one line of apology"
        await oanh.says(story.STORY)
        assert oanh.newest.buttons, "the conversation goes on"
    failed = [line for line in assert_silent(lines, world) if line["event"] == "turn failed"]
    assert [(line["error"], line["cause"]) for line in failed] == [("RuntimeError", "ValueError")]
    assert any(str(place).startswith("handlers.") for place in _listed(failed[0]["where"]))


def _listed(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


class Clumsy(Paper):
    """A channel that fails with what it was to show."""

    async def send(self, to: Place, line: Rendered) -> MessageRef | None:
        """Four ways to fail, one after the other, then it goes out."""
        self.count += 1
        said = f"{to.chat}: {getattr(line, 'text', '')}"
        match self.count:
            case 1:
                raise RuntimeError(said)
            case 2:
                raise TryLater(0.0) from ValueError(said)
            case 3:
                raise Refused(said)
            case _:
                return await super().send(to, line)


async def test_a_channel_that_fails_with_the_words_in_its_message_does_not_log_them(
    tmp_path: Path, lines: io.StringIO
) -> None:
    async with a_world(tmp_path) as world:
        clumsy = Clumsy()
        world.bot.add(clumsy)
        world.paper = clumsy
        oanh = world.person(story.OANH)
        for words in (story.STORY, "phường Tây Hồ", "gui", story.NAME):
            await world.bot.intake.take(said(world, oanh, words))
            world.time += story.AN_HOUR
            world.bot.delivery.wake()
            await world.settled()
    events = {line["event"] for line in assert_silent(lines, world)}
    assert {"channel failed", "line refused"} <= events


def said(world: World, person: Person, words: str) -> Incoming:
    """Something said, without waiting for what comes of it."""
    world.count += 1
    return Incoming(f"u{world.count}", person.by, person.place, world.time, Text(words))


async def test_a_full_disk_is_logged_by_its_name_alone(tmp_path: Path, lines: io.StringIO) -> None:
    async with a_world(tmp_path) as world:
        logging.getLogger("aiosqlite").setLevel(logging.DEBUG)
        await world.person(story.OANH).says(story.STORY)
        await story.fill_disk(world.store)
        with pytest.raises(DatabaseUnwritable):
            await world.person(story.QUANG).says(story.STORY + " rất dài" * 4000)
        await story.free_disk(world.store)
    refused = [line for line in assert_silent(lines, world) if line["event"] == "turn refused"]
    assert [line["kind"] for line in refused] == ["DatabaseUnwritable"]
