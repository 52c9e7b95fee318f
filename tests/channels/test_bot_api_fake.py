"""The fake hears and calls back as Telegram does: under the real python-telegram-bot, and over bare HTTP."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import (
    Bot,
    BotCommand,
)
from telegram.error import BadRequest, Conflict, InvalidToken

from bot.channels.telegram_http import AiohttpRequest
from tests.bot_api_fake.pulse import PATIENCE
from tests.bot_api_fake.server import BotApiFake
from tests.channels.library_client import CHOICES, Clock, client_of, hear, picture

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[BotApiFake]:
    async with BotApiFake(clock=clock) as fake:
        yield fake


@pytest.fixture
async def bot(fake: BotApiFake) -> AsyncIterator[Bot]:
    async with client_of(fake) as bot:
        yield bot


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_get_me_tells_who_the_bot_is(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.username, me.is_bot, me.can_join_groups) == ("bao_tin_test_bot", True, True)


async def test_a_wrong_token_is_unauthorized_and_a_malformed_one_not_found(
    fake: BotApiFake, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{fake.base_url}123:another-token-entirely/getMe") as answer:
        assert (answer.status, await answer.json()) == (
            401,
            {"ok": False, "error_code": 401, "description": "Unauthorized"},
        )
    async with http.get(f"{fake.base_url}nonsense/getMe") as answer:
        assert answer.status == 404
    request = AiohttpRequest()
    async with request:
        with pytest.raises(InvalidToken, match="Unauthorized"):
            await Bot("123:another-token-entirely", base_url=fake.base_url, request=request).get_me()


async def test_arguments_come_by_query_form_json_or_multipart_and_methods_in_any_case(
    fake: BotApiFake, http: aiohttp.ClientSession
) -> None:
    lan = fake.person(501, started=True)
    url = f"{fake.base_url}{fake.token}/SENDmessage"
    arguments = {"chat_id": "501", "text": "Chào"}
    multipart = aiohttp.FormData(default_to_multipart=True)
    multipart.add_fields(*arguments.items())
    ways: list[dict[str, Any]] = [
        {"params": arguments},
        {"data": arguments},
        {"json": {"chat_id": 501, "text": "Chào"}},
        {"data": multipart},
    ]
    for way in ways:
        async with http.post(url, **way) as answer:
            assert answer.status == 200, await answer.text()
    assert [message.text for message in lan.chat.screen()] == ["Chào"] * 4


async def test_an_unknown_method_is_not_found(fake: BotApiFake, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{fake.base_url}{fake.token}/sendTelepathy") as answer:
        assert (await answer.json())["description"] == "Not Found: method not found"
        assert answer.status == 404


class TestHearing:
    async def test_every_kind_of_message_is_one_that_the_library_can_read(self, fake: BotApiFake, bot: Bot) -> None:
        lan, minh = fake.person(5_000_000_001, "Lan"), fake.person(502, "Minh", language_code="en")
        lan.starts("w_00004")
        said = lan.says("Mất xe 🏍 gọi @congan hay https://bocongan.gov.vn ?")
        lan.says("Biển số 29A", reply_to=said)
        lan.edits(said, "Mất xe đạp")
        lan.sends_photo(picture(), caption="Khoá bị cắt")
        lan.sends_location(21.03, 105.85)
        lan.sends_location(21.03, 105.85, live_for=900)
        lan.sends_contact("+84912345678")
        lan.sends_voice(b"OggS", seconds=3)
        lan.sends_video(b"mp4", size=30 << 20)
        lan.sends_document(b"%PDF")
        lan.sends_sticker()
        lan.forwards("Cẩn thận lừa đảo")
        lan.forwards("Của Minh", of=minh)
        lan.sends({"dice": {"emoji": "🎲", "value": 3}})
        lan.blocks()
        lan.unblocks()
        updates = await hear(bot)
        kinds = [update.effective_message.effective_attachment for update in updates if update.effective_message]
        assert len(updates) == 17
        assert sum(kind is not None for kind in kinds) == 9
        first, text, reply, edited = [update.effective_message for update in updates[:4]]
        assert first is not None
        assert text is not None
        assert reply is not None
        assert edited is not None
        assert first.parse_entities() == {first.entities[0]: "/start"}
        assert list(text.parse_entities().values()) == ["@congan", "https://bocongan.gov.vn"]
        assert reply.reply_to_message is not None
        assert reply.reply_to_message.message_id == text.message_id
        assert edited.text == "Mất xe đạp"
        assert edited.edit_date is not None
        assert updates[3].edited_message is not None
        assert [update.update_id for update in updates] == list(range(870_000_001, 870_000_018))

    async def test_an_offset_forgets_what_is_below_it_and_nothing_else_does(self, fake: BotApiFake, bot: Bot) -> None:
        lan = fake.person(501)
        for words in ("một", "hai", "ba"):
            lan.says(words)
        first = await hear(bot)
        again = await hear(bot)
        assert [update.update_id for update in first] == [update.update_id for update in again]
        rest = await hear(bot, offset=first[2].update_id)
        assert [update.message.text for update in rest if update.message] == ["ba"]
        assert len(await hear(bot)) == 1
        assert len(await bot.get_updates(offset=-1)) == 1
        assert len(await bot.get_updates(limit=1)) == 1

    async def test_a_long_poll_ends_as_soon_as_somebody_writes(self, fake: BotApiFake, bot: Bot) -> None:
        lan = fake.person(501)
        poll = asyncio.create_task(bot.get_updates(timeout=50))
        await bot.get_me()
        lan.says("Cháy!")
        (update,) = await asyncio.wait_for(poll, PATIENCE)
        assert update.message is not None

    async def test_of_two_pollers_the_older_hears_of_the_conflict(self, fake: BotApiFake, bot: Bot) -> None:
        arrived = fake.world.pulse.coming()
        older = asyncio.create_task(bot.get_updates(timeout=50))
        await arrived.wait()
        younger = asyncio.create_task(bot.get_updates(timeout=50))
        with pytest.raises(Conflict, match=r"(?i)terminated by other getUpdates request"):
            await asyncio.wait_for(older, PATIENCE)
        fake.person(501).says("Có ai không?")
        assert len(await asyncio.wait_for(younger, PATIENCE)) == 1

    async def test_what_is_not_asked_for_is_not_told(self, fake: BotApiFake, bot: Bot) -> None:
        lan = fake.person(501)
        await bot.get_updates(allowed_updates=["callback_query"])
        lan.says("Không ai nghe")
        assert await bot.get_updates(allowed_updates=["message"]) == ()
        lan.says("Có người nghe")
        assert len(await bot.get_updates()) == 1
        lan.edits(lan.says("x"), "y")
        assert len(await bot.get_updates()) == 2

    async def test_updates_come_again_after_they_were_acknowledged(self, fake: BotApiFake, bot: Bot) -> None:
        lan = fake.person(501)
        lan.says("một")
        lan.says("hai")
        one, two = await hear(bot)
        assert await hear(bot, offset=two.update_id + 1) == []
        fake.redeliver(2)
        again = await hear(bot, offset=two.update_id + 1)
        assert [update.update_id for update in again] == [one.update_id, two.update_id]
        assert await hear(bot, offset=two.update_id + 1) == []

    async def test_anything_at_all_can_be_queued(self, fake: BotApiFake, http: aiohttp.ClientSession) -> None:
        fake.raw({"message": {"message_id": "not a number"}})
        fake.person(501).says("Tin thật")
        async with http.get(f"{fake.base_url}{fake.token}/getUpdates") as answer:
            broken, good = (await answer.json())["result"]
        assert broken["message"] == {"message_id": "not a number"}
        assert good["update_id"] == broken["update_id"] + 1

    async def test_presses_are_lost_after_150_seconds_and_messages_after_a_day(
        self, fake: BotApiFake, bot: Bot, clock: Clock
    ) -> None:
        lan = fake.person(501)
        lan.says("Tin")
        await bot.send_message(501, "Gửi?", reply_markup=CHOICES)
        press = lan.presses("Gửi ngay")
        clock.time += 151
        (update,) = await hear(bot)
        assert update.message is not None
        with pytest.raises(
            BadRequest, match=r"(?i)query is too old and response timeout expired or query ID is invalid"
        ):
            await bot.answer_callback_query(press)
        clock.time += 86_400
        assert await hear(bot) == []


@asynccontextmanager
async def listening(answer: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    """A webhook on this machine; yields its URL."""
    app = web.Application()
    app.router.add_post("/hook", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


class TestWebhook:
    async def test_updates_come_with_the_secret_and_again_until_they_are_taken(
        self, fake: BotApiFake, bot: Bot
    ) -> None:
        heard: list[tuple[str, str]] = []

        async def answer(request: web.Request) -> web.Response:
            body = await request.json()
            heard.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], body["message"]["text"]))
            return web.Response(status=503 if len(heard) < 3 else 200)

        lan = fake.person(501)
        lan.says("một")
        async with listening(answer) as url:
            await bot.set_webhook(url, secret_token="bi-mat", max_connections=8)
            with pytest.raises(Conflict, match=r"(?i)can't use getUpdates method while webhook is active"):
                await bot.get_updates()
            lan.says("hai")
            await fake.until_heard()
            info = await bot.get_webhook_info()
            await bot.delete_webhook()
        assert heard == [("bi-mat", "một")] * 3 + [("bi-mat", "hai")]
        assert [one.status for one in fake.couriers.tries] == [503, 503, 200, 200]
        assert (info.url, info.pending_update_count, info.max_connections) == (url, 0, 8)
        assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
        lan.says("ba")
        assert len(await hear(bot)) == 1

    async def test_one_chat_waits_for_its_own_updates_only(self, fake: BotApiFake, bot: Bot) -> None:
        heard: list[str] = []
        released = asyncio.Event()

        async def answer(request: web.Request) -> web.Response:
            text = (await request.json())["message"]["text"]
            heard.append(text)
            if text == "Lan một":
                await released.wait()
            return web.json_response({"method": "sendChatAction", "chat_id": 502, "action": "typing"})

        lan, minh = fake.person(501), fake.person(502)
        async with listening(answer) as url:
            await bot.set_webhook(url)
            lan.says("Lan một")
            lan.says("Lan hai")
            minh.says("Minh một")
            await fake.until(lambda: "Minh một" in heard and "Lan một" in heard)
            assert "Lan hai" not in heard
            released.set()
            await fake.until_heard()
            await fake.until(lambda: len(minh.chat.actions) == 3)
        assert heard.index("Lan một") < heard.index("Lan hai")

    async def test_a_webhook_outlives_an_outage(self, fake: BotApiFake, bot: Bot) -> None:
        async def answer(request: web.Request) -> web.Response:
            await request.read()
            return web.Response()

        lan = fake.person(501)
        async with listening(answer) as url:
            await bot.set_webhook(url)
            await fake.stop()
            lan.says("Trong lúc mất mạng")
            assert len(fake.world.updates.fresh()) == 1
            await fake.start()
            await fake.until_heard()
            await bot.delete_webhook()
        assert [one.status for one in fake.couriers.tries] == [200]

    async def test_a_webhook_elsewhere_must_be_https(self, fake: BotApiFake, bot: Bot) -> None:
        with pytest.raises(BadRequest, match=r"(?i)An HTTPS URL must be provided for webhook"):
            await bot.set_webhook("http://example.org/hook")
        with pytest.raises(BadRequest, match=r"(?i)unallowed characters"):
            await bot.set_webhook("https://example.org/hook", secret_token="bí mật")


async def test_commands_descriptions_and_menu_are_kept_by_scope_and_language(fake: BotApiFake, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("start", "Bắt đầu")])
    await bot.set_my_commands([BotCommand("start", "Begin")], language_code="en")
    assert [command.description for command in await bot.get_my_commands()] == ["Bắt đầu"]
    assert [command.description for command in await bot.get_my_commands(language_code="en")] == ["Begin"]
    with pytest.raises(BadRequest, match=r"(?i)BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand("Báo_tin", "x")])
    await bot.set_my_description("Báo tin cho công an phường")
    await bot.set_my_short_description("Báo tin")
    assert (await bot.get_my_description("en")).description == "Báo tin cho công an phường"
    assert (await bot.get_my_short_description()).short_description == "Báo tin"
    await bot.set_chat_menu_button()
    assert (await bot.get_chat_menu_button()).type == "default"


async def test_waiting_looks_at_what_is_new_and_says_what_is_there(fake: BotApiFake, bot: Bot) -> None:
    lan = fake.person(501, started=True)
    said = await bot.send_message(501, "Chào bạn")
    assert (await lan.chat.waits_for("Chào")).number == said.message_id
    lan.says("Ơ?")
    with pytest.raises(AssertionError, match=r"old \[1\] 'Chào bạn'"):
        await lan.chat.waits_for("Chào", within=0.01)
    waiting = asyncio.create_task(lan.chat.waits_for(lambda message: message.text.endswith("nhé")))
    await bot.edit_message_text("Chào bạn nhé", 501, said.message_id)
    assert (await waiting).number == said.message_id
    assert (await lan.chat.waits_for("Chào", after=0)).number == said.message_id


async def test_another_process_can_run_and_drive_it(http: aiohttp.ClientSession) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bot_api_fake", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        url, token = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().split()
        async with http.post(f"{url}/people/501/says", json={"text": "Alô"}) as answer:
            assert await answer.json() == {"done": 1}
        async with http.get(f"{url}/bot{token}/getUpdates") as answer:
            assert (await answer.json())["result"][0]["message"]["text"] == "Alô"
        markup = {"inline_keyboard": [[{"text": "Gửi", "callback_data": "s"}]]}
        call = {"chat_id": 501, "text": "Nghe rõ", "reply_markup": markup}
        async with http.post(f"{url}/bot{token}/sendMessage", json=call) as answer:
            assert answer.status == 200
        async with http.post(f"{url}/people/501/presses", json={"wanted": "Gửi"}) as answer:
            assert answer.status == 200
        async with http.post(f"{url}/people/501/presses", json={"wanted": "Không"}) as answer:
            assert answer.status == 409
        async with http.get(f"{url}/chats/501") as answer:
            assert [message["text"] for message in (await answer.json())["messages"]] == ["Alô", "Nghe rõ"]
        async with http.get(f"{url}/ledger") as answer:
            assert [entry["method"] for entry in await answer.json()] == ["getUpdates", "sendMessage"]
    finally:
        process.terminate()
        assert await process.wait() == 0
