"""The audit finds what it is there to find."""

from collections import Counter

import pytest

from tests.bot_api_fake.server import Entry
from tests.chaos import audit
from tests.chaos.audit import Findings


def sends(count: int, *, apart: float, method: str = "SendMessage", outcome: str = "ok") -> list[Entry]:
    return [Entry(100 + number * apart, method, 501, outcome) for number in range(count)]


@pytest.mark.parametrize(("count", "apart", "worst"), [(60, 1.015 / 30, 30), (33, 0.03, 33), (3, 0.5, 2), (0, 1.0, 0)])
def test_a_second_with_too_many_sends_is_found_wherever_it_begins(count: int, apart: float, worst: int) -> None:
    found = Findings()
    assert audit.look_at_pace(sends(count, apart=apart), found, most=31) == worst
    assert bool(found.hurried) == (worst > 31)


def test_only_what_shows_something_in_a_chat_counts_as_a_send() -> None:
    asked = [*sends(40, apart=0.001, method="GetUpdates"), *sends(40, apart=0.001, method="sendChatAction")]
    assert audit.look_at_pace(asked, Findings(), most=31) == 0


def test_calls_without_an_answer_are_in_doubt_and_refused_ones_are_not() -> None:
    ledger = [
        *sends(2, apart=1, outcome="hang"),
        *sends(1, apart=1, outcome="cut"),
        *sends(4, apart=1, outcome="drop"),
        *sends(4, apart=1, outcome="Too Many Requests"),
    ]
    assert audit.unanswered(ledger) == Counter({501: 3})


def test_what_an_earlier_round_found_is_told_once() -> None:
    known: set[str] = set()
    for fresh in (True, False):
        found = Findings(lost=["a tip"])
        found.forget(known)
        assert bool(found.wrong()) == fresh
