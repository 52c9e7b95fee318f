"""What Telegram delivers twice, late or in another order is heard once, and nothing of it is lost."""

from pathlib import Path

from storage.records import Role
from tests.journeys.office import an_office
from tests.journeys.steps import STORY, WHERE, card_in, claims, opens, tells


async def test_a_whole_conversation_that_is_delivered_again_changes_nothing(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        group = await office.desk_group(-1_001_700, minh)
        lan = office.fake.person(501)
        await tells(lan)
        await card_in(group.chat, "chưa ai nhận")
        await claims(minh, group)
        await opens(minh, group, STORY)
        await office.settled()

        tables = ("tips", "entries", "events", "log", "lines", "cards", "reporters", "sessions", "heard")
        before = [await office.count(table) for table in tables]
        shown = [
            (chat.number, [str(message) for message in chat.screen()]) for chat in office.fake.world.chats.values()
        ]
        said = sum(call.chat is not None for call in office.fake.heard)
        await office.hears_again(len(office.fake.world.updates.history))
        assert [await office.count(table) for table in tables] == before
        assert [
            (chat.number, [str(message) for message in chat.screen()]) for chat in office.fake.world.chats.values()
        ] == shown
        assert sum(call.chat is not None for call in office.fake.heard) == said


async def test_a_press_that_overtakes_the_message_before_it_sends_the_tip_and_loses_no_words(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        group = await office.desk_group(-1_001_700, minh)
        lan = office.fake.person(501)
        lan.says(STORY)
        await lan.chat.waits_for("Việc xảy ra ở đâu?")
        lan.says(WHERE)
        await lan.chat.waits_for("Gửi tới Công an")
        lan.presses("Gửi ngay")
        lan.says("một người đội mũ đỏ")
        await lan.chat.waits_for("Đã thêm vào tin đã gửi")
        await card_in(group.chat, "chưa ai nhận")
        await opens(minh, group, STORY, WHERE, "một người đội mũ đỏ")
        assert await office.count("tips") == 1


async def test_a_button_pressed_twice_and_an_hour_late_sends_once_and_says_that_it_is_old(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        lan = office.fake.person(501)
        lan.says(STORY)
        await lan.chat.waits_for("Việc xảy ra ở đâu?")
        lan.says(WHERE)
        asked = await lan.chat.waits_for("Gửi tới Công an")
        lan.presses("Gửi ngay", message=asked)
        lan.presses("Gửi ngay", message=asked)
        await lan.chat.waits_for("Mã tra cứu")
        late = lan.presses("Gửi ngay", message=asked)
        assert (await lan.chat.waits_for_toast(late)).text == "Nút này đã cũ. Mời bạn dùng các nút mới nhất."
        await office.settled()
        assert await office.count("tips") == 1
        assert sum("Mã tra cứu" in shown.text for shown in lan.chat.screen()) == 1
