"""The wordings by which people name a subject, and how near a message comes to them.

`topic_words.txt` and `category_words.txt` hold them as a fire officer reads them: a slug in brackets, then wordings
between commas, in any order, Vietnamese and English. They count at once where a message holds one, and teach the
weights (`weights.py`) when those are learned anew.
"""

import functools
import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import NamedTuple

from messages.meaning.folding import Word
from messages.meaning.signals import read

MOST_COUNTED = 6
"""Wordings of one subject that count, the nearest first; each counts less than the one before."""

FADING = 0.8
"""How much less the next wording of a subject counts than the one before it."""

LEAST_SAID = 0.15
"""The part of a wording that a message must hold for it to count; less is chance."""

UNKNOWN = 6.0
"""What a word weighs that stands in no wording: about as much as a rare one."""

LONGEST = 120
"""Words of a message that are compared; more would only slow it."""

HEAD = ("[", "]")


class Nearness(NamedTuple):
    """How near a message comes to a subject, and the wording that came nearest."""

    score: float
    wording: str


def read_wordings(name: str) -> Mapping[str, tuple[str, ...]]:
    """The wordings of a file of `messages/meaning`, by subject. Raises ValueError when one stands before any head."""
    found: dict[str, list[str]] = {}
    subject = ""
    for line in resources.files("messages.meaning").joinpath(name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith(HEAD[0]) and line.rstrip().endswith(HEAD[1]):
            subject = line.strip().strip("".join(HEAD))
            found.setdefault(subject, [])
        elif not subject:
            raise ValueError(f"{name}: wordings before the first [slug]")
        else:
            found[subject] += [wording for part in line.split(",") if (wording := part.strip())]
    return {slug: tuple(dict.fromkeys(wordings)) for slug, wordings in found.items()}


class Wordings:
    """Wordings by the words they hold, ready to be compared with a message."""

    def __init__(self, wordings: Iterable[tuple[str, str]]) -> None:
        """From pairs of a subject and a wording."""
        taken = [(subject, words, _signs(read(words))) for subject, words in wordings]
        spread = Counter(sign for _, _, signs in taken for sign in signs)
        self._rarity = {sign: math.log((len(taken) + 1) / (count + 0.5)) for sign, count in spread.items()}
        # Columns rather than rows: a message shares a word with hundreds of wordings.
        self._subjects = [subject for subject, _, _ in taken]
        self._words = [words for _, words, _ in taken]
        self._weights = [sum(self._rarity[sign] for sign in signs) for _, _, signs in taken]
        self._holding: dict[str, list[int]] = defaultdict(list)
        for place, (_, _, signs) in enumerate(taken):
            for sign in signs:
                self._holding[sign].append(place)

    def nearness(self, said: Sequence[Word]) -> dict[str, Nearness]:
        """How near a message, as `read`, comes to each subject it has a word in common with."""
        shared: dict[int, float] = {}
        asked, so_far, weights = 0.0, shared.get, self._weights
        for sign in _signs(said):
            weight = self._rarity.get(sign, UNKNOWN)
            asked += weight
            for place in self._holding.get(sign, ()):
                shared[place] = so_far(place, 0.0) + weight
        near: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for place, weight in shared.items():
            held = weight / weights[place]
            if held >= LEAST_SAID:
                score = weight * held * (weight / asked) ** 0.25
                near[self._subjects[place]].append((score, self._words[place]))
        return {subject: _summed(found) for subject, found in near.items()}

    def likeness(self, one: str, other: str) -> float:
        """How much two texts have in common, from 0 to 1, rare words counting more than common ones.

        The other one is remembered: it is one of our own, which every text is compared with.
        """
        mine, theirs = self._weighed(read(one)), self._weighed(_read_once(other))
        shared = sum(weight * weight for sign, weight in mine.items() if sign in theirs)
        whole = math.prod(math.sqrt(sum(weight * weight for weight in text.values())) for text in (mine, theirs))
        return shared / whole if whole else 0.0

    def _weighed(self, said: Sequence[Word]) -> dict[str, float]:
        return {sign: self._rarity.get(sign, UNKNOWN) for sign in _signs(said)}


_read_once = functools.lru_cache(maxsize=1024)(read)
"""The same few hundred questions of officers are compared with every question."""


def _summed(found: list[tuple[float, str]]) -> Nearness:
    best = sorted(found, reverse=True)[:MOST_COUNTED]
    return Nearness(sum(score * FADING**place for place, (score, _) in enumerate(best)), best[0][1])


def _signs(said: Sequence[Word]) -> list[str]:
    """The words of a text and their neighbours, each once."""
    plain = [word.plain for word in said[:LONGEST]]
    return list(dict.fromkeys([*plain, *map("_".join, itertools.pairwise(plain))]))


@functools.cache
def load_wordings(name: str) -> Wordings:
    """The wordings of a file, ready."""
    return Wordings((subject, one) for subject, wordings in read_wordings(name).items() for one in wordings)
