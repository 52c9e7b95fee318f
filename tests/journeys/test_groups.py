"""Groups the bot is added to: public ones get nothing, strangers' hear nothing, and it goes when it is thrown out."""

from pathlib import Path

from storage.records import Role
from tests.journeys.office import an_office
from tests.journeys.steps import card_in, tells


async def test_a_public_group_is_refused_and_one_that_becomes_public_is_left(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        group = office.fake.group(-1_001_700)
        group.add(minh, status="creator")
        group.chat.raw["username"] = "congan_tayho"
        group.add_bot(minh)
        await group.chat.waits_for("/ketnoi")
        minh.says("/ketnoi", in_chat=group)
        await group.chat.waits_for("ai cũng tìm và đọc được")
        assert await office.count("groups") == 0

        del group.chat.raw["username"]
        minh.says("/ketnoi", in_chat=group)
        await group.chat.waits_for("Nhóm này nhận tin của phường")
        group.chat.raw["username"] = "congan_tayho"
        minh.says("/hangcho", in_chat=group)
        await group.chat.waits_for("ai cũng tìm và đọc được")
        assert await office.count("groups") == 0


async def test_a_strangers_group_hears_nothing_and_one_that_throws_the_bot_out_gets_no_more(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        lan = office.fake.person(550, "Lan")
        theirs = office.fake.group(-1_001_999)
        theirs.add(lan, status="creator")
        theirs.add_bot(lan)
        lan.says("/ketnoi", in_chat=theirs)
        ours = await office.desk_group(-1_001_700, minh)
        assert [shown for shown in theirs.chat.screen() if shown.is_bots] == []
        ours.remove_bot(minh)
        await office.fake.until_heard()
        await office.settled()
        assert await office.count("groups") == 0
        await tells(lan, story="hôm qua mất xe đạp")
        await card_in(minh.chat, "chưa ai nhận")
