"""One installation in which delivery runs, and what a test does to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import LiteralString

import structlog

from bot.outgoing.delivery import Delivery
from messages.outgoing import Say, say
from storage import cards, officers, outbox
from storage.outbox import Lane, Target, ToPlace
from storage.records import TipId
from storage.store import Store
from tests.bot.owing import (
    CHAT,
    WARD,
    Hours,
    Messenger,
    a_campaign,
    a_notice,
    a_renderer,
    a_reporter,
    a_store,
    every,
    one,
    place_of,
)

HI = say("menu-ask")
LOG = structlog.get_logger()
DESK = place_of("desk", shared=True)


class World:
    """One installation: its database, its clock, its messenger, and the delivery that runs."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.hours = Hours()
        self.messenger = Messenger(self.hours)

    def delivery(self, messenger: Messenger | None = None) -> Delivery:
        told = messenger or self.messenger
        renderer = a_renderer(self.store, self.folder, limits=told.limits)
        return Delivery(self.store, {CHAT: told}, renderer=renderer, clock=self.hours.clock, log=LOG)

    async def owe(self, target: Target | str, outgoing: Say = HI, *, lane: Lane = Lane.REPLY) -> None:
        to = ToPlace(place_of(target), "vi", "session") if isinstance(target, str) else target
        now = self.hours.now()
        await self.store.db.commit([outbox.owe(self.store.seal, to, outgoing=outgoing, lane=lane, now=now)])

    async def owe_card(self, tip: TipId) -> None:
        await self.store.db.commit(
            [
                officers.link_group(self.store.seal, DESK, ward=WARD, now=self.hours.now()),
                cards.put_card(self.store.seal, tip, place=DESK, fresh="card-1"),
                *cards.owe_card(self.store.seal, tip, place=DESK, lane=Lane.ALERT, now=self.hours.now()),
            ]
        )

    async def a_campaign(self, subscribers: int, *, audience: int = 0) -> None:
        await a_campaign(self.store, audience=audience)
        for number in range(subscribers):
            await a_notice(self.store, await a_reporter(self.store, f"s{number}"))

    async def counts(self) -> tuple[object, ...] | None:
        """sent, gone, refused, unknown."""
        return await one(self.store, "SELECT sent, gone, refused, unknown FROM campaigns")

    async def lines(self) -> list[tuple[object, ...]]:
        return await every(self.store, "SELECT state, reason FROM lines ORDER BY id")

    async def drain(
        self, delivery: Delivery | None = None, *, until: Callable[[], Awaitable[bool]] | None = None
    ) -> None:
        """Run until nothing is owed any more (or as told), then stop."""
        async with self.running(delivery or self.delivery()) as running:
            await self.settled(running, until=until or self.is_empty)

    async def settled(self, running: "asyncio.Task[None]", *, until: Callable[[], Awaitable[bool]]) -> None:
        """Look at the database again and again, which lets the delivery go on."""
        while not await until():
            assert not running.done(), running

    async def holds(self, sql: LiteralString) -> bool:
        return await one(self.store, sql) is not None

    async def was_shown(self, chat: str) -> bool:
        return await self.is_empty() and bool(self.messenger.texts(chat))

    async def is_empty(self) -> bool:
        return await one(self.store, "SELECT 1 FROM lines WHERE state IN ('waiting', 'claimed')") is None

    @asynccontextmanager
    async def running(self, delivery: Delivery) -> AsyncIterator["asyncio.Task[None]"]:
        task = asyncio.create_task(delivery.run())
        try:
            async with asyncio.timeout(30):
                yield task
        finally:
            self.hours.is_frozen = False  # or a delivery that waits for its last sends would wait for ever
            await delivery.stop()
            await task


@asynccontextmanager
async def killed(world: World) -> AsyncIterator[None]:
    """A delivery that is dropped in the middle of things, as by kill -9: from then on nothing of it is written."""
    async with a_store(world.folder) as its_own, asyncio.timeout(30):
        renderer = a_renderer(its_own, world.folder, limits=world.messenger.limits)
        channels = {CHAT: world.messenger}
        doomed = Delivery(its_own, channels, renderer=renderer, clock=world.hours.clock, log=LOG)
        task = asyncio.create_task(doomed.run())
        yield
        await its_own.db.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
