"""Tips as their own reporter may see them: status, open question and outcome, by the receipt's last characters."""

from collections.abc import Sequence
from datetime import datetime

from messages.receipt import Receipt, tail_of
from storage import entries
from storage.records import EntryId, Outcome, OwnTip, Reach, Status, TipId, Urgency, WardCode
from storage.reporters import HeldTip
from storage.store import Store, moment
from storage.wards import ward as ward_of


async def own(store: Store, held: Sequence[HeldTip]) -> list[OwnTip]:
    """A reporter's own tips, newest first, at most 20 (their list is in the order of filing)."""
    found = [await _own(store, one.tip, tail=one.tail) for one in held[-20:]]
    return [tip for tip in reversed(found) if tip is not None]


async def of_receipt(store: Store, receipt: Receipt) -> OwnTip | None:
    """The tip of a receipt, found by its keyed hash."""
    row = await store.db.look_up("SELECT id FROM tips WHERE receipt = ?", (store.seal.digest("receipt", receipt),))
    return None if row is None else await _own(store, TipId(row["id"]), tail=tail_of(receipt))


async def _own(store: Store, tip: TipId, *, tail: str) -> OwnTip | None:
    row = await store.db.look_up("SELECT * FROM tips WHERE id = ?", (tip,))
    ward = await ward_of(store, WardCode(row["ward"])) if row is not None else None
    if row is None or ward is None:
        return None
    closed = row["status"] == Status.CLOSED
    outcome = await entries.newest_of_kind(store, tip, kind="outcome") if row["outcome"] else None
    ask = EntryId(row["open_ask"]) if row["open_ask"] else None
    return OwnTip(
        id=tip,
        tail=tail,
        ward=ward,
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
