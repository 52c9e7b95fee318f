"""Officers see a cleaned copy: no metadata, upright, bounded; what is no picture is said to be none."""

import io
import struct
import zlib

import pytest
from PIL import Image

from bot.media.pictures import LONG_SIDE, NotAPicture, cleaned

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def a_photo(size: tuple[int, int] = (40, 20), *, kind: str = "JPEG", turned: int = 1, mode: str = "RGB") -> bytes:
    """A picture whose left half is red and right half blue, with a maker, a position and a comment in it."""
    image = Image.new(mode, size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    exif[MAKE] = "Ong Nguyen Van A"
    exif[GPS] = {1: "N", 2: (21.0, 2.0, 3.0)}
    written = io.BytesIO()
    more = {"exif": exif} if kind in ("JPEG", "PNG", "WEBP") else {}
    image.save(written, kind, **more, **({"comment": b"secret words"} if kind == "JPEG" else {}))
    return written.getvalue()


def seen(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG"
    image.load()
    return image


def claiming(width: int, height: int) -> bytes:
    """A tiny PNG that says it is enormous."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_maker_position_and_comment_do_not_reach_an_officer(kind: str) -> None:
    photo = a_photo(kind=kind)
    assert b"Nguyen Van A" in photo
    image = seen(cleaned(photo))
    assert len(image.getexif()) == 0
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Nguyen" not in cleaned(photo)
    assert b"secret" not in cleaned(photo)


def test_a_photo_taken_with_the_phone_turned_stands_upright() -> None:
    image = seen(cleaned(a_photo((400, 200), turned=6)))  # 6: the camera's top was on the right
    assert image.size == (200, 400)
    top, bottom = image.getpixel((100, 50)), image.getpixel((100, 350))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > bottom[0]


@pytest.mark.parametrize(("size", "bounded"), [((4000, 1000), (1600, 400)), ((1000, 4000), (400, 1600))])
def test_the_long_side_is_bounded_and_the_shape_kept(size: tuple[int, int], bounded: tuple[int, int]) -> None:
    assert max(bounded) == LONG_SIDE
    assert seen(cleaned(a_photo(size))).size == bounded


def test_a_small_photo_is_not_enlarged() -> None:
    assert seen(cleaned(a_photo((40, 20)))).size == (40, 20)


def test_what_is_transparent_becomes_white() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(written, "PNG")
    assert seen(cleaned(written.getvalue())).getpixel((5, 5)) == (255, 255, 255)


def test_an_animation_is_shown_as_its_first_frame() -> None:
    frames = [Image.new("P", (10, 10), color) for color in (0, 1)]
    written = io.BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    assert seen(cleaned(written.getvalue())).size == (10, 10)


@pytest.mark.parametrize(
    "bytes_",
    [
        b"",
        b"not a picture at all",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        a_photo()[: len(a_photo()) // 2],
        b"\xff\xd8\xff\xe0" + bytes(200),
        claiming(7_100, 7_100),
        claiming(60_000, 60_000),
        claiming(20_000, 20_000),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    ],
    ids=["empty", "words", "svg", "cut", "only a head", "50.4 megapixels", "a bomb", "beyond a warning", "postscript"],
)
def test_what_is_no_picture_is_refused(bytes_: bytes) -> None:
    with pytest.raises(NotAPicture):
        cleaned(bytes_)
