"""For an hour after words of danger no campaign reaches somebody, and an outcome is told without a question."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.channel import TryLater
from bot.outgoing.calm import calmed, hold_back, is_left_in_peace
from handlers.residents.outcome import under_outcome
from messages.outgoing import Exhibit
from messages.phrase import Phrase
from storage import reporters
from storage.records import Outcome
from tests.handlers.fake_facts import a_tip
from tests.world import MORNING, a_world

AN_HOUR = timedelta(hours=1)


async def test_whoever_told_of_danger_is_left_in_peace_for_an_hour(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        lan = world.person("Lan")
        await lan.says("xin chào")
        calm = await reporters.of(world.store, lan.by)
        hold_back(calm, world.time)
        hold_back(None, world.time)
        world.time += timedelta(minutes=3, milliseconds=41)
        await lan.says("cháy nhà rồi cứu với")
        frightened = await reporters.of(world.store, lan.by)
        told = under_outcome(a_tip(), (Phrase("after-done"),), outcome=Outcome.HANDLED)
        with pytest.raises(TryLater) as later:
            hold_back(frightened, world.time)
        assert later.value.after is not None
        until = world.time + timedelta(seconds=later.value.after)
        assert until == MORNING + 2 * AN_HOUR, "a full hour: the row must not tell when they wrote"
        held = calmed(told, frightened, now=world.time)
        assert not isinstance(held, Exhibit) and (held.words, held.choices) == ((Phrase("after-done"),), ())
        assert not is_left_in_peace(frightened, world.time + AN_HOUR)
        assert calmed(told, frightened, now=world.time + AN_HOUR) == told
