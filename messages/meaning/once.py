"""Understanding a message once: half a dozen rules look at the words of one message, and each begins by parting them.

What was understood is kept for as long as its turn lasts, and no longer: people's words stay in no memory beyond it.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Understood = TypeVar("Understood")

_understood: ContextVar[dict[tuple[object, str], Any] | None] = ContextVar("understood", default=None)


@contextmanager
def one_turn() -> Iterator[None]:
    """Within it, every text is understood once."""
    token = _understood.set({})
    try:
        yield
    finally:
        _understood.reset(token)


def once(understand: Callable[[str], Understood]) -> Callable[[str], Understood]:
    """A function of a text, which must be pure and return what nobody changes, called once for each text in a turn."""

    @functools.wraps(understand)
    def remembering(text: str) -> Understood:
        return read_once(understand, text)

    return remembering


def read_once(understand: Callable[[str], Understood], text: str) -> Understood:
    """What such a function makes of a text; for one that is chosen only now, such as what reads a flow's draft."""
    known = _understood.get()
    if known is None:
        return understand(text)
    key = (understand, text)
    if key not in known:
        known[key] = understand(text)
    found: Understood = known[key]
    return found
