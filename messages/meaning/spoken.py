"""Which language somebody writes, so that they are answered in it; told by a few hundred everyday words and letters."""

import functools
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from importlib import resources
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from messages.language import Language
from messages.meaning.folding import fold

Script: TypeAlias = Literal["chinese", "japanese", "korean"]
"""Scripts in which the numbers to dial are said as well."""

TELLING = frozenset("ăđơưạảãầấậẩẫằắặẳẵẹẻẽềếệểễịỉĩọỏõồốộổỗờớợởỡụủũừứựửữỳỵỷỹ")
"""Letters that only Vietnamese has."""
ENOUGH = 2
"""Words of a language that make a message one of it."""
LONGEST_NAME = 5
"""Words of a ward with its kind and its province, at most."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    vietnamese: frozenset[str]
    of_places: frozenset[str]
    english: frozenset[str]


@functools.cache
def _table() -> _Table:
    file = resources.files("messages.meaning") / "spoken.toml"
    return _Table.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))


def written_in(words: str) -> Language | None:
    """The language a message is plainly written in; None where that is not plain, as of a name or a number.

    An English sentence may name a Vietnamese place with its accents, or be no more than that name. Whoever writes
    Chinese, Japanese or Korean is answered in English.
    """
    if script_of(words):
        return "en"
    table, said = _table(), fold(words).split()
    english = sum(map(table.english.__contains__, said))
    accented = sum(not TELLING.isdisjoint(word) for word in unicodedata.normalize("NFC", words).lower().split())
    vietnamese = sum(map(table.vietnamese.__contains__, said))
    if english >= ENOUGH and english > accented:
        return "en" if accented or english > vietnamese else "vi"
    if accented:
        return None if _is_name(words, said) else "vi"
    return "vi" if vietnamese >= ENOUGH + english else None


def _is_name(words: str, said: Sequence[str]) -> bool:
    """Whether a few words may be no more than a place's name, as somebody types it in any language: "Tây Hồ"."""
    table, several = _table(), len(said) > 1
    capital = several and all(word[0].isupper() and not word.isupper() for word in words.split())
    return len(said) <= LONGEST_NAME and (
        capital or (several and table.vietnamese.isdisjoint(word for word in said if word not in table.of_places))
    )


def script_of(words: str) -> Script | None:
    """The script of somebody who reads neither Vietnamese nor English letters; kana tell Japanese from Chinese."""
    foreign = set(_FOREIGN.findall(words))
    seen = {_SCRIPTS[name] for letter in foreign if (name := unicodedata.name(letter, "none").split()[0]) in _SCRIPTS}
    return next((script for script in ("japanese", "korean", "chinese") if script in seen), None)


_SCRIPTS: dict[str, Script] = {
    "HIRAGANA": "japanese",
    "KATAKANA": "japanese",
    "HANGUL": "korean",
    "CJK": "chinese",
}
"""The first word of a letter's Unicode name."""
_FOREIGN = re.compile("[\u1100-\u1dff\u1f00-\U0010ffff]")
"""Where the letters of these scripts are, from Hangul Jamo on; the block left out holds those of Vietnamese."""
