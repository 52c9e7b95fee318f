"""Hearing Telegram by polling: nothing is acknowledged before it is taken in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.channels.telegram import ALLOWED_UPDATES, TelegramChannel
from bot.channels.telegram_polling import poll
from messages.address import MessageRef
from messages.incoming import Press
from tests.bot_api_fake.pulse import PATIENCE
from tests.bot_api_fake.refusals import OTHER_POLLER
from tests.bot_api_fake.server import BotApiFake
from tests.channels.notebook import Notebook


@pytest.fixture
async def fake() -> AsyncIterator[BotApiFake]:
    async with BotApiFake() as fake:
        yield fake


@pytest.fixture
async def channel(fake: BotApiFake) -> AsyncIterator[TelegramChannel]:
    channel = await TelegramChannel.open(fake.token, fake.url)
    yield channel
    await channel.close()


@asynccontextmanager
async def polling(channel: TelegramChannel, notebook: Notebook) -> AsyncIterator[asyncio.Task[None]]:
    """Poll as long as the block lasts, with rests that a test need not wait for."""
    task = asyncio.create_task(poll(channel, notebook.take, wait=20, first_pause=0.005, longest_pause=0.02))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_polling_ends_a_webhook_and_keeps_what_waits(fake: BotApiFake, channel: TelegramChannel) -> None:
    await channel.expect_webhook("http://127.0.0.1:9/nobody", "secret")
    fake.person(501).says("đã chờ từ trước")
    notebook = Notebook()
    async with polling(channel, notebook):
        await fake.until_heard()
    assert notebook.words == ["đã chờ từ trước"]
    assert fake.couriers.hook is None
    assert fake.world.updates.allowed == frozenset(ALLOWED_UPDATES)


async def test_one_update_that_nobody_can_read_does_not_stop_the_others(
    fake: BotApiFake, channel: TelegramChannel
) -> None:
    lan, notebook = fake.person(501), Notebook()
    lan.says("một")
    fake.raw({"message": {"chat": "nowhere", "text": "bí mật"}})
    fake.raw({"message": ["no", "message"]})
    lan.says("hai")
    with capture_logs() as logged:
        async with polling(channel, notebook):
            await fake.until_heard()
    assert notebook.words == ["một", "hai"]
    skipped = [line for line in logged if line["event"] == "update_skipped"]
    assert [line["update"] for line in skipped] == [870_000_002, 870_000_003]
    assert "bí mật" not in str(logged)


async def test_nothing_is_acknowledged_before_all_of_the_batch_is_taken(
    fake: BotApiFake, channel: TelegramChannel
) -> None:
    lan, minh = fake.person(501), fake.person(502)
    lan.says("một")
    minh.says("hai")
    notebook = Notebook(gates={"hai": asyncio.Event()})
    async with polling(channel, notebook):
        await notebook.begins("hai")
        assert notebook.words == ["một"]
        assert [update.number for update in fake.world.updates.fresh()] == [870_000_001, 870_000_002]
        assert len(fake.calls("getUpdates")) == 1
        notebook.gates["hai"].set()
        await fake.until_heard()
    assert notebook.words == ["một", "hai"]


async def test_what_could_not_be_written_comes_again_and_is_written_once(
    fake: BotApiFake, channel: TelegramChannel
) -> None:
    lan, minh = fake.person(501), fake.person(502)
    lan.says("một")
    lan.says("hai")
    minh.says("ba")
    notebook = Notebook(fails={"một": 2})
    with capture_logs() as logged:
        async with polling(channel, notebook):
            await fake.until_heard()
    assert notebook.tries[:4] == ["một", "ba", "một", "ba"]
    assert sorted(notebook.tries[4:]) == ["ba", "hai", "một"]
    assert notebook.words == ["ba", "một", "hai"]
    failed = [line for line in logged if line["event"] == "batch_not_taken"]
    assert [line["errors"] for line in failed] == [["UnwritableError"]] * 2
    assert "một" not in str(logged)


async def test_a_person_is_heard_in_order_and_nobody_waits_for_another(
    fake: BotApiFake, channel: TelegramChannel
) -> None:
    lan, minh = fake.person(501, started=True), fake.person(502)
    lan.says("một")
    lan.says("hai")
    minh.says("ba")
    notebook = Notebook(gates={"một": asyncio.Event(), "ba": asyncio.Event()})
    async with polling(channel, notebook):
        await notebook.begins("một")
        await notebook.begins("ba")
        assert notebook.tries == ["một", "ba"]
        notebook.gates["ba"].set()
        notebook.gates["một"].set()
        await fake.until_heard()
    assert notebook.words.index("một") < notebook.words.index("hai")
    assert set(notebook.words) == {"một", "hai", "ba"}


async def test_a_person_in_a_group_and_in_private_is_one_person(fake: BotApiFake, channel: TelegramChannel) -> None:
    lan, notebook = fake.person(501), Notebook(gates={"một": asyncio.Event()})
    group = fake.group(-100)
    group.add_bot(lan)
    group.promote_bot(lan)
    lan.says("một", in_chat=group)
    lan.says("hai")
    async with polling(channel, notebook):
        await notebook.begins("một")
        assert "hai" not in notebook.tries
        notebook.gates["một"].set()
        await fake.until_heard()
    assert notebook.words[-2:] == ["một", "hai"]


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 502},
        {"drop": True},
        {"cut": True},
        {"status": 409, "description": OTHER_POLLER},
        {"status": 400, "description": "Bad Request: something new"},
        {"status": 403},
    ],
)
@pytest.mark.parametrize("method", ["deleteWebhook", "getUpdates"])
async def test_whatever_telegram_answers_polling_goes_on(
    fake: BotApiFake, channel: TelegramChannel, method: str, fault: dict[str, object]
) -> None:
    met = fake.faults.next(method, **fault)  # type: ignore[arg-type]
    fake.person(501).says("một")
    notebook = Notebook()
    with capture_logs() as logged:
        async with polling(channel, notebook):
            await fake.until_heard()
    assert met.met == 1
    assert notebook.words == ["một"]
    assert [line["event"] for line in logged] == ["polling_failed"]


async def test_polling_rests_as_long_as_telegram_asks(fake: BotApiFake, channel: TelegramChannel) -> None:
    fake.faults.next("getUpdates", retry_after=1)
    fake.person(501).says("một")
    async with polling(channel, Notebook()):
        await fake.until_heard()
    refused, answered = fake.calls("getUpdates")[:2]
    assert answered.at - refused.at >= 1


async def test_a_server_that_went_away_and_came_back_is_heard_again(fake: BotApiFake, channel: TelegramChannel) -> None:
    lan, notebook = fake.person(501), Notebook()
    async with polling(channel, notebook):
        lan.says("một")
        await fake.until_heard()
        await fake.stop()
        lan.says("hai")
        await fake.start()
        await fake.until_heard()
    assert notebook.words == ["một", "hai"]


async def test_what_comes_twice_is_taken_twice_for_intake_to_know_it(
    fake: BotApiFake, channel: TelegramChannel
) -> None:
    notebook = Notebook()
    async with polling(channel, notebook):
        fake.person(501).says("một")
        await fake.until_heard()
        notebook.begun["một"].clear()
        fake.redeliver()
        await notebook.begins("một")
    assert notebook.tries == ["một", "một"]
    assert len(notebook.said) == 1


async def test_after_an_empty_answer_updates_may_count_from_anywhere(
    fake: BotApiFake, channel: TelegramChannel
) -> None:
    lan, notebook = fake.person(501), Notebook()
    task = asyncio.create_task(poll(channel, notebook.take, wait=0))
    lan.says("một")
    await fake.until_heard()
    polled = len(fake.calls("getUpdates"))
    await fake.until(lambda: len(fake.calls("getUpdates")) > polled + 1)
    lan.says("hai")
    fake.world.updates.waiting[-1].number = 5
    fake.world.updates.waiting[-1].body["update_id"] = 5
    await fake.until_heard()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert [said.id for said in notebook.said] == ["7100200300:870000001", "7100200300:5"]


async def test_an_answer_that_is_not_the_bot_apis_is_asked_for_again() -> None:
    """A gateway that answers 200 to everything, as in a hotel, must neither crash nor acknowledge anything."""
    answers = iter(['{"ok": true, "result": []}', "[]", "{}", '{"ok": true, "result": true}', "<html>", "null"])
    asked = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        if request.match_info["method"] == "getMe":
            me = {"id": 1, "is_bot": True, "first_name": "B", "username": "b_bot"}
            return web.json_response({"ok": True, "result": me})
        if request.match_info["method"] == "deleteWebhook":
            return web.json_response({"ok": True, "result": True})
        text = next(answers, None)
        if text is None:
            asked.set()
        return web.Response(text=text or "{}", content_type="application/json")

    app = web.Application()
    app.router.add_post("/bot{token}/{method}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    channel = await TelegramChannel.open("1:abcdefghijk", f"http://127.0.0.1:{runner.addresses[0][1]}")
    notebook = Notebook()
    async with polling(channel, notebook) as task, asyncio.timeout(PATIENCE):
        await asked.wait()
        assert not task.done()
    await channel.close()
    await runner.cleanup()
    assert notebook.tries == []


async def test_cancelling_ends_polling_at_once_and_what_was_in_hand_waits_at_telegram(
    fake: BotApiFake, channel: TelegramChannel
) -> None:
    fake.person(501).says("một")
    notebook = Notebook(gates={"một": asyncio.Event()})
    async with polling(channel, notebook):
        await notebook.begins("một")
    assert notebook.words == []
    assert len(fake.world.updates.fresh()) == 1
    again = Notebook()
    async with polling(channel, again):
        await fake.until_heard()
    assert again.words == ["một"]


async def test_a_press_is_dated_by_the_channels_clock(fake: BotApiFake) -> None:
    noon = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
    channel = await TelegramChannel.open(fake.token, fake.url, now=lambda: noon)
    lan = fake.person(501, started=True)
    under = lan.says("x")
    press = lan.presses("0.menu", forged=True, message=under)
    said = [channel.understand(raw) for raw in await channel.updates(None, wait=1)]
    await channel.close()
    assert said[-1] is not None
    assert said[-1].at == noon
    assert said[-1].content == Press("menu", 0, press=press, on=MessageRef(str(under.number)))
