"""Everything that is held on the speaker, as a page they can read: opened for themselves, in their own chat."""

from handlers.facts import Facts
from handlers.officers.review import category_phrase
from handlers.residents.status import standing
from handlers.units import police_of, ward_phrase
from messages.outgoing import Say
from messages.phrase import Phrase, Quote, choice, phrase
from storage.records import Entry, OwnTip

TIPS_A_PAGE = 5
MORE = choice("held-more")
ENDS = (choice("forget"), choice("back"))
LINES = {
    "corrected": "held-corrected",
    "pin": "held-pin",
    "asked": "held-asked",
    "outcome": "held-outcome",
    "contact": "held-contact",
}
"""What is no plain word of the speaker's has a line of its own kind."""


async def page(number: int, facts: Facts) -> Say:
    """A page, counted from 0: who they are to us, then their tips, newest first, with all that stands in them."""
    passed = number * TIPS_A_PAGE
    words = list(await _about(facts)) if number == 0 else []
    for tip in await facts.held_page(passed, TIPS_A_PAGE):
        words += [_head(tip), *(_line(entry) for entry in await facts.own_entries(tip.id))]
    more = (MORE,) if facts.held_tips > passed + TIPS_A_PAGE else ()
    if not more:
        words.append(Phrase("held-elsewhere"))
    return Say(tuple(words), choices=(*more, *ENDS), columns=2)


async def _about(facts: Facts) -> list[Phrase]:
    session = facts.session
    home = await facts.ward(session.home) if session.home else None
    words = [Phrase("held-head")]
    words.append(phrase("held-account", account=Quote("account")) if facts.has_account else Phrase("held-no-account"))
    words.append(Phrase("held-language"))
    words.append(phrase("held-home", ward=ward_phrase(home)) if home else Phrase("held-no-home"))
    received = await facts.subscription()
    ward = await facts.ward(received.ward) if received else None
    words.append(phrase("held-campaigns", ward=ward_phrase(ward)) if ward else Phrase("held-no-campaigns"))
    if received is not None:
        words += [phrase("campaign-theme", theme=Phrase(f"theme-{theme}")) for theme in received.themes]
        words += [Phrase("held-neighbourhood")] if received.has_neighbourhood else []
        words += [phrase("campaigns-muted", until=received.muted_until)] if received.muted_until else []
    return [*words, phrase("held-tips", count=facts.held_tips)]


def _head(tip: OwnTip) -> Phrase:
    return phrase(
        "held-tip",
        tail=tip.tail,
        at=tip.filed_at,
        unit=police_of(tip.ward),
        category=category_phrase(tip.category),
        status=standing(tip),
        reach=Phrase(f"held-reach-{tip.reach}"),
    )


def _line(entry: Entry) -> Phrase:
    """One thing in it: their words, a position, a file by its kind, a question or outcome of the unit's, a contact."""
    quote = Quote("entry", entry.id)
    if entry.media is not None:
        return phrase("held-file", at=entry.at, file=Phrase(f"file-{entry.kind}"), words=quote)
    return phrase(LINES.get(entry.kind, "held-told"), at=entry.at, words=quote)
