"""A turn's first reply is claimed in the commit that owes it, and goes straight to delivery."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.channel import TryLater
from bot.outgoing.delivery import HELD, IN_FLIGHT, Delivery
from messages.outgoing import Say, say
from storage import claims, outbox
from storage.outbox import Lane, Line, ToPlace
from tests.bot.owing import a_store, place_of
from tests.bot.world import HI, World
from tests.storage.notes import let_everybody_start, somebody_else_writing


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_store(tmp_path) as store:
        yield World(store, tmp_path)


def reply(world: World, chat: str, *, words: Say = HI) -> Line:
    to = ToPlace(place_of(chat), "vi", "session")
    return outbox.new_line(world.store.seal, to, outgoing=words, lane=Lane.REPLY, now=world.hours.now())


async def hand_over(world: World, delivery: Delivery, line: Line, *, chat: str) -> None:
    """As a turn does it."""
    over = delivery.may_hand_over(line, place_of(chat))
    assert over is not None
    owed = claims.owe_at_once(world.store.seal, line, over=over, expires_at=None)
    await world.store.db.commit([owed], then=delivery.handing.expect(line))


async def ready(world: World, delivery: Delivery) -> None:
    """Wait until it runs: what was owed before has gone out, and the next slot is there."""
    await world.owe("first")
    delivery.wake()
    await world.messenger.until(1)
    await world.hours.sleep(1)


async def test_a_reply_is_claimed_as_it_is_owed_and_goes_out_without_a_look_at_the_outbox(world: World) -> None:
    delivery = world.delivery()
    async with world.running(delivery):
        await ready(world, delivery)
        await hand_over(world, delivery, reply(world, "lan"), chat="lan")
        await world.messenger.until(2)
    assert [chat for chat, _ in world.messenger.shown] == ["first", "lan"]
    assert await world.lines() == []


async def test_while_another_line_of_the_chat_is_on_its_way_the_reply_waits_for_it(world: World) -> None:
    world.messenger.answers["lan"] = [TryLater(after=5)]
    delivery = world.delivery()
    async with world.running(delivery):
        await ready(world, delivery)
        line, after = reply(world, "lan"), reply(world, "lan", words=say("tip-words-kept"))
        owed = [claims.owe_at_once(world.store.seal, one, over=0, expires_at=None) for one in (line, after)]
        await world.store.db.commit(owed[:1], then=delivery.handing.expect(line))
        await world.store.db.commit(owed[1:], then=delivery.handing.expect(after))
        await world.messenger.until(4)
    assert world.messenger.texts("lan")[1:] == ["Đã thêm vào tin. Tin CHƯA gửi."]
    assert await world.lines() == []


async def test_whoever_waited_for_the_commit_may_be_gone_and_the_reply_goes_out_all_the_same(world: World) -> None:
    delivery = world.delivery()
    async with world.running(delivery):
        await ready(world, delivery)
        turn = asyncio.create_task(hand_over(world, delivery, reply(world, "lan"), chat="lan"))
        await asyncio.sleep(0)  # the writer has taken it
        await asyncio.sleep(0)
        turn.cancel()
        await asyncio.wait({turn})
        await world.messenger.until(2)
    assert await world.lines() == []


async def test_a_reply_whose_turn_is_written_only_while_we_stop_is_put_back(world: World) -> None:
    """Sent after the last marks were written, it would be said once more at the next start."""
    delivery = world.delivery()
    async with world.running(delivery) as running:
        await ready(world, delivery)
        await world.settled(running, until=world.is_empty)
        with somebody_else_writing(world.folder / "test.db"):
            turn = asyncio.create_task(hand_over(world, delivery, reply(world, "lan"), chat="lan"))
            await let_everybody_start()
            await delivery.stop()
            await let_everybody_start()
        await turn
    assert [chat for chat, _ in world.messenger.shown] == ["first"]
    assert await world.lines() == [("waiting", "")]


async def test_a_reply_that_was_claimed_when_the_process_died_is_in_doubt(world: World) -> None:
    line = reply(world, "lan")
    await world.store.db.commit([claims.owe_at_once(world.store.seal, line, over=0, expires_at=None)])
    assert await world.lines() == [("claimed", "")]
    await world.store.db.commit(outbox.void_claims(world.hours.now()))
    assert await world.lines() == [("waiting", outbox.IN_DOUBT)]


async def test_only_so_many_are_claimed_at_once_and_none_before_delivery_runs(world: World) -> None:
    delivery, line = world.delivery(), reply(world, "lan")
    assert delivery.may_hand_over(line, place_of("lan")) is None
    async with world.running(delivery):
        await ready(world, delivery)
        written = [delivery.handing.expect(line) for _ in range(HELD + IN_FLIGHT)]
        assert delivery.may_hand_over(line, place_of("lan")) is None
        for then in written:
            then(None)  # nothing of the turn was written
        assert delivery.may_hand_over(line, place_of("lan")) is not None
    assert delivery.may_hand_over(line, place_of("lan")) is None
