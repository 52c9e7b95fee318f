"""The same tip, told by as many people as wanted, for whoever is measured.

Standard library only: it is imported in the project's environment and in the peers'. What a subject gets is what a
messenger's server sends: the bytes of one update. It answers by returning from `take` once the turn is durable.
"""

import argparse
import asyncio
import json
import resource
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

BOT_ID = 7_000_000_001
TOKEN = f"{BOT_ID}:AAE-benchmark-only-no-such-bot-000000000"
FIRST_PERSON = 1_500_000_000
WARMING = 10  # people who finish before the clock starts: imports, statement caches and the first pages of the file


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the resident does; for a press, `words` is the label on the button."""

    name: str
    kind: Literal["text", "photo", "press"]
    words: str = ""


STEPS = (
    Step("start", "text", "/start"),
    Step("told", "text", "Tối nào cũng có nhóm thanh niên tụ tập nẹt pô, lạng lách trước cổng trường tiểu học"),
    Step("photo", "photo"),
    Step("place", "text", "Phường Tây Hồ, Hà Nội"),
    Step("send", "press", "Gửi ngay"),
    Step("reach", "press", "Không nêu tên, cứ hỏi ở đây"),
    Step("more", "text", "Khoảng 4 xe máy, thường từ 22 giờ đến 23 giờ, không đội mũ bảo hiểm"),
    Step("sent", "text", "Tin đã gửi"),
)


@dataclass(frozen=True, slots=True)
class Button:
    """The button a person presses: its callback data, and the message it hangs under."""

    handle: str
    message_id: int


FindButton = Callable[[int, Step], Awaitable[Button]]
Take = Callable[[bytes], Awaitable[None]]
Finish = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job:
    """What one subject is asked to do, from its command line."""

    folder: Path
    people: int
    waves: int
    at_once: int
    api: str = ""
    """Where the Bot API answers; empty for one that answers at once within the process."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run took: turns in the clocked waves, seconds, and how long one turn was waited for, in ms."""

    turns: int
    seconds: float
    p50_ms: float
    p95_ms: float


def asked() -> Job:
    """Read the command line every subject is started with."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--folder", type=Path, required=True)
    reader.add_argument("--people", type=int, required=True)
    reader.add_argument("--waves", type=int, required=True)
    reader.add_argument("--at-once", type=int, required=True)
    reader.add_argument("--api", default="")
    return Job(**vars(reader.parse_args()))


def person_id(person: int) -> int:
    """The account, and the private chat, of person number `person`."""
    return FIRST_PERSON + person


async def by_name(person: int, step: Step) -> Button:
    """For a subject whose buttons carry the step's name."""
    return named(step)


def named(step: Step) -> Button:
    """The button that carries the step's name."""
    return Button(handle=step.name, message_id=1)


async def nothing_left() -> None:
    """For a subject that has handed over the reply by the time it took the turn."""


def update(person: int, step: int, *, button: Button | None = None, said_at: int | None = None) -> dict[str, Any]:
    """The update of person `person` at step number `step`, as the Bot API writes it; `said_at` in Unix seconds."""
    what = STEPS[step]
    who = {"id": person_id(person), "is_bot": False, "first_name": f"Người {person}", "language_code": "vi"}
    chat = {"id": person_id(person), "type": "private", "first_name": who["first_name"]}
    message: dict[str, Any] = {
        "message_id": 2 * step + 1,
        "from": who,
        "chat": chat,
        "date": int(time.time()) if said_at is None else said_at,
    }
    found: dict[str, Any] = {"update_id": 100_000 + person * len(STEPS) + step}
    match what.kind:
        case "text":
            message["text"] = _own_words(what, person)
            if what.words.startswith("/"):
                message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(what.words)}]
            return found | {"message": message}
        case "photo":
            return found | {"message": message | {"photo": _photo(person)}}
        case "press":
            pressed = button or named(what)
            bot = {"id": BOT_ID, "is_bot": True, "first_name": "Báo Tin", "username": "baotin_bot"}
            keyboard = [[{"text": what.words, "callback_data": pressed.handle}]]
            under = message | {
                "message_id": pressed.message_id,
                "from": bot,
                "text": "Gửi tới công an phường?",
                "reply_markup": {"inline_keyboard": keyboard},
            }
            query = {"id": f"{found['update_id']}", "from": who, "message": under, "chat_instance": f"{person}"}
            return found | {"callback_query": query | {"data": pressed.handle}}


def _own_words(step: Step, person: int) -> str:
    """No two people tell the same story: whoever remembers a text gains nothing by it."""
    return f"{step.words}, nhà số {person}" if step.name in {"told", "more"} else step.words


def _photo(person: int) -> list[dict[str, Any]]:
    """Four sizes, as Telegram sends a photo from a phone."""
    return [
        {
            "file_id": f"AgACAgUAAxkBAAIB{person:08d}{size}aAAGbXwADAQADAgADeQADNgQ",
            "file_unique_id": f"AQAD{person:08d}{size}",
            "file_size": width * width // 8,
            "width": width,
            "height": width * 4 // 3,
        }
        for size, width in enumerate((90, 320, 800, 960))
    ]


async def converse(take: Take, people: range, *, at_once: int, find_button: FindButton = by_name) -> list[float]:
    """Let everybody tell their tip at the same time, each their own steps in order; the seconds of each turn.

    Nobody sends the next update before the last one was taken, or presses a button before it was shown, and at most
    `at_once` wait at any moment. Writing the update costs every subject the same 10 µs or so.
    """
    room = asyncio.Semaphore(at_once)
    waited: list[float] = []

    async def tell(person: int) -> None:
        for number, step in enumerate(STEPS):
            button = await find_button(person, step) if step.kind == "press" else None
            async with room:
                body = json.dumps(update(person, number, button=button)).encode()
                began = time.perf_counter()
                await take(body)
                waited.append(time.perf_counter() - began)

    async with asyncio.TaskGroup() as everybody:
        for person in people:
            everybody.create_task(tell(person))
    return waited


async def measure(take: Take, job: Job, *, find_button: FindButton = by_name, finish: Finish = nothing_left) -> Ran:
    """Warm up, then clock wave after wave of new people; `finish` returns when the last reply was handed over."""
    await converse(take, range(WARMING), at_once=job.at_once, find_button=find_button)
    await finish()
    waited: list[float] = []
    began = time.perf_counter()
    for wave in range(job.waves):
        first = WARMING + wave * job.people
        waited += await converse(take, range(first, first + job.people), at_once=job.at_once, find_button=find_button)
    await finish()
    seconds = time.perf_counter() - began
    p95 = statistics.quantiles(waited, n=20)[-1]
    return Ran(len(waited), seconds, p50_ms=statistics.median(waited) * 1000, p95_ms=p95 * 1000)


def told_in_all(job: Job) -> int:
    """How many people told a tip, those of the warm-up included."""
    return WARMING + job.people * job.waves


def report(name: str, ran: Ran, *, tips: int, replies: int) -> None:
    """Print the one line of JSON that the benchmark reads.

    `tips` are counted in the subject's database after the clock stopped, `replies` there or where they were sent, the
    warm-up's included: the benchmark refuses a run in which not everybody's tip and replies are there.
    """
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "name": name,
                "turns": ran.turns,
                "seconds": ran.seconds,
                "p50_ms": ran.p50_ms,
                "p95_ms": ran.p95_ms,
                "tips": tips,
                "replies": replies,
                "peak_mb": peak_mb,
            }
        )
    )
