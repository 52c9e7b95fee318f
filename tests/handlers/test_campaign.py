"""Campaigns: written, handed in, approved by a chief who did not write them, held by the night, counted."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers.campaign_effects import CorrectCampaign, DraftCampaign, MoveCampaign, SteerCampaign
from handlers.campaigns.steering import counts, estimate
from handlers.effects import TellPlace
from handlers.hours import QuietHours
from messages.phrase import Moment
from storage.campaign_records import Campaign, Outlook, Subscription
from storage.records import EVERY_WARD, OfficerId, Role
from tests.handlers.fake_facts import BA_DINH, NOW, TAY_HO, TIMEZONE, World, a_campaign, an_officer
from tests.handlers.officer_driver import Chat, spoken

BOTH = {TAY_HO.code: Role.CHIEF, BA_DINH.code: Role.CHIEF}


@pytest.fixture
def world() -> World:
    made = World()
    made.enlist(
        an_officer("An"),
        an_officer("Chief", Role.CHIEF),
        an_officer("Both", roles=BOTH),
        an_officer("Elsewhere", Role.CHIEF, ward=BA_DINH.code),
        an_officer("Admin", Role.ADMIN, ward=EVERY_WARD),
        an_officer("Auditor", Role.AUDITOR, ward=EVERY_WARD),
    )
    made.subscribed = {"a": Subscription(TAY_HO.code), "b": Subscription(TAY_HO.code), "c": Subscription(BA_DINH.code)}
    return made


def drafts(chat: Chat) -> list[Campaign]:
    """What the last turn handed in."""
    return [effect.campaign for effect in chat.caused(DraftCampaign)]


async def test_an_officer_writes_for_the_own_ward_sees_it_as_sent_and_hands_it_in(world: World) -> None:
    chat = Chat(world, "An")
    await chat.says("/thongbao")
    await chat.says("Khóa cửa khi đi chợ.")
    await chat.says("25/11 19:30")
    preview = await chat.presses("o-once")
    for part in ("<draft ", "Nhắn STOP", "phường Tây Hồ", "Số người đăng ký: 2", "một lần, từ 19:30 25/11/2026"):
        assert part in preview
    assert "chưa có chỉ huy" not in preview
    await chat.presses("o-send")
    [drafted] = drafts(chat)
    assert (drafted.wards, drafted.repeats, drafted.audience, drafted.author) == ((TAY_HO.code,), "once", 2, "An")
    assert drafted.starts_at == datetime(2026, 11, 25, 19, 30, tzinfo=TIMEZONE)
    assert {told.place.chat for told in chat.caused(TellPlace)} == {"Chief", "Both"}
    shown = chat.caused(TellPlace)[0].say
    assert [choice.key for choice in shown.choices] == [f"approve:{drafted.id}", f"cancel:{drafted.id}"]
    assert "Khóa cửa" not in str(shown)
    assert f"<campaign {drafted.id} words>" in spoken([shown])


async def test_at_night_it_is_held_and_this_is_said(world: World) -> None:
    chat = Chat(world, "An")
    await chat.says("/thongbao")
    await chat.says("Khóa cửa.")
    assert "sẽ gửi lúc 06:30 25/11/2026" in await chat.says("hằng tuần 22:00")
    await chat.presses("o-send")
    assert drafts(chat)[0].repeats == "weekly"


async def test_times_that_are_past_or_no_times_are_asked_again(world: World) -> None:
    chat = Chat(world, "An")
    await chat.says("/thongbao")
    assert "Bạn viết bằng chữ" in await chat.says("🙂")
    await chat.says("Khóa cửa.")
    for wrong in ("20/11 10:00", "sometime", "25/13 10:00", "99:99"):
        assert "Chưa đọc được thời điểm" in await chat.says(wrong)
    assert "Người dân sẽ nhận" in await chat.presses("o-now")


async def test_the_admin_addresses_several_wards_or_all(world: World) -> None:
    chat = Chat(world, "Admin")
    await chat.says("/thongbao")
    await chat.says("Khóa cửa.")
    assert chat.buttons == [f"cw-{BA_DINH.code}", f"cw-{TAY_HO.code}", "o-all-wards", "o-cancel"]
    assert "Chưa thấy tên này" in await chat.says("Bến Nghé")
    await chat.says("Ba Đình")
    await chat.presses(f"cw-{BA_DINH.code}")
    assert "o-wards-done" not in chat.buttons
    await chat.presses("o-all-wards")
    await chat.presses("o-wards-done")
    await chat.presses("o-now")
    await chat.presses("o-send")
    assert drafts(chat)[0].wards == (BA_DINH.code, TAY_HO.code)
    assert [told.place.chat for told in chat.caused(TellPlace)] == ["Both"]


async def test_if_nobody_can_approve_it_this_is_said_before_and_after(world: World) -> None:
    chat = Chat(world, "Elsewhere")
    world.officers.pop("Both")
    await chat.says("/thongbao")
    await chat.says("Khóa cửa.")
    assert "chưa có chỉ huy nào duyệt được" in await chat.presses("o-now")
    assert "chưa có chỉ huy nào duyệt được" in await chat.presses("o-send")
    assert len(drafts(chat)) == 1
    assert chat.caused(TellPlace) == []


APPROVERS = [
    ("Chief", (TAY_HO.code,), "An", True),
    ("Both", (TAY_HO.code, BA_DINH.code), "An", True),
    ("Chief", (TAY_HO.code, BA_DINH.code), "An", False),
    ("Chief", (TAY_HO.code,), "Chief", False),
    ("An", (TAY_HO.code,), "Chief", False),
    ("Admin", (TAY_HO.code,), "An", False),
    ("Elsewhere", (TAY_HO.code,), "An", False),
    ("Auditor", (TAY_HO.code,), "An", False),
]


@pytest.mark.parametrize(("who", "wards", "author", "allowed"), APPROVERS)
async def test_only_a_chief_of_every_ward_who_did_not_write_it_approves(
    world: World, who: str, wards: tuple[str, ...], author: str, *, allowed: bool
) -> None:
    campaign = a_campaign(author, wards=wards)
    world.all_campaigns = {campaign.id: campaign}
    chat = Chat(world, who)
    await chat.presses("approve:c1")
    approved = [MoveCampaign(campaign.id, 3, "approved", OfficerId(who), due_at=NOW)] if allowed else []
    assert chat.caused(MoveCampaign) == approved
    assert [told.place.chat for told in chat.caused(TellPlace)] == (["An"] if allowed else [])


async def test_at_once_means_the_moment_of_approval_though_the_clock_was_ahead_when_it_was_written(
    world: World,
) -> None:
    campaign = a_campaign(at_once=True, starts_at=NOW + timedelta(hours=1))
    world.all_campaigns = {campaign.id: campaign}
    chat = Chat(world, "Chief")
    await chat.presses("approve:c1")
    [moved] = chat.caused(MoveCampaign)
    assert moved.due_at == NOW


@pytest.mark.parametrize("status", ["draft", "approved", "sending", "sent", "cancelled"])
async def test_what_is_decided_is_not_approved_again(world: World, status: str) -> None:
    world.all_campaigns = {a_campaign().id: a_campaign(status=status)}
    chat = Chat(world, "Chief")
    assert "đã được quyết định" in await chat.presses("approve:c1")
    assert chat.effects == ()
    await chat.presses("cancel:c1")
    assert len(chat.caused(SteerCampaign)) == (status in {"draft", "approved", "sending"})


async def test_an_edit_by_the_author_voids_the_approval_and_asks_again(world: World) -> None:
    world.all_campaigns = {a_campaign().id: a_campaign(status="approved", approved_by=OfficerId("Chief"))}
    other = Chat(world, "Both")
    assert "dành cho người soạn" in await other.presses("edit:c1")
    chat = Chat(world, "An")
    await chat.presses("edit:c1")
    await chat.says("Khóa cả cổng.")
    await chat.presses("o-send")
    assert chat.caused(MoveCampaign) == [MoveCampaign(a_campaign().id, 3, "waiting", OfficerId("An"), "Khóa cả cổng.")]
    assert {told.place.chat for told in chat.caused(TellPlace)} == {"Chief", "Both"}


async def test_an_officer_says_until_when_it_is_worth_sending_and_words_of_today_mean_today(world: World) -> None:
    chat = Chat(world, "An")
    await chat.says("/thongbao")
    await chat.says("Tối nay cắt điện khu Nhật Chiêu.")
    preview = await chat.says("20:00 24/11") + await chat.presses("o-once")
    assert "Ai chưa nhận trước 00:00 25/11/2026 thì không gửi nữa" in preview
    await chat.presses("o-edit-until")
    assert "00:00" not in await chat.presses("o-three")
    await chat.presses("o-send")
    [drafted] = drafts(chat)
    assert drafted.lasts == timedelta(days=3)


STEERED = [
    ("sending", ["pause", "cancel", "recall"]),
    ("paused", ["resume", "cancel", "recall"]),
    ("sent", ["recall"]),
    ("cancelled", ["recall"]),
    ("recalled", []),
    ("waiting", ["cancel"]),
]


@pytest.mark.parametrize(("status", "possible"), STEERED)
async def test_what_can_be_done_to_a_campaign_in_its_course(world: World, status: str, possible: list[str]) -> None:
    campaign = a_campaign(status=status, began_at=None if status == "waiting" else NOW)
    world.all_campaigns = {campaign.id: campaign}
    shown = Chat(world, "An")
    await shown.presses("res:c1")
    assert [key.partition(":")[0] for key in shown.buttons] == [
        *(["edit"] if status == "waiting" else []), *possible, "menu",
    ]  # fmt: skip
    for verb in ("pause", "resume", "cancel", "recall-yes"):
        chat = Chat(world, "An")
        await chat.presses(f"{verb}:c1")
        done = verb.removesuffix("-yes")
        assert chat.caused(SteerCampaign) == (
            [SteerCampaign(campaign.id, 3, done, OfficerId("An"))] if done in possible else []  # type: ignore[arg-type]
        )
    stranger = Chat(world, "Elsewhere")
    await stranger.presses("pause:c1")
    assert stranger.effects == ()


async def test_a_chief_who_pauses_anothers_campaign_lets_its_author_know(world: World) -> None:
    world.all_campaigns = {a_campaign().id: a_campaign(status="sending", began_at=NOW)}
    chat = Chat(world, "Chief")
    assert "Đã tạm dừng" in await chat.presses("pause:c1")
    assert chat.buttons == ["resume:c1", "res:c1"]
    [told] = chat.caused(TellPlace)
    assert told.place.chat == "An"


async def test_a_recall_is_asked_once_more_and_says_what_it_can_do(world: World) -> None:
    world.all_campaigns = {a_campaign().id: a_campaign(status="sent", began_at=NOW, sent=9)}
    chat = Chat(world, "An")
    assert "Đã gửi 9 tin. Tin gửi chưa quá 48 giờ sẽ bị xóa" in await chat.presses("recall:c1")
    assert chat.effects == ()
    assert chat.buttons == ["recall-yes:c1", "res:c1"]


@pytest.mark.parametrize(("who", "may"), [("An", False), ("Chief", True), ("Both", True), ("Admin", False)])
async def test_words_that_many_have_read_are_corrected_by_a_chief_only(world: World, who: str, *, may: bool) -> None:
    world.all_campaigns = {a_campaign().id: a_campaign(status="sending", began_at=NOW)}
    chat = Chat(world, who)
    shown = await chat.presses("correct:c1")
    if not may:
        assert "chỉ do chỉ huy" in shown
        return
    await chat.says("Khóa cả cổng.")
    await chat.presses("o-send")
    assert chat.caused(CorrectCampaign) == [CorrectCampaign(a_campaign().id, 3, "Khóa cả cổng.", OfficerId(who))]
    assert [told.place.chat for told in chat.caused(TellPlace)] == ["An"]


QUIET, ZONE = QuietHours(), TIMEZONE
AT_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=TIMEZONE)


@pytest.mark.parametrize(
    ("outlook", "until", "lines"),
    [
        (Outlook(2_000, 1_000, 30), None, {"campaign-over-at": AT_NOON + timedelta(seconds=100)}),
        (
            Outlook(30 * 3600 * 9 + 30 * 60, 0, 30),
            None,
            {"campaign-over-at": datetime(2026, 11, 24, 6, 31, tzinfo=ZONE)},
        ),
        (
            Outlook(30 * 3600, 30 * 1800, 30),
            AT_NOON + timedelta(hours=1),
            {"campaign-until": AT_NOON + timedelta(hours=1), "campaign-too-slow": 54_000},
        ),
        (Outlook(0, 0, 30), None, {}),
        (Outlook(10, 0, 0), None, {}),
    ],
)
def test_an_estimate_counts_what_goes_first_rests_at_night_and_says_who_will_not_get_it(
    outlook: Outlook, until: datetime | None, lines: dict[str, object]
) -> None:
    found = estimate(outlook, AT_NOON, quiet=QUIET, timezone=ZONE, until=until)
    said = {line.key: next(iter(line.args.values())) for line in found}
    assert {key: value.at if isinstance(value, Moment) else value for key, value in said.items()} == lines


async def test_a_large_audience_is_told_beforehand_how_long_it_takes_and_a_small_one_is_not(world: World) -> None:
    for left, said in ((1_700, False), (9_000, True)):
        world.outlook = Outlook(left, 0, 30)
        chat = Chat(world, "An")
        await chat.says("/thongbao")
        await chat.says("Khóa cửa.")
        await chat.says("20:00 24/11")
        assert ("gửi xong khoảng 20:05 24/11/2026" in await chat.presses("o-once")) == said


async def test_the_course_of_a_campaign_is_on_its_card(world: World) -> None:
    campaign = a_campaign(
        status="sending", began_at=NOW, expires_at=NOW + timedelta(days=1), sent=100, muted=2, expired=1
    )
    world.all_campaigns = {campaign.id: campaign}
    world.outlook = Outlook(600, 0, 10)
    shown = await Chat(world, "An").presses("res:c1")
    for part in (
        "đã gửi 100",
        "Thôi nhận trong lúc gửi: 2",
        "Hết hạn, không gửi: 1",
        "Còn 600 người",
        "gửi xong khoảng",
    ):
        assert part in shown


async def test_the_result_names_each_reason_for_which_somebody_got_nothing(world: World) -> None:
    campaign = a_campaign(
        status="cancelled", audience=90, sent=9, gone=11, refused=12, unknown=13, expired=14, cancelled=15, muted=16
    )
    world.all_campaigns = {campaign.id: campaign}
    shown = await Chat(world, "An").presses("res:c1")
    for part in (
        "đã gửi 9",
        "đã rời kênh 11",
        "bị từ chối 12",
        "không rõ 13",
        "Hết hạn, không gửi: 14",
        "Không gửi vì đã dừng: 15",
        "Thôi nhận trong lúc gửi: 16",
    ):
        assert part in shown
    assert counts(replace(campaign, expired=0, cancelled=0, muted=0)) == counts(campaign)[:1], (
        "what is none is not said"
    )


async def test_the_result_is_counts_and_only_for_those_it_concerns(world: World) -> None:
    world.all_campaigns = {a_campaign().id: a_campaign(status="sent", sent=9, gone=1, refused=1, unknown=1)}
    assert "đã gửi 9 · đã rời kênh 1 · bị từ chối 1 · không rõ 1" in await Chat(world, "An").presses("res:c1")
    assert "Mình chưa hiểu" in await Chat(world, "Elsewhere").presses("res:c1")
    listed = Chat(world, "An")
    assert "đã gửi xong" in await listed.presses("menu:campaign")
    assert listed.buttons == ["menu:new-campaign", "res:c1"]
