"""Which kinds of tip a story may be about: offered as the first buttons, never decided silently."""

from messages.meaning.ranking import Ranked, evidence, likely, scored
from messages.meaning.signals import read
from messages.meaning.weights import load_weights
from messages.meaning.wordings import load_wordings

CATEGORY_WORDS = "category_words.txt"
CATEGORY_WEIGHTS = "categories.weights"
MOST_SUGGESTED = 5
LONGEST = 4_000
"""Characters that are read: somebody who sends a book must not keep everybody else waiting."""


def suggest(text: str) -> tuple[Ranked, ...]:
    """The categories of a story, the likeliest first; none for a text without a word. Never raises; linear."""
    said = read(text[:LONGEST])
    if not said:
        return ()
    weights = load_weights(CATEGORY_WEIGHTS)
    found = scored(said, weights, wordings=load_wordings(CATEGORY_WORDS))
    return tuple(likely(found.scores, weights.head.sharpness)[:MOST_SUGGESTED])


def why(text: str, category: str) -> list[str]:
    """What in a story speaks for a category, the strongest first."""
    return evidence(text, category, weights=load_weights(CATEGORY_WEIGHTS), wordings=load_wordings(CATEGORY_WORDS))
