"""What is really in the database after a resident's conversation, and what is not."""

from datetime import timedelta
from pathlib import Path

import pytest

from messages.incoming import Edited, Press, Text
from messages.rendered import parse_handle
from storage import entries, reporters, sessions, tallies
from storage.records import EntryId, Role
from tests.transcripts.script import a_picture
from tests.world import Person, World, a_world

STANDS = (21.061234, 105.823456)
RECEIPT = "Mã tra cứu: "


async def everything_kept(world: World, person: Person) -> str:
    """All that can be unsealed of one person's tips and session, as text."""
    store = world.store
    rows = await store.db.fetch_all("SELECT id FROM entries")
    kept = [str(await entries.opened(store, EntryId(row["id"]))) for row in rows]
    reporter = await reporters.of(store, person.by)
    session = await sessions.of(store, reporter, place=person.place) if reporter else None
    return "\n".join([*kept, str(session)])


def files_of(folder: Path) -> bytes:
    """The database as bytes, with what waits in its log."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def told_and_pinned(world: World, label: str) -> Person:
    """Somebody tells a tip, shares a position and says what it is."""
    lan = world.person("Lan")
    await lan.says("mấy người chơi đá gà ăn tiền")
    await lan.sends_pin(*STANDS)
    assert "21.061234" in await everything_kept(world, lan)
    await lan.presses(label)
    return lan


async def test_where_they_stood_is_nowhere(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        lan = await told_and_pinned(world, "Nơi tôi đứng")
        assert "21.06" not in await everything_kept(world, lan)
        await lan.presses("Gửi ngay")
        assert "21.06" not in await everything_kept(world, lan)
        assert b"21.061234" not in files_of(tmp_path)


async def test_where_it_happened_is_kept_sealed(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        lan = await told_and_pinned(world, "Nơi xảy ra")
        await lan.presses("Gửi ngay")
        assert "21.061234" in await everything_kept(world, lan)
        assert b"21.061234" not in files_of(tmp_path)


async def test_the_receipt_is_shown_once_and_not_stored(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        lan = world.person("Lan")
        for words in ("mất xe đạp ở phường Tây Hồ", "gui", "ok", "xong", "tin đã gửi", "1"):
            await lan.says(words)
        [receipt] = [line for shown in lan.screen for line in shown.text.split("\n") if line.startswith(RECEIPT)]
        code = receipt.removeprefix(RECEIPT)
        assert code not in await everything_kept(world, lan)
        assert code.encode() not in files_of(tmp_path)
        assert code.replace("-", "").encode() not in files_of(tmp_path)


async def test_a_tip_is_sent_once_however_often_the_button_is_pressed(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        lan = world.person("Lan")
        await lan.says("mất xe đạp ở phường Tây Hồ")
        handle = next(button.handle for button in lan.newest.buttons if button.label == "Gửi ngay")
        asked, key = parse_handle(handle)
        for _ in range(3):
            await lan.sends(Press(key, asked, press="p"))
        assert len(await world.store.db.fetch_all("SELECT id FROM tips")) == 1


async def test_every_photo_of_an_album_is_kept(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        lan = world.person("Lan")
        shown = [await lan.sends_photo(a_picture(), album="a") for _ in range(4)]
        assert [len(news) for news in shown] == [1, 1, 1, 1]
        [[counter], *_] = [{news[0][1].ref for news in shown}]
        assert counter, "one answer, whose count is edited"
        assert shown[-1][0][1].text.startswith("Đã thêm 4 ảnh.")
        assert [button.label for button in lan.newest.buttons] == ["Đang gấp", "Không gấp", "Không gửi"]
        for words in ("không", "bo qua", "gui"):
            await lan.says(words)
        rows = await world.store.db.fetch_all("SELECT state FROM media")
        assert [row["state"] for row in rows] == ["kept"] * 4


async def test_a_picture_that_is_none_is_taken_and_named_so_to_the_officer(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        minh = await world.officer("Minh")
        lan = world.person("Lan")
        await lan.sends_photo(b"this is no picture")
        for words in ("bo qua", "bo qua", "gui"):
            await lan.says(words)
        await minh.presses("Tôi nhận")
        await minh.presses("Xem ảnh, tệp")
        assert "Không xem được như một ảnh" in minh.newest.text


async def test_an_edit_after_sending_corrects_the_tip_and_an_edit_of_days_ago_is_answered(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        lan = world.person("Lan")
        for words in ("mất xe đạp ở phường Tây Hồ", "gui", "ok", "xong"):
            await lan.says(words)
        await lan.sends(Edited("mất xe đạp điện ở phường Tây Hồ"))
        assert "lời bạn sửa" in lan.newest.text
        await world.passes(timedelta(days=3))
        await lan.sends(Edited("mất xe máy ở phường Tây Hồ"))
        assert "Bạn nhắn lại phần đúng" in lan.newest.text


async def test_what_is_deleted_is_gone(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        minh = await world.officer("Minh", Role.CHIEF)
        lan = world.person("Lan")
        for words in ("mất xe đạp ở phường Tây Hồ", "gui", "để lại tên, số điện thoại", "Lan 0912 345 678", "xong"):
            await lan.says(words)
        code = next(line for shown in lan.screen for line in shown.text.split("\n") if line.startswith(RECEIPT))
        assert "0912" in await everything_kept(world, lan)
        for words in ("/xoa", "xóa thông tin của tôi", "xóa ngay"):
            await lan.says(words)
        assert "0912" not in await everything_kept(world, lan)
        assert await reporters.of(world.store, lan.by) is None
        await minh.presses("Xem đầy đủ")
        assert "Không hỏi lại người gửi được" in minh.newest.text
        assert all(button.label != "Hỏi người gửi" for button in minh.newest.buttons)
        await lan.says("tin đã gửi")
        assert "Bạn chưa gửi tin nào" in lan.newest.text
        elsewhere = world.person("Con")
        await elsewhere.says(code.removeprefix(RECEIPT))
        assert "Công an phường Tây Hồ" in elsewhere.newest.text
        assert "xe đạp" not in elsewhere.newest.text


async def test_a_wrong_receipt_is_forgiven_ten_times_a_day(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        lan, ti = world.person("Lan"), world.person("Tí")
        await lan.says("mất xe đạp ở phường Tây Hồ")
        await lan.says("gui")
        code = next(line for shown in lan.screen for line in shown.text.split("\n") if line.startswith(RECEIPT))
        for _ in range(10):
            await ti.says("BT-2222-2222-2222-2222")
        await ti.says(code.removeprefix(RECEIPT))
        assert "Đơn vị nhận" not in ti.newest.text
        await lan.says("BT-2222-2222-2222-2222")
        assert "Không thấy tin nào" in lan.newest.text


@pytest.mark.parametrize("words", ["/hangcho", "/tin TH-26-0001", "/truc", "/thongke", "/ketnoi", "/thongbao"])
async def test_officers_commands_do_not_exist_for_residents(tmp_path: Path, words: str) -> None:
    async with a_world(tmp_path) as world:
        lan = world.person("Lan")
        await lan.says("mất xe đạp ở phường Tây Hồ")
        await lan.says("gui")
        ti = world.person("Tí")
        await ti.says(words)
        assert ti.newest.text.startswith("Không có lệnh này")
        await ti.sends(Text("/xyz"))
        assert "TH-26" not in "\n".join(shown.text for shown in ti.screen)


async def test_five_hundred_megabytes_a_day_are_kept_of_one_person_and_no_others_are_refused(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        lan, mai = world.person("Lan"), world.person("Mai")
        await lan.says("xe đổ rác trộm ở phường Tây Hồ")
        for number in range(25):
            await lan.sends_file("document", f"tệp {number}".encode(), size=20_000_000)
        assert "Đã thêm" in lan.newest.text, "five hundred megabytes by what the messenger said of them"
        world.time += timedelta(minutes=2)
        await lan.sends_file("document", b"one more", "ngã tư", size=25_000_000 - 6_000_000)
        assert "Đã thêm" in lan.newest.text, "500 MB is 524,288,000 bytes"
        await lan.sends_file("document", b"too much", "biển 29A", size=20_000_000)
        assert "hết dung lượng cho một ngày" in lan.newest.text
        await mai.sends_file("document", b"hers", "biển 30E", size=20_000_000)
        assert "Đã thêm" in mai.newest.text
        row = await world.store.db.fetch_one("SELECT count(*) FROM media")
        assert row is not None and row[0] == 27
        world.time += timedelta(days=1, hours=1)
        await lan.sends_file("document", b"the day after", size=20_000_000)
        assert "Đã thêm" in lan.newest.text


async def test_the_eleventh_tip_of_a_day_stands_in_the_bundle_and_the_next_days_first_in_the_queue(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path) as world:
        lan = world.person("Lan")

        async def sends(number: int) -> str:
            await lan.says(f"mất xe đạp thứ {number} ở phường Tây Hồ")
            await lan.presses("Gửi ngay")
            shown = "".join(one.text for one in lan.screen[-2:])
            await lan.says("vâng")
            await lan.says("xong")
            return shown

        nine = tallies.count(world.store.seal, lan.by, deed="tip", now=world.time, amount=9)
        await world.store.db.commit([nine])
        told = [await sends(number) for number in (10, 11)]
        assert ["xem sau" in one for one in told] == [False, True]
        assert "024 3829 0000" in told[1], "whom to call is said whatever number it is"
        world.time += timedelta(days=1, hours=1)
        assert "xem sau" not in await sends(12)
        rows = await world.store.db.fetch_all("SELECT bundled, urgency FROM tips ORDER BY number")
        assert [tuple(row) for row in rows] == [(0, "normal"), (1, "low"), (0, "normal")]
