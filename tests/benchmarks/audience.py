"""An installation with many subscribers and a campaign that is due, for benchmarks of broadcasts."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from bot.opening import open_store
from bot.settings import read_settings
from messages.address import Address, ChannelName, Place
from storage import campaigns, officers, reporters, wards
from storage.campaign_records import Campaign
from storage.records import CampaignId, OfficerId, ReporterId, Role, WardCode
from storage.store import Store, ms

TELEGRAM: Final = ChannelName("telegram")
WARD: Final = WardCode("00103")
CHIEF: Final = 2_000_001
FIRST: Final = 3_000_000
CAMPAIGN: Final = CampaignId("campaign-1")
WORDS: Final = "Cảnh báo: kẻ gian giả danh công an gọi điện đòi chuyển tiền. Hãy cúp máy và gọi số trực ban của phường."
IN_ONE_GO: Final = 5_000


async def prepare(folder: Path, people: int, *, begins: bool = True) -> None:
    """A served ward, its chief, and so many people who subscribe; with `begins` a campaign to them is due now."""
    settings = read_settings(_env_file=None, data=folder / "data")
    async with open_store(settings, tell=lambda _: None) as store:
        await store.db.commit([wards.enable(WARD, "024 3829 0000")])
        await _enlist(store)
        if begins:
            await add_campaign(store)
        fill(settings.database_path, store, people)


async def _enlist(store: Store) -> None:
    chief, number = OfficerId("chief"), str(CHIEF)
    contents = officers.Contents("Hoa", Address(TELEGRAM, number), Place(TELEGRAM, number))
    enrolled = officers.enrol(store.seal, chief, contents=contents, status="active", now=datetime.now(UTC))
    await store.db.commit([*enrolled, officers.grant(chief, ward=WARD, role=Role.CHIEF)])


async def add_campaign(store: Store, name: CampaignId = CAMPAIGN) -> None:
    """A campaign that was approved and is due."""
    now = datetime.now(UTC)
    drafted = Campaign(
        id=name, wards=(WARD,), words=WORDS, status="waiting", version=1, author=OfficerId("author"), author_name="",
        approved_by=None, repeats="once", starts_at=now - timedelta(seconds=1),
    )  # fmt: skip
    moved = campaigns.move(name, version=1, status="approved", by=OfficerId("chief"), now=now, due_at=now)
    await store.db.commit([campaigns.draft(store.seal, drafted), moved])


def fill(path: Path, store: Store, people: int) -> None:
    """Put subscribers into the database, sealed as intake would; quickly, as nobody else is at work."""
    since = ms(datetime.now(UTC))
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        made = _rows(store, people)
        while rows := list(islice(made, IN_ONE_GO)):
            connection.execute("BEGIN IMMEDIATE")
            for sql, parameters in (write for writes in rows for write in writes):
                connection.execute(sql, parameters)
            ids = [(ReporterId(str(writes[1][1][0])), WARD, since) for writes in rows]
            connection.executemany("INSERT INTO subscriptions (reporter, ward, since) VALUES (?, ?, ?)", ids)
            connection.execute("COMMIT")
    connection.close()


def _rows(store: Store, people: int) -> Iterator[list[tuple[str, tuple[object, ...]]]]:
    for number in range(FIRST, FIRST + people):
        by = Address(TELEGRAM, str(number))
        contents = reporters.Contents(by, Place(TELEGRAM, str(number)))
        _, writes = reporters.fresh(store, ReporterId(f"r{number:09}"), contents=contents)
        yield [(write.sql, write.parameters) for write in writes]


def told(tally: dict[str, float]) -> str:
    """A tally for an error message."""
    return json.dumps(tally)
