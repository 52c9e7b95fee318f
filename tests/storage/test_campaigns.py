"""The campaigns an officer is shown: those that address their wards, however many others there are."""

from datetime import timedelta
from pathlib import Path

from storage import campaigns
from storage.campaign_records import Campaign
from storage.records import EVERY_WARD, CampaignId, OfficerId, WardCode
from tests.bot.owing import NOON, WARD, a_store

OTHER = WardCode("00097")


def a_campaign(number: int, *wards: WardCode) -> Campaign:
    return Campaign(
        id=CampaignId(f"c{number}"), wards=wards, words="w", status="approved", version=1, author=OfficerId("o"),
        author_name="", approved_by=OfficerId("p"), repeats="once", starts_at=NOON + timedelta(hours=number),
    )  # fmt: skip


async def test_a_ward_is_shown_its_own_campaigns_behind_any_number_of_others(tmp_path: Path) -> None:
    ours = [a_campaign(0, WARD), a_campaign(1, OTHER, WARD), a_campaign(2, EVERY_WARD)]
    others = [a_campaign(number, OTHER) for number in range(3, 203)]
    async with a_store(tmp_path) as store:
        await store.db.commit([campaigns.draft(store.seal, one) for one in ours + others])

        async def shown(*wards: WardCode) -> list[str]:
            return [one.id for one in await campaigns.campaigns(store, wards)]

        assert await shown(WARD) == ["c2", "c1", "c0"]
        newest = [f"c{number}" for number in range(202, 194, -1)]
        assert await shown(OTHER) == await shown(WARD, OTHER) == await shown(EVERY_WARD) == newest
        assert await shown(WardCode("0010")) == ["c2"]
