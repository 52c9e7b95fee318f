"""How a ward and its police are named, in a sentence and on buttons."""

from collections.abc import Sequence

from messages.phrase import Choice, Phrase, choice, phrase
from storage.records import Ward

WARDS_OFFERED = 7
"""Ward buttons on one screen, leaving one for "somewhere else"."""
WARDS_ON = choice("wards-on")


def ward_phrase(ward: Ward, *, with_province: bool = False) -> Phrase:
    """ "Phường Tây Hồ", or "Phường Tây Hồ, Hà Nội" where wards of several provinces stand side by side."""
    if with_province:
        return phrase(f"unit-{ward.kind}-in", name=ward.name, province=ward.province)
    return phrase(f"unit-{ward.kind}", name=ward.name)


def only_one(called: Sequence[Ward]) -> Ward | None:
    """The ward a name stands for where only served ones can be meant; None where that leaves it open.

    A tip is asked about all the same: it may lie in the part of a former ward that is not served here.
    """
    served = [ward for ward in called if ward.served] or called
    return served[0] if len(served) == 1 else None


def police_of(ward: Ward) -> Phrase:
    """ "Công an phường Tây Hồ": the receiving unit, as residents are told it."""
    return phrase(f"police-{ward.kind}", name=ward.name)


def ward_page(wards: list[Ward], page: int) -> tuple[Choice, ...]:
    """The choices of one page of wards, and the way to the next; after the last page comes the first again."""
    if len(wards) <= WARDS_OFFERED:
        return ward_choices(wards)
    first = page * WARDS_OFFERED % (-(-len(wards) // WARDS_OFFERED) * WARDS_OFFERED)
    return (*ward_choices(wards[first : first + WARDS_OFFERED]), WARDS_ON)


def ward_choices(wards: list[Ward]) -> tuple[Choice, ...]:
    """A choice for each ward, by its code."""
    return tuple(Choice(f"ward-{ward.code}", ward_phrase(ward, with_province=True)) for ward in wards)
