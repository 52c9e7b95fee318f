"""The comments of an Ogg Opus recording, which name its maker and whatever a program wrote there, taken out in place.

No sound is touched and no byte moves: the comments become padding, and the pages they stand on get a new checksum.
"""

from collections.abc import Iterator
from typing import Final

CAPTURE: Final = b"OggS"
HEADER: Final = 27
"""Bytes of a page before its table of segments (RFC 3533, 6)."""
SERIAL: Final = slice(14, 18)
CHECKSUM: Final = slice(22, 26)
FULL: Final = 255
"""A segment of this length is continued by the next one; a shorter one ends the packet."""
HEAD: Final = b"OpusHead"
TAGS: Final = b"OpusTags"
NO_TAGS: Final = TAGS + bytes(8)
"""A vendor of no letters and a list of no comments; zeros after it are padding (RFC 7845, 5.2)."""
MOST: Final = 64
"""Pages of comments, some 4 MB with a picture among them; a file with more is made to keep us busy."""
POLYNOMIAL: Final = 0x04C11DB7


def without_comments(content: bytes) -> bytes:
    """The same recording with empty comments; as it came where it is none, or is malformed."""
    clean = bytearray(content)
    heads: set[bytes] = set()  # streams whose comments begin on their next page
    open_: set[bytes] = set()  # streams whose comments go on
    pages = 0
    for start, body, end in _pages(content):
        serial = content[start + SERIAL.start : start + SERIAL.stop]
        if content.startswith(HEAD, body):
            heads.add(serial)
            continue
        if serial in heads and content.startswith(TAGS, body):
            clean[body:end] = NO_TAGS[: end - body].ljust(end - body, b"\0")
        elif serial in open_:
            clean[body:end] = bytes(end - body)
        else:
            continue
        pages += 1
        if pages > MOST:
            return content
        heads.discard(serial)
        open_.add(serial)
        clean[start:end] = _sealed(bytes(clean[start:end]))
        if content[body - 1] < FULL:
            open_.discard(serial)
    return bytes(clean)


def _pages(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Each page: where it, its body and the next one begin. Comments and heads have their pages to themselves."""
    at = 0
    while content.startswith(CAPTURE, at) and at + HEADER < len(content):
        body = at + HEADER + content[at + HEADER - 1]
        end = body + sum(content[at + HEADER : body])
        if end > len(content) or body == at + HEADER:
            return
        yield at, body, end
        at = end


def _sealed(page: bytes) -> bytes:
    """The page with the checksum of its bytes, in which the checksum itself counts as zero."""
    page = page[: CHECKSUM.start] + bytes(4) + page[CHECKSUM.stop :]
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _STEPS[value >> 24 ^ byte]
    return page[: CHECKSUM.start] + value.to_bytes(4, "little") + page[CHECKSUM.stop :]


def _step(byte: int) -> int:
    value = byte << 24
    for _ in range(8):
        value = (value << 1 & 0xFFFFFFFF) ^ (POLYNOMIAL if value & 0x80000000 else 0)
    return value


_STEPS: Final = tuple(_step(byte) for byte in range(256))
"""The checksum's next value by its highest byte: a remainder as in RFC 3533, neither turned round nor inverted."""
