"""What officers do in a chat: reading, deciding, asking, closing, groups; and that for strangers none of it exists."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.effects import (
    AddEntries,
    AlertDesk,
    LogAct,
    LogView,
    MoveTip,
    SetDuty,
    TellPlace,
    TellReporter,
)
from handlers.flows import FLOWS
from handlers.officers import matters
from handlers.officers.review import LOGGED
from handlers.workflow import MOVES
from messages.incoming import Photo, Pin, Point, Text
from messages.outgoing import Exhibit
from messages.phrase import Phrase
from storage.records import (
    Event,
    OfficerId,
    Outcome,
    Reach,
    Status,
    TipNumber,
    Urgency,
)
from tests.handlers.fake_facts import (
    BA_DINH,
    CATALOGUE,
    NOW,
    World,
    a_tip,
    an_officer,
    private,
)
from tests.handlers.officer_driver import GROUP, Chat, a_staffed_world, spoken

CLAIMED_BY_AN = {"status": Status.CLAIMED, "owner": OfficerId("An"), "owner_name": "An"}
COMMANDS = [f"/{name}" for name in matters.COMMANDS]
KEYS = [
    *(f"{verb}:tip1" for verb in sorted(matters.TIP_VERBS)),
    *(f"{verb}:c1" for verb in sorted(matters.CAMPAIGN_VERBS)),
    *(f"{verb}:An" for verb in sorted(matters.OFFICER_VERBS)),
    *(f"menu:{name}" for name in matters.MENU),
    "page:1", "duty:on", "reply:q1",
]  # fmt: skip


@pytest.fixture
def world() -> World:
    return a_staffed_world()


# --- for strangers nothing of it exists -------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["stranger", "Pending"])
@pytest.mark.parametrize("key", KEYS)
async def test_a_forged_press_tells_a_stranger_nothing_and_causes_nothing(world: World, key: str, who: str) -> None:
    chat = Chat(world, who)
    assert await chat.presses(key) == CATALOGUE.words(Phrase("not-understood"), "vi")
    assert chat.effects == ()
    group = Chat(world, who, GROUP)
    await group.presses(key)
    assert group.effects == ()


@pytest.mark.parametrize("who", ["stranger", "Pending"])
@pytest.mark.parametrize("command", COMMANDS)
async def test_an_officers_command_is_unknown_to_a_stranger(world: World, command: str, who: str) -> None:
    known, unknown = Chat(world, who), Chat(world, who)
    assert await known.says(f"{command} TH-26-0412") == await unknown.says("/nosuchcommand TH-26-0412")
    assert known.effects == unknown.effects == ()
    assert await Chat(world, who, GROUP).says(command) == ""


@pytest.mark.parametrize("key", [key for key in KEYS if key.endswith((":tip1", ":q1"))])
async def test_another_wards_officer_learns_nothing_of_a_tip_or_question(world: World, key: str) -> None:
    chat = Chat(world, "Elsewhere")
    assert await chat.presses(key) == CATALOGUE.words(Phrase("not-understood"), "vi")
    assert chat.effects == ()


async def test_a_foreign_tip_number_reads_like_one_that_does_not_exist(world: World) -> None:
    chat = Chat(world, "Elsewhere")
    assert await chat.says("/tin TH-26-0412") == await chat.says("/tin TH-26-9999")
    assert [act.what for act in chat.caused(LogAct)] == ["searched-in-vain"]
    assert "TH-26-0412" not in await chat.says("/hangcho")
    assert await chat.says("a note", reply_to="card") != ""
    assert chat.caused(AddEntries) == []


async def test_the_admin_sees_no_content_but_can_pass_a_new_tip_on(world: World) -> None:
    chat = Chat(world, "Admin")
    for key in ("open:tip1", "claim:tip1", "files:tip1", "note:tip1", "contact:tip1"):
        assert "không xem nội dung" in await chat.presses(key)
        assert [type(effect) for effect in chat.effects] == [LogAct]
    assert "TH-26-0412" in await chat.says("/hangcho")
    assert chat.buttons == ["hand:tip1", "menu:home"]
    await chat.presses("hand:tip1")
    world.enlist(an_officer("Duty there", ward=BA_DINH.code))
    await chat.says("Ba Đình")
    [moved] = chat.caused(MoveTip)
    assert (moved.what, moved.desk, moved.owner) == ("passed-on", BA_DINH.code, None)
    assert chat.caused(AlertDesk)[0].desk.ward == BA_DINH.code


# --- reading ----------------------------------------------------------------------------------------------------


async def test_every_opening_is_in_the_history(world: World) -> None:
    chat = Chat(world, "An")
    words = await chat.presses("open:tip1")
    assert "<entry e1>" in words
    assert "Cây Tre Xanh" in words
    assert [view.what for view in chat.caused(LogView)] == ["viewed"]
    assert await chat.presses("files:tip1") == "file m1"
    assert [view.what for view in chat.caused(LogView)] == ["viewed-files"]
    assert "<entry e1>" in await chat.says("/tin th 26 0412")
    assert "<entry e1>" in await chat.says("/start t_tip1")
    assert [view.what for view in chat.caused(LogView)] == ["viewed"]


async def test_opening_in_a_group_goes_to_the_private_chat_and_shows_nothing_there(world: World) -> None:
    chat = Chat(world, "An", GROUP)
    assert await chat.presses("open:tip1") == "[Đã gửi vào khung chat riêng của bạn.]"
    [told] = chat.caused(TellPlace)
    assert told.place == private("An")
    assert told.say.protect
    assert "<entry e1>" in spoken([told.say])
    assert len(chat.caused(LogView)) == 1
    for key in ("files:tip1", "ask:tip1", "menu:queue", "approve:c1", "confirm:Pending"):
        assert await chat.presses(key) == "[Nút này dành cho cán bộ của đơn vị.]"
        assert chat.effects == ()


async def test_history_is_for_the_chief_and_the_auditor(world: World) -> None:
    world.histories[a_tip().id] = [
        Event(NOW, OfficerId("reporter"), "", "filed"),
        Event(NOW, OfficerId("An"), "An", "claimed"),
        Event(NOW, OfficerId("An"), "An", "some-new-word"),
    ]
    for who in ("Chief", "Auditor"):
        words = await Chat(world, who).says("/lichsu TH-26-0412")
        assert "10:00 24/11/2026 · người gửi gửi tin" in words
        assert "An · nhận tin" in words
        assert "An · việc khác" in words
    assert "dành cho chỉ huy" in await Chat(world, "An").says("/lichsu TH-26-0412")
    assert "Không có tin số này" in await Chat(world, "Elsewhere").says("/lichsu TH-26-0412")
    assert "Không có tin số này" in await Chat(world, "Auditor").says("/tin TH-26-0412")
    assert {move.event for move in MOVES} <= LOGGED


async def test_contact_details_are_the_chiefs_alone_for_a_reason_logged_and_the_reporter_is_told(world: World) -> None:
    world.put(replace(world.tips[a_tip().id], reach=Reach.CONTACT))
    assert "contact:tip1" not in (await Chat(world, "An").presses("open:tip1"))
    officer = Chat(world, "An")
    await officer.presses("contact:tip1")
    assert officer.effects == ()
    chief = Chat(world, "Chief")
    assert "Viết lý do" in await chief.presses("contact:tip1")
    assert chief.effects == ()
    assert "<contact tip1 words>" in await chief.says("Cần hẹn gặp")
    assert [entry.words for entry in chief.caused(AddEntries)[0].entries] == ["Cần hẹn gặp"]
    assert [view.what for view in chief.caused(LogView)] == ["revealed"]
    assert "đã mở tên, số điện thoại" in spoken([chief.caused(TellReporter)[0].say])


async def test_the_queue_has_pages_and_a_button_for_each_tip(world: World) -> None:
    world.put(*(a_tip(f"t{place}", number=TipNumber(f"TH-26-{place:04}")) for place in range(8)))
    chat = Chat(world, "An")
    assert "9 tin chưa ai nhận · trang 1" in await chat.says("/hangcho")
    assert chat.buttons[-2:] == ["page:2", "menu:home"]
    assert len(chat.buttons) == 8
    assert "trang 2" in await chat.presses("page:2")
    assert "page:1" in chat.buttons
    assert "trang 1" in await chat.says("/hangcho 0")
    assert "trang 1" in await chat.says("/hangcho 9")


async def test_a_tip_number_may_be_typed_as_it_is_spoken(world: World) -> None:
    world.put(a_tip("short", number=TipNumber("TH-26-0007")))
    for typed in ("TH-26-0007", "th 26 7", "th26-07", "TH–26–7"):
        assert "TH-26-0007" in await Chat(world, "An").says(f"/tin {typed}")


async def test_an_officer_who_tells_an_own_tip_does_not_lose_it_to_the_desk(world: World) -> None:
    world.put(a_tip(**CLAIMED_BY_AN))
    chat = Chat(world, "An")
    await chat.says("/baotin")
    await chat.says("Có người đốt rác ngoài bãi")
    draft = chat.session.draft
    for press in ("close:tip1", "menu:new-campaign", "reply:q1"):
        assert "CHƯA gửi" in await chat.presses(press)
        assert (chat.session.flow, chat.session.draft) == ("tip", draft)
    assert "TH-26-0412" in await chat.presses("open:tip1")
    assert chat.session.flow == "tip"


async def test_in_their_group_officers_hear_that_lists_are_private(world: World) -> None:
    group = Chat(world, "An", GROUP)
    assert await group.says("/hangcho") == ""
    world.groups[GROUP] = a_tip().desk
    assert "khung chat riêng" in await group.says("/hangcho")
    assert await Chat(world, "Elsewhere", GROUP).says("/hangcho") == ""


async def test_duty_counts_and_the_menu(world: World) -> None:
    chat = Chat(world, "An")
    await chat.says("/truc")
    assert chat.buttons == ["duty:off", "menu:home"]
    await chat.presses("duty:off")
    assert chat.caused(SetDuty) == [SetDuty(OfficerId("An"), on_duty=False)]
    words = await chat.says("/thongke")
    assert "Hôm nay: nhận 1 tin" in words
    assert "Ma túy: 1" in words
    menu = await chat.says("/start")
    assert "Bảng việc cán bộ: An · đang trực" in menu
    for key in chat.buttons:
        assert await Chat(world, "An").presses(key) != ""
    assert "Hôm nay: nhận 1 tin" in await Chat(world, "Auditor").says("/thongke")
    assert "Hôm nay: nhận 0 tin" in await Chat(world, "Elsewhere").says("/thongke")


# --- deciding ---------------------------------------------------------------------------------------------------


async def test_a_claim_in_the_group_answers_there_in_a_word_and_in_private_with_what_comes_next(world: World) -> None:
    chat = Chat(world, "An", GROUP)
    assert await chat.presses("claim:tip1") == "[Bạn đã nhận tin TH-26-0412.]"
    [moved], [told] = chat.caused(MoveTip), chat.caused(TellPlace)
    assert (moved.to, moved.owner, moved.version) == (Status.CLAIMED, "An", 1)
    assert told.place == private("An")
    assert [choice.key.partition(":")[0] for choice in told.say.choices][:3] == ["open", "ask", "close"]


async def test_who_comes_second_hears_who_was_faster(world: World) -> None:
    world.put(a_tip(**CLAIMED_BY_AN, version=2, changed_at=NOW))
    for place in (GROUP, private("Binh")):
        chat = Chat(world, "Binh", place)
        assert "An đã nhận tin TH-26-0412 lúc 10:00 24/11/2026." in await chat.presses("claim:tip1")
        assert chat.effects == ()


async def test_asking_shows_the_words_once_more_and_sends_them_only_then(world: World) -> None:
    world.put(a_tip(**CLAIMED_BY_AN))
    chat = Chat(world, "An")
    assert "dưới tên đơn vị" in await chat.presses("ask:tip1")
    assert "Bạn viết bằng chữ" in await chat.says("😀")
    assert "Dài quá 1.000" in await chat.says("x" * 1001)
    preview = await chat.says("Which door?")
    assert preview.startswith("Tin TH-26-0412. Gửi cho người gửi tin: <draft ")
    assert chat.buttons == ["o-send", "o-cancel"]
    assert chat.caused(TellReporter) == []
    await chat.says("Which gate?")
    await chat.presses("o-send")
    assert [entry.words for entry in chat.caused(MoveTip)[0].entries] == ["Which gate?"]
    assert len(chat.caused(TellReporter)) == 1
    assert chat.session.flow == ""


async def test_words_of_danger_in_an_officers_flow_are_content_and_raise_no_alarm(world: World) -> None:
    world.put(a_tip(**CLAIMED_BY_AN))
    chat = Chat(world, "An")
    await chat.presses("ask:tip1")
    assert "113" not in await chat.says("Cháy nhà, cứu với!")
    assert chat.session.flow == "ask-reporter"


async def test_a_tip_taken_away_between_preview_and_sending_is_not_asked_about(world: World) -> None:
    world.put(a_tip(**CLAIMED_BY_AN))
    chat = Chat(world, "An")
    await chat.presses("ask:tip1")
    await chat.says("Which door?")
    world.put(a_tip(status=Status.CLAIMED, owner=OfficerId("Binh"), owner_name="Binh", version=3))
    assert "Binh đang giữ tin" in await chat.presses("o-send")
    assert not chat.caused(MoveTip)
    assert not chat.caused(TellReporter)


async def test_whoever_wants_no_messages_is_not_asked_and_the_officer_hears_why(world: World) -> None:
    world.put(a_tip(**CLAIMED_BY_AN, reach=Reach.SILENT))
    chat = Chat(world, "An")
    assert "không muốn nhận tin nhắn" in await chat.presses("ask:tip1")
    assert chat.session.flow == ""


async def test_closing_asks_outcome_value_and_the_line_and_shows_it_first(world: World) -> None:
    world.put(a_tip(**CLAIMED_BY_AN))
    chat = Chat(world, "An")
    await chat.presses("close:tip1")
    assert len([key for key in chat.buttons if key.startswith("outcome-")]) == len(Outcome)
    await chat.presses("outcome-handled")
    await chat.presses("o-valuable")
    preview = await chat.says("Cảm ơn bạn.")
    assert "Công an phường Tây Hồ đã xử lý tin …••••" in preview
    await chat.says("gui")
    [moved] = chat.caused(MoveTip)
    assert (moved.to, moved.outcome, moved.valuable) == (Status.CLOSED, Outcome.HANDLED, True)
    assert [entry.words for entry in moved.entries] == ["Cảm ơn bạn."]


async def test_what_is_not_ours_says_where_to_turn(world: World) -> None:
    world.put(a_tip(**CLAIMED_BY_AN))
    chat = Chat(world, "An")
    for key in ("close:tip1", "outcome-not-ours", "body-ubnd", "o-not-valuable", "o-standard"):
        words = await chat.presses(key)
    assert "Nơi giải quyết: UBND" in words
    await chat.presses("o-send")
    assert "Nơi giải quyết: UBND" in spoken([chat.caused(TellReporter)[0].say])
    assert chat.caused(MoveTip)[0].entries == ()


@pytest.mark.parametrize(("said", "detail"), [("body-pc04", "pc04"), ("Đội quản lý đô thị", "")])
async def test_a_referral_goes_to_a_known_body_or_one_in_words(world: World, said: str, detail: str) -> None:
    world.put(a_tip(**CLAIMED_BY_AN))
    chat = Chat(world, "An")
    await chat.presses("refer:tip1")
    await (chat.presses(said) if detail else chat.says(said))
    await chat.presses("o-send")
    [moved] = chat.caused(MoveTip)
    assert (moved.to, moved.detail, len(moved.entries)) == (Status.REFERRED, detail, 0 if detail else 1)


async def test_taking_over_needs_a_reason_and_handing_over_a_colleague(world: World) -> None:
    world.put(a_tip(**CLAIMED_BY_AN))
    binh = Chat(world, "Binh")
    assert "An đang giữ tin" in await binh.presses("take:tip1")
    await binh.says("An nghỉ phép")
    assert binh.caused(MoveTip)[0].entries[0].words == "An nghỉ phép"
    assert binh.caused(TellPlace)[0].place == private("An")
    an = Chat(world, "An")
    await an.presses("hand:tip1")
    assert an.buttons == ["to-Binh", "to-Chief", "o-other-ward", "o-cancel"]
    await an.presses("to-Binh")
    assert an.caused(MoveTip)[0].owner == "Binh"
    await an.presses("back:tip1")
    assert an.caused(MoveTip)[0].what == "given-back"


async def test_cancelling_a_flow_causes_nothing(world: World) -> None:
    world.put(a_tip(**CLAIMED_BY_AN))
    for key in ("ask:tip1", "note:tip1", "hand:tip1", "refer:tip1", "close:tip1"):
        chat = Chat(world, "An")
        await chat.presses(key)
        assert "o-cancel" in chat.buttons
        assert await chat.presses("o-cancel") == "Đã thôi, chưa gửi gì."
        assert not chat.caused(MoveTip)
        assert not chat.caused(TellReporter)
        assert chat.session.flow == ""


@pytest.mark.parametrize("flow", [flow.name for flow in matters.FLOWS])
async def test_no_step_of_an_officers_flow_is_silent_or_breaks_at_any_kind_of_message(world: World, flow: str) -> None:
    for step in FLOWS[flow].steps:
        for content in (Text(""), Text("x" * 10_000), Text("\u200b"), Photo("f"), Pin(Point(0, 0))):
            chat = Chat(world, "An")
            chat.session = replace(chat.session, flow=flow, step=step, draft=FLOWS[flow].draft().model_dump_json())
            assert await chat.hears(content) != ""


def test_card_keys_are_recognised_and_fit_any_channel() -> None:
    for key in ("claim:0123456789abcdef", "page:2", "revoke-yes:0123456789abcdef", "menu:new-campaign"):
        assert matters.is_card_key(key)
        assert len(key.encode()) <= 48
    for key in ("claim:", "claim", "ward-00091", "menu-tip", "claim:a b", "drop:tip1", "claim:" + "x" * 41, "", ":x"):
        assert not matters.is_card_key(key)


async def test_an_emergency_opened_twice_is_the_same_tip_and_pictures_are_named_by_tip(world: World) -> None:
    world.put(replace(world.tips[a_tip().id], urgency=Urgency.EMERGENCY))
    chat = Chat(world, "An")
    assert await chat.presses("open:tip1") == await chat.presses("open:tip1")
    await chat.presses("files:tip1")
    assert chat.turn.replies == (Exhibit("tip1", "m1"),)


@pytest.mark.parametrize("key", ["reply:q1", "close:tip1", "ask:tip1"])
async def test_what_an_officer_writes_half_a_day_later_is_no_longer_meant_for_what_was_begun(
    world: World, key: str
) -> None:
    world.put(a_tip(**CLAIMED_BY_AN))
    chat = Chat(world, "An")
    await chat.presses(key)
    assert chat.session.flow
    world.now += timedelta(hours=12)
    assert "114" in await chat.says("cháy nhà số 5 ngõ 10, cứu với")
    assert chat.session.flow == "tip"
