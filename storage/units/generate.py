"""Write wards.csv and provinces.csv, the packaged list of units, from the package vietnamadminunits.

Run by hand, with an interpreter that has that package and in a throw-away environment; NOTICE.md gives the commands.
Only the package's table is read: nothing of it is imported, and the project never depends on it at run time.
"""

import csv
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from importlib.metadata import distribution
from pathlib import Path

PACKAGE = "vietnamadminunits"
VERSION = "1.0.4"
TABLE = "vietnamadminunits/data/dataset.db"
HERE = Path(__file__).parent

KINDS = {"Phường": "phuong", "Xã": "xa", "Đặc khu": "dac-khu"}
PROVINCE_KINDS = {"Tỉnh": "tinh", "Thành phố": "thanh-pho"}

# The package's data are of October 2025. These three provinces have become centrally run cities since: the National
# Statistics Office's list of September 2026 names each of them "Thành phố". Their codes are unchanged.
CITIES_SINCE_2026 = {"22": "Quảng Ninh", "24": "Bắc Ninh", "75": "Đồng Nai"}

# The Interior Ministry's count of commune-level units since 1 July 2025, and of provinces.
EXPECTED_KINDS = {"xa": 2621, "phuong": 687, "dac-khu": 13}
EXPECTED_PROVINCES = 34

WARD_COLUMNS = ("code", "name", "kind", "province_code", "latitude", "longitude")
PROVINCE_COLUMNS = ("code", "name", "kind")

Row = tuple[str, ...]


def split_kind(full_name: str, kinds: dict[str, str]) -> tuple[str, str]:
    """The name without its kind, and the kind's key: "Xã Thọ Xuân" gives ("Thọ Xuân", "xa")."""
    for word, key in kinds.items():
        if full_name.startswith(f"{word} "):
            return full_name.removeprefix(f"{word} "), key
    raise ValueError(f"no kind in front of {full_name!r}")


def read_units(table: Path) -> tuple[list[Row], list[Row]]:
    """The wards and the provinces, each by code."""
    wards: list[Row] = []
    provinces: set[Row] = set()
    with closing(sqlite3.connect(f"{table.as_uri()}?mode=ro", uri=True)) as db:
        # The kind is taken from the full name: the table's own column wardType has it wrong for two pairs of units.
        found = db.execute("SELECT wardCode, ward, provinceCode, province, wardLat, wardLon FROM admin_units")
        for code, ward, province_code, province, latitude, longitude in found:
            name, kind = split_kind(ward, KINDS)
            wards.append((code, name, kind, province_code, f"{latitude:.5f}", f"{longitude:.5f}"))
            province_name, province_kind = split_kind(province, PROVINCE_KINDS)
            if CITIES_SINCE_2026.get(province_code) == province_name:
                province_kind = "thanh-pho"
            provinces.add((province_code, province_name, province_kind))
    return sorted(wards), sorted(provinces)


def check_counts(wards: Sequence[Row], provinces: Sequence[Row]) -> None:
    """Raise ValueError when the table is not the list we know: a changed source is looked at before it ships."""
    kinds = Counter(kind for _, _, kind, *_ in wards)
    if kinds != EXPECTED_KINDS or len(provinces) != EXPECTED_PROVINCES:
        raise ValueError(f"unexpected counts: {dict(kinds)}, {len(provinces)} provinces")
    if len({code for code, *_ in wards}) != len(wards):
        raise ValueError("a code stands twice")
    cities = {code for code, _, kind in provinces if kind == "thanh-pho"}
    if not set(CITIES_SINCE_2026) <= cities:
        raise ValueError("a province of CITIES_SINCE_2026 was not found under its code and name")


def write_csv(path: Path, columns: Row, *, rows: Iterable[Row]) -> None:
    """Write UTF-8 with LF line ends, so that regenerating on any system gives the same bytes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def main() -> None:
    """Read the installed package, check it, and write both files beside this one."""
    source = distribution(PACKAGE)
    if source.version != VERSION:
        raise SystemExit(f"{PACKAGE} {VERSION} is needed, found {source.version}")
    wards, provinces = read_units(Path(str(source.locate_file(TABLE))))
    check_counts(wards, provinces)
    write_csv(HERE / "wards.csv", WARD_COLUMNS, rows=wards)
    write_csv(HERE / "provinces.csv", PROVINCE_COLUMNS, rows=provinces)
    sys.stdout.write(f"{len(wards)} wards, {len(provinces)} provinces\n")


if __name__ == "__main__":
    main()
