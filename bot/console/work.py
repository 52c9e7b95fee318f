"""What officers do at the console: the same rulings as in a chat, written the same way, said on the page instead."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from bot.incoming.apply import Kit, apply, owners_of
from bot.incoming.facts import Surroundings, TurnFacts
from handlers.effects import Effect
from handlers.turn import AnyTurn, Ruling
from messages.address import Address, ChannelName, Place
from messages.frozen import replace
from messages.incoming import Command, Incoming
from storage import keys, officers, reporters, sessions, tips
from storage.errors import Duplicate, Stale
from storage.records import Officer, ReporterId, Session, Tip, TipId
from storage.reporters import Contents
from storage.writes import Write

TRIES: Final = 3
"""How often a decision is ruled on again when somebody was faster."""
CONSOLE: Final = ChannelName("console")
"""Under which name what was sent from a page counts as heard. No messenger is called so: nothing is said there."""

Decided = TypeVar("Decided", bound=Ruling | AnyTurn)


class TooMany(Exception):
    """Others were faster again and again."""


@dataclass(frozen=True, slots=True)
class Work:
    """Looks and writes for whoever sits at the console."""

    around: Surroundings
    now: Callable[[], datetime]
    owed: Callable[[], None]
    """Something new is owed to somebody: wakes delivery."""

    async def facts_of(self, by: Address, place: Place) -> TurnFacts:
        """The facts as the officer of this address sees them. Their conversations are elsewhere: none is under way."""
        store = self.around.store
        nobody, _ = reporters.fresh(store, ReporterId("console"), contents=Contents(by, place))
        session = Session(id="", by=by, place=place, reporter=nobody.id)
        return TurnFacts(self.around, session, replace(nobody, version=0), self.now(), can_pin=False, has_account=False)

    async def facts_for(self, officer: Officer) -> TurnFacts:
        """The same for an officer who is known."""
        by = await officers.address_of(self.around.store, officer.id)
        assert by is not None  # whoever is enrolled has an address
        return await self.facts_of(by, officer.place)

    async def tip(self, id_: TipId) -> Tip | None:
        """A tip with its entries, whatever its ward."""
        return await tips.tip(self.around.store, id_)

    async def perform(
        self,
        facts: Callable[[], Awaitable[TurnFacts]],
        decide: Callable[[TurnFacts], Awaitable[Decided]],
        *,
        once: str,
        besides: Callable[[Decided], Sequence[Write]] = lambda _: (),
    ) -> Decided | None:
        """Decide on what stands now, and write all that follows or nothing; None for a form that was sent twice.

        Whoever is slower decides again on what the other left; `besides` are rows of the console's own. Raises
        `TooMany`, and what storage raises.
        """
        for _ in range(TRIES):
            seen = await facts()
            decided = await decide(seen)
            try:
                await self._write(decided.effects, seen, once=once, besides=besides(decided))
            except Stale:
                continue
            except Duplicate as error:
                if error.where == "heard":
                    return None
                continue
            self.owed()
            return decided
        raise TooMany

    async def note(self, effects: Sequence[Effect]) -> None:
        """Write down what was seen, before it is shown."""
        await self.commit(self.rows(effects))

    def rows(self, effects: Sequence[Effect]) -> list[Write]:
        """What these effects become; none that seals with the key of a tip or question."""
        return [write for effect in effects for write in apply(effect, self._kit())]

    async def commit(self, writes: Sequence[Write]) -> None:
        """Write rows as they are. Raises what storage raises."""
        await self.around.store.db.commit(writes)

    async def _write(self, effects: Sequence[Effect], facts: TurnFacts, *, once: str, besides: Sequence[Write]) -> None:
        store = self.around.store
        kit = replace(self._kit(), now=facts.now, session=facts.session)
        kit.keys = await keys.keys_of(store, owners_of(effects))
        said = Incoming(once, Address(CONSOLE, "form"), Place(CONSOLE, "form"), facts.now, Command("form"))
        heard = sessions.hear_once(said, seal=store.seal, now=facts.now)
        await store.db.commit([heard, *(write for effect in effects for write in apply(effect, kit)), *besides])

    def _kit(self) -> Kit:
        return Kit(self.around.store, self.now(), self.around.timezone, self.around.chance.fresh_id)
