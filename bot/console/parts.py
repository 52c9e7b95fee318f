"""The part of a file that a player asks for: so one can move about in a recording, and Safari plays it at all."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

CALM: Final = {"Content-Security-Policy": "default-src 'none'; media-src 'self'; sandbox"}
"""What a tip's file carries instead of the pages' policy: whatever it holds, it can do nothing."""
_ONE_RANGE: Final = re.compile(r"bytes=(\d{1,15})-(\d{0,15})|bytes=-(\d{1,15})")
"""One range from its first byte, to its last or to the end, or so many of the last bytes (RFC 9110, 14.1.2)."""


def asked_part(request: Request) -> tuple[int | None, int | None] | None:
    """The first byte that is asked for and the last, as the header says it; None where all is to be the answer.

    So it is without such a header, with several ranges or a malformed one, and with a condition that we never gave.
    """
    asked = _ONE_RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None or "if-range" in request.headers:
        return None
    first, last = (int(told) if told else None for told in (asked[1], asked[2] or asked[3]))
    return None if first is not None and last is not None and last < first else (first, last)


def response_of(content: bytes, part: tuple[int | None, int | None] | None, *, kind: str, how: str) -> Response:
    """The file, or the part of it that was asked for: 206, and 416 for what lies beyond its end.

    `how` is what a browser is to do with it (Content-Disposition).
    """
    headers, size = {**CALM, "Accept-Ranges": "bytes", "Content-Disposition": how}, len(content)
    if part is None:
        return Response(content, media_type=kind, headers=headers)
    first, last = part
    begin = first if first is not None else max(0, size - (last or 0))
    end = size if first is None or last is None else min(size, last + 1)
    if begin >= end:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
    return Response(content[begin:end], status_code=206, media_type=kind, headers=headers)
