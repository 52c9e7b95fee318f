"""One person writes without end while others talk: all of it is taken in, danger is answered, nobody else waits."""

from pathlib import Path

from bot.incoming.flood import ANSWERED_A_MINUTE
from tests.journeys.office import an_office
from tests.journeys.steps import tells

BETWEEN = 40
"""Messages of the flood before each of the others begins to tell."""
OTHERS = 20


async def test_a_flood_is_heard_whole_answered_little_and_slows_nobody_down(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        flooder = office.fake.person(666, "Lũ")
        receipts = set()
        for number in range(OTHERS):
            for count in range(BETWEEN):
                flooder.says(f"tin số {number}.{count}")
            if number == OTHERS // 2:
                flooder.says("cứu với, đang cháy nhà")
            receipts.add(await tells(office.fake.person(1_000 + number, "Hoa"), story="hôm qua mất xe đạp"))
        assert len(receipts) == OTHERS
        await office.fake.until_heard()
        await office.settled()
        assert await office.count("heard") == OTHERS * (BETWEEN + 3) + 1, "intake is never muted"
        said = [shown.text for shown in flooder.chat.screen() if shown.is_bots]
        minutes = int(office.clock.monotonic() / 60) + 1
        assert len(said) <= minutes * (ANSWERED_A_MINUTE + 1) + 5
        assert any("Bạn nhắn nhanh quá" in text for text in said)
        assert any("114" in text and "nhanh quá" not in text for text in said), "danger is answered all the same"
