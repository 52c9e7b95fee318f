"""How fast messages really go out, and what became of them: for a broadcast's estimate, and for the metrics."""

from collections import Counter, deque
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.channels.channel import Away, Gone, Refused, TryLater
from messages.address import ChannelName
from storage.outbox import Lane

Answer = TypeVar("Answer")

SPAN = 60
"""Seconds looked back."""
SETTLED_AFTER = 5
"""Seconds of sending after which its own pace is believed."""

OUTCOMES = {TryLater: "later", Away: "away", Gone: "gone", Refused: "refused"}
"""What a platform's answers are called in the metrics; an accepted message is "sent", anything else "failed"."""


class Tempo:
    """Sends of the last minute, second by second, those of campaigns apart. `monotonic` is in seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._seconds: deque[tuple[int, list[int]]] = deque(maxlen=SPAN)
        self.free = 0.0
        """Messages a second that the slowest platform allows; 0 without a limit. Set by whoever knows the channels."""
        self.sends: Counter[tuple[ChannelName, Lane, str]] = Counter()
        """Calls to platforms since the start, by channel, lane and what became of them."""

    async def counted(self, sending: Awaitable[Answer], channel: ChannelName, *, lane: Lane) -> Answer:
        """Await a platform's answer, and count it."""
        outcome = "failed"
        try:
            answer = await sending
            outcome = "sent"
            self._note(lane)
        except (TryLater, Away, Gone, Refused) as error:
            outcome = OUTCOMES[type(error)]
            raise
        finally:
            self.sends[channel, lane, outcome] += 1
        return answer

    def lately(self) -> float:
        """Messages in the last full second, those of campaigns included."""
        last = int(self._monotonic()) - 1
        return float(sum(sum(counts) for second, counts in self._seconds if second == last))

    def _note(self, lane: Lane) -> None:
        second = int(self._monotonic())
        if not self._seconds or self._seconds[-1][0] != second:
            self._seconds.append((second, [0, 0]))
        self._seconds[-1][1][lane is Lane.CAMPAIGN] += 1

    def of_campaigns(self) -> float:
        """Messages of campaigns a second: as reached lately, else what the others leave; 0 where there is no limit."""
        now = int(self._monotonic())
        lately = [(second, counts) for second, counts in self._seconds if now - SPAN <= second < now]
        sent = [(second, counts[1]) for second, counts in lately if counts[1]]
        if sent and now - sent[0][0] >= SETTLED_AFTER and now - sent[-1][0] <= SETTLED_AFTER:
            return sum(count for _, count in sent) / (now - sent[0][0])
        others = sum(counts[0] for _, counts in lately) / SPAN
        return max(0.0, self.free - others)
