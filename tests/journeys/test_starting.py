"""Starting: Telegram joins when it can be reached, and nobody's vanished account stands in the way."""

from pathlib import Path

from storage.records import Role
from tests.journeys.office import an_office
from tests.journeys.steps import STORY


async def test_officers_see_their_commands_and_one_whose_account_is_gone_keeps_nobody_from_them(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as office:
        await office.officer(900_001, "Dung", role=Role.CHIEF)
        await office.officer(900_002, "Minh", role=Role.CHIEF)
    async with an_office(tmp_path, known=(900_002,)) as office:
        minh = office.people[900_002]
        await office.fake.until(lambda: any('"chat_id": 900002' in scope for scope, _ in office.fake.world.commands))
        lan = office.fake.person(501)
        lan.says(STORY)
        await lan.chat.waits_for("Việc xảy ra ở đâu?")
        assert minh.number == 900_002
