"""The schedule: a few ticks. A tick asks storage what is due and has it decided; no job holds data, so none is lost."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.apply import Kit, apply, owners_of
from bot.facts import Surroundings, TurnFacts
from handlers import approving, clock
from handlers.effects import Effect
from messages.address import Address, ChannelName, Place
from messages.outgoing import Say
from messages.phrase import Phrase, Quote
from storage import campaigns, guesses, keys, officers, outbox, questions, queue, reporters, sessions, tips
from storage.errors import Stale, StorageError
from storage.outbox import Lane, ToPlace, ToSubscriber, owe
from storage.records import CLOCK, Campaign, ReporterId, Session, Status
from storage.reporters import Contents
from storage.store import ms
from storage.writes import Write

log = structlog.get_logger()

LINES_KEPT_FOR = timedelta(days=30)
"""How long what nobody came to read, and dead letters, are kept."""
CAMPAIGN_EXPIRES_AFTER = timedelta(hours=24)
"""A notice for today must not arrive tomorrow."""
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
        now, store = self.now(), self.around.store
        due = sorted(await tips.due(store, now), key=lambda tip: tip.desk)
        for desk_code, waiting in groupby(due, key=lambda tip: tip.desk):
            desk = await self._facts(now).desk(desk_code)
            people = await officers.officers_of(store, desk_code)
            hours = clock.Hours(self.around.timezone, self.around.quiet)
            together = list(waiting)
            for tip in together:
                if tip.status is not Status.NEW:
                    whole = await tips.tip(store, tip.id)
                    assert whole is not None
                    await self._write(clock.remind(whole, desk, officers=people, now=now, hours=hours), now)
            if any(tip.status is Status.NEW for tip in together):
                unclaimed = await queue.unclaimed(store, desk_code)
                await self._write(clock.digest(unclaimed, desk, officers=people, now=now, hours=hours), now)

    async def questions(self) -> None:
        """Fire questions that nobody has answered in time."""
        now, store = self.now(), self.around.store
        for question in await questions.due(store, now):
            desk = await self._facts(now).desk(question.desk)
            people = await officers.officers_of(store, question.desk)
            hours = clock.Hours(self.around.timezone, self.around.quiet)
            await self._write(clock.remind_question(question, desk, officers=people, now=now, hours=hours), now)

    async def drafts(self) -> None:
        """Unsent tips: said once that they were not sent, and dropped after seven days."""
        now, store = self.now(), self.around.store
        for id_, owner in await sessions.to_remind(store, now):
            session = await self._session(id_, owner)
            if session is not None:
                to = ToPlace(session.place, session.language, session.id)
                line = owe(store.seal, to, outgoing=Say((Phrase("tip-reminder"),)), lane=Lane.REPLY, now=now)
                await self._commit([sessions.reminded(id_, remind_at=ms(now)), line])
        for id_, owner in await sessions.expired(store, now):
            session = await self._session(id_, owner)
            if session is not None:
                await self._commit(sessions.drop_draft(session))

    async def _session(self, id_: str, owner: ReporterId) -> Session | None:
        reporter = await reporters.by_id(self.around.store, owner)
        return await sessions.by_id(self.around.store, id_, reporter=reporter) if reporter else None

    async def campaigns(self) -> None:
        """Campaigns that are due: a chunk of subscribers at a time becomes lines, the cursor moving with them."""
        now = self.now()
        if self.around.quiet.include(now, timezone=self.around.timezone):
            return
        for campaign in await campaigns.due(self.around.store, now):
            if _missed(campaign, now):
                next_due_at = _next_week(campaign, now)
                await self._commit([campaigns.advance(campaign, cursor="", next_due_at=next_due_at, finished=True)])
                continue
            while await self._expand(campaign, now):
                pass

    async def _expand(self, campaign: Campaign, now: datetime) -> bool:
        """One chunk; False when there is no more, or somebody cancelled."""
        store = self.around.store
        people = await campaigns.next_subscribers(store, campaign)
        quoted = Quote("campaign", campaign.id, "words")
        words = await approving.campaign_message(quoted, campaign.wards, self._facts(now))
        lines = [
            owe(
                store.seal,
                ToSubscriber(person),
                outgoing=Say(words),
                lane=Lane.CAMPAIGN,
                now=now,
                campaign=campaign.id,
                expires_at=now + CAMPAIGN_EXPIRES_AFTER,
            )
            for person in people
        ]
        finished = len(people) < campaigns.CHUNK
        next_due_at = _next_week(campaign, now) if campaign.repeats == "weekly" else None
        cursor = people[-1] if people else ""
        moved = campaigns.advance(campaign, cursor=cursor, next_due_at=next_due_at, finished=finished)
        return await self._commit([moved, *lines]) and not finished

    async def sweep(self) -> None:
        """Forget what has run its time."""
        now = self.now()
        old = outbox.sweep(now - LINES_KEPT_FOR, now)
        await self._commit([sessions.forget_heard(now), guesses.forget(now), *old])
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


def _missed(campaign: Campaign, now: datetime) -> bool:
    """Whether a weekly campaign was approved, or the bot started again, long after its hour: it waits for the next."""
    late = campaign.due_at is not None and now - campaign.due_at > CAMPAIGN_EXPIRES_AFTER
    return late and campaign.repeats == "weekly" and campaign.status == "approved"


def _next_week(campaign: Campaign, now: datetime) -> datetime:
    """The next time on the campaign's own weekday and hour, in the future even after a long stop."""
    following = campaign.due_at or campaign.starts_at
    while following <= now:
        following += timedelta(weeks=1)
    return following


EVERY: Mapping[str, timedelta] = {
    "tips": timedelta(seconds=15),
    "questions": timedelta(minutes=1),
    "drafts": timedelta(minutes=1),
    "campaigns": timedelta(seconds=5),
    "wards": timedelta(minutes=1),
    "menus": timedelta(minutes=1),
    "checkpoint": timedelta(minutes=1),
    "sweep": timedelta(hours=1),
}
"""How often each tick looks."""


def schedule(ticks: Ticks, further: Mapping[str, Callable[[], Awaitable[object]]]) -> AsyncIOScheduler:
    """The ticks as APScheduler jobs, not started. A late or missed run is run once, never dropped, never doubled."""
    late = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    scheduler = AsyncIOScheduler(timezone=ticks.around.timezone, job_defaults=late)
    jobs: dict[str, Callable[[], Awaitable[object]]] = {
        name: getattr(ticks, name) for name in EVERY if name not in further
    }
    for name, job in (*jobs.items(), *further.items()):
        every = EVERY.get(name, EVERY["sweep"])
        scheduler.add_job(_safely(name, job), "interval", seconds=every.total_seconds(), id=name, name=name)
    return scheduler


def _safely(name: str, job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """A tick that fails is logged by type; the next one looks again."""

    async def tick() -> None:
        try:
            await job()
        except StorageError as error:
            log.error("tick failed", tick=name, kind=type(error).__name__)
        except Exception as error:
            log.error("tick failed", tick=name, kind=type(error).__name__, exc_info=True)

    return tick
