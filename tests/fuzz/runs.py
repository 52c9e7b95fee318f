"""Three things that may never raise, each run with as many inputs as asked for."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.telegram_read import Unreadable
from bot.channels.telegram_read import read as read_telegram
from bot.channels.web_read import read_file, read_photo, read_say
from handlers.desk import advance
from messages.address import Address
from messages.incoming import Content, Incoming, Membership, Press
from messages.language import LANGUAGES
from messages.outgoing import Say
from storage.records import Session
from tests.channels.test_telegram_read import ME, SAID
from tests.fuzz.inputs import JUNK, changed, changes, handles, messages, words
from tests.handlers.fake_facts import WEB, World, a_session, private, read
from tests.handlers.officer_driver import GROUP, a_staffed_world
from tests.handlers.resident_driver import an_own_tip

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
EACH = 8
"""Messages of one conversation."""


def _many(count: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def read_telegrams(count: int) -> None:
    """Updates of every kind with anything in them changed: read, or known to be unreadable."""

    @_many(count)
    @given(raw=st.sampled_from([raw for raw, _ in SAID.values()]), steps=changes(), pressed=handles())
    def run(raw: Any, steps: list[tuple[list[int], Any, int]], pressed: str) -> None:
        with suppress(Unreadable):
            read_telegram(changed(raw, steps), ME, now=NOW)
        query = {"id": "7", "from": {"id": 5, "is_bot": False}, "data": pressed}
        query["message"] = {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}}
        said = read_telegram({"update_id": 1, "callback_query": query}, ME, now=NOW)
        assert said is None or isinstance(said.content, Press)

    run()


def read_web(count: int) -> None:
    """What a page, or anybody in its place, may post."""
    kinds = st.sampled_from(["text", "press", "pin", "start", "voice", ""]) | words()
    known = {"id": st.just("0d1f3c1e-9b5a") | JUNK, "kind": kinds, "words": words() | JUNK, "handle": handles() | JUNK}
    more = dict.fromkeys(("latitude", "longitude", "language", "reply_to", "album", "what"), JUNK)
    payloads = st.fixed_dictionaries(known, optional=more) | st.dictionaries(st.text(max_size=9), JUNK, max_size=6)

    @_many(count)
    @given(payload=payloads)
    def run(payload: dict[str, Any]) -> None:
        read_say(payload, "k" * 32, now=NOW)
        read_photo(payload, "k" * 32, now=NOW, file="f", size=3)
        read_file(payload, "k" * 32, now=NOW, file="f", size=3)

    run()


def take_turns(count: int) -> None:
    """Whole turns of residents, officers and strangers, in private and in groups, down to the sentences."""

    @_many(max(1, count // EACH))
    @given(
        who=st.sampled_from(["resident", "resident", "An", "Chief", "stranger"]), said=messages(), shared=st.booleans()
    )
    def run(who: str, said: list[tuple[Content, str, Any]], shared: bool) -> None:
        asyncio.run(_conversation(who, said, shared=shared and who != "resident"))

    run()


async def _conversation(who: str, all_said: list[tuple[Content, str, Any]], *, shared: bool) -> None:
    world = a_staffed_world()
    world.own["resident"] = [an_own_tip("asked0", asked=True), an_own_tip("sent0")]
    place = GROUP if shared else private(who)
    session = replace(a_session(who), place=place)
    for number, (made_up, album, reply_to) in enumerate(all_said):
        content = _pressed(made_up, session, number)
        one = Incoming(str(number), Address(WEB, who), place, world.now, content, reply_to=reply_to, album=album)
        session = await _turn(world, session, one)


def _pressed(content: Content, session: Session, number: int) -> Content:
    """A press of the newest question is of something it offers; every other content is as it was made up."""
    if not isinstance(content, Press) or content.asked >= 0:
        return content
    offered = session.choices[number % len(session.choices)].key if session.choices else content.key
    return replace(content, key=offered, asked=session.asked)


async def _turn(world: World, session: Session, said: Incoming) -> Session:
    after, turn = await advance(session, said, world.facts(session))
    spoken = [reply for reply in turn.replies if isinstance(reply, Say)]
    for reply in spoken:
        for language in LANGUAGES:
            read(*reply.words, language=language)
    if not said.place.shared and not isinstance(said.content, Membership) and not said.album:
        assert turn.replies, said.content
    return after


RUNS: Mapping[str, Callable[[int], None]] = {
    "read telegram": read_telegrams,
    "read web": read_web,
    "whole turns": take_turns,
}
"""By name, as `python -m tests.fuzz` prints them."""
