"""How surely each name in a message is meant as the place, and how its namesakes agree with what stands beside it."""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from messages.frozen import replace
from messages.meaning.places.gazetteer import Gazetteer, Level, Place
from messages.meaning.places.hearing import Heard
from messages.meaning.places.mentions import (
    LONGEST_REPAIRED,
    Fit,
    Mention,
    is_number,
    mentions,
    ordinary,
    slip,
    slips,
)
from messages.meaning.places.spelling import joined

STORY = 12
"""Words from which a text is a story, where a name must be marked as one: "không an toàn" is not Xã An Toàn."""
BESIDE = 4
"""Words between a name and the district that narrows it, at most, unless the district says that it is one."""
WARDS = (Level.NOW, Level.FORMER, Level.AREA, Level.EARLIER, Level.PART)
"""The levels of names that stand for wards."""
REFUSED = frozenset({"street", "hamlet", "other"})
"""What stands in front of names of streets, hamlets, people and businesses: they name no ward."""
_UNITS = frozenset({"district", "city"})
_STREET_IN_NAME = "pho"
"""A name that begins so is rather a street's where nothing says that it is a ward's: Phố Huế."""
_INITIALS_AFTER = frozenset({"q", "h", "tp", "tx", "quan", "huyen"})


class Sure(IntEnum):
    """How surely a name is meant as the place."""

    NOT = 0
    BARE = 1
    """It only stands there."""
    HINTED = 2
    """It is written like a name, or a market or station of that name is said."""
    LED = 3
    """ "ở", "khu", "near" stands in front, it fills a clause, or it is served here."""
    ALONE = 4
    """Nothing else is written; or it is a district that says so: "quận 1"."""
    NARROWED = 5
    """Its district or province stands beside it, or "cũ"; or it is a known part of town."""
    KIND = 6
    """Its kind stands in front: "phường"."""


class Agreement(NamedTuple):
    """How a place agrees with the districts and provinces that are named beside it; the larger the better."""

    district: int = 0
    """1 when its former district stands beside it, 2 when that says that it is one: "quận Tây Hồ"."""
    province: bool = False


class Scene:
    """One message with the names in it."""

    def __init__(self, heard: Sequence[Heard], gazetteer: Gazetteer, *, own: frozenset[str]) -> None:
        """`own` are the codes of the wards served here and of the speaker's home."""
        self.heard, self._gazetteer, self._own = heard, gazetteer, own
        self.mentions = _with_bare(_without_parts(mentions(heard, gazetteer)))
        self.mentions += self._slips()
        self.provinces = [one for one in self.mentions if names_province(one)]
        self.districts = [one for one in self.mentions if _narrows_as_district(one)]
        self.mentions += self._slips_beside()

    def _slips(self) -> list[Mention]:
        """Names with a slip: behind a word that says that a name follows, and in a short text."""
        longer = [one for one in self.mentions if one.end - one.start > 1]
        taken = {at for one in longer for at in range(one.start, one.end)}
        return [
            mention
            for start in range(len(self.heard))
            if start not in taken or self.heard[start].plain.isdigit()
            for mention in slips(self.heard, self._gazetteer, start=start)
            if mention.role in _UNITS | {"ward"}
            or (len(self.heard) <= STORY and not any(mention.overlaps(one) for one in longer))
        ]

    def _slips_beside(self) -> list[Mention]:
        """Names with a slip in front of a district in which there is such a name: "hang deo hoan kiem"."""
        found: list[Mention] = []
        for district in self.districts:
            end = district.start - district.before
            taken = (one for one in self.mentions if one.end + one.after == end and one.role not in REFUSED)
            if any(self.best_agreement(one).district for one in taken):
                continue
            for start in range(max(0, end - LONGEST_REPAIRED), end):
                for one in slip(self.heard, self._gazetteer, start=start, end=end):
                    places = tuple(place for place in one.of(*WARDS) if lies_in_district(place, district))
                    if places and not one.overlaps(district):
                        found.append(replace(one, places=places))
        return found

    # --- how a place agrees with what is named beside it

    def agreement(self, place: Place, head: Mention) -> Agreement:
        """How a place that `head` may name agrees with the districts and provinces that are named beside it."""
        district = self._initials(place, head)
        for one in self.districts:
            if one.overlaps(head) or not lies_in_district(place, one):
                continue
            if one.role in _UNITS:
                district = 2
            elif 0 <= one.start - head.end <= BESIDE and not self._is_rather_province(place, one, head=head):
                district = max(district, 1)
        beside = (one for one in self.provinces if not one.overlaps(head))
        return Agreement(district, any(lies_in_province(place, one) for one in beside))

    def best_agreement(self, one: Mention) -> Agreement:
        """How the place that agrees best does."""
        return max((self.agreement(place, one) for place in one.of(*WARDS)), default=Agreement())

    @staticmethod
    def _is_rather_province(place: Place, one: Mention, *, head: Mention) -> bool:
        """Whether a province is meant rather than the town or district of its name.

        "Lê Lợi, Hưng Yên" may be the ward of today in the province; where the province has none, it is the town's.
        """
        if not names_province(one):
            return False
        agreeing = [other for other in head.of(Level.NOW) if not head.kinds or other.kind in head.kinds]
        return not lies_in_province(place, one) or any(lies_in_province(other, one) for other in agreeing)

    def _initials(self, place: Place, head: Mention) -> int:
        """1 when the initials of its district follow: "minh khai hbt"."""
        at = head.end + head.after
        if at < len(self.heard) and self.heard[at].plain in _INITIALS_AFTER:
            at += 1
        if at >= len(self.heard) or not 2 <= len(self.heard[at].plain) <= 4:
            return 0
        if any(one.start <= at < one.end for one in self.mentions):
            return 0
        typed = self.heard[at].plain
        return int(any(typed == self._gazetteer.initials(district) for district in place.districts))

    # --- how surely a name is meant

    def sure(self, one: Mention) -> Sure:
        """How surely a mention is meant as the place."""
        if one.role in REFUSED or self._is_part_of_name(one):
            return Sure.LED if self._is_own_lane(one) else Sure.NOT
        if not one.of(*WARDS) or one.role in _UNITS | {"province"}:
            return self._sure_of_district(one)
        if one.role == "ward":
            meant = Sure.NARROWED if self._is_contradicted(one) else Sure.KIND
            return meant if self._is_meant_behind_kind(one) else Sure.NOT
        if is_number(one, self.heard):
            return Sure.NOT
        narrowed = any(self.best_agreement(one))
        if self._is_contradicted(one):
            return Sure.NOT
        several = _syllables(one) > 1
        filling = self._fills_clause(one)
        if narrowed and (filling or several) and (one.fit is not Fit.OTHER or (filling and several)):
            return Sure.NARROWED
        if names_province(one):
            return Sure.LED if self._is_own(one) else Sure.NOT
        known = bool(one.of(Level.AREA)) or (one.former and self._spelled(one) not in ordinary())
        if known and one.fit is not Fit.OTHER and (several or (one.fit is Fit.SAME and self._is_accented(one))):
            return Sure.NARROWED
        return self._sure_of_bare(one)

    def _sure_of_bare(self, one: Mention) -> Sure:
        """The same of a name beside which nothing says what it is."""
        if self.heard[one.start].plain == _STREET_IN_NAME:
            return Sure.NOT
        if self._is_whole(one):
            return Sure.ALONE
        if one.fit in (Fit.SLIP, Fit.OTHER) or self._spelled(one) in ordinary():
            return Sure.NOT
        several, accented = _syllables(one) > 1, self._is_accented(one)
        capital = all(word.capital for word in self.heard[one.start : one.end])
        if not several:
            written = one.fit is Fit.SAME and (accented or capital)
            return Sure.LED if written and self._fills_clause(one) else Sure.NOT
        if self._is_own(one) or self._fills_clause(one):
            return Sure.LED
        if one.role == "lead" and (capital or one.fit is Fit.SAME):
            return Sure.LED
        if one.fit is Fit.SAME and (capital or (one.role == "near" and accented)):
            return Sure.HINTED
        opens = one.start == 0 or accented
        return (
            Sure.BARE if len(self.heard) <= STORY and one.fit is Fit.SAME and opens and one.role != "near" else Sure.NOT
        )

    def _sure_of_district(self, one: Mention) -> Sure:
        """The same of a former district: it stands for all wards that it became."""
        if not one.of(Level.DISTRICT) or one.role == "province" or self._is_within_other(one):
            return Sure.NOT
        if one.role in _UNITS:
            central = one.role == "city" and one.of(Level.PROVINCE) and not one.of(Level.DISTRICT)
            return Sure.NOT if central else Sure.ALONE
        if names_province(one) or is_number(one, self.heard) or one.fit is not Fit.SAME:
            return Sure.NOT
        return Sure.HINTED if self._fills_clause(one) or one.role == "lead" else Sure.NOT

    def _is_contradicted(self, one: Mention) -> bool:
        """Whether another district is named outright than any in which such a name stands."""
        outright = any(two.role in _UNITS and not two.overlaps(one) for two in self.districts)
        return outright and not any(self.best_agreement(one))

    def _is_meant_behind_kind(self, one: Mention) -> bool:
        """Whether a name is meant behind its kind; of one syllable, too many words read like one: "từ xa, con"."""
        if one.fit is Fit.OTHER and not self._fills_clause(one) and not any(self.best_agreement(one)):
            return False  # "phường mình dạo này" is not Minh Đạo
        if _syllables(one) > 1 or is_number(one, self.heard):
            return True
        if one.fit in (Fit.OTHER, Fit.SLIP):
            return False
        first = self.heard[one.start]
        agrees = any(place.kind in one.kinds for place in one.of(*WARDS))
        closes = one.end >= len(self.heard) or self.heard[one.end].clause != first.clause
        written = bool(first.marks) or first.capital or closes
        return any(self.best_agreement(one)) or (agrees and one.fit is Fit.SAME and written)

    def _is_part_of_name(self, one: Mention) -> bool:
        """Whether the kind in front belongs to another name, which a district confirms: "phuc xa, ba dinh"."""
        if one.role != "ward" or not one.before or self.best_agreement(one).district:
            return False
        others = (two for two in self.mentions if two.role not in REFUSED and not two.before)
        return any(
            two.start <= one.start - one.before < two.end and self.best_agreement(two).district for two in others
        )

    def _is_within_other(self, one: Mention) -> bool:
        """Whether a longer name that agrees as well takes its words."""
        return any(
            other.overlaps(one)
            and other.end - other.start > one.end - one.start
            and other.role not in REFUSED
            and other.fit <= one.fit
            for other in self.mentions
        )

    def _is_own(self, one: Mention) -> bool:
        """Whether it may name a ward served here, or the speaker's home."""
        return any(self._own.intersection(place.wards) for place in one.of(*WARDS))

    def _is_own_lane(self, one: Mention) -> bool:
        """Whether it is a numbered lane or house in a street called like a ward served here: "ngõ 12 Cầu Giấy"."""
        numbered = one.role == "street" and one.start > 0 and self.heard[one.start - 1].plain.isdigit()
        today = any(self._own.intersection(place.wards) for place in one.of(Level.NOW))
        return numbered and one.fit is Fit.SAME and _syllables(one) > 1 and today

    def _is_whole(self, one: Mention) -> bool:
        """Whether the message is nothing but this name, a word that leads to it aside."""
        return one.end + one.after - one.start >= len(self.heard) - (one.role == "lead")

    def _is_accented(self, one: Mention) -> bool:
        return any(word.marks for word in self.heard[one.start : one.end])

    def _spelled(self, one: Mention) -> str:
        return joined("".join(word.plain for word in self.heard[one.start : one.end]))

    def _fills_clause(self, one: Mention) -> bool:
        """Whether the name fills a clause, a word that leads to it aside; a district or province may touch it."""
        start, end = one.start, one.end + one.after
        touching = [two for two in (*self.districts, *self.provinces) if not two.overlaps(one)]
        opens = start == 0 or self.heard[start - 1].clause != self.heard[start].clause or one.role == "lead"
        closes = end >= len(self.heard) or self.heard[end].clause != self.heard[end - 1].clause
        opens = opens or any(two.end + two.after == start for two in touching)
        closes = closes or any(two.start - two.before == end for two in touching)
        return opens and closes


def names_province(one: Mention) -> bool:
    """Whether a mention may be a province's name."""
    beside = one.role in ("", "lead", "province", "city", "near")
    return bool(one.of(Level.PROVINCE)) and beside and one.fit not in (Fit.SLIP, Fit.OTHER)


def lies_in_district(place: Place, one: Mention) -> bool:
    """Whether a place lies or lay in a district that a mention names."""
    return any(place.districts & other.districts for other in one.of(Level.DISTRICT))


def lies_in_province(place: Place, one: Mention) -> bool:
    """Whether a place lies or lay in a province that a mention names."""
    return any(place.provinces & other.provinces for other in one.of(Level.PROVINCE))


def _narrows_as_district(one: Mention) -> bool:
    """Whether a mention may name the district of another one; a bare number never does."""
    found = one.of(Level.DISTRICT)
    if not found or one.fit is Fit.OTHER:
        return False
    return one.role in _UNITS or (one.role in ("", "lead", "near") and not all(place.name.isdigit() for place in found))


def _syllables(one: Mention) -> int:
    return max(len(place.spelled()) or one.end - one.start for place in one.places)


def _without_parts(found: Sequence[Mention]) -> list[Mention]:
    """The mentions without those that only stand within a longer one: Trần Hưng in Trần Hưng Đạo."""
    return [one for one in found if not any(_holds(other, one) for other in found)]


def _with_bare(found: list[Mention]) -> list[Mention]:
    """The mentions, and once more without the word in front where that may end another name: "yen so hoang mai"."""
    bare = [
        replace(one, role="", before=0, kinds=frozenset())
        for one in found
        if one.before and any(two.start < one.start - one.before < two.end <= one.start for two in found)
    ]
    return found + bare


def _holds(other: Mention, one: Mention) -> bool:
    """Whether a mention is no more than a part of another one, which agrees as well and says as much."""
    if not (other.start <= one.start and one.end <= other.end) or other.end - other.start == one.end - one.start:
        return False
    if other.fit > one.fit or other.crosses:
        return False
    says_more = one.role == "ward" and one.start != other.start and other.role != "ward"
    says_more = says_more or (one.role in _UNITS and bool(one.of(Level.DISTRICT)) and not other.of(Level.DISTRICT))
    only_street = other.role in REFUSED and one.role not in REFUSED and one.start == other.start
    return not says_more and not only_street
