"""A campaign's message as its readers see it: put into words once for each language, under its photo if it has one.

Who was shown it already gets what corrects it or takes it back, in place of the message they have.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import TypeAdapter

from bot.channels.channel import Limits
from bot.media.pictures import blank
from bot.outgoing.exhibits import Gallery
from messages.address import ChannelName
from messages.frozen import replace
from messages.language import Language
from messages.outgoing import Say
from messages.phrase import Phrase, Quote
from messages.rendered import Erase, Picture, Rendered, Text
from storage import notices, quotes
from storage.notices import Said
from storage.outbox import Lane, Line
from storage.quotes import Reader
from storage.records import CampaignId
from storage.store import Store

SAID: TypeAdapter[Say] = TypeAdapter(Say)
"""How a campaign's message is stored."""
KNOWN = 32
"""Messages kept in words: by campaign, edition, language and channel."""
ERASED_WITHIN = timedelta(hours=47)
"""A bot may delete what it sent less than 48 hours ago (Bot API manual: deleteMessage); later it is edited."""


class InWords(Protocol):
    """Puts a message into words of at most so many characters."""

    def __call__(
        self, said: Say, limits: Limits, *, language: Language, known: Mapping[Quote, str], most: int
    ) -> str: ...


@dataclass(frozen=True, slots=True)
class CampaignLines:
    """Renders the lines of campaigns."""

    store: Store
    gallery: Gallery
    in_words: InWords
    known: dict[tuple[CampaignId, int, bool, Language, ChannelName], Text | Picture] = field(default_factory=dict)

    async def rendered(  # noqa: PLR0913 -- what a message depends on, named one by one
        self, line: Line, said: Said, *, now: datetime, channel: ChannelName, limits: Limits, language: Language
    ) -> Rendered | None:
        """The line as it is handed over; None where there is no message left to mend."""
        assert line.campaign is not None
        mends = line.lane is Lane.CORRECTION
        chosen = await notices.language_of(self.store, line)
        key = (line.campaign, said.edition, mends, chosen or language, channel)
        if key not in self.known:
            if len(self.known) >= KNOWN:
                self.known.clear()
            self.known[key] = await self._made(said, mends=mends, limits=limits, language=chosen or language)
        shown = self.known[key]
        if not mends:
            return replace(shown, paid=True) if line.paid and limits.paid_per_second > 0 else shown
        instead_of = await notices.message_of(self.store, line)
        if instead_of is None or not (limits.can_edit or said.amends == "correct"):
            return None
        instead = replace(shown, instead_of=instead_of if limits.can_edit else None, only_there=limits.can_edit)
        erases = said.amends == "recall" and now - said.began_at < ERASED_WITHIN
        return Erase(instead_of, instead) if erases else instead

    async def _made(self, said: Said, *, mends: bool, limits: Limits, language: Language) -> Text | Picture:
        message = Say((Phrase("campaign-recalled"),)) if said.amends == "recall" else SAID.validate_json(said.said)
        if mends and said.amends == "correct":
            message = replace(message, words=(Phrase("campaign-corrected"), *message.words))
        known = await quotes.read(self.store, quotes.quotes_in(message), reader=Reader(language=language))
        picture = await self.gallery.campaign_photo(said.photo) if said.photo else None
        most = limits.text if picture is None else limits.caption
        words = self.in_words(message, limits, language=language, known=known, most=most)
        if picture is None:
            return Text(words, will_change=limits.can_edit)
        if said.amends == "recall":
            return Picture(await asyncio.to_thread(blank), words, protect=False)
        return Picture(picture, words, protect=False, shared=str(said.photo))
