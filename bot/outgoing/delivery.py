"""Delivery: drains the outbox. Claims lines, keeps the pace of each channel, sends, and notes what became of each.

Every line is a row before it is a call, and a row until the platform has answered. A stop at any moment loses none:
a line that was claimed and not marked is in doubt, and `outbox.void_claims` settles it at the next start.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Mapping

import structlog

from bot.channels.channel import Away, Channel, Gone, Refused, TryLater
from bot.clock import Clock, Forward
from bot.outgoing.answers import Answers, Held
from bot.outgoing.handing import Handing
from bot.outgoing.marks import TRY_DATABASE_AFTER, Marks
from bot.outgoing.pace import Pace
from bot.outgoing.passing import InPassing
from bot.outgoing.render import Renderer, Void
from bot.outgoing.returns import Returns
from bot.outgoing.tempo import Tempo
from messages.address import ChannelName, Place
from messages.frozen import replace
from storage import claims, notices, outbox
from storage.errors import DatabaseUnreadable, DatabaseUnwritable
from storage.notices import Budget
from storage.outbox import Lane, Line, ToPlace
from storage.store import Store, chat_of

CLAIMED = 32
"""Lines claimed in one commit; how many can be in doubt when we are killed is what `HELD` and `IN_FLIGHT` allow."""
CAMPAIGN_LINES = 8
"""Lines of campaigns claimed in one commit, and twice as many at once: so few are in doubt when we are killed."""
PAID_LINES = 256
"""The same where they are paid for."""
IN_FLIGHT = 64
"""Sends of replies and alerts at once; campaigns have theirs beside them."""
HELD = 64
"""Claimed lines that may wait in memory for their chats; urgent ones may be twice as many."""
HOLD_FOR = 1.0
"""A line that must wait longer, because the platform asked for it, goes back to its row."""
PAID_TICK = 0.01
"""Seconds between two looks at the slots of what is paid for, which are closer together than a timer is exact."""
FINISH_WITHIN = 5.0
"""Seconds at a stop for the sends that are under way."""
PAID_FROM = 1_800
"""The audience from which on a broadcast is paid for: a smaller one is over within a minute at the free pace."""
NOT_READY = "not_ready"
"""The reason of a line whose channel is not on, or whose picture is still on its way."""
BEFORE_CAMPAIGNS = (Lane.URGENT, Lane.REPLY, Lane.ALERT)
OF_CAMPAIGNS = (Lane.CORRECTION, Lane.CAMPAIGN)

Log = structlog.stdlib.BoundLogger


class Delivery:
    """Gets out what is owed. One runs at a time; `run` ends with `stop` or when cancelled, finishing what flies."""

    def __init__(  # noqa: PLR0913 -- what it works with, named one by one
        self,
        store: Store,
        channels: Mapping[ChannelName, Channel],
        *,
        renderer: Renderer,
        clock: Clock,
        log: Log,
        tempo: Tempo | None = None,
        stars: int = 0,
    ) -> None:
        """`stars` may be spent on broadcasts in all; 0 for free ones only."""
        self._store = store
        self._channels = channels
        self._renderer = renderer
        self._clock = clock
        self._due = Forward(clock)
        self._log = log
        self._tempo = tempo or Tempo(clock.monotonic)
        self._budget = Budget(tenths=10 * stars, audience=PAID_FROM)
        self._paces: dict[ChannelName, Pace] = {}
        self._marks = Marks(store, clock=clock, log=log, more_to_come=lambda: bool(self._flying), written=self.wake)
        self._answers = Answers(store, clock, self._due, self._marks, self._paces, log)
        self._held: list[Held] = []
        self._broadcast: deque[Held] = deque()
        self._flying: dict[asyncio.Task[None], Line] = {}
        self.handing = Handing(claimed=self._begin, owed=self.wake)
        self.in_passing = InPassing(channels, renderer, log=log)
        self._returns = Returns(store, clock)
        self._woken = asyncio.Event()
        self._look = True
        self._look_at = float("inf")
        self._taking: asyncio.Task[float] | None = None
        self._is_crowded = False
        self._running = self._stopping = False
        for channel in channels.values():
            self._keep_pace(channel)

    def _keep_pace(self, channel: Channel) -> None:
        self._paces[channel.name] = Pace(channel.limits)
        rates = [known.limits.per_second for known in self._channels.values() if known.limits.per_second]
        self._tempo.free = min(rates, default=0.0)

    def join(self, channel: Channel) -> None:
        """A channel that was not there at the start is open: what waits for it goes out."""
        self._keep_pace(channel)
        self._marks.add([outbox.due_now(NOT_READY, self._clock.now())])

    def wake(self) -> None:
        """Something new is owed; to be called after every commit that owes."""
        self._look = True
        self._woken.set()

    async def returned(self, place: Place) -> None:
        """Somebody who was away is there again: what was set aside for them goes out.

        Also what is on its way to being set aside: sends that began earlier hear of it, and marks are written first.
        """
        chat = chat_of(self._store.seal, place)
        self._returns.note(chat)
        await self._marks.flush()
        if await self._returns.release(chat):
            self.wake()

    def may_hand_over(self, line: Line, place: Place) -> int | None:
        """Whether a new line would go out at once, so that it may be claimed in the commit that owes it.

        None if not; else the line of its chat that is over already, for `claims.owe_at_once`, and `handing` is to be
        told to expect the new one.
        """
        pace, now = self._paces.get(place.channel), self._clock.monotonic()
        claimed = self.handing.expected + len(self._held) + len(self._flying)
        if pace is None or not self._running or claimed >= HELD + IN_FLIGHT:
            return None
        if pace.ready_at(now, line.chat, is_group=place.shared) > now:
            return None
        return self._marks.over(line.chat)

    # --- the loop -----------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Drain the outbox until `stop`. Settles at first what an earlier run left in doubt."""
        marker = asyncio.create_task(self._marks.run(), name="delivery: marks")
        try:
            await self._marks.void_claims(lambda: self._stopping)
            self._running = not self._stopping
            while not self._stopping:
                self._woken.clear()
                if marker.done():
                    marker.result()  # it ends only with a bug, which must not pass in silence
                try:
                    rest = await self._round()
                except (DatabaseUnreadable, DatabaseUnwritable) as error:
                    self._log.error("outbox not read", kind=type(error).__name__, reason=error.reason)
                    self._look, rest = True, TRY_DATABASE_AFTER
                await self._rest(rest)
        finally:
            await self._finish(marker)

    async def _round(self) -> float:
        """Begin to claim where there is reason to, hear what was claimed, send what may go; seconds to rest then."""
        if self._taking is not None and self._taking.done():
            taken, self._taking = self._taking, None
            self._look_at = self._clock.monotonic() + taken.result()
        if self._taking is None and (self._look or self._clock.monotonic() >= self._look_at):
            self._look = False
            self._taking = asyncio.create_task(self._take(), name="delivery: claims")
        rest = await self._launch()
        return rest if self._taking is not None else min(rest, self._look_at - self._clock.monotonic())

    async def _rest(self, seconds: float) -> None:
        """Until somebody wakes us, or a slot is there; while lines are being claimed slots are not missed."""
        limit = None if seconds == float("inf") else seconds
        if self._taking is None:
            return await self._clock.wait(self._woken, limit)
        woken = asyncio.ensure_future(self._woken.wait())
        await asyncio.wait({self._taking, woken}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        woken.cancel()
        return None

    async def stop(self) -> None:
        """Let `run` end: nothing more is claimed, what is under way gets a few seconds."""
        self._stopping, self._running = True, False
        self._woken.set()

    # --- claiming -----------------------------------------------------------------------------------------------

    async def _take(self) -> float:
        """Claim what can be; seconds after which to look again, infinite until something happens."""
        now, due = self._clock.now(), self._due.now()
        monotonic = self._clock.monotonic()
        paused = {name: pace.channel_paused_until() - monotonic for name, pace in self._paces.items()}
        waits = [wait for wait in paused.values() if wait > 0]
        closed = [name for name, wait in paused.items() if wait > 0]
        for lane in BEFORE_CAMPAIGNS:
            while (room := min(self._room(lane), CLAIMED)) > 0:
                lines = await claims.claim(self._store, now, lanes=(lane,), due=due, limit=room, closed=closed)
                for line in lines:
                    await self._hold(line)
                if len(lines) < room:
                    break
        if not closed:  # meanwhile replies find out whether it is over, and nobody else is held up by a broadcast
            await self._take_of_campaigns()
        due_at = await claims.next_due_at(self._store, due, lanes=BEFORE_CAMPAIGNS)
        if due_at is not None:
            waits.append((due_at - self._due.now()).total_seconds())
        return min(waits, default=float("inf"))

    async def _take_of_campaigns(self) -> None:
        """Lines of campaigns, as many as are sent within a moment; those that mend something go first."""
        now = self._clock.now()
        for lane in OF_CAMPAIGNS:
            claimed = len(self._broadcast) + sum(line.campaign is not None for line in self._flying.values())
            free, paid = (2 * most - claimed for most in (CAMPAIGN_LINES, PAID_LINES))
            limit, paid_limit = free if free >= CAMPAIGN_LINES // 2 else 0, paid if paid >= PAID_LINES // 2 else 0
            for line in await notices.claim(
                self._store,
                now,
                due=self._due.now(),
                lane=lane,
                limit=min(limit, CAMPAIGN_LINES),
                paid_limit=min(paid_limit, PAID_LINES),
                budget=self._budget,
                night=self._renderer.is_night(now),
            ):
                await self._hold(line)

    def _room(self, lane: Lane) -> int:
        return (2 * HELD if lane is Lane.URGENT else HELD) - len(self._held)

    async def _hold(self, line: Line) -> None:
        """Render a claimed line, and let it wait for its slot."""
        held = await self._rendered(line)
        if held is not None:
            (self._held if line.campaign is None else self._broadcast).append(held)

    async def _rendered(self, line: Line) -> Held | None:
        """A claimed line with its words; what nobody should get ends here."""
        try:
            ready = await self._renderer.render(line, self._clock.now())
        except TryLater as later:
            self._answers.again(line, later.after, reason=NOT_READY)
            return None
        except (DatabaseUnreadable, DatabaseUnwritable) as error:
            self._answers.again(line, None, reason=type(error).__name__)
            return None
        except Exception as error:  # a text that lacks an argument: our bug, and for ever this line's
            self._log.error("line not rendered", line=line.id, kind=type(error).__name__, exc_info=True)
            self._answers.dead(line, type(error).__name__)
            return None
        if isinstance(ready, Void):
            self._answers.void(line, ready)
            return None
        if line.paid and not self._channels[ready.place.channel].limits.paid_per_second:
            self._marks.add([notices.unspent(1)])
            line = replace(line, paid=False)
        is_known = line.contents is not None and isinstance(line.contents.target, ToPlace)
        return Held(line, ready, line.chat if is_known else chat_of(self._store.seal, ready.place))

    # --- sending ------------------------------------------------------------------------------------------------

    async def _launch(self) -> float:
        """Send what has a slot now, the best lane first; seconds until the next slot, infinite when nothing waits."""
        self._is_crowded = False
        self._held.sort(key=lambda held: (held.line.lane, held.line.id))
        waits = [self._offer(held) for held in self._held]
        self._held = [held for held, wait in zip(self._held, waits, strict=True) if wait is not None]
        rests = [wait for wait in waits if wait is not None]
        if self._broadcast:
            rests.append(await self._launch_broadcast())
        return min(rests, default=float("inf"))

    async def _launch_broadcast(self) -> float:
        """The same for lines of campaigns, each of which asks its campaign before it goes."""
        rests = [float("inf")]
        for _ in range(len(self._broadcast)):
            held = self._broadcast.popleft()
            if self._wait_of(held) <= 0 and not await self._answers.still_goes(
                held, is_night=self._renderer.is_night(self._clock.now())
            ):
                continue
            wait = self._offer(held)
            if wait is None:
                continue
            rests.append(max(wait, PAID_TICK) if held.line.paid else wait)
            pace, now = self._paces[held.ready.place.channel], self._clock.monotonic()
            if pace.ready_at(now, b"", paid=held.line.paid) > now:  # everybody waits, not this chat alone
                self._broadcast.appendleft(held)
                break
            self._broadcast.append(held)
        return min(rests)

    def _wait_of(self, held: Held) -> float:
        now = self._clock.monotonic()
        place, paid = held.ready.place, held.line.paid
        return self._paces[place.channel].ready_at(now, held.chat, is_group=place.shared, paid=paid) - now

    def _offer(self, held: Held) -> float | None:
        """Send it if it may go now, or put it back if it must wait long; else seconds to wait for its slot."""
        now, place = self._clock.monotonic(), held.ready.place
        pace = self._paces[place.channel]
        wait = self._wait_of(held)
        if wait > HOLD_FOR and pace.is_paused(now, held.chat):
            closed = place.channel if pace.channel_paused_until() > now else ""
            self._answers.put_back(held.line, after=wait, reason="paused", channel=closed)
            return None
        if wait > 0:
            return wait
        if held.line.campaign is None and self._in_flight() >= IN_FLIGHT:
            self._is_crowded = True
            return float("inf")
        pace.next_slot(now, held.chat, is_group=place.shared, paid=held.line.paid)
        self._fly(held.line, self._send(held, now))
        return None

    def _begin(self, line: Line) -> None:
        """A turn has claimed its reply: out with it, in one go where nobody is before it."""
        self._fly(line, self._render_and_send(line))

    async def _render_and_send(self, line: Line) -> None:
        held = await self._rendered(line)
        if held is None:
            return
        if self._stopping or self._held or self._in_flight() > IN_FLIGHT or self._wait_of(held) > 0:
            self._held.append(held)
            self._woken.set()
            return
        now, place = self._clock.monotonic(), held.ready.place
        self._paces[place.channel].next_slot(now, held.chat, is_group=place.shared)
        await self._send(held, now)

    def _fly(self, line: Line, sending: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(sending)
        self._flying[task] = line
        task.add_done_callback(self._landed)

    def _in_flight(self) -> int:
        return [line.campaign for line in self._flying.values()].count(None)

    def _landed(self, task: asyncio.Task[None]) -> None:
        line = self._flying.pop(task)
        if self._is_crowded:
            self._woken.set()
        error = None if task.cancelled() else task.exception()
        if error is not None:  # ours, after the send: without a mark the line would hold back its chat for ever
            self._log.error("line not marked", line=line.id, kind=type(error).__name__, exc_info=error)
            if line.lane is Lane.CAMPAIGN:
                self._answers.end(line, "unknown")
            else:
                self._answers.dead(line, type(error).__name__)

    async def _send(self, held: Held, granted_at: float) -> None:
        """One platform call, and the marks that follow from its answer."""
        line, place = held.line, held.ready.place
        began = self._clock.monotonic()
        self._paces[place.channel].went(granted_at, began, paid=line.paid)
        try:
            sending = self._channels[place.channel].send(place, held.ready.rendered)
            message = await self._tempo.counted(sending, place.channel, lane=line.lane)
        except TryLater as later:
            self._answers.later(held, later)
        except Away:
            if self._returns.since(began, held.chat):
                self._answers.put_back(line)
            else:
                self._marks.add(outbox.away(self._store.seal, line, place=place, now=self._clock.now()))
        except Gone as gone:
            await self._answers.gone(held, gone)
        except Refused as refused:
            self._answers.refused(held, refused)
        except Exception as error:  # a channel's bug: whether it was shown, nobody knows
            self._log.error(
                "channel failed", line=line.id, channel=place.channel, kind=type(error).__name__, exc_info=True
            )
            self._answers.later(held, TryLater(in_doubt=True))
        else:
            self._answers.shown(held, message)
        finally:
            if self._paces[place.channel].landed():
                self._woken.set()

    async def _finish(self, marker: asyncio.Task[None]) -> None:
        """Put back what was claimed and not sent, give the sends under way a moment, write the last marks."""
        self._stopping, self._running = True, False
        await self.handing.settled()  # what a turn claims after the last marks would be said once more
        if self._taking is not None:
            await asyncio.wait({self._taking})  # what it claims must not stay claimed
        if self._flying:
            landing = asyncio.Event()
            waiting = asyncio.gather(*self._flying, return_exceptions=True)
            waiting.add_done_callback(lambda _: landing.set())
            await self._clock.wait(landing, FINISH_WITHIN)
        for held in (*self._held, *self._broadcast):  # rendered meanwhile, those included
            self._answers.put_back(held.line)
        self._held.clear()
        self._broadcast.clear()
        left = [*self._flying, *self.in_passing.going_on, marker]
        for task in left:
            task.cancel()  # what is cancelled in flight stays claimed: in doubt
        await asyncio.gather(*left, return_exceptions=True)
        await self._marks.flush()
