"""What an officer sees of a photo: a cleaned copy, without any metadata. The original stays sealed."""

import io

from PIL import Image, ImageOps

LONG_SIDE = 1600
"""Pixels; enough to read a number plate in the middle of a photo, and a tenth of a phone's file."""
MOST_PIXELS = 50_000_000
"""A picture that claims more is not opened: phones make at most 50 megapixels by default, bombs make more."""
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
"""What messengers and phones send; Pillow's rarer decoders are not let near strangers' bytes."""


class NotAPicture(Exception):
    """The bytes are no picture that we open: broken, of another kind, or far too large."""


def cleaned(picture: bytes) -> bytes:
    """A JPEG copy: upright, at most 1,600 pixels on its long side, without any metadata. Blocks; raises NotAPicture."""
    try:
        with Image.open(io.BytesIO(picture), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NotAPicture
            opened.draft("RGB", (LONG_SIDE, LONG_SIDE))  # a JPEG is decoded no larger than needed
            opened.thumbnail((LONG_SIDE, LONG_SIDE))  # before it is turned, which makes a second copy of it
            flat = _on_white(ImageOps.exif_transpose(opened))
        written = io.BytesIO()
        flat.save(written, "JPEG", quality=QUALITY)
    except NotAPicture:
        raise
    except Exception as error:  # decoders raise whatever the bytes provoke: OSError, SyntaxError, struct.error, bombs
        raise NotAPicture from error
    return written.getvalue()


def blank() -> bytes:
    """A small grey picture, for the place of one that was taken back and cannot be deleted any more."""
    written = io.BytesIO()
    Image.new("RGB", (64, 64), "lightgrey").save(written, "JPEG")
    return written.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    """The picture in plain colours, made new, so that nothing that came with the old one is carried over."""
    seen = image.convert("RGBA")
    flat = Image.new("RGB", seen.size, "white")
    flat.paste(seen, mask=seen.getchannel("A"))
    return flat
