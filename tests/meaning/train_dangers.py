"""`python -m tests.meaning.train_dangers`: learns what danger sounds like; writes `messages/meaning/danger*.weights`.

Logistic regression over features that are first scaled by how much more often they stand with danger than without
(Wang and Manning 2012, "Baselines and bigrams"). `--check` writes nothing: it prints how well five folds of the
messages that teach are understood by what the other four taught, for several thresholds.
"""

import hashlib
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from messages.meaning import danger_features as features_module
from messages.meaning.danger import Kind
from messages.meaning.danger_features import GROUPS, danger_features
from messages.meaning.danger_signs import Message
from messages.meaning.emergencies import KIND_WEIGHTS, PARTS, WEIGHTS, table_counts
from messages.meaning.signals import read
from messages.meaning.weights import NEUTRAL, Head, packed
from tests.meaning.labelled import Labelled, files, learned

MEANING = Path(features_module.__file__).parent
FOLDS = 5
ORDINARY = ("topics", "categories", "scope")
"""Questions and tips: hardly one of them tells of danger now, and they teach what is ordinary."""
ORDINARY_COUNTS = 0.1
"""How much one of them teaches beside a message that was labelled for danger."""
DOUBTFUL = -0.5
"""An ordinary message that scores more than this may well tell of danger."""
SMOOTHING = 0.3
SOFTNESS = 20.0
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
    return table_counts(danger_features(said, message, text=text), list(message.signs()))


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


def learn(matrix: Matrix, is_so: Row, counts: Row) -> Row:
    """How much each feature of a row speaks for it."""
    stands = (matrix > 0).astype(float)
    with_it = stands.T @ (is_so * counts) + SMOOTHING
    without = stands.T @ ((1 - is_so) * counts) + SMOOTHING
    ratio = np.log((with_it / with_it.sum()) / (without / without.sum()))
    scaled = csr_matrix(matrix.multiply(ratio))
    model = LogisticRegression(C=SOFTNESS, max_iter=400, fit_intercept=False)
    weights: Row = model.fit(scaled, is_so, sample_weight=counts).coef_[0] * ratio
    return weights


class Taught:
    """Everything that teaches."""

    def __init__(self) -> None:
        self.labelled = learned("emergencies")
        self.ordinary = [one for subject in ORDINARY for one in learned(subject)]
        self.counted = [features_of(one.text) for one in self.labelled + self.ordinary]
        self.table = Table(self.counted)
        self.by_table = np.array([by_table(one.text) for one in self.labelled])
        self.is_danger = np.array([one.label != "none" for one in self.labelled] + [False] * len(self.ordinary), float)
        self.counts = np.array([1.0] * len(self.labelled) + [ORDINARY_COUNTS] * len(self.ordinary))
        self.unaccented = self.table.of([features_of(fold_marks(one.text)) for one in self.labelled])
        # Some of them do tell of danger: what still sounds like it after being taught as none teaches nothing.
        first = self.danger(np.arange(len(self.labelled)))
        doubtful = self.table.matrix[len(self.labelled) :] @ first > DOUBTFUL
        self.counts[len(self.labelled) :][doubtful] = 0.0

    def danger(self, rows: NDArray[np.intp]) -> Row:
        """What the labelled messages of these rows and everything ordinary teach about danger."""
        every = np.concatenate([rows, np.arange(len(self.labelled), len(self.counts))])
        every = every[self.counts[every] > 0]
        matrix = vstack([self.table.matrix[every], self.unaccented[rows]], format="csr")
        counts = np.concatenate([self.counts[every], np.full(len(rows), UNACCENTED_COUNTS)])
        return learn(matrix, np.concatenate([self.is_danger[every], self.is_danger[rows]]), counts)

    def kinds(self, rows: NDArray[np.intp]) -> tuple[Table, Row]:
        """What the dangers among these rows teach about the kinds; one row of weights a kind."""
        rows = np.array([row for row in rows if self.labelled[row].label != "none"])
        table = Table([of_kinds(self.counted[row]) for row in rows])
        weights = [
            learn(
                table.matrix,
                np.array([kind in labels_of(self.labelled[row]) for row in rows], float),
                np.ones(len(rows)),
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


def written(name: str, subjects: Sequence[str], *, table: Table, weights: Row) -> int:
    """Write a file of weights: for each feature and subject whole steps, and then what is left in parts of a step."""
    step = float(np.abs(weights).max() / (NEUTRAL - 1))
    whole = np.rint(weights / step)
    rest = np.rint((weights / step - whole) * PARTS)
    columns = np.concatenate([whole, rest]).astype(int) + NEUTRAL
    rows = {
        feature: bytes([round(GROUPS[feature[0]] * HUNDRED), *columns[:, place]])
        for place, feature in enumerate(table.names)
    }
    data = packed(
        Head(
            subjects=(*subjects, *(f"{subject} in parts" for subject in subjects)),
            features=len(rows),
            step=step * HUNDRED,
            sharpness=1.0,
            learned_from=digest(),
        ),
        rows,
    )
    (MEANING / name).write_bytes(data)
    return len(data)


def inputs() -> list[Path]:
    """Everything the weights depend on."""
    ours = ("danger.py", "danger_features.py", "danger_signs.py", "emergencies.toml", "ideas.toml")
    shared = ("folding.py", "signals.py", "spelling.py", "spelling.toml")
    taught = [file for subject in ("emergencies", *ORDINARY) for file in files(subject, "learn")]
    return [*(MEANING / name for name in (*ours, *shared)), *taught]


def digest() -> str:
    """Of everything the weights depend on, so that they cannot drift apart from it unseen."""
    whole = hashlib.sha256()
    for file in inputs():
        whole.update(file.read_bytes())
    return whole.hexdigest()


def check(taught: Taught) -> None:
    """Print what cross-validation says; every fifth ordinary message is held back as well."""
    ours = len(taught.labelled)
    is_danger = taught.is_danger[:ours] > 0
    scores, right = np.zeros(ours), np.zeros(ours, bool)
    ordinary, counts = np.zeros(len(taught.ordinary)), taught.counts.copy()
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(np.zeros(ours), is_danger)
    for fold, (rows, others) in enumerate(folds):
        taught.counts = counts.copy()
        apart = np.arange(fold, len(taught.ordinary), FOLDS)
        taught.counts[ours + apart] = 0.0
        learned_now = taught.danger(rows)
        scores[others] = taught.table.matrix[others] @ learned_now + taught.by_table[others]
        ordinary[apart] = taught.table.matrix[ours + apart] @ learned_now
        table, weights = taught.kinds(rows)
        best = (table.of([of_kinds(taught.counted[row]) for row in others]) @ weights.T).argmax(axis=1)
        names = [str(kind) for kind in Kind]
        right[others] = [names[one] in labels_of(taught.labelled[row]) for row, one in zip(others, best, strict=True)]
    taught.counts = counts
    print(f"kind right: {right[is_danger].mean():.3f} of {is_danger.sum()}")
    first = len(files("emergencies", "learn")[0].read_text(encoding="utf-8").splitlines())
    for name, part in (("the first writer's", slice(0, first)), ("all", slice(0, ours))):
        print(f"{name} messages")
        frontier(scores[part], is_danger[part])
    for threshold in (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5):
        start = 0
        shares = []
        for subject in ORDINARY:
            end = start + len(learned(subject))
            shares.append(f"{subject} {(ordinary[start:end] >= threshold).mean():.3f}")
            start = end
        print(f"ordinary messages at {threshold:+.1f}: {', '.join(shares)}")
    if "--errors" in sys.argv:
        for row in np.argsort(np.where(is_danger, scores, -scores))[:260]:
            print(f"{scores[row]:+.2f} {taught.labelled[row].label} | {taught.labelled[row].text}")


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
    taught = Taught()
    if "--check" in sys.argv or "--errors" in sys.argv:
        check(taught)
        return
    every = np.arange(len(taught.labelled))
    size = written(WEIGHTS, ["danger"], table=taught.table, weights=taught.danger(every)[None, :])
    table, weights = taught.kinds(every)
    size += written(KIND_WEIGHTS, [str(kind) for kind in Kind], table=table, weights=weights)
    print(f"{len(taught.labelled)} labelled and {len(taught.ordinary)} ordinary messages; {size:,} bytes")


if __name__ == "__main__":
    main()
