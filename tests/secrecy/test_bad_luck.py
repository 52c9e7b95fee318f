"""Bad luck: everything comes twice, stops in the middle, or finds no room; nothing is lost, nothing is done twice."""

import asyncio
import json
import random
from pathlib import Path

import pytest

from messages.address import MessageRef, Place
from messages.incoming import Content, Incoming, Text
from messages.rendered import Rendered
from storage import keys, reporters, sessions
from storage.errors import DatabaseUnwritable
from storage.records import Role, Session
from storage.seal import Where
from storage.writes import Write
from tests.bot_api_fake.pulse import PATIENCE
from tests.secrecy import story
from tests.world import Paper, Person, World, a_world

PLACED = f"{story.STORY}, phường Tây Hồ"
PEOPLE = 16
SORRY = "lỗi phía chúng tôi"


def said(world: World, person: Person, content: Content | str) -> Incoming:
    """Something said, to be taken in as often as a test likes."""
    world.count += 1
    what = Text(content) if isinstance(content, str) else content
    return Incoming(f"u{world.count}", person.by, person.place, world.time, what, "vi")


async def count(world: World, table: str) -> int:
    """How many rows a table has."""
    row = await world.store.db.fetch_one(f"SELECT count(*) FROM {table}")
    assert row is not None
    return int(row[0])


# --- twice, at once, in any order ---------------------------------------------------------------------------------


async def test_what_is_delivered_twice_at_once_or_much_later_is_done_once(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await story.enrol(world, story.MINH, Role.CHIEF, name=story.CHIEF_NAME)
        oanh = world.person(story.OANH)
        whole = [said(world, oanh, words) for words in (PLACED, "gui", "ok", story.ADDED)]
        for one in whole:
            await asyncio.gather(*(world.bot.intake.take(one) for _ in range(3)))
        shown = [message.text for message in oanh.screen]
        for one in (*whole, *reversed(whole)):
            await world.take(one)
        assert [message.text for message in oanh.screen][: len(shown)] == shown
        assert len(oanh.screen) == len(whole) + 1, "each answered once, the sending with receipt and question"
        assert await count(world, "tips") == 1
        told = await world.store.db.fetch_all("SELECT kind FROM entries ORDER BY seq")
        assert [row["kind"] for row in told] == ["told", "added"]


@pytest.mark.parametrize("seed", range(3))
async def test_messages_that_arrive_in_any_order_lose_no_word_and_file_at_most_once(tmp_path: Path, seed: int) -> None:
    async with a_world(tmp_path) as world:
        oanh = world.person(story.OANH)
        words = [PLACED, story.ADDED, story.REPLY, "gui"]
        random.Random(seed).shuffle(words)
        for one in [said(world, oanh, each) for each in words]:
            await world.take(one)
        await oanh.says("gui")
        assert await count(world, "tips") == 1
        minh = await story.enrol(world, story.MINH, Role.CHIEF, name=story.CHIEF_NAME)
        await minh.says("/tin TH-26-0001")
        for each in (PLACED, story.ADDED, story.REPLY):
            assert each in minh.newest.text, words


# --- what cannot be read any more ---------------------------------------------------------------------------------


async def _session(world: World, person: Person) -> Session:
    reporter = await reporters.of(world.store, person.by)
    assert reporter is not None
    session = await sessions.of(world.store, reporter, place=person.place)
    assert session is not None
    return session


async def _poison(world: World, session: Session, how: str) -> None:
    match how:
        case "session altered":
            await world.store.db.commit([Write("UPDATE sessions SET sealed = x'00ff' WHERE id = ?", (session.id,))])
        case "draft altered":
            altered = Write("UPDATE sessions SET draft = zeroblob(90) WHERE id = ?", (session.id,))
            await world.store.db.commit([altered])
        case "session of another version":
            reporter = await reporters.by_id(world.store, session.reporter)
            assert reporter is not None
            sealed = reporter.key.seal(b'{"flow": 7}', Where("sessions", session.id, "sealed"))
            await world.store.db.commit([Write("UPDATE sessions SET sealed = ? WHERE id = ?", (sealed, session.id))])
        case _:
            key = await keys.key_of(world.store, session.draft_id)
            assert key is not None
            draft = json.dumps({**json.loads(session.draft), "version": 99, "unheard_of": True}).encode()
            sealed = key.seal(draft, Where("sessions", session.id, "draft"))
            await world.store.db.commit([Write("UPDATE sessions SET draft = ? WHERE id = ?", (sealed, session.id))])


@pytest.mark.parametrize(
    "how", ["session altered", "draft altered", "session of another version", "draft of another version"]
)
async def test_whoever_stands_where_nothing_can_be_read_is_answered_and_can_go_on(tmp_path: Path, how: str) -> None:
    async with a_world(tmp_path) as world:
        oanh = world.person(story.OANH)
        await oanh.says(PLACED)
        await _poison(world, await _session(world, oanh), how)
        for words in (story.ADDED, PLACED, "gui"):
            assert await oanh.says(words), words
        assert not any(SORRY in shown.text for shown in oanh.screen)
        assert await count(world, "tips") == 1


# --- stopped in the middle ----------------------------------------------------------------------------------------


async def test_a_take_that_is_stopped_anywhere_has_written_all_or_nothing_and_a_retry_files_once(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path) as world:
        await story.enrol(world, story.MINH, Role.CHIEF, name=story.CHIEF_NAME)
        written: set[bool] = set()
        for number in range(PEOPLE):
            person = world.person(f"person {number}")
            await person.says(PLACED)
            sending = said(world, person, "gui")
            taking = asyncio.create_task(world.bot.intake.take(sending))
            if number % 2:
                for _ in range(
                    2 * (number // 2) ** 2
                ):  # the first of them before it can be written, the last long after
                    await asyncio.sleep(0)
            else:
                await _until_heard(world, sending)
            taking.cancel()
            await asyncio.wait({taking})
            await world.store.db.commit([Write("DELETE FROM ticks")])  # the writer has ended what was under way
            written.add(await _is_whole(world, person, sending))
            await world.take(sending)
            assert await _is_whole(world, person, sending)
            assert sum("Mã tra cứu" in shown.text for shown in person.screen) == 1
        assert written == {True, False}, "stopped before and after the commit"
        assert await count(world, "tips") == PEOPLE
        assert await count(world, "numbers") == 1


async def _is_heard(world: World, sending: Incoming) -> bool:
    heard = sessions.hear_once(sending, seal=world.store.seal, now=world.time).parameters[0]
    return await world.store.db.look_up("SELECT 1 FROM heard WHERE id = ?", (heard,)) is not None


async def _until_heard(world: World, sending: Incoming) -> None:
    """Until the commit is visible, and not a step longer."""
    for _ in range(1_000_000):
        if await _is_heard(world, sending):
            return
        await asyncio.sleep(0)
    raise AssertionError("never written")


class Loud(Paper):
    """A channel that says when something was shown."""

    spoke: asyncio.Event

    async def send(self, to: Place, line: Rendered) -> MessageRef | None:
        """Show it, and say so."""
        shown = await super().send(to, line)
        self.spoke.set()
        return shown


async def test_what_was_taken_in_just_before_a_stop_is_answered_at_its_redelivery(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        loud = Loud()
        loud.spoke = asyncio.Event()
        world.bot.add(loud)
        person = world.person(story.OANH)
        await world.settled()
        one = said(world, person, PLACED)
        taking = asyncio.create_task(world.bot.intake.take(one))
        await _until_heard(world, one)
        taking.cancel()
        await asyncio.wait({taking})
        await world.bot.intake.take(one)
        async with asyncio.timeout(PATIENCE):
            await loud.spoke.wait()


async def _is_whole(world: World, person: Person, sending: Incoming) -> bool:
    """Whether the sending was taken in; everything it causes must say the same."""
    reporter = await reporters.of(world.store, person.by)
    assert reporter is not None
    is_heard = await _is_heard(world, sending)
    is_held = len(reporter.contents.tips) == 1
    is_filed = False
    if is_held:
        tip = reporter.contents.tips[0].tip
        is_filed = await world.store.db.look_up("SELECT 1 FROM tips WHERE id = ?", (tip,)) is not None
    session = await _session(world, person)
    assert is_heard == is_held == is_filed == (session.flow == "after"), (is_heard, is_held, is_filed, session.flow)
    return is_heard


# --- no room ------------------------------------------------------------------------------------------------------


async def test_when_nothing_can_be_written_danger_is_answered_once_and_all_comes_again(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        oanh, quang = world.person(story.OANH), world.person(story.QUANG)
        await quang.says(story.UNSENT)
        screen = len(quang.screen)
        await story.make_unwritable(world.store)
        danger, plain = said(world, oanh, "cháy nhà, số 5 Xuân Diệu"), said(world, quang, story.ADDED)
        for _ in range(3):
            for one in (danger, plain):
                with pytest.raises(DatabaseUnwritable):
                    await world.bot.intake.take(one)
        assert len(oanh.screen) == 1
        assert "114" in oanh.screen[0].text.split("\n")[0]
        assert len(quang.screen) == screen
        await story.make_writable(world.store)
        await world.take(danger)
        await world.take(plain)
        assert "114" in oanh.screen[1].text, "now as a line of its own: the conversation goes on"
        assert len(quang.screen) == screen + 1
        session = await _session(world, quang)
        assert story.ADDED in session.draft
        assert story.UNSENT in session.draft


async def test_on_a_full_disk_what_fits_is_taken_and_what_does_not_comes_again(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        oanh, quang = world.person(story.OANH), world.person(story.QUANG)
        await oanh.says(PLACED)
        await story.fill_disk(world.store)
        long = said(world, quang, story.UNSENT + " và rất dài" * 1500)
        for _ in range(2):
            with pytest.raises(DatabaseUnwritable):
                await world.bot.intake.take(long)
        assert quang.screen == []
        await story.free_disk(world.store)
        await world.take(long)
        assert len(quang.screen) == 1
        await oanh.says("gui")
        assert await count(world, "tips") == 1
