"""The fake speaks, refuses and keeps groups as Telegram does, under the real python-telegram-bot."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter

from tests.bot_api_fake.pulse import PATIENCE
from tests.bot_api_fake.server import BotApiFake
from tests.channels.library_client import CHOICES, Clock, client_of, hear, picture


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
        assert (await asyncio.wait_for(sending, PATIENCE)).text == "Chậm"
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
