"""Ours: the bytes of an update through reading, intake and delivery, against a real database with `synchronous=FULL`.

A turn is taken when its one commit is on disk. What it answers is a row of that commit, which the running delivery
takes over, renders and hands to the Telegram channel, without its pace; that posts it through python-telegram-bot and
our client to the job's Bot API, or to a transport that answers at once, as the peers do. The clock stops when the
outbox is empty: every reply was handed over, and its row is gone. Photos are wanted, not fetched, as with the peers.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from telegram import Bot as Api
from telegram.request import RequestData

from bot.app import Bot, compose, keep_for_good
from bot.channels.telegram import API, LIMITS, TelegramChannel
from bot.channels.telegram_http import AiohttpRequest
from bot.channels.telegram_read import Me
from bot.clock import system_clock
from bot.logs import set_up_logs
from bot.opening import open_store
from bot.settings import Settings, read_settings
from messages.rendered import parse_handle
from storage import wards
from storage.records import WardCode
from tests.benchmarks.conversation import BOT_ID, TOKEN, Button, Job, Step, asked, measure, person_id, report

Answer: TypeAlias = tuple[int, bytes]
TAY_HO: Final = WardCode("00103")
ME: Final = Me(BOT_ID, "baotin_bot")
CHOICES: Final = {"send": "send", "reach": "reach-here"}
"""The choice that each press of the conversation takes; a label's wording may change."""
WHOLE: Final = """
    SELECT count(*) FROM tips WHERE ward = '00103' AND reach = 'here'
    AND (SELECT count(*) FROM entries WHERE entries.tip = tips.id) = 4
"""
"""The tips with all that was told: the story, the photo, the place, and what was added after sending."""
SENT: Final = b'{"ok":true,"result":{"message_id":%d,"date":1767225600,"chat":{"id":1,"type":"private"},"text":"ok"}}'
SHOWN_WITHIN: Final = 30.0
"""Seconds after which a reply that nobody was shown fails the run."""
LOOK_AGAIN: Final = 0.002
"""Seconds between two looks at an outbox that is not empty yet."""


class Overheard(AiohttpRequest):
    """Our own client, of whose calls the newest buttons of each chat are remembered; or, without a network, a Bot API
    to which every call succeeds."""

    def __init__(self, *, over_http: bool) -> None:
        super().__init__()
        self.said = 0
        self._over_http = over_http
        self.remembers = True
        self._buttons: dict[tuple[str, str], Button] = {}
        self._awaited: dict[tuple[str, str], asyncio.Future[Button]] = {}

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *rest: Any, **limits: Any
    ) -> Answer:
        """Write what is put on the wire, and say that it arrived."""
        given = request_data.json_parameters if request_data is not None else {}
        if self._over_http:
            answer = await super().do_request(url, method, request_data, *rest, **limits)
        else:
            answer = 200, b'{"ok":true,"result":true}'
        if not url.endswith("/sendMessage"):
            return answer
        self.said += 1
        for row in json.loads(given.get("reply_markup", "{}")).get("inline_keyboard", ()):
            for button in row:
                handle = button["callback_data"]
                self._show((given["chat_id"], parse_handle(handle)[1].partition(":")[0]), Button(handle, self.said))
        return answer if self._over_http else (200, SENT % self.said)

    async def button(self, person: int, step: Step) -> Button:
        """The newest button of this person for the step, once they have been shown it. Raises TimeoutError."""
        wanted = (str(person_id(person)), CHOICES[step.name])
        if wanted in self._buttons:
            return self._buttons[wanted]
        self._awaited[wanted] = asyncio.get_running_loop().create_future()
        return await asyncio.wait_for(self._awaited[wanted], SHOWN_WITHIN)

    def _show(self, wanted: tuple[str, str], button: Button) -> None:
        if self.remembers:
            self._buttons[wanted] = button
        waiting = self._awaited.pop(wanted, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(button)


@dataclass(frozen=True, slots=True)
class Running:
    """The bot as it runs, delivering into our hands."""

    bot: Bot
    channel: TelegramChannel
    request: Overheard

    async def take(self, body: bytes) -> None:
        """An update arrives; returns once all it causes is durable."""
        said = self.channel.understand(json.loads(body))
        assert said is not None
        await self.bot.intake.take(said)


@asynccontextmanager
async def running(settings: Settings, *, paced: bool = False) -> AsyncIterator[Running]:
    """The bot for one ward, whose Bot API is the settings', or answers at once within the process where that is empty.

    Without `paced` Telegram's limits are lifted: what is measured is us.
    """
    async with open_store(settings, exclusive=True, tell=lambda _: None) as store:
        await store.db.commit([wards.enable(TAY_HO, "024 3829 0000", office="số 1 phố Mẫu", hours="7:30-17:30")])
        bot = await compose(settings, store, clock=system_clock())
        request = Overheard(over_http=settings.telegram_api is not None)
        await request.initialize()
        base = f"{settings.telegram_api or API}/bot"
        api = Api(TOKEN, base_url=base, request=request, get_updates_request=request)
        channel = TelegramChannel(api, request, me=ME, now=lambda: datetime.now(UTC))
        if not paced:
            channel.limits = replace(LIMITS, per_second=0, per_chat=0, per_group=0)
        bot.add(channel)
        keep_for_good()
        async with asyncio.TaskGroup() as living:
            delivering = living.create_task(bot.delivery.run())
            yield Running(bot, channel, request)
            await bot.delivery.stop()
            await asyncio.wait({delivering})
        await request.shutdown()


async def main(job: Job) -> None:
    """Run the bot in the job's folder, and let everybody tell their tip."""
    set_up_logs(for_people=False)
    settings = read_settings(_env_file=None, data=job.folder / "data", web_port=0, telegram_api=job.api or None)
    async with running(settings) as ours:
        request, bot = ours.request, ours.bot
        ran = await measure(ours.take, job, find_button=request.button, finish=lambda: handed_over(bot))
        [tips] = await bot.around.store.db.fetch_all(WHOLE)
        report("ours", ran, tips=tips[0], replies=request.said)


async def handed_over(bot: Bot) -> None:
    """Until nothing is owed to anybody. Raises TimeoutError; a line that nobody can be shown fails the run, too."""
    async with asyncio.timeout(SHOWN_WITHIN):
        while await bot.around.store.db.fetch_one("SELECT 1 FROM lines LIMIT 1") is not None:  # noqa: ASYNC110 -- no event tells
            await asyncio.sleep(LOOK_AGAIN)


if __name__ == "__main__":
    asyncio.run(main(asked()))
