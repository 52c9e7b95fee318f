"""Subjects ranked by what a message says: learned weights and written wordings weighed together, and why."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from messages.meaning.features import features_of
from messages.meaning.folding import Word
from messages.meaning.signals import read
from messages.meaning.weights import Weights
from messages.meaning.wordings import Nearness, Wordings

VOICES_SHOWN = 6


class Ranked(NamedTuple):
    """A subject and how likely it is what a message is about, from 0 to 1."""

    subject: str
    score: float


class Scored(NamedTuple):
    """How each subject scored, and how near its wordings came, both by subject."""

    scores: dict[str, float]
    near: Mapping[str, Nearness]


def scored(said: Sequence[Word], weights: Weights, *, wordings: Wordings) -> Scored:
    """Every subject weighed against a message, as `read`. Linear in the length."""
    near = wordings.nearness(said)
    scores = combined(weights.scores(features_of(said)), near, subjects=weights.head.subjects)
    return Scored(dict(zip(weights.head.subjects, scores, strict=True)), near)


def combined(learned: Sequence[float], near: Mapping[str, Nearness], *, subjects: Sequence[str]) -> list[float]:
    """What was learned and what was written, each on the same scale, added."""
    written = [near[subject].score if subject in near else 0.0 for subject in subjects]
    return [one + other for one, other in zip(_standard(learned), _standard(written), strict=True)]


def likely(scores: Mapping[str, float], sharpness: float) -> list[Ranked]:
    """Scores as likelihoods, the likeliest first."""
    top = max(scores.values())
    raised = {subject: math.exp(sharpness * (one - top)) for subject, one in scores.items()}
    whole = sum(raised.values())
    pairs = (Ranked(subject, one / whole) for subject, one in raised.items())
    return sorted(pairs, key=lambda one: (-one.score, one.subject))


def evidence(text: str, subject: str, *, weights: Weights, wordings: Wordings) -> list[str]:
    """Why a message is taken for a subject: the wording nearest to it, and the words that spoke for it."""
    said = read(text)
    near = wordings.nearness(said).get(subject)
    written = [f'"{near.wording}" {near.score:.1f}'] if near else []
    voices = weights.voices(features_of(said), subject)
    shown = [one for one in voices if one.weight > 0 and not one.feature.startswith("c:")][:VOICES_SHOWN]
    return written + [f"{_readable(one.feature)} {one.weight:+.2f}" for one in shown]


def _readable(feature: str) -> str:
    kind, _, words = feature.partition(":")
    return words.replace("_", " … " if kind == "s" else " ")


def _standard(values: Iterable[float]) -> list[float]:
    """The values with mean 0 and spread 1, so that two kinds of evidence count alike."""
    known = list(values)
    mean = sum(known) / len(known)
    spread = math.sqrt(sum((one - mean) ** 2 for one in known) / len(known))
    return [(one - mean) / spread for one in known] if spread else [0.0] * len(known)
