"""What reaches the log, and what cannot."""

import ast
import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.logs import ALLOWED, LibraryLines, keep_allowed, set_up_logs, where
from tests.house.tree import modules

TOKEN = "123456:ABCdefGHIjklMNOpqrSTUvwxYZ"
STORY = "Có người bán ma túy ở ngõ 12, tên Nguyễn Văn A, 0912345678"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


LIBRARIES = ("", "telegram", "telegram.ext", "uvicorn", "uvicorn.error", "uvicorn.access", "apscheduler")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Logs set up to write here; every logger says what it says by default, whatever other tests left behind."""
    stream = io.StringIO()
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in LIBRARIES}
    for name in LIBRARIES[1:]:
        logging.getLogger(name).setLevel(logging.NOTSET)  # the Telegram channel, once opened, silences its library
    set_up_logs(stream)
    yield stream
    structlog.reset_defaults()
    for handler in [each for each in root.handlers if isinstance(each, LibraryLines)]:
        root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=False)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_ids_counts_durations_and_types_are_logged(stream: io.StringIO) -> None:
    structlog.get_logger().warning(
        "lines_sent", tip="5k2h9x0c", sent=3, took=0.25, reason="chat not found", errors=["A", "B"]
    )
    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "lines_sent",
        "level": "warning",
        "tip": "5k2h9x0c",
        "sent": 3,
        "took": 0.25,
        "reason": "chat not found",
        "errors": ["A", "B"],
    }


@pytest.mark.parametrize(
    "slip",
    [
        {"words": STORY},
        {"name": "Nguyễn Văn A"},
        {"phone": "0912345678"},
        {"token": TOKEN},
        {"address": "telegram:4242"},
        {"chat": 4242},
        {"error": STORY},
        {"error": f"HTTP 404 at /bot{TOKEN}/getMe"},
        {"tip": STORY},
        {"update": TOKEN},
        {"card": "BT-7K3M-Q9XA-7K3M-Q9XA"},
        {"count": 84912345678},
        {"errors": ["Stale", STORY]},
        {"where": STORY},
        {"reason": STORY},
        {"reason": "wrong chat 84912345678"},
        {"kind": {"words": STORY}},
    ],
)
def test_what_is_not_allowed_is_left_out_and_counted(slip: dict[str, object], stream: io.StringIO) -> None:
    structlog.get_logger().error("turn failed", **slip)
    (line,) = lines(stream)
    del line["timestamp"]
    assert line == {"event": "turn failed", "level": "error", "left_out": 1}


def test_a_sentence_is_no_event(stream: io.StringIO) -> None:
    structlog.get_logger().info(STORY)
    structlog.get_logger().info("heard %s", STORY)
    assert [(line["event"], line["left_out"]) for line in lines(stream)] == [("unnamed_event", 1)] * 2


def test_context_passes_the_same_door(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(ward="00103", words=STORY):
        structlog.get_logger().info("turn_taken")
    (line,) = lines(stream)
    assert (line["ward"], line["left_out"]) == ("00103", 1)
    assert "Nguyễn" not in stream.getvalue()


def test_of_an_exception_its_type_and_our_lines_of_code_are_logged(stream: io.StringIO) -> None:
    try:
        try:
            raise KeyError(STORY)
        except KeyError as cause:
            raise ValueError(TOKEN) from cause
    except ValueError:
        structlog.get_logger().exception("turn failed")
    (line,) = lines(stream)
    assert (line["error"], line["cause"], line["where"]) == ("ValueError", "KeyError", [])
    assert TOKEN not in stream.getvalue()
    assert "Nguyễn" not in stream.getvalue()


def test_where_names_our_own_modules() -> None:
    with pytest.raises(AttributeError) as raised:
        keep_allowed(None)  # type: ignore[arg-type]
    (place,) = where(raised.value)
    assert place.startswith("bot.logs:")


def test_libraries_may_name_themselves_and_their_exception_only(stream: io.StringIO) -> None:
    try:
        raise OSError(f"https://api.example/bot{TOKEN}/sendMessage")
    except OSError:
        logging.getLogger("telegram.ext").exception("cannot send %s", STORY)
    logging.getLogger("uvicorn.access").info("127.0.0.1 GET /?words=%s", STORY)
    logging.getLogger("apscheduler.scheduler").warning("Run time of job %s was missed", STORY)
    seen = [{key: line.get(key) for key in ("event", "level", "library", "error")} for line in lines(stream)]
    assert seen == [
        {"event": "library_spoke", "level": "error", "library": "telegram.ext", "error": "OSError"},
        {"event": "library_spoke", "level": "warning", "library": "apscheduler.scheduler", "error": None},
    ]
    assert TOKEN not in stream.getvalue()
    assert "Nguyễn" not in stream.getvalue()


def test_a_mistake_of_ours_that_a_library_caught_is_found_by_its_place_in_our_code(stream: io.StringIO) -> None:
    try:
        keep_allowed(None)  # type: ignore[arg-type]  # that it raises is what is needed
    except AttributeError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application %s", STORY)
    [line] = lines(stream)
    assert line["error"] == "AttributeError"
    assert [place.partition(":")[0] for place in line["where"]] == ["bot.logs"]


def test_a_warning_of_python_is_logged_without_its_text(stream: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)  # catch_warnings put the former way of showing them back
        logging.captureWarnings(capture=True)
        warnings.warn(STORY, ResourceWarning, stacklevel=1)
        logging.captureWarnings(capture=False)
    (line,) = lines(stream)
    assert line["library"] == "py.warnings"
    assert "Nguyễn" not in stream.getvalue()


def test_setting_up_twice_writes_each_line_once(stream: io.StringIO) -> None:
    set_up_logs(stream)
    logging.getLogger("telegram").error("x")
    assert len(lines(stream)) == 1


def test_a_terminal_gets_lines_for_people(stream: io.StringIO) -> None:
    set_up_logs(stream, for_people=True)
    structlog.get_logger().info("running", port=8080, words=STORY)
    assert "running" in stream.getvalue()
    assert "8080" in stream.getvalue()
    assert "Nguyễn" not in stream.getvalue()
    with pytest.raises(json.JSONDecodeError):
        lines(stream)


def test_a_closed_stream_stops_nobody(stream: io.StringIO) -> None:
    stream.close()
    structlog.get_logger().info("running")
    assert sys.exc_info() == (None, None, None)


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of a log in our code, and where it stands."""
    for module in modules():
        for node in ast.walk(module.code):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
                owner = node.func.value
                if (owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")) in {"log", "_log"}:
                    yield f"{module.path}:{node.lineno}", node


def test_every_line_our_code_logs_has_a_fixed_event_and_allowed_keys() -> None:
    found = list(calls())
    assert len(found) > 5
    for place, call in found:
        (event,) = call.args
        for choice in (event.body, event.orelse) if isinstance(event, ast.IfExp) else (event,):
            assert isinstance(choice, ast.Constant), f"{place}: the event of a line is written out"
            line = keep_allowed({"event": choice.value})
            assert line == {"event": choice.value}, f"{place}: an event is a few plain words"
        keys = {word.arg for word in call.keywords} - {"exc_info"}
        assert keys <= ALLOWED.keys(), f"{place}: bot/logs.py does not list {keys - ALLOWED.keys()}"
