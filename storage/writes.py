"""A write as a value: what a decision wants stored, made by pure functions and executed later by the one writer."""

from collections.abc import Sequence
from dataclasses import field
from typing import LiteralString, TypeAlias

from messages.frozen import frozen

SqlValue: TypeAlias = str | int | float | bytes | None
"""What a column can hold; times are stored as text or integers, truth as 0 and 1."""
Rows: TypeAlias = Sequence[Sequence[SqlValue]]
"""What the statements of a turn with a RETURNING hand back, in order."""


@frozen
class Write:
    """One statement that changes rows; a sequence of them is a turn, of which all happen or none.

    `expects_rows` is how an optimistic turn notices that the world moved: None means any number will do; otherwise the
    statement must begin with INSERT, UPDATE, DELETE or REPLACE (only these are counted) and change exactly so many
    rows, or the whole turn is `Stale`. One that `returns` has a RETURNING, and its rows are not counted.
    """

    sql: LiteralString
    parameters: tuple[SqlValue, ...] = field(default=(), repr=False)  # may hold what somebody wrote: never in a log
    expects_rows: int | None = None
    returns: bool = False
