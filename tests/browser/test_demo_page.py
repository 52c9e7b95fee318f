"""The demonstration page: a resident's phone and an officer's beside each other, each also alone."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from messages.address import Place
from messages.incoming import Command, Incoming, Press, Text
from messages.rendered import Button, Rendered
from messages.rendered import Text as Line
from tests.browser.conftest import WIDE, Open
from tests.web_running import NOON, Running, running

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


class Ward:
    """A ward of one officer and one resident, in four lines of rules."""

    def __init__(self, served: Running) -> None:
        self._served = served
        self._officer: Place | None = None
        self._resident: Place | None = None

    def answers(self, said: Incoming) -> list[Rendered]:
        match said.content:
            case Command(argument=argument) if argument.startswith("o_"):
                self._officer = said.place
                return [Line(f"Chào cán bộ, mã {argument}")]
            case Command():
                return [Line("Xin chào")]
            case Text(words=words) if said.place != self._officer and self._officer:
                self._resident = said.place
                buttons = ((Button("Tôi nhận", "0.claim"),),)
                self._served.counter.owe(
                    self._officer, Line(f"Tin mới: {words}", buttons, is_card=True, unclaimed=True, since=NOON)
                )
            case Press(key="claim") if self._resident:
                self._served.counter.owe(self._resident, Line("Công an phường đã nhận tin."))
        return []


@pytest_asyncio.fixture(loop_scope="module")
async def served(tmp_path: Path) -> AsyncIterator[Running]:
    numbers = count(1)

    async def invite() -> str:
        return f"CODE{next(numbers)}"

    async with running(tmp_path, invite=invite) as place:
        place.counter.reply = Ward(place).answers
        yield place


async def test_a_tip_told_on_the_left_is_claimed_on_the_right(served: Running, open_page: Open, tmp_path: Path) -> None:
    page = await open_page(f"{served.url}/demo", **WIDE)
    left, right = page.frame_locator("#left iframe"), page.frame_locator("#right iframe")
    await expect(right.locator("#log")).to_contain_text("mã o_CODE1")
    await expect(left.locator("#log")).to_contain_text("Xin chào")
    await left.get_by_label("Tin nhắn").fill("Có trộm ở ngõ 12")
    await page.keyboard.press("Enter")
    await right.get_by_role("button", name="Tôi nhận").click()
    await expect(left.locator("#log")).to_contain_text("Công an phường đã nhận tin.")
    await expect(left.locator("#log")).not_to_contain_text("Tin mới")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.screenshot(path=tmp_path / "demo.png")


async def test_a_reload_keeps_both_conversations_and_uses_no_second_invite(served: Running, open_page: Open) -> None:
    page = await open_page(f"{served.url}/demo", **WIDE)
    right = page.frame_locator("#right iframe")
    await expect(right.locator("#log")).to_contain_text("mã o_CODE1")
    await page.reload()
    await expect(right.locator("#log")).to_contain_text("mã o_CODE1")
    await right.get_by_label("Tin nhắn").fill("/hangcho")
    await page.keyboard.press("Enter")
    await expect(right.locator("article.me")).to_have_count(1)
    assert [said.content for said in served.counter.heard if said.content == Command("start", "o_CODE3")] == []


async def test_each_phone_can_be_opened_alone(served: Running, open_page: Open) -> None:
    page = await open_page(f"{served.url}/demo", **WIDE)
    async with page.context.expect_page() as opening:
        await page.get_by_role("link", name="Mở riêng: Cán bộ").click()
    alone = await opening.value
    await expect(alone.locator("#log")).to_contain_text("mã o_CODE2")


async def test_on_a_phone_one_of_the_two_is_shown_at_a_time(served: Running, open_page: Open, tmp_path: Path) -> None:
    page = await open_page(f"{served.url}/demo")
    await expect(page.locator("#left iframe")).to_be_visible()
    await expect(page.locator("#right iframe")).to_be_hidden()
    await page.screenshot(path=tmp_path / "demo-phone.png")
    await page.get_by_role("button", name="Cán bộ").click()
    await expect(page.locator("#right iframe")).to_be_visible()
    await expect(page.locator("#left iframe")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
