"""What is said about the service itself, and what only sounds like it."""

import pytest

from messages.meaning.asides import Aside, aside


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ai thấy tên tôi?", Aside.WHO_SEES),
        ("co ai bao cho chong toi biet khong", Aside.WHO_SEES),
        ("do you keep it secret?", Aside.WHO_SEES),
        ("xoá dữ liệu của tôi", Aside.FORGET),
        ("delete my data", Aside.FORGET),
        ("à thôi không báo nữa", Aside.WITHDRAW),
        ("mình muốn thu hồi tin vừa gửi", Aside.WITHDRAW),
        ("đừng nhắn lại nha, ổng xem điện thoại", Aside.SILENCE),
        ("please don't contact me", Aside.SILENCE),
        ("bao gio cong an den", Aside.WHEN),
        ("is anyone coming?", Aside.WHEN),
        ("bạn là người hay máy vậy", Aside.WHO_ARE_YOU),
        ("nước ngập cổ, không ai biết tôi ở đây", None),
        ("nhà đó hai chục người chen chúc, không ai biết tên", None),
        ("bình này bao lâu phải nạp", None),
        ("how long does it spray before empty", None),
        ("người theo dõi em là ai", None),
        ("nó đòi tiền rồi hẹn tối nay sẽ quay lại, ai biết tên nó thì báo công an giúp tôi với", None),
        ("", None),
    ],
)
def test_only_a_short_message_about_the_service_is_an_aside(text: str, meant: Aside | None) -> None:
    assert aside(text) is meant
