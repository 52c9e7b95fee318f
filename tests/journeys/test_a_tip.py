"""The way of one tip: told in three messages, claimed in the group, asked about, answered, closed."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage import officers
from storage.records import Role
from tests.bot_api_fake.people import Person
from tests.journeys.office import TAY_HO, Office, an_office
from tests.journeys.steps import STORY, WHERE, all_said_to, card_in, claims, opens, tells

QUESTION = "Họ đi xe màu gì, biển số?"
ANSWER = "xe wave đỏ, không thấy biển"
NIGHT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
"""One o'clock at night in Hà Nội."""


async def test_a_tip_travels_from_a_resident_to_an_officer_and_the_outcome_travels_back(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        chief, officer = await _enrolled_by_invite(office)
        group = await office.desk_group(-1_001_700, chief, officer)
        lan = resident(office, 550_123_987)
        receipt = await tells(lan)

        card = await card_in(group.chat, "chưa ai nhận", "phường Tây Hồ")
        assert card.buttons == ["Tôi nhận", "Xem đầy đủ"]
        assert STORY not in card.text
        assert WHERE not in card.text
        claimed = await claims(officer, group)
        assert claimed.number == card.number, "the card is edited, not sent anew"

        whole = await opens(officer, group, STORY, WHERE)
        assert whole.is_protected
        await _asks_and_hears(officer, lan)
        await _closes(officer, lan)
        await card_in(group.chat, "đã đóng", "Đã xử lý")

        await office.settled()
        seen = all_said_to(office.fake, chief.number, officer.number, group.chat.number)
        assert STORY in seen
        for secret in (str(lan.number), "Bích Thủy", "Hoàng Kim", "thuy_be_xinh_91", receipt):
            assert secret not in seen
        its_end = rf"(?<![0-9A-Z]){receipt[-4:]}(?![0-9A-Z])"  # apart: as a part of some id it stands there by chance
        assert not re.search(its_end, seen), "by which a tip is named to its reporter"


async def test_an_emergency_gets_the_number_first_and_sounds_at_night(tmp_path: Path) -> None:
    async with an_office(tmp_path, start=NIGHT) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        group = await office.desk_group(-1_001_700, minh)
        await tells(office.fake.person(501), story="quán nhậu ồn ào quá giờ")
        quiet = await card_in(group.chat, "chưa ai nhận")
        assert quiet.is_silent
        assert "ồn ào" not in quiet.text
        lan = office.fake.person(502)
        lan.says("cháy nhà số 5 ngõ 52 Tô Ngọc Vân, phường Tây Hồ")
        first = await lan.chat.waits_for("114")
        assert first.text.startswith("GỌI 114 NGAY")
        await lan.chat.waits_for("Gửi tới Công an phường Tây Hồ?")
        lan.says("gui")
        loud = await card_in(group.chat, "KHẨN CẤP", "cháy nhà số 5")
        assert not loud.is_silent


async def _enrolled_by_invite(office: Office) -> tuple[Person, Person]:
    """A chief who comes first, and an officer whom the chief confirms."""
    chief, officer = office.fake.person(900_001, "Dung"), office.fake.person(900_002, "Minh")
    for person, role in ((chief, Role.CHIEF), (officer, Role.OFFICER)):
        code = office.bot.around.chance.fresh_id()
        expires_at = office.clock.now() + timedelta(days=7)
        await office.store.db.commit(
            [officers.invite(office.store.seal, code, ward=TAY_HO, role=role, expires_at=expires_at)]
        )
        person.starts(f"o_{code}")
        await person.chat.waits_for("Bạn nhắn họ tên")
        person.says(person.user["first_name"])
    await chief.chat.waits_for("Minh xin làm cán bộ", after=0)
    await officer.chat.waits_for("Chỉ huy đơn vị xác nhận xong")
    chief.presses("Xác nhận")
    await officer.chat.waits_for("Chỉ huy đã xác nhận bạn", after=0)
    return chief, officer


def resident(office: Office, number: int) -> Person:
    """Somebody with a whole name on Telegram, none of which an officer may ever see."""
    person = office.fake.person(number, "Bích Thủy")
    names = {"last_name": "Hoàng Kim", "username": "thuy_be_xinh_91"}
    person.user.update(names)
    person.chat.raw.update(names)
    return person


async def _asks_and_hears(officer: Person, lan: Person) -> None:
    officer.presses("Hỏi người gửi")
    await officer.chat.waits_for("Hỏi người gửi tin TH-")
    officer.says(QUESTION)
    await officer.chat.waits_for(f"Gửi cho người gửi tin: {QUESTION}")
    officer.presses("Gửi")
    asked = await lan.chat.waits_for(QUESTION)
    assert "Công an phường Tây Hồ hỏi thêm" in asked.text
    assert "Minh" not in asked.text
    lan.says(ANSWER)
    await lan.chat.waits_for("Đã gửi cho cán bộ")
    await officer.chat.waits_for(ANSWER)


async def _closes(officer: Person, lan: Person) -> None:
    officer.presses("Đóng tin")
    await officer.chat.waits_for("kết quả thế nào?")
    officer.presses("Đã xử lý")
    await officer.chat.waits_for("Tin có giá trị không?")
    officer.presses("Không")
    await officer.chat.waits_for("dùng câu mẫu")
    officer.presses("Dùng câu mẫu")
    await officer.chat.waits_for("Người nhận sẽ đọc")
    officer.presses("Đóng tin")
    closed = await lan.chat.waits_for("đã xử lý tin …")
    assert "Công an phường Tây Hồ" in closed.text
