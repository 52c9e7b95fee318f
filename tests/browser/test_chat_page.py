"""The chat page as people use it: a resident's phone, a keyboard without a mouse, an officer's duty screen."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Page, expect

from messages.address import MessageRef
from messages.incoming import Command, Content, Incoming, Photo, Pin, Point, Press, Text
from messages.rendered import Button, Picture, Rendered
from messages.rendered import Text as Line
from tests.browser.conftest import Open
from tests.web_running import NOON, Running, running

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

MENU = Line(
    "Xin chào. Bạn thấy việc gì, cứ nhắn ở đây. Công an không thấy tên và tài khoản của bạn.",
    (
        (Button("Báo tin cho công an", "1.tip"),),
        (Button("Hỏi về cháy nổ", "1.fire"), Button("Tin đã gửi", "1.status")),
        (Button("Số khẩn cấp", "1.numbers"), Button("English", "1.english"), Button("Khác", "1.more")),
    ),
)
PLACE = Line("Việc này xảy ra ở đâu?", wants_pin=True, pin_label="Gửi vị trí nơi xảy ra")


def answers(said: Incoming) -> list[Rendered]:
    """What a small bot says to each kind of message."""
    match said.content:
        case Command(name="start"):
            return [MENU]
        case Text(words=words):
            return [Line(f"Đã nghe: {words}")]
        case Press(key="tip"):
            return [PLACE]
        case Press(key=key):
            return [Line(f"Đã chọn {key}")]
        case Pin():
            return [Line("Đã có vị trí")]
        case Photo():
            return [Line("Đã nhận ảnh")]
    return []


@pytest_asyncio.fixture(loop_scope="module")
async def served(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as place:
        place.counter.reply = answers
        yield place


async def heard(served: Running) -> Content:
    """The next thing that arrives."""
    said = await asyncio.wait_for(served.counter.arrived.get(), 10)
    return said.content


def jpeg(color: str = "teal", size: tuple[int, int] = (60, 40)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, color).save(written, "JPEG")
    return written.getvalue()


async def write(page: Page, words: str) -> None:
    await page.get_by_label("Tin nhắn").fill(words)
    await page.get_by_role("button", name="Gửi", exact=True).click()


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
    assert (pressed.key, pressed.asked, pressed.on) == ("tip", 1, served.counter.refs[0])
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
    files = [
        {"name": f"IMG_{n}.jpg", "mimeType": "image/jpeg", "buffer": jpeg(color)}
        for n, color in enumerate(("teal", "navy"))
    ]
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
            {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"PK\x03\x04 a zip, renamed"},
            {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": jpeg()},
        ]
    )
    await expect(page.locator("#log")).to_contain_text("không đọc được như một ảnh")
    await expect(page.locator("#log")).to_contain_text("Đã nhận ảnh")


async def test_a_picture_beyond_the_limit_is_made_smaller_on_the_phone(served: Running, open_page: Open) -> None:
    page = await open_page(served.url)
    await heard(served)
    await page.evaluate(
        "document.body.dataset.fileLimit = 4000"
    )  # the module has read it; the next load reads the page
    noise = Image.effect_noise((3000, 2000), 90).convert("RGB")
    written = io.BytesIO()
    noise.save(written, "PNG")
    assert len(written.getvalue()) > 10 * 1024 * 1024
    await page.locator("#photos").set_input_files(
        [{"name": "big.png", "mimeType": "image/png", "buffer": written.getvalue()}]
    )
    photo = await heard(served)
    assert isinstance(photo, Photo)
    assert 0 < photo.size <= 10 * 1024 * 1024


async def test_a_reload_resumes_and_another_tab_knows_nothing(served: Running, open_page: Open) -> None:
    page = await open_page(served.url)
    await write(page, "Cháy ở tầng ba")
    await page.locator("#photos").set_input_files([{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}])
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
    async with running(tmp_path) as first:
        page = await open_page(first.url, forgive=True)
        await heard(first)
        first.counter.failing = OSError("no space")
        await write(page, "viết khi máy chủ bận")
        await expect(page.locator("#log")).to_contain_text("Chưa gửi")
        await page.reload()
        await expect(page.locator("#log")).to_contain_text("Chưa gửi")
        port = int(first.url.rpartition(":")[2])
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
    while not await page.get_by_role("button", name="Khác").evaluate("node => node === document.activeElement"):
        await page.keyboard.press("Shift+Tab")
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


# --- an officer ----------------------------------------------------------------------------------------------------


def card(number: str, *, minutes: int, unclaimed: bool = True, instead_of: MessageRef | None = None) -> Line:
    owner = "Chưa có ai nhận" if unclaimed else "Nguyễn Văn An đã nhận"
    return Line(
        f"{number} · Trộm cắp · khẩn vừa\nKhu vực: Tổ 12\n{owner}",
        ((Button("Tôi nhận", f"0.claim:{number}"), Button("Xem đầy đủ", f"0.open:{number}")),),
        is_card=True,
        unclaimed=unclaimed,
        since=NOON - timedelta(minutes=minutes),
        instead_of=instead_of,
    )


async def on_duty(served: Running, page: Page) -> None:
    assert await heard(served) == Command("start", "o_CODE-1234")
    await expect(page.locator("#composer")).to_be_visible()


async def test_an_invite_link_enters_and_leaves_no_trace_in_the_address(served: Running, open_page: Open) -> None:
    page = await open_page(f"{served.url}/officer#invite=CODE-1234")
    await on_duty(served, page)
    assert page.url == f"{served.url}/officer"
    await page.reload()
    await expect(page.locator("#composer")).to_be_visible()
    await write(page, "/hangcho")
    assert await heard(served) == Command("hangcho")


async def test_without_an_invite_the_page_asks_for_the_code(served: Running, open_page: Open) -> None:
    page = await open_page(f"{served.url}/officer")
    await expect(page.get_by_label("Mã mời")).to_be_focused()
    await page.keyboard.type("mã sai")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("chỉ gồm chữ và số")
    assert served.counter.heard == []
    await page.get_by_label("Mã mời").fill(f"{served.url}/officer#invite=CODE-1234")
    await page.keyboard.press("Enter")
    await on_duty(served, page)


async def test_the_tab_counts_the_cards_that_wait_until_they_are_claimed(served: Running, open_page: Open) -> None:
    page = await open_page(f"{served.url}/officer#invite=CODE-1234")
    await on_duty(served, page)
    place = served.counter.heard[0].place
    served.counter.owe(place, card("TH-26-0412", minutes=12))
    served.counter.owe(place, card("TH-26-0413", minutes=3))
    await expect(page).to_have_title("(2) Báo Tin – 12 phút")
    [first, second] = served.counter.refs[-2:]
    served.counter.owe(place, card("TH-26-0412", minutes=12, unclaimed=False, instead_of=first))
    await expect(page).to_have_title("(1) Báo Tin – 3 phút")
    await expect(page.locator("article.card")).to_have_count(2)
    await page.reload()
    await expect(page).to_have_title("(1) Báo Tin – 3 phút")
    served.counter.owe(place, card("TH-26-0413", minutes=3, unclaimed=False, instead_of=second))
    await expect(page).to_have_title("Báo Tin – cán bộ")


async def test_an_edit_of_a_card_this_page_never_had_is_shown_as_new(served: Running, open_page: Open) -> None:
    page = await open_page(f"{served.url}/officer#invite=CODE-1234")
    await on_duty(served, page)
    served.counter.owe(
        served.counter.heard[0].place, card("TH-26-0412", minutes=1, instead_of=MessageRef("0123456789abcdef"))
    )
    await expect(page.locator("article.card")).to_contain_text("TH-26-0412")


async def test_it_sounds_while_a_card_waits_once_somebody_has_touched_the_page(
    served: Running, open_page: Open
) -> None:
    page = await open_page(f"{served.url}/officer#invite=CODE-1234")
    await on_duty(served, page)
    place = served.counter.heard[0].place
    served.counter.owe(place, card("TH-26-0412", minutes=1))
    await expect(page).to_have_title(re.compile(r"^\(1\)"))
    assert await page.evaluate("document.body.dataset.sounded") is None
    await page.get_by_role("button", name="Bật âm thanh").click()
    await expect(page.locator("body")).to_have_attribute("data-sounded", "1")
    await expect(page.get_by_role("button", name="Âm thanh: bật")).to_have_attribute("aria-pressed", "true")
    served.counter.owe(place, card("TH-26-0413", minutes=0))
    await expect(page.locator("body")).to_have_attribute("data-sounded", "2")


async def test_it_sounds_again_every_twenty_seconds_until_it_is_claimed(served: Running, open_page: Open) -> None:
    page = await open_page("about:blank")
    await page.clock.install()
    await page.goto(f"{served.url}/officer#invite=CODE-1234")
    await on_duty(served, page)
    place = served.counter.heard[0].place
    await page.get_by_role("button", name="Bật âm thanh").click()
    served.counter.owe(place, card("TH-26-0412", minutes=1))
    await expect(page.locator("body")).to_have_attribute("data-sounded", "1")
    await page.clock.fast_forward(21_000)
    await expect(page.locator("body")).to_have_attribute("data-sounded", "2")
    served.counter.owe(place, card("TH-26-0412", minutes=1, unclaimed=False, instead_of=served.counter.refs[-1]))
    await expect(page).to_have_title("Báo Tin – cán bộ")
    await page.clock.fast_forward(21_000)
    served.counter.owe(place, Line("xong"))
    await expect(page.locator("#log")).to_contain_text("xong")
    await expect(page.locator("body")).to_have_attribute("data-sounded", "2")


async def test_a_note_replies_to_its_card(served: Running, open_page: Open) -> None:
    page = await open_page(f"{served.url}/officer#invite=CODE-1234")
    await on_duty(served, page)
    served.counter.owe(served.counter.heard[0].place, card("TH-26-0412", minutes=1))
    await page.get_by_role("button", name="Ghi chú", exact=True).click()
    await expect(page.locator("#noting")).to_contain_text("TH-26-0412")
    await page.keyboard.type("đã gọi tổ trưởng")
    await page.keyboard.press("Enter")
    assert await heard(served) == Text("đã gọi tổ trưởng")
    assert served.counter.heard[-1].reply_to == served.counter.refs[1], "after the menu comes the card"
    await expect(page.locator("#noting")).to_be_hidden()
    await write(page, "không phải ghi chú")
    await heard(served)
    assert served.counter.heard[-1].reply_to is None


async def test_pictures_of_a_tip_are_shown(served: Running, open_page: Open) -> None:
    page = await open_page(f"{served.url}/officer#invite=CODE-1234")
    await on_duty(served, page)
    served.counter.owe(served.counter.heard[0].place, Picture(jpeg("navy", (300, 200)), "Ảnh 1"))
    picture = page.get_by_alt_text("Ảnh kèm theo")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("node => node.decode().then(() => node.naturalWidth)") == 300


async def test_the_officer_s_page_turns_red_when_the_connection_is_lost(
    served: Running, open_page: Open, tmp_path: Path
) -> None:
    page = await open_page(
        f"{served.url}/officer#invite=CODE-1234",
        forgive=True,
        viewport={"width": 1000, "height": 700},
        is_mobile=False,
        has_touch=False,
    )
    await on_duty(served, page)
    place = served.counter.heard[0].place
    served.counter.owe(place, card("TH-26-0412", minutes=12))
    served.counter.owe(place, card("TH-26-0411", minutes=40, unclaimed=False))
    await expect(page.locator("article.card")).to_have_count(2)
    await page.screenshot(path=tmp_path / "officer.png")
    await page.context.set_offline(True)
    await expect(page.locator("#connection")).to_contain_text("MẤT KẾT NỐI", timeout=10_000)
    await expect(page.locator("body")).to_have_css("background-color", "rgb(179, 38, 30)")
    await page.screenshot(path=tmp_path / "officer-lost.png")
    await page.context.set_offline(False)
    await expect(page.locator("#connection")).to_be_hidden(timeout=10_000)


# --- both ----------------------------------------------------------------------------------------------------------

CONTRAST = """() => {
  const light = (text) => {
    const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const color = getComputedStyle(node).backgroundColor;
      if (color !== "rgba(0, 0, 0, 0)") return color;
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.checkVisibility())
    .filter((node) => [...node.childNodes].some((part) => part.nodeType === 3 && part.data.trim()))
    .map((node) => {
      const pair = [light(getComputedStyle(node).color), light(ground(node))].sort((a, b) => b - a);
      return [node.outerHTML.slice(0, 80), (pair[0] + 0.05) / (pair[1] + 0.05)];
    })
    .filter(([, ratio]) => ratio < 4.5);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_word_stands_out_from_its_ground(
    served: Running, open_page: Open, tmp_path: Path, scheme: str
) -> None:
    page = await open_page(f"{served.url}/officer#invite=CODE-1234", color_scheme=scheme, forgive=True)
    await on_duty(served, page)
    served.counter.owe(served.counter.heard[0].place, card("TH-26-0412", minutes=1))
    await page.get_by_role("button", name="Ghi chú", exact=True).click()
    await page.get_by_label("Tùy chọn").click()
    assert await page.evaluate(CONTRAST) == []
    await page.context.set_offline(True)
    await write(page, "viết khi mất mạng")
    await expect(page.locator("#connection")).to_be_visible()
    await expect(page.locator(".state")).to_be_visible()
    assert await page.evaluate(CONTRAST) == []
    resident = await open_page(served.url, color_scheme=scheme)
    await expect(resident.get_by_role("button", name="Báo tin cho công an")).to_be_visible()
    assert await resident.evaluate(CONTRAST) == []
    await resident.screenshot(path=tmp_path / f"{scheme}.png")


@pytest.mark.parametrize("path", ["/", "/officer#invite=CODE-1234", "/officer?lang=en"])
async def test_every_control_has_a_name(served: Running, open_page: Open, path: str) -> None:
    page = await open_page(served.url + path)
    await expect(page.locator("#compose, #invite").filter(visible=True)).to_have_count(1)
    for control in (
        await page.locator("button, a, input:not([type=file]), textarea, summary").filter(visible=True).all()
    ):
        assert '"' in (await control.aria_snapshot()).splitlines()[0]
