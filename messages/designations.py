"""The two-word names by which officers call the reporter of one tip: they say nothing about anybody."""

from collections.abc import Callable

FIRST = (
    "Cây Tre", "Cây Bàng", "Bằng Lăng", "Lộc Vừng", "Hoa Mộc", "Hoa Sim", "Hoa Mua", "Bông Lau", "Cây Cói", "Cây Dừa",
    "Cây Cau", "Cây Đa", "Cây Sấu", "Cây Sưa", "Cây Thông", "Cây Bưởi", "Cây Cam", "Cây Quýt", "Cây Khế", "Cây Ổi",
    "Cây Nhãn", "Cây Vải", "Cây Mít", "Cây Xoài", "Cây Chuối", "Cây Lúa", "Cây Ngô", "Cây Đậu", "Cây Mây", "Cây Si",
    "Cây Gạo", "Cây Bông", "Cây Chè", "Cây Mía", "Cây Me", "Cây Sung", "Cây Đước", "Cây Tràm", "Rặng Phi Lao",
    "Cỏ May",
)  # fmt: skip
"""Plants; none that is also a person's name, which would hint at a woman or a man."""
SECOND = (
    "Xanh", "Vàng", "Trắng", "Tím", "Hồng Nhạt", "Đỏ", "Lam", "Biếc", "Nâu", "Bạc", "Ban Mai", "Sớm", "Chiều",
    "Mùa Xuân", "Mùa Hạ", "Mùa Thu", "Mùa Đông", "Nắng", "Mưa", "Gió", "Sương", "Sông Hồng", "Sông Đà", "Sông Lô",
    "Sông Mã", "Sông Lam", "Sông Hương", "Sông Hàn", "Sông Tiền", "Sông Hậu", "Sông Cầu", "Sông Thương", "Sông Đuống",
    "Sông Ba", "Ven Hồ", "Ven Suối", "Bên Đồi", "Đầu Làng", "Cuối Phố", "Bờ Đê",
)  # fmt: skip
"""Colours, seasons, weather, rivers and where something stands."""


def designation(pick: Callable[[int], int]) -> str:
    """A name for one tip out of 1,600; `pick(n)` draws a number from 0 to n - 1."""
    return f"{FIRST[pick(len(FIRST))]} {SECOND[pick(len(SECOND))]}"
