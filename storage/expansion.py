"""From subscribers to a campaign's lines, a chunk at a time; what is left of it; and clearing what is not sent.

A chunk moves the campaign's cursor in the same commit as its lines, so that a stop at any moment repeats and skips
none.
"""

from datetime import datetime

from storage import campaigns, subscriptions
from storage.campaign_records import Audience, Campaign
from storage.campaigns import EVERYBODY
from storage.notices import AMENDS_FOR, CLEARED, COUNTED, Outcome, counted
from storage.outbox import Lane
from storage.records import EVERY_WARD, CampaignId
from storage.store import Store, ms
from storage.subscriptions import WANTED, of_wards
from storage.writes import Write

CHUNK = 1_000
"""Subscribers looked at in one transaction: one INSERT for a million rows stops everybody for seconds."""
AHEAD = 10_000
"""Lines of a campaign that are made ahead of sending."""


# --- from subscribers to lines --------------------------------------------------------------------------------


async def next_subscribers(store: Store, campaign: Campaign) -> str:
    """The end of the next chunk: the id of its last subscriber, or `EVERYBODY` when there is none.

    Of one ward the index gives the chunk; of several so many subscriptions are looked at, whosever they are, so that
    no chunk takes long where few of many subscribe to these wards.
    """
    if len(campaign.wards) == 1 and campaign.wards[0] != EVERY_WARD:
        row = await store.db.fetch_one(
            "SELECT max(reporter) FROM "
            "(SELECT reporter FROM subscriptions WHERE ward = ? AND reporter > ? ORDER BY reporter LIMIT ?)",
            (campaign.wards[0], campaign.cursor, CHUNK),
        )
    else:
        row = await store.db.fetch_one(
            "SELECT max(reporter) FROM "
            "(SELECT reporter FROM subscriptions WHERE reporter > ? ORDER BY reporter LIMIT ?)",
            (campaign.cursor, CHUNK),
        )
    return row[0] if row is not None and row[0] is not None else EVERYBODY


def expand(campaign: Campaign, *, upto: str, now: datetime) -> list[Write]:
    """Owe the subscribers after the campaign's cursor, up to this one, a line each; the cursor moves with them."""
    wards, codes = of_wards(campaign.wards)
    between = (campaign.cursor, upto)
    expires_at = None if campaign.expires_at is None else ms(campaign.expires_at)
    return [
        Write(
            "UPDATE campaigns SET cursor = ? WHERE id = ? AND cursor = ? AND status = 'sending'",
            (upto, campaign.id, campaign.cursor),
            expects_rows=1,
        ),
        Write(
            "INSERT INTO lines (lane, due_at, owed_at, expires_at, chat, campaign, reporter) "
            "SELECT DISTINCT 4, ?, ?, ?, X'', campaigns.id, reporter FROM subscriptions "
            "JOIN campaigns ON campaigns.id = ? WHERE reporter > ? AND reporter <= ? AND "
            + WANTED
            + wards
            + " ORDER BY reporter ON CONFLICT DO NOTHING",
            (ms(now), ms(now), expires_at, campaign.id, *between, *codes),
        ),
        Write(
            "UPDATE campaigns SET owed = owed + (SELECT count(DISTINCT reporter) FROM subscriptions "
            "WHERE reporter > ? AND reporter <= ? AND " + WANTED + wards + ") WHERE id = ?",
            (*between, *codes, campaign.id),
        ),
    ]


async def next_shown(store: Store, campaign: Campaign) -> str:
    """The same over those who have been shown the campaign's message, for a correction or a recall."""
    row = await store.db.fetch_one(
        "SELECT max(reporter) FROM "
        "(SELECT reporter FROM notices WHERE campaign = ? AND reporter > ? ORDER BY reporter LIMIT ?)",
        (campaign.id, campaign.amend_cursor, CHUNK),
    )
    return row[0] if row is not None and row[0] is not None else EVERYBODY


def amend(campaign: Campaign, *, upto: str, now: datetime) -> list[Write]:
    """Owe those who were shown an older edition a line that mends it; goes before whatever is still to be sent."""
    return [
        Write(
            "UPDATE campaigns SET amend_cursor = ? WHERE id = ? AND amend_cursor = ? AND edition = ?",
            (upto, campaign.id, campaign.amend_cursor, campaign.edition),
            expects_rows=1,
        ),
        Write(
            "INSERT INTO lines (lane, due_at, owed_at, expires_at, chat, campaign, reporter) "
            "SELECT 3, ?, ?, ?, X'', campaign, reporter FROM notices "
            "WHERE campaign = ? AND reporter > ? AND reporter <= ? AND edition < ? ORDER BY reporter "
            "ON CONFLICT DO NOTHING",
            (ms(now), ms(now), ms(now + AMENDS_FOR), campaign.id, campaign.amend_cursor, upto, campaign.edition),
        ),
    ]


# --- the rest of a campaign -----------------------------------------------------------------------------------


async def waiting(store: Store, campaign: CampaignId, *, lane: Lane = Lane.CAMPAIGN) -> int:
    """Lines that are still to be sent, those under way included."""
    row = await store.db.fetch_one(
        "SELECT count(*) FROM lines WHERE campaign = ? AND state IN ('waiting', 'claimed') AND lane = ?",
        (campaign, lane),
    )
    return row[0] if row is not None else 0


async def left(store: Store, campaign: CampaignId | None, *, whom: Audience, now: datetime) -> tuple[int, int]:
    """People who are still to get a campaign, and lines of others that go before; None for one that is not stored."""
    before = 0
    for id_ in await campaigns.going(store, now):
        one = await campaigns.campaign(store, id_)
        if one is None or one.status not in {"sending", "paused"}:
            continue
        rest = await waiting(store, one.id)
        if one.cursor != EVERYBODY:
            rest += await subscriptions.audience(store, one.whom, after=one.cursor)
        if one.id == campaign:
            return rest, before
        before += rest if one.status == "sending" else 0
    return await subscriptions.audience(store, whom), before


async def has_lines(store: Store, campaign: CampaignId) -> bool:
    """Whether anything of it is owed to anybody, also to people who are away."""
    return (
        await store.db.look_up("SELECT 1 FROM lines WHERE campaign = ? AND lane = 4 LIMIT 1", (campaign,)) is not None
    )


async def may_still_mend(store: Store, campaign: CampaignId) -> bool:
    """Whether somebody is still owed what mends a message, or is just being shown the message itself."""
    row = await store.db.look_up(
        "SELECT 1 FROM lines WHERE campaign = ?1 AND lane = 3 AND state IN ('waiting', 'claimed', 'away') "
        "UNION ALL SELECT 1 FROM lines WHERE campaign = ?1 AND lane = 4 AND state = 'claimed' LIMIT 1",
        (campaign,),
    )
    return row is not None


async def clear(store: Store, campaign: Campaign, *, outcome: Outcome) -> list[Write]:
    """End a chunk of what is not sent any more, and once what was not made into lines yet; empty when all is ended."""
    rows = await store.db.fetch_all(
        "SELECT id FROM lines WHERE campaign = ? AND state IN ('waiting', 'away') AND lane = 4 LIMIT ?",
        (campaign.id, CLEARED),
    )
    return counted([row["id"] for row in rows], column=COUNTED[outcome], campaign=campaign.id)


def never_made(campaign: Campaign, *, outcome: Outcome, count: int) -> Write:
    """Those who were to get a line and never will are counted, once."""
    column = COUNTED[outcome]
    return Write(
        "UPDATE campaigns SET " + column + " = " + column + " + ?, cursor = ? WHERE id = ? AND cursor = ?",
        (count, EVERYBODY, campaign.id, campaign.cursor),
        expects_rows=1,
    )


async def forget_shown(store: Store, before: datetime) -> list[Write]:
    """Forget a chunk of which messages showed campaigns that began before this; empty when there is nothing."""
    row = await store.db.fetch_one(
        "SELECT notices.campaign FROM campaigns JOIN notices ON notices.campaign = campaigns.id "
        "WHERE campaigns.began_at < ? LIMIT 1",
        (ms(before),),
    )
    if row is None:
        return []
    return [
        Write(
            "DELETE FROM notices WHERE campaign = ? AND reporter IN "
            "(SELECT reporter FROM notices WHERE campaign = ? LIMIT ?)",
            (row[0], row[0], CHUNK),
        )
    ]
