"""What a channel is handed: final words and buttons. A channel decides only how its platform shows them."""

from datetime import datetime
from typing import Literal, TypeAlias

from messages.address import MessageRef
from messages.frozen import frozen
from messages.incoming import MediaKind


@frozen
class Button:
    """A button: its label, and the handle that comes back when it is pressed."""

    label: str
    handle: str

    @property
    def asked(self) -> int:
        """The number of the question it belongs to, 0 if it lasts."""
        return parse_handle(self.handle)[0]


def handle_of(asked: int, key: str) -> str:
    """The handle a button carries over the platform; at most 64 bytes (the Bot API's limit for callback data)."""
    return f"{asked}.{key}"


def parse_handle(handle: str) -> tuple[int, str]:
    """The question's number and the choice's key. A forged handle reads as question 0 and itself as the key."""
    number, dot, key = handle.partition(".")
    if dot and number.isascii() and number.isdigit() and len(number) <= 9:
        return int(number), key
    return 0, handle


@frozen
class Text:
    """A message of words with its buttons, row by row."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    wants_pin: bool = False
    protect: bool = False
    silent: bool = False
    instead_of: MessageRef | None = None
    pin_label: str = ""
    """What the channel writes on its own control for sharing a position."""
    is_card: bool = False
    """True for the card of a tip, which an officer's page may show and count apart."""
    unclaimed: bool = False
    """True for a card that nobody has claimed: an officer's page counts it and sounds until it is."""
    since: datetime | None = None
    """When the card's tip came in; its age is counted from here."""
    anchored: bool = False
    """True where an officer's reply to this very message is a note on its tip."""
    only_there: bool = False
    """With `instead_of`: where that message is gone or cannot be edited it is refused, not said anew."""
    will_change: bool = False
    """True for what will be edited: it must bring nothing that forbids that."""
    paid: bool = False
    """May go out faster than the platform's free limit, for a fee."""
    kind: Literal["text"] = "text"


@frozen
class Picture:
    """A picture to show: JPEG bytes, already cleaned."""

    jpeg: bytes
    caption: str = ""
    protect: bool = True
    silent: bool = False
    instead_of: MessageRef | None = None
    """An older picture of ours, in whose place this one comes with its words."""
    only_there: bool = False
    """With `instead_of`: where that cannot be edited any more it is refused, not shown anew."""
    shared: str = ""
    """A name for this very picture where many residents are shown it: a channel may then hand it over once for all."""
    paid: bool = False
    kind: Literal["picture"] = "picture"


@frozen
class File:
    """A recording or file to show, under a name of ours."""

    content: bytes
    what: MediaKind
    name: str
    caption: str = ""
    protect: bool = True
    silent: bool = False
    kind: Literal["file"] = "file"


@frozen
class Erase:
    """A message of ours is taken back: it disappears, or where the platform no longer allows that, reads otherwise."""

    ref: MessageRef
    otherwise: Text | Picture
    kind: Literal["erase"] = "erase"


@frozen
class Toast:
    """The answer to a press."""

    press: str
    text: str = ""
    kind: Literal["toast"] = "toast"


Rendered: TypeAlias = Text | Picture | File | Erase | Toast
