"""Campaigns under trouble: written by one officer, approved by another, and counted at those who want them."""

import sqlite3
from collections import Counter
from collections.abc import Iterator

from tests.bot_api_fake.people import Person
from tests.bot_api_fake.server import BotApiFake
from tests.chaos.people import PATIENCE, STUCK

READERS = 8
FIRST_READER = 400_001


class Broadcasts:
    """The people around one ward's campaigns, and what they announced."""

    def __init__(self, fake: BotApiFake, writer: Person, chief: Person, *, ward: str) -> None:
        self._writer = writer
        self._chief = chief
        self._ward = ward
        self._readers = [fake.person(number, f"Hoa {number}") for number in range(FIRST_READER, FIRST_READER + READERS)]
        self._announced: list[str] = []
        self.stuck: list[str] = []

    async def begin(self) -> None:
        """Everybody subscribes, in good weather."""
        for reader in self._readers:
            reader.says("/dangky")
        for reader in self._readers:
            await reader.chat.waits_for("Nhận tin cảnh báo", within=PATIENCE)
            reader.says(f"phường {self._ward}")
        for reader in self._readers:
            await reader.chat.waits_for("Đã đăng ký nhận tin", within=PATIENCE)

    async def announce(self) -> None:
        """One campaign, from its first word to its approval."""
        words = f"Cảnh báo số {len(self._announced) + 1}: kẻ gian giả danh công an gọi điện đòi chuyển tiền."
        self._announced.append(words)
        try:
            await self._hand_in(words)
            await self._chief.chat.waits_for(words, within=PATIENCE, after=0)
            self._chief.presses("Duyệt")
            await self._chief.chat.waits_for("Đã duyệt", within=PATIENCE)
        except STUCK as error:
            self.stuck.append(str(error)[:300])

    async def _hand_in(self, words: str) -> None:
        writer = self._writer
        writer.says("/thongbao")
        await writer.chat.waits_for("Viết nội dung thông báo", within=PATIENCE)
        writer.says(words)
        await writer.chat.waits_for("Gửi lúc nào?", within=PATIENCE)
        writer.presses("Ngay khi được duyệt")
        await writer.chat.waits_for("Người dân sẽ nhận:", within=PATIENCE)
        writer.presses("Trình duyệt")
        await writer.chat.waits_for("Đã trình", within=PATIENCE)

    def received_twice(self) -> Iterator[str]:
        """A campaign is never said twice, not even in doubt."""
        for words in self._announced:
            for reader, count in self._received(words).items():
                if count > 1:
                    yield f"{words[:12]} reached {reader} {count} times"

    def missed(self, opened: sqlite3.Connection) -> Iterator[str]:
        """Who did not get it is among those of whom the campaign says that it is not known."""
        unknown = {row["words"]: row["unknown"] for row in opened.execute("SELECT words, unknown FROM campaigns")}
        for words in self._announced:
            missing = READERS - len(self._received(words))
            if words in unknown and missing > unknown[words]:
                yield f"{words[:12]} did not reach {missing}, and {unknown[words]} are unknown"

    def _received(self, words: str) -> Counter[int]:
        return Counter(
            reader.number
            for reader in self._readers
            for message in reader.chat.messages.values()
            if message.is_bots and words in message.text
        )
