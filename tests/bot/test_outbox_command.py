"""`baotin outbox`: what was given up is listed without whom or what, tried again, or forgotten."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.opening import open_store
from bot.settings import read_settings
from bot.watch.doctor import look_at_outbox
from messages.address import ChannelName, Place
from messages.outgoing import say
from storage import claims, outbox
from storage.outbox import Lane, ToPlace
from storage.store import Store
from tests.bot.owing import every
from tests.installed import install

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    monkeypatch.chdir(tmp_path)
    install(tmp_path / "data")
    async with open_store(read_settings(), tell=lambda _: None) as store:
        for who in ("0912345678", "secret-chat"):
            to = ToPlace(Place(ChannelName("telegram"), who), "vi", "session")
            await store.db.commit([outbox.owe(store.seal, to, outgoing=say("menu-ask"), lane=Lane.REPLY, now=NOW)])
        for line in await claims.claim(store, NOW, lanes=[Lane.REPLY]):
            await store.db.commit(outbox.dead(line.id, "chat not found"))
        yield store


async def baotin(*words: str) -> Result:
    """A command, run while this store is open, as beside a running bot."""
    return await asyncio.to_thread(
        lambda: CliRunner().invoke(app, ["outbox", *words], prog_name="baotin", catch_exceptions=False)
    )


async def test_the_list_says_why_and_neither_whom_nor_what(store: Store) -> None:
    told = await baotin("list")
    assert told.exit_code == 0
    first, second = told.stdout.splitlines()
    assert first.split()[:3] == ["2", "reply", "telegram"]
    assert second.endswith("chat not found")
    assert "0912345678" not in told.stdout
    [finding] = await look_at_outbox(read_settings(), store.db)
    assert (finding.words, finding.mend) == ("2 lines were given up (chat not found)", "baotin outbox list")


async def test_a_line_is_tried_anew_or_forgotten_beside_a_running_bot(store: Store) -> None:
    assert (await baotin("retry", "1")).stdout == "1 lines are tried again.\n"
    assert await every(store, "SELECT id, state, attempts, reason FROM lines") == [
        (1, "waiting", 0, ""), (2, "dead", 0, "chat not found"),
    ]  # fmt: skip
    assert (await baotin("drop", "--all")).stdout == "1 lines are forgotten.\n"
    assert await every(store, "SELECT id FROM lines") == [(1,)]
    assert (await baotin("list")).stdout == "Nothing was given up.\n"
    assert await every(store, "SELECT what, detail FROM log ORDER BY seq DESC LIMIT 2") == [
        ("lines-dropped", "1"), ("lines-retried", "1"),
    ]  # fmt: skip


async def test_a_line_that_was_not_given_up_is_wrong_use_and_nothing_is_done(store: Store) -> None:
    told = await baotin("retry", "1", "99")
    assert (told.exit_code, told.stderr) == (2, "baotin: line 99 was not given up\n")
    assert (await baotin("retry")).exit_code == 2
    assert (await baotin("drop", "1", "--all")).exit_code == 2
    assert await every(store, "SELECT state FROM lines") == [("dead",), ("dead",)]
