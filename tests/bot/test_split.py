"""Texts too long for one message: parts fit, lose nothing, and break where a reader would."""

from hypothesis import given
from hypothesis import strategies as st

from bot.outgoing.render import cut, split, units

VIETNAMESE = st.text("aăâđêôơư ềễệỗợữ\n😀🇻🇳\u0301\u0323é.", max_size=300)


@given(VIETNAMESE, st.integers(8, 60))
def test_parts_fit_lose_nothing_and_are_never_empty(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert parts == [""] or all(parts)


@given(VIETNAMESE, st.integers(8, 60))
def test_a_cut_text_fits_and_begins_like_the_whole(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert units(short) <= limit
    assert short == text or text.startswith(short[:-1])


def test_a_long_text_breaks_between_lines_else_words_else_letters() -> None:
    assert split("Dòng một dài\nDòng hai dài", 20) == ["Dòng một dài", "Dòng hai dài"]
    assert split("Công an phường Tây Hồ", 12) == ["Công an", "phường Tây", "Hồ"]
    assert split("A" * 25, 10) == ["A" * 10, "A" * 10, "A" * 5]


def test_an_emoji_of_two_units_is_not_halved_and_an_accent_stays_on_its_letter() -> None:
    assert split("😀" * 5, 5) == ["😀😀", "😀😀", "😀"]
    assert split("aaaae\u0301b", 5) == ["aaaa", "e\u0301b"]
