"""Whether a story has anything to hold on to: something that happened, somewhere. What else it may be is not asked."""

import functools

from messages.meaning.signals import Phrasebook, is_said, phrases_of, read
from messages.meaning.suggest import suggest

PLAIN = 0.9
"""From this likelihood on the likeliest category says what happened; thanks and remarks about service never do."""
FEW = 4
"""An answer of fewer words may be a bare name ("lac long quan")."""
NOTHING_HAPPENED = "feedback-thanks"

_PLACES = (
    *("số", "ngõ", "ngách", "hẻm", "kiệt", "đường", "phố", "phường", "xã", "quận", "huyện", "thôn", "tổ", "khu", "xóm"),
    *("ấp", "bản", "làng", "nhà", "chợ", "trường", "quán", "chùa", "cầu", "hồ", "sông", "ngã ba", "ngã tư", "chung cư"),
    *(
        "tòa",
        "công viên",
        "bệnh viện",
        "cổng",
        "đầu",
        "cuối",
        "gần",
        "cạnh",
        "sau",
        "trước",
        "đối diện",
        "chỗ",
        "ở đây",
    ),
    *(
        "bến",
        "ga",
        "bãi",
        "tầng",
        "phòng",
        "trọ",
        "vỉa hè",
        "cao tốc",
        "quốc lộ",
        "trên mạng",
        "qua mạng",
        "điện thoại",
    ),
    *(
        "street",
        "road",
        "lane",
        "alley",
        "ward",
        "district",
        "near",
        "next to",
        "behind",
        "opposite",
        "house",
        "market",
    ),
    *(
        "school",
        "lake",
        "bridge",
        "corner",
        "building",
        "floor",
        "room",
        "here",
        "online",
        "phone",
        "at home",
        "my place",
    ),
)


@functools.cache
def _places() -> Phrasebook[None]:
    return phrases_of(_PLACES)


def names_a_place(text: str) -> bool:
    """Whether an answer to "where?" may be a place: it holds a number, a name, or a word for places. In doubt it is."""
    if any(letter.isdigit() for letter in text) or any(word[:1].isupper() for word in text.split()[1:]):
        return True
    said = read(text)
    return len(said) < FEW or is_said(_places(), said)


def is_plain_offence(text: str) -> bool:
    """Whether it is plain what kind of thing a story is about."""
    likely = suggest(text)
    return bool(likely) and likely[0].score >= PLAIN and likely[0].subject != NOTHING_HAPPENED
