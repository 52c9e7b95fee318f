"""Rendering: final words, buttons or numbers, parts of long texts, and who a line is for."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from bot.channels.channel import TryLater
from bot.outgoing.render import Ready, Void, units
from messages.address import ChannelName, MessageRef, Place
from messages.incoming import Point
from messages.outgoing import Exhibit, Say, say
from messages.phrase import Quote, choice, phrase
from messages.rendered import Button, Text
from messages.rendered import Picture as ShownPicture
from storage import cards, claims, entries, keys, media, officers, outbox, reporters, sessions
from storage.outbox import Lane, Line, Target, ToPlace, ToReporter
from storage.records import Entry, EntryId, MediaId, Session, TipId, Urgency
from storage.reporters import HeldTip
from storage.store import Store
from storage.writes import Write
from tests.bot.owing import CHAT, LIMITS, NOON, WARD, a_renderer, a_reporter, a_store, a_tip, one, place_of

NIGHT = NOON + timedelta(hours=14)
"""02:00 in Hanoi."""
HI = say("menu-ask")
LAN = ToPlace(place_of("lan"), "vi", "session")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with a_store(tmp_path) as opened:
        yield opened


async def owed(store: Store, outgoing: Say | Exhibit = HI, *, target: Target = LAN, lane: Lane = Lane.REPLY) -> Line:
    """The line, owed and claimed."""
    await store.db.commit([outbox.owe(store.seal, target, outgoing=outgoing, lane=lane, now=NOON)])
    [line] = await claims.claim(store, NOON, lanes=list(Lane))
    return line


async def shown(store: Store, tmp_path: Path, outgoing: Say, *, limits: object = LIMITS, target: Target = LAN) -> Text:
    """The message that a channel would be handed."""
    assert isinstance(limits, type(LIMITS))
    ready = await a_renderer(store, tmp_path, limits=limits).render(await owed(store, outgoing, target=target), NOON)
    assert isinstance(ready, Ready)
    assert isinstance(ready.rendered, Text)
    return ready.rendered


async def an_entry(
    store: Store, tip: TipId, *, words: str = "", point: Point | None = None, kind: str = "told"
) -> EntryId:
    key = await keys.key_of(store, tip)
    assert key is not None
    entry = EntryId(f"entry-{kind}-{len(words)}")
    sealed = entries.seal_contents(key, entry, contents=entries.Contents(words, point))
    await store.db.commit([entries.add(Entry(entry, kind, NOON), tip=tip, sealed=sealed)])  # type: ignore[arg-type]
    return entry


async def test_paragraphs_stand_one_under_the_other_in_the_readers_language(store: Store, tmp_path: Path) -> None:
    said = Say((phrase("tip-words-kept"), phrase("tip-told-ask")))
    vietnamese = await shown(store, tmp_path, said)
    assert vietnamese.text.splitlines()[0] == "Đã thêm vào tin. Tin CHƯA gửi."
    english = await shown(store, tmp_path, said, target=ToPlace(place_of("tom"), "en"))
    assert english.text.startswith("Added to your tip. NOT sent yet.\n")


async def test_buttons_stand_in_columns_and_say_which_question_they_belong_to(store: Store, tmp_path: Path) -> None:
    said = Say(
        (phrase("menu-ask"),),
        choices=(choice("send"), choice("more"), choice("skip", lasting=True)),
        asked=7,
        columns=2,
    )
    text = await shown(store, tmp_path, said)
    assert [[button.handle for button in row] for row in text.buttons] == [["7.send", "7.more"], ["0.skip"]]
    assert text.buttons[0][0] == Button("Gửi ngay", "7.send")


async def test_without_buttons_choices_are_numbered_lines(store: Store, tmp_path: Path) -> None:
    said = Say((phrase("menu-ask"),), choices=(choice("send"), choice("skip")))
    text = await shown(store, tmp_path, said, limits=replace(LIMITS, buttons=0))
    assert text.buttons == ()
    assert text.text.splitlines()[-2].startswith("1. Gửi ngay")
    assert text.text.splitlines()[-1].startswith("2. ")


async def test_more_choices_than_a_channel_shows_buttons_are_numbered_too(store: Store, tmp_path: Path) -> None:
    said = Say((phrase("menu-ask"),), choices=(choice("send"), choice("more"), choice("skip")))
    text = await shown(store, tmp_path, said, limits=replace(LIMITS, buttons=2))
    assert text.buttons == ()
    assert "3. " in text.text


async def test_a_label_too_long_for_a_channel_is_cut(store: Store, tmp_path: Path) -> None:
    text = await shown(store, tmp_path, say("menu-ask", choices=(choice("send"),)), limits=replace(LIMITS, label=5))
    assert text.buttons[0][0].label == "Gửi …"


async def test_the_position_is_asked_for_only_where_it_can_be_shared(store: Store, tmp_path: Path) -> None:
    said = replace(say("tip-place-ask"), wants_pin=True)
    text = await shown(store, tmp_path, said)
    assert text.wants_pin
    assert text.pin_label
    text = await shown(
        store, tmp_path, said, limits=replace(LIMITS, can_pin=False), target=ToPlace(place_of("b"), "vi")
    )
    assert not text.wants_pin
    assert text.pin_label == ""


@pytest.mark.parametrize(
    ("at", "said", "lane"),
    [
        (NOON, HI, Lane.ALERT),
        (NIGHT, replace(HI, urgent=True), Lane.ALERT),
        (NIGHT, HI, Lane.URGENT),
        (NOON + timedelta(hours=18, minutes=30), HI, Lane.REPLY),
    ],
    ids=["at noon", "urgent words", "the urgent lane", "at half past six"],
)
async def test_by_day_and_when_urgent_it_sounds(
    store: Store, tmp_path: Path, at: datetime, *, said: Say, lane: Lane
) -> None:
    ready = await a_renderer(store, tmp_path).render(await owed(store, said, lane=lane), at)
    assert isinstance(ready, Ready)
    assert isinstance(ready.rendered, Text)
    assert not ready.rendered.silent


@pytest.mark.parametrize("at", [NIGHT, NOON + timedelta(hours=9)], ids=["at two", "at nine in the evening"])
async def test_at_night_it_comes_without_a_sound(store: Store, tmp_path: Path, at: datetime) -> None:
    ready = await a_renderer(store, tmp_path).render(await owed(store), at)
    assert isinstance(ready, Ready)
    assert isinstance(ready.rendered, Text)
    assert ready.rendered.silent


async def test_long_words_and_words_that_look_like_our_marks_are_quoted_as_they_are(
    store: Store, tmp_path: Path
) -> None:
    tip = await a_tip(store, by=await a_reporter(store))
    words = "{ $words } \ue0000\ue001 <b>" + "x" * 3000
    entry = await an_entry(store, tip, words=words)
    text = await shown(store, tmp_path, Say((phrase("status-open-ask", words=Quote("entry", entry)),)))
    assert text.text == f"Cán bộ hỏi: {words}"


async def test_what_officers_read_is_protected_and_a_reply_to_it_is_a_note(store: Store, tmp_path: Path) -> None:
    line = await owed(store, replace(say("menu-ask"), protect=True, anchor="tip-1"))
    ready = await a_renderer(store, tmp_path).render(line, NOON)
    assert isinstance(ready, Ready)
    assert isinstance(ready.rendered, Text)
    assert ready.rendered.protect
    assert ready.rendered.anchored
    assert ready.tip == "tip-1"


async def test_a_channel_that_is_not_on_is_waited_for(store: Store, tmp_path: Path) -> None:
    line = await owed(store, target=ToPlace(Place(ChannelName("elsewhere"), "lan"), "vi"))
    with pytest.raises(TryLater):
        await a_renderer(store, tmp_path).render(line, NOON)


async def test_an_edit_is_a_new_message_where_nothing_can_be_edited(store: Store, tmp_path: Path) -> None:
    said = replace(say("menu-ask"), instead_of=MessageRef("m1"))
    assert (await shown(store, tmp_path, said)).instead_of == "m1"
    target = ToPlace(place_of("b"), "vi")
    assert (
        await shown(store, tmp_path, said, limits=replace(LIMITS, can_edit=False), target=target)
    ).instead_of is None


# --- whom it is for ---------------------------------------------------------------------------------------------


async def test_a_tips_reporter_is_found_only_now_with_their_language_and_receipt(store: Store, tmp_path: Path) -> None:
    reporter = await a_reporter(store, held=(HeldTip(TipId("tip-1"), "9XYZ"),))
    tip = await a_tip(store, by=reporter)
    entry = await an_entry(store, tip, words="Xe màu gì?", kind="asked")
    said = Say(
        (
            phrase("status-open-ask", words=Quote("contact", tip, "tail")),
            phrase("status-open-ask", words=Quote("entry", entry)),
        )
    )
    ready = await a_renderer(store, tmp_path).render(await owed(store, said, target=ToReporter(tip)), NOON)
    assert isinstance(ready, Ready)
    assert ready.place == place_of("lan")
    assert isinstance(ready.rendered, Text)
    assert ready.rendered.text == "Cán bộ hỏi: 9XYZ\nCán bộ hỏi: Xe màu gì?"


@pytest.mark.parametrize("how", ["forgotten", "blocked"])
async def test_a_line_to_somebody_forgotten_or_gone_is_void_and_names_the_tip(
    store: Store, tmp_path: Path, how: str
) -> None:
    reporter = await a_reporter(store)
    tip = await a_tip(store, by=reporter)
    line = await owed(store, target=ToReporter(tip))
    end = reporters.forget(reporter) if how == "forgotten" else reporters.mark_gone(reporter, gone=True)
    await store.db.commit(end)
    assert await a_renderer(store, tmp_path).render(line, NOON) == Void(how, tip)  # type: ignore[arg-type]


# --- quotes -----------------------------------------------------------------------------------------------------


async def test_a_pin_is_quoted_as_a_map_takes_it(store: Store, tmp_path: Path) -> None:
    tip = await a_tip(store, by=await a_reporter(store))
    pin = await an_entry(store, tip, point=Point(21.0278, 105.8342), kind="pin")
    text = await shown(store, tmp_path, Say((phrase("status-open-ask", words=Quote("entry", pin)),)))
    assert text.text == "Cán bộ hỏi: 21.02780, 105.83420"


async def test_words_whose_key_was_destroyed_are_dots(store: Store, tmp_path: Path) -> None:
    tip = await a_tip(store, by=await a_reporter(store))
    entry = await an_entry(store, tip, words="bí mật")
    await store.db.commit([keys.destroy(tip)])
    text = await shown(store, tmp_path, Say((phrase("status-open-ask", words=Quote("entry", entry)),)))
    assert text.text == "Cán bộ hỏi: …"


async def test_contact_details_are_the_newest_left(store: Store, tmp_path: Path) -> None:
    tip = await a_tip(store, by=await a_reporter(store))
    await an_entry(store, tip, words="Lan", kind="contact")
    await an_entry(store, tip, words="Lan 0900000000", kind="contact")
    text = await shown(store, tmp_path, Say((phrase("status-open-ask", words=Quote("contact", tip, "words")),)))
    assert text.text == "Cán bộ hỏi: Lan 0900000000"


async def test_a_draft_is_quoted_field_by_field_while_it_is_the_draft_of_that_conversation(
    store: Store, tmp_path: Path
) -> None:
    reporter = await reporters.by_id(store, await a_reporter(store))
    assert reporter is not None
    draft_key, wrapped = store.seal.fresh_key("draft-1")
    fresh = Session("session-1", reporter.contents.by, place_of("lan"), reporter.id)
    draft = (
        '{"version":1,"words":"Cháu hỏi chút","told":[{"id":"a","words":"Có trộm","latitude":null,"longitude":null},'
        '{"id":"b","words":"","media":"m"},{"id":"c","words":"","latitude":21.0,"longitude":105.5}]}'
    )
    after = replace(fresh, draft=draft, draft_id="draft-1")
    saved = sessions.save(after, was=fresh, seal=store.seal, reporter=reporter, draft_key=draft_key)
    await store.db.commit([keys.keep("draft-1", wrapped), saved])
    target = ToPlace(place_of("lan"), "vi", "session-1")
    words = {part: Quote("draft", "draft-1", part) for part in ("words", "told", "absent")}
    said = Say(
        tuple(phrase("status-open-ask", words=quote) for quote in (*words.values(), Quote("draft", "older", "words")))
    )
    text = await shown(store, tmp_path, said, target=target)
    assert text.text.replace("Cán bộ hỏi: ", "> ").splitlines() == [
        "> Cháu hỏi chút", "> Có trộm", "21.00000, 105.50000", "> …", "> …",
    ]  # fmt: skip


# --- cards ------------------------------------------------------------------------------------------------------


async def a_card(store: Store, tip: TipId, *, shared: bool = True, lane: Lane = Lane.ALERT) -> Line:
    place = place_of("desk", shared=shared)
    await store.db.commit(
        [
            officers.link_group(store.seal, place, ward=WARD, now=NOON),
            cards.put_card(store.seal, tip, place=place, fresh="card-1"),
            *cards.owe_card(store.seal, tip, place=place, lane=lane, now=NOON),
        ]
    )
    [line] = await claims.claim(store, NOON, lanes=list(Lane))
    return line


async def test_a_card_shows_the_tip_of_the_moment_and_is_edited_in_place(store: Store, tmp_path: Path) -> None:
    tip = await a_tip(store, by=await a_reporter(store))
    line = await a_card(store, tip)
    renderer = a_renderer(store, tmp_path)
    first = await renderer.render(line, NOON)
    assert isinstance(first, Ready)
    assert isinstance(first.rendered, Text)
    assert "TH-26-0001" in first.rendered.text
    assert (first.rendered.is_card, first.rendered.unclaimed, first.rendered.anchored) == (True, True, True)
    assert (first.rendered.since, first.rendered.instead_of, first.version, first.tip) == (NOON, None, 1, tip)
    await store.db.commit(cards.shown("card-1", 1, message=MessageRef("m5")))
    assert await renderer.render(line, NOON) == Void("shown")
    await store.db.commit([Write("UPDATE tips SET version = 2, status = 'claimed'")])
    second = await renderer.render(line, NOON)
    assert isinstance(second, Ready)
    assert isinstance(second.rendered, Text)
    assert (second.rendered.instead_of, second.rendered.unclaimed, second.version) == ("m5", False, 2)


async def test_an_emergencys_card_too_long_for_one_message_is_cut_and_not_split(store: Store, tmp_path: Path) -> None:
    tip = await a_tip(store, by=await a_reporter(store), urgency=Urgency.EMERGENCY)
    await an_entry(store, tip, words="Cháy nhà! " * 1000)
    ready = await a_renderer(store, tmp_path).render(await a_card(store, tip), NIGHT)
    assert isinstance(ready, Ready)
    assert isinstance(ready.rendered, Text)
    assert ready.parts == 1
    assert units(ready.rendered.text) <= LIMITS.text
    assert ready.rendered.text.endswith("…")
    assert not ready.rendered.silent


async def test_a_card_of_a_tip_that_is_gone_is_void(store: Store, tmp_path: Path) -> None:
    tip = await a_tip(store, by=await a_reporter(store))
    line = await a_card(store, tip)
    await store.db.commit([Write("DELETE FROM cards")])
    assert await a_renderer(store, tmp_path).render(line, NOON) == Void("missing")


# --- pictures ---------------------------------------------------------------------------------------------------


async def a_photo(store: Store, tmp_path: Path, tip: TipId, *, picture: bytes | None) -> MediaId:
    """A photo of a tip, home where its bytes are given."""
    key = await keys.key_of(store, tip)
    assert key is not None
    photo = MediaId("photo1")
    await store.db.commit([media.want(key, photo, tip=tip, file="f", channel=CHAT, size=0, now=NOON)])
    if picture is not None:
        [wanted], _ = await media.due(store, NOON)
        media.keep_file(tmp_path / "media", wanted, picture=picture)
        await store.db.commit([media.kept(wanted, len(picture))])
    return photo


async def test_an_officer_gets_a_cleaned_copy(store: Store, tmp_path: Path) -> None:
    tip = await a_tip(store, by=await a_reporter(store))
    written = io.BytesIO()
    Image.new("RGB", (2000, 10), "red").save(written, "PNG")
    photo = await a_photo(store, tmp_path, tip, picture=written.getvalue())
    ready = await a_renderer(store, tmp_path).render(await owed(store, Exhibit(tip, photo)), NOON)
    assert isinstance(ready, Ready)
    assert isinstance(ready.rendered, ShownPicture)
    assert Image.open(io.BytesIO(ready.rendered.jpeg)).size == (1600, 8)
    assert ready.rendered.protect
    assert ready.tip == tip


async def test_a_picture_on_its_way_is_waited_for_once_and_then_named(store: Store, tmp_path: Path) -> None:
    tip = await a_tip(store, by=await a_reporter(store))
    photo = await a_photo(store, tmp_path, tip, picture=None)
    line = await owed(store, Exhibit(tip, photo))
    renderer = a_renderer(store, tmp_path)
    with pytest.raises(TryLater):
        await renderer.render(line, NOON)
    ready = await renderer.render(replace(line, attempts=1), NOON)
    assert isinstance(ready, Ready)
    assert isinstance(ready.rendered, Text)
    assert ready.rendered.text == "Tệp đang được tải về. Mời xem lại sau ít phút."


@pytest.mark.parametrize(
    ("picture", "answer"),
    [(b"no picture", "Không xem được như một ảnh"), (None, "Không tải được tệp này về")],
    ids=["unreadable", "failed"],
)
async def test_a_picture_that_cannot_be_shown_is_named(
    store: Store, tmp_path: Path, picture: bytes | None, answer: str
) -> None:
    tip = await a_tip(store, by=await a_reporter(store))
    photo = await a_photo(store, tmp_path, tip, picture=picture)
    if picture is None:
        await store.db.commit([Write("UPDATE media SET state = 'failed'")])
    ready = await a_renderer(store, tmp_path).render(await owed(store, Exhibit(tip, photo)), NOON)
    assert isinstance(ready, Ready)
    assert isinstance(ready.rendered, Text)
    assert ready.rendered.text.startswith(answer)
    assert await one(store, "SELECT count(*) FROM lines") == (1,)


async def test_the_first_part_of_a_long_text_replaces_a_message_and_the_last_has_the_buttons(
    store: Store, tmp_path: Path
) -> None:
    tip = await a_tip(store, by=await a_reporter(store))
    entry = await an_entry(store, tip, words="Tôi thấy hai người lạ. " * 10)
    said = Say(
        (phrase("status-open-ask", words=Quote("entry", entry)),), (choice("send"),), instead_of=MessageRef("m1")
    )
    renderer = a_renderer(store, tmp_path, limits=replace(LIMITS, text=100))
    line = await owed(store, said)
    assert line.contents is not None
    texts = []
    for part in range(3):
        ready = await renderer.render(replace(line, contents=replace(line.contents, part=part)), NOON)
        assert isinstance(ready, Ready)
        assert ready.parts == 3
        assert isinstance(ready.rendered, Text)
        texts.append(ready.rendered)
    assert [bool(text.buttons) for text in texts] == [False, False, True]
    assert [text.instead_of for text in texts] == ["m1", None, None]
    assert " ".join(text.text for text in texts).strip() == "Cán bộ hỏi: " + ("Tôi thấy hai người lạ. " * 10).strip()
    assert await renderer.render(replace(line, contents=replace(line.contents, part=3)), NOON) == Void("shown")
