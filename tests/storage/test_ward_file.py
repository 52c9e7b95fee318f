"""The list of wards: the packaged one is the whole country, and a wrong one is refused by line and column."""

from collections import Counter
from pathlib import Path

import pytest

from storage.ward_file import BadWardFile, Unit, read_ward_file, shipped_provinces, shipped_units

SHIPPED = Path(__file__).parents[2] / "storage" / "units" / "wards.csv"
HEADER = "code,name,kind,province_code,latitude,longitude"
TAY_HO = "00103,Tây Hồ,phuong,01,21.06710,105.81600"


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "wards.csv"


def test_the_packaged_list_has_every_unit_of_the_country() -> None:
    shipped = shipped_units()
    assert Counter(unit.kind for unit in shipped.units) == {"xa": 2621, "phuong": 687, "dac-khu": 13}
    assert len({unit.code for unit in shipped.units}) == 3321
    assert {unit.province_code for unit in shipped.units} == {province.code for province in shipped.provinces}


def test_nine_of_thirty_four_provinces_are_cities() -> None:
    provinces = shipped_provinces()
    assert len(provinces) == 34
    assert {province.name for province in provinces if province.kind == "thanh-pho"} == {
        "Hà Nội", "Hải Phòng", "Huế", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ", "Quảng Ninh", "Bắc Ninh", "Đồng Nai",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "kind", "name", "province"),
    [
        ("00103", "phuong", "Tây Hồ", "01"),
        ("11311", "phuong", "Hồng Bàng", "31"),
        ("15499", "xa", "Thọ Xuân", "38"),
        ("31078", "dac-khu", "Phú Quốc", "91"),
        ("11848", "xa", "Vĩnh Hòa", "31"),
        ("31213", "phuong", "Tân Lộc", "92"),
        ("22736", "dac-khu", "Trường Sa", "56"),
    ],
)
def test_a_packaged_unit_is_what_its_official_name_says(code: str, kind: str, name: str, province: str) -> None:
    [unit] = [unit for unit in shipped_units().units if unit.code == code]
    assert (unit.kind, unit.name, unit.province_code) == (kind, name, province)


def test_tay_ho_s_centre_lies_between_the_lake_and_the_red_river() -> None:
    [tay_ho] = [unit for unit in shipped_units().units if unit.code == "00103"]
    assert 21.04 < tay_ho.latitude < 21.10
    assert 105.79 < tay_ho.longitude < 105.85


def test_the_packaged_file_can_be_imported_as_it_is() -> None:
    assert read_ward_file(SHIPPED) == shipped_units()


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{HEADER}\r\n{TAY_HO}\r\n",
        f"{HEADER}\r{TAY_HO}\r",
        f"{HEADER}\n\n{TAY_HO}\n,,,,,\n",
        f"{HEADER}\n{TAY_HO}".replace(",", "\t"),
        f"{HEADER}\n{TAY_HO}".replace(",", ";").replace(".", ","),
        f'{HEADER}\n"00103"," Tây Hồ ","phuong","01","21.0671","105.816"',
        "name,longitude,latitude,code,kind,province_code\nTây Hồ,105.816,21.0671,00103,phuong,01",
        f"{HEADER}\n{TAY_HO}".replace("Tây Hồ", "Ta\u0302y Ho\u0302\u0300"),
    ],
    ids=[
        "mark and CRLF", "CR", "blank lines", "tabs", "semicolons and decimal commas", "quotes",
        "order", "letters apart",
    ],
)  # fmt: skip
def test_a_list_reads_alike_however_a_spreadsheet_saved_it(written: Path, content: str) -> None:
    written.write_bytes(content.encode())
    assert read_ward_file(written).units == (
        Unit(code="00103", name="Tây Hồ", kind="phuong", province_code="01", latitude=21.0671, longitude=105.816),
    )


def test_neighbourhoods_are_read_where_the_column_stands(written: Path) -> None:
    written.write_text(
        f"{HEADER},neighbourhoods\n{TAY_HO},Tổ dân phố 1; Tổ dân phố 2;;Tổ dân phố 1\n"
        "15499,Thọ Xuân,xa,38,19.9338,105.5190,\n",
        encoding="utf-8",
    )
    tay_ho, tho_xuan = read_ward_file(written).units
    assert tay_ho.neighbourhoods == ("Tổ dân phố 1", "Tổ dân phố 2")
    assert tho_xuan.neighbourhoods == ()


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("103,Tây Hồ,phuong,01,21.0671,105.816", "code"),
        ("00103,  ,phuong,01,21.0671,105.816", "name"),
        ("00103,Phường Tây Hồ,phuong,01,21.0671,105.816", "name"),
        (f"00103,{'a' * 101},phuong,01,21.0671,105.816", "name"),
        ("00103,Tây Hồ,Phường,01,21.0671,105.816", "kind"),
        ("00103,Tây Hồ,phuong,1,21.0671,105.816", "province_code"),
        ("00103,Tây Hồ,phuong,99,21.0671,105.816", "province_code"),
        ("00103,Tây Hồ,phuong,01,105.816,21.0671", "latitude"),
        ("00103,Tây Hồ,phuong,01,nan,105.816", "latitude"),
        ("00103,Tây Hồ,phuong,01,21.0671,0", "longitude"),
        ("00103,Tây Hồ,phuong,01,21.0671,east", "longitude"),
        ("15499,Tây Hồ,phuong,01,21.0671,105.816", "code"),
        ("00103,Tây Hồ,phuong,01,21.0671", ""),
        ("00103,Tây Hồ,phuong,01,21.0671,105.816,x", ""),
    ],
)
def test_a_wrong_row_is_refused_by_line_and_column(written: Path, row: str, field: str) -> None:
    written.write_text(f"{HEADER}\n15499,Thọ Xuân,xa,38,19.9338,105.5190\n{row}\n", encoding="utf-8")
    with pytest.raises(BadWardFile, match=r"^line 3") as refused:
        read_ward_file(written)
    assert (refused.value.line, refused.value.field) == (3, field)
    assert (f"column {field}" in str(refused.value)) == bool(field)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("code,name,kind,province_code,latitude", "longitude"),
        (f"{HEADER},neighborhoods", "neighborhoods"),
        (f"{HEADER},name", "name"),
        (f"{HEADER},", "(without a name)"),
        ("", "code"),
    ],
)
def test_a_wrong_heading_is_refused_before_any_row(written: Path, heading: str, field: str) -> None:
    written.write_text(f"{heading}\n{TAY_HO}\n", encoding="utf-8")
    with pytest.raises(BadWardFile) as refused:
        read_ward_file(written)
    assert (refused.value.line, refused.value.field) == (1, field)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (HEADER.encode(), 2),
        (f"{HEADER}\n{TAY_HO}\n".encode("utf-16"), 1),
        (HEADER.encode() + b"\n00103,T\xe2y H\xf4,phuong,01,21.0671,105.816\n", 2),
        (f'{HEADER}\n00103,"Tây Hồ,phuong,01,21.0671,105.816\n'.encode(), 2),
        (b"\x00\x01\x02", 1),
    ],
    ids=["empty", "heading only", "UTF-16", "Latin 1", "open quote", "binary"],
)
def test_what_is_no_such_list_is_refused_and_never_half_read(written: Path, content: bytes, line: int) -> None:
    written.write_bytes(content)
    with pytest.raises(BadWardFile) as refused:
        read_ward_file(written)
    assert refused.value.line == line


def test_a_file_that_is_not_there_stays_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_ward_file(tmp_path / "none.csv")
