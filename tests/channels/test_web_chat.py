"""The web chat as a channel: how lines are shown, and where pictures wait."""

import asyncio
import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.channels import web_chat
from bot.channels.channel import Away, Channel, Refused, TryLater
from bot.channels.web_chat import FullError, Page, WebChat
from bot.channels.web_events import PIECE, encoded, event_of
from bot.channels.web_read import key_of, place_of
from messages.address import MessageRef, Place
from messages.rendered import Button, Picture, Toast
from messages.rendered import File as Film
from messages.rendered import Text as Line
from tests.web_running import NOON, sealing

KEY = "a" * 32
SAID = "0d1f3c1e-9b5a-4a39-8a57-3ad1f4b8a001"
LINE = "0123456789abcdef"
PLACE = place_of(KEY)


def jpeg(width: int = 4, height: int = 3) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(written, "JPEG")
    return written.getvalue()


# --- tokens --------------------------------------------------------------------------------------------------------


@pytest.fixture
def returned() -> list[Place]:
    return []


@pytest.fixture
def channel(tmp_path: Path, returned: list[Place]) -> WebChat:
    return WebChat(tmp_path / "spool", sealing=sealing(), on_return=returned.append, now=lambda: NOON, ack_within=0.05)


def test_it_is_a_channel(channel: WebChat) -> None:
    as_others_see_it: Channel = channel
    assert as_others_see_it.limits.can_edit


def test_only_tokens_of_our_own_making_are_known(channel: WebChat, tmp_path: Path) -> None:
    token = channel.fresh_token()
    assert channel.key_of(token) == key_of(token)
    assert channel.key_of(channel.fresh_token()) != key_of(token)
    stranger = WebChat(tmp_path / "s", sealing=sealing(b"o" * 32), on_return=lambda _: None, now=lambda: NOON)
    for forged in ("", "x" * 80, token[:-2] + "AA", token + "é", "a" * 64, stranger.fresh_token()):
        assert channel.key_of(forged) is None


# --- sending -------------------------------------------------------------------------------------------------------


def first(page: Page) -> dict[str, Any]:
    event = page.queue.get_nowait()
    assert event is not None
    page.sent(event)
    return event


async def shown(channel: WebChat, page: Page) -> dict[str, Any]:
    """The next event of a page, which says that it has shown it."""
    event = await page.queue.get()
    assert event is not None
    channel.acknowledge(page.key, [event["id"]])
    return event


async def test_a_line_counts_as_said_when_the_page_has_shown_it(channel: WebChat, returned: list[Place]) -> None:
    page = channel.join(KEY)
    assert returned == [PLACE]
    line = Line("Bạn muốn gửi?", ((Button("Gửi ngay", "3.send"),),), wants_pin=True, pin_label="Gửi vị trí")
    ref, event = await asyncio.gather(channel.send(PLACE, line), shown(channel, page))
    assert event["text"] == "Bạn muốn gửi?"
    assert event["buttons"] == [[{"label": "Gửi ngay", "handle": "3.send"}]]
    assert (event["kind"], event["wants_pin"], event["pin_label"]) == ("text", True, "Gửi vị trí")
    assert ref == event["of"] == event["id"]


async def test_a_card_says_that_it_waits_and_since_when(channel: WebChat) -> None:
    page = channel.join(KEY)
    card = Line("TH-26-0412", is_card=True, unclaimed=True, since=NOON, silent=True)
    _, event = await asyncio.gather(channel.send(PLACE, card), shown(channel, page))
    assert [event[name] for name in ("card", "unclaimed", "since", "anchored", "silent")] == [
        True, True, "2026-11-22T05:00:00+00:00", True, True,
    ]  # fmt: skip


async def test_an_edit_keeps_the_name_of_the_message_it_replaces(channel: WebChat) -> None:
    page = channel.join(KEY)
    edit = Line("TH-26-0412, đã nhận", instead_of=MessageRef(LINE))
    ref, event = await asyncio.gather(channel.send(PLACE, edit), shown(channel, page))
    assert (ref, event["of"], event["kind"]) == (LINE, LINE, "edit")
    assert event["id"] != LINE


async def test_a_picture_comes_with_its_bytes(channel: WebChat) -> None:
    page = channel.join(KEY)
    _, event = await asyncio.gather(channel.send(PLACE, Picture(jpeg(), "ảnh 1")), shown(channel, page))
    assert (event["picture"].kind, event["picture"].content) == ("image/jpeg", jpeg())
    assert event["text"] == "ảnh 1"


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, 2 * PIECE + 1])
def test_a_file_goes_out_in_pieces_and_arrives_whole(size: int) -> None:
    film = Film(bytes(number % 251 for number in range(size)), "video", "video.mp4", 'phim "1"')
    pieces = list(encoded(event_of(film, LINE)))
    assert max(map(len, pieces)) <= PIECE * 4 // 3
    event = json.loads(b"".join(pieces).removeprefix(b"data: "))
    head, _, body = event["file"].partition(",")
    assert (head, base64.b64decode(body)) == ("data:video/mp4;base64", film.content)
    assert (event["text"], event["kind"], event["name"]) == (film.caption, "file", film.name)


async def test_a_film_that_is_still_on_its_way_does_not_stand_in_line_twice(channel: WebChat) -> None:
    page, film = channel.join(KEY), Film(b"x" * (PIECE + 1), "video", "video.mp4", "")
    stream = channel.stream(page, beat=1)
    await anext(stream)  # that the page is known
    for _ in range(2):
        with pytest.raises(TryLater):
            await channel.send(PLACE, film)
        await anext(stream)
    assert page.queue.empty()
    sending = asyncio.create_task(channel.send(PLACE, Line("Có tin mới")))
    rest = [await anext(stream) for _ in range(3)]
    assert "Có tin mới" in rest[-1].decode()
    channel.acknowledge(KEY, [json.loads(rest[-1].removeprefix(b"data: "))["id"]])
    await sending


async def test_nobody_listening_is_away(channel: WebChat) -> None:
    with pytest.raises(Away):
        await channel.send(PLACE, Line("xin chào"))
    page = channel.join(KEY)
    channel.leave(page)
    with pytest.raises(Away):
        await channel.send(PLACE, Line("xin chào"))


async def test_a_toast_is_shown_or_forgotten(channel: WebChat) -> None:
    assert await channel.send(PLACE, Toast("p", "Nút cũ")) is None
    page = channel.join(KEY)
    await channel.send(PLACE, Toast("p", ""))
    await channel.send(PLACE, Toast("p", "Nút cũ"))
    assert first(page)["text"] == "Nút cũ"
    assert page.queue.empty()


async def test_a_line_nobody_confirms_is_in_doubt_and_keeps_its_name_when_it_is_said_again(channel: WebChat) -> None:
    page = channel.join(KEY)
    with pytest.raises(TryLater) as caught:
        await channel.send(PLACE, Line("Đã gửi"))
    assert caught.value.in_doubt
    once = first(page)
    _, again = await asyncio.gather(channel.send(PLACE, Line("Đã gửi")), shown(channel, page))
    assert again["id"] == once["id"]
    _, third = await asyncio.gather(channel.send(PLACE, Line("Đã gửi")), shown(channel, page))
    assert third["id"] != once["id"], "the same words said a second time are a second line"


async def test_the_same_words_twice_at_once_are_two_lines(channel: WebChat) -> None:
    page = channel.join(KEY)
    both = [asyncio.create_task(channel.send(PLACE, Line("Có tin mới"))) for _ in range(2)]
    names = {(await shown(channel, page))["id"] for _ in both}
    assert set(await asyncio.gather(*both)) == names
    assert len(names) == 2


async def test_a_late_confirmation_makes_the_place_worth_another_try(channel: WebChat, returned: list[Place]) -> None:
    page = channel.join(KEY)
    with pytest.raises(TryLater):
        await channel.send(PLACE, Line("Đã gửi"))
    event = first(page)
    channel.acknowledge("b" * 32, [event["id"]])
    assert returned == [PLACE]
    channel.acknowledge(KEY, [event["id"], "unknown"])
    assert returned == [PLACE, PLACE]


async def test_a_doubt_ends_with_the_next_line_that_is_shown_so_that_the_same_words_can_be_said_again(
    channel: WebChat,
) -> None:
    page = channel.join(KEY)
    for acknowledged in (False, True):
        with pytest.raises(TryLater):
            await channel.send(PLACE, Line("Ở đâu?"))
        once = first(page)
        if acknowledged:
            channel.acknowledge(KEY, [once["id"]])
        await asyncio.gather(channel.send(PLACE, Line("Cảm ơn")), shown(channel, page))
        _, again = await asyncio.gather(channel.send(PLACE, Line("Ở đâu?")), shown(channel, page))
        assert again["id"] != once["id"]


@pytest.mark.parametrize("line", [Line("Đã gửi"), Picture(b"jpeg"), Film(b"mp4", "video", "video.mp4")])
async def test_a_line_whose_confirmation_came_late_is_not_handed_over_again(
    channel: WebChat, line: Line | Picture | Film
) -> None:
    page = channel.join(KEY)
    with pytest.raises(TryLater):
        await channel.send(PLACE, line)
    event = first(page)
    channel.acknowledge(KEY, [event["id"]])
    assert await channel.send(PLACE, line) == event["id"]
    assert page.queue.empty()
    _, second = await asyncio.gather(channel.send(PLACE, line), shown(channel, page))
    assert second["id"] != event["id"], "the same said a second time is a second line"


async def test_a_page_that_reconnects_is_handed_what_was_on_its_way(tmp_path: Path) -> None:
    channel = WebChat(tmp_path / "spool", sealing=sealing(), on_return=lambda _: None, now=lambda: NOON)
    gone = channel.join(KEY)
    sending = asyncio.create_task(channel.send(PLACE, Line("Đã gửi")))
    lost = await gone.queue.get()
    channel.leave(gone)
    event = await shown(channel, channel.join(KEY))
    assert event == lost
    assert await sending == event["id"]


async def test_every_tab_gets_the_line_and_the_first_one_confirms(channel: WebChat) -> None:
    one, two = channel.join(KEY), channel.join(KEY)
    _, event = await asyncio.gather(channel.send(PLACE, Line("x")), shown(channel, one))
    assert first(two) == event
    channel.acknowledge(KEY, [event["id"]])


async def test_the_sixth_tab_ends_the_first(channel: WebChat) -> None:
    pages = [channel.join(KEY) for _ in range(web_chat.TABS + 1)]
    assert pages[0].queue.get_nowait() is None
    assert all(page.queue.empty() for page in pages[1:])


async def test_a_page_that_does_not_keep_up_is_cut(channel: WebChat) -> None:
    page = channel.join(KEY)
    for number in range(web_chat.QUEUE + 1):
        await channel.send(PLACE, Toast("p", str(number)))
    assert page.queue.get_nowait() is None
    with pytest.raises(Away):
        await channel.send(PLACE, Line("x"))


async def test_no_more_pages_listen_than_there_is_room_for(channel: WebChat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_chat, "LISTENERS", 2)
    page = channel.join(KEY)
    channel.join("b" * 32)
    with pytest.raises(FullError):
        channel.join("c" * 32)
    channel.leave(page)
    channel.join("c" * 32)


async def test_a_quiet_stream_shows_signs_of_life_and_ends_when_the_channel_closes(channel: WebChat) -> None:
    page = channel.join(KEY)
    stream = channel.stream(page, beat=0.01)
    ready = json.loads((await anext(stream)).removeprefix(b"data: "))
    assert ready == {"kind": "ready", "now": NOON.isoformat(), "beat": 0.01, "ends": ""}
    assert await anext(stream) == b":\n\n"
    channel.close()
    assert [part async for part in stream if part != b":\n\n"] == []
    with pytest.raises(FullError):
        channel.join(KEY)


async def test_closing_does_not_wait_for_a_page(tmp_path: Path) -> None:
    channel = WebChat(tmp_path / "s", sealing=sealing(), on_return=lambda _: None, now=lambda: NOON, ack_within=3600)
    page = channel.join(KEY)
    sending = asyncio.create_task(channel.send(PLACE, Line("x")))
    await page.queue.get()
    channel.close()
    with pytest.raises(TryLater):
        await sending


# --- pictures ------------------------------------------------------------------------------------------------------


async def test_a_kept_picture_survives_a_restart_until_it_is_forgotten(channel: WebChat, tmp_path: Path) -> None:
    file = await channel.keep(jpeg(), f"{KEY}:{SAID}")
    again = WebChat(tmp_path / "spool", sealing=sealing(), on_return=lambda _: None, now=lambda: NOON)
    assert await again.fetch(file) == jpeg()
    await again.forget(file)
    await again.forget(file)
    with pytest.raises(Refused):
        await again.fetch(file)


async def test_a_waiting_picture_cannot_be_read_from_the_disk(channel: WebChat, tmp_path: Path) -> None:
    await channel.keep(jpeg(), f"{KEY}:{SAID}")
    [path] = (tmp_path / "spool").iterdir()
    raw = path.read_bytes()
    assert b"JFIF" not in raw
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    with pytest.raises(Refused):
        await channel.fetch(path.name)


async def test_the_same_message_again_is_the_same_file(channel: WebChat, tmp_path: Path) -> None:
    first_time = await channel.keep(jpeg(), f"{KEY}:{SAID}")
    assert await channel.keep(jpeg(), f"{KEY}:{SAID}") == first_time
    assert [path.name for path in (tmp_path / "spool").iterdir()] == [first_time]


async def test_a_name_that_leads_elsewhere_is_no_file(channel: WebChat, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    with pytest.raises(Refused):
        await channel.fetch("../secret")
    await channel.forget("../secret")
    assert (tmp_path / "secret").exists()
