"""A broadcast's course: begun when it is due, made into lines a chunk at a time, mended, cleared and ended.

Every look takes each campaign a few steps further and may be repeated or broken off at any point: where it stands is in
its row, and a chunk moves the campaign's cursor in the same commit as its lines.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Literal

from bot.outgoing.campaign_lines import SAID
from handlers.campaigns import approving
from handlers.campaigns.recurrence import next_time
from handlers.facts import Facts
from messages.frozen import replace
from messages.outgoing import Say
from messages.phrase import Quote
from storage import campaigns, expansion, subscriptions
from storage.campaign_records import Campaign
from storage.expansion import AHEAD
from storage.outbox import Lane
from storage.records import CampaignId
from storage.store import Store
from storage.writes import Write


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Takes campaigns further. `commit` is False where somebody was faster, and tells delivery what is owed."""

    store: Store
    commit: Callable[[Sequence[Write]], Awaitable[bool]]
    facts: Callable[[datetime], Facts]
    timezone: tzinfo = UTC
    ahead: int = AHEAD
    """Lines that are made ahead of sending."""

    async def step(self, id: CampaignId, now: datetime, *, night: bool) -> None:
        """One look at a campaign that goes on; at night only emergency notices begin and are made ready."""
        campaign = await campaigns.campaign(self.store, id)
        if campaign is None:
            return
        rests = night and not campaign.emergency
        if campaign.amends:
            await self._mend(campaign, now)
        match campaign.status:
            case "approved" if not rests and _is_due(campaign, now):
                await self._begin(campaign, now)
            case "sending" | "paused" | "sent" if campaign.expires_at is not None and now >= campaign.expires_at:
                await self._clear(campaign, "expired", now=now)
            case "cancelled" | "recalled":
                await self._clear(campaign, "cancelled", now=now)
            case "sending" if not rests:
                await self._go_on(campaign, now)
            case "sending" | "sent":
                await self._end(campaign, now)

    async def _begin(self, campaign: Campaign, now: datetime) -> None:
        if _missed(campaign, now):
            await self.commit([campaigns.end(campaign, next_due_at=self._again_at(campaign, now))])
            return
        words = await approving.campaign_message(
            Quote("campaign", campaign.id, "words"), campaign.wards, self.facts(now), emergency=campaign.emergency
        )
        audience = await subscriptions.audience(self.store, campaign.whom)
        said = SAID.dump_json(Say(words)).decode()
        if await self.commit([campaigns.begin(campaign, said=said, audience=audience, now=now)]):
            assert campaign.due_at is not None
            due_at = min(campaign.due_at, now)
            begun = replace(campaign, status="sending", cursor="", due_at=due_at, expires_at=due_at + campaign.lasts)
            await self._go_on(begun, now)

    async def _go_on(self, campaign: Campaign, now: datetime) -> None:
        """Make lines for the next subscribers, as far ahead as is good; then see whether it is at its end."""
        room = self.ahead - await expansion.waiting(self.store, campaign.id)
        while room > 0 and campaign.cursor != campaigns.EVERYBODY:
            upto = await expansion.next_subscribers(self.store, campaign)
            if not await self.commit(expansion.expand(campaign, upto=upto, now=now)):
                return
            campaign = replace(campaign, cursor=upto)
            room -= expansion.CHUNK
            await self.store.db.ease()
        await self._end(campaign, now)

    async def _end(self, campaign: Campaign, now: datetime) -> None:
        if campaign.cursor != campaigns.EVERYBODY or await expansion.waiting(self.store, campaign.id):
            return
        if await expansion.has_lines(self.store, campaign.id):  # of people who are away
            if campaign.status == "sending":
                await self.commit([campaigns.is_sent(campaign)])
            return
        again_at = self._again_at(campaign, now) if campaign.status in {"sending", "sent", "paused"} else None
        await self.commit([campaigns.end(campaign, next_due_at=again_at)])

    def _again_at(self, campaign: Campaign, now: datetime) -> datetime | None:
        """Its next time; after a long stop the first that is not over yet."""
        if campaign.repeats == "once":
            return None
        last = max(campaign.due_at or campaign.starts_at, now - campaign.lasts)
        return next_time(campaign.starts_at, campaign.repeats, lunar=campaign.lunar, after=last, timezone=self.timezone)

    async def _clear(self, campaign: Campaign, outcome: Literal["expired", "cancelled"], *, now: datetime) -> None:
        """What is not sent any more is counted so and goes, a chunk at a time."""
        if campaign.cursor != campaigns.EVERYBODY:
            left = await subscriptions.audience(self.store, campaign.whom, after=campaign.cursor)
            if not await self.commit([expansion.never_made(campaign, outcome=outcome, count=left)]):
                return
        while writes := await expansion.clear(self.store, campaign, outcome=outcome):
            if not await self.commit(writes):
                return
        await self._end(replace(campaign, cursor=campaigns.EVERYBODY), now)

    async def _mend(self, campaign: Campaign, now: datetime) -> None:
        """Owe a correction or a recall to those who were shown the message."""
        room = self.ahead - await expansion.waiting(self.store, campaign.id, lane=Lane.CORRECTION)
        while room > 0 and campaign.amend_cursor != campaigns.EVERYBODY:
            upto = await expansion.next_shown(self.store, campaign)
            if not await self.commit(expansion.amend(campaign, upto=upto, now=now)):
                return
            campaign = replace(campaign, amend_cursor=upto)
            room -= expansion.CHUNK
        if campaign.amend_cursor == campaigns.EVERYBODY and not await expansion.may_still_mend(self.store, campaign.id):
            await self.commit([campaigns.amended(campaign)])


def _is_due(campaign: Campaign, now: datetime) -> bool:
    return campaign.due_at is not None and (campaign.at_once or campaign.due_at <= now)


def _missed(campaign: Campaign, now: datetime) -> bool:
    """Whether its time is over before it began: it was approved, or the bot started again, long after its hour.

    A repeated one waits for its next day.
    """
    late = campaign.due_at is not None and now - campaign.due_at > campaign.lasts
    return late and campaign.repeats != "once"
