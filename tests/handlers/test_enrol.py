"""Becoming an officer: invites that work once, a chief who confirms, and who may judge whom."""

from dataclasses import replace

import pytest

from handlers.effects import Enrol, GrantRole, JudgeOfficer, TellPlace
from storage.records import EVERY_WARD, OfficerId, Role
from tests.handlers.fake_facts import BA_DINH, NOW, TAY_HO, World, an_invite, an_officer, private
from tests.handlers.officer_driver import GROUP, Chat, spoken

CHIEF = an_officer("Chief", Role.CHIEF)
ADMIN = an_officer("Admin", Role.ADMIN, ward=EVERY_WARD)


async def enrols(world: World, role: Role, who: str = "new") -> Chat:
    world.invites["CODE"] = an_invite(role)
    chat = Chat(world, who)
    await chat.says("/start o_CODE")
    await chat.says("Nguyễn  Văn\nA")
    return chat


async def test_a_new_officer_waits_until_the_wards_chief_confirms(world: World) -> None:
    chat = await enrols(world, Role.OFFICER)
    [enrolled] = chat.caused(Enrol)
    assert (enrolled.name, enrolled.active, enrolled.invite.code) == ("Nguyễn Văn A", False, "CODE")
    [told] = chat.caused(TellPlace)
    assert told.place == CHIEF.place
    assert "Nguyễn Văn A xin làm cán bộ" in spoken([told.say])
    assert [choice.key for choice in told.say.choices] == [f"confirm:{enrolled.officer}", f"refuse:{enrolled.officer}"]
    world.enlist(an_officer("new", status="pending", version=4))
    chief = Chat(world, "Chief")
    await chief.presses("confirm:new")
    assert chief.caused(JudgeOfficer) == [JudgeOfficer(OfficerId("new"), 4, "active", CHIEF.id)]
    assert chief.caused(TellPlace)[0].place == private("new")


@pytest.mark.parametrize(
    ("role", "with_chief", "active"),
    [
        (Role.OFFICER, False, False),
        (Role.FIRE, True, False),
        (Role.CHIEF, True, False),
        (Role.CHIEF, False, True),
        (Role.ADMIN, True, True),
        (Role.AUDITOR, True, True),
    ],
)
async def test_only_overseers_and_a_wards_first_chief_need_no_confirmation(
    role: Role, *, with_chief: bool, active: bool
) -> None:
    world = World()
    world.enlist(ADMIN, *([CHIEF] if with_chief else []))
    chat = await enrols(world, role)
    assert chat.caused(Enrol)[0].active is active
    judges = [] if active else [CHIEF.place if with_chief else ADMIN.place]
    assert [told.place for told in chat.caused(TellPlace)] == judges


@pytest.mark.parametrize("spoilt", [{"used": True}, {"expires_at": NOW}, {"code": "OTHER"}])
async def test_a_used_an_expired_and_an_unknown_invite_read_alike(world: World, spoilt: dict[str, object]) -> None:
    invite = replace(an_invite(), **spoilt)  # type: ignore[arg-type]
    world.invites = {invite.code: invite}
    chat = Chat(world, "new")
    assert "không dùng được" in await chat.says("/start o_CODE")
    assert chat.effects == ()
    assert chat.session.flow == ""


async def test_an_invite_used_up_while_the_name_was_written_enrols_nobody(world: World) -> None:
    world.invites["CODE"] = an_invite()
    chat = Chat(world, "new")
    await chat.says("/start o_CODE")
    world.invites["CODE"] = an_invite(used=True)
    assert "không dùng được" in await chat.says("A")
    assert chat.caused(Enrol) == []


async def test_an_officer_with_another_invite_gets_the_role_and_its_chief_is_told(world: World) -> None:
    world.enlist(an_officer("Two", ward=BA_DINH.code))
    world.invites["CODE"] = an_invite(Role.FIRE)
    chat = Chat(world, "Two")
    assert "cán bộ PCCC, phường Tây Hồ" in await chat.says("/start o_CODE")
    assert [(one.officer, one.role) for one in chat.caused(GrantRole)] == [("Two", Role.FIRE)]
    assert [told.place for told in chat.caused(TellPlace)] == [CHIEF.place]


async def test_an_invite_followed_in_a_group_does_nothing(world: World) -> None:
    world.invites["CODE"] = an_invite()
    chat = Chat(world, "new", GROUP)
    assert await chat.says("/start o_CODE") == ""
    assert chat.effects == ()


JUDGED = {
    "pending officer": an_officer("x", status="pending"),
    "pending chief": an_officer("x", Role.CHIEF, status="pending"),
    "active officer": an_officer("x"),
    "active chief": an_officer("x", Role.CHIEF),
    "officer of two wards": an_officer("x", roles={TAY_HO.code: Role.OFFICER, BA_DINH.code: Role.OFFICER}),
    "auditor": an_officer("x", Role.AUDITOR, ward=EVERY_WARD),
}
ALLOWED = {
    "Chief": {"pending officer", "pending chief", "active officer"},
    "Admin": set(JUDGED),
    "Colleague": set[str](),
    "Chief elsewhere": set[str](),
    "x": set[str](),
}


@pytest.mark.parametrize("who", ALLOWED)
@pytest.mark.parametrize("whom", JUDGED)
async def test_who_may_judge_whom(world: World, who: str, whom: str) -> None:
    world.enlist(an_officer("Colleague"), an_officer("Chief elsewhere", Role.CHIEF, ward=BA_DINH.code), JUDGED[whom])
    chat = Chat(world, who)
    await chat.presses("refuse:x" if JUDGED[whom].status == "pending" else "revoke-yes:x")
    assert len(chat.caused(JudgeOfficer)) == (whom in ALLOWED[who])


async def test_revoking_is_asked_twice_and_listed_for_chiefs_only(world: World) -> None:
    world.enlist(an_officer("An"))
    chief = Chat(world, "Chief")
    assert "An · cán bộ · phường Tây Hồ · đang trực" in await chief.says("/nhansu")
    assert chief.buttons == ["revoke:An"]
    await chief.presses("revoke:An")
    assert chief.buttons == ["revoke-yes:An", "menu:officers"]
    assert chief.caused(JudgeOfficer) == []
    await chief.presses("revoke-yes:An")
    assert chief.caused(JudgeOfficer)[0].status == "revoked"
    assert "dành cho chỉ huy" in await Chat(world, "An").says("/nhansu")


@pytest.fixture
def world() -> World:
    made = World()
    made.enlist(CHIEF, ADMIN)
    return made
