"""What is said in passing: sent at once, without a row, never paced and never tried again."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from bot.channels.channel import Channel, TryLater
from bot.outgoing.render import Renderer
from messages.address import ChannelName, Place
from messages.language import Language
from messages.outgoing import Say, Toast
from messages.rendered import Rendered

Log = structlog.stdlib.BoundLogger


class InPassing:
    """The answers to presses, and the one message that may go out when nothing can be written."""

    def __init__(self, channels: Mapping[ChannelName, Channel], renderer: Renderer, *, log: Log) -> None:
        self._channels = channels
        self._renderer = renderer
        self._log = log
        self.going_on: set[asyncio.Task[bool]] = set()

    async def toast(self, place: Place, toast: Toast, *, language: Language) -> None:
        """Answer a press; nobody waits for it."""
        rendered = self._renderer.toast(toast.press, toast.words, language=language)
        task = asyncio.create_task(self._send(place, [rendered]), name="delivery: a toast")
        self.going_on.add(task)
        task.add_done_callback(self.going_on.discard)

    async def say_now(self, place: Place, said: Say, *, language: Language) -> bool:
        """Say something without a row: only the fixed answer to an emergency, when nothing can be written.

        Returns whether it went out.
        """
        try:
            texts = self._renderer.at_once(said, place, language=language)
        except TryLater:
            return False
        return await self._send(place, texts)

    async def _send(self, place: Place, lines: Sequence[Rendered]) -> bool:
        try:
            for line in lines:
                await self._channels[place.channel].send(place, line)
        except Exception as error:
            self._log.info("not said", kind=type(error).__name__, channel=place.channel)
            return False
        return True
