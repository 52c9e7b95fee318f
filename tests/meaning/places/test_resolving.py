"""Wards are found in the words of people who leave out accents, kind and province; and not where none is named."""

import csv
from collections.abc import Collection
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.meaning.folding import fold
from messages.meaning.places.gazetteer import UnitName
from messages.meaning.places.spelling import key
from messages.place_names import full_name
from storage.ward_file import shipped_names
from tests.meaning.places.score import places

TAY_HO, CAU_GIAY, HONG_BANG, SAI_GON = "00103", "00166", "11311", "26740"
UNITS = {name[0]: UnitName(*name) for name in shipped_names()}
KINDS = {
    "phuong": "phường", "xa": "xã", "thi-tran": "thị trấn",
    "quan": "quận", "huyen": "huyện", "thi-xa": "thị xã", "thanh-pho": "thành phố",
}  # fmt: skip


def table(name: str) -> list[dict[str, str]]:
    text = files("messages.meaning.places").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def found(text: str, province: str = "", *, served: Collection[str] = (), home: str = "") -> list[str]:
    """The wards a text may mean, as "Tây Hồ, Hà Nội"."""
    wards = places().resolve(text, province or None, served=served, home=home or None).wards
    return [f"{UNITS[code].name}, {UNITS[code].province}" for code in wards]


@pytest.mark.parametrize(
    ("text", "ward"),
    [
        ("p. tay ho ha noi", "Tây Hồ, Hà Nội"),
        ("phường Tây Hồ", "Tây Hồ, Hà Nội"),
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
    ("text", "wards"),
    [
        ("phường Quảng An, quận Tây Hồ", ["Tây Hồ, Hà Nội", "Hồng Hà, Hà Nội"]),
        ("nhà chú em ở tổ 5 p quảng an cũ", ["Tây Hồ, Hà Nội", "Hồng Hà, Hà Nội"]),
        ("p bến nghé q1", ["Sài Gòn, Hồ Chí Minh"]),
        ("P.12 Bình Thạnh", ["Bình Thạnh, Hồ Chí Minh"]),
        ("p4q8 tphcm", ["Chánh Hưng, Hồ Chí Minh"]),
        ("tt tho xuan cu", ["Thọ Xuân, Thanh Hóa"]),
        ("phường Niệm Nghĩa cũ, Lê Chân", ["An Biên, Hải Phòng"]),
        ("phường 1 đà lạt", ["Xuân Hương - Đà Lạt, Lâm Đồng"]),
        ("thaodien", ["An Khánh, Hồ Chí Minh"]),
        ("phuowfng thaor ddieenf", ["An Khánh, Hồ Chí Minh"]),
        ("p bến ngé q1", ["Sài Gòn, Hồ Chí Minh"]),
        ("minh khai hbt hn", ["Tương Mai, Hà Nội", "Bạch Mai, Hà Nội"]),
        ("huyện Vân Đồn", ["Vân Đồn, Quảng Ninh"]),
        ("quảng an, nay là phường Tây Hồ", ["Tây Hồ, Hà Nội"]),
    ],
)
def test_a_former_name_gives_every_ward_that_it_became(text: str, wards: list[str]) -> None:
    assert found(text) == wards


def test_a_former_district_gives_all_its_wards_but_its_bare_name_the_ward_of_today() -> None:
    assert found("hoàn kiếm") == ["Hoàn Kiếm, Hà Nội"]
    assert {"Hoàn Kiếm, Hà Nội", "Cửa Nam, Hà Nội"} <= set(found("quận hoàn kiếm"))
    assert found("ở Đông Anh") == ["Đông Anh, Hà Nội"]
    assert len(found("huyện Đông Anh")) > 4


def test_who_names_the_former_district_speaks_of_the_former_ward() -> None:
    assert found("phường Vĩnh Tuy, Hà Nội") == ["Vĩnh Tuy, Hà Nội"]
    assert found("phường Vĩnh Tuy, quận Hai Bà Trưng") == ["Vĩnh Tuy, Hà Nội", "Vĩnh Hưng, Hà Nội"]


def test_the_province_known_decides_between_namesakes_and_the_one_said_comes_first() -> None:
    assert len(found("An Khánh")) > 3
    assert found("An Khánh", "Hà Nội") == ["An Khánh, Hà Nội"]
    assert found("phường An Khánh", "tphcm") == ["An Khánh, Hồ Chí Minh"]
    assert found("An Khánh, Thái Nguyên", "Hà Nội") == ["An Khánh, Thái Nguyên"]
    assert found("phường Quang Trung", "Nam Định") == ["Nam Định, Ninh Bình"]


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
        "chúc cả nhà bình an",
        "phường mình hay mất trộm",
        "xã em dạo này yên bình",
        "số 12 phố Huế",
        "12 Lê Lợi",
        "thôn Hòa Bình",
        "anh Minh Khai hàng xóm",
        "mẹ con đứng ngoài ban công kêu cứu",
        "ke tu xa toi 15p nua",
        "khu vực này không an toàn, tối nào cũng có thanh niên tụ tập đánh nhau ở đầu ngõ",
    ],
)
def test_no_ward_is_found_where_none_is_named(text: str) -> None:
    assert found(text) == []


def test_a_name_that_many_wards_bear_is_left_to_be_asked() -> None:
    assert len(found("Tân An")) >= 10
    assert found("tân an, tây ninh") == ["Tân An, Tây Ninh"]
    assert found("xã tây hồ") == ["Tây Hồ, Đà Nẵng", "Thọ Long, Thanh Hóa"]


def test_without_accents_names_that_fold_alike_are_all_meant() -> None:
    assert found("cam giang, hai phong") == ["Cẩm Giang, Hải Phòng", "Cẩm Giàng, Hải Phòng"]


def test_of_namesakes_the_served_one_is_taken_but_a_split_ward_is_asked_all_the_same() -> None:
    assert found("tây hồ", served={TAY_HO}) == ["Tây Hồ, Hà Nội"]
    assert found("tây hồ đà nẵng", served={TAY_HO}) == ["Tây Hồ, Đà Nẵng"]
    assert found("quảng an", served={TAY_HO}) == ["Tây Hồ, Hà Nội", "Hồng Hà, Hà Nội"]
    assert found("tây hồ", home=TAY_HO) == ["Tây Hồ, Hà Nội"]


def test_a_served_ward_is_found_in_the_middle_of_a_story() -> None:
    story = "toi qua co hai thanh nien chan xe o gan cho hong bang roi chay ve phia cau"
    assert found(story) == []
    assert found(story, served={HONG_BANG}) == ["Hồng Bàng, Hải Phòng"]


def test_a_bare_name_in_a_story_is_not_marked_as_a_place() -> None:
    assert not places().resolve("kẹt xe kinh khủng ở cầu giấy sáng nay").marked
    assert places().resolve("kẹt xe ở phường cầu giấy").marked


def test_a_lane_of_a_street_called_like_the_served_ward_is_taken_to_lie_there() -> None:
    assert found("ngõ 12 Cầu Giấy", served={CAU_GIAY}) == ["Cầu Giấy, Hà Nội"]
    assert found("ngõ 12 Cầu Giấy", served={TAY_HO}) == []


def test_a_ward_called_like_a_province_is_meant_when_it_is_served() -> None:
    assert found("ở Sài Gòn") == []
    assert found("ở Sài Gòn", served={SAI_GON}) == ["Sài Gòn, Hồ Chí Minh"]


def test_two_wards_in_one_text_come_in_its_order() -> None:
    assert found("từ phường Tây Hồ đến phường Ba Đình") == ["Tây Hồ, Hà Nội", "Ba Đình, Hà Nội"]


def test_every_ward_is_found_alone_by_its_full_name_and_province() -> None:
    missed = [
        unit
        for unit in UNITS.values()
        if places().resolve(f"{full_name(unit.kind, unit.name, language='vi')}, {unit.province}").wards != (unit.code,)
    ]
    assert missed == []


def test_every_ward_is_among_those_found_without_accents_and_in_english() -> None:
    missed = [
        unit
        for unit in UNITS.values()
        if unit.code
        not in places().resolve(f"{fold(full_name(unit.kind, unit.name, language='en'))}, {fold(unit.province)}").wards
    ]
    assert missed == []


def test_a_former_address_gives_just_what_the_table_says() -> None:
    districts = {row["code"]: row for row in table("districts.csv")}
    provinces = {row["code"]: row["name"] for row in table("provinces.csv")}
    missed = []
    for row in table("wards.csv")[::5]:
        district = districts[row["district"]]
        kinds = KINDS[row["kind"]], KINDS[district["kind"]]
        text = f"{kinds[0]} {row['name']}, {kinds[1]} {district['name']}, {provinces[district['province']]}"
        if set(places().resolve(text).wards) != set(row["now"].split()):
            missed.append(text)
    assert missed == []


def test_the_tables_keys_are_their_names_and_their_successors_exist() -> None:
    for name, count in (("provinces.csv", 63), ("districts.csv", 696), ("wards.csv", 10035)):
        rows = table(name)
        assert len(rows) == count
        assert [row["name"] for row in rows if row["key"] != key(row["name"])] == []
        assert not {code for row in rows for code in row.get("now", "").split()} - set(UNITS)
    assert all(row["now"] for row in table("wards.csv"))


def test_an_empty_list_of_wards_names_nothing() -> None:
    from messages.meaning.places.resolving import Places

    assert Places([]).resolve("phường Tây Hồ, Hà Nội").wards == ()


@given(st.text(max_size=60))
def test_nothing_that_is_written_raises(text: str) -> None:
    places().resolve(text)
    places().resolve(f"phường {text} quận 1", text)


@pytest.mark.parametrize(
    "text", ["phường " * 2000, "🔥" * 10_000, "a" * 10_000, "12 " * 3000, "x." * 4000, "日本 東京"]
)
def test_nothing_long_or_strange_raises(text: str) -> None:
    assert places().resolve(text).wards == ()
