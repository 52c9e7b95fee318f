"""What a web page is told: each line as an event, and an event as the bytes of its stream, piece by piece."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, assert_never

from messages.rendered import File, Picture, Text

Event: TypeAlias = dict[str, Any]
"""Values of JSON, and at most one `Carried`."""

UNKNOWN_TYPE: Final = "application/octet-stream"
"""What a browser only offers to save."""
TYPES: Final = {
    "mp4": "video/mp4",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "mp3": "audio/mpeg",
    "webm": "video/webm",
}
"""What a page may play, by our name's ending."""
PIECE: Final = 3 * 64 * 1024
"""Bytes of a file that are spelled out at once, a third of a millisecond: twenty megabytes in one piece would keep
everybody waiting. A multiple of three, so that the pieces are one base64 text."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A file within an event; on its way it becomes a data: address."""

    content: bytes
    kind: str


def event_of(line: Text | Picture | File, name: str) -> Event:
    """A line as an event: `id` names this event, `of` the message it shows or replaces."""
    match line:
        case Text():
            return {
                "id": name,
                "of": line.instead_of or name,
                "kind": "edit" if line.instead_of else "text",
                "text": line.text,
                "buttons": [[{"label": b.label, "handle": b.handle} for b in row] for row in line.buttons],
                "wants_pin": line.wants_pin,
                "pin_label": line.pin_label,
                "card": line.is_card,
                "anchored": line.anchored or line.is_card,
                "unclaimed": line.unclaimed,
                "since": line.since.isoformat() if line.since else "",
                "silent": line.silent,
            }
        case Picture():
            shown = {"kind": "picture", "picture": Carried(line.jpeg, "image/jpeg")}
        case File():
            kind = TYPES.get(line.name.rpartition(".")[2], UNKNOWN_TYPE)
            shown = {"kind": "file", "what": line.what, "name": line.name, "file": Carried(line.content, kind)}
        case _:
            assert_never(line)
    of = line.instead_of if isinstance(line, Picture) and line.instead_of else name
    return {"id": name, "of": of, "text": line.caption, "silent": line.silent, **shown}


def encoded(event: Event) -> Iterator[bytes]:
    """An event as it stands in a text/event-stream; others may work between the pieces of a large file."""
    plain = {name: value for name, value in event.items() if not isinstance(value, Carried)}
    spelled = json.dumps(plain, ensure_ascii=False).encode()
    carried = next(((name, value) for name, value in event.items() if isinstance(value, Carried)), None)
    if carried is None:
        yield b"data: %b\n\n" % spelled
        return
    name, file = carried
    yield b'data: %b, "%b": "data:%b;base64,' % (spelled.removesuffix(b"}"), name.encode(), file.kind.encode())
    content = memoryview(file.content)
    for start in range(0, len(content), PIECE):
        yield base64.b64encode(content[start : start + PIECE])
    yield b'"}\n\n'
