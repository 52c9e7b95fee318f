"""`python -m tests.meaning.train_dangers`: learns what danger sounds like; writes `messages/meaning/danger*.weights`.

Logistic regression over features that are first scaled by how much more often they stand with danger than without
(Wang and Manning 2012, "Baselines and bigrams"), and beside it a small network (`network.py`) for what only counts
together. `--check` writes nothing: it prints how well each writer's messages are understood by what the other writers
taught, for several thresholds (some ten minutes).
"""

import hashlib
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from messages.meaning import danger_features as features_module
from messages.meaning.danger import Kind
from messages.meaning.danger_features import GROUPS, danger_features
from messages.meaning.danger_judge import NEUTRAL, WEIGHTS, Head, packed
from messages.meaning.danger_signs import Message
from messages.meaning.emergencies import KIND_WEIGHTS, PARTS, SURE, table_counts
from messages.meaning.signals import read
from messages.meaning.weights import Head as SubjectHead
from messages.meaning.weights import packed as packed_subjects
from tests.meaning import network
from tests.meaning.labelled import Labelled, files, learned, read_lines
from tests.meaning.network import Network
from tests.meaning.places.score import cases

MEANING = Path(features_module.__file__).parent
APART = 5
"""Every so many ordinary messages are held back when a writer is."""
ORDINARY = ("topics", "categories", "scope")
"""Questions and tips: hardly one of them tells of danger now, and they teach what is ordinary."""
ORDINARY_COUNTS = 0.1
"""How much one of them teaches beside a message that was labelled for danger."""
DOUBTFUL = -0.5
"""An ordinary message that scores more than this may well tell of danger."""
SMOOTHING = 0.15
SOFTNESS = 40.0
NETWORK_COUNTS = 0.6
"""How much the network counts beside the features by themselves."""
CUT_FROM = 0.9995
"""Above this part of them, what features say to a unit is cut: a byte would be too coarse for the others."""
UNACCENTED_COUNTS = 0.5
"""How much the same message teaches once more as it is typed without accents."""
HUNDRED = 100
"""Parts in which the importance of a feature is written: it must fit a byte."""
RAREST = 2
"""How many messages a feature must stand in to be kept."""
OF_KINDS = ("w:", "b:", "x:", "p:", "k:", "l:")
"""The features that tell the kinds apart."""

Matrix = Any
"""scipy.sparse brings no types."""
Row = NDArray[np.float64]


def features_of(text: str) -> list[str]:
    """As `emergencies` counts them."""
    said = read(text)
    return danger_features(said, Message(said), text=text)


def fold_marks(text: str) -> str:
    """A text as it is typed without accents."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def by_table(text: str) -> float:
    """What the table of dangers adds to what was learned."""
    said = read(text)
    message = Message(said)
    return table_counts(said, danger_features(said, message, text=text), signs=list(message.signs()))


class Table:
    """Messages by features."""

    def __init__(self, counted: Sequence[Sequence[str]]) -> None:
        seen = Counter(feature for one in counted for feature in one)
        self.names = sorted(feature for feature, times in seen.items() if times >= RAREST)
        self.importance = np.array([GROUPS[name[0]] for name in self.names])
        self._place = {name: place for place, name in enumerate(self.names)}
        self.matrix = self.of(counted)

    def of(self, counted: Sequence[Sequence[str]]) -> Matrix:
        """Each message as a row of length one."""
        rows, columns = [], []
        for row, one in enumerate(counted):
            for feature in one:
                if feature in self._place:
                    rows.append(row)
                    columns.append(self._place[feature])
        values = self.importance[columns]
        length = np.sqrt(np.bincount(rows, weights=values**2, minlength=len(counted)))
        length[length == 0] = 1
        return csr_matrix((values / length[rows], (rows, columns)), shape=(len(counted), len(self.names)))


def learn(matrix: Matrix, is_so: Row, *, counts: Row) -> Row:
    """How much each feature of a row speaks for it."""
    stands = (matrix > 0).astype(float)
    with_it = stands.T @ (is_so * counts) + SMOOTHING
    without = stands.T @ ((1 - is_so) * counts) + SMOOTHING
    ratio = np.log((with_it / with_it.sum()) / (without / without.sum()))
    scaled = csr_matrix(matrix.multiply(ratio))
    model = LogisticRegression(C=SOFTNESS, max_iter=400, fit_intercept=False)
    weights: Row = model.fit(scaled, is_so, sample_weight=counts).coef_[0] * ratio
    return weights


class Lessons(NamedTuple):
    """Messages to learn from: what stands in each, whether it tells of danger, and how much it teaches."""

    matrix: Matrix
    is_danger: Row
    counts: Row


class Opinion(NamedTuple):
    """What was learned of danger: each feature by itself, and the network beside it."""

    alone: Row
    network: Network

    def scores(self, matrix: Matrix) -> Row:
        """How much each row sounds like danger."""
        scores: Row = matrix @ self.alone + NETWORK_COUNTS * self.network.scores(matrix)
        return scores


class Taught:
    """Everything that teaches."""

    def __init__(self) -> None:
        self.labelled = learned("emergencies")
        self.ordinary = [one for subject in ORDINARY for one in learned(subject)]
        whereabouts = [one.text for one in cases("learn")]  # answers to "where is it?", and no danger at all
        texts = [one.text for one in self.labelled + self.ordinary] + whereabouts
        self.counted = [features_of(text) for text in texts]
        self.table = Table(self.counted)
        self.by_table = np.array([by_table(one.text) for one in self.labelled])
        self.is_danger = np.zeros(len(texts))
        self.is_danger[: len(self.labelled)] = [one.label != "none" for one in self.labelled]
        self.counts = np.ones(len(texts))
        among = slice(len(self.labelled), len(self.labelled) + len(self.ordinary))
        self.counts[among] = ORDINARY_COUNTS
        self.unaccented = self.table.of([features_of(fold_marks(one.text)) for one in self.labelled])
        # Some of them do tell of danger: what still sounds like it after being taught as none teaches nothing.
        matrix, is_danger, counts = self.lessons(np.arange(len(self.labelled)))
        first = learn(matrix, is_danger, counts=counts)
        doubtful = self.table.matrix[among] @ first > DOUBTFUL
        self.counts[among][doubtful] = 0.0

    def lessons(self, rows: NDArray[np.intp]) -> Lessons:
        """The labelled messages of these rows, with and without their accents, and everything ordinary."""
        every = np.concatenate([rows, np.arange(len(self.labelled), len(self.counts))])
        every = every[self.counts[every] > 0]
        return Lessons(
            matrix=vstack([self.table.matrix[every], self.unaccented[rows]], format="csr"),
            is_danger=np.concatenate([self.is_danger[every], self.is_danger[rows]]),
            counts=np.concatenate([self.counts[every], np.full(len(rows), UNACCENTED_COUNTS)]),
        )

    def danger(self, rows: NDArray[np.intp]) -> Opinion:
        """What these lessons teach about danger."""
        matrix, is_danger, counts = self.lessons(rows)
        return Opinion(
            alone=learn(matrix, is_danger, counts=counts),
            network=network.learn(matrix, is_danger.astype(np.float32), counts=counts.astype(np.float32)),
        )

    def kinds(self, rows: NDArray[np.intp]) -> tuple[Table, Row]:
        """What the dangers among these rows teach about the kinds; one row of weights a kind."""
        rows = np.array([row for row in rows if self.labelled[row].label != "none"])
        table = Table([of_kinds(self.counted[row]) for row in rows])
        weights = [
            learn(
                table.matrix,
                np.array([kind in labels_of(self.labelled[row]) for row in rows], float),
                counts=np.ones(len(rows)),
            )
            for kind in Kind
        ]
        return table, np.array(weights)


def of_kinds(counted: Sequence[str]) -> list[str]:
    """The features that tell the kinds apart."""
    return [one for one in counted if one.startswith(OF_KINDS)]


def labels_of(one: Labelled) -> list[str]:
    """The kinds that fit; the first fits best."""
    return one.label.split("|")


def written(opinion: Opinion, table: Table, *, learned_from: str) -> int:
    """Write what was learned of danger, in whole steps; the few heaviest words to a unit are cut to a byte."""
    alone = opinion.alone * table.importance
    step = float(np.abs(alone).max() / np.iinfo(np.int16).max)
    to_units = opinion.network.to_units * table.importance[:, None]
    unit_steps = np.quantile(np.abs(to_units), CUT_FROM, axis=0) / (NEUTRAL - 1)
    bytes_to_units = (np.clip(np.rint(to_units / unit_steps), 1 - NEUTRAL, NEUTRAL - 1) + NEUTRAL).astype(np.uint8)
    rows = {
        feature: (round(alone[place] / step), bytes_to_units[place].tobytes())
        for place, feature in enumerate(table.names)
    }
    head = Head(
        features=len(rows),
        step=step,
        unit_steps=tuple(map(float, unit_steps)),
        unit_starts=tuple(map(float, opinion.network.starts)),
        unit_counts=tuple(float(NETWORK_COUNTS * one) for one in opinion.network.counts),
        start=NETWORK_COUNTS * opinion.network.start,
        learned_from=learned_from,
    )
    data = packed(head, rows)
    (MEANING / WEIGHTS).write_bytes(data)
    return len(data)


def written_kinds(table: Table, weights: Row, *, learned_from: str) -> int:
    """Write what tells the kinds apart: for each feature and kind whole steps, then what is left in parts of one."""
    step = float(np.abs(weights).max() / (NEUTRAL - 1))
    whole = np.rint(weights / step)
    rest = np.rint((weights / step - whole) * PARTS)
    columns = np.concatenate([whole, rest]).astype(int) + NEUTRAL
    rows = {
        feature: bytes([round(GROUPS[feature[0]] * HUNDRED), *columns[:, place]])
        for place, feature in enumerate(table.names)
    }
    data = packed_subjects(
        SubjectHead(
            subjects=(*map(str, Kind), *(f"{kind} in parts" for kind in Kind)),
            features=len(rows),
            step=step * HUNDRED,
            sharpness=1.0,
            learned_from=learned_from,
        ),
        rows,
    )
    (MEANING / KIND_WEIGHTS).write_bytes(data)
    return len(data)


def inputs() -> list[Path]:
    """Everything the weights depend on."""
    ours = ("danger.py", "danger_features.py", "danger_signs.py", "emergencies.toml", "ideas.toml")
    shared = ("folding.py", "signals.py", "spelling.py", "spelling.toml")
    taught = [file for subject in ("emergencies", *ORDINARY, "places") for file in files(subject, "learn")]
    return [*(MEANING / name for name in (*ours, *shared)), *taught]


def digest() -> str:
    """Of everything the weights depend on, so that they cannot drift apart from it unseen."""
    whole = hashlib.sha256()
    for file in inputs():
        whole.update(file.read_bytes())
    return whole.hexdigest()


def check(taught: Taught) -> None:
    """Print how each writer is understood by what the others taught; every fifth ordinary message is held back too."""
    sizes = [len(list(read_lines(file))) for file in files("emergencies", "learn")]
    ends = np.cumsum(sizes)
    is_danger = taught.is_danger > 0
    scores, counts = np.full(len(taught.counts), np.nan), taught.counts.copy()
    for turn, (file, size, end) in enumerate(zip(files("emergencies", "learn"), sizes, ends, strict=True)):
        others = np.arange(end - size, end)
        apart = np.arange(len(taught.labelled) + turn % APART, len(counts), APART)
        taught.counts = counts.copy()
        taught.counts[apart] = 0.0
        rows = np.setdiff1d(np.arange(len(taught.labelled)), others)
        opinion = taught.danger(rows)
        scores[apart] = opinion.scores(taught.table.matrix[apart])
        scores[others] = opinion.scores(taught.table.matrix[others]) + taught.by_table[others]
        heard = [row for row in others if is_danger[row]]
        if not heard:
            print(f"{file.name}: no dangers; false alarms {(scores[others] >= SURE).mean():.3f}")
            continue
        table, weights = taught.kinds(rows)
        best = (table.of([of_kinds(taught.counted[row]) for row in heard]) @ weights.T).argmax(axis=1)
        right = [list(Kind)[one] in labels_of(taught.labelled[row]) for row, one in zip(heard, best, strict=True)]
        print(f"{file.name}: kind right {np.mean(right):.3f}")
        frontier(scores[others], is_danger[others])
    taught.counts = counts
    print("all")
    frontier(scores[: len(taught.labelled)], is_danger[: len(taught.labelled)])
    ordinary = scores[len(taught.labelled) :]
    for threshold in (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5):
        print(f"ordinary messages at {threshold:+.1f}: {(ordinary[~np.isnan(ordinary)] >= threshold).mean():.3f}")
    if "--errors" in sys.argv:
        labelled = scores[: len(taught.labelled)]
        for row in np.argsort(np.where(is_danger[: len(labelled)], labelled, -labelled))[:260]:
            print(f"{labelled[row]:+.2f} {taught.labelled[row].label} | {taught.labelled[row].text}")


def frontier(scores: Row, is_danger: NDArray[np.bool_]) -> None:
    """Print what is heard for so many false alarms, and the other way round."""
    for false_alarms in (0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2):
        threshold = float(np.quantile(scores[~is_danger], 1 - false_alarms))
        print(
            f"  false alarms {false_alarms:.2f}: heard {(scores[is_danger] > threshold).mean():.3f} at {threshold:.2f}"
        )
    for heard in (0.95, 0.97, 0.98, 0.99):
        threshold = float(np.quantile(scores[is_danger], 1 - heard))
        print(f"  heard {heard:.2f}: false alarms {(scores[~is_danger] >= threshold).mean():.3f} at {threshold:.2f}")


def main() -> None:
    """Learn, and write or check."""
    learned_from = digest()  # before anything is read: whatever changes meanwhile was not learned from
    taught = Taught()
    if "--check" in sys.argv or "--errors" in sys.argv:
        check(taught)
        return
    every = np.arange(len(taught.labelled))
    size = written(taught.danger(every), taught.table, learned_from=learned_from)
    size += written_kinds(*taught.kinds(every), learned_from=learned_from)
    print(f"{len(taught.labelled)} labelled and {len(taught.ordinary)} ordinary messages; {size:,} bytes")


if __name__ == "__main__":
    main()
