"""Campaigns: drafted, approved, steered while they go out. Who gets them: `subscriptions`; their lines: `notices`."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, LiteralString

from storage.campaign_records import Campaign
from storage.officers import names_of
from storage.records import EVERY_WARD, CampaignId, MediaId, OfficerId, WardCode
from storage.seal import Seal, Where
from storage.store import Store, moment, ms
from storage.subscriptions import hashed_all
from storage.writes import Write

EVERYBODY = "~"
"""The cursor of a campaign whose subscribers all have their line; greater than every id."""
ANNOUNCED_BEFORE = timedelta(days=1)
"""How long before a repetition the chiefs are told of it; what they approve later than that they know of."""
STEERED: dict[Literal["pause", "resume", "cancel", "recall"], LiteralString] = {
    "pause": "UPDATE campaigns SET status = 'paused', version = version + 1 "
    "WHERE id = ? AND version = ? AND status = 'sending'",
    "resume": "UPDATE campaigns SET status = CASE WHEN due_at > began_at THEN 'approved' ELSE 'sending' END, "
    "version = version + 1 WHERE id = ? AND version = ? AND status = 'paused'",
    "cancel": "UPDATE campaigns SET status = 'cancelled', version = version + 1, "
    "due_at = CASE WHEN status IN ('sending', 'paused') THEN due_at END "
    "WHERE id = ? AND version = ? AND status NOT IN ('sent', 'cancelled', 'recalled')",
    "recall": "UPDATE campaigns SET status = 'recalled', version = version + 1, edition = edition + 1, "
    "amended = 0, missed = 0, amends = 'recall', amend_cursor = '', due_at = coalesce(due_at, starts_at) "
    "WHERE id = ? AND version = ? AND began_at IS NOT NULL AND status <> 'recalled'",
}
"""What an officer may do to one that was approved, and from which status."""


def draft(seal: Seal, campaign: Campaign) -> Write:
    """A campaign is handed in for approval; an emergency notice stands as approved by its author, and is due."""
    whom = campaign.whom
    return Write(
        "INSERT INTO campaigns (id, wards, words, english, photo, status, version, author, approved_by, repeats, "
        "lunar, starts_at, lasts, due_at, audience, theme, language, neighbourhoods, named, emergency, "
        "at_once) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            campaign.id,
            ",".join(campaign.wards),
            campaign.words,
            campaign.english,
            campaign.photo or "",
            campaign.status,
            campaign.author,
            campaign.approved_by,
            campaign.repeats,
            campaign.lunar,
            ms(campaign.starts_at),
            _milliseconds(campaign.lasts),
            ms(campaign.due_at) if campaign.due_at else None,
            campaign.audience,
            campaign.theme,
            campaign.language,
            hashed_all(seal, whom),
            _sealed(seal, campaign) if whom.neighbourhoods else None,
            int(campaign.emergency),
            int(campaign.at_once),
        ),
        expects_rows=1,
    )


def _sealed(seal: Seal, campaign: Campaign) -> bytes:
    """The neighbourhoods' names: beside their hashes they would tell where subscribers live."""
    return seal.purpose_key("officer").seal("\n".join(campaign.neighbourhoods).encode(), _where(campaign.id))


def _where(campaign: CampaignId) -> Where:
    return Where("campaigns", campaign, "named")


def _named(store: Store, row: Mapping[str, object]) -> tuple[str, ...]:
    sealed = row["named"]
    if not isinstance(sealed, bytes):
        return ()
    opened = store.seal.purpose_key("officer").open(sealed, _where(CampaignId(str(row["id"]))))
    return tuple(opened.decode().split("\n"))


def move(  # noqa: PLR0913 -- one row, named column by column
    campaign: CampaignId,
    *,
    version: int,
    status: str,
    by: OfficerId,
    now: datetime,
    words: str | None = None,
    english: str | None = None,
    photo: MediaId | None = None,
    due_at: datetime | None = None,
    lasts: timedelta | None = None,
) -> Write:
    """Approve, or edit (then it waits again and nobody has approved it). Stale if it moved on or goes out already.

    The chief who approves less than a day before the time needs no announcement of it.
    """
    is_near = due_at is not None and due_at <= now + ANNOUNCED_BEFORE
    return Write(
        "UPDATE campaigns SET status = ?1, version = version + 1, words = coalesce(?2, words), "
        "english = coalesce(?3, english), photo = coalesce(?4, photo), "
        "approved_by = CASE WHEN ?1 = 'approved' THEN ?5 ELSE NULL END, due_at = ?6, "
        "announced_at = CASE WHEN ?7 = 1 THEN ?6 ELSE NULL END, lasts = coalesce(?10, lasts) "
        "WHERE id = ?8 AND version = ?9 AND status IN ('draft', 'waiting', 'approved')",
        (
            *(status, words, english, photo, by, ms(due_at) if due_at else None, int(is_near), campaign, version),
            _milliseconds(lasts) if lasts is not None else None,
        ),
        expects_rows=1,
    )


def drop_photo(campaign: CampaignId) -> list[Write]:
    """Its photo is about to be replaced: the old one goes with the key that sealed it."""
    of: LiteralString = "(SELECT photo FROM campaigns WHERE id = ?)"
    return [
        Write("DELETE FROM keys WHERE owner = (SELECT tip FROM media WHERE id = " + of + ")", (campaign,)),
        Write("DELETE FROM media WHERE id = " + of, (campaign,)),
    ]


def forget_photos(begun_before: datetime) -> list[Write]:
    """Photos of campaigns that are over, and can no longer be corrected, go with the keys that sealed them."""
    over: LiteralString = (
        "photo <> '' AND status IN ('sent', 'cancelled', 'recalled') AND due_at IS NULL AND amends = '' "
        "AND coalesce(began_at, starts_at) < ?"
    )
    photos: LiteralString = "(SELECT photo FROM campaigns WHERE " + over + ")"
    before = (ms(begun_before),)
    return [
        Write("DELETE FROM keys WHERE owner IN (SELECT tip FROM media WHERE id IN " + photos + ")", before),
        Write("DELETE FROM media WHERE id IN " + photos, before),
        Write("UPDATE campaigns SET photo = '' WHERE " + over, before),
    ]


def steer(campaign: CampaignId, verb: Literal["pause", "resume", "cancel", "recall"], *, version: int) -> Write:
    """Pause, resume, cancel or recall it, at once: lines look at the campaign before they go out."""
    return Write(STEERED[verb], (campaign, version), expects_rows=1)


def correct(campaign: CampaignId, *, version: int, words: str, english: str | None = None) -> Write:
    """Other words: for those who have not got it yet, and by an edit for those who have."""
    return Write(
        "UPDATE campaigns SET words = ?, english = coalesce(?, english), version = version + 1, edition = edition + 1, "
        "amended = 0, missed = 0, amends = 'correct', "
        "amend_cursor = '', due_at = coalesce(due_at, starts_at) "
        "WHERE id = ? AND version = ? AND began_at IS NOT NULL AND status IN ('sending', 'paused', 'sent', 'approved')",
        (words, english, campaign, version),
        expects_rows=1,
    )


def put_off(campaign: CampaignId, *, version: int, was: datetime, until: datetime) -> Write:
    """A repetition that has not begun is left out. Stale if it began, or was put off already."""
    return Write(
        "UPDATE campaigns SET due_at = ?, version = version + 1 "
        "WHERE id = ? AND version = ? AND status = 'approved' AND due_at = ?",
        (ms(until), campaign, version, ms(was)),
        expects_rows=1,
    )


def announced(campaign: CampaignId, *, version: int, due_at: datetime) -> Write:
    """The chiefs are told of the next repetition. Stale if it was put off or begun meanwhile."""
    return Write(
        "UPDATE campaigns SET announced_at = due_at WHERE id = ? AND version = ? AND due_at = ? "
        "AND status = 'approved'",
        (campaign, version, ms(due_at)),
        expects_rows=1,
    )


def only_photo(owner: str, photo: MediaId) -> Write:
    """Of the photos that were tried while a campaign was written, under one draft's key, the last one stays."""
    return Write("DELETE FROM media WHERE tip = ? AND id <> ?", (owner, photo))


async def to_announce(store: Store, until: datetime) -> list[Campaign]:
    """Repetitions that are due before a moment and that nobody was told of yet."""
    rows = await store.db.fetch_all(
        "SELECT * FROM campaigns WHERE status = 'approved' AND repeats <> 'once' AND due_at <= ? "
        "AND coalesce(announced_at, 0) <> due_at ORDER BY due_at LIMIT 20",
        (ms(until),),
    )
    return [await _opened(store, dict(row)) for row in rows]


async def campaign(store: Store, id: CampaignId) -> Campaign | None:
    """A campaign."""
    row = await store.db.fetch_one("SELECT * FROM campaigns WHERE id = ?", (id,))
    return None if row is None else await _opened(store, dict(row))


async def campaigns(store: Store, wards: Sequence[WardCode], *, limit: int = 8) -> list[Campaign]:
    """The latest campaigns that address any of these wards (all for `*`), newest first."""
    if EVERY_WARD in wards:
        rows = await store.db.fetch_all("SELECT * FROM campaigns ORDER BY starts_at DESC LIMIT ?", (limit,))
    else:
        rows = await store.db.fetch_all(
            "SELECT * FROM campaigns WHERE EXISTS "
            "(SELECT 1 FROM json_each(?) WHERE instr(',' || campaigns.wards || ',', ',' || value || ',')) "
            "ORDER BY starts_at DESC LIMIT ?",
            (json.dumps([*wards, EVERY_WARD]), limit),
        )
    return [await _opened(store, dict(row)) for row in rows]


async def going(store: Store, now: datetime) -> list[CampaignId]:
    """Campaigns for which there is something to do: to begin, to expand, to amend, to clear or to end.

    What goes out at once, or has begun, needs no clock that agrees.
    """
    rows = await store.db.fetch_all(
        "SELECT id FROM campaigns WHERE amends <> '' OR "
        "(status IN ('approved', 'sending', 'paused', 'sent', 'cancelled', 'recalled') AND due_at IS NOT NULL "
        "AND (due_at <= ? OR due_at <= began_at OR (at_once = 1 AND status = 'approved'))) "
        "ORDER BY emergency DESC, began_at, due_at, id LIMIT 20",
        (ms(now),),
    )
    return [CampaignId(row["id"]) for row in rows]


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
        repeats=str(row["repeats"]),  # type: ignore[arg-type]
        starts_at=moment(numbers["starts_at"]),
        lunar=str(row["lunar"]),
        english=str(row["english"]),
        photo=MediaId(str(row["photo"])) if row["photo"] else None,
        theme=str(row["theme"]),
        language=str(row["language"]),  # type: ignore[arg-type]
        neighbourhoods=_named(store, row),
        emergency=bool(row["emergency"]),
        at_once=bool(row["at_once"]),
        announced_at=moment(numbers["announced_at"]) if "announced_at" in numbers else None,
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
    """It goes out from now on. `said` is the message, ready to be put into words; a repetition is a new edition.

    Where the clock was ahead when it became due, it was due now.
    """
    return Write(
        "UPDATE campaigns SET status = 'sending', said = ?1, audience = ?2, owed = 0, began_at = ?3, "
        "due_at = min(due_at, ?3), expires_at = min(due_at, ?3) + lasts, cursor = '', "
        "edition = edition + (began_at IS NOT NULL) "
        "WHERE id = ?4 AND version = ?5 AND status = 'approved'",
        (said, audience, ms(now), campaign.id, campaign.version),
        expects_rows=1,
    )


def end(campaign: Campaign, *, next_due_at: datetime | None) -> Write:
    """Nothing of it is owed any more: it is sent, or due again; one that was stopped stays so.

    A repeated one that is paused waits for its next time and for somebody who resumes it.
    """
    status: LiteralString = (
        "CASE WHEN status IN ('sending', 'sent') OR (status = 'paused' AND repeats = 'once') THEN ? ELSE status END"
    )
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
