"""A campaign: written by an officer, approved by a chief, held by the night, and sent to those who want it."""

from datetime import UTC, datetime
from pathlib import Path

from storage.records import Role
from tests.bot_api_fake.people import Person
from tests.journeys.office import Office, an_office

EVENING = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
"""Half past nine at night in Hà Nội: quiet hours have begun."""
DAY = datetime(2026, 11, 23, 23, 31, tzinfo=UTC)
"""A minute after they end."""
WORDS = "Cảnh báo: kẻ gian giả danh công an gọi điện đòi chuyển tiền. Hãy cúp máy."


async def test_a_campaign_goes_out_once_a_chief_has_approved_it_and_the_night_is_over(tmp_path: Path) -> None:
    async with an_office(tmp_path, start=EVENING) as office:
        minh = await office.officer(900_002, "Minh")
        dung = await office.officer(900_001, "Dung", role=Role.CHIEF)
        readers = [office.fake.person(number, f"Người {number}") for number in (501, 502)]
        former = office.fake.person(503, "Người 503")
        for person in (*readers, former):
            await _subscribes(person)
        await _unsubscribes(former)

        await _hands_in(minh, audience=2)
        asked = await dung.chat.waits_for("Minh trình một đợt thông báo", after=0)
        assert WORDS in asked.text
        await _is_not_sent(office, *readers)
        row = await office.store.db.fetch_one("SELECT id FROM campaigns")
        assert row is not None
        minh.presses(f"0.approve:{row['id']}", forged=True)
        await minh.chat.waits_for("mà không phải người soạn")
        dung.presses("Duyệt")
        await dung.chat.waits_for("Đã duyệt")
        await _is_not_sent(office, *readers)

        office.clock.turn_to(DAY)
        await office.bot.ticks.campaigns()
        for person in readers:
            await person.chat.waits_for(WORDS)
        await office.settled()
        await office.bot.ticks.campaigns()
        await office.settled()
        assert [_received(person) for person in (*readers, former)] == [1, 1, 0]
        await _reads_the_result(dung, "Đăng ký 2 · đã gửi 2 · đã rời kênh 0 · bị từ chối 0 · không rõ 0")


async def test_what_was_sent_is_corrected_where_it_stands_and_then_taken_back(tmp_path: Path) -> None:
    async with an_office(tmp_path, start=DAY) as office:
        minh = await office.officer(900_002, "Minh")
        dung = await office.officer(900_001, "Dung", role=Role.CHIEF)
        lan = office.fake.person(501, "Lan")
        await _subscribes(lan)
        await _goes_out(office, minh, dung=dung)
        shown = await lan.chat.waits_for(WORDS)
        await office.settled()
        await office.bot.ticks.campaigns()

        dung.presses("Xem đợt này")
        await dung.chat.waits_for("đã gửi xong")
        dung.presses("Đính chính")
        await dung.chat.waits_for("Viết nội dung thông báo")
        dung.says("Hãy gọi 113.")
        await dung.chat.waits_for("Người dân sẽ nhận:")
        dung.presses("Đính chính")
        await dung.chat.waits_for("Đang đính chính")
        await office.bot.ticks.campaigns()
        corrected = await lan.chat.waits_for("Hãy gọi 113.")
        assert corrected.number == shown.number
        await office.settled()
        await office.bot.ticks.campaigns()

        dung.presses("Xem đợt này")
        await dung.chat.waits_for("sửa hoặc thu hồi: 1")
        dung.presses("Thu hồi")
        await dung.chat.waits_for("Thu hồi đợt này?")
        dung.presses("Thu hồi ngay")
        await dung.chat.waits_for("Đang thu hồi")
        await office.bot.ticks.campaigns()
        await office.fake.until(lambda: shown.number not in {one.number for one in lan.chat.screen()})


async def _goes_out(office: Office, minh: Person, *, dung: Person) -> None:
    minh.says("/thongbao")
    await minh.chat.waits_for("Viết nội dung thông báo")
    minh.says(WORDS)
    await minh.chat.waits_for("Gửi lúc nào?")
    minh.presses("Ngay khi được duyệt")
    await minh.chat.waits_for("Người dân sẽ nhận:")
    minh.presses("Trình duyệt")
    await dung.chat.waits_for("Minh trình một đợt thông báo", after=0)
    dung.presses("Duyệt")
    await dung.chat.waits_for("Đã duyệt")
    await office.bot.ticks.campaigns()


async def _subscribes(person: Person) -> None:
    person.says("/dangky")
    await person.chat.waits_for("Nhận tin cảnh báo")
    person.presses("Nhận tin của phường Tây Hồ")
    await person.chat.waits_for("Đã đăng ký nhận tin")


async def _unsubscribes(person: Person) -> None:
    person.says("STOP")
    await person.chat.waits_for("Đã dừng.")


async def _hands_in(minh: Person, *, audience: int) -> None:
    minh.says("/thongbao")
    await minh.chat.waits_for("Viết nội dung thông báo")
    minh.says(WORDS)
    await minh.chat.waits_for("Gửi lúc nào?")
    minh.presses("Ngay khi được duyệt")
    preview = await minh.chat.waits_for("Người dân sẽ nhận:")
    assert WORDS in preview.text
    assert f"Số người đăng ký: {audience}" in preview.text
    assert "Rơi vào giờ nghỉ đêm: sẽ gửi lúc 06:30 24/11/2026" in preview.text
    minh.presses("Trình duyệt")
    await minh.chat.waits_for("Đã trình")


async def _is_not_sent(office: Office, *readers: Person) -> None:
    await office.bot.ticks.campaigns()
    await office.settled()
    assert [_received(person) for person in readers] == [0] * len(readers)


def _received(person: Person) -> int:
    return sum(WORDS in shown.text for shown in person.chat.screen())


async def _reads_the_result(dung: Person, counts: str) -> None:
    dung.says("/canbo")
    await dung.chat.waits_for("Bảng việc cán bộ")
    dung.presses("Đợt thông báo")
    await dung.chat.waits_for("Các đợt thông báo gần đây")
    dung.presses("Xem đợt 1")
    assert counts in (await dung.chat.waits_for("Đợt thông báo")).text
