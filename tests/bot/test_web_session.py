"""An officer's page is known for a time only; a resident's for as long as the page keeps its token."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot.channels.web_read import key_of
from bot.web.app import SESSION
from messages.incoming import Command
from tests.bot_api_fake.pulse import PATIENCE
from tests.web_running import NOON, Running, running

INVITE = {"id": "0d1f3c1e-9b5a-4a39-8a57-3ad1f4b8a002", "kind": "start", "words": "o_CODE-1234"}


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as place:
        yield place


@pytest_asyncio.fixture
async def http(served: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as client:
        yield client


async def fresh(http: httpx.AsyncClient, role: str) -> str:
    """A new token."""
    return str((await http.post(f"/chat/hello?role={role}")).json()["token"])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_an_officer_s_token_is_one_until_the_session_ends_and_a_resident_s_stays(
    http: httpx.AsyncClient, served: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, resident = await fresh(http, "officer"), await fresh(http, "resident")
    for later, known in ((timedelta(0), True), (SESSION - timedelta(seconds=1), True), (SESSION, False)):
        monkeypatch.setattr(served.channel, "now", lambda at=NOON + later: at)
        assert served.channel.key_of(officer) == (key_of(officer) if known else None)
        assert served.channel.key_of(resident) == key_of(resident)
    for path in ("/chat/say", "/chat/ack", "/chat/photo", "/chat/file"):
        assert (await http.post(path, headers=bearer(officer))).status_code == 401


async def test_a_page_that_listens_hears_nothing_more_once_its_session_has_ended(
    http: httpx.AsyncClient, served: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await fresh(http, "officer")
    async with http.stream("GET", "/chat/listen?beat=2", headers=bearer(token)) as answer:
        lines = answer.aiter_lines()
        assert (NOON + SESSION).isoformat() in await anext(lines)
        monkeypatch.setattr(served.channel, "now", lambda: NOON + SESSION)
        async with asyncio.timeout(PATIENCE):
            assert [line async for line in lines if line.startswith("data: ")] == []
    assert (await http.get("/chat/listen", headers=bearer(token))).status_code == 401


@pytest.mark.parametrize("said", [INVITE, {**INVITE, "kind": "text", "words": "/start o_CODE-1234"}])
async def test_an_invite_is_taken_from_a_page_with_a_session_only(
    http: httpx.AsyncClient, served: Running, said: dict[str, str]
) -> None:
    assert (await http.post("/chat/say", json=said, headers=bearer(await fresh(http, "resident")))).status_code == 403
    assert served.counter.heard == []
    assert (await http.post("/chat/say", json=said, headers=bearer(await fresh(http, "officer")))).status_code == 200
    assert served.counter.heard[0].content == Command("start", "o_CODE-1234")
