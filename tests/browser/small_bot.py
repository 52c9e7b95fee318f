"""A bot of a few lines behind the pages, and what the tests of the pages share."""

import asyncio
import io
from datetime import timedelta

from PIL import Image
from playwright.async_api import FilePayload, Page

from messages.address import MessageRef
from messages.incoming import Command, Content, Incoming, Photo, Pin, Press, Text
from messages.rendered import Button, Rendered
from messages.rendered import Text as Line
from tests.bot_api_fake.pulse import PATIENCE
from tests.web_running import NOON, Running

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


async def heard(served: Running) -> Content:
    """The next thing that arrives."""
    said = await asyncio.wait_for(served.counter.arrived.get(), PATIENCE)
    return said.content


def jpeg(color: str = "teal", size: tuple[int, int] = (60, 40)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, color).save(written, "JPEG")
    return written.getvalue()


async def write(page: Page, words: str) -> None:
    await page.get_by_label("Tin nhắn").fill(words)
    await page.get_by_role("button", name="Gửi", exact=True).click()


def picture_file(name: str, raw: bytes, kind: str = "image/jpeg") -> FilePayload:
    """A file as one chooses it on a phone."""
    return FilePayload(name=name, mimeType=kind, buffer=raw)


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
