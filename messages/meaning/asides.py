"""Asides: what people say to us in the middle of anything, about the service itself. None of it belongs into a tip.

Somebody who asks "ai thấy tên tôi?" wants an answer, not to have the question sent to the police.
"""

import functools
from collections.abc import Mapping, Sequence
from enum import StrEnum

from messages.meaning.folding import Word, words
from messages.meaning.once import once
from messages.meaning.signals import Phrasebook, Span, read

LONGEST = 12
"""Words of a message that is nothing but an aside; in a longer one something else is told as well."""


class Aside(StrEnum):
    """What is meant."""

    WHO_SEES = "who-sees"
    FORGET = "forget"
    WITHDRAW = "withdraw"
    SILENCE = "silence"
    WHEN = "when"
    WHO_ARE_YOU = "who-are-you"


_PHRASES: Mapping[Aside, tuple[str, ...]] = {
    Aside.SILENCE: (
        *("đừng nhắn lại", "đừng nhắn cho|tôi|em|mình|vào", "đừng trả lời", "đừng liên hệ|lạc", "đừng liên lạc"),
        *("đừng gọi lại|cho|tôi|em|mình", "khỏi liên hệ|lạc", "không cần liên hệ|lạc", "không cần trả lời|nhắn"),
        *(
            "don t contact|call|text|message|reply",
            "do not contact|call|text|message|reply",
            "do not write",
            "don t write",
        ),
    ),
    Aside.FORGET: (
        *("xóa dữ liệu", "xóa thông tin", "xóa tài khoản", "xóa hết"),
        *("delete my data|details|account|information", "erase my data", "delete everything"),
    ),
    Aside.WITHDRAW: (
        *("rút lại tin", "rút tin", "thu hồi tin", "hủy tin", "xóa tin", "gỡ tin", "muốn rút lại", "muốn thu hồi"),
        *("không báo nữa", "không gửi nữa", "thôi không gửi|báo", "đừng gửi", "khoan gửi", "không muốn gửi|báo"),
        *("withdraw my|the", "take it back", "don t send", "do not send", "delete|cancel my|the|this report|tip"),
    ),
    Aside.WHO_SEES: (
        *(
            "ai * thấy tên|tôi|mình|em",
            "ai * biết tên|tôi|mình|em",
            "ai * xem được",
            "tên * bị lộ",
            "lộ tên tôi|mình|em",
        ),
        *(
            "lộ danh tính",
            "có ẩn danh",
            "ẩn danh không",
            "có giữ bí mật",
            "giữ bí mật không",
            "có bảo mật",
            "bảo mật không",
        ),
        *("biết tôi|em|mình là ai", "biết ai báo|gửi|tố", "biết tôi|em|mình báo", "có báo cáo tôi|mình|em", "có bị lộ"),
        *("báo cho * biết không", "nói cho * biết không"),
        *("who can|will see|know", "who sees|knows", "see my name", "know who i am", "is it|this anonymous"),
        *("stay|remain|be anonymous", "am i anonymous", "is it|this confidential", "keep it|this|my secret"),
        "tell my husband|landlord|neighbour|neighbor|boss",
    ),
    Aside.WHEN: (
        *("bao giờ * kết quả", "khi nào * kết quả", "bao lâu * kết quả", "có kết quả chưa", "bao giờ * trả lời"),
        *("khi nào * trả lời", "bao lâu * trả lời", "bao lâu * giải quyết", "bao giờ * giải quyết", "có ai xử lý"),
        *("bao giờ cán bộ", "bao giờ các anh|chú", "bao giờ có người"),
        *("khi nào công an", "khi nào cán bộ", "khi nào các anh|chú", "khi nào có người", "bao lâu thì đến|tới|xuống"),
        *(
            "bao lâu công an đến|tới|xuống|trả",
            "bao lâu nữa đến|tới|xuống",
            "công an * đến|tới chưa",
            "cán bộ * đến|tới chưa",
        ),
        *("bao giờ công an", "bao giờ đến|tới", "có ai đến|tới|xuống không|chưa"),
        *(
            "how long does|will it|this take",
            "when will the|you|they|i",
            "are|is they|you|police|anyone|somebody coming",
        ),
        "are the police coming",
    ),
    Aside.WHO_ARE_YOU: (
        *("bạn|mày|ad là ai", "là robot", "là bot", "là máy hả|à|không|vậy", "người hay máy", "máy hay người"),
        *("người thật không|hay|à|hả", "máy trả lời", "trả lời tự động"),
        *("who are you", "are you a|real", "is this a bot|robot|machine", "talking to a bot|robot|machine|human"),
    ),
}
"""What is listened for, in this order; written as in `signals`."""


@functools.cache
def _book() -> Phrasebook[Aside]:
    book = Phrasebook[Aside]()
    for one, written in _PHRASES.items():
        book.add(one, written)
    return book


@once
def aside(text: str) -> Aside | None:
    """What a short message says about the service itself; None for anything else. Never raises; linear."""
    for said in (words(text), read(text)):  # "data" is no hurried "da ta"
        if 1 < len(said) <= LONGEST:
            meant = {one for one, span in _book().find(said) if _is_meant(said, span)}
            if meant:
                return next(one for one in _PHRASES if one in meant)
    return None


def _is_meant(said: Sequence[Word], span: Span) -> bool:
    """Whether it does not stand after a denial: "không ai biết tôi ở đây" (nobody knows I am here) asks nothing."""
    return span.first == 0 or said[span.first - 1].plain != "khong"
