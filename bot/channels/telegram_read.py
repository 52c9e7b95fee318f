"""Reading Telegram: an update becomes an incoming value, or nothing. Pure: no network, no memory, no clock.

An update is read as the JSON that came, and of it only what we use: the library makes an object of every leaf, which
takes ten times as long, and refuses the whole for one field that it takes for granted. Nothing is believed to be there,
or to be of its type, before it is looked at.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias

from messages.address import Address, ChannelName, MessageRef, Place
from messages.incoming import (
    Command,
    Contact,
    Content,
    Edited,
    File,
    FileKind,
    Incoming,
    Membership,
    Other,
    Photo,
    Pin,
    Point,
    Press,
    Text,
)
from messages.rendered import parse_handle

NAME: Final = ChannelName("telegram")
COMMAND: Final = re.compile(
    r"/(?P<name>[a-z0-9_]{1,32})(?:@(?P<bot>[a-z0-9_]+))?(?:\s+(?P<argument>.*))?",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
"""What Telegram takes for a command (Bot API manual, BotCommand), with its argument."""
PICTURES: Final = ("image/jpeg", "image/png")
"""Documents of these kinds are photos that somebody sent as files."""
FILES: Final[Mapping[str, FileKind]] = {
    "animation": "video",  # before document: an animation comes with both
    "video": "video",
    "video_note": "video-note",
    "voice": "voice",
    "audio": "audio",
    "document": "document",
}
"""Fields of a message that hold a recording or file, and what we call it."""
OTHERS: Final = {"sticker": "sticker", "poll": "poll"}
"""Fields of a message that hold what cannot be kept, and what we call it."""
SERVICE: Final = (
    "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo",
    "group_chat_created", "supergroup_chat_created", "channel_chat_created", "migrate_from_chat_id", "pinned_message",
    "successful_payment", "refunded_payment", "connected_website", "passport_data", "proximity_alert_triggered",
    "video_chat_started", "video_chat_ended", "video_chat_participants_invited", "video_chat_scheduled",
    "message_auto_delete_timer_changed", "web_app_data", "forum_topic_created", "forum_topic_closed",
    "forum_topic_reopened", "forum_topic_edited", "general_forum_topic_hidden", "general_forum_topic_unhidden",
    "write_access_allowed", "chat_shared", "users_shared", "giveaway_completed", "giveaway_created", "boost_added",
    "chat_background_set", "gift", "unique_gift", "gift_upgrade_sent", "paid_message_price_changed",
    "direct_message_price_changed", "checklist_tasks_done", "checklist_tasks_added", "suggested_post_declined",
    "suggested_post_paid", "suggested_post_refunded", "suggested_post_approved", "suggested_post_approval_failed",
    "chat_owner_changed", "chat_owner_left", "poll_option_added", "poll_option_deleted", "managed_bot_created",
)  # fmt: skip
"""Fields that make a message a remark of Telegram's own: nobody said it."""


Raw: TypeAlias = Mapping[str, object]
"""An object of the Bot API, as JSON."""
_NOTHING: Final[Raw] = {}
_LAST_SECOND: Final = 253_402_300_799
"""Unix time at the end of the year 9999."""


class Unreadable(Exception):
    """A message that does not say where or when it was said, or is none at all."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself: the number in its token, and the name people write after an @."""

    id: int
    username: str


def read(update: object, me: Me, *, now: datetime) -> Incoming | None:
    """What somebody said with this update; None if it is nothing we hear. `now` dates presses: Telegram does not.

    Raises:
        Unreadable: it should be something we hear, and lacks what every such update has.
    """
    raw = _object(update)
    if raw is None or not _id(raw.get("update_id")):
        raise Unreadable
    number = f"{me.id}:{raw['update_id']}"
    for name in ("message", "edited_message", "callback_query", "my_chat_member"):
        if raw.get(name) is None:
            continue
        event = _object(raw[name])
        if event is None:
            raise Unreadable
        match name:
            case "message":
                return _message(event, me, number=number)
            case "edited_message":
                return _edited(event, number)
            case "callback_query":
                return _press(event, number, now=now)
            case _:
                return _membership(event, number)
    return None


def _message(message: Raw, me: Me, *, number: str) -> Incoming | None:
    by, place, at = _speaker(message), _place(message), _moment(message.get("date"))
    if by is None or place is None:
        return None
    content = _content(message, me, shared=place.shared)
    if content is None:
        return None
    return Incoming(
        id=number,
        by=by,
        place=place,
        at=at,
        content=content,
        language=_language(message),
        reply_to=_reply(message),
        album=_words(message.get("media_group_id")),
        forwarded=message.get("forward_origin") is not None,
        public=place.shared and bool(_inner(message, "chat").get("username")),
    )


def _edited(message: Raw, number: str) -> Incoming | None:
    """A changed text or caption, or another picture. A live location that moves is no edit somebody made."""
    by, place = _speaker(message), _place(message)
    at = _moment(message["edit_date"] if "edit_date" in message else message.get("date"))
    if by is None or place is None or message.get("location") is not None:
        return None
    words = _words(message.get("text")) or _words(message.get("caption"))
    if not words and not message.get("photo") and _file(message) is None:
        return None
    return Incoming(number, by, place, at, Edited(words), language=_language(message))


def _press(query: Raw, number: str, *, now: datetime) -> Incoming | None:
    """A pressed button, also one under a message so old that Telegram no longer shows us more than its number."""
    message, user, pressed = _object(query.get("message")), _inner(query, "from"), query.get("data")
    if message is None or not _id(user.get("id")) or not isinstance(pressed, str):
        return None
    place = _place(message)
    if place is None:
        return None
    asked, key = parse_handle(_words(pressed))
    under = _id(message.get("message_id"))
    return Incoming(
        id=number,
        by=Address(NAME, _id(user["id"])),
        place=place,
        at=now,
        content=Press(key, asked, press=_words(query.get("id")), on=MessageRef(under) if under else None),
        language=_words(user.get("language_code")),
    )


def _membership(change: Raw, number: str) -> Incoming | None:
    """Blocked or welcomed back by a person; added to or removed from a group. A change of rights is neither."""
    place, user, at = _place(change), _inner(change, "from"), _moment(change.get("date"))
    was, now = _is_in(_inner(change, "old_chat_member")), _is_in(_inner(change, "new_chat_member"))
    if place is None or not _id(user.get("id")) or was == now:
        return None
    if place.shared:
        content = Membership("added" if now else "removed")
    else:
        content = Membership("returned" if now else "blocked")
    return Incoming(number, Address(NAME, _id(user["id"])), place, at, content, _words(user.get("language_code")))


def _is_in(member: Raw) -> bool:
    if member.get("status") == "restricted":
        return member.get("is_member") is True
    return member.get("status") in ("creator", "administrator", "member")


def _speaker(message: Raw) -> Address | None:
    """Who said it; None for bots, and for posts that Telegram carries over from a channel.

    Whoever speaks in the name of a group or channel is that chat: the account behind it is hidden even from us, so
    nothing that is a person's may be theirs. Such an address never writes in private, where officers are enrolled.
    """
    if message.get("is_automatic_forward") is True:
        return None
    user = _inner(message, "from")
    if message.get("sender_chat") is not None:
        who = _id(_inner(message, "sender_chat").get("id"))
    else:
        who = _id(user.get("id")) if user.get("is_bot") is False else ""
    # A basic group that becomes a supergroup says so itself, sometimes in the name of a bot.
    if not who and message.get("migrate_to_chat_id") is not None:
        who = _id(_inner(message, "chat").get("id"))
    return Address(NAME, who) if who else None


def _place(message: Raw) -> Place | None:
    """The chat, unless it is a channel or of a kind that Telegram invents tomorrow."""
    chat = _object(message.get("chat"))
    if chat is None or not _id(chat.get("id")):
        raise Unreadable
    kind = chat.get("type")
    if kind not in ("private", "group", "supergroup"):
        return None
    thread = _id(message.get("message_thread_id")) if message.get("is_topic_message") is True else ""
    return Place(NAME, _id(chat["id"]), thread, shared=kind != "private")


def _content(message: Raw, me: Me, *, shared: bool) -> Content | None:
    """What the message holds; None for Telegram's own remarks and for commands to another bot of the group."""
    if isinstance(message.get("text"), str):
        return _text(_words(message["text"]), me, shared=shared)
    caption = _words(message.get("caption"))
    if message.get("photo"):
        return _photo(_objects(message["photo"]), caption)
    if message.get("venue") is not None:
        return _pin(_inner(message, "venue").get("location"))
    if message.get("location") is not None:
        return _pin(message["location"])
    if message.get("contact") is not None:
        contact = _inner(message, "contact")
        names = (_words(contact.get("first_name")), _words(contact.get("last_name")))
        own = _id(contact.get("user_id")) in {_id(_inner(message, "from").get("id"))} - {""}
        return Contact(_words(contact.get("phone_number")), " ".join(filter(None, names)), own=own)
    if (moved_to := _id(message.get("migrate_to_chat_id"))) != "":
        return Membership("moved", moved_to=Place(NAME, moved_to, shared=True))
    if (content := _file(message) or _other(message)) is not None:
        return content
    if any(message.get(name) not in (None, False) for name in SERVICE):
        return None
    # Games, stories, and whatever Telegram invents next: everything that is said gets an answer.
    return Other("else", caption)


def _text(words: str, me: Me, *, shared: bool) -> Text | Command | None:
    found = COMMAND.fullmatch(words)
    if found is None:
        return Text(words)
    to_another = found["bot"] is not None and found["bot"].lower() != me.username.lower()
    if to_another and shared:
        return None
    return Command(found["name"].lower(), (found["argument"] or "").strip())


def _photo(sizes: Iterable[Raw], caption: str) -> Photo | Other:
    """The largest of the sizes in which Telegram keeps the picture."""
    known = [size for size in sizes if _words(size.get("file_id"))]
    if not known:
        return Other("else", caption)
    largest = max(known, key=lambda size: _count(size.get("width")) * _count(size.get("height")))
    return Photo(_words(largest["file_id"]), caption, _count(largest.get("file_size")))


def _pin(location: object) -> Pin | Other:
    """Where they are; a live location by where it began, as its moves are no messages."""
    at = _object(location) or _NOTHING
    latitude, longitude = at.get("latitude"), at.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return Other("else")
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # nowhere, or infinitely far: JSON can say that
        return Other("else")
    return Pin(Point(float(latitude), float(longitude)))


def _file(message: Raw) -> Photo | File | Other | None:
    """A recording or file; a picture sent as a file is a photo. File names are not read."""
    for field, what in FILES.items():
        if message.get(field) is None:
            continue
        caption, attached = _words(message.get("caption")), _inner(message, field)
        handle, size = _words(attached.get("file_id")), _count(attached.get("file_size"))
        if not handle:
            return Other("else", caption)
        if field == "document" and attached.get("mime_type") in PICTURES:
            return Photo(handle, caption, size)
        return File(what, handle, caption, size)
    return None


def _other(message: Raw) -> Other | None:
    """What cannot be kept, by our name for it."""
    for field, what in OTHERS.items():
        if message.get(field) is not None:
            return Other(what, _words(message.get("caption")))
    return None


def _reply(message: Raw) -> MessageRef | None:
    """The message it answers. In a topic everything hangs on the message that opened it: that is no answer."""
    replied = _id(_inner(message, "reply_to_message").get("message_id"))
    if not replied or (message.get("is_topic_message") is True and replied == _id(message.get("message_thread_id"))):
        return None
    return MessageRef(replied)


def _language(message: Raw) -> str:
    speaks_as_chat = message.get("sender_chat") is not None
    return "" if speaks_as_chat else _words(_inner(message, "from").get("language_code"))


def _object(value: object) -> Raw | None:
    return value if isinstance(value, dict) else None


def _inner(raw: Raw, name: str) -> Raw:
    """The object under this name, empty if there is none."""
    return _object(raw.get(name)) or _NOTHING


def _objects(values: object) -> list[Raw]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _moment(value: object) -> datetime:
    if not isinstance(value, int) or not 0 <= value <= _LAST_SECOND:
        raise Unreadable
    return datetime.fromtimestamp(value, UTC)


def _words(value: object) -> str:
    """Words without what no database or platform can carry: half characters, which JSON can name, and NUL."""
    if not isinstance(value, str):
        return ""
    try:
        value.encode()
    except UnicodeEncodeError:
        value = value.encode("utf-8", "replace").decode()
    return value.replace("\x00", "")


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _id(value: object) -> str:
    """A number of Telegram's as we keep it, empty if it is none."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
