"""Marks: what became of lines, gathered for a moment and written together, and kept until they are written."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from bot.clock import Clock
from storage import notices, outbox
from storage.errors import DatabaseUnwritable, StorageError
from storage.notices import Settled
from storage.outbox import Line
from storage.store import Store
from storage.writes import Write

MARKS_WITHIN = 0.05
"""Seconds for which marks are gathered while more is on its way, for one commit instead of many."""
MARKS_AT_ONCE = 16
"""So many marks are not gathered any longer: the next lines of as many chats wait for them."""
TRY_DATABASE_AFTER = 1.0

Log = structlog.stdlib.BoundLogger


class Marks:
    """Writes marks until it is cancelled. `more_to_come` says whether waiting a moment is worth it."""

    def __init__(
        self, store: Store, *, clock: Clock, log: Log, more_to_come: Callable[[], bool], written: Callable[[], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._log = log
        self._more_to_come = more_to_come
        self._written = written
        self._marks: list[Sequence[Write]] = []
        self._over: dict[bytes, int] = {}
        self._settled: list[Settled] = []
        self._some = asyncio.Event()
        self._enough = asyncio.Event()
        self.flushing = asyncio.Lock()

    async def void_claims(self, is_stopping: Callable[[], bool]) -> None:
        """Settle what an earlier run left in doubt; patient where the database cannot be written."""
        while not is_stopping():
            try:
                await self._store.db.commit(outbox.void_claims(self._clock.now()))
            except DatabaseUnwritable as error:
                self._log.error("outbox not written", kind=type(error).__name__, reason=error.reason)
                await self._clock.sleep(TRY_DATABASE_AFTER)
            else:
                return

    def add(self, writes: Sequence[Write]) -> None:
        """What follows from one line's end, to be written all or none."""
        self._marks.append(writes)
        self._some.set()
        if len(self._marks) >= MARKS_AT_ONCE:
            self._enough.set()

    def end(self, line: Line, writes: Sequence[Write]) -> None:
        """The same where the line's row goes, and the next line of its chat need not wait until it is gone."""
        self._over[line.chat] = line.id
        self.add(writes)

    def over(self, chat: bytes) -> int:
        """The line of a chat that was shown and whose row is still to be deleted; 0 for none."""
        return self._over.get(chat, 0)

    def settle(self, done: Settled) -> None:
        """What became of a campaign's line; nobody waits for its mark, so that many become a few statements."""
        self._settled.append(done)
        self._some.set()

    async def run(self) -> None:
        """Commit what became of lines; marks that cannot be written are kept, or a line would be sent twice."""
        while True:
            await self._some.wait()
            if self._more_to_come():
                await self._clock.wait(self._enough, MARKS_WITHIN)
            if not await self.flush():
                await self._clock.sleep(TRY_DATABASE_AFTER)

    async def flush(self) -> bool:
        """Write the marks that wait, those under way included; False when the database could not be written."""
        async with self.flushing:
            return await self._flush() if self._marks or self._settled else True

    async def _flush(self) -> bool:
        self._some.clear()
        self._enough.clear()
        marks, settled, over = self._marks, self._settled, list(self._over.items())
        self._marks, self._settled = [], []
        together = [write for writes in marks for write in writes]
        try:
            await self._store.db.commit([*together, *notices.settle(settled, self._clock.now())])
        except DatabaseUnwritable as error:
            self._log.error("marks not written", kind=type(error).__name__, reason=error.reason)
            self._keep(marks, settled)
            return False
        except StorageError:
            await self._flush_one_by_one(marks, settled)
        except asyncio.CancelledError:
            self._keep(marks, settled)
            raise
        for chat, line in over:
            if self._over.get(chat) == line:
                del self._over[chat]
        self._written()
        return True

    def _keep(self, marks: list[Sequence[Write]], settled: list[Settled]) -> None:
        self._marks, self._settled = marks + self._marks, settled + self._settled
        self._some.set()

    async def _flush_one_by_one(self, marks: Sequence[Sequence[Write]], settled: Sequence[Settled]) -> None:
        """One line's mark is wrong: the others' must not suffer."""
        now = self._clock.now()
        for writes in (*marks, *(notices.settle([one], now) for one in settled)):
            try:
                await self._store.db.commit(writes)
            except StorageError as error:
                self._log.error("mark refused", kind=type(error).__name__, exc_info=True)
