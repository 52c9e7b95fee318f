"""From a line of the outbox to what a channel is handed: who it goes to, the final words, the buttons.

This is the one place where a tip's reporter is unsealed, for as long as it takes to send them a line. A text too long
for one message becomes parts; a line carries one part at a time, so that a stop between two parts repeats none.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Literal, TypeAlias

from bot.channels.channel import Limits, TryLater
from bot.outgoing.calm import calmed, hold_back
from bot.outgoing.campaign_lines import CampaignLines
from bot.outgoing.exhibits import Gallery
from handlers.hours import QuietHours
from handlers.officers.review import card as card_of
from handlers.officers.review import parted_card
from messages.address import ChannelName, Place
from messages.catalogue import Catalogue
from messages.frozen import frozen, replace
from messages.language import LANGUAGES, Language
from messages.outgoing import Exhibit, Say
from messages.phrase import Choice, Phrase, Quote
from messages.rendered import Button, Rendered, Text, Toast, handle_of
from storage import albums, cards, notices, officers, questions, quotes, reporters, sessions, tips
from storage.outbox import Lane, Line, ToAsker, ToOwner, ToPlace, ToReporter
from storage.quotes import Reader
from storage.records import CampaignId, MediaId, ReporterId, Status, TipId
from storage.store import Store, chat_of

OFFICERS_LANGUAGE: Language = LANGUAGES[0]
"""Cards stand in chats that have no session; the officers of a ward read Vietnamese."""
CUT = "…"
_MARK = re.compile("\ue000[0-9]+\ue001")


@frozen
class Ready:
    """A line that can go out."""

    place: Place
    rendered: Rendered
    parts: int = 1
    tip: TipId | None = None
    """The tip that the message is about, where a reply to it is a note."""
    version: int = 0
    """The version of the tip that a card shows, the edition of a campaign's message."""
    ask: str = ""
    """The officer's question that the message carries to a reporter."""
    album: str = ""
    """The album that the message answers, and where it is to be found again."""


@frozen
class Void:
    """A line that nobody should get: its reader was forgotten or blocked us, or what it shows is gone or shown."""

    reason: Literal["forgotten", "blocked", "missing", "shown"]
    tip: TipId | None = None
    """The tip whose reporter cannot be reached, where that is the reason."""


@frozen
class _Reached:
    place: Place
    language: Language
    reader: Reader


Resolved: TypeAlias = Ready | Void


class Renderer:
    """Renders lines for the channels whose limits it is given. In `quiet` hours only what is urgent sounds."""

    def __init__(  # noqa: PLR0913 -- what it renders with, named one by one
        self,
        store: Store,
        catalogue: Catalogue,
        *,
        limits: Mapping[ChannelName, Limits],
        folder: Path,
        timezone: tzinfo,
        quiet: QuietHours,
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._limits = limits
        self._gallery = Gallery(store, folder)
        self._timezone = timezone
        self._quiet = quiet
        self._campaigns = CampaignLines(store, self._gallery, self._in_words)

    async def render(self, line: Line, now: datetime) -> Resolved:
        """The line as it is at this moment. Raises TryLater for a channel that is not on, or a picture on its way."""
        if line.card is not None:
            return await self._card(line, now, named=line.card)
        if line.campaign is not None:
            return await self._notice(line, now, campaign=line.campaign)
        assert line.contents is not None
        reached = await self._reach(line)
        if isinstance(reached, Void):
            return reached
        limits = self._limits_of(reached.place)
        outgoing = calmed(line.contents.outgoing, reached.reader.reporter, now=now)
        if isinstance(outgoing, Exhibit):
            return await self._exhibit(outgoing, line, now=now, reached=reached)
        said = await self._in_place(outgoing, reached.place)
        if said is None:
            return Void("shown")
        wanted = quotes.quotes_in(said)
        known = await quotes.read(self._store, wanted, reader=await self._reader(reached, wanted))
        whole, buttons = self._words(said, limits, language=reached.language, known=known)
        texts = [*([""] if said.photo else []), *split(whole, limits.text)]
        part = line.contents.part
        if said.photo and part == 0:
            return await self._photo_before(said, line, reached=reached, parts=len(texts))
        if part >= len(texts):
            return Void("shown")
        last = part == len(texts) - 1
        text = Text(
            texts[part],
            buttons=buttons if last else (),
            wants_pin=last and said.wants_pin and limits.can_pin,
            protect=said.protect,
            silent=not said.urgent and self._is_silent(line, now),
            instead_of=said.instead_of if part == 0 and limits.can_edit else None,
            pin_label=self._pin_label(said, limits, language=reached.language) if last else "",
            anchored=bool(said.anchor),
            will_change=bool(said.album),
        )
        about = TipId(said.anchor) if said.anchor else None
        return Ready(reached.place, text, parts=len(texts), tip=about, album=said.album, ask=said.ask)

    async def _photo_before(self, said: Say, line: Line, *, reached: _Reached, parts: int) -> Ready:
        """The picture that goes before the words of the same line."""

        def words(phrase: Phrase) -> str:
            return self._catalogue.words(phrase, reached.language)

        photo, first_try = MediaId(said.photo), line.attempts == 0
        shown = await self._gallery.before_words(photo, words, protect=said.protect, first_try=first_try)
        return Ready(reached.place, shown, parts=parts)

    async def _in_place(self, said: Say, place: Place) -> Say | None:
        """The answer to an album in place of the one that was shown already; None where that cannot be edited."""
        shown = (
            await albums.message_of(self._store, chat_of(self._store.seal, place), album=said.album)
            if said.album
            else None
        )
        if shown is None:
            return said
        return replace(said, instead_of=shown) if self._limits_of(place).can_edit else None

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
                if not session and not await self._may_read(line.contents.outgoing, place):
                    return Void("forgotten")
                return _Reached(place, language, Reader(session=session))
            case ToReporter(tip=tip):
                link = await tips.link_of(self._store, tip)
                return await self._reporter(link.reporter if link else None, tip=tip)
            case ToOwner(tip=tip):
                return await self._owner(tip)
            case ToAsker(question=question):
                asker = await questions.words_of(self._store, question, column="reporter")
                return await self._reporter(ReporterId(asker) if asker else None)

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
        if officer is None or officer.status != "active" or not await self._works_on(tip, officer.place):
            return Void("forgotten")
        return _Reached(officer.place, OFFICERS_LANGUAGE, Reader())

    async def _may_read(self, outgoing: Say | Exhibit, place: Place) -> bool:
        """Whether what is about a tip still belongs into an officers' chat: roles may end while a line waits."""
        about = outgoing.tip if isinstance(outgoing, Exhibit) else outgoing.anchor
        return not about or await self._works_on(TipId(about), place)

    async def _works_on(self, tip: TipId, place: Place) -> bool:
        desk = await tips.desk_of(self._store, tip)
        return desk is not None and await officers.works_at(self._store, place, desk=desk)

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
        reader = await officers.officer_at(self._store, card.place, desk=tip.desk)
        theirs = reader is not None or await officers.works_at(self._store, card.place, desk=tip.desk)
        if not theirs and card.message is None:
            return Void("missing")
        said = card_of(tip, reader, now=now) if theirs else parted_card(tip)
        known = await quotes.read(self._store, quotes.quotes_in(said), reader=Reader())
        whole, buttons = self._words(said, limits, language=OFFICERS_LANGUAGE, known=known)
        text = Text(
            cut(whole, limits.text),
            buttons=buttons,
            protect=said.protect,
            silent=not said.urgent and self._is_silent(line, now),
            instead_of=card.message if limits.can_edit else None,
            is_card=True,
            unclaimed=theirs and tip.status is Status.NEW,
            since=tip.filed_at,
            anchored=True,
        )
        return Ready(card.place, text, tip=card.tip, version=tip.version)

    async def _notice(self, line: Line, now: datetime, *, campaign: CampaignId) -> Resolved:
        """A campaign's message; or, where it was shown already, what corrects it or takes it back."""
        said = await notices.said_of(self._store, campaign)
        reached = await self._reporter(line.reporter)
        if isinstance(reached, Void) or said is None:
            return reached if isinstance(reached, Void) else Void("missing")
        if line.lane is Lane.CAMPAIGN and not said.emergency:
            hold_back(reached.reader.reporter, now)
        shown = await self._campaigns.rendered(
            line,
            said,
            now=now,
            channel=reached.place.channel,
            limits=self._limits_of(reached.place),
            language=reached.language,
        )
        return Void("missing") if shown is None else Ready(reached.place, shown, version=said.edition)

    async def _exhibit(self, wanted: Exhibit, line: Line, *, now: datetime, reached: _Reached) -> Ready:
        def words(phrase: Phrase) -> str:
            return self._catalogue.words(phrase, reached.language)

        silent, first_try = self._is_silent(line, now), line.attempts == 0
        shown = await self._gallery.show(wanted, words, silent=silent, first_try=first_try)
        return Ready(reached.place, shown, tip=TipId(wanted.tip))

    def _words(
        self, said: Say, limits: Limits, *, language: Language, known: Mapping[Quote, str]
    ) -> tuple[str, tuple[tuple[Button, ...], ...]]:
        """The whole text, and its buttons; choices are numbered lines where there are no buttons, or too few."""
        marks = {quote: f"\ue000{number}\ue001" for number, quote in enumerate(known)}
        written = {marks[quote]: words for quote, words in known.items()}

        def words(phrase: Phrase) -> str:
            return fill_in(self._catalogue.words(phrase, language, quotes=marks), written).rstrip()

        paragraphs = [words(phrase) for phrase in said.words]
        labels = [words(choice.label) for choice in said.choices]
        buttons: tuple[tuple[Button, ...], ...] = ()
        if len(labels) <= limits.buttons:
            buttons = _rows(said, labels, label=limits.label)
        else:
            paragraphs += [f"{number}. {label}" for number, label in enumerate(labels, 1)]
        return "\n".join(part for part in paragraphs if part), buttons

    def _in_words(self, said: Say, limits: Limits, *, language: Language, known: Mapping[Quote, str], most: int) -> str:
        return cut(self._words(said, limits, language=language, known=known)[0], most)

    def _pin_label(self, said: Say, limits: Limits, *, language: Language) -> str:
        return self._catalogue.words(Phrase("pin-label"), language) if said.wants_pin and limits.can_pin else ""

    def _is_silent(self, line: Line, now: datetime) -> bool:
        """Whether the line arrives without a sound: at night, unless it is urgent."""
        return line.lane is not Lane.URGENT and self.is_night(now)

    def is_night(self, now: datetime) -> bool:
        """Whether only emergencies sound now, and no campaign goes out."""
        return self._quiet.include(now, timezone=self._timezone)


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
