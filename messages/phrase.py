"""Words by name: what the other layers hold instead of sentences.

A phrase is the key of a text in the catalogue with its arguments. A quote stands for something that a person
wrote: it is looked up and unsealed only while a line is being sent, so no copy of it lies in the outbox.
"""

from dataclasses import field
from datetime import datetime
from typing import Literal, TypeAlias

from messages.frozen import frozen


@frozen
class Quote:
    """A reference to what somebody wrote, filled in at the moment of sending."""

    of: Literal["entry", "draft", "question", "addition", "campaign", "contact", "tip", "rating", "account"]
    id: str = ""
    part: str = ""
    kind: Literal["quote"] = "quote"


@frozen
class Moment:
    """A point in time, shown in the installation's time zone. Its own kind, so that stored words stay words."""

    at: datetime
    kind: Literal["moment"] = "moment"


@frozen
class Phrase:
    """A text of the catalogue with its arguments. Arguments never hold what a person wrote: quote it."""

    key: str
    args: "dict[str, Value]" = field(default_factory=dict)
    kind: Literal["phrase"] = "phrase"


Value: TypeAlias = str | int | Moment | Phrase | Quote


def phrase(key: str, **args: Value | datetime) -> Phrase:
    """A phrase, written the short way."""
    return Phrase(key, {name: Moment(arg) if isinstance(arg, datetime) else arg for name, arg in args.items()})


@frozen
class Choice:
    """Something a person can choose: a button where there are buttons, a numbered line where there are none."""

    key: str
    """Opaque to the person; at most 48 bytes, so that it fits a button's handle on every channel."""
    label: Phrase
    lasting: bool = False
    """True for menus and cards, which may be pressed at any time; otherwise it dies with its question."""


def choice(key: str, label: str | Phrase | None = None, *, lasting: bool = False) -> Choice:
    """A choice whose label is the text `choice-<key>` unless another is given."""
    if label is None:
        label = Phrase(f"choice-{key}")
    elif isinstance(label, str):
        label = Phrase(label)
    return Choice(key, label, lasting)
