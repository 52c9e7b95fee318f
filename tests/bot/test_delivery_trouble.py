"""Delivery when something goes wrong: nothing is lost, nobody is blocked, and doubles are only what was in doubt."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from bot.channels.channel import Away, Channel, Gone, Limits, Refused, TryLater
from bot.clock import LAST_TRY, back_off
from bot.outgoing.delivery import CAMPAIGN_LINES, Delivery
from messages.address import ChannelName, MessageRef, Place
from messages.outgoing import Exhibit, say
from messages.rendered import Rendered
from storage import keys, media, officers, outbox, reporters
from storage.errors import DatabaseUnwritable
from storage.outbox import Lane, ToPlace, ToReporter
from storage.records import MediaId, TipId
from storage.reporters import HeldTip
from storage.store import chat_of
from storage.writes import Write
from tests.bot.owing import (
    CHAT,
    NOON,
    WARD,
    Messenger,
    a_renderer,
    a_reporter,
    a_store,
    a_tip,
    one,
    place_of,
)
from tests.bot.world import DESK, LOG, World, killed


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_store(tmp_path) as store:
        yield World(store, tmp_path)


# --- what can go wrong ------------------------------------------------------------------------------------------


async def test_a_platform_out_of_reach_is_tried_with_longer_waits_and_nothing_is_lost(world: World) -> None:
    await world.owe("lan")
    world.messenger.script = [TryLater() for _ in range(10)]
    await world.drain()
    at = [moment for moment, _ in world.messenger.tried]
    gaps = [later - earlier for earlier, later in pairwise(at)]
    assert [round(gap) for gap in gaps] == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert len(world.messenger.shown) == 1


async def test_after_a_day_of_trying_a_line_is_a_dead_letter(world: World) -> None:
    await world.owe("lan")
    world.messenger.script = [TryLater() for _ in range(LAST_TRY + 5)]
    await world.drain()
    assert await world.lines() == [("dead", "later")]
    assert len(world.messenger.tried) == LAST_TRY
    assert 23 * 3600 < world.hours.passed < 25 * 3600
    assert sum(back_off(number) for number in range(LAST_TRY - 1)) == pytest.approx(86400, rel=0.02)


async def test_a_chat_that_is_asked_to_wait_waits_and_the_others_do_not(world: World) -> None:
    world.messenger.answers = {"slow": [TryLater(30)]}
    await world.owe("slow")
    await world.owe("slow", lane=Lane.ALERT)
    await world.owe("lan")
    await world.drain()
    at = [(round(moment), chat) for moment, chat in world.messenger.tried]
    assert at[:2] == [(0, "slow"), (0, "lan")]
    assert [chat for _, chat in at[2:]] == ["slow", "slow"]
    assert at[2][0] >= 30


async def test_a_campaigns_429_pauses_the_channel_and_loses_no_line(world: World) -> None:
    await world.a_campaign(12)
    world.messenger.answers = {"s0": [TryLater(60)]}
    await world.drain()
    late = [moment for moment, _ in world.messenger.tried if moment > 5]
    assert min(late) >= 60
    assert len(late) >= 12 - CAMPAIGN_LINES
    assert await world.counts() == (12, 0, 0, 0)


async def test_what_is_refused_is_named_and_blocks_nobody(world: World) -> None:
    world.messenger.answers = {"lan": [Refused("chat not found")]}
    await world.owe("lan")
    await world.owe("lan", say("tip-words-kept"))
    await world.drain()
    assert world.messenger.texts() == ["Đã thêm vào tin. Tin CHƯA gửi."]
    assert await world.lines() == [("dead", "chat not found")]


async def test_a_text_that_cannot_be_made_is_a_dead_letter_and_blocks_nobody(world: World) -> None:
    await world.owe("lan", say("no-such-text"))
    await world.owe("lan")
    await world.drain()
    assert len(world.messenger.shown) == 1
    assert await world.lines() == [("dead", "KeyError")]


async def test_somebody_away_gets_it_when_they_are_there_again(world: World) -> None:
    reporter = await a_reporter(world.store)
    tip = await a_tip(world.store, by=reporter)
    world.messenger.answers = {"lan": [Away(), Away()]}
    await world.owe(ToReporter(tip), say("tip-words-kept"))
    delivery = world.delivery()
    await world.drain(delivery)
    assert await world.lines() == [("away", "")]
    world.messenger.answers = {}
    second = world.delivery()
    await second.returned(place_of("lan"))
    await world.drain(second)
    assert world.messenger.texts() == ["Đã thêm vào tin. Tin CHƯA gửi."]


async def test_somebody_who_blocked_us_is_owed_nothing_more_and_their_tips_say_so(world: World) -> None:
    reporter = await a_reporter(world.store, held=(HeldTip(TipId("tip-1"), "TAIL"),))
    tip = await a_tip(world.store, by=reporter)
    await world.owe_card(tip)
    await world.drain()
    await world.store.db.commit(
        [Write("INSERT INTO subscriptions (reporter, ward, since) VALUES (?, ?, 0)", (reporter, WARD))]
    )
    await world.owe(ToReporter(tip))
    await world.owe(ToReporter(tip))
    world.messenger.answers = {"lan": [Gone()]}
    await world.drain()
    assert [chat for _, chat in world.messenger.tried].count("lan") == 1
    assert await one(world.store, "SELECT reachable FROM tips") == (0,)
    assert await one(world.store, "SELECT count(*) FROM subscriptions") == (0,)
    assert (await one(world.store, "SELECT gone FROM reporters")) == (1,)
    assert len(world.messenger.texts("desk")) == 2


async def test_a_forgotten_reporter_is_not_written_to_and_the_card_says_so(world: World) -> None:
    reporter = await a_reporter(world.store)
    tip = await a_tip(world.store, by=reporter)
    await world.owe_card(tip)
    await world.drain()
    await world.owe(ToReporter(tip))
    await world.store.db.commit(reporters.forget(reporter))
    await world.drain()
    assert [chat for _, chat in world.messenger.tried] == ["desk", "desk"]
    assert await one(world.store, "SELECT reachable FROM tips") == (0,)


async def test_a_group_that_moved_gets_its_card_under_the_new_name(world: World) -> None:
    tip = await a_tip(world.store, by=await a_reporter(world.store))
    await world.store.db.commit([officers.link_group(world.store.seal, DESK, ward=WARD, now=NOON)])
    await world.owe_card(tip)
    there = place_of("supergroup", shared=True)
    world.messenger.answers = {"desk": [Gone(moved_to=there)]}
    await world.drain()
    assert [chat for _, chat in world.messenger.tried] == ["desk", "supergroup"]
    assert await officers.group_ward(world.store, there) == WARD
    assert await officers.anchored(world.store, there, message="m1") == tip


async def test_a_group_we_were_removed_from_is_no_desk_any_more(world: World) -> None:
    tip = await a_tip(world.store, by=await a_reporter(world.store))
    await world.store.db.commit([officers.link_group(world.store.seal, DESK, ward=WARD, now=NOON)])
    await world.owe_card(tip)
    world.messenger.answers = {"desk": [Gone()]}
    await world.drain()
    assert await officers.group_ward(world.store, DESK) is None
    assert await one(world.store, "SELECT count(*) FROM cards") == (0,)


async def test_a_picture_on_its_way_is_shown_once_it_is_home(world: World) -> None:
    tip = await a_tip(world.store, by=await a_reporter(world.store))
    key = await keys.key_of(world.store, tip)
    assert key is not None
    photo = MediaId("photo1")
    wanted = media.want(key, photo, tip=tip, file="f", channel=CHAT, size=0, now=NOON)
    await world.store.db.commit([wanted])
    to = ToPlace(place_of("officer"), "vi", "session")
    owed = outbox.owe(world.store.seal, to, outgoing=Exhibit(tip, photo), lane=Lane.REPLY, now=NOON)
    await world.store.db.commit([owed])
    await world.drain()
    assert world.messenger.texts() == ["Tệp đang được tải về. Mời xem lại sau ít phút."]
    assert world.messenger.tried[0][0] >= 3


# --- in doubt ---------------------------------------------------------------------------------------------------


async def test_a_reply_in_doubt_is_sent_once_more_and_a_campaigns_line_is_not(world: World) -> None:
    await world.a_campaign(1)
    await world.owe("lan")
    world.messenger.answers = {"lan": [TryLater(in_doubt=True)], "s0": [TryLater(in_doubt=True)]}
    await world.drain()
    assert sorted(chat for _, chat in world.messenger.tried) == ["lan", "lan", "s0"]
    assert await world.counts() == (0, 0, 0, 1)


async def test_a_channels_bug_loses_no_reply(world: World) -> None:
    await world.owe("lan")
    world.messenger.script = [ZeroDivisionError()]
    await world.drain()
    assert len(world.messenger.shown) == 1


async def test_after_a_kill_in_mid_send_replies_and_alerts_arrive_and_campaign_lines_are_not_doubled(
    world: World,
) -> None:
    await world.a_campaign(3)
    await world.owe("lan")
    await world.owe("nam", lane=Lane.ALERT)
    await world.owe("later", say("tip-words-kept"))
    world.messenger.hangs = {"lan", "nam", "s0", "s1"}
    async with killed(world):
        await world.messenger.until(6)
    after = Messenger(world.hours)
    await world.drain(world.delivery(after))
    again = sorted(chat for _, chat in after.tried)
    assert {"lan", "nam"} <= set(again)
    assert not {"s0", "s1"} & set(again)
    tried = [chat for _, chat in world.messenger.tried] + again
    doubled = {chat for chat in tried if tried.count(chat) > 1}
    assert {"lan", "nam"} <= doubled
    assert not doubled & {"s0", "s1", "s2"}
    sent, gone, refused, unknown = await world.counts() or ()
    assert isinstance(sent, int)
    assert isinstance(unknown, int)
    assert (sent + unknown, gone, refused) == (3, 0, 0)
    assert unknown >= 2


async def test_a_stop_lets_go_what_was_not_sent_so_that_it_is_not_in_doubt(world: World) -> None:
    world.messenger.hangs = {"stuck"}
    world.messenger.answers = {}
    await world.owe("stuck")
    for number in range(25):
        await world.owe(ToPlace(place_of(f"g{number % 2}", shared=True), "vi"))
    delivery = world.delivery()
    async with world.running(delivery):
        await world.messenger.until(1)
    states = [state for state, _ in await world.lines()]
    assert states.count("claimed") == 1
    assert await one(world.store, "SELECT chat FROM lines WHERE state = 'claimed'") == (
        chat_of(world.store.seal, place_of("stuck")),
    )


async def test_marks_that_cannot_be_written_are_kept_and_nothing_is_sent_twice(world: World) -> None:
    await world.owe("lan")
    tasks = []

    def nothing_can_be_written() -> None:
        refuse = world.store.db.commit([Write("PRAGMA query_only=ON")])
        tasks.append(asyncio.ensure_future(refuse))

    async def mended_after_a_while_and_done() -> bool:
        if tasks and world.hours.passed > 5:
            await world.store.db._writer.execute("PRAGMA query_only=OFF")  # no turn can: each begins with a lock
        return await world.is_empty()

    world.messenger.script = [nothing_can_be_written]
    await world.drain(until=mended_after_a_while_and_done)
    assert world.hours.passed > 5
    assert len(world.messenger.tried) == 1
    assert await world.lines() == []


async def test_somebody_who_comes_back_while_a_line_finds_them_away_gets_it(world: World) -> None:
    await world.owe("lan")

    class ComesBack(Messenger):
        async def send(self, to: Place, line: Rendered) -> MessageRef | None:
            if not self.tried:
                self.tried.append((0, to.chat))
                self.hours.passed += 1
                await delivery.returned(to)
                raise Away
            return await super().send(to, line)

    world.messenger = ComesBack(world.hours)
    delivery = world.delivery()
    await world.drain(delivery, until=lambda: world.was_shown("lan"))
    assert len(world.messenger.tried) == 2


async def test_somebody_who_comes_back_just_after_gets_it_too(world: World) -> None:
    await world.owe("lan")
    delivery = world.delivery()
    back: list[asyncio.Future[None]] = []

    def comes_back_after_the_send() -> Exception:
        back.append(asyncio.ensure_future(delivery.returned(place_of("lan"))))
        return Away()

    world.messenger.script = [comes_back_after_the_send]
    await world.drain(delivery, until=lambda: world.was_shown("lan"))
    assert len(world.messenger.tried) == 2


async def test_somebody_who_comes_back_while_their_absence_is_being_written_gets_it(world: World) -> None:
    await world.owe("lan")
    delivery = world.delivery()
    with closing(sqlite3.connect(world.folder / "test.db", isolation_level=None)) as another:

        def keeps_the_database_busy() -> Exception:
            another.execute("BEGIN IMMEDIATE")
            return Away()

        world.messenger.script = [keeps_the_database_busy]
        async with world.running(delivery) as running:
            await world.settled(running, until=lambda: mark_is_under_way(delivery))
            back = asyncio.create_task(delivery.returned(place_of("lan")))
            await world.settled(running, until=lambda: world.holds("SELECT 1 FROM lines WHERE state = 'claimed'"))
            another.execute("COMMIT")
            await back
            await world.settled(running, until=lambda: world.was_shown("lan"))


async def mark_is_under_way(delivery: Delivery) -> bool:
    await asyncio.sleep(0)
    return delivery._marks.flushing.locked()


async def test_whoever_comes_back_with_nothing_waiting_causes_no_write(world: World) -> None:
    await world.owe("hoa")
    world.messenger.answers = {"hoa": [Away()]}
    delivery = world.delivery()
    await world.drain(delivery)
    await world.store.db._writer.execute("PRAGMA query_only=ON")  # whatever is written now raises
    await delivery.returned(place_of("lan"))
    with pytest.raises(DatabaseUnwritable):
        await delivery.returned(place_of("hoa"))
    await world.store.db._writer.execute("PRAGMA query_only=OFF")


async def test_what_waits_for_a_channel_goes_out_at_once_when_it_joins(world: World) -> None:
    await world.owe("lan")
    channels: dict[ChannelName, Channel] = {}
    limits: dict[ChannelName, Limits] = {}
    renderer = a_renderer(world.store, world.folder)
    renderer._limits = limits
    delivery = Delivery(world.store, channels, renderer=renderer, clock=world.hours.clock, log=LOG)
    async with world.running(delivery) as running:
        await world.settled(running, until=lambda: world.holds("SELECT 1 FROM lines WHERE attempts > 5"))
        world.hours.is_frozen = True
        channels[CHAT], limits[CHAT] = world.messenger, world.messenger.limits
        delivery.join(world.messenger)
        await world.messenger.until(1)
        world.hours.is_frozen = False
