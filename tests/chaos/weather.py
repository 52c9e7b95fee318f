"""What goes wrong while people are talking: one row for each kind of trouble, each over in about a second.

A trouble is a coroutine that begins it, waits, and ends it; the kill that ends every round may come in its middle.
"""

import asyncio
import fcntl
import os
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from storage.database import BUSY_FOR
from tests.bot_api_fake.faults import ANY, FILE
from tests.bot_api_fake.server import BotApiFake
from tests.chaos.installation import Installation
from tests.chaos.people import Told

HUGE = 3_000
"""Seconds of patience that a 429 may ask for."""
HOUR = 3_600.0
GIVES_UP_AFTER = 10.2
"""Seconds after which the bot takes no answer for none (bot/channels/telegram_http.py)."""
WAL_WRITE_LOCK = 120
"""The byte of the -shm file that whoever writes has locked (SQLite's file format, "WAL-index locks")."""
TRIES = 50
SENDS = ("sendMessage", "editMessageText", "sendPhoto")


@dataclass(frozen=True)
class Sky:
    """What a trouble may disturb."""

    installation: Installation
    fake: BotApiFake
    tips: list[Told]
    chance: random.Random

    async def lasts(self, least: float, most: float) -> None:
        """Some time passes."""
        await asyncio.sleep(self.chance.uniform(least, most))


Trouble = Callable[[Sky], Awaitable[None]]


async def fair(sky: Sky) -> None:
    """Nothing but the kill."""


async def asked_to_wait(sky: Sky) -> None:
    """429 with a second or two."""
    for _ in range(sky.chance.randint(1, 3)):
        sky.fake.faults.next(sky.chance.choice(SENDS), retry_after=sky.chance.randint(1, 2))
        await sky.lasts(0.05, 0.3)


async def asked_to_wait_long(sky: Sky) -> None:
    """429 with most of an hour, for one person."""
    told = sky.chance.choice(sky.tips[-4:])
    sky.fake.faults.next("sendMessage", chat=told.person.number, retry_after=HUGE)
    await sky.lasts(0.3, 1.0)


async def servers_broken(sky: Sky) -> None:
    """5xx, from the server or from the proxy before it, to any call."""
    sky.fake.faults.next(ANY, status=sky.chance.choice((500, 502, 503, 504)), count=sky.chance.randint(1, 6))
    await sky.lasts(0.2, 0.6)


async def silence(sky: Sky) -> None:
    """What is asked is done, and no answer comes until the line is cut."""
    quiet = sky.fake.faults.next(sky.chance.choice(SENDS), hang=True, count=sky.chance.randint(1, 3))
    await sky.lasts(0.3, 1.2)
    quiet.off()


async def silence_for_long(sky: Sky) -> None:
    """What is asked is done, and no answer comes until the bot gives up waiting."""
    quiet = sky.fake.faults.next(sky.chance.choice(SENDS[:2]), hang=True, count=sky.chance.randint(1, 3))
    await sky.lasts(GIVES_UP_AFTER + 1.0, GIVES_UP_AFTER + 1.5)
    quiet.off()


async def cut_after(sky: Sky) -> None:
    """What is asked is done, and the line breaks before the answer."""
    method = sky.chance.choice((*SENDS, "getUpdates", "answerCallbackQuery", FILE, ANY))
    sky.fake.faults.next(method, cut=True, count=sky.chance.randint(1, 4))
    await sky.lasts(0.2, 0.6)


async def cut_before(sky: Sky) -> None:
    """The line breaks, and nothing was done."""
    sky.fake.faults.next(
        sky.chance.choice((*SENDS, "getUpdates", "getFile", ANY)), drop=True, count=sky.chance.randint(1, 4)
    )
    await sky.lasts(0.2, 0.6)


async def platform_away(sky: Sky) -> None:
    """Nobody listens at the platform's address."""
    try:
        await sky.fake.stop()
        await sky.lasts(0.1, 0.5)
    finally:
        await sky.fake.start()


async def heard_again(sky: Sky) -> None:
    """Updates of long ago come once more, acknowledged or not."""
    for _ in range(3):
        sky.fake.redeliver(sky.chance.randint(1, 40))
        await sky.lasts(0.1, 0.3)


async def shuffled(sky: Sky) -> None:
    """What waits comes in another order, some of it twice."""
    for _ in range(6):
        waiting = sky.fake.world.updates.waiting
        sky.chance.shuffle(waiting)
        sky.fake.redeliver(1)
        await sky.lasts(0.05, 0.2)


async def poisoned(sky: Sky) -> None:
    """Updates that nobody can read, and some that only look like ours."""
    for raw in ({"message": {"text": 7}}, {"message": None}, {"callback_query": {"id": "1"}}, {"update_id": "x"}, {}):
        sky.fake.raw(dict(raw))
    await sky.lasts(0.1, 0.3)


async def disk_full(sky: Sky) -> None:
    """No room for what is new."""
    sky.installation.machine.fill_disk()
    await sky.lasts(0.3, 1.0)
    sky.installation.machine.fill_disk(full=False)


async def disk_broken(sky: Sky) -> None:
    """No write succeeds, or none can be made to last."""
    machine = sky.installation.machine
    sky.chance.choice((machine.break_disk, machine.break_syncs))()
    await sky.lasts(0.2, 0.6)
    machine.break_disk(broken=False)


async def disk_slow(sky: Sky) -> None:
    """A sync takes as long as on a poor disk."""
    sky.installation.machine.slow_syncs(sky.chance.choice((5, 20, 60)))
    await sky.lasts(0.5, 1.0)
    sky.installation.machine.slow_syncs(0)


async def written_to_by_another(sky: Sky) -> None:
    """Another program holds the database's write lock."""
    with held_lock(sky.installation):
        await sky.lasts(0.2, 1.0)


async def written_to_for_long(sky: Sky) -> None:
    """Another program holds the write lock until the bot's patience ends."""
    with held_lock(sky.installation):
        await sky.lasts(BUSY_FOR + 0.2, BUSY_FOR + 0.6)


async def loop_stalled(sky: Sky) -> None:
    """The event loop stands still."""
    sky.installation.machine.stall_loop(sky.chance.uniform(0.3, 1.5))
    await sky.lasts(0.3, 1.0)


async def clock_ahead(sky: Sky) -> None:
    """The wall clock jumps an hour ahead."""
    sky.installation.jump(HOUR)
    await sky.lasts(0.2, 0.8)


async def clock_back(sky: Sky) -> None:
    """The wall clock jumps an hour back."""
    sky.installation.jump(-HOUR)
    await sky.lasts(0.2, 0.8)


TROUBLES: Mapping[str, Trouble] = {
    "fair": fair,
    "429": asked_to_wait,
    "429 long": asked_to_wait_long,
    "5xx": servers_broken,
    "silence": silence,
    "long silence": silence_for_long,
    "cut after": cut_after,
    "cut before": cut_before,
    "platform away": platform_away,
    "redelivery": heard_again,
    "other order": shuffled,
    "poison": poisoned,
    "disk full": disk_full,
    "disk broken": disk_broken,
    "disk slow": disk_slow,
    "write lock": written_to_by_another,
    "long write lock": written_to_for_long,
    "loop stalled": loop_stalled,
    "clock ahead": clock_ahead,
    "clock back": clock_back,
}
LASTING: Mapping[str, float] = {"long silence": 12.5, "long write lock": 7.0}
"""Troubles that need more than the usual seconds before the bot dies."""
UNWRITABLE = ("disk full", "disk broken", "write lock", "long write lock")
"""Troubles in which a message cannot be taken in, and an emergency is answered all the same."""


@contextmanager
def held_lock(installation: Installation) -> Iterator[None]:
    """Hold the lock that SQLite's writers take, as another process does, without opening the database."""
    path = installation.settings.database_path
    descriptor = os.open(path.with_name(f"{path.name}-shm"), os.O_RDWR)
    try:
        for _ in range(TRIES):
            try:
                fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, WAL_WRITE_LOCK)
                break
            except BlockingIOError:  # the bot is writing at this very moment
                time.sleep(0.001)
        yield
    finally:
        os.close(descriptor)
