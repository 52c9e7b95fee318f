"""The Telegram channel against a Bot API server on this machine: what is shown, and what becomes of refusals."""

import io
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from PIL import Image
from structlog.testing import capture_logs
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.channels.channel import Channel, Gone, Refused, TryLater
from bot.channels.telegram import LIMITS, TelegramChannel
from bot.channels.telegram_failures import failure_of
from messages.address import MessageRef, Place
from messages.rendered import Button, Picture, Text, Toast, handle_of
from tests.bot_api_fake.people import Person
from tests.bot_api_fake.server import BotApiFake

BUTTONS = ((Button("Gửi ngay", handle_of(3, "send")),), (Button("Thêm", handle_of(3, "more")), Button("Thôi", "0.no")))


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "JPEG")
    return out.getvalue()


def at(person: Person) -> Place:
    return Place(TelegramChannel.name, str(person.number))


@pytest.fixture
async def fake() -> AsyncIterator[BotApiFake]:
    async with BotApiFake() as fake:
        yield fake


@pytest.fixture
async def channel(fake: BotApiFake) -> AsyncIterator[TelegramChannel]:
    channel = await TelegramChannel.open(fake.token, fake.url + "/")
    yield channel
    await channel.close()


@pytest.fixture
def lan(fake: BotApiFake) -> Person:
    return fake.person(501, started=True)


# --- opening -------------------------------------------------------------------------------------------------


async def test_opening_asks_telegram_who_we_are(channel: TelegramChannel) -> None:
    as_delivery_sees_it: Channel = channel
    assert as_delivery_sees_it.limits == LIMITS
    assert (channel.me.id, channel.me.username) == (7_100_200_300, "bao_tin_test_bot")


async def test_a_wrong_token_is_refused_without_naming_it(fake: BotApiFake) -> None:
    token = "7100200300:another-token-altogether"
    with pytest.raises(Refused) as caught:
        await TelegramChannel.open(token, fake.url)
    assert token not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"


async def test_opening_without_a_network_can_be_tried_later(fake: BotApiFake) -> None:
    await fake.stop()
    with pytest.raises(TryLater) as caught:
        await TelegramChannel.open(fake.token, fake.url)
    assert not caught.value.in_doubt
    assert fake.token not in f"{caught.value!r} {caught.value.__cause__!r}"


# --- texts ---------------------------------------------------------------------------------------------------


async def test_a_text_is_shown_with_its_buttons_row_by_row(channel: TelegramChannel, lan: Person) -> None:
    ref = await channel.send(at(lan), Text("Gửi tới Công an phường? https://vi.du", BUTTONS))
    shown = lan.chat.newest()
    assert ref == str(shown.number)
    assert shown.text == "Gửi tới Công an phường? https://vi.du"
    rows = shown.raw["reply_markup"]["inline_keyboard"]
    assert [[button["callback_data"] for button in row] for row in rows] == [["3.send"], ["3.more", "0.no"]]
    assert shown.raw["link_preview_options"] == {"is_disabled": True}
    assert (shown.is_protected, shown.is_silent) == (False, False)


async def test_what_is_for_officers_cannot_be_passed_on_and_nights_are_silent(
    channel: TelegramChannel, lan: Person
) -> None:
    await channel.send(at(lan), Text("Tin TH-26-0412", protect=True, silent=True))
    assert (lan.chat.newest().is_protected, lan.chat.newest().is_silent) == (True, True)


async def test_what_looks_like_markup_is_only_text(channel: TelegramChannel, lan: Person) -> None:
    await channel.send(at(lan), Text("<b>ngõ_12*</b> [a](b)"))
    assert lan.chat.newest().text == "<b>ngõ_12*</b> [a](b)"
    assert "entities" not in lan.chat.newest().raw


async def test_where_a_position_is_asked_for_the_choices_stand_beside_it(channel: TelegramChannel, lan: Person) -> None:
    line = Text("Ở đâu?", BUTTONS, wants_pin=True, pin_label="Gửi vị trí")
    await channel.send(at(lan), line)
    keyboard = lan.chat.newest().keyboard
    assert keyboard is not None
    assert keyboard["keyboard"] == [
        [{"text": "Gửi vị trí", "request_location": True}],
        [{"text": "Gửi ngay"}],
        [{"text": "Thêm"}, {"text": "Thôi"}],
    ]
    assert keyboard["one_time_keyboard"] is True
    lan.presses("Thôi")
    raw = (await channel.updates(None, wait=1))[0]
    said = channel.understand(raw)
    assert said is not None
    assert said.content.kind == "text"


async def test_the_keyboard_of_a_position_goes_with_the_next_plain_text(channel: TelegramChannel, lan: Person) -> None:
    await channel.send(at(lan), Text("Ở đâu?", wants_pin=True, pin_label="Gửi vị trí"))
    await channel.send(at(lan), Text("Tin đã gửi."))
    assert lan.chat.newest().keyboard == {"remove_keyboard": True}


async def test_a_card_without_buttons_can_still_be_edited(channel: TelegramChannel, lan: Person) -> None:
    ref = await channel.send(at(lan), Text("Đã đóng", is_card=True))
    assert await channel.send(at(lan), Text("Mở lại", BUTTONS, instead_of=ref, is_card=True)) == ref
    assert [shown.text for shown in lan.chat.screen()] == ["Mở lại"]


async def test_a_group_is_never_asked_for_a_position_by_keyboard(
    fake: BotApiFake, channel: TelegramChannel, lan: Person
) -> None:
    group = fake.group(-100)
    group.add_bot(lan)
    line = Text("Ở đâu?", BUTTONS, wants_pin=True, pin_label="Gửi vị trí")
    await channel.send(Place(channel.name, "-100", shared=True), line)
    assert group.chat.newest().keyboard is None
    assert len(group.chat.newest().inline_buttons) == 3


# --- in place of an older one --------------------------------------------------------------------------------


async def test_a_message_is_edited_in_place_and_its_buttons_go(channel: TelegramChannel, lan: Person) -> None:
    ref = await channel.send(at(lan), Text("Mới", BUTTONS))
    assert await channel.send(at(lan), Text("Đã nhận", instead_of=ref)) == ref
    assert [(shown.text, shown.buttons) for shown in lan.chat.screen()] == [("Đã nhận", [])]


async def test_an_edit_that_changes_nothing_is_done(fake: BotApiFake, channel: TelegramChannel, lan: Person) -> None:
    ref = await channel.send(at(lan), Text("Mới", BUTTONS))
    assert await channel.send(at(lan), Text("Mới", BUTTONS, instead_of=ref)) == ref
    assert "message is not modified" in fake.calls("editMessageText")[0].outcome
    assert len(lan.chat.screen()) == 1


async def test_what_cannot_be_edited_is_said_anew(fake: BotApiFake, channel: TelegramChannel, lan: Person) -> None:
    ref = await channel.send(at(lan), Text("Mới"))  # it took a keyboard away, so Telegram does not edit it
    anew = await channel.send(at(lan), Text("Đã nhận", BUTTONS, instead_of=ref))
    assert anew != ref
    assert "can't be edited" in fake.calls("editMessageText")[0].outcome
    lan.chat.messages[int(anew or 0)].is_gone = True
    assert await channel.send(at(lan), Text("Đã đóng", instead_of=anew)) not in (ref, anew)
    assert "message to edit not found" in fake.calls("editMessageText")[1].outcome
    assert lan.chat.newest().text == "Đã đóng"


@pytest.mark.parametrize("ref", ["", "abc", "-1", "９"])
async def test_a_reference_that_is_not_telegrams_is_said_anew(
    fake: BotApiFake, channel: TelegramChannel, lan: Person, ref: str
) -> None:
    assert await channel.send(at(lan), Text("Mới", instead_of=MessageRef(ref))) == str(lan.chat.newest().number)
    assert fake.calls("editMessageText") == []


async def test_a_question_for_a_position_is_said_anew_instead_of_edited(channel: TelegramChannel, lan: Person) -> None:
    ref = await channel.send(at(lan), Text("Mới", BUTTONS))
    line = Text("Ở đâu?", wants_pin=True, pin_label="Gửi vị trí", instead_of=ref)
    assert await channel.send(at(lan), line) != ref
    assert lan.chat.newest().buttons == ["Gửi vị trí"]


# --- pictures and toasts -------------------------------------------------------------------------------------


async def test_a_picture_is_shown_protected(channel: TelegramChannel, lan: Person) -> None:
    ref = await channel.send(at(lan), Picture(picture(), "Ảnh 1/2"))
    shown = lan.chat.newest()
    assert (ref, shown.text, shown.is_protected) == (str(shown.number), "Ảnh 1/2", True)
    assert await channel.fetch(shown.raw["photo"][-1]["file_id"]) == picture()


async def test_a_press_is_answered_with_as_much_as_fits(channel: TelegramChannel, lan: Person) -> None:
    await channel.send(at(lan), Text("?", BUTTONS))
    press = lan.presses("Gửi ngay")
    assert await channel.send(at(lan), Toast(press, "đ" * 300)) is None
    assert (await lan.chat.waits_for_toast(press)).text == "đ" * 200


async def test_an_answer_that_comes_too_late_or_gets_lost_troubles_nobody(
    fake: BotApiFake, channel: TelegramChannel, lan: Person
) -> None:
    assert await channel.send(at(lan), Toast("12345", "chào")) is None
    fake.faults.next("answerCallbackQuery", status=502)
    assert await channel.send(at(lan), Toast("12345", "chào")) is None
    assert len(fake.calls("answerCallbackQuery")) == 2


# --- failures ------------------------------------------------------------------------------------------------

WEATHER: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "too many requests": ({"retry_after": 7}, {"after": 7, "in_doubt": False, "whole_channel": False}),
    "done, but the line breaks": ({"cut": True}, {"after": None, "in_doubt": True, "whole_channel": False}),
    "the line breaks before": ({"drop": True}, {"after": None, "in_doubt": True, "whole_channel": False}),
    "bad gateway": ({"status": 502}, {"after": None, "in_doubt": True, "whole_channel": False}),
    "internal error": ({"status": 500}, {"after": None, "in_doubt": True, "whole_channel": False}),
    "token revoked": ({"status": 401}, {"after": None, "in_doubt": False, "whole_channel": True}),
    "conflict": ({"status": 409}, {"after": None, "in_doubt": False, "whole_channel": True}),
}


@pytest.mark.parametrize(("fault", "expected"), WEATHER.values(), ids=WEATHER.keys())
async def test_bad_weather_is_for_later(
    fake: BotApiFake, channel: TelegramChannel, lan: Person, fault: dict[str, Any], expected: dict[str, Any]
) -> None:
    fake.faults.next("sendMessage", **fault)
    with pytest.raises(TryLater) as caught:
        await channel.send(at(lan), Text("Chào"))
    assert vars(caught.value) == expected
    assert fake.token not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"


async def test_nothing_is_in_doubt_where_nobody_listened(
    fake: BotApiFake, channel: TelegramChannel, lan: Person
) -> None:
    await fake.stop()
    with pytest.raises(TryLater):
        await channel.send(at(lan), Text("Chào"))  # may have gone down a connection that was still open
    with pytest.raises(TryLater) as caught:
        await channel.send(at(lan), Text("Chào"))
    assert not caught.value.in_doubt


async def test_who_blocked_us_is_gone(channel: TelegramChannel, lan: Person) -> None:
    lan.blocks()
    with pytest.raises(Gone) as caught:
        await channel.send(at(lan), Text("Chào"))
    assert caught.value.moved_to is None


async def test_a_chat_that_does_not_exist_is_gone(channel: TelegramChannel) -> None:
    with pytest.raises(Gone):
        await channel.send(Place(channel.name, "404404"), Text("Chào"))


async def test_a_group_that_moved_says_where(fake: BotApiFake, channel: TelegramChannel, lan: Person) -> None:
    group = fake.group(-55, type="group")
    group.add_bot(lan)
    group.migrate_to(-1_001_234, by=lan)
    with pytest.raises(Gone) as caught:
        await channel.send(Place(channel.name, "-55", shared=True), Text("Chào"))
    assert caught.value.moved_to == Place(channel.name, "-1001234", shared=True)


async def test_a_line_that_telegram_finds_wrong_is_refused_with_its_reason(
    channel: TelegramChannel, lan: Person
) -> None:
    with pytest.raises(Refused, match="Message is too long"):
        await channel.send(at(lan), Text("a" * 4097))
    with pytest.raises(Refused, match=r"(?i)button_data_invalid"):
        await channel.send(at(lan), Text("?", ((Button("a", "0." + "a" * 63),),)))
    with pytest.raises(Refused, match=r"(?i)image_process_failed"):
        await channel.send(at(lan), Picture(b"no picture"))


def test_the_reason_of_a_refusal_is_kept_short() -> None:
    failure = failure_of(BadRequest("x" * 500))
    assert isinstance(failure, Refused)
    assert len(failure.reason) == 100


def test_a_topic_that_is_gone_leaves_the_group() -> None:
    topic = Place(TelegramChannel.name, "-100", "7", shared=True)
    failure = failure_of(BadRequest("Message thread not found"), topic)
    assert isinstance(failure, Gone)
    assert failure.moved_to == Place(TelegramChannel.name, "-100", shared=True)


def test_what_is_too_large_would_be_too_large_again() -> None:
    assert isinstance(failure_of(NetworkError("Request Entity Too Large")), Refused)


@pytest.mark.parametrize("switch", ["true", "false"])
@pytest.mark.filterwarnings("ignore:.*PTB_TIMEDELTA")
def test_the_time_to_wait_is_understood_in_both_of_the_librarys_forms(
    switch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", switch)
    failure = failure_of(RetryAfter(31))
    assert isinstance(failure, TryLater)
    assert failure.after == 31


def test_a_time_out_is_in_doubt() -> None:
    failure = failure_of(TimedOut())
    assert isinstance(failure, TryLater)
    assert failure.in_doubt


# --- files ---------------------------------------------------------------------------------------------------


async def test_a_residents_photo_is_fetched(channel: TelegramChannel, lan: Person) -> None:
    sent = lan.sends_photo(picture())
    assert await channel.fetch(sent.raw["photo"][-1]["file_id"]) == picture()


async def test_a_file_larger_than_telegram_gives_out_is_refused(channel: TelegramChannel, lan: Person) -> None:
    sent = lan.sends_photo(picture(), size=20 * 1024 * 1024 + 1)
    with pytest.raises(Refused, match="too big"):
        await channel.fetch(sent.raw["photo"][-1]["file_id"])


async def test_a_file_that_is_not_there_is_refused(fake: BotApiFake, channel: TelegramChannel, lan: Person) -> None:
    with pytest.raises(Refused):
        await channel.fetch("AgACAgUAAxkNothing")
    sent = lan.sends_photo(picture())
    fake.world.files._by_path.clear()
    with pytest.raises(Refused, match="no such file"):
        await channel.fetch(sent.raw["photo"][-1]["file_id"])


@pytest.mark.parametrize("fault", [{"cut": True}, {"status": 502}, {"drop": True, "count": None}])
@pytest.mark.parametrize("method", ["getFile", "file"])
async def test_a_download_that_breaks_is_for_later_and_never_in_doubt(
    fake: BotApiFake, channel: TelegramChannel, lan: Person, method: str, fault: dict[str, Any]
) -> None:
    sent = lan.sends_photo(picture())
    fake.faults.next(method, **fault)
    with pytest.raises(TryLater) as caught:
        await channel.fetch(sent.raw["photo"][-1]["file_id"])
    assert not caught.value.in_doubt


async def test_a_file_that_telegram_has_mislaid_for_now_is_for_later(
    fake: BotApiFake, channel: TelegramChannel
) -> None:
    fake.faults.next(
        "getFile", status=400, description="Bad Request: wrong file_id or the file is temporarily unavailable"
    )
    with pytest.raises(TryLater):
        await channel.fetch("AgACAgUAAxkAny")


# --- commands, and what is logged ----------------------------------------------------------------------------


async def test_commands_are_set_by_scope_and_language_and_taken_away(
    fake: BotApiFake, channel: TelegramChannel, lan: Person
) -> None:
    await channel.set_commands(
        [
            ("everybody", "", [("start", "Bắt đầu")]),
            ("private", "en", [("start", "Begin"), ("stop", "Unsubscribe")]),
            (at(lan), "", [("hangcho", "Hàng chờ")]),
        ]
    )
    private, chat = json.dumps({"type": "all_private_chats"}), json.dumps({"chat_id": 501, "type": "chat"})
    assert fake.world.commands['{"type": "default"}', ""] == [{"command": "start", "description": "Bắt đầu"}]
    assert [row["command"] for row in fake.world.commands[private, "en"]] == ["start", "stop"]
    assert [row["command"] for row in fake.world.commands[chat, ""]] == ["hangcho"]
    await channel.set_commands([(at(lan), "", [])])
    assert (chat, "") not in fake.world.commands


async def test_neither_words_nor_the_token_reach_the_log(
    fake: BotApiFake, channel: TelegramChannel, lan: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logged:
        await channel.send(at(lan), Text("Nhà số 9 tàng trữ pháo"))
        fake.faults.next("sendMessage", status=502)
        with pytest.raises(TryLater):
            await channel.send(at(lan), Text("Nhà số 9 tàng trữ pháo"))
        assert channel.understand({"update_id": 5, "message": {"text": "Nhà số 9"}}) is None
        await channel.send(at(lan), Toast("1", "Nhà số 9"))
    assert logged == [
        {"event": "update_skipped", "log_level": "warning", "update": 5},
        {"event": "toast_lost", "log_level": "info", "error": "BadRequest"},
    ]
    assert "số 9" not in caplog.text
    assert fake.token not in caplog.text
