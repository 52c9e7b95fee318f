"""What a web page says, read as an incoming; and what no page of ours would say."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.channels.web_read import WORDS_LIMIT, is_picture, place_of, read_photo, read_say
from messages.address import MessageRef
from messages.incoming import Command, Content, Photo, Pin, Point, Press, Text
from tests.web_running import NOON

KEY = "a" * 32
SAID = "0d1f3c1e-9b5a-4a39-8a57-3ad1f4b8a001"
LINE = "0123456789abcdef"
PLACE = place_of(KEY)


def say(**fields: Any) -> dict[str, Any]:
    return {"id": SAID, "language": "vi", **fields}


def jpeg(width: int = 4, height: int = 3) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(written, "JPEG")
    return written.getvalue()


@pytest.mark.parametrize(
    ("fields", "content"),
    [
        ({"kind": "text", "words": "Có người trộm xe"}, Text("Có người trộm xe")),
        ({"kind": "text", "words": ""}, Text("")),
        ({"kind": "text", "words": "x" * WORDS_LIMIT}, Text("x" * WORDS_LIMIT)),
        ({"kind": "text", "words": "nửa\ud83d chữ\x00"}, Text("nửa? chữ")),
        ({"kind": "text", "words": "/hangcho"}, Command("hangcho")),
        ({"kind": "text", "words": "/TIN@baotin_bot  TH-26-0412 "}, Command("tin", "TH-26-0412")),
        ({"kind": "text", "words": "/ không phải lệnh"}, Text("/ không phải lệnh")),
        ({"kind": "press", "handle": "7.send", "reply_to": LINE}, Press("send", 7, SAID, MessageRef(LINE))),
        ({"kind": "press", "handle": "forged"}, Press("forged", 0, SAID)),
        ({"kind": "pin", "latitude": 21.03, "longitude": 105.85}, Pin(Point(21.03, 105.85))),
        ({"kind": "pin", "latitude": 0, "longitude": 0}, Pin(Point(0.0, 0.0))),
        ({"kind": "start", "words": "w_00103"}, Command("start", "w_00103")),
        ({"kind": "start", "words": ""}, Command("start")),
    ],
)
def test_what_a_page_says_becomes_an_incoming(fields: dict[str, Any], content: Content) -> None:
    said = read_say(say(**fields), KEY, now=NOON)
    assert said is not None
    assert said.content == content
    assert (said.id, said.by.who, said.place, said.at, said.language) == (f"{KEY}:{SAID}", KEY, PLACE, NOON, "vi")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"kind": "text"},
        {"kind": "text", "words": 5},
        {"kind": "text", "words": "x" * (WORDS_LIMIT + 1)},
        {"kind": "press", "handle": "k" * 65},
        {"kind": "press", "handle": None},
        {"kind": "pin", "latitude": 91, "longitude": 0},
        {"kind": "pin", "latitude": float("nan"), "longitude": 0},
        {"kind": "pin", "latitude": 10**400, "longitude": 0},
        {"kind": "pin", "latitude": True, "longitude": "0"},
        {"kind": "start", "words": "w 1; drop"},
        {"kind": "photo", "words": "x"},
        {"kind": ["text"], "words": "x"},
        {"kind": "text", "words": "x", "id": "short"},
        {"kind": "text", "words": "x", "id": None},
    ],
)
def test_what_no_page_of_ours_would_say_is_malformed(fields: dict[str, Any]) -> None:
    assert read_say(say(**fields), KEY, now=NOON) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)
FIELDS = st.sampled_from(["id", "kind", "words", "handle", "latitude", "longitude", "language", "reply_to", "album"])
VALUES = JSON | st.sampled_from([SAID, "text", "press", "pin", "start", LINE])


@given(st.dictionaries(FIELDS, VALUES))
def test_nothing_a_page_could_send_breaks_the_reading(payload: dict[str, Any]) -> None:
    said = read_say(payload, KEY, now=NOON)
    assert said is None or said.id.startswith(KEY)


def test_a_note_replies_to_a_line_and_a_forged_reply_to_none() -> None:
    note = read_say(say(kind="text", words="đã gọi chủ nhà", reply_to=LINE), KEY, now=NOON)
    forged = read_say(say(kind="text", words="x", reply_to="../../etc"), KEY, now=NOON)
    assert note is not None
    assert forged is not None
    assert (note.reply_to, forged.reply_to) == (LINE, None)


def test_photos_chosen_together_are_one_album() -> None:
    album = "album-0001"
    said = read_photo({"id": SAID, "album": album}, KEY, now=NOON, file="f" * 32, size=9)
    assert said is not None
    assert (said.content, said.album) == (Photo("f" * 32, size=9), album)


def test_a_picture_is_known_by_its_bytes_not_by_its_name() -> None:
    assert is_picture(jpeg())
    for not_one in (b"", b"PK\x03\x04" + b"\0" * 60, b"\xff\xd8\xff", b"GIF89a" + b"\0" * 20, b"<svg/>"):
        assert not is_picture(not_one)


def test_a_picture_of_two_hundred_megapixels_is_still_a_picture() -> None:
    raw = bytearray(jpeg())
    at = raw.index(b"\xff\xc0") + 5  # height and width in the start of frame
    raw[at : at + 4] = (20_000).to_bytes(2, "big") + (10_000).to_bytes(2, "big")
    assert is_picture(bytes(raw))
