"""Raw updates as Telegram sends them, and what each says; and that no JSON at all can make reading fail."""

import inspect
import os
from datetime import UTC, datetime
from typing import Any

import pytest
import telegram

from bot.channels.telegram_read import FILES, OTHERS, SERVICE, Me, Unreadable, read
from messages.address import Address, MessageRef, Place
from messages.incoming import (
    Command,
    Contact,
    Content,
    Edited,
    File,
    Incoming,
    Membership,
    Other,
    Photo,
    Pin,
    Point,
    Press,
    Text,
)

os.environ["PTB_TIMEDELTA"] = "true"  # the library warns whenever it parses a duration without it

ME = Me(7_100_200_300, "bao_tin_test_bot")
SENT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
CHANGED = datetime(2026, 11, 22, 3, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
LAN = {"id": 501, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
ROBOT = {"id": 777_001, "is_bot": True, "first_name": "Robot", "username": "robot_bot"}
ANONYMOUS = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
HOME = {"id": 501, "first_name": "Lan", "type": "private"}
STATION = {"id": -1_001_234, "title": "Công an phường", "type": "supergroup"}
OLD_STATION = {"id": -55, "title": "Công an phường", "type": "group"}
NEWS = {"id": -1_009_999, "title": "Tin phường", "type": "channel"}
AT_HOME = Place("telegram", "501")  # type: ignore[arg-type]
AT_STATION = Place("telegram", "-1001234", shared=True)  # type: ignore[arg-type]
BY_LAN = Address("telegram", "501")  # type: ignore[arg-type]
FILE = {"file_id": "F1", "file_unique_id": "U1"}
SIZES = [
    {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 68, "file_size": 1_200},
    {"file_id": "large", "file_unique_id": "l", "width": 1280, "height": 960, "file_size": 180_000},
    {"file_id": "middle", "file_unique_id": "m", "width": 320, "height": 240, "file_size": 20_000},
]
PLACE = {"latitude": 21.0285, "longitude": 105.8542}
VIDEO = {**FILE, "width": 1280, "height": 720, "duration": 9}
POLL_OPTION = {"text": "a", "voter_count": 0, "persistent_id": "1"}

Raw = dict[str, Any]


def message(chat: Raw | None = None, sender: Raw | None = None, **content: Any) -> Raw:
    """An update with one message, by Lan in private unless it says otherwise."""
    head = {"message_id": 42, "date": int(SENT.timestamp()), "chat": chat or HOME, "from": sender or LAN}
    return {"update_id": 9001, "message": head | content}


def edited(**content: Any) -> Raw:
    """An update with Lan's edited message."""
    raw = message(**content)["message"]
    return {"update_id": 9001, "edited_message": raw | {"edit_date": int(CHANGED.timestamp())}}


def press(data: str, **other: Any) -> Raw:
    """An update with Lan's press of a button under message 42."""
    under = {"message_id": 42, "date": int(SENT.timestamp()), "chat": HOME, "from": ROBOT, "text": "?"}
    query = {"id": "777", "from": LAN, "chat_instance": "1", "message": under, "data": data}
    return {"update_id": 9001, "callback_query": query | other}


def membership(chat: Raw, *, was: str, now: str) -> Raw:
    """An update that says what became of the bot in a chat."""

    def member(status: str) -> Raw:
        raw = {"user": {"id": ME.id, "is_bot": True, "first_name": "Báo Tin"}, "status": status}
        match status:
            case "kicked":
                return raw | {"until_date": 0}
            case "restricted" | "muted":
                names = [
                    name
                    for name in inspect.signature(telegram.ChatMemberRestricted).parameters
                    if name.startswith("can_")
                ]
                rights = dict.fromkeys(names, False)
                return raw | rights | {"status": "restricted", "is_member": status == "muted", "until_date": 0}
            case "administrator":
                names = [
                    name
                    for name in inspect.signature(telegram.ChatMemberAdministrator).parameters
                    if name.startswith("can_")
                ]
                return raw | dict.fromkeys(names, True) | {"is_anonymous": False}
            case _:
                return raw

    change = {"chat": chat, "from": LAN, "date": int(SENT.timestamp())}
    return {
        "update_id": 9001,
        "my_chat_member": change | {"old_chat_member": member(was), "new_chat_member": member(now)},
    }


def understood(raw: Raw) -> Incoming | None:
    return read(raw, ME, now=NOW)


def content_of(raw: Raw) -> Content | None:
    said = understood(raw)
    return said.content if said else None


SAID: dict[str, tuple[Raw, Content | None]] = {
    "a text": (message(text="Có người cạy cửa"), Text("Có người cạy cửa")),
    "a text of nothing one can see": (message(text="\u200b\u200d"), Text("\u200b\u200d")),
    "a long text": (message(text="a" * 10_000), Text("a" * 10_000)),
    "a command": (message(text="/start"), Command("start")),
    "a command with an argument": (message(text="/start w_00004"), Command("start", "w_00004")),
    "a command with lines": (message(text="/tin  TH-26-0412 \n hai"), Command("tin", "TH-26-0412 \n hai")),
    "a command in capitals": (message(text="/Start W_1"), Command("start", "W_1")),
    "a command to us by name": (message(text="/truc@Bao_Tin_TEST_bot on"), Command("truc", "on")),
    "a command to another bot in private": (message(text="/truc@robot_bot"), Command("truc")),
    "a command to another bot in a group": (message(STATION, text="/truc@robot_bot"), None),
    "a command to us in a group": (message(STATION, text="/truc@bao_tin_test_bot"), Command("truc")),
    "a slash further on": (message(text="xem /start"), Text("xem /start")),
    "a path, no command": (message(text="/etc/passwd"), Text("/etc/passwd")),
    "a command with accents, no command": (message(text="/báotin"), Text("/báotin")),
    "a photo": (message(photo=SIZES), Photo("large", size=180_000)),
    "a photo with a caption": (message(photo=SIZES, caption="ngõ 12"), Photo("large", "ngõ 12", 180_000)),
    "a command as a caption": (message(photo=SIZES, caption="/start"), Photo("large", "/start", 180_000)),
    "a live photo": (
        message(photo=SIZES, live_photo={**VIDEO, "photo": SIZES}, caption="x"),
        Photo("large", "x", 180_000),
    ),
    "a picture as a file": (
        message(document={**FILE, "mime_type": "image/png", "file_size": 7}, caption="đây"),
        Photo("F1", "đây", 7),
    ),
    "a pin": (message(location=PLACE), Pin(Point(21.0285, 105.8542))),
    "a pin at 0,0": (message(location={"latitude": 0, "longitude": 0}), Pin(Point(0.0, 0.0))),
    "a venue": (
        message(location=PLACE, venue={"location": PLACE, "title": "Chợ", "address": "Phố Huế"}),
        Pin(Point(21.0285, 105.8542)),
    ),
    "a live location": (message(location={**PLACE, "live_period": 900}), Pin(Point(21.0285, 105.8542))),
    "a contact": (
        message(contact={"phone_number": "+84901234567", "first_name": "Lan", "last_name": "Lê", "user_id": 1}),
        Contact("+84901234567", "Lan Lê"),
    ),
    "their own contact": (
        message(contact={"phone_number": "+84901234567", "first_name": "Lan", "user_id": LAN["id"]}),
        Contact("+84901234567", "Lan", own=True),
    ),
    "a video": (message(video={**VIDEO, "file_size": 9}, caption="cháy"), File("video", "F1", "cháy", 9)),
    "an animation": (message(animation=VIDEO, document=FILE), File("video", "F1")),
    "a video note": (message(video_note={**FILE, "length": 240, "duration": 4}), File("video-note", "F1")),
    "a voice note": (message(voice={**FILE, "duration": 4}), File("voice", "F1")),
    "an audio file": (message(audio={**FILE, "duration": 4}), File("audio", "F1")),
    "a document": (message(document={**FILE, "mime_type": "application/pdf"}), File("document", "F1")),
    "a document of no kind": (message(document=FILE), File("document", "F1")),
    "a sticker": (
        message(
            sticker={
                **FILE,
                "width": 512,
                "height": 512,
                "is_animated": False,
                "is_video": False,
                "type": "regular",
            }
        ),
        Other("sticker"),
    ),
    "a die": (message(dice={"emoji": "🎲", "value": 3}), Other("else")),
    "a game": (message(game={"title": "g", "description": "g", "photo": SIZES}), Other("else")),
    "a story": (message(story={"id": 3, "chat": HOME}), Other("else")),
    "a poll": (
        message(
            poll={
                "id": "1",
                "question": "?",
                "options": [POLL_OPTION],
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": False,
                "members_only": False,
            }
        ),
        Other("poll"),
    ),
    "a kind that Telegram invents tomorrow": (message(hologram={"id": 1}, caption="này"), Other("else", "này")),
    "somebody joined": (message(STATION, new_chat_members=[LAN]), None),
    "somebody left": (message(STATION, left_chat_member=LAN), None),
    "a pinned message": (
        message(STATION, pinned_message={"message_id": 3, "date": int(SENT.timestamp()), "chat": STATION, "text": "x"}),
        None,
    ),
    "a pinned message too old to see": (
        message(STATION, pinned_message={"message_id": 3, "date": 0, "chat": STATION}),
        None,
    ),
    "a new title": (message(STATION, new_chat_title="Đội 1"), None),
    "a group became a supergroup": (
        message(OLD_STATION, migrate_to_chat_id=-1_001_234),
        Membership("moved", moved_to=AT_STATION),
    ),
    "a supergroup was a group": (message(STATION, migrate_from_chat_id=-55), None),
    "a bot's message": (message(STATION, ROBOT, text="quảng cáo"), None),
    "a channel's post carried into its group": (
        message(STATION, LAN, text="tin", sender_chat=NEWS, is_automatic_forward=True),
        None,
    ),
    "a channel post": ({"update_id": 9001, "channel_post": message(NEWS, text="tin")["message"]}, None),
    "a message in a channel": (message(NEWS, text="tin"), None),
    "an edited text": (edited(text="Ngõ 14, không phải 12"), Edited("Ngõ 14, không phải 12")),
    "an edited caption": (edited(photo=SIZES, caption="ngõ 14"), Edited("ngõ 14")),
    "another picture put in its place": (edited(photo=SIZES), Edited("")),
    "a live location that moves": (edited(location={**PLACE, "live_period": 900}), None),
    "an edit of nothing we take": (edited(dice={"emoji": "🎲", "value": 3}), None),
    "a press": (press("17.send"), Press("send", 17, press="777", on=MessageRef("42"))),
    "a press of a lasting button": (press("0.menu:tip"), Press("menu:tip", 0, press="777", on=MessageRef("42"))),
    "a forged press": (press("no number"), Press("no number", 0, press="777", on=MessageRef("42"))),
    "a forged press of a question with ten digits": (
        press("9999999999.send"),
        Press("9999999999.send", 0, press="777", on=MessageRef("42")),
    ),
    "a press of nothing": (press(""), Press("", 0, press="777", on=MessageRef("42"))),
    "a press under a message too old to see": (
        press("0.claim", message={"message_id": 42, "date": 0, "chat": HOME}),
        Press("claim", 0, press="777", on=MessageRef("42")),
    ),
    "a press under no message": (press("0.claim", message=None, inline_message_id="i"), None),
    "blocked": (membership(HOME, was="member", now="kicked"), Membership("blocked")),
    "welcomed back": (membership(HOME, was="kicked", now="member"), Membership("returned")),
    "added to a group": (membership(STATION, was="left", now="member"), Membership("added")),
    "added as administrator": (membership(STATION, was="kicked", now="administrator"), Membership("added")),
    "removed from a group": (membership(STATION, was="member", now="kicked"), Membership("removed")),
    "left a group": (membership(STATION, was="administrator", now="left"), Membership("removed")),
    "muted in a group": (membership(STATION, was="member", now="muted"), None),
    "removed while muted": (membership(STATION, was="muted", now="restricted"), Membership("removed")),
    "made administrator": (membership(STATION, was="member", now="administrator"), None),
    "added to a channel": (membership(NEWS, was="left", now="administrator"), None),
    "an inline query": (
        {"update_id": 9001, "inline_query": {"id": "1", "from": LAN, "query": "x", "offset": ""}},
        None,
    ),
    "an update of a kind that Telegram invents tomorrow": ({"update_id": 9001, "hologram": {"id": 1}}, None),
}


@pytest.mark.parametrize(("raw", "expected"), SAID.values(), ids=SAID.keys())
def test_every_kind_of_update_is_read_as_what_was_said(raw: Raw, expected: Content | None) -> None:
    assert content_of(raw) == expected


def test_a_message_carries_who_where_when_and_in_which_language() -> None:
    assert understood(message(text="xin chào")) == Incoming(
        id="7100200300:9001", by=BY_LAN, place=AT_HOME, at=SENT, content=Text("xin chào"), language="vi"
    )


def test_an_edit_is_dated_when_it_was_made_and_a_press_when_it_was_heard() -> None:
    changed, pressed = understood(edited(text="a")), understood(press("1.a"))
    assert changed is not None
    assert changed.at == CHANGED
    assert pressed is not None
    assert (pressed.at, pressed.by, pressed.place, pressed.language) == (NOW, BY_LAN, AT_HOME, "vi")


def test_a_group_is_a_shared_place() -> None:
    said = understood(message(STATION, text="đã rõ"))
    assert said is not None
    assert (said.place, said.by) == (AT_STATION, BY_LAN)


def test_a_topic_is_part_of_the_place_and_what_hangs_on_its_first_message_is_no_reply() -> None:
    opening = {"message_id": 7, "date": 1, "chat": STATION, "forum_topic_created": {"name": "Đội 1", "icon_color": 1}}
    topic: Raw = {"message_thread_id": 7, "is_topic_message": True, "reply_to_message": opening}
    said = understood(message(STATION, text="đã rõ", **topic))
    assert said is not None
    assert (said.place.thread, said.reply_to) == ("7", None)


def test_a_thread_of_replies_is_no_topic() -> None:
    quoted = {"message_id": 7, "date": 1, "chat": STATION, "text": "thẻ"}
    said = understood(message(STATION, text="ghi chú", message_thread_id=7, reply_to_message=quoted))
    assert said is not None
    assert (said.place.thread, said.reply_to) == ("", MessageRef("7"))


def test_photos_sent_together_share_their_album() -> None:
    said = understood(message(photo=SIZES, media_group_id="14000"))
    assert said is not None
    assert said.album == "14000"


def test_a_forwarded_message_is_known_as_such() -> None:
    origin = {"type": "hidden_user", "sender_user_name": "Ai đó", "date": 1}
    said = understood(message(text="nghe nói", forward_origin=origin))
    assert said is not None
    assert said.forwarded
    assert not understood(message(text="nghe nói")).forwarded  # type: ignore[union-attr]


@pytest.mark.parametrize(("chat", "who"), [(STATION, "-1001234"), (NEWS, "-1009999")])
def test_who_speaks_in_the_name_of_a_chat_is_that_chat_and_nobody_else(chat: Raw, who: str) -> None:
    said = understood(message(STATION, ANONYMOUS, text="/ketnoi", sender_chat=chat))
    assert said is not None
    assert (said.by.who, said.language, said.content) == (who, "", Command("ketnoi"))


def test_a_group_that_moves_is_heard_even_if_a_bot_says_it() -> None:
    said = understood(message(OLD_STATION, ROBOT, migrate_to_chat_id=-1_001_234))
    assert said is not None
    assert said.place == Place("telegram", "-55", shared=True)  # type: ignore[arg-type]
    assert said.content == Membership("moved", moved_to=AT_STATION)


def test_a_file_without_a_handle_is_answered_and_its_caption_kept() -> None:
    assert content_of(message(document={}, caption="biển số")) == Other("else", "biển số")
    assert content_of(message(video={"file_id": 7}, caption="biển số")) == Other("else", "biển số")


def test_half_characters_and_nul_never_come_further() -> None:
    broken = "a\ud800b\x00c"
    for raw in (message(text=broken), message(photo=SIZES, caption=broken), edited(text=broken), press(f"0.{broken}")):
        said = repr(content_of(raw))
        assert "\\ud800" not in said and "\\x00" not in said


@pytest.mark.parametrize("far", [float("inf"), float("nan"), 91, -1e300, 10**400])
def test_a_position_that_is_not_on_earth_is_none(far: float) -> None:
    assert content_of(message(location={"latitude": far, "longitude": 105.8})) == Other("else")
    assert content_of(message(location={"latitude": 21.0, "longitude": far * 2})) == Other("else")


def test_the_name_of_a_file_is_never_read() -> None:
    said = understood(message(document={**FILE, "file_name": "don-cua-Nguyen-Van-A.pdf"}))
    assert "Nguyen" not in repr(said)


HEADS = {
    "message_id", "date", "chat", "from_user", "sender_chat", "reply_to_message", "edit_date", "entities",
    "caption_entities", "author_signature", "media_group_id", "reply_markup", "via_bot", "is_automatic_forward",
    "has_protected_content", "is_topic_message", "message_thread_id", "has_media_spoiler", "link_preview_options",
    "external_reply", "quote", "forward_origin", "reply_to_story", "sender_boost_count", "business_connection_id",
    "sender_business_bot", "is_from_offline", "effect_id", "show_caption_above_media", "is_paid_post",
    "paid_star_count", "direct_messages_topic", "reply_to_checklist_task_id", "reply_to_poll_option_id",
    "suggested_post_info", "sender_tag", "guest_bot_caller_user", "guest_bot_caller_chat", "guest_query_id",
    "api_kwargs",
}  # fmt: skip
TAKEN = {"text", "caption", "photo", "live_photo", "location", "venue", "contact", "migrate_to_chat_id"}
ELSE = {"dice", "game", "story", "invoice", "paid_media", "checklist", "giveaway", "giveaway_winners"}


def test_every_field_of_a_message_that_the_library_knows_has_been_thought_of() -> None:
    known = set(inspect.signature(telegram.Message).parameters)
    assert known == HEADS | TAKEN | ELSE | set(FILES) | set(OTHERS) | set(SERVICE)


@pytest.mark.parametrize(("raw", "_"), SAID.values(), ids=SAID.keys())
def test_every_case_is_an_update_as_the_library_knows_it_too(raw: Raw, _: Content | None) -> None:
    assert telegram.Update.de_json(raw).update_id == 9001


@pytest.mark.parametrize(
    "raw",
    [
        [],
        {"message": message(text="x")["message"]},
        {"update_id": 5, "message": "x"},
        {"update_id": 5, "message": {"text": "x"}},
        {"update_id": 5, "message": message(text="x")["message"] | {"date": "today"}},
        {"update_id": 5, "message": message(text="x")["message"] | {"date": 10**15}},
        {"update_id": 5, "message": message(text="x")["message"] | {"chat": {"type": "private"}}},
        {"update_id": 5, "callback_query": press("0.x")["callback_query"] | {"message": {"message_id": 4}}},
    ],
    ids=lambda raw: str(raw)[:60],
)
def test_what_does_not_say_where_or_when_is_unreadable(raw: Raw) -> None:
    with pytest.raises(Unreadable):
        read(raw, ME, now=NOW)


def test_a_field_we_do_not_use_may_be_anything() -> None:
    """A Bot API server older than the library leaves out what that takes for granted."""
    poll = {"id": "1", "question": "?"}
    assert content_of(message(text="cháy nhà", entities="none", poll=poll, photo=7)) == Text("cháy nhà")
