"""What wards are called in a sentence, in either language."""

import pytest

from messages.place_names import full_name, series_of, unit_of


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
