"""Voice messages and files: recorded on one page, played and saved on the other; and what bad networks do to them."""

import io
import os
import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import FilePayload, Page, Route, expect

from bot.channels.web_chat import FILE_LIMIT
from bot.media.recordings import type_of
from messages.incoming import File, Photo, Text
from messages.rendered import File as Shown
from messages.rendered import Text as Line
from tests.browser.conftest import WIDE, Open
from tests.browser.small_bot import answers, heard, jpeg, picture_file, write
from tests.web_running import Running, running

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def served(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as place:
        place.counter.reply = answers
        yield place


async def record(page: Page) -> None:
    """Press the microphone and wait until something has been recorded."""
    await page.get_by_role("button", name="Ghi âm").click()
    await expect(page.locator("#recorded")).to_have_text(re.compile(r"0:0[1-9]"))


async def test_a_voice_message_is_recorded_sent_and_can_be_heard_again(
    served: Running, open_page: Open, tmp_path: Path
) -> None:
    page = await open_page(served.url, permissions=["microphone"])
    await heard(served)
    await record(page)
    await page.screenshot(path=tmp_path / "recording.png")
    await page.get_by_role("button", name="Gửi bản ghi").click()
    said = await heard(served)
    assert isinstance(said, File)
    assert said.what == "voice"
    assert type_of(await served.channel.fetch(said.file)).plays
    mine = page.get_by_label("Bản ghi âm")
    await expect(mine).to_be_visible()
    await mine.evaluate("node => node.play()")
    await expect(page.locator("#compose")).to_be_visible()
    await expect(page.get_by_role("button", name="Ghi âm")).to_be_focused()
    await expect(page.locator(".state")).to_have_count(0)


async def test_a_video_is_sent_as_it_is_and_one_too_large_is_not(
    served: Running, open_page: Open, tmp_path: Path
) -> None:
    page = await open_page(f"{served.url}/?w=00103")
    await heard(served)
    film = b"\0\0\0\x18ftypmp42" + bytes(4000)
    chosen: list[FilePayload] = [
        {"name": "a.mp4", "mimeType": "video/mp4", "buffer": film},
        picture_file("b.jpg", jpeg()),
    ]
    await page.locator("#photos").set_input_files(chosen)
    first, second = await heard(served), await heard(served)
    assert isinstance(first, File)
    assert (first.what, first.size) == ("video", len(film))
    assert await served.channel.fetch(first.file) == film
    assert isinstance(second, Photo)
    await expect(page.locator("article.me video")).to_have_count(1)
    large = tmp_path / "long.mp4"
    large.write_bytes(film)
    os.truncate(large, FILE_LIMIT + 1)
    await page.locator("#photos").set_input_files(large)
    await expect(page.locator(".state")).to_contain_text("20 MB")


async def test_a_dropped_recording_goes_nowhere_and_the_microphone_is_off(served: Running, open_page: Open) -> None:
    page = await open_page(served.url, permissions=["microphone"])
    await heard(served)
    await page.evaluate(
        """() => { const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = async (wish) => (window.sound = await ask(wish)); }"""
    )
    await record(page)
    await page.get_by_role("button", name="Bỏ").click()
    await expect(page.locator("#compose")).to_be_visible()
    assert await page.evaluate("window.sound.getTracks().every((track) => track.readyState === 'ended')")
    await write(page, "viết thay")
    assert await heard(served) == Text("viết thay")


async def test_without_leave_for_the_microphone_the_page_says_how_else(served: Running, open_page: Open) -> None:
    page = await open_page(served.url)
    await heard(served)
    await page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no')); }")
    await page.get_by_role("button", name="Ghi âm").click()
    await expect(page.locator("#toast")).to_contain_text("Chưa dùng được micrô")
    await expect(page.locator("#compose")).to_be_visible()


async def test_where_nothing_can_record_there_is_send_instead(served: Running, open_page: Open) -> None:
    page = await open_page("about:blank")
    await page.add_init_script("delete window.MediaRecorder")
    await page.goto(served.url)
    await expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Ghi âm")).to_be_hidden()


def wav() -> bytes:
    """A tenth of a second of silence as a browser can play it."""
    samples = bytes(800)
    return b"".join(
        (b"RIFF", (36 + len(samples)).to_bytes(4, "little"), b"WAVEfmt ", (16).to_bytes(4, "little"),
         (1).to_bytes(2, "little"), (1).to_bytes(2, "little"), (8000).to_bytes(4, "little"),
         (8000).to_bytes(4, "little"), (1).to_bytes(2, "little"), (8).to_bytes(2, "little"),
         b"data", len(samples).to_bytes(4, "little"), samples)
    )  # fmt: skip


async def test_officers_hear_see_and_save_files_and_nothing_is_opened_in_the_page(
    served: Running, open_page: Open, tmp_path: Path
) -> None:
    page = await open_page(f"{served.url}/officer#invite=CODE-1234", forgive=True, **WIDE)
    await heard(served)
    place = served.counter.heard[0].place
    evil = b"<script>document.title = 'opened'</script>" * 30_000  # comes in many pieces
    served.counter.owe(place, Shown(wav(), "voice", "ghi-am.mp3", "Bản ghi 1"))
    served.counter.owe(place, Shown(b"\0\0\0\x18ftypmp42", "video", "video.mp4", "Video 2"))
    served.counter.owe(place, Shown(evil, "document", "trang.html", "Tệp 3"))
    heard_here = page.get_by_label("Bản ghi âm")
    await expect(heard_here).to_be_visible()
    assert await heard_here.evaluate("node => node.play().then(() => node.duration)") == pytest.approx(0.1)
    await expect(page.locator("video")).to_be_visible()
    link = page.get_by_role("link", name="Tải về: trang.html")
    async with page.expect_download() as saving:
        await link.click()
    saved = await saving.value
    assert saved.suggested_filename == "trang.html"
    assert (await saved.path()).read_bytes() == evil
    await expect(page.get_by_role("link", name="Tải về")).to_have_count(3)
    await page.screenshot(path=tmp_path / "officer-files.png")
    await page.reload()
    await expect(page.locator("#log")).to_contain_text("Bản ghi âm (trang đã tải lại")
    await expect(page.locator("audio, video")).to_have_count(0)


async def test_a_position_leads_officers_to_a_map_and_residents_nowhere(served: Running, open_page: Open) -> None:
    line = Line("Khu vực: Tổ 12\n21.02850, 105.85420\nGọi 0912345678, số 1.5, 2")
    officer = await open_page(f"{served.url}/officer#invite=CODE-1234")
    await heard(served)
    served.counter.owe(served.counter.heard[-1].place, line)
    link = officer.get_by_role("link", name="Xem bản đồ")
    await expect(link).to_have_attribute(
        "href", "https://www.openstreetmap.org/?mlat=21.02850&mlon=105.85420#map=18/21.02850/105.85420"
    )
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(officer.locator("article.us").last).to_contain_text("số 1.5, 2")
    resident = await open_page(served.url)
    await heard(served)
    served.counter.owe(served.counter.heard[-1].place, line)
    await expect(resident.locator("#log")).to_contain_text("21.02850, 105.85420")
    assert await resident.locator("#log a").count() == 0


# --- bad networks --------------------------------------------------------------------------------------------------


async def test_photos_and_words_on_a_breaking_line_arrive_once_and_in_order(served: Running, open_page: Open) -> None:
    page = await open_page(served.url, forgive=True)
    await heard(served)
    broken: list[str] = []

    async def breaks_after_arrival(route: Route) -> None:
        """What was sent arrives, but the page never hears of it the first time."""
        if route.request.url in broken:
            await route.continue_()
            return
        broken.append(route.request.url)
        await route.fetch()
        await route.abort("connectionreset")

    await page.route("**/chat/photo*", breaks_after_arrival)
    await page.locator("#photos").set_input_files(
        [picture_file("a.jpg", jpeg("teal")), picture_file("b.jpg", jpeg("navy"))]
    )
    await write(page, "hai ảnh ở trên")
    arrived = [await heard(served) for _ in range(3)]
    assert [type(content) for content in arrived] == [Photo, Photo, Text]
    await expect(page.locator(".state")).to_have_count(0)
    assert len(broken) == 2
    assert len(served.counter.heard) == 4, "the start, two photos and the words, each once"


def camera_photo() -> bytes:
    """Some megabytes of picture that compress badly."""
    noise = random.Random(1).randbytes(2400 * 1800 * 3)
    written = io.BytesIO()
    Image.frombytes("RGB", (2400, 1800), noise).save(written, "JPEG", quality=75)
    return written.getvalue()


async def test_a_photo_that_ran_out_of_time_is_made_smaller_and_then_given_up_so_that_words_go_out(
    served: Running, open_page: Open
) -> None:
    page = await open_page(served.url, forgive=True)
    await heard(served)
    raw = camera_photo()
    await page.evaluate(
        """() => { const call = window.fetch; window.sizes = [];
            window.fetch = (to, wish) => (wish.body?.size && sizes.push(wish.body.size), call(to, wish)); }"""
    )
    await page.route("**/chat/photo*", lambda route: route.fulfill(status=408))
    await page.locator("#photos").set_input_files(picture_file("a.jpg", raw))
    await expect(page.locator("article.me img")).to_be_visible()
    await write(page, "cháy ở tầng ba")
    assert await heard(served) == Text("cháy ở tầng ba")
    await expect(page.get_by_text("Mạng quá chậm")).to_be_visible()
    sizes = await page.evaluate("sizes")
    assert sizes[0] == len(raw)
    assert sizes[1] < sizes[0]
    assert len(sizes) == 3


async def test_on_a_slow_network_photos_are_made_smaller_before_they_are_sent(served: Running, open_page: Open) -> None:
    page = await open_page("about:blank")
    await page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { effectiveType: '2g' } })")
    await page.goto(served.url)
    await heard(served)
    raw = camera_photo()
    await page.locator("#photos").set_input_files([picture_file("large.jpg", raw), picture_file("small.jpg", jpeg())])
    large, small = await heard(served), await heard(served)
    assert isinstance(large, Photo)
    assert isinstance(small, Photo)
    with Image.open(io.BytesIO(await served.channel.fetch(large.file))) as sent:
        assert max(sent.size) == 1920
    assert await served.channel.fetch(small.file) == jpeg()


async def test_on_a_very_slow_line_the_page_works_and_does_not_call_itself_lost(
    served: Running, open_page: Open
) -> None:
    page = await open_page(served.url)
    await heard(served)
    line = await page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 800, "downloadThroughput": 6000, "uploadThroughput": 4000}
    await line.send("Network.emulateNetworkConditions", slow)
    await write(page, "mạng yếu")
    await expect(page.locator("#log")).to_contain_text("Đã nghe: mạng yếu")
    await page.reload()
    await expect(page.locator("#log")).to_contain_text("Đã nghe: mạng yếu")
    await expect(page.locator("#connection")).to_be_hidden(timeout=30_000)
