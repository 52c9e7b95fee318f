"""The console in a real browser: nobody is kept out, it sounds until claimed, turns red when lost, and has its keys."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, Route, expect

from bot.web.serving import Server, bound
from storage.records import Role
from tests.browser.conftest import WIDE, Open
from tests.browser.test_barriers import OUTSIDE, RULES, SIZES
from tests.browser.test_officer_page import CONTRAST
from tests.console.desk import Desk, a_desk
from tests.console.test_menu import asks
from tests.secrecy import story

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@dataclass
class Served:
    """The console on a port of this machine."""

    desk: Desk
    url: str
    passes: int = 0

    async def sign_in(self, page: Page, name: str = "lan") -> None:
        """As an officer, with a fresh pass."""
        self.passes += 1
        await page.context.clear_cookies()
        await self.desk.permits(f"pass-{self.passes}", name)
        await page.goto(f"{self.url}/sign-in")
        await page.locator("#code").fill(f"pass-{self.passes}")
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).not_to_have_text("Đăng nhập")

    async def tell(self, by: str, words: str) -> None:
        """A resident sends a tip."""
        person = self.desk.world.person(by)
        await person.says("/baotin")
        await person.says(f"{words}, phường Tây Hồ")
        await person.presses("Gửi ngay")


@pytest_asyncio.fixture(loop_scope="module")
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with a_desk(tmp_path) as desk:
        await desk.world.officer("lan")
        await desk.world.officer("hoa", Role.CHIEF)
        await story.send_tip(desk.world.person("reporter"), f"{story.STORY}, phường Tây Hồ")
        door = bound("127.0.0.1", 0)
        server = Server(desk.console.app)
        serving = asyncio.create_task(server.serve(sockets=[door]))
        try:
            yield Served(desk, f"http://127.0.0.1:{door.getsockname()[1]}")
        finally:
            desk.console.close()
            server.should_exit = True
            await serving
            door.close()


async def visit(served: Served, page: Page) -> AsyncIterator[str]:
    """Every page there is, one after the other, each as full as it gets."""
    await page.goto(f"{served.url}/sign-in")
    yield "sign-in"
    await served.sign_in(page, "hoa")
    await expect(page.locator(".drawn")).to_be_visible()
    yield "factor"
    await served.sign_in(page)
    await expect(page.locator("body.waiting")).to_be_visible()
    yield "queue"
    await page.locator("#words").fill("thung hang")
    await page.keyboard.press("Enter")
    await expect(page.locator(".found")).to_be_visible()
    yield "found"
    await page.locator(".tips .open").first.click()
    if await page.locator("#claim").count():
        await page.locator("#claim").click()
        await expect(page.locator("p.said")).to_be_visible()
    await page.get_by_text("Đóng tin").first.click()
    yield "tip"
    address = page.url
    await page.goto(f"{address}/files")
    await expect(page.locator(".files img")).to_be_visible()
    yield "files"
    await page.goto(f"{served.url}/menu")
    yield "menu"
    await page.goto(served.url + await asks(served.desk))
    yield "question"
    await page.goto(f"{served.url}/tip/none")
    yield "nothing"


async def test_every_page_keeps_nobody_out(served: Served, open_page: Open, tmp_path: Path) -> None:
    """Nothing for axe-core, every word legible in both modes, nothing outside of the narrowest screens."""
    page = await open_page(f"{served.url}/sign-in", forgive=True, reduced_motion="reduce", **WIDE)
    async for shown in visit(served, page):
        found = await Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{shown}: {found.generate_report()}"
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            assert await page.evaluate(CONTRAST) == [], (shown, scheme)
        for size in ("phone", "narrowest", "200 %"):
            await page.set_viewport_size(SIZES[size]["viewport"])
            assert await page.evaluate(OUTSIDE) == [], (shown, size)
        await page.screenshot(path=tmp_path / f"{shown}.png")
        await page.set_viewport_size(SIZES["desktop"]["viewport"])
        await page.emulate_media(color_scheme="light")


async def test_it_sounds_until_claimed_counts_in_the_title_and_turns_red(served: Served, open_page: Open) -> None:
    page = await open_page(f"{served.url}/sign-in", forgive=True, color_scheme="dark", **WIDE)
    await served.sign_in(page)
    await expect(page).to_have_title("(1 tin chờ, lâu nhất 0 phút) Báo Tin · Bàn trực")
    await page.get_by_role("button", name="Bật tiếng").click()
    await expect(page.locator("body")).to_have_attribute("data-sounded", "1")
    await served.tell("an", "Chó thả rông cắn người ở ngõ 12")
    await expect(page.locator(".tips > .tip")).to_have_count(2)
    await expect(page.locator("body")).to_have_attribute("data-sounded", "2")
    for _ in range(2):
        await page.goto(f"{served.url}/")
        await page.locator(".claim button").first.click()
        await expect(page.locator("p.said")).to_be_visible()
    await expect(page).to_have_title("TH-26-0002 · Báo Tin · Bàn trực")
    await page.route("**/live", lambda route: route.abort())
    served.desk.console.close()
    await expect(page.get_by_role("alert")).to_contain_text("MẤT KẾT NỐI")
    await expect(page.locator("body")).to_have_css("background-color", "rgb(179, 38, 30)")
    assert await page.evaluate(CONTRAST) == []
    await page.unroute("**/live")
    await expect(page.locator("#connection")).to_be_hidden(timeout=15_000)


async def test_a_sign_in_that_ends_shows_it(served: Served, open_page: Open) -> None:
    page = await open_page(f"{served.url}/sign-in", forgive=True, **WIDE)
    await served.sign_in(page)
    await page.locator(".tips .open").click()
    await expect(page.locator("main")).to_contain_text(story.STORY)
    await expect(page.locator("body.waiting")).to_be_visible()
    await page.get_by_text("Ghi chú nội bộ").first.click()
    await page.get_by_label("Ghi chú nội bộ").fill(story.NOTE)
    await served.desk.revoke("lan")
    await expect(page.get_by_role("alert")).to_contain_text("ĐÃ HẾT PHIÊN")
    await expect(page.locator("body.lost")).to_be_visible()
    await expect(page.locator("main")).not_to_contain_text(story.STORY)
    await expect(page.locator("main textarea")).to_have_value(story.NOTE)
    await page.get_by_role("link", name="Đăng nhập").click()
    await expect(page.locator("#code")).to_be_visible()


async def test_what_was_said_to_an_officer_stays_until_they_close_it(served: Served, open_page: Open) -> None:
    page = await open_page(f"{served.url}/sign-in", forgive=True, **WIDE)
    said = json.dumps({"kind": "said", "id": "1", "text": "Người gửi đã trả lời", "card": False, "silent": True})
    await page.route("**/live", lambda route: route.fulfill(content_type="text/event-stream", body=f"data: {said}\n\n"))
    await served.sign_in(page)
    await expect(page.locator(".notice")).to_have_count(1)
    await page.unroute("**/live")
    await page.goto(f"{served.url}/menu")
    await expect(page.locator(".notice")).to_contain_text("Người gửi đã trả lời")
    await page.goto(f"{served.url}/")
    await page.locator(".notice button").click()
    await page.goto(f"{served.url}/menu")
    await hears(page)
    await expect(page.locator(".notice")).to_have_count(0)


async def test_whoever_presses_twice_means_once(served: Served, open_page: Open) -> None:
    page = await open_page(f"{served.url}/sign-in", forgive=True, **WIDE)
    await served.sign_in(page)
    await hears(page)
    goes_out = """() => {
        const form = document.querySelector(".claim");
        return form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
    }"""
    assert [await page.evaluate(goes_out) for _ in range(2)] == [True, False]
    await page.reload()
    await hears(page)
    assert await page.evaluate(goes_out)


async def test_a_list_that_could_not_be_fetched_is_fetched_again(served: Served, open_page: Open) -> None:
    page = await open_page(f"{served.url}/sign-in", forgive=True, **WIDE)
    await served.sign_in(page)
    await expect(page.locator("body.waiting")).to_be_visible()
    failed = asyncio.Event()

    async def fail_once(route: Route) -> None:
        if failed.is_set() or "x-by-itself" not in route.request.headers:
            return await route.continue_()
        failed.set()
        return await route.abort()

    await page.route(f"{served.url}/", fail_once)
    await served.tell("an", "Chó thả rông cắn người ở ngõ 12")
    await failed.wait()
    await expect(page.locator(".tips > .tip")).to_have_count(2)


async def test_a_stream_that_falls_silent_is_opened_anew(served: Served, open_page: Open) -> None:
    async with relayed(served) as relay:
        page = await open_page(f"{relay.served.url}/sign-in", forgive=True, **WIDE)
        await page.clock.install()
        await relay.served.sign_in(page)
        await expect(page.locator("body.waiting")).to_be_visible()
        relay.hold_streams()
        await served.tell("an", "Chó thả rông cắn người ở ngõ 12")
        await page.clock.fast_forward(11_000)
        await expect(page.locator(".tips > .tip")).to_have_count(2)


@dataclass
class Relay:
    """A machine between browser and console, which can forget the streams that go through it."""

    served: Served
    """The console as a browser reaches it through here."""
    behind: str
    """Where it really is."""
    holding: list[asyncio.Event] = field(default_factory=list)

    def hold_streams(self) -> None:
        """What streams now brings nothing any more, and does not end; new ones do."""
        for passes in self.holding:
            passes.clear()
        self.holding.clear()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the browser."""
        port = int(self.behind.rpartition(":")[2])
        there, back = await asyncio.open_connection("127.0.0.1", port)
        passes = asyncio.Event()
        passes.set()

        async def pump(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
            while chunk := await source.read(65_536):
                if to is back and b"GET /live" in chunk:
                    self.holding.append(passes)
                await passes.wait()
                to.write(chunk)
                await to.drain()

        both = [asyncio.create_task(pump(reader, back)), asyncio.create_task(pump(there, writer))]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            writer.close()
            back.close()


@asynccontextmanager
async def relayed(served: Served) -> AsyncIterator[Relay]:
    """The console behind a relay on a port of its own."""
    relay = Relay(served, behind=served.url)
    between = await asyncio.start_server(relay.carry, "127.0.0.1", 0)
    relay.served = replace(served, url=f"http://127.0.0.1:{between.sockets[0].getsockname()[1]}")
    async with between:
        yield relay


async def test_pages_nobody_looks_at_leave_the_browser_connections_for_others(served: Served, open_page: Open) -> None:
    page = await open_page(f"{served.url}/sign-in", forgive=True, **WIDE)
    await served.sign_in(page)
    seen = "document.seen = {}; Object.defineProperty(document, 'visibilityState', {{get: () => document.seen}})"
    await page.context.add_init_script(seen.format("'hidden'"))
    for _ in range(8):  # a browser has six connections to one host, and each stream takes one
        page = await page.context.new_page()
        await page.goto(f"{served.url}/")
        await hears(page)
    await expect(page.locator("body.waiting")).to_have_count(0)
    await page.evaluate("document.seen = 'visible'; document.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.locator("body.waiting")).to_be_visible()


async def hears(page: Page) -> None:
    """Until the page's script listens to keys."""
    await expect(page.locator("body.js")).to_be_visible()


async def test_the_desk_can_be_worked_by_keyboard_alone(served: Served, open_page: Open) -> None:
    await served.tell("an", "Chó thả rông cắn người ở ngõ 12")
    page = await open_page(f"{served.url}/sign-in", forgive=True, **WIDE)
    await served.sign_in(page)
    await hears(page)
    for key, number in (("j", "TH-26-0001"), ("j", "TH-26-0002"), ("j", "TH-26-0002"), ("k", "TH-26-0001")):
        await page.keyboard.press(key)
        await expect(page.locator(".tip.at .number")).to_have_text(number)
    await served.tell("binh", "Cháy lớn ở quán karaoke số 5, có người kẹt")
    await expect(page.locator(".tip .number").first).to_have_text("TH-26-0003")
    await expect(page.locator(".tip.at .number")).to_have_text("TH-26-0001")
    await expect(page.locator(".tip.at .open")).to_be_focused()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await page.keyboard.press("/")
    await page.keyboard.type("jk?c")
    await expect(page.locator("#words")).to_have_value("jk?c")
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Tin TH-26-0002")).to_be_visible()
    await hears(page)
    await page.keyboard.press("c")
    await expect(page.locator("p.said")).to_have_text("Bạn đã nhận tin TH-26-0002.")
    await hears(page)
    await page.keyboard.press("u")
    await expect(page.get_by_role("heading", name="Hàng chờ")).to_be_visible()
    await hears(page)
    await page.keyboard.press("j")
    await page.keyboard.press("c")
    await expect(page.locator("p.said")).to_have_text("Bạn đã nhận tin TH-26-0003.")
    await hears(page)
    await page.keyboard.press("u")
    await page.get_by_role("button", name="Tôi nhận tin TH-26-0001").focus()
    await served.tell("chi", "Karaoke ồn lúc nửa đêm")
    await expect(page.locator(".tips > .tip")).to_have_count(4)
    await expect(page.get_by_role("button", name="Tôi nhận tin TH-26-0001")).to_be_focused()


async def test_it_reads_and_decides_without_scripts(served: Served, open_page: Open) -> None:
    page = await open_page(f"{served.url}/sign-in", java_script_enabled=False, **WIDE)
    await served.sign_in(page)
    await page.get_by_role("button", name="Nhận tin TH-26-0001").click()
    await expect(page.locator("p.said")).to_have_text("Bạn đã nhận tin TH-26-0001.")
    await expect(page.locator("#sound")).to_be_hidden()
    await page.get_by_text("Ghi chú nội bộ").first.click()
    await page.get_by_label("Ghi chú nội bộ").fill(story.NOTE)
    await page.get_by_role("button", name="Lưu ghi chú").click()
    await expect(page.locator(".said-list .note")).to_contain_text(story.NOTE)
