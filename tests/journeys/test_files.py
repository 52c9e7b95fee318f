"""Recordings and documents: kept as they came, shown to officers as fresh uploads that name nobody."""

from pathlib import Path
from typing import Any

from storage.records import Role
from tests.bot.test_recordings import GPS, MAKER, an_mp4
from tests.bot_api_fake.chats import Message
from tests.bot_api_fake.people import Person
from tests.journeys.office import Office, an_office
from tests.journeys.steps import all_said_to, card_in, claims, opens, sends

NAME = "don-cua-Bich-Thuy.pdf"


async def test_officers_get_recordings_that_say_nothing_of_their_making_and_documents_on_demand(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        group = await office.desk_group(-1_001_700, minh)
        lan = office.fake.person(550_123_987, "Bích Thủy")
        lan.says("xe đổ rác trộm ở ngõ 52 Tô Ngọc Vân, phường Tây Hồ")
        await lan.chat.waits_for("Gửi tới Công an")
        theirs = [await _sends_all_the_same(lan, lan.sends_video(an_mp4(), caption="biển 29A 12345"), "Đã thêm video")]
        theirs.append(await _sends_all_the_same(lan, lan.sends_voice(b"OggS voice"), "Đã thêm tin nhắn thoại"))
        theirs.append(lan.sends_document(b"%PDF-1.7 Bich", name=NAME))
        await lan.chat.waits_for("Đã thêm tài liệu")
        await sends(lan)

        await card_in(group.chat, "3 ảnh")
        await claims(minh, group)
        await opens(minh, group, "Gửi video. biển 29A 12345", "Gửi tin nhắn thoại", "Gửi tài liệu")
        await _sees_them(office, minh)
        everything = all_said_to(office.fake, minh.number)
        assert not any(_handle(message) in everything for message in theirs)
        assert "Bich" not in everything
        assert {call.method.lower() for call in office.fake.heard} & {"forwardmessage", "copymessage"} == set()


async def _sends_all_the_same(person: Person, sent: Message, answer: str) -> Message:
    await person.chat.waits_for("Giọng nói, góc quay có thể làm lộ bạn")
    person.presses("Vẫn gửi")
    await person.chat.waits_for(answer)
    return sent


async def _sees_them(office: Office, minh: Person) -> None:
    minh.presses("Xem ảnh, tệp")
    offered = await minh.chat.waits_for("Tài liệu PDF, 1 kB")
    video = await minh.chat.waits_for(lambda shown: "video" in shown.raw)
    voice = await minh.chat.waits_for(lambda shown: "voice" in shown.raw)
    content = _content(office, video)
    assert GPS not in content and MAKER not in content
    assert len(content) == len(an_mp4())
    assert _content(office, voice) == b"OggS voice"
    assert "Có thể còn thông tin ẩn" in video.raw["caption"]
    assert video.is_protected and voice.is_protected and offered.is_protected
    assert video.raw["video"]["file_name"] == "video.mp4"
    assert not [shown for shown in minh.chat.screen() if "document" in shown.raw], (
        "a document comes only when asked for"
    )
    minh.presses("Tải tệp về", message=offered)
    document = await minh.chat.waits_for(lambda shown: "document" in shown.raw)
    assert _content(office, document) == b"%PDF-1.7 Bich"
    assert document.raw["document"]["file_name"] == "document.pdf"


def _handle(message: Message) -> str:
    media: dict[str, Any] = next(message.raw[kind] for kind in ("video", "voice", "document") if kind in message.raw)
    return str(media["file_id"])


def _content(office: Office, message: Message) -> bytes:
    return office.fake.world.files.by_id(_handle(message)).content


async def test_a_recording_is_not_sent_against_its_senders_will(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        lan = office.fake.person(550_123_987, "Lan")
        lan.says("xe đổ rác trộm ở phường Tây Hồ")
        await lan.chat.waits_for("Gửi tới Công an")
        lan.sends_voice(b"OggS voice")
        await lan.chat.waits_for("Giọng nói, góc quay có thể làm lộ bạn")
        lan.presses("Bỏ")
        await lan.chat.waits_for("Đã bỏ, không gửi")
        await sends(lan)
        assert await office.count("media") == 0


async def test_an_album_of_photos_and_videos_gets_one_answer_whose_count_grows(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        lan = office.fake.person(550_123_987, "Lan")
        lan.says("xe đổ rác trộm ở phường Tây Hồ")
        await lan.chat.waits_for("Gửi tới Công an")
        since = max(shown.revision for shown in lan.chat.screen())
        lan.sends_album([b"%d" % number for number in range(10)])
        await lan.chat.waits_for("Đã thêm 10 ảnh")
        await office.settled()
        assert len([shown for shown in lan.chat.screen() if shown.revision > since]) == 1
        await sends(lan)
        assert await office.count("media") == 10


async def test_a_file_larger_than_telegram_hands_over_is_named_at_once_and_nothing_else_is_lost(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        lan = office.fake.person(550_123_987, "Lan")
        lan.sends_video(b"mp4", size=30 << 20, caption="xe đổ rác trộm ở phường Tây Hồ, biển 29A 12345")
        answer = await lan.chat.waits_for("lớn hơn 20 MB")
        assert "Gửi tới Công an phường Tây Hồ" in answer.text, "the caption is taken as what was told"
        await sends(lan)
        assert await office.count("media") == 0
        assert await office.count("entries") == 1
