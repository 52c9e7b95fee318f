"""Values: made often, compared, hashed, and never changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """A dataclass with slots that nobody changes once it is made; mypy refuses whoever tries.

    Nothing checks it while we run: `dataclass(frozen=True)` sets each field through a call, so that a value of 29
    fields takes ten times as long to make (4.2 µs beside 0.4), and a turn makes seventy.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)


if TYPE_CHECKING:
    from dataclasses import replace as replace  # noqa: PLC0414 -- mypy knows it by that name and checks the fields
else:

    def replace(value, /, **changes):
        """A copy of a value in which some fields are others; of any dataclass whose fields are all given when made.

        As `dataclasses.replace`, which looks at the fields one by one: 3 µs for a session's 29, beside 1.3.
        """
        fields, places = _parts(type(value))
        cls, *fresh = fields(value)
        for name, new in changes.items():
            fresh[places[name]] = new
        return cls(*fresh)


@cache
def _parts(cls: type[Any]) -> tuple[Callable[[object], tuple[Any, ...]], Mapping[str, int]]:
    """What reads a value's class and fields at once, and where each field stands among them."""
    names: tuple[str, ...] = cls.__match_args__
    return attrgetter("__class__", *names), {name: place for place, name in enumerate(names)}
