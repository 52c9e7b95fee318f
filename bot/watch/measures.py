"""What the running bot counts about itself: plain numbers, changed on the event loop, read when somebody asks.

No lock and no library stands in a turn's way: counting costs it less than two microseconds. Nothing here names anybody,
a ward or a tip.
"""

import asyncio
import secrets
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from bot.channels.channel import Take
from messages.incoming import Incoming

BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; a turn is counted in the first that it does not pass."""
BEAT: Final = 0.5
"""Seconds between two looks at whether the event loop is late."""
BEATS_KEPT: Final = 120
"""A minute of them."""


@dataclass(slots=True)
class Durations:
    """How long something took, counted by size."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0

    def note(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


@dataclass(slots=True)
class Measures:
    """The counts of one run. `monotonic` is in seconds."""

    monotonic: Callable[[], float]
    turns: dict[str, Durations] = field(default_factory=dict)
    """By channel: from hearing somebody until all it causes is durable, waiting for their earlier words included."""
    refused: Counter[str] = field(default_factory=Counter)
    """By channel: turns that could not be written, which the platform delivers again."""
    ticked: dict[str, float] = field(default_factory=dict)
    """When each tick last went well, on the monotonic clock."""
    failed_ticks: Counter[str] = field(default_factory=Counter)
    pending: dict[str, int] = field(default_factory=dict)
    """By channel: updates that wait at the platform, as it said when it was last asked."""
    lateness: list[float] = field(default_factory=list)
    """Seconds by which the event loop was late, of the last minute."""
    began_at: float = field(init=False)
    """On the monotonic clock: since then ticks are expected."""

    def __post_init__(self) -> None:
        """The run begins."""
        self.began_at = self.monotonic()

    def around(self, take: Take) -> Take:
        """The same, counted and timed, and with a turn's own id in every log line from hearing to acknowledging."""

        async def counted(said: Incoming) -> None:
            began = self.monotonic()
            tokens = structlog.contextvars.bind_contextvars(turn=secrets.token_hex(4))
            try:
                await take(said)
            except Exception:
                self.refused[said.by.channel] += 1
                raise
            else:
                durations = self.turns.get(said.by.channel)
                if durations is None:
                    durations = self.turns[said.by.channel] = Durations()
                durations.note(self.monotonic() - began)
            finally:
                structlog.contextvars.reset_contextvars(**tokens)

        return counted

    def tick_ended(self, name: str, *, well: bool) -> None:
        """A tick came to its end."""
        if well:
            self.ticked[name] = self.monotonic()
        else:
            self.failed_ticks[name] += 1

    async def watch_the_loop(self) -> None:
        """Notice when something keeps the event loop from everybody; until cancelled."""
        while True:
            began = self.monotonic()
            await asyncio.sleep(BEAT)
            self.lateness.append(max(0.0, self.monotonic() - began - BEAT))
            del self.lateness[:-BEATS_KEPT]
