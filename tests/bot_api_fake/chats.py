"""Chats and what stands in them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.bot_api_fake.pulse import PATIENCE, Pulse
from tests.bot_api_fake.refusals import bad, forbidden, migrated


@dataclass(eq=False)
class Message:
    """One message as it stands now; `raw` is what the Bot API says about it."""

    chat: "Chat"
    raw: dict[str, Any]
    revision: int
    """Grows over the whole fake with every new, edited or deleted message."""
    keyboard: dict[str, Any] | None = None
    """The reply keyboard, force_reply or removal that came with it; Telegram does not repeat it in `raw`."""
    is_silent: bool = False
    is_gone: bool = False

    @property
    def number(self) -> int:
        """Its message_id."""
        return int(self.raw["message_id"])

    @property
    def text(self) -> str:
        """Its text, or the caption of its picture."""
        return str(self.raw.get("text") or self.raw.get("caption") or "")

    @property
    def is_bots(self) -> bool:
        """Whether the bot said it."""
        return bool(self.raw.get("from", {}).get("is_bot"))

    @property
    def is_protected(self) -> bool:
        """Whether it cannot be forwarded or saved."""
        return bool(self.raw.get("has_protected_content"))

    @property
    def inline_buttons(self) -> list[dict[str, Any]]:
        """The buttons under it, row after row."""
        return [button for row in self.raw.get("reply_markup", {}).get("inline_keyboard", []) for button in row]

    @property
    def plain_buttons(self) -> list[dict[str, Any]]:
        """The buttons of its reply keyboard, row after row."""
        return [button for row in (self.keyboard or {}).get("keyboard", []) for button in row]

    @property
    def buttons(self) -> list[str]:
        """What is written on its buttons."""
        return [button["text"] for button in self.inline_buttons + self.plain_buttons]

    def quoted(self) -> dict[str, Any]:
        """It as the `reply_to_message` of another: without the one it replies to itself."""
        return {name: value for name, value in self.raw.items() if name != "reply_to_message"}

    def snapshot(self) -> dict[str, Any]:
        """Its JSON of this moment, apart from what later edits do to it."""
        copied: dict[str, Any] = json.loads(json.dumps(self.raw))
        return copied

    def __str__(self) -> str:
        return f"[{self.number}] {self.text!r}" + (f" {self.buttons}" if self.buttons else "")


@dataclass(frozen=True)
class Toast:
    """The answer to a button press."""

    press: str
    text: str
    is_alert: bool
    url: str = ""


Wanted = str | Callable[[Message], object]


@dataclass(eq=False)
class Chat:
    """A private chat, group or supergroup: what stands in it, and whether the bot may speak."""

    raw: dict[str, Any]
    pulse: Pulse
    bot_is: str = "member"
    """The bot's status as in ChatMember; "stranger" in a private chat in which nobody has written to it yet."""
    moved_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    members: dict[int, dict[str, Any]] = field(default_factory=dict)
    toasts: list[Toast] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    """The "typing" and other signs that the bot gave."""
    mark: int = 0
    """The revision at which somebody last did something here; `waits_for` looks at what came later."""

    @property
    def number(self) -> int:
        """Its chat id."""
        return int(self.raw["id"])

    @property
    def kind(self) -> str:
        """private, group or supergroup."""
        return str(self.raw["type"])

    @property
    def is_private(self) -> bool:
        """Whether it is one person's chat with the bot."""
        return self.kind == "private"

    def screen(self) -> list[Message]:
        """What the bot has said and is still to be seen, oldest first, as it reads now."""
        return [message for message in self.messages.values() if message.is_bots and not message.is_gone]

    def newest(self) -> Message:
        """The last message of the bot; AssertionError if there is none."""
        assert self.screen(), f"the bot has said nothing in chat {self.number}"
        return self.screen()[-1]

    async def waits_for(self, wanted: Wanted, *, within: float = PATIENCE, after: int | None = None) -> Message:
        """Wait for a message of the bot that holds a text or fulfils a condition, and return the newest such.

        Only what was said or edited since somebody last did something in this chat counts; `after=0` looks at all,
        `after=message.revision` at what is newer than that. AssertionError, with what is there, after `within` seconds.
        """
        since = self.mark if after is None else after

        def found() -> Message | None:
            fresh = [message for message in self.screen() if message.revision > since and fits(message, wanted)]
            return max(fresh, key=lambda message: message.revision, default=None)

        def there() -> str:
            lines = [f"{'new ' if message.revision > since else 'old '}{message}" for message in self.screen()]
            return f"{wanted!r} in chat {self.number}, where there is:\n" + "\n".join(lines[-12:])

        return await self.pulse.until(found, within=within, saying=there)

    async def waits_for_toast(self, press: str, *, within: float = PATIENCE) -> Toast:
        """Wait for the answer to one button press (the id that `presses` returned)."""

        def found() -> Toast | None:
            return next((toast for toast in self.toasts if toast.press == press), None)

        return await self.pulse.until(found, within=within, saying=lambda: f"the answer to press {press}")

    def may_write(self) -> None:
        """Raise Telegram's refusal where the bot may not speak."""
        if self.moved_to is not None:
            raise migrated(self.moved_to)
        if self.bot_is == "stranger":
            raise forbidden("bot can't initiate conversation with a user")
        if self.bot_is == "kicked":
            raise forbidden(
                "bot was blocked by the user" if self.is_private else f"bot was kicked from the {self.kind} chat"
            )
        if self.bot_is == "left":
            raise forbidden(f"bot is not a member of the {self.kind} chat")

    def find(self, number: int, what: str) -> Message:
        """A message that is still there; `what` names it in the refusal."""
        message = self.messages.get(number)
        if message is None or message.is_gone:
            raise bad(f"{what} not found")
        return message


def fits(message: Message, wanted: Wanted) -> bool:
    """Whether a message is the one that is waited for."""
    return wanted in message.text if isinstance(wanted, str) else bool(wanted(message))
