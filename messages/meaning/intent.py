"""What somebody wants who just writes, when no conversation is open: the first fork of every free message.

There is deliberately nothing here that recognises an opinion: what is neither danger, paperwork, a fire question, a
greeting nor a trial is taken as the beginning of a tip.
"""

import functools
import tomllib
from collections.abc import Sequence
from enum import StrEnum
from importlib import resources
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from messages.meaning.danger import Kind
from messages.meaning.emergencies import triage
from messages.meaning.folding import Word, words
from messages.meaning.once import once
from messages.meaning.procedures import matter_of
from messages.meaning.search import search
from messages.meaning.signals import Phrasebook, hidden_by, is_said, phrases_of, read


class Intent(StrEnum):
    """What a free message wants."""

    EMERGENCY = "emergency"
    PAPERWORK = "paperwork"
    QUESTION = "question"
    GREETING = "greeting"
    TRIAL = "trial"
    TIP = "tip"


class Meaning(NamedTuple):
    """What a message wants, with the danger or the matter it names."""

    intent: Intent
    danger: Kind | None = None
    matter: str | None = None


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    greetings: tuple[str, ...]
    trials: tuple[str, ...]
    polite: tuple[str, ...]
    fire: tuple[str, ...]
    asking: tuple[str, ...]
    telling: tuple[str, ...]


class _Ear(NamedTuple):
    greetings: Phrasebook[None]
    trials: Phrasebook[None]
    polite: Phrasebook[None]
    fire: Phrasebook[None]
    asking: Phrasebook[None]
    telling: Phrasebook[None]


@functools.cache
def _ear() -> _Ear:
    text = resources.files("messages.meaning").joinpath("intent.toml").read_text(encoding="utf-8")
    table = _Table.model_validate(tomllib.loads(text))
    return _Ear(*(phrases_of(phrases) for _, phrases in table))


def understand(text: str) -> Meaning:
    """What a free message wants. Pure, never raises; danger beats everything but a mere greeting."""
    if is_greeting(text):
        return Meaning(Intent.GREETING)
    danger = triage(text)
    if danger is not None:
        return Meaning(Intent.EMERGENCY, danger=danger)
    ear, said = _ear(), read(text)
    if _is_made_of(said, ear.trials, ear.polite):
        return Meaning(Intent.TRIAL)
    matter = matter_of(said)
    if matter is not None and (matter.however_told or not is_said(ear.telling, said)):
        return Meaning(Intent.PAPERWORK, matter=matter.slug)
    if _asks_about_fire(text, said):
        return Meaning(Intent.QUESTION)
    return Meaning(Intent.TIP)


def intent(text: str) -> Intent:
    """As `understand`, when only the fork matters."""
    return understand(text).intent


@once
def is_greeting(text: str) -> bool:
    """Whether a message only greets or calls ("cháu ơi cho ông hỏi"), however much that sounds like a cry."""
    ear = _ear()
    return _is_made_of(read(text), ear.greetings, ear.polite)


def is_telling(text: str) -> bool:
    """Whether a message rather tells something than asks, whatever it is about."""
    return understand(text).intent is Intent.TIP and not _asks(text, read(text))


def names_fire(text: str) -> bool:
    """Whether a message speaks of fire, its dangers or what prevents it."""
    return is_said(_ear().fire, read(text))


def _asks(text: str, said: Sequence[Word]) -> bool:
    ear = _ear()
    asks = is_said(ear.asking, said) or text.rstrip().endswith(("?", "？")) or _ends_in_a_question(said)
    return asks and not is_said(ear.telling, said)


def _asks_about_fire(text: str, said: Sequence[Word]) -> bool:
    ear = _ear()
    return _asks(text, said) and (is_said(ear.fire, said) or search(text).confident)


_NO = words("không")[0]


def _ends_in_a_question(said: Sequence[Word]) -> bool:
    """Vietnamese asks for yes or no by ending in "không"."""
    return bool(said) and said[-1].plain == _NO.plain and said[-1].marks <= _NO.marks


def _is_made_of(said: Sequence[Word], core: Phrasebook[None], *rest: Phrasebook[None]) -> bool:
    """Whether a message holds a phrase of the core, and nothing but such and the rest."""
    essential = _covered(core, said)
    if not essential:
        return False
    covered = essential.union(*(_covered(book, said) for book in rest))
    return len(covered) == len(said)


def _covered(book: Phrasebook[None], said: Sequence[Word]) -> frozenset[int]:
    return hidden_by(span for _, span in book.find(said))
