"""The queue's benchmark: what it stores fits the schema, what it asks is answered, and a miss is a miss."""

import random
from pathlib import Path

from bot.opening import open_store
from bot.settings import read_settings
from storage.records import TipId
from tests.benchmarks import queue


async def test_every_question_is_answered_from_what_was_stored(tmp_path: Path) -> None:
    settings = read_settings(_env_file=None, data=tmp_path / "data", web_port=0)
    await queue.build(settings, 2_000)
    async with open_store(settings, tell=lambda _: None) as store:
        [stored] = await store.db.fetch_all("SELECT count(*) FROM tips")
        [open_ones] = await store.db.fetch_all("SELECT count(*) FROM tips WHERE rank IS NOT NULL")
        assert stored[0] == 2_000
        assert 20 < open_ones[0] < 300
        named = await queue.sample(store)
        assert len(named) > queue.OWN
        await store.db.commit([queue.receipt_for(store, TipId(named[0][0]))])
        for ask, _ in (await queue.questions(store, random.Random(1))).values():
            took = await queue.timed(ask, 3)
            assert len(took.waited) == len(took.worked) == 3


def test_one_thing_that_is_too_slow_misses_and_one_without_a_goal_does_not() -> None:
    fast = queue.Took([1.0] * 100, [0.5] * 100)
    slow = queue.Took([1.0] * 90 + [9.0] * 10, [0.5] * 100)
    assert queue.verdict({"page": (fast, True), "counts": (slow, False)})[1]
    said, met = queue.verdict({"page": (fast, True), "tip": (slow, True)})
    assert not met
    assert "MISSED" in said
