"""Which ward somebody means: the surest names of a message, narrowed by what stands beside them and what is known."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from messages.meaning.places.gazetteer import Gazetteer, Level, Place, UnitName
from messages.meaning.places.hearing import hear
from messages.meaning.places.mentions import Mention, prepare
from messages.meaning.places.spelling import key
from messages.meaning.places.weighing import (
    WARDS,
    Scene,
    Sure,
    lies_in_district,
    lies_in_province,
)


@dataclass(frozen=True, slots=True)
class Resolution:
    """The wards somebody may mean, the likeliest first. Several are asked back; none: no place was named."""

    wards: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    """Why, a line for each name, for whoever checks an answer."""
    marked: bool = False
    """Whether the words themselves say that it is a place: a kind, a district, a province or "cũ" stands beside it, or
    nothing else is written. A bare name in a story may as well be a street's."""

    @property
    def certain(self) -> bool:
        """Whether it need not be asked."""
        return len(self.wards) == 1


class Known(NamedTuple):
    """What is known besides the words; each decides only between places of the same name."""

    province: frozenset[str] = frozenset()
    served: frozenset[str] = frozenset()
    home: str = ""
    near: frozenset[str] = frozenset()


class Places:
    """Finds the ward that somebody means. Made once of the wards of today; a look-up takes a few milliseconds."""

    def __init__(self, units: Iterable[UnitName]) -> None:
        self._gazetteer = Gazetteer(units)
        prepare()

    def resolve(
        self,
        text: str,
        province: str | None = None,
        *,
        served: Collection[str] = (),
        home: str | None = None,
        near: Collection[str] = (),
    ) -> Resolution:
        """The wards a text names. Never raises.

        `province` is where the speaker is thought to be, by name; `served` are the codes of the wards served here,
        `home` is the ward they live in, `near` are those near a position they shared. Each decides between places of
        the same name, and nothing else: the successors of a former ward that was split are always all returned.
        """
        where = self._gazetteer.province_key(province) if province else frozenset()
        known = Known(where, frozenset(served), home or "", frozenset(near))
        scene = Scene(hear(text, self._gazetteer), self._gazetteer, own=known.served | {known.home})
        return _Reading(scene, self._gazetteer, known=known).resolution()


class _Reading:
    """One message being read."""

    def __init__(self, scene: Scene, gazetteer: Gazetteer, *, known: Known) -> None:
        self._scene, self._gazetteer, self._known = scene, gazetteer, known

    def resolution(self) -> Resolution:
        """What the message names, and why."""
        sure, heads = self._heads()
        if not heads:
            return Resolution()
        heads, landmarks = _apart(heads)
        beside = {code for landmark in landmarks for code in _wards(landmark.places)}
        found = [_nearest(self._places(head), beside) for head in heads]
        wards = _shared([_wards(places) for places in found])
        evidence = tuple(self._why(head, places) for head, places in zip(heads, found, strict=True))
        return Resolution(self._ordered(wards), evidence, marked=sure >= Sure.ALONE)

    def _heads(self) -> tuple[Sure, list[Mention]]:
        """The mentions that say which ward: the surest ones, in the order of the text, none overlapping."""
        weighed = [(sure, one) for one in self._scene.mentions if (sure := self._scene.sure(one))]
        if not weighed:
            return Sure.NOT, []
        weighed.sort(key=self._rank)
        best, first = weighed[0]
        chosen = [first]
        for sure, one in weighed[1:]:
            equal = sure == best and not one.crosses and not any(one.overlaps(other) for other in chosen)
            if equal and not self._narrows(one, first):
                chosen.append(one)
        return best, sorted(chosen, key=lambda one: one.start)

    def _rank(self, weighed: tuple[Sure, Mention]) -> tuple[bool, int, int, int, int, int]:
        """Of several the smallest is taken: the surest, best typed, best narrowed, longest, first."""
        sure, one = weighed
        return one.crosses, -sure, one.fit, -sum(self._scene.best_agreement(one)), one.start - one.end, one.start

    def _narrows(self, one: Mention, head: Mention) -> bool:
        """Whether a mention is the district or province of another one rather than a second place."""
        if one.role == "ward":
            return False
        return any(lies_in_district(place, one) or lies_in_province(place, one) for place in self._kept(head))

    # --- which of the places of a name

    def _places(self, head: Mention) -> list[Place]:
        if head.role in ("district", "city") or not head.of(*WARDS):
            return self._by_known(list(head.of(Level.DISTRICT)))
        return self._by_level(self._by_known(self._kept(head)), head)

    def _kept(self, head: Mention) -> list[Place]:
        """The places that agree best with what is named beside the name, and of those the ones of the kind said."""
        places = [place for place in head.of(*WARDS) if place.wards]
        agreed = {place: self._scene.agreement(place, head) for place in places}
        places = self._of_own(places, head)
        of_kind = [place for place in places if place.kind in head.kinds or not place.kind]
        if head.kinds and any(any(agreed[place]) for place in of_kind):
            places = of_kind
        best = max((agreed[place] for place in places), default=None)
        near = [place for place in places if agreed[place] == best]
        return [place for place in near if not head.kinds or place in of_kind] or near

    def _of_own(self, places: list[Place], head: Mention) -> list[Place]:
        """Where the kind that was said fits only far away, those here: half the country says phường for a xã."""
        known = self._known
        own = known.served | {known.home}
        here = [
            place
            for place in places
            if own.intersection(place.wards) or (not self._scene.provinces and known.province & place.provinces)
        ]
        fits = any(place.kind in head.kinds for place in here)
        return here if here and head.kinds and not fits else places

    def _by_level(self, places: list[Place], head: Mention) -> list[Place]:
        """Today's names before former ones of one province, unless the former district or "cũ" is said."""
        before = [place for place in places if place.level in (Level.FORMER, Level.EARLIER)]
        if before and not head.today:
            said = [place for place in before if self._scene.agreement(place, head).district]
            if said:
                return [place for place in said if place.level is Level.FORMER] or said
        for weaker in (Level.PART, Level.EARLIER):
            places = [place for place in places if place.level is not weaker] or places
        now = [place for place in places if place.level is Level.NOW]
        if not now or len(now) == len(places):
            return places
        if head.former:
            return [place for place in places if place.level is not Level.NOW]
        return now if head.today else self._now_first(now, places, head=head)

    def _now_first(self, now: list[Place], places: Sequence[Place], *, head: Mention) -> list[Place]:
        """Names of today, and former ones of other provinces unless today's is far better known than those.

        A former ward of the town that the province is called after stays in question: "Lê Lợi, Hưng Yên".
        """
        prominent = [place for place in now if self._is_prominent(place)]
        here = {self._province(place) for place in now}
        if len(prominent) == 1 and len({place.name for place in now}) == len(here) == len(now):
            now = prominent  # alone, or without accents: "ha long" is Hạ Long before Hà Long
        towns = [one for one in self._scene.provinces if one in self._scene.districts and not head.kinds]
        others = [
            place
            for place in places
            if place.level is not Level.NOW
            and (self._province(place) not in here or any(lies_in_district(place, town) for town in towns))
        ]
        return now if now == prominent and not towns else [*now, *others]

    def _is_prominent(self, place: Place) -> bool:
        """Whether a ward of today is called like the former district it lies in."""
        return key(place.name) in {self._gazetteer.district_key(code) for code in place.districts}

    def _by_known(self, places: list[Place]) -> list[Place]:
        """Of places of the same name those that are served, near, or in the province known."""
        known, own = self._known, self._own_provinces()
        tests: tuple[Callable[[Place], bool], ...] = (
            lambda place: bool(known.served.intersection(place.wards)),
            lambda place: known.home in place.wards,
            lambda place: bool(known.near.intersection(place.wards)),
            lambda place: not self._scene.provinces and bool(known.province & place.provinces),
            lambda place: bool(own & place.provinces),
        )
        for test in tests:
            places = [place for place in places if test(place)] or places
        return places

    def _own_provinces(self) -> frozenset[str]:
        """The provinces of the wards served and of the speaker's home."""
        units = (self._gazetteer.unit(code) for code in (*self._known.served, self._known.home))
        return frozenset(unit.province for unit in units if unit is not None)

    def _province(self, place: Place) -> str:
        unit = self._gazetteer.unit(place.wards[0]) if place.wards else None
        return unit.province if unit else ""

    def _ordered(self, wards: Iterable[str]) -> tuple[str, ...]:
        """Served ones, home and those near first, else as they came."""
        own = self._known.served | self._known.near | {self._known.home}
        return tuple(sorted(wards, key=lambda code: code not in own))

    def _why(self, head: Mention, places: Sequence[Place]) -> str:
        typed = " ".join(word.plain for word in self._scene.heard[head.start : head.end])
        meant = "; ".join(
            f"{place.level.name.lower()} {place.kind} {place.name} = {' '.join(place.wards)}" for place in places
        )
        return f"{typed} ({head.role or 'bare'}, accents {head.fit.name.lower()}): {meant}"


def _wards(places: Iterable[Place]) -> list[str]:
    return list(dict.fromkeys(code for place in places for code in place.wards))


def _apart(heads: Sequence[Mention]) -> tuple[list[Mention], list[Mention]]:
    """Names of wards, and the landmarks beside them: "quảng an cũ, gần hồ tây" is near the lake, not in its ward."""
    landmarks = [head for head in heads if all(place.level is Level.AREA for place in head.of(*WARDS))]
    wards = [head for head in heads if head not in landmarks]
    return (wards, landmarks) if wards else (list(heads), [])


def _nearest(places: list[Place], beside: set[str]) -> list[Place]:
    """Of places of the same name those of which a part lies where a landmark is; all when none does."""
    return [place for place in places if not beside.isdisjoint(place.wards)] or places


def _shared(found: Sequence[Sequence[str]]) -> list[str]:
    """The wards that all names may mean; when there is none, all of them in the order named."""
    shared = [code for code in found[0] if all(code in other for other in found[1:])]
    return shared or list(dict.fromkeys(code for wards in found for code in wards))
