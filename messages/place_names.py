"""What wards are called, and which ward somebody names in their own words, often without accents, kind or province.

This is a plain look-up of names. It knows no streets, landmarks or the names of wards before 2025.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from messages.language import Language
from messages.meaning.folding import Word, words

_KINDS: Mapping[Language, Mapping[str, str]] = {
    "vi": {"phuong": "phường", "xa": "xã", "dac-khu": "đặc khu"},
    "en": {"phuong": "ward", "xa": "commune", "dac-khu": "special zone"},
}


def _phrases(*texts: str) -> tuple[tuple[Word, ...], ...]:
    return tuple(tuple(words(text)) for text in texts)


_KIND_BEFORE = {
    "phuong": _phrases("phường", "p", "f"),
    "xa": _phrases("xã", "x"),
    "dac-khu": _phrases("đặc khu", "đk"),
}
_KIND_AFTER = {"phuong": _phrases("ward"), "xa": _phrases("commune"), "dac-khu": _phrases("special zone")}
_FORMER_KIND = _phrases("thị xã")
"""Ends in a kind's word without being one."""

_STREETS = _phrases("đường", "đ", "phố", "ngõ", "ngách", "hẻm", "kiệt", "street")
"""What follows these is a street's name, however a ward may be called."""
_CITY = _phrases("thành phố")
_LEADS = _phrases("ở", "tại", "khu", "khu vực", "quận", "huyện", "thị xã", "thị trấn", "tp", "thành phố", "in", "at")
"""Words in front of a place's name that belong to no name."""

_LONG_TEXT = 12
"""Words from which a text is a story, where a name must be marked as one: "không an toàn" is not Xã An Toàn."""

_SHORT_FORMS: Mapping[str, tuple[str, ...]] = {
    "Hà Nội": ("hn",),
    "Hải Phòng": ("hp",),
    "Hồ Chí Minh": ("hcm", "tphcm", "hcmc", "Sài Gòn", "sg", "tpsg"),
}

# The provinces that were merged into another one on 1 July 2025; people go on naming them.
# Source: the province table of vietnamadminunits 1.0.4 (storage/units/NOTICE.md).
_FORMER_PROVINCES: Mapping[str, tuple[str, ...]] = {
    "An Giang": ("Kiên Giang",),
    "Bắc Ninh": ("Bắc Giang",),
    "Cà Mau": ("Bạc Liêu",),
    "Cần Thơ": ("Hậu Giang", "Sóc Trăng"),
    "Gia Lai": ("Bình Định",),
    "Hưng Yên": ("Thái Bình",),
    "Hải Phòng": ("Hải Dương",),
    "Hồ Chí Minh": ("Bình Dương", "Bà Rịa - Vũng Tàu"),
    "Khánh Hòa": ("Ninh Thuận",),
    "Lào Cai": ("Yên Bái",),
    "Lâm Đồng": ("Bình Thuận", "Đắk Nông"),
    "Ninh Bình": ("Hà Nam", "Nam Định"),
    "Phú Thọ": ("Hòa Bình", "Vĩnh Phúc"),
    "Quảng Ngãi": ("Kon Tum",),
    "Quảng Trị": ("Quảng Bình",),
    "Thái Nguyên": ("Bắc Kạn",),
    "Tuyên Quang": ("Hà Giang",),
    "Tây Ninh": ("Long An",),
    "Vĩnh Long": ("Bến Tre", "Trà Vinh"),
    "Đà Nẵng": ("Quảng Nam",),
    "Đắk Lắk": ("Phú Yên",),
    "Đồng Nai": ("Bình Phước",),
    "Đồng Tháp": ("Tiền Giang",),
}

_IY = re.compile(r"^(qu|[^aeiouy\d]+)y$")
_NUMBERED = re.compile(r"^(p|f)(\d+)$")


def unit_of(kind: str, language: Language = "vi") -> str:
    """The word for a kind of ward, in small letters: "phường", "ward". Raises KeyError for a kind that is none."""
    return _KINDS[language][kind]


def full_name(kind: str, name: str, *, language: Language) -> str:
    """A ward's name with its kind: "Phường Tây Hồ" or "Tây Hồ Ward"; numbers follow: "Ward 1 Bảo Lộc"."""
    unit = unit_of(kind, language)
    if language == "vi":
        return f"{unit[0].upper()}{unit[1:]} {name}"
    return f"{unit.title()} {name}" if name[:1].isdigit() else f"{name} {unit.title()}"


def series_of(name: str) -> str:
    """The letters that open a ward's tip numbers: "TH" for Tây Hồ, "LA" for Láng, "HG1" for Hà Giang 1.

    Wards with the same initials have the same letters, so that whoever counts must count by letters, not by ward.
    """
    plain = [word.plain.upper() for word in words(name)]
    return plain[0][:2] if len(plain) == 1 else "".join(word if word.isdigit() else word[0] for word in plain)


class UnitName(NamedTuple):
    """A ward's names. The kind is phuong, xa or dac-khu; name and province stand without theirs: "Tây Hồ", "Hà Nội"."""

    code: str
    kind: str
    name: str
    province: str


class _Spelling(NamedTuple):
    """One way to write a ward's or a province's name."""

    accents: tuple[frozenset[str], ...]
    unit: UnitName | None
    province: str


class _Fit(IntEnum):
    """How the accents somebody typed agree with a name's."""

    SAME = 0
    FEWER = 1
    OTHER = 2


class _Span(NamedTuple):
    """Words of the text, from start up to end, that may be a name."""

    start: int
    end: int
    spellings: tuple[_Spelling, ...]
    fit: _Fit
    crosses: bool
    """True when a comma stands within: "Đồng Thái, Ninh Bình" is rather not Đông Thái Ninh."""
    kind_words: int = 0
    """How many words in front say its kind; they belong to no other name."""
    with_kind: bool = False

    @property
    def units(self) -> list[UnitName]:
        """The wards it may name; none for a province."""
        return [spelling.unit for spelling in self.spellings if spelling.unit is not None]

    def rank(self) -> tuple[bool, bool, _Fit, int, int, bool]:
        """Of overlapping spans the smallest rank is taken."""
        return (self.crosses, not self.with_kind, self.fit, self.start - self.end, self.start, not self.units)

    def overlaps(self, other: "_Span") -> bool:
        """Whether both claim a word."""
        return self.start - self.kind_words < other.end and other.start - other.kind_words < self.end


_Names = dict[tuple[str, ...], list[_Spelling]]


class NameIndex:
    """Finds wards by name among thousands in a few milliseconds; built once per list (about 0.1 s for 3,321 names)."""

    def __init__(self, names: Iterable[tuple[str, str, str, str]]) -> None:
        self._wards: _Names = {}
        self._provinces: _Names = {}
        units = [UnitName(*name) for name in names]
        for unit in units:
            for written in _halves(unit.name):
                key, accents = _key(written)
                self._wards.setdefault(key, []).append(_Spelling(accents, unit, unit.province))
        for province in sorted({unit.province for unit in units}):
            for written in (province, *_SHORT_FORMS.get(province, ()), *_FORMER_PROVINCES.get(province, ())):
                key, accents = _key(written)
                self._provinces.setdefault(key, []).append(_Spelling(accents, None, province))
                if len(key) > 1:  # "hanoi"
                    self._provinces.setdefault(("".join(key),), []).append(_Spelling((frozenset(),), None, province))
        self._longest = max(map(len, (*self._wards, *self._provinces)), default=0)

    def called(self, text: str, prefer: Collection[str] = ()) -> tuple[str, ...]:
        """The codes of the wards that a text names, in the order named; empty when it names none.

        Several remain when a name is common and no province is said; then those in `prefer`, the wards served, win.
        """
        heard = _heard(text)
        provinces = [
            span for span in _spans(heard, self._provinces, longest=self._longest) if span.fit is not _Fit.OTHER
        ]
        wards = list(_spans(heard, self._wards, longest=self._longest))
        streets = _streets([*wards, *provinces], heard)
        provinces = [span for span in provinces if not any(span.overlaps(street) for street in streets)]
        wards = [
            span
            for span in wards
            if not any(span.overlaps(street) for street in streets)
            and _is_meant(span, heard, provinces=provinces, served=any(unit.code in prefer for unit in span.units))
        ]
        chosen = _without_overlap([*wards, *provinces])
        named = [span for span in chosen if span.units]
        named = [span for span in named if span.with_kind] or named
        said = {spelling.province for span in chosen if not span.units for spelling in span.spellings}
        units = [unit for span in named for unit in span.units]
        units = [unit for unit in units if unit.province in said] or units
        units = [unit for unit in units if unit.code in prefer] or units
        return tuple(dict.fromkeys(unit.code for unit in units))


def called(text: str, names: Iterable[tuple[str, str, str, str]], *, prefer: Collection[str] = ()) -> tuple[str, ...]:
    """As NameIndex.called, for a short list that is asked once."""
    return NameIndex(names).called(text, prefer)


def _halves(name: str) -> Iterator[str]:
    """A name and, of a double one, its halves: "Xuân Hương - Đà Lạt" is called Xuân Hương."""
    yield name
    if " - " in name:
        yield from name.split(" - ")


def _key(name: str) -> tuple[tuple[str, ...], tuple[frozenset[str], ...]]:
    found = words(name)
    return tuple(_spelled(word.plain) for word in found), tuple(word.marks for word in found)


def _spelled(plain: str) -> str:
    """One spelling for i and y at the end of an open syllable: Mĩ Tho is Mỹ Tho."""
    return _IY.sub(r"\1i", plain)


def _heard(text: str) -> list[Word]:
    """The words of a text, "p1" taken apart."""
    heard: list[Word] = []
    for word in words(text):
        numbered = _NUMBERED.match(word.plain)
        parts = numbered.groups() if numbered else (word.plain,)
        heard.extend(word._replace(plain=part) for part in parts)
    return heard


def _reads(heard: Sequence[Word], start: int, *, phrase: Sequence[Word]) -> bool:
    """Whether a phrase stands at this place, accented as it should be or not at all."""
    if start < 0 or start + len(phrase) > len(heard):
        return False
    return all(
        said.plain == word.plain and said.marks in (word.marks, frozenset())
        for said, word in zip(heard[start : start + len(phrase)], phrase, strict=True)
    )


def _before(heard: Sequence[Word], start: int, *, phrases: Iterable[Sequence[Word]]) -> int:
    """How many words long the longest of the phrases is that ends where a name starts; 0 when none does."""
    return max((len(phrase) for phrase in phrases if _reads(heard, start - len(phrase), phrase=phrase)), default=0)


def _is_street(heard: Sequence[Word], start: int) -> bool:
    """Whether a street's word stands in front; "Hải Dương, Lê Lợi" has none, since a comma lies between."""
    if not _before(heard, start, phrases=_STREETS) or _before(heard, start, phrases=_CITY):
        return False
    return heard[start - 1].clause == heard[start].clause or len(heard[start - 1].plain) == 1


def _streets(spans: Sequence[_Span], heard: Sequence[Word]) -> list[_Span]:
    """The spans that name a street, unless its word is part of a ward's own name: Xã Dương Minh Châu."""
    sure = [span for span in spans if span.with_kind]
    return [
        span
        for span in spans
        if _is_street(heard, span.start) and not any(ward.start < span.start < ward.end for ward in sure)
    ]


def _kind_said(heard: Sequence[Word], start: int, *, end: int) -> tuple[str, int]:
    """The kind of ward that stands beside a name, and how many words in front say it; empty when none does."""
    if not _before(heard, start, phrases=_FORMER_KIND):
        for kind, phrases in _KIND_BEFORE.items():
            if length := _before(heard, start, phrases=phrases):
                return kind, length
    for kind, phrases in _KIND_AFTER.items():
        if any(_reads(heard, end, phrase=phrase) for phrase in phrases):
            return kind, 0
    return "", 0


def _spans(heard: Sequence[Word], names: _Names, *, longest: int) -> Iterator[_Span]:
    """Every run of words that reads like one of the names, the longest of which has so many words."""
    plain = [_spelled(word.plain) for word in heard]
    accented = any(word.marks for word in heard)
    for start in range(len(heard)):
        for end in range(start + 1, min(start + longest, len(heard)) + 1):
            if spellings := names.get(tuple(plain[start:end])):
                yield _agreeing(spellings, heard, start=start, end=end, accented=accented)


def _agreeing(spellings: Sequence[_Spelling], heard: Sequence[Word], *, start: int, end: int, accented: bool) -> _Span:
    """The names that agree best with what was typed: in kind when any does, then in accents."""
    kind, kind_words = _kind_said(heard, start, end=end)
    of_kind = [spelling for spelling in spellings if spelling.unit is not None and spelling.unit.kind == kind]
    fits = [(_fit(heard[start:end], spelling, accented=accented), spelling) for spelling in of_kind or spellings]
    best = min(fit for fit, _ in fits)
    return _Span(
        start,
        end,
        tuple(spelling for fit, spelling in fits if fit is best),
        best,
        crosses=heard[start].clause != heard[end - 1].clause,
        kind_words=kind_words if of_kind else 0,
        with_kind=bool(of_kind),
    )


def _fit(said: Sequence[Word], spelling: _Spelling, *, accented: bool) -> _Fit:
    """Who types no accents at all has left out none: every name that reads alike is as likely."""
    pairs = list(zip(said, spelling.accents, strict=True))
    if not all(word.marks <= marks for word, marks in pairs):
        return _Fit.OTHER
    return _Fit.FEWER if accented and any(word.marks != marks for word, marks in pairs) else _Fit.SAME


def _is_meant(span: _Span, heard: Sequence[Word], *, provinces: Sequence[_Span], served: bool) -> bool:
    """Whether these words name a ward, rather than happen to read like one.

    A kind's word beside it settles it. A weak name (one syllable, other accents, a province's name as well) must stand
    alone between commas; in a story, or with accents left out among accented words, being served here or named with
    its province will do, too.
    """
    one_word = span.end - span.start == 1
    if span.with_kind:
        return not (one_word and span.fit is _Fit.OTHER)
    alone = _stands_alone(span, heard, provinces=provinces)
    near = _provinces_beside(span, provinces)
    own = {spelling.province for spelling in span.spellings}
    if any((same.start, same.end) == (span.start, span.end) and same.fit <= span.fit for same in provinces):
        return alone and (served or any(start >= span.end for start, province in near if province in own))
    if span.fit is _Fit.OTHER:
        return alone and not one_word
    if one_word:
        return alone
    if span.fit is _Fit.FEWER or len(heard) > _LONG_TEXT:
        return alone or served or any(province in own for _, province in near)
    return True


def _provinces_beside(span: _Span, provinces: Iterable[_Span]) -> list[tuple[int, str]]:
    """The provinces named in other words than these: where, and which."""
    return [
        (province.start, spelling.province)
        for province in provinces
        if not province.overlaps(span)
        for spelling in province.spellings
    ]


def _stands_alone(span: _Span, heard: Sequence[Word], *, provinces: Sequence[_Span]) -> bool:
    """Whether the name begins a clause or follows a lead-in ("ở", "quận"), and ends one; a province may touch it."""
    start, end = span.start, span.end
    opens = start == 0 or heard[start - 1].clause != heard[start].clause
    closes = end == len(heard) or heard[end - 1].clause != heard[end].clause
    opens = opens or _before(heard, start, phrases=_LEADS) > 0 or any(province.end == start for province in provinces)
    closes = closes or any(province.start == end for province in provinces)
    return opens and closes


def _without_overlap(spans: Iterable[_Span]) -> list[_Span]:
    """The spans that share no word, the weightier ones first taken; in the order of the text."""
    taken: list[_Span] = []
    for span in sorted(spans, key=_Span.rank):
        if not any(span.overlaps(other) for other in taken):
            taken.append(span)
    return sorted(taken, key=lambda span: span.start)
