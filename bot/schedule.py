"""The schedule: a few ticks. A tick asks storage what is due and has it decided; no job holds data, so none is lost."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Protocol, TypeVar

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.incoming.apply import Kit, apply, owners_of
from bot.incoming.facts import Surroundings, TurnFacts
from bot.outgoing.broadcast import Broadcast
from bot.ticking import Every
from handlers import clock
from handlers.campaigns import announcing
from handlers.effects import Effect
from handlers.residents import safety
from messages.address import Address, ChannelName, Place
from messages.frozen import replace
from messages.outgoing import Say
from storage import (
    albums,
    campaigns,
    expansion,
    keys,
    officers,
    outbox,
    questions,
    queue,
    reporters,
    sessions,
    subscriptions,
    tallies,
    tips,
)
from storage.campaign_records import Campaign
from storage.errors import DatabaseUnreadable, DatabaseUnwritable, Stale, StorageError
from storage.outbox import Lane, ToPlace, owe
from storage.records import CLOCK, Question, ReporterId, Session, Status, Tip, TipId, WardCode
from storage.reporters import Contents, Reporter
from storage.writes import Write

log = structlog.get_logger()
T = TypeVar("T")

LINES_KEPT_FOR = timedelta(days=30)
"""How long what nobody came to read, and dead letters, are kept."""
SHOWN_KEPT_FOR = timedelta(days=30)
"""How long a campaign's message can be corrected or recalled, for which its photo is needed."""
NOBODY = Address(ChannelName("clock"), "clock")


@dataclass(frozen=True, slots=True)
class Ticks:
    """What the clock does, each on its own; every one may be run at any time and any number of times."""

    around: Surroundings
    now: Callable[[], datetime]
    owed: Callable[[], None]
    """Something new is owed: wakes delivery."""

    async def tips(self) -> None:
        """Tips that nobody has claimed, and claims that fell silent."""
        now = self.now()
        due = sorted(await tips.due(self.around.store, now), key=lambda tip: tip.desk)
        desks = [(code, list(together)) for code, together in groupby(due, key=lambda tip: tip.desk)]
        await _each(desks, lambda one: self._remind(*one, now=now))

    async def _remind(self, code: WardCode, together: Sequence[Tip], *, now: datetime) -> None:
        """One desk, of its tips that are due: those that nobody has claimed in one line, the others one by one."""
        store = self.around.store
        desk, people = await self._facts(now).desk(code), await officers.officers_of(store, code)
        hours = clock.Hours(self.around.timezone, self.around.quiet)

        async def silent(id_: TipId) -> None:
            tip = await tips.tip(store, id_)
            if tip is not None:
                await self._write(clock.remind(tip, desk, officers=people, now=now, hours=hours), now)

        if any(tip.status is Status.NEW for tip in together):
            waiting = (*await queue.unclaimed(store, code), *(tip for tip in together if tip.status is Status.NEW))
            unclaimed = list({tip.id: tip for tip in waiting}.values())  # what is due may wait behind hundreds
            await self._write(clock.digest(unclaimed, desk, officers=people, now=now, hours=hours), now)
        await _each([tip.id for tip in together if tip.status is not Status.NEW], silent)

    async def questions(self) -> None:
        """Fire questions that nobody has answered in time."""
        now, store = self.now(), self.around.store
        hours = clock.Hours(self.around.timezone, self.around.quiet)

        async def unanswered(question: Question) -> None:
            desk, people = await self._facts(now).desk(question.desk), await officers.officers_of(store, question.desk)
            await self._write(clock.remind_question(question, desk, officers=people, now=now, hours=hours), now)

        await _each(await questions.due(store, now), unanswered)

    async def drafts(self) -> None:
        """Whoever told of danger is asked whether they are safe; unsent tips: said once, and dropped after a week."""
        now, store = self.now(), self.around.store

        async def over(known: tuple[str, ReporterId]) -> None:
            reporter, session = await self._session(*known)
            if reporter is not None and session is not None:
                await self._commit(sessions.drop_draft(session, reporter=reporter))

        async def unsent(known: tuple[str, ReporterId]) -> None:
            reporter, session = await self._session(*known)
            if reporter is not None and session is not None:
                after, said = safety.reminded(session, now)
                writes = [sessions.reminded(after, was=session, reporter=reporter)]
                await self._commit([*writes, *(self._reminder(session, said, now=now) if said else [])])

        await _each(await sessions.expired(store, now), over)
        await _each(await sessions.to_remind(store, now), unsent)

    def _reminder(self, session: Session, said: Say, *, now: datetime) -> list[Write]:
        to = ToPlace(session.place, session.language, session.id)
        lane, until = (Lane.URGENT, now + safety.WORTH_ASKING_FOR) if said.urgent else (Lane.REPLY, None)
        return [owe(self.around.store.seal, to, outgoing=said, lane=lane, now=now, expires_at=until)]

    async def _session(self, id_: str, owner: ReporterId) -> tuple[Reporter | None, Session | None]:
        reporter = await reporters.by_id(self.around.store, owner)
        return reporter, await sessions.by_id(self.around.store, id_, reporter=reporter) if reporter else None

    async def campaigns(self) -> None:
        """Broadcasts: those that are due begin, those under way go on."""
        now = self.now()
        night = self.around.quiet.include(now, timezone=self.around.timezone)
        around = self.around
        broadcast = Broadcast(around.store, self._commit, self._facts, around.timezone)
        await _each(await campaigns.going(around.store, now), partial(broadcast.step, now=now, night=night))

    async def announcements(self) -> None:
        """Repetitions of campaigns that the chiefs hear of a day before."""
        now = self.now()

        async def announced(campaign: Campaign) -> None:
            await self._write(await announcing.announce(campaign, self._facts(now)), now)

        await _each(await campaigns.to_announce(self.around.store, now + campaigns.ANNOUNCED_BEFORE), announced)

    async def outbox(self) -> None:
        """What a command put back into the outbox beside us is seen within a minute."""
        self.owed()

    async def sweep(self) -> None:
        """Forget what has run its time."""
        now = self.now()
        old = outbox.sweep(now - LINES_KEPT_FOR, now)
        over = [sessions.forget_heard(now), tallies.forget(now), albums.forget(now), subscriptions.unmute(now)]
        await self._commit([*over, *old, *campaigns.forget_photos(now - SHOWN_KEPT_FOR)])
        while shown := await expansion.forget_shown(self.around.store, now - SHOWN_KEPT_FOR):
            await self._commit(shown)
        await self.checkpoint()

    async def checkpoint(self) -> None:
        """Empty the database's log: it holds what was destroyed, and shows which rows were written together."""
        await self.around.store.db.checkpoint()

    async def wards(self) -> None:
        """Wards that a command enabled, or units that it imported, are known within a minute."""
        await self.around.wards.refresh(self.around.store)

    # --- writing what was decided -------------------------------------------------------------------------------

    def _facts(self, now: datetime) -> TurnFacts:
        """The facts as the officer "clock" sees them: nobody speaks."""
        place = Place(NOBODY.channel, NOBODY.who)
        nobody, _ = reporters.fresh(self.around.store, ReporterId(CLOCK), contents=Contents(NOBODY, place))
        session = Session(id="", by=NOBODY, place=place, reporter=nobody.id)
        return TurnFacts(self.around, session, replace(nobody, version=0), now, can_pin=False, has_account=True)

    async def _write(self, effects: Sequence[Effect], now: datetime) -> None:
        kit = Kit(self.around.store, now, self.around.timezone, self.around.chance.fresh_id)
        kit.keys = await keys.keys_of(self.around.store, owners_of(effects))
        await self._commit([write for effect in effects for write in apply(effect, kit)])

    async def _commit(self, writes: Sequence[Write]) -> bool:
        """False when somebody was faster: the next tick looks again."""
        try:
            await self.around.store.db.commit(writes)
        except Stale:
            return False
        self.owed()
        return True


async def _each(things: Iterable[T], look: Callable[[T], Awaitable[None]]) -> None:
    """Look at each; one that cannot be read keeps no other from its turn, and fails the tick at the end.

    Raises the first of what went wrong; at once where it is the database as a whole.
    """
    failed: list[Exception] = []
    for one in things:
        try:
            await look(one)
        except (DatabaseUnreadable, DatabaseUnwritable):
            raise
        except Exception as error:
            failed.append(error)
    if failed:
        raise failed[0]


EVERY: Mapping[str, timedelta] = {
    "tips": timedelta(seconds=15),
    "questions": timedelta(minutes=1),
    "drafts": timedelta(minutes=1),
    "campaigns": timedelta(seconds=1),
    "announcements": timedelta(minutes=1),
    "wards": timedelta(minutes=1),
    "outbox": timedelta(minutes=1),
    "menus": timedelta(minutes=1),
    "pending": timedelta(minutes=1),
    "checkpoint": timedelta(minutes=1),
    "sweep": timedelta(hours=1),
}
"""How often each tick looks."""


class Noted(Protocol):
    """Hears how a tick ended."""

    def __call__(self, name: str, *, well: bool) -> None: ...


def schedule(
    ticks: Ticks, further: Mapping[str, Callable[[], Awaitable[object]]], *, noted: Noted | None = None
) -> AsyncIOScheduler:
    """The ticks as APScheduler jobs, not started. A late or missed run is run once, never dropped, never doubled."""
    late = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    scheduler = AsyncIOScheduler(timezone=ticks.around.timezone, job_defaults=late)
    jobs: dict[str, Callable[[], Awaitable[object]]] = {
        name: getattr(ticks, name) for name in EVERY if name not in further
    }
    for name, job in (*jobs.items(), *further.items()):
        every = EVERY.get(name, EVERY["sweep"])
        scheduler.add_job(_safely(name, job, noted=noted), Every(every), id=name, name=name)
    return scheduler


def _safely(
    name: str, job: Callable[[], Awaitable[object]], *, noted: Noted | None = None
) -> Callable[[], Awaitable[None]]:
    """A tick that fails is logged by type; the next one looks again."""

    async def tick() -> None:
        well = False
        try:
            await job()
            well = True
        except StorageError as error:
            log.error("tick failed", tick=name, kind=type(error).__name__)
        except Exception as error:
            log.error("tick failed", tick=name, kind=type(error).__name__, exc_info=True)
        finally:
            if noted is not None:
                noted(name, well=well)

    return tick
