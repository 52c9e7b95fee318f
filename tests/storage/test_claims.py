"""Who is claimed first where one chat is owed several things."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from messages.address import ChannelName, Place
from messages.outgoing import say
from storage import claims, outbox
from storage.outbox import Lane, ToPlace
from tests.world import a_world

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HERE, THERE = (ToPlace(Place(ChannelName("closed"), who), "vi") for who in ("here", "there"))


async def test_in_one_chat_what_is_more_urgent_goes_first_even_when_a_lower_lane_is_asked_for(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await world.bot.delivery.stop()
        seal, later = world.store.seal, NOW + timedelta(minutes=5)
        owed = [
            outbox.owe(seal, HERE, outgoing=say("tip-heard"), lane=Lane.ALERT, now=NOW),
            outbox.owe(seal, HERE, outgoing=say("tip-heard"), lane=Lane.REPLY, now=NOW),
            outbox.owe(seal, THERE, outgoing=say("tip-heard"), lane=Lane.ALERT, now=NOW),
            outbox.owe(seal, THERE, outgoing=say("tip-heard"), lane=Lane.REPLY, now=later),
        ]
        await world.store.db.commit(owed)
        alerts = await claims.claim(world.store, NOW, lanes=(Lane.ALERT,))
        assert [line.id for line in alerts] == [3], "a reply that waits for its time holds nothing back"
        replies = await claims.claim(world.store, NOW, lanes=(Lane.REPLY,))
        assert [line.id for line in replies] == [2]
        await world.store.db.commit(outbox.sent(replies[0]))
        assert [line.id for line in await claims.claim(world.store, NOW, lanes=(Lane.ALERT,))] == [1]
        await world.store.db.commit([write for line in (*alerts, *replies) for write in outbox.sent(line)])
        await world.store.db.commit([outbox.end_chat(outbox.chat_for(seal, HERE))])
