"""What Telegram knows: the bot, its chats, files, updates and settings. No HTTP here."""

import itertools
import re
import secrets
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from tests.bot_api_fake.chats import Chat, Message
from tests.bot_api_fake.files import Files
from tests.bot_api_fake.pulse import Pulse
from tests.bot_api_fake.refusals import bad
from tests.bot_api_fake.updates import Updates

RIGHTS = [
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
]


@dataclass
class Press:
    """One button press, until it is answered."""

    number: str
    chat: Chat
    at: float
    is_open: bool = True


class World:
    """Everything behind the Bot API of one bot."""

    def __init__(self, bot: dict[str, Any], *, clock: Callable[[], float] = time.time) -> None:
        """`bot` is its user as in messages: id, is_bot, first_name, username."""
        self.bot = bot
        self.clock = clock
        self.pulse = Pulse()
        self.files = Files()
        self.updates = Updates(self.pulse, clock)
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, dict[str, Any]] = {bot["id"]: bot}
        self.presses: dict[str, Press] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        """By scope (its JSON) and language."""
        self.descriptions: dict[tuple[str, str], str] = {}
        """By kind (description, short_description) and language."""
        self.menu_buttons: dict[int, dict[str, Any]] = {}
        """By chat; 0 is the default."""
        self.privacy = True
        """Privacy mode: in groups the bot hears commands, replies to it and mentions only, unless it administers."""
        self.revision = 0
        self._private_numbers = itertools.count(1)
        self._supergroup_numbers: dict[int, itertools.count[int]] = {}

    def now(self) -> int:
        """Seconds since 1970."""
        return int(self.clock())

    def add_chat(self, raw: dict[str, Any], *, bot_is: str) -> Chat:
        """A new chat; AssertionError if the id is taken."""
        assert raw["id"] not in self.chats, f"there is a chat {raw['id']} already"
        chat = Chat(raw, self.pulse, bot_is)
        self.chats[chat.number] = chat
        return chat

    def find_chat(self, number: int | None) -> Chat:
        """A chat by id, or Telegram's refusal."""
        if number is None:
            raise bad("chat_id is empty")
        if number not in self.chats:
            raise bad("chat not found")
        return self.chats[number]

    def post(self, chat: Chat, content: dict[str, Any], *, by: dict[str, Any]) -> Message:
        """Put a message into a chat."""
        head = {"message_id": self._next_number(chat), "from": by, "chat": chat.raw, "date": self.now()}
        message = Message(chat, {**head, **content}, self._revise())
        chat.messages[message.number] = message
        self.pulse.beat()
        return message

    def change(self, message: Message, content: dict[str, Any]) -> None:
        """Edit a message: None takes a field away."""
        for name, value in content.items():
            if value is None:
                message.raw.pop(name, None)
            else:
                message.raw[name] = value
        message.raw["edit_date"] = self.now()
        message.revision = self._revise()
        self.pulse.beat()

    def remove(self, message: Message) -> None:
        """Delete a message for everybody."""
        message.is_gone = True
        message.revision = self._revise()
        self.pulse.beat()

    def tell(self, kind: str, content: dict[str, Any], *, key: Hashable) -> None:
        """Queue an update for the bot."""
        self.updates.put(kind, content, key=key)

    def press(self, chat: Chat) -> Press:
        """Note a button press that waits for its answer."""
        press = Press(str(secrets.randbits(62)), chat, self.clock())
        self.presses[press.number] = press
        return press

    def bot_becomes(self, chat: Chat, member: dict[str, Any], *, by: dict[str, Any]) -> None:
        """Change what the bot is in a chat and tell it so. `member` holds the status and what belongs to it."""
        old: dict[str, Any] = {"user": self.bot, "status": "left" if chat.bot_is == "stranger" else chat.bot_is}
        if old["status"] == "kicked":
            old["until_date"] = 0
        if old["status"] == "administrator":
            old |= dict.fromkeys(RIGHTS, True)
        chat.bot_is = member["status"]
        change = {
            "chat": chat.raw,
            "from": by,
            "date": self.now(),
            "old_chat_member": old,
            "new_chat_member": {"user": self.bot, **member},
        }
        self.tell("my_chat_member", change, key=("member", by["id"]))
        self.pulse.beat()

    def hears(self, message: Message) -> bool:
        """Whether the bot gets to see what a person wrote."""
        chat, username = message.chat, self.bot["username"]
        if chat.bot_is not in ("member", "administrator"):
            return False
        if chat.is_private or chat.bot_is == "administrator" or not self.privacy:
            return True
        if message.raw.get("reply_to_message", {}).get("from", {}).get("id") == self.bot["id"]:
            return True
        if f"@{username}".lower() in message.text.lower():
            return True
        return re.match(r"/\w+(\s|$)", message.text) is not None

    def _revise(self) -> int:
        self.revision += 1
        return self.revision

    def _next_number(self, chat: Chat) -> int:
        """Supergroups count for themselves, all other chats of a bot share one count."""
        if chat.kind != "supergroup":
            return next(self._private_numbers)
        return next(self._supergroup_numbers.setdefault(chat.number, itertools.count(1)))
