"""Leaving in a hurry and being remembered: what stays on the device and what does not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from messages.incoming import Text
from tests.browser.conftest import Open
from tests.browser.small_bot import answers, heard, write
from tests.web_running import Running, running

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

NEUTRAL = "https://vi.wikipedia.org/"
KEPT = "[sessionStorage.length, localStorage.length]"
SECRET = "Người hàng xóm giấu dao trong nhà"


@pytest_asyncio.fixture(loop_scope="module")
async def served(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as place:
        place.counter.reply = answers
        yield place


async def told(served: Running, page: Page) -> None:
    """Stand in for the neutral page, which is beyond this machine, and tell something."""

    async def neutral(route: Route) -> None:
        assert "referer" not in route.request.headers
        await route.fulfill(body="<title>Trang khác</title>", content_type="text/html; charset=utf-8")

    await page.context.route(f"{NEUTRAL}**", neutral)
    await heard(served)
    await write(page, SECRET)
    assert await heard(served) == Text(SECRET)
    await expect(page.locator("#log")).to_contain_text(f"Đã nghe: {SECRET}")


async def leave_by_button(page: Page) -> None:
    await page.get_by_role("button", name="Thoát nhanh").click()


async def leave_by_key(page: Page) -> None:
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")


@pytest.mark.parametrize("leave", [leave_by_button, leave_by_key])
async def test_leaving_quickly_shows_another_page_and_keeps_nothing(
    served: Running, open_page: Open, leave: object
) -> None:
    page = await open_page(served.url)
    await told(served, page)
    assert callable(leave)
    await leave(page)
    await page.wait_for_url(NEUTRAL)
    await page.go_back()
    assert not page.url.startswith(served.url), "the way back does not lead here"
    await page.goto(served.url)
    await expect(page.get_by_role("button", name="Báo tin cho công an")).to_be_visible()
    assert SECRET not in await page.locator("#log").inner_text()


async def test_the_screen_is_empty_even_if_the_other_page_does_not_come(served: Running, open_page: Open) -> None:
    page = await open_page(served.url)
    await told(served, page)
    await page.context.route(f"{NEUTRAL}**", lambda route: route.fulfill(status=204))  # a browser stays where it is
    async with page.expect_response(f"{NEUTRAL}**"):
        await page.evaluate("() => { setTimeout(() => document.getElementById('exit').click()) }")
    assert page.url.startswith(served.url)
    await expect(page.locator("body > *")).to_have_count(0)
    assert await page.evaluate(KEPT) == [0, 0]
    served.counter.owe(served.counter.heard[0].place, answers(served.counter.heard[0])[0])
    assert await page.evaluate(KEPT) == [0, 0], "what is still running keeps nothing any more"


async def test_what_was_being_recorded_or_looked_for_is_dropped(served: Running, open_page: Open) -> None:
    page = await open_page(served.url, permissions=["microphone"])
    await told(served, page)
    await page.evaluate(
        """() => {
            const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = async (what) => (window.sound = await ask(what));
            navigator.geolocation.getCurrentPosition = (found) => { window.found = found; };
        }"""
    )
    await page.get_by_role("button", name="Gửi vị trí").click()
    await page.get_by_role("button", name="Ghi âm").click()
    await expect(page.locator("#recording")).to_be_visible()
    await page.context.route(f"{NEUTRAL}**", lambda route: route.fulfill(status=204))
    async with page.expect_response(f"{NEUTRAL}**"):
        await page.evaluate("() => { setTimeout(() => document.getElementById('exit').click()) }")
    assert await page.evaluate("sound.getTracks().map((track) => track.readyState)") == ["ended"]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.evaluate("found({ coords: { latitude: 21, longitude: 105 } })")
    await page.evaluate("fetch('/healthz')")
    assert [url for url in asked if "/chat/" in url] == []


async def test_a_change_of_language_is_no_way_back(served: Running, open_page: Open) -> None:
    page = await open_page(served.url)
    await told(served, page)
    await page.get_by_label("Tùy chọn").click()
    await page.get_by_role("link", name="English").click()
    await expect(page.locator("#log")).to_contain_text(SECRET)
    await page.get_by_role("button", name="Quick exit").click()
    await page.wait_for_url(NEUTRAL)
    await page.go_back()
    assert not page.url.startswith(served.url)


async def test_one_escape_closes_the_menu_and_no_more(served: Running, open_page: Open) -> None:
    page = await open_page(served.url)
    await heard(served)
    await page.clock.install()
    await page.get_by_label("Tùy chọn").click()
    await expect(page.locator("#remember")).to_be_visible()
    await page.locator("#remember").focus()
    await page.keyboard.press("Escape")
    await expect(page.locator("#remember")).to_be_hidden()
    await expect(page.locator("#menu summary")).to_be_focused()
    assert page.url.startswith(served.url)


async def test_what_is_remembered_outlives_the_tab_until_it_is_no_longer_wanted(
    served: Running, open_page: Open
) -> None:
    page = await open_page(served.url)
    await told(served, page)
    who = served.counter.heard[0].by
    await page.get_by_label("Tùy chọn").click()
    await page.get_by_label("Nhớ trên máy này").check()
    await expect(page.locator("#kept")).to_contain_text("Máy này đang giữ")
    again = await page.context.new_page()
    await page.close()
    await again.goto(served.url)
    await expect(again.locator("#log")).to_contain_text(SECRET)
    await write(again, "thêm một câu")
    assert await heard(served) == Text("thêm một câu")
    assert served.counter.heard[-1].by == who
    await leave_by_button(again)
    await again.wait_for_url(NEUTRAL)
    await again.goto(served.url)
    await expect(again.locator("#log")).to_contain_text(SECRET)
    await again.get_by_label("Tùy chọn").click()
    await again.get_by_label("Nhớ trên máy này").uncheck()
    await expect(again.locator("#kept")).to_contain_text("Đóng thẻ này")
    assert await again.evaluate("localStorage.length") == 0
    last = await again.context.new_page()
    await again.close()
    await last.goto(served.url)
    await expect(last.get_by_role("button", name="Báo tin cho công an")).to_be_visible()
    assert SECRET not in await last.locator("#log").inner_text()


async def test_a_browser_that_cannot_remember_says_so(served: Running, open_page: Open) -> None:
    page = await open_page(served.url)
    await told(served, page)
    await page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    await page.get_by_label("Tùy chọn").click()
    await page.get_by_label("Nhớ trên máy này").click()
    await expect(page.locator("#toast")).to_contain_text("không cho lưu lâu hơn")
    await expect(page.get_by_label("Nhớ trên máy này")).not_to_be_checked()
    assert await page.evaluate("localStorage.length") == 0
