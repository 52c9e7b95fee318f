"""Intake: one incoming, one turn, one transaction. Everything a message causes is written, or nothing is."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakValueDictionary

import structlog

from bot.incoming.apply import Kit, apply, owners_of
from bot.incoming.facts import Surroundings, TurnFacts
from bot.incoming.flood import Flood
from bot.incoming.speakers import INTAKE, Speaker, Speakers, language_of
from handlers import desk
from handlers.effects import ForgetReporter, MarkGone
from handlers.turn import AnyTurn
from messages.address import Address, ChannelName, Place
from messages.frozen import frozen, replace
from messages.incoming import Incoming, Membership, Press, words_of
from messages.language import Language
from messages.meaning.emergencies import triage
from messages.meaning.once import one_turn
from messages.outgoing import Exhibit, Outgoing, Say, Toast, say
from messages.phrase import Phrase
from storage import claims, keys, reporters, sessions, tips
from storage.database import Then
from storage.errors import DatabaseUnreadable, DatabaseUnwritable, Duplicate, Stale
from storage.outbox import Lane, Line, ToPlace, new_line, owe, owe_line, replace_question
from storage.records import Session
from storage.reporters import Reporter
from storage.writes import Write

TRIES = 3
"""How often a turn is decided again when somebody was faster."""
GOODBYE_FOR = timedelta(days=1)
"""How long the last word to somebody who was forgotten is tried: it holds their address."""
ANSWERED = 1_000
"""Messages remembered as answered without a row, so that no redelivery says the number again."""

Log = structlog.stdlib.BoundLogger


class SayNow(Protocol):
    """Say something at once, without a row; whether it went out."""

    async def __call__(self, place: Place, said: Say, *, language: Language) -> bool: ...


class ToastNow(Protocol):
    """Answer a press in passing."""

    async def __call__(self, place: Place, toast: Toast, *, language: Language) -> None: ...


@frozen
class Voice:
    """What intake needs of delivery: to be told that something is owed, and to speak without a row where it must."""

    owed: Callable[[], None]
    """Something new is owed; called after the commit."""
    may_hand_over: Callable[[Line, Place], int | None]
    """Whether a reply may be claimed as it is owed: None, or the number of the line of its chat that is over."""
    expect: Callable[[Line], Then]
    """A reply that is; what is returned must be told what became of it."""
    toast: ToastNow
    say_now: SayNow
    """Send at once, without a row: only for the fixed answer to an emergency when nothing can be written."""
    photos: Callable[[], None]
    """A photo is to be fetched."""
    can_pin: Callable[[Place], bool]
    has_account: Callable[[Place], bool]
    file_limit: Callable[[Place], int]
    """Bytes of the largest file that the place's channel can hand over."""


class Intake:
    """Takes what people say. `take` returns once everything it causes is durable."""

    def __init__(self, around: Surroundings, voice: Voice, *, now: Callable[[], datetime], log: Log) -> None:
        self._around = around
        self._voice = voice
        self._now = now
        self._log = log
        # Whose messages are being taken, one at a time each: a lock lives only while somebody holds it or waits for it.
        self._one_at_a_time = WeakValueDictionary[Address, asyncio.Lock]()
        self.speakers = Speakers(around)
        self._flood = Flood()
        self._answered: dict[tuple[ChannelName, str], None] = {}

    async def take(self, said: Incoming) -> None:
        """Hear it once. Raises DatabaseUnwritable or DatabaseUnreadable: then the platform must deliver it again."""
        async with self._one_at_a_time.setdefault(said.by, asyncio.Lock()):
            try:
                await self._decide(said)
            except (DatabaseUnwritable, DatabaseUnreadable) as error:
                self._log.error("turn refused", kind=type(error).__name__, channel=said.by.channel)
                await self._answer_without_a_row(said)
                raise

    async def _decide(self, said: Incoming) -> None:
        for _ in range(TRIES):
            try:
                return await self._turn(said)
            except Stale:
                continue
            except Duplicate as error:
                if error.where == "heard":
                    self._log.info("heard again", channel=said.by.channel)
                    self._voice.owed()  # whoever took it in before may have been stopped just after the commit
                    self._voice.photos()
                    return None
                continue
            except (DatabaseUnwritable, DatabaseUnreadable):
                raise
            except Exception as error:  # a step's bug: the platform must not redeliver it for ever
                self._log.error("turn failed", update=_number(said), kind=type(error).__name__, exc_info=True)
                return await self._set_aside(said, kind=type(error).__name__)
        self._log.error("turn given up", update=_number(said), kind="Stale", channel=said.by.channel)
        return await self._set_aside(said, kind="Stale")

    async def _turn(self, said: Incoming) -> None:
        now = self._now()
        speaker = await self.speakers.of(said)
        session = speaker.session
        facts = TurnFacts(
            self._around,
            session,
            speaker.reporter,
            now,
            can_pin=self._voice.can_pin(said.place),
            has_account=self._voice.has_account(said.place),
            file_limit=self._voice.file_limit(said.place),
        )
        with one_turn():
            after, turn = await desk.advance(session, said, facts)
        if said.place.shared and after == session and not turn.replies and not turn.effects:
            return
        turn = self._flood.calmed(turn, said, now=now)
        writes, now_stands = await self._writes(said, speaker, after=after, turn=turn)
        first, owed = self._owed(turn.replies, said, after=after, forgotten=now_stands is None)
        writes.extend(owed)
        await self._around.store.db.commit(writes, then=self._voice.expect(first) if first is not None else None)
        if now_stands is not None:
            self.speakers.remember(now_stands, now)
        if any(isinstance(effect, ForgetReporter) for effect in turn.effects):
            with contextlib.suppress(DatabaseUnwritable):  # then the next tick does it
                await self._around.store.db.checkpoint()
        if first is None or len(turn.replies) > 1 or turn.effects:
            self._voice.owed()
        await self._spoken(said, turn, language=after.language)

    async def _writes(
        self, said: Incoming, speaker: Speaker, *, after: Session, turn: AnyTurn
    ) -> tuple[list[Write], Speaker | None]:
        """Everything one turn causes, in the order in which it must be written; and the speaker as it leaves them."""
        store, now, reporter, was = self._around.store, self._now(), speaker.reporter, speaker.session
        writes = [sessions.hear_once(said, seal=store.seal, now=now)]
        if reporter.version == 0:
            reporter, known = reporters.fresh(store, reporter.id, contents=reporter.contents)
            writes.extend(known)
        kit = Kit(store, now, self._around.timezone, self._around.chance.fresh_id, reporter=reporter, session=after)
        kit.keys = {was.draft_id: speaker.draft_key} if speaker.draft_key is not None else {}
        owners = [owner for owner in owners_of(turn.effects) if owner and owner not in kit.keys]
        kit.keys |= await keys.keys_of(store, owners)
        if after.draft_id and after.draft_id not in kit.keys:
            kit.keys[after.draft_id], wrapped = store.seal.fresh_key(after.draft_id)
            writes.append(keys.keep(after.draft_id, wrapped))
        came_back = reporter.gone and not isinstance(said.content, Membership)  # they write: the news of it was lost
        effects = (MarkGone(gone=False), *turn.effects) if came_back else turn.effects
        caused = [write for effect in effects for write in apply(effect, kit)]
        if not kit.forgotten:  # before what is caused, since that may change the reporter's version
            key = kit.keys.get(after.draft_id)
            writes.append(sessions.save(after, was=was, seal=store.seal, reporter=reporter, draft_key=key))
        writes.extend(caused)
        if kit.forgotten:
            return writes, None
        changed, reporter = _kept(kit, reporter, after=after)
        return [*writes, *changed], Speaker(
            reporter, replace(after, version=was.version + 1), kit.keys.get(after.draft_id)
        )

    def _owed(
        self, replies: tuple[Outgoing, ...], said: Incoming, *, after: Session, forgotten: bool
    ) -> tuple[Line | None, list[Write]]:
        """The rows of the replies; and the first of them, if it is claimed with its row."""
        seal, now = self._around.store.seal, self._now()
        to = ToPlace(said.place, after.language, "" if forgotten else after.id)
        until = now + GOODBYE_FOR if forgotten else None
        first: Line | None = None
        owed: list[Write] = []
        for reply in replies:
            if not isinstance(reply, Say | Exhibit):
                continue
            lane = Lane.URGENT if isinstance(reply, Say) and reply.urgent else Lane.REPLY
            line = new_line(seal, to, outgoing=reply, lane=lane, now=now)
            if isinstance(reply, Say) and reply.asks:
                owed.append(replace_question(line.chat))
            over = self._voice.may_hand_over(line, said.place) if first is None else None
            if over is None:
                owed.append(owe_line(seal, line, expires_at=until))
            else:
                first = line
                owed.append(claims.owe_at_once(seal, line, over=over, expires_at=until))
        return first, owed

    async def _spoken(self, said: Incoming, turn: AnyTurn, *, language: Language) -> None:
        """After the commit: fetch what came, and answer the press."""
        self._voice.photos()
        if not isinstance(said.content, Press) or not said.content.press:
            return
        toasts = [reply for reply in turn.replies if isinstance(reply, Toast)]
        words = toasts[0].words if toasts else None
        await self._voice.toast(said.place, Toast(said.content.press, words), language=language)

    async def _set_aside(self, said: Incoming, *, kind: str) -> None:
        """A bug of ours: the message counts as heard, is noted with its ids, and the person is told once.

        In a fresh write; where even the apology cannot be made, the message is noted alone. Otherwise it would come
        again for ever, before all that its writer says next.
        """
        db, now = self._around.store.db, self._now()
        noted = [
            sessions.hear_once(said, seal=self._around.store.seal, now=now),
            tips.log(INTAKE, what="set-aside", at=now, detail=f"{said.by.channel} {_number(said)} {kind}"),
        ]
        try:
            await db.commit([*noted, *self._apology(said, now)])
        except Duplicate:
            return
        except (DatabaseUnwritable, DatabaseUnreadable):
            raise
        except Exception as error:
            self._log.error("apology failed", update=_number(said), kind=type(error).__name__, exc_info=True)
            with contextlib.suppress(Duplicate):
                await db.commit(noted)
        self._voice.owed()

    def _apology(self, said: Incoming, now: datetime) -> list[Write]:
        if said.place.shared:
            return []
        sorry, lane = Say((Phrase("apology"),)), Lane.REPLY
        kind = triage(words_of(said.content))
        if kind is not None:
            sorry, lane = replace(say(f"emergency-{kind}"), urgent=True), Lane.URGENT
        to = ToPlace(said.place, language_of(said))
        return [owe(self._around.store.seal, to, outgoing=sorry, lane=lane, now=now)]

    async def _answer_without_a_row(self, said: Incoming) -> None:
        """The one exception to "a row before a network call": the number to dial, when nothing can be written."""
        kind = None if said.place.shared else triage(words_of(said.content))
        which = (said.by.channel, said.id)
        if kind is None or which in self._answered:
            return
        language = language_of(said)
        if await self._voice.say_now(said.place, say(f"emergency-{kind}"), language=language):
            self._answered[which] = None
            if len(self._answered) > ANSWERED:
                del self._answered[next(iter(self._answered))]


def _number(said: Incoming) -> str:
    """The platform's number of a message, without whose it is."""
    return said.id.rpartition(":")[2]


def _kept(kit: Kit, was: Reporter, *, after: Session) -> tuple[list[Write], Reporter]:
    """What is to be stored of the reporter, where something about them changed, and the reporter as they are then."""
    assert kit.reporter is not None
    known = kit.reporter.contents
    kept = (after.language, after.chose_language, after.home, after.calm_until)
    if known == was.contents and kept == (known.language, known.chose_language, known.home, known.calm_until):
        return [], kit.reporter
    language, chose_language, home, calm_until = kept
    contents = replace(known, language=language, chose_language=chose_language, home=home, calm_until=calm_until)
    reporter = replace(kit.reporter, contents=contents)
    return [reporters.save(reporter)], replace(reporter, version=reporter.version + 1)
