"""The names of places, of today and of before July 2025: what each may mean.

Looked up by a spelling without accents and blanks (`spelling.key`); whoever asks compares the accents.
"""

import csv
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from messages.meaning.folding import Word, words
from messages.meaning.places.spelling import joined, key

_NUMBERED = re.compile(r"^(.*[^ \d]) (\d{1,2}|[A-D]|I{1,3})$")
"""A name with a number or letter behind it: "Mỹ Đình 1", "Phước Long B"."""


_BEGINNING = 4
"""Letters by which a run of words is told from every name, before more is tried; more of them cost more memory."""
_MAIN = 10
"""How much more a former district's ward counts for being what a former ward mostly became, than for a part of one."""


class Level(IntEnum):
    """What kind of name it is; of equal ones the smaller is rather meant."""

    NOW = 0
    """A ward of today."""
    FORMER = 1
    """A ward, commune or town until July 2025."""
    AREA = 2
    """A part of town or a landmark."""
    EARLIER = 3
    """A name from before an earlier merger."""
    PART = 4
    """A name of the two first levels without its number."""
    DISTRICT = 5
    PROVINCE = 6


class UnitName(NamedTuple):
    """A ward's names. The kind is phuong, xa or dac-khu; name and province stand without theirs: "Tây Hồ", "Hà Nội"."""

    code: str
    kind: str
    name: str
    province: str


class Place(NamedTuple):
    """What a name may mean."""

    level: Level
    kind: str
    """phuong, xa, thi-tran, dac-khu, quan, huyen, thi-xa, thanh-pho, tinh; empty where it is not known."""
    name: str
    """As it is written, or its key where the accents are not known."""
    wards: tuple[str, ...]
    """The codes of the wards of today, the likeliest first; empty for a province."""
    districts: frozenset[str]
    """The former districts it lay in; of a district, its own code."""
    provinces: frozenset[str]
    """The provinces it lies or lay in: names of today's, and codes of the former."""

    def spelled(self) -> tuple[Word, ...]:
        """The words of its name with their accents; none where they are not known."""
        known = not self.name.isascii() or self.name != self.name.lower() or self.name[:1].isdigit()
        return _spelled(self.name) if known else ()


@lru_cache(maxsize=4096)
def _spelled(name: str) -> tuple[Word, ...]:
    return tuple(words(name))


class _Before(NamedTuple):
    """The packaged tables of the time before July 2025, as rows."""

    provinces: tuple[tuple[str, ...], ...]
    districts: tuple[tuple[str, ...], ...]
    wards: tuple[tuple[str, ...], ...]


class Gazetteer:
    """Places by name. Made once of the wards of today; takes about 0.1 s and some ten megabytes."""

    def __init__(self, units: Iterable[UnitName]) -> None:
        self._units = {unit.code: unit for unit in units}
        self._now_of: dict[str, str] = {}
        """Former provinces' codes to the names of the provinces of today."""
        self._districts_of: dict[str, set[str]] = {}
        self._index: dict[str, tuple[int, ...]] = {}
        self._rows: list[Sequence[str]] = []
        self._levels = bytearray()
        """Of the rows, in their order."""
        self._wards_of: dict[str, Counter[str]] = {}
        before = _before()
        self._province_of = {row[0]: row[4] for row in before.districts}
        self._district = {row[0]: row for row in before.districts}
        self._place = lru_cache(maxsize=4096)(self._made)
        self._add_wards(before.wards)
        self._add_units()
        self._add_districts(before.districts)
        self._add_provinces(before.provinces)
        self._add_areas()
        self._beginnings = frozenset(name[:length] for name in self._index for length in range(1, _BEGINNING + 1))
        self.longest = 8
        self.syllables = self._syllables()

    def unit(self, code: str) -> UnitName | None:
        """The ward of a code."""
        return self._units.get(code)

    def province_key(self, name: str) -> frozenset[str]:
        """A province of today or former by its name, however it is written; empty when there is none."""
        found = self.called(joined("".join(word.plain for word in words(name))))
        return frozenset(one for place in found if place.level is Level.PROVINCE for one in place.provinces)

    def has(self, looked_up: str) -> bool:
        """Whether anything is called so."""
        return looked_up in self._index

    def begins(self, looked_up: str) -> bool:
        """Whether a name may begin so, as far as its first letters say."""
        return looked_up[:_BEGINNING] in self._beginnings

    def called(self, looked_up: str) -> tuple[Place, ...]:
        """What is called so, by `spelling.key`."""
        rows = self._index.get(looked_up)
        return () if rows is None else tuple(map(self._place, rows))

    def district_key(self, code: str) -> str:
        """A former district's name as it is looked up."""
        return self._district[code][1]

    def initials(self, district: str) -> str:
        """The initials of a former district: "hbt"."""
        return "".join(word.plain[0] for word in _spelled(self._district[district][3]))

    # --- building

    def _syllables(self) -> frozenset[str]:
        """The syllables that names are made of, folded; what is none of them is probably a slip."""
        rows = zip(self._levels, self._rows, strict=True)
        names = (row[3] for level, row in rows if level != Level.EARLIER)
        return frozenset(
            word.plain for part in {part for name in names for part in name.split()} for word in words(part)
        )

    def _add(self, looked_up: str, level: Level, *, row: Sequence[str]) -> None:
        self._index[looked_up] = (*self._index.get(looked_up, ()), len(self._rows))
        self._rows.append(row)
        self._levels.append(level)

    def _add_wards(self, rows: Iterable[Sequence[str]]) -> None:
        for row in rows:
            _, looked_up, _, name, district, now, earlier = row
            for order, code in enumerate(now.split()):
                self._districts_of.setdefault(code, set()).add(district)
                self._wards_of.setdefault(district, Counter())[code] += 1 if order else _MAIN
            self._add(looked_up, Level.FORMER, row=row)
            for kind_and_key in earlier.split():
                kind, _, older = kind_and_key.partition(":")
                self._add(older, Level.EARLIER, row=("", older, kind, older, district, now, ""))
            self._add_part(name, row)

    def _add_units(self) -> None:
        for unit in self._units.values():
            for index, written in enumerate(_halves(unit.name)):
                row = ("", "", unit.kind, written, "", unit.code, "")
                self._add(key(written), Level.NOW, row=row)
                if not index:
                    self._add_part(written, row)

    def _add_part(self, name: str, row: Sequence[str]) -> None:
        numbered = _NUMBERED.match(name)
        if numbered:
            base = numbered.group(1)
            if " " not in base:
                return
            self._add(key(base), Level.PART, row=(row[0], "", row[2], base, row[4], row[5], ""))

    def _add_districts(self, rows: Iterable[Sequence[str]]) -> None:
        for row in rows:
            code, looked_up, kind, _, _, now, earlier = row
            if now:
                self._wards_of[code] = Counter([now])
                self._districts_of.setdefault(now, set()).add(code)
            self._add(looked_up, Level.DISTRICT, row=row)
            for older in earlier.split():
                self._add(older, Level.DISTRICT, row=(code, older, "quan" if older.isdigit() else kind, older, row[4]))

    def _add_provinces(self, rows: Iterable[Sequence[str]]) -> None:
        now = {row[1]: row for row in rows}
        for unit in self._units.values():
            for district in self._districts_of.get(unit.code, ()):
                self._now_of.setdefault(self._province_of[district], unit.province)
        for name in sorted({unit.province for unit in self._units.values()}):
            self._add(key(name), Level.PROVINCE, row=("", "", "", name, name))
        for looked_up, row in now.items():
            if self._now_of.get(row[0]) != row[3]:
                self._add(looked_up, Level.PROVINCE, row=(row[0], looked_up, row[2], row[3], ""))
        for short, names in listed("areas.toml")["provinces"].items():
            for name in names:
                self._add_short(short, name, level=Level.PROVINCE)
        for short, name in listed("areas.toml")["districts"].items():
            self._add_short(short, name, level=Level.DISTRICT)

    def _add_short(self, short: str, name: str, *, level: Level) -> None:
        for index in self._index.get(key(name), ()):
            if self._levels[index] == level:
                self._index[key(short)] = (*self._index.get(key(short), ()), index)

    def _add_areas(self) -> None:
        for area in listed("areas.toml")["area"]:
            meant = [place for where in area["wards"] for place in self._described(where)]
            codes = " ".join(dict.fromkeys(code for place in meant for code in place.wards))
            districts = " ".join(sorted({code for place in meant for code in place.districts}))
            for name in area["names"]:
                self._add(key(name), Level.AREA, row=("", "", "", name, districts, codes, ""))

    def _described(self, where: str) -> list[Place]:
        """The place an area lies in: "Vĩnh Tuy, Hà Nội" is a ward of today, with a district it is a former one."""
        name, *within = (part.strip() for part in where.split(","))
        if len(within) > 1:
            former = [place for place in self.called(key(name)) if place.level is Level.FORMER]
            return [place for place in former if within[0] in {self._district[one][3] for one in place.districts}]
        return [place for place in self.called(key(name)) if place.level is Level.NOW and within[0] in place.provinces]

    # --- reading

    def _made(self, index: int) -> Place:
        level, row = Level(self._levels[index]), self._rows[index]
        if level is Level.PROVINCE:
            former = {row[0]} if row[0] else {row[4]}
            return Place(level, row[2], row[3], (), frozenset(), frozenset(former))
        if level is Level.DISTRICT:
            became = (code for code, _ in self._wards_of.get(row[0], Counter()).most_common())
            wards = tuple(code for code in became if code in self._units)
            return Place(level, row[2], row[3], wards, frozenset((row[0],)), self._provinces((row[0],), wards))
        wards = tuple(code for code in row[5].split() if code in self._units)
        districts = row[4].split() or sorted(self._districts_of.get(row[5], ()))
        return Place(level, row[2], row[3], wards, frozenset(districts), self._provinces(districts, wards))

    def _provinces(self, districts: Iterable[str], wards: Iterable[str]) -> frozenset[str]:
        return frozenset(
            (*(self._province_of[one] for one in districts), *(self._units[code].province for code in wards))
        )


def _halves(name: str) -> Iterator[str]:
    """A name and, of a double one, its halves: "Xuân Hương - Đà Lạt" is called Xuân Hương."""
    yield name
    if " - " in name:
        yield from name.split(" - ")


@lru_cache(maxsize=1)
def _before() -> _Before:
    return _Before(_table("provinces.csv"), _table("districts.csv"), _table("wards.csv"))


def _table(name: str) -> tuple[tuple[str, ...], ...]:
    text = files("messages.meaning.places").joinpath(name).read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))[1:]
    return tuple(tuple(map(sys.intern, row)) for row in rows)  # kinds and codes stand there thousands of times


@lru_cache(maxsize=4)
def listed(name: str) -> dict[str, Any]:
    """A packaged list of words, read once."""
    return tomllib.loads(files("messages.meaning.places").joinpath(name).read_text(encoding="utf-8"))
