"""What a message is judged by for danger: its words, its ideas (`ideas.toml`), and what the table hears in it.

The same features are counted when the weights are learned and when a message is read; a change here or in the tables
needs `python -m tests.meaning.train_dangers`.

w:chay a word, b:mui_gas two in a row, s:nha_chay two with one between, a:cháy a word with its accents; x:fire an idea,
p:fire+past two of them, q:fire>past two that follow each other; k: a signal of the table, e: evidence, l: the length.
"""

import functools
import itertools
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources

from messages.meaning.danger import ear
from messages.meaning.danger_signs import Message
from messages.meaning.folding import Word
from messages.meaning.signals import Phrasebook

GROUPS = {"w": 1.0, "b": 1.0, "s": 0.6, "a": 1.0, "x": 1.5, "p": 0.7, "q": 0.7, "k": 1.5, "e": 1.5, "l": 0.5}
"""How much a group of features counts; chosen by cross-validation."""

LONGEST = 120
"""Words that are judged together; a longer text is judged in parts."""


SETTING = frozenset({"setting", "not_now"})
"""The groups of ideas that alone tell of no danger."""


@functools.cache
def _ideas() -> tuple[Phrasebook[str], frozenset[str]]:
    """The ideas, and the features of those that may tell of danger."""
    text = resources.files("messages.meaning").joinpath("ideas.toml").read_text(encoding="utf-8")
    book, telling = Phrasebook[str](), set[str]()
    for group, ideas in tomllib.loads(text).items():
        for name, phrases in ideas.items():
            book.add(name, phrases)
            if group not in SETTING:
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
    for one, other in zip(plain, plain[2:], strict=False):
        yield f"s:{one}_{other}"
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


def _of_form(said: Sequence[Word], text: str) -> Iterator[str]:
    if text.rstrip().endswith(("?", "？")):
        yield "e:?"
    if "!" in text:
        yield "e:!"
    yield f"l:{min(6, len(said) // 4)}"
