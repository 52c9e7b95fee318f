"""A neighbourhood is found however it was written, and a house number is none."""

import pytest

from messages.meaning.neighbourhoods import names_neighbourhood


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("đốt rác ở tổ 5, ngõ 12", "5"),
        ("TDP số 05 phường Tây Hồ", "tổ 5"),
        ("Tổ dân phố 5", "tdp 5"),
        ("khu phố 12 có tụ tập", "kp12"),
        ("thôn An Phú, gần đình", "An Phú"),
    ],
)
def test_a_neighbourhood_is_found(words: str, wanted: str) -> None:
    assert names_neighbourhood(words, wanted)


@pytest.mark.parametrize(("words", "wanted"), [("số nhà 5 ngõ 12", "5"), ("tổ 15", "tổ 5"), ("An Phúc", "An Phú")])
def test_a_house_or_another_number_is_none(words: str, wanted: str) -> None:
    assert not names_neighbourhood(words, wanted)
