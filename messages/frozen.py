"""Values: made often, compared, hashed, and never changed."""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """A dataclass with slots that nobody changes once it is made; mypy refuses whoever tries.

    Nothing checks it while we run: `dataclass(frozen=True)` sets each field through a call, so that a value of 29
    fields takes ten times as long to make (4.2 µs beside 0.4), and a turn makes seventy.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
