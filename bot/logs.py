"""What may be logged, and how: ids, counts, durations and types; never what somebody wrote, a name or an address.

Every line passes one processor that keeps only the keys listed here, each in the shape of its kind, so that a slip of
the pen elsewhere is a shorter line and no leak. Libraries write messages with content and tokens in them: of theirs
only the logger's name, the level and the type of the exception pass.
"""

import contextlib
import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any, Final, TextIO

import structlog

OURS: Final = ("bot", "handlers", "storage", "messages")

Shape = Callable[[object], bool]
Line = MutableMapping[str, Any]

_EVENT: Final = re.compile(r"[a-z][a-z0-9]{0,30}([_ ][a-z0-9]{1,30}){0,4}")
"""A few plain words, written in the code: tests/bot/test_logs.py reads every call."""
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TYPE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,79}")
_PLACE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,79}:\d{1,6}")
_REASON: Final = re.compile(r"[A-Za-z][A-Za-z_ ,:()-]{0,79}")
"""Platforms and SQLite give reasons in fixed English words. Neither a number, a link nor an accent gets through."""
_RECEIPT: Final = re.compile(r"BT-?([0-9A-Z]{4}-?){4}", re.IGNORECASE)
_FRAMES: Final = 4


def _is_number(value: object) -> bool:
    return isinstance(value, bool | int | float)


def _is_count(value: object) -> bool:
    return isinstance(value, bool) or (isinstance(value, int | float) and abs(value) < 10_000_000)


def _is_id(value: object) -> bool:
    """Ids are of our own making, or an update's number; a receipt looks like one and is a secret."""
    if isinstance(value, int):
        return True
    return isinstance(value, str) and bool(_ID.fullmatch(value)) and not _RECEIPT.fullmatch(value)


def _is_type(value: object) -> bool:
    return isinstance(value, str) and bool(_TYPE.fullmatch(value))


def _is_reason(value: object) -> bool:
    return isinstance(value, str) and bool(_REASON.fullmatch(value))


def _is_place(value: object) -> bool:
    return isinstance(value, str) and bool(_PLACE.fullmatch(value))


def _keys(shape: Shape, names: str) -> dict[str, Shape]:
    return dict.fromkeys(names.split(), shape)


ALLOWED: Final[Mapping[str, Shape]] = {
    **_keys(_is_id, "tip tip_number ward desk officer question campaign line card media entry update migration turn"),
    **_keys(
        _is_count,
        "attempt attempts count failed sent gone refused unknown updates rows size status port version wards officers"
        " waiting audience tries queued dropped kept expired due",
    ),
    **_keys(_is_number, "seconds took pause after age late"),
    **_keys(_is_type, "error errors cause kind lane state flow step effect decision channel library tick task signal"),
    **_keys(_is_reason, "reason"),
    **_keys(_is_place, "where"),
}
"""Every key a line may have, and the shape of its value (of each, in a list). Whoever needs another adds it here,
having asked whether anything that a person said or is could ever stand in it."""


def set_up_logs(stream: TextIO | None = None, *, level: int = logging.INFO, for_people: bool | None = None) -> None:
    """Write lines to `stream` (whatever stderr is at that moment, by default); may be called again.

    JSON, one object a line; coloured text where a person looks on (`for_people`: by default when it is a terminal).
    """
    readable = (stream or sys.stderr).isatty() if for_people is None else for_people
    render = structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer(serializer=_json)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            lambda _logger, _method, line: keep_allowed(describe_exception(line)),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _Sink(stream),
        cache_logger_on_first_use=False,  # loggers are made at import, before this is called
    )
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, LibraryLines)]:
        root.removeHandler(handler)
    root.addHandler(LibraryLines(logging.WARNING))
    root.setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "apscheduler", "aiohttp", "asyncio"):
        # their own handlers and levels would write what ours leaves out
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def keep_allowed(line: Line) -> Line:
    """Drop every key that is not in the list and every value that has not its shape; what was dropped is counted."""
    event = line.pop("event", "")
    named = isinstance(event, str) and _EVENT.fullmatch(event) is not None
    kept: Line = {"event": event if named else "unnamed_event"}
    dropped = 0 if named else 1
    for key, value in line.items():
        shape = ALLOWED.get(key)
        if shape is not None and (value is None or _fits(value, shape)):
            kept[key] = value
        else:
            dropped += 1
    if dropped:
        kept["left_out"] = dropped
    return kept


def _fits(value: object, shape: Shape) -> bool:
    if isinstance(value, list | tuple | set | frozenset):
        return all(shape(one) for one in value)
    return shape(value)


def describe_exception(line: Line) -> Line:
    """Of an exception keep the types of it and its cause, and where in our code it was; never its message."""
    given = line.pop("exc_info", None)
    line.pop("stack_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        line["error"] = type(error).__name__
        line["where"] = where(error)
        if error.__cause__ is not None:
            line["cause"] = type(error.__cause__).__name__
    return line


def where(error: BaseException) -> list[str]:
    """The lines of our own modules an exception came through, innermost last, such as "handlers.residents.tip:91"."""
    top = Path(__file__).resolve().parent.parent
    found: list[str] = []
    for frame in traceback.extract_tb(error.__traceback__):
        with contextlib.suppress(ValueError):
            path = Path(frame.filename).resolve().relative_to(top)
            if path.parts[0] in OURS:
                found.append(f"{'.'.join(path.with_suffix('').parts)}:{frame.lineno}")
    return found[-_FRAMES:]


class LibraryLines(logging.Handler):
    """Lets a library's line through as the names of its logger, its level and its exception; not its message."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line. `where` is where in our code an exception was, which a library caught of us (a page's, say);
        else the library's own line of code, by which its message can be looked up."""
        error = record.exc_info[1] if record.exc_info else None
        line: dict[str, object] = {"library": record.name, "where": f"{record.module}:{record.lineno}"}
        if error is not None:
            line |= {"error": type(error).__name__, "where": where(error) or line["where"]}
        structlog.get_logger().log(record.levelno, "library_spoke", **line)


class _Sink:
    """Where rendered lines go. A closed or full stream must not stop the one who logs."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            stream = self._stream or sys.stderr
            stream.write(f"{line}\n")
            stream.flush()

    log = debug = info = warn = warning = error = err = critical = fatal = exception = failure = msg


def _json(line: object, **_options: object) -> str:
    return json.dumps(line, ensure_ascii=False, default=lambda _: "?")
