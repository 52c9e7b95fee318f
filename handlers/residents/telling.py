"""What somebody has told so far, whatever kind of message carried it: shared by all flows that listen to a tip."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from handlers.effects import Effect, FetchFile, NewEntry
from handlers.facts import Facts
from handlers.turn import Draft
from messages.incoming import (
    Attached,
    Chosen,
    Contact,
    Content,
    Edited,
    File,
    Incoming,
    MediaKind,
    Other,
    Photo,
    Pin,
    Point,
    Text,
    words_of,
)
from messages.meaning.asides import aside
from messages.meaning.emergencies import names_danger, triage
from messages.meaning.folding import fold
from messages.meaning.identity import Trait, traits
from messages.meaning.intent import is_greeting
from messages.phrase import Phrase, phrase
from messages.receipt import Receipt, read_receipt
from storage.records import EntryId, MediaId, OfficerId, TipId, Urgency, Ward


class SentDraft(Draft):
    """What is remembered about a tip that has been sent, while its teller adds to it."""

    tip: str
    ward: str
    urgency: Urgency = Urgency.NORMAL
    category: str = ""
    group: str = ""
    suggested: tuple[str, ...] = ()
    """The categories its words may be about, the likeliest first: looked for once they want to name one."""
    question: int = 0
    asked_ward: int = 0
    ward_page: int = 0


SEND_WORDS = frozenset(
    {
        *("gui", "gui di", "gui ngay", "gui luon", "gui nhe", "ok", "oke", "okay", "okie", "co", "u", "uh", "uk"),
        *("da", "vang", "vang a", "duoc", "dung", "dung roi", "dong y", "send", "send it", "yes", "sure"),
    }
)
"""What says yes, folded; typed where something waits to be sent it sends, elsewhere it tells nothing."""
NO_WORDS = frozenset({"khong", "ko", "thoi", "dung nhan lai", "no"})
END_WORDS = frozenset({"xong", "xong roi", "het", "het roi", "bo qua", "done", "skip", "that is all"})
"""What says that there is nothing more, folded; it ends what only offers to add something."""
_THANKS = ("cam on", "thank", "thanks", "tks")
_POLITE = frozenset(
    {
        *("cam", "on", "nhieu", "rat", "nhe", "nha", "a", "da", "vang", "u", "ok", "cac", "cong", "an", "can", "bo"),
        *("ban", "anh", "chi", "em", "co", "chu", "bac", "ong", "ba", "chau", "con", "minh"),
        *("thank", "thanks", "tks", "you", "very", "much", "so", "a", "lot", "the", "officer", "officers", "sir"),
    }
)
"""What a thanks may be made of besides, folded; anything more tells something."""
URGENT_STEP = "urgent"
"""The step of a tip that asks whether anybody is in danger; nothing stands before its numbers."""
DANGER_UNNAMED = "numbers"
"""The kind of a danger that was told of by a press alone: all numbers are shown."""
QUIET_FOR = timedelta(hours=2)
"""After this silence a sent tip is no longer what somebody who writes must mean."""
LONGEST_NAME = 7
"""Words of a ward's name with its kind and province: "Phường Xuân Hương - Đà Lạt"."""
LONGEST = 20_000
"""Characters kept of one message. Longer than any platform carries; only a forged web message reaches it."""

MOST_TOLD = 100
"""Messages of one unsent tip; with the next, what each further message still has to be written with, sealed."""
MOST_WORDS = 60_000
"""Characters of one unsent tip: some thirty pages. What is added to a sent one stands apart and is not counted."""

FULL = "tip-full"
"""What kind of message a file becomes for which such a tip has no room."""


class Told(BaseModel):
    """One thing told: words, a photo or file with its caption, or a position."""

    model_config = ConfigDict(frozen=True)
    id: str
    words: str = ""
    media: str = ""
    what: MediaKind = "photo"
    """What kind of file the media is."""
    latitude: float | None = None
    longitude: float | None = None
    own: bool = False
    """Whether the words are the teller's own contact card."""


def is_story(words: str) -> bool:
    """Whether a text is too long to be only a ward's name with its province."""
    return len(words.split()) > LONGEST_NAME


def is_readable(words: str) -> bool:
    """Whether a text holds a letter or digit at all; emoji and invisible characters alone tell nothing."""
    return any(letter.isalnum() for letter in fold(words))


def is_courtesy(words: str) -> bool:
    """Whether a text only thanks or agrees: "cảm ơn các cháu", "ok", "vâng ạ". It adds nothing to a tip."""
    folded = fold(words)
    if folded in SEND_WORDS:
        return True
    said = folded.split()
    return any(folded.startswith(thanks) or f" {thanks}" in folded for thanks in _THANKS) and _POLITE.issuperset(said)


def tells_nothing(words: str) -> bool:
    """Whether a text only greets, thanks, agrees, declines or ends, or is about the service itself: there is no danger
    in it, whatever it resembles."""
    if is_courtesy(words) or fold(words) in NO_WORDS | END_WORDS or is_greeting(words):
        return True
    return aside(words) is not None and not names_danger(words)


def only_says_where(words: str) -> bool:
    """Whether an answer to "where?" is short and neither names danger nor plainly sounds like it: it may be a street
    that is called like one."""
    return not is_story(words) and not names_danger(words) and triage(words, asked=True) is None


def receipt_in(content: Content) -> Receipt | None:
    """The receipt a text consists of. Sixteen plain letters without its BT or a digit are words, not a receipt."""
    if not isinstance(content, Text):
        return None
    marked = content.words.strip().upper().startswith("BT") or any(letter.isdigit() for letter in content.words)
    return read_receipt(content.words) if marked else None


def holds_something(content: Content) -> bool:
    """Whether a message tells something on its own, so that it must not be lost at a step that only offers choices."""
    if isinstance(content, Text | Edited):
        return is_readable(content.words) and not is_courtesy(content.words)
    return isinstance(content, Attached | Pin | Contact)


def is_rest_of_album(said: Incoming, facts: Facts) -> bool:
    """Whether a photo belongs to an album that has been answered already: it is kept, and moves nothing on."""
    return bool(said.album) and said.album == facts.session.album


def fills(words: Sequence[str]) -> bool:
    """Whether these messages, by their words, are as much as an unsent tip holds."""
    return len(words) >= MOST_TOLD or sum(map(len, words)) >= MOST_WORDS


class Waiting(BaseModel):
    """Something said before it was known which of several questions it answers; a file by its channel's handle."""

    model_config = ConfigDict(frozen=True)
    words: str = ""
    file: str = ""
    size: int = 0
    what: MediaKind = "photo"
    point: tuple[float, float] | None = None

    def content(self) -> Text | Attached | Pin:
        """As it was said."""
        if self.file and self.what == "photo":
            return Photo(self.file, self.words, self.size)
        if self.file and self.what != "photo":
            return File(self.what, self.file, self.words, self.size)
        return Pin(Point(*self.point)) if self.point else Text(self.words)


def waiting_of(said: Incoming) -> tuple[Waiting, ...]:
    """The message as it can wait in a draft; nothing if it holds nothing."""
    match said.content:
        case Photo(file=file, caption=caption, size=size) | File(file=file, caption=caption, size=size) as one:
            return (Waiting(words=caption, file=file, size=size, what=one.what),)
        case Pin(point=point):
            return (Waiting(point=(point.latitude, point.longitude)),)
        case _:
            words = words_of(said.content).strip()
            return (Waiting(words=words),) if words else ()


class TipDraft(Draft):
    """A tip still being told."""

    told: tuple[Told, ...] = ()
    ward: str = ""
    pin: tuple[float, float] | None = None
    """A position that has not been explained yet."""
    asked_place: int = 1
    asked_ward: int = 0
    ward_page: int = 0
    asked_pin: int = 1
    """How often each question about the place has been asked."""
    emergency: str = ""
    since: datetime | None = None
    """When it was begun: what an officer asked later may be what is answered."""
    settled: tuple[str, ...] = ()
    """The officers' questions of which it is known that this tip does not answer them."""
    waiting: tuple[Waiting, ...] = ()
    """What was said before it is known whether it belongs here or answers an officer. Ended by saying which."""
    before: str = ""
    """The step that goes on then."""
    reveals: tuple[Trait, ...] = ()
    """What in the words tells who wrote them, seen as each of them came: a long story is not read anew at the end."""
    as_it_is: bool = False
    """They know that their words tell who they are, and send them all the same."""

    def with_more(self, one: Told | None, *, where: bool = False) -> "TipDraft":
        """The draft with one more thing told; words of danger mark it as an emergency for good. `where`: it was asked
        for the place."""
        if one is None:
            return self
        harmless = not one.words or (where and only_says_where(one.words))
        kind = None if harmless else triage(one.words)
        card: frozenset[Trait] = frozenset({"name", "phone"} if one.own else ())
        reveals = tuple(sorted({*self.reveals, *traits(one.words), *card}))
        emergency = self.emergency or str(kind or "")
        return self.model_copy(update={"told": (*self.told, one), "emergency": emergency, "reveals": reveals})

    def within(self, ward: Ward) -> "TipDraft":
        """The draft for a ward."""
        return self.model_copy(update={"ward": ward.code, "pin": None})

    @property
    def near(self) -> Point | None:
        """The position that was shared last: it decides between places of one name."""
        if self.pin is not None:
            return Point(*self.pin)
        pins = [Point(one.latitude, one.longitude) for one in self.told if one.latitude and one.longitude]
        return pins[-1] if pins else None

    def was_just_told(self, content: Content) -> bool:
        """Whether a text says what was told last, word for word."""
        last = self.told[-1].words if self.told else ""
        return isinstance(content, Text) and bool(last) and fold(content.words) == fold(last)

    @property
    def is_full(self) -> bool:
        """Whether it must be sent before more is added."""
        return fills([*(one.words for one in self.told), *(one.words for one in self.waiting)])

    @property
    def is_told(self) -> bool:
        """Whether something was told or shown; a position alone says where, not what."""
        return any(one.words or one.media for one in self.told)


def files_phrase(kinds: Sequence[MediaKind]) -> Phrase:
    """Photos and files counted in words: "ảnh", "3 ảnh", "2 tệp" where they are of several kinds."""
    return phrase(f"files-{kinds[0] if len(set(kinds)) == 1 else 'mixed'}", count=len(kinds))


def told(said: Incoming, facts: Facts, *, tip: TipId) -> tuple[Told | None, tuple[Effect, ...]]:
    """What a message adds to a tip, and what must be fetched for it; None if it holds nothing that can be kept."""
    match said.content:
        case Photo(file=file, caption=caption, size=size) | File(file=file, caption=caption, size=size) as one:
            media = MediaId(facts.fresh_id())
            fetch = FetchFile(media=media, what=one.what, tip=tip, file=file, channel=said.by.channel, size=size)
            return Told(id=facts.fresh_id(), words=caption[:LONGEST], media=media, what=one.what), (fetch,)
        case Pin(point=point):
            return Told(id=facts.fresh_id(), latitude=point.latitude, longitude=point.longitude), ()
        case _:
            words, own = _words(said.content), isinstance(said.content, Contact) and said.content.own
            return (Told(id=facts.fresh_id(), words=words[:LONGEST], own=own) if words.strip() else None), ()


Plain: TypeAlias = Literal["told", "added", "answered", "corrected"]
"""What plain words in a tip are."""


def entry_of(one: Told, *, kind: Plain, officer: OfficerId | None = None) -> NewEntry:
    """The entry that a told thing becomes. `kind` is what it is if it is plain words."""
    if one.media:
        return NewEntry(id=EntryId(one.id), kind=one.what, words=one.words, media=MediaId(one.media), officer=officer)
    if one.latitude is not None and one.longitude is not None:
        return NewEntry(id=EntryId(one.id), kind="pin", point=Point(one.latitude, one.longitude), officer=officer)
    return NewEntry(id=EntryId(one.id), kind=kind, words=one.words, officer=officer)


def _words(content: Content) -> str:
    match content:
        case Text(words=words) | Edited(words=words) | Chosen(words=words) | Other(caption=words):
            return words
        case Contact(phone=phone, name=name):
            return f"{name} {phone}".strip()
        case _:
            return ""
