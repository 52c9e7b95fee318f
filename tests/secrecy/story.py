"""A whole story that leaves its traces everywhere, and the words in it that must be nowhere in the open."""

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from PIL import Image

from messages.address import Place
from messages.incoming import Contact, Incoming, Press
from storage import officers
from storage.records import EVERY_WARD, OfficerId, ReporterId, Role, WardCode
from storage.store import Store
from storage.writes import Write
from tests.world import TAY_HO, Person, Shown, World

STORY = "Ngõ 47 Xuân Diệu có nhóm người lạ chuyển thùng hàng khả nghi lúc nửa đêm"
CAPTION = "Biển số nhòe, xe tải màu xanh đậm"
NAME, PHONE = "Trần Thị Kim Oanh", "0987612345"
PIN = (21.067831, 105.818642)
ADDED = "Hôm nay họ quay lại bằng xe bán tải"
QUESTION = "Nhà trọ sáu phòng cần mấy bình chữa cháy loại nào"
ANSWER = "Mỗi tầng đặt hai bình bột bốn kilôgam"
ASK = "Thùng hàng lớn chừng nào và dán nhãn gì"
REPLY = "Cao ngang ngực, nhãn tiếng nước ngoài"
NOTE = "Trùng khớp vụ kho lậu tháng trước"
REASON = "Cần hẹn gặp trực tiếp để lấy lời khai"
OUTCOME = "Tổ tuần tra đã lập biên bản kho hàng"
UNSENT = "Cửa hàng tạp hóa góc phố đánh bạc ăn tiền"
CAMPAIGN = "Cảnh giác cuộc gọi mạo danh ngân hàng"
SECRET = (STORY, CAPTION, NAME, PHONE, ADDED, QUESTION, ANSWER, ASK, REPLY, NOTE, REASON, OUTCOME, UNSENT)
"""Everything somebody wrote that is nobody else's business."""
RECEIPT = re.compile(r"BT(-[0-9A-Z]{4}){4}")

OANH, QUANG, MINH, HA = "oanhkk5551", "quangkk5552", "minhkk7771", "hakkkk7772"
"""Addresses."""
CHIEF_NAME, FIRE_NAME = "Phạm Quốc Hưng", "Đặng Thúy Vân"
ANYBODY = ReporterId("anybody")
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AN_HOUR = timedelta(hours=1)
PEOPLE = (OANH, QUANG, MINH, HA, CHIEF_NAME, FIRE_NAME)


@dataclass
class Told:
    """Who took part, and what only they know."""

    oanh: Person
    """Sent a tip with everything, and asked a fire question."""
    quang: Person
    """Left a tip unsent."""
    minh: Person
    """The chief."""
    ha: Person
    """The fire officer."""
    receipt: str = ""
    number: str = ""


async def tell(world: World) -> Told:
    """Tip, contact, question, ask, answer, note, closing, campaign, an unsent draft; some lines wait for the absent."""
    told = Told(
        world.person(OANH),
        world.person(QUANG),
        await enrol(world, MINH, Role.CHIEF, name=CHIEF_NAME),
        await enrol(world, HA, Role.FIRE, name=FIRE_NAME),
    )
    told.receipt = await send_tip(told.oanh)
    await told.oanh.presses("Để lại tên, số điện thoại")
    await told.oanh.sends(Contact(PHONE, NAME))
    await _work(told)
    await _ask_about_fire(told)
    await told.quang.says(UNSENT)
    await _campaign(world, told)
    world.paper.away.add(told.oanh.place)
    await told.minh.presses("Mở lại")
    return told


async def enrol(
    world: World, chat: str, role: Role, *, name: str, ward: WardCode = TAY_HO, status: str = "active"
) -> Person:
    """An officer whose name, address and id have nothing in common."""
    person = world.person(chat)
    new = OfficerId(world.bot.around.chance.fresh_id())
    contents = officers.Contents(name, person.by, person.place)
    where = EVERY_WARD if role in {Role.ADMIN, Role.AUDITOR} else ward
    enrolled = officers.enrol(world.store.seal, new, contents=contents, status=status, now=world.time)
    await world.store.db.commit([*enrolled, officers.grant(new, ward=where, role=role)])
    return person


async def send_tip(person: Person, story: str = STORY) -> str:
    """A tip with a photo and a position; returns the receipt."""
    await person.says(story)
    await person.sends_photo(picture(), CAPTION)
    await person.sends_pin(*PIN)
    await person.presses("Nơi xảy ra")
    await person.presses("Gửi ngay")
    return receipt_on(person)


def receipt_on(person: Person) -> str:
    """The receipt that is on somebody's screen."""
    found = [match for shown in person.screen if (match := RECEIPT.search(shown.text))]
    assert found, [shown.text for shown in person.screen]
    return found[-1].group()


async def _work(told: Told) -> None:
    minh, oanh = told.minh, told.oanh
    await minh.presses("Tôi nhận")
    told.number = next(match.group() for shown in minh.screen if (match := re.search(r"TH-\d\d-\d{4}", shown.text)))
    await minh.presses("Xem đầy đủ")
    await minh.presses("Xem ảnh, tệp")
    await minh.replies(minh.newest, NOTE)
    await minh.says(f"/tin {told.number}")
    await minh.presses("Hỏi người gửi")
    await minh.says(ASK)
    await minh.presses("Gửi")
    await oanh.says(REPLY)
    await oanh.presses("Xong")
    await oanh.says(told.receipt)
    await oanh.presses("Bổ sung")
    await oanh.says(ADDED)
    await minh.says(f"/tin {told.number}")
    await minh.presses("Mở liên hệ")
    await minh.says(REASON)
    await minh.says(f"/tin {told.number}")
    await minh.presses("Đóng tin")
    await minh.presses("Đã xử lý")
    await minh.presses("Có giá trị")
    await minh.says(OUTCOME)
    await minh.presses("Đóng tin")


async def closes(minh: Person, number: str) -> None:
    """The chief takes a tip and deals with it, in the words that are offered."""
    await minh.says(f"/tin {number}")
    await minh.presses("Tôi nhận")
    await minh.presses("Đóng tin")
    await minh.presses("Đã xử lý")
    await minh.presses("Có giá trị")
    await minh.presses("Dùng câu mẫu")
    await minh.presses("Đóng tin")


async def _ask_about_fire(told: Told) -> None:
    await told.oanh.says("/hoi")
    await told.oanh.presses("Hỏi cán bộ")
    await told.oanh.says(QUESTION)
    await told.oanh.presses("Gửi ngay")
    await told.ha.presses("Trả lời")
    await told.ha.says(ANSWER)
    await told.ha.presses("Gửi")


async def _campaign(world: World, told: Told) -> None:
    await told.oanh.says("/dangky")
    await told.oanh.presses("Nhận tin của phường Tây Hồ")
    await told.ha.says("/thongbao")
    await told.ha.says(CAMPAIGN)
    await told.ha.presses("Ngay khi được duyệt")
    await told.ha.presses("Trình duyệt")
    await told.minh.presses("Duyệt")
    await world.passes(timedelta(seconds=10))


def picture(colour: tuple[int, int, int] = (12, 200, 90)) -> bytes:
    """A photo whose bytes are known."""
    out = io.BytesIO()
    Image.effect_noise((96, 64), 60).convert("RGB").point(lambda value: min(255, value + colour[0])).save(out, "JPEG")
    return out.getvalue()


@dataclass
class Passing(World):
    """A world in which some time goes by before everything that is said, so that an equal time means the same turn."""

    inner: World | None = None

    async def take(self, said: Incoming) -> list[tuple[Place, Shown]]:
        """As ever, some seconds later, and not on a full second."""
        assert self.inner is not None
        self.time += timedelta(milliseconds=61_337)
        self.inner.time = self.time
        return await super().take(said)


def passing(world: World) -> Passing:
    """The same world, with time going by."""
    return Passing(world.bot, world.paper, world.clock, time=world.time, inner=world)


def press(key: str, asked: int = 0) -> Press:
    """A button that nobody was shown."""
    return Press(key, asked, press="forged")


async def fill_disk(store: Store) -> None:
    """As if not a page more fitted on the disk: what needs one fails."""
    await store.db.commit([Write("PRAGMA max_page_count = 1")])  # SQLite takes this as: not a page more than now


async def free_disk(store: Store) -> None:
    """As if somebody had cleared it up."""
    await store.db.commit([Write("PRAGMA max_page_count = 4294967294")])


async def make_unwritable(store: Store) -> None:
    """As if the file system had become read-only: every write fails."""
    await store.db.commit([Write("PRAGMA query_only = ON")])


async def make_writable(store: Store) -> None:
    """As if it had been mounted anew. Not by a commit, which is refused."""
    await store.db._on_the_writers_thread(lambda connection: connection.execute("PRAGMA query_only = OFF"))
