"""Matters of paperwork: what people come to the ward police for that is not a tip, and where they only need the way."""

import functools
import tomllib
from collections.abc import Sequence
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from messages.categories import Slug, Wording
from messages.meaning.folding import Word
from messages.meaning.signals import Phrasebook, is_said, phrases_of, read

SHORT = 5
"""A message of at most so many words that names a matter ("làm căn cước") is about that matter."""
COMPLAINT = "citizen-reception"
"""The matter of complaints about officials: they go to citizen reception, past those who read this channel (domain
facts f.0)."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Procedure(_Frozen):
    """One matter of paperwork."""

    slug: Slug
    label: Wording
    signals: Annotated[tuple[str, ...], Field(min_length=1)]
    however_told: bool = False
    """Whether naming it is enough, also where nothing is asked: a complaint is told, and still needs the way."""


class _Table(_Frozen):
    asking: tuple[str, ...]
    applying: tuple[str, ...]
    offences: tuple[str, ...]
    forgeries: tuple[str, ...]
    procedure: tuple[Procedure, ...]


@functools.cache
def _table() -> _Table:
    text = resources.files("messages.meaning").joinpath("procedures.toml").read_text(encoding="utf-8")
    return _Table.model_validate(tomllib.loads(text))


@functools.cache
def _listened() -> tuple[Phrasebook[None], ...]:
    table = _table()
    return tuple(map(phrases_of, (table.asking, table.applying, table.offences, table.forgeries)))


@functools.cache
def _signals() -> tuple[tuple[Procedure, Phrasebook[None]], ...]:
    return tuple((one, phrases_of(one.signals)) for one in _table().procedure)


def load_procedures() -> tuple[Procedure, ...]:
    """All matters, in the order in which they are recognised."""
    return _table().procedure


def procedure(slug: str) -> Procedure:
    """The matter with this slug; raises KeyError for one that does not exist."""
    for one in load_procedures():
        if one.slug == slug:
            return one
    raise KeyError(slug)


def matter(text: str) -> Procedure | None:
    """Which paperwork a message is about; None when it is about none, or tells of an offence with papers."""
    return matter_of(read(text))


def matter_of(said: Sequence[Word]) -> Procedure | None:
    """As `matter`, for a message that was already read."""
    named = next((one for one, signals in _signals() if is_said(signals, said)), None)
    if named is None:
        return None
    asking, applying, offences, forgeries = _listened()
    if is_said(forgeries, said):
        return None
    if named.however_told:
        return named
    if is_said(asking, said):
        return named
    if is_said(offences, said):
        return None
    return named if is_said(applying, said) or len(said) <= SHORT else None
