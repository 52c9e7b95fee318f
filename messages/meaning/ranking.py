"""Subjects ranked by what a message says: learned weights and written wordings weighed together, and why."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from messages.meaning.features import features_of
from messages.meaning.folding import Word
from messages.meaning.signals import read
from messages.meaning.weights import Weights
from messages.meaning.wordings import Nearness, Wordings

VOICES_SHOWN = 6
NEARNESS_COUNTS = 0.1
"""How much the written wordings count beside what was learned; they teach the weights too."""


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
    learned = zip(weights.head.subjects, weights.scores(features_of(said)), strict=True)
    near = wordings.nearness(said)
    return Scored({subject: score + _written(near.get(subject)) for subject, score in learned}, near)


def _written(near: Nearness | None) -> float:
    return NEARNESS_COUNTS * math.log1p(near.score) if near else 0.0


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
    shown = [one for one in voices if one.weight > 0][:VOICES_SHOWN]
    return written + [f"{_readable(one.feature)} {one.weight:+.2f}" for one in shown]


def _readable(feature: str) -> str:
    kind, _, words = feature.partition(":")
    return words.replace("_", " … " if kind == "s" else " ")
