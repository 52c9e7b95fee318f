"""Photos and files at every step: what is too much is named, what may reveal is asked about, nothing else is lost."""

from dataclasses import replace

import pytest

from handlers.effects import AddEntries, AlertDesk, AnswerAsk, FetchFile, FileTip, LogView
from handlers.residents.attached import MOST_A_DAY, MOST_BYTES, MOST_FILES
from handlers.residents.telling import QUIET_FOR, TipDraft
from handlers.settling import DRAFT_KEPT_FOR
from messages.incoming import Command, Content, File, FileKind, Other, Photo, Text
from messages.outgoing import Say
from storage.records import Entry, EntryId, Files, MediaId, TipId, Urgency, WardCode
from tests.handlers.fake_facts import NOW, TAY_HO, World, a_tip
from tests.handlers.officer_driver import Chat, a_staffed_world, spoken
from tests.handlers.resident_driver import Resident, an_own_tip

TOLD = Text("xe đổ rác trộm ở phường Tây Hồ")
VOICE = File("voice", "v", size=9_000)
VIDEO = File("video", "film", "biển 29A 12345", 9_000_000)


def a_world(*, asked: int = 0) -> World:
    world = World(wards=[TAY_HO])
    world.own["resident"] = [an_own_tip(f"asked{number}", asked=True) for number in range(asked)]
    return world


async def at_send(world: World | None = None) -> Resident:
    resident = Resident(world or a_world())
    await resident.hears(TOLD)
    assert resident.stands_at == ("tip", "send")
    return resident


def fetched(resident: Resident) -> list[str]:
    return [effect.file for effect in resident.turn.effects if isinstance(effect, FetchFile)]


# --- too much ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("have", "today", "content", "answer"),
    [
        (Files(), 0, Photo("f", "biển 29A", 21 << 20), "lớn hơn 20 MB"),
        (Files(MOST_FILES, 10), 0, Photo("f", "biển 29A", 1), "nhiều nhất 30 tệp, tổng cộng 200 MB"),
        (Files(3, MOST_BYTES - 5), 0, File("document", "f", "biển 29A", 6), "nhiều nhất 30 tệp, tổng cộng 200 MB"),
        (Files(), MOST_A_DAY - 5, File("document", "f", "biển 29A", 6), "hết dung lượng cho một ngày"),
    ],
)
async def test_what_is_too_much_is_named_at_once_and_its_caption_kept(
    have: Files, today: int, content: Content, answer: str
) -> None:
    resident = await at_send()
    resident.world.files[TipId(resident.session.draft_id)] = have
    resident.world.sent_today = today
    await resident.hears(content)
    assert answer in resident.text
    assert fetched(resident) == []
    draft = TipDraft.model_validate_json(resident.session.draft)
    assert [one.words for one in draft.told] == [TOLD.words, "biển 29A"]
    assert resident.stands_at == ("tip", "send")


async def test_the_last_that_fits_is_kept() -> None:
    resident = await at_send()
    resident.world.files[TipId(resident.session.draft_id)] = Files(MOST_FILES - 1, MOST_BYTES - 6)
    resident.world.sent_today = MOST_A_DAY - 6
    await resident.hears(Photo("f", size=6))
    assert fetched(resident) == ["f"]


async def test_two_hundred_photos_are_one_answer_that_counts_what_is_kept_and_what_is_not() -> None:
    resident = await at_send()
    tip, kept = TipId(resident.session.draft_id), 0
    for number in range(200):
        resident.world.files[tip] = Files(kept, kept)
        await resident.hears(Photo(f"f{number}", size=1), album="album")
        kept += len(fetched(resident))
        assert sum(isinstance(reply, Say) for reply in resident.turn.replies) == 1
    assert kept == MOST_FILES
    assert resident.text.startswith("Đã thêm 30 ảnh.\nKhông giữ được 170 tệp.\nGửi tới Công an phường Tây Hồ?")
    assert [one.key for one in resident.turn.replies[-1].choices] == ["send", "more", "elsewhere", "not-send"]  # type: ignore[union-attr]


async def test_stickers_and_polls_are_answered_at_every_step() -> None:
    for content in (Other("sticker"), Other("poll"), Other("something-new")):
        resident = await at_send()
        await resident.hears(content)
        assert "không nhận" in resident.text
        assert resident.stands_at == ("tip", "send")


async def test_recordings_that_wait_for_a_word_count_like_those_that_were_sent() -> None:
    resident = await at_send()
    for number in range(MOST_FILES + 5):
        await resident.hears(File("video", f"v{number}", size=1))
    assert "nhiều nhất 30 tệp" in resident.text
    assert len(resident.session.held) == MOST_FILES
    resident.world.files[TipId(resident.session.draft_id)] = Files(2, 2)  # two photos came home meanwhile
    await resident.presses("keep-file")
    assert len(fetched(resident)) == MOST_FILES - 2


async def test_files_of_which_it_is_not_known_where_they_belong_count_too() -> None:
    resident = Resident(a_world(asked=2))
    for number in range(MOST_FILES + 1):
        await resident.hears(Photo(f"p{number}", size=1))
    assert resident.stands_at == ("answer", "which")
    assert "nhiều nhất 30 tệp" in resident.text
    await resident.presses("something-else")
    assert len(fetched(resident)) == MOST_FILES


# --- what may reveal --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["voice", "video", "video-note", "audio"])
async def test_a_recording_waits_for_its_senders_word(what: FileKind) -> None:
    resident = await at_send()
    await resident.hears(File(what, "rec"))
    assert resident.text == "Giọng nói, góc quay có thể làm lộ bạn. Bạn vẫn gửi chứ?"
    assert fetched(resident) == []
    await resident.presses("keep-file")
    assert fetched(resident) == ["rec"]
    assert resident.text.startswith("Đã thêm")
    assert resident.stands_at == ("tip", "send")


async def test_a_recording_that_is_not_wanted_is_forgotten() -> None:
    resident = await at_send()
    await resident.hears(VOICE)
    await resident.presses("drop-file")
    assert "Đã bỏ" in resident.text
    assert "Gửi tới Công an" in resident.text
    assert resident.session.held == ()
    await resident.presses("send")
    assert fetched(resident) == []


@pytest.mark.parametrize(
    ("words", "kept"), [("gửi", ["v"]), ("ok", ["v"]), ("không", []), ("Vẫn gửi", ["v"]), ("Bỏ", [])]
)
async def test_it_can_be_answered_in_words(words: str, kept: list[str]) -> None:
    resident = await at_send()
    await resident.hears(VOICE)
    await resident.hears(Text(words))
    assert fetched(resident) == kept
    assert resident.session.held == ()


async def test_what_is_said_meanwhile_is_kept_and_the_recording_asked_about_again() -> None:
    resident = await at_send()
    await resident.hears(VOICE)
    await resident.hears(Text("biển số 29A 12345"))
    assert resident.text.startswith("Đã thêm vào tin.")
    assert "chưa được thêm" in resident.text
    assert "keep-file" in [one.key for one in resident.session.choices]
    await resident.presses("send")
    assert any(isinstance(effect, FileTip) for effect in resident.turn.effects)
    assert "chưa được thêm" in resident.text, "it can still be added to the tip that was sent"
    await resident.presses("keep-file")
    assert fetched(resident) == ["v"]
    assert any(isinstance(effect, AddEntries) for effect in resident.turn.effects)


async def test_several_recordings_are_sent_together_with_one_word() -> None:
    resident = await at_send()
    for number in range(3):
        await resident.hears(replace(VIDEO, file=f"film{number}"), album="album")
    await resident.presses("keep-file")
    assert fetched(resident) == ["film0", "film1", "film2"]
    assert resident.text.startswith("Đã thêm 3 video.")


async def test_recordings_may_answer_an_officers_question_once() -> None:
    resident = Resident(a_world(asked=1))
    for number in range(2):
        await resident.hears(replace(VIDEO, file=f"film{number}"))
    await resident.presses("keep-file")
    kinds = [type(effect) for effect in resident.turn.effects if isinstance(effect, AnswerAsk | AddEntries)]
    assert kinds == [AnswerAsk, AddEntries]
    assert fetched(resident) == ["film0", "film1"]


async def test_a_recording_may_be_the_first_thing_told() -> None:
    resident = Resident(a_world())
    await resident.hears(VIDEO)
    await resident.presses("keep-file")
    assert fetched(resident) == ["film"]
    assert resident.stands_at == ("tip", "place")
    [told] = TipDraft.model_validate_json(resident.session.draft).told
    assert (told.what, told.words) == ("video", "biển 29A 12345")


async def test_in_an_emergency_nobody_is_asked() -> None:
    resident = Resident(a_world())
    await resident.hears(replace(VIDEO, caption="cháy nhà rồi"))
    assert fetched(resident) == ["film"]
    await resident.hears(VOICE)
    assert fetched(resident) == ["v"]


async def test_calling_off_drops_what_is_held_back() -> None:
    resident = await at_send()
    await resident.hears(VOICE)
    await resident.hears(Command("huy"))
    assert resident.session.held == ()
    assert resident.stands_at == ("tip", "send")


async def test_a_recording_that_waits_ends_with_its_conversation() -> None:
    resident = await at_send()
    await resident.presses("send")
    await resident.hears(VOICE)
    assert len(resident.session.held) == 1
    resident.world.now = NOW + QUIET_FOR
    await resident.hears(Text("mất xe đạp ở ngõ 12"))
    assert len(resident.session.held) == 0
    assert "chưa được thêm" not in resident.text


async def test_a_recording_sent_before_anything_was_told_waits_as_long_as_a_draft() -> None:
    resident = Resident(a_world())
    await resident.hears(VOICE)
    expires_at = resident.session.expires_at
    assert expires_at is not None and expires_at - NOW >= DRAFT_KEPT_FOR
    await resident.presses("drop-file")
    assert resident.session.expires_at is None


# --- words that tell who wrote them -------------------------------------------------------------------------------


async def test_words_that_tell_who_wrote_them_are_named_before_they_go_out() -> None:
    resident = Resident(a_world())
    await resident.hears(Text("tên tôi là Hương, số của tôi 0912345678, mất xe ở phường Tây Hồ"))
    await resident.presses("send")
    assert "• tên của bạn\n• số điện thoại của bạn" in resident.text
    assert not any(isinstance(effect, FileTip) for effect in resident.turn.effects)
    await resident.presses("as-it-is")
    assert any(isinstance(effect, FileTip) for effect in resident.turn.effects)


async def test_they_can_be_written_anew_and_photos_stay() -> None:
    resident = Resident(a_world())
    await resident.hears(Photo("f", "tên tôi là Hương, mất xe ở phường Tây Hồ"))
    await resident.presses("send")
    await resident.presses("rewrite")
    await resident.hears(Text("mất xe ở phường Tây Hồ"))
    assert resident.text.startswith("Đã thay phần chữ.")
    await resident.presses("send")
    [filed] = [effect for effect in resident.turn.effects if isinstance(effect, FileTip)]
    assert [(entry.kind, entry.words) for entry in filed.entries] == [("photo", ""), ("told", "mất xe ở phường Tây Hồ")]


async def test_an_emergency_goes_out_at_once_whatever_it_tells() -> None:
    resident = Resident(a_world())
    await resident.hears(Text("tôi là Nguyễn Văn Nam, nhà tôi số 5 đang cháy nhà, phường Tây Hồ"))
    await resident.presses("send")
    assert any(isinstance(effect, FileTip) for effect in resident.turn.effects)


# --- officers look at them ---


async def test_all_thirty_files_can_be_seen_ten_at_a_press() -> None:
    world = a_staffed_world()
    files = tuple(Entry(EntryId(f"p{place}"), "photo", NOW, media=MediaId(f"m{place:02}")) for place in range(23))
    world.put(a_tip(media=23, entries=files))
    chat, seen = Chat(world, "An"), []
    key = "files:tip1"
    for _ in range(3):
        shown = await chat.presses(key)
        seen += [line for line in shown.splitlines() if line.startswith("file ")]
        assert [effect.what for effect in chat.caused(LogView)] == ["viewed-files"]
        key = next((one for one in chat.buttons if one.startswith("files:")), "")
    assert seen == [f"file m{place:02}" for place in range(23)]
    assert key == ""
    assert "20 trong 23" in await chat.presses("files:tip1_10")
    for forged in ("files:tip1_99", "files:tip1_9999999", "files:tip1_x", "files:tip1_"):
        assert "file m" in await chat.presses(forged) or "không có" in spoken(chat.turn.replies)


# --- many tips ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "urgency", "alerts"), [(9, Urgency.NORMAL, 1), (10, Urgency.LOW, 1), (11, Urgency.LOW, 0)]
)
async def test_beyond_ten_tips_a_day_they_are_filed_as_one_low_bundle(
    before: int, urgency: Urgency, alerts: int
) -> None:
    resident = await at_send()
    resident.world.tips_today = before
    await resident.presses("send")
    [filed] = [effect for effect in resident.turn.effects if isinstance(effect, FileTip)]
    assert filed.urgency is urgency
    assert filed.bundled == (before >= 10) == (filed.due_at is None), "the bundle is looked through, not counted down"
    assert sum(isinstance(effect, AlertDesk) for effect in resident.turn.effects) == alerts
    assert ("xem sau" in resident.text) == (before >= 10)
    assert "BT-" in resident.text


async def test_an_emergency_is_never_part_of_a_bundle() -> None:
    resident = Resident(a_world())
    resident.world.tips_today = 50
    await resident.hears(Text("đang cháy nhà ở phường Tây Hồ"))
    await resident.presses("send")
    [filed] = [effect for effect in resident.turn.effects if isinstance(effect, FileTip)]
    assert filed.urgency is Urgency.EMERGENCY
    assert filed.ward == WardCode(TAY_HO.code)
    assert any(isinstance(effect, AlertDesk) for effect in resident.turn.effects)
