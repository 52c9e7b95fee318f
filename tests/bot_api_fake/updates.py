"""What the bot has not heard yet, for a poller to fetch."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from tests.bot_api_fake.pulse import Pulse
from tests.bot_api_fake.refusals import OTHER_POLLER, Refusal

MOST_AT_ONCE = 100
"""Updates of one getUpdates (Bot API manual)."""
LONGEST_POLL = 50
"""Seconds; LONG_POLL_MAX_TIMEOUT of Telegram's server."""
KEPT_FOR = 86_400
"""Seconds that an update waits for a bot; a button press waits less."""
PRESS_KEPT_FOR = 150
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that come only to a bot which names them in allowed_updates."""


@dataclass(eq=False)
class Update:
    """One update that waits. `key` is its lane: a webhook gets those of one lane in order, lanes side by side."""

    number: int
    body: dict[str, Any]
    key: Hashable
    expires_at: float
    again: bool = False
    """Delivered once more although it was acknowledged."""


class Updates:
    """The queue of one bot. Nothing leaves it but by acknowledgement or age."""

    def __init__(self, pulse: Pulse, clock: Callable[[], float], *, first: int = 870_000_001) -> None:
        self._pulse = pulse
        self._clock = clock
        self._next = first
        self._poll = 0
        self._ended_by: Refusal | None = None
        self.waiting: list[Update] = []
        self.history: list[Update] = []
        """Every update there ever was, acknowledged or not."""
        self.allowed: frozenset[str] | None = None
        self.acknowledged: list[tuple[float, Update]] = []
        """What the bot has said that it has, and when (monotonic seconds)."""

    def put(self, kind: str, content: dict[str, Any], *, key: Hashable) -> None:
        """Queue an update, unless the bot does not want its kind."""
        if kind in UNASKED if self.allowed is None else kind not in self.allowed:
            return
        kept_for = PRESS_KEPT_FOR if kind == "callback_query" else KEPT_FOR
        self._add(Update(self._next, {"update_id": self._next, kind: content}, key, self._clock() + kept_for))

    def put_raw(self, body: dict[str, Any]) -> None:
        """Queue anything as an update; it gets the next number if it names none."""
        number = body.get("update_id", self._next)
        numbered = {"update_id": number, **body}
        self._add(Update(number if isinstance(number, int) else self._next, numbered, "raw", self._clock() + KEPT_FOR))

    def _add(self, update: Update) -> None:
        self._next = max(self._next, update.number) + 1
        self.waiting.append(update)
        self.history.append(update)
        self._pulse.beat()

    def redeliver(self, count: int) -> None:
        """Deliver the last `count` updates once more, with their old numbers, whatever was acknowledged."""
        for update in self.history[-count:]:
            again = Update(update.number, update.body, update.key, self._clock() + KEPT_FOR, again=True)
            self.waiting.append(again)
        self._pulse.beat()

    def drop(self) -> None:
        """Forget all that waits."""
        self.waiting.clear()
        self._pulse.beat()

    def done(self, update: Update) -> None:
        """The bot has taken it."""
        if update in self.waiting:
            self.acknowledged.append((time.monotonic(), update))
            self.waiting.remove(update)
            self._pulse.beat()

    def fresh(self) -> list[Update]:
        """What waits and has not grown too old."""
        now = self._clock()
        self.waiting = [update for update in self.waiting if update.expires_at > now]
        return self.waiting

    def conflict(self, refusal: Refusal) -> None:
        """End the getUpdates that is under way, if any."""
        self._poll += 1
        self._ended_by = refusal
        self._pulse.beat()

    async def poll(self, *, offset: int, limit: int, seconds: int) -> list[dict[str, Any]]:
        """One getUpdates: forget what is below `offset`, then wait up to `seconds` for something to give.

        Raises the 409 in the older of two pollers.
        """
        self.conflict(Refusal(409, OTHER_POLLER))
        mine = self._poll
        self._acknowledge(offset)
        most = limit if 1 <= limit <= MOST_AT_ONCE else MOST_AT_ONCE
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(max(seconds, 0), LONGEST_POLL)):
                while self._poll == mine and not self.fresh():
                    await self._pulse.coming().wait()
        if self._poll != mine and self._ended_by is not None:
            raise self._ended_by
        given = self.fresh()[:most]
        for update in given:
            if update.again:
                self.waiting.remove(update)
        return [update.body for update in given]

    def _acknowledge(self, offset: int) -> None:
        if offset < 0:
            self.waiting = self.waiting[offset:]
        elif offset > 0:
            kept = [update for update in self.waiting if update.number >= offset or update.again]
            self.acknowledged += [(time.monotonic(), update) for update in self.waiting if update not in kept]
            self.waiting = kept
        self._pulse.beat()
