"""The resident's chat as people use it: a phone, a keyboard without a mouse, a broken connection."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import expect

from bot.channels.web_chat import FILE_LIMIT
from messages.incoming import Command, Photo, Pin, Point, Press, Text
from messages.rendered import Text as Line
from tests.browser.conftest import Open
from tests.browser.small_bot import answers, heard, jpeg, picture_file, write
from tests.ports import a_port
from tests.web_running import Running, running

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
TAB_STOPS = 40
"""More than the page has; whoever has pressed Tab so often has been everywhere."""


@pytest_asyncio.fixture(loop_scope="module")
async def served(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as place:
        place.counter.reply = answers
        yield place


# --- a resident ----------------------------------------------------------------------------------------------------


async def test_a_poster_s_ward_is_named_once_and_the_menu_comes(served: Running, open_page: Open) -> None:
    page = await open_page(f"{served.url}/?w=00103")
    assert await heard(served) == Command("start", "w_00103")
    await expect(page.get_by_role("button", name="Báo tin cho công an")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("button", name="Báo tin cho công an")).to_be_visible()
    await write(page, "một")
    assert await heard(served) == Text("một"), "a reload does not start again"


async def test_words_and_presses_go_out_and_answers_come(served: Running, open_page: Open) -> None:
    page = await open_page(served.url)
    assert await heard(served) == Command("start")
    await write(page, "Có nhóm người đua xe ở đường Nguyễn Trãi, gần chợ Hợp Nhất")
    await heard(served)
    await expect(page.locator("#log")).to_contain_text("Đã nghe: Có nhóm người đua xe ở đường Nguyễn Trãi")
    await page.get_by_role("button", name="Báo tin cho công an").click()
    pressed = await heard(served)
    assert isinstance(pressed, Press)
    [menu] = await served.counter.said(1)
    assert (pressed.key, pressed.asked, pressed.on) == ("tip", 1, menu)
    await expect(page.locator("article.me").last).to_contain_text("Báo tin cho công an")
    await expect(page.locator("#log")).to_contain_text("Việc này xảy ra ở đâu?")


async def test_a_position_is_sent_with_leave_and_asked_for_in_words_without(served: Running, open_page: Open) -> None:
    here = {"latitude": 21.0285, "longitude": 105.8542}
    page = await open_page(served.url, geolocation=here, permissions=["geolocation"])
    await page.get_by_role("button", name="Báo tin cho công an").click()
    await page.get_by_role("button", name="Gửi vị trí nơi xảy ra").click()
    await expect(page.locator("#log")).to_contain_text("Đã có vị trí")
    assert served.counter.heard[-1].content == Pin(Point(21.0285, 105.8542))
    shy = await open_page(served.url)
    await shy.get_by_role("button", name="Gửi vị trí").click()
    await expect(shy.locator("#toast")).to_contain_text("Không lấy được vị trí")


async def test_photos_go_out_one_by_one_as_one_album(served: Running, open_page: Open) -> None:
    page = await open_page(served.url)
    await heard(served)
    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name="Gửi ảnh").click()
    files = [picture_file(f"{color}.jpg", jpeg(color)) for color in ("teal", "navy")]
    await (await choosing.value).set_files(files)
    for file in files:
        photo = await heard(served)
        assert isinstance(photo, Photo)
        assert await served.channel.fetch(photo.file) == file["buffer"]
    albums = {said.album for said in served.counter.heard[-2:]}
    assert len(albums) == 1
    assert albums != {""}
    await expect(page.get_by_alt_text("Ảnh bạn gửi")).to_have_count(2)


async def test_a_file_that_is_no_picture_is_named_and_nothing_else_is_lost(served: Running, open_page: Open) -> None:
    page = await open_page(served.url, forgive=True)
    await page.locator("#photos").set_input_files(
        [
            picture_file("a.jpg", b"PK\x03\x04 a zip, renamed"),
            picture_file("b.jpg", jpeg()),
        ]
    )
    await expect(page.locator("#log")).to_contain_text("không đọc được như một ảnh")
    await expect(page.locator("#log")).to_contain_text("Đã nhận ảnh")


async def test_a_picture_beyond_the_limit_is_made_smaller_on_the_phone(served: Running, open_page: Open) -> None:
    page = await open_page(served.url)
    await heard(served)
    noise = Image.effect_noise((3000, 2400), 90).convert("RGB")
    written = io.BytesIO()
    noise.save(written, "PNG", compress_level=0)
    assert len(written.getvalue()) > FILE_LIMIT
    await page.locator("#photos").set_input_files(picture_file("big.png", written.getvalue(), "image/png"))
    photo = await heard(served)
    assert isinstance(photo, Photo)
    assert 0 < photo.size <= FILE_LIMIT


async def test_what_is_longer_than_the_screen_is_shown_from_its_beginning(served: Running, open_page: Open) -> None:
    """On the smallest phones the number to dial, which stands first, would lie under the top of the page."""
    page = await open_page(served.url)
    await heard(served)
    await expect(page.get_by_role("button", name="Báo tin cho công an")).to_be_visible()
    told = "GỌI 114 NGAY." + "\nMột lời khuyên dài hơn một dòng của màn hình nhỏ." * 30
    served.counter.owe(served.counter.heard[-1].place, Line(told))
    long = page.locator("article").last
    await expect(long).to_contain_text("GỌI 114")
    top, height, room = await long.evaluate(
        """node => { const page = document.querySelector("main");
            return [node.getBoundingClientRect().top - page.getBoundingClientRect().top,
                    node.offsetHeight, page.clientHeight]; }"""
    )
    assert height > room
    assert 0 <= top < 20


async def test_whoever_looks_at_older_lines_is_left_there_and_led_to_the_new_one(
    served: Running, open_page: Open
) -> None:
    page = await open_page(served.url)
    await heard(served)
    told = "\n".join(["Một lời khuyên dài hơn một dòng của màn hình nhỏ."] * 30)
    served.counter.owe(served.counter.heard[-1].place, Line(told))
    await expect(page.locator("article").last).to_contain_text("Một lời khuyên")
    await page.locator("main").hover()
    await page.mouse.wheel(0, -3000)
    await expect(page.locator("article").first).to_be_in_viewport()
    served.counter.owe(served.counter.heard[-1].place, Line("Cán bộ hỏi thêm."))
    asked = page.locator("article").last
    await expect(asked).to_contain_text("Cán bộ hỏi thêm.")
    await expect(asked).not_to_be_in_viewport()
    await page.get_by_role("button", name="Tin nhắn mới").click()
    await expect(asked).to_be_in_viewport()
    await expect(page.get_by_role("button", name="Tin nhắn mới")).to_be_hidden()


async def test_what_is_being_read_stays_in_sight_when_a_keyboard_opens(served: Running, open_page: Open) -> None:
    page = await open_page(served.url)
    await heard(served)
    await write(page, "mất xe")
    await expect(page.locator("article.us").last).to_contain_text("Đã nghe: mất xe")
    await page.set_viewport_size({"width": 360, "height": 380})
    await expect(page.locator("article.us").last.locator(".bubble")).to_be_in_viewport(ratio=1)


async def test_a_reload_resumes_and_another_tab_knows_nothing(served: Running, open_page: Open) -> None:
    page = await open_page(served.url)
    await write(page, "Cháy ở tầng ba")
    await page.locator("#photos").set_input_files(picture_file("a.jpg", jpeg()))
    await expect(page.locator("#log")).to_contain_text("Đã nhận ảnh")
    await page.get_by_label("Tin nhắn").fill("viết dở")
    before = [said.by for said in served.counter.heard]
    await page.reload()
    await expect(page.locator("#log")).to_contain_text("Cháy ở tầng ba")
    await expect(page.locator("#log")).to_contain_text("trang đã tải lại nên không còn hiện")
    await expect(page.get_by_label("Tin nhắn")).to_have_value("viết dở")
    await page.get_by_role("button", name="Số khẩn cấp").click()
    await expect(page.locator("#log")).to_contain_text("Đã chọn numbers")
    assert {said.by for said in served.counter.heard} == set(before)
    other = await page.context.new_page()
    await other.goto(served.url)
    await expect(other.get_by_role("button", name="Báo tin cho công an")).to_be_visible()
    assert "Cháy" not in await other.locator("#log").inner_text()
    assert await other.evaluate("[document.cookie, localStorage.length]") == ["", 0]


async def test_what_is_written_offline_waits_and_goes_out_once(served: Running, open_page: Open) -> None:
    page = await open_page(served.url, forgive=True)
    await heard(served)
    await expect(page.get_by_role("button", name="Báo tin cho công an")).to_be_visible()
    await page.context.set_offline(True)
    await expect(page.locator("#connection")).to_contain_text("Mất kết nối")
    await write(page, "một")
    await write(page, "hai")
    await expect(page.get_by_text("Chưa gửi. Có mạng lại sẽ tự gửi.")).to_have_count(2)
    await page.context.set_offline(False)
    assert [await heard(served), await heard(served)] == [Text("một"), Text("hai")]
    await expect(page.locator("#log")).to_contain_text("Đã nghe: hai")
    await expect(page.locator("#connection")).to_be_hidden()
    await expect(page.get_by_text("Chưa gửi.")).to_have_count(0)
    assert [said.content for said in served.counter.heard[1:]] == [Text("một"), Text("hai")]


async def test_what_was_written_survives_a_restart_of_the_server_and_a_reload(tmp_path: Path, open_page: Open) -> None:
    with a_port() as port:
        async with running(tmp_path, port=port) as first:
            page = await open_page(first.url, forgive=True)
            await heard(first)
            first.counter.failing = OSError("no space")
            await write(page, "viết khi máy chủ bận")
            await expect(page.locator("#log")).to_contain_text("Chưa gửi")
            await page.reload()
            await expect(page.locator("#log")).to_contain_text("Chưa gửi")
        async with running(tmp_path, port=port) as second:
            second.counter.reply = answers
            assert await heard(second) == Text("viết khi máy chủ bận")
            await expect(page.locator("#log")).to_contain_text("Đã nghe: viết khi máy chủ bận")
            await expect(page.get_by_text("Chưa gửi.")).to_have_count(0)
            assert second.counter.heard[0].by == first.counter.heard[0].by


async def test_a_line_said_again_in_doubt_is_shown_once(served: Running, open_page: Open) -> None:
    page = await open_page(served.url, forgive=True)
    await expect(page.get_by_role("button", name="Báo tin cho công an")).to_be_visible()
    place = served.counter.heard[0].place
    await page.route("**/chat/ack", lambda route: route.abort())
    served.channel._ack_within = 0.3
    served.counter.owe(place, Line("chỉ một lần"))
    await expect(page.get_by_text("chỉ một lần")).to_have_count(1)
    await page.unroute("**/chat/ack")
    served.counter.owe(place, Line("sau đó"))
    await expect(page.get_by_text("sau đó")).to_have_count(1)
    await expect(page.get_by_text("chỉ một lần")).to_have_count(1)


async def test_everything_works_from_the_keyboard(served: Running, open_page: Open) -> None:
    page = await open_page(served.url, has_touch=False, is_mobile=False)
    await expect(page.get_by_role("button", name="Báo tin cho công an")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.get_by_text("Tới ô viết tin")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Tin nhắn")).to_be_focused()
    await page.keyboard.type("dòng một")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("dòng hai")
    await page.keyboard.press("Enter")
    await expect(page.locator("#log")).to_contain_text("Đã nghe: dòng một")
    assert served.counter.heard[-1].content == Text("dòng một\ndòng hai")
    await expect(page.get_by_label("Tin nhắn")).to_be_focused()
    other = page.get_by_role("button", name="Khác")
    for _ in range(TAB_STOPS):
        if await other.evaluate("node => node === document.activeElement"):
            break
        await page.keyboard.press("Shift+Tab")
    await expect(other).to_be_focused()
    await page.keyboard.press("Space")
    await expect(page.locator("#log")).to_contain_text("Đã chọn more")


async def test_words_are_never_taken_for_markup(served: Running, open_page: Open) -> None:
    page = await open_page(served.url)
    evil = '<img src=x onerror="document.title=1"><b>đậm</b>'
    await write(page, evil)
    await expect(page.locator("article.us").last).to_contain_text(f"Đã nghe: {evil}")
    assert await page.locator("#log b, #log img").count() == 0


async def test_the_page_speaks_english_when_asked(served: Running, open_page: Open) -> None:
    page = await open_page(f"{served.url}/?w=00103", locale="en-GB")
    await expect(page.get_by_label("Message", exact=True)).to_be_visible()
    await heard(served)
    assert served.counter.heard[0].language == "en"
    await page.get_by_label("Options").click()
    await page.get_by_role("link", name="Tiếng Việt").click()
    await expect(page.get_by_label("Tin nhắn")).to_be_visible()
    assert re.search(r"w=00103.*lang=vi|lang=vi.*w=00103", page.url)


async def test_on_a_small_phone_nothing_overflows_and_every_control_is_large_enough(
    served: Running, open_page: Open, tmp_path: Path
) -> None:
    page = await open_page(f"{served.url}/?w=00103")
    await expect(page.get_by_role("button", name="Báo tin cho công an")).to_be_visible()
    await write(page, "Có người lạ phá khóa xe máy ở ngõ 12, " + "rất-dài-không-có-dấu-cách" * 6)
    await expect(page.locator("#log")).to_contain_text("Đã nghe: Có người lạ")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    small = await page.evaluate(
        """() => [...document.querySelectorAll("button, a, summary, textarea")]
            .filter((node) => node.offsetParent && !node.matches(".skip"))
            .filter((node) => node.getBoundingClientRect().height < 44 || node.getBoundingClientRect().width < 44)
            .map((node) => node.outerHTML)"""
    )
    assert small == []
    await page.screenshot(path=tmp_path / "resident.png")
