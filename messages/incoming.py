"""What people can say to us, as frozen values that no longer know which platform they came from."""

from datetime import datetime
from typing import Literal, TypeAlias

from messages.address import Address, MessageRef, Place
from messages.frozen import frozen


@frozen
class Point:
    """A position on the earth, in degrees (WGS 84)."""

    latitude: float
    longitude: float


@frozen
class Text:
    """Words. May be empty, huge or made of invisible characters: steps decide what to make of it."""

    words: str
    kind: Literal["text"] = "text"


@frozen
class Photo:
    """A picture, still on the platform; `file` is the channel's handle by which it can be fetched."""

    file: str
    caption: str = ""
    size: int = 0
    """Bytes, 0 where the channel does not say."""
    kind: Literal["photo"] = "photo"

    @property
    def what(self) -> Literal["photo"]:
        """What it is kept as."""
        return "photo"


FileKind: TypeAlias = Literal["video", "video-note", "voice", "audio", "document"]
MediaKind: TypeAlias = Literal["photo"] | FileKind
"""Everything that is kept as a sealed file."""


@frozen
class File:
    """A recording or document, still on the platform. Its name is never read: people are found by such names."""

    what: FileKind
    file: str
    caption: str = ""
    size: int = 0
    """Bytes, 0 where the channel does not say."""
    kind: Literal["file"] = "file"


@frozen
class Pin:
    """A shared position."""

    point: Point
    kind: Literal["pin"] = "pin"


@frozen
class Command:
    """A slash command, without the slash and without the bot's name, lower case."""

    name: str
    argument: str = ""
    kind: Literal["command"] = "command"


@frozen
class Press:
    """A button was pressed. Anybody can forge one, so it proves nothing about what may be done."""

    key: str
    asked: int
    """The number of the question the button stood under; 0 for buttons that last (menus, cards)."""
    press: str = ""
    """The platform's handle by which the press itself can be answered (a toast); empty where there is none."""
    on: MessageRef | None = None
    """The message that carried the button."""
    kind: Literal["press"] = "press"


@frozen
class Chosen:
    """One of the offered choices, however it was made: by button, by its label typed, or by its number."""

    key: str
    words: str = ""
    """What was typed, where it was typed."""
    on: MessageRef | None = None
    kind: Literal["chosen"] = "chosen"


@frozen
class Contact:
    """A shared contact card."""

    phone: str
    name: str = ""
    own: bool = False
    """Whether it is that of the person who shares it."""
    kind: Literal["contact"] = "contact"


@frozen
class Edited:
    """A message was edited after it had been sent."""

    words: str
    kind: Literal["edited"] = "edited"


@frozen
class Other:
    """What cannot be kept (a sticker, a poll, a file that is too large or one too many); its caption is."""

    what: str
    caption: str = ""
    kind: Literal["other"] = "other"


@frozen
class Membership:
    """We were blocked or welcomed back by a person, added to or removed from a group, or a group moved."""

    change: Literal["blocked", "returned", "added", "removed", "moved"]
    moved_to: Place | None = None
    kind: Literal["membership"] = "membership"


Attached: TypeAlias = Photo | File
"""What has to be fetched from the platform."""
Content: TypeAlias = Text | Photo | File | Pin | Command | Press | Chosen | Contact | Edited | Other | Membership


@frozen
class Incoming:
    """One thing somebody said: who, where, when, in answer to what, and the content."""

    id: str
    """Unique per channel for ever (the platform's update number with the bot's); never compared with <."""
    by: Address
    place: Place
    at: datetime
    content: Content
    language: str = ""
    """The language of the device as an IETF tag, empty where unknown."""
    reply_to: MessageRef | None = None
    album: str = ""
    """Photos and files that were sent together carry the same value."""
    forwarded: bool = False
    public: bool = False
    """Said where anybody may read along: a group that can be found by its name."""


def words_of(content: Content) -> str:
    """The words somebody wrote themselves, whatever kind of message carried them."""
    match content:
        case Text(words=words) | Edited(words=words) | Chosen(words=words):
            return words
        case Photo(caption=caption) | File(caption=caption) | Other(caption=caption):
            return caption
        case _:
            return ""
