"""Notices: the lines of campaigns, and which message shows which campaign to whom.

A campaign's line seals nothing: it names the campaign and the reporter, so that a chunk of them is one statement. It
looks at its campaign again just before it goes out, which is why a pause or a cancellation takes effect at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, LiteralString, TypeAlias

from messages.address import MessageRef
from messages.language import Language
from storage.database import Database
from storage.errors import Stale
from storage.outbox import Lane, Line
from storage.records import CampaignId, MediaId, ReporterId
from storage.store import Store, moment, ms
from storage.subscriptions import WANTED
from storage.writes import SqlValue, Write

AMENDS_FOR = timedelta(hours=48)
"""A correction or a recall that could not be shown for so long is given up."""
CLEARED = 500
"""Lines ended in one statement."""

Outcome: TypeAlias = Literal["sent", "gone", "refused", "unknown", "expired", "cancelled", "muted"]
"""What can become of a campaign's line; each is a count of the campaign."""
COUNTED: Mapping[Outcome, LiteralString] = {
    "sent": "sent",
    "gone": "gone",
    "refused": "refused",
    "unknown": "unknown",
    "expired": "expired",
    "cancelled": "cancelled",
    "muted": "muted",
}
_LINE: LiteralString = "SELECT id, lane, attempts, owed_at, chat, campaign, reporter FROM lines "


# --- which go out next ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent on a broadcast: tenths of a Star in all, and from which audience on it is worth it."""

    tenths: int = 0
    audience: int = 0


NO_BUDGET = Budget()


async def claim(  # noqa: PLR0913 -- which lines, named one by one
    store: Store,
    now: datetime,
    *,
    due: datetime,
    lane: Lane,
    limit: int,
    paid_limit: int = 0,
    budget: Budget = NO_BUDGET,
    night: bool = False,
) -> list[Line]:
    """Claim the next lines of campaigns, or of corrections and recalls, the campaign that began first going first.

    Emergency notices go before all others, and alone at night. `now` decides what has expired, `due` what is due. A
    batch is of one campaign and is either paid for, all of it counted as spent before it goes out, or free. Durable
    before it returns.
    """
    for campaign, audience in await _running(store, lane=lane, night=night):
        paid = await _affordable(store, budget) if lane is Lane.CAMPAIGN and audience >= budget.audience else 0
        rows = await store.db.fetch_all(
            _LINE + "WHERE campaign = ? AND state = 'waiting' AND lane = ? AND due_at <= ? "
            "AND (expires_at IS NULL OR expires_at > ?) ORDER BY id LIMIT ?",
            (campaign, lane, ms(due), ms(now), min(paid, paid_limit) if paid else limit),
        )
        if not rows:
            continue
        lines = [_line(dict(row), paid=paid > 0) for row in rows]
        try:
            await store.db.commit([*_claimed(lines), *([_spend(len(lines), budget=budget)] if paid else [])])
        except Stale:  # a line went away meanwhile, or the budget did: the next round looks again
            continue
        return lines
    return []


async def _running(store: Store, *, lane: Lane, night: bool) -> list[tuple[str, int]]:
    if lane is Lane.CORRECTION:
        rows = await store.db.fetch_all(
            "SELECT id, audience FROM campaigns WHERE amends <> '' ORDER BY began_at LIMIT 20"
        )
    else:
        rows = await store.db.fetch_all(
            "SELECT id, audience FROM campaigns WHERE due_at IS NOT NULL AND status IN ('sending', 'sent') "
            "AND emergency >= ? ORDER BY emergency DESC, began_at, id LIMIT 20",
            (int(night),),
        )
    return [(row["id"], row["audience"]) for row in rows]


def _claimed(lines: Sequence[Line]) -> list[Write]:
    return [
        Write(
            "UPDATE lines SET state = 'claimed' WHERE state = 'waiting' AND id IN (" + _marks(part) + ")",
            tuple(part),
            expects_rows=len(part),
        )
        for part in _parts([line.id for line in lines])
    ]


def _line(row: Mapping[str, SqlValue], *, paid: bool) -> Line:
    number, lane, attempts, owed_at, chat = (row[name] for name in ("id", "lane", "attempts", "owed_at", "chat"))
    assert isinstance(number, int) and isinstance(lane, int) and isinstance(attempts, int)
    assert isinstance(owed_at, int) and isinstance(chat, bytes)
    return Line(
        number,
        Lane(lane),
        attempts,
        moment(owed_at),
        chat,
        None,
        campaign=CampaignId(str(row["campaign"])),
        reporter=ReporterId(str(row["reporter"])),
        paid=paid,
    )


# --- what is paid for -----------------------------------------------------------------------------------------


async def spent(db: Database) -> int:
    """Tenths of a Star counted as spent so far."""
    row = await db.look_up("SELECT tenths FROM spending WHERE what = 'broadcast'")
    return 0 if row is None else int(row["tenths"])


async def _affordable(store: Store, budget: Budget) -> int:
    return max(0, budget.tenths - await spent(store.db)) if budget.tenths else 0


def _spend(count: int, *, budget: Budget) -> Write:
    """A tenth of a Star a line (Bot API manual, allow_paid_broadcast); Stale where that would pass the budget."""
    return Write(
        "INSERT INTO spending (what, tenths) VALUES ('broadcast', ?1) ON CONFLICT (what) DO UPDATE "
        "SET tenths = tenths + ?1 WHERE tenths + ?1 <= ?2",
        (count, budget.tenths),
        expects_rows=1,
    )


def unspent(count: int) -> Write:
    """These lines were not sent after all; to be written with what says so."""
    return Write("UPDATE spending SET tenths = tenths - ? WHERE what = 'broadcast'", (count,))


# --- just before, and after -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gate:
    """A campaign as its line finds it just before it goes out."""

    edition: int
    status: str
    amends: str
    wanted: bool
    expires_at: datetime
    emergency: bool = False
    """Goes out at night too."""

    def end_of(self, line: Line, now: datetime) -> Outcome | None:
        """Why a campaign's line is not sent any more; None where it may be."""
        if self.status in {"cancelled", "recalled"}:
            return "cancelled"
        if not self.wanted:
            return "muted"
        return "expired" if now >= self.expires_at else None


async def gate(store: Store, line: Line) -> Gate | None:
    """The campaign of a line, and whether its reader still subscribes; None for a campaign that is no more."""
    row = await store.db.look_up(
        "SELECT edition, status, amends, coalesce(expires_at, 0) AS expires_at, "
        "emergency, EXISTS (SELECT 1 FROM subscriptions WHERE reporter = ? AND " + WANTED + ") AS wanted "
        "FROM campaigns WHERE id = ?",
        (line.reporter, line.campaign),
    )
    if row is None:
        return None
    return Gate(
        row["edition"],
        row["status"],
        row["amends"],
        bool(row["wanted"]),
        moment(row["expires_at"]),
        bool(row["emergency"]),
    )


@dataclass(frozen=True, slots=True)
class Said:
    """A campaign's message as it is to be put into words."""

    said: str
    edition: int
    amends: str
    began_at: datetime
    photo: MediaId | None = None
    emergency: bool = False


async def said_of(store: Store, campaign: CampaignId) -> Said | None:
    """What a campaign says."""
    row = await store.db.look_up(
        "SELECT said, edition, amends, coalesce(began_at, starts_at) AS began_at, photo, emergency "
        "FROM campaigns WHERE id = ?",
        (campaign,),
    )
    if row is None:
        return None
    photo = MediaId(row["photo"]) if row["photo"] else None
    return Said(row["said"], row["edition"], row["amends"], moment(row["began_at"]), photo, bool(row["emergency"]))


async def language_of(store: Store, line: Line) -> Language | None:
    """The language in which the reader of this line receives campaigns; None for one who receives none any more."""
    row = await store.db.look_up("SELECT language FROM subscriptions WHERE reporter = ? LIMIT 1", (line.reporter,))
    return None if row is None else "en" if row["language"] == "en" else "vi"


async def message_of(store: Store, line: Line) -> MessageRef | None:
    """The message that shows the campaign to the reader of this line."""
    row = await store.db.look_up(
        "SELECT message FROM notices WHERE campaign = ? AND reporter = ?", (line.campaign, line.reporter)
    )
    return None if row is None else MessageRef(row["message"])


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one line of a campaign."""

    line: Line
    outcome: Outcome
    edition: int = 0
    message: MessageRef | None = None
    refund: bool = False
    """It was paid for and never handed to the platform."""


def settle(done: Sequence[Settled], now: datetime) -> list[Write]:
    """Count what became of lines, note which message shows what, and let the rows go.

    A count comes before the rows it counts go, and counts only those that are there: written twice it counts once.
    Who was shown an older edition in the moment of a correction or recall is owed it at once.
    """
    writes: list[Write] = []
    groups: dict[tuple[CampaignId, Lane, Outcome], list[Settled]] = {}
    for one in done:
        assert one.line.campaign is not None
        groups.setdefault((one.line.campaign, one.line.lane, one.outcome), []).append(one)
    for (campaign, lane, outcome), group in groups.items():
        shown = [_shown(one, gone=lane is Lane.CORRECTION) for one in group if outcome == "sent"]
        column = COUNTED[outcome] if lane is Lane.CAMPAIGN else _amended(outcome)
        writes += [*shown, *counted([one.line.id for one in group], column=column, campaign=campaign)]
        if outcome == "sent":
            writes += _still_older(campaign, [one.line.reporter for one in group], now=now)
    refunds = sum(one.refund for one in done)
    return [*writes, unspent(refunds)] if refunds else writes


def _amended(outcome: Outcome) -> LiteralString:
    return "amended" if outcome == "sent" else "missed"


def _shown(one: Settled, *, gone: bool) -> Write:
    """Without a message (a channel that names none) only the edition moves on; a recalled one stays named."""
    if one.message is None or gone:
        return Write(
            "UPDATE notices SET edition = ? WHERE campaign = ? AND reporter = ?",
            (one.edition, one.line.campaign, one.line.reporter),
        )
    return Write(
        "INSERT INTO notices (campaign, reporter, edition, message) "
        "SELECT campaign, reporter, ?, ? FROM lines WHERE id = ? "
        "ON CONFLICT (campaign, reporter) DO UPDATE SET edition = excluded.edition, message = excluded.message",
        (one.edition, one.message, one.line.id),
    )


def counted(lines: Sequence[int], *, column: LiteralString, campaign: CampaignId) -> list[Write]:
    """Add lines to one of the campaign's counts and let their rows go."""
    writes = []
    for part in _parts(lines):
        among: LiteralString = " WHERE id IN (" + _marks(part) + ")"
        counted: LiteralString = "UPDATE campaigns SET " + column + " = " + column + " + (SELECT count(*) FROM lines"
        writes.append(Write(counted + among + ") WHERE id = ?", (*part, campaign)))
        writes.append(Write("DELETE FROM lines" + among, tuple(part)))
    return writes


def _still_older(campaign: CampaignId, readers: Sequence[ReporterId | None], *, now: datetime) -> list[Write]:
    return [
        Write(
            "INSERT INTO lines (lane, due_at, owed_at, expires_at, chat, campaign, reporter) "
            "SELECT 3, ?, ?, ?, X'', notices.campaign, notices.reporter FROM notices "
            "JOIN campaigns ON campaigns.id = notices.campaign WHERE notices.campaign = ? AND campaigns.amends <> '' "
            "AND notices.edition < campaigns.edition AND notices.reporter IN (" + _marks(part) + ") "
            "ON CONFLICT DO NOTHING",
            (ms(now), ms(now), ms(now + AMENDS_FOR), campaign, *part),
        )
        for part in _parts(readers)
    ]


def _parts(values: Sequence[SqlValue]) -> Iterator[Sequence[SqlValue]]:
    for start in range(0, len(values), CLEARED):
        yield values[start : start + CLEARED]


def _marks(values: Sequence[object]) -> LiteralString:
    return ", ".join("?" for _ in values)
