"""The demonstration as it is shipped, in a browser: a tip told on one phone is claimed and answered on the other."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import FrameLocator, expect

from bot.app import compose, serve
from bot.clock import system_clock
from bot.demo import Stage, samples
from bot.opening import open_store
from bot.settings import Settings
from bot.web.app import Demo
from bot.web.serving import bound
from tests.browser.conftest import WIDE, Open
from tests.browser.small_bot import jpeg, picture_file

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


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
        if not serving.done():  # else nobody listens to the signal any more, and it would end the whole run
            signal.raise_signal(signal.SIGTERM)
        await asyncio.wait_for(serving, 20)
        listening.close()


SAMPLES = 3
"""Tips of the demo that wait for an officer."""


async def say(phone: FrameLocator, words: str) -> None:
    """Write and send on one of the two phones."""
    await phone.get_by_label("Tin nhắn").fill(words)
    await phone.get_by_label("Tin nhắn").press("Enter")


async def press(phone: FrameLocator, label: str) -> None:
    """Press the newest button of that name, once it is there."""
    await phone.locator("#log").get_by_role("button", name=label, exact=True).last.click()


async def claim(officer: FrameLocator) -> None:
    """Claim the new tip, once its card stands beside those of the samples."""
    await expect(officer.locator("article.unclaimed")).to_have_count(SAMPLES + 1)
    await press(officer, "Tôi nhận")


async def test_a_tip_told_on_the_left_is_claimed_and_answered_on_the_right(
    demo: str, open_page: Open, tmp_path: Path
) -> None:
    page = await open_page(demo, **WIDE)
    resident, officer = page.frame_locator("#left iframe"), page.frame_locator("#right iframe")
    await expect(officer.locator("#log")).to_contain_text("chưa ai nhận")
    await say(resident, "Đêm qua mất một chiếc xe đạp để trước cổng ngõ 52 Tô Ngọc Vân")
    await press(resident, "Ở phường Tây Hồ")
    await press(resident, "Gửi ngay")
    await expect(resident.locator("#log")).to_contain_text("Mã tra cứu: BT-")
    await claim(officer)
    await expect(officer.locator("#log")).to_contain_text("Bạn đã nhận tin")
    await expect(officer.locator("article.unclaimed")).to_have_count(SAMPLES)  # they wait as before
    await press(officer, "Hỏi người gửi")
    await expect(officer.locator("article.us").last).to_contain_text("điều gì?")
    await say(officer, "Xe màu gì, có khóa không?")
    await press(officer, "Gửi")
    await expect(resident.locator("article.us").last).to_contain_text("Xe màu gì, có khóa không?")
    await say(resident, "Xe màu xanh, có khóa dây")
    await expect(officer.locator("article.us").last).to_contain_text("Xe màu xanh, có khóa dây")
    await page.screenshot(path=tmp_path / "demo.png")


async def test_both_conversations_go_on_after_a_reload(demo: str, open_page: Open) -> None:
    page = await open_page(demo, **WIDE)
    resident, officer = page.frame_locator("#left iframe"), page.frame_locator("#right iframe")
    await expect(officer.locator("#log")).to_contain_text("chưa ai nhận")
    await say(resident, "Quán nhậu đầu ngõ mở loa to đến nửa đêm")
    await expect(resident.get_by_role("button", name="Ở phường Tây Hồ")).to_be_visible()
    await page.reload()
    await press(resident, "Ở phường Tây Hồ")
    await press(resident, "Gửi ngay")
    await claim(officer)
    await expect(officer.locator("#log")).to_contain_text("Bạn đã nhận tin")


async def test_a_photo_told_on_the_left_is_seen_on_the_right(demo: str, open_page: Open) -> None:
    page = await open_page(demo, **WIDE)
    resident, officer = page.frame_locator("#left iframe"), page.frame_locator("#right iframe")
    await expect(officer.locator("#log")).to_contain_text("chưa ai nhận")
    await say(resident, "Xe tải chắn lối xe cứu hỏa ở ngõ 12 Đặng Thai Mai")
    await expect(resident.get_by_role("button", name="Ở phường Tây Hồ")).to_be_visible()
    await resident.locator("#photos").set_input_files(picture_file("xe.jpg", jpeg(size=(640, 480))))
    await expect(resident.locator("article.us")).to_have_count(3)
    await press(resident, "Ở phường Tây Hồ")
    await press(resident, "Gửi ngay")
    await claim(officer)
    await expect(officer.locator("#log")).to_contain_text("Bạn đã nhận tin")
    await press(officer, "Xem ảnh, tệp")
    await expect(officer.get_by_alt_text("Ảnh kèm theo")).to_be_visible()
