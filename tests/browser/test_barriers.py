"""Nobody is kept out: axe-core finds nothing against WCAG 2.2 AA, and large letters and narrow screens lose nothing."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from messages.rendered import File as Shown
from messages.rendered import Picture
from tests.browser.conftest import WIDE, Open
from tests.browser.small_bot import answers, card, heard, jpeg, picture_file, write
from tests.web_running import Running, running

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
SIZES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 740}},
    "narrowest": {"viewport": {"width": 320, "height": 568}},  # WCAG 1.4.10: 320 CSS pixels
    "on its side": {"viewport": {"width": 640, "height": 360}},
    "200 %": {"viewport": {"width": 640, "height": 400}, "is_mobile": False},  # a screen of 1280 by 800, twice as large
    "desktop": WIDE,
}
OUTSIDE = """() => [...document.querySelectorAll("body *")]
    .filter((node) => node.checkVisibility() && !node.matches(".skip, .unseen, svg *"))
    .filter((node) => {
      const { left, right, width } = node.getBoundingClientRect();
      return width && (left < -1 || right > innerWidth + 1);
    })
    .map((node) => node.outerHTML.slice(0, 120))"""

See = Callable[[Running, Page], Awaitable[None]]


@pytest_asyncio.fixture(loop_scope="module")
async def served(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as place:
        place.counter.reply = answers
        yield place


async def resident(served: Running, page: Page) -> None:
    """A resident's page with everything that can stand on it."""
    await expect(page.get_by_role("button", name="Báo tin cho công an")).to_be_visible()
    await page.locator("#photos").set_input_files([picture_file("a.jpg", jpeg()), picture_file("b.jpg", jpeg("navy"))])
    await expect(page.get_by_alt_text("Ảnh bạn gửi")).to_have_count(2)
    await write(page, "Có người lạ phá khóa xe máy ở ngõ 12")
    await expect(page.locator("#log")).to_contain_text("Đã nghe: Có người lạ")


async def menu(served: Running, page: Page) -> None:
    await resident(served, page)
    await page.locator("#menu summary").click()
    await page.locator("#remember").check()


async def voice(served: Running, page: Page) -> None:
    await resident(served, page)
    await page.get_by_role("button", name="Ghi âm").click()
    await expect(page.locator("#recording")).to_be_visible()


async def invited(served: Running, page: Page) -> None:
    """The officer's page with cards, a picture and files."""
    await page.goto(f"{served.url}/officer#invite=CODE-1234")
    await expect(page.locator("#composer")).to_be_visible()
    await served.counter.arrived.get()
    place = next(said.place for said in reversed(served.counter.heard))
    served.counter.owe(place, card("TH-26-0412", minutes=12))
    served.counter.owe(place, Picture(jpeg("navy", (300, 200)), "Ảnh 1"))
    served.counter.owe(place, Shown(b"OggS", "voice", "ghi-am.ogg", "21.02850, 105.85420"))
    await expect(page.get_by_role("link", name="Tải về")).to_be_visible()


async def asked(served: Running, page: Page) -> None:
    await page.goto(f"{served.url}/officer")
    await page.get_by_label("Mã mời").fill("mã sai")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("see", [resident, menu, voice, invited, asked])
async def test_axe_finds_no_barrier(served: Running, open_page: Open, see: See, scheme: str) -> None:
    page = await open_page(
        served.url, color_scheme=scheme, forgive=True, permissions=["microphone"], reduced_motion="reduce"
    )
    await heard(served)
    await see(served, page)
    found = await Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


async def test_axe_would_find_one(served: Running, open_page: Open) -> None:
    page = await open_page(served.url)
    await heard(served)
    await page.evaluate("document.getElementById('photo').removeAttribute('aria-label')")
    await page.evaluate("document.getElementById('photo').removeAttribute('title')")
    found = await Axe().run(page, options=RULES)
    assert [each["id"] for each in found.response["violations"]] == ["button-name"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("see", [resident, menu, voice, invited])
async def test_nothing_stands_outside_of_the_screen(
    served: Running, open_page: Open, tmp_path: Path, see: See, size: str
) -> None:
    page = await open_page(served.url, forgive=True, permissions=["microphone"], **SIZES[size])
    await heard(served)
    await see(served, page)
    await page.screenshot(path=tmp_path / f"{see.__name__}-{size.replace(' ', '_')}.png")
    assert await page.evaluate(OUTSIDE) == []
    room = await page.evaluate("document.querySelector('main').clientHeight")
    assert room >= 150, "enough of the conversation is seen"


async def test_letters_of_twice_the_size_lose_nothing(served: Running, open_page: Open, tmp_path: Path) -> None:
    page = await open_page(served.url, forgive=True, permissions=["microphone"])
    await heard(served)
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    await resident(served, page)
    await page.screenshot(path=tmp_path / "large.png")
    assert await page.evaluate(OUTSIDE) == []
    await page.locator("#menu summary").click()
    await expect(page.locator("#remember")).to_be_visible()
    await page.screenshot(path=tmp_path / "large-menu.png")
    assert await page.evaluate(OUTSIDE) == []
    clipped = await page.evaluate(
        """() => [...document.querySelectorAll("button, h1, .sheet p")]
            .filter((node) => node.checkVisibility() && node.scrollWidth > node.clientWidth + 1)
            .map((node) => node.outerHTML.slice(0, 120))"""
    )
    assert clipped == []
