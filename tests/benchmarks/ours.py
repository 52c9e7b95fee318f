"""Ours: the bytes of an update through reading, intake and delivery, against a real database with `synchronous=FULL`.

A turn is taken when its one commit is on disk. What it answers is a row of that commit, which the running delivery
claims, opens, renders and hands to a channel that answers at once and has no pace. The clock stops when the outbox is
empty: every reply was handed over, and its row is gone. Photos are wanted, not fetched, as with the peers.
"""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from telegram import Update

from bot.app import Bot, compose, keep_for_good
from bot.channels.channel import Limits, Refused
from bot.channels.telegram_read import NAME, Me, read
from bot.clock import system_clock
from bot.logs import set_up_logs
from bot.opening import open_store
from bot.settings import read_settings
from messages.address import MessageRef, Place
from messages.rendered import Rendered, Text, Toast, parse_handle
from storage import wards
from storage.records import WardCode
from tests.benchmarks.conversation import BOT_ID, Button, Job, Step, asked, measure, person_id, report

TAY_HO: Final = WardCode("00103")
ME: Final = Me(BOT_ID, "baotin_bot")
CHOICES: Final = {"send": "send", "reach": "reach-here"}
"""The choice that each press of the conversation takes; a label's wording may change."""
WHOLE: Final = """
    SELECT count(*) FROM tips WHERE ward = '00103' AND reach = 'here'
    AND (SELECT count(*) FROM entries WHERE entries.tip = tips.id) = 4
"""
"""The tips with all that was told: the story, the photo, the place, and what was added after sending."""
SHOWN_WITHIN: Final = 30.0
"""Seconds after which a reply that nobody was shown fails the run."""
LOOK_AGAIN: Final = 0.002
"""Seconds between two looks at an outbox that is not empty yet."""


@dataclass
class AnswersAtOnce:
    """A channel without a network or a pace: every line arrives, and the newest buttons of each chat are remembered."""

    name = NAME
    limits = Limits(4096, 1024, 24, 60, 20_000_000, True, True, 0, 0, 0)
    said: int = 0
    _buttons: dict[tuple[str, str], Button] = field(default_factory=dict)
    _awaited: dict[tuple[str, str], asyncio.Future[Button]] = field(default_factory=dict)

    async def send(self, to: Place, line: Rendered) -> MessageRef | None:
        """It arrives."""
        if isinstance(line, Toast):
            return None
        self.said += 1
        if isinstance(line, Text):
            for row in line.buttons:
                for button in row:
                    self._show((to.chat, parse_handle(button.handle)[1]), Button(button.handle, self.said))
        return MessageRef(str(self.said))

    async def fetch(self, file: str) -> bytes:
        """Nobody fetches here."""
        raise Refused("nothing is fetched")

    async def forget(self, file: str) -> None:
        """So nothing is kept."""

    async def button(self, person: int, step: Step) -> Button:
        """The newest button of this person for the step, once they have been shown it. Raises TimeoutError."""
        wanted = (str(person_id(person)), CHOICES[step.name])
        if wanted in self._buttons:
            return self._buttons[wanted]
        self._awaited[wanted] = asyncio.get_running_loop().create_future()
        return await asyncio.wait_for(self._awaited[wanted], SHOWN_WITHIN)

    def _show(self, wanted: tuple[str, str], button: Button) -> None:
        self._buttons[wanted] = button
        waiting = self._awaited.pop(wanted, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(button)


async def main(job: Job) -> None:
    """Run the bot for one ward in the job's folder, and let everybody tell their tip."""
    set_up_logs(for_people=False)
    settings = read_settings(_env_file=None, data=job.folder / "data", web_port=0)
    async with open_store(settings, exclusive=True, tell=lambda _: None) as store:
        await store.db.commit([wards.enable(TAY_HO, "024 3829 0000", office="số 1 phố Mẫu", hours="7:30-17:30")])
        bot = await compose(settings, store, clock=system_clock())
        channel = AnswersAtOnce()
        bot.add(channel)
        keep_for_good()
        async with asyncio.TaskGroup() as running:
            delivering = running.create_task(bot.delivery.run())

            async def take(body: bytes) -> None:
                said = read(Update.de_json(json.loads(body), None), ME, now=datetime.now(UTC))
                assert said is not None
                await bot.intake.take(said)

            ran = await measure(take, job, find_button=channel.button, finish=lambda: handed_over(bot))
            await bot.delivery.stop()
            await asyncio.wait({delivering})
        [tips] = await store.db.fetch_all(WHOLE)
    report("ours", ran, tips=tips[0], replies=channel.said)


async def handed_over(bot: Bot) -> None:
    """Until nothing is owed to anybody. Raises TimeoutError; a line that nobody can be shown fails the run, too."""
    async with asyncio.timeout(SHOWN_WITHIN):
        while await bot.around.store.db.fetch_one("SELECT 1 FROM lines LIMIT 1") is not None:  # noqa: ASYNC110 -- no event tells
            await asyncio.sleep(LOOK_AGAIN)


if __name__ == "__main__":
    asyncio.run(main(asked()))
