"""What people do again and again: telling a tip in three messages, an officer's ways through a tip."""

import json
import re

from tests.bot_api_fake.chats import Chat, Message
from tests.bot_api_fake.people import Group, Person
from tests.bot_api_fake.server import BotApiFake

STORY = "hai thanh niên đang rình mấy xe máy ở đầu ngõ"
WHERE = "ngõ 52 Tô Ngọc Vân, cạnh quán nước"
RECEIPT = re.compile(r"BT(?:-[0-9A-Z]{4}){4}")


async def tells(person: Person, *, story: str = STORY, where: str = WHERE) -> str:
    """Tell a tip in three messages; returns the receipt."""
    person.says(story)
    await person.chat.waits_for("Việc xảy ra ở đâu?")
    person.says(where)
    await person.chat.waits_for("Gửi tới Công an")
    return await sends(person)


async def sends(person: Person) -> str:
    """Say that it shall be sent; returns the receipt."""
    person.says("gui")
    thanks = await person.chat.waits_for("Mã tra cứu")
    await person.chat.waits_for("Công an có được hỏi thêm bạn không?")
    found = RECEIPT.search(thanks.text)
    assert found is not None, thanks.text
    return found[0]


async def card_in(chat: Chat, *wanted: str) -> Message:
    """Wait until a card in this chat says all this."""
    return await chat.waits_for(
        lambda shown: shown.text.startswith("Tin TH-") and all(words in shown.text for words in wanted), after=0
    )


async def claims(officer: Person, group: Group) -> Message:
    """Press [Tôi nhận] under the newest card of a group; returns the card, which then names the officer."""
    officer.presses("Tôi nhận", in_chat=group)
    return await card_in(group.chat, "đang xử lý", officer.user["first_name"])


async def opens(officer: Person, group: Group, *words: str) -> Message:
    """Press [Xem đầy đủ] in a group; returns the whole tip as it comes in private, with all these words in it."""
    since = newest_revision(officer.chat)
    press = officer.presses("Xem đầy đủ", in_chat=group)
    assert (await group.chat.waits_for_toast(press)).text == "Đã gửi vào khung chat riêng của bạn."
    return await officer.chat.waits_for(lambda shown: all(part in shown.text for part in words), after=since)


def newest_revision(chat: Chat) -> int:
    """What `waits_for(after=…)` takes to see only what comes from now on."""
    return max((shown.revision for shown in chat.screen()), default=0)


def all_said_to(fake: BotApiFake, *chats: int) -> str:
    """Everything the bot ever sent to these chats: every argument of every call, whatever was edited since."""
    calls = [call for call in fake.heard if call.chat in chats]
    assert calls, "nothing was said there"
    return json.dumps([[call.method, call.arguments] for call in calls], ensure_ascii=False)
