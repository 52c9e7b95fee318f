"""What was destroyed is gone: from every file, and with the key file in hand as well."""

from datetime import timedelta
from pathlib import Path

from storage import reporters, tips
from storage.records import Role, TipId
from tests.secrecy import disk, story, unsealed
from tests.secrecy.disk import Row
from tests.world import Person, World, a_world


async def _rows(world: World, tmp_path: Path, when: str) -> list[Row]:
    return disk.rows(disk.stolen(tmp_path / "data", tmp_path / when))


def _blobs(rows: list[Row], table: str, column: str) -> dict[str, bytes]:
    """The cells of one column by the id of their row."""
    found = {}
    for row in rows:
        value = dict(row.cells).get(column)
        if row.table == table and isinstance(value, bytes):
            found[str(row.cells[0][1])] = value
    return found


async def _forget(person: Person) -> None:
    await person.says("/xoa")
    await person.presses("Xóa thông tin của tôi")
    await person.presses("Xóa ngay")


async def test_of_somebody_who_asked_to_be_forgotten_nothing_opens_even_with_the_key_file(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        told = await story.tell(world)
        world.paper.away.clear()
        reporter = await reporters.of(world.store, told.oanh.by)
        assert reporter is not None
        before = await _rows(world, tmp_path, "before")
        whole = b"\n".join(_unsealed(world, before, tmp_path))
        for secret in (story.OANH, story.NAME, story.PHONE, reporter.id, told.receipt[-4:]):
            assert secret.encode() in whole, "the key opens it while it is there"

        await _forget(told.oanh)
        await world.bot.ticks.checkpoint()

        after = await _rows(world, tmp_path, "after")
        opened = unsealed.everything(world.store, after, media=tmp_path / "data/media")
        for where, words in opened.items():
            for secret in (story.OANH, story.NAME, story.PHONE, told.receipt, f'"{told.receipt[-4:]}"'):
                assert secret.encode() not in words, where
        assert any(story.STORY.encode() in words for words in opened.values()), "the tip itself stays"
        assert [where[0] for where, words in opened.items() if reporter.id.encode() in words] == ["questions"]
        assert not [row for row in after if reporter.id in dict(row.cells).values()]
        for row in after:
            if row.table == "tips":
                assert await tips.link_of(world.store, TipId(str(row["id"]))) is None
        destroyed = [_blobs(before, "keys", "wrapped")[reporter.id], _blobs(before, "reporters", "sealed")[reporter.id]]
        for name, raw in disk.contents(tmp_path / "after").items():
            assert not any(blob in raw for blob in destroyed), name
        await assert_the_chief_finds_no_contact(world, told)


async def assert_the_chief_finds_no_contact(world: World, told: story.Told) -> None:
    """Neither offered nor to be had by a forged press."""
    await told.minh.says(f"/tin {told.number}")
    assert "Mở liên hệ" not in [button.label for button in told.minh.newest.buttons]
    row = await world.store.db.fetch_one("SELECT id FROM tips")
    assert row is not None
    seen = len(told.minh.screen)
    await told.minh.sends(story.press(f"contact:{row['id']}"))
    await told.minh.says(story.REASON)
    assert story.PHONE not in "".join(shown.text for shown in told.minh.screen[seen:])


async def test_what_waited_for_somebody_who_was_away_goes_with_them(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        minh = await story.enrol(world, story.MINH, Role.CHIEF, name=story.CHIEF_NAME)
        oanh = world.person(story.OANH)
        await story.send_tip(oanh)
        world.paper.away.add(oanh.place)
        await minh.presses("Tôi nhận")
        await minh.presses("Hỏi người gửi")
        await minh.says(story.ASK)
        await minh.presses("Gửi")
        assert await _count(world, "lines") == 1
        await _forget_unseen(oanh)
        rows = [dict(row) for row in await world.store.db.fetch_all("SELECT state, expires_at FROM lines")]
        assert [row["state"] for row in rows] == ["away"], "the last word to them, and nothing else"
        await world.passes(timedelta(days=2))
        assert await _count(world, "lines") == 0


async def _forget_unseen(person: Person) -> None:
    """Forgotten by words alone: their screen shows nothing."""
    for words in ("/xoa", "xóa thông tin của tôi", "xóa ngay"):
        await person.says(words)


async def _count(world: World, table: str) -> int:
    row = await world.store.db.fetch_one(f"SELECT count(*) FROM {table}")
    assert row is not None
    return int(row[0])


async def test_the_words_and_photos_of_a_dropped_draft_are_in_no_file_even_with_the_key(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        quang = world.person(story.QUANG)
        await quang.says(story.UNSENT)
        await quang.sends_photo(story.picture(), story.CAPTION)
        before = await _rows(world, tmp_path, "before")
        [draft] = [
            owner for owner in _blobs(before, "keys", "wrapped") if owner not in _blobs(before, "reporters", "sealed")
        ]
        blobs = [_blobs(before, "keys", "wrapped")[draft], *_blobs(before, "sessions", "draft").values()]
        assert len(blobs) == 2
        assert any(story.UNSENT.encode() in words for words in _unsealed(world, before, tmp_path))

        await quang.presses("Không gửi")
        await world.bot.ticks.checkpoint()
        await world.bot.fetching.sweep()

        folder = disk.stolen(tmp_path / "data", tmp_path / "after")
        for name, raw in disk.contents(folder).items():
            assert not any(blob in raw for blob in blobs), name
        for words in _unsealed(world, disk.rows(folder), tmp_path):
            assert story.UNSENT.encode() not in words
            assert story.CAPTION.encode() not in words
        assert list((tmp_path / "data/media").iterdir()) == []
        assert await _count(world, "media") == 0


async def test_a_draft_that_nobody_sends_is_gone_from_the_files_after_its_days(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        quang = world.person(story.QUANG)
        await quang.says(story.UNSENT)
        before = await _rows(world, tmp_path, "before")
        wrapped = set(_blobs(before, "keys", "wrapped").values())
        await world.passes(timedelta(days=9))
        rows = await _rows(world, tmp_path, "after")
        assert len(wrapped - set(_blobs(rows, "keys", "wrapped").values())) == 1
        [destroyed] = wrapped - set(_blobs(rows, "keys", "wrapped").values())
        assert not any(destroyed in raw for raw in disk.contents(tmp_path / "after").values())


async def test_within_a_minute_the_log_of_writes_shows_no_longer_what_was_written_together(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await story.enrol(world, story.MINH, Role.CHIEF, name=story.CHIEF_NAME)
        await story.send_tip(world.person(story.OANH))
        assert (tmp_path / "data/baotin.db-wal").stat().st_size > 0
        await world.bot.ticks.checkpoint()
        assert (tmp_path / "data/baotin.db-wal").stat().st_size == 0


def _unsealed(world: World, rows: list[Row], tmp_path: Path) -> list[bytes]:
    return list(unsealed.everything(world.store, rows, media=tmp_path / "data/media").values())
