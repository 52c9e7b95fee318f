"""A small network with one layer of units, learned by gradient descent (Adam, Kingma and Ba 2015) over sparse rows.

Before each step some features of each message are left out at random, so that no unit relies on a single word.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

UNITS = 16
ROUNDS = 10
"""How often every message is learned from."""
BATCH = 128
"""Messages a step."""
RATE = 4e-3
LEFT_OUT = 0.3
"""The part of a message's features that is left out."""
KEPT, SPREAD_KEPT = 0.9, 0.99
"""How much of the earlier steps' direction and spread lasts."""
SHRINKING, SHRINKING_UNITS = 1e-5, 1e-4
"""How fast what nothing speaks for is forgotten."""

Matrix = Any
"""scipy.sparse brings no types."""
Numbers = NDArray[np.float32]


class Network(NamedTuple):
    """What each feature says to each unit, where each unit starts, how much each counts, and where the score starts."""

    to_units: Numbers
    starts: Numbers
    counts: Numbers
    start: float

    def scores(self, matrix: Matrix) -> Numbers:
        """How much each row sounds like danger."""
        woken: Numbers = np.maximum(matrix @ self.to_units + self.starts, 0)
        scores: Numbers = woken @ self.counts + self.start
        return scores


class _Slope:
    """One set of numbers on its way down."""

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers
        self._direction, self._spread = np.zeros_like(numbers), np.zeros_like(numbers)

    def step(self, gradient: Numbers, rate: float, *, rows: Any = ...) -> None:
        """Go down a little; only the given rows move."""
        self._direction[rows] = KEPT * self._direction[rows] + (1 - KEPT) * gradient
        self._spread[rows] = SPREAD_KEPT * self._spread[rows] + (1 - SPREAD_KEPT) * gradient**2
        self.numbers[rows] -= rate * self._direction[rows] / (np.sqrt(self._spread[rows]) + 1e-8)


def learn(matrix: Matrix, is_so: Numbers, *, counts: Numbers, seed: int = 0) -> Network:
    """The network that tells the rows that are so from the others; the same for the same seed."""
    chance = np.random.RandomState(seed)
    matrix = matrix.astype(np.float32)
    features = matrix.shape[1]
    to_units = _Slope((chance.randn(features, UNITS) * 0.05).astype(np.float32))
    starts = _Slope(np.zeros(UNITS, np.float32))
    unit_counts = _Slope((chance.randn(UNITS) * 0.3).astype(np.float32))
    start = _Slope(np.zeros(1, np.float32))
    steps = 0
    for round_ in range(ROUNDS):
        order = chance.permutation(matrix.shape[0])
        for begin in range(0, len(order), BATCH):
            rows = order[begin : begin + BATCH]
            batch = matrix[rows]
            batch.data *= (chance.rand(len(batch.data)) > LEFT_OUT) / np.float32(1 - LEFT_OUT)
            heard = batch @ to_units.numbers + starts.numbers
            woken = np.maximum(heard, 0)
            likely = 1 / (1 + np.exp(-(woken @ unit_counts.numbers + start.numbers)))
            wrong = (likely - is_so[rows]) * counts[rows] / len(rows)
            to_heard = np.outer(wrong, unit_counts.numbers) * (heard > 0)
            met = np.unique(batch.indices)
            steps += 1
            rate = RATE * (1 - round_ / ROUNDS) * np.sqrt(1 - SPREAD_KEPT**steps) / (1 - KEPT**steps)
            to_units.step(batch[:, met].T @ to_heard + SHRINKING * to_units.numbers[met], rate, rows=met)
            starts.step(to_heard.sum(axis=0), rate)
            unit_counts.step(woken.T @ wrong + SHRINKING_UNITS * unit_counts.numbers, rate)
            start.step(np.array([wrong.sum()], np.float32), rate)
    return Network(to_units.numbers, starts.numbers, unit_counts.numbers, float(start.numbers[0]))
