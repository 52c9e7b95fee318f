"""One round: people talk, something goes wrong, the bot dies, comes back, and is looked into. Rounds follow rounds."""

import asyncio
import contextlib
import math
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from storage.records import TipId
from tests.bot_api_fake.server import BotApiFake, Entry
from tests.bot_api_fake.updates import Update
from tests.chaos import audit
from tests.chaos.audit import Findings
from tests.chaos.broadcasts import Broadcasts
from tests.chaos.disk import Loss
from tests.chaos.installation import APPROVER, WARDS, WRITER, Installation
from tests.chaos.people import Crowd, Told
from tests.chaos.weather import HUGE, LASTING, TROUBLES, UNWRITABLE, Sky

ROUNDS_OF_ONE = 25
"""Rounds after which a fresh installation takes over, so that neither the database nor the clock runs away."""
DRAINED_WITHIN = 45.0
"""Seconds in which all that is owed must be out once nothing goes wrong any more."""
AFTER_FAILURES = 20.0
"""Seconds that pass while the bot is dead: what failed once is due again."""
ANNOUNCED_EVERY = 5
FREE_LIMIT = 30
A_MOMENT = 0.01
"""Seconds."""
MEMORY = Path("/dev/shm")
ROOM = MEMORY if MEMORY.is_dir() else None
"""Linux keeps this folder in memory; without it the folder for temporary files does."""


@dataclass(frozen=True)
class Plan:
    """What happens in a round, drawn from its seed before it begins."""

    number: int
    loses_power: bool
    troubles: tuple[str, ...]
    residents: int
    dies_after: float
    dies_starting: float | None
    """Seconds after which the restart is killed, too."""
    loss: Loss
    announces: bool
    """A campaign goes out meanwhile."""

    @classmethod
    def drawn(cls, seed: int, number: int, *, loses_power: bool) -> "Plan":
        """The same for the same seed and number."""
        chance = random.Random(f"{seed} {number} plan")
        troubles = tuple(chance.sample(sorted(TROUBLES), chance.choice((1, 1, 2))))
        return cls(
            number=number,
            loses_power=loses_power,
            troubles=troubles,
            residents=chance.randint(3, 6),
            dies_after=max(chance.uniform(0.05, 2.0), *(LASTING.get(name, 0.0) for name in troubles)),
            dies_starting=chance.uniform(0.1, 1.2) if chance.random() < 0.1 else None,
            loss=chance.choice(("all", "some", "some")),
            announces=number % ANNOUNCED_EVERY == 1 and "429 long" not in troubles,
        )

    @property
    def lasts_an_hour(self) -> bool:
        """Whether so much time passes that the platform drops presses which nobody has taken (after 150 seconds)."""
        return "429 long" in self.troubles

    def __str__(self) -> str:
        """As its line in the report names it."""
        end = f"power cut, {self.loss} lost" if self.loses_power else "kill"
        starting = "" if self.dies_starting is None else ", killed again while starting"
        return f"{self.number} {' + '.join(self.troubles)}, {end}{starting}"


@dataclass
class Tally:
    """What came of all rounds."""

    kills: int = 0
    cuts: int = 0
    tips: int = 0
    acks: int = 0
    sends: int = 0
    busiest: int = 0
    took: list[float] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    findings: list[tuple[Plan, Findings]] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """How often something was wrong."""
        return sum(len(getattr(found, kind)) for _, found in self.findings)


class House:
    """One installation and its platform, for some rounds."""

    def __init__(self, scratch: Path, seed: int, *, webhook: bool) -> None:
        self._seed = seed
        self.fake = BotApiFake(clock=lambda: time.time() + self.bot.ahead)
        self.bot = Installation(scratch, self.fake, webhook=webhook)
        self.crowd = Crowd(self.fake, self.bot.officers, random.Random(seed))
        self.doubts: Counter[int] = Counter()
        self.tips: dict[TipId, Told] = {}
        self._known: set[str] = set()
        self._late = 0.0
        self.broadcasts: Broadcasts

    async def play(self, plan: Plan, tally: Tally) -> Findings:
        """One round."""
        chance = random.Random(f"{self._seed} {plan.number} play")
        findings, since, acked, told = Findings(), len(self.fake.ledger), self._acks(), len(self.crowd.book.tips)
        await self._live(plan, chance)
        await self.bot.kill()
        late = self._late
        self._autopsy(plan, chance, findings=findings, acks=self.fake.world.updates.acknowledged[acked:])
        self.doubts += audit.unanswered(self.fake.ledger[since:])
        if any(name in UNWRITABLE for name in plan.troubles):
            # the one thing that is said without a row comes again with one, once the disk works
            self.doubts += Counter(one.person.number for one in self.crowd.book.tips[told:] if one.is_emergency)
        self.fake.faults.clear()
        self.bot.machine.mend()
        self.bot.let_pass(AFTER_FAILURES + (HUGE if plan.lasts_an_hour else 0))
        await self._return(plan)
        self._late = late  # how late we were while nobody could send does not count
        await self._drain(findings)
        await self._audit(findings, self.fake.ledger[since:], tally, late=self._late)
        self._late = 0.0
        self.bot.jump(-self.bot.jumped)
        findings.forget(self._known)
        tally.kills += not plan.loses_power
        tally.cuts += plan.loses_power
        tally.tips += sum(one.is_sent for one in self.crowd.book.tips[told:])
        tally.acks += self._acks() - acked
        tally.troubles.update(plan.troubles)
        return findings

    async def notice_lateness(self) -> None:
        """How late our own loop is at the worst: the platform lives in it, and dates what it hears. Until cancelled."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(A_MOMENT)
            self._late = max(self._late, time.monotonic() - began - 2 * A_MOMENT)

    def _acks(self) -> int:
        return len(self.fake.world.updates.acknowledged)

    async def _live(self, plan: Plan, chance: random.Random) -> None:
        """Until its death."""
        self.crowd.may_press = not plan.lasts_an_hour
        self.crowd.residents(plan.residents)
        if self.crowd.may_press:
            self.crowd.officers_work(2)
        if plan.announces:
            self.crowd.begin(self.broadcasts.announce())
        sky = Sky(self.bot, self.fake, self.crowd.book.tips, chance)
        troubles = [asyncio.create_task(self._trouble(name, sky)) for name in plan.troubles]
        await asyncio.sleep(plan.dies_after)
        for trouble in troubles:
            trouble.cancel()
        await asyncio.wait(troubles)

    async def _trouble(self, name: str, sky: Sky) -> None:
        await sky.lasts(0.0, 0.5)
        await TROUBLES[name](sky)

    def _autopsy(
        self, plan: Plan, chance: random.Random, *, findings: Findings, acks: Sequence[tuple[float, Update]]
    ) -> None:
        findings.unsynced += audit.look_at_acknowledgements(self.bot, acks, chance)
        if plan.loses_power:
            self.bot.disk.cut_power(plan.loss, chance)
        officers = [officer.number for officer in self.bot.officers.values()]
        chats = audit.chats_of(self.bot.seal, self.crowd.book, officers, tips=self.tips)
        claimed = audit.look_at_wreck(self.bot.copy(), findings, chats=chats)
        findings.in_doubt += claimed.total()
        self.doubts += claimed

    async def begin(self) -> None:
        """Prepared and running, with people who want campaigns."""
        await self.bot.prepare()
        self.bot.let_it_be_morning()
        await self.bot.start()
        officers = [self.fake.person(number, f"Dung {number}", started=True) for number in (WRITER, APPROVER)]
        self.broadcasts = Broadcasts(self.fake, *officers, ward=next(iter(WARDS.values())))
        await self.broadcasts.begin()
        await self.comes_to_rest(DRAINED_WITHIN)

    async def _return(self, plan: Plan) -> None:
        """Started again, at times only to be killed once more while it starts."""
        if plan.dies_starting is not None:
            starting = asyncio.create_task(self.bot.start())
            await asyncio.sleep(plan.dies_starting)
            await self.bot.kill_starting(starting)
        await self.bot.start()

    async def _drain(self, findings: Findings) -> None:
        """Until everybody has their answer and nothing is owed."""
        await self.crowd.all_done()
        try:
            await self.comes_to_rest(DRAINED_WITHIN)
        except TimeoutError:
            findings.broken.append("the bot did not come to rest")

    async def comes_to_rest(self, within: float) -> None:
        """Until all is heard and nothing is owed; TimeoutError after so many seconds."""
        async with asyncio.timeout(within):
            while self._owes():  # noqa: ASYNC110 -- another process: it has no event for us
                await asyncio.sleep(0.01)

    def _owes(self) -> int:
        if self.fake.world.updates.fresh():
            return 1
        with contextlib.closing(self.bot.connect()) as opened:
            row = opened.execute(
                "SELECT (SELECT count(*) FROM lines WHERE state IN ('waiting', 'claimed')) + "
                "(SELECT count(*) FROM media WHERE state = 'wanted') + "
                "(SELECT count(*) FROM campaigns WHERE status IN ('approved', 'sending'))"
            ).fetchone()
            return int(row[0])

    async def _audit(self, findings: Findings, ledger: list[Entry], tally: Tally, *, late: float) -> None:
        self.tips = await audit.look_at_tips(self.bot, self.crowd.book, findings)
        audit.look_at_lines(self.bot, findings)
        findings.doubled += self.broadcasts.received_twice()
        findings.unsaid += self.broadcasts.stuck
        with contextlib.closing(self.bot.connect()) as opened:
            findings.unsaid += self.broadcasts.missed(opened)
        officers = {ward: officer.number for ward, officer in self.bot.officers.items()}
        audit.look_at_chats(self.fake, self.crowd.book, findings, officers=officers, doubts=self.doubts)
        # what came while we ourselves were late is seen in a heap
        most = FREE_LIMIT + 1 + math.ceil(FREE_LIMIT * late)
        tally.busiest = max(tally.busiest, audit.look_at_pace(ledger, findings, most=most))
        tally.sends += len(ledger)


@contextlib.asynccontextmanager
async def a_house(seed: int, first: int) -> AsyncIterator[House]:
    """A fresh installation, running. Every other one is told of updates by webhook."""
    scratch = Path(tempfile.mkdtemp(prefix="baotin-chaos-", dir=ROOM))
    house = House(scratch, seed + first, webhook=first // ROUNDS_OF_ONE % 2 == 1)
    try:
        async with house.fake, house.bot.child:
            await house.begin()
            watch = asyncio.create_task(house.notice_lateness())
            yield house
            watch.cancel()
            house.crowd.stop()
    finally:
        house.bot.close()
        shutil.rmtree(scratch, ignore_errors=True)
