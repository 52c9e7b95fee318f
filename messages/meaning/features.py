"""What a message is told by: its words, their neighbours, pairs that stand near each other, and typed accents.

The same features are counted when the weights are learned and when a message is read; a change here needs
`python -m tests.meaning.train`.
"""

import itertools
from collections.abc import Sequence

from messages.meaning.folding import Word
from messages.meaning.signals import read

LONGEST = 300
"""Words of a message that are read; what somebody asks stands before that."""

REACH = 3
"""How far apart two words may stand that count together, in either order."""


def features(text: str) -> list[str]:
    """Everything a message is told by, each once, in a lasting order. Never raises; linear in the length."""
    return features_of(read(text))


def features_of(said: Sequence[Word]) -> list[str]:
    """The same of a message that was already read.

    w:gas a word, b:mui_gas two in a row, s:gas_mui two near each other, a:cháy a word with its accents.
    """
    said = said[:LONGEST]
    plain = [word.plain for word in said]
    found = [f"w:{word}" for word in plain]
    found += [f"b:{one}_{next_one}" for one, next_one in itertools.pairwise(plain)]
    for gap in range(2, REACH + 1):
        found += [f"s:{'_'.join(sorted(pair))}" for pair in zip(plain, plain[gap:], strict=False)]
    found += [f"a:{word.plain}{''.join(sorted(word.marks))}" for word in said if word.marks]
    return list(dict.fromkeys(found))
