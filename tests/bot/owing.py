"""What tests of delivery stand on: a real database, clocks that need no waiting, a scripted messenger."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import LiteralString
from zoneinfo import ZoneInfo

from bot.channels.channel import Limits, Refused
from bot.clock import Clock
from bot.outgoing.campaign_lines import SAID as RENDERED
from bot.outgoing.render import Renderer
from handlers.hours import QuietHours
from messages.address import Address, ChannelName, MessageRef, Place
from messages.catalogue import Catalogue
from messages.outgoing import Say
from messages.phrase import Quote, phrase
from messages.receipt import Receipt
from messages.rendered import Rendered, Text
from storage import keys, reporters, tips
from storage.database import Database
from storage.migrate import migrate
from storage.records import CampaignId, ReporterId, TipId, Urgency, WardCode
from storage.reporters import HeldTip
from storage.seal import Seal
from storage.store import Store, ms
from storage.writes import Write
from tests.bot_api_fake.pulse import PATIENCE

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
"""12:00 in Hanoi."""
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CHAT = ChannelName("chat")
WARD = WardCode("00103")

LIMITS = Limits(
    text=4096, caption=1024, buttons=8, label=40, file=20_000_000, can_edit=True, can_pin=True,
    per_second=30, per_chat=1, per_group=20,
)  # fmt: skip


class Hours:
    """A clock that a sleep moves on at once."""

    def __init__(self, start: datetime = NOON) -> None:
        self._start = start
        self.passed = 0.0
        self.is_frozen = False
        """While True whoever sleeps goes on sleeping."""

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.passed)

    async def sleep(self, seconds: float) -> None:
        """Time passes when nothing else wants to happen first."""
        await (asyncio.Event().wait() if self.is_frozen else asyncio.sleep(0))
        self.passed += seconds

    @property
    def clock(self) -> Clock:
        return Clock(self.now, lambda: 1000 + self.passed, self.sleep)


@dataclass(slots=True)
class Messenger:
    """A channel whose answers a test writes down beforehand; it remembers what it showed, where and when."""

    hours: Hours
    name: ChannelName = CHAT
    limits: Limits = LIMITS
    script: list[Exception | Callable[[], Exception | None]] = field(default_factory=list)
    """Answers to the next sends, in order; afterwards all goes well."""
    answers: dict[str, list[Exception]] = field(default_factory=dict)
    """Answers to the next sends to one chat."""
    hangs: set[str] = field(default_factory=set)
    """Chats whose sends reach the platform but are never answered."""
    files: dict[str, bytes | list[Exception]] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)
    """Files of which the platform need keep nothing more."""
    shown: list[tuple[str, Rendered]] = field(default_factory=list)
    tried: list[tuple[float, str]] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def send(self, to: Place, line: Rendered) -> MessageRef | None:
        answer = self._answer(to.chat)
        self.tried.append((self.hours.passed, to.chat))
        if answer is None:
            self.shown.append((to.chat, line))
        async with self.arrived:
            self.arrived.notify_all()
        if to.chat in self.hangs:
            await asyncio.Event().wait()
        if answer is not None:
            raise answer
        return MessageRef(f"m{next(self.numbers)}")

    def _answer(self, chat: str) -> Exception | None:
        if self.answers.get(chat):
            return self.answers[chat].pop(0)
        if self.script:
            answer = self.script.pop(0)
            return answer if isinstance(answer, Exception) else answer()
        return None

    async def fetch(self, file: str) -> bytes:
        held = self.files.get(file)
        if isinstance(held, list):
            if held:
                raise held.pop(0)
            return b"picture"
        if held is None:
            raise Refused("no_such_file")
        return held

    async def forget(self, file: str) -> None:
        self.forgotten.append(file)

    async def until(self, count: int) -> None:
        """Until so many sends were tried."""
        async with self.arrived:
            await asyncio.wait_for(self.arrived.wait_for(lambda: len(self.tried) >= count), PATIENCE)

    def texts(self, chat: str | None = None) -> list[str]:
        """What was shown, in order."""
        return [
            line.text if isinstance(line, Text) else f"({line.kind})"
            for where, line in self.shown
            if chat in (None, where)
        ]


def place_of(chat: str, *, shared: bool = False) -> Place:
    return Place(CHAT, chat, shared=shared)


@asynccontextmanager
async def a_store(folder: Path) -> AsyncIterator[Store]:
    """The database of this folder, made when it is not there, with one ward."""
    path = folder / "test.db"
    fresh = not path.exists()
    migrate(path, NOON)
    async with await Database.open(path) as db:
        store = Store(db, Seal(b"m" * 32))
        if fresh:
            await db.commit(
                [
                    Write("INSERT INTO provinces (code, name, kind) VALUES ('01', 'Hà Nội', 'thanh-pho')"),
                    Write(
                        "INSERT INTO wards (code, name, kind, province, latitude, longitude, served) "
                        "VALUES (?, 'Tây Hồ', 'phuong', '01', 21.07, 105.81, 1)",
                        (WARD,),
                    ),
                ]
            )
        yield store


async def a_reporter(store: Store, who: str = "lan", *, held: tuple[HeldTip, ...] = ()) -> ReporterId:
    """Somebody who wrote to us, from the chat of the same name."""
    by = Address(CHAT, who)
    contents = reporters.Contents(by, place_of(who), tips=held)
    reporter, writes = reporters.fresh(store, ReporterId(f"reporter-{who}"), contents=contents)
    await store.db.commit(writes)
    return reporter.id


async def a_tip(store: Store, id: str = "tip-1", *, by: ReporterId, urgency: Urgency = Urgency.NORMAL) -> TipId:
    """A filed tip of this reporter."""
    tip = TipId(id)
    key, wrapped = store.seal.fresh_key(tip)
    filing = tips.Filing(
        tip=tip, ward=WARD, desk=WARD, series="TH", year=2026, urgency=urgency, designation="Sen Vàng",
        due_at=NOON + timedelta(hours=1), now=NOON,
    )  # fmt: skip
    link = tips.seal_link(key, tip, link=tips.Link(by, "TAIL"))
    await store.db.commit(
        [keys.keep(tip, wrapped), *tips.file(filing, seal=store.seal, receipt=Receipt(f"BT-{id}"), link=link)]
    )
    return tip


def a_renderer(store: Store, folder: Path, *, limits: Limits = LIMITS) -> Renderer:
    """A renderer for the one scripted channel, quiet from nine in the evening to half past six."""
    return Renderer(
        store,
        Catalogue(HANOI),
        limits={CHAT: limits},
        folder=folder / "media",
        timezone=HANOI,
        quiet=QuietHours(),
    )


SAID = RENDERED.dump_json(Say((phrase("campaign-message", words=Quote("campaign", "c", "words")),))).decode()


async def a_campaign(store: Store, name: str = "c", *, status: str = "sending", audience: int = 0) -> CampaignId:
    """A campaign that is going out; its subscribers' lines are made by `a_notice`."""
    began = ms(NOON) - 1
    await store.db.commit(
        [
            Write(
                "INSERT INTO campaigns (id, wards, words, said, status, version, author, starts_at, due_at, began_at, "
                "expires_at, cursor, audience) VALUES (?, '*', 'Nhớ khoá bếp ga.', ?, ?, 1, 'o', ?, ?, ?, ?, '~', ?)",
                (name, SAID, status, began, began, began, ms(NOON + timedelta(hours=24)), audience),
            )
        ]
    )
    return CampaignId(name)


async def a_notice(store: Store, reporter: ReporterId, *, campaign: str = "c", subscribed: bool = True) -> None:
    """One line of a campaign, to somebody who subscribes."""
    subscribes = Write(
        "INSERT INTO subscriptions (reporter, ward, since) VALUES (?, ?, 0) ON CONFLICT DO NOTHING", (reporter, WARD)
    )
    line = Write(
        "INSERT INTO lines (lane, due_at, owed_at, expires_at, chat, campaign, reporter) "
        "VALUES (4, ?, ?, ?, X'', ?, ?) ON CONFLICT DO NOTHING",
        (ms(NOON), ms(NOON), ms(NOON + timedelta(hours=24)), campaign, reporter),
    )
    await store.db.commit([*([subscribes] if subscribed else []), line])


async def one(store: Store, sql: LiteralString, *parameters: str | int | bytes) -> tuple[object, ...] | None:
    """The first row of a question that a test asks the database."""
    row = await store.db.fetch_one(sql, parameters)
    return None if row is None else tuple(row)


async def every(store: Store, sql: LiteralString, *parameters: str | int | bytes) -> list[tuple[object, ...]]:
    """All rows of such a question."""
    return [tuple(row) for row in await store.db.fetch_all(sql, parameters)]
