"""The same over a webhook: Telegram brings the updates, and hears 200 only once they are stored."""

from pathlib import Path

import aiohttp

from storage.records import Role
from storage.writes import Write
from tests.bot_api_fake.webhook import SECRET_HEADER
from tests.journeys.office import an_office
from tests.journeys.steps import STORY, WHERE, card_in, claims, opens, sends, tells


async def test_a_tip_arrives_by_webhook_and_a_wrong_secret_is_refused(tmp_path: Path) -> None:
    async with an_office(tmp_path, webhook=True) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        group = await office.desk_group(-1_001_700, minh)
        await tells(office.fake.person(501))
        await card_in(group.chat, "chưa ai nhận")
        await claims(minh, group)
        await opens(minh, group, STORY, WHERE)
        assert {one.status for one in office.fake.couriers.tries} == {200}
        assert not office.fake.calls("getUpdates")

        heard = await office.count("heard")
        forged = office.fake.world.updates.history[0].body | {"update_id": 1}
        async with aiohttp.ClientSession() as stranger:
            for headers in ({}, {SECRET_HEADER: "guessed"}):
                async with stranger.post(f"{office.web_url}/telegram", json=forged, headers=headers) as answer:
                    assert answer.status == 403
        assert await office.count("heard") == heard


async def test_telegram_brings_again_what_a_full_disk_refused(tmp_path: Path) -> None:
    async with an_office(tmp_path, webhook=True) as office:
        lan = office.fake.person(501)
        lan.says(STORY)
        await lan.chat.waits_for("Việc xảy ra ở đâu?")
        await office.settled()
        await office.store.db.commit([Write("PRAGMA max_page_count = 1")])  # SQLite: not a page more than now
        lan.says(f"{WHERE} " + "rất dài " * 480)
        await office.fake.until(lambda: any(one.status == 503 for one in office.fake.couriers.tries))
        await office.store.db.commit([Write("PRAGMA max_page_count = 1000000")])
        await lan.chat.waits_for("Gửi tới Công an")
        await sends(lan)
        await office.settled()
        assert await office.count("tips") == 1
