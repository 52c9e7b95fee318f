"""A tip that belongs to another unit: its reporter names it after sending, or an officer passes it on."""

from dataclasses import replace

import pytest

from handlers.effects import AlertDesk, DescribeTip, MoveTip
from messages.incoming import Text
from storage.records import OfficerId, Outcome, Status
from tests.handlers.fake_facts import BA_DINH, NOW, TAY_HO, a_tip
from tests.handlers.officer_driver import Chat, a_staffed_world
from tests.handlers.resident_driver import Resident, a_world


async def a_sent_tip(**more: object) -> Resident:
    """A tip sent to Tây Hồ by somebody who is about to name another unit."""
    resident = Resident(a_world(served=2))
    await resident.hears(Text("mất xe đạp ở phường Tây Hồ"))
    await resident.presses("send")
    await resident.presses("reach-here")
    own = resident.world.own["resident"]
    own[0] = replace(own[0], ward=TAY_HO, **more)  # type: ignore[arg-type]
    await resident.presses("change-ward")
    return resident


async def test_another_unit_gets_the_tip_like_a_new_one_also_from_an_officer_who_had_it() -> None:
    resident = await a_sent_tip(status=Status.CLAIMED)
    [moved, alert] = (await resident.hears(Text("phường Ba Đình"))).effects
    assert isinstance(moved, DescribeTip) and isinstance(alert, AlertDesk)
    assert (moved.ward, moved.desk) == (BA_DINH.code, alert.desk.ward)
    assert moved.due_at is not None and moved.due_at > NOW
    assert "Ba Đình" in resident.text


@pytest.mark.parametrize(
    ("stands", "named"), [("closed", "phường Ba Đình"), ("referred", "phường Ba Đình"), ("claimed", "phường Tây Hồ")]
)
async def test_what_is_over_or_there_already_is_not_moved_and_one_reads_where_it_stands(
    stands: str, named: str
) -> None:
    resident = await a_sent_tip(status=Status(stands), outcome=Outcome.HANDLED if stands == "closed" else None)
    turn = await resident.hears(Text(named))
    assert turn.effects == ()
    assert "Đơn vị nhận: Công an phường Tây Hồ" in resident.text
    assert resident.stands_at == ("after", "more")


async def test_a_tip_is_not_passed_on_to_the_desk_that_has_it() -> None:
    world = a_staffed_world()
    world.wards = [TAY_HO, replace(BA_DINH, served=True)]
    world.put(a_tip(status=Status.CLAIMED, owner=OfficerId("An"), owner_name="An"))
    chat = Chat(world, "An")
    await chat.presses("hand:tip1")
    await chat.presses("o-other-ward")
    assert "Chưa tìm thấy" in await chat.says("phường Tây Hồ")
    assert chat.caused(MoveTip) == []
    await chat.says("phường Ba Đình")
    assert [moved.desk for moved in chat.caused(MoveTip)] == [BA_DINH.code]
