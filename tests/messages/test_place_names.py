"""Wards are found in the words of people who leave out accents, kind and province; and not where none is named."""

import csv
import time
from collections.abc import Collection
from pathlib import Path

import pytest

from messages.meaning.folding import fold
from messages.place_names import NameIndex, UnitName, called, full_name, series_of, unit_of

UNITS = Path(__file__).parents[2] / "storage" / "units"

TAY_HO = "00103"


def real_names() -> list[UnitName]:
    with (UNITS / "provinces.csv").open(encoding="utf-8", newline="") as file:
        provinces = {row["code"]: row["name"] for row in csv.DictReader(file)}
    with (UNITS / "wards.csv").open(encoding="utf-8", newline="") as file:
        return [
            UnitName(row["code"], row["kind"], row["name"], provinces[row["province_code"]])
            for row in csv.DictReader(file)
        ]


NAMES = real_names()
INDEX = NameIndex(NAMES)
BY_CODE = {unit.code: unit for unit in NAMES}


def found(text: str, prefer: Collection[str] = ()) -> list[str]:
    """The wards a text names, as "Tây Hồ, Hà Nội"."""
    return [f"{BY_CODE[code].name}, {BY_CODE[code].province}" for code in INDEX.called(text, prefer)]


@pytest.mark.parametrize(
    ("text", "ward"),
    [
        ("p. tay ho ha noi", "Tây Hồ, Hà Nội"),
        ("phường Tây Hồ", "Tây Hồ, Hà Nội"),
        ("xã Tây Hồ", "Tây Hồ, Đà Nẵng"),
        ("Tay Ho Ward", "Tây Hồ, Hà Nội"),
        ("tây hồ hn", "Tây Hồ, Hà Nội"),
        ("số 12 ngõ 5, tay ho, hanoi", "Tây Hồ, Hà Nội"),
        ("xã thọ xuân thanh hóa", "Thọ Xuân, Thanh Hóa"),
        ("Thọ Xuân, Thanh Hoá", "Thọ Xuân, Thanh Hóa"),
        ("thọ xuấn thanh hoá", "Thọ Xuân, Thanh Hóa"),
        ("phuong hong bang", "Hồng Bàng, Hải Phòng"),
        ("số 5 đường Trần Hưng Đạo, phường Hồng Bàng, Hải Phòng", "Hồng Bàng, Hải Phòng"),
        ("P1 Bảo Lộc", "1 Bảo Lộc, Lâm Đồng"),
        ("phường 1, bảo lộc", "1 Bảo Lộc, Lâm Đồng"),
        ("a luoi 1", "A Lưới 1, Huế"),
        ("f. tan dinh sg", "Tân Định, Hồ Chí Minh"),
        ("thủ dầu một bình dương", "Thủ Dầu Một, Hồ Chí Minh"),
        ("hòa bình hải phòng", "Hòa Bình, Hải Phòng"),
        ("dac khu con dao", "Côn Đảo, Hồ Chí Minh"),
        ("Phu Quoc Special Zone", "Phú Quốc, An Giang"),
        ("Cẩm Giang, Hải Phòng", "Cẩm Giang, Hải Phòng"),
        ("Cẩm Giàng, Hải Phòng", "Cẩm Giàng, Hải Phòng"),
        ("ea h’leo", "Ea H'Leo, Đắk Lắk"),
        ("mĩ tho", "Mỹ Tho, Đồng Tháp"),
        ("gần hồ Xuân Hương, phường Xuân Hương", "Xuân Hương - Đà Lạt, Lâm Đồng"),
        ("hạ long quảng ninh", "Hạ Long, Quảng Ninh"),
        ("xã Đồng Thái, Ninh Bình", "Đồng Thái, Ninh Bình"),
        ("Láng", "Láng, Hà Nội"),
        ("em ở Láng, gần ngã tư", "Láng, Hà Nội"),
        ("phuong lang", "Láng, Hà Nội"),
        ("Sài Gòn, tphcm", "Sài Gòn, Hồ Chí Minh"),
        ("phường bạc liêu", "Bạc Liêu, Cà Mau"),
        ("xã dương minh châu", "Dương Minh Châu, Tây Ninh"),
        ("Bắc Ninh Hòa", "Bắc Ninh Hòa, Khánh Hòa"),
    ],
)
def test_a_ward_is_found_however_it_is_written(text: str, ward: str) -> None:
    assert found(text) == [ward]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\u200b",
        "🔥🔥🔥",
        "ngoài đường",
        "ngoai duong",
        "phường",
        "vào làng",
        "đường Hồ Chí Minh",
        "đường Trần Hưng Đạo",
        "đ. Lê Lợi",
        "phố Huế",
        "thành phố Hồ Chí Minh",
        "Quảng Ninh",
        "Bình Dương",
        "không nhớ",
        "gửi luôn",
        "khu vực này không an toàn, tối nào cũng có thanh niên tụ tập đánh nhau ở đầu ngõ",
    ],
)
def test_no_ward_is_found_where_none_is_named(text: str) -> None:
    assert found(text) == []


def test_a_name_that_many_wards_bear_is_left_to_be_asked() -> None:
    assert len(found("Tân An")) == 10
    assert found("phường tân an") == ["Tân An, Bắc Ninh", "Tân An, Đắk Lắk", "Tân An, Tây Ninh", "Tân An, Cần Thơ"]
    assert found("tân an, tây ninh") == ["Tân An, Tây Ninh"]


def test_without_accents_names_that_fold_alike_are_all_meant() -> None:
    assert found("cam giang, hai phong") == ["Cẩm Giang, Hải Phòng", "Cẩm Giàng, Hải Phòng"]


def test_of_several_the_served_ward_is_taken() -> None:
    assert found("quảng an, tây hồ") == ["Tây Hồ, Hà Nội", "Tây Hồ, Đà Nẵng"]
    assert found("quảng an, tây hồ", {TAY_HO}) == ["Tây Hồ, Hà Nội"]
    assert found("xã tây hồ", {TAY_HO}) == ["Tây Hồ, Đà Nẵng"]
    assert found("tây hồ đà nẵng", {TAY_HO}) == ["Tây Hồ, Đà Nẵng"]


def test_a_served_ward_is_found_in_the_middle_of_a_story() -> None:
    story = "toi qua co hai thanh nien chan xe o gan cho hong bang roi chay ve phia cau"
    assert found(story) == []
    assert found(story, {"11311"}) == ["Hồng Bàng, Hải Phòng"]


def test_a_ward_called_like_a_province_is_meant_when_it_is_served() -> None:
    assert found("ở Sài Gòn") == []
    assert found("ở Sài Gòn", {"26740"}) == ["Sài Gòn, Hồ Chí Minh"]


def test_two_wards_in_one_text_come_in_its_order() -> None:
    assert found("từ phường Tây Hồ đến phường Ba Đình") == ["Tây Hồ, Hà Nội", "Ba Đình, Hà Nội"]


def test_the_longest_name_wins() -> None:
    names = [
        UnitName("1", "xa", "Hồ", "Huế"),
        UnitName("2", "xa", "Tây Hồ", "Huế"),
        UnitName("3", "xa", "Hồ Nam", "Huế"),
    ]
    assert called("xã hồ", names) == ("1",)
    assert called("tây hồ", names) == ("2",)
    assert called("xã tây hồ nam", names) == ("2",)
    assert called("hồ nam", names, prefer={"1"}) == ("3",)


def test_no_list_names_nothing() -> None:
    assert called("phường Tây Hồ, Hà Nội", []) == ()


def test_every_ward_is_found_alone_by_its_full_name_and_province() -> None:
    missed = [
        unit
        for unit in NAMES
        if INDEX.called(f"{full_name(unit.kind, unit.name, language='vi')}, {unit.province}") != (unit.code,)
    ]
    assert missed == []


def test_every_ward_is_among_those_found_without_accents_and_in_english() -> None:
    missed = [
        unit
        for unit in NAMES
        if unit.code
        not in INDEX.called(f"{fold(full_name(unit.kind, unit.name, language='en'))}, {fold(unit.province)}")
    ]
    assert missed == []


def test_a_look_up_among_all_wards_takes_at_most_ten_milliseconds() -> None:
    text = "tối qua lúc 22 giờ ở gần chợ có người phá khóa xe máy, biển số không nhớ rõ. Phường Tây Hồ, Hà Nội. " * 2
    spent = []
    for _ in range(9):
        began = time.perf_counter()
        INDEX.called(text)
        spent.append(time.perf_counter() - began)
    assert sorted(spent)[4] < 0.010


@pytest.mark.parametrize(
    ("kind", "name", "vietnamese", "english"),
    [
        ("phuong", "Tây Hồ", "Phường Tây Hồ", "Tây Hồ Ward"),
        ("xa", "Thọ Xuân", "Xã Thọ Xuân", "Thọ Xuân Commune"),
        ("dac-khu", "Phú Quốc", "Đặc khu Phú Quốc", "Phú Quốc Special Zone"),
        ("phuong", "1 Bảo Lộc", "Phường 1 Bảo Lộc", "Ward 1 Bảo Lộc"),
        ("phuong", "1", "Phường 1", "Ward 1"),
        ("phuong", "Hà Giang 1", "Phường Hà Giang 1", "Hà Giang 1 Ward"),
    ],
)
def test_a_full_name_says_the_kind_in_either_language(kind: str, name: str, vietnamese: str, english: str) -> None:
    assert full_name(kind, name, language="vi") == vietnamese
    assert full_name(kind, name, language="en") == english


def test_the_word_for_a_kind_stands_in_small_letters_within_a_sentence() -> None:
    assert [unit_of(kind) for kind in ("phuong", "xa", "dac-khu")] == ["phường", "xã", "đặc khu"]
    assert [unit_of(kind, "en") for kind in ("phuong", "xa", "dac-khu")] == ["ward", "commune", "special zone"]
    with pytest.raises(KeyError):
        unit_of("quan")


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("Tây Hồ", "TH"), ("Đống Đa", "DD"), ("Láng", "LA"), ("Hà Giang 1", "HG1"), ("1 Bảo Lộc", "1BL"),
        ("Văn Miếu - Quốc Tử Giám", "VMQTG"), ("Ea H'Leo", "EHL"),
    ],
)  # fmt: skip
def test_tip_numbers_open_with_the_ward_s_initials(name: str, series: str) -> None:
    assert series_of(name) == series
