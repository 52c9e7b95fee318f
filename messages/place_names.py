"""What wards are called in a sentence, and in their tips' numbers."""

from collections.abc import Mapping

from messages.language import Language
from messages.meaning.folding import words

_KINDS: Mapping[Language, Mapping[str, str]] = {
    "vi": {"phuong": "phường", "xa": "xã", "dac-khu": "đặc khu"},
    "en": {"phuong": "ward", "xa": "commune", "dac-khu": "special zone"},
}


def unit_of(kind: str, language: Language = "vi") -> str:
    """The word for a kind of ward, in small letters: "phường", "ward". Raises KeyError for a kind that is none."""
    return _KINDS[language][kind]


def full_name(kind: str, name: str, *, language: Language) -> str:
    """A ward's name with its kind: "Phường Tây Hồ" or "Tây Hồ Ward"; numbers follow: "Ward 1 Bảo Lộc"."""
    unit = unit_of(kind, language)
    if language == "vi":
        return f"{unit[0].upper()}{unit[1:]} {name}"
    return f"{unit.title()} {name}" if name[:1].isdigit() else f"{name} {unit.title()}"


def series_of(name: str) -> str:
    """The letters that open a ward's tip numbers: "TH" for Tây Hồ, "LA" for Láng, "HG1" for Hà Giang 1.

    Wards with the same initials have the same letters, so that whoever counts must count by letters, not by ward.
    """
    plain = [word.plain.upper() for word in words(name)]
    return plain[0][:2] if len(plain) == 1 else "".join(word if word.isdigit() else word[0] for word in plain)
