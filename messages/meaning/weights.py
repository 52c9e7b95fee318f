"""What was learned from labelled messages: how much each feature speaks for and against each subject.

`python -m tests.meaning.train` writes these files from the wordings here and the messages in `tests/meaning`. A file is
a line of JSON, the features one a line, and then a byte for each feature and column: the first column says how rare the
feature is, the others, one for each subject, how much it speaks for it (128: not at all).
"""

import functools
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

NEUTRAL = 128
"""The byte that speaks neither for nor against."""


class Head(BaseModel):
    """The first line of a file of weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subjects: tuple[str, ...]
    features: int
    step: float  # what one step of a byte is worth
    sharpness: float  # how decided the answer sounds: calibrated on messages that were not learned from
    learned_from: str  # a digest of everything that was learned from and of how it was read
    inside: tuple[float, ...] = ()  # what speaks for a message being about these subjects at all; see search.py
    inside_from: float = 0.0  # below it, a message is about none of them
    sure_from: float = 0.0  # from it on, it is surely about one of them


class Voice(NamedTuple):
    """One feature of a message, and how much it speaks for a subject."""

    feature: str
    weight: float


class Weights:
    """A file of weights, ready to be asked."""

    def __init__(self, data: bytes) -> None:
        """From a file's bytes. Raises ValueError when it is not one."""
        head, _, rest = data.partition(b"\n")
        self.head = Head.model_validate(json.loads(head))
        self._width = len(self.head.subjects) + 1
        self._rows = rest[-self.head.features * self._width :]
        names = rest[: len(rest) - len(self._rows)].decode().split("\n")
        self._place = {name: place * self._width for place, name in enumerate(names[: self.head.features])}
        if len(self._place) != self.head.features:
            raise ValueError("a file of weights whose features and rows do not agree")

    def scores(self, features: Sequence[str]) -> list[float]:
        """How much a message speaks for each subject, in the order of the head."""
        places = [at for feature in features if (at := self._place.get(feature)) is not None]
        if not places:
            return [0.0] * len(self.head.subjects)
        rarities, *columns = zip(*(self._rows[at : at + self._width] for at in places), strict=True)
        scale = self.head.step / sum(one * one for one in rarities) ** 0.5
        neutral = NEUTRAL * len(places)
        return [(sum(column) - neutral) * scale for column in columns]

    def voices(self, features: Sequence[str], subject: str) -> list[Voice]:
        """The features of a message by how much they speak for a subject, the strongest first."""
        column = self.head.subjects.index(subject) + 1
        found = [
            Voice(feature, (self._rows[at + column] - NEUTRAL) * self.head.step)
            for feature in features
            if (at := self._place.get(feature)) is not None
        ]
        return sorted(found, key=lambda one: -one.weight)


@functools.cache
def load_weights(name: str) -> Weights:
    """A file of `messages/meaning`, ready."""
    return Weights(resources.files("messages.meaning").joinpath(name).read_bytes())


def packed(head: Head, rows: Mapping[str, bytes]) -> bytes:
    """The file for these weights: each feature's bytes, in the order of the features."""
    names = sorted(rows)
    line = json.dumps(head.model_dump(), ensure_ascii=False)
    return b"\n".join([line.encode(), *(name.encode() for name in names), b"".join(rows[name] for name in names)])
