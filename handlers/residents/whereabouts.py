"""Where a tip happened: what its words say, what is asked, and which ward that may be."""

from handlers.facts import Facts
from handlers.residents.telling import TipDraft
from handlers.units import WARDS_OFFERED, ward_page, ward_phrase
from messages.incoming import Point
from messages.meaning.folding import fold
from messages.meaning.scope import is_plain_offence, names_a_place
from messages.outgoing import Say
from messages.phrase import Choice, choice, phrase
from messages.place_names import unit_of
from storage.records import Ward, WardCode

SKIP = choice("skip")
CANCEL = choice("not-send")


async def placed_by_words(draft: TipDraft, words: str, facts: Facts) -> TipDraft:
    """If the story names exactly one ward, the place need not be asked; if it may mean a few, which of them is."""
    found = await facts.wards_named(words, draft.near) if words and not draft.ward else []
    if len(found) == 1:
        return draft.within(found[0])
    return draft.model_copy(update={"asked_ward": 1}) if 1 < len(found) <= WARDS_OFFERED else draft


async def ask_place(draft: TipDraft, facts: Facts) -> Say:
    """Where it happened; the ward they live in can be taken with one press."""
    home = await facts.ward(facts.session.home) if facts.session.home else None
    near = [Choice("home", phrase("choice-in-ward", ward=ward_phrase(home)))] if home else []
    if draft.emergency and draft.asked_place < 2:  # short: the number above must stay in sight
        return Say((phrase("tip-place-ask-now"),), choices=(*near, SKIP, CANCEL), columns=3, wants_pin=True)
    return Say((phrase("tip-place-ask"),), choices=(*near, SKIP, CANCEL), wants_pin=True)


async def likely(draft: TipDraft, facts: Facts) -> Ward | None:
    """The ward it was to go to before, the only one served, or the one they live in."""
    if draft.ward:
        return await facts.ward(WardCode(draft.ward))
    served = await facts.served()
    if len(served) == 1:
        return served[0]
    return await facts.ward(facts.session.home) if facts.session.home else None


async def ask_ward(draft: TipDraft, facts: Facts) -> Say:
    """Which ward: those the words may mean, else those served; a ward that was chosen before can be kept."""
    found = await meant(draft, facts)
    if len(found) < 2 or draft.ward:
        found += [ward for ward in await facts.served() if ward not in found]
    offered = [ward for ward in found if ward.code != draft.ward]
    back = choice("back") if draft.ward else SKIP
    return Say((phrase("tip-ward-ask"),), choices=(*ward_page(offered, draft.ward_page), back), columns=1)


async def meant(draft: TipDraft, facts: Facts) -> list[Ward]:
    """The wards that what was told may mean: by name, and near a position."""
    called = [ward for one in draft.told for ward in await facts.wards_called(one.words, draft.near)]
    points = [Point(one.latitude, one.longitude) for one in draft.told if one.latitude and one.longitude]
    called += [ward for point in points for ward in await facts.nearest_wards(point)]
    return list({ward.code: ward for ward in called}.values())


def may_be_none_of_ours(draft: TipDraft, where: str) -> bool:
    """Whether nothing that was told says what happened, and the answer to "where?" names no place. What it is about
    instead is never looked at: there is no detector of opinions."""
    shown = any(one.media or one.latitude for one in draft.told)
    if draft.emergency or draft.pin or shown or names_a_place(where):
        return False
    return not is_plain_offence(" ".join(one.words for one in draft.told))


def names_a_unit(words: str) -> bool:
    """Whether an address says phường or xã: then its name was not found, which is worth saying."""
    return any(fold(unit_of(kind)) in fold(words).split() for kind in ("phuong", "xa"))
