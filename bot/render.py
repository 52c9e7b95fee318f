"""From a line of the outbox to what a channel is handed: who it goes to, the final words, the buttons.

This is the one place where a tip's reporter is unsealed, for as long as it takes to send them a line. A text too long
for one message becomes parts; a line carries one part at a time, so that a stop between two parts repeats none.
"""

import asyncio
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from pathlib import Path
from typing import Literal, TypeAlias

from bot.channels.channel import Limits, TryLater
from bot.pictures import NotAPicture, cleaned
from handlers.review import card as card_of
from handlers.review import parted_card
from messages.address import ChannelName, Place
from messages.catalogue import Catalogue
from messages.language import LANGUAGES, Language
from messages.outgoing import Picture, Say
from messages.phrase import Choice, Phrase, Quote
from messages.rendered import Button, Rendered, Text, Toast, handle_of
from messages.rendered import Picture as ShownPicture
from storage import cards, media, officers, questions, quotes, reporters, sessions, tips
from storage.outbox import Lane, Line, ToAsker, ToOwner, ToPlace, ToReporter, ToSubscriber
from storage.quotes import Reader
from storage.records import MediaId, ReporterId, Status, TipId
from storage.store import Store

OFFICERS_LANGUAGE: Language = LANGUAGES[0]
"""Cards stand in chats that have no session; the officers of a ward read Vietnamese."""
CUT = "…"
_MARK = re.compile("\ue000[0-9]+\ue001")
HOME_WITHIN = 3.0
"""Seconds a picture that is still on its way is waited for, once; then the officer is told."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A line that can go out."""

    place: Place
    rendered: Rendered
    parts: int = 1
    tip: TipId | None = None
    """The tip that the message is about, where a reply to it is a note."""
    version: int = 0
    """The version of the tip that a card shows."""


@dataclass(frozen=True, slots=True)
class Void:
    """A line that nobody should get: its reader was forgotten or blocked us, or what it shows is gone or shown."""

    reason: Literal["forgotten", "blocked", "missing", "shown"]
    tip: TipId | None = None
    """The tip whose reporter cannot be reached, where that is the reason."""


@dataclass(frozen=True, slots=True)
class _Reached:
    place: Place
    language: Language
    reader: Reader


Resolved: TypeAlias = Ready | Void


class Renderer:
    """Renders lines for the channels whose limits it is given. `quiet` is from when until when nothing sounds."""

    def __init__(  # noqa: PLR0913 -- what it renders with, named one by one
        self,
        store: Store,
        catalogue: Catalogue,
        *,
        limits: Mapping[ChannelName, Limits],
        folder: Path,
        timezone: tzinfo,
        quiet: tuple[time, time],
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._limits = limits
        self._folder = folder
        self._timezone = timezone
        self._quiet = quiet

    async def render(self, line: Line, now: datetime) -> Resolved:
        """The line as it is at this moment. Raises TryLater for a channel that is not on, or a picture on its way."""
        if line.card is not None:
            return await self._card(line, now, named=line.card)
        assert line.contents is not None
        reached = await self._reach(line)
        if isinstance(reached, Void):
            return reached
        limits = self._limits_of(reached.place)
        if isinstance(line.contents.outgoing, Picture):
            return await self._picture(line.contents.outgoing, line, now=now, reached=reached)
        said = line.contents.outgoing
        wanted = quotes.quotes_in(said)
        known = await quotes.read(self._store, wanted, reader=await self._reader(reached, wanted))
        whole, buttons = self._words(said, limits, language=reached.language, known=known)
        texts = split(whole, limits.text)
        part = line.contents.part
        if part >= len(texts):
            return Void("shown")
        last = part == len(texts) - 1
        text = Text(
            texts[part],
            buttons=buttons if last else (),
            wants_pin=last and said.wants_pin and limits.can_pin,
            protect=said.protect,
            silent=not said.urgent and self._is_quiet(line, now),
            instead_of=said.instead_of if part == 0 and limits.can_edit else None,
            pin_label=self._pin_label(said, limits, language=reached.language) if last else "",
            anchored=bool(said.anchor),
        )
        return Ready(reached.place, text, parts=len(texts), tip=TipId(said.anchor) if said.anchor else None)

    def toast(self, press: str, words: Phrase | None, *, language: Language) -> Toast:
        """The answer to a press, which is no line."""
        return Toast(press, self._catalogue.words(words, language) if words else "")

    def at_once(self, said: Say, place: Place, *, language: Language) -> list[Text]:
        """A message without a line and without quotes, whole: for when nothing can be read or written."""
        limits = self._limits_of(place)
        whole, buttons = self._words(said, limits, language=language, known={})
        texts = split(whole, limits.text)
        return [*(Text(text) for text in texts[:-1]), Text(texts[-1], buttons=buttons)]

    # --- to whom ----------------------------------------------------------------------------------------------

    async def _reach(self, line: Line) -> _Reached | Void:
        assert line.contents is not None
        match line.contents.target:
            case ToPlace(place=place, language=language, session=session):
                return _Reached(place, language, Reader(session=session))
            case ToReporter(tip=tip):
                link = await tips.link_of(self._store, tip)
                return await self._reporter(link.reporter if link else None, tip=tip)
            case ToOwner(tip=tip):
                return await self._owner(tip)
            case ToAsker(question=question):
                asker = await questions.words_of(self._store, question, column="reporter")
                return await self._reporter(ReporterId(asker) if asker else None)
            case ToSubscriber(reporter=named):
                return await self._reporter(named)

    async def _reporter(self, named: ReporterId | None, *, tip: TipId | None = None) -> _Reached | Void:
        reporter = None if named is None else await reporters.by_id(self._store, named)
        if reporter is None:
            return Void("forgotten", tip)
        if reporter.gone:
            return Void("blocked", tip)
        return _Reached(reporter.contents.place, reporter.contents.language, Reader(reporter))

    async def _owner(self, tip: TipId) -> _Reached | Void:
        owner = await tips.owner_of(self._store, tip)
        officer = await officers.officer(self._store, owner) if owner else None
        if officer is None or officer.status != "active":
            return Void("forgotten")
        return _Reached(officer.place, OFFICERS_LANGUAGE, Reader())

    async def _reader(self, reached: _Reached, wanted: frozenset[Quote]) -> Reader:
        """The reader with the person behind a session, who is looked up only where a quote depends on it."""
        reader = reached.reader
        if reader.reporter is not None or not reader.session or not wanted:
            return reader
        owner = await sessions.owner_of(self._store, reader.session)
        return Reader(await reporters.by_id(self._store, owner) if owner else None, reader.session)

    def _limits_of(self, place: Place) -> Limits:
        limits = self._limits.get(place.channel)
        if limits is None:
            raise TryLater
        return limits

    # --- what -------------------------------------------------------------------------------------------------

    async def _card(self, line: Line, now: datetime, *, named: str) -> Resolved:
        card = await cards.card(self._store, named)
        tip = await tips.tip(self._store, card.tip) if card else None
        if card is None or tip is None:
            return Void("missing")
        if card.message is not None and card.shown >= tip.version:
            return Void("shown")
        limits = self._limits_of(card.place)
        theirs = await officers.works_at(self._store, card.place, desk=tip.desk)
        if not theirs and card.message is None:
            return Void("missing")
        said = card_of(tip, shared=card.place.shared, now=now) if theirs else parted_card(tip)
        known = await quotes.read(self._store, quotes.quotes_in(said), reader=Reader())
        whole, buttons = self._words(said, limits, language=OFFICERS_LANGUAGE, known=known)
        text = Text(
            cut(whole, limits.text),
            buttons=buttons,
            protect=said.protect,
            silent=not said.urgent and self._is_quiet(line, now),
            instead_of=card.message if limits.can_edit else None,
            is_card=True,
            unclaimed=theirs and tip.status is Status.NEW,
            since=tip.filed_at,
            anchored=True,
        )
        return Ready(card.place, text, tip=card.tip, version=tip.version)

    async def _picture(self, picture: Picture, line: Line, *, now: datetime, reached: _Reached) -> Ready:
        shown = MediaId(picture.media)
        state = await media.state_of(self._store, shown)
        if state == "wanted" and line.attempts == 0:
            raise TryLater(HOME_WITHIN)
        silent = self._is_quiet(line, now)
        tip = TipId(picture.tip)
        original = await media.read_picture(self._store, self._folder, media=shown) if state == "kept" else None
        key = "picture-on-its-way" if state == "wanted" else "picture-missing"
        if original is not None:
            try:
                jpeg = await asyncio.to_thread(cleaned, original)
                return Ready(reached.place, ShownPicture(jpeg, silent=silent), tip=tip)
            except NotAPicture:
                key = "picture-unreadable"
        words = self._catalogue.words(Phrase(key), reached.language)
        return Ready(reached.place, Text(words, protect=True, silent=silent, anchored=True), tip=tip)

    def _words(
        self, said: Say, limits: Limits, *, language: Language, known: Mapping[Quote, str]
    ) -> tuple[str, tuple[tuple[Button, ...], ...]]:
        """The whole text, and its buttons; choices are numbered lines where there are no buttons, or too few."""
        marks = {quote: f"\ue000{number}\ue001" for number, quote in enumerate(known)}
        written = {marks[quote]: words for quote, words in known.items()}

        def words(phrase: Phrase) -> str:
            return fill_in(self._catalogue.words(phrase, language, quotes=marks), written)

        paragraphs = [words(phrase) for phrase in said.words]
        labels = [words(choice.label) for choice in said.choices]
        buttons: tuple[tuple[Button, ...], ...] = ()
        if len(labels) <= limits.buttons:
            buttons = _rows(said, labels, label=limits.label)
        else:
            paragraphs += [f"{number}. {label}" for number, label in enumerate(labels, 1)]
        return "\n".join(part for part in paragraphs if part), buttons

    def _pin_label(self, said: Say, limits: Limits, *, language: Language) -> str:
        return self._catalogue.words(Phrase("pin-label"), language) if said.wants_pin and limits.can_pin else ""

    def _is_quiet(self, line: Line, now: datetime) -> bool:
        """Whether the line arrives without a sound: at night, unless it is urgent."""
        if line.lane is Lane.URGENT:
            return False
        begin, end = self._quiet
        local = now.astimezone(self._timezone).time()
        return begin <= local < end if begin <= end else local >= begin or local < end


def fill_in(text: str, written: Mapping[str, str]) -> str:
    """Put people's words where a text has their marks: last, as Fluent takes no argument of more than 1,000 characters,
    and in one pass, so that words which contain a mark themselves stay as they are."""
    return _MARK.sub(lambda mark: written.get(mark.group(), ""), text)


def _rows(said: Say, labels: Sequence[str], *, label: int) -> tuple[tuple[Button, ...], ...]:
    """The buttons, row by row."""
    flat = [
        Button(words if len(words) <= label else words[: label - 1] + CUT, _handle(said, choice))
        for words, choice in zip(labels, said.choices, strict=True)
    ]
    columns = max(1, said.columns)
    return tuple(tuple(flat[start : start + columns]) for start in range(0, len(flat), columns))


def _handle(said: Say, choice: Choice) -> str:
    return handle_of(0 if choice.lasting else said.asked, choice.key)


# --- long texts -------------------------------------------------------------------------------------------------


def units(text: str) -> int:
    """The length of a text in UTF-16 code units, in which platforms count: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int) -> list[str]:
    """A text in parts of at most `limit` UTF-16 code units, broken between lines, else words, else letters."""
    parts = []
    while units(text) > limit:
        at = _break(text, _fitting(text, limit))
        parts.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [part for part in (*parts, text) if part] or [""]


def _break(text: str, end: int) -> int:
    """Where to break a text of which `end` characters fit; a break that would leave most of them unused is none."""
    for sign in "\n ":
        at = text.rfind(sign, 0, end + 1)
        if at > end // 3:
            return at
    return _whole_letters(text, end)


def cut(text: str, limit: int) -> str:
    """The beginning of a text that goes on."""
    return text if units(text) <= limit else text[: _whole_letters(text, _fitting(text, limit - 1))] + CUT


def _fitting(text: str, limit: int) -> int:
    """How many characters from the start fit."""
    end = min(len(text), limit)
    while units(text[:end]) > limit:
        end -= 1
    return end


def _whole_letters(text: str, end: int) -> int:
    """`end` or a little before, so that no accent (which Vietnamese may write apart) is parted from its letter."""
    at = end
    while 0 < at < len(text) and unicodedata.combining(text[at]):
        at -= 1
    return at or end
