"""The officer's page on a duty screen, and what holds for both pages."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.web.app import SESSION
from messages.address import MessageRef
from messages.incoming import Command, Text
from messages.rendered import Picture
from messages.rendered import Text as Line
from tests.browser.conftest import WIDE, Open
from tests.browser.small_bot import answers, card, heard, jpeg, write
from tests.web_running import NOON, Running, running

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def served(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as place:
        place.counter.reply = answers
        yield place


# --- an officer ----------------------------------------------------------------------------------------------------


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


async def test_the_duty_pc_stays_known_when_its_tab_is_closed_until_the_officer_leaves_it(
    served: Running, open_page: Open
) -> None:
    page = await open_page(f"{served.url}/officer#invite=CODE-1234")
    await on_duty(served, page)
    place = served.counter.heard[0].place
    again = await page.context.new_page()
    await page.close()
    await again.goto(f"{served.url}/officer")
    assert await heard(served) == Command("hangcho")
    assert served.counter.heard[-1].place == place
    await again.locator("#menu summary").click()
    await again.get_by_role("button", name="Rời máy này").click()
    await expect(again.get_by_label("Mã mời")).to_be_visible()
    assert await again.evaluate("localStorage.length") == 0


async def test_a_session_that_ended_turns_the_page_red_and_asks_for_a_new_invite(
    served: Running, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await open_page(f"{served.url}/officer#invite=CODE-1234", forgive=True)
    await on_duty(served, page)
    served.counter.owe(served.counter.heard[0].place, card("TH-26-0412", minutes=1))
    await expect(page.locator("article.card")).to_be_visible()
    await expect(page.locator("#ends")).to_have_text("Còn 30 ngày thì cần nhập mã mời mới.")
    monkeypatch.setattr(served.channel, "now", lambda: NOON + SESSION)
    await page.locator("#words").fill("Ghi chú của cán bộ")  # goes out in nobody's name
    await page.keyboard.press("Enter")
    await expect(page.locator("#connection")).to_contain_text("PHIÊN ĐÃ HẾT HẠN")
    await expect(page.locator("body")).to_have_css("background-color", "rgb(179, 38, 30)")
    await expect(page).to_have_title(re.compile("PHIÊN ĐÃ HẾT HẠN"))
    await expect(page.locator("article")).to_have_count(0)
    await page.get_by_label("Mã mời").fill("CODE-5678")
    await page.keyboard.press("Enter")
    assert await heard(served) == Command("start", "o_CODE-5678")
    await expect(page.locator("#connection")).to_be_hidden()
    await expect(page).to_have_title("Báo Tin – cán bộ")
    first, second = (said.by for said in served.counter.heard)
    assert first != second


async def test_a_page_that_was_closed_for_days_asks_for_an_invite_before_it_shows_anything(
    served: Running, open_page: Open
) -> None:
    page = await open_page(f"{served.url}/officer#invite=CODE-1234")
    await on_duty(served, page)
    again = await page.context.new_page()
    await page.close()
    await again.clock.install(time=datetime.now(UTC) + timedelta(days=3, hours=1))
    await again.goto(f"{served.url}/officer")
    await expect(again.get_by_label("Mã mời")).to_be_visible()
    await expect(again.locator("#connection")).to_contain_text("PHIÊN ĐÃ HẾT HẠN")
    assert await again.evaluate("localStorage.getItem('officer.token')") is None


async def test_a_page_the_server_does_not_know_any_more_asks_for_a_code(served: Running, open_page: Open) -> None:
    page = await open_page(f"{served.url}/officer", forgive=True)  # the browser itself complains about the 401
    await page.evaluate("""() => { localStorage.setItem("officer.token", JSON.stringify("x".repeat(80)));
        localStorage.setItem("officer.started", "true"); }""")
    await page.reload()
    await expect(page.get_by_label("Mã mời")).to_be_visible()
    assert served.counter.heard == []


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
    [_, first, second] = await served.counter.said(3)  # after the menu come the cards
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
    [_, shown] = await served.counter.said(2)
    served.counter.owe(place, card("TH-26-0412", minutes=1, unclaimed=False, instead_of=shown))
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
    [_, shown] = await served.counter.said(2)
    assert served.counter.heard[-1].reply_to == shown, "after the menu comes the card"
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
        **WIDE,
    )
    await on_duty(served, page)
    place = served.counter.heard[0].place
    served.counter.owe(place, card("TH-26-0412", minutes=12))
    served.counter.owe(place, card("TH-26-0411", minutes=40, unclaimed=False))
    await expect(page.locator("article.card")).to_have_count(2)
    await page.screenshot(path=tmp_path / "officer.png")
    await page.context.set_offline(True)
    await expect(page.locator("#connection")).to_contain_text("MẤT KẾT NỐI")
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
    nameless = await page.evaluate(
        """() => [...document.querySelectorAll("button, a, input:not([type=file]), textarea, summary")]
            .filter((node) => node.checkVisibility())
            .filter((node) => !(node.ariaLabel || node.labels?.[0]?.textContent || node.textContent).trim())
            .map((node) => node.outerHTML)"""
    )
    assert nameless == []
