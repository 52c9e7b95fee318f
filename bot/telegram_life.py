"""Telegram joining the running bot: opened when it can be reached, heard by polling or webhook, closed at the end."""

import asyncio
from collections.abc import Callable, Sequence

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
OFFICERS = ("hangcho", "truc", "thongke", "cauhoi", "thongbao", "maytinh", "khancap", "huy")
GROUPS = ("ketnoi",)
LONGEST_PAUSE = 60.0
"""Seconds between attempts to reach Telegram at the start."""

Noted = Callable[[str], None]
"""Told what keeps us from hearing, and an empty text when nothing does any more."""

log = structlog.get_logger()


async def join(
    settings: Settings, *, joined: Callable[[TelegramChannel], None], noted: Noted = lambda reason: None
) -> TelegramChannel:
    """Open the channel, again and again until Telegram can be reached. Raises Refused for a token that is none."""
    assert settings.telegram_token is not None
    pause = 1.0
    while True:
        try:
            channel = await TelegramChannel.open(
                settings.telegram_token.get_secret_value(),
                settings.telegram_api,
                file_limit=settings.telegram_file_mb * 1024 * 1024,
            )
        except TryLater as error:
            noted(type(error.__cause__ or error).__name__)
            log.warning("channel unreachable", channel="telegram", seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            noted("")
            joined(channel)
            return channel


async def hear(
    channel: TelegramChannel, take: Take, *, webhook: tuple[str, str] | None, noted: Noted = lambda reason: None
) -> None:
    """Hear what people say until cancelled: by webhook (its address and secret) when there is one, else by polling."""
    if webhook is None:
        await poll(channel, take, noted=noted)
        return
    pause = 1.0
    while True:
        try:
            await channel.expect_webhook(*webhook)
        except (TryLater, Gone, Refused) as error:
            # Refused: Telegram does not like the address; whoever mends it there or here need not restart us
            noted(type(error.__cause__ or error).__name__)
            log.warning("webhook not set", channel="telegram", seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            noted("")
            return


class Menus:
    """The commands that apps offer: residents' to everybody, officers' to officers alone; kept true while we run."""

    def __init__(self, channel: TelegramChannel, store: Store, *, catalogue: Catalogue) -> None:
        self._channel = channel
        self._store = store
        self._catalogue = catalogue
        self._shown: dict[Place | Scope, bool] = {}

    async def refresh(self) -> None:
        """Show what is not shown yet; take the officers' menu from those who are officers no more."""
        if "private" not in self._shown:
            await self._show(
                "private", [("", "vi"), *((language, language) for language in LANGUAGES)], names=RESIDENTS
            )
            await self._show("group-admins", [("", "vi")], names=GROUPS)
        for officer in await officers.all_officers(self._store):
            active = officer.status == "active"
            if officer.place.channel == self._channel.name and self._shown.get(officer.place, False) != active:
                await self._show(officer.place, [("", "vi")], names=OFFICERS if active else ())

    async def _show(
        self, whom: Place | Scope, languages: Sequence[tuple[str, Language]], *, names: tuple[str, ...]
    ) -> None:
        self._shown[whom] = bool(names)
        for told, language in languages:
            described = [(name, self._catalogue.words(Phrase(f"command-{name}"), language)) for name in names]
            try:
                await self._channel.set_commands([(whom, told, described)])
            except TryLater:
                self._shown.pop(whom, None)  # the next look tries again
            except (Refused, Gone):  # an officer may have deleted their account: the others have theirs
                log.warning("commands not shown", channel="telegram")
