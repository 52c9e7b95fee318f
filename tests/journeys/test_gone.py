"""Whoever blocks the bot, and groups that remove it or move: the officers know, and nothing is lost."""

from pathlib import Path

from storage.records import Role
from tests.bot_api_fake.people import Group, Person
from tests.journeys.office import Office, an_office
from tests.journeys.steps import STORY, card_in, claims, newest_revision, opens, tells

NO_ANSWER = "Không hỏi lại người gửi được."


async def _asks(officer: Person, words: str) -> None:
    """Ask the reporter of the tip that was opened last."""
    officer.presses("Hỏi người gửi")
    await officer.chat.waits_for("Hỏi người gửi tin TH-")
    officer.says(words)
    await officer.chat.waits_for(f"Gửi cho người gửi tin: {words}")
    officer.presses("Gửi")
    await officer.chat.waits_for("Đã gửi câu hỏi của đơn vị")


async def _claimed_tip(office: Office) -> tuple[Person, Group, Person]:
    minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
    group = await office.desk_group(-1_001_700, minh)
    lan = office.fake.person(501)
    await tells(lan)
    await card_in(group.chat, "chưa ai nhận")
    await claims(minh, group)
    await opens(minh, group, STORY)
    return minh, group, lan


async def test_the_card_says_that_a_reporter_blocked_us_and_stops_saying_so_when_they_are_back(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh, group, lan = await _claimed_tip(office)
        lan.blocks()
        await card_in(group.chat, NO_ANSWER)
        minh.presses("Hỏi người gửi")
        await minh.chat.waits_for("Không nhắn tới người gửi")
        lan.unblocks()
        await group.chat.waits_for(lambda shown: shown.text.startswith("Tin TH-") and NO_ANSWER not in shown.text)
        await opens(minh, group, STORY)
        await _asks(minh, "Họ còn ở đó không?")
        await lan.chat.waits_for("Họ còn ở đó không?")


async def test_a_block_that_telegram_only_tells_when_we_speak_is_known_from_then_on(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh, group, lan = await _claimed_tip(office)
        lan.chat.bot_is = "kicked"  # the update about it was lost
        await _asks(minh, "Họ còn ở đó không?")
        await card_in(group.chat, NO_ANSWER)
        assert not any("Họ còn ở đó" in shown.text for shown in lan.chat.screen())


async def test_a_desk_whose_group_removed_the_bot_is_alerted_in_private(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        group = await office.desk_group(-1_001_700, minh)
        group.remove_bot(minh)
        await office.fake.until_heard()
        await tells(office.fake.person(501))
        await card_in(minh.chat, "chưa ai nhận")
        assert not any(shown.text.startswith("Tin TH-") for shown in group.chat.screen())


async def test_a_desk_whose_group_removed_the_bot_unheard_is_alerted_in_private_too(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        group = await office.desk_group(-1_001_700, minh)
        group.chat.bot_is = "kicked"
        await tells(office.fake.person(501))
        await office.settled()
        await office.bot.ticks.tips()
        await minh.chat.waits_for("1 tin chờ")


async def test_the_next_card_comes_to_where_a_group_has_moved(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        group = await office.desk_group(-4_700, minh, kind="group")
        moved = group.migrate_to(-1_001_701, by=minh)
        await office.fake.until_heard()
        await tells(office.fake.person(501))
        await card_in(moved.chat, "chưa ai nhận")
        await claims(minh, moved)


async def test_a_move_that_telegram_only_tells_when_we_speak_takes_the_card_along(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        group = await office.desk_group(-4_700, minh, kind="group")
        moved = group.migrate_to(-1_001_701, by=minh)
        office.fake.world.updates.drop()  # what Telegram said about it was lost
        await tells(office.fake.person(501))
        await card_in(moved.chat, "chưa ai nhận")
        await claims(minh, moved)
        since = newest_revision(moved.chat)
        await tells(office.fake.person(502, "Hạnh"), story="nhậu ồn ào suốt đêm")
        await moved.chat.waits_for("chưa ai nhận", after=since)
