"""Recordings: what they are by their bytes, and what is taken out of them without decoding anything."""

from typing import Any, SupportsIndex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.media.recordings import neutral, type_of

GPS = b"+21.0703+105.8222/"
MAKER = b"SM-A546E"
OPUS = (b"OggS" + bytes(22) + b"\x01\x08OpusHead") + (b"OggS" + bytes(22) + b"\x01\x20OpusTags")
"""The first pages of a voice message, as far as the last one's end."""
MADE_AT = (3_800_000_000).to_bytes(4)


def box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4) + kind + content


def an_mp4() -> bytes:
    """A film as phones write it: the times of its making, the place and the device in boxes of their own."""
    header = bytes(4) + MADE_AT * 2 + bytes(88)
    track = box(b"trak", box(b"tkhd", header) + box(b"mdia", box(b"mdhd", header)) + box(b"udta", MAKER))
    places = box(b"udta", box(b"\xa9xyz", GPS) + box(b"meta", MAKER))
    moov = box(b"moov", box(b"mvhd", header) + track + places + box(b"meta", MAKER))
    return box(b"ftyp", b"isom" + bytes(4)) + moov + box(b"uuid", MAKER) + box(b"mdat", b"the film itself" * 9)


def test_a_film_keeps_its_pictures_and_loses_where_when_and_by_what_it_was_made() -> None:
    film = an_mp4()
    clean = neutral(film)
    assert len(clean) == len(film)
    assert clean.endswith(b"the film itself" * 9)
    assert not any(telling in clean for telling in (GPS, MAKER, MADE_AT, b"udta", b"meta", b"uuid"))
    assert clean.count(b"free") == 4
    assert neutral(clean) == clean


def test_a_film_whose_boxes_lie_is_not_read_beyond_its_end() -> None:
    for broken in (an_mp4()[:70], b"\x00\x00\x00\x10ftypisom\xff\xff\xff\xffmoov", b"\x00\x00\x00\x01ftyp" + bytes(8)):
        assert len(neutral(broken)) == len(broken)


def test_a_sound_file_loses_its_tags() -> None:
    sound = b"\xff\xfb" + b"sound" * 40
    tagged = b"ID3\x04\x00\x00\x00\x00\x00\x05Nguye" + sound + b"TAG" + b"Le Thi Lan".ljust(125)
    assert neutral(tagged) == sound


class Handled(bytes):
    """Bytes that count how many of them were handled when parts were taken out."""

    handled = 0

    def __getitem__(self, key: SupportsIndex | slice) -> Any:
        part = super().__getitem__(key)
        if isinstance(part, int):
            return part
        Handled.handled += len(part)
        return Handled(part)


def test_a_sound_file_of_endless_tags_is_not_copied_for_each_of_them() -> None:
    sound = b"\xff\xfb" + b"sound" * 40
    tagged = Handled((b"ID3\x04" + bytes(6)) * 1_000 + sound)
    assert neutral(tagged) == sound
    assert Handled.handled < 2 * len(tagged)


def page(body: bytes, *, serial: int = 7, ends: bool = True) -> bytes:
    """A page of an Ogg file as its readers check it: a table of segments, and a checksum of the whole."""
    full, rest = divmod(len(body), 255)
    table = b"\xff" * full + (bytes([rest]) if ends else b"")
    bare = b"OggS\0\0" + bytes(8) + serial.to_bytes(4, "little") + bytes(8) + bytes([len(table)]) + table + body
    value = 0
    for byte in bare:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1) ^ (0x104C11DB7 if value & 0x80000000 else 0)
    return bare[:22] + value.to_bytes(4, "little") + bare[26:]


def test_a_voice_message_keeps_its_sound_and_loses_its_comments_on_however_many_pages() -> None:
    comments = b"OpusTags" + len(MAKER).to_bytes(4, "little") + MAKER + (1).to_bytes(4, "little") + GPS * 40
    head, sound = page(b"OpusHead" + bytes(11)), page(b"the sound itself" * 30) + page(b"OpusTags is sung here")
    for told, silent in (
        (page(comments), page((b"OpusTags" + bytes(8)).ljust(len(comments), b"\0"))),
        (
            page(comments[:510], ends=False) + page(comments[510:]),
            page((b"OpusTags" + bytes(8)).ljust(510, b"\0"), ends=False) + page(bytes(len(comments) - 510)),
        ),
    ):
        assert neutral(head + told + sound) == head + silent + sound


def test_a_recording_of_endless_comments_keeps_nobody_busy() -> None:
    endless = page(b"OpusHead") + page(b"OpusTags".ljust(255), ends=False) * 65
    assert neutral(endless) == endless


def test_streams_beside_each_other_lose_their_own_comments_only() -> None:
    heads = page(b"OpusHead one", serial=1) + page(b"OpusHead two", serial=2)
    other, sound = page(b"another stream's first page", serial=3), page(b"sound", serial=2)
    told = page(b"OpusTags" + MAKER * 9, serial=2) + other + page(b"OpusTags" + GPS * 9, serial=1) + sound
    clean = neutral(heads + told)
    assert len(clean) == len(heads + told)
    assert MAKER not in clean
    assert GPS not in clean
    assert other in clean
    assert clean.endswith(sound)


def test_a_picture_in_the_boxes_of_a_film_is_not_taken_for_one() -> None:
    picture = box(b"ftyp", b"heic" + bytes(4)) + box(b"meta", b"where its tiles lie")
    assert (type_of(picture).name, type_of(picture).plays) == ("heic", False)
    assert neutral(picture) == picture


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (an_mp4(), "mp4"),
        (b"\x00\x00\x00\x18ftypM4A \x00", "m4a"),
        (b"\x00\x00\x00\x18ftypmif1", "heic"),
        (b"OggS", "ogg"),
        (b"\xff\xfb\x90", "mp3"),
        (b"\x1a\x45\xdf\xa3", "webm"),
        (b"%PDF-1.7", "pdf"),
        (b"PK\x03\x04", "zip"),
        (b"MZ\x90", "program"),
        (b"#!/bin/sh", "program"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"", "unknown"),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, name: str) -> None:
    assert type_of(content).name == name


def test_what_could_run_gets_an_ending_that_opens_nothing() -> None:
    assert {type_of(content).ending for content in (b"MZ", b"\x7fELF", b"#!", b"?")} == {".bin"}


@given(st.binary(max_size=200), st.sampled_from([b"", b"ID3\x04\x00", b"\x00\x00\x00\x08ftyp", an_mp4()[:60], OPUS]))
def test_no_bytes_make_it_fail(content: bytes, beginning: bytes) -> None:
    assert len(neutral(beginning + content)) <= len(beginning + content)
