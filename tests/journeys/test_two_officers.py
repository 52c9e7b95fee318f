"""Two officers reach for the same tip at the same moment."""

from pathlib import Path

from storage.records import Role
from tests.journeys.office import an_office
from tests.journeys.steps import card_in, tells


async def test_of_two_who_claim_at_once_one_wins_and_the_other_hears_who_did(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        hoa = await office.officer(900_003, "Hoa")
        group = await office.desk_group(-1_001_700, minh, hoa)
        await tells(office.fake.person(501))
        await card_in(group.chat, "chưa ai nhận")

        presses = {person: person.presses("Tôi nhận", in_chat=group) for person in (minh, hoa)}
        toasts = {person: (await group.chat.waits_for_toast(press)).text for person, press in presses.items()}
        winner, loser = (minh, hoa) if toasts[minh].startswith("Bạn đã nhận tin TH-") else (hoa, minh)
        assert toasts[winner].startswith("Bạn đã nhận tin TH-")
        assert toasts[loser].startswith(f"{winner.user['first_name']} đã nhận tin TH-")

        card = await card_in(group.chat, "đang xử lý", winner.user["first_name"])
        assert loser.user["first_name"] not in card.text
        assert (await office.history(await office.first_tip())).count("claimed") == 1
        await office.settled()
        assert not any("Bạn đã nhận tin" in shown.text for shown in loser.chat.screen())
