"""Fetching: photos come home whole, sealed, once; what cannot come home is named; what was destroyed leaves nothing."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from bot.channels.channel import Refused, TryLater
from bot.clock import LAST_TRY
from bot.media import fetching
from bot.media.fetching import LOOK_AGAIN_AFTER, RESERVE, Fetching
from messages.address import ChannelName
from storage import cards, keys, media
from storage.errors import Duplicate
from storage.outbox import Lane
from storage.records import MediaId, TipId
from storage.store import Store, ms
from storage.writes import Write
from tests.bot.owing import CHAT, LIMITS, NOON, Hours, Messenger, a_reporter, a_store, a_tip, every, one, place_of

PHOTO = MediaId("photo1")


class World:
    """A filed tip with a card, a messenger that holds files, and the fetching."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder / "media"
        self.hours = Hours()
        self.messenger = Messenger(self.hours)
        self.tip = TipId("tip-1")
        self.free = RESERVE
        """Bytes free on the disk."""

    async def want(self, photo: MediaId = PHOTO, *, size: int = 0, channel: ChannelName = CHAT) -> None:
        key = await keys.key_of(self.store, self.tip)
        assert key is not None
        wanted = media.want(
            key, photo, tip=self.tip, file=f"secret-handle-{photo}", channel=channel, size=size, now=self.hours.now()
        )
        await self.store.db.commit([wanted])

    def holds(self, answer: bytes | list[Exception], photo: MediaId = PHOTO) -> None:
        self.messenger.files[f"secret-handle-{photo}"] = answer

    async def fetch(self, *, until: Callable[[], bool] = lambda: True) -> None:
        """Run until nothing is wanted any more, and until what the test waits for."""
        worker = Fetching(
            self.store,
            {CHAT: self.messenger},
            folder=self.folder,
            clock=self.hours.clock,
            log=structlog.get_logger(),
            free=lambda _: self.free,
        )
        task = asyncio.create_task(worker.run())
        async with asyncio.timeout(30):
            while await one(self.store, "SELECT 1 FROM media WHERE state = 'wanted'") or not until():
                assert not task.done(), task
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.is_dir() else []


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_store(tmp_path) as store:
        world = World(store, tmp_path)
        await a_tip(store, world.tip, by=await a_reporter(store))
        await store.db.commit(
            [cards.put_card(store.seal, world.tip, place=place_of("desk", shared=True), fresh="card-1")]
        )
        yield world


async def test_a_file_that_comes_too_slowly_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.want()
    tries: list[str] = []

    async def fetch(self: Messenger, file: str) -> bytes:
        tries.append(file)
        if len(tries) == 1:
            await asyncio.Event().wait()
        return b"the picture's bytes"

    monkeypatch.setattr(Messenger, "fetch", fetch)
    monkeypatch.setattr(fetching, "FETCHED_WITHIN", 0.01)
    await world.fetch()
    assert len(tries) == 2
    assert world.files() == [PHOTO]


async def test_a_photo_comes_home_and_lies_sealed(world: World) -> None:
    await world.want()
    world.holds(b"the picture's bytes")
    await world.fetch()
    assert world.files() == [PHOTO]
    assert b"picture" not in (world.folder / PHOTO).read_bytes()
    assert (world.folder / PHOTO).stat().st_mode & 0o077 == 0
    assert await media.read_picture(world.store, world.folder, media=PHOTO) == b"the picture's bytes"
    assert await one(world.store, "SELECT state, size, handle FROM media") == ("kept", 19, b"")


async def test_the_platforms_handle_is_never_in_the_open(world: World) -> None:
    await world.want()
    row = await one(world.store, "SELECT * FROM media")
    assert row is not None
    assert not any(b"secret-handle" in cell for cell in row if isinstance(cell, bytes))


async def test_a_platform_that_asks_for_patience_is_asked_again(world: World) -> None:
    await world.want()
    world.holds([TryLater(), TryLater(120), TryLater()])
    await world.fetch()
    assert await one(world.store, "SELECT state, attempts FROM media") == ("kept", 3)
    assert world.hours.passed >= 5 + 120 + 20


async def test_what_a_clock_that_was_ahead_put_off_comes_home_at_the_next_start(world: World) -> None:
    await world.want()
    world.holds(b"picture")
    ahead = world.hours.now() + timedelta(hours=1)
    await world.store.db.commit([Write("UPDATE media SET due_at = ?", (ms(ahead),))])
    await world.fetch()
    assert world.hours.passed < 60


async def test_many_photos_come_home_however_one_of_them_fares(world: World) -> None:
    for number in range(10):
        photo = MediaId(f"photo{number}")
        await world.want(photo)
        world.holds([Refused("gone")] if number == 3 else b"%d" % number, photo)
    await world.fetch()
    assert await every(world.store, "SELECT id FROM media WHERE state = 'failed'") == [("photo3",)]
    assert len(world.files()) == 9


@pytest.mark.parametrize("how", ["refused", "too large", "never answered"])
async def test_what_will_not_come_home_is_named_on_the_card(world: World, how: str) -> None:
    await world.want(size=LIMITS.file + 1 if how == "too large" else 0)
    world.holds([Refused("gone")] if how == "refused" else [TryLater() for _ in range(LAST_TRY + 1)])
    await world.fetch()
    assert await one(world.store, "SELECT state, handle FROM media") == ("failed", b"")
    assert await one(world.store, "SELECT version FROM tips") == (2,)
    assert await one(world.store, "SELECT card, lane FROM lines") == ("card-1", Lane.ALERT)
    if how == "never answered":
        assert 23 * 3600 < world.hours.passed < 25 * 3600


async def test_a_channel_that_is_not_on_is_waited_for(world: World) -> None:
    await world.want(channel=ChannelName("elsewhere"))
    await world.fetch()
    assert await one(world.store, "SELECT state, attempts FROM media") == ("failed", LAST_TRY - 1)


async def test_a_draft_destroyed_before_its_photo_was_fetched_leaves_nothing(world: World) -> None:
    await world.want()
    await world.store.db.commit([keys.destroy(world.tip)])
    await world.fetch()
    assert await one(world.store, "SELECT count(*) FROM media") == (0,)
    assert world.files() == []


async def test_a_draft_destroyed_while_its_photo_is_on_the_way_leaves_nothing(world: World) -> None:
    await world.want()
    fetched = asyncio.Event()

    class Slow(Messenger):
        async def fetch(self, file: str) -> bytes:
            await world.store.db.commit([keys.destroy(world.tip)])
            fetched.set()
            return b"picture"

    world.messenger = Slow(world.hours)
    await world.fetch()
    assert fetched.is_set()
    assert await one(world.store, "SELECT count(*) FROM media") == (0,)
    assert world.files() == []


async def test_a_stop_between_the_file_and_its_row_costs_a_second_fetch_and_nothing_else(world: World) -> None:
    await world.want()
    [wanted], _ = await media.due(world.store, NOON)
    media.keep_file(world.folder, wanted, picture=b"first")
    (world.folder / f"{PHOTO}{media.PART}").write_bytes(b"half")
    world.holds(b"second")
    await world.fetch()
    assert world.files() == [PHOTO]
    assert await media.read_picture(world.store, world.folder, media=PHOTO) == b"second"


async def test_files_of_destroyed_tips_and_half_written_ones_are_swept_away(world: World) -> None:
    await world.want()
    world.holds(b"picture")
    await world.fetch()
    await world.want(MediaId("on-its-way"))
    for name in ("orphan", "orphan.part", f"{PHOTO}.part", "on-its-way.part"):
        (world.folder / name).write_bytes(b"x")
    assert await media.sweep_files(world.store, world.folder) == 3
    assert world.files() == ["on-its-way.part", PHOTO]
    await world.store.db.commit(media.drop_of(world.tip))
    assert await media.sweep_files(world.store, world.folder) == 2
    assert world.files() == []


async def test_a_photo_cannot_be_read_once_its_tips_key_is_destroyed_or_its_file_was_altered(world: World) -> None:
    await world.want()
    world.holds(b"picture")
    await world.fetch()
    path = world.folder / PHOTO
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert await media.read_picture(world.store, world.folder, media=PHOTO) is None
    path.write_bytes(sealed)
    assert await media.read_picture(world.store, world.folder, media=PHOTO) == b"picture"
    await world.store.db.commit([keys.destroy(world.tip)])
    assert await media.read_picture(world.store, world.folder, media=PHOTO) is None


async def test_the_channel_may_forget_a_photo_that_is_home_and_not_before(world: World) -> None:
    await world.want()
    states: list[object] = []

    class Watched(Messenger):
        async def forget(self, file: str) -> None:
            states.append((file, await one(world.store, "SELECT state FROM media")))

    world.messenger = Watched(world.hours)
    world.holds([TryLater()])
    await world.fetch(until=lambda: bool(states))
    assert states == [(f"secret-handle-{PHOTO}", ("kept",))]


@pytest.mark.parametrize("how", ["refused", "too large", "never answered", "destroyed on the way"])
async def test_the_channel_may_forget_what_will_not_come_home(world: World, how: str) -> None:
    await world.want(size=LIMITS.file + 1 if how == "too large" else 0)
    world.holds([Refused("gone")] if how == "refused" else [TryLater() for _ in range(LAST_TRY + 1)])
    if how == "destroyed on the way":

        class Slow(Messenger):
            async def fetch(self, file: str) -> bytes:
                await world.store.db.commit([keys.destroy(world.tip)])
                return b"picture"

        world.messenger = Slow(world.hours)
    await world.fetch(until=lambda: bool(world.messenger.forgotten))
    assert world.messenger.forgotten == [f"secret-handle-{PHOTO}"]


async def test_a_channel_that_cannot_forget_stops_nothing(world: World) -> None:
    class Broken(Messenger):
        async def forget(self, file: str) -> None:
            self.forgotten.append(file)
            raise OSError("disk")

    world.messenger = Broken(world.hours)
    for photo in (PHOTO, MediaId("photo2")):
        await world.want(photo)
        world.holds(b"picture", photo)
    await world.fetch(until=lambda: len(world.messenger.forgotten) == 2)
    assert len(world.messenger.forgotten) == 2
    assert await every(world.store, "SELECT state FROM media") == [("kept",), ("kept",)]


async def test_a_folder_that_cannot_be_written_is_tried_again(world: World) -> None:
    await world.want()
    world.holds(b"picture")
    world.folder.write_bytes(b"a file where the folder should be")

    async def mend() -> None:
        tried = 0
        while tried < 2:
            [tried] = await one(world.store, "SELECT attempts FROM media") or (2,)  # type: ignore[assignment]
        world.folder.unlink()

    await asyncio.gather(world.fetch(), mend())
    assert await media.read_picture(world.store, world.folder, media=PHOTO) == b"picture"


async def test_a_file_is_on_the_disk_under_its_name_before_its_row_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.want()
    world.holds(b"bytes")
    found: list[tuple[str, list[str]]] = []

    def seen(descriptor: int) -> None:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        found.append(("folder" if folder else "file", world.files()))
        synced(descriptor)

    synced = os.fsync
    monkeypatch.setattr(os, "fsync", seen)
    [wanted], _ = await media.due(world.store, world.hours.now())
    media.keep_file(world.folder, wanted, picture=b"bytes")
    assert found[-2:] == [("file", ["photo1.part"]), ("folder", ["photo1"])]
    assert await one(world.store, "SELECT state FROM media") == ("wanted",)


async def test_a_photo_is_wanted_once(world: World) -> None:
    await world.want()
    with pytest.raises(Duplicate):
        await world.want()


async def test_below_the_reserve_nothing_is_fetched_until_there_is_room(world: World) -> None:
    await world.want()
    world.holds(b"bytes")
    world.free = RESERVE - 1
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        assert world.files() == [], "nothing is written while the disk is nearly full"
        if len(waited) == 3:
            world.free = RESERVE
        await Hours.sleep(world.hours, seconds)

    world.hours.sleep = sleep  # type: ignore[method-assign]
    await world.fetch()
    assert waited[:3] == [LOOK_AGAIN_AFTER] * 3
    assert await one(world.store, "SELECT state, attempts FROM media") == ("kept", 0)
