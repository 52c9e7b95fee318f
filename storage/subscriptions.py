"""Who receives whose campaigns, and what of them: kept without saying where in a ward somebody lives.

A neighbourhood stands here as a keyed hash, by which campaigns find its people; its name is kept nowhere.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString

from messages.meaning.neighbourhoods import folded
from storage.campaign_records import Audience, Subscription
from storage.records import EVERY_WARD, ReporterId, WardCode
from storage.seal import Seal
from storage.store import Store, day, moment, ms
from storage.writes import SqlValue, Write

HASHED = 16
"""Letters of a neighbourhood's keyed hash (64 bits): a ward has some dozens of them."""
WANTED: LiteralString = (
    "(campaigns.emergency = 1 OR (subscriptions.muted_until = 0 "
    "AND (campaigns.theme = '' OR subscriptions.themes = '' "
    "OR subscriptions.themes LIKE '%,' || campaigns.theme || ',%') "
    "AND campaigns.language IN ('', subscriptions.language))) "
    "AND (campaigns.neighbourhoods = '' OR (subscriptions.neighbourhood <> '' "
    "AND campaigns.neighbourhoods LIKE '%' || subscriptions.neighbourhood || '%'))"
)
"""Whether a row of `campaigns` is meant for a row of `subscriptions`, their wards apart: said once, for all queries."""


async def of(store: Store, reporter: ReporterId) -> Subscription | None:
    """What somebody receives, None for nothing."""
    row = await store.db.look_up(
        "SELECT ward, themes, language, neighbourhood, muted_until FROM subscriptions WHERE reporter = ? "
        "ORDER BY ward LIMIT 1",
        (reporter,),
    )
    if row is None:
        return None
    return Subscription(
        ward=WardCode(row["ward"]),
        themes=tuple(theme for theme in str(row["themes"]).split(",") if theme),
        language="en" if row["language"] == "en" else "vi",
        has_neighbourhood=bool(row["neighbourhood"]),
        muted_until=moment(row["muted_until"]) if row["muted_until"] else None,
    )


def subscribe(
    seal: Seal, reporter: ReporterId, *, chosen: Subscription, now: datetime, neighbourhood: str | None = None
) -> list[Write]:
    """Receive a ward's campaigns as chosen; also one that is going out and has passed by this place in the row.

    A neighbourhood of None leaves what was named before. The line is as old as its campaign: it names the reporter, and
    the exact time would tell when they wrote.
    """
    named = hashed(seal, chosen.ward, named=neighbourhood) if neighbourhood else neighbourhood
    late: tuple[SqlValue, ...] = (reporter, chosen.ward, ms(now), reporter, reporter)
    return [
        Write(
            "INSERT INTO subscriptions (reporter, ward, since, themes, language, muted_until, neighbourhood) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, coalesce(?7, '')) ON CONFLICT (reporter, ward) "
            "DO UPDATE SET themes = excluded.themes, language = excluded.language, muted_until = excluded.muted_until, "
            "neighbourhood = coalesce(?7, neighbourhood)",
            (
                reporter,
                chosen.ward,
                day(now),
                f",{','.join(chosen.themes)}," if chosen.themes else "",
                chosen.language,
                _end_of_day(chosen.muted_until) if chosen.muted_until else 0,
                named,
            ),
        ),
        Write(
            "INSERT INTO lines (lane, due_at, owed_at, expires_at, chat, campaign, reporter) "
            "SELECT 4, campaigns.due_at, campaigns.due_at, campaigns.expires_at, X'', campaigns.id, "
            "subscriptions.reporter FROM campaigns "
            "JOIN subscriptions ON subscriptions.reporter = ? AND subscriptions.ward = ? "
            "WHERE campaigns.due_at <= ? AND campaigns.status IN ('sending', 'paused') AND campaigns.repeats = 'once' "
            "AND campaigns.cursor >= ? AND (campaigns.wards = '*' "
            "OR ',' || campaigns.wards || ',' LIKE '%,' || subscriptions.ward || ',%') AND "
            + WANTED
            + " AND NOT EXISTS "
            "(SELECT 1 FROM notices WHERE notices.campaign = campaigns.id AND notices.reporter = ?) "
            "ON CONFLICT DO NOTHING",
            late,
        ),
    ]


def _end_of_day(at: datetime) -> int:
    """The day's end: the exact hour would tell when somebody wrote."""
    return day(at + timedelta(days=1, milliseconds=-1))


def hashed(seal: Seal, ward: WardCode, *, named: str) -> str:
    """The keyed hash of a neighbourhood of a ward, however its name is spelled."""
    return seal.digest("find", f"neighbourhood {ward} {folded(named)}").hex()[:HASHED]


def hashed_all(seal: Seal, whom: Audience) -> str:
    """The neighbourhoods that an audience is narrowed to, as they stand in a campaign's row."""
    return ",".join(hashed(seal, ward, named=named) for ward in whom.wards for named in whom.neighbourhoods)


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


def unmute(now: datetime) -> Write:
    """Who wanted nothing for a while receives campaigns again."""
    return Write("UPDATE subscriptions SET muted_until = 0 WHERE muted_until > 0 AND muted_until <= ?", (ms(now),))


async def audience(store: Store, whom: Audience, *, after: str = "") -> int:
    """How many people a campaign reaches; with `after` only those whose ids follow."""
    wards, codes = of_wards(whom.wards)
    row = await store.db.fetch_one(
        "WITH campaigns (theme, language, neighbourhoods, emergency) AS (VALUES (?, ?, ?, ?)) "
        "SELECT count(DISTINCT reporter) FROM subscriptions JOIN campaigns WHERE reporter > ? AND " + WANTED + wards,
        (whom.theme, whom.language, hashed_all(store.seal, whom), int(whom.emergency), after, *codes),
    )
    return row[0] if row else 0


def of_wards(wards: Sequence[WardCode]) -> tuple[LiteralString, tuple[SqlValue, ...]]:
    """A condition on subscriptions' wards, to follow others, and its parameters; nothing where every ward is meant."""
    if EVERY_WARD in wards:
        return "", ()
    marks: LiteralString = ", ".join("?" for _ in wards)
    return " AND ward IN (" + marks + ")", tuple(wards)
