"""Phrases to listen for, written as an officer would write them, and where they stand in a message.

cháy nhà            these words in this order, with or without accents; accents that are typed must agree
chồng|vợ đánh       either word
chồng * đánh        up to three words may stand between
"""

import functools
import itertools
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from typing import Generic, NamedTuple, TypeVar

from messages.meaning.folding import Word, words
from messages.meaning.once import once
from messages.meaning.spelling import mended

LONGEST_GAP = 3
"""How many words `*` may stand for; more would join what does not belong together."""

T = TypeVar("T")

_Choice = tuple[Word, ...]
"""The words that fit one place of a phrase; an empty one is a gap."""


class Span(NamedTuple):
    """The words of a message, first to last (exclusive), where a phrase was found."""

    first: int
    last: int

    def within(self, other: "Span") -> bool:
        return other.first <= self.first and self.last <= other.last and self != other


class _Phrase(NamedTuple):
    places: tuple[_Choice, ...]
    accented: bool


class Phrasebook(Generic[T]):
    """Phrases, each standing for something, ready to be looked for all at once."""

    def __init__(self) -> None:
        # By the first two words, so that a word that opens a hundred phrases costs no more than one that opens two.
        self._opening: dict[str, dict[str, list[tuple[_Phrase, T]]]] = {}

    def add(self, meant: T, phrases: Iterable[str], *, accented: bool = False) -> None:
        """With `accented`, a phrase counts only where somebody typed its accents: "chìm" (sink), not "chim" (bird)."""
        for written in phrases:
            places = tuple(_place(one) for one in written.split())
            seconds = {word.plain for word in places[1]} if len(places) > 1 and places[1] else {""}
            for first, second in itertools.product({word.plain for word in places[0]}, seconds):
                self._opening.setdefault(first, {}).setdefault(second, []).append((_Phrase(places, accented), meant))

    def find(self, said: Sequence[Word], hidden: frozenset[int] = frozenset()) -> Iterator[tuple[T, Span]]:
        """What is meant and where, for every phrase none of whose words is hidden."""
        opening, count = self._opening, len(said)
        for first, word in enumerate(said):
            opened = opening.get(word.plain)
            if opened is None:  # of most words
                continue
            following = said[first + 1].plain if first + 1 < count else ""
            for second in (following, "") if following else ("",):
                for phrase, meant in opened.get(second, ()):
                    last = _end(said, phrase, at=first, place=0, hidden=hidden)
                    if last is not None:
                        yield meant, Span(first, last)


def _end(said: Sequence[Word], phrase: _Phrase, *, at: int, place: int, hidden: frozenset[int]) -> int | None:
    """Where the phrase ends when its given place falls on a given word, else None."""
    for index in range(place, len(phrase.places)):
        choice = phrase.places[index]
        if not choice:
            ends = (
                _end(said, phrase, at=start, place=index + 1, hidden=hidden)
                for start in range(at, at + LONGEST_GAP + 1)
            )
            return next((end for end in ends if end is not None), None)
        if at >= len(said) or at in hidden or not _fits(said[at], choice, accented=phrase.accented):
            return None
        at += 1
    return at


_TONES = frozenset("\u0300\u0301\u0309\u0323")


def _fits(word: Word, choice: _Choice, *, accented: bool) -> bool:
    for wanted in choice:  # a loop, as it is asked a hundred times a message
        if word.plain == wanted.plain and (word.marks == wanted.marks or (not accented and _is_hurried(word, wanted))):
            return True
    return False


def _is_hurried(word: Word, wanted: Word) -> bool:
    """Whether a word is the wanted one typed with no accents, or without its tone; other accents make another word."""
    return not word.marks or word.marks == wanted.marks - _TONES


def phrases_of(written: Iterable[str]) -> Phrasebook[None]:
    """A book of phrases that all mean the same."""
    book = Phrasebook[None]()
    book.add(None, written)
    return book


def is_said(book: Phrasebook[T], said: Sequence[Word]) -> bool:
    """Whether any phrase of the book stands in the message."""
    return next(book.find(said), None) is not None


def _place(written: str) -> _Choice:
    if written == "*":
        return ()
    return tuple(word for choice in written.split("|") for word in words(choice))


@functools.cache
def our_words() -> frozenset[str]:
    """Every word that stands in a table of meaning: no slip of the pen, whatever it looks like ("gas", "fire")."""
    found: set[str] = set()
    tables: list[object] = [
        tomllib.loads(file.read_text(encoding="utf-8"))
        for file in resources.files("messages.meaning").iterdir()
        if file.name.endswith(".toml") and file.name != "spelling.toml"
    ]
    while tables:
        match tables.pop():
            case str(text):
                found.update(word.plain for word in words(text))
            case list(several):
                tables.extend(several)
            case dict(named):
                tables.extend(named.values())
    return frozenset(found)


@once
def read(text: str) -> list[Word]:
    """The words of a message with hurried spellings ("ko", "ck", "chayroi") written out. Never raises."""
    return spelled_out(words(text))


def spelled_out(typed: Iterable[Word]) -> list[Word]:
    """The same of words that were parted already."""
    return mended(typed, our_words())


def hidden_by(spans: Iterable[Span]) -> frozenset[int]:
    """All the words that the given places cover."""
    return frozenset(index for span in spans for index in range(*span))
