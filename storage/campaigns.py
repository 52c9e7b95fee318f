"""Campaigns: drafted, approved, expanded in chunks into lines, and counted."""

from collections.abc import Sequence
from datetime import datetime

from storage.officers import names_of
from storage.records import EVERY_WARD, Campaign, CampaignId, OfficerId, ReporterId, WardCode
from storage.store import Store, day, moment, ms
from storage.writes import Write

CHUNK = 2_000
"""Subscribers expanded in one transaction (design: one INSERT for a million rows stops everybody for seconds)."""


def draft(campaign: Campaign) -> Write:
    """A campaign is handed in for approval."""
    return Write(
        "INSERT INTO campaigns (id, wards, words, status, version, author, repeats, starts_at, audience) "
        "VALUES (?, ?, ?, 'waiting', 1, ?, ?, ?, ?)",
        (
            campaign.id,
            ",".join(campaign.wards),
            campaign.words,
            campaign.author,
            campaign.repeats,
            ms(campaign.starts_at),
            campaign.audience,
        ),
        expects_rows=1,
    )


def move(campaign: CampaignId, *, version: int, status: str, by: OfficerId, words: str | None) -> Write:
    """Approve, cancel, or edit (then it waits again and nobody has approved it). Stale if it moved on."""
    return Write(
        "UPDATE campaigns SET status = ?1, version = version + 1, words = coalesce(?2, words), "
        "approved_by = CASE WHEN ?1 = 'approved' THEN ?3 ELSE NULL END, "
        "due_at = CASE WHEN ?1 = 'approved' THEN starts_at ELSE NULL END "
        "WHERE id = ?4 AND version = ?5 AND status NOT IN ('sent', 'cancelled')",
        (status, words, by, campaign, version),
        expects_rows=1,
    )


def drop_unsent(campaign: CampaignId) -> Write:
    """What is still owed of a cancelled campaign is not sent."""
    return Write("DELETE FROM lines WHERE campaign = ? AND state = 'waiting'", (campaign,))


async def campaign(store: Store, id: CampaignId) -> Campaign | None:
    """A campaign."""
    row = await store.db.fetch_one("SELECT * FROM campaigns WHERE id = ?", (id,))
    return None if row is None else await _opened(store, dict(row))


async def campaigns(store: Store, wards: Sequence[WardCode], *, limit: int = 8) -> list[Campaign]:
    """The latest campaigns that address any of these wards (all for `*`), newest first."""
    rows = await store.db.fetch_all("SELECT * FROM campaigns ORDER BY starts_at DESC LIMIT 100")
    found = [await _opened(store, dict(row)) for row in rows]
    wanted = set(wards)
    every = EVERY_WARD in wanted
    return [one for one in found if every or wanted & set(one.wards) or EVERY_WARD in one.wards][:limit]


async def due(store: Store, now: datetime) -> list[Campaign]:
    """Campaigns that are to begin, or to go on being expanded."""
    rows = await store.db.fetch_all(
        "SELECT * FROM campaigns WHERE due_at <= ? AND status IN ('approved', 'sending') ORDER BY due_at LIMIT 20",
        (ms(now),),
    )
    return [await _opened(store, dict(row)) for row in rows]


async def _opened(store: Store, row: dict[str, object]) -> Campaign:
    names = await names_of(store)
    numbers = {name: value for name, value in row.items() if isinstance(value, int)}
    status = str(row["status"])
    return Campaign(
        id=CampaignId(str(row["id"])),
        wards=tuple(WardCode(code) for code in str(row["wards"]).split(",")),
        words=str(row["words"]),
        status=status,  # type: ignore[arg-type]  # written by us from the same literal
        version=numbers["version"],
        author=OfficerId(str(row["author"])),
        author_name=names.get(str(row["author"]), ""),
        approved_by=OfficerId(str(row["approved_by"])) if row["approved_by"] else None,
        repeats="weekly" if row["repeats"] == "weekly" else "once",
        starts_at=moment(numbers["starts_at"]),
        due_at=moment(numbers["due_at"]) if "due_at" in numbers else None,
        audience=numbers["audience"],
        sent=numbers["sent"],
        gone=numbers["gone"],
        refused=numbers["refused"],
        unknown=numbers["unknown"],
    )


async def audience(store: Store, wards: Sequence[WardCode]) -> int:
    """How many people subscribe to any of these wards."""
    if EVERY_WARD in wards:
        row = await store.db.fetch_one("SELECT count(DISTINCT reporter) FROM subscriptions")
    else:
        marks = ", ".join("?" for _ in wards)
        row = await store.db.fetch_one(
            "SELECT count(DISTINCT reporter) FROM subscriptions WHERE ward IN (" + marks + ")",
            tuple(wards),
        )
    return row[0] if row else 0


async def next_subscribers(store: Store, campaign: Campaign) -> list[ReporterId]:
    """The next chunk of people to expand a campaign to, in the order of their ids after its cursor."""
    cursor = await store.db.fetch_one("SELECT cursor FROM campaigns WHERE id = ?", (campaign.id,))
    after = cursor["cursor"] if cursor is not None else ""
    if EVERY_WARD in campaign.wards:
        rows = await store.db.fetch_all(
            "SELECT DISTINCT reporter FROM subscriptions WHERE reporter > ? ORDER BY reporter LIMIT ?", (after, CHUNK)
        )
    else:
        marks = ", ".join("?" for _ in campaign.wards)
        rows = await store.db.fetch_all(
            "SELECT DISTINCT reporter FROM subscriptions WHERE reporter > ? AND ward IN ("
            + marks
            + ") ORDER BY reporter LIMIT ?",
            (after, *campaign.wards, CHUNK),
        )
    return [ReporterId(row["reporter"]) for row in rows]


def advance(campaign: Campaign, *, cursor: str, next_due_at: datetime | None, finished: bool) -> Write:
    """The cursor moves with the lines it stands for; at the end the campaign is sent, or due again in a week."""
    if not finished:
        return Write(
            "UPDATE campaigns SET status = 'sending', cursor = ? WHERE id = ? AND status IN ('approved', 'sending')",
            (cursor, campaign.id),
            expects_rows=1,
        )
    return Write(
        "UPDATE campaigns SET status = ?, cursor = '', due_at = ? WHERE id = ? AND status IN ('approved', 'sending')",
        ("approved" if next_due_at else "sent", ms(next_due_at) if next_due_at else None, campaign.id),
        expects_rows=1,
    )


# --- subscriptions --------------------------------------------------------------------------------------------


async def subscribed(store: Store, reporter: ReporterId) -> list[WardCode]:
    """The wards whose campaigns somebody receives."""
    rows = await store.db.fetch_all("SELECT ward FROM subscriptions WHERE reporter = ? ORDER BY ward", (reporter,))
    return [WardCode(row["ward"]) for row in rows]


def subscribe(reporter: ReporterId, *, ward: WardCode, now: datetime) -> Write:
    """Receive a ward's campaigns."""
    return Write(
        "INSERT INTO subscriptions (reporter, ward, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (reporter, ward, day(now)),
    )


def unsubscribe(reporter: ReporterId) -> list[Write]:
    """Receive none any more, and none that is already on its way."""
    return [
        Write("DELETE FROM subscriptions WHERE reporter = ?", (reporter,)),
        Write("DELETE FROM lines WHERE reporter = ? AND state = 'waiting'", (reporter,)),
    ]
