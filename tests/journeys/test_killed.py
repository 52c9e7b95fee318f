"""The process is killed in the middle: whoever was talking goes on, and everything was heard exactly once."""

from pathlib import Path

from tests.bot_api_fake.server import BotApiFake
from tests.journeys.child import Child
from tests.journeys.steps import STORY, WHERE, card_in, sends

PEOPLE = 12


async def test_a_draft_survives_a_kill_and_is_sent_once_and_a_stop_is_quick(tmp_path: Path) -> None:
    async with BotApiFake() as fake, Child(tmp_path, fake) as child:
        minh = await child.prepare(900_002, "Minh")
        await child.start()
        lan = fake.person(501)
        lan.says(STORY)
        await lan.chat.waits_for("Việc xảy ra ở đâu?")
        await child.kill()
        lan.says(WHERE)
        await child.start()
        await lan.chat.waits_for("Gửi tới Công an phường Tây Hồ?")
        await sends(lan)
        await card_in(minh.chat, "chưa ai nhận")
        minh.presses("Xem đầy đủ")
        await minh.chat.waits_for(lambda shown: STORY in shown.text and WHERE in shown.text)
        assert await child.store_rows("tips") == 1
        assert await child.stop() == 0
        assert STORY not in str(child.log)


async def test_whatever_was_on_its_way_at_a_kill_was_heard_exactly_once(tmp_path: Path) -> None:
    async with BotApiFake() as fake, Child(tmp_path, fake) as child:
        await child.prepare(900_002, "Minh")
        await child.start()
        people = [fake.person(number, f"Người {number}") for number in range(501, 501 + PEOPLE)]
        for person in people:
            person.says(f"{STORY}, phường Tây Hồ")
        for person in people:
            await person.chat.waits_for("Gửi tới Công an")

        silence = fake.faults.next("sendMessage", hang=True, count=None)
        for person in people:
            person.says("gui")
        await fake.until(lambda: silence.met >= 2)
        await child.kill()
        await fake.until_left()
        in_doubt = [entry.chat for entry in fake.ledger if entry.outcome == "hang"]
        fake.faults.clear()
        await child.start()
        for person in people:
            await person.chat.waits_for("Công an có được hỏi thêm bạn không?")

        assert await child.store_rows("tips") == PEOPLE
        for person in people:
            thanked = sum("Mã tra cứu" in shown.text for shown in person.chat.screen())
            assert thanked == (2 if person.number in in_doubt else 1), person.number
        assert await child.stop() == 0
