"""Telegram joining the running bot: opened when it can be reached, heard by polling or webhook, closed at the end."""

import asyncio
from collections.abc import Callable

import structlog

from bot.channels.channel import Gone, Refused, Take, TryLater
from bot.channels.telegram import Scope, TelegramChannel
from bot.channels.telegram_polling import poll
from bot.settings import Settings
from messages.address import Place
from messages.catalogue import Catalogue
from messages.language import LANGUAGES, Language
from messages.phrase import Phrase
from storage import officers
from storage.store import Store

RESIDENTS = ("baotin", "hoi", "tindagui", "khancap", "dangky", "quyenriengtu", "ngonngu", "trogiup", "huy")
OFFICERS = ("hangcho", "truc", "thongke", "cauhoi", "thongbao", "khancap", "huy")
GROUPS = ("ketnoi",)
LONGEST_PAUSE = 60.0
"""Seconds between attempts to reach Telegram at the start."""

log = structlog.get_logger()


async def join(settings: Settings, *, joined: Callable[[TelegramChannel], None]) -> TelegramChannel:
    """Open the channel, again and again until Telegram can be reached. Raises Refused for a token that is none."""
    assert settings.telegram_token is not None
    pause = 1.0
    while True:
        try:
            channel = await TelegramChannel.open(settings.telegram_token.get_secret_value(), settings.telegram_api)
        except TryLater:
            log.warning("channel unreachable", channel="telegram", seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            joined(channel)
            return channel


async def hear(channel: TelegramChannel, take: Take, *, webhook: tuple[str, str] | None) -> None:
    """Hear what people say until cancelled: by webhook (its address and secret) when there is one, else by polling."""
    if webhook is None:
        await poll(channel, take)
        return
    while True:
        try:
            await channel.expect_webhook(*webhook)
        except TryLater:
            await asyncio.sleep(LONGEST_PAUSE)
        else:
            return


async def show_commands(channel: TelegramChannel, store: Store, *, catalogue: Catalogue) -> None:
    """The commands that apps offer: residents' to everybody, officers' to officers alone."""

    def described(names: tuple[str, ...], language: Language) -> list[tuple[str, str]]:
        return [(name, catalogue.words(Phrase(f"command-{name}"), language)) for name in names]

    table: list[tuple[Place | Scope, str, list[tuple[str, str]]]] = [("private", "", described(RESIDENTS, "vi"))]
    table += [("private", language, described(RESIDENTS, language)) for language in LANGUAGES]
    table.append(("group-admins", "", described(GROUPS, "vi")))
    for officer in await officers.all_officers(store):
        if officer.status == "active" and officer.place.channel == channel.name:
            table.append((officer.place, "", described(OFFICERS, "vi")))
    refused = 0
    for row in table:
        try:
            await channel.set_commands([row])
        except (TryLater, Refused, Gone):  # an officer may have deleted their account: the others have theirs
            refused += 1
    if refused:
        log.warning("commands not shown", channel="telegram", refused=refused)
