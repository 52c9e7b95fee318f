"""Who writes faster than anybody reads: their answers are muted for a while, never their messages.

Everything is taken in all the same, danger is answered all the same, and so is what sends or ends something. Counts
live in memory for a minute and are stored nowhere.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.effects import AddEntries, CountGuess, DropDraft, FetchFile
from handlers.turn import AnyTurn
from messages.address import Address
from messages.frozen import replace
from messages.incoming import Incoming
from messages.outgoing import Say, Toast, say

ANSWERED_A_MINUTE = 40
"""Messages of one person in a minute that are answered one by one: four albums of ten; nobody types half as fast."""
WITHIN = timedelta(minutes=1)
WATCHED = 5_000
"""People whose last minute is remembered."""
MINOR = (FetchFile, AddEntries, DropDraft, CountGuess)
"""Effects whose answer only says that something was kept: it can wait until they pause."""


@dataclass(slots=True)
class _Minute:
    began_at: datetime
    count: int = 0


class Flood:
    """Counts messages of each person, minute by minute."""

    def __init__(self) -> None:
        self._minutes: OrderedDict[Address, _Minute] = OrderedDict()

    def calmed(self, turn: AnyTurn, said: Incoming, *, now: datetime) -> AnyTurn:
        """The turn with what is to be answered of it."""
        over = 0 if said.place.shared else self._counted(said.by, now) - ANSWERED_A_MINUTE
        if over <= 0 or not all(isinstance(effect, MINOR) for effect in turn.effects):
            return turn
        kept = tuple(
            reply for reply in turn.replies if isinstance(reply, Toast) or (isinstance(reply, Say) and reply.urgent)
        )
        return replace(turn, replies=(*kept, say("flood-muted")) if over == 1 else kept)

    def _counted(self, by: Address, now: datetime) -> int:
        minute = self._minutes.pop(by, None)
        if minute is None or not minute.began_at <= now < minute.began_at + WITHIN:
            minute = _Minute(now)
        minute.count += 1
        self._minutes[by] = minute
        if len(self._minutes) > WATCHED:
            self._minutes.popitem(last=False)
        return minute.count
