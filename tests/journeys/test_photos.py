"""Photos: what an officer sees is a cleaned copy, and nothing leads from it to the one who took it."""

import io
from pathlib import Path

from PIL import Image

from storage.records import Role
from tests.bot_api_fake.chats import Message
from tests.bot_api_fake.people import Person
from tests.journeys.office import Office, an_office
from tests.journeys.steps import all_said_to, card_in, claims, newest_revision, opens, sends

MODEL, PLACE = "SM-A546E của Bích", "21.0703"


def taken(colour: str) -> bytes:
    """A phone's photo: it says which phone took it, and where."""
    exif = Image.Exif()
    exif[0x0110] = MODEL
    exif[0x010E] = PLACE
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG", exif=exif)
    assert PLACE.encode() in out.getvalue()
    return out.getvalue()


async def test_an_officer_gets_cleaned_photos_and_never_the_residents_own(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        minh = await office.officer(900_002, "Minh", role=Role.CHIEF)
        group = await office.desk_group(-1_001_700, minh)
        lan = office.fake.person(550_123_987, "Bích Thủy")
        one = lan.sends_photo(taken("red"), caption="xe đổ rác trộm, biển không rõ")
        await lan.chat.waits_for("ở đâu?")
        album = [taken("blue"), taken("green"), taken("white")]
        since = newest_revision(lan.chat)
        sent = [one, *lan.sends_album(album)]
        await lan.chat.waits_for("Đã thêm 3 ảnh")
        await office.settled()
        said = [shown for shown in lan.chat.screen() if shown.revision > since]
        counts = [shown for shown in said if "Đã thêm" in shown.text]
        assert [shown.text for shown in counts] == ["Đã thêm 3 ảnh."], "an album gets one answer, whose count is edited"
        assert len(said) == 2, "and the question is asked once more"
        lan.says("ngõ 52 Tô Ngọc Vân")
        await lan.chat.waits_for("Gửi tới Công an")
        await sends(lan)

        await card_in(group.chat, "4 ảnh")
        await claims(minh, group)
        await opens(minh, group, "xe đổ rác trộm")
        await _sees_four_clean_pictures(office, minh, sent)


async def _sees_four_clean_pictures(office: Office, minh: Person, sent: list[Message]) -> None:
    minh.presses("Xem ảnh, tệp")
    await office.fake.until(lambda: len(pictures(minh)) == 4)
    originals = {size["file_id"] for message in sent for size in message.raw["photo"]}
    known = [office.fake.world.files.by_id(message.raw["photo"][-1]["file_id"]).content for message in sent]
    for shown in pictures(minh):
        assert shown.is_protected
        file_id = shown.raw["photo"][-1]["file_id"]
        content = office.fake.world.files.by_id(file_id).content
        assert content not in known
        assert not Image.open(io.BytesIO(content)).getexif()
        assert PLACE.encode() not in content
        assert "Bích" not in str(shown.raw)
    everything = all_said_to(office.fake, minh.number)
    assert not any(original in everything for original in originals)
    assert {call.method.lower() for call in office.fake.heard} & {"forwardmessage", "copymessage"} == set()


def pictures(person: Person) -> list[Message]:
    """The pictures the bot has sent to somebody."""
    return [shown for shown in person.chat.screen() if "photo" in shown.raw]
