"""Delivery when all goes well: everything owed arrives, in order, at the pace; cards are edited in place."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.channel import Refused, TryLater
from bot.outgoing.delivery import CAMPAIGN_LINES
from messages.address import MessageRef
from messages.outgoing import Say, Toast, say
from messages.phrase import Phrase, Quote, choice, phrase
from messages.rendered import Text
from messages.rendered import Toast as ShownToast
from storage import cards, officers
from storage.outbox import Lane
from storage.records import ReporterId
from storage.writes import Write
from tests.bot.owing import (
    LIMITS,
    NOON,
    Messenger,
    a_notice,
    a_reporter,
    a_store,
    a_tip,
    one,
    place_of,
)
from tests.bot.world import DESK, HI, World, killed


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_store(tmp_path) as store:
        yield World(store, tmp_path)


# --- all goes well ----------------------------------------------------------------------------------------------


async def test_what_is_owed_is_sent_once_and_its_row_goes(world: World) -> None:
    await world.owe("lan", say("tip-words-kept"))
    await world.drain()
    assert world.messenger.texts("lan") == ["Đã thêm vào tin. Tin CHƯA gửi."]
    assert await world.lines() == []


async def test_what_is_owed_while_it_runs_goes_out_when_it_is_woken(world: World) -> None:
    delivery = world.delivery()
    async with world.running(delivery):
        for number in range(3):
            await world.owe("lan")
            delivery.wake()
            await world.messenger.until(number + 1)


async def test_a_chat_hears_everything_in_order(world: World) -> None:
    for key in ("tip-words-kept", "tip-told-ask", "tip-pin-ask", "menu-ask"):
        await world.owe("lan", say(key))
    await world.drain()
    kept, told, pin, menu = world.messenger.texts("lan")
    assert (kept, pin) == ("Đã thêm vào tin. Tin CHƯA gửi.", "Đây là nơi xảy ra việc, hay nơi bạn đang đứng?")
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
    assert order.index("lan") <= 3 + 2 * CAMPAIGN_LINES
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
    await world.owe("lan", say("tip-words-kept"))
    await world.drain()
    texts = world.messenger.texts("lan")
    assert len(texts) > 3
    assert " ".join(texts[:-1]) == "Cán bộ hỏi: " + " ".join(f"từ{n}" for n in range(60))
    assert texts[-1] == "Đã thêm vào tin. Tin CHƯA gửi."
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
    assert await officers.anchored(world.store, DESK, message="m1") == tip
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


# --- in passing -------------------------------------------------------------------------------------------------


async def test_a_toast_is_said_at_once_without_a_row_and_its_failure_is_nobodys(world: World) -> None:
    delivery = world.delivery()
    await delivery.in_passing.toast(place_of("lan"), Toast("p1", Phrase("button-old")), language="vi")
    await world.messenger.until(1)
    [(chat, toast)] = world.messenger.shown
    assert isinstance(toast, ShownToast)
    assert (chat, toast.press) == ("lan", "p1")
    assert toast.text.startswith("Nút này đã cũ.")
    world.messenger.script = [Refused("query is too old")]
    await delivery.in_passing.toast(place_of("lan"), Toast("p2"), language="vi")
    await world.messenger.until(2)
    assert await world.lines() == []


async def test_the_number_to_dial_is_said_without_a_row(world: World) -> None:
    await world.delivery().in_passing.say_now(place_of("lan"), say("tip-words-kept"), language="en")
    assert world.messenger.texts() == ["Added to your tip. NOT sent yet."]
    world.messenger.script = [TryLater()]
    await world.delivery().in_passing.say_now(place_of("lan"), say("tip-words-kept"), language="en")
    assert await world.lines() == []


async def test_an_unknown_subscriber_counts_as_gone(world: World) -> None:
    await world.a_campaign(0)
    await a_notice(world.store, ReporterId("nobody"), subscribed=False)
    await world.drain()
    assert await world.counts() == (0, 1, 0, 0)
    assert world.hours.passed < timedelta(minutes=1).total_seconds()
