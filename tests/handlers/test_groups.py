"""Notes, shared chats and fire questions: what officers say where others listen, and what never leaves the unit."""

import pytest

from handlers.effects import (
    AddEntries,
    AnswerQuestion,
    FetchFile,
    LinkGroup,
    LogAct,
    MoveGroup,
    TellPlace,
    UnlinkGroup,
)
from messages.address import Place
from messages.incoming import Membership, Photo, Pin, Point, Text
from storage.records import OfficerId, Role
from tests.handlers.fake_facts import BA_DINH, FAR_AWAY, TAY_HO, WEB, World, a_question, an_officer, private
from tests.handlers.officer_driver import GROUP, Chat, a_staffed_world, spoken


@pytest.fixture
def world() -> World:
    return a_staffed_world()


# --- notes and groups -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [GROUP, private("An")])
async def test_a_reply_to_a_card_is_always_a_note_and_never_goes_out(world: World, place: Place) -> None:
    chat = Chat(world, "An", place)
    assert "Người gửi tin không thấy ghi chú" in await chat.says("Xe đỏ, đã thấy hôm qua", reply_to="card")
    [added] = chat.effects
    assert isinstance(added, AddEntries)
    assert [(entry.kind, entry.words, entry.officer) for entry in added.entries] == [
        ("note", "Xe đỏ, đã thấy hôm qua", "An")
    ]
    await chat.hears(Photo("file", "caption"), reply_to="card")
    assert [entry.kind for entry in chat.caused(AddEntries)[0].entries] == ["photo"]
    assert len(chat.caused(FetchFile)) == 1


async def test_the_group_is_met_with_silence_unless_it_is_about_a_card(world: World) -> None:
    for who in ("An", "stranger"):
        chat = Chat(world, who, GROUP)
        for content in (Text("Cháy nhà, cứu với!"), Text("1"), Photo("f"), Pin(Point(21, 105))):
            assert await chat.hears(content) == ""
            assert chat.effects == ()
    assert await Chat(world, "stranger", GROUP).says("a note", reply_to="card") == ""


async def test_a_chief_links_a_group_to_the_own_ward_and_to_no_other(world: World) -> None:
    chief = Chat(world, "Chief", GROUP)
    assert "phường Tây Hồ" in await chief.says("/ketnoi")
    assert chief.caused(LinkGroup) == [LinkGroup(GROUP, TAY_HO.code, OfficerId("Chief"))]
    await chief.says("/ketnoi Tây Hồ")
    assert len(chief.caused(LinkGroup)) == 1
    assert "ghi rõ đơn vị" in await chief.says("/ketnoi Ba Đình")
    assert chief.effects == ()
    world.enlist(an_officer("Two", Role.CHIEF, roles={TAY_HO.code: Role.CHIEF, BA_DINH.code: Role.CHIEF}))
    two = Chat(world, "Two", GROUP)
    assert "ghi rõ đơn vị" in await two.says("/ketnoi")
    await two.says("/ketnoi Ba Đình")
    assert two.caused(LinkGroup)[0].ward == BA_DINH.code
    world.groups[GROUP] = BA_DINH.code
    assert await chief.says("/ketnoi") == await chief.says("/ngatketnoi") == ""
    await two.says("/ngatketnoi")
    assert two.caused(UnlinkGroup) == [UnlinkGroup(GROUP, OfficerId("Two"))]
    assert "ghi rõ đơn vị" in await two.says(f"/ketnoi {FAR_AWAY.name}")


async def test_joining_leaving_and_moving_of_a_group(world: World) -> None:
    assert "/ketnoi" in await Chat(world, "Chief", GROUP).hears(Membership("added"))
    assert await Chat(world, "stranger", GROUP).hears(Membership("added")) == ""
    chat = Chat(world, "stranger", GROUP)
    await chat.hears(Membership("removed"))
    assert chat.caused(UnlinkGroup) == [UnlinkGroup(GROUP)]
    moved = Place(WEB, "supergroup", shared=True)
    await chat.hears(Membership("moved", moved))
    assert chat.caused(MoveGroup) == [MoveGroup(GROUP, moved)]


# --- fire questions ---------------------------------------------------------------------------------------------


async def test_a_fire_question_is_listed_answered_in_the_units_name_and_only_once(world: World) -> None:
    chat = Chat(world, "Fire")
    assert "<question q1 words>" in await chat.says("/cauhoi")
    await chat.presses("reply:q1")
    assert [act.what for act in chat.caused(LogAct)] == ["viewed-question"]
    assert "Người nhận sẽ đọc" in await chat.says("Để bình ở nơi thoáng.")
    await chat.presses("o-send")
    [answer] = chat.caused(AnswerQuestion)
    assert (answer.version, answer.words) == (1, "Để bình ở nơi thoáng.")
    assert "Fire" not in spoken([answer.say])
    world.questions = {a_question().id: a_question(status="answered")}
    assert "đã có người trả lời" in await chat.presses("reply:q1")
    assert "Không có câu hỏi nào" in await chat.says("/cauhoi")


async def test_a_question_pressed_in_a_group_opens_in_private(world: World) -> None:
    chat = Chat(world, "Fire", GROUP)
    await chat.presses("reply:q1")
    [told] = chat.caused(TellPlace)
    assert told.place == private("Fire")
    assert "<question q1 words>" in spoken([told.say])
