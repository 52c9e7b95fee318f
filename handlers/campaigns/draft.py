"""What the author of a campaign has chosen so far, and whom an officer may address."""

from datetime import datetime, time, timedelta
from typing import Literal

from handlers.facts import Facts
from handlers.turn import Draft
from handlers.workflow import READING, is_chief, roles_in
from messages.language import Language
from messages.phrase import Quote, choice
from storage.campaign_records import Audience, Repeats
from storage.records import Officer, Role, Ward

DRAFTING = READING | {Role.ADMIN}
CAMPAIGN_LONGEST = 1_500
"""Characters: one message on every channel, with room for the unit's name and how to stop."""
PHOTO_LONGEST = 800
"""The same under a photo, whose caption may have 1,024 (messengers' own limit)."""
DONE = choice("o-done")


class CampaignDraft(Draft):
    """A campaign being written; `editing` is the id of one that was handed in before and gets new words.

    With `corrects` that one is going out, or went out, and the new words are shown in place of the old.
    """

    words: str = ""
    english: str = ""
    photo: str = ""
    wards: tuple[str, ...] = ()
    theme: str = ""
    language: Language | Literal[""] = ""
    parts: str = ""
    """Neighbourhoods of its one ward, with a comma and a blank between them."""
    starts_at: datetime | None = None
    at_once: bool = False
    """As soon as it is approved: `starts_at` is the time of asking and no more."""
    repeats: Repeats = "once"
    lunar: str = ""
    until: Literal["today", "day", "three"] = "day"
    emergency: bool = False
    page: int = 0
    """Of the starter calendar."""
    editing: str = ""
    corrects: bool = False

    @property
    def neighbourhoods(self) -> tuple[str, ...]:
        """The same one by one."""
        return tuple(self.parts.split(", ")) if self.parts else ()

    @property
    def longest(self) -> int:
        """Characters that its text may have."""
        return PHOTO_LONGEST if self.photo else CAMPAIGN_LONGEST


def missing(draft: CampaignDraft) -> str:
    """The next step that still has something to ask."""
    if draft.editing:
        return "preview"
    if not draft.words:
        return "words"
    if not draft.wards:
        return "wards"
    return "preview" if draft.starts_at or draft.emergency else "when"


async def addressable(officer: Officer, facts: Facts, *, emergency: bool = False) -> list[Ward]:
    """The wards an officer may address: their own; the admin of the installation: all that are served.

    An emergency notice is for a ward's chief alone.
    """
    return [
        ward
        for ward in await facts.served()
        if (is_chief(officer, ward.code) if emergency else roles_in(officer, ward.code) & DRAFTING)
    ]


async def audience_of(draft: CampaignDraft, facts: Facts) -> Audience:
    """Whom the draft addresses, as far as the officer may (still) address them."""
    officer = await facts.officer()
    may = await addressable(officer, facts, emergency=draft.emergency) if officer else []
    wards = tuple(ward.code for ward in may if ward.code in draft.wards)
    return Audience(wards, draft.theme, draft.language, draft.neighbourhoods, emergency=draft.emergency)


def parts_of(facts: Facts) -> Quote:
    """What the draft calls the parts of a ward it is for."""
    return Quote("draft", facts.session.draft_id, "parts")


def lasts(draft: CampaignDraft, starts_at: datetime, facts: Facts) -> timedelta:
    """How long after its start it may still arrive."""
    match draft.until:
        case "today":
            local = starts_at.astimezone(facts.timezone)
            midnight = datetime.combine(local.date() + timedelta(days=1), time(0, 0), tzinfo=local.tzinfo)
            return midnight - starts_at
        case "day":
            return timedelta(days=1)
        case "three":
            return timedelta(days=3)
