"""A ward that works on the web page alone, and a resident on Telegram: neither notices where the other is."""

from datetime import timedelta
from pathlib import Path

from storage import officers
from storage.records import Role
from tests.journeys.office import TAY_HO, Office, an_office
from tests.journeys.steps import STORY, WHERE, tells
from tests.journeys.web_page import WebPage, a_page


async def test_an_officer_on_the_web_page_and_a_resident_on_telegram_work_together(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office, a_page(office.web_url, role="officer") as desk:
        await _enrols(office, desk)
        lan = office.fake.person(550_123_987, "Bích Thủy")
        await tells(lan)
        card = await desk.waits_for(lambda shown: bool(shown.get("unclaimed")))
        assert card["card"]
        assert STORY not in card["text"]
        await desk.presses("Tôi nhận")
        await desk.waits_for(lambda shown: "đang xử lý · Minh" in shown["text"] and not shown["unclaimed"])
        await desk.presses("Xem đầy đủ")
        await desk.waits_for(lambda shown: STORY in shown["text"] and WHERE in shown["text"])

        await desk.presses("Hỏi người gửi")
        await desk.waits_for("Hỏi người gửi tin TH-")
        await desk.says("Biển số bao nhiêu?")
        await desk.waits_for("Gửi cho người gửi tin: Biển số bao nhiêu?")
        await desk.presses("Gửi")
        await lan.chat.waits_for("Biển số bao nhiêu?")
        lan.says("hai chín, ba số năm")
        await desk.waits_for("hai chín, ba số năm")
        await office.settled()
        assert str(lan.number) not in str(desk)
        assert "Bích Thủy" not in str(desk)


async def _enrols(office: Office, desk: WebPage) -> None:
    """The ward's first chief comes by the invite's web link."""
    code = office.bot.around.chance.fresh_id()
    expires_at = office.clock.now() + timedelta(days=7)
    await office.store.db.commit(
        [officers.invite(office.store.seal, code, ward=TAY_HO, role=Role.CHIEF, expires_at=expires_at)]
    )
    await desk.starts(f"o_{code}")
    await desk.waits_for("Bạn nhắn họ tên")
    await desk.says("Minh")
    await desk.waits_for("Đã ghi danh")
