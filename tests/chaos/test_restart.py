"""What a killed run had written but not synced is read again by the next run: first it has to be made to last."""

import asyncio
import random
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.chaos.installation import Installation
from tests.chaos.machine import NoMachineError, library
from tests.chaos.rounds import DRAINED_WITHIN, a_house
from tests.check import ROOT

NEVER = 60_000
"""Milliseconds of a sync that does not end before the kill."""
OPENS = """
import asyncio, sys
from pathlib import Path
from bot.opening import open_store
from bot.settings import read_settings

async def main():
    async with open_store(read_settings(_env_file=None, data=Path(sys.argv[1])), exclusive=True):
        print("open", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_what_the_next_run_reads_of_a_run_killed_in_a_sync_survives_a_power_cut() -> None:
    try:
        library()
    except NoMachineError as error:
        pytest.skip(str(error))
    async with a_house(seed=7, first=0) as house:
        lan = house.fake.person(501)
        lan.says("xin chào")
        await lan.chat.waits_for("Báo Tin")
        await house.comes_to_rest(DRAINED_WITHIN)
        before = heard(house.bot.copy())
        house.bot.machine.slow_syncs(NEVER)
        lan.says("quán nhậu mở loa ồn ào quá giờ, phường Tây Hồ")
        while heard(house.bot.copy()) == before:  # noqa: ASYNC110 -- another process: it has no event for us
            await asyncio.sleep(0.01)
        await house.bot.kill()
        house.bot.disk.follow()
        house.bot.machine.mend()
        assert heard(house.bot.copy()) == before + 1, "written"
        assert house.fake.world.updates.fresh(), "and not acknowledged"

        with closing(house.bot.connect()) as beside:  # else SQLite itself brings its log to an end
            beside.execute("SELECT count(*) FROM heard").fetchall()
            await is_opened(house.bot)
        house.bot.disk.cut_power("all", random.Random(7))
        assert heard(house.bot.copy()) == before + 1
        await house.bot.start()


async def is_opened(bot: Installation) -> None:
    """Another run opens the installation, and is killed before it does anything."""
    opening = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", OPENS, str(bot.settings.data)),
        stdout=asyncio.subprocess.PIPE,
        env={**bot.machine.environment(), "PYTHONPATH": str(ROOT)},
    )
    assert opening.stdout is not None
    assert await opening.stdout.readline() == b"open\n"
    opening.kill()
    await opening.wait()
    bot.disk.begin(bot.machine.journal)
    bot.disk.follow()


def heard(database: Path) -> int:
    """How many messages count as heard."""
    with closing(sqlite3.connect(database)) as opened:
        return int(opened.execute("SELECT count(*) FROM heard").fetchone()[0])
