"""Waiting for something to happen without asking again and again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds a test waits for something that should come at once, on a machine where everything else may be busy; only a
failing test ever spends them."""


class Pulse:
    """Beats at every change of the fake; whoever waits looks again at each beat."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def beat(self) -> None:
        """Something changed."""
        passed, self._next = self._next, asyncio.Event()
        passed.set()

    def coming(self) -> asyncio.Event:
        """The next beat, to be awaited later: what beats in between is not missed."""
        return self._next

    async def until(
        self, found: Callable[[], T | None], *, within: float = PATIENCE, saying: Callable[[], str] = lambda: ""
    ) -> T:
        """Wait until `found` returns something true and return it; AssertionError with `saying()` when it is late."""
        try:
            async with asyncio.timeout(within):
                while not (it := found()):
                    await self._next.wait()
                return it
        except TimeoutError:
            raise AssertionError(f"waited {within} s in vain: {saying()}") from None
