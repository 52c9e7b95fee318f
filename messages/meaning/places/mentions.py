"""Names of places in a message: where they stand, what stands beside them, and how they agree with what was typed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from messages.frozen import replace
from messages.meaning.folding import Word, words
from messages.meaning.places.gazetteer import Gazetteer, Level, Place, listed
from messages.meaning.places.hearing import Heard
from messages.meaning.places.spelling import joined

_ABBREVIATED = re.compile(r"^[^aeiouy]+$")
_ROMAN = frozenset({"i", "ii", "iii", "iv", "v", "vi", "vii", "j"})
_SHORTEST_GLUED = 6
"""Letters of a name of several syllables that is written as one word; shorter ones are other words ("chua", Chư Á)."""
_IY = re.compile(r"^(qu|[^aeiouy\d]+)y$")
_LETTERS = "abcdeghiklmnopqrstuvx"
"""The letters of names; the language has no f, j, w and z."""
LONGEST_REPAIRED = 4
"""Words of a name in which a slip is looked for."""
_SHORTEST_REPAIRED = 5
"""Letters of a name in which one typing slip is forgiven; shorter ones have too many neighbours."""


class Fit(IntEnum):
    """How the accents somebody typed agree with a name's."""

    SAME = 0
    FEWER = 1
    OTHER = 2
    SLIP = 3
    """One letter is wrong."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of the message, from start up to end, that may name a place."""

    start: int
    end: int
    places: tuple[Place, ...]
    fit: Fit
    role: str = ""
    """What the words in front say: ward, district, province, street, hamlet, other, near, lead; else empty."""
    kinds: frozenset[str] = frozenset()
    """The kinds they say: "tp" may be thanh-pho."""
    before: int = 0
    """How many words in front belong to it."""
    former: bool = False
    today: bool = False
    after: int = 0
    """How many words behind belong to it: "ward", "cũ"."""
    crosses: bool = False
    """True when a comma stands within: "Đồng Thái, Ninh Bình" is rather not Đông Thái Ninh."""

    def overlaps(self, other: "Mention") -> bool:
        """Whether both claim a word."""
        return self.start - self.before < other.end + other.after and other.start - other.before < self.end + self.after

    def of(self, *levels: Level) -> tuple[Place, ...]:
        """Its places of these levels."""
        return tuple([place for place in self.places if place.level in levels])


_Markers = tuple[tuple[str, tuple[Word, ...], frozenset[str]], ...]


@lru_cache(maxsize=1)
def _markers() -> Mapping[str, Mapping[str, _Markers]]:
    """Before and after a name, by the marker's last or first word: (role, words, kinds)."""
    table = listed("markers.toml")
    kinds: dict[str, set[str]] = {}
    for kind, written in table["kinds"].items():
        for one in written:
            kinds.setdefault(one, set()).add(kind)
    found: dict[str, dict[str, list[tuple[str, tuple[Word, ...], frozenset[str]]]]] = {"before": {}, "after": {}}
    for side, edge in (("before", -1), ("after", 0)):
        for role, phrases in table[side].items():
            for phrase in phrases:
                parts = tuple(words(phrase))
                of_kind = frozenset(kinds.get(phrase, ()))
                found[side].setdefault(parts[edge].plain, []).append((role, parts, of_kind))
    return {side: {word: tuple(all_) for word, all_ in table.items()} for side, table in found.items()}


@lru_cache(maxsize=1)
def ordinary() -> frozenset[str]:
    """Names that are ordinary words as well, as they are looked up."""
    return frozenset(joined("".join(word.plain for word in words(one))) for one in listed("ordinary.toml")["words"])


def prepare() -> None:
    """Read the lists of words, so that the first message need not wait for it."""
    _markers()
    ordinary()
    no_slips()


@lru_cache(maxsize=1)
def no_slips() -> frozenset[str]:
    """Ordinary words that are no syllable of a name, folded: not a slip of one either."""
    return frozenset(listed("ordinary.toml")["common"])


def _reads(heard: Sequence[Heard], start: int, *, phrase: Sequence[Word]) -> bool:
    """Whether a phrase stands at this place, accented as it should be or not at all."""
    if start < 0 or start + len(phrase) > len(heard):
        return False
    return all(
        word.plain in (said.plain, said.repaired) and said.marks in (word.marks, frozenset())
        for said, word in zip(heard[start : start + len(phrase)], phrase, strict=True)
    )


def _edge(heard: Sequence[Heard], at: int, *, side: str) -> Iterator[tuple[str, int, frozenset[str]]]:
    """The markers that end in front of a name, or that begin behind it: role, length, kinds."""
    index = at - 1 if side == "before" else at
    if not 0 <= index < len(heard):
        return
    for word in {heard[index].plain, heard[index].repaired}:
        for role, phrase, kinds in _markers()[side].get(word, ()):
            start = at - len(phrase) if side == "before" else at
            if _reads(heard, start, phrase=phrase):
                yield role, len(phrase), kinds


def mentions(heard: Sequence[Heard], gazetteer: Gazetteer) -> list[Mention]:
    """Every run of words that reads like a name."""
    accented = any(word.marks for word in heard)
    keys = [(joined(word.plain), joined(word.repaired)) for word in heard]
    begins, called = gazetteer.begins, gazetteer.called
    found: list[Mention] = []
    for start in range(len(heard)):
        plain, repaired = "", ""
        for end in range(start + 1, min(start + gazetteer.longest, len(heard)) + 1):
            plain, repaired = plain + keys[end - 1][0], repaired + keys[end - 1][1]
            if not begins(plain) and (repaired == plain or not begins(repaired)):
                break
            places = called(plain) or (called(repaired) if repaired != plain else ())
            if places and not _ends_in_marker(heard, end):
                mention = _agreeing(places, heard, start=start, end=end, accented=accented)
                if mention is not None:
                    found.append(_placed(mention, heard, gazetteer=gazetteer))
    return found


def _ends_in_marker(heard: Sequence[Heard], end: int) -> bool:
    """Whether the last word of a name begins a word that says a kind: "tân phú | thành phố thủ đức"."""
    last, following = heard[end - 1], heard[end] if end < len(heard) else None
    return following is not None and any(
        last.marks in (one.marks, frozenset()) and following.marks in (two.marks, frozenset())
        for one, two in _two_words().get((last.plain, following.plain), ())
    )


@lru_cache(maxsize=1)
def _two_words() -> Mapping[tuple[str, str], Sequence[tuple[Word, Word]]]:
    """The kinds that are two words, "thành phố", by their letters."""
    found: dict[tuple[str, str], list[tuple[Word, Word]]] = {}
    phrases = (words(phrase) for written in listed("markers.toml")["kinds"].values() for phrase in written)
    for one, two in (phrase for phrase in phrases if len(phrase) == 2):
        found.setdefault((one.plain, two.plain), []).append((one, two))
    return found


def slips(heard: Sequence[Heard], gazetteer: Gazetteer, *, start: int) -> Iterator[Mention]:
    """Names that one wrong letter keeps from being found at this place; a wrong letter leaves what is no syllable."""
    farthest = min(start + LONGEST_REPAIRED, len(heard))
    if gazetteer.syllables.issuperset([word.plain for word in heard[start:farthest]]):
        return
    for end in range(farthest, start, -1):
        typed = {word.plain for word in heard[start:end]}
        if not typed <= gazetteer.syllables and typed.isdisjoint(no_slips()):
            yield from slip(heard, gazetteer, start=start, end=end)


def slip(heard: Sequence[Heard], gazetteer: Gazetteer, *, start: int, end: int) -> Iterator[Mention]:
    """The name that these words are but for one letter, if there is one."""
    typed = joined("".join(word.repaired for word in heard[start:end]))
    if len(typed) < _SHORTEST_REPAIRED or typed.isdigit() or heard[start].clause != heard[end - 1].clause:
        return
    keys = dict.fromkeys(key for key in _one_slip(typed, gazetteer) if gazetteer.has(key))
    places = [place for key in keys for place in gazetteer.called(key) if place.level <= Level.DISTRICT]
    if places:
        mention = Mention(start, end, tuple(dict.fromkeys(places)), Fit.SLIP)
        yield _placed(mention, heard, gazetteer=gazetteer)


def _one_slip(typed: str, gazetteer: Gazetteer) -> Iterator[str]:
    """What one swapped, missing, superfluous or wrong letter makes of a word, as far as a name may begin so."""
    for at in range(1, len(typed) + 1):  # the first letter is hardly ever the wrong one
        head, tail = typed[:at], typed[at:]
        if not gazetteer.begins(head):
            return
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            if tail:
                yield head + letter + tail[1:]
            yield head + letter + tail


def _agreeing(
    places: Sequence[Place], heard: Sequence[Heard], *, start: int, end: int, accented: bool
) -> Mention | None:
    """The places whose names agree best with what was typed; None when only blanks and y for i made them alike."""
    said = heard[start:end]
    fits = [(fit, place) for place in places if (fit := _fit(said, place, accented=accented)) is not None]
    if not fits:
        return None
    best = min(fit for fit, _ in fits)
    # A province's or district's name may be typed with fewer accents than a ward's beside it, so that each level has
    # its own best.
    kept = tuple(place for fit, place in fits if fit is best or (fit is not Fit.OTHER and place.level >= Level.EARLIER))
    crosses = said[0].clause != said[-1].clause
    return Mention(start, end, kept, best, crosses=crosses)


def _fit(said: Sequence[Heard], place: Place, *, accented: bool) -> Fit | None:
    name, level = place.spelled(), place.level
    if level >= Level.DISTRICT and _is_short(said, name):
        return Fit.SAME
    if len(said) != len(name):
        glued = len(said) < len(name) and min(len(word.plain) for word in said) < _SHORTEST_GLUED - (
            level is Level.PROVINCE
        )
        if glued or len(said) > len(name) > 0:
            return None
        return Fit.FEWER if any(word.marks for word in said) else Fit.SAME
    pairs = list(zip(said, name, strict=True))
    others = [(one, word.plain) for one, word in pairs if one.plain != word.plain]
    if any(_one_i(plain) not in (_one_i(one.plain), _one_i(one.repaired)) for one, plain in others):
        return None
    if not all(one.marks <= word.marks for one, word in pairs):
        return Fit.OTHER
    return Fit.FEWER if accented and any(one.marks != word.marks for one, word in pairs) else Fit.SAME


def _is_short(said: Sequence[Heard], name: Sequence[Word]) -> bool:
    """Whether a district or province was found by a short name: "hn"."""
    return joined("".join(word.plain for word in said)) != joined("".join(word.plain for word in name))


def _one_i(plain: str) -> str:
    """One spelling for i and y at the end of an open syllable: Mĩ Tho is Mỹ Tho."""
    return _IY.sub(r"\1i", plain) if plain[-1:] == "y" else plain


def _placed(mention: Mention, heard: Sequence[Heard], *, gazetteer: Gazetteer) -> Mention:
    """The mention with what stands in front of it and behind it."""
    number = is_number(mention, heard)
    role, length, kinds = _role(heard, mention.start, number=number)
    after, behind, former, today = "", 0, False, False
    at = mention.end
    for _ in range(2):
        found = max(_edge(heard, at, side="after"), key=lambda one: one[1], default=None)
        if (
            found is None
            or heard[at].clause != heard[at - 1].clause
            or _counts(heard, at + found[1])
            or (found[0] not in ("former", "today") and after)
        ):
            break
        if found[0] == "former" and not _is_former(heard, at, gazetteer=gazetteer):
            break
        if found[0] == "former":
            former = True
        elif found[0] == "today":
            today = True
        else:
            after = found[0]
            kinds = kinds or found[2] or (frozenset({"phuong"}) if after == "ward" else frozenset())
        behind += found[1]
        at += found[1]
    if after and role in ("", "lead", "near"):
        role, length = after, 0
    return replace(
        mention,
        role=role,
        before=length,
        kinds=kinds,
        former=former,
        today=today,
        after=behind,
    )


def is_number(mention: Mention, heard: Sequence[Heard]) -> bool:
    """Whether the name is a number, which is a name only behind its kind."""
    first = heard[mention.start].plain
    return mention.end - mention.start == 1 and (first.isdigit() or first in _ROMAN)


def _role(heard: Sequence[Heard], start: int, *, number: bool) -> tuple[str, int, frozenset[str]]:
    """What the words in front of a name say it is."""
    found = _said_before(heard, start, number=number)
    if found:
        longest = max(length for _, length, _ in found)
        best = [one for one in found if one[1] == longest]
        roles = [one[0] for one in best]
        kinds = frozenset(kind for one in best for kind in one[2])
        role = "city" if {"district", "province"} <= set(roles) else roles[0]
        return role, longest if role not in ("lead", "near") else 0, kinds
    if start and heard[start - 1].plain.isdigit() and heard[start - 1].clause == heard[start].clause and not number:
        return _numbered(heard, start)
    return "", 0, frozenset()


def _said_before(heard: Sequence[Heard], start: int, *, number: bool) -> list[tuple[str, int, frozenset[str]]]:
    """The markers in front of a name, without what only looks like one."""
    found = [one for one in _edge(heard, start, side="before") if _joins(heard, start)]
    if not found:
        return found
    last = heard[start - 1].plain
    if last == "d":  # "D7" is a district, "đ Lê Lợi" a street
        found = [one for one in found if (one[0] == "district") == number]
    if number:
        found = [one for one in found if one[2] & {"phuong", "quan"} or one[0] not in ("ward", "district", "city")]
    counted = start > 1 and heard[start - 2].plain.isdigit()
    if counted and last in ("h", "p", "f") and not _counts_unit(heard, start - 2):
        return []  # "2h", "15p": hours and minutes
    return found


def _counts_unit(heard: Sequence[Heard], at: int) -> bool:
    """Whether a number counts a hamlet, a ward or a district: "tổ 5"."""
    return any(role in ("hamlet", "ward", "district", "city") for role, _, _ in _edge(heard, at, side="before"))


def _numbered(heard: Sequence[Heard], start: int) -> tuple[str, int, frozenset[str]]:
    """A number in front is a house's or a lane's ("12 Lê Lợi"), unless it counts a hamlet, a ward or a district."""
    if _counts_unit(heard, start - 1):
        return "", 0, frozenset()
    return "street", 1, frozenset()


def _is_former(heard: Sequence[Heard], at: int, *, gazetteer: Gazetteer) -> bool:
    """Whether "cũ" is meant: in an accented text "cu" is not, and "Trung An, Củ Chi" names a district."""
    if not heard[at].marks and any(word.marks for word in heard):
        return False
    return at + 1 >= len(heard) or not gazetteer.has(joined(heard[at].plain + heard[at + 1].plain))


def _counts(heard: Sequence[Heard], at: int) -> bool:
    """Whether a number follows, so that the word belongs to it: "Thảo Điền district 2"."""
    return at < len(heard) and heard[at].plain.isdigit()


def _joins(heard: Sequence[Heard], start: int) -> bool:
    """Whether the word in front belongs to the name; "Hải Dương, Lê Lợi": a comma lies between, "P. Lê Lợi" a dot."""
    return heard[start - 1].clause == heard[start].clause or bool(_ABBREVIATED.match(heard[start - 1].plain))
