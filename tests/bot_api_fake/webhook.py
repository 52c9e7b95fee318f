"""Updates brought to the bot: one courier per lane, each update again and again until the bot says 2xx."""

import asyncio
import json
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.bot_api_fake.pulse import Pulse
from tests.bot_api_fake.updates import Update, Updates

FIRST_DELAY = 0.02
LONGEST_DELAY = 0.5
"""Seconds between tries. Telegram tries at once, then after 2, 4, 8 … s up to a minute or two; here time is short."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True)
class Hook:
    """Where updates go."""

    url: str
    secret: str = ""
    max_connections: int = 40


@dataclass(frozen=True)
class Try:
    """One try to bring an update, and the status that came back; 0 if there was no answer."""

    update_id: int
    status: int


class Couriers:
    """Brings what waits to the webhook as long as one is set."""

    def __init__(self, updates: Updates, pulse: Pulse, *, on_call: Callable[[dict[str, Any]], None]) -> None:
        """`on_call` gets the API call that a bot may put into its answer to the webhook."""
        self._updates = updates
        self._pulse = pulse
        self._on_call = on_call
        self._watch: asyncio.Task[None] | None = None
        self._lanes: dict[Hashable, asyncio.Task[None]] = {}
        self.hook: Hook | None = None
        self.tries: list[Try] = []
        self.last_error = ""

    async def set(self, hook: Hook | None) -> None:
        """Bring updates here from now on; None: nowhere."""
        await self.stop()
        self.hook = hook
        self.last_error = ""
        if hook is not None:
            self._watch = asyncio.create_task(self._run(hook))

    async def stop(self) -> None:
        """End all couriers."""
        ended = [task for task in (self._watch, *self._lanes.values()) if task is not None]
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)
        self._watch = None
        self._lanes.clear()

    async def _run(self, hook: Hook) -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=hook.max_connections)) as session:
            while True:
                beat = self._pulse.coming()
                for update in self._updates.fresh():
                    if update.key not in self._lanes:
                        self._lanes[update.key] = asyncio.create_task(self._carry(session, hook, key=update.key))
                await beat.wait()

    async def _carry(self, session: aiohttp.ClientSession, hook: Hook, *, key: Hashable) -> None:
        """Bring the updates of one lane, one after the other, until none is left."""
        while update := next((update for update in self._updates.fresh() if update.key == key), None):
            delay = FIRST_DELAY
            while not await self._bring(session, hook, update=update):
                await asyncio.sleep(delay)
                delay = min(delay * 2, LONGEST_DELAY)
            self._updates.done(update)
        del self._lanes[key]

    async def _bring(self, session: aiohttp.ClientSession, hook: Hook, *, update: Update) -> bool:
        """Try once; True if the bot took it."""
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        try:
            async with session.post(hook.url, json=update.body, headers=headers) as answer:
                body = await answer.read()
                self.tries.append(Try(update.number, answer.status))
        except (aiohttp.ClientError, OSError) as error:
            self.tries.append(Try(update.number, 0))
            self.last_error = type(error).__name__
            return False
        finally:
            self._pulse.beat()
        if not 200 <= answer.status < 300:
            self.last_error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
            return False
        if answer.content_type == "application/json" and body:
            self._answered(body)
        return True

    def _answered(self, body: bytes) -> None:
        """Do the API call that the bot put into its answer, if there is one."""
        try:
            call = json.loads(body)
        except ValueError:
            self.last_error = "Can't parse the answer of the webhook"
            return
        if isinstance(call, dict) and "method" in call:
            self._on_call(call)
