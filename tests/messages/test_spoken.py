"""In which language somebody writes: plain messages are known, names and numbers are left open."""

import pytest

from messages.language import Language
from messages.meaning.spoken import script_of, written_in


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("nhà em cháy rồi", "vi"),
        ("chay can bep roi", "vi"),
        ("xe may bi mat hom qua", "vi"),
        ("ai đó đang đánh nhau at the lake", "vi"),
        ("a man is following women at Tây Hồ lake", "en"),
        ("people sell drugs at number 5, Tay Ho ward", "en"),
        ("there is smoke", "en"),
        ("着火了", "en"),
        ("불이야", "en"),
        ("52 To Ngoc Van", None),
        ("Tây Hồ", None),
        ("phường cầu giấy", None),
        ("Phường Cầu Giấy, Hà Nội", None),
        ("ngõ 12 Cầu Giấy có trộm", "vi"),
        ("CHÁY RỒI", "vi"),
        ("gui", None),
        ("ok", None),
        ("29C 12345", None),
        ("", None),
        ("\x1f\u200b", None),
    ],
)
def test_the_language_of_a_message(words: str, language: Language | None) -> None:
    assert written_in(words) == language


def test_kana_tell_japanese_from_chinese() -> None:
    assert [script_of(words) for words in ("火事です", "着火了", "불이야", "cháy rồi", "")] == [
        "japanese",
        "chinese",
        "korean",
        None,
        None,
    ]
