"""What somebody has told so far, whatever kind of message carried it: shared by all flows that listen to a tip."""

from pydantic import BaseModel, ConfigDict

from handlers.effects import Effect, FetchPhoto, NewEntry
from handlers.facts import Facts
from handlers.turn import Draft
from messages.incoming import Chosen, Contact, Content, Edited, Incoming, Other, Photo, Pin, Point, Text
from messages.meaning.folding import fold
from storage.records import EntryId, MediaId, OfficerId, TipId, Urgency


class SentDraft(Draft):
    """What is remembered about a tip that has been sent, while its teller adds to it."""

    tip: str
    ward: str
    urgency: Urgency = Urgency.NORMAL
    category: str = ""
    group: str = ""
    question: int = 0


LONGEST = 20_000
"""Characters kept of one message. Longer than any platform carries; only a forged web message reaches it."""


class Told(BaseModel):
    """One thing told: words, a photo with its caption, or a position."""

    model_config = ConfigDict(frozen=True)
    id: str
    words: str = ""
    media: str = ""
    latitude: float | None = None
    longitude: float | None = None


def is_readable(words: str) -> bool:
    """Whether a text holds a letter or digit at all; emoji and invisible characters alone tell nothing."""
    return any(letter.isalnum() for letter in fold(words))


def told(said: Incoming, facts: Facts, *, tip: TipId) -> tuple[Told | None, tuple[Effect, ...]]:
    """What a message adds to a tip, and what must be fetched for it; None if it holds nothing that can be kept."""
    match said.content:
        case Photo(file=file, caption=caption, size=size):
            media = MediaId(facts.fresh_id())
            fetch = FetchPhoto(media=media, tip=tip, file=file, channel=said.by.channel, size=size)
            return Told(id=facts.fresh_id(), words=caption[:LONGEST], media=media), (fetch,)
        case Pin(point=point):
            return Told(id=facts.fresh_id(), latitude=point.latitude, longitude=point.longitude), ()
        case _:
            words = _words(said.content)
            return (Told(id=facts.fresh_id(), words=words[:LONGEST]) if words.strip() else None), ()


def entry_of(one: Told, *, kind: str, officer: OfficerId | None = None) -> NewEntry:
    """The entry that a told thing becomes. `kind` is what plain words are: told, added, answered."""
    if one.media:
        return NewEntry(id=EntryId(one.id), kind="photo", words=one.words, media=MediaId(one.media), officer=officer)
    if one.latitude is not None and one.longitude is not None:
        return NewEntry(id=EntryId(one.id), kind="pin", point=Point(one.latitude, one.longitude), officer=officer)
    if kind == "answered":
        return NewEntry(id=EntryId(one.id), kind="answered", words=one.words, officer=officer)
    return NewEntry(id=EntryId(one.id), kind="added" if kind == "added" else "told", words=one.words, officer=officer)


def _words(content: Content) -> str:
    match content:
        case Text(words=words) | Edited(words=words) | Chosen(words=words) | Other(caption=words):
            return words
        case Contact(phone=phone, name=name):
            return f"{name} {phone}".strip()
        case _:
            return ""
