"""Who speaks is remembered from turn to turn, and never against what is stored."""

from datetime import timedelta
from pathlib import Path

from bot.incoming.speakers import REMEMBERED, REMEMBERED_FOR, Speaker, Speakers
from messages.incoming import Incoming, Text
from storage import reporters, sessions
from storage.writes import Write
from tests.world import Person, World, a_world

STORY = "mất xe đạp ở phường Tây Hồ"


def said_by(person: Person, words: str = "…") -> Incoming:
    return Incoming("m", person.by, person.place, person.world.time, Text(words))


async def stored(world: World, person: Person) -> Speaker:
    reporter = await reporters.of(world.store, person.by)
    assert reporter is not None
    found = await sessions.with_key(world.store, reporter, place=person.place)
    assert found is not None
    return Speaker(reporter, *found)


async def test_what_is_remembered_after_a_turn_is_what_was_stored(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        lan = world.person("Lan")
        for words in (STORY, "gui", "để lại tên, số điện thoại", "Lan 0912 345 678", "xong"):
            await lan.says(words)
            remembered = await world.bot.intake.speakers.of(said_by(lan))
            known = await stored(world, lan)
            assert remembered.session == known.session
            assert (remembered.reporter.contents, remembered.reporter.version, remembered.reporter.gone) == (
                known.reporter.contents,
                known.reporter.version,
                known.reporter.gone,
            )
            assert (remembered.draft_key is None) == (known.draft_key is None)
            world.bot.intake.speakers.remember(remembered, world.time)


async def test_somebody_who_was_marked_gone_between_two_messages_is_there_again(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        lan = world.person("Lan")
        await lan.says(STORY)
        known = await stored(world, lan)
        await world.store.db.commit(reporters.mark_gone(known.reporter.id, gone=True))
        await lan.says("gui")
        assert not (await stored(world, lan)).reporter.gone
        assert "hỏi thêm" in lan.newest.text


async def test_a_draft_dropped_meanwhile_is_not_written_back(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        lan = world.person("Lan")
        await lan.says(STORY)
        known = await stored(world, lan)
        await world.store.db.commit(sessions.drop_draft(known.session, reporter=known.reporter))
        await lan.says("gui")
        assert (await stored(world, lan)).session.draft_id != known.session.draft_id


async def test_somebody_forgotten_begins_as_a_stranger(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        lan = world.person("Lan")
        for words in (STORY, "gui", "xong"):
            await lan.says(words)
        known = await stored(world, lan)
        await world.store.db.commit(reporters.forget(known.reporter.id))
        await lan.says("tin đã gửi")
        assert "Bạn chưa gửi tin nào" in lan.newest.text
        assert (await stored(world, lan)).reporter.id != known.reporter.id


async def test_only_so_many_are_remembered_and_only_for_a_while(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        lan = world.person("Lan")
        await lan.says(STORY)
        speakers, known = Speakers(world.bot.around), await stored(world, lan)
        speakers.remember(known, world.time)
        assert await speakers.of(said_by(lan)) is known
        speakers.remember(known, world.time)
        for number in range(REMEMBERED):
            stranger = await speakers.of(said_by(world.person(f"Tí {number}")))
            speakers.remember(stranger, world.time)
        assert await speakers.of(said_by(lan)) is not known
        speakers.remember(known, world.time)
        stranger = await speakers.of(said_by(world.person("Tèo")))
        speakers.remember(stranger, world.time + REMEMBERED_FOR + timedelta(seconds=1))
        assert await speakers.of(said_by(lan)) is not known


async def test_somebody_whose_row_is_damaged_begins_anew_and_the_row_is_set_aside(tmp_path: Path) -> None:
    for damage in ("UPDATE reporters SET sealed = x'00'", "DELETE FROM keys"):
        async with a_world(tmp_path / damage[:6]) as world:
            lan = world.person("Lan")
            await lan.says("/start")
            damaged = (await stored(world, lan)).reporter.id
            await world.bot.intake.speakers.of(said_by(lan))  # what was remembered is forgotten with this
            await world.store.db.commit([Write(damage, ())])
            await lan.says(STORY)
            assert "Gửi tới" in lan.newest.text
            assert (await stored(world, lan)).reporter.id != damaged
            await lan.says("gui")
            assert "Mã tra cứu" in lan.screen[-2].text
            [noted] = await world.store.db.fetch_all("SELECT detail FROM log WHERE what = 'reporter-set-aside'")
            assert noted["detail"] == damaged
