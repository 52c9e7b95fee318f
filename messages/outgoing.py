"""What we can say: a closed union of values, still without words and without a platform."""

from typing import Literal, TypeAlias

from messages.address import MessageRef
from messages.frozen import frozen
from messages.phrase import Choice, Phrase


@frozen
class Say:
    """One message: paragraphs, and what can be answered."""

    words: tuple[Phrase, ...]
    choices: tuple[Choice, ...] = ()
    asked: int = 0
    """The number of the question in its session, so that an old button is known as old; set by the desk."""
    columns: int = 1
    """How many buttons stand side by side."""
    wants_pin: bool = False
    """Offer to share the position, where the channel can."""
    protect: bool = False
    """Not to be forwarded or saved, where the channel can. For everything officers read about a tip."""
    instead_of: MessageRef | None = None
    """Replace this message of ours; if it is gone, say it anew."""
    anchor: str = ""
    """A tip's id: an officer's reply to this message is a note on that tip. Never set towards a reporter."""
    urgent: bool = False
    """Sounds at night too."""
    asks: bool = False
    """True for a question and nothing else: while nobody has seen it, a newer one takes its place."""
    ask: str = ""
    """The id of the officer's question that this carries to a reporter: a reply to it is the answer."""
    album: str = ""
    """The album that this answers: once it was shown, it is edited to the newest count and never said twice."""
    photo: str = ""
    """The media id of a picture that goes before the words: a campaign's, as officers look at it."""
    kind: Literal["say"] = "say"


@frozen
class Exhibit:
    """A photo or file of a tip, shown to an officer: pictures as cleaned copies, recordings without what can be taken
    out of them, everything else by type and size until it is asked for (`whole`)."""

    tip: str
    media: str
    whole: bool = False
    kind: Literal["exhibit"] = "exhibit"


@frozen
class Toast:
    """The answer to a button press: shown for a moment, never stored, never retried."""

    press: str
    words: Phrase | None = None
    kind: Literal["toast"] = "toast"


Outgoing: TypeAlias = Say | Exhibit | Toast


def say(key: str | Phrase, *more: Phrase, choices: tuple[Choice, ...] = (), columns: int = 1) -> Say:
    """A message, written the short way."""
    first = Phrase(key) if isinstance(key, str) else key
    return Say((first, *more), choices, columns=columns)
