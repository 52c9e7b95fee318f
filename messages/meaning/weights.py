"""What was learned from labelled messages: how much each feature speaks for and against each subject.

`python -m tests.meaning.train` writes these files from the wordings here and the messages in `tests/meaning`. Of the
features only checksums are kept; whoever asks why is told by the features of the message. A file is a line of JSON, the
checksums, ascending, in four bytes each, the lowest first, and then a row of bytes for each: the first says how rare
the feature is, the others, one for each subject, how much it speaks for it (128: not at all).

After that stand the rare features, which were met once or twice and only of one subject: each can speak for that
alone, and there are many. First their checksums in the same way, then the subject of each, then how much it speaks for
it, a byte each.
"""

import functools
import json
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

NEUTRAL = 128
"""The byte that speaks neither for nor against."""

CHECKSUM_BYTES = 4


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
    rare: int = 0  # how many rare features there are
    rarest: int = 1  # how rare they are, as the first column says it


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
        rows, rare = self.head.features * CHECKSUM_BYTES, self.head.features * (CHECKSUM_BYTES + self._width)
        meant = rare + self.head.rare * CHECKSUM_BYTES
        if len(rest) != meant + self.head.rare * 2:
            raise ValueError("a file of weights whose features and rows do not agree")
        self._checksums, self._rows = _checksums(rest[:rows]), rest[rows:rare]
        self._rare, self._meant = _checksums(rest[rare:meant]), rest[meant:]

    def scores(self, features: Sequence[str]) -> list[float]:
        """How much a message speaks for each subject, in the order of the head."""
        rows, rare = [], []
        for feature in features:
            wanted = zlib.crc32(feature.encode())
            if (row := self._row(wanted)) is not None:
                rows.append(row)
            elif (met := self._met_rarely(wanted)) is not None:
                rare.append(met)
        if not rows and not rare:
            return [0.0] * len(self.head.subjects)
        rarities, *columns = zip(*rows, strict=True) if rows else ((),) * (len(self.head.subjects) + 1)
        neutral = NEUTRAL * len(rows)
        totals = [sum(column) - neutral for column in columns]
        for subject, weight in rare:
            totals[subject] += weight
        scale = self.head.step / (sum(one * one for one in rarities) + len(rare) * self.head.rarest**2) ** 0.5
        return [total * scale for total in totals]

    def voices(self, features: Sequence[str], subject: str) -> list[Voice]:
        """The features of a message by how much they speak for a subject, the strongest first."""
        column = self.head.subjects.index(subject)
        found = []
        for feature in features:
            wanted = zlib.crc32(feature.encode())
            if (row := self._row(wanted)) is not None:
                found.append(Voice(feature, (row[1 + column] - NEUTRAL) * self.head.step))
            elif (met := self._met_rarely(wanted)) is not None and met[0] == column:
                found.append(Voice(feature, met[1] * self.head.step))
        return sorted(found, key=lambda one: -one.weight)

    def _row(self, checksum: int) -> bytes | None:
        """What a feature says of every subject."""
        at = _place_of(checksum, self._checksums)
        return None if at is None else self._rows[at * self._width : (at + 1) * self._width]

    def _met_rarely(self, checksum: int) -> tuple[int, int] | None:
        """The subject that a rare feature speaks for, and how much."""
        at = _place_of(checksum, self._rare)
        return None if at is None else (self._meant[at], self._meant[len(self._rare) + at] - NEUTRAL)


def _place_of(checksum: int, among: "array[int]") -> int | None:
    at = bisect_left(among, checksum)
    return at if at < len(among) and among[at] == checksum else None


def _checksums(data: bytes) -> "array[int]":
    found = array("I", data)
    if sys.byteorder == "big":
        found.byteswap()
    return found


@functools.cache
def load_weights(name: str) -> Weights:
    """A file of `messages/meaning`, ready."""
    return Weights(resources.files("messages.meaning").joinpath(name).read_bytes())


def packed(head: Head, rows: Mapping[str, bytes], *, rare: Mapping[str, tuple[int, int]] | None = None) -> bytes:
    """The file for these weights: each feature's bytes, and of each rare feature the subject it speaks for and how
    much, from -128 to 127."""
    often = sorted({zlib.crc32(name.encode()): row for name, row in rows.items()}.items())
    once = sorted({zlib.crc32(name.encode()): meant for name, meant in (rare or {}).items()}.items())
    line = json.dumps(
        head.model_copy(update={"features": len(often), "rare": len(once)}).model_dump(), ensure_ascii=False
    )
    parts = [
        _written(checksum for checksum, _ in often),
        b"".join(row for _, row in often),
        _written(checksum for checksum, _ in once),
        bytes(subject for _, (subject, _) in once),
        bytes(weight + NEUTRAL for _, (_, weight) in once),
    ]
    return b"\n".join([line.encode(), b"".join(parts)])


def _written(checksums: Iterable[int]) -> bytes:
    return b"".join(checksum.to_bytes(CHECKSUM_BYTES, "little") for checksum in checksums)
