"""The messengers that the settings name, as commands see them: who we are there, and which links open us."""

import asyncio
from typing import TYPE_CHECKING

from bot.channels.channel import Refused, TryLater
from bot.commands.ending import note
from bot.settings import PREFIX, Settings

if TYPE_CHECKING:
    from bot.watch.doctor import Platform

TELEGRAM = "Telegram"
PATIENCE = 5.0
"""Seconds to wait for a messenger's answer."""


def platforms(settings: Settings) -> "list[Platform]":
    """The messengers that the settings name."""
    from bot.channels.telegram import API, TelegramChannel  # noqa: PLC0415 -- half a second that `--help` can do without
    from bot.watch.doctor import Platform  # noqa: PLC0415

    token = settings.telegram_token
    if token is None:
        return []

    async def greet() -> str:
        channel = await TelegramChannel.open(token.get_secret_value(), settings.telegram_api)
        try:
            return f"@{channel.me.username}"
        finally:
            await channel.close()

    return [Platform(TELEGRAM, settings.telegram_api or API, f"{PREFIX}TELEGRAM_TOKEN", greet)]


async def who_we_are(platform: "Platform") -> str:
    """Our name on a messenger. Raises Refused for a token that it does not know, TryLater without an answer."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await platform.greet()
    except TimeoutError as error:
        raise TryLater from error


async def chat_link(settings: Settings, start: str) -> str | None:
    """The link that opens the bot in its messenger with a start parameter; None where it cannot be asked for."""
    for platform in platforms(settings):
        try:
            return f"https://t.me/{(await who_we_are(platform)).removeprefix('@')}?start={start}"
        except (TryLater, Refused) as error:
            note(f"warning: Telegram could not be asked for the bot's name ({type(error).__name__}); see baotin check")
    return None
