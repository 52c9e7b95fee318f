"""From the rows alone, without the key: which tip is whose, and which tips are one person's, cannot be joined.

Rows are joined by an equal value in any two columns of any two tables: an id, a hash, a time to the millisecond. What
officers do is known to be theirs, so their ids and chats are left out.
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from messages.incoming import Membership
from storage import reporters, tips
from storage.records import Role, TipId
from storage.store import DAY, chat_of
from tests.secrecy import disk, story
from tests.secrecy.disk import Cell, Row
from tests.world import Person, World, a_world

FIRST_TIME = 1_000_000_000_000
"""From here on a number is a time; smaller ones are versions and counts."""
SHORTEST = 8
"""Shorter texts are codes and words of ours: a ward, a status, a role."""
OF_REPORTERS = frozenset({"reporters", "sessions", "subscriptions"})


class Joined:
    """Which rows share a value, directly or by way of other rows."""

    def __init__(self, rows: Iterable[Row], *, known: frozenset[Cell]) -> None:
        self._above: dict[object, object] = {}
        for row in rows:
            for _, value in row.cells:
                if _tells(value) and value not in known:
                    self._union((row.table, row.number), value)

    def _top(self, one: object) -> object:
        while (above := self._above.setdefault(one, one)) != one:
            one = above
        return one

    def _union(self, one: object, other: object) -> None:
        self._above[self._top(one)] = self._top(other)

    def are(self, one: Row, other: Row) -> bool:
        """Whether two rows are joined."""
        return self._top((one.table, one.number)) == self._top((other.table, other.number))


def _tells(value: Cell) -> bool:
    if isinstance(value, int):
        return value >= FIRST_TIME
    return isinstance(value, str | bytes) and len(value) >= SHORTEST


def officers_own(rows: Iterable[Row]) -> frozenset[Cell]:
    """Ids and chats of officers, and what is public."""
    known: set[Cell] = {"reporter", "TH-26-"}
    for row in rows:
        if row.table in {"officers", "wards", "provinces", "installation", "groups"}:
            known |= {value for _, value in row.cells}
        if row.table in {"cards", "anchors"}:
            known.add(row["chat"])
        if row.table == "tips":
            known |= {row[name] for name in ("designation", "status", "urgency", "reach", "outcome")}
        if row.table in {"events", "log", "entries"}:
            known |= {row[name] for name in ("what", "kind", "detail") if name in dict(row.cells)}
    return frozenset(known)


async def of_whom(world: World) -> dict[TipId, str]:
    """Each tip's reporter, which only the key tells."""
    found = await world.store.db.fetch_all("SELECT id FROM tips")
    links = {TipId(row["id"]): await tips.link_of(world.store, TipId(row["id"])) for row in found}
    return {tip: link.reporter for tip, link in links.items() if link is not None}


def assert_nothing_joins(rows: list[Row], whose: dict[TipId, str], *, chats: dict[str, bytes]) -> None:
    """No tip with its reporter's rows, their lines or their other tips."""
    joined = Joined(rows, known=officers_own(rows))
    filed = {TipId(str(row["id"])): row for row in rows if row.table == "tips"}
    theirs: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for person, chat in chats.items():
            if any(value in {person, chat} for _, value in row.cells):
                theirs[person].append(row)
    for tip, person in whose.items():
        for row in theirs[person]:
            assert not joined.are(filed[tip], row), f"tip {tip} is joined to {row}"
        for other, owner in whose.items():
            if owner == person and other != tip:
                assert not joined.are(filed[tip], filed[other]), f"tips {tip} and {other} are one person's"


async def asks_about_everything(minh: Person) -> None:
    """The chief claims every tip that is on their screen and asks its reporter something."""
    for number in ("0001", "0002", "0003", "0004", "0005"):
        await minh.says(f"/tin TH-26-{number}")
        await minh.presses("Tôi nhận")
        await minh.presses("Hỏi người gửi")
        await minh.says(f"{story.ASK}, {number}")
        await minh.presses("Gửi")


async def test_no_equal_value_joins_a_tip_to_its_reporter_or_to_their_other_tips(tmp_path: Path) -> None:
    async with a_world(tmp_path) as still:
        world = story.passing(still)
        minh = await story.enrol(world, story.MINH, Role.CHIEF, name=story.CHIEF_NAME)
        oanh, quang, hoa = world.person(story.OANH), world.person(story.QUANG), world.person("hoakkk5553")
        for person, words in ((oanh, "một"), (quang, "hai"), (hoa, "ba"), (oanh, "bốn"), (hoa, "năm")):
            await story.send_tip(person, f"{story.STORY} {words}")
            await person.presses("Không nêu tên, cứ hỏi ở đây")
            await person.presses("Xong")
        await oanh.says("/dangky")
        await oanh.presses("Nhận tin của phường Tây Hồ")
        await quang.says(story.UNSENT)
        whose = await of_whom(world)
        assert sorted(map(list(whose.values()).count, set(whose.values()))) == [1, 2, 2]
        chats = await chats_of(world, oanh, quang, hoa)

        async def assert_all_apart(when: str) -> None:
            rows = disk.rows(disk.stolen(tmp_path / "data", tmp_path / when))
            assert_nothing_joins(rows, whose, chats=chats)
            assert_times_are_coarse(rows, unsent=1)

        await assert_all_apart("filed")
        world.paper.away |= {oanh.place, hoa.place}
        await asks_about_everything(minh)
        await assert_all_apart("asked while away")
        world.paper.away.clear()
        await oanh.sends(Membership("blocked"))
        await assert_all_apart("blocked")
        await oanh.sends(Membership("returned"))
        await assert_all_apart("returned")
        await hoa.says("/xoa")
        await hoa.presses("Xóa thông tin của tôi")
        await hoa.presses("Xóa ngay")
        await assert_all_apart("forgotten")


async def chats_of(world: World, *people: Person) -> dict[str, bytes]:
    """Reporters' ids, and the hash of their chat, which orders their lines."""
    found: dict[str, bytes] = {}
    for person in people:
        reporter = await reporters.of(world.store, person.by)
        assert reporter is not None
        found[reporter.id] = chat_of(world.store.seal, person.place)
    return found


def assert_times_are_coarse(rows: list[Row], *, unsent: int) -> None:
    """What is kept about a person tells the day and no more, but the reminder of what has not been sent yet."""
    exact = [
        (row.table, name)
        for row in rows
        if row.table in OF_REPORTERS or (row.table == "lines" and row["state"] in {"away", "dead"})
        for name, value in row.cells
        if isinstance(value, int) and value >= FIRST_TIME and value % DAY
    ]
    assert exact == [("sessions", "remind_at")] * unsent


def test_the_search_for_joins_finds_one() -> None:
    tip = Row("tips", 0, (("id", "0123456789"), ("filed_at", FIRST_TIME + 7)))
    key = Row("keys", 0, (("owner", "0123456789"),))
    line = Row("lines", 0, (("owed_at", FIRST_TIME + 7), ("chat", b"0123456789")))
    person = Row("sessions", 0, (("found_by", b"0123456789"),))
    other = Row("sessions", 1, (("found_by", b"9876543210"),))
    joined = Joined([tip, key, line, person, other], known=frozenset())
    assert joined.are(tip, person)
    assert not joined.are(tip, other)


async def test_a_rating_a_remark_and_a_reopening_join_a_tip_to_nobody(tmp_path: Path) -> None:
    async with a_world(tmp_path) as still:
        world = story.passing(still)
        minh = await story.enrol(world, story.MINH, Role.CHIEF, name=story.CHIEF_NAME)
        oanh, quang = world.person(story.OANH), world.person(story.QUANG)
        for number, person in enumerate((oanh, quang, oanh), 1):
            await story.send_tip(person, f"{story.STORY} {number}")
            await person.presses("Không nêu tên, cứ hỏi ở đây")
            await person.presses("Xong")
            await story.closes(minh, f"TH-26-000{number}")
            await person.presses("Hài lòng")
            await person.says("Cảm ơn các cán bộ")
        await oanh.presses("Xong")
        await oanh.presses("Chưa xong, mở lại tin")
        await oanh.says("Vẫn còn như cũ")
        await oanh.says("/dangky")
        await oanh.presses("Nhận tin của phường Tây Hồ")
        await oanh.presses("Tổ dân phố, thôn")
        await oanh.says("tổ 3")
        rows = disk.rows(disk.stolen(tmp_path / "data", tmp_path / "stolen"))
        whose = await of_whom(world)
        assert len(whose) == 3
        assert_nothing_joins(rows, whose, chats=await chats_of(world, oanh, quang))
        assert_times_are_coarse(rows, unsent=0)
        ratings = [row for row in rows if row.table == "ratings"]
        joined = Joined(rows, known=officers_own(rows))
        assert len(ratings) == 3
        assert not [(one, row) for one in ratings for row in rows if row is not one and joined.are(one, row)]


async def test_two_questions_to_one_person_leave_nothing_alike(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        minh, oanh = await story.enrol(world, story.MINH, Role.CHIEF, name=story.CHIEF_NAME), world.person(story.OANH)
        for number in ("0001", "0002"):
            await story.send_tip(oanh)
            await oanh.presses("Không nêu tên, cứ hỏi ở đây")
            await oanh.presses("Xong")
            await minh.says(f"/tin TH-26-{number}")
            await minh.presses("Tôi nhận")
            await minh.presses("Hỏi người gửi")
            await minh.says(story.ASK)
            await minh.presses("Gửi")
        shown = [row for row in disk.rows(disk.stolen(tmp_path / "data", tmp_path / "stolen")) if row.table == "albums"]
        assert len(shown) >= 2
        for name in ("chat", "album"):
            assert len({row[name] for row in shown}) == len(shown)


async def test_that_an_officer_also_writes_as_a_resident_shows_in_no_row(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        minh = await story.enrol(world, story.MINH, Role.CHIEF, name=story.CHIEF_NAME)
        await minh.says("/canbo")
        await minh.says("/dangky")
        rows = disk.rows(disk.stolen(tmp_path / "data", tmp_path / "stolen"))
        of_officers = {value for row in rows if row.table == "officers" for _, value in row.cells if _tells(value)}
        as_residents = {value for row in rows if row.table in OF_REPORTERS for _, value in row.cells if _tells(value)}
        assert of_officers
        assert as_residents
        assert not of_officers & as_residents
