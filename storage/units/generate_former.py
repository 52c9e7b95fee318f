"""Write the tables of units as they were before July 2025: messages/meaning/places/{provinces,districts,wards}.csv.

Run by hand, with an interpreter that has the two packages below, in a throw-away environment; NOTICE.md gives the
commands. Only their tables are read; the project never depends on them at run time.
"""

import ast
import csv
import json
import re
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from importlib.metadata import distribution
from pathlib import Path
from typing import NamedTuple

from messages.meaning.places.spelling import key

SOURCES = {"vietnamadminunits": "1.0.4", "vietnam-address-converter": "1.0.5"}
TABLES = Path(__file__).parents[2] / "messages" / "meaning" / "places"

PROVINCE_KINDS = {"Tỉnh": "tinh", "Thành phố": "thanh-pho"}
DISTRICT_KINDS = {"Quận": "quan", "Huyện": "huyen", "Thị xã": "thi-xa", "Thành phố": "thanh-pho"}
WARD_KINDS = {"Phường": "phuong", "Xã": "xa", "Thị trấn": "thi-tran"}

# Island districts that had no communes of their own in the table; each became the special zone of its name.
ISLANDS = {"Bạch Long Vĩ": "11948", "Cồn Cỏ": "19742", "Hoàng Sa": "20333", "Lý Sơn": "21548", "Côn Đảo": "26732"}

KINDS_IN_FRONT = ("huyen", "thixa", "tx", "thanhpho", "tp")
"""How the first package's earlier names of districts begin that repeat another one with its kind."""
NUMBERED = re.compile(r"^(?:quan|q|district)0?(\d+)$")

# The counts before 1 July 2025: 63 provinces, 696 districts, 10,035 communes in the table.
EXPECTED = (63, 696, 10035)


class Former(NamedTuple):
    """A commune-level unit before July 2025."""

    code: str
    name: str
    district: str
    earlier: tuple[str, ...]
    now: tuple[str, ...]
    """The wards it became, the main one first."""


class Table(NamedTuple):
    """What the first package knows: provinces by code, districts by code (province, name, earlier names), and wards."""

    provinces: Mapping[str, str]
    districts: Mapping[str, tuple[str, str, tuple[str, ...]]]
    wards: tuple[Former, ...]
    names_now: Mapping[str, tuple[str, str]]
    """Name and province of the wards of today."""


def split_kind(full: str, kinds: Mapping[str, str]) -> tuple[str, str]:
    """The kind's key, and the name without its kind: "Thị trấn Thọ Xuân" gives ("thi-tran", "Thọ Xuân")."""
    for word, kind in kinds.items():
        if full.casefold().startswith(f"{word} ".casefold()):
            return kind, full[len(word) + 1 :]
    raise ValueError(f"no kind in front of {full!r}")


def read_table(folder: Path) -> Table:
    """The first package's two files."""
    successors = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    with closing(sqlite3.connect(f"{(folder / 'dataset.db').as_uri()}?mode=ro", uri=True)) as db:
        keys = {
            (province, ward): code
            for province, ward, code in db.execute("SELECT provinceKey, wardKey, wardCode FROM admin_units")
        }
        now = became(successors, keys)
        wards = [
            Former(code, name, district, names(earlier), tuple(now.get(path, ())))
            for code, name, district, earlier, path in db.execute(
                "SELECT wardCode, ward, districtCode, wardAlias, provinceKey || '_' || districtKey || '_' || wardKey "
                "FROM admin_units_legacy WHERE ward IS NOT NULL ORDER BY wardCode"
            )
        ]
        return Table(
            dict(db.execute("SELECT DISTINCT provinceCode, province FROM admin_units_legacy")),
            {
                code: (province, name, names(earlier))
                for code, province, name, earlier in db.execute(
                    "SELECT districtCode, provinceCode, district, districtAlias FROM admin_units_legacy"
                )
            },
            tuple(wards),
            {
                code: (name, province)
                for code, name, province in db.execute("SELECT wardCode, ward, province FROM admin_units")
            },
        )


def names(listed: str | None) -> tuple[str, ...]:
    """Earlier names as the package writes them, folded: "phuongsaidong"; those of which the kind is not said too."""
    return tuple(dict.fromkeys(json.loads(listed or "[]")))


def became(successors: Mapping[str, Mapping[str, object]], keys: Mapping[tuple[str, str], str]) -> dict[str, list[str]]:
    """The codes of the wards that each former ward became, by its path in the package, the main one first."""
    found: dict[str, list[str]] = defaultdict(list)
    for province, whole in successors["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, paths in dict(whole).items():  # type: ignore[call-overload]
            for path in paths:
                found[path].append(keys[province, ward])
    for province, divided in successors["DICT_PROVINCE_WARD_DIVIDED"].items():
        for path, parts in dict(divided).items():  # type: ignore[call-overload]
            parts.sort(key=lambda part: not part["isDefaultNewWard"])
            found[path].extend(keys[province, part["newWardKey"]] for part in parts)
    return found


Path3 = tuple[str, str, str]


class Witness(NamedTuple):
    """What the second package says: of a former ward (province, district, name) the names of the wards it became."""

    became: Mapping[Path3, set[str]]
    spelled: Mapping[Path3, str]

    @classmethod
    def read(cls, module: Path) -> "Witness":
        """Read the table without importing the package, which would parse it in 8 seconds."""
        lines = module.read_text(encoding="utf-8").splitlines()
        literal = next(line for line in lines if line.startswith("DEFAULT_DATA")).partition("json.loads(")[2]
        rows = json.loads(ast.literal_eval(literal.removesuffix(")")))["mapping"]["rows"]
        found: dict[Path3, set[str]] = defaultdict(set)
        spelled = {}
        for row in rows:
            old = row["old"]
            path = (plain(old["province_name"]), plain(old["district_name"]), key(old["ward_name"]))
            found[path].add(key(row["new"]["ward_name"]))
            spelled[path] = old["ward_name"]
        return cls(found, spelled)


def plain(name: str) -> str:
    """A province's or district's name as a key without its kind."""
    for kinds in (DISTRICT_KINDS, PROVINCE_KINDS):
        for word in kinds:
            if name.casefold().startswith(f"{word} ".casefold()):
                return key(name[len(word) + 1 :])
    return key(name)


def without_mix_ups(table: Table, witness: Witness) -> Iterator[Former]:
    """The wards, without successors that belong to a ward of the same name in another former province or district.

    Where provinces were merged, the first package knows such wards by name alone and gives each both successors; the
    second package, which knows the districts, says which is which.
    """
    twins: dict[tuple[str, str], list[Former]] = defaultdict(list)
    for ward in table.wards:
        twins[table.names_now[ward.now[0]][1], key(ward.name)].append(ward)
    for ward in table.wards:
        same = twins[table.names_now[ward.now[0]][1], key(ward.name)]
        theirs = {name for twin in same if twin is not ward for name in said(twin, table, witness=witness)}
        theirs -= said(ward, table, witness=witness)
        kept = tuple(code for code in ward.now if key(table.names_now[code][0]) not in theirs)
        yield ward._replace(now=kept or ward.now)


def said(ward: Former, table: Table, *, witness: Witness) -> set[str]:
    """What the second package says became of a ward, as keys of full names."""
    province, district, _ = table.districts[ward.district]
    return witness.became.get((plain(table.provinces[province]), plain(district), key(ward.name)), set())


def earlier_names(ward: Former, kind: str) -> Iterator[str]:
    """The names before earlier mergers, each as "kind:key": the kind stands in front in one of the package's forms."""
    forms = set(ward.earlier)
    own = key(split_kind(ward.name, WARD_KINDS)[1])
    for word, key_of_kind in (("phuong", "phuong"), ("xa", "xa"), ("thitran", "thi-tran")):
        for form in ward.earlier:
            rest = form.removeprefix(word)
            if rest != form and rest.replace("y", "i") == own:
                forms -= {form}
            elif rest != form and (rest in forms or rest.isdigit()):
                forms -= {form, rest}
                yield f"{key_of_kind}:{rest.replace('y', 'i')}"
    for form in ward.earlier:
        if form in forms and form.replace("y", "i") != own:
            yield f"{kind}:{form.replace('y', 'i')}"


def ward_rows(table: Table, witness: Witness) -> Iterator[tuple[str, ...]]:
    """The rows of wards.csv."""
    for ward in without_mix_ups(table, witness):
        kind, name = split_kind(ward.name, WARD_KINDS)
        earlier = sorted(set(earlier_names(ward, kind)))
        yield ward.code, key(name), kind, name, ward.district, " ".join(ward.now), " ".join(earlier)


def district_rows(table: Table) -> Iterator[tuple[str, ...]]:
    """The rows of districts.csv; `now` is filled only where no commune says what became of the district."""
    for code, (province, full, earlier) in sorted(table.districts.items()):
        kind, name = split_kind(full.partition(" (")[0], DISTRICT_KINDS)
        known = {NUMBERED.sub(r"\1", form) for form in earlier if not form.startswith(KINDS_IN_FRONT)}
        yield code, key(name), kind, name, province, ISLANDS.get(name, ""), " ".join(sorted(known)).replace("y", "i")


def province_rows(table: Table) -> Iterator[tuple[str, ...]]:
    """The rows of provinces.csv."""
    for code, full in sorted(table.provinces.items()):
        kind, name = split_kind(full, PROVINCE_KINDS)
        yield code, key(name), kind, name


def write_csv(path: Path, columns: tuple[str, ...], *, rows: Iterable[tuple[str, ...]]) -> int:
    """Write UTF-8 with LF line ends, so that regenerating on any system gives the same bytes; tells how many rows."""
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(listed)
    return len(listed)


def installed(package: str, path: str) -> Path:
    """Where the installed package of the right version keeps something."""
    source = distribution(package)
    if source.version != SOURCES[package]:
        raise SystemExit(f"{package} {SOURCES[package]} is needed, found {source.version}")
    return Path(str(source.locate_file(path)))


def main() -> None:
    """Read the installed packages and write the three files."""
    table = read_table(installed("vietnamadminunits", "vietnamadminunits/data"))
    witness = Witness.read(installed("vietnam-address-converter", "vietnam_address_converter/data.py"))
    written = (
        write_csv(TABLES / "provinces.csv", ("code", "key", "kind", "name"), rows=province_rows(table)),
        write_csv(
            TABLES / "districts.csv",
            ("code", "key", "kind", "name", "province", "now", "earlier"),
            rows=district_rows(table),
        ),
        write_csv(
            TABLES / "wards.csv",
            ("code", "key", "kind", "name", "district", "now", "earlier"),
            rows=ward_rows(table, witness),
        ),
    )
    if written != EXPECTED:
        raise ValueError(f"unexpected counts: {written}")
    sys.stdout.write("{} provinces, {} districts, {} wards\n".format(*written))


if __name__ == "__main__":
    main()
