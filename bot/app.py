"""The composition root: opens, wires, and closes in reverse. The explicit list of channels stands here."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import telegram_life
from bot.chance import Chance
from bot.channels.channel import Channel, Limits, Refused, Take, TryLater
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_webhook import webhook
from bot.channels.web_chat import WebChat
from bot.channels.web_spool import Sealing
from bot.clock import Clock, system_clock
from bot.console.app import Console
from bot.incoming.facts import Surroundings
from bot.incoming.intake import Intake, Voice
from bot.media.fetching import Fetching
from bot.opening import open_store
from bot.outgoing.delivery import Delivery
from bot.outgoing.render import Renderer
from bot.outgoing.tempo import Tempo
from bot.schedule import Ticks, schedule
from bot.settings import Settings
from bot.ticking import follow
from bot.wards.book import WardBook
from bot.watch.health import Health, health_app
from bot.watch.measures import Measures
from bot.watch.readiness import Readiness
from bot.web.app import Demo, public_app
from bot.web.serving import Server, bound, bound_beside
from messages.address import ChannelName, Place
from messages.catalogue import Catalogue
from storage.errors import StorageError
from storage.seal import Where
from storage.store import Store

LOOK_FOR_GARBAGE_AFTER = 10_000
"""New objects after which the collector looks for cycles: some ten turns' worth, instead of one turn's."""
WEBHOOK_PATH = "/telegram"
CHANNELS: Final[tuple[type[Channel], ...]] = (WebChat, TelegramChannel)
"""Every messenger there is; tests/channels/test_contract.py holds each to what they all must keep."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Bot:
    """The parts of a running bot, wired to each other. `channels` grows when Telegram joins."""

    around: Surroundings
    intake: Intake
    delivery: Delivery
    fetching: Fetching
    ticks: Ticks
    web: WebChat
    channels: dict[ChannelName, Channel]
    limits: dict[ChannelName, Limits]
    readiness: Readiness
    """What keeps any of them from its work."""
    health: Health

    def add(self, channel: Channel) -> None:
        """A further channel is open: what is owed there goes out."""
        self.channels[channel.name] = channel
        self.limits[channel.name] = channel.limits
        self.delivery.join(channel)


async def compose(settings: Settings, store: Store, *, clock: Clock, chance: Chance | None = None) -> Bot:
    """Wire the parts. Nothing runs yet."""
    around = Surroundings(
        store=store,
        wards=await WardBook.read(store),
        catalogue=Catalogue(settings.timezone),
        timezone=settings.timezone,
        quiet=settings.quiet_hours,
        chance=chance or Chance(),
        tempo=Tempo(clock.monotonic),
        is_trial=settings.trial,
    )
    returning: set[asyncio.Task[None]] = set()

    def returned(place: Place) -> None:
        task = asyncio.create_task(delivery.returned(place), name="delivery: somebody is back")
        returning.add(task)
        task.add_done_callback(came_to_an_end)

    def came_to_an_end(task: asyncio.Task[None]) -> None:
        returning.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("return not heard", kind=type(error).__name__, exc_info=error)

    web = WebChat(settings.data / "spool", sealing=_sealing(store), on_return=returned, now=clock.now)
    channels: dict[ChannelName, Channel] = {web.name: web}
    limits: dict[ChannelName, Limits] = {web.name: web.limits}
    renderer = _renderer(settings, around, limits=limits)
    delivery = Delivery(
        store, channels, renderer=renderer, clock=clock, log=log, tempo=around.tempo, stars=settings.paid_stars
    )
    fetching = Fetching(store, channels, folder=settings.media_folder, clock=clock, log=log)
    intake = Intake(around, _voice(delivery, fetching, limits=limits), now=clock.now, log=log)
    ticks = Ticks(around, now=clock.now, owed=delivery.wake)
    readiness = Readiness(store.db)
    health = _health(settings, around, readiness=readiness, clock=clock)
    return Bot(around, intake, delivery, fetching, ticks, web, channels, limits, readiness, health)


def _voice(delivery: Delivery, fetching: Fetching, *, limits: Mapping[ChannelName, Limits]) -> Voice:
    return Voice(
        owed=delivery.wake,
        may_hand_over=delivery.may_hand_over,
        expect=delivery.handing.expect,
        toast=delivery.in_passing.toast,
        say_now=delivery.in_passing.say_now,
        photos=fetching.wake,
        can_pin=lambda place: place.channel in limits and limits[place.channel].can_pin,
        has_account=lambda place: place.channel not in limits or limits[place.channel].has_account,
        file_limit=lambda place: limits[place.channel].file if place.channel in limits else 0,
    )


def _health(settings: Settings, around: Surroundings, *, readiness: Readiness, clock: Clock) -> Health:
    return Health(
        around.store,
        tempo=around.tempo,
        measures=Measures(clock.monotonic),
        readiness=readiness,
        folder=settings.data,
        key_path=settings.key_path,
        clock=clock,
    )


def _renderer(settings: Settings, around: Surroundings, *, limits: Mapping[ChannelName, Limits]) -> Renderer:
    return Renderer(
        around.store,
        around.catalogue,
        limits=limits,
        folder=settings.media_folder,
        timezone=settings.timezone,
        quiet=settings.quiet_hours,
    )


def _sealing(store: Store) -> Sealing:
    """What waits in the web channel's spool, and its pages' tokens, are sealed under a key of their own."""
    key = store.seal.purpose_key("web")
    return Sealing(
        seal=lambda plain, name: key.seal(plain, Where("web", name, "bytes")),
        unseal=lambda sealed, name: key.open(sealed, Where("web", name, "bytes")),
    )


def keep_for_good() -> None:
    """Take what stays to the end (wards, texts, libraries) out of the garbage collector's rounds.

    Going through all of it again and again would stop everybody for a tenth of a second each time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(LOOK_FOR_GARBAGE_AFTER, *gc.get_threshold()[1:])


async def run(settings: Settings) -> None:
    """Run until SIGINT or SIGTERM. Raises what `open_store` raises, and OSError when the port is taken."""
    async with open_store(settings, exclusive=True) as store:
        bot = await compose(settings, store, clock=system_clock())
        keep_for_good()
        listening = bound(settings.web_host, settings.web_port)
        port = listening.getsockname()[1]
        await serve(settings, bot, listening=listening, told=lambda: log.info("running", port=port))


async def serve(  # noqa: PLR0913  what a run and the demo do differently, named one by one
    settings: Settings,
    bot: Bot,
    *,
    listening: socket.socket,
    take: Take | None = None,
    demo: Demo | None = None,
    told: Callable[[], None] = lambda: None,
) -> None:
    """Everything that lives: hearing, delivering, fetching, ticking. First stops hearing, then finishes saying."""
    stop = asyncio.Event()
    health = bound_beside(settings.health, what="health")
    hear = bot.health.measures.around(take or bot.intake.take)
    hearing = _Hearing(settings, bot, take=hear)
    app = public_app(bot.web, hear, catalogue=bot.around.catalogue, demo=demo, webhooks=hearing.routes())
    server = Server(app, trusted=settings.trusted_proxies)
    desk = _Desk(settings, bot)
    scheduler = schedule(bot.ticks, _other_ticks(bot, hearing, desk=desk), noted=bot.health.measures.tick_ended)
    with _stopping(stop):
        async with contextlib.aclosing(hearing), asyncio.TaskGroup() as living:
            delivering = living.create_task(bot.delivery.run(), name="delivery")
            fetching = living.create_task(bot.fetching.run(), name="fetching")
            serving = living.create_task(server.serve(sockets=[listening]), name="web")
            telegram = living.create_task(hearing.run(), name="telegram")
            watching = living.create_task(_watch(bot, health, scheduler=scheduler), name="health")
            at_desk = living.create_task(desk.serve(), name="console")
            scheduler.start()
            told()
            await _first(stop, delivering, serving)
            telegram.cancel()
            scheduler.shutdown(wait=False)
            bot.web.close()
            server.should_exit = True
            desk.close()
            await asyncio.wait({serving, at_desk})
            fetching.cancel()
            await bot.delivery.stop()
            await asyncio.wait({delivering})
            watching.cancel()


def _other_ticks(bot: Bot, hearing: "_Hearing", *, desk: "_Desk") -> dict[str, Callable[[], Awaitable[object]]]:
    """What the clock has other parts do."""
    return {
        "spool": bot.web.sweep,
        "media": bot.fetching.sweep,
        "menus": hearing.refresh_menus,
        "pending": hearing.count_pending,
        "sign-ins": desk.console.sweep,
    }


async def _watch(bot: Bot, listening: socket.socket | None, *, scheduler: AsyncIOScheduler) -> None:
    """Watch the event loop and the clock, and serve health where it has a socket; until cancelled."""
    try:
        async with asyncio.TaskGroup() as together:
            together.create_task(bot.health.measures.watch_the_loop())
            together.create_task(follow(scheduler, bot.health.clock))
            if listening is not None:
                together.create_task(Server(health_app(bot.health)).serve(sockets=[listening]))
    finally:
        if listening is not None:
            listening.close()


async def _first(stop: asyncio.Event, *parts: asyncio.Task[None]) -> None:
    """Until somebody asks us to stop, or a part ends by itself."""
    asked = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({asked, *parts}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        asked.cancel()


class _Desk:
    """The officers' console, where it has a port."""

    def __init__(self, settings: Settings, bot: Bot) -> None:
        self.console = Console(
            bot.around, bot.web, media=settings.media_folder, now=bot.ticks.now, owed=bot.delivery.wake
        )
        self._listening = bound_beside(settings.console, what="console")
        self._server = Server(self.console.app, trusted=settings.trusted_proxies)

    async def serve(self) -> None:
        """Until closed; where there is no port, for no time at all."""
        if self._listening is not None:
            with contextlib.closing(self._listening):
                await self._server.serve(sockets=[self._listening])

    def close(self) -> None:
        """Take no more requests; those under way come to their end."""
        self.console.close()
        self._server.should_exit = True


class _Hearing:
    """Telegram, where a token is set: joins when it can be reached, and is heard by webhook or polling."""

    def __init__(self, settings: Settings, bot: Bot, *, take: Take) -> None:
        self._settings = settings
        self._bot = bot
        self._take = take
        self._channel: TelegramChannel | None = None
        self._menus: telegram_life.Menus | None = None
        self._secret = bot.around.store.seal.digest("web", "telegram webhook").hex()

    def routes(self) -> list[Route]:
        """The webhook's route; empty when we poll."""
        if self._settings.telegram_token is None or self._settings.public_url is None:
            return []
        return [Route(WEBHOOK_PATH, self.hear, methods=["POST"])]

    async def hear(self, request: Request) -> Response:
        """The webhook; while Telegram has not joined yet, it is asked to bring the update again."""
        if self._channel is None:
            return Response(status_code=503, headers={"Retry-After": "5"})
        return await webhook(self._channel, self._take, secret=self._secret)(request)

    async def run(self) -> None:
        """Join and hear until cancelled. A token that is none ends Telegram, not the web chat."""
        if self._settings.telegram_token is None:
            return
        try:
            self._channel = await telegram_life.join(self._settings, joined=self._bot.add, noted=self._note)
        except Refused:
            self._note("token")
            log.error("channel refused", channel="telegram", reason="token")
            return
        around, address = self._bot.around, self._settings.public_url
        self._menus = telegram_life.Menus(self._channel, around.store, catalogue=around.catalogue)
        hook = (f"{address}{WEBHOOK_PATH}", self._secret) if address else None
        async with asyncio.TaskGroup() as together:  # hundreds of officers' menus must not keep us from hearing
            together.create_task(self._show_menus())
            together.create_task(telegram_life.hear(self._channel, self._take, webhook=hook, noted=self._note))

    def _note(self, reason: str) -> None:
        self._bot.readiness.note("telegram", reason)

    async def _show_menus(self) -> None:
        """At the start; what fails is shown by the next tick, and must not end the hearing."""
        try:
            await self.refresh_menus()
        except StorageError as error:
            log.error("commands not shown", channel="telegram", kind=type(error).__name__)

    async def refresh_menus(self) -> None:
        """Officers who were confirmed or revoked meanwhile see it in their menu."""
        if self._menus is not None:
            await self._menus.refresh()

    async def count_pending(self) -> None:
        """Ask how many updates wait at Telegram: many mean that we hear too slowly, or not at all."""
        if self._channel is not None:
            with contextlib.suppress(TryLater, Refused):  # hearing says what is wrong there
                self._bot.health.measures.pending[self._channel.name] = await self._channel.pending()

    async def aclose(self) -> None:
        """Leave Telegram."""
        if self._channel is not None:
            await self._channel.close()


@contextlib.contextmanager
def _stopping(stop: asyncio.Event) -> Iterator[None]:
    """SIGINT and SIGTERM ask for an orderly stop, once; where a system knows no such handlers, Ctrl-C cancels."""
    loop = asyncio.get_running_loop()
    caught = []
    for name in (signal.SIGINT, signal.SIGTERM):
        # Windows' loops know no signal handlers, and another thread than the main one may not set any
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(name, stop.set)
            caught.append(name)
    try:
        yield
    finally:
        for name in caught:
            loop.remove_signal_handler(name)
