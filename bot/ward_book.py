"""All wards in memory, for the questions that every conversation asks: which is called so, and which is near."""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from heapq import nsmallest
from typing import Final

from messages.incoming import Point
from messages.meaning.folding import words
from messages.place_names import NameIndex
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

    def __init__(self, listed: Iterable[Ward]) -> None:
        self._take(listed)

    @classmethod
    async def read(cls, store: Store) -> "WardBook":
        """The book of a database."""
        return cls(await wards.all_wards(store))

    async def refresh(self, store: Store) -> None:
        """See what commands changed meanwhile: wards served, their phones, a new list."""
        self._take(await wards.all_wards(store))

    def ward(self, code: WardCode) -> Ward | None:
        """The ward of a code."""
        return self._wards.get(code)

    def served(self) -> Sequence[Ward]:
        """The wards this installation serves, by name."""
        return self._served

    def called(self, told: str) -> list[Ward]:
        """The wards a text names, served ones deciding between equals; at most 8."""
        codes = self._index.called(told, self._served_codes)
        return [self._wards[WardCode(code)] for code in codes[:MOST_CALLED]]

    def nearest(self, point: Point) -> list[Ward]:
        """The three wards whose centres are nearest; empty at 0,0 and where none is within 60 km.

        Centres, not borders: near a border the second or third may be the right one.
        """
        if not _is_on_earth(point) or (point.latitude == 0 and point.longitude == 0):
            return []
        near = nsmallest(NEAREST, ((distance_km(point, ward.point), ward.code) for ward in self._wards.values()))
        if not near or near[0][0] > FARTHEST_KM:
            return []
        return [self._wards[code] for _, code in near]

    def _take(self, listed: Iterable[Ward]) -> None:
        self._wards = {ward.code: ward for ward in listed}
        self._served = tuple(sorted((ward for ward in self._wards.values() if ward.served), key=by_name))
        self._served_codes = frozenset(ward.code for ward in self._served)
        names = ((ward.code, ward.kind, ward.name, ward.province) for ward in self._wards.values())
        self._index = _index_of(tuple(sorted(names)))


@lru_cache(maxsize=1)
def _index_of(names: tuple[tuple[str, str, str, str], ...]) -> NameIndex:
    """The index of these names. The latest is kept: it takes a tenth of a second, and names hardly ever change."""
    return NameIndex(names)


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
