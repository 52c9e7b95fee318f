"""The list of wards in a real database: imported, brought up to date, served."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from messages.incoming import Point
from storage import wards
from storage.database import Database
from storage.errors import Stale
from storage.migrate import migrate
from storage.records import WardCode
from storage.seal import Seal
from storage.store import Store
from storage.ward_file import WardFile, read_ward_file, shipped_units
from storage.writes import Write

TAY_HO, BA_DINH = WardCode("00103"), WardCode("00004")
HEADER = "code,name,kind,province_code,latitude,longitude,neighbourhoods\n"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    path = tmp_path / "baotin.db"
    migrate(path)
    async with await Database.open(path) as db:
        yield Store(db, Seal(bytes(32)))


def listed(folder: Path, *rows: str) -> WardFile:
    path = folder / "wards.csv"
    path.write_text(HEADER + "\n".join(rows), "utf-8")
    return read_ward_file(path)


async def neighbourhoods(store: Store, code: WardCode) -> str:
    row = await store.db.fetch_one("SELECT neighbourhoods FROM wards WHERE code = ?", (code,))
    assert row is not None
    return str(row["neighbourhoods"])


async def test_the_whole_country_is_imported_in_one_turn(store: Store) -> None:
    assert not await wards.is_listed(store)
    units = shipped_units()
    await store.db.commit(wards.replace_units(units))
    assert await wards.is_listed(store)
    every = await wards.all_wards(store)
    assert [ward.code for ward in every] == sorted(unit.code for unit in units.units)
    assert len({ward.province for ward in every}) == 34
    tay_ho = await wards.ward(store, TAY_HO)
    assert tay_ho is not None
    assert (tay_ho.name, tay_ho.kind, tay_ho.province, tay_ho.served) == ("Tây Hồ", "phuong", "Hà Nội", False)
    assert await wards.ward(store, WardCode("99999")) is None
    assert await wards.served(store) == []


async def test_a_ward_is_served_with_its_police_and_keeps_what_is_not_told_again(store: Store) -> None:
    await store.db.commit(wards.replace_units(shipped_units()))
    await store.db.commit([wards.enable(TAY_HO, "024 3829 0000", office="12 Yên Phụ", hours="7:30-17:30")])
    await store.db.commit([wards.enable(TAY_HO, office="14 Yên Phụ"), wards.enable(BA_DINH)])
    assert [ward.code for ward in await wards.served(store)] == [BA_DINH, TAY_HO]
    (_, tay_ho) = await wards.served(store)
    assert (tay_ho.phone, tay_ho.office, tay_ho.hours) == ("024 3829 0000", "14 Yên Phụ", "7:30-17:30")
    await store.db.commit([wards.disable(TAY_HO)])
    assert [ward.code for ward in await wards.served(store)] == [BA_DINH]
    await store.db.commit([wards.enable(TAY_HO)])
    again = await wards.ward(store, TAY_HO)
    assert again == tay_ho


@pytest.mark.parametrize("act", [wards.enable(WardCode("99999")), wards.disable(WardCode("99999"))])
async def test_a_ward_that_does_not_exist_is_neither_enabled_nor_disabled(act: Write, store: Store) -> None:
    with pytest.raises(Stale):
        await store.db.commit([act])


async def test_an_import_changes_the_list_and_keeps_what_the_installation_set(store: Store, tmp_path: Path) -> None:
    await store.db.commit(wards.replace_units(listed(tmp_path, "00103,Tây Hồ,phuong,01,21.06,105.82,Tổ 1; Tổ 2")))
    await store.db.commit([wards.enable(TAY_HO, "024 3829 0000")])
    update = listed(tmp_path, "00103,Hồ Tây,xa,04,21.5,105.5,", "00004,Ba Đình,phuong,01,21.03,105.83,Tổ 9")
    await store.db.commit(wards.replace_units(update))
    ward = await wards.ward(store, TAY_HO)
    assert ward is not None
    assert (ward.name, ward.kind, ward.province, ward.point) == ("Hồ Tây", "xa", "Cao Bằng", Point(21.5, 105.5))
    assert (ward.served, ward.phone) == (True, "024 3829 0000")
    assert await neighbourhoods(store, TAY_HO) == "Tổ 1; Tổ 2"
    assert await neighbourhoods(store, BA_DINH) == "Tổ 9"


async def test_only_a_ward_that_nobody_needs_is_taken_off(store: Store) -> None:
    await store.db.commit(wards.replace_units(shipped_units()))
    await store.db.commit([wards.enable(TAY_HO)])
    told = WardCode("00160")
    tip = Write(
        "INSERT INTO tips (id, number, ward, desk, urgency, status, version, designation, reach, filed_at, changed_at,"
        " receipt, reporter) VALUES ('t', 'N-26-0001', ?, ?, 'normal', 'new', 1, 'd', 'here', 0, 0, X'00', X'00')",
        (told, TAY_HO),
    )
    await store.db.commit([tip])
    await store.db.commit([wards.retire(code) for code in (TAY_HO, told, BA_DINH)])
    assert await wards.ward(store, TAY_HO) is not None
    assert await wards.ward(store, told) is not None
    assert await wards.ward(store, BA_DINH) is None
