"""Intake: one incoming, one turn, one transaction. Everything a message causes is written, or nothing is."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.apply import Kit, apply, owners_of
from bot.facts import Surroundings, TurnFacts
from handlers import desk
from handlers.effects import ForgetReporter, MarkGone
from handlers.turn import AnyTurn
from messages.address import Address, ChannelName, Place
from messages.incoming import Incoming, Membership, Press, words_of
from messages.language import Language
from messages.meaning.emergencies import triage
from messages.outgoing import Outgoing, Picture, Say, Toast, say
from messages.phrase import Phrase
from storage import keys, reporters, sessions
from storage.errors import DatabaseUnreadable, DatabaseUnwritable, Duplicate, Stale
from storage.outbox import Lane, ToPlace, owe
from storage.records import ReporterId, Session
from storage.reporters import Reporter
from storage.seal import Key
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


@dataclass(frozen=True, slots=True)
class Voice:
    """What intake needs of delivery: to be told that something is owed, and to speak without a row where it must."""

    owed: Callable[[], None]
    """Something new is owed; called after the commit."""
    toast: ToastNow
    say_now: SayNow
    """Send at once, without a row: only for the fixed answer to an emergency when nothing can be written."""
    photos: Callable[[], None]
    """A photo is to be fetched."""
    can_pin: Callable[[Place], bool]
    has_account: Callable[[Place], bool]


@dataclass(slots=True)
class _Queue:
    """Whose messages are being taken, one at a time each; a lock lives only while somebody waits for it."""

    locks: dict[Address, tuple[asyncio.Lock, int]] = field(default_factory=dict)

    @asynccontextmanager
    async def turn_of(self, by: Address) -> AsyncIterator[None]:
        """Wait for this person's earlier messages; different people never wait for each other."""
        lock, waiting = self.locks.get(by, (asyncio.Lock(), 0))
        self.locks[by] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self.locks[by]
            if waiting == 1:
                del self.locks[by]
            else:
                self.locks[by] = (lock, waiting - 1)


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Who speaks, where they stand, and the key of the draft they are telling, if they are telling one."""

    reporter: Reporter
    session: Session
    draft_key: Key | None = None


class Intake:
    """Takes what people say. `take` returns once everything it causes is durable."""

    def __init__(self, around: Surroundings, voice: Voice, *, now: Callable[[], datetime], log: Log) -> None:
        self._around = around
        self._voice = voice
        self._now = now
        self._log = log
        self._queue = _Queue()
        self._answered: dict[tuple[ChannelName, str], None] = {}

    async def take(self, said: Incoming) -> None:
        """Hear it once. Raises DatabaseUnwritable or DatabaseUnreadable: then the platform must deliver it again."""
        async with self._queue.turn_of(said.by):
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
                self._log.error("turn failed", kind=type(error).__name__, exc_info=True)
                return await self._apologise(said)
        self._log.error("turn given up", kind="Stale", channel=said.by.channel)
        return await self._apologise(said)

    async def _turn(self, said: Incoming) -> None:
        now = self._now()
        speaker = await self._speaker(said)
        session = speaker.session
        can_pin, has_account = self._voice.can_pin(said.place), self._voice.has_account(said.place)
        facts = TurnFacts(self._around, session, speaker.reporter, now, can_pin=can_pin, has_account=has_account)
        after, turn = await desk.advance(session, said, facts)
        if said.place.shared and after == session and not turn.replies and not turn.effects:
            return
        await self._around.store.db.commit(await self._writes(said, speaker, after=after, turn=turn))
        if any(isinstance(effect, ForgetReporter) for effect in turn.effects):
            with contextlib.suppress(DatabaseUnwritable):  # then the next tick does it
                await self._around.store.db.checkpoint()
        await self._spoken(said, turn, language=after.language)

    async def _speaker(self, said: Incoming) -> _Speaker:
        """Who speaks and where they stand; for somebody new a reporter and session that are not stored yet."""
        store = self._around.store
        reporter = await reporters.of(store, said.by)
        if reporter is None:
            language: Language = "en" if _speaks_english(said.language) else "vi"
            fresh_id = ReporterId(self._around.chance.fresh_id())
            contents = reporters.Contents(said.by, said.place, language)
            reporter = replace(reporters.fresh(store, fresh_id, contents=contents)[0], version=0)
        found = await sessions.with_key(store, reporter, place=said.place) if reporter.version else None
        if found is not None:
            return _Speaker(reporter, *found)
        session = Session(
            id=self._around.chance.fresh_id(),
            by=said.by,
            place=said.place,
            reporter=reporter.id,
            language=reporter.contents.language,
            chose_language=reporter.contents.chose_language,
            home=reporter.contents.home,
        )
        return _Speaker(reporter, session)

    async def _writes(self, said: Incoming, speaker: _Speaker, *, after: Session, turn: AnyTurn) -> list[Write]:
        """Everything one turn causes, in the order in which it must be written."""
        store, now, reporter, was = self._around.store, self._now(), speaker.reporter, speaker.session
        writes = [sessions.hear_once(said, seal=store.seal, now=now)]
        if reporter.version == 0:
            reporter, known = reporters.fresh(store, reporter.id, contents=reporter.contents)
            writes.extend(known)
        kit = Kit(store, now, self._around.timezone, self._around.chance.fresh_id, reporter=reporter, session=after)
        kit.keys = {was.draft_id: speaker.draft_key} if speaker.draft_key is not None else {}
        owners = [owner for owner in (*owners_of(turn.effects), after.draft_id) if owner and owner not in kit.keys]
        kit.keys |= await keys.keys_of(store, owners)
        if after.draft_id and after.draft_id not in kit.keys:
            kit.keys[after.draft_id], wrapped = store.seal.fresh_key(after.draft_id)
            writes.append(keys.keep(after.draft_id, wrapped))
        if reporter.gone and not isinstance(said.content, Membership):
            writes.extend(apply(MarkGone(gone=False), kit))  # they write: the news that they came back was lost
        for effect in turn.effects:
            writes.extend(apply(effect, kit))
        if not kit.forgotten:
            writes.extend(self._kept(kit, reporter, was=was, after=after))
        to = ToPlace(said.place, after.language, "" if kit.forgotten else after.id)
        until = now + GOODBYE_FOR if kit.forgotten else None
        writes.extend(self._owed(turn.replies, to, now=now, until=until))
        return writes

    def _kept(self, kit: Kit, reporter: Reporter, *, was: Session, after: Session) -> list[Write]:
        """The session as it is now, and the reporter where something about them changed."""
        assert kit.reporter is not None
        contents = replace(
            kit.reporter.contents, language=after.language, chose_language=after.chose_language, home=after.home
        )
        writes = []
        if contents != reporter.contents:
            writes.append(reporters.save(replace(kit.reporter, contents=contents)))
        draft_key = kit.keys[after.draft_id] if after.draft_id else None
        seal = self._around.store.seal
        writes.append(sessions.save(after, was=was, seal=seal, key=reporter.key, draft_key=draft_key))
        return writes

    def _owed(
        self, replies: tuple[Outgoing, ...], to: ToPlace, *, now: datetime, until: datetime | None
    ) -> list[Write]:
        seal = self._around.store.seal
        owed = []
        for reply in replies:
            if isinstance(reply, Say | Picture):
                urgent = isinstance(reply, Say) and reply.urgent
                lane = Lane.URGENT if urgent else Lane.REPLY
                owed.append(owe(seal, to, outgoing=reply, lane=lane, now=now, expires_at=until))
        return owed

    async def _spoken(self, said: Incoming, turn: AnyTurn, *, language: Language) -> None:
        """After the commit: wake delivery, and answer the press."""
        self._voice.owed()
        self._voice.photos()
        if not isinstance(said.content, Press) or not said.content.press:
            return
        toasts = [reply for reply in turn.replies if isinstance(reply, Toast)]
        words = toasts[0].words if toasts else None
        await self._voice.toast(said.place, Toast(said.content.press, words), language=language)

    async def _apologise(self, said: Incoming) -> None:
        """A bug of ours: the message counts as heard, and the person is told once, in a fresh write."""
        store, now = self._around.store, self._now()
        language: Language = "en" if _speaks_english(said.language) else "vi"
        writes = [sessions.hear_once(said, seal=store.seal, now=now)]
        if not said.place.shared:
            sorry = Say((Phrase("apology"),))
            kind = triage(words_of(said.content))
            if kind is not None:
                sorry = replace(say(f"emergency-{kind}"), urgent=True)
            writes.append(owe(store.seal, ToPlace(said.place, language), outgoing=sorry, lane=Lane.REPLY, now=now))
        try:
            await store.db.commit(writes)
        except Duplicate:
            return
        self._voice.owed()

    async def _answer_without_a_row(self, said: Incoming) -> None:
        """The one exception to "a row before a network call": the number to dial, when nothing can be written."""
        kind = None if said.place.shared else triage(words_of(said.content))
        which = (said.by.channel, said.id)
        if kind is None or which in self._answered:
            return
        language: Language = "en" if _speaks_english(said.language) else "vi"
        if await self._voice.say_now(said.place, say(f"emergency-{kind}"), language=language):
            self._answered[which] = None
            if len(self._answered) > ANSWERED:
                del self._answered[next(iter(self._answered))]


def _speaks_english(tag: str) -> bool:
    """Vietnamese is the language of the ward: English only for devices that are set to another one."""
    return bool(tag) and not tag.lower().startswith("vi")
