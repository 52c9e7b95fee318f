"""What was said is taken back or mended on Telegram, and what is paid for says so."""

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from bot.channels.channel import Refused
from bot.channels.telegram import TelegramChannel
from messages.address import ChannelName, Place
from messages.rendered import Erase, Picture, Text
from tests.bot_api_fake.people import Person
from tests.bot_api_fake.server import BotApiFake

LAN = Place(ChannelName("telegram"), "501")


@pytest.fixture
async def fake() -> AsyncIterator[BotApiFake]:
    async with BotApiFake() as fake:
        yield fake


@pytest.fixture
async def channel(fake: BotApiFake) -> AsyncIterator[TelegramChannel]:
    channel = await TelegramChannel.open(fake.token, fake.url)
    yield channel
    await channel.close()


@pytest.fixture
def lan(fake: BotApiFake) -> Person:
    return fake.person(501, started=True)


def texts(lan: Person) -> list[str]:
    return [message.text for message in lan.chat.screen()]


async def test_a_young_message_disappears(channel: TelegramChannel, lan: Person) -> None:
    shown = await channel.send(LAN, Text("Sai ngày.", will_change=True))
    assert shown is not None
    gone = Erase(shown, Text("Đã thu hồi.", instead_of=shown, only_there=True))
    assert await channel.send(LAN, gone) == shown
    assert texts(lan) == []
    assert await channel.send(LAN, gone) == shown, "a second time changes nothing"
    assert texts(lan) == []


async def test_where_it_may_not_be_deleted_any_more_it_reads_otherwise(
    channel: TelegramChannel, fake: BotApiFake, lan: Person
) -> None:
    shown = await channel.send(LAN, Text("Sai ngày.", will_change=True))
    assert shown is not None
    fake.faults.next("deleteMessage", status=400, description="Bad Request: message can't be deleted for everyone")
    await channel.send(LAN, Erase(shown, Text("Đã thu hồi.", instead_of=shown, only_there=True)))
    assert texts(lan) == ["Đã thu hồi."]


async def test_a_correction_of_a_message_that_is_gone_is_not_said_anew(channel: TelegramChannel, lan: Person) -> None:
    shown = await channel.send(LAN, Text("Sai ngày.", will_change=True))
    assert shown is not None
    await channel.send(LAN, Erase(shown, Text("", instead_of=shown)))
    with pytest.raises(Refused):
        await channel.send(LAN, Text("Đúng ngày.", instead_of=shown, only_there=True))
    assert texts(lan) == []


async def test_only_what_is_paid_for_says_so(channel: TelegramChannel, fake: BotApiFake, lan: Person) -> None:
    await channel.send(LAN, Text("Miễn phí."))
    await channel.send(LAN, Text("Trả phí.", paid=True))
    sent = [call for call in fake.heard if call.method.lower() == "sendmessage"]
    assert [call.text("allow_paid_broadcast").lower() for call in sent] == ["", "true"]
    assert len(texts(lan)) == 2


# --- pictures ---------------------------------------------------------------------------------------------------


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


async def test_a_recalled_picture_is_deleted_or_else_another_stands_in_its_place(
    channel: TelegramChannel, fake: BotApiFake, lan: Person
) -> None:
    for may_delete, left in ((True, []), (False, ["Đã thu hồi."])):
        shown = await channel.send(LAN, Picture(picture("red"), "Tìm người lạc.", protect=False))
        assert shown is not None
        if not may_delete:
            fake.faults.next("deleteMessage", status=400, description="Bad Request: message can't be deleted")
        instead = Picture(picture("grey"), "Đã thu hồi.", protect=False, instead_of=shown, only_there=True)
        assert await channel.send(LAN, Erase(shown, instead)) == shown
        assert texts(lan) == left
    assert await channel.fetch(lan.chat.newest().raw["photo"][-1]["file_id"]) == picture("grey")


async def test_a_corrected_picture_that_is_gone_is_shown_anew_only_where_that_is_wanted(
    channel: TelegramChannel, lan: Person
) -> None:
    shown = await channel.send(LAN, Picture(picture("red"), "Cũ"))
    assert shown is not None
    lan.chat.messages[int(shown)].is_gone = True
    with pytest.raises(Refused):
        await channel.send(LAN, Picture(picture("blue"), "Mới", instead_of=shown, only_there=True))
    assert await channel.send(LAN, Picture(picture("blue"), "Mới", instead_of=shown)) != shown
    assert texts(lan) == ["Mới"]


async def test_a_picture_that_is_paid_for_says_so(channel: TelegramChannel, fake: BotApiFake, lan: Person) -> None:
    await channel.send(LAN, Picture(picture("red"), "Tìm người lạc.", protect=False, paid=True))
    [sent] = [call for call in fake.heard if call.method.lower() == "sendphoto"]
    assert sent.text("allow_paid_broadcast").lower() == "true"
