"""Delivery: everything owed arrives, in order, at the pace, and a kill at any moment loses nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import structlog

from bot.channels.channel import Away, Gone, Refused, TryLater
from bot.clock import LAST_TRY, back_off
from bot.delivery import CAMPAIGN_LINES, Delivery
from messages.address import MessageRef
from messages.outgoing import Picture, Say, Toast, say
from messages.phrase import Phrase, Quote, choice, phrase
from messages.rendered import Text
from messages.rendered import Toast as ShownToast
from storage import cards, keys, media, officers, outbox, reporters
from storage.outbox import Lane, Target, ToPlace, ToReporter, ToSubscriber
from storage.records import CampaignId, MediaId, ReporterId, TipId
from storage.reporters import HeldTip
from storage.store import Store, chat_of
from storage.writes import Write
from tests.bot.owing import (
    CHAT,
    LIMITS,
    NOON,
    WARD,
    Hours,
    Messenger,
    a_renderer,
    a_reporter,
    a_store,
    a_tip,
    every,
    one,
    place_of,
)

HI = say("menu-ask")
LOG = structlog.get_logger()
DESK = place_of("desk", shared=True)


class World:
    """One installation: its database, its clock, its messenger, and the delivery that runs."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.hours = Hours()
        self.messenger = Messenger(self.hours)

    def delivery(self, messenger: Messenger | None = None) -> Delivery:
        told = messenger or self.messenger
        renderer = a_renderer(self.store, self.folder, limits=told.limits)
        return Delivery(self.store, {CHAT: told}, renderer=renderer, clock=self.hours.clock, log=LOG)

    async def owe(
        self, target: Target | str, outgoing: Say = HI, *, lane: Lane = Lane.REPLY, campaign: str | None = None
    ) -> None:
        to = ToPlace(place_of(target), "vi") if isinstance(target, str) else target
        named = CampaignId(campaign) if campaign else None
        now = self.hours.now()
        await self.store.db.commit(
            [outbox.owe(self.store.seal, to, outgoing=outgoing, lane=lane, now=now, campaign=named)]
        )

    async def owe_card(self, tip: TipId) -> None:
        await self.store.db.commit(
            [
                cards.put_card(self.store.seal, tip, place=DESK, fresh="card-1"),
                *cards.owe_card(self.store.seal, tip, place=DESK, lane=Lane.ALERT, now=self.hours.now()),
            ]
        )

    async def a_campaign(self, subscribers: int) -> None:
        await self.store.db.commit(
            [
                Write(
                    "INSERT INTO campaigns (id, wards, words, status, version, author, starts_at) "
                    "VALUES ('c', '*', 'Nhớ khoá bếp ga.', 'sending', 1, 'o', 0)"
                )
            ]
        )
        for number in range(subscribers):
            reporter = await a_reporter(self.store, f"s{number}")
            await self.owe(ToSubscriber(reporter), lane=Lane.CAMPAIGN, campaign="c")

    async def counts(self) -> tuple[object, ...] | None:
        """sent, gone, refused, unknown."""
        return await one(self.store, "SELECT sent, gone, refused, unknown FROM campaigns")

    async def lines(self) -> list[tuple[object, ...]]:
        return await every(self.store, "SELECT state, reason FROM lines ORDER BY id")

    async def drain(
        self, delivery: Delivery | None = None, *, until: Callable[[], Awaitable[bool]] | None = None
    ) -> None:
        """Run until nothing is owed any more (or as told), then stop."""
        async with self.running(delivery or self.delivery()) as running:
            await self.settled(running, until=until or self.is_empty)

    async def settled(self, running: "asyncio.Task[None]", *, until: Callable[[], Awaitable[bool]]) -> None:
        """Look at the database again and again, which lets the delivery go on."""
        while not await until():
            assert not running.done(), running

    async def is_empty(self) -> bool:
        return await one(self.store, "SELECT 1 FROM lines WHERE state IN ('waiting', 'claimed')") is None

    @asynccontextmanager
    async def running(self, delivery: Delivery) -> AsyncIterator["asyncio.Task[None]"]:
        task = asyncio.create_task(delivery.run())
        try:
            async with asyncio.timeout(30):
                yield task
        finally:
            await delivery.stop()
            await task


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_store(tmp_path) as store:
        yield World(store, tmp_path)


# --- all goes well ----------------------------------------------------------------------------------------------


async def test_what_is_owed_is_sent_once_and_its_row_goes(world: World) -> None:
    await world.owe("lan", say("tip-photo-kept"))
    await world.drain()
    assert world.messenger.texts("lan") == ["Đã thêm ảnh."]
    assert await world.lines() == []


async def test_what_is_owed_while_it_runs_goes_out_when_it_is_woken(world: World) -> None:
    delivery = world.delivery()
    async with world.running(delivery):
        for number in range(3):
            await world.owe("lan")
            delivery.wake()
            await world.messenger.until(number + 1)


async def test_a_chat_hears_everything_in_order(world: World) -> None:
    for key in ("tip-photo-kept", "tip-told-ask", "tip-pin-ask", "menu-ask"):
        await world.owe("lan", say(key))
    await world.drain()
    kept, told, pin, menu = world.messenger.texts("lan")
    assert (kept, pin) == ("Đã thêm ảnh.", "Đây là nơi xảy ra việc, hay nơi bạn đang đứng?")
    assert told != menu


async def test_replies_owed_during_a_broadcast_go_before_the_rest_of_it(world: World) -> None:
    await world.a_campaign(40)
    delivery = world.delivery()
    async with world.running(delivery) as running:
        await world.messenger.until(3)
        await world.owe("lan", lane=Lane.REPLY)
        delivery.wake()
        await world.settled(running, until=world.is_empty)
    order = [chat for _, chat in world.messenger.tried]
    assert order.index("lan") <= 3 + CAMPAIGN_LINES
    assert len(order) == 41
    assert await world.counts() == (40, 0, 0, 0)


async def test_a_broadcast_keeps_within_thirty_a_second(world: World) -> None:
    await world.a_campaign(70)
    await world.drain()
    at = sorted(moment for moment, _ in world.messenger.tried)
    assert len(at) == 70
    assert max(sum(1 for other in at if start <= other <= start + 1) for start in at) <= 30


async def test_a_long_text_goes_out_in_parts_in_order(world: World) -> None:
    world.messenger.limits = replace(LIMITS, text=60)
    tip = await a_tip(world.store, by=await a_reporter(world.store))
    await world.a_campaign(0)
    await world.store.db.commit([Write("UPDATE campaigns SET words = ?", (" ".join(f"từ{n}" for n in range(60)),))])
    long = Say((phrase("status-open-ask", words=Quote("campaign", "c")),), choices=(choice("send"),), anchor=tip)
    await world.owe("lan", long)
    await world.owe("lan", say("tip-photo-kept"))
    await world.drain()
    texts = world.messenger.texts("lan")
    assert len(texts) > 3
    assert " ".join(texts[:-1]) == "Cán bộ hỏi: " + " ".join(f"từ{n}" for n in range(60))
    assert texts[-1] == "Đã thêm ảnh."
    assert [bool(line.buttons) for _, line in world.messenger.shown if isinstance(line, Text)][-2:] == [True, False]
    assert await one(world.store, "SELECT count(*) FROM anchors WHERE tip = ?", tip) == (len(texts) - 1,)


async def test_a_kill_between_two_parts_repeats_at_most_the_part_in_doubt(world: World) -> None:
    world.messenger.limits = replace(LIMITS, text=40)
    await world.a_campaign(0)
    await world.store.db.commit([Write("UPDATE campaigns SET words = ?", (" ".join(f"từ{n}" for n in range(30)),))])
    await world.owe("lan", Say((phrase("status-open-ask", words=Quote("campaign", "c")),)))
    world.messenger.script = [lambda: None, lambda: world.messenger.hangs.add("lan")]
    async with killed(world):
        await world.messenger.until(2)
    after = Messenger(world.hours, limits=world.messenger.limits)
    await world.drain(world.delivery(after))
    before = world.messenger.texts()
    assert before[1] == after.texts()[0]
    whole = "Cán bộ hỏi: " + " ".join(f"từ{n}" for n in range(30))
    assert " ".join([before[0], *after.texts()]) == whole


# --- cards and anchors ------------------------------------------------------------------------------------------


async def test_a_card_is_sent_once_then_edited_and_a_reply_to_it_finds_its_tip(world: World) -> None:
    tip = await a_tip(world.store, by=await a_reporter(world.store))
    await world.owe_card(tip)
    await world.drain()
    assert await officers.anchored(world.store, DESK, "m1") == tip
    await world.store.db.commit(cards.changed(tip, NOON))
    await world.drain()
    await world.store.db.commit(cards.refresh_cards(tip, Lane.ALERT, now=NOON))
    await world.drain()
    instead = [line.instead_of for _, line in world.messenger.shown if isinstance(line, Text)]
    assert instead == [None, "m1"]
    assert await one(world.store, "SELECT message, shown FROM cards") == ("m2", 2)


async def test_a_card_whose_message_is_gone_is_sent_anew(world: World) -> None:
    tip = await a_tip(world.store, by=await a_reporter(world.store))
    await world.owe_card(tip)
    await world.drain()
    await world.store.db.commit(cards.changed(tip, NOON))
    world.messenger.script = [Refused("message to edit not found")]
    await world.drain()
    assert await one(world.store, "SELECT message, shown FROM cards") == ("m2", 2)
    assert [line.instead_of for _, line in world.messenger.shown if isinstance(line, Text)] == [None, None]


async def test_a_message_to_replace_that_is_gone_is_said_anew_and_what_is_wrong_then_is_a_dead_letter(
    world: World,
) -> None:
    await world.owe("lan", replace(HI, instead_of=MessageRef("old")))
    world.messenger.script = [Refused("gone"), Refused("too long")]
    await world.drain()
    assert len(world.messenger.tried) == 2
    assert await world.lines() == [("dead", "too long")]


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
    await world.owe("lan", say("tip-photo-kept"))
    await world.drain()
    assert world.messenger.texts() == ["Đã thêm ảnh."]
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
    await world.owe(ToReporter(tip), say("tip-photo-kept"))
    delivery = world.delivery()
    await world.drain(delivery)
    assert await world.lines() == [("away", "")]
    world.messenger.answers = {}
    second = world.delivery()
    await second.returned(place_of("lan"))
    await world.drain(second)
    assert world.messenger.texts() == ["Đã thêm ảnh."]


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
    assert await officers.anchored(world.store, there, "m1") == tip


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
    to = ToPlace(place_of("officer"), "vi")
    owed = outbox.owe(world.store.seal, to, outgoing=Picture(tip, photo), lane=Lane.REPLY, now=NOON)
    await world.store.db.commit([owed])
    await world.drain()
    assert world.messenger.texts() == ["Ảnh đang được tải về. Mời xem lại sau ít phút."]
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


@asynccontextmanager
async def killed(world: World) -> AsyncIterator[None]:
    """A delivery that is dropped in the middle of things, as by kill -9: from then on nothing of it is written."""
    async with a_store(world.folder) as its_own, asyncio.timeout(30):
        renderer = a_renderer(its_own, world.folder, limits=world.messenger.limits)
        channels = {CHAT: world.messenger}
        doomed = Delivery(its_own, channels, renderer=renderer, clock=world.hours.clock, log=LOG)
        task = asyncio.create_task(doomed.run())
        yield
        await its_own.db.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_after_a_kill_in_mid_send_replies_and_alerts_arrive_and_campaign_lines_are_not_doubled(
    world: World,
) -> None:
    await world.a_campaign(3)
    await world.owe("lan")
    await world.owe("nam", lane=Lane.ALERT)
    await world.owe("later", say("tip-photo-kept"))
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


# --- in passing -------------------------------------------------------------------------------------------------


async def test_a_toast_is_said_at_once_without_a_row_and_its_failure_is_nobodys(world: World) -> None:
    delivery = world.delivery()
    await delivery.toast(place_of("lan"), Toast("p1", Phrase("button-old")), "vi")
    await world.messenger.until(1)
    [(chat, toast)] = world.messenger.shown
    assert isinstance(toast, ShownToast)
    assert (chat, toast.press) == ("lan", "p1")
    assert toast.text.startswith("Nút này đã cũ.")
    world.messenger.script = [Refused("query is too old")]
    await delivery.toast(place_of("lan"), Toast("p2"), "vi")
    await world.messenger.until(2)
    assert await world.lines() == []


async def test_the_number_to_dial_is_said_without_a_row(world: World) -> None:
    await world.delivery().say_now(place_of("lan"), say("tip-photo-kept"), "en")
    assert world.messenger.texts() == ["Photo added."]
    world.messenger.script = [TryLater()]
    await world.delivery().say_now(place_of("lan"), say("tip-photo-kept"), "en")
    assert await world.lines() == []


async def test_an_unknown_subscriber_counts_as_gone(world: World) -> None:
    await world.a_campaign(0)
    await world.owe(ToSubscriber(ReporterId("nobody")), lane=Lane.CAMPAIGN, campaign="c")
    await world.drain()
    assert await world.counts() == (0, 1, 0, 0)
    assert world.hours.passed < timedelta(minutes=1).total_seconds()
