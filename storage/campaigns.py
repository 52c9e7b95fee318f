"""Campaigns: drafted, approved, steered while they go out, and who receives them. Their lines are in `notices`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, LiteralString

from storage.officers import names_of
from storage.records import EVERY_WARD, Campaign, CampaignId, OfficerId, ReporterId, WardCode
from storage.store import Store, day, moment, ms
from storage.writes import SqlValue, Write

EVERYBODY = "~"
"""The cursor of a campaign whose subscribers all have their line; greater than every id."""
LISTED = 100
"""Campaigns looked through for a list, newest first."""
STEERED: dict[Literal["pause", "resume", "cancel", "recall"], LiteralString] = {
    "pause": "UPDATE campaigns SET status = 'paused', version = version + 1 "
    "WHERE id = ? AND version = ? AND status = 'sending'",
    "resume": "UPDATE campaigns SET status = 'sending', version = version + 1 "
    "WHERE id = ? AND version = ? AND status = 'paused'",
    "cancel": "UPDATE campaigns SET status = 'cancelled', version = version + 1, "
    "due_at = CASE WHEN status IN ('sending', 'paused') THEN due_at END "
    "WHERE id = ? AND version = ? AND status NOT IN ('sent', 'cancelled', 'recalled')",
    "recall": "UPDATE campaigns SET status = 'recalled', version = version + 1, edition = edition + 1, "
    "amended = 0, missed = 0, amends = 'recall', amend_cursor = '', due_at = coalesce(due_at, starts_at) "
    "WHERE id = ? AND version = ? AND began_at IS NOT NULL AND status <> 'recalled'",
}
"""What an officer may do to one that was approved, and from which status."""


def draft(campaign: Campaign) -> Write:
    """A campaign is handed in for approval."""
    return Write(
        "INSERT INTO campaigns (id, wards, words, status, version, author, repeats, starts_at, lasts, audience) "
        "VALUES (?, ?, ?, 'waiting', 1, ?, ?, ?, ?, ?)",
        (
            campaign.id,
            ",".join(campaign.wards),
            campaign.words,
            campaign.author,
            campaign.repeats,
            ms(campaign.starts_at),
            _milliseconds(campaign.lasts),
            campaign.audience,
        ),
        expects_rows=1,
    )


def move(  # noqa: PLR0913 -- one row, named column by column
    campaign: CampaignId, *, version: int, status: str, by: OfficerId, words: str | None, now: datetime
) -> Write:
    """Approve, or edit (then it waits again and nobody has approved it). Stale if it moved on or goes out already.

    One that goes out once and is approved late has its time from then on; a weekly one keeps its weekday and hour.
    """
    return Write(
        "UPDATE campaigns SET status = ?1, version = version + 1, words = coalesce(?2, words), "
        "approved_by = CASE WHEN ?1 = 'approved' THEN ?3 ELSE NULL END, "
        "due_at = CASE WHEN ?1 <> 'approved' THEN NULL WHEN repeats = 'once' AND starts_at < ?6 THEN ?6 "
        "ELSE starts_at END WHERE id = ?4 AND version = ?5 AND status IN ('draft', 'waiting', 'approved')",
        (status, words, by, campaign, version, ms(now)),
        expects_rows=1,
    )


def steer(campaign: CampaignId, verb: Literal["pause", "resume", "cancel", "recall"], *, version: int) -> Write:
    """Pause, resume, cancel or recall it, at once: lines look at the campaign before they go out."""
    return Write(STEERED[verb], (campaign, version), expects_rows=1)


def correct(campaign: CampaignId, *, version: int, words: str) -> Write:
    """Other words: for those who have not got it yet, and by an edit for those who have."""
    return Write(
        "UPDATE campaigns SET words = ?, version = version + 1, edition = edition + 1, amended = 0, "
        "missed = 0, amends = 'correct', "
        "amend_cursor = '', due_at = coalesce(due_at, starts_at) "
        "WHERE id = ? AND version = ? AND began_at IS NOT NULL AND status IN ('sending', 'paused', 'sent', 'approved')",
        (words, campaign, version),
        expects_rows=1,
    )


async def campaign(store: Store, id: CampaignId) -> Campaign | None:
    """A campaign."""
    row = await store.db.fetch_one("SELECT * FROM campaigns WHERE id = ?", (id,))
    return None if row is None else await _opened(store, dict(row))


async def campaigns(store: Store, wards: Sequence[WardCode], *, limit: int = 8) -> list[Campaign]:
    """The latest campaigns that address any of these wards (all for `*`), newest first."""
    rows = await store.db.fetch_all("SELECT * FROM campaigns ORDER BY starts_at DESC LIMIT ?", (LISTED,))
    found = [await _opened(store, dict(row)) for row in rows]
    wanted = set(wards)
    every = EVERY_WARD in wanted
    return [one for one in found if every or wanted & set(one.wards) or EVERY_WARD in one.wards][:limit]


async def going(store: Store, now: datetime) -> list[Campaign]:
    """Campaigns for which there is something to do: to begin, to expand, to amend, to clear or to end."""
    rows = await store.db.fetch_all(
        "SELECT * FROM campaigns WHERE (due_at <= ? AND status IN ('approved', 'sending', 'paused', 'sent', "
        "'cancelled', 'recalled')) OR amends <> '' ORDER BY began_at, due_at, id LIMIT 20",
        (ms(now),),
    )
    return [await _opened(store, dict(row)) for row in rows]


async def _opened(store: Store, row: dict[str, object]) -> Campaign:
    names = await names_of(store, {str(row["author"])})
    numbers = {name: value for name, value in row.items() if isinstance(value, int)}
    columns = ("audience", "owed", "sent", "gone", "refused", "unknown", "expired", "cancelled", "muted", "amended")
    return Campaign(
        id=CampaignId(str(row["id"])),
        wards=tuple(WardCode(code) for code in str(row["wards"]).split(",")),
        words=str(row["words"]),
        status=str(row["status"]),  # type: ignore[arg-type]  # written by us from the same literal
        version=numbers["version"],
        author=OfficerId(str(row["author"])),
        author_name=names.get(str(row["author"]), ""),
        approved_by=OfficerId(str(row["approved_by"])) if row["approved_by"] else None,
        repeats="weekly" if row["repeats"] == "weekly" else "once",
        starts_at=moment(numbers["starts_at"]),
        lasts=timedelta(milliseconds=numbers["lasts"]),
        due_at=moment(numbers["due_at"]) if "due_at" in numbers else None,
        began_at=moment(numbers["began_at"]) if "began_at" in numbers else None,
        expires_at=moment(numbers["expires_at"]) if "expires_at" in numbers else None,
        cursor=str(row["cursor"]),
        amends=str(row["amends"]),  # type: ignore[arg-type]
        amend_cursor=str(row["amend_cursor"]),
        edition=numbers["edition"],
        missed=numbers["missed"],
        **{name: numbers[name] for name in columns},
    )


def _milliseconds(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)


# --- its course -----------------------------------------------------------------------------------------------


def begin(campaign: Campaign, *, said: str, audience: int, now: datetime) -> Write:
    """It goes out from now on. `said` is the message, ready to be put into words; a repetition is a new edition."""
    return Write(
        "UPDATE campaigns SET status = 'sending', said = ?, audience = ?, owed = 0, began_at = ?, "
        "expires_at = due_at + lasts, cursor = '', edition = edition + (began_at IS NOT NULL) "
        "WHERE id = ? AND version = ? AND status = 'approved'",
        (said, audience, ms(now), campaign.id, campaign.version),
        expects_rows=1,
    )


def end(campaign: Campaign, *, next_due_at: datetime | None) -> Write:
    """Nothing of it is owed any more: it is sent, or due again in a week; one that was stopped stays so."""
    status = "CASE WHEN status = 'sending' THEN ? ELSE status END"
    return Write(
        "UPDATE campaigns SET status = " + status + ", due_at = ?, cursor = ? WHERE id = ? AND version = ?",
        (
            "approved" if next_due_at else "sent",
            ms(next_due_at) if next_due_at else None,
            EVERYBODY,
            campaign.id,
            campaign.version,
        ),
        expects_rows=1,
    )


def is_sent(campaign: Campaign) -> Write:
    """Everybody who can be reached now has it; what waits for people who are away goes out when they are back."""
    return Write(
        "UPDATE campaigns SET status = 'sent' WHERE id = ? AND version = ? AND status = 'sending'",
        (campaign.id, campaign.version),
    )


def amended(campaign: Campaign) -> Write:
    """Everybody who had the message has been shown the correction, or no longer sees what was recalled."""
    return Write(
        "UPDATE campaigns SET amends = '', amend_cursor = '' WHERE id = ? AND version = ?",
        (campaign.id, campaign.version),
    )


# --- subscriptions --------------------------------------------------------------------------------------------


async def audience(store: Store, wards: Sequence[WardCode], *, after: str = "") -> int:
    """How many people subscribe to any of these wards; with `after` only those whose ids follow."""
    if EVERY_WARD in wards:
        row = await store.db.fetch_one(
            "SELECT count(DISTINCT reporter) FROM subscriptions WHERE reporter > ?", (after,)
        )
    else:
        marks = ", ".join("?" for _ in wards)
        row = await store.db.fetch_one(
            "SELECT count(DISTINCT reporter) FROM subscriptions WHERE ward IN (" + marks + ") AND reporter > ?",
            (*wards, after),
        )
    return row[0] if row else 0


async def subscribed(store: Store, reporter: ReporterId) -> list[WardCode]:
    """The wards whose campaigns somebody receives."""
    rows = await store.db.fetch_all("SELECT ward FROM subscriptions WHERE reporter = ? ORDER BY ward", (reporter,))
    return [WardCode(row["ward"]) for row in rows]


def subscribe(reporter: ReporterId, *, ward: WardCode, now: datetime) -> list[Write]:
    """Receive a ward's campaigns; also one that is going out and has passed by this subscriber's place in the row."""
    late: tuple[SqlValue, ...] = (ms(now), ms(now), reporter, ms(now), reporter, ward, reporter)
    return [
        Write(
            "INSERT INTO subscriptions (reporter, ward, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (reporter, ward, day(now)),
        ),
        Write(
            "INSERT INTO lines (lane, due_at, owed_at, expires_at, chat, campaign, reporter) "
            "SELECT 4, ?, ?, expires_at, X'', id, ? FROM campaigns WHERE due_at <= ? "
            "AND status IN ('sending', 'paused') AND repeats = 'once' AND cursor >= ? "
            "AND (wards = '*' OR ',' || wards || ',' LIKE '%,' || ? || ',%') "
            "AND NOT EXISTS (SELECT 1 FROM notices WHERE notices.campaign = campaigns.id AND notices.reporter = ?) "
            "ON CONFLICT DO NOTHING",
            late,
        ),
    ]


def unsubscribe(reporter: ReporterId) -> list[Write]:
    """Receive none any more, and none that is already on its way."""
    return [
        Write("DELETE FROM subscriptions WHERE reporter = ?", (reporter,)),
        Write(
            "UPDATE campaigns SET muted = muted + 1 WHERE id IN (SELECT campaign FROM lines "
            "WHERE reporter = ? AND campaign IS NOT NULL AND lane = 4 AND state IN ('waiting', 'away'))",
            (reporter,),
        ),
        Write(
            "DELETE FROM lines WHERE reporter = ? AND campaign IS NOT NULL AND lane = 4 "
            "AND state IN ('waiting', 'away')",
            (reporter,),
        ),
    ]
