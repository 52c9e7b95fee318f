"""A message taken apart for looking up names in it: its words, repaired where they were typed in a hurry."""

import re
import unicodedata
from typing import NamedTuple

from messages.meaning.folding import words
from messages.meaning.places.gazetteer import Gazetteer
from messages.meaning.places.spelling import joined

MOST_WORDS = 500
"""Words of a message that are heard; nobody needs more to say where something was."""

_PARTS = re.compile(r"\d+|[^\d]+")
_TOKEN = re.compile("(?:[^\\W_][\u0300-\u036f]*)+")
_VOWEL = re.compile(r"[aeiouy]")
_TELEX = re.compile(r"[wsfrxj]")
_GLUED = ("phuong", "thitran", "thanhpho", "thixa", "quan", "huyen", "tinh", "xa", "tp", "tx", "tt", "p", "q", "f", "x")
"""Kinds that people write without a blank: "phuongquangan", "tpvinh". The longer ones first."""
_SHORTEST_REST = {1: 5, 2: 4}
"""How long a name must at least be behind a short kind; shorter ones are words of their own: "tttt", "pha"."""


class Heard(NamedTuple):
    """One word of a message."""

    plain: str
    marks: frozenset[str]
    clause: int
    capital: bool
    repaired: str
    """The same without what a keyboard left standing: "phuowngf" is "phuong". Equal to `plain` for most words."""


def hear(text: str, gazetteer: Gazetteer) -> list[Heard]:
    """The words of a text, with numbers and kinds taken apart: "p4q8" is p, 4, q, 8."""
    found = words(text)[:MOST_WORDS]
    written = _TOKEN.findall(unicodedata.normalize("NFC", text))
    shouted = text.isupper()
    capitals = [token[0].isupper() and not shouted for token in written[: len(found)]]
    capitals += [False] * (len(found) - len(capitals))
    return [
        Heard(piece, word.marks, word.clause, capital, piece if word.marks else _repaired(piece))
        for word, capital in zip(found, capitals, strict=True)
        for part in _PARTS.findall(word.plain)
        for piece in _taken_apart(part, gazetteer)
    ]


def _taken_apart(word: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    if len(word) < 6 or gazetteer.has(joined(word)):
        return (word,)
    for kind in _GLUED:
        rest = word.removeprefix(kind)
        if rest != word and len(rest) >= _SHORTEST_REST.get(len(kind), 3) and gazetteer.has(joined(rest)):
            return kind, rest
    return (word,)


def _repaired(word: str) -> str:
    """A syllable without the letters that Telex makes accents of; no Vietnamese syllable ends in them or has a w."""
    vowel = _VOWEL.search(word)
    if vowel is None or not _TELEX.search(word, vowel.start()):
        return word.replace("j", "i") if vowel is None and "j" in word else word
    return word[: vowel.start()].replace("w", "") + _TELEX.sub("", word[vowel.start() :])
