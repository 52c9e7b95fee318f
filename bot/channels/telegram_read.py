"""Reading Telegram: an update becomes an incoming value, or nothing. Pure: no network, no memory, no clock.

The library checks no types: an update that it parses may still hold a list where a text belongs. So every leaf is
looked at before it is used, and nothing here raises.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from telegram import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, Document, Location, Message, PhotoSize, Update

from messages.address import Address, ChannelName, MessageRef, Place
from messages.incoming import (
    Command,
    Contact,
    Content,
    Edited,
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
OTHERS: Final = {
    "animation": "video",  # before document: an animation comes with both
    "video": "video",
    "video_note": "video-note",
    "voice": "voice",
    "audio": "audio",
    "sticker": "sticker",
    "document": "document",
}
"""Fields of a message that hold a kind we do not take yet, and what we call it."""
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


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself: the number in its token, and the name people write after an @."""

    id: int
    username: str


def read(update: Update, me: Me, *, now: datetime) -> Incoming | None:
    """What somebody said with this update; None if it is nothing we hear. `now` dates presses: Telegram does not."""
    if not isinstance(update.update_id, int):
        return None
    number = f"{me.id}:{update.update_id}"
    if update.message is not None:
        return _message(update.message, me, number=number)
    if update.edited_message is not None:
        return _edited(update.edited_message, number)
    if update.callback_query is not None:
        return _press(update.callback_query, number, now=now)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member, number)
    return None


def _message(message: Message, me: Me, *, number: str) -> Incoming | None:
    by, place = _speaker(message), _place(message)
    if by is None or place is None or not isinstance(message.date, datetime):
        return None
    content = _content(message, me, shared=place.shared)
    if content is None:
        return None
    return Incoming(
        id=number,
        by=by,
        place=place,
        at=message.date,
        content=content,
        language=_language(message),
        reply_to=_reply(message),
        album=_words(message.media_group_id),
        forwarded=message.forward_origin is not None,
    )


def _edited(message: Message, number: str) -> Incoming | None:
    """A changed text or caption, or another picture. A live location that moves is no edit somebody made."""
    by, place = _speaker(message), _place(message)
    at = message.edit_date if isinstance(message.edit_date, datetime) else message.date
    if by is None or place is None or not isinstance(at, datetime) or message.location is not None:
        return None
    words = _words(message.text) or _words(message.caption)
    if not words and not message.photo and _other(message) is None:
        return None
    return Incoming(number, by, place, at, Edited(words), language=_language(message))


def _press(query: CallbackQuery, number: str, *, now: datetime) -> Incoming | None:
    """A pressed button, also one under a message so old that Telegram no longer shows us more than its number."""
    message, user = query.message, query.from_user
    if message is None or user is None or not _id(user.id) or not isinstance(query.data, str):
        return None
    place = _place(message) if isinstance(message, Message) else _place_of(message.chat)
    if place is None:
        return None
    asked, key = parse_handle(query.data)
    on = MessageRef(_id(message.message_id)) if _id(message.message_id) else None
    return Incoming(
        id=number,
        by=Address(NAME, _id(user.id)),
        place=place,
        at=now,
        content=Press(key, asked, press=_words(query.id), on=on),
        language=_words(user.language_code),
    )


def _membership(change: ChatMemberUpdated, number: str) -> Incoming | None:
    """Blocked or welcomed back by a person; added to or removed from a group. A change of rights is neither."""
    place, user = _place_of(change.chat), change.from_user
    was, now = _is_in(change.old_chat_member), _is_in(change.new_chat_member)
    if place is None or user is None or not _id(user.id) or was == now or not isinstance(change.date, datetime):
        return None
    if place.shared:
        content = Membership("added" if now else "removed")
    else:
        content = Membership("returned" if now else "blocked")
    return Incoming(number, Address(NAME, _id(user.id)), place, change.date, content, _words(user.language_code))


def _is_in(member: ChatMember | None) -> bool:
    if member is None:
        return False
    if member.status == ChatMember.RESTRICTED:
        return getattr(member, "is_member", False) is True
    return member.status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)


def _speaker(message: Message) -> Address | None:
    """Who said it; None for bots, and for posts that Telegram carries over from a channel.

    Whoever speaks in the name of a group or channel is that chat: the account behind it is hidden even from us, so
    nothing that is a person's may be theirs. Such an address never writes in private, where officers are enrolled.
    """
    if message.is_automatic_forward is True:
        return None
    if message.sender_chat is not None:
        who = _id(message.sender_chat.id)
    elif message.from_user is not None and message.from_user.is_bot is False:
        who = _id(message.from_user.id)
    else:
        who = ""
    # A basic group that becomes a supergroup says so itself, sometimes in the name of a bot.
    if not who and message.migrate_to_chat_id is not None:
        who = _id(message.chat.id) if message.chat else ""
    return Address(NAME, who) if who else None


def _place(message: Message) -> Place | None:
    in_topic = message.is_topic_message is True
    return _place_of(message.chat, thread=_id(message.message_thread_id) if in_topic else "")


def _place_of(chat: Chat | None, thread: str = "") -> Place | None:
    """The chat, unless it is a channel or nothing we know."""
    if chat is None or not _id(chat.id) or chat.type not in (Chat.PRIVATE, Chat.GROUP, Chat.SUPERGROUP):
        return None
    return Place(NAME, _id(chat.id), thread, shared=chat.type != Chat.PRIVATE)


def _content(message: Message, me: Me, *, shared: bool) -> Content | None:
    """What the message holds; None for Telegram's own remarks and for commands to another bot of the group."""
    if isinstance(message.text, str):
        return _text(message.text, me, shared=shared)
    caption = _words(message.caption)
    if message.photo:
        return _photo(message.photo, caption)
    if message.venue is not None:
        return _pin(message.venue.location)
    if message.location is not None:
        return _pin(message.location)
    if message.contact is not None:
        names = (_words(message.contact.first_name), _words(message.contact.last_name))
        return Contact(_words(message.contact.phone_number), " ".join(filter(None, names)))
    if (moved_to := _id(message.migrate_to_chat_id)) != "":
        return Membership("moved", moved_to=Place(NAME, moved_to, shared=True))
    if (content := _other(message)) is not None:
        return content
    if any(getattr(message, name) for name in SERVICE):
        return None
    # Polls, games, stories, and whatever Telegram invents next: everything that is said gets an answer.
    return Other("else", caption)


def _text(words: str, me: Me, *, shared: bool) -> Text | Command | None:
    found = COMMAND.fullmatch(words)
    if found is None:
        return Text(words)
    to_another = found["bot"] is not None and found["bot"].lower() != me.username.lower()
    if to_another and shared:
        return None
    return Command(found["name"].lower(), (found["argument"] or "").strip())


def _photo(sizes: Iterable[PhotoSize], caption: str) -> Photo | Other:
    """The largest of the sizes in which Telegram keeps the picture."""
    known = [size for size in sizes if _words(size.file_id)]
    if not known:
        return Other("else", caption)
    largest = max(known, key=lambda size: _count(size.width) * _count(size.height))
    return Photo(largest.file_id, caption, _count(largest.file_size))


def _pin(location: Location | None) -> Pin | Other:
    if location is None:
        return Other("else")
    if "live_period" in location.to_dict():
        return Other("live-location")
    degrees = (location.latitude, location.longitude)
    if not all(isinstance(degree, int | float) for degree in degrees):
        return Other("else")
    return Pin(Point(float(degrees[0]), float(degrees[1])))


def _other(message: Message) -> Photo | Other | None:
    """A kind that is not taken yet, by our name for it; a picture sent as a file is a photo."""
    caption = _words(message.caption)
    for field, what in OTHERS.items():
        attached = getattr(message, field)
        if attached is None:
            continue
        if isinstance(attached, Document) and attached.mime_type in PICTURES and _words(attached.file_id):
            return Photo(attached.file_id, caption, _count(attached.file_size))
        return Other(what, caption)
    return None


def _reply(message: Message) -> MessageRef | None:
    """The message it answers. In a topic everything hangs on the message that opened it: that is no answer."""
    replied = message.reply_to_message
    if replied is None or not _id(replied.message_id):
        return None
    if message.is_topic_message is True and replied.message_id == message.message_thread_id:
        return None
    return MessageRef(_id(replied.message_id))


def _language(message: Message) -> str:
    speaks_as_chat = message.sender_chat is not None or message.from_user is None
    return "" if speaks_as_chat or message.from_user is None else _words(message.from_user.language_code)


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _id(value: object) -> str:
    """A number of Telegram's as we keep it, empty if it is none."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
