"""Tips as their own reporter may see them: status, open question and outcome, by the receipt's last characters."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from messages.receipt import Receipt, tail_of
from storage import entries
from storage.records import EntryId, Outcome, OwnTip, Reach, Status, TipId, Urgency, WardCode
from storage.reporters import HeldTip
from storage.store import Store, moment
from storage.wards import of_row

AT_ONCE = 20
"""Tips that are looked at for one message."""
LOOKED_THROUGH = 500
"""Older tips that one query looks through for open questions."""


async def own(store: Store, held: Sequence[HeldTip]) -> list[OwnTip]:
    """A reporter's own tips, newest first (their list is in the order of filing): the newest 20, and of the older
    ones those about which an officer asks."""
    asked = await _asked(store, [one.tip for one in held[:-AT_ONCE]])
    return await _all(store, [*(one for one in held[:-AT_ONCE] if one.tip in asked), *held[-AT_ONCE:]])


async def page(store: Store, held: Sequence[HeldTip], *, passed: int, limit: int) -> list[OwnTip]:
    """The same tips page by page, whatever is going on with them."""
    end = max(0, len(held) - passed)
    return await _all(store, held[max(0, end - limit) : end])


async def _all(store: Store, held: Sequence[HeldTip]) -> list[OwnTip]:
    found = [await _own(store, one.tip, tail=one.tail) for one in reversed(held)]
    return [tip for tip in found if tip is not None]


async def _asked(store: Store, tips: Sequence[TipId]) -> frozenset[TipId]:
    """Those with an open question."""
    found: list[TipId] = []
    for first in range(0, len(tips), LOOKED_THROUGH):
        some = tips[first : first + LOOKED_THROUGH]
        marks: LiteralString = ", ".join("?" for _ in some)
        rows = await store.db.fetch_all(
            "SELECT id FROM tips WHERE open_ask IS NOT NULL AND id IN (" + marks + ")", tuple(some)
        )
        found += [TipId(row["id"]) for row in rows]
    return frozenset(found)


async def of_receipt(store: Store, receipt: Receipt) -> OwnTip | None:
    """The tip of a receipt, found by its keyed hash."""
    row = await store.db.look_up("SELECT id FROM tips WHERE receipt = ?", (store.seal.digest("receipt", receipt),))
    return None if row is None else await _own(store, TipId(row["id"]), tail=tail_of(receipt))


async def _own(store: Store, tip: TipId, *, tail: str) -> OwnTip | None:
    row = await store.db.look_up(
        "SELECT tips.*, wards.*, provinces.name AS province_name FROM tips JOIN wards ON wards.code = tips.ward "
        "JOIN provinces ON provinces.code = wards.province WHERE tips.id = ?",
        (tip,),
    )
    if row is None:
        return None
    closed = row["status"] == Status.CLOSED
    outcome = await entries.newest_of_kind(store, tip, kind="outcome") if row["outcome"] else None
    ask = EntryId(row["open_ask"]) if row["open_ask"] else None
    return OwnTip(
        id=tip,
        tail=tail,
        ward=of_row(row),
        category=row["category"],
        urgency=Urgency(row["urgency"]),
        status=Status(row["status"]),
        version=row["version"],
        reach=Reach(row["reach"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        filed_at=moment(row["filed_at"]),
        desk=WardCode(row["desk"]),
        open_ask=ask,
        asked_at=await entries.time_of(store, ask) if ask else None,
        outcome_entry=outcome,
        closed_at=await _closed_at(store, tip) if closed else None,
        rated=bool(row["rated"]),
        reopened=bool(row["reopened"]),
    )


async def _closed_at(store: Store, tip: TipId) -> datetime | None:
    row = await store.db.look_up(
        "SELECT at FROM events WHERE tip = ? AND what = 'closed' ORDER BY seq DESC LIMIT 1", (tip,)
    )
    return None if row is None else moment(row["at"])
