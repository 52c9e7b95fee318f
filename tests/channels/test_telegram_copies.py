"""A picture for many is uploaded to Telegram once; everything else, and what Telegram has forgotten, each time."""

import pytest

from bot.channels.channel import Refused
from bot.channels.telegram import TelegramChannel
from messages.address import MessageRef
from messages.rendered import Picture
from tests.bot_api_fake.people import Person
from tests.bot_api_fake.server import BotApiFake
from tests.channels.test_telegram import at, channel, fake, lan, picture

__all__ = ["channel", "fake", "lan"]
"""Fixtures that are used by name."""


def file_of(person: Person) -> str:
    """Telegram's id of the picture they were shown last."""
    return str(person.chat.newest().raw["photo"][-1]["file_id"])


async def test_a_picture_for_many_is_uploaded_once_and_others_each_time(
    fake: BotApiFake, channel: TelegramChannel, lan: Person
) -> None:
    readers = [lan, fake.person(502, started=True)]
    for shared, uploads in (("photo-1", 1), ("", 2)):
        for reader in readers:
            await channel.send(at(reader), Picture(picture(), "Nhớ khoá ga.", protect=False, shared=shared))
        assert len({file_of(reader) for reader in readers}) == uploads
    shown = MessageRef(str(lan.chat.newest().number))
    corrected = Picture(picture(), "Nhớ khoá van ga.", shared="photo-1", instead_of=shown, only_there=True)
    await channel.send(at(readers[1]), Picture(picture(), "Nhớ khoá ga.", shared="photo-1"))
    assert await channel.send(at(lan), corrected) == shown
    assert file_of(lan) == file_of(readers[1])


async def test_where_telegram_knows_a_picture_no_more_it_is_uploaded_anew(
    fake: BotApiFake, channel: TelegramChannel, lan: Person
) -> None:
    line = Picture(picture(), "Nhớ khoá ga.", protect=False, shared="photo-1")
    await channel.send(at(lan), line)
    first = file_of(lan)
    fake.faults.next("sendPhoto", status=400, description="Bad Request: wrong file identifier/HTTP URL specified")
    await channel.send(at(lan), line)
    anew = file_of(lan)
    await channel.send(at(lan), line)
    assert first != anew == file_of(lan)
    fake.faults.next("sendPhoto", status=400, description="Bad Request: CHAT_RESTRICTED")
    with pytest.raises(Refused):
        await channel.send(at(lan), line)
    await channel.send(at(lan), line)
    assert file_of(lan) == anew
