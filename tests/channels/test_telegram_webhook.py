"""Hearing Telegram by webhook: 200 means taken in, everything else that it will come again."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.channels.telegram import ALLOWED_UPDATES, TelegramChannel
from bot.channels.telegram_webhook import BODY_LIMIT, SECRET_HEADER, webhook
from tests.bot_api_fake.server import BotApiFake
from tests.channels.notebook import Notebook

SECRET = "only-telegram-knows-this"


@pytest.fixture
async def fake() -> AsyncIterator[BotApiFake]:
    async with BotApiFake() as fake:
        yield fake


@pytest.fixture
async def channel(fake: BotApiFake) -> AsyncIterator[TelegramChannel]:
    channel = await TelegramChannel.open(fake.token, fake.url)
    yield channel
    await channel.close()


def update(number: int = 1, text: str = "một") -> dict[str, object]:
    person = {"id": 501, "is_bot": False, "first_name": "Lan"}
    chat = {"id": 501, "type": "private", "first_name": "Lan"}
    return {"update_id": number, "message": {"message_id": 3, "date": 1, "chat": chat, "from": person, "text": text}}


def posting(channel: TelegramChannel, notebook: Notebook) -> httpx.AsyncClient:
    """A client of the endpoint as the web application mounts it; whatever it raises reaches the test."""
    app = Starlette(routes=[Route("/hook", webhook(channel, notebook.take, secret=SECRET), methods=["POST"])])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot")


async def test_200_means_that_the_update_was_taken(channel: TelegramChannel) -> None:
    notebook = Notebook(gates={"một": asyncio.Event()})
    async with posting(channel, notebook) as client:
        answer = asyncio.create_task(client.post("/hook", json=update(), headers={SECRET_HEADER: SECRET}))
        await notebook.begins("một")
        assert not answer.done()
        notebook.gates["một"].set()
        assert (await answer).status_code == 200
    assert notebook.words == ["một"]


@pytest.mark.parametrize("given", [None, "", "wrong", SECRET + "x", "\xe9" * 24])
async def test_who_does_not_know_the_secret_is_not_heard(channel: TelegramChannel, given: str | None) -> None:
    notebook = Notebook()
    headers = {} if given is None else {SECRET_HEADER: given.encode("latin-1")}
    async with posting(channel, notebook) as client:
        answer = await client.post("/hook", json=update(), headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 403
    assert notebook.tries == []


async def test_a_webhook_without_a_secret_is_not_made(channel: TelegramChannel) -> None:
    with pytest.raises(ValueError, match="secret"):
        webhook(channel, Notebook().take, secret="")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null", b"[]", b'"x"', b'{"update_id": 7}', b'{"update_id": "x"}',
     b'{"update_id": 7, "message": {"chat": 1}}'],
)  # fmt: skip
async def test_what_can_never_be_read_is_not_asked_for_again(channel: TelegramChannel, body: bytes) -> None:
    notebook = Notebook()
    async with posting(channel, notebook) as client:
        answer = await client.post("/hook", content=body, headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 200
    assert notebook.tries == []


async def test_a_body_beyond_all_measure_is_not_read(channel: TelegramChannel) -> None:
    notebook, sent = Notebook(), 0

    async def parts() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(64):
            sent += 1
            yield b" " * (BODY_LIMIT // 4)

    async with posting(channel, notebook) as client:
        answer = await client.post("/hook", content=parts(), headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 413
    assert sent < 10


async def test_what_could_not_be_written_is_asked_for_again(channel: TelegramChannel) -> None:
    notebook = Notebook(fails={"một": 1})
    with capture_logs() as logged:
        async with posting(channel, notebook) as client:
            first = await client.post("/hook", json=update(), headers={SECRET_HEADER: SECRET})
            second = await client.post("/hook", json=update(), headers={SECRET_HEADER: SECRET})
    assert (first.status_code, first.headers["Retry-After"], second.status_code) == (503, "5", 200)
    assert notebook.words == ["một"]
    assert [line["update"] for line in logged] == ["7100200300:1"]
    assert "một" not in json.dumps(logged, ensure_ascii=False)


async def test_telegram_brings_what_waits_and_brings_it_again_until_it_is_taken(
    fake: BotApiFake, channel: TelegramChannel
) -> None:
    """The whole way over HTTP: setWebhook, the couriers of the Bot API, the endpoint under a real server."""
    notebook = Notebook(fails={"một": 1})
    app = Starlette(routes=[Route("/hook", webhook(channel, notebook.take, secret=SECRET), methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    socket = server.config.bind_socket()
    serving = asyncio.create_task(server.serve([socket]))
    lan = fake.person(501)
    lan.says("một")
    lan.says("hai")
    await channel.expect_webhook(f"http://127.0.0.1:{socket.getsockname()[1]}/hook", SECRET)
    await fake.until_heard()
    assert notebook.tries == ["một", "một", "hai"]
    assert [brought.status for brought in fake.couriers.tries if brought.status] == [503, 200, 200]
    assert fake.couriers.hook is not None
    assert fake.couriers.hook.secret == SECRET
    assert fake.world.updates.allowed == frozenset(ALLOWED_UPDATES)
    await fake.couriers.stop()
    server.should_exit = True
    await serving
    socket.close()
