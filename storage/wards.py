"""Wards: the list of all of them, and which of them this installation serves."""

import sys
from collections.abc import Mapping
from sqlite3 import Row

from messages.incoming import Point
from storage.records import Ward, WardCode
from storage.store import Store
from storage.ward_file import WardFile
from storage.writes import Write

MOST_WARDS = 20_000
"""Six times the country's list of 3,321; reads stop there."""


def replace_units(units: WardFile) -> list[Write]:
    """Bring the list up to date: names, kinds, provinces, centres. What an installation set for a ward stays.

    A list without neighbourhoods keeps those that were there. A ward that is not in the list stays: see `retire`.
    """
    provinces = [
        Write(
            "INSERT INTO provinces (code, name, kind) VALUES (?, ?, ?) "
            "ON CONFLICT (code) DO UPDATE SET name = excluded.name, kind = excluded.kind",
            (province.code, province.name, province.kind),
        )
        for province in units.provinces
    ]
    wards = [
        Write(
            "INSERT INTO wards (code, name, kind, province, latitude, longitude, neighbourhoods) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (code) DO UPDATE SET name = excluded.name, kind = excluded.kind, "
            "province = excluded.province, latitude = excluded.latitude, longitude = excluded.longitude, "
            "neighbourhoods = CASE excluded.neighbourhoods WHEN '' THEN wards.neighbourhoods "
            "ELSE excluded.neighbourhoods END",
            (
                unit.code,
                unit.name,
                unit.kind,
                unit.province_code,
                unit.latitude,
                unit.longitude,
                "; ".join(unit.neighbourhoods),
            ),
        )
        for unit in units.units
    ]
    return provinces + wards


def retire(code: WardCode) -> Write:
    """Take a ward off the list, unless it is served or a tip names it; then it stays, and nothing is raised."""
    return Write(
        "DELETE FROM wards WHERE code = ? AND served = 0 "
        "AND NOT EXISTS (SELECT 1 FROM tips WHERE tips.ward = wards.code OR tips.desk = wards.code)",
        (code,),
    )


def enable(
    code: WardCode,
    phone: str | None = None,
    *,
    office: str | None = None,
    hours: str | None = None,
    promise: str | None = None,
) -> Write:
    """Serve a ward; what is None stays as it was. Stale if there is no such ward."""
    return Write(
        "UPDATE wards SET served = 1, phone = COALESCE(?, phone), office = COALESCE(?, office), "
        "hours = COALESCE(?, hours), promise = COALESCE(?, promise) WHERE code = ?",
        (phone, office, hours, promise, code),
        expects_rows=1,
    )


def disable(code: WardCode) -> Write:
    """Serve a ward no longer: new tips for it go to the fallback desk. Its phone, office and hours stay. Stale if there
    is no such ward."""
    return Write("UPDATE wards SET served = 0 WHERE code = ?", (code,), expects_rows=1)


async def all_wards(store: Store) -> list[Ward]:
    """Every ward, by code; at most 20,000."""
    rows = await store.db.fetch_all(
        "SELECT wards.*, provinces.name AS province_name FROM wards JOIN provinces ON provinces.code = wards.province "
        "ORDER BY wards.code LIMIT ?",
        (MOST_WARDS,),
    )
    return [of_row(row) for row in rows]


async def ward(store: Store, code: WardCode) -> Ward | None:
    """The ward of a code."""
    row = await store.db.look_up(
        "SELECT wards.*, provinces.name AS province_name FROM wards JOIN provinces ON provinces.code = wards.province "
        "WHERE wards.code = ?",
        (code,),
    )
    return None if row is None else of_row(row)


async def served(store: Store) -> list[Ward]:
    """The wards this installation serves, by code; at most 20,000."""
    rows = await store.db.fetch_all(
        "SELECT wards.*, provinces.name AS province_name FROM wards JOIN provinces ON provinces.code = wards.province "
        "WHERE wards.served = 1 ORDER BY wards.code LIMIT ?",
        (MOST_WARDS,),
    )
    return [of_row(row) for row in rows]


def bound(shapes: Mapping[WardCode, bytes]) -> list[Write]:
    """Keep the borders of wards, as WKB in degrees, instead of all that were kept before."""
    return [
        Write("DELETE FROM boundaries", ()),
        *(Write("INSERT INTO boundaries (ward, shape) VALUES (?, ?)", (code, shape)) for code, shape in shapes.items()),
    ]


async def boundaries(store: Store) -> dict[WardCode, bytes]:
    """The borders that are kept, by ward; at most 20,000."""
    rows = await store.db.fetch_all("SELECT ward, shape FROM boundaries ORDER BY ward LIMIT ?", (MOST_WARDS,))
    return {WardCode(row["ward"]): row["shape"] for row in rows}


async def is_listed(store: Store) -> bool:
    """Whether there is any ward at all; a new database has none."""
    return await store.db.fetch_one("SELECT 1 FROM wards LIMIT 1") is not None


def of_row(row: Row) -> Ward:
    """The ward of a row that has its columns, and its province's name as `province_name`."""
    return Ward(
        code=WardCode(row["code"]),
        name=row["name"],
        kind=sys.intern(row["kind"]),  # each is read three thousand times
        province=sys.intern(row["province_name"]),
        point=Point(row["latitude"], row["longitude"]),
        served=bool(row["served"]),
        phone=row["phone"],
        office=row["office"],
        hours=row["hours"],
        promise=row["promise"],
    )
