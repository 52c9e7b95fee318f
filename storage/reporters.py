"""Everybody who ever wrote to us and did not ask to be forgotten, sealed under a key of their own.

Their tips are listed here and nowhere else; a tip in turn holds its reporter sealed under the tip's key. Nobody can
group tips by person without both.
"""

import contextlib
from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from pydantic import TypeAdapter, ValidationError

from messages.address import Address, Place
from messages.frozen import frozen, replace
from messages.language import Language
from storage import keys
from storage.errors import Damaged, WrongKey
from storage.records import ReporterId, TipId, WardCode
from storage.seal import Key, Seal, Where
from storage.store import Store, found_by
from storage.writes import Write


@frozen
class HeldTip:
    """A reporter's own note of one of their tips: which, and the last characters of its receipt."""

    tip: TipId
    tail: str


@frozen
class Contents:
    """What is sealed about a reporter."""

    by: Address
    place: Place
    language: Language = "vi"
    chose_language: bool = False
    home: WardCode | None = None
    tips: tuple[HeldTip, ...] = ()
    calm_until: datetime | None = None
    """Until then no campaign and no rating reaches them: they have just been in danger."""


@frozen
class Reporter:
    """A reporter, opened."""

    id: ReporterId
    version: int
    gone: bool
    contents: Contents
    key: Key


_CONTENTS: TypeAdapter[Contents] = TypeAdapter(Contents)
Found: TypeAlias = Reporter | None


async def of(store: Store, by: Address) -> Found:
    """The reporter behind an address, None if they never wrote or were forgotten. Raises Damaged."""
    row = await store.db.look_up(
        "SELECT reporters.id, reporters.version, reporters.gone, reporters.sealed, keys.wrapped FROM reporters "
        "LEFT JOIN keys ON keys.owner = reporters.id WHERE reporters.found_by = ?",
        (found_by(store.seal, by),),
    )
    return None if row is None else _opened(store, tuple(row))


async def by_id(store: Store, id: ReporterId) -> Found:
    """The reporter of this id, None when forgotten, or when what is stored of them is damaged."""
    row = await store.db.look_up(
        "SELECT reporters.id, reporters.version, reporters.gone, reporters.sealed, keys.wrapped FROM reporters "
        "LEFT JOIN keys ON keys.owner = reporters.id WHERE reporters.id = ?",
        (id,),
    )
    with contextlib.suppress(Damaged):  # then nothing can be said to them
        return None if row is None else _opened(store, tuple(row))
    return None


def _opened(store: Store, row: tuple[object, ...]) -> Reporter:
    id, version, gone, sealed, wrapped = row
    assert isinstance(id, str) and isinstance(version, int) and isinstance(sealed, bytes)
    if not isinstance(wrapped, bytes):
        raise Damaged(id)
    try:
        key = store.seal.unwrap(wrapped, id)
        contents = _CONTENTS.validate_json(key.open(sealed, Where("reporters", id, "sealed")))
    except (WrongKey, ValidationError) as error:
        raise Damaged(id) from error
    return Reporter(ReporterId(id), version, bool(gone), contents, key)


def _sealed(reporter: Reporter) -> bytes:
    return reporter.key.seal(_CONTENTS.dump_json(reporter.contents), Where("reporters", reporter.id, "sealed"))


def fresh(store: Store, id: ReporterId, *, contents: Contents) -> tuple[Reporter, list[Write]]:
    """A reporter who is heard for the first time, and the rows that make them known."""
    key, wrapped = store.seal.fresh_key(id)
    reporter = Reporter(id, 1, False, contents, key)
    known = Write(
        "INSERT INTO reporters (id, found_by, sealed, gone, version) VALUES (?, ?, ?, 0, 1)",
        (id, found_by(store.seal, contents.by), _sealed(reporter)),
        expects_rows=1,
    )
    return reporter, [keys.keep(id, wrapped), known]


def save(reporter: Reporter) -> Write:
    """Store what changed about a reporter; Stale if somebody else changed it since it was read."""
    return Write(
        "UPDATE reporters SET sealed = ?, gone = ?, version = version + 1 WHERE id = ? AND version = ?",
        (_sealed(reporter), int(reporter.gone), reporter.id, reporter.version),
        expects_rows=1,
    )


def holding(reporter: Reporter, tips: Iterable[HeldTip]) -> Reporter:
    """The same reporter with another list of tips."""
    return replace(reporter, contents=replace(reporter.contents, tips=tuple(tips)))


def forget(id: ReporterId) -> list[Write]:
    """Destroy a reporter: the key, the row, sessions and subscriptions. Their tips stay, without a way back."""
    return [
        keys.destroy(id),
        Write("DELETE FROM reporters WHERE id = ?", (id,)),
        Write("DELETE FROM lines WHERE reporter = ? AND campaign IS NOT NULL", (id,)),
        Write("DELETE FROM notices WHERE reporter = ? AND campaign IN (SELECT id FROM campaigns)", (id,)),
    ]


def set_aside(seal: Seal, id: ReporterId) -> list[Write]:
    """A damaged row stays for whoever can mend it, where no address finds it; nothing more is owed to it."""
    return [
        Write("UPDATE reporters SET found_by = ? WHERE id = ?", (seal.digest("find", f"aside {id}"), id)),
        Write("DELETE FROM sessions WHERE reporter = ?", (id,)),
        Write("DELETE FROM subscriptions WHERE reporter = ?", (id,)),
        Write("DELETE FROM lines WHERE reporter = ? AND campaign IS NOT NULL", (id,)),
    ]


def mark_gone(id: ReporterId, *, gone: bool) -> list[Write]:
    """They blocked us, or came back. Being blocked ends subscriptions and what is owed to them as subscribers."""
    mark = Write("UPDATE reporters SET gone = ?, version = version + 1 WHERE id = ?", (int(gone), id))
    if not gone:
        return [mark]
    return [
        mark,
        Write("DELETE FROM subscriptions WHERE reporter = ?", (id,)),
        Write("DELETE FROM lines WHERE reporter = ? AND campaign IS NOT NULL", (id,)),
    ]
