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
from typing import NamedTuple

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


class _Heard(NamedTuple):
    """A feature that is known, how much its group counts, and where it stands in the file."""

    feature: str
    counts: float
    place: int


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
        heard = self._heard(features)
        length = _length(heard)
        alone = sum([self._alone[place] for _, _, place in heard]) * self.head.step / length
        return alone + self.head.start + sum(self._woken(heard, length))

    def voices(self, features: Sequence[str]) -> list[Voice]:
        """The features of a message by how much they speak for danger beside the others, the strongest first."""
        heard = self._heard(features)
        length = _length(heard)
        woken = zip(self._woken(heard, length), self.head.unit_steps, self.head.unit_counts, strict=True)
        awake = [(unit, step * counts) for unit, (speaks, step, counts) in enumerate(woken) if speaks]
        found = []
        for one in heard:
            row = self._row(one.place)
            through = sum((row[unit] - NEUTRAL) * counts for unit, counts in awake)
            found.append(Voice(one.feature, (self._alone[one.place] * self.head.step + through) / length))
        return sorted(found, key=lambda voice: -voice.weight)

    def _woken(self, heard: Sequence[_Heard], length: float) -> list[float]:
        """How much each unit speaks for danger; 0 of one that is not woken."""
        head, neutral = self.head, NEUTRAL * len(heard)
        columns = (
            zip(*[self._row(place) for _, _, place in heard], strict=True) if heard else ((),) * len(head.unit_steps)
        )
        return [
            max(0.0, (sum(column) - neutral) * step / length + start) * counts
            for column, step, start, counts in zip(
                columns, head.unit_steps, head.unit_starts, head.unit_counts, strict=True
            )
        ]

    def _row(self, place: int) -> bytes:
        return self._to_units[place * self._width : (place + 1) * self._width]

    def _heard(self, features: Sequence[str]) -> list[_Heard]:
        found, checksums, begins = [], self._checksums, self._begins
        for feature in features:
            wanted = zlib.crc32(feature.encode())
            part = wanted >> PART_BITS
            place = bisect_left(checksums, wanted, begins[part], begins[part + 1])
            if place < begins[part + 1] and checksums[place] == wanted:
                found.append(_Heard(feature, GROUPS[feature[0]], place))
        return found


def _length(heard: Sequence[_Heard]) -> float:
    """By which a message is divided, so that a long one does not sound like danger by its length alone."""
    return sum(one.counts**2 for one in heard) ** 0.5 or 1.0


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
