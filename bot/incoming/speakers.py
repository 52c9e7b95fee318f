"""Who speaks, and where they stand: looked up for a first message, remembered from turn to turn of a conversation.

What is remembered is never trusted: a turn is written only if reporter and session still have the versions it was
decided on, so whoever changed them meanwhile makes it `Stale`, and the next try looks them up.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

import structlog

from bot.incoming.facts import Surroundings
from messages.address import Address, Place
from messages.frozen import frozen, replace
from messages.incoming import Incoming
from messages.language import Language
from storage import reporters, sessions, tips
from storage.errors import Damaged
from storage.records import OfficerId, ReporterId, Session
from storage.reporters import Reporter
from storage.seal import Key

log = structlog.get_logger()

INTAKE = OfficerId("intake")
"""In whose name the log says what was set aside."""
REMEMBERED = 500
"""Conversations; a few kilobytes each, a hundred where somebody tells a long story."""
REMEMBERED_FOR = timedelta(minutes=15)
"""What somebody is telling lies open in memory for no longer than a conversation pauses, while anybody speaks."""


@frozen
class Speaker:
    """Who speaks, where they stand, and the key of the draft they are telling, if they are telling one."""

    reporter: Reporter
    session: Session
    draft_key: Key | None = None


class Speakers:
    """The people who speak with us. One conversation asks for its speaker once at a time."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._remembered: OrderedDict[tuple[Address, Place], tuple[datetime, Speaker]] = OrderedDict()

    async def of(self, said: Incoming) -> Speaker:
        """Who said it and where they stand; for somebody new a reporter and session that are not stored yet.

        What was remembered is forgotten with this, and must be remembered anew once a turn is written.
        """
        _, speaker = self._remembered.pop((said.by, said.place), (None, None))
        return speaker or await self._look_up(said)

    def remember(self, speaker: Speaker, now: datetime) -> None:
        """A turn of theirs was written, and left them like this."""
        self._remembered[speaker.session.by, speaker.session.place] = (now, speaker)
        oldest_at, _ = next(iter(self._remembered.values()))
        while len(self._remembered) > REMEMBERED or now - oldest_at > REMEMBERED_FOR:
            self._remembered.popitem(last=False)
            oldest_at, _ = next(iter(self._remembered.values()))

    async def _look_up(self, said: Incoming) -> Speaker:
        store, chance = self._around.store, self._around.chance
        reporter = await self._known(said)
        if reporter is None:
            contents = reporters.Contents(said.by, said.place, language_of(said))
            unknown = reporters.fresh(store, ReporterId(chance.fresh_id()), contents=contents)[0]
            reporter = replace(unknown, version=0)
        found = await sessions.with_key(store, reporter, place=said.place) if reporter.version else None
        if found is not None:
            return Speaker(reporter, *found)
        session = Session(
            id=chance.fresh_id(),
            by=said.by,
            place=said.place,
            reporter=reporter.id,
            language=reporter.contents.language,
            chose_language=reporter.contents.chose_language,
            home=reporter.contents.home,
            calm_until=reporter.contents.calm_until,
        )
        return Speaker(reporter, session)

    async def _known(self, said: Incoming) -> Reporter | None:
        """The reporter who speaks. One whose row is damaged begins anew; the row is set aside, and that is logged."""
        store = self._around.store
        try:
            return await reporters.of(store, said.by)
        except Damaged as damaged:
            log.error("reporter set aside", channel=said.by.channel)
            noted = tips.log(INTAKE, what="reporter-set-aside", at=said.at, detail=damaged.row)
            await store.db.commit([*reporters.set_aside(store.seal, ReporterId(damaged.row)), noted])
            return None


def language_of(said: Incoming) -> Language:
    """Vietnamese is the language of the ward: English only for devices that are set to another one."""
    return "en" if said.language and not said.language.lower().startswith("vi") else "vi"
