"""What people wait for: a goal is met at the median, and one slow time is forgiven."""

import os

from tests.benchmarks import journey

GOOD = {"start-up": [1.1, 1.2, 9.0], "memory": [99.0, 99.5], "card": [60.0, 70.0, 400.0]}


def test_a_median_under_each_goal_meets_it() -> None:
    said, met = journey.verdict(GOOD)
    assert met
    assert said.count(", met") == 3
    assert "70 ms" in said


def test_one_goal_missed_is_below_the_goal() -> None:
    for name, figures in (("start-up", [2.0]), ("memory", [110.0, 111.0]), ("card", [60.0, 100.0, 101.0])):
        said, met = journey.verdict(GOOD | {name: figures})
        assert not met
        assert said.count(", met") == 2
        assert said.count("MISSED") == 1


def test_only_a_message_that_arrived_is_a_card() -> None:
    call = {"at": 1.0, "method": "sendMessage", "chat": 5, "outcome": "ok"}
    assert journey.is_message(call, 5)
    assert not journey.is_message(call, 6)
    assert not journey.is_message(call | {"method": "answerCallbackQuery"}, 5)
    assert not journey.is_message(call | {"outcome": "Bad Request: chat not found"}, 5)


def test_this_process_holds_some_memory() -> None:
    assert 5 < journey.memory_of(os.getpid()) < 5000
