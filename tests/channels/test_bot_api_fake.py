"""The fake answers as Telegram does: under the real python-telegram-bot, and over bare HTTP."""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from PIL import Image
from telegram import (
    Bot,
    BotCommand,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot.channels.telegram_http import AiohttpRequest
from tests.bot_api_fake.server import BotApiFake

CHOICES = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Gửi ngay", callback_data="s:1")], [InlineKeyboardButton("Không gửi", callback_data="n:1")]]
)
ROOT = Path(__file__).resolve().parents[2]


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[BotApiFake]:
    async with BotApiFake(clock=clock) as fake:
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


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "red").save(out, "PNG")
    return out.getvalue()


async def hear(bot: Bot, *, offset: int = 0) -> list[Update]:
    return list(await bot.get_updates(offset=offset, allowed_updates=Update.ALL_TYPES))


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
        (update,) = await asyncio.wait_for(poll, 5)
        assert update.message is not None

    async def test_of_two_pollers_the_older_hears_of_the_conflict(self, fake: BotApiFake, bot: Bot) -> None:
        arrived = fake.world.pulse.coming()
        older = asyncio.create_task(bot.get_updates(timeout=50))
        await arrived.wait()
        younger = asyncio.create_task(bot.get_updates(timeout=50))
        with pytest.raises(Conflict, match=r"(?i)terminated by other getUpdates request"):
            await asyncio.wait_for(older, 5)
        fake.person(501).says("Có ai không?")
        assert len(await asyncio.wait_for(younger, 5)) == 1

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


class TestSaying:
    async def test_buttons_are_pressed_by_label_or_data_and_answered_once(self, fake: BotApiFake, bot: Bot) -> None:
        lan = fake.person(501, started=True)
        await bot.send_message(501, "Cũ", reply_markup=CHOICES)
        newer = await bot.send_message(501, "Mới", reply_markup=CHOICES)
        press = lan.presses("Gửi ngay")
        lan.presses("n:1")
        by_label, by_data = [update.callback_query for update in await hear(bot)]
        assert by_label is not None
        assert by_data is not None
        assert (by_label.data, by_data.data) == ("s:1", "n:1")
        assert by_label.message is not None
        assert by_label.message.message_id == newer.message_id
        await by_label.answer("Đã gửi", show_alert=True)
        toast = await lan.chat.waits_for_toast(press)
        assert (toast.text, toast.is_alert) == ("Đã gửi", True)
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await by_label.answer("Lần nữa")
        with pytest.raises(AssertionError, match="no button 'Tôi nhận'"):
            lan.presses("Tôi nhận")

    async def test_a_forged_press_and_one_on_a_deleted_message_arrive(self, fake: BotApiFake, bot: Bot) -> None:
        lan = fake.person(501, started=True)
        said = await bot.send_message(501, "Gửi?", reply_markup=CHOICES)
        lan.presses("drop table", forged=True)
        await bot.delete_message(501, said.message_id)
        lan.presses("s:1", message=lan.chat.messages[said.message_id], forged=True)
        forged, late = [update.callback_query for update in await hear(bot)]
        assert forged is not None
        assert late is not None
        assert forged.data == "drop table"
        assert late.message is not None
        assert not late.message.is_accessible

    async def test_a_link_into_the_bot_and_a_keyboard_button_write_for_the_person(
        self, fake: BotApiFake, bot: Bot
    ) -> None:
        lan = fake.person(501, started=True)
        link = InlineKeyboardButton("Xem đầy đủ", url="https://t.me/bao_tin_test_bot?start=tip_7")
        await bot.send_message(501, "Thẻ", reply_markup=InlineKeyboardMarkup([[link]]))
        assert lan.presses("Xem đầy đủ") == ""
        keyboard = ReplyKeyboardMarkup([[KeyboardButton("Gửi vị trí", request_location=True), "Bỏ qua"]])
        said = await bot.send_message(501, "Ở đâu?", reply_markup=keyboard)
        assert lan.chat.newest().buttons == ["Gửi vị trí", "Bỏ qua"]
        lan.presses("Bỏ qua")
        assert [update.message.text for update in await hear(bot) if update.message] == ["/start tip_7", "Bỏ qua"]
        with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
            await bot.edit_message_text("Ở đây", 501, said.message_id)

    async def test_an_edit_shows_and_the_same_again_is_not_modified(self, fake: BotApiFake, bot: Bot) -> None:
        lan = fake.person(501, started=True)
        said = await bot.send_message(501, "Chờ", reply_markup=CHOICES)
        await bot.edit_message_text("Đã nhận", 501, said.message_id, reply_markup=CHOICES)
        (shown,) = lan.chat.screen()
        assert (shown.text, shown.buttons) == ("Đã nhận", ["Gửi ngay", "Không gửi"])
        with pytest.raises(BadRequest, match=r"(?i)message is not modified: specified new message content"):
            await bot.edit_message_text("Đã nhận", 501, said.message_id, reply_markup=CHOICES)
        await bot.edit_message_reply_markup(501, said.message_id)
        assert shown.buttons == []
        await bot.delete_message(501, said.message_id)
        assert lan.chat.screen() == []
        with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
            await bot.edit_message_text("x", 501, said.message_id)
        with pytest.raises(BadRequest, match=r"(?i)message to delete not found"):
            await bot.delete_message(501, said.message_id)
        theirs = lan.says("Của tôi")
        with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
            await bot.edit_message_text("x", 501, theirs.number)

    async def test_a_photo_is_sent_edited_and_fetched(self, fake: BotApiFake, bot: Bot) -> None:
        lan = fake.person(501, started=True)
        said = await bot.send_photo(501, picture(), caption="Ảnh 1")
        stored = await bot.get_file(said.photo[-1].file_id)
        assert (said.photo[-1].width, bytes(await stored.download_as_bytearray())) == (640, picture())
        await bot.edit_message_caption(501, said.message_id, caption="Ảnh một")
        assert lan.chat.newest().text == "Ảnh một"
        with pytest.raises(BadRequest, match=r"(?i)there is no text in the message to edit"):
            await bot.edit_message_text("x", 501, said.message_id)
        await bot.send_photo(501, said.photo[-1].file_id)
        assert len(lan.chat.screen()) == 2

    async def test_what_people_send_can_be_fetched_up_to_20_megabytes(self, fake: BotApiFake, bot: Bot) -> None:
        lan = fake.person(501)
        lan.sends_album([picture(), b"no picture"], caption="Hai ảnh")
        lan.sends_video(b"mp4", size=20 * 1024 * 1024 + 1)
        one, two, video = [update.message for update in await hear(bot)]
        assert one is not None
        assert two is not None
        assert video is not None
        assert video.video is not None
        assert one.media_group_id == two.media_group_id is not None
        stored = await bot.get_file(two.photo[-1].file_id)
        assert bytes(await stored.download_as_bytearray()) == b"no picture"
        with pytest.raises(BadRequest, match=r"(?i)file is too big"):
            await bot.get_file(video.video.file_id)
        with pytest.raises(BadRequest, match=r"(?i)invalid file_id"):
            await bot.get_file("nonsense")

    @pytest.mark.parametrize(
        ("text", "refusal"),
        [
            ("", "message text is empty"),
            (" \n ", "text must be non-empty"),
            ("a" * 4097, "message is too long"),
            ("😀" * 2049, "message is too long"),
            ("ữ" * 20_000, "text is too long"),
        ],
    )
    async def test_a_text_outside_the_limits_is_refused(
        self, fake: BotApiFake, bot: Bot, text: str, refusal: str
    ) -> None:
        fake.person(501, started=True)
        with pytest.raises(BadRequest) as caught:
            await bot.send_message(501, text)
        assert caught.value.message.lower() == refusal

    async def test_a_text_at_the_limit_is_taken(self, fake: BotApiFake, bot: Bot) -> None:
        lan = fake.person(501, started=True)
        await bot.send_message(501, "ữ" * 4096)
        await bot.send_message(501, "😀" * 2048)
        await bot.send_photo(501, picture(), caption="ữ" * 1024)
        assert len(lan.chat.screen()) == 3
        with pytest.raises(BadRequest, match=r"(?i)message caption is too long"):
            await bot.send_photo(501, picture(), caption="ữ" * 1025)
        with pytest.raises(BadRequest, match=r"(?i)IMAGE_PROCESS_FAILED"):
            await bot.send_photo(501, b"no picture")

    @pytest.mark.parametrize("data", ["", "x" * 65, "ữ" * 22])
    async def test_button_data_of_no_or_more_than_64_bytes_is_refused(
        self, fake: BotApiFake, http: aiohttp.ClientSession, data: str
    ) -> None:
        fake.person(501, started=True)
        markup = {"inline_keyboard": [[{"text": "Nút", "callback_data": data}]]}
        call = {"chat_id": 501, "text": "x", "reply_markup": markup}
        async with http.post(f"{fake.base_url}{fake.token}/sendMessage", json=call) as answer:
            assert (await answer.json())["description"] == "Bad Request: BUTTON_DATA_INVALID"

    async def test_protection_silence_previews_and_replies_are_kept(self, fake: BotApiFake, bot: Bot) -> None:
        lan = fake.person(501)
        asked = lan.says("Hỏi")
        said = await bot.send_message(
            501,
            "Đáp",
            protect_content=True,
            disable_notification=True,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_to_message_id=asked.number,
            reply_markup=ForceReply(),
        )
        shown = lan.chat.newest()
        assert (shown.is_protected, shown.is_silent) == (True, True)
        assert said.link_preview_options is not None
        assert said.link_preview_options.is_disabled
        assert said.reply_to_message is not None
        assert said.reply_to_message.text == "Hỏi"
        with pytest.raises(BadRequest, match=r"(?i)Message to be replied not found"):
            await bot.send_message(501, "Đáp", reply_to_message_id=999)
        await bot.send_chat_action(501, "typing")
        assert lan.chat.actions == ["typing"]


class TestRefusals:
    async def test_who_never_wrote_or_blocked_the_bot_is_not_written_to(self, fake: BotApiFake, bot: Bot) -> None:
        lan = fake.person(501)
        with pytest.raises(BadRequest, match=r"(?i)Chat not found"):
            await bot.send_message(999, "x")
        with pytest.raises(Forbidden, match=r"(?i)bot can't initiate conversation with a user"):
            await bot.send_message(501, "x")
        lan.starts()
        await bot.send_message(501, "x")
        lan.blocks()
        with pytest.raises(Forbidden, match=r"(?i)bot was blocked by the user"):
            await bot.send_message(501, "x")
        lan.unblocks()
        await bot.send_message(501, "x")
        blocked, unblocked = [update.my_chat_member for update in (await hear(bot))[1:]]
        assert blocked is not None
        assert unblocked is not None
        assert (blocked.old_chat_member.status, blocked.new_chat_member.status) == ("member", "kicked")
        assert (unblocked.old_chat_member.status, unblocked.new_chat_member.status) == ("kicked", "member")

    async def test_a_flood_names_its_seconds_for_one_chat_only(self, fake: BotApiFake, bot: Bot) -> None:
        fake.person(501, started=True)
        minh = fake.person(502, started=True)
        fault = fake.faults.next("sendMessage", retry_after=2, chat=501, count=None)
        await bot.send_message(502, "Đến nơi")
        for _ in range(2):
            with pytest.raises(RetryAfter) as caught:
                await bot.send_message(501, "x")
            assert caught.value.message.startswith("Flood control exceeded")
        fault.off()
        await bot.send_message(501, "Đến nơi")
        assert fault.met == 2
        assert minh.chat.newest().text == "Đến nơi"
        outcomes = [(entry.chat, entry.outcome) for entry in fake.calls("sendMessage")]
        flood = "Too Many Requests: retry after 2"
        assert outcomes == [(502, "ok"), (501, flood), (501, flood), (501, "ok")]
        times = [entry.at for entry in fake.ledger]
        assert times == sorted(times)

    async def test_broken_servers_and_lines(self, fake: BotApiFake, bot: Bot) -> None:
        lan = fake.person(501, started=True)
        fake.faults.next("sendMessage", status=500)
        with pytest.raises(NetworkError, match="Internal Server Error"):
            await bot.send_message(501, "x")
        fake.faults.next("sendMessage", drop=True)
        with pytest.raises(NetworkError):
            await bot.send_message(501, "x")
        assert lan.chat.screen() == []
        fake.faults.next("sendMessage", cut=True)
        with pytest.raises(NetworkError):
            await bot.send_message(501, "Đến nơi mà không biết")
        assert [message.text for message in lan.chat.screen()] == ["Đến nơi mà không biết"]
        fault = fake.faults.next("*", hang=True)
        sending = asyncio.create_task(bot.send_message(501, "Chậm"))
        await lan.chat.waits_for("Chậm")
        fault.off()
        assert (await asyncio.wait_for(sending, 5)).text == "Chậm"
        fake.faults.next("sendMessage", status=400, description="Bad Request: chat not found")
        with pytest.raises(BadRequest, match=r"(?i)Chat not found"):
            await bot.send_message(501, "x")

    async def test_a_proxy_answers_502_with_a_page(self, fake: BotApiFake, http: aiohttp.ClientSession) -> None:
        fake.faults.next("getMe", status=502)
        async with http.get(f"{fake.base_url}{fake.token}/getMe") as answer:
            assert (answer.status, answer.content_type) == (502, "text/html")

    async def test_it_goes_away_and_comes_back_on_the_same_port(self, fake: BotApiFake, bot: Bot) -> None:
        lan = fake.person(501, started=True)
        await fake.stop()
        lan.says("Trong lúc mất mạng")
        with pytest.raises(NetworkError):
            await bot.get_me()
        await fake.start()
        assert len(await hear(bot)) == 1


class TestGroups:
    async def test_in_a_group_the_bot_hears_what_is_meant_for_it(self, fake: BotApiFake, bot: Bot) -> None:
        chief = fake.person(601, "Trưởng")
        group = fake.group(-1_001_000_000_007)
        with pytest.raises(Forbidden, match=r"(?i)bot is not a member of the supergroup chat"):
            await bot.send_message(group.chat.number, "x")
        group.add(chief, status="creator")
        group.add_bot(by=chief)
        card = await bot.send_message(group.chat.number, "Thẻ", reply_markup=CHOICES)
        chief.says("Ăn trưa chưa?", in_chat=group)
        chief.says("/ketnoi", in_chat=group)
        chief.says("/ketnoi@other_bot", in_chat=group)
        chief.says("@bao_tin_test_bot ơi", in_chat=group)
        chief.says("Đã rõ", in_chat=group, reply_to=group.chat.messages[card.message_id])
        chief.presses("Gửi ngay", in_chat=group)
        group.promote_bot(by=chief)
        chief.says("Giờ thì nghe hết", in_chat=group)
        updates = await hear(bot)
        texts = [update.message.text for update in updates if update.message and update.message.text]
        assert texts == ["/ketnoi", "@bao_tin_test_bot ơi", "Đã rõ", "Giờ thì nghe hết"]
        assert sum(update.my_chat_member is not None for update in updates) == 2
        assert (await bot.get_chat_member(group.chat.number, 601)).status == "creator"
        assert (await bot.get_chat_member(group.chat.number, bot.id)).status == "administrator"
        assert [member.user.id for member in await bot.get_chat_administrators(group.chat.number)] == [601]
        assert (await bot.get_chat(group.chat.number)).title == "Công an phường"
        group.remove_bot(by=chief)
        with pytest.raises(Forbidden, match=r"(?i)bot was kicked from the supergroup chat"):
            await bot.send_message(group.chat.number, "x")

    async def test_a_group_that_became_a_supergroup_names_its_new_id(self, fake: BotApiFake, bot: Bot) -> None:
        chief = fake.person(601, "Trưởng")
        old = fake.group(-42, "Tổ", type="group")
        old.add_bot(by=chief)
        new = old.migrate_to(-1_001_000_000_042, by=chief)
        with pytest.raises(ChatMigrated) as caught:
            await bot.send_message(-42, "x")
        assert caught.value.new_chat_id == -1_001_000_000_042
        said = await bot.send_message(caught.value.new_chat_id, "Đây rồi")
        assert new.chat.newest().text == "Đây rồi"
        assert said.message_id == 2
        messages = [update.message for update in await hear(bot) if update.message]
        assert [message.migrate_to_chat_id for message in messages] == [None, -1_001_000_000_042, None]
        assert messages[2].migrate_from_chat_id == -42

    async def test_positions_are_asked_for_in_private_only_and_a_bot_can_leave(
        self, fake: BotApiFake, bot: Bot
    ) -> None:
        chief = fake.person(601)
        group = fake.group(-100_1)
        group.add_bot(by=chief)
        keyboard = ReplyKeyboardMarkup([[KeyboardButton("Vị trí", request_location=True)]])
        with pytest.raises(BadRequest, match=r"(?i)Location can be requested in private chats only"):
            await bot.send_message(-100_1, "x", reply_markup=keyboard)
        await bot.leave_chat(-100_1)
        with pytest.raises(Forbidden, match=r"(?i)bot is not a member"):
            await bot.send_message(-100_1, "x")


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
