"""What a file is, by its bytes; and recordings without what tells where, when and by whom they were made.

Nothing is decoded and nothing is trusted: names and types that senders give are never read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.media.opus_tags import without_comments


@dataclass(frozen=True, slots=True)
class FileType:
    """A type of file: the word for it in the texts, and the ending of the name we give it."""

    name: str
    ending: str
    plays: bool = False
    """True for what officers' chats can play without anything being opened."""


JPEG: Final = FileType("jpeg", ".jpg")
PNG: Final = FileType("png", ".png")
MP4: Final = FileType("mp4", ".mp4", plays=True)
M4A: Final = FileType("m4a", ".m4a", plays=True)
OGG: Final = FileType("ogg", ".ogg", plays=True)
MP3: Final = FileType("mp3", ".mp3", plays=True)
WEBM: Final = FileType("webm", ".webm", plays=True)
HEIC: Final = FileType("heic", ".heic")
PDF: Final = FileType("pdf", ".pdf")
ZIP: Final = FileType("zip", ".zip")
OLE: Final = FileType("ole", ".doc.bin")
PROGRAM: Final = FileType("program", ".bin")
UNKNOWN: Final = FileType("unknown", ".bin")
"""An ending that no system opens by itself."""
BEGINNINGS: Final = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"OggS", OGG),
    (b"ID3", MP3),
    (b"\x1a\x45\xdf\xa3", WEBM),
    (b"%PDF-", PDF),
    (b"PK\x03\x04", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"#!", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
)
"""How files of each type begin (the formats' own specifications)."""
STILL: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"})
"""Brands of pictures that come in the boxes of films (ISO/IEC 23008-12): telephones' HEIC, and AVIF."""
TELLING: Final = (b"udta", b"meta", b"uuid")
"""Boxes of an MP4 file that tell of its making: place, device, titles (ISO/IEC 14496-12, QuickTime File Format)."""
NESTED: Final = (b"moov", b"trak", b"mdia", b"moof", b"traf", b"edts", b"minf")
"""Boxes that hold the ones above or times."""
TIMES: Final = (b"mvhd", b"tkhd", b"mdhd")
"""Boxes that begin with the moments of making and of the last change."""
DEEPEST: Final = 8
"""Boxes within boxes; real files need five."""
BOXES: Final = 50_000
"""Boxes looked at; an hour's film in pieces has a few thousand."""


def type_of(content: bytes) -> FileType:
    """What the bytes begin as."""
    for beginning, found in BEGINNINGS:
        if content.startswith(beginning):
            return found
    if content[4:8] == b"ftyp":
        if content[8:12] in STILL:
            return HEIC
        return M4A if content[8:11] == b"M4A" else MP4
    return MP3 if len(content) > 1 and content[0] == 0xFF and content[1] & 0xE6 == 0xE2 else UNKNOWN


def neutral(content: bytes) -> bytes:
    """The same recording without what tells of its making, as far as that is possible without decoding it."""
    found = type_of(content)
    if found in (MP4, M4A):
        return _without_telling_boxes(content)
    if found is OGG:
        return without_comments(content)
    return _without_tags(content) if found is MP3 else content


def _without_telling_boxes(content: bytes) -> bytes:
    """Telling boxes become empty room of the same size, so that nothing else moves; moments become zero."""
    clean = bytearray(content)
    for kind, start, end in _boxes(content):
        if kind in TELLING:
            clean[start - 4 : start] = b"free"
            clean[start:end] = bytes(end - start)
        elif kind in TIMES and end - start >= 20:
            width = 16 if content[start] == 1 else 8
            clean[start + 4 : start + 4 + width] = bytes(width)
    return bytes(clean)


def _boxes(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of an MP4 file that matter here: kind, and where its contents begin and end."""
    waiting = [(0, len(content), 0)]
    for _ in range(BOXES):
        if not waiting:
            return
        at, until, depth = waiting.pop()
        if until - at < 8:
            continue
        size, kind, start = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8], at + 8
        if size == 1:
            size, start = int.from_bytes(content[at + 8 : at + 16]), at + 16
        end = until if size == 0 else min(at + size, until)
        if end < start:
            continue
        waiting.append((end, until, depth))
        yield kind, start, end
        if kind in NESTED and depth < DEEPEST:
            waiting.append((start, end, depth + 1))


def _without_tags(content: bytes) -> bytes:
    """An MP3 file without its ID3 tags, at the beginning (version 2) and at the end (version 1)."""
    at = 0
    while content.startswith(b"ID3", at) and len(content) > at + 10:  # without a copy each: there may be a million
        size = 0
        for seven_bits in content[at + 6 : at + 10]:
            size = size << 7 | seven_bits & 0x7F
        at += 10 + size + (10 if content[at + 5] & 0x10 else 0)
    end = len(content) - 128 if content[-128:-125] == b"TAG" else len(content)
    return content[at:end]
