"""The Telegram channel: how a line is shown there, how a photo is fetched, how updates come in.

Every call of the library goes through `translated`, so only TryLater, Gone and Refused leave this module.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Final, Literal, Self, assert_never
from urllib.parse import urlencode

import structlog
from telegram import (
    Bot,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
    InputMediaPhoto,
    Message,
)
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.channels.channel import Limits, Refused, TryLater
from bot.channels.telegram_copies import Copies
from bot.channels.telegram_failures import translated
from bot.channels.telegram_http import AiohttpRequest, plainly
from bot.channels.telegram_markup import asks_for_pin, inline_keyboard, keyboard_of
from bot.channels.telegram_read import NAME, Me, Unreadable, read
from messages.address import ChannelName, MessageRef, Place
from messages.frozen import replace
from messages.incoming import Incoming
from messages.rendered import Erase, File, Picture, Rendered, Text, Toast

API: Final = "https://api.telegram.org"
ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""All that `read` can hear; Telegram then keeps the rest to itself."""
WEBHOOK_CONNECTIONS: Final = 40
"""Updates Telegram may bring at the same time; its own default."""
LIMITS: Final = Limits(
    text=4096,  # Bot API manual: sendMessage
    caption=1024,  # Bot API manual: sendPhoto
    buttons=24,  # the server takes 100; nobody reads them
    label=60,
    file=20 * 1024 * 1024,  # Bot API manual: getFile
    can_edit=True,
    can_pin=True,
    per_second=30,  # this and the next two: Telegram's FAQ for bots
    per_chat=1,
    per_group=20,
    paid_per_second=1000,  # Bot API manual: allow_paid_broadcast
)
NO_PREVIEW: Final = '{"is_disabled":true}'
TOAST: Final = 200
"""Longest answer to a press, in UTF-16 code units (Bot API manual: answerCallbackQuery)."""
NOT_MODIFIED: Final = "message is not modified"
ALREADY_GONE: Final = ("message to delete not found", "message_id_invalid", "message identifier is not specified")
"""How a deletion is refused when there is nothing to delete (small letters)."""
NOT_EDITABLE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
    "there is no text in the message to edit",
)
"""How an edit is refused when the message is gone, too old, or of a kind that cannot be edited (small letters)."""
SCOPES: Final[dict[str, Callable[[], BotCommandScope]]] = {
    "everybody": BotCommandScopeDefault,
    "private": BotCommandScopeAllPrivateChats,
    "groups": BotCommandScopeAllGroupChats,
    "group-admins": BotCommandScopeAllChatAdministrators,
}

Scope = Literal["everybody", "private", "groups", "group-admins"]
Commands = Sequence[tuple[Place | Scope, str, Sequence[tuple[str, str]]]]
"""Who sees them (or in which one chat), in which language ("": all others), and (command, description) each."""

log = structlog.get_logger("telegram")


class TelegramChannel:
    """One bot on Telegram, or on a Bot API server of our own."""

    name: ChannelName = NAME

    def __init__(
        self, bot: Bot, request: AiohttpRequest, *, me: Me, now: Callable[[], datetime], file_limit: int = LIMITS.file
    ) -> None:
        """For `open`, which is where channels come from. `file_limit` is in bytes."""
        self.limits = replace(LIMITS, file=file_limit)
        self._bot = bot
        self._request = request
        self._copies = Copies()
        self._now = now
        self.me = me

    @classmethod
    async def open(
        cls,
        token: str,
        api_base_url: str | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        file_limit: int = LIMITS.file,
    ) -> Self:
        """Ask Telegram who we are. Raises TryLater when it cannot be reached, Refused when it knows no such token.

        `api_base_url` is that of a self-hosted Bot API server, such as http://127.0.0.1:8081; one that was started with
        `--local` hands over files larger than Telegram's own does, up to `file_limit` bytes.
        """
        # Where the library cannot read something it logs it, people's words and addresses with the token included.
        logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
        request = AiohttpRequest()
        api = (api_base_url or API).rstrip("/")
        bot = Bot(token, f"{api}/bot", f"{api}/file/bot", request=request, get_updates_request=request)
        try:
            await request.initialize()
            me = await translated(_who_are_we(bot))
        except BaseException:
            await request.shutdown()
            raise
        return cls(bot, request, me=me, now=now, file_limit=file_limit)

    async def close(self) -> None:
        """Close all connections; calls under way fail."""
        await self._request.shutdown()

    # --- saying -----------------------------------------------------------------------------------------------

    async def send(self, to: Place, line: Rendered) -> MessageRef | None:
        """Show one line and return its message number; None for toasts, which never raise."""
        match line:
            case Text():
                return await translated(self._say(to, line), to)
            case Picture():
                return await translated(self._show(to, line), to)
            case File():
                return await translated(self._play(to, line), to)
            case Erase():
                return await translated(self._erase(to, line), to)
            case Toast():
                await self._answer(line)
                return None
            case _:
                assert_never(line)

    async def _say(self, to: Place, line: Text) -> MessageRef:
        """A text; in place of an older one where that is wanted and still there."""
        if line.instead_of is not None:
            if await self._edit(to, line, ref=line.instead_of):
                return line.instead_of
            if line.only_there:
                raise Refused("not to be edited any more")
        sent = await self._call(
            "sendMessage",
            chat_id=to.chat,
            text=line.text,
            reply_markup=keyboard_of(line, to),
            link_preview_options=NO_PREVIEW,
            protect_content=line.protect or None,
            disable_notification=line.silent or None,
            message_thread_id=_thread(to),
            allow_paid_broadcast=line.paid or None,
        )
        if not isinstance(sent, dict) or "message_id" not in sent:
            raise TryLater(in_doubt=True)  # an answer, but not the Bot API's
        return MessageRef(str(sent["message_id"]))

    async def _erase(self, to: Place, line: Erase) -> MessageRef:
        """Delete a message; one too old for that is edited, one that is gone already is as it should be."""
        try:
            await self._bot.delete_message(int(to.chat), int(line.ref))
        except BadRequest as error:
            if not error.message.lower().startswith(ALREADY_GONE):
                await self.send(to, line.otherwise)
        return line.ref

    async def _edit(self, to: Place, line: Text, *, ref: MessageRef) -> bool:
        """Whether the message reads so now; if not, it has to be said anew."""
        if asks_for_pin(line, to) or not (ref.isascii() and ref.isdigit()):
            return False  # such a keyboard comes only with a new message
        try:
            await self._call(
                "editMessageText",
                chat_id=int(to.chat),
                message_id=int(ref),
                text=line.text,
                reply_markup=inline_keyboard(line.buttons),
                link_preview_options=NO_PREVIEW,
            )
        except BadRequest as error:
            reason = error.message.lower()
            if not reason.startswith((NOT_MODIFIED, *NOT_EDITABLE)):
                raise
            return reason.startswith(NOT_MODIFIED)
        return True

    async def _show(self, to: Place, line: Picture) -> MessageRef:
        """A picture; in place of an older one where that is wanted and still there."""
        if line.instead_of is not None:
            if await self._exchange(to, line, ref=line.instead_of):
                return line.instead_of
            if line.only_there:
                raise Refused("not to be edited any more")
        sent = await self._copies.hand(
            line,
            lambda picture: self._bot.send_photo(
                int(to.chat),
                picture,
                caption=line.caption or None,
                protect_content=line.protect,
                disable_notification=line.silent,
                message_thread_id=_thread(to),
                filename="photo.jpg",
                allow_paid_broadcast=line.paid or None,
            ),
        )
        return MessageRef(str(sent.message_id))

    async def _exchange(self, to: Place, line: Picture, *, ref: MessageRef) -> bool:
        """Whether the message shows this picture now; if not, it has to be shown anew."""

        def shown(picture: bytes | str) -> Awaitable[Message | bool]:
            media = InputMediaPhoto(picture, caption=line.caption or None, filename="photo.jpg")
            return self._bot.edit_message_media(media, int(to.chat), int(ref))

        try:
            await self._copies.hand(line, shown)
        except BadRequest as error:
            reason = error.message.lower()
            if not reason.startswith((NOT_MODIFIED, *NOT_EDITABLE)):
                raise
            return reason.startswith(NOT_MODIFIED)
        return True

    async def _play(self, to: Place, line: File) -> MessageRef:
        """A recording, to be played in the chat where Telegram can; else a file, whose kind it is not to guess."""
        chat, caption, silent, thread = int(to.chat), line.caption or None, line.silent, _thread(to)
        ending = line.name.rpartition(".")[2]
        if line.what in ("video", "video-note") and ending == "mp4":
            sent = await self._bot.send_video(
                chat, line.content, caption=caption, protect_content=line.protect, disable_notification=silent,
                message_thread_id=thread, filename=line.name, supports_streaming=True,
            )  # fmt: skip
        elif line.what == "voice" and ending == "ogg":
            sent = await self._bot.send_voice(
                chat, line.content, caption=caption, protect_content=line.protect, disable_notification=silent,
                message_thread_id=thread, filename=line.name,
            )  # fmt: skip
        elif line.what in ("voice", "audio") and ending in ("mp3", "m4a"):
            sent = await self._bot.send_audio(
                chat, line.content, caption=caption, protect_content=line.protect, disable_notification=silent,
                message_thread_id=thread, filename=line.name,
            )  # fmt: skip
        else:
            sent = await self._bot.send_document(
                chat, line.content, caption=caption, protect_content=line.protect, disable_notification=silent,
                message_thread_id=thread, filename=line.name, disable_content_type_detection=True,
            )  # fmt: skip
        return MessageRef(str(sent.message_id))

    async def _answer(self, line: Toast) -> None:
        """Answer a press, which also ends the sign of waiting on its button. When it is too late nobody waits."""
        words = line.text.encode("utf-16-le")[: 2 * TOAST].decode("utf-16-le", "ignore")
        try:
            await self._call("answerCallbackQuery", callback_query_id=line.press, text=words or None)
        except TelegramError as error:
            log.info("toast_lost", error=type(error).__name__)

    async def _call(self, method: str, **named: object) -> object:
        """Call a method with the parameters as the Bot API's manual names them; its result as JSON.

        For what is said all day: the library's own call of that name makes objects of all that goes out and comes back,
        at many times the cost.
        """
        try:
            result: object = await self._request.post(f"{self._bot.base_url}/{method}", plainly(named))
        except (KeyError, TypeError):
            raise TryLater(in_doubt=True) from None  # an answer, but not the Bot API's
        return result

    # --- fetching ---------------------------------------------------------------------------------------------

    async def fetch(self, file: str) -> bytes:
        """The bytes of a photo or file. Raises TryLater, or Refused where it is too big or no longer there."""
        try:
            return await translated(self._download(file))
        except TryLater as failure:
            failure.in_doubt = False  # fetching twice does no harm
            raise
        except Refused as failure:
            reason = failure.reason.lower()
            if "temporarily unavailable" in reason:
                raise TryLater() from failure
            if "too big" in reason:
                raise Refused("too big") from failure
            raise

    async def _download(self, file: str) -> bytes:
        remote = await self._bot.get_file(file)
        if not remote.file_path or (remote.file_size or 0) > self.limits.file:
            raise Refused("too big")
        try:
            return bytes(await remote.download_as_bytearray())
        except InvalidToken:
            # What the library makes of a 404. The token was good a moment ago: it is the file that is not there.
            raise Refused("no such file") from None

    async def forget(self, file: str) -> None:
        """Nothing to do: the photo lies with Telegram, in its sender's chat, and is not ours to delete."""

    # --- hearing ----------------------------------------------------------------------------------------------

    def understand(self, raw: object) -> Incoming | None:
        """What a raw update says. None if it is nothing we hear, or nothing anybody can read: then the log says so."""
        try:
            return read(raw, self.me, now=self._now())
        except Unreadable:
            log.warning("update_skipped", update=update_number(raw))
        except Exception as error:  # a mistake of ours: it would come again and again, before everything that follows
            log.error("update_set_aside", update=update_number(raw), error=type(error).__name__)
        return None

    async def updates(self, offset: int | None, *, wait: int) -> list[object]:
        """Acknowledge all updates below `offset`, and get the next (100 at most), waiting up to `wait` seconds.

        They come raw: the library's own call parses them together, and for one that it cannot read all are lost.
        """
        asked = {"timeout": str(wait), "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        if offset is not None:
            asked["offset"] = str(offset)
        address = f"{self._bot.base_url}/getUpdates?{urlencode(asked)}"
        patience = (self._request.read_timeout or 0) + wait
        try:
            result: object = await translated(self._request.post(address, read_timeout=patience))
        except (KeyError, TypeError):
            result = None
        if not isinstance(result, list):
            raise TryLater(whole_channel=True)  # an answer, but not the Bot API's
        return result

    async def pending(self) -> int:
        """How many updates wait at Telegram."""
        return (await translated(self._bot.get_webhook_info())).pending_update_count

    async def expect_polling(self) -> None:
        """Tell Telegram that we come and ask. What waits there is kept."""
        await translated(self._bot.delete_webhook(drop_pending_updates=False))

    async def expect_webhook(self, address: str, secret: str) -> None:
        """Tell Telegram to bring updates to `address` (https), each with `secret` (1 to 256 of A-Z a-z 0-9 _ -)."""
        await translated(
            self._bot.set_webhook(
                address,
                secret_token=secret,
                allowed_updates=ALLOWED_UPDATES,
                max_connections=WEBHOOK_CONNECTIONS,
                drop_pending_updates=False,
            )
        )

    async def set_commands(self, table: Commands) -> None:
        """Show these commands in people's menus. A row without commands takes away what was set for it before."""
        for whom, language, commands in table:
            scope = BotCommandScopeChat(int(whom.chat)) if isinstance(whom, Place) else SCOPES[whom]()
            if commands:
                await translated(self._bot.set_my_commands(list(commands), scope, language or None))
            else:
                await translated(self._bot.delete_my_commands(scope, language or None))


async def _who_are_we(bot: Bot) -> Me:
    try:
        user = await bot.get_me()
    except InvalidToken:
        raise Refused("no bot has this token") from None
    return Me(user.id, user.username or "")


def update_number(raw: object) -> int | None:
    """The number of a raw update, None if it has none."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) else None


def _thread(to: Place) -> int | None:
    return int(to.thread) if to.thread else None
