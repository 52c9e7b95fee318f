"""Vietnamese as it is typed in a hurry, made comparable: accents, case, tone placement and stretched letters fold away.

The accents are kept beside the folded word, because "cháy" (fire), "chạy" (run) and "chảy" (flow) fold alike: where
somebody typed them, they count.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from messages.meaning.once import once

_STROKE = "\u0335"
"""A combining stroke stands for the bar of đ, which Unicode does not decompose."""

_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
_CONTROL = re.compile("[\u0000-\u0008\u000e-\u001f\u007f-\u009f]")
_MARK = re.compile("[\u0300-\u036f]")
_WORD = re.compile("(?:[^\\W_][\u0300-\u036f\u3099\u309a]*)+")
_CLAUSE_END = re.compile(r"[.,;:!?\n\r…。！？()]")
_STRETCHED = re.compile(r"^[ivx]+$|(uu)u*|([^\W\d_])\2+")
_DIGIT = re.compile(r"\d")
_TILDE, _HOOK = "\u0303", "\u0309"
_LONGEST_SYLLABLE = 12
"""Characters of the longest Vietnamese syllable with its accents apart, and some more: "nghiêng" has nine."""


class Word(NamedTuple):
    """One word: how it folds, which accents it carries, and in which clause of the message it stands."""

    plain: str
    marks: frozenset[str]
    clause: int


def _unfolded(text: str) -> str:
    """Lower case with every accent as a character of its own, and nothing that cannot be seen."""
    lower = _CONTROL.sub(" ", _UNSEEN.sub("", text)).casefold()
    return unicodedata.normalize("NFKD", lower).casefold().replace("đ", f"d{_STROKE}")


def _plain(token: str) -> str:
    # Doubled letters carry no meaning in Vietnamese, except in Roman numerals ("Hải Châu II" is not "Hải Châu I")
    # and in what is left of "ưu": "cuu" is "cứu" (help), "cu" is "cũ" (old).
    bare = unicodedata.normalize("NFC", _MARK.sub("", token))
    return _STRETCHED.sub(lambda found: found.group(1) or found.group(2) or found.group(0), bare)


def words(text: str) -> list[Word]:
    """The words of a text in order. Never raises; linear in the length of the text."""
    return list(_words(text))


@once
def _words(text: str) -> tuple[Word, ...]:
    found: list[Word] = []
    clause, end = 0, 0
    loose = _unfolded(text)
    for token in _WORD.finditer(loose):
        start = token.start()
        if loose[end:start] != " " and _CLAUSE_END.search(loose, end, start):  # mostly it is a blank
            clause += 1
        end = token.end()
        syllable = token.group()
        is_common = len(syllable) <= _LONGEST_SYLLABLE and _DIGIT.search(syllable) is None
        plain, marks = (_syllable if is_common else _parted)(syllable)
        found.append(Word(plain, marks, clause))
    return tuple(found)


def _parted(token: str) -> tuple[str, frozenset[str]]:
    """A word's letters and its accents."""
    # Half the country says the hook and the tilde alike, and so confuses them in writing.
    return _plain(token), _marks("".join(_MARK.findall(token.replace(_TILDE, _HOOK))))


_marks: Callable[[str], frozenset[str]] = functools.lru_cache(maxsize=256)(frozenset)
"""One set for all words with the same accents; a set of its own for each would be most of what a word takes."""


_syllable = functools.lru_cache(maxsize=8192)(_parted)
"""The same, remembered: the language has some seven thousand syllables, and people write the same few hundred. Never
of what holds a digit: that may be somebody's number."""


def fold(text: str) -> str:
    """The comparable form: "  Cháyyy ở  Đống-Đa!" and "chay o dong da" become the same. Never raises; linear."""
    return folded(_words(text))


def folded(said: Iterable[Word]) -> str:
    """The same of words that were parted already."""
    return " ".join(word.plain for word in said)


@functools.lru_cache(maxsize=2048)
def fold_label(label: str) -> str:
    """`fold` for words of our own, remembered: everything that is typed is compared with the same few hundred."""
    return fold(label)


def same_words(one: str, other: str) -> bool:
    """Whether two texts are the same words, however they are accented or punctuated; never true for two empty ones."""
    folded = fold(one)
    return folded != "" and folded == fold(other)


_NUMBER = re.compile(r"^(?:so |nut |chon |lua chon |number |option )?(\d{1,2})$")


def chosen(text: str, labels: Sequence[str]) -> int | None:
    """Which of the labels a typed text means: its words, or its number from 1 ("2", "2.", "số 2"); else None."""
    typed = fold(text)
    if not typed:
        return None
    for index, label in enumerate(labels):
        if typed == fold_label(label):
            return index
    number = _NUMBER.match(typed)
    if number is not None and 1 <= int(number.group(1)) <= len(labels):
        return int(number.group(1)) - 1
    return None
