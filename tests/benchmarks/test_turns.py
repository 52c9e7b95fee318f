"""The benchmark's own rules: everybody tells the same tip, and a figure counts only for work that was done."""

import asyncio
import json
from pathlib import Path

import pytest
from telegram import Bot, Update
from telegram.error import NetworkError
from telegram.request import HTTPXRequest

from tests.benchmarks import conversation, crowd, turns
from tests.benchmarks.conversation import STEPS, Button, Job, Step
from tests.benchmarks.yes_api import yes_api

JOB = Job(Path(), people=2, waves=3, at_once=4)
PEOPLE = 2 * 3 + conversation.WARMING


def a_line(name: str, *, seconds: float = 1.0, tips: int = PEOPLE, replies: int = PEOPLE * len(STEPS)) -> turns.Line:
    return turns.Line(name, 48, seconds, p50_ms=1, p95_ms=2, tips=tips, replies=replies, peak_mb=30)


@pytest.mark.parametrize("step", range(len(STEPS)), ids=[step.name for step in STEPS])
def test_each_step_is_an_update_telegram_could_send(step: int) -> None:
    update = Update.de_json(json.loads(json.dumps(conversation.update(7, step))), None)
    assert update.effective_user is not None
    assert update.effective_user.id == conversation.person_id(7)
    match STEPS[step].kind:
        case "press":
            assert update.callback_query is not None
        case "photo":
            assert update.message is not None
            assert len(update.message.photo) == 4
        case "text":
            assert update.message is not None
            assert update.message.text is not None
            assert update.message.text.startswith(STEPS[step].words)


def test_no_two_updates_have_the_same_number() -> None:
    numbers = [conversation.update(person, step)["update_id"] for person in range(20) for step in range(len(STEPS))]
    assert len(set(numbers)) == len(numbers)


async def test_everybody_tells_all_steps_in_order_and_presses_the_button_they_were_given() -> None:
    heard: dict[int, list[str]] = {}
    in_hand = most = 0

    async def take(body: bytes) -> None:
        nonlocal in_hand, most
        in_hand += 1
        most = max(most, in_hand)
        said = json.loads(body)
        query = said.get("callback_query")
        who = (query or said["message"])["from"]["id"]
        words = said.get("message", {}).get("text", "photo")
        heard.setdefault(who, []).append(query["data"] if query else words.partition(", nhà số")[0])
        in_hand -= 1

    async def find_button(person: int, step: Step) -> Button:
        return Button(handle=f"{step.name}-{person}", message_id=9)

    ran = await conversation.measure(take, JOB, find_button=find_button)
    assert ran.turns == JOB.people * JOB.waves * len(STEPS)
    assert most <= JOB.at_once
    assert len(heard) == conversation.told_in_all(JOB) == PEOPLE
    for who, said in heard.items():
        person = who - conversation.FIRST_PERSON
        pressed = {"send": f"send-{person}", "reach": f"reach-{person}"}
        assert said == [pressed.get(step.name, step.words or "photo") for step in STEPS]


def test_a_run_with_a_lost_tip_or_reply_is_no_figure() -> None:
    turns.check(a_line("ptb"), JOB)
    with pytest.raises(turns.BrokenRunError, match="15 tips of 16"):
        turns.check(a_line("ptb", tips=PEOPLE - 1), JOB)
    with pytest.raises(turns.BrokenRunError, match="127 replies of 128"):
        turns.check(a_line("ptb", replies=PEOPLE * len(STEPS) - 1), JOB)


def test_a_goal_reached_beside_one_peer_only_is_missed() -> None:
    lines = [a_line("ours", seconds=2), a_line("ptb", seconds=3), a_line("aiogram", seconds=1)]
    said, met = turns.verdict(turns.ratios(turns.median_rates(lines)))
    assert not met
    assert "ours / ptb: 1.50 ×   goal: ≥ 1.5 ×, met" in said
    assert "ours / aiogram: 0.50 ×   goal: ≥ 2.5 ×, MISSED" in said


def test_a_median_forgives_one_slow_round() -> None:
    lines = [a_line("ours", seconds=seconds) for seconds in (1, 1, 20)] + [a_line("ptb", seconds=2)]
    assert turns.ratios(turns.median_rates(lines)) == {"ptb": 2.0}


@pytest.mark.parametrize(
    ("part", "found", "met"),
    [
        ("slow", {"sync_ms": 5.0, "a_second": 1000.0}, True),
        ("slow", {"sync_ms": 5.0, "a_second": 999.0}, False),
        ("flood", {"alone_ms": 4.0, "beside_ms": 8.0}, True),
        ("flood", {"alone_ms": 4.0, "beside_ms": 8.1}, False),
        ("memory", {"people": 9.0, "before_mb": 100.0, "after_mb": 120.0}, True),
        ("memory", {"people": 9.0, "before_mb": 100.0, "after_mb": 120.1}, False),
    ],
)
def test_each_part_alone_is_held_against_its_goal(part: str, found: dict[str, float], met: bool) -> None:
    judged = crowd.judge(part, found)
    assert judged.met is met
    assert ("met" if met else "MISSED") in str(judged)


async def test_the_bot_api_of_the_benchmark_says_yes_until_it_is_not_needed_any_more() -> None:
    with yes_api() as address:
        async with Bot(conversation.TOKEN, base_url=f"{address}/bot", request=HTTPXRequest()) as bot:
            assert bot.username == "baotin_bot"
            said = await asyncio.gather(*(bot.send_message(1, "Chào bạn" * 400) for _ in range(20)))
            assert {message.message_id for message in said} == set(range(1, 21))
            assert await bot.answer_callback_query("1")
    with pytest.raises(NetworkError):
        await Bot(conversation.TOKEN, base_url=f"{address}/bot").get_me()
