"""An officer of another ward learns nothing about a tip, not even whether it exists, whatever they try."""

from collections.abc import Callable
from pathlib import Path

from storage.records import Role
from tests.bot_api_fake.people import Group, Person
from tests.journeys.office import HONG_HA, TAY_HO, Office, an_office
from tests.journeys.steps import STORY, WHERE, card_in, newest_revision, tells

NO_SUCH_TIP = "0000000000000000"


async def test_an_officer_of_another_ward_cannot_tell_a_foreign_tip_from_none(tmp_path: Path) -> None:
    async with an_office(tmp_path, served=(TAY_HO, HONG_HA)) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        group = await office.desk_group(-1_001_700, minh)
        ha = await office.officer(900_009, "Hà", role=Role.CHIEF, ward=HONG_HA)
        theirs = await office.desk_group(-1_001_709, ha)
        await tells(office.fake.person(501), where=f"{WHERE}, phường Tây Hồ")
        card = await card_in(group.chat, "chưa ai nhận")
        number = card.text.split()[1]
        tip = await office.first_tip()
        before = await office.history(tip)
        ha.says("/canbo")
        await ha.chat.waits_for("Bảng việc cán bộ")

        for words in ("/tin {}", "/lichsu {}"):
            answers = [await _hears(office, ha, words.format(which)) for which in (number, "TH-26-9999")]
            assert answers[0] == answers[1]
        started = [await _hears(office, ha, f"/start t_{which}") for which in (tip, NO_SUCH_TIP)]
        assert started[0] == started[1]
        for verb in ("open", "claim", "files", "note", "ask", "close", "hand", "take", "reopen", "contact"):
            for where in (None, theirs):
                answers = [await _presses(office, ha, f"0.{verb}:{which}", group=where) for which in (tip, NO_SUCH_TIP)]
                assert answers[0] == answers[1], (verb, where)
        await _notes_nothing(office, ha)

        assert await office.history(tip) == before
        seen = str([call.arguments for call in office.fake.heard if call.chat in {ha.number, theirs.chat.number}])
        assert STORY not in seen
        assert "Tây Hồ" not in seen
        assert number not in seen


async def _hears(office: Office, person: Person, words: str) -> list[str]:
    """What comes back to words in private."""
    return await _after(office, person, lambda: person.says(words))


async def _presses(office: Office, person: Person, handle: str, *, group: Group | None = None) -> list[str]:
    """What comes back to a forged button, on the screen and in the passing answer."""
    chat = group.chat if group else person.chat
    since = len(chat.toasts)
    shown = await _after(office, person, lambda: person.presses(handle, in_chat=group, forged=True), group=group)
    await office.fake.until(lambda: len(chat.toasts) > since)
    return [*shown, chat.toasts[-1].text]


async def _after(
    office: Office, person: Person, deed: Callable[[], object], *, group: Group | None = None
) -> list[str]:
    chats = [person.chat, *([group.chat] if group else [])]
    since = [newest_revision(chat) for chat in chats]
    deed()
    await office.settled()
    return [
        f"{shown.text} {shown.buttons}"
        for chat, revision in zip(chats, since, strict=True)
        for shown in chat.screen()
        if shown.revision > revision
    ]


async def _notes_nothing(office: Office, ha: Person) -> None:
    """A reply to one of the bot's messages that is about no tip is no note on one."""
    entries = await office.count("entries")
    ha.says("ghi chú lạc chỗ", reply_to=ha.chat.newest())
    await office.settled()
    assert await office.count("entries") == entries


async def test_somebody_in_the_desks_group_who_is_no_officer_gets_nothing_from_its_cards(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        group = await office.desk_group(-1_001_700, minh)
        stranger = office.fake.person(777, "Khách")
        group.add(stranger)
        await tells(office.fake.person(501))
        card = await card_in(group.chat, "chưa ai nhận")
        before = await office.history(await office.first_tip())
        for label in card.buttons:
            press = stranger.presses(label, message=card)
            assert "dành cho cán bộ" in (await group.chat.waits_for_toast(press)).text
        stranger.says("/ketnoi", in_chat=group)
        stranger.says("/ngatketnoi", in_chat=group)
        stranger.says("ghi chú của khách", reply_to=card, in_chat=group)
        await office.settled()
        assert await office.history(await office.first_tip()) == before
        assert group.chat.newest().number == card.number
        assert stranger.chat.screen() == []
