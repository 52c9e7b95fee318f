"""Which ward is meant and which is near, among all 3,321."""

from pathlib import Path

import pytest

from bot.opening import open_store
from bot.settings import read_settings
from bot.wards.book import WardBook, distance_km
from messages.incoming import Point
from storage import wards
from storage.records import Ward, WardCode
from storage.ward_file import shipped_units

TAY_HO = WardCode("00103")
NOTRE_DAME = Point(10.7798, 106.6990)  # in the middle of Ho Chi Minh City


def country(*served: str) -> list[Ward]:
    units = shipped_units()
    provinces = {province.code: province.name for province in units.provinces}
    return [
        Ward(
            WardCode(unit.code),
            unit.name,
            unit.kind,
            provinces[unit.province_code],
            Point(unit.latitude, unit.longitude),
            served=unit.code in served,
        )
        for unit in units.units
    ]


@pytest.fixture(scope="module")
def book() -> WardBook:
    return WardBook(country(TAY_HO))


def test_a_ward_is_found_by_code(book: WardBook) -> None:
    ward = book.ward(TAY_HO)
    assert ward is not None
    assert ward.name == "Tây Hồ"
    assert book.ward(WardCode("99999")) is None


def test_a_ward_is_found_by_what_people_call_it_and_the_served_one_wins(book: WardBook) -> None:
    assert [ward.code for ward in book.called("tay ho")] == [TAY_HO]
    unserved = WardBook(country())
    assert {ward.province for ward in unserved.called("tay ho")} == {"Hà Nội", "Đà Nẵng", "Thanh Hóa"}
    assert [ward.province for ward in unserved.called("Tây Hồ, Đà Nẵng")] == ["Đà Nẵng"]
    assert book.called("troi hom nay dep") == []


def test_a_position_decides_between_places_of_one_name() -> None:
    unserved = WardBook(country())
    for ward in unserved.called("tay ho"):
        assert unserved.called("tay ho", near=ward.point) == [ward]
        assert unserved.named("phường tay ho", near=Point(0, 0)) == unserved.named("phường tay ho")


def test_a_name_that_many_share_gives_as_many_as_a_screen_shows(book: WardBook) -> None:
    names = [ward.name for ward in country()]
    common = max(set(names), key=names.count)
    assert names.count(common) > 8
    assert len(book.called(common)) == 8


def test_the_three_nearest_centres_come_nearest_first(book: WardBook) -> None:
    near = book.nearest(NOTRE_DAME)
    far = [distance_km(NOTRE_DAME, ward.point) for ward in near]
    assert near[0].name in {"Sài Gòn", "Bến Thành"}
    assert far == sorted(far)
    every = sorted(country(), key=lambda ward: distance_km(NOTRE_DAME, ward.point))
    assert [ward.code for ward in near] == [ward.code for ward in every[:3]]


@pytest.mark.parametrize(
    "point",
    [
        Point(0, 0),
        Point(-0.0, 0.0),
        Point(48.85, 2.35),
        Point(13.5, 113.0),  # far out at sea
        Point(float("nan"), 105.8),
        Point(float("inf"), 105.8),
        Point(91, 105.8),
        Point(21, 465.8),
    ],
)
def test_nothing_is_near_a_point_that_is_nowhere_or_abroad(point: Point, book: WardBook) -> None:
    assert book.nearest(point) == []


def test_no_ward_is_near_in_an_empty_book() -> None:
    empty = WardBook([])
    assert (empty.nearest(NOTRE_DAME), empty.called("tay ho"), list(empty.served())) == ([], [], [])


def test_distances_agree_with_what_is_known() -> None:
    hanoi, saigon = Point(21.0285, 105.8542), Point(10.7769, 106.7009)
    assert distance_km(hanoi, saigon) == pytest.approx(1144, abs=6)
    assert distance_km(Point(0, 0), Point(0, 180)) == pytest.approx(20015, abs=1)
    assert distance_km(hanoi, hanoi) == 0


def test_served_wards_stand_in_the_order_in_which_people_look_for_them() -> None:
    names = ["Hà Giang 10", "Đống Đa", "Hà Giang 2", "An Biên", "Ba Đình", "Ẩm Hạ"]
    listed = [
        Ward(WardCode(f"{number:05}"), name, "phuong", "P", NOTRE_DAME, served=True)
        for number, name in enumerate(names)
    ]
    ordered = [ward.name for ward in WardBook(listed).served()]
    assert ordered == ["Ẩm Hạ", "An Biên", "Ba Đình", "Đống Đa", "Hà Giang 2", "Hà Giang 10"]


async def test_what_commands_change_beside_us_is_seen_after_a_refresh(tmp_path: Path) -> None:
    async with open_store(read_settings(_env_file=None, data=tmp_path / "data"), tell=lambda _: None) as store:
        book = await WardBook.read(store)
        assert list(book.served()) == []
        await store.db.commit([wards.enable(TAY_HO, "024 3829 0000")])
        assert list(book.served()) == []
        await book.refresh(store)
        assert [(ward.code, ward.phone) for ward in book.served()] == [(TAY_HO, "024 3829 0000")]
        assert [ward.code for ward in book.called("tay ho")] == [TAY_HO]
