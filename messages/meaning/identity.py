"""Whether somebody's words tell who they are themselves: their own name, number or address. Never about anybody else.

Most numbers and names in a tip are those of whoever did it. So a number counts only where it is called one's own,
and a name only where it follows "tôi là", "tên tôi là", "my name is".
"""

import re
from typing import Final, Literal, TypeAlias

from messages.meaning.folding import fold

Trait: TypeAlias = Literal["name", "phone", "identity-number", "address"]
"""What tells who somebody is."""
_SELF: Final = r"(?:toi|minh|em|chau|con|tui)"
_SURNAMES: Final = (
    "nguyen|tran|le|pham|hoang|huynh|phan|vu|vo|dang|bui|ngo|duong|ly|dinh|trinh|doan|luong|truong|mai|cao|ha|"
    "luu|trieu|quach|chu|nghiem|kieu|thai|phung|dam|bach|vuong"
)
"""Common surnames, folded, without those that fold like other words after "tôi là" (đỗ, hồ, lâm, tạ)."""
# Written as words fold: without accents, doubled letters once ("cccd" is "cd").
_PHONE: Final = r"(?:84|0)(?: ?\d){9}\b"
_NUMBER: Final = r"\b(?:\d ?){8}(?:(?:\d ?){2}\d)?\d\b"
_OF_MINE: Final = (
    rf"(?:(?:so|sdt|dt|dien thoai|di dong|may)(?: dien thoai)?(?: cua)? {_SELF}|my (?:phone |mobile )?number)"
)
_CALL_ME: Final = (
    rf"(?:(?:lien he|lien lac|goi|alo|nhan)(?: lai| tin)?(?: cho| voi)? {_SELF}(?: (?:qua|theo|o))? so|"
    r"(?:cal|reach|contact|text) me (?:at|on))"
)
_LIVES: Final = r"(?:o|song o|song tai|o tro|tro o|thue o|thue tro o|cu tru tai)"
_UNIT: Final = r"(?: (?:so|so nha|phong|ngo|ngach|hem|kiet|can|can ho|lo|chung cu))"
_PATTERNS: Final[tuple[tuple[Trait, re.Pattern[str]], ...]] = (
    ("phone", re.compile(rf"\b(?:{_OF_MINE}|{_CALL_ME})(?: (?!cua|no|ke|bon)\w+){{0,3}}? {_PHONE}")),
    ("phone", re.compile(rf"\b{_PHONE} (?:la )?(?:so )?(?:cua {_SELF}|so {_SELF}|is my)\b")),
    (
        "identity-number",
        re.compile(
            rf"\b(?:cd|cmnd|cmt|can cuoc|chung minh)(?: \w+){{0,3}}? (?:cua )?{_SELF}(?: \w+){{0,3}}? {_NUMBER}"
        ),
    ),
    ("identity-number", re.compile(rf"\b{_SELF} (?:co )?(?:so )?(?:cd|cmnd|cmt|can cuoc)(?: \w+){{0,3}}? {_NUMBER}")),
    ("identity-number", re.compile(rf"\bmy (?:id|pasport)(?: number| no)?(?: is)? {_NUMBER}")),
    (
        "name",
        re.compile(
            rf"\b(?:{_SELF} (?:ten )?la|{_SELF} ten|ten {_SELF} la|i am|i m|im) (?:{_SURNAMES}) (?!nay|kia|do)\w+"
        ),
    ),
    ("name", re.compile(rf"\b(?:ten (?:that )?(?:cua )?{_SELF} la |{_SELF} ten (?:la )?|my name is )\w+")),
    (
        "address",
        re.compile(
            rf"\b(?:nha|phong|phong tro|can ho|can|quan|tiem|cua hang)(?: cua)? {_SELF}(?: (?:o|tai|la))?"
            rf"{_UNIT} [a-z]?\d"
        ),
    ),
    (
        "address",
        re.compile(rf"\b(?:{_SELF}|nha {_SELF}|gia dinh {_SELF})(?: dang| hien)? {_LIVES}(?: tai)?{_UNIT} [a-z]?\d"),
    ),
    ("address", re.compile(rf"\bdia chi (?:nha )?(?:cua )?{_SELF}\b")),
    (
        "address",
        re.compile(r"\b(?:my adres is|i live (?:at|in) (?:no |number |room |flat )?\d+ )"),
    ),
)
_SOMEBODY: Final = re.compile(rf"\b(?:{_SELF}|my|me|i|im)\b")
"""One of these words stands in all that the patterns find; where there is none, none of them is looked for."""
LONGEST: Final = 20_000
"""Characters looked at."""


def traits(text: str) -> frozenset[Trait]:
    """What in these words tells who wrote them. Never raises."""
    folded = fold(text[:LONGEST])
    if _SOMEBODY.search(folded) is None:
        return frozenset()
    return frozenset(trait for trait, pattern in _PATTERNS if pattern.search(folded))
