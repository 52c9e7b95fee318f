"""What was said about a tip: words and positions, sealed entry by entry under the tip's key."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import TypeAdapter

from messages.frozen import frozen
from messages.incoming import Point
from storage import keys
from storage.officers import names_of
from storage.records import Entry, EntryId, MediaId, OfficerId, TipId
from storage.seal import Key, Where
from storage.store import Store, moment, ms
from storage.writes import Write


@frozen
class Contents:
    """What is sealed of an entry."""

    words: str = ""
    point: Point | None = None


_CONTENTS: TypeAdapter[Contents] = TypeAdapter(Contents)


@frozen
class Opened:
    """An entry's place in its tip and what it says."""

    tip: TipId
    kind: str
    contents: Contents


def seal_contents(key: Key, entry: EntryId, *, contents: Contents) -> bytes:
    """The sealed form of an entry."""
    return key.seal(_CONTENTS.dump_json(contents), Where("entries", entry, "sealed"))


def add(entry: Entry, *, tip: TipId, sealed: bytes) -> Write:
    """Append an entry to a tip."""
    return Write(
        "INSERT INTO entries (id, tip, at, kind, officer, media, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (entry.id, tip, ms(entry.at), entry.kind, entry.officer, entry.media, sealed),
        expects_rows=1,
    )


def withdraw(tip: TipId, entries: Iterable[EntryId]) -> list[Write]:
    """Take back what a reporter attached by mistake."""
    gone = []
    for entry in entries:
        photo = "DELETE FROM media WHERE tip = ? AND id = (SELECT media FROM entries WHERE id = ? AND tip = ?)"
        gone.append(Write(photo, (tip, entry, tip)))
        gone.append(Write("DELETE FROM entries WHERE tip = ? AND id = ?", (tip, entry)))
    return gone


def forget_contact(tip: TipId) -> Write:
    """Names and numbers that a reporter left are theirs: they go when the reporter is forgotten."""
    return Write("DELETE FROM entries WHERE tip = ? AND kind = 'contact'", (tip,))


async def opened(store: Store, entry: EntryId) -> Opened | None:
    """One entry, unsealed; None if it is gone or its tip's key was destroyed."""
    row = await store.db.look_up("SELECT tip, kind, sealed FROM entries WHERE id = ?", (entry,))
    key = await keys.key_of(store, row["tip"]) if row is not None else None
    if row is None or key is None:
        return None
    contents = _CONTENTS.validate_json(key.open(row["sealed"], Where("entries", entry, "sealed")))
    return Opened(TipId(row["tip"]), row["kind"], contents)


async def words_told(store: Store, tip: TipId) -> list[str]:
    """What its reporter wrote about it, in order, at most the first 50 messages; nothing once its key is gone."""
    key = await keys.key_of(store, tip)
    if key is None:
        return []
    rows = await store.db.fetch_all(
        "SELECT id, sealed FROM entries WHERE tip = ? AND kind IN ('told', 'added') ORDER BY seq LIMIT 50", (tip,)
    )
    told = (_CONTENTS.validate_json(key.open(row["sealed"], Where("entries", row["id"], "sealed"))) for row in rows)
    return [contents.words for contents in told if contents.words]


async def of_tip(store: Store, tip: TipId) -> tuple[Entry, ...]:
    """The entries of a tip in order, at most the last 200."""
    rows = await store.db.fetch_all(
        "SELECT id, kind, at, officer, media FROM "
        "(SELECT seq, id, kind, at, officer, media FROM entries WHERE tip = ? ORDER BY seq DESC LIMIT 200) "
        "ORDER BY seq",
        (tip,),
    )
    names = await names_of(store, {row["officer"] for row in rows if row["officer"]})
    return tuple(
        Entry(
            id=EntryId(row["id"]),
            kind=row["kind"],
            at=moment(row["at"]),
            officer=OfficerId(row["officer"]) if row["officer"] else None,
            officer_name=names.get(row["officer"] or "", ""),
            media=MediaId(row["media"]) if row["media"] else None,
        )
        for row in rows
    )


async def time_of(store: Store, entry: EntryId) -> datetime | None:
    """When it was said."""
    row = await store.db.look_up("SELECT at FROM entries WHERE id = ?", (entry,))
    return None if row is None else moment(row["at"])


async def newest_of_kind(store: Store, tip: TipId, *, kind: str) -> EntryId | None:
    """The newest entry of a kind, such as the outcome's words."""
    row = await store.db.look_up(
        "SELECT id FROM entries WHERE tip = ? AND kind = ? ORDER BY seq DESC LIMIT 1", (tip, kind)
    )
    return None if row is None else EntryId(row["id"])
