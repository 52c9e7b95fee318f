"""The request class under the real python-telegram-bot, against the fake and against servers that misbehave."""

import asyncio
import datetime as dt
import io
import socket
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from PIL import Image
from telegram import Bot, InputMediaPhoto
from telegram.error import NetworkError, RetryAfter, TimedOut

from bot.channels.telegram_http import AiohttpRequest, NotConnected
from tests.bot_api_fake.server import BotApiFake

SECRET = "only-the-fake-knows-this-token"


@asynccontextmanager
async def bot_at(base_url: str, *, token: str, request: AiohttpRequest) -> AsyncIterator[Bot]:
    """A Bot that has not called getMe: for servers that would not answer it."""
    bot = Bot(token, base_url=f"{base_url}/bot", base_file_url=f"{base_url}/file/bot", request=request)
    async with request:
        yield bot


@pytest.fixture
async def fake() -> AsyncIterator[BotApiFake]:
    async with BotApiFake() as fake:
        yield fake


@pytest.fixture
async def bot(fake: BotApiFake) -> AsyncIterator[Bot]:
    request = AiohttpRequest()
    bot = Bot(
        fake.token,
        base_url=fake.base_url,
        base_file_url=fake.base_file_url,
        request=request,
        get_updates_request=request,
    )
    async with bot:
        yield bot


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


def everything_about(error: BaseException) -> str:
    """All that a log could show of an error: its message, its causes and the messages of those."""
    return "".join(traceback.format_exception(error)) + repr(error) + repr(error.__cause__)


async def test_one_request_serves_polling_and_calls(fake: BotApiFake, bot: Bot) -> None:
    lan = fake.person(5_000_000_001)
    lan.says("Có người phá khoá xe ở ngõ 12 🚨")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "Có người phá khoá xe ở ngõ 12 🚨"
    await bot.send_message(lan.number, 'Đã nhận & cảm ơn = 100% ✔ "ngõ" + <b>')
    assert lan.chat.newest().text == 'Đã nhận & cảm ơn = 100% ✔ "ngõ" + <b>'


async def test_a_long_poll_may_take_longer_than_a_read(fake: BotApiFake) -> None:
    request = AiohttpRequest(read_timeout=1.0)
    bot = Bot(fake.token, base_url=fake.base_url, request=request, get_updates_request=request)
    async with bot:
        assert request.read_timeout == 1.0
        assert await bot.get_updates(timeout=1) == ()


async def test_files_of_an_album_arrive_byte_for_byte(fake: BotApiFake, bot: Bot) -> None:
    lan = fake.person(501, started=True)
    red, blue = picture("red"), picture("blue")
    first, second = await bot.send_media_group(
        lan.number, [InputMediaPhoto(red, caption="Cổng chính"), InputMediaPhoto(blue)]
    )
    assert first.media_group_id == second.media_group_id
    for said, sent in ((first, red), (second, blue)):
        stored = await bot.get_file(said.photo[-1].file_id)
        assert bytes(await stored.download_as_bytearray()) == sent


async def test_a_document_of_megabytes_and_its_vietnamese_name_arrive(fake: BotApiFake, bot: Bot) -> None:
    lan = fake.person(501, started=True)
    content = bytes(range(256)) * 4 * 3000
    said = await bot.send_document(lan.number, content, filename='Biên bản "số 1".pdf')
    assert said.document is not None
    assert said.document.file_name == 'Biên bản "số 1".pdf'
    assert said.document.file_size == len(content)
    stored = await bot.get_file(said.document.file_id)
    assert bytes(await stored.download_as_bytearray()) == content


async def test_a_line_break_in_a_file_name_does_not_end_the_header(fake: BotApiFake, bot: Bot) -> None:
    lan = fake.person(501, started=True)
    said = await bot.send_document(lan.number, b"x", filename="a.txt\r\nX-Other: 1")
    assert said.document is not None
    assert said.document.file_name == "a.txt X-Other: 1"


async def test_retry_after_is_a_timedelta_without_a_warning(fake: BotApiFake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PTB_TIMEDELTA", raising=False)
    lan = fake.person(501, started=True)
    fake.faults.next("sendMessage", retry_after=7)
    async with bot_at(fake.url, token=fake.token, request=AiohttpRequest()) as bot:
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(lan.number, "x")
    assert caught.value.retry_after == dt.timedelta(seconds=7)


async def test_a_cut_line_is_in_doubt_and_shows_no_token(fake: BotApiFake, bot: Bot) -> None:
    lan = fake.person(501, started=True)
    fake.faults.next("sendMessage", cut=True)
    with pytest.raises(NetworkError) as caught:
        await bot.send_message(lan.number, "Đã gửi hay chưa?")
    assert not isinstance(caught.value, TimedOut)
    assert caught.value.__cause__ is None
    assert lan.chat.newest().text == "Đã gửi hay chưa?"
    assert SECRET not in everything_about(caught.value)


async def test_silence_is_a_time_out_in_doubt_and_each_call_may_set_its_own(fake: BotApiFake, bot: Bot) -> None:
    lan = fake.person(501, started=True)
    fake.faults.next("sendMessage", hang=True)
    with pytest.raises(TimedOut) as caught:
        await bot.send_message(lan.number, "Còn đó không?", read_timeout=0.5)
    assert caught.value.__cause__ is None
    assert lan.chat.newest().text == "Còn đó không?"
    assert SECRET not in everything_about(caught.value)


async def test_a_refused_connection_says_that_nothing_was_sent(fake: BotApiFake) -> None:
    await fake.stop()
    async with bot_at(fake.url, token=fake.token, request=AiohttpRequest()) as bot:
        with pytest.raises(NetworkError) as caught:
            await bot.send_message(1, "x")
    assert isinstance(caught.value.__cause__, NotConnected)
    assert SECRET not in everything_about(caught.value)


async def test_a_server_that_does_not_accept_says_that_nothing_was_sent(fake: BotApiFake) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.socket() as waiting:
        waiting.connect(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        request = AiohttpRequest(connect_timeout=0.1, pool_timeout=0.1)
        async with bot_at(url, token=fake.token, request=request) as bot:
            with pytest.raises(TimedOut) as caught:
                await bot.send_message(1, "x")
    assert isinstance(caught.value.__cause__, NotConnected)
    assert SECRET not in everything_about(caught.value)


async def test_an_address_that_is_none_shows_no_token(fake: BotApiFake) -> None:
    async with bot_at("http://:nowhere", token=fake.token, request=AiohttpRequest()) as bot:
        with pytest.raises(NetworkError) as caught:
            await bot.send_message(1, "x")
    assert isinstance(caught.value.__cause__, NotConnected)
    assert SECRET not in everything_about(caught.value)


@asynccontextmanager
async def server_that(answers: Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]) -> AsyncIterator[str]:
    """A bare server whose every connection is handed to `answers`; yields its URL."""
    writers: list[asyncio.StreamWriter] = []

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        answers(reader, writer)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await server.wait_closed()


def read_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    transport = writer.transport
    assert isinstance(transport, asyncio.Transport)
    transport.pause_reading()


async def test_an_upload_that_nobody_reads_ends(fake: BotApiFake) -> None:
    limits = {"read_timeout": 0.1, "connect_timeout": 0.5, "pool_timeout": 0.5}
    request = AiohttpRequest(media_write_timeout=0.1, slowest=300_000_000, **limits)
    async with server_that(read_nothing) as url, bot_at(url, token=fake.token, request=request) as bot:
        with pytest.raises(TimedOut) as caught:
            await bot.send_document(1, bytes(30_000_000))
    assert caught.value.__cause__ is None
    assert SECRET not in everything_about(caught.value)


async def test_a_large_upload_gets_the_time_that_a_thin_line_takes(fake: BotApiFake) -> None:
    limits = {"read_timeout": 0.01, "connect_timeout": 0.5, "pool_timeout": 0.5}
    request = AiohttpRequest(media_write_timeout=0.01, slowest=1_000, **limits)
    async with server_that(read_nothing) as url, bot_at(url, token=fake.token, request=request) as bot:
        small = asyncio.create_task(bot.send_document(1, bytes(1)))
        large = asyncio.create_task(bot.send_document(1, bytes(60_000_000)))
        with pytest.raises(TimedOut):
            await small
        assert not large.done()
        large.cancel()
        await asyncio.gather(large, return_exceptions=True)


async def test_an_answer_that_is_not_http_shows_no_token(fake: BotApiFake) -> None:
    def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"what?\r\n\r\n")

    async with server_that(babble) as url, bot_at(url, token=fake.token, request=AiohttpRequest()) as bot:
        with pytest.raises(NetworkError) as caught:
            await bot.send_message(1, "x")
    assert SECRET not in everything_about(caught.value)


async def test_a_redirect_does_not_carry_the_token_elsewhere(fake: BotApiFake) -> None:
    seen: list[str] = []

    async def redirect(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(status=302, headers={"Location": f"http://127.0.0.1:{port}/elsewhere"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", redirect)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        async with bot_at(f"http://127.0.0.1:{port}", token=fake.token, request=AiohttpRequest()) as bot:
            with pytest.raises(NetworkError, match="Found"):
                await bot.get_me()
    finally:
        await runner.cleanup()
    assert seen == [f"/bot{fake.token}/getMe"]


async def test_half_a_download_is_an_error_not_half_a_photo(fake: BotApiFake, bot: Bot) -> None:
    photo = fake.person(501).sends_photo(picture("red") + bytes(200_000))
    stored = await bot.get_file(photo.raw["photo"][-1]["file_id"])
    fake.faults.next("file", cut=True)
    with pytest.raises(NetworkError) as caught:
        await stored.download_as_bytearray()
    assert SECRET not in everything_about(caught.value)


async def test_many_calls_at_once_all_arrive(fake: BotApiFake, bot: Bot) -> None:
    people = [fake.person(1000 + number, started=True) for number in range(100)]
    await asyncio.gather(*(bot.send_message(person.number, f"số {person.number}") for person in people))
    assert [person.chat.newest().text for person in people] == [f"số {person.number}" for person in people]


async def test_it_opens_and_closes_as_often_as_one_likes(fake: BotApiFake) -> None:
    request = AiohttpRequest()
    bot = Bot(fake.token, base_url=fake.base_url, request=request)
    with pytest.raises(RuntimeError, match="not initialized"):
        await request.do_request(f"{fake.base_url}{fake.token}/getMe", "POST")
    for _ in range(2):
        await request.initialize()
        await request.initialize()
        assert (await bot.get_me()).username == "bao_tin_test_bot"
        await request.shutdown()
        await request.shutdown()
