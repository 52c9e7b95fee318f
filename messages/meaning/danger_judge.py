"""What was learned of danger, ready to judge a message by its features: how much it sounds like danger right now.

Two opinions are added. One weighs each feature by itself. The other is a small network whose units listen for features
that stand together: "lửa" beside "phim" is another thing than "lửa" beside "lan". Of the features only checksums are
kept; whoever asks why is told by the features of the message.

`python -m tests.meaning.train_dangers` writes the file: a line of JSON, the checksums of the features, ascending, in
four bytes each, what each says by itself in two bytes, and what each says to each unit in one. Lowest byte first.
"""

import functools
import json
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict

from messages.meaning.danger_features import GROUPS

WEIGHTS = "danger.weights"
NEUTRAL = 128
"""The byte that says nothing to a unit."""
CHECKSUM_BYTES, ALONE_BYTES = 4, 2
PART_BITS = 20
"""Checksums are looked for among those that agree with them but for so many bits: some twenty of eighty thousand."""


class Head(BaseModel):
    """The first line of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    features: int
    step: float  # what one step of what a feature says by itself is worth
    unit_steps: tuple[float, ...]  # the same of what it says to each unit
    unit_starts: tuple[float, ...]  # what each unit hears of a message without features
    unit_counts: tuple[float, ...]  # how much each unit speaks for danger when it is woken
    start: float  # the score of a message that wakes no unit
    learned_from: str  # a digest of everything that was learned from and of how it was read


class Voice(NamedTuple):
    """A feature of a message, and how much it speaks for danger there."""

    feature: str
    weight: float


_SQUARED = {group: counts**2 for group, counts in GROUPS.items()}
_Known: TypeAlias = Sequence[tuple[str, int]]
"""Features of a message that were learned from, and where each stands in the file."""


class Judge:
    """The file, ready to be asked."""

    def __init__(self, data: bytes) -> None:
        """From a file's bytes. Raises ValueError when it is not one."""
        line, _, rest = data.partition(b"\n")
        self.head = Head.model_validate(json.loads(line))
        features, units = self.head.features, len(self.head.unit_steps)
        if len(rest) != features * (CHECKSUM_BYTES + ALONE_BYTES + units):
            raise ValueError("a file of weights whose features and rows do not agree")
        alone, to_units = features * CHECKSUM_BYTES, features * (CHECKSUM_BYTES + ALONE_BYTES)
        self._checksums = _lowest_first("I", rest[:alone])
        self._alone = _lowest_first("h", rest[alone:to_units])
        self._to_units = rest[to_units:]
        self._width = units
        parts = range((1 << 32 - PART_BITS) + 1)
        self._begins = array("I", [bisect_left(self._checksums, part << PART_BITS) for part in parts])

    def score(self, features: Sequence[str]) -> float:
        """How much a message sounds like danger: above 0 rather than not."""
        known = self._known(features)
        length = _length(known)
        alone = sum([self._alone[place] for _, place in known]) * self.head.step / length
        return alone + self.head.start + sum(self._woken(self._rows(known), length))

    def voices(self, features: Sequence[str]) -> list[Voice]:
        """The features of a message by how much they speak for danger beside the others, the strongest first."""
        known = self._known(features)
        length, rows = _length(known), self._rows(known)
        woken = zip(self._woken(rows, length), self.head.unit_steps, self.head.unit_counts, strict=True)
        awake = [(unit, step * counts) for unit, (speaks, step, counts) in enumerate(woken) if speaks]
        found = []
        for (feature, place), row in zip(known, rows, strict=True):
            through = sum((row[unit] - NEUTRAL) * counts for unit, counts in awake)
            found.append(Voice(feature, (self._alone[place] * self.head.step + through) / length))
        return sorted(found, key=lambda voice: -voice.weight)

    def _woken(self, rows: Sequence[bytes], length: float) -> list[float]:
        """How much each unit speaks for danger; 0 of one that is not woken."""
        head, neutral = self.head, NEUTRAL * len(rows)
        sums = map(sum, zip(*rows, strict=True)) if rows else (0,) * self._width
        return [
            max(0.0, (heard - neutral) * step / length + start) * counts
            for heard, step, start, counts in zip(
                sums, head.unit_steps, head.unit_starts, head.unit_counts, strict=True
            )
        ]

    def _rows(self, known: _Known) -> list[bytes]:
        width, to_units = self._width, self._to_units
        return [to_units[place * width : (place + 1) * width] for _, place in known]

    def _known(self, features: Sequence[str]) -> _Known:
        found, checksums, begins = [], self._checksums, self._begins
        for feature, wanted in zip(features, map(zlib.crc32, map(str.encode, features)), strict=True):
            part = wanted >> PART_BITS
            end = begins[part + 1]
            place = bisect_left(checksums, wanted, begins[part], end)
            if place < end and checksums[place] == wanted:
                found.append((feature, place))
        return found


def _length(known: _Known) -> float:
    """By which a message is divided, so that a long one does not sound like danger by its length alone."""
    return sum([_SQUARED[feature[0]] for feature, _ in known]) ** 0.5 or 1.0


def _lowest_first(code: str, data: bytes) -> "array[int]":
    found = array(code, data)
    if sys.byteorder == "big":
        found.byteswap()
    return found


@functools.cache
def judge() -> Judge:
    """The file of `messages/meaning`, ready."""
    return Judge(resources.files("messages.meaning").joinpath(WEIGHTS).read_bytes())


def packed(head: Head, rows: Mapping[str, tuple[int, bytes]]) -> bytes:
    """The file for these features: what each says by itself in steps, and its byte for each unit."""
    by_checksum = sorted({zlib.crc32(name.encode()): row for name, row in rows.items()}.items())
    line = json.dumps(head.model_copy(update={"features": len(by_checksum)}).model_dump())
    parts = [
        b"".join(checksum.to_bytes(CHECKSUM_BYTES, "little") for checksum, _ in by_checksum),
        b"".join(alone.to_bytes(ALONE_BYTES, "little", signed=True) for _, (alone, _) in by_checksum),
        b"".join(to_units for _, (_, to_units) in by_checksum),
    ]
    return b"\n".join([line.encode(), b"".join(parts)])
