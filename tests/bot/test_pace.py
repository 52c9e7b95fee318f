"""The pace: even slots, buckets for chats, and patience when the platform asks for it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.channel import Limits
from bot.outgoing.pace import BURST, Pace

FREE = Limits(
    text=4096, caption=1024, buttons=8, label=64, file=20_000_000, can_edit=True, can_pin=True,
    per_second=30, per_chat=1, per_group=20,
)  # fmt: skip
UNPACED = Limits(
    text=4096, caption=1024, buttons=8, label=64, file=20_000_000, can_edit=True, can_pin=True,
    per_second=0, per_chat=0, per_group=0,
)  # fmt: skip


def most_within(span: float, moments: Iterable[float]) -> int:
    """The most moments that any window of this length holds, both ends included."""
    at = sorted(moments)
    return max((sum(1 for other in at if start <= other <= start + span) for start in at), default=0)


def drive(pace: Pace, *, count: int, chat: Callable[[int], bytes], is_group: bool = False) -> list[float]:
    """Send one after the other, each as early as it may."""
    now, granted = 100.0, []
    for number in range(count):
        while (at := pace.next_slot(now, chat(number), is_group=is_group)) > now:
            now = at
        granted.append(now)
    return granted


def test_a_broadcast_to_300_people_never_puts_more_than_30_into_a_second() -> None:
    granted = drive(Pace(FREE), count=300, chat=lambda number: b"%d" % number)
    assert most_within(1.0, granted) == 30
    assert granted[-1] - granted[0] == pytest.approx(299 * 1.015 / 30, abs=0.05)


def test_slots_are_even_and_not_bursts() -> None:
    granted = drive(Pace(FREE), count=60, chat=lambda number: b"%d" % number)
    gaps = [later - earlier for earlier, later in pairwise(granted)]
    assert min(gaps) == pytest.approx(max(gaps)) == pytest.approx(1.015 / 30)


@settings(max_examples=60, deadline=None)
@given(
    waits=st.lists(st.floats(0, 0.2), min_size=40, max_size=150),
    late=st.lists(st.floats(0, 0.05), min_size=1, max_size=20),
)
def test_no_window_of_a_second_holds_more_than_30_whatever_comes_and_however_late_we_wake(
    waits: list[float], late: list[float]
) -> None:
    pace, now, granted = Pace(FREE), 0.0, []
    for number, wait in enumerate(waits):
        now += wait / 10
        while (at := pace.next_slot(now, b"%d" % number)) > now:
            now = at + late[number % len(late)]
        granted.append(now)
    assert most_within(1.0, granted) <= 30


def test_a_private_chat_gets_three_at_once_and_then_one_a_second() -> None:
    granted = drive(Pace(FREE), count=8, chat=lambda _: b"one")
    assert granted[BURST - 1] - granted[0] < 0.1
    assert [round(at - granted[0], 1) for at in granted[BURST:]] == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_a_chat_that_must_wait_takes_no_slot_from_others() -> None:
    pace = Pace(FREE)
    now = drive(pace, count=BURST, chat=lambda _: b"one")[-1] + 0.05
    assert pace.next_slot(now, b"one") > now
    assert pace.next_slot(now, b"other") == now


def test_a_group_gets_at_most_20_in_any_minute() -> None:
    granted = drive(Pace(FREE), count=65, chat=lambda _: b"desk", is_group=True)
    assert most_within(59.999, granted) == 20
    assert granted[19] - granted[0] < 1
    assert granted[60] - granted[0] == pytest.approx(180, abs=1)


def test_a_channel_without_limits_never_waits() -> None:
    pace = Pace(UNPACED)
    assert {pace.next_slot(5.0, b"page") for _ in range(500)} == {5.0}


def test_a_chat_asked_to_wait_does_and_the_others_go_on() -> None:
    pace = Pace(FREE)
    pace.slow_down(10.0, b"slow", after=30, everybody=False)
    assert pace.next_slot(10.0, b"slow") == 40.0
    assert pace.next_slot(10.0, b"other") == 10.0
    assert pace.is_paused(10.0, b"slow")
    assert not pace.is_paused(10.0, b"other")
    assert pace.next_slot(40.0, b"slow") == 40.0


def test_two_chats_asked_to_wait_within_ten_seconds_pause_everybody() -> None:
    pace = Pace(FREE)
    pace.slow_down(10.0, b"one", after=3, everybody=False)
    pace.slow_down(19.0, b"two", after=5, everybody=False)
    assert pace.next_slot(20.0, b"third") == 24.0


def test_two_chats_asked_to_wait_far_apart_or_one_chat_twice_pause_nobody_else() -> None:
    pace = Pace(FREE)
    pace.slow_down(10.0, b"one", after=3, everybody=False)
    pace.slow_down(12.0, b"one", after=3, everybody=False)
    pace.slow_down(30.0, b"two", after=3, everybody=False)
    assert pace.next_slot(30.0, b"third") == 30.0


def test_when_everybody_is_asked_to_wait_everybody_does_and_no_burst_follows() -> None:
    pace = Pace(FREE)
    pace.slow_down(10.0, b"one", after=3600, everybody=True)
    assert pace.next_slot(11.0, b"other") == 3610.0
    assert pace.channel_paused_until() == 3610.0
    granted, now = [], 3610.0
    for number in range(60):
        while (at := pace.next_slot(now, b"%d" % number)) > now:
            now = at
        pace.landed()
        granted.append(now)
    assert most_within(1.0, granted) == 30


def test_after_a_pause_one_goes_first_and_the_others_when_it_has_been_answered() -> None:
    pace = Pace(FREE)
    pace.slow_down(10.0, b"one", after=5, everybody=True)
    assert pace.next_slot(15.0, b"first") == 15.0
    assert pace.next_slot(16.0, b"second") == float("inf")
    assert pace.landed()
    assert pace.next_slot(16.0, b"second") == 16.0
    assert not pace.landed()


def test_a_wake_up_that_is_late_costs_few_slots_and_an_idle_hour_saves_none_up() -> None:
    pace, now, granted = Pace(FREE), 100.0, []
    for number in range(90):
        while (at := pace.next_slot(now, b"%d" % number)) > now:
            now = at + 0.1
        granted.append(now)
    assert granted[-1] - granted[0] < 1.1 * 90 * 1.015 / 30 + 0.3
    assert most_within(1.0, granted) <= 30
    assert most_within(1.04, granted) <= 31, "a receiver that gets them 40 ms early or late sees no burst"
    later = [pace.next_slot(3700.0, b"%d" % number) for number in range(3)]
    assert later.count(3700.0) == 1


def test_sends_that_a_stall_held_up_count_from_when_they_really_went() -> None:
    pace, now = Pace(FREE), 100.0
    for number in range(30):
        while (at := pace.next_slot(now, b"%d" % number)) > now:
            now = at
        last = now
    pace.went(last, 103.0)
    went = [103.0]
    now = 103.0
    for number in range(60):
        while (at := pace.next_slot(now, b"later %d" % number)) > now:
            now = at
        went.append(now)
    assert most_within(1.0, went) <= 30


def test_what_is_paid_for_has_slots_of_its_own() -> None:
    pace = Pace(replace(FREE, paid_per_second=1000))
    now, paid = 100.0, []
    for number in range(3000):
        while (at := pace.next_slot(now, b"%d" % number, paid=True)) > now:
            now = max(at, now + 0.01)
        paid.append(now)
    assert most_within(1.0, paid) <= 1000
    assert paid[-1] - paid[0] == pytest.approx(3.105, abs=0.05)
    assert pace.next_slot(now, b"reply") == now


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    pace = Pace(FREE)
    pace.pause(b"one", 50.0)
    pace.pause(b"one", 20.0)
    assert pace.next_slot(10.0, b"one") == 50.0


def test_people_who_were_written_to_long_ago_are_forgotten_and_pauses_are_not() -> None:
    pace = Pace(FREE)
    pace.pause(b"paused", 10_000.0)
    drive(pace, count=6000, chat=lambda number: b"%d" % number)
    assert len(pace._chats) < 5000
    assert pace.next_slot(400.0, b"paused") == 10_000.0
