"""What stands apart from tips and people: ratings by ward and month, the desk's bundle, and the log of acts."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from messages.receipt import Receipt
from storage import acts, bundle, own_tips, queue, ratings, tips, wards
from storage.database import Database
from storage.errors import Stale
from storage.figures import Rating, RatingId, Ratings
from storage.migrate import migrate
from storage.records import EVERY_WARD, OfficerId, TipId, Urgency, WardCode
from storage.reporters import HeldTip
from storage.seal import Seal
from storage.store import Store
from storage.ward_file import shipped_units

NOON = datetime(2026, 11, 30, 17, 30, tzinfo=UTC)
"""Already December in Vietnam."""
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
TAY_HO, HOAN_KIEM = WardCode("00103"), WardCode("00070")
DECEMBER = "2026-12"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    migrate(tmp_path / "baotin.db")
    async with await Database.open(tmp_path / "baotin.db") as db:
        await db.commit(wards.replace_units(shipped_units()))
        yield Store(db, Seal(b"k" * 32))


async def file(store: Store, name: str, *, desk: WardCode = TAY_HO, bundled: bool = False) -> None:
    filing = tips.Filing(TipId(name), desk, desk, "TH", 2026, Urgency.LOW, "Sen Vàng", NOON, NOON, bundled)
    await store.db.commit(tips.file(filing, seal=store.seal, receipt=Receipt(f"BT-{name}"), link=b""))


async def test_a_tip_is_rated_once_and_counted_for_its_ward_and_month_alone(store: Store) -> None:
    assert ratings.month_of(NOON, HANOI) == DECEMBER
    assert ratings.month_before(NOON, HANOI) == "2026-11"
    assert (
        ratings.month_before(datetime(2026, 12, 31, 17, 30, tzinfo=UTC), HANOI) == DECEMBER
    )  # January has begun there
    for name, ward, given in (("a", TAY_HO, Rating.GOOD), ("b", TAY_HO, Rating.BAD), ("c", HOAN_KIEM, Rating.GOOD)):
        await file(store, name, desk=ward)
        rated = [
            ratings.mark_rated(TipId(name)),
            ratings.rate(RatingId(f"r{name}"), ward=ward, month=DECEMBER, rating=given),
        ]
        await store.db.commit(rated)
        with pytest.raises(Stale):
            await store.db.commit(rated)
    assert await ratings.counted(store, [TAY_HO], month=DECEMBER) == Ratings(good=1, bad=1)
    assert await ratings.counted(store, [EVERY_WARD], month=DECEMBER) == Ratings(good=2, bad=1)
    assert await ratings.counted(store, [TAY_HO], month="2026-11") == Ratings()
    row = await store.db.fetch_one("SELECT * FROM ratings WHERE id = 'ra'")
    assert row is not None and set(row.keys()) == {"id", "ward", "month", "rating", "words"}


async def test_a_remark_is_sealed_and_can_be_taken_back(store: Store) -> None:
    one = RatingId("r")
    await store.db.commit([ratings.rate(one, ward=TAY_HO, month=DECEMBER, rating=Rating.FAIR)])
    await store.db.commit([ratings.describe(store.seal, one, words="chậm quá")])
    assert await ratings.words_of(store, one) == "chậm quá"
    assert await ratings.described(store, [TAY_HO], month=DECEMBER) == [(one, Rating.FAIR)]
    row = await store.db.fetch_one("SELECT words FROM ratings")
    assert row is not None and "chậm".encode() not in row["words"]
    await store.db.commit([ratings.describe(store.seal, one, words="")])
    assert await ratings.words_of(store, one) is None
    assert await ratings.described(store, [TAY_HO], month=DECEMBER) == []


async def test_what_stands_in_the_bundle_is_in_no_queue_until_it_is_claimed(store: Store) -> None:
    await file(store, "plain")
    for number in range(8):
        await file(store, f"b{number}", bundled=True)
    await file(store, "elsewhere", desk=HOAN_KIEM, bundled=True)
    page = await queue.page(store, [TAY_HO], number=0)
    assert [tip.id for tip in page.tips] == ["plain"]
    assert page.waiting == 1
    assert [tip.id for tip in await queue.unclaimed(store, TAY_HO)] == ["plain"]
    assert (await bundle.count(store, [TAY_HO]), await bundle.count(store, [EVERY_WARD])) == (8, 9)
    first, second = [await bundle.page(store, [TAY_HO], number=number) for number in (0, 1)]
    assert [str(tip.id) for tip in (*first.tips, *second.tips)] == [f"b{number}" for number in range(8)]
    assert (first.more, second.more, first.bundled) == (True, False, 8)
    claimed = {"status": "claimed", "owner": "an"}
    await store.db.commit([tips.change(TipId("b3"), version=None, at=NOON, columns=claimed)])
    assert await bundle.count(store, [TAY_HO]) == 7
    assert [tip.id for tip in (await queue.page(store, [TAY_HO], number=0)).tips] == ["plain", "b3"]


async def test_the_bundle_is_read_along_its_index(store: Store) -> None:
    for asked in ("status = 'new'", "status = 'new' AND desk IN ('00103')"):
        plan = await store.db.fetch_all("EXPLAIN QUERY PLAN SELECT 1 FROM tips WHERE bundled = 1 AND " + asked)
        assert "tips_bundle" in plan[0]["detail"]


async def test_a_closed_tip_knows_when_it_was_closed(store: Store) -> None:
    await file(store, "a")
    close = {"status": "closed", "outcome": "handled"}
    moved = tips.change(TipId("a"), version=None, at=NOON, columns=close)
    event = tips.event(TipId("a"), OfficerId("an"), what="closed", at=NOON)
    await store.db.commit([moved, event, tips.touch(TipId("a"), at=NOON + timedelta(days=9))])
    [own] = await own_tips.own(store, [HeldTip(TipId("a"), "42HQ")])
    assert (own.closed_at, own.rated, own.reopened) == (NOON, False, False)


async def test_the_log_is_read_backwards_page_by_page(store: Store) -> None:
    for number in range(20):
        await store.db.commit([tips.log(OfficerId("operator"), what="invited", at=NOON, detail=str(number))])
    newest = await acts.page(store, before=0)
    assert [act.detail for act in newest] == [str(number) for number in range(19, 4, -1)]
    rest = await acts.page(store, before=newest[-1].id)
    assert [act.detail for act in rest] == [str(number) for number in range(4, -1, -1)]
    assert (rest[0].what, rest[0].officer, rest[0].officer_name) == ("invited", "operator", "")
