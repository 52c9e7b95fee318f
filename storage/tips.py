"""Tips: filing, moving, adding to, and reading them as officers and as their reporter may see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from sqlite3 import Row
from typing import LiteralString

from pydantic import TypeAdapter

from messages.frozen import frozen, replace
from messages.receipt import Receipt
from storage import entries, keys, media, outbox
from storage.officers import names_of
from storage.records import (
    EntryId,
    Event,
    OfficerId,
    Outcome,
    Reach,
    ReporterId,
    Status,
    Tip,
    TipId,
    TipNumber,
    Urgency,
    Ward,
    WardCode,
)
from storage.reporters import HeldTip, Reporter
from storage.seal import Key, Seal, Where
from storage.store import Store, moment, ms
from storage.wards import ward as ward_of
from storage.writes import SqlValue, Write


@frozen
class Link:
    """The way back from a tip to its reporter, sealed under the tip's key."""

    reporter: ReporterId
    tail: str


@frozen
class Filing:
    """The plain columns of a new tip."""

    tip: TipId
    ward: WardCode
    desk: WardCode
    series: str
    year: int
    urgency: Urgency
    designation: str
    due_at: datetime | None
    now: datetime
    bundled: bool = False


_LINK: TypeAdapter[Link] = TypeAdapter(Link)


def seal_link(key: Key, tip: TipId, *, link: Link) -> bytes:
    """The sealed way back to the reporter."""
    return key.seal(_LINK.dump_json(link), Where("tips", tip, "reporter"))


def file(filing: Filing, *, seal: Seal, receipt: Receipt, link: bytes) -> list[Write]:
    """A draft becomes a tip: the next number of its series, the row, and the first line of its history.

    Series and year make the number (TH-26-0412); the number is given by the database in the same transaction, so
    that two tips of one moment neither share a number nor wait for each other.
    """
    number = Write(
        "INSERT INTO numbers (series, year, latest) VALUES (?, ?, 1) "
        "ON CONFLICT (series, year) DO UPDATE SET latest = numbers.latest + 1",
        (filing.series, filing.year),
    )
    prefix = f"{filing.series}-{filing.year % 100:02d}-"
    row = Write(
        "INSERT INTO tips (id, number, ward, desk, urgency, status, version, designation, reach, filed_at, changed_at, "
        "due_at, bundled, receipt, reporter) "
        "SELECT ?, ? || CASE WHEN latest < 10 THEN '000' WHEN latest < 100 THEN '00' WHEN latest < 1000 THEN '0' "
        "ELSE '' END || latest, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ? FROM numbers WHERE series = ? AND year = ?",
        (
            filing.tip,
            prefix,
            filing.ward,
            filing.desk,
            filing.urgency,
            Status.NEW,
            filing.designation,
            Reach.HERE,
            ms(filing.now),
            ms(filing.now),
            ms(filing.due_at) if filing.due_at else None,
            int(filing.bundled),
            seal.digest("receipt", receipt),
            link,
            filing.series,
            filing.year,
        ),
        expects_rows=1,
    )
    return [number, row, event(filing.tip, OfficerId("reporter"), what="filed", at=filing.now)]


def event(tip: TipId, officer: OfficerId, *, what: str, at: datetime, detail: str = "") -> Write:
    """A line of a tip's history. `detail` holds codes and ids only."""
    return Write(
        "INSERT INTO events (tip, at, officer, what, detail) VALUES (?, ?, ?, ?, ?)",
        (tip, ms(at), officer, what, detail),
        expects_rows=1,
    )


def log(officer: OfficerId, *, what: str, at: datetime, detail: str = "") -> Write:
    """A line of the log of what belongs to no tip."""
    return Write(
        "INSERT INTO log (at, officer, what, detail) VALUES (?, ?, ?, ?)",
        (ms(at), officer, what, detail),
        expects_rows=1,
    )


def touch(tip: TipId, *, at: datetime, columns: Mapping[str, SqlValue] | None = None) -> Write:
    """Something was added to a tip: a new version, whatever the old one was."""
    return change(tip, version=None, at=at, columns=columns or {})


def raised(urgency: Urgency | None, due_at: datetime | None) -> dict[str, SqlValue]:
    """The columns of a tip that words of danger made more urgent; none where they did not."""
    columns: dict[str, SqlValue] = {} if due_at is None else {"due_at": ms(due_at)}
    return columns if urgency is None else columns | {"urgency": urgency, "bundled": 0}


def change(tip: TipId, *, version: int | None, at: datetime, columns: Mapping[str, SqlValue]) -> Write:
    """Set columns of a tip that was decided on at `version` (None: whatever it is); Stale if it has moved on."""
    sets: LiteralString = "".join(_SETS[name] + ", " for name in columns)
    decided: LiteralString = "" if version is None else " AND version = ?"
    return Write(
        "UPDATE tips SET " + sets + "version = version + 1, changed_at = ? WHERE id = ?" + decided,
        (*columns.values(), ms(at), tip, *(() if version is None else (version,))),
        expects_rows=1,
    )


_SETS: Mapping[str, LiteralString] = {
    "category": "category = ?",
    "urgency": "urgency = ?",
    "status": "status = ?",
    "owner": "owner = ?",
    "reach": "reach = ?",
    "reachable": "reachable = ?",
    "open_ask": "open_ask = ?",
    "outcome": "outcome = ?",
    "valuable": "valuable = ?",
    "due_at": "due_at = ?",
    "alerts": "alerts = ?",
    "ward": "ward = ?",
    "desk": "desk = ?",
    "reopened": "reopened = ?",
    "bundled": "bundled = ?",
}


def mark_unreachable(tip: TipId) -> list[Write]:
    """The reporter blocked us or was forgotten: the card says so.

    Without a time: all tips of one person change at once, and an equal time would join them.
    """
    return [
        Write(
            "UPDATE tips SET reachable = 0, version = version + 1 WHERE id = ? AND reachable = 1",
            (tip,),
        )
    ]


def mark_reachable(tip: TipId) -> list[Write]:
    """The reporter is back: they can be written to again, unless they did not want that. Without a time, as above."""
    return [
        Write(
            "UPDATE tips SET reachable = 1, version = version + 1 WHERE id = ? AND reachable = 0 AND reach <> 'silent'",
            (tip,),
        )
    ]


def unlink(tip: TipId) -> list[Write]:
    """The reporter is forgotten: the way back and what they left to be reached by go, the tip itself stays.

    The way back goes, too, because several tips that lead to the same lost id would still be one person's.
    """
    return [
        Write("UPDATE tips SET reporter = x'' WHERE id = ?", (tip,)),
        Write("UPDATE tips SET reach = 'here' WHERE id = ? AND reach = 'contact'", (tip,)),
        entries.forget_contact(tip),
    ]


def erase(seal: Seal, tip: TipId) -> list[Write]:
    """Destroy a tip: its key, all that was said and shown, the way back to its reporter, what is owed to them.

    Number, ward, times and history stay. The files of its photos are the caller's to remove.
    """
    owed = outbox.chat_for(seal, outbox.ToReporter(tip))
    return [
        keys.destroy(tip),
        *media.drop_of(tip),
        Write("DELETE FROM entries WHERE tip = ?", (tip,)),
        Write("DELETE FROM lines WHERE chat = ? AND state <> 'claimed'", (owed,)),
        Write(
            "UPDATE tips SET reporter = x'', reachable = 0, open_ask = NULL, due_at = NULL, version = version + 1 "
            "WHERE id = ?",
            (tip,),
            expects_rows=1,
        ),
    ]


def destroy_draft(draft: str) -> list[Write]:
    """Drop a draft wholly: its key and its photos' rows (the sealed files are unreadable and swept later)."""
    return [keys.destroy(draft), *media.drop_of(TipId(draft))]


# --- reading as officers may ----------------------------------------------------------------------------------


READ: LiteralString = "SELECT tips.*, (SELECT count(*) FROM media WHERE media.tip = tips.id) AS photos FROM tips "
"""How `opened` needs a tip's row."""


async def tip(store: Store, id: TipId) -> Tip | None:
    """A tip with its entries, as officers may see it."""
    return await _whole(store, await store.db.look_up(READ + "WHERE id = ?", (id,)))


async def tip_numbered(store: Store, number: TipNumber) -> Tip | None:
    """A tip by its number."""
    return await _whole(store, await store.db.look_up(READ + "WHERE number = ?", (number,)))


async def _whole(store: Store, row: Row | None) -> Tip | None:
    if row is None:
        return None
    [found] = await opened(store, [dict(row)])
    said = await entries.of_tip(store, found.id)
    return replace(found, entries=said)


async def opened(store: Store, rows: Sequence[Mapping[str, object]]) -> list[Tip]:
    """Rows of `READ` as records, without their entries; each ward and officer that they name is read once."""
    named = {code: await ward_of(store, WardCode(code)) for code in {str(row["ward"]) for row in rows}}
    owners = {str(row["owner"]) for row in rows if row["owner"]}
    names = await names_of(store, owners)
    return [_opened(row, named[str(row["ward"])], names=names) for row in rows]


def _opened(row: Mapping[str, object], ward: Ward | None, *, names: Mapping[str, str]) -> Tip:
    assert ward is not None  # the row refers to it
    owner = row["owner"]
    return Tip(
        id=TipId(str(row["id"])),
        number=TipNumber(str(row["number"])),
        ward=ward,
        desk=WardCode(str(row["desk"])),
        category=_text(row["category"]),
        urgency=Urgency(str(row["urgency"])),
        status=Status(str(row["status"])),
        version=_number(row["version"]),
        owner=OfficerId(str(owner)) if owner else None,
        owner_name=names.get(str(owner), "") if owner else "",
        designation=str(row["designation"]),
        reach=Reach(str(row["reach"])),
        reachable=bool(row["reachable"]),
        open_ask=EntryId(str(row["open_ask"])) if row["open_ask"] else None,
        outcome=Outcome(str(row["outcome"])) if row["outcome"] else None,
        valuable=bool(row["valuable"]),
        filed_at=moment(_number(row["filed_at"])),
        changed_at=moment(_number(row["changed_at"])),
        due_at=moment(_number(row["due_at"])) if row["due_at"] is not None else None,
        alerts=_number(row["alerts"]),
        media=_number(row["photos"]),
        reopened=bool(row["reopened"]),
        bundled=bool(row["bundled"]),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value


async def history(store: Store, tip: TipId, *, limit: int = 30) -> list[Event]:
    """The last lines of a tip's history, oldest first."""
    rows = await store.db.fetch_all(
        "SELECT at, officer, what, detail FROM events WHERE tip = ? ORDER BY seq DESC LIMIT ?", (tip, limit)
    )
    names = await names_of(store, {row["officer"] for row in rows})
    return [
        Event(moment(row["at"]), OfficerId(row["officer"]), names.get(row["officer"], ""), row["what"], row["detail"])
        for row in reversed(rows)
    ]


async def number_of(store: Store, tip: TipId) -> TipNumber | None:
    """What officers call a tip."""
    row = await store.db.look_up("SELECT number FROM tips WHERE id = ?", (tip,))
    return None if row is None else TipNumber(row["number"])


async def owner_of(store: Store, tip: TipId) -> OfficerId | None:
    """Who has claimed a tip."""
    row = await store.db.look_up("SELECT owner FROM tips WHERE id = ?", (tip,))
    return None if row is None or row["owner"] is None else OfficerId(row["owner"])


async def desk_of(store: Store, tip: TipId) -> WardCode | None:
    """Whose tip it is now."""
    row = await store.db.look_up("SELECT desk FROM tips WHERE id = ?", (tip,))
    return None if row is None else WardCode(row["desk"])


async def due(store: Store, now: datetime, *, limit: int = 200) -> list[Tip]:
    """Tips at which the clock must look: unclaimed too long, or claimed and silent. For a bundle no clock runs."""
    rows = await store.db.fetch_all(
        READ + "WHERE due_at <= ? AND NOT (bundled = 1 AND status = 'new') ORDER BY due_at LIMIT ?", (ms(now), limit)
    )
    return await opened(store, [dict(row) for row in rows])


# --- the way back to the reporter ------------------------------------------------------------------------------


async def link_of(store: Store, tip: TipId) -> Link | None:
    """The way back to a tip's reporter; None when they were forgotten, or the tip's key is gone.

    Only delivery may follow it.
    """
    row = await store.db.look_up("SELECT reporter FROM tips WHERE id = ?", (tip,))
    key = await keys.key_of(store, tip) if row is not None else None
    if row is None or key is None or not row["reporter"]:
        return None
    return _LINK.validate_json(key.open(row["reporter"], Where("tips", tip, "reporter")))


def hold(reporter: Reporter, tip: TipId, *, tail: str) -> tuple[HeldTip, ...]:
    """The reporter's list with one more tip."""
    return (*reporter.contents.tips, HeldTip(tip, tail))
