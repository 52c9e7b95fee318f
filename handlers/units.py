"""How a ward and its police are named in a sentence."""

from messages.language import LANGUAGES
from messages.meaning.folding import fold
from messages.phrase import Phrase, phrase
from messages.place_names import full_name
from storage.records import Ward


def ward_phrase(ward: Ward, *, with_province: bool = False) -> Phrase:
    """ "Phường Tây Hồ", or "Phường Tây Hồ, Hà Nội" where wards of several provinces stand side by side."""
    if with_province:
        return phrase(f"unit-{ward.kind}-in", name=ward.name, province=ward.province)
    return phrase(f"unit-{ward.kind}", name=ward.name)


def is_named(ward: Ward, words: str) -> bool:
    """Whether words that read like a ward's name mean it: a ward served here, or one named with its kind or province.

    A street here is often called like a ward at the other end of the country.
    """
    said = f" {fold(words)} "
    full = [full_name(ward.kind, ward.name, language=language) for language in LANGUAGES]
    return ward.served or any(f" {fold(name)} " in said for name in (*full, ward.province))


def police_of(ward: Ward) -> Phrase:
    """ "Công an phường Tây Hồ": the receiving unit, as residents are told it."""
    return phrase(f"police-{ward.kind}", name=ward.name)
