"""The pace of one channel: when the next send may go out, in even slots instead of bursts.

Pure decisions on a monotonic clock (seconds) that is passed in. Telegram's limits: about 30 messages a second over all
chats, one a second to a private chat (short bursts are tolerated), 20 a minute to a group; a 429 says how long to wait.
Messages that are paid for have a row of slots of their own.
"""

from collections import deque
from dataclasses import dataclass, field

from bot.channels.channel import Limits

STRETCH = 1.015
"""A slot is so much longer than its share of a second: 30 sends stay within 30 a second at a receiver with jitter."""
PAID_STRETCH = 1.035
"""The same for what is paid for: a receiver sees 1,000 a second arrive up to 35 ms early or late."""
LATE = 0.005
"""Seconds between a slot and its send from which on the send's own time counts."""
CATCH_UP = 0.1
"""Seconds of slots that a late wake-up does not lose while somebody waited for them; the ring guards the limit."""
CLOSE = 0.5
"""Two sends nearer than this share of a slot are a burst, which a receiver with jitter may see still closer: they"""
HURRIED_STRETCH = 1.06
"""keep this to the last but 29, instead of `STRETCH`."""
BURST = 3
"""Messages that a private chat may get at once before it must wait."""
GROUP_SPAN = 60.0
"""Seconds over which a group's limit is counted."""
TWO_CHATS_WITHIN = 10.0
"""Two chats that are asked to wait within so many seconds mean that the whole channel is."""
CHATS_REMEMBERED = 4096
"""Quiet chats are forgotten when more than so many are known."""


@dataclass(slots=True)
class _Chat:
    tokens: float = BURST
    at: float = 0.0
    paused_until: float = 0.0
    grants: deque[float] = field(default_factory=deque)


class _Row:
    """Even slots: so many a second, and never more within any second, however late we wake."""

    def __init__(self, per_second: float, *, stretch: float, hurried: float) -> None:
        """Seconds between a send and the one `per_second` before it: `stretch`, and `hurried` in a burst."""
        self._stretch, self._hurried = stretch, hurried
        self._slot = stretch / per_second if per_second else 0.0
        # the guard: whatever the slots did, this many grants ago must be more than a second back
        self._ring: deque[float] = deque(maxlen=max(1, int(per_second)))
        self._next_at = float("-inf")
        self._taken_at = float("-inf")
        self._is_awaited = False

    def ready_at(self, now: float) -> float:
        """When the next slot is; whoever is told to wait is waiting for it from then on."""
        if not self._slot:
            return now
        at = max(now, self._next_at)
        if len(self._ring) == self._ring.maxlen:
            calm_at = max(at, self._taken_at + CLOSE * self._slot, self._ring[0] + self._stretch)
            at = min(calm_at, max(at, self._ring[0] + self._hurried))
        if at > now:
            self._is_awaited = True
        return at

    def take(self, now: float) -> None:
        """The slot that is ready."""
        if self._slot:
            # slots are counted from the last one while somebody waits, so that a late wake-up costs none
            is_queue = self._is_awaited or now - self._taken_at < self._slot
            self._next_at = (max(self._next_at, now - CATCH_UP) if is_queue else now) + self._slot
            self._taken_at, self._is_awaited = now, False
            self._ring.append(now)

    def went(self, taken_at: float, now: float) -> None:
        """The send of a slot is only now on its way: whoever receives it counts from here."""
        if now - taken_at > LATE and taken_at in self._ring:
            self._ring[self._ring.index(taken_at)] = now
            self._taken_at = max(self._taken_at, now)


class Pace:
    """Hands out the slots of one channel; `chat` is any name by which a chat is known again."""

    def __init__(self, limits: Limits) -> None:
        self._free = _Row(limits.per_second, stretch=STRETCH, hurried=HURRIED_STRETCH)
        self._paid = _Row(limits.paid_per_second, stretch=PAID_STRETCH, hurried=PAID_STRETCH)
        self._per_chat = limits.per_chat
        self._per_group = int(limits.per_group)
        self._paused_until = float("-inf")
        self._probing = False
        self._asked_to_wait: dict[bytes, float] = {}
        self._chats: dict[bytes, _Chat] = {}
        self._forget_above = CHATS_REMEMBERED

    def next_slot(self, now: float, chat: bytes, *, is_group: bool = False, paid: bool = False) -> float:
        """`now` when the send may go out, and then the slot is taken; otherwise the moment at which to ask again.

        After a pause of the channel one send finds out whether it is over: until `landed` there is no other.
        """
        at = self.ready_at(now, chat, is_group=is_group, paid=paid)
        if at > now:
            return at
        (self._paid if paid else self._free).take(now)
        self._take(now, chat, is_group=is_group)
        if self._paused_until > float("-inf"):
            self._paused_until, self._probing = float("-inf"), True
        return now

    def ready_at(self, now: float, chat: bytes, *, is_group: bool = False, paid: bool = False) -> float:
        """The earliest moment at which this chat may be sent to, as things are now; infinite during a probe."""
        if self._probing:
            return float("inf")
        row_at = (self._paid if paid else self._free).ready_at(now)
        return max(row_at, self._paused_until, self._chat_ready_at(now, chat, is_group=is_group))

    def went(self, granted_at: float, now: float, *, paid: bool = False) -> None:
        """A send begins after its slot was granted; later than it should where everything was held up between."""
        (self._paid if paid else self._free).went(granted_at, now)

    def is_paused(self, now: float, chat: bytes) -> bool:
        """Whether the platform asked this chat, or everybody, to wait until later."""
        known = self._chats.get(chat)
        return self._paused_until > now or (known is not None and known.paused_until > now)

    def channel_paused_until(self) -> float:
        """Until when the whole channel waits; in the past when it does not."""
        return self._paused_until

    def landed(self) -> bool:
        """The platform has answered a send, whatever it said; whether that was the probe others wait for."""
        was_probing, self._probing = self._probing, False
        return was_probing

    def pause(self, chat: bytes, until: float) -> None:
        """This chat waits."""
        known = self._chats.setdefault(chat, _Chat(at=until))
        known.paused_until = max(known.paused_until, until)

    def pause_channel(self, until: float) -> None:
        """Everybody waits."""
        self._paused_until = max(self._paused_until, until)

    def slow_down(self, now: float, chat: bytes, *, after: float, everybody: bool) -> None:
        """The platform asked for `after` seconds of patience: this chat waits, and if it looks like more, everybody."""
        self.pause(chat, now + after)
        self._asked_to_wait = {who: at for who, at in self._asked_to_wait.items() if now - at <= TWO_CHATS_WITHIN}
        self._asked_to_wait[chat] = now
        if everybody or len(self._asked_to_wait) >= 2:
            self.pause_channel(now + after)

    def _chat_ready_at(self, now: float, chat: bytes, *, is_group: bool) -> float:
        known = self._chats.get(chat)
        if known is None:
            return now
        at = known.paused_until
        if is_group:
            if self._per_group and len(known.grants) >= self._per_group:
                at = max(at, known.grants[0] + GROUP_SPAN)
        elif self._per_chat:
            missing = 1 - self._tokens(known, now)
            at = max(at, now + missing / self._per_chat if missing > 1e-9 else now)
        return max(at, now)

    def _tokens(self, known: _Chat, now: float) -> float:
        return min(BURST, known.tokens + max(0.0, now - known.at) * self._per_chat)

    def _take(self, now: float, chat: bytes, *, is_group: bool) -> None:
        if not (self._per_group if is_group else self._per_chat):
            return
        known = self._chats.setdefault(chat, _Chat(at=now))
        if is_group:
            known.grants.append(now)
            while len(known.grants) > self._per_group:
                known.grants.popleft()
        else:
            known.tokens, known.at = self._tokens(known, now) - 1, now
        if len(self._chats) > self._forget_above:
            self._forget_quiet(now)

    def _forget_quiet(self, now: float) -> None:
        """A chat that may get as much as an unknown one is as good as unknown."""
        filled_at = now - BURST / self._per_chat if self._per_chat else now
        self._chats = {
            chat: known
            for chat, known in self._chats.items()
            if known.paused_until > now
            or known.at > filled_at
            or (known.grants and known.grants[-1] > now - GROUP_SPAN)
        }
        self._forget_above = max(CHATS_REMEMBERED, 2 * len(self._chats))
