"""A warning is given where somebody names themselves, and not where they name whoever did it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.meaning.identity import traits

OWN = [
    ("tôi là Nguyễn Văn Nam, hàng xóm nhà đó", "name"),
    ("Tên tôi là Hương ạ", "name"),
    ("em tên Linh, em thấy có người trộm xe", "name"),
    ("minh la tran thi hoa o to 5", "name"),
    ("My name is John", "name"),
    ("số điện thoại của tôi là 0912.345.678", "phone"),
    ("sdt em 0912345678", "phone"),
    ("gọi lại cho tôi theo số 091 234 5678 nhé", "phone"),
    ("liên hệ tôi qua số +84 912 345 678", "phone"),
    ("0912345678 là số của tôi", "phone"),
    ("call me at 0912345678", "phone"),
    ("CCCD của tôi là 001099012345", "identity-number"),
    ("tôi có căn cước số 001 099 012 345", "identity-number"),
    ("nhà tôi ở số 12 ngõ 52 Tô Ngọc Vân", "address"),
    ("tôi ở số 12 ngõ 5, nhìn sang thấy họ đánh bạc", "address"),
    ("em ở phòng 302 ngay bên cạnh", "address"),
    ("địa chỉ của tôi: ngõ 52", "address"),
    ("I live at 12 To Ngoc Van", "address"),
]
OTHERS = [
    "số 0912345678 gọi cho tôi xưng là công an, bắt chuyển tiền",
    "nó gọi cho tôi bằng số 0912345678",
    "có người tên Nguyễn Văn Nam bán ma túy",
    "thằng Hùng ở số 12 ngõ 5 đánh bạc hằng đêm",
    "tôi là hàng xóm, nghe tiếng trẻ con khóc",
    "tôi là người dân phường Tây Hồ",
    "tài khoản 001099012345 của kẻ lừa đảo",
    "nhà số 12 ngõ 5 chứa ma túy",
    "biển số 29A 12345, chạy về phía Âu Cơ",
    "tôi ở gần đó thấy 3 người",
    "hắn bảo tôi chuyển vào số 0912345678",
    "mất xe máy, gọi tôi không nghe",
    "ô tô lạ đỗ ba ngày ở ngõ 52",
    "hai nhóm cãi nhau to ở ngõ 52",
    "bé nhà em 4 tuổi đi lạc ở chợ",
    "tụ tập hát hò dưới chân tòa nhà tới 3 giờ sáng",
    "họ gửi lệnh bắt có dấu đỏ tên tôi, bảo nộp tiền",
    "em ở tầng 12, thấy khói bay vào",
    "",
]


@pytest.mark.parametrize(("words", "trait"), OWN)
def test_what_tells_who_wrote_it_is_noticed(words: str, trait: str) -> None:
    assert trait in traits(words)


@pytest.mark.parametrize("words", OTHERS)
def test_what_tells_of_others_is_not(words: str) -> None:
    assert traits(words) == frozenset()


@given(st.text(max_size=300))
def test_no_words_make_it_fail(words: str) -> None:
    assert len(traits(words)) <= 4


def test_long_texts_are_read_to_their_end() -> None:
    """A pattern that went back and forth over them would never come to it."""
    for filling in ("tôi ở ", "0 ", "số của tôi ", "tên ", "gọi tôi số "):
        assert "phone" in traits(filling * 1500 + "số của tôi là 0912345678")
