"""`baotin demo`: everything for real, with invented people, on this machine alone.

Residents' tips are told through the same intake as anybody's. Whoever opens the officer's page is made an officer of
the sample ward at once, so that nothing has to be enrolled before there is something to see.
"""

import tomllib
import webbrowser
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.app import Bot, compose, serve
from bot.clock import system_clock
from bot.opening import open_store
from bot.settings import Settings
from bot.web.app import Demo
from bot.web.serving import bound
from messages.address import Address, ChannelName, Place
from messages.frozen import replace
from messages.incoming import Command, Incoming, Text
from storage import cards, officers, queue, sign_ins, wards
from storage.outbox import Lane
from storage.records import OfficerId, Role, WardCode

SAMPLE = ChannelName("sample")
"""The channel of the invented residents: nobody listens there."""
OFFICER_CODE = "o_"
IN_THE_TERMINAL = frozenset({"www-browser", "links", "elinks", "lynx", "w3m"})


class _Resident(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    says: Annotated[tuple[str, ...], Field(min_length=1)]


class Samples(BaseModel):
    """What the demo shows, from `messages/demo.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    ward: str
    phone: str
    office: str
    hours: str
    promise: str
    officers: Annotated[tuple[str, ...], Field(min_length=1)]
    resident: tuple[_Resident, ...]


def samples() -> Samples:
    """The samples; raises ValueError when the file is wrong."""
    return Samples.model_validate(tomllib.loads((files("messages") / "demo.toml").read_text(encoding="utf-8")))


class Stage:
    """The demo's own door before intake: it enrols whoever opens the officer's page."""

    def __init__(self, bot: Bot, shown: Samples) -> None:
        self._bot = bot
        self._shown = shown
        self._codes: set[str] = set()

    async def invite(self) -> str:
        """A code for one more officer's page."""
        code = self._bot.around.chance.fresh_id()
        self._codes.add(code)
        return code

    async def take(self, said: Incoming) -> None:
        """As intake takes it; a demo invite becomes an enrolment, and the page begins with the queue."""
        content = said.content
        if isinstance(content, Command) and content.argument.removeprefix(OFFICER_CODE) in self._codes:
            await self._enrol(said.by, said.place, now=said.at)
            said = replace(said, content=Command("hangcho"))
        await self._bot.intake.take(said)

    async def _enrol(self, by: Address, place: Place, *, now: datetime) -> None:
        store = self._bot.around.store
        if await officers.of(store, by) is not None:
            return
        enrolled = len(await officers.all_officers(store))
        name = self._shown.officers[enrolled % len(self._shown.officers)]
        id_ = OfficerId(self._bot.around.chance.fresh_id())
        contents = officers.Contents(name, by, place)
        grant = officers.grant(id_, ward=WardCode(self._shown.ward), role=Role.CHIEF)
        writes = [*officers.enrol(store.seal, id_, contents=contents, status="active", now=now), grant]
        for tip in await queue.unclaimed(store, WardCode(self._shown.ward)):
            writes.append(cards.put_card(store.seal, tip.id, place=place, fresh=self._bot.around.chance.fresh_id()))
            writes.extend(cards.owe_card(store.seal, tip.id, place=place, lane=Lane.ALERT, now=now))
        await store.db.commit(writes)

    async def admit(self, now: datetime) -> str:
        """A code for the console, good for a day: for an officer who has no chat, and is alerted nowhere else."""
        store, by = self._bot.around.store, Address(SAMPLE, "console")
        known = await officers.of(store, by)
        id_ = known.id if known else OfficerId(self._bot.around.chance.fresh_id())
        contents = officers.Contents(self._shown.officers[-1], by, Place(SAMPLE, "console"))
        code = self._bot.around.chance.fresh_id()
        await store.db.commit(
            [
                *([] if known else officers.enrol(store.seal, id_, contents=contents, status="active", now=now)),
                officers.grant(id_, ward=WardCode(self._shown.ward), role=Role.OFFICER),
                officers.set_duty(id_, on_duty=False),
                *sign_ins.permit(store.seal, code, officer=id_, expires_at=now + timedelta(days=1)),
            ]
        )
        return code

    async def begin(self, now: datetime) -> None:
        """The sample ward, and on the first start what its residents have told."""
        store, shown = self._bot.around.store, self._shown
        code = WardCode(shown.ward)
        told = wards.enable(code, shown.phone, office=shown.office, hours=shown.hours, promise=shown.promise)
        await store.db.commit([told])
        await self._bot.around.wards.refresh(store)
        if await queue.waiting(store, [code]) == 0 and not await officers.all_officers(store):
            for number, resident in enumerate(shown.resident):
                await self._tell(number, resident.says, now=now)

    async def _tell(self, number: int, says: Sequence[str], *, now: datetime) -> None:
        by, place = Address(SAMPLE, str(number)), Place(SAMPLE, str(number))
        for step, words in enumerate(says):
            at = now - timedelta(seconds=len(says) - step)
            await self._bot.intake.take(Incoming(f"{number} {step}", by, place, at, Text(words), "vi"))


async def run(settings: Settings) -> None:
    """Run the demo until stopped; prints its address and opens it where there is a browser."""
    clock = system_clock()
    # a key of invented people is worth no advice
    async with open_store(settings, exclusive=True, tell=lambda _: None) as store:
        bot = await compose(settings, store, clock=clock)
        shown = samples()
        stage = Stage(bot, shown)
        await stage.begin(clock.now())
        listening = bound(settings.web_host, settings.web_port)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/demo"
        code = await stage.admit(clock.now())

        def told() -> None:
            print(f"The demo is at {address} (stop with Ctrl-C). Data: {Path(settings.data).resolve()}")  # noqa: T201
            if settings.console_address:
                print(f"The officers' console is at {settings.console_address} (sign in once with {code})")  # noqa: T201
            open_page(address)

        demo = Demo(ward=shown.ward, invite=stage.invite)
        await serve(settings, bot, listening=listening, take=stage.take, demo=demo, told=told)


def open_page(address: str) -> None:
    """Open the page in a browser with windows; one in the terminal would stand in the way of our own words."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if getattr(browser, "name", "") not in IN_THE_TERMINAL:
        browser.open(address)
