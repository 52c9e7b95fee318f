"""Whoever finds a receipt, and asks from another address: status and the open question, and nothing else."""

from datetime import timedelta
from pathlib import Path

from messages.receipt import ALPHABET
from storage.records import Role
from storage.tallies import KEPT_FOR, WRONG_A_DAY
from tests.secrecy import story
from tests.world import Person, World, a_world

FINDER = "finder5559"
INNER = (
    "own-{tip}",
    "open:{tip}",
    "files:{tip}",
    "contact:{tip}",
    "send",
    "forget-yes",
    "change-ward",
    "change-reach",
)
"""Keys of buttons that its owner or an officer has, and that a finder might forge."""


async def _told_and_asked(world: World) -> tuple[str, Person]:
    """A tip with everything in it and an open question; the receipt, and the chief."""
    minh = await story.enrol(world, story.MINH, Role.CHIEF, name=story.CHIEF_NAME)
    oanh = world.person(story.OANH)
    receipt = await story.send_tip(oanh)
    await oanh.presses("Để lại tên, số điện thoại")
    await oanh.says(f"{story.NAME} {story.PHONE}")
    await minh.presses("Tôi nhận")
    await minh.presses("Hỏi người gửi")
    await minh.says(story.ASK)
    await minh.presses("Gửi")
    return receipt, minh


def _screen(person: Person) -> str:
    return "\n".join(shown.text for shown in person.screen)


async def test_from_another_address_a_receipt_shows_status_and_the_question_and_never_what_was_told(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path) as world:
        receipt, _ = await _told_and_asked(world)
        row = await world.store.db.fetch_one("SELECT id, number, designation FROM tips")
        assert row is not None
        finder = world.person(FINDER)
        await finder.says(receipt)
        assert story.ASK in finder.newest.text
        for key in INNER:
            for asked in (0, 1, 2):
                await finder.sends(story.press(key.format(tip=row["id"]), asked))
        for words in ("/tindagui", "/xoa", "xóa ngay", f"/start t_{row['id']}", f"/tin {row['number']}"):
            await finder.says(words)
        seen = _screen(finder)
        for secret in (*story.SECRET, story.OANH, row["number"], row["designation"], *map(str, story.PIN)):
            assert secret == story.ASK or secret not in seen, secret
        assert not any(shown.picture for shown in finder.screen)


async def test_the_finder_can_answer_and_add_but_takes_nothing_away(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        receipt, minh = await _told_and_asked(world)
        before = await world.store.db.fetch_all("SELECT id, sealed FROM entries ORDER BY seq")
        finder = world.person(FINDER)
        await finder.says(receipt)
        await finder.says(story.REPLY)
        assert story.REPLY in minh.newest.text
        await finder.presses("Xong")
        await finder.says("/quyenriengtu")
        await finder.presses("Xóa thông tin của tôi")
        await finder.presses("Xóa ngay")
        after = await world.store.db.fetch_all("SELECT id, sealed FROM entries ORDER BY seq")
        assert [tuple(row) for row in after[: len(before)]] == [tuple(row) for row in before]
        assert len(after) == len(before) + 1
        oanh = world.person(story.OANH)
        await oanh.says("/tindagui")
        assert receipt[-4:] in oanh.newest.text, "still its owner's"


async def test_the_last_words_of_the_unit_are_for_the_reporter_and_not_for_the_finder(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        receipt, minh = await _told_and_asked(world)
        await minh.says("/tin TH-26-0001")
        await minh.presses("Đóng tin")
        await minh.presses("Đã xử lý")
        await minh.presses("Có giá trị")
        await minh.says(story.OUTCOME)
        await minh.presses("Đóng tin")
        finder, oanh = world.person(FINDER), world.person(story.OANH)
        for person in (finder, oanh):
            await person.says(receipt)
            assert "đã xử lý" in person.newest.text
        assert story.OUTCOME in oanh.newest.text
        assert story.OUTCOME not in _screen(finder)


async def test_the_finder_neither_has_it_looked_at_again_nor_says_how_it_went(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        receipt, minh = await _told_and_asked(world)
        await minh.says("/tin TH-26-0001")
        await minh.presses("Đóng tin")
        await minh.presses("Đã xử lý")
        await minh.presses("Có giá trị")
        await minh.presses("Dùng câu mẫu")
        await minh.presses("Đóng tin")
        [tip] = await world.store.db.fetch_all("SELECT id FROM tips")
        finder, oanh = world.person(FINDER), world.person(story.OANH)
        await finder.says(receipt)
        assert [button.label for button in finder.newest.buttons] == ["Xong"]
        for key in ("reopen-mine", f"reopen-mine:{tip['id']}", f"rate-bad:{tip['id']}"):
            for asked in range(4):
                await finder.says(receipt)
                await finder.sends(story.press(key, asked))
        for words in ("Chưa xong, mở lại tin", "4", "3"):
            await finder.says(receipt)
            await finder.says(words)
        [row] = await world.store.db.fetch_all("SELECT status, rated, reopened FROM tips")
        assert tuple(row) == ("closed", 0, 0)
        await oanh.presses("Chưa xong, mở lại tin")
        [row] = await world.store.db.fetch_all("SELECT status, reopened FROM tips")
        assert tuple(row) == ("new", 1)


async def test_wrong_guesses_end_for_the_day_and_then_a_right_one_reads_like_a_wrong_one(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        receipt, _ = await _told_and_asked(world)
        finder = world.person(FINDER)
        wrong = [f"BT-{letter * 4}-2345-6789-ABCD" for letter in ALPHABET[: WRONG_A_DAY + 2]]
        answers = [[shown.text for _, shown in await finder.says(guess)] for guess in wrong]
        assert len({*map(tuple, answers[:WRONG_A_DAY])}) == 1
        assert answers[WRONG_A_DAY] == answers[WRONG_A_DAY + 1] != answers[0]
        assert [shown.text for _, shown in await finder.says(receipt)] == answers[-1]
        other = world.person("finder5560")
        await other.says(receipt)
        assert story.ASK in other.newest.text, "the limit is one address's"
        await world.passes(KEPT_FOR + timedelta(hours=1))
        await finder.says(receipt)
        assert story.ASK in finder.newest.text


async def test_a_receipt_with_one_wrong_character_is_none(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        receipt, _ = await _told_and_asked(world)
        for at in (3, 6, 8, 13, 18, 21):
            near = receipt[:at] + next(one for one in ALPHABET if one != receipt[at]) + receipt[at + 1 :]
            finder = world.person(f"finder {at}")
            await finder.says(near)
            assert story.ASK not in _screen(finder)
        await finder.says(receipt)
        assert story.ASK in _screen(finder)
