"""What follows from a platform's answer to one line: a mark, patience, another try, or a farewell."""

from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.channels.channel import Gone, Refused, TryLater
from bot.clock import FIRST_WAIT, LAST_TRY, Clock, Forward, back_off
from bot.outgoing.marks import Marks
from bot.outgoing.pace import Pace
from bot.outgoing.parting import farewell, moved
from bot.outgoing.render import Ready, Void
from messages.address import ChannelName, MessageRef
from messages.frozen import frozen
from messages.rendered import Text
from storage import albums, cards, notices, outbox
from storage.errors import DatabaseUnreadable, DatabaseUnwritable
from storage.notices import Outcome, Settled
from storage.outbox import Lane, Line
from storage.records import EntryId
from storage.store import Store
from storage.writes import Write

Log = structlog.stdlib.BoundLogger


@frozen
class Held:
    """A claimed line, rendered, that waits for its slot or is on its way."""

    line: Line
    ready: Ready
    chat: bytes


@frozen
class Answers:
    """Where answers go. `due` is the clock of due times, which never goes back."""

    store: Store
    clock: Clock
    due: Forward
    marks: Marks
    paces: Mapping[ChannelName, Pace]
    log: Log

    async def still_goes(self, held: Held, *, is_night: bool) -> bool:
        """Whether a campaign's line may still go out as it was rendered; else it ends, or waits for what comes."""
        line = held.line
        gate = await notices.gate(self.store, line)
        if gate is None or (line.lane is Lane.CORRECTION and not gate.amends):
            self.end(line, "gone", untried=True)
            return False
        outcome = gate.end_of(line, self.clock.now()) if line.lane is Lane.CAMPAIGN else None
        if outcome is not None:
            self.end(line, outcome, untried=True)
            return False
        waits = line.lane is Lane.CAMPAIGN and (gate.status == "paused" or (is_night and not gate.emergency))
        if waits or gate.edition != held.ready.version:
            self.put_back(line)
            return False
        return True

    def shown(self, held: Held, message: MessageRef | None) -> None:
        """The platform has it."""
        line, ready = held.line, held.ready
        if line.campaign is not None:
            return self.marks.settle(Settled(line, "sent", ready.version, message))
        now = self.clock.now()
        writes: list[Write] = []
        if message is not None and ready.tip is not None:
            writes.append(cards.anchor(held.chat, ready.tip, message=message, now=now))
        if message is not None and ready.album:
            writes.append(albums.shown(self.store.seal, held.chat, album=ready.album, message=message, now=now))
        if message is not None and ready.ask:
            named = albums.of_ask(EntryId(ready.ask))
            writes.append(albums.shown(self.store.seal, held.chat, album=named, message=message, now=now))
        if line.card is not None:
            return self.marks.add(
                [*writes, *cards.shown(line.card, ready.version, message=message), *outbox.sent(line)]
            )
        assert line.contents is not None
        if line.contents.part + 1 < ready.parts:
            part = line.contents.part + 1
            return self.marks.add([*writes, outbox.go_on(self.store.seal, line, part=part, now=now)])
        if writes:  # the chat's next line may be meant to replace this message: it waits until it can be found
            return self.marks.add([*writes, *outbox.sent(line)])
        return self.marks.end(line, outbox.sent(line))

    def void(self, line: Line, void: Void) -> None:
        """Nobody should get it."""
        if line.campaign is not None:
            return self.end(line, "gone", untried=True)
        told = cards.unreachable(void.tip, self.clock.now()) if void.tip else []
        return self.marks.add([*outbox.sent(line), *told])

    def later(self, held: Held, later: TryLater) -> None:
        """Patience: for this chat, or for the channel; a campaign's line that may have arrived is not sent again."""
        line, pace = held.line, self.paces[held.ready.place.channel]
        monotonic = self.clock.monotonic()
        if later.after is not None:
            everybody = later.whole_channel or line.campaign is not None
            pace.slow_down(monotonic, held.chat, after=later.after, everybody=everybody)
        elif later.whole_channel:
            pace.pause_channel(monotonic + FIRST_WAIT)
        if later.in_doubt and line.lane is Lane.CAMPAIGN:
            return self.end(line, "unknown")
        return self.again(line, later.after, reason=outbox.IN_DOUBT if later.in_doubt else "later")

    def again(self, line: Line, after: float | None, *, reason: str) -> None:
        """Another try after so many seconds, or with the usual patience; a dead letter after a day."""
        if line.attempts + 1 >= LAST_TRY:
            self.log.warning("line given up", line=line.id, reason=reason)
            return self.dead(line, reason)
        due_at = self.due.now() + timedelta(seconds=back_off(line.attempts) if after is None else after)
        return self.marks.add([outbox.again(line, due_at, attempts=line.attempts + 1, reason=reason)])

    def put_back(self, line: Line, *, after: float = 0.0, reason: str = "", channel: str = "") -> None:
        """It was claimed and not tried: it waits as before, and what was set aside for it can be spent on another."""
        due_at = self.due.now() + timedelta(seconds=after)
        again = outbox.again(line, due_at, attempts=line.attempts, reason=reason, channel=channel)
        self.marks.add([again, *_refund(line)])

    def end(self, line: Line, outcome: Outcome, *, untried: bool = False) -> None:
        """A campaign's line that goes no further."""
        self.marks.settle(Settled(line, outcome, refund=untried and line.paid))

    def dead(self, line: Line, reason: str) -> None:
        """Never this line: a dead letter, or one more that a campaign counts as refused."""
        if line.campaign is not None:
            return self.end(line, "refused")
        return self.marks.add(outbox.dead(line.id, reason))

    def refused(self, held: Held, refused: Refused) -> None:
        """Never this line; but where it should have replaced a message, that may be gone: then it is said anew."""
        line, rendered, now = held.line, held.ready.rendered, self.clock.now()
        if line.campaign is None and isinstance(rendered, Text) and rendered.instead_of is not None:
            if line.card is not None:
                return self.marks.add([cards.unshown(line.card), outbox.again(line, now, attempts=line.attempts + 1)])
            return self.marks.add([outbox.anew(self.store.seal, line, now=now)])
        self.log.warning("line refused", line=line.id, channel=held.ready.place.channel, reason=refused.reason)
        return self.dead(line, refused.reason)

    async def gone(self, held: Held, gone: Gone) -> None:
        """Nothing more to this address; a group that moved gets everything under its new name."""
        line, place, now = held.line, held.ready.place, self.clock.now()
        self.log.info("group moved" if gone.moved_to else "address gone", line=line.id, channel=place.channel)
        try:
            if gone.moved_to is not None:
                there = await moved(self.store, place, to=gone.moved_to)
                return self.marks.add([*there, outbox.again(line, now, attempts=line.attempts + 1)])
            return self.marks.add(await farewell(self.store, line, place=place, now=now))
        except (DatabaseUnreadable, DatabaseUnwritable):
            return self.again(line, None, reason="gone")


def _refund(line: Line) -> list[Write]:
    return [notices.unspent(1)] if line.paid else []
