"""Reading what a web page sends: from a page's JSON to an incoming, purely, and whether bytes are a picture."""

import hashlib
import io
import re
from datetime import datetime
from typing import Any

from PIL import Image

from messages.address import Address, ChannelName, MessageRef, Place
from messages.incoming import Command, Content, File, FileKind, Incoming, Photo, Pin, Point, Press, Text
from messages.rendered import parse_handle

WEB = ChannelName("web")
WORDS_LIMIT = 16_000
"""Characters of one message; more is refused as malformed. The page's own field stops there."""
HANDLE_LIMIT = 64
"""Bytes, as for every channel's buttons (see `messages.rendered.handle_of`)."""
FILE_KINDS: tuple[FileKind, ...] = ("video", "voice", "audio", "document")
"""What a page may send besides photos."""
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP")

_CLIENT_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_LINE_ID = re.compile(r"[0-9a-f]{16}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")
_START = re.compile(r"[A-Za-z0-9_-]{0,64}")
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?\s*", re.DOTALL)


def key_of(token: str) -> str:
    """The name under which a page's secret token is known: 128 bits from which the token cannot be found."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def address_of(key: str) -> Address:
    """The address of whoever holds the token with this key."""
    return Address(WEB, key)


def place_of(key: str) -> Place:
    """The one chat of a web address: its page."""
    return Place(WEB, key)


def read_say(payload: dict[str, Any], key: str, *, now: datetime) -> Incoming | None:
    """What a page said. None for anything that our own page would never send."""
    said = payload.get("id")
    if not isinstance(said, str) or not _CLIENT_ID.fullmatch(said):
        return None
    content = _content(payload, said)
    return None if content is None else _incoming(key, said, at=now, content=content, payload=payload)


def read_photo(payload: dict[str, Any], key: str, *, now: datetime, file: str, size: int) -> Incoming | None:
    """A picture that a page sent, kept under the handle `file`; `payload` names its id, album and language."""
    said = payload.get("id")
    if not isinstance(said, str) or not _CLIENT_ID.fullmatch(said):
        return None
    return _incoming(key, said, at=now, content=Photo(file, size=size), payload=payload)


def read_file(payload: dict[str, Any], key: str, *, now: datetime, file: str, size: int) -> Incoming | None:
    """A recording or document that a page sent, kept under the handle `file`; `payload` says what it is."""
    said, what = payload.get("id"), payload.get("what")
    if not isinstance(said, str) or not _CLIENT_ID.fullmatch(said) or what not in FILE_KINDS:
        return None
    kind: FileKind = what
    return _incoming(key, said, at=now, content=File(kind, file, size=size), payload=payload)


def _incoming(key: str, said: str, *, at: datetime, content: Content, payload: dict[str, Any]) -> Incoming:
    replied = None if isinstance(content, Press) else _matching(_LINE_ID, payload.get("reply_to"))
    return Incoming(
        id=f"{key}:{said}",
        by=address_of(key),
        place=place_of(key),
        at=at,
        content=content,
        language=_matching(_LANGUAGE, payload.get("language")),
        reply_to=MessageRef(replied) if replied else None,
        album=_matching(_CLIENT_ID, payload.get("album")),
    )


def _content(payload: dict[str, Any], said: str) -> Content | None:
    match payload.get("kind"), payload:
        case "text", {"words": str(words)} if len(words) <= WORDS_LIMIT:
            return _text(_clean(words))
        case "press", {"handle": str(handle)} if len(handle.encode("utf-8", "replace")) <= HANDLE_LIMIT:
            asked, choice = parse_handle(_clean(handle))
            on = _matching(_LINE_ID, payload.get("reply_to"))
            return Press(choice, asked, press=said, on=MessageRef(on) if on else None)
        case "pin", {"latitude": float() | int() as latitude, "longitude": float() | int() as longitude}:
            return _pin(latitude, longitude)
        case "start", {"words": str(argument)} if _START.fullmatch(argument):
            return Command("start", argument)
    return None


def _text(words: str) -> Text | Command:
    """Words, or a command where they begin with a slash as in chat apps."""
    command = _COMMAND.fullmatch(words)
    if command is None:
        return Text(words)
    return Command(command[1].lower(), (command[2] or "").strip())


def _pin(latitude: float, longitude: float) -> Pin | None:
    """Compared before it becomes a float: a whole number of any length may come, and NaN compares to nothing."""
    on_earth = -90 <= latitude <= 90 and -180 <= longitude <= 180
    return Pin(Point(float(latitude), float(longitude))) if on_earth else None


def _clean(words: str) -> str:
    """The same words without what no database or platform can carry: half characters and NUL."""
    return words.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def _matching(pattern: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def is_picture(raw: bytes) -> bool:
    """Whether the bytes begin as a picture we can show. Reads the header only; blocking for some milliseconds."""
    try:
        with Image.open(io.BytesIO(raw), formats=PICTURE_FORMATS) as picture:
            return min(picture.size) > 0
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return True  # a picture, if a huge one: whoever makes the copy for reading decides about it
    except (OSError, ValueError, SyntaxError):
        return False
