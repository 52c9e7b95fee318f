"""All wards in memory, for the questions that every conversation asks: which is called so, and which is near."""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from heapq import nsmallest
from typing import Final

from bot.wards.borders import Borders
from messages.incoming import Point
from messages.meaning.folding import words
from messages.meaning.places.gazetteer import UnitName
from messages.meaning.places.resolving import Places, Resolution
from storage import wards
from storage.records import Ward, WardCode
from storage.store import Store

EARTH_KM: Final = 6371.0088
"""The earth's mean radius (IUGG)."""
FARTHEST_KM: Final = 60.0
"""Beyond this from any centre nobody stands in a ward. The country's largest communes reach some 40 km from theirs."""
NEAREST: Final = 3
MOST_CALLED: Final = 8
"""As many buttons as a screen shows."""


class WardBook:
    """The wards as of the latest `read`; a few hundred bytes each."""

    _borders = Borders({})

    def __init__(self, listed: Iterable[Ward], borders: Mapping[WardCode, bytes] | None = None) -> None:
        self._take(listed, borders or {})

    @classmethod
    async def read(cls, store: Store) -> "WardBook":
        """The book of a database."""
        return cls(await wards.all_wards(store), await wards.boundaries(store))

    async def refresh(self, store: Store) -> None:
        """See what commands changed meanwhile: wards served, their phones, a new list."""
        self._take(await wards.all_wards(store), await wards.boundaries(store))

    def ward(self, code: WardCode) -> Ward | None:
        """The ward of a code."""
        return self._wards.get(code)

    def served(self) -> Sequence[Ward]:
        """The wards this installation serves, by name."""
        return self._served

    def called(self, told: str, home: WardCode | None = None, *, near: Point | None = None) -> list[Ward]:
        """The wards a text may mean; at most 8, one is certain. Served ones, home and a position decide namesakes."""
        return self._listed(self._resolve(told, home, near=near).wards)

    def named(self, told: str, home: WardCode | None = None, *, near: Point | None = None) -> list[Ward]:
        """The same, but only those that the words name outright ("phường", a district, "cũ"), or that are served.

        In a story a bare name may as well be a street's, called like a ward at the other end of the country.
        """
        found = self._resolve(told, home, near=near)
        wards = self._listed(found.wards)
        return wards if found.marked else [ward for ward in wards if ward.served]

    def _resolve(self, told: str, home: WardCode | None, *, near: Point | None) -> Resolution:
        around = frozenset(ward.code for ward in self.nearest(near)) if near is not None else frozenset()
        return self._places.resolve(told, served=self._served_codes, home=home, near=around)

    def _listed(self, codes: Sequence[str]) -> list[Ward]:
        return [self._wards[WardCode(code)] for code in codes[:MOST_CALLED]]

    def nearest(self, point: Point) -> list[Ward]:
        """The three wards whose centres are nearest, before them the one whose border is around the point.

        Empty at 0,0 and where no centre is within 60 km. Without borders (`baotin ward import-boundaries`), near a
        border the second or third may be the right one.
        """
        if not _is_on_earth(point) or (point.latitude == 0 and point.longitude == 0):
            return []
        near = nsmallest(NEAREST, ((distance_km(point, ward.point), ward.code) for ward in self._wards.values()))
        if not near or near[0][0] > FARTHEST_KM:
            return []
        codes = dict.fromkeys([*self._borders.around(point), *(code for _, code in near)])
        return [self._wards[code] for code in codes if code in self._wards][:NEAREST]

    def _take(self, listed: Iterable[Ward], borders: Mapping[WardCode, bytes]) -> None:
        if borders != self._borders.shapes:
            self._borders = Borders(borders)
        self._wards = {ward.code: ward for ward in listed}
        self._served = tuple(sorted((ward for ward in self._wards.values() if ward.served), key=by_name))
        self._served_codes = frozenset(ward.code for ward in self._served)
        names = ((ward.code, ward.kind, ward.name, ward.province) for ward in self._wards.values())
        self._places = _places_of(tuple(sorted(names)))


@lru_cache(maxsize=1)
def _places_of(names: tuple[tuple[str, str, str, str], ...]) -> Places:
    """The places of these names. The latest are kept: it takes a tenth of a second, and names hardly ever change."""
    return Places(UnitName(*name) for name in names)


def by_name(ward: Ward) -> tuple[list[tuple[int, str]], str, str]:
    """The order in which people look for names: accents and case aside, "Ward 2" before "Ward 10"."""
    parts = [(int(word.plain), "") if word.plain.isdecimal() else (-1, word.plain) for word in words(ward.name)]
    return parts, ward.name, ward.code


def distance_km(one: Point, other: Point) -> float:
    """The great-circle distance of two points (haversine), within 0.5 % of the true one."""
    latitude, other_latitude = math.radians(one.latitude), math.radians(other.latitude)
    across = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    along = math.sin((other_latitude - latitude) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(along + math.cos(latitude) * math.cos(other_latitude) * across))


def _is_on_earth(point: Point) -> bool:
    """False for infinities, NaN and degrees that do not exist."""
    return -90 <= point.latitude <= 90 and -180 <= point.longitude <= 180
