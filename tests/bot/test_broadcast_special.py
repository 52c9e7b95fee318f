"""What goes out in an emergency, also at night; and campaigns with a photo."""

import io
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import LiteralString, cast

import pytest
from PIL import Image

from bot.incoming.facts import TurnFacts
from bot.media.pictures import blank
from bot.outgoing.broadcast import Broadcast
from messages.rendered import Picture
from storage import campaigns, keys, media
from storage.records import MediaId, ReporterId, TipId
from storage.writes import Write
from tests.bot.owing import CHAT, NOON, Messenger, a_campaign, a_notice, a_reporter, a_store, every, one
from tests.bot.test_broadcast import C, step, the_campaign
from tests.bot.world import World
from tests.handlers.fake_facts import World as Facts
from tests.handlers.fake_facts import a_session


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_store(tmp_path) as store:
        yield World(store, tmp_path)


async def test_at_night_an_emergency_notice_goes_out_alone(world: World) -> None:
    world.hours = type(world.hours)(datetime(2026, 11, 22, 20, 0, tzinfo=UTC))
    world.messenger = Messenger(world.hours)
    await world.a_campaign(5)
    await a_campaign(world.store, "e")
    await world.store.db.commit([Write("UPDATE campaigns SET emergency = 1, words = 'Nước lên!' WHERE id = 'e'")])
    await world.store.db.commit([Write("UPDATE campaigns SET expires_at = expires_at + 86400000")])
    muted = "UPDATE subscriptions SET muted_until = 1, themes = ',scam,' WHERE reporter = 'reporter-s0'"
    await world.store.db.commit([Write(muted), Write("UPDATE campaigns SET theme = 'fire'")])
    for number in range(5):
        await a_notice(world.store, ReporterId(f"reporter-s{number}"), campaign="e")
    await world.drain(until=lambda: sent_of(world, "e", 5))
    assert await one(world.store, "SELECT sent FROM campaigns WHERE id = 'c'") == (0,)
    world.hours.passed += 4 * 3600
    await world.drain()
    assert await one(world.store, "SELECT sent, muted FROM campaigns WHERE id = 'c'") == (4, 1)


async def sent_of(world: World, campaign: str, count: int) -> bool:
    return await one(world.store, "SELECT sent FROM campaigns WHERE id = ?", campaign) == (count,)


async def begun(world: World, *, night: bool = False) -> None:
    """What may begin now begins."""

    async def commit(writes: Sequence[Write]) -> bool:
        await world.store.db.commit(writes)
        return True

    facts = cast("TurnFacts", Facts().facts(a_session()))
    broadcast, now = Broadcast(world.store, commit, lambda _: facts), world.hours.now()
    for going in await campaigns.going(world.store, now):
        await broadcast.step(going, now, night=night)


async def test_at_night_only_an_emergency_notice_begins(world: World) -> None:
    for name, emergency in (("c", 0), ("e", 1)):
        await a_campaign(world.store, name, status="approved")
        change = Write(
            "UPDATE campaigns SET emergency = ?, cursor = '', began_at = NULL WHERE id = ?", (emergency, name)
        )
        await world.store.db.commit([change])
    await a_notice(world.store, await a_reporter(world.store))

    await begun(world, night=True)
    rows = await every(world.store, "SELECT id, status FROM campaigns ORDER BY id")
    assert rows == [("c", "approved"), ("e", "sending")]


async def test_a_clock_that_was_ahead_at_the_approval_holds_back_nothing_that_goes_out_at_once(world: World) -> None:
    for name, at_once in (("c", 0), ("e", 1)):
        await a_campaign(world.store, name, status="approved")
        change: LiteralString = "UPDATE campaigns SET at_once = ?, cursor = '', due_at = due_at + 36000000 WHERE id = ?"
        await world.store.db.commit([Write(change, (at_once, name))])
    await a_notice(world.store, await a_reporter(world.store))
    await begun(world)
    rows = await every(world.store, "SELECT id, status, due_at <= began_at FROM campaigns ORDER BY id")
    assert rows == [("c", "approved", 0), ("e", "sending", 1)]


async def test_a_photo_goes_out_cleaned_under_the_words_and_a_recall_takes_it_away(world: World) -> None:
    await with_photo(world, a_picture())
    await world.drain()
    [(_, shown)] = world.messenger.shown
    assert isinstance(shown, Picture)
    assert (shown.caption, shown.protect, shown.shared) == ("Nhớ khoá bếp ga.", False, "photo-1")
    assert Image.open(io.BytesIO(shown.jpeg)).getexif() == {}
    await step(world)
    row = await the_campaign(world)
    await world.store.db.commit([campaigns.correct(C, version=row.version, words="Nhớ khoá van ga.")])
    await step(world)
    await world.drain()
    corrected = world.messenger.shown[-1][1]
    assert isinstance(corrected, Picture)
    assert (corrected.jpeg, corrected.caption) == (shown.jpeg, "Đính chính:\nNhớ khoá van ga.")
    assert (corrected.instead_of, corrected.only_there) == ("m1", True)
    await step(world)
    world.hours.passed += 60 * 3600
    row = await the_campaign(world)
    await world.store.db.commit([campaigns.steer(C, "recall", version=row.version)])
    await step(world)
    await world.drain()
    recalled = world.messenger.shown[-1][1]
    assert isinstance(recalled, Picture)
    assert (recalled.jpeg, recalled.caption, recalled.shared) == (blank(), "Tin này đã được thu hồi.", "")


async def test_a_campaign_whose_photo_is_none_goes_out_in_words(world: World) -> None:
    await with_photo(world, b"no picture")
    await world.drain()
    assert world.messenger.texts() == ["Nhớ khoá bếp ga."]


@pytest.mark.parametrize(("change", "left"), [("status = 'sent'", 0), ("status = 'approved', repeats = 'weekly'", 1)])
async def test_a_photo_goes_once_its_campaign_is_over_and_can_no_longer_be_corrected(
    world: World, change: LiteralString, left: int
) -> None:
    await with_photo(world, a_picture())
    await world.store.db.commit([Write("UPDATE campaigns SET due_at = NULL, " + change)])
    for age, kept in ((-1, 1), (1, left)):
        await world.store.db.commit(campaigns.forget_photos(NOON + timedelta(milliseconds=age)))
        await media.sweep_files(world.store, world.folder / "media")
        assert await one(world.store, "SELECT count(*) FROM media") == (kept,)
        assert await one(world.store, "SELECT count(*) FROM keys WHERE owner = 'draft-1'") == (kept,)
        assert (world.folder / "media" / "photo-1").exists() is bool(kept)
        assert ((await the_campaign(world)).photo is not None) is bool(kept)


def a_picture() -> bytes:
    """A photo that tells where it was taken."""
    written, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "Máy ảnh của Minh"
    Image.new("RGB", (64, 48), "red").save(written, "JPEG", exif=exif)
    return written.getvalue()


async def with_photo(world: World, picture: bytes) -> None:
    """One subscriber, and a campaign whose photo is home."""
    await world.a_campaign(1)
    key, wrapped = world.store.seal.fresh_key("draft-1")
    photo, owner = MediaId("photo-1"), TipId("draft-1")
    wanted = media.want(key, photo, tip=owner, file="f", channel=CHAT, size=len(picture), now=NOON)
    stored = Write("UPDATE campaigns SET photo = ?", (photo,))
    await world.store.db.commit([keys.keep("draft-1", wrapped), wanted, stored])
    [home], _ = await media.due(world.store, NOON)
    media.keep_file(world.folder / "media", home, picture=picture)
    await world.store.db.commit([media.kept(home, len(picture))])
