"""An answer that comes long after its message says which message it answers."""

from datetime import timedelta

import pytest

from handlers.desk import advance
from messages.address import Address
from messages.incoming import Content, Incoming, Press, Text
from messages.outgoing import Say
from tests.handlers.fake_facts import NOW, WEB, World, a_session, private

SAID_AT = NOW - timedelta(minutes=40)


async def answered(content: Content, *, late: timedelta) -> list[list[str]]:
    """The keys of what is said to somebody who wrote so long ago, reply by reply."""
    world = World()
    said = Incoming("u1", Address(WEB, "lan"), private("lan"), world.now - late, content)
    session = a_session("lan")
    _, turn = await advance(session, said, world.facts(session))
    return [[words.key for words in reply.words] for reply in turn.replies if isinstance(reply, Say)]


async def test_the_first_answer_to_an_old_message_begins_with_its_time() -> None:
    old = await answered(Text("quán nhậu ồn ào quá giờ"), late=timedelta(minutes=40))
    assert old[0][0] == "answer-late"
    assert sum(reply.count("answer-late") for reply in old) == 1
    assert [[key for key in reply if key != "answer-late"] for reply in old] == await answered(
        Text("quán nhậu ồn ào quá giờ"), late=timedelta()
    )


async def test_the_number_to_dial_comes_before_the_time() -> None:
    first, *_ = await answered(Text("cháy nhà số 5 ngõ 52 Tô Ngọc Vân"), late=timedelta(hours=2))
    assert first[0].startswith("emergency-")
    assert first[-1] == "answer-late"


@pytest.mark.parametrize("late", [timedelta(), timedelta(minutes=9), timedelta(hours=-1)])
async def test_who_is_answered_soon_reads_no_time(late: timedelta) -> None:
    assert all("answer-late" not in reply for reply in await answered(Text("xin chào"), late=late))


async def test_a_press_has_no_time_of_its_own() -> None:
    assert all("answer-late" not in reply for reply in await answered(Press("menu-tip", 0), late=timedelta(hours=1)))
