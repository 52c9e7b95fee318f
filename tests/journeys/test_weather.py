"""Bad weather and odd messages: nothing is lost, nothing is said more often than it must be, everybody is answered."""

from collections.abc import Callable
from pathlib import Path

import pytest

from storage.records import Role
from tests.bot_api_fake.people import Person
from tests.journeys.office import SPEED, an_office
from tests.journeys.steps import STORY, WHERE, card_in, sends, tells

POLL = {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True} | {
    "type": "regular",
    "allows_multiple_answers": False,
}
ODD: dict[str, tuple[Callable[[Person], object], str]] = {
    "voice": (lambda lan: lan.sends_voice(b"OggS"), "có thể làm lộ bạn"),
    "video": (lambda lan: lan.sends_video(b"mp4"), "có thể làm lộ bạn"),
    "sticker": (lambda lan: lan.sends_sticker(), "nhãn dán"),
    "document": (lambda lan: lan.sends_document(b"%PDF"), "Đã thêm tài liệu"),
    "live location": (lambda lan: lan.sends_location(21.07, 105.81, live_for=900), "Việc đang gấp"),
    "forwarded": (lambda lan: lan.forwards(STORY), "Việc xảy ra ở đâu?"),
    "nowhere": (lambda lan: lan.sends_location(0, 0), "không nằm ở Việt Nam"),
    "no picture": (lambda lan: lan.sends_photo(b"no picture at all"), "Việc đang gấp"),
    "emoji": (lambda lan: lan.says("👍👍"), "Mình chưa hiểu"),
    "unseen letters": (lambda lan: lan.says("\u200b\u200b"), "Mình chưa hiểu"),
    "very long": (lambda lan: lan.says("mất xe " * 585), "Việc xảy ra ở đâu?"),
    "somebody's card": (lambda lan: lan.sends_contact("0900000001", own=False), ""),
    "a poll": (lambda lan: lan.sends({"poll": POLL}), "bình chọn"),
}


async def test_every_odd_message_is_answered_with_a_sentence(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        people = {kind: office.fake.person(number, kind) for number, kind in enumerate(ODD, 501)}
        for kind, (sends_it, _) in ODD.items():
            sends_it(people[kind])
        for kind, (_, answer) in ODD.items():
            await people[kind].chat.waits_for(answer)
        await office.settled()
        assert not any("lỗi phía chúng tôi" in shown.text for one in people.values() for shown in one.chat.screen())


async def test_an_edited_message_is_answered_whether_a_tip_is_being_told_or_not(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        lan = office.fake.person(501)
        told = lan.says(STORY)
        await lan.chat.waits_for("Việc xảy ra ở đâu?")
        lan.edits(told, f"{STORY}, bây giờ là ba người")
        await lan.chat.waits_for("Việc xảy ra ở đâu?")
        lan.says("/huy")
        await lan.chat.waits_for("Đã")
        lan.edits(told, "đổi nữa")
        await lan.chat.waits_for("Sửa tin nhắn cũ không đổi được điều đã gửi")


async def test_a_forged_button_and_an_officers_command_tell_a_stranger_nothing(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        lan = office.fake.person(501)
        lan.says("/hangcho")
        refused = await lan.chat.waits_for("Không có lệnh này")
        lan.says("/khongcolenhnay")
        assert (await lan.chat.waits_for("Không có lệnh này")).text == refused.text
        for handle in ("0.claim:0000000000000000", "0.menu:queue", "9999.send", "nonsense", "\u202e" * 10):
            press = lan.presses(handle, forged=True)
            await lan.chat.waits_for_toast(press)
        await office.settled()
        assert await office.count("tips") == 0


@pytest.mark.parametrize("update", [{"message": {"chat": "nowhere", "text": "bí mật"}}, {"message": ["none"]}, {}])
async def test_one_update_that_nobody_can_read_stands_in_nobodys_way(tmp_path: Path, update: dict[str, object]) -> None:
    async with an_office(tmp_path) as office:
        lan, hoa = office.fake.person(501), office.fake.person(502, "Hoa")
        lan.says(STORY)
        office.fake.raw(update)
        hoa.says(STORY)
        await lan.chat.waits_for("Việc xảy ra ở đâu?")
        await hoa.chat.waits_for("Việc xảy ra ở đâu?")
        await office.fake.until_heard()


async def test_a_card_waits_as_long_as_telegram_asks_and_comes_once(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        group = await office.desk_group(-1_001_700, minh)
        patience = 10
        office.fake.faults.next("sendMessage", chat=group.chat.number, retry_after=patience)
        await tells(office.fake.person(501))
        await card_in(group.chat, "chưa ai nhận")
        await office.settled()
        tries = [call for call in office.fake.calls("sendMessage") if call.chat == group.chat.number][-2:]
        assert [call.outcome for call in tries] == [f"Too Many Requests: retry after {patience}", "ok"]
        assert tries[1].at - tries[0].at >= patience / SPEED
        assert sum(shown.text.startswith("Tin TH-") for shown in group.chat.screen()) == 1


@pytest.mark.parametrize("fault", ["cut", "drop", "502"])
async def test_a_reply_whose_answer_is_lost_is_said_again_once_and_the_tip_goes_on(tmp_path: Path, fault: str) -> None:
    async with an_office(tmp_path) as office:
        lan = office.fake.person(501)
        kind = {"status": 502} if fault == "502" else {fault: True}
        broken = office.fake.faults.next("sendMessage", chat=lan.number, **kind)
        lan.says(STORY)
        await office.fake.until(lambda: broken.met == 1)
        await office.fake.until(lambda: len([c for c in office.fake.heard if c.chat == lan.number]) == 2)
        await lan.chat.waits_for("Việc xảy ra ở đâu?")
        await office.settled()
        asked = sum("Việc xảy ra ở đâu?" in shown.text for shown in lan.chat.screen())
        assert asked == (2 if fault == "cut" else 1)
        lan.says(WHERE)
        await lan.chat.waits_for("Gửi tới Công an")
        await sends(lan)
        await office.settled()
        assert await office.count("tips") == 1


async def test_a_telegram_that_is_away_for_a_while_loses_nobodys_words(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        lan = office.fake.person(501)
        await office.fake.until(lambda: any(call.method == "getUpdates" for call in office.fake.heard))
        await office.fake.stop()
        lan.says(f"{STORY}, phường Tây Hồ")
        await office.fake.start()
        await lan.chat.waits_for("Gửi tới Công an phường Tây Hồ?")
        await sends(lan)
        await card_in(minh.chat, "chưa ai nhận")
