"""What a message is judged by for danger: its words, its ideas (`ideas.toml`), and what the table hears in it.

The same features are counted when the weights are learned and when a message is read; a change here or in the tables
needs `python -m tests.meaning.train_dangers`.

w:chay a word, b:mui_gas two in a row, a:cháy a word with its accents; x:fire an idea, p:fire+past two of them,
q:fire>past two that follow each other, z:over one in the last clause of several; k: a signal of the table, e: evidence,
l: the length.
"""

import functools
import itertools
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources

from messages.meaning.danger import ear
from messages.meaning.danger_signs import Message
from messages.meaning.folding import Word
from messages.meaning.signals import Phrasebook

GROUPS = {"w": 1.0, "b": 1.0, "a": 1.0, "x": 1.5, "p": 0.7, "q": 0.7, "z": 1.0, "k": 1.5, "e": 1.5, "l": 0.5}
"""How much a group of features counts; chosen by cross-validation."""

LONGEST = 120
"""Words that are judged together; a longer text is judged in parts."""


ACCENTED = "="
"""Before a phrase that counts only where its accents were typed."""

SETTING = frozenset({"setting", "not_now"})
"""The groups of ideas that alone tell of no danger."""
WHEN = frozenset({"now", "already"})
"""Ideas of when: they say that something happens, not what."""


@functools.cache
def _ideas() -> tuple[Phrasebook[str], frozenset[str]]:
    """The ideas, and the features of those that may tell of danger."""
    text = resources.files("messages.meaning").joinpath("ideas.toml").read_text(encoding="utf-8")
    book, telling = Phrasebook[str](), set[str]()
    for group, ideas in tomllib.loads(text).items():
        for name, phrases in ideas.items():
            book.add(name, (one for one in phrases if not one.startswith(ACCENTED)))
            book.add(name, (one.removeprefix(ACCENTED) for one in phrases if one.startswith(ACCENTED)), accented=True)
            if group not in SETTING and name not in WHEN:
                telling.add(f"x:{name}")
    return book, frozenset(telling)


def tells_of_something(features: Iterable[str]) -> bool:
    """Whether there is any signal of the table in a message, or any idea of something that happens."""
    _, telling = _ideas()
    return any(feature in telling or feature.startswith("k:") for feature in features)


def danger_features(said: Sequence[Word], message: Message, *, text: str) -> list[str]:
    """Everything a message is judged by, each once, in a lasting order."""
    found = itertools.chain(_of_words(said), _of_ideas(said), _of_table(said, message), _of_form(said, text))
    return list(dict.fromkeys(found))


def _of_words(said: Sequence[Word]) -> Iterator[str]:
    plain = [word.plain for word in said]
    for word in plain:
        yield f"w:{word}"
    for one, other in itertools.pairwise(plain):
        yield f"b:{one}_{other}"
    for accented in said:
        if accented.marks:
            yield f"a:{accented.plain}{''.join(sorted(accented.marks))}"


def _of_ideas(said: Sequence[Word]) -> Iterator[str]:
    places: dict[int, tuple[int, str]] = {}
    heard: set[str] = set()
    book, _ = _ideas()
    for name, span in book.find(said):
        heard.add(name)
        places[span.first] = max(places.get(span.first, (0, "")), (span.last, name))
        if said[span.first].clause == said[-1].clause != said[0].clause:
            yield f"z:{name}"
    ideas = sorted(heard)
    for name in ideas:
        yield f"x:{name}"
    for one, other in itertools.combinations(ideas, 2):
        yield f"p:{one}+{other}"
    order, at = ["^"], 0
    for first, (last, name) in sorted(places.items()):
        if first >= at:
            order.append(name)
            at = last
    for one, other in itertools.pairwise([*order, "$"]):
        yield f"q:{one}>{other}"


def _of_table(said: Sequence[Word], message: Message) -> Iterator[str]:
    for (kind, strength), span in ear().kinds.find(said, message.hidden):
        if message.is_negated(span):
            yield "k:negated"
            continue
        yield f"k:{kind}:{strength}"
        yield f"k:{strength}"
        yield "k:any"
    for name, spans in message.found.items():
        if spans:
            yield f"e:{name}"
    if message.hidden:
        yield "e:lookalike"
    if message.asked:
        yield "e:asked"


_FORMS = (
    ("laughs", re.compile(r"=\)|:\)|\b(?:ha|hi|he|hí|há){2,}\b|\bkk+\b|\blol\b|:v\b|[😂🤣😆😄😁]", re.IGNORECASE)),
    ("weeps", re.compile(r"\(\(|:\(|\bhu(?:hu)+\b|[😭😢😱🆘]", re.IGNORECASE)),
    ("trails off", re.compile(r"\.\.|…")),
    ("quotes", re.compile(r"[\"“”'‘]\w.{0,60}[\"“”'’]")),
    ("minutes", re.compile(r"\b\d+ ?(?:phút|phut|p|min|mins|minutes?)\b", re.IGNORECASE)),
    (
        "address",
        re.compile(
            r"\b(?:số|so|ngõ|ngo|hẻm|hem|kiệt|kiet|phòng|phong|tầng|tang|lầu|lau|room|floor) ?\d|\d/\d", re.IGNORECASE
        ),
    ),
    ("percent", re.compile(r"\d ?%")),
)
"""What shows in how a message is written rather than in its words."""


def _of_form(said: Sequence[Word], text: str) -> Iterator[str]:
    for name, form in _FORMS:
        if form.search(text):
            yield f"e:{name}"
    if text.rstrip().endswith(("?", "？")):
        yield "e:?"
    if "!" in text:
        yield "e:!"
    yield f"l:{min(6, len(said) // 4)}"
