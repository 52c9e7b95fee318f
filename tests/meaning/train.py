"""`python -m tests.meaning.train`: learns the weights of fire topics and categories, and writes `messages/meaning`.

Two plain linear models are added: a support vector machine, which tells neighbours apart, and complement naive Bayes,
which is steady where little is known. `--check` learns nothing for good: it prints how well the messages of each writer
are understood by what all the others taught.
"""

import functools
import hashlib
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from messages.categories import load_categories
from messages.language import LANGUAGES
from messages.meaning import features as features_module
from messages.meaning import folding, signals
from messages.meaning.features import features
from messages.meaning.ranking import Scored, scored
from messages.meaning.search import OUT, TOPIC_WEIGHTS, TOPIC_WORDS, signs_of_fire
from messages.meaning.signals import read
from messages.meaning.suggest import CATEGORY_WEIGHTS, CATEGORY_WORDS
from messages.meaning.weights import NEUTRAL, Head, Weights, packed
from messages.meaning.wordings import Wordings, read_wordings
from messages.topics import load_topics
from tests.meaning.labelled import FOLDER, Labelled, files, learned, read_lines

MEANING = Path(features_module.__file__).parent
DANGERS = FOLDER / "emergencies" / "learn.tsv"
FOUNDATION = frozenset({"learn", "learn_a", "learn_b"})
"""Files that always teach: without them too little would be known to tell how good the whole is."""
WORDING_COUNTS = 0.6
"""How much a wording teaches beside a whole message."""
TIP_COUNTS = 0.3
"""How much a tip or a danger teaches about what is no fire question."""
ELSEWHERE_COUNTS = 0.2
"""How much a wording of a tip teaches about what is no fire question: there are many of them."""
OF_FIRE = frozenset(
    {"fire-hazard", "blocked-exit", "fireworks-illegal", "fire-now", "gas-leak-now", "trapped", "medical-now", "none"}
)
"""Tips and dangers whose words may be those of fire questions: they teach nothing about what is out of scope."""
RARELY = 2
"""A feature met no more often than this, and only of one subject, is a rare one; see weights.py."""
INSIDE_LOST = 0.01
"""How many of the fire questions that are understood may be taken for something else."""
OUTSIDE_SURE = 0.05
"""How many other messages may be taken for a fire question as if sure."""
HARD_COUNTS = 0.7
"""How much those that are hard to tell count among what is no fire question."""
STYLES = ("accented", "plain", "typo", "situation", "english")
SHARPNESSES = tuple(step / 10 for step in range(4, 41))


class Task(NamedTuple):
    """What one file of weights is learned from."""

    name: str
    weights: str
    words: str
    messages: list[tuple[str, Labelled]]
    """What teaches, each with its writer: the name of its file."""
    beside: list[tuple[str, str, float]]
    """What teaches besides: label, text, how much it counts."""
    inputs: list[Path]


class Tuning(NamedTuple):
    """What is set on messages that were not learned from."""

    sharpness: float = 1.0
    inside: tuple[float, ...] = ()
    inside_from: float = 0.0
    sure_from: float = 0.0


def tasks() -> list[Task]:
    """Fire topics and categories."""
    answers = [
        (topic.slug, f"{topic.title[one]}. {topic.body[one]}", 1.0)
        for topic in load_topics().values()
        for one in LANGUAGES
    ]
    kinds = [
        (kind.slug, f"{kind.name(one)}. {' '.join(question.in_(one) for question in kind.questions)}", 1.0)
        for kind in load_categories()
        for one in LANGUAGES
    ]
    elsewhere = [
        (OUT, wording, ELSEWHERE_COUNTS)
        for slug, wordings in read_wordings(CATEGORY_WORDS).items()
        for wording in wordings
        if slug not in OF_FIRE
    ]
    tips, pages = files("categories", "learn"), sorted((MEANING.parent / "fire_topics").glob("*.md"))
    asked = [DANGERS, *(file for part in ("topics", "scope") for file in files(part, "learn"))]
    return [
        Task("topics", TOPIC_WEIGHTS, TOPIC_WORDS, questions(), answers + elsewhere, [*asked, *tips, *pages]),
        Task("categories", CATEGORY_WEIGHTS, CATEGORY_WORDS, written("categories"), kinds, tips),
    ]


def written(subject: str) -> list[tuple[str, Labelled]]:
    """The messages of a folder that teach, each with its writer."""
    return [(file.stem, one) for file in files(subject, "learn") for one in read_lines(file)]


def questions() -> list[tuple[str, Labelled]]:
    """Fire questions, and all that is none: what is out of scope, tips, and dangers other than fire."""
    others = [*written("categories"), *((DANGERS.stem, one) for one in read_lines(DANGERS))]
    others = [(writer, one) for writer, one in others if OF_FIRE.isdisjoint(one.label.split("|"))]
    return [*written("topics"), *written("scope"), *((writer, one._replace(label=OUT)) for writer, one in others)]


@functools.cache
def strangers() -> frozenset[str]:
    """What is asked that is no fire question: harder than tips, as many hold the words of fire questions."""
    return frozenset(one.text for one in learned("scope"))


def main(words: Sequence[str]) -> int:
    """Learn and write, or check."""
    for task in tasks():
        if not words or "--check" in words or task.name in words:
            told = told_by_others(task)
            tuned = (
                Tuning(best_sharpness(told), *inside_of(told))
                if task.name == "topics"
                else Tuning(best_sharpness(told))
            )
            report(task, told, tuned)
            if "--check" not in words:
                file = MEANING / task.weights
                file.write_bytes(learn(task, [one for _, one in task.messages], tuned))
                print(f"{task.weights}: {file.stat().st_size / 1e6:.1f} MB")
    return 0


def digest(task: Task) -> str:
    """Everything a file of weights depends on, in 16 digits."""
    code = [Path(one.__file__) for one in (features_module, folding, signals) if one.__file__]
    found = hashlib.sha256()
    for file in sorted(
        [
            *task.inputs,
            *code,
            MEANING / TOPIC_WORDS,
            MEANING / CATEGORY_WORDS,
            MEANING / "spelling.toml",
            Path(__file__),
        ]
    ):
        found.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def learn(task: Task, messages: Sequence[Labelled], tuned: Tuning) -> bytes:
    """The file of weights that these messages teach, with the wordings and what teaches besides."""
    strange = strangers()
    taught = [
        (one.label, one.text, 1.0 if one.label != OUT or one.text in strange else TIP_COUNTS) for one in messages
    ] + task.beside
    taught += [(slug, one, WORDING_COUNTS) for slug, known in read_wordings(task.words).items() for one in known]
    read_so = [_features(text) for _, text, _ in taught]
    spread = Counter(feature for one in read_so for feature in one)
    kept = sorted(spread)
    place = {feature: at for at, feature in enumerate(kept)}
    meant: dict[str, set[str]] = defaultdict(set)
    for (label, _, _), one in zip(taught, read_so, strict=True):
        for feature in one:
            meant[feature].add(label)
    met = np.array([max(spread[feature], RARELY) for feature in kept])
    rare = np.array([spread[feature] <= RARELY and len(meant[feature]) == 1 for feature in kept])
    rarity = np.log((1 + len(taught)) / (1 + met)) + 1
    matrix = _matrix(read_so, place, rarity)
    labels, counts = [label for label, _, _ in taught], [count for _, _, count in taught]
    machine = LinearSVC(C=3, random_state=0).fit(matrix, labels, sample_weight=counts)
    steady = ComplementNB(alpha=0.1).fit(matrix, labels, sample_weight=counts)
    learned_rows = sum(
        one / np.std(matrix @ one.T)
        for one in (machine.coef_, steady.feature_log_prob_ - steady.feature_log_prob_.mean(0))
    )
    rows = learned_rows.T * rarity[:, None]
    return _written(task, [str(one) for one in machine.classes_], tuned, _Learned(kept, rare, rarity, rows))


_features = functools.cache(features)
"""Every writer is left out once, and every message read once."""


class _Learned(NamedTuple):
    """The features in order: whether each is a rare one of one subject, how rare it is, what it speaks for."""

    kept: list[str]
    rare: np.ndarray
    rarity: np.ndarray
    rows: np.ndarray


def _matrix(read_so: list[list[str]], place: Mapping[str, int], rarity: np.ndarray) -> csr_matrix:
    rows, columns = [], []
    for row, one in enumerate(read_so):
        known = [place[feature] for feature in one if feature in place]
        rows += [row] * len(known)
        columns += known
    matrix = csr_matrix((rarity[columns], (rows, columns)), shape=(len(read_so), len(place)))
    lengths = np.sqrt(matrix.multiply(matrix).sum(1)).A1
    return csr_matrix(matrix.multiply(1 / np.maximum(lengths, 1e-9)[:, None]))


def _written(task: Task, subjects: list[str], tuned: Tuning, learned_so: _Learned) -> bytes:
    kept, is_rare, rarity, rows = learned_so
    step = float(f"{np.quantile(np.abs(rows), 0.9995) / 127:.4g}")
    whole = np.clip(np.rint(rows / step), -127, 127).astype(int)
    rare_step = rarity.max() / 255
    rare = np.clip(np.rint(rarity / rare_step), 1, 255).astype(int)
    best = whole.argmax(1)
    head = Head(
        subjects=tuple(subjects),
        features=int((~is_rare).sum()),
        step=float(f"{step / rare_step:.4g}"),
        rarest=int(rare.max()),
        learned_from=digest(task),
        **tuned._asdict(),
    )
    often = {name: bytes([rare[at], *(whole[at] + NEUTRAL)]) for at, name in enumerate(kept) if not is_rare[at]}
    once = {name: (int(best[at]), int(whole[at, best[at]])) for at, name in enumerate(kept) if is_rare[at]}
    return packed(head, often, rare=once)


class Told(NamedTuple):
    """A message that was not learned from, who wrote it, and how its subjects were scored."""

    writer: str
    message: Labelled
    found: Scored


def told_by_others(task: Task) -> list[Told]:
    """The messages of each writer, scored by what all the others taught."""
    wordings = Wordings((slug, one) for slug, known in read_wordings(task.words).items() for one in known)
    told: list[Told] = []
    for left_out in sorted({writer for writer, _ in task.messages} - FOUNDATION):
        taught = [one for writer, one in task.messages if writer != left_out]
        weights = Weights(learn(task, taught, Tuning()))
        told += [
            Told(writer, one, scored(read(one.text), weights, wordings=wordings))
            for writer, one in task.messages
            if writer == left_out
        ]
    return told


def best_sharpness(told: Sequence[Told]) -> float:
    """The sharpness at which likelihoods are nearest to how often they are right."""
    inside = [one for one in told if one.message.label != OUT]
    scores = np.array([[score for subject, score in one.found.scores.items() if subject != OUT] for one in inside])
    subjects = [subject for subject in inside[0].found.scores if subject != OUT]
    right = [subjects.index(one.message.label) for one in inside]

    def surprise(sharpness: float) -> float:
        raised = scores * sharpness
        raised -= raised.max(1, keepdims=True)
        return float(np.mean(np.log(np.exp(raised).sum(1)) - raised[np.arange(len(inside)), right]))

    return min(SHARPNESSES, key=surprise)


def inside_of(told: Sequence[Told]) -> tuple[tuple[float, ...], float, float]:
    """What tells a fire question from everything else, and from where on it is one, and surely one."""
    signs, strange = np.array([signs_of_fire(one.found) for one in told]), strangers()
    is_inside = np.array([one.message.label != OUT for one in told])
    is_strange = np.array([one.message.text in strange for one in told])
    is_understood = np.array([one.message.label in likeliest(one)[:3] for one in told])
    hard = np.where(is_strange, HARD_COUNTS / is_strange.sum(), (1 - HARD_COUNTS) / (~is_inside & ~is_strange).sum())
    counts = np.where(is_inside, 1 / is_inside.sum(), hard) * len(told)
    line = LogisticRegression().fit(signs, is_inside, sample_weight=counts)
    values = signs @ line.coef_[0]
    inside_from = np.quantile(values[is_inside & is_understood], INSIDE_LOST)
    sure_from = max(np.quantile(values[some], 1 - OUTSIDE_SURE) for some in (~is_inside, is_strange))
    return tuple(float(f"{one:.4g}") for one in line.coef_[0]), float(f"{inside_from:.4g}"), float(f"{sure_from:.4g}")


def likeliest(one: Told) -> list[str]:
    """The subjects of a message, the likeliest first; of a question, its topics."""
    scores = {name: score for name, score in one.found.scores.items() if name != OUT}
    return sorted(scores, key=lambda name: -scores[name])


def report(task: Task, told: Sequence[Told], tuned: Tuning) -> None:
    """Print how well messages are understood that were not learned from."""
    print(f"{task.name}: {len(told)} messages by what others taught, sharpness {tuned.sharpness}")
    inside = [(one, likeliest(one)) for one in told if one.message.label != OUT]
    sets = [("all", inside)]
    sets += [(style, [pair for pair in inside if pair[0].message.style == style]) for style in STYLES]
    sets += [
        (name, [pair for pair in inside if pair[0].writer == name]) for name in sorted({one.writer for one in told})
    ]
    for name, some in sets:
        if some:
            first = np.mean([one.message.label == best[0] for one, best in some])
            three = np.mean([one.message.label in best[:3] for one, best in some])
            print(f"  {name:14} {len(some):5}  first {first:.3f}  among three {three:.3f}")
    wrong = Counter((one.message.label, best[0]) for one, best in inside if best[0] != one.message.label)
    print("  mistaken:", "; ".join(f"{one} -> {other} {count}" for (one, other), count in wrong.most_common(16)))
    missed = Counter(one.message.label for one, best in inside if best[0] != one.message.label)
    print("  missed:", "; ".join(f"{one} {count}" for one, count in missed.most_common(16)))
    if tuned.inside:
        strange = strangers()
        for name, known in (
            ("questions", [one for one, _ in inside]),
            ("strangers", [one for one in told if one.message.text in strange]),
            ("tips", [one for one in told if one.message.label == OUT and one.message.text not in strange]),
        ):
            values = np.array([signs_of_fire(one.found) for one in known]) @ np.array(tuned.inside)
            inside_share, sure_share = np.mean(values >= tuned.inside_from), np.mean(values >= tuned.sure_from)
            print(f"  {name}: inside {inside_share:.3f}, sure {sure_share:.3f}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
