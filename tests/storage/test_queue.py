"""The queue at any size: its order, pages that leave nothing out, counts, and an index under every query."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Row
from typing import LiteralString

import pytest

from messages.address import Address, ChannelName, Place
from messages.receipt import Receipt
from storage import cards, officers, own_tips, queue, tips, wards
from storage.database import Database
from storage.migrate import migrate
from storage.records import EVERY_WARD, OfficerId, TipId, TipNumber, Urgency, WardCode
from storage.reporters import HeldTip
from storage.seal import Seal
from storage.store import Store
from storage.ward_file import shipped_units
from storage.writes import SqlValue, Write

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
TAY_HO, HOAN_KIEM = WardCode("00103"), WardCode("00070")
PLACE = Place(ChannelName("chat"), "an")
MIX = (Urgency.NORMAL, Urgency.HIGH, Urgency.LOW, Urgency.EMERGENCY)


class Listening(Database):
    """The database, which remembers what it was asked."""

    asked: list[tuple[LiteralString, Sequence[SqlValue]]]

    async def look_up(self, sql: LiteralString, parameters: Sequence[SqlValue] = ()) -> Row | None:
        self.asked.append((sql, parameters))
        return await super().look_up(sql, parameters)

    async def fetch_all(self, sql: LiteralString, parameters: Sequence[SqlValue] = ()) -> list[Row]:
        self.asked.append((sql, parameters))
        return await super().fetch_all(sql, parameters)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    migrate(tmp_path / "baotin.db")
    async with await Listening.open(tmp_path / "baotin.db") as db:
        db.asked = []
        await db.commit(wards.replace_units(shipped_units()))
        yield Store(db, Seal(b"k" * 32))


async def file(
    store: Store, name: str, *, desk: WardCode = TAY_HO, urgency: Urgency = Urgency.NORMAL, after: int = 0
) -> None:
    at = NOON + timedelta(minutes=after)
    filing = tips.Filing(TipId(name), desk, desk, "TH", 2026, urgency, "Sen Vàng", at, at)
    await store.db.commit(tips.file(filing, seal=store.seal, receipt=Receipt(f"BT-{name}"), link=b""))


async def fill(store: Store, count: int) -> None:
    """Tips of two desks, every urgency by turns, a minute after each other."""
    for number in range(count):
        desk = (TAY_HO, HOAN_KIEM)[number % 2]
        await file(store, f"t{number:02}", desk=desk, urgency=MIX[number // 2 % 4], after=number)


async def claim(store: Store, name: str) -> None:
    act = tips.change(TipId(name), version=None, at=NOON, columns={"status": "claimed", "owner": "an"})
    await store.db.commit([act])


async def names(store: Store, desks: Sequence[WardCode], *, pages: int) -> list[list[str]]:
    """So many pages, each begun where the last one ended."""
    shown, spot = [], None
    for number in range(pages):
        page = await queue.page(store, desks, number=number, spot=spot)
        shown.append([str(tip.id) for tip in page.tips])
        spot = page.on
    return shown


async def test_unclaimed_come_before_claimed_then_the_urgent_then_the_old(store: Store) -> None:
    await file(store, "low", urgency=Urgency.LOW)
    await file(store, "new-normal", after=2)
    await file(store, "old-normal", after=1)
    await file(store, "urgent-and-claimed", urgency=Urgency.EMERGENCY)
    await claim(store, "urgent-and-claimed")
    await file(store, "high", urgency=Urgency.HIGH, after=9)
    await file(store, "closed", urgency=Urgency.EMERGENCY)
    await store.db.commit([tips.change(TipId("closed"), version=None, at=NOON, columns={"status": "closed"})])
    found = await queue.page(store, [TAY_HO], number=0)
    assert [tip.id for tip in found.tips] == ["high", "old-normal", "new-normal", "low", "urgent-and-claimed"]
    assert (found.waiting, found.more) == (4, False)


@pytest.mark.parametrize("desks", [(EVERY_WARD,), (HOAN_KIEM, TAY_HO)])
async def test_the_pages_of_several_desks_are_one_queue(store: Store, desks: tuple[WardCode, ...]) -> None:
    await fill(store, 20)
    every = [name for page in await names(store, desks, pages=4) for name in page]
    assert len(set(every)) == 20
    assert every[:6] == ["t06", "t07", "t14", "t15", "t02", "t03"]
    by_number = [await queue.page(store, desks, number=number) for number in range(4)]
    assert [tip.id for page in by_number for tip in page.tips] == every


async def test_a_page_goes_on_where_the_last_one_ended_whatever_was_claimed_meanwhile(store: Store) -> None:
    await fill(store, 40)
    first = await queue.page(store, [TAY_HO], number=0)
    for tip in first.tips:
        await claim(store, tip.id)
    second = await queue.page(store, [TAY_HO], number=1, spot=first.on)
    unclaimed = [tip.id for tip in await queue.unclaimed(store, TAY_HO)]
    assert [tip.id for tip in second.tips] == unclaimed[:6]


async def test_a_page_back_is_the_page_one_came_from(store: Store) -> None:
    await fill(store, 40)
    first = await queue.page(store, [TAY_HO], number=0)
    second = await queue.page(store, [TAY_HO], number=1, spot=first.on)
    third = await queue.page(store, [TAY_HO], number=2, spot=second.on)
    back = await queue.page(store, [TAY_HO], number=1, spot=third.back)
    assert [tip.id for tip in back.tips] == [tip.id for tip in second.tips]
    assert back.more


async def test_a_spot_whose_tip_is_gone_leaves_the_page_to_its_number(store: Store) -> None:
    await fill(store, 20)
    first = await queue.page(store, [TAY_HO], number=0)
    assert first.on is not None
    await store.db.commit([Write("DELETE FROM tips WHERE id = ?", (first.on.tip,))])
    page = await queue.page(store, [TAY_HO], number=0, spot=first.on)
    assert [tip.id for tip in page.tips][:5] == [tip.id for tip in first.tips][:5]


async def test_a_tip_names_its_owner_and_counts_its_photos(store: Store) -> None:
    place = Place(ChannelName("chat"), "1")
    contents = officers.Contents("Nguyễn An", Address(place.channel, "1"), place)
    await store.db.commit(officers.enrol(store.seal, OfficerId("an"), contents=contents, status="active", now=NOON))
    await file(store, "one")
    await claim(store, "one")
    photo = "INSERT INTO media (id, tip, kind, state, handle, channel) VALUES (?, 'one', 'photo', 'kept', x'', 'chat')"
    await store.db.commit([Write(photo, ("p1",)), Write(photo, ("p2",))])
    [shown] = (await queue.page(store, [TAY_HO], number=0)).tips
    whole = await tips.tip(store, TipId("one"))
    assert whole is not None
    assert (shown.owner_name, shown.media) == (whole.owner_name, whole.media) == ("Nguyễn An", 2)
    assert await officers.names_of(store, {"an", "nobody"}) == {"an": "Nguyễn An"}


async def test_no_list_reads_through_all_tips_or_sorts_what_an_index_holds_in_order(store: Store) -> None:
    await fill(store, 20)
    db = store.db
    assert isinstance(db, Listening)
    db.asked.clear()
    for desks in ([TAY_HO], [EVERY_WARD], [TAY_HO, HOAN_KIEM]):
        page = await queue.page(store, desks, number=0)
        await queue.page(store, desks, number=1, spot=page.on)
        await queue.page(store, desks, number=1, spot=page.back)
        await queue.statistics(store, desks, since=NOON)
    await queue.unclaimed(store, TAY_HO)
    await tips.tip(store, TipId("t01"))
    await tips.tip_numbered(store, TipNumber("TH-26-0001"))
    await tips.history(store, TipId("t01"))
    await own_tips.own(store, [HeldTip(TipId("t01"), "42HQ")])
    await own_tips.of_receipt(store, Receipt("BT-t01"))
    await tips.due(store, NOON)
    asked = dict(db.asked)
    assert len(asked) > 20
    asked |= {write.sql: write.parameters for write in cards.leave_chat(store.seal, PLACE)}
    for sql, parameters in asked.items():
        plan = [row["detail"] for row in await db.fetch_all("EXPLAIN QUERY PLAN " + sql, parameters)]
        slow = [step for step in plan if step.startswith("SCAN") and "subquery" not in step]
        assert not slow, f"{sql}: {slow}"
        bounded = "GROUP BY" in sql or any("subquery" in step for step in plan)
        assert bounded or not [step for step in plan if "FOR ORDER BY" in step], f"{sql}: {plan}"


async def test_an_old_tip_with_an_open_question_is_among_ones_own_however_many_came_since(store: Store) -> None:
    held = []
    for number in range(25):
        await file(store, f"t{number:02}", after=number)
        held.append(HeldTip(TipId(f"t{number:02}"), f"{number:04}"))
    await store.db.commit([tips.change(TipId("t01"), version=None, at=NOON, columns={"open_ask": "e1"})])
    newest = [f"t{number:02}" for number in range(24, 4, -1)]
    assert [tip.id for tip in await own_tips.own(store, held)] == [*newest, "t01"]
    pages = [await own_tips.page(store, held, passed=passed, limit=10) for passed in (0, 10, 20, 30)]
    assert [tip.id for page in pages for tip in page] == [f"t{number:02}" for number in range(24, -1, -1)]


async def test_the_clock_leaves_bundles_alone_or_they_would_keep_it_from_everybody_else(store: Store) -> None:
    await file(store, "apart")
    await file(store, "queued")
    await store.db.commit([tips.change(TipId("apart"), version=None, at=NOON, columns={"bundled": 1})])
    assert [tip.id for tip in await tips.due(store, NOON)] == ["queued"]
    await claim(store, "apart")
    assert {tip.id for tip in await tips.due(store, NOON)} == {"apart", "queued"}
