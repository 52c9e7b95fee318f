"""Fetching: brings photos and files home from the platforms, sealed under the key of their tip.

A file is a row before it is fetched and until it is home or given up; a stop at any moment costs a second fetch.
Once its end is written the channel may forget the file. Where a stop comes in between, or a draft is destroyed before
its photo was ever tried (its handle is then unreadable), what the channel kept runs out by the channel's own sweep.
"""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import structlog

from bot.channels.channel import Channel, Refused, TryLater
from bot.clock import LAST_TRY, Clock, Forward, back_off
from messages.address import ChannelName
from storage import cards, media
from storage.errors import DatabaseUnreadable, DatabaseUnwritable, Stale
from storage.media import WantedFile
from storage.store import Store

AT_ONCE = 4
TRY_DATABASE_AFTER = 1.0
RESERVE = 1024 * 1024 * 1024
"""Free bytes below which nothing is fetched: what is left is for words, which must never find the disk full."""
FETCHED_WITHIN = 300.0
"""Seconds for one file: the largest, 20 MB, over a line of half a megabit; the other three of a round wait for it."""
LOOK_AGAIN_AFTER = 60.0
"""Seconds until a full disk is looked at again."""

Log = structlog.stdlib.BoundLogger


def free_bytes(folder: Path) -> int:
    """What is free where the files lie, or will."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    return shutil.disk_usage(there).free


class Fetching:
    """Fetches what is wanted until cancelled. `folder` is where the sealed files lie."""

    def __init__(  # noqa: PLR0913 -- what it works with, named one by one
        self,
        store: Store,
        channels: Mapping[ChannelName, Channel],
        *,
        folder: Path,
        clock: Clock,
        log: Log,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self._store = store
        self._channels = channels
        self._folder = folder
        self._clock = clock
        self._due = Forward(clock)
        self._log = log
        self._free = free
        self._is_short = False
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """A photo is wanted; to be called after the commit."""
        self._woken.set()

    async def sweep(self) -> None:
        """Remove the files of photos that were destroyed."""
        await media.sweep_files(self._store, self._folder)

    async def run(self) -> None:
        """Fetch what is wanted, four at a time. First sweeps away files that belong to no photo any more."""
        swept = False
        while True:
            self._woken.clear()
            try:
                if not swept:
                    await self.sweep()
                    await self._store.db.commit([media.hasten(self._clock.now())])
                    swept = True
                rest = LOOK_AGAIN_AFTER if self._is_full() else await self._round()
            except (DatabaseUnreadable, DatabaseUnwritable) as error:
                self._log.error("media not read", kind=type(error).__name__, reason=error.reason)
                rest = TRY_DATABASE_AFTER
            except OSError as error:
                self._log.error("media not kept", kind=type(error).__name__, status=error.errno)
                rest = TRY_DATABASE_AFTER
            await self._clock.wait(self._woken, rest)

    def _is_full(self) -> bool:
        """Whether the reserve is reached; said once each time."""
        was, self._is_short = self._is_short, self._free(self._folder) < RESERVE
        if self._is_short and not was:
            self._log.error("media waits", reason="disk nearly full")
        return self._is_short

    async def _round(self) -> float | None:
        """Fetch all that is due; seconds until more is, None for nothing."""
        while True:
            wanted, writes = await media.due(self._store, self._due.now(), limit=AT_ONCE)
            await self._store.db.commit(writes)
            if not wanted and not writes:
                break
            for ended in await asyncio.gather(*map(self._fetch, wanted), return_exceptions=True):
                if isinstance(ended, BaseException):
                    raise ended
        due_at = await media.next_due_at(self._store)
        return None if due_at is None else max(0.0, (due_at - self._due.now()).total_seconds())

    async def _fetch(self, photo: WantedFile) -> None:
        channel = self._channels.get(photo.channel)
        if channel is None:
            return await self._try_again(photo, None)
        if photo.size > channel.limits.file:
            return await self._give_up(photo, "too_large")
        try:
            async with asyncio.timeout(FETCHED_WITHIN):
                picture = await channel.fetch(photo.file)
        except TimeoutError:
            return await self._try_again(photo, None)
        except TryLater as later:
            return await self._try_again(photo, later.after)
        except Refused as refused:
            return await self._give_up(photo, refused.reason)
        except Exception as error:  # a channel's bug
            self._log.error("fetch failed", media=photo.id, kind=type(error).__name__, exc_info=True)
            return await self._try_again(photo, None)
        return await self._keep(photo, picture)

    async def _keep(self, photo: WantedFile, picture: bytes) -> None:
        """The file first, then the row: a row that says "kept" never lacks its file."""
        try:
            await asyncio.to_thread(media.keep_file, self._folder, photo, picture=picture)
        except OSError as error:
            self._log.error("media not kept", media=photo.id, kind=type(error).__name__, status=error.errno)
            return await self._try_again(photo, None)
        try:
            await self._store.db.commit([media.kept(photo, len(picture))])
        except Stale:  # the tip or draft was destroyed while its photo was on the way
            await asyncio.to_thread(media.remove_files, self._folder, [photo.id])
            await self._store.db.commit([media.drop(photo.id)])
        return await self._forget(photo)

    async def _try_again(self, photo: WantedFile, after: float | None) -> None:
        if photo.attempts + 1 >= LAST_TRY:
            return await self._give_up(photo, "no_answer")
        wait = back_off(photo.attempts) if after is None else max(after, 1.0)
        return await self._store.db.commit([media.again(photo, self._due.now() + timedelta(seconds=wait))])

    async def _give_up(self, photo: WantedFile, reason: str) -> None:
        """It will not come home: the row says so, and the tip's cards."""
        self._log.warning("photo given up", media=photo.id, channel=photo.channel, reason=reason)
        await self._store.db.commit([media.failed(photo), *cards.changed(photo.tip, self._clock.now())])
        await self._forget(photo)

    async def _forget(self, photo: WantedFile) -> None:
        """The end of a photo is written: its channel need not keep it. A failure there changes nothing for us."""
        channel = self._channels.get(photo.channel)
        if channel is None:
            return
        try:
            await channel.forget(photo.file)
        except Exception as error:
            self._log.warning("file not forgotten", media=photo.id, kind=type(error).__name__)
