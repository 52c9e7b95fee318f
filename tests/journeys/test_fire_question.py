"""A question about fire: asked by a resident, answered by the ward's fire officer, in the same chat."""

from pathlib import Path

from storage.records import Role
from tests.journeys.office import an_office
from tests.journeys.steps import all_said_to

QUESTION = "Nhà ống có một cửa thì làm lối thoát thứ hai ở đâu?"
ANSWER = "Mở lối ở ban công hoặc lên sân thượng, để thang dây sẵn."


async def test_a_fire_question_is_answered_in_the_chat_it_was_asked_in_and_becomes_no_tip(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        huong = await office.officer(900_004, "Hương", role=Role.FIRE)
        lan = office.fake.person(550_123_987, "Bích Thủy")
        lan.says("/hoi")
        await lan.chat.waits_for("Bạn muốn hỏi về gì?")
        lan.says(QUESTION)
        await lan.chat.waits_for("Như vậy đã đúng ý bạn chưa?")
        lan.presses("Hỏi cán bộ")
        await lan.chat.waits_for("Gửi câu hỏi này cho cán bộ")
        lan.presses("Gửi ngay")
        await lan.chat.waits_for("Cán bộ trả lời ngay tại đây")

        await huong.chat.waits_for("Có câu hỏi cháy nổ mới.")
        huong.presses("Trả lời")
        await huong.chat.waits_for(lambda shown: QUESTION in shown.text and "Bạn viết câu trả lời" in shown.text)
        huong.says(ANSWER)
        await huong.chat.waits_for("Người nhận sẽ đọc:")
        huong.presses("Gửi")
        answer = await lan.chat.waits_for(ANSWER)
        assert "Cán bộ PCCC trả lời" in answer.text
        assert "Hương" not in answer.text
        await office.settled()
        assert await office.count("tips") == 0
        seen = all_said_to(office.fake, huong.number)
        assert str(lan.number) not in seen
        assert "Bích Thủy" not in seen
