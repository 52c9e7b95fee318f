"""A tip that is told without end: what there is can be sent, what comes too late is named, danger is answered."""

import pytest

from handlers.effects import AddEntries, FetchFile, FileTip
from handlers.residents.answer import AnswerDraft
from handlers.residents.telling import LONGEST, MOST_TOLD, MOST_WORDS, TipDraft
from messages.incoming import Contact, Content, Edited, File, Other, Photo, Text
from messages.meaning.danger import Kind
from tests.handlers.resident_driver import Resident, a_world, a_world_of_one_asked_later

TOLD = Text("xe đổ rác trộm ở phường Tây Hồ")
MORE = Text("tối nào cũng có")
NOT_ADDED = "Tin này đã đầy: điều vừa nhắn CHƯA được thêm."


def draft_of(resident: Resident) -> TipDraft:
    return TipDraft.model_validate_json(resident.session.draft)


async def full() -> Resident:
    resident = Resident(a_world())
    await resident.hears(TOLD)
    for number in range(MOST_TOLD - 1):
        assert NOT_ADDED not in resident.text
        await resident.hears(Text(f"{MORE.words} {number}"))
    assert len(draft_of(resident).told) == MOST_TOLD
    assert "Đã thêm vào tin" in resident.text
    return resident


@pytest.mark.parametrize(
    "content",
    [
        MORE,
        Edited("tối nào cũng có"),
        Contact("0912345678", "Hương"),
        Photo("f", "biển 29A"),
        File("voice", "v"),
        Other("poll", "ai thấy không"),
    ],
)
@pytest.mark.parametrize("button", ["", "more"])
async def test_what_a_full_tip_has_no_room_for_is_named_and_the_tip_can_be_sent(content: Content, button: str) -> None:
    resident = await full()
    if button:
        await resident.presses(button)
    before = draft_of(resident).told
    await resident.hears(content)
    assert resident.text.startswith(NOT_ADDED)
    assert draft_of(resident).told == before
    assert not any(isinstance(effect, FetchFile) for effect in resident.turn.effects)
    assert resident.session.held == ()
    await resident.presses("send")
    [filed] = [effect for effect in resident.turn.effects if isinstance(effect, FileTip)]
    assert len(filed.entries) == MOST_TOLD
    await resident.hears(MORE)
    assert any(isinstance(effect, AddEntries) for effect in resident.turn.effects), "a sent tip takes more"


async def test_a_few_very_long_messages_fill_a_tip_too() -> None:
    resident = Resident(a_world())
    await resident.hears(TOLD)
    for _ in range(10):
        await resident.hears(Text("tối nào cũng có xe " * 1_100))
    assert resident.text.startswith(NOT_ADDED)
    assert sum(len(one.words) for one in draft_of(resident).told) < MOST_WORDS + LONGEST


async def test_words_of_danger_are_answered_and_kept_in_a_full_tip() -> None:
    resident = await full()
    await resident.hears(Text("cháy nhà rồi, cứu với"))
    assert "114" in resident.text
    assert draft_of(resident).emergency == Kind.FIRE
    assert draft_of(resident).told[-1].words == "cháy nhà rồi, cứu với"


async def test_another_ward_can_be_named_for_a_full_tip_without_making_it_longer() -> None:
    resident = Resident(a_world(served=2))
    await resident.hears(TOLD)
    for number in range(MOST_TOLD):
        await resident.hears(Text(f"{MORE.words} {number}"))
    await resident.presses("elsewhere")
    await resident.hears(Text("phường Ba Đình"))
    assert "Ba Đình" in resident.text
    assert len(draft_of(resident).told) == MOST_TOLD


async def test_an_album_for_which_there_is_no_room_is_one_answer_that_counts_it() -> None:
    resident = await full()
    for number in range(4):
        await resident.hears(Photo(f"f{number}"), album="album")
    assert resident.text.startswith("Không giữ được 4 tệp.\n" + NOT_ADDED)


async def test_what_waits_for_a_word_is_no_longer_than_a_tip() -> None:
    resident = Resident(a_world(asked=2))
    for _ in range(MOST_TOLD + 1):
        await resident.hears(MORE)
    assert "Mình chưa giữ thêm được." in resident.text
    assert len(AnswerDraft.model_validate_json(resident.session.draft).waiting) == MOST_TOLD


async def test_what_waits_beside_a_tip_being_told_counts_with_it() -> None:
    resident = Resident(a_world_of_one_asked_later())
    await resident.hears(Text("cháy nhà ở phường Tây Hồ"))
    for _ in range(MOST_TOLD):
        await resident.hears(MORE)
    assert "Mình chưa giữ thêm được." in resident.text
    draft = draft_of(resident)
    assert len(draft.told) + len(draft.waiting) == MOST_TOLD
    await resident.presses("this-tip")
    assert len(draft_of(resident).told) == MOST_TOLD
