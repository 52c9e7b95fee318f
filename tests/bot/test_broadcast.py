"""A broadcast as it runs: paused, cancelled, recalled and corrected in its course, and paid for within a budget."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.channel import Limits, Refused, TryLater
from bot.outgoing.broadcast import Broadcast
from bot.outgoing.delivery import CAMPAIGN_LINES, Delivery
from messages.address import Address
from messages.outgoing import say
from messages.phrase import choice
from messages.rendered import Erase, Text
from storage import campaigns, notices, officers, outbox
from storage.campaign_records import Campaign
from storage.errors import Stale
from storage.outbox import Lane, ToPlace
from storage.records import CampaignId, OfficerId, Role
from storage.store import ms
from storage.writes import Write
from tests.bot.owing import (
    CHAT,
    LIMITS,
    NOON,
    WARD,
    Messenger,
    a_notice,
    a_renderer,
    a_reporter,
    a_store,
    a_tip,
    every,
    one,
    place_of,
)
from tests.bot.world import LOG, World

C = CampaignId("c")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_store(tmp_path) as store:
        yield World(store, tmp_path)


async def the_campaign(world: World) -> Campaign:
    found = await campaigns.campaign(world.store, C)
    assert found is not None
    return found


async def step(world: World, *, night: bool = False) -> None:
    """One look of the clock."""

    async def commit(writes: Sequence[Write]) -> bool:
        try:
            await world.store.db.commit(writes)
        except Stale:
            return False
        return True

    broadcast = Broadcast(world.store, commit, facts=None)  # type: ignore[arg-type]
    for going in await campaigns.going(world.store, world.hours.now()):
        await broadcast.step(going, world.hours.now(), night=night)


async def at_send(world: World, count: int, write: Write, *, seen: bool = False) -> None:
    """Run; as soon as so many were tried, an officer does something; then run until nothing may go out any more.

    With `seen` the clock looks at it before anything else goes out.
    """
    delivery = world.delivery()
    async with world.running(delivery) as running:
        await world.messenger.until(count)
        world.hours.is_frozen = True  # no slot comes before the officer's decision is written
        await world.store.db.commit([write])
        if seen:
            await step(world)
        world.hours.is_frozen = False
        delivery.wake()
        await world.settled(running, until=lambda: nothing_is_claimed(world))


async def nothing_is_claimed(world: World) -> bool:
    return await one(world.store, "SELECT 1 FROM lines WHERE state = 'claimed'") is None


async def test_a_pause_holds_also_what_was_claimed_and_later_everybody_gets_it_once(world: World) -> None:
    await world.a_campaign(40)
    await at_send(world, 3, campaigns.steer(C, "pause", version=1))
    shown = len(world.messenger.shown)
    assert shown <= 3 + 2, "whatever was claimed asks its campaign just before it goes"
    assert await one(world.store, "SELECT count(*) FROM lines WHERE state = 'waiting'") == (40 - shown,)
    await world.store.db.commit([campaigns.steer(C, "resume", version=2)])
    await world.drain()
    chats = [chat for chat, _ in world.messenger.shown]
    assert len(chats) == len(set(chats)) == 40
    assert await world.counts() == (40, 0, 0, 0)


async def test_a_cancelled_broadcast_counts_who_does_not_get_it(world: World) -> None:
    await world.a_campaign(40)
    await at_send(world, 3, campaigns.steer(C, "cancel", version=1))
    await step(world)
    row = await the_campaign(world)
    assert (row.sent + row.cancelled, row.status, row.due_at) == (40, "cancelled", None)
    assert row.sent <= 5
    assert await world.lines() == []


async def test_a_warning_for_tonight_does_not_arrive_tomorrow(world: World) -> None:
    await world.a_campaign(20)
    await at_send(world, 2, Write("UPDATE campaigns SET expires_at = ?", (ms(NOON) + 1,)))
    world.hours.passed += 60
    await step(world)
    row = await the_campaign(world)
    assert row.sent + row.expired == 20
    assert row.expired >= 15
    assert row.status == "sent"


async def test_at_night_nothing_of_a_broadcast_goes_out_and_in_the_morning_it_goes_on(world: World) -> None:
    world.hours = type(world.hours)(datetime(2026, 11, 22, 13, 59, 58, tzinfo=UTC))
    world.messenger = Messenger(world.hours)
    await world.a_campaign(0)
    await world.store.db.commit([Write("UPDATE campaigns SET expires_at = expires_at + 86400000")])
    for number in range(120):
        await _subscriber(world, number)
    delivery = world.delivery()
    async with world.running(delivery) as running:
        await world.messenger.until(20)
        await world.settled(running, until=lambda: rests(world, 2.1))
    by_nine = len(world.messenger.shown)
    assert 20 <= by_nine <= 70
    world.hours.passed += 10 * 3600
    await world.drain()
    assert len(world.messenger.shown) == 120


async def _subscriber(world: World, number: int) -> None:
    await a_notice(world.store, await a_reporter(world.store, f"n{number}"))


async def rests(world: World, passed: float) -> bool:
    return world.hours.passed >= passed or await nothing_is_claimed(world)


async def test_who_unsubscribes_while_their_line_is_claimed_does_not_get_it(world: World) -> None:
    await world.a_campaign(CAMPAIGN_LINES)
    world.messenger.answers = {"s0": [TryLater(0.5)]}
    await at_send(world, 1, Write("DELETE FROM subscriptions WHERE reporter <> 'reporter-s0'"))
    await world.drain()
    row = await the_campaign(world)
    assert row.sent + row.muted == CAMPAIGN_LINES
    assert row.muted >= CAMPAIGN_LINES - 4


# --- mending ----------------------------------------------------------------------------------------------------


async def test_a_correction_edits_what_was_shown_before_the_rest_goes_out_with_the_new_words(world: World) -> None:
    await world.a_campaign(30)
    await at_send(world, 10, campaigns.correct(C, version=1, words="Nhớ khoá van ga."), seen=True)
    await world.drain()
    await step(world)
    texts = [line for _, line in world.messenger.shown if isinstance(line, Text)]
    old = [line for line in texts if "bếp" in line.text]
    edits = [line for line in texts if line.instead_of is not None]
    assert len(edits) == len(old)
    assert {line.text for line in edits} == {"Đính chính:\nNhớ khoá van ga."}
    assert all(line.only_there for line in edits)
    fresh = [index for index, line in enumerate(texts) if line.text == "Nhớ khoá van ga."]
    last_edit = max(index for index, line in enumerate(texts) if line.instead_of is not None)
    assert len(fresh) == 30 - len(old)
    assert sum(index > last_edit for index in fresh) >= len(fresh) - 2 * CAMPAIGN_LINES
    row = await the_campaign(world)
    assert (row.sent, row.amended, row.missed, row.amends, row.status) == (30, len(old), 0, "", "sent")


@pytest.mark.parametrize(("hours", "erased"), [(1, True), (60, False)])
async def test_a_recall_deletes_what_is_young_and_edits_what_is_old(world: World, hours: int, *, erased: bool) -> None:
    await world.a_campaign(5)
    await world.drain()
    await step(world)
    world.hours.passed += 3600 * hours
    row = await the_campaign(world)
    await world.store.db.commit([campaigns.steer(C, "recall", version=row.version)])
    await step(world)
    before = len(world.messenger.shown)
    world.messenger.answers = {"s1": [Refused("message can't be found")]}
    await world.drain()
    await step(world)
    taken_back = [line for _, line in world.messenger.shown[before:]]
    assert len(taken_back) == 4
    assert all(isinstance(line, Erase) == erased for line in taken_back)
    row = await the_campaign(world)
    assert (row.status, row.sent, row.amended, row.missed, row.amends) == ("recalled", 5, 4, 1, "")


# --- paid -------------------------------------------------------------------------------------------------------

PAID = replace(LIMITS, paid_per_second=1000)


def paying(world: World, limits: Limits, stars: int) -> Delivery:
    world.messenger.limits = limits
    renderer = a_renderer(world.store, world.folder, limits=limits)
    return Delivery(
        world.store, {CHAT: world.messenger}, renderer=renderer, clock=world.hours.clock, log=LOG, stars=stars
    )


async def test_what_is_paid_for_goes_fast_and_when_the_budget_is_spent_the_rest_goes_free(world: World) -> None:
    await world.a_campaign(120, audience=5_000)
    await world.drain(paying(world, PAID, stars=6))
    lines = [line for _, line in world.messenger.shown if isinstance(line, Text)]
    assert [line.paid for line in lines] == [True] * 60 + [False] * 60
    at = [moment for moment, _ in world.messenger.tried]
    assert at[59] < 0.2
    assert at[-1] - at[60] == pytest.approx(59 * 1.015 / 30, abs=0.2)
    assert await notices.spent(world.store.db) == 60


async def test_nothing_is_spent_on_a_channel_that_charges_nothing(world: World) -> None:
    await world.a_campaign(20, audience=5_000)
    await world.drain(paying(world, LIMITS, stars=6))
    assert not any(line.paid for _, line in world.messenger.shown if isinstance(line, Text))
    assert await notices.spent(world.store.db) == 0


async def test_what_was_paid_for_and_put_back_unsent_is_not_spent(world: World) -> None:
    await world.a_campaign(50, audience=5_000)
    delivery = paying(world, replace(PAID, paid_per_second=10), stars=50)
    async with world.running(delivery):
        await world.messenger.until(5)
    sent = len(world.messenger.shown)
    assert sent < 20
    assert await notices.spent(world.store.db) == sent


# --- what else waits --------------------------------------------------------------------------------------------


async def test_a_paused_channels_replies_are_put_back_once_and_not_claimed_meanwhile(world: World) -> None:
    world.messenger.script = [TryLater(600, whole_channel=True)]
    await world.owe("first")
    delivery = world.delivery()
    async with world.running(delivery) as running:
        await world.messenger.until(1)
        for number in range(5):
            await world.owe(f"later-{number}")
        delivery.wake()
        await world.settled(running, until=world.is_empty)
    at = sorted(moment for moment, _ in world.messenger.tried)
    assert len(at) == 7
    assert min(at[1:]) >= 600


async def test_a_clock_that_jumps_back_an_hour_delays_nothing(world: World) -> None:
    world.messenger.script = [TryLater()]
    await world.owe("lan")
    back = timedelta()
    now = world.hours.now
    world.hours.now = lambda: now() - back  # type: ignore[method-assign]
    delivery = world.delivery()
    async with world.running(delivery) as running:
        await world.messenger.until(1)
        back = timedelta(hours=1)
        await world.owe("nam")
        delivery.wake()
        await world.settled(running, until=world.is_empty)
    assert sorted(chat for _, chat in world.messenger.tried) == ["lan", "lan", "nam"]
    assert world.hours.passed < 60


async def test_a_question_nobody_has_seen_gives_way_to_the_newer_one_and_what_was_told_stays(world: World) -> None:
    to = ToPlace(place_of("lan"), "vi", "session")
    seal = world.store.seal
    for key, asks in (("tip-told-ask", True), ("apology", False), ("menu-ask", True)):
        asked = replace(say(key, choices=(choice("send"),) if asks else ()), asks=asks)
        owed = outbox.owe(seal, to, outgoing=asked, lane=Lane.REPLY, now=NOON)
        await world.store.db.commit([*([outbox.replace_question(outbox.chat_for(seal, to))] if asks else []), owed])
    await world.drain()
    assert len(world.messenger.texts("lan")) == 2
    assert world.messenger.texts("lan")[1] != world.messenger.texts("lan")[0]


async def test_what_waits_for_an_officer_who_lost_the_role_meanwhile_is_not_shown(world: World) -> None:
    tip = await a_tip(world.store, by=await a_reporter(world.store))
    minh, there = OfficerId("minh"), place_of("minh")
    contents = officers.Contents("Minh", Address(CHAT, "minh"), there)
    enrolled = officers.enrol(world.store.seal, minh, contents=contents, status="active", now=NOON)
    await world.store.db.commit([*enrolled, officers.grant(minh, ward=WARD, role=Role.OFFICER)])
    line = replace(say("apology"), anchor=tip)
    await world.owe(ToPlace(there, "vi"), line, lane=Lane.ALERT)
    await world.drain()
    assert len(world.messenger.texts("minh")) == 1
    await world.owe(ToPlace(there, "vi"), line, lane=Lane.ALERT)
    await world.store.db.commit([Write("DELETE FROM roles WHERE officer = 'minh'")])
    await world.drain()
    assert len(world.messenger.texts("minh")) == 1
    assert await every(world.store, "SELECT id FROM lines") == []
