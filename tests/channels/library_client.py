"""What tests of the Bot API fake share: the real library as a client, a clock that stands, a picture, choices."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from PIL import Image
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update

from bot.channels.telegram_http import AiohttpRequest
from tests.bot_api_fake.server import BotApiFake

CHOICES = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Gửi ngay", callback_data="s:1")], [InlineKeyboardButton("Không gửi", callback_data="n:1")]]
)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def __call__(self) -> float:
        return self.time


@asynccontextmanager
async def client_of(fake: BotApiFake) -> AsyncIterator[Bot]:
    """The library's own client, over our request class."""
    request = AiohttpRequest()
    async with Bot(
        fake.token,
        base_url=fake.base_url,
        base_file_url=fake.base_file_url,
        request=request,
        get_updates_request=request,
    ) as bot:
        yield bot


def picture() -> bytes:
    """A picture as a phone sends it."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "red").save(out, "PNG")
    return out.getvalue()


async def hear(bot: Bot, *, offset: int = 0) -> list[Update]:
    """What the bot has not heard yet."""
    return list(await bot.get_updates(offset=offset, allowed_updates=Update.ALL_TYPES))
