"""The demonstration as it is shipped, in a browser: a tip told on one phone is claimed and answered on the other."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import FrameLocator, expect

from bot.app import bound, compose, serve
from bot.clock import system_clock
from bot.demo import Stage, samples
from bot.opening import open_store
from bot.settings import Settings
from bot.web import Demo
from tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

WIDE = {"viewport": {"width": 1280, "height": 800}, "is_mobile": False, "has_touch": False, "device_scale_factor": 1}


@pytest_asyncio.fixture(loop_scope="module")
async def demo(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a running demonstration with a data folder of its own."""
    settings = Settings(data=tmp_path / "data")
    clock = system_clock()
    async with open_store(settings, exclusive=True) as store:
        bot = await compose(settings, store, clock=clock)
        stage = Stage(bot, samples())
        await stage.begin(clock.now())
        listening = bound("127.0.0.1", 0)
        listening.listen()
        shown = Demo(ward=samples().ward, invite=stage.invite)
        serving = asyncio.create_task(serve(settings, bot, listening=listening, take=stage.take, demo=shown))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/demo"
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def say(phone: FrameLocator, words: str) -> None:
    await phone.get_by_label("Tin nhắn").fill(words)
    await phone.get_by_role("button", name="Gửi", exact=True).click()


async def test_a_tip_told_on_the_left_is_claimed_and_answered_on_the_right(
    demo: str, open_page: Open, tmp_path: Path
) -> None:
    page = await open_page(demo, **WIDE)
    resident, officer = page.frame_locator("#left iframe"), page.frame_locator("#right iframe")
    await expect(resident.get_by_role("button", name="Báo tin cho công an")).to_be_visible()
    await say(resident, "Có hai người lạ đang cạy khóa xe máy trong ngõ 52 Tô Ngọc Vân")
    await page.screenshot(path=tmp_path / "demo-1.png")
