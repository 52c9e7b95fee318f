"""A thief of the disk, or of a backup, without the key file: what anybody wrote, or is, stands nowhere on it."""

import re
from pathlib import Path

import pytest

from storage.records import Role
from tests.console.desk import a_desk
from tests.secrecy import disk, story
from tests.world import a_world

REMARK = "Cán bộ tới trễ hơn ba tiếng đồng hồ, kho vắng tanh"
AREA = "Khu tập thể Quảng Khánh"
SOUGHT = "nghiêng ngửa chênh vênh"
PASS = re.compile(r"[0-9a-hjkmnp-tv-z]{16}")
NUMBERS = (f"{story.PIN[0]}", f"{story.PIN[1]}", f"{story.PIN[0]:.5f}", f"{story.PIN[1]:.5f}")


@pytest.fixture(scope="module")
def written() -> list[str]:
    """Everything that must not be found but what only a run knows (receipt, photo)."""
    return [*story.SECRET, *story.PEOPLE, *NUMBERS]


async def test_nothing_that_anybody_wrote_or_is_lies_in_the_open_while_it_runs_nor_after_a_stop(
    tmp_path: Path, written: list[str]
) -> None:
    async with a_world(tmp_path) as world:
        told = await story.tell(world)
        running = disk.stolen(tmp_path / "data", tmp_path / "running")
    stopped = disk.stolen(tmp_path / "data", tmp_path / "stopped")
    secret = [*written, told.receipt, told.receipt.removeprefix("BT-").replace("-", "")]
    assert {"baotin.db", "baotin.db-wal"} <= set(disk.contents(running))
    assert any(name.startswith("media/") for name in disk.contents(stopped))
    for folder in (running, stopped):
        assert disk.found_in(folder, secret) == []
        photo = story.picture()
        middle = photo[len(photo) // 2 :][:48]
        assert not [name for name, raw in disk.contents(folder).items() if middle in raw]
    assert disk.found_in(stopped, [story.CAMPAIGN]), "what is public lies open: the search finds what is there"
    assert disk.found_in(stopped, [told.number])


async def test_remarks_neighbourhoods_and_what_the_console_hears_lie_nowhere_in_the_open(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        console = await desk.officer("thuy", Role.CHIEF)
        minh = await story.enrol(desk.world, story.MINH, Role.CHIEF, name=story.CHIEF_NAME)
        oanh = desk.world.person(story.OANH)
        await story.send_tip(oanh)
        await console.opens("/")
        await console.sends("/search", words=SOUGHT, area=AREA)
        await story.closes(minh, "TH-26-0001")
        await oanh.presses("Chưa hài lòng")
        await oanh.says(REMARK)
        await oanh.presses("Xong")
        await oanh.says("/dangky")
        await oanh.presses("Nhận tin của phường Tây Hồ")
        await oanh.presses("Tổ dân phố, thôn")
        await oanh.says(AREA)
        await minh.says("/maytinh")
        code = next(found.group() for line in minh.newest.text.split() if (found := PASS.fullmatch(line.strip(".:"))))
        running = disk.stolen(tmp_path / "data", tmp_path / "running")
        cookie = dict(console.http.cookies)["console"]
    stopped = disk.stolen(tmp_path / "data", tmp_path / "stopped")
    for folder in (running, stopped):
        assert disk.found_in(folder, [REMARK, AREA, SOUGHT, code, cookie]) == []
        assert not [name for name, raw in disk.contents(folder).items() if console.secret in raw]
        [rating] = [row for row in disk.rows(folder) if row.table == "ratings"]
        assert {name for name, _ in rating.cells} == {"id", "ward", "month", "rating", "words"}
        elsewhere = [row for row in disk.rows(folder) if row.table != "ratings"]
        assert not [row for row in elsewhere if any(value == rating["id"] for _, value in row.cells)]


async def test_the_search_would_find_words_in_every_form(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, form in enumerate(disk.forms(story.NOTE)):
        (folder / "file").write_bytes(b"\x01..." + form + b"...\x02")
        assert disk.found_in(folder, [story.NOTE]), (number, form)
