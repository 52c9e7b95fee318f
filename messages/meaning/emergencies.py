"""Whether a message tells of danger right now, and which: the number to dial must come before anything else.

Two opinions are joined. The table of signals (`emergencies.toml`) knows what says danger, now and not now. The weights
learned from labelled messages (`danger.weights`, `danger_kinds.weights`) say how the signals, the ideas and the words
of a whole message usually go together. Both answer at once, on this machine, and every answer can be explained.
"""

import functools
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from messages.categories import load_categories, load_groups
from messages.language import LANGUAGES
from messages.meaning.danger import Kind, Sign, Strength, ear, plainly
from messages.meaning.danger_features import LONGEST, danger_features, tells_of_something
from messages.meaning.danger_judge import judge
from messages.meaning.danger_signs import Message
from messages.meaning.folding import Word, fold, folded, words
from messages.meaning.once import once
from messages.meaning.signals import read
from messages.meaning.weights import load_weights

SURE = -2.5
"""From this score on it is an emergency: chosen by cross-validation, see `tests.meaning.train_dangers`."""
SIGN_COUNTS = {Strength.NOW: 0.5, Strength.LASTING: 0.5, Strength.PLAIN: 0.0}
"""What a signal of the table adds where it holds: words that officers wrote down weigh more."""
SURE_OF_AN_ANSWER = 2.0
"""The same where somebody was just asked something: what they describe ("cầm cái xà beng") sounds like danger more
often than they tell of one, and real danger scores well above. What lies between is still shown the number."""
UNSURE = -3.0
"""From this score on the number is shown beside the ordinary help."""
DENIAL_COUNTS = 3.0
"""What it takes away that every signal is denied: "không cháy"."""
BESIDE = {Strength.NOW: 9.0, Strength.LASTING: 6.5, Strength.PLAIN: 6.5}
"""A kind of which the table hears a signal is told of too unless the likeliest is likelier by this much."""
ALIKE = 1.5
"""Kinds that are as likely as the likeliest, less this much, are told of in the order of how pressing they are. Who may
be trapped comes first in any case."""
BRIEF = 3
"""In a message of so few words a signal that holds is sure: there is nothing else to judge by."""
SHORT = 6
"""So few words that tell of nothing that happens ("a white van", "nam, chừng 30 tuổi") are rather an answer."""
BLANK_COUNTS = 2.5
"""What it takes away that a short message tells of nothing that happens; chosen by cross-validation."""
PART = 80
"""Words of a part of a long text."""
STRIDE = 60
"""Words from one part of a long text to the next."""
MOST_BETWEEN = 2
"""Parts of a long text that are judged beside the first and the last."""
REMEMBERED = 64
"""Messages whose dangers are remembered, by a keyed number and never by their words."""

PARTS = 127
"""Into how many parts a step of a weight is divided: a byte alone is too coarse beside the few heaviest weights."""

KIND_WEIGHTS = "danger_kinds.weights"


class Certainty(StrEnum):
    """Whether it is an emergency, may be one, or is none."""

    SURE = "sure"
    UNSURE = "unsure"
    NO = "no"


class Danger(NamedTuple):
    """What a message tells of: the kinds of danger, the most pressing first, and how certain that is."""

    certainty: Certainty
    kinds: tuple[Kind, ...]
    score: float


NONE = Danger(Certainty.NO, (), float("-inf"))


def triage(text: str, *, asked: bool = False) -> Kind | None:
    """The danger a message tells of, the most pressing one if it tells of several; None when there is none now.

    `asked`: it answers a question, or is added to a tip.
    """
    return next(iter(dangers(text, asked=asked)), None)


def dangers(text: str, *, asked: bool = False) -> tuple[Kind, ...]:
    """Every danger a message tells of, the most pressing first. Never raises; linear in the length of the text."""
    danger = assess(text)
    is_sure = danger.certainty is Certainty.SURE and (danger.score >= SURE_OF_AN_ANSWER or not asked)
    return danger.kinds if is_sure else ()


def suspected(text: str) -> Kind | None:
    """The danger a message may tell of when that is not sure: the number is shown beside the ordinary help."""
    danger = assess(text)
    return danger.kinds[0] if danger.certainty is Certainty.UNSURE else None


def names_danger(text: str) -> bool:
    """Whether the table itself hears a danger, a cry or something that happens now: more than what was learned of
    words in general, which may be those of a street's name."""
    message = _message(text)
    return bool(message.found["cries"] or message.found["now"]) or next(message.signs(), None) is not None


_remembered: dict[int, Danger] = {}


def assess(text: str) -> Danger:
    """What a message tells of. Never raises; linear in the length of the text."""
    # Desk, flow and intent each ask about the message of a turn. The number is keyed afresh in every process and
    # cannot be turned back into words.
    key = hash(text)
    danger = _remembered.get(key)
    if danger is None:
        danger = _assessed(text)
        while len(_remembered) >= REMEMBERED:
            _remembered.pop(next(iter(_remembered)), None)
        _remembered[key] = danger
    return danger


def _assessed(text: str) -> Danger:
    table, normal = ear(), plainly(text)
    foreign = {kind for phrase, kind in table.scripts if phrase in normal}
    if foreign:
        return Danger(Certainty.SURE, _by_precedence(foreign), float("inf"))
    typed = words(text)
    if not typed or folded(typed) in _labels():
        return NONE
    said = read(text)
    alone = table.alone.get(_once(said))
    if alone is not None:
        return Danger(Certainty.SURE, (alone,), float("inf"))
    if len(said) <= LONGEST:
        return _judged(said, _message(text), text=text)
    return max((_judged(part, Message(part), text=text) for part in _parts(said)), key=lambda danger: danger.score)


@once
def _message(text: str) -> Message:
    """What the table hears in a message, as far as it is judged as one."""
    return Message(read(text)[:LONGEST])


def _judged(said: Sequence[Word], message: Message, *, text: str) -> Danger:
    features = danger_features(said, message, text=text)
    signs = list(message.signs())
    score = judge().score(features) + table_counts(said, features, signs=signs)
    if signs and len(said) <= BRIEF:
        kinds = _by_precedence({sign.kind for sign in signs})
        return Danger(Certainty.SURE, kinds, max(score, SURE_OF_AN_ANSWER))
    if score < UNSURE:
        return Danger(Certainty.NO, (), score)
    certainty = Certainty.SURE if score >= SURE else Certainty.UNSURE
    return Danger(certainty, _kinds(features, signs), score)


def _kinds(features: Sequence[str], signs: Sequence[Sign]) -> tuple[Kind, ...]:
    """The likeliest kind, and those the table signals unless they are much less likely."""
    scores = dict(zip(Kind, finely(load_weights(KIND_WEIGHTS).scores(features)), strict=True))
    best = max(scores.values())
    told = {sign.kind for sign in signs if scores[sign.kind] > best - BESIDE[sign.strength]}
    told |= {kind for kind in Kind if scores[kind] == best}
    return tuple(
        sorted(_by_precedence(told), key=lambda kind: kind is not Kind.TRAPPED and scores[kind] < best - ALIKE)
    )


def table_counts(said: Sequence[Word], features: Sequence[str], *, signs: Sequence[Sign]) -> float:
    """What the tables add to the learned score."""
    if "k:negated" in features and "k:any" not in features:
        return -DENIAL_COUNTS
    if len(said) <= SHORT and not tells_of_something(features):
        return -BLANK_COUNTS
    return max((SIGN_COUNTS[sign.strength] for sign in signs), default=0.0)


def finely(scores: Sequence[float]) -> list[float]:
    """The scores of weights that are written in two columns each: whole steps, then what is left in parts of a step."""
    half = len(scores) // 2
    return [whole + rest / PARTS for whole, rest in zip(scores[:half], scores[half:], strict=True)]


def _by_precedence(kinds: set[Kind]) -> tuple[Kind, ...]:
    return tuple(kind for kind in Kind if kind in kinds)


def _parts(said: Sequence[Word]) -> list[Sequence[Word]]:
    """A long text in parts: danger in the middle of a story must not drown in it, and a thousand words cost no more
    than a few hundred. So the first, the last, and those between in which the table hears most."""
    heard = Counter(span.first // STRIDE for _, span in ear().kinds.find(said))
    last = len(said) - PART
    between = (start for start in range(STRIDE, last, STRIDE) if heard[start // STRIDE])
    telling = sorted(between, key=lambda start: -heard[start // STRIDE])[:MOST_BETWEEN]
    return [said[start : start + PART] for start in (0, *telling, last)]


@functools.cache
def _labels() -> frozenset[str]:
    """The buttons that name a kind of tip: whoever types one has chosen it, and tells of nothing yet."""
    groups = [group.label for group in load_groups()]
    categories = [category.label for category in load_categories()]
    return frozenset(fold(label.in_(language)) for label in groups + categories for language in LANGUAGES)


def _once(said: Sequence[Word]) -> str:
    """The words of a short message, each said once: "cháy cháy cháy" is "chay"."""
    return " ".join(dict.fromkeys(word.plain for word in said[:12])) if len(said) <= 12 else ""


def evidence(text: str) -> list[str]:
    """Why a message is taken as it is: what the table heard in it, and the features that weighed most."""
    said = read(text)[:LONGEST]
    message = _message(text)
    lines = [f"table: {kind} ({strength}): {_said(said, span)}" for kind, strength, span in message.signs()]
    lines += [
        f"table: {name}: {', '.join(_said(said, span) for span in spans)}"
        for name, spans in message.found.items()
        if spans
    ]
    voices = judge().voices(danger_features(said, message, text=text))
    strongest = sorted(voices, key=lambda voice: -abs(voice.weight))[:12]
    return lines + [f"learned: {voice.feature} {voice.weight:+.1f}" for voice in strongest]


def _said(said: Sequence[Word], span: tuple[int, int]) -> str:
    return " ".join(word.plain for word in said[span[0] : span[1]])
