"""The methods by which a bot says, edits and takes back."""

from typing import Any

from tests.bot_api_fake import markup
from tests.bot_api_fake.call import Call, Upload
from tests.bot_api_fake.chats import Chat, Message, Toast
from tests.bot_api_fake.files import PHOTO_LIMIT, is_picture
from tests.bot_api_fake.refusals import NOT_MODIFIED, QUERY_TOO_OLD, Refusal, bad
from tests.bot_api_fake.updates import PRESS_KEPT_FOR
from tests.bot_api_fake.world import World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
"""UTF-16 code units, as Telegram counts offsets and lengths."""
BYTES_LIMIT = 1 << 15
"""Bytes of a text before anything else is looked at (get_formatted_text of Telegram's server)."""
TOAST_LIMIT = 200
ALBUM_LIMIT = 10
ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


async def send_message(world: World, call: Call) -> dict[str, Any]:
    """sendMessage."""
    content: dict[str, Any] = text_of(call)
    if options := call.json("link_preview_options", "link preview options"):
        content["link_preview_options"] = options
    return say(world, call, content=content).snapshot()


async def send_photo(world: World, call: Call) -> dict[str, Any]:
    """sendPhoto."""
    return say(
        world, call, content={**media_of(world, call, given=call.text("photo"), kind="photo"), **caption_of(call)}
    ).snapshot()


async def send_document(world: World, call: Call) -> dict[str, Any]:
    """sendDocument."""
    media = media_of(world, call, given=call.text("document"), kind="document")
    return say(world, call, content={**media, **caption_of(call)}).snapshot()


async def send_video(world: World, call: Call) -> dict[str, Any]:
    """sendVideo."""
    return say(world, call, content={**recording_of(world, call, "video"), **caption_of(call)}).snapshot()


async def send_voice(world: World, call: Call) -> dict[str, Any]:
    """sendVoice."""
    return say(world, call, content={**recording_of(world, call, "voice"), **caption_of(call)}).snapshot()


async def send_audio(world: World, call: Call) -> dict[str, Any]:
    """sendAudio."""
    return say(world, call, content={**recording_of(world, call, "audio"), **caption_of(call)}).snapshot()


async def send_media_group(world: World, call: Call) -> list[dict[str, Any]]:
    """sendMediaGroup: all its messages or none."""
    items = call.json("media", "media")
    if not isinstance(items, list) or not items:
        raise bad("there are no messages to send")
    if len(items) > ALBUM_LIMIT:
        raise bad("too many messages to send as an album")
    if call.text("reply_markup"):
        raise bad("can't use reply markup in an album")
    contents = []
    for item in items:
        media = media_of(world, call, given=str(item.get("media", "")), kind=str(item.get("type", "")))
        contents.append({**media, **caption_of(Call(call.method, as_arguments(item), {}))})
    album = str(world.revision + 13_000_000_000_000_000)
    return [say(world, call, content={**content, "media_group_id": album}).snapshot() for content in contents]


def as_arguments(item: dict[str, Any]) -> dict[str, str]:
    """The texts of one part of an album."""
    return {name: value for name, value in item.items() if isinstance(value, str)}


async def send_chat_action(world: World, call: Call) -> bool:
    """sendChatAction: "typing" and its like."""
    chat = world.find_chat(call.chat)
    chat.may_write()
    if call.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat.actions.append(call.text("action"))
    world.pulse.beat()
    return True


async def edit_text(world: World, call: Call) -> dict[str, Any]:
    """editMessageText. Without reply_markup the buttons go, as on Telegram."""
    message = own_message(world, call)
    content = text_of(call)
    if "text" not in message.raw:
        raise bad("there is no text in the message to edit")
    return change(world, message, content={"entities": None, **content, "reply_markup": inline(message.chat, call)})


async def edit_caption(world: World, call: Call) -> dict[str, Any]:
    """editMessageCaption; an empty one takes it away."""
    message = own_message(world, call)
    if "text" in message.raw:
        raise bad("there is no caption in the message to edit")
    content = {"caption": None, "caption_entities": None, **caption_of(call)}
    return change(world, message, content={**content, "reply_markup": inline(message.chat, call)})


async def edit_media(world: World, call: Call) -> dict[str, Any]:
    """editMessageMedia, of a photo: another one with its caption in the place of the old."""
    message = own_message(world, call)
    item = call.json("media", "media")
    if "photo" not in message.raw or not isinstance(item, dict):
        raise bad("there is no photo in the message to edit")
    media = media_of(world, call, given=str(item.get("media", "")), kind=str(item.get("type", "")))
    words = caption_of(Call(call.method, as_arguments(item), {}))
    content = {"caption": None, "caption_entities": None, **media, **words}
    return change(world, message, content={**content, "reply_markup": inline(message.chat, call)})


async def edit_markup(world: World, call: Call) -> dict[str, Any]:
    """editMessageReplyMarkup."""
    message = own_message(world, call)
    return change(world, message, content={"reply_markup": inline(message.chat, call)})


async def delete_message(world: World, call: Call) -> bool:
    """deleteMessage: in private chats anything, in groups what the bot said or may remove as administrator."""
    chat = writable(world, call)
    message = chat.find(call.number("message_id"), "message to delete")
    if not (message.is_bots or chat.is_private or chat.bot_is == "administrator"):
        raise bad("message can't be deleted")
    world.remove(message)
    return True


async def answer_press(world: World, call: Call) -> bool:
    """answerCallbackQuery: once, and not too late."""
    press = world.presses.get(call.text("callback_query_id"))
    if press is None or not press.is_open or world.clock() - press.at > PRESS_KEPT_FOR:
        raise Refusal(400, QUERY_TOO_OLD)
    if units(call.text("text")) > TOAST_LIMIT:
        raise bad("MESSAGE_TOO_LONG")
    press.is_open = False
    press.chat.toasts.append(Toast(press.number, call.text("text"), call.flag("show_alert"), call.text("url")))
    world.pulse.beat()
    return True


def say(world: World, call: Call, *, content: dict[str, Any]) -> Message:
    """Put what the bot says into the chat it names."""
    chat = writable(world, call)
    buttons = markup.check(call.json("reply_markup", "reply keyboard markup"), private=chat.is_private)
    extras: dict[str, Any] = reply_of(chat, call)
    if buttons and "inline_keyboard" in buttons:
        extras["reply_markup"] = buttons
    if call.flag("protect_content"):
        extras["has_protected_content"] = True
    message = world.post(chat, {**extras, **content}, by=world.bot)
    message.is_silent = call.flag("disable_notification")
    message.keyboard = buttons if buttons and "inline_keyboard" not in buttons else None
    return message


def reply_of(chat: Chat, call: Call) -> dict[str, Any]:
    """What the message replies to."""
    asked = call.json("reply_parameters", "reply parameters") or {"message_id": call.number("reply_to_message_id")}
    if not asked.get("message_id"):
        return {}
    try:
        return {"reply_to_message": chat.find(int(asked["message_id"]), "message to be replied").quoted()}
    except Refusal:
        if asked.get("allow_sending_without_reply"):
            return {}
        raise


def change(world: World, message: Message, *, content: dict[str, Any]) -> dict[str, Any]:
    """Edit a message, unless it would read as before."""
    if all(message.raw.get(name) == value for name, value in content.items()):
        raise Refusal(400, NOT_MODIFIED)
    world.change(message, content)
    return message.snapshot()


def writable(world: World, call: Call) -> Chat:
    """The chat a call names, if the bot may speak there."""
    chat = world.find_chat(call.chat)
    chat.may_write()
    return chat


def own_message(world: World, call: Call) -> Message:
    """The message to edit: the bot's own, and not one that brought a keyboard of the other kind."""
    message = writable(world, call).find(call.number("message_id"), "message to edit")
    if not message.is_bots or message.keyboard is not None:
        raise bad("message can't be edited")
    return message


def inline(chat: Chat, call: Call) -> dict[str, Any] | None:
    """The inline keyboard of an edit."""
    buttons = markup.check(call.json("reply_markup", "reply keyboard markup"), private=chat.is_private)
    if buttons and "inline_keyboard" not in buttons:
        raise bad("inline keyboard expected")
    return buttons


def units(text: str) -> int:
    """Its length as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def text_of(call: Call) -> dict[str, Any]:
    """The text of a message, within the limits."""
    if not call.text("text"):
        raise bad("message text is empty")
    return formatted(call, "text", entities="entities", limit=TEXT_LIMIT, too_long="message is too long")


def caption_of(call: Call) -> dict[str, Any]:
    """The caption of a picture or file, within the limits; nothing if there is none."""
    if not call.text("caption").strip():
        return {}
    limit, too_long = CAPTION_LIMIT, "message caption is too long"
    return formatted(call, "caption", entities="caption_entities", limit=limit, too_long=too_long)


def formatted(call: Call, name: str, *, entities: str, limit: int, too_long: str) -> dict[str, Any]:
    """One text with its entities, trimmed as Telegram trims."""
    if len(call.text(name).encode()) > BYTES_LIMIT:
        raise bad("text is too long")
    if call.text("parse_mode"):
        raise bad("unsupported parse_mode")
    words = call.text(name).strip()
    if not words:
        raise bad("text must be non-empty")
    if units(words) > limit:
        raise bad(too_long)
    marks = call.json(entities, "entities")
    return {name: words, entities: marks} if marks else {name: words}


def media_of(world: World, call: Call, *, given: str, kind: str) -> dict[str, Any]:
    """A photo or document: uploaded under its own name, attached under another, or known by its id."""
    if kind not in ("photo", "document"):
        raise bad("can't use the media of the specified type in the album")
    upload = call.uploads.get(given.removeprefix("attach://") if given.startswith("attach://") else kind)
    if upload is None and given.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    if upload is None and (not given or given.startswith("attach://")):
        raise bad(f"there is no {kind} in the request")
    if upload is None:
        stored = world.files.by_id(given)
        return known(stored.reference(), kind)
    if not upload.content:
        raise bad("file must be non-empty")
    return uploaded_photo(world, upload) if kind == "photo" else uploaded_document(world, upload)


def recording_of(world: World, call: Call, kind: str) -> dict[str, Any]:
    """A video, voice note or audio file: uploaded, or known by its id."""
    upload = call.uploads.get(kind)
    if upload is None:
        if not call.text(kind):
            raise bad(f"there is no {kind} in the request")
        return {kind: world.files.by_id(call.text(kind)).reference()}
    if not upload.content:
        raise bad("file must be non-empty")
    shape = {"width": 640, "height": 360, "duration": 4} if kind == "video" else {"duration": 4}
    stored = world.files.keep(upload.content, kind, name=upload.name)
    return {kind: {**stored.reference(), **shape, "file_name": upload.name}}


def known(reference: dict[str, Any], kind: str) -> dict[str, Any]:
    """A file that is on the server already."""
    return {"photo": [{**reference, "width": 1280, "height": 960}]} if kind == "photo" else {"document": reference}


def uploaded_photo(world: World, upload: Upload) -> dict[str, Any]:
    """A new photo; Telegram takes pictures only, and not too big."""
    if len(upload.content) > PHOTO_LIMIT:
        raise bad(f"file of size {len(upload.content)} bytes is too big for a photo")
    if not is_picture(upload.content):
        raise bad("IMAGE_PROCESS_FAILED")
    return {"photo": world.files.keep_photo(upload.content)}


def uploaded_document(world: World, upload: Upload) -> dict[str, Any]:
    """A new file of any kind."""
    stored = world.files.keep(upload.content, "document", name=upload.name)
    return {"document": {**stored.reference(), "file_name": upload.name}}
