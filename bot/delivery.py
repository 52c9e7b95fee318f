"""Delivery: drains the outbox. Claims lines, keeps the pace of each channel, sends, and notes what became of each.

Every line is a row before it is a call, and a row until the platform has answered. A stop at any moment loses none:
a line that was claimed and not marked is in doubt, and `outbox.void_claims` settles it at the next start.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.channels.channel import Away, Channel, Gone, Refused, TryLater
from bot.clock import FIRST_WAIT, LAST_TRY, Clock, back_off
from bot.pace import Pace
from bot.parting import farewell, moved
from bot.render import Ready, Renderer, Void
from messages.address import ChannelName, MessageRef, Place
from messages.language import Language
from messages.outgoing import Say, Toast
from messages.rendered import Rendered, Text
from storage import cards, claims, outbox
from storage.errors import DatabaseUnreadable, DatabaseUnwritable, StorageError
from storage.outbox import Lane, Line
from storage.store import Store, chat_of
from storage.writes import Write

CLAIMED = 32
"""Lines claimed in one commit; how many can be in doubt when we are killed is what `HELD` and `IN_FLIGHT` allow."""
CAMPAIGN_LINES = 8
"""Lines of campaigns that are claimed: so few are in doubt when we are killed, and so few stand before a reply."""
IN_FLIGHT = 64
"""Sends at once; nearly all are left to replies and alerts whatever the campaigns do."""
HELD = 64
"""Claimed lines that may wait in memory for their chats; urgent ones may be twice as many."""
MARKS_WITHIN = 0.05
"""Seconds for which marks are gathered while more is on its way, for one commit instead of many."""
MARKS_AT_ONCE = 16
"""So many marks are not gathered any longer: the next lines of as many chats wait for them."""
HOLD_FOR = 1.0
"""A line that must wait longer, because the platform asked for it, goes back to its row."""
FINISH_WITHIN = 5.0
"""Seconds at a stop for the sends that are under way."""
TRY_DATABASE_AFTER = 1.0
RETURNS_REMEMBERED_FOR = 300.0
"""Seconds; longer than any send lasts."""
NOT_READY = "not_ready"
"""The reason of a line whose channel is not on, or whose picture is still on its way."""
BEFORE_CAMPAIGNS = (Lane.URGENT, Lane.REPLY, Lane.ALERT)

Log = structlog.stdlib.BoundLogger


@dataclass(frozen=True, slots=True)
class _Held:
    """A claimed line, rendered, that waits for its slot."""

    line: Line
    ready: Ready
    chat: bytes


class Delivery:
    """Gets out what is owed. One runs at a time; `run` ends with `stop` or when cancelled, finishing what flies."""

    def __init__(
        self, store: Store, channels: Mapping[ChannelName, Channel], *, renderer: Renderer, clock: Clock, log: Log
    ) -> None:
        self._store = store
        self._channels = channels
        self._renderer = renderer
        self._clock = clock
        self._log = log
        self._paces = {name: Pace(channel.limits) for name, channel in channels.items()}
        self._held: list[_Held] = []
        self._flying: dict[asyncio.Task[None], Line] = {}
        self._spoken: set[asyncio.Task[bool]] = set()
        self._marks: list[Sequence[Write]] = []
        self._flushing = asyncio.Lock()
        self._returns: dict[bytes, float] = {}
        self._marked = asyncio.Event()
        self._enough_marked = asyncio.Event()
        self._woken = asyncio.Event()
        self._stopping = False

    def join(self, channel: Channel) -> None:
        """A channel that was not there at the start is open: what waits for it goes out."""
        self._paces[channel.name] = Pace(channel.limits)
        self._mark([outbox.due_now(NOT_READY, self._clock.now())])

    def wake(self) -> None:
        """Something new is owed; to be called after every commit that owes."""
        self._woken.set()

    async def returned(self, place: Place) -> None:
        """Somebody who was away is there again: what was set aside for them goes out.

        Also what is on its way to being set aside: sends that began earlier hear of it, and marks are written first.
        Pages come back all the time and mostly nothing waits for them: then nothing is written.
        """
        chat, now = chat_of(self._store.seal, place), self._clock.monotonic()
        self._returns = {who: at for who, at in self._returns.items() if now - at < RETURNS_REMEMBERED_FOR}
        self._returns[chat] = now
        await self._flush()
        if await outbox.is_set_aside(self._store, chat):
            await self._store.db.commit([outbox.wake(chat, self._clock.now())])
            self.wake()

    async def toast(self, place: Place, toast: Toast, *, language: Language) -> None:
        """Answer a press: sent at once and in passing, never stored or tried again."""
        rendered = self._renderer.toast(toast.press, toast.words, language=language)
        task = asyncio.create_task(self._in_passing(place, [rendered]), name="delivery: a toast")
        self._spoken.add(task)
        task.add_done_callback(self._spoken.discard)

    async def say_now(self, place: Place, said: Say, *, language: Language) -> bool:
        """Say something without a row: only the fixed answer to an emergency, when nothing can be written.

        Returns whether it went out.
        """
        try:
            texts = self._renderer.at_once(said, place, language=language)
        except TryLater:
            return False
        return await self._in_passing(place, texts)

    async def _in_passing(self, place: Place, lines: Sequence[Rendered]) -> bool:
        try:
            for line in lines:
                await self._channels[place.channel].send(place, line)
        except Exception as error:
            self._log.info("not said", kind=type(error).__name__, channel=place.channel)
            return False
        return True

    # --- the loop -----------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Drain the outbox until `stop`. Settles at first what an earlier run left in doubt."""
        marker = asyncio.create_task(self._write_marks(), name="delivery: marks")
        try:
            await self._settle_doubts()
            while not self._stopping:
                self._woken.clear()
                if marker.done():
                    marker.result()  # it ends only with a bug, which must not pass in silence
                try:
                    rest = await self._round()
                except (DatabaseUnreadable, DatabaseUnwritable) as error:
                    self._log.error("outbox not read", kind=type(error).__name__, reason=error.reason)
                    rest = TRY_DATABASE_AFTER
                await self._clock.wait(self._woken, rest)
        finally:
            await self._finish(marker)

    async def stop(self) -> None:
        """Let `run` end: nothing more is claimed, what is under way gets a few seconds."""
        self._stopping = True
        self._woken.set()

    async def _settle_doubts(self) -> None:
        while not self._stopping:
            try:
                await self._store.db.commit(outbox.void_claims(self._clock.now()))
            except DatabaseUnwritable as error:
                self._log.error("outbox not written", kind=type(error).__name__, reason=error.reason)
                await self._clock.sleep(TRY_DATABASE_AFTER)
            else:
                return

    async def _round(self) -> float | None:
        """Claim and send what can be; how long to rest then, None until something happens."""
        now = self._clock.now()
        paused = self._paused_for()
        lanes = BEFORE_CAMPAIGNS if paused else (*BEFORE_CAMPAIGNS, Lane.CAMPAIGN)
        for lane in lanes:
            while (room := min(self._room(lane), CLAIMED)) > 0:
                lines = await claims.claim(self._store, now, lanes=(lane,), limit=room)
                for line in lines:
                    await self._hold(line)
                self._launch()
                if len(lines) < room:
                    break
        waits = [paused, self._launch()]
        due_at = await claims.next_due_at(self._store, now, lanes=lanes)
        if due_at is not None:
            waits.append((due_at - self._clock.now()).total_seconds())
        return min((wait for wait in waits if wait is not None), default=None)

    def _paused_for(self) -> float | None:
        """How long some channel is still paused; meanwhile replies find out whether it is over, campaigns do not."""
        now = self._clock.monotonic()
        waits = [pace.channel_paused_until() - now for pace in self._paces.values()]
        return min((wait for wait in waits if wait > 0), default=None)

    def _room(self, lane: Lane) -> int:
        if lane is not Lane.CAMPAIGN:
            return (2 * HELD if lane is Lane.URGENT else HELD) - len(self._held)
        claimed = [*(held.line for held in self._held), *self._flying.values()]
        return CAMPAIGN_LINES - sum(line.lane is Lane.CAMPAIGN for line in claimed)

    async def _hold(self, line: Line) -> None:
        """Render a claimed line; what nobody should get ends here."""
        try:
            ready = await self._renderer.render(line, self._clock.now())
        except TryLater as later:
            return self._try_again(line, later.after, reason=NOT_READY)
        except (DatabaseUnreadable, DatabaseUnwritable) as error:
            return self._try_again(line, None, reason=type(error).__name__)
        except Exception as error:  # a text that lacks an argument: our bug, and for ever this line's
            self._log.error("line not rendered", line=line.id, kind=type(error).__name__, exc_info=True)
            return self._mark(outbox.dead(line, type(error).__name__))
        if isinstance(ready, Void):
            told = cards.unreachable(ready.tip, self._clock.now()) if ready.tip else []
            return self._mark([*(outbox.sent(line) if ready.reason == "shown" else outbox.dropped(line)), *told])
        self._held.append(_Held(line, ready, chat_of(self._store.seal, ready.place)))
        return None

    def _launch(self) -> float | None:
        """Send what has a slot now, the best lane first; seconds until the next slot, None when nothing waits."""
        now = self._clock.monotonic()
        waits: list[float] = []
        for held in sorted(self._held, key=lambda held: (held.line.lane, held.line.id)):
            pace = self._paces[held.ready.place.channel]
            is_group = held.ready.place.shared
            wait = pace.ready_at(now, held.chat, is_group=is_group) - now
            if wait > HOLD_FOR and pace.is_paused(now, held.chat):
                self._held.remove(held)
                due_at = self._clock.now() + timedelta(seconds=wait)
                self._mark([outbox.again(held.line, due_at, attempts=held.line.attempts, reason="paused")])
            elif wait > 0:
                waits.append(wait)
            elif len(self._flying) < IN_FLIGHT:
                pace.next_slot(now, held.chat, is_group=is_group)
                self._held.remove(held)
                task = asyncio.create_task(self._send(held), name=f"delivery: line {held.line.id}")
                self._flying[task] = held.line
                task.add_done_callback(self._landed)
        return min(waits, default=None)

    def _landed(self, task: asyncio.Task[None]) -> None:
        line = self._flying.pop(task)
        self._woken.set()
        error = None if task.cancelled() else task.exception()
        if error is not None:  # ours, after the send: without a mark the line would hold back its chat for ever
            self._log.error("line not marked", line=line.id, kind=type(error).__name__, exc_info=error)
            self._mark(outbox.unknown(line) if line.campaign else outbox.dead(line, type(error).__name__))

    # --- one line -----------------------------------------------------------------------------------------------

    async def _send(self, held: _Held) -> None:
        """One platform call, and the marks that follow from its answer."""
        line, place = held.line, held.ready.place
        now, began = self._clock.now(), self._clock.monotonic()
        try:
            message = await self._channels[place.channel].send(place, held.ready.rendered)
        except TryLater as later:
            self._hear_later(held, later)
        except Away:
            if self._returns.get(held.chat, began) > began:
                self._mark([outbox.again(line, now, attempts=line.attempts)])
            else:
                self._mark(outbox.away(self._store.seal, line, place=place, now=now))
        except Gone as gone:
            self._log.info("group moved" if gone.moved_to else "address gone", line=line.id, channel=place.channel)
            await self._part(held, gone)
        except Refused as refused:
            self._hear_refused(held, refused)
        except Exception as error:  # a channel's bug: whether it was shown, nobody knows
            self._log.error(
                "channel failed", line=line.id, channel=place.channel, kind=type(error).__name__, exc_info=True
            )
            self._hear_later(held, TryLater(in_doubt=True))
        else:
            self._mark(self._acked(held, message))

    def _acked(self, held: _Held, message: MessageRef | None) -> list[Write]:
        line, ready = held.line, held.ready
        now = self._clock.now()
        writes: list[Write] = []
        if message is not None and ready.tip is not None:
            writes.append(cards.anchor(held.chat, ready.tip, message=message, now=now))
        if line.card is not None:
            return [*writes, *cards.shown(line.card, ready.version, message=message), *outbox.sent(line)]
        assert line.contents is not None
        if line.contents.part + 1 < ready.parts:
            return [*writes, outbox.go_on(self._store.seal, line, part=line.contents.part + 1, now=now)]
        return [*writes, *outbox.sent(line)]

    def _hear_later(self, held: _Held, later: TryLater) -> None:
        """Patience: for this chat, or for the channel; a campaign's line that may have arrived is not sent again."""
        line, pace = held.line, self._paces[held.ready.place.channel]
        monotonic = self._clock.monotonic()
        if later.after is not None:
            everybody = later.whole_channel or line.lane is Lane.CAMPAIGN
            pace.slow_down(monotonic, held.chat, after=later.after, everybody=everybody)
        elif later.whole_channel:
            pace.pause_channel(monotonic + FIRST_WAIT)
        if later.in_doubt and line.campaign is not None:
            return self._mark(outbox.unknown(line))
        return self._try_again(line, later.after, reason=outbox.IN_DOUBT if later.in_doubt else "later")

    def _try_again(self, line: Line, after: float | None, *, reason: str) -> None:
        if line.attempts + 1 >= LAST_TRY:
            self._log.warning("line given up", line=line.id, reason=reason)
            return self._mark(outbox.dead(line, reason))
        due_at = self._clock.now() + timedelta(seconds=back_off(line.attempts) if after is None else after)
        return self._mark([outbox.again(line, due_at, attempts=line.attempts + 1, reason=reason)])

    def _hear_refused(self, held: _Held, refused: Refused) -> None:
        """Never this line; but where it should have replaced a message, that may be gone: then it is said anew."""
        line, rendered, now = held.line, held.ready.rendered, self._clock.now()
        if isinstance(rendered, Text) and rendered.instead_of is not None:
            if line.card is not None:
                return self._mark([cards.unshown(line.card), outbox.again(line, now, attempts=line.attempts + 1)])
            return self._mark([outbox.anew(self._store.seal, line, now=now)])
        self._log.warning("line refused", line=line.id, channel=held.ready.place.channel, reason=refused.reason)
        return self._mark(outbox.dead(line, refused.reason))

    async def _part(self, held: _Held, gone: Gone) -> None:
        """Nothing more to this address; a group that moved gets everything under its new name."""
        line, place, now = held.line, held.ready.place, self._clock.now()
        try:
            if gone.moved_to is not None:
                there = await moved(self._store, place, to=gone.moved_to)
                return self._mark([*there, outbox.again(line, now, attempts=line.attempts + 1)])
            return self._mark(await farewell(self._store, line, place=place, now=now))
        except (DatabaseUnreadable, DatabaseUnwritable):
            return self._try_again(line, None, reason="gone")

    # --- marks --------------------------------------------------------------------------------------------------

    def _mark(self, writes: Sequence[Write]) -> None:
        self._marks.append(writes)
        self._marked.set()
        if len(self._marks) >= MARKS_AT_ONCE:
            self._enough_marked.set()

    async def _write_marks(self) -> None:
        """Commit what became of lines; marks that cannot be written are kept, or a line would be sent twice."""
        while True:
            await self._marked.wait()
            if self._flying:
                await self._clock.wait(self._enough_marked, MARKS_WITHIN)
            if not await self._flush():
                await self._clock.sleep(TRY_DATABASE_AFTER)

    async def _flush(self) -> bool:
        """Write the marks that wait, those under way included; False when the database could not be written."""
        async with self._flushing:
            return await self._flush_waiting() if self._marks else True

    async def _flush_waiting(self) -> bool:
        self._marked.clear()
        self._enough_marked.clear()
        marks, self._marks = self._marks, []
        try:
            await self._store.db.commit([write for writes in marks for write in writes])
        except DatabaseUnwritable as error:
            self._log.error("marks not written", kind=type(error).__name__, reason=error.reason)
            self._marks = marks + self._marks
            self._marked.set()
            return False
        except StorageError:
            await self._flush_one_by_one(marks)
        except asyncio.CancelledError:
            self._marks = marks + self._marks
            raise
        self._woken.set()
        return True

    async def _flush_one_by_one(self, marks: Sequence[Sequence[Write]]) -> None:
        """One line's mark is wrong: the others' must not suffer."""
        for writes in marks:
            try:
                await self._store.db.commit(writes)
            except StorageError as error:
                self._log.error("mark refused", kind=type(error).__name__, exc_info=True)

    async def _finish(self, marker: asyncio.Task[None]) -> None:
        """Put back what was claimed and not sent, give the sends under way a moment, write the last marks."""
        self._stopping = True
        now = self._clock.now()
        for held in self._held:
            self._mark([outbox.again(held.line, now, attempts=held.line.attempts)])
        self._held.clear()
        if self._flying:
            landing = asyncio.Event()
            waiting = asyncio.gather(*self._flying, return_exceptions=True)
            waiting.add_done_callback(lambda _: landing.set())
            await self._clock.wait(landing, FINISH_WITHIN)
        left = [*self._flying, *self._spoken, marker]
        for task in left:
            task.cancel()  # what is cancelled in flight stays claimed: in doubt
        await asyncio.gather(*left, return_exceptions=True)
        if self._marks:
            await self._flush()
