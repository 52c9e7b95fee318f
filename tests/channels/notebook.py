"""An intake for tests of how updates are heard: what it was told, in which order, and failures on demand."""

import asyncio
from dataclasses import dataclass, field

from messages.incoming import Incoming, words_of
from tests.bot_api_fake.pulse import PATIENCE


class UnwritableError(Exception):
    """What intake raises when nothing could be written."""


@dataclass
class Notebook:
    """An intake that writes down what it is told, keeps each number once, and fails as often as it is told to."""

    said: list[Incoming] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    fails: dict[str, int] = field(default_factory=dict)
    """By the words said: how many times more."""
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    """By the words said: to be set before it is written down."""
    begun: dict[str, asyncio.Event] = field(default_factory=dict)

    async def take(self, said: Incoming) -> None:
        """Write it down."""
        words = words_of(said.content)
        self.tries.append(words)
        self.begun.setdefault(words, asyncio.Event()).set()
        if words in self.gates:
            await self.gates[words].wait()
        if self.fails.get(words, 0) > 0:
            self.fails[words] -= 1
            raise UnwritableError(words)
        if said.id not in [known.id for known in self.said]:
            self.said.append(said)

    async def begins(self, words: str) -> None:
        """Wait until it was told this."""
        async with asyncio.timeout(PATIENCE):
            await self.begun.setdefault(words, asyncio.Event()).wait()

    @property
    def words(self) -> list[str]:
        """What stands in it."""
        return [words_of(said.content) for said in self.said]
