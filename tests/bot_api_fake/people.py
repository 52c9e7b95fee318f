"""People who write to the bot, and the groups they write in."""

import re
from collections.abc import Sequence
from typing import Any, Optional

from tests.bot_api_fake.chats import Chat, Message
from tests.bot_api_fake.speaking import units
from tests.bot_api_fake.world import RIGHTS, World

ENTITIES = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w{3,32})?)|(?P<url>https?://\S+)|(?P<mention>(?<!\w)@\w{4,32})"
)


def entities_of(text: str) -> list[dict[str, Any]]:
    """The commands, links and mentions in a text, as Telegram marks them: in UTF-16 code units."""
    return [
        {"type": found.lastgroup, "offset": units(text[: found.start()]), "length": units(found.group())}
        for found in ENTITIES.finditer(text)
    ]


class Person:
    """Somebody with Telegram on their phone. Every verb queues the update that Telegram would send."""

    def __init__(self, world: World, user: dict[str, Any], *, started: bool) -> None:
        """`started`: they have written to the bot before, so it may write to them."""
        self._world = world
        self.user = user
        private: dict[str, Any] = {
            name: user[name] for name in ("id", "first_name", "last_name", "username") if name in user
        }
        self.chat = world.add_chat({**private, "type": "private"}, bot_is="member" if started else "stranger")
        world.users[user["id"]] = user

    @property
    def number(self) -> int:
        """Their user id, which is also the id of their private chat."""
        return int(self.user["id"])

    def sends(
        self, content: dict[str, Any], *, reply_to: Message | None = None, in_chat: Optional["Group"] = None
    ) -> Message:
        """Send a message with this content (fields of the Bot API's Message): for kinds that have no verb here."""
        chat = in_chat.chat if in_chat else self.chat
        assert chat.moved_to is None, f"chat {chat.number} has moved to {chat.moved_to}"
        if chat.is_private:
            assert chat.bot_is != "kicked", "they have blocked the bot: unblocks() first"
            chat.bot_is = "member"
        else:
            chat.members.setdefault(self.number, {"status": "member"})
        quoted = {"reply_to_message": reply_to.quoted()} if reply_to else {}
        message = self._world.post(chat, {**quoted, **content}, by=self.user)
        chat.mark = message.revision
        if self._world.hears(message):
            self._world.tell("message", message.snapshot(), key=("chat", chat.number))
        return message

    def says(self, text: str, *, reply_to: Message | None = None, in_chat: Optional["Group"] = None) -> Message:
        """Write a text."""
        marks = entities_of(text)
        content = {"text": text, "entities": marks} if marks else {"text": text}
        return self.sends(content, reply_to=reply_to, in_chat=in_chat)

    def starts(self, payload: str = "") -> Message:
        """Press Start, with what a deep link carried."""
        return self.says(f"/start {payload}".strip())

    def sends_photo(
        self,
        content: bytes,
        *,
        caption: str = "",
        media_group_id: str = "",
        size: int | None = None,
        in_chat: Optional["Group"] = None,
    ) -> Message:
        """Send a photo; `size` claims another number of bytes."""
        fields: dict[str, Any] = {"photo": self._world.files.keep_photo(content, size=size)}
        if media_group_id:
            fields["media_group_id"] = media_group_id
        return self.sends({**fields, **captioned(caption)}, in_chat=in_chat)

    def sends_album(self, contents: Sequence[bytes], *, caption: str = "") -> list[Message]:
        """Send several photos at once: one message each, the first with the caption."""
        album = str(self._world.revision + 14_000_000_000_000_000)
        captions = [caption] + [""] * (len(contents) - 1)
        return [
            self.sends_photo(content, caption=words, media_group_id=album)
            for content, words in zip(contents, captions, strict=True)
        ]

    def sends_location(
        self, latitude: float, longitude: float, *, live_for: int | None = None, in_chat: Optional["Group"] = None
    ) -> Message:
        """Send a pin; `live_for` seconds makes it one that moves."""
        pin = {"latitude": latitude, "longitude": longitude}
        return self.sends({"location": pin | ({"live_period": live_for} if live_for else {})}, in_chat=in_chat)

    def sends_contact(self, phone: str, *, own: bool = True, first_name: str = "") -> Message:
        """Send a contact card: their own, or somebody else's."""
        card: dict[str, Any] = {"phone_number": phone, "first_name": first_name or self.user["first_name"]}
        return self.sends({"contact": card | ({"user_id": self.number} if own else {})})

    def sends_voice(self, content: bytes, *, seconds: int = 4, size: int | None = None) -> Message:
        """Send a voice note."""
        stored = self._world.files.keep(content, "voice", size=size)
        return self.sends({"voice": {**stored.reference(), "duration": seconds, "mime_type": "audio/ogg"}})

    def sends_video(
        self, content: bytes, *, caption: str = "", size: int | None = None, media_group_id: str = ""
    ) -> Message:
        """Send a video."""
        stored = self._world.files.keep(content, "video", size=size)
        shape = {"width": 1280, "height": 720, "duration": 9, "mime_type": "video/mp4"}
        album = {"media_group_id": media_group_id} if media_group_id else {}
        return self.sends({"video": {**stored.reference(), **shape}, **album, **captioned(caption)})

    def sends_document(
        self, content: bytes, *, name: str = "tai-lieu.pdf", mime_type: str = "application/pdf", size: int | None = None
    ) -> Message:
        """Send a file as it is."""
        stored = self._world.files.keep(content, "document", name=name, size=size)
        return self.sends({"document": {**stored.reference(), "file_name": name, "mime_type": mime_type}})

    def sends_sticker(self, emoji: str = "👍") -> Message:
        """Send a sticker."""
        stored = self._world.files.keep(b"RIFF", "sticker")
        shape = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular"}
        return self.sends({"sticker": {**stored.reference(), **shape, "emoji": emoji}})

    def forwards(self, text: str, *, of: Optional["Person"] = None, name: str = "Người khác") -> Message:
        """Forward what somebody else wrote: somebody known, or a name that hides its account."""
        origin: dict[str, Any] = {"type": "hidden_user", "sender_user_name": name, "date": self._world.now()}
        if of:
            origin = {"type": "user", "sender_user": of.user, "date": self._world.now()}
        return self.sends({"text": text, "forward_origin": origin})

    def edits(self, message: Message, text: str) -> None:
        """Change the text, or the caption, of something they sent."""
        assert message.raw["from"] == self.user, "people edit their own messages"
        self._world.change(message, {"caption" if "caption" in message.raw else "text": text})
        message.chat.mark = message.revision
        if self._world.hears(message):
            self._world.tell("edited_message", message.snapshot(), key=("chat", message.chat.number))

    def presses(
        self, wanted: str, *, message: Message | None = None, in_chat: Optional["Group"] = None, forged: bool = False
    ) -> str:
        """Press a button by its label or its data, in `message` or the newest message that has it.

        Returns the id of the press, "" for a button that writes its own label or opens a link into this bot's chat.
        `forged` sends `wanted` as data although no button says so. AssertionError if there is no such button.
        """
        chat = message.chat if message else in_chat.chat if in_chat else self.chat
        if forged:
            return self._press(chat, message or chat.newest(), data=wanted)
        for shown in [message] if message else reversed(chat.screen()):
            for button in shown.inline_buttons:
                if wanted in (button["text"], button.get("callback_data")):
                    return (
                        self._follow(button)
                        if "url" in button
                        else self._press(chat, shown, data=button["callback_data"])
                    )
            if wanted in [button["text"] for button in shown.plain_buttons]:
                self.says(wanted, in_chat=in_chat)
                return ""
        there = [button for shown in chat.screen() for button in shown.buttons]
        raise AssertionError(f"no button {wanted!r} in chat {chat.number}, only {there}")

    def _press(self, chat: Chat, message: Message, *, data: str) -> str:
        press = self._world.press(chat)
        gone = {"chat": chat.raw, "message_id": message.number, "date": 0}
        query = {
            "id": press.number,
            "from": self.user,
            "message": gone if message.is_gone else message.snapshot(),
            "chat_instance": str(abs(chat.number) * 7919),
            "data": data,
        }
        chat.mark = self._world.revision
        self._world.tell("callback_query", query, key=("press", self.number))
        return press.number

    def _follow(self, button: dict[str, Any]) -> str:
        link = re.fullmatch(r"(?:https://)?t\.me/(\w+)\?start=([\w-]{1,64})", button["url"])
        assert link, f"{button['url']} leads away from this bot"
        assert link[1].lower() == self._world.bot["username"].lower(), f"{button['url']} leads to another bot"
        self.starts(link[2])
        return ""

    def blocks(self) -> None:
        """Block the bot."""
        self._world.bot_becomes(self.chat, {"status": "kicked", "until_date": 0}, by=self.user)

    def unblocks(self) -> None:
        """Let the bot write again."""
        self._world.bot_becomes(self.chat, {"status": "member"}, by=self.user)


def captioned(caption: str) -> dict[str, str]:
    """The caption of a photo or video, if it has one."""
    return {"caption": caption} if caption else {}


class Group:
    """A group chat; the bot is not in it until `add_bot`."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self.chat = chat

    def add(self, person: Person, *, status: str = "member") -> None:
        """Let somebody in, as creator, administrator or member."""
        rights: dict[str, Any] = {"is_anonymous": False} if status == "creator" else {}
        if status == "administrator":
            rights = dict.fromkeys(RIGHTS, True)
        self.chat.members[person.number] = {"status": status, **rights}

    def add_bot(self, by: Person) -> None:
        """Somebody adds the bot."""
        self._world.bot_becomes(self.chat, {"status": "member"}, by=by.user)
        self._service({"new_chat_members": [self._world.bot]}, by=by)

    def promote_bot(self, by: Person) -> None:
        """Somebody makes the bot an administrator; from then on it hears everything."""
        self._world.bot_becomes(self.chat, {"status": "administrator", **dict.fromkeys(RIGHTS, True)}, by=by.user)

    def remove_bot(self, by: Person) -> None:
        """Somebody removes the bot."""
        self._world.bot_becomes(self.chat, {"status": "kicked", "until_date": 0}, by=by.user)

    def migrate_to(self, chat_id: int, *, by: Person) -> "Group":
        """The group becomes a supergroup with another id; the new one is returned, the old one only refuses."""
        assert self.chat.kind == "group", "only a basic group becomes a supergroup"
        raw = {**self.chat.raw, "id": chat_id, "type": "supergroup"}
        after = Group(self._world, self._world.add_chat(raw, bot_is="left"))
        after.chat.members = dict(self.chat.members)
        self._service({"migrate_to_chat_id": chat_id}, by=by)
        self._world.bot_becomes(after.chat, {"status": "member"}, by=by.user)
        after._service({"migrate_from_chat_id": self.chat.number}, by=by)
        self.chat.moved_to = chat_id
        return after

    def _service(self, content: dict[str, Any], *, by: Person) -> None:
        message = self._world.post(self.chat, content, by=by.user)
        self._world.tell("message", message.snapshot(), key=("chat", self.chat.number))
