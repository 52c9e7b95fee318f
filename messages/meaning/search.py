"""Which fire topics a question is about, and whether that is sure enough to be answered at once."""

from collections.abc import Mapping
from typing import NamedTuple

from messages.meaning.ranking import Ranked, Scored, evidence, likely, scored
from messages.meaning.signals import read
from messages.meaning.weights import load_weights
from messages.meaning.wordings import load_wordings

TOPIC_WORDS = "topic_words.txt"
TOPIC_WEIGHTS = "topics.weights"
OUT = "out"
"""Stands among the topics for whatever is no fire question."""
MOST_ANSWERS = 5
LIKELY_ENOUGH = 0.35
"""A topic less likely than this is not answered at once, however surely the question is about fire: two are close."""
ALIKE = 0.4
"""From this likeness on, a question that an officer has answered is offered to who asks the like."""


class Found(NamedTuple):
    """The topics a question may be about, the likeliest first; none when it is no fire question."""

    topics: tuple[Ranked, ...]
    confident: bool
    """Whether the first may be answered at once."""


NOTHING = Found((), confident=False)


def search(text: str) -> Found:
    """The topics of a question. Never raises; linear in the length of the text."""
    said = read(text)
    if not said:
        return NOTHING
    weights = load_weights(TOPIC_WEIGHTS)
    head = weights.head
    found = scored(said, weights, wordings=load_wordings(TOPIC_WORDS))
    inside = sum(weight * sign for weight, sign in zip(head.inside, signs_of_fire(found), strict=True))
    if inside < head.inside_from:
        return NOTHING
    topics = {subject: score for subject, score in found.scores.items() if subject != OUT}
    best = likely(topics, head.sharpness)[:MOST_ANSWERS]
    return Found(tuple(best), confident=inside >= head.sure_from and best[0].score >= LIKELY_ENOUGH)


def signs_of_fire(found: Scored) -> tuple[float, ...]:
    """What tells a fire question from everything else: how well a topic scored, how well "none" did, and how far the
    topic is ahead of the next."""
    next_best, top = sorted(score for subject, score in found.scores.items() if subject != OUT)[-2:]
    return (top, found.scores[OUT], top - next_best)


def alike(text: str, questions: Mapping[str, str]) -> list[str]:
    """Which of other questions, given by key, a question is like; the likeliest first."""
    wordings = load_wordings(TOPIC_WORDS)
    found = {key: wordings.likeness(text, asked) for key, asked in questions.items()}
    return sorted((key for key, score in found.items() if score >= ALIKE), key=lambda key: -found[key])


def why(text: str, topic: str) -> list[str]:
    """What in a question speaks for a topic, the strongest first; `out` for none of them."""
    return evidence(text, topic, weights=load_weights(TOPIC_WEIGHTS), wordings=load_wordings(TOPIC_WORDS))
