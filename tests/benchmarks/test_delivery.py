"""How broadcasts are measured: the fake's tally, and a table that says which goal was missed."""

import json

from tests.benchmarks.delivery import Figure, table
from tests.bot_api_fake.lean import TALKERS, Lean, Tally, most_in_a_second, percentile


def test_the_most_in_any_second_is_that_of_the_worst_window_and_not_of_the_clock_s_seconds() -> None:
    assert most_in_a_second([]) == 0
    assert most_in_a_second([0.9, 0.95, 1.0, 1.05, 1.85, 3.0]) == 5


def test_a_share_of_nothing_is_nothing() -> None:
    assert percentile([], 0.99) == 0
    assert percentile([3, 1, 2], 0.5) == 2


def test_the_tally_knows_replies_from_campaigns_and_whoever_got_it_twice() -> None:
    tally = Tally()
    tally.said[TALKERS + 1] = 0.0
    for chat, paid in ((1, True), (2, False), (2, False), (TALKERS + 1, False)):
        tally.note(chat, paid=paid)
    told = tally.told()
    assert (told["sent"], told["campaign"], told["doubled"], told["paid"]) == (4, 3, 1, 1)
    assert (told["replies"], told["unanswered"]) == (1, 0)


async def test_the_lean_fake_answers_as_the_library_expects() -> None:
    lean = Lean(0)
    sent = await lean.perform(b"SendMessage", b'{"chat_id": "77", "text": "x", "allow_paid_broadcast": "true"}')
    assert json.loads(sent)["chat"]["id"] == 77
    assert lean.tally.paid == 1
    lean.put("message", lean.message(5, text="/start"))
    [update] = json.loads(await lean.perform(b"getUpdates", b"offset=0&timeout=0"))
    assert update["message"]["text"] == "/start"
    assert lean.tally.said.keys() == {5}


def test_a_goal_that_was_missed_is_said() -> None:
    said = table([Figure("one", 1.0, "s", "at most 2", True), Figure("two", 3.0, "s", "at most 2", False)])
    assert said.splitlines()[0].endswith("met")
    assert said.splitlines()[1].endswith("MISSED")
