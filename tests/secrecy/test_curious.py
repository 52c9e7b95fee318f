"""Curious officers and strangers: whatever they press, type or forge, a foreign tip reads like none at all."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.incoming.facts import TurnFacts
from handlers import desk
from handlers.effects import DropDraft, LogAct, PermitSignIn
from handlers.officers.matters import CAMPAIGN_VERBS, COMMANDS, MENU, OFFICER_VERBS, TIP_VERBS
from handlers.turn import AnyTurn
from messages.address import Place
from messages.incoming import Command, Content, Incoming, Text
from messages.rendered import parse_handle
from storage import officers, reporters, sessions, tips
from storage.records import Role, Session, Tip, TipId
from storage.reporters import Contents
from tests.secrecy import story
from tests.world import HONG_HA, TAY_HO, Person, Shown, World, a_world

NO_SUCH = "0" * 16
CURIOUS = ("stranger", "resident", "elsewhere", "chief elsewhere", "fire elsewhere", "pending", "revoked", "auditor")
"""Who may see nothing of a tip of Tây Hồ. The admin may only pass it on, unread: see below."""


@dataclass
class Station:
    """Tây Hồ with one tip, and everybody who would like to know more about it."""

    world: World
    people: dict[str, Person]
    tip: Tip

    async def facts(self) -> list[object]:
        """Everything about tips that is stored, to see that nothing changed."""
        found: list[object] = []
        for table in ("tips", "events", "entries", "media", "questions"):
            found += [tuple(row) for row in await self.world.store.db.fetch_all(f"SELECT * FROM {table}")]
        return found

    async def hears(self, name: str, content: Content) -> AnyTurn:
        """What would be answered and caused; nothing of it is written."""
        person, world = self.people[name], self.world
        reporter = await reporters.of(world.store, person.by)
        session = await sessions.of(world.store, reporter, place=person.place) if reporter else None
        if reporter is None:
            fresh = reporters.fresh(world.store, story.ANYBODY, contents=Contents(person.by, person.place))
            reporter = fresh[0]
        session = session or Session(id="s", by=person.by, place=person.place, reporter=reporter.id)
        facts = TurnFacts(world.bot.around, session, reporter, world.time, can_pin=True, has_account=True)
        said = Incoming("u", person.by, person.place, world.time, content)
        return (await desk.advance(session, said, facts))[1]


async def staffed(world: World) -> Station:
    """Everybody is there, and the tip is claimed."""
    elsewhere = {"elsewhere": Role.OFFICER, "chief elsewhere": Role.CHIEF, "fire elsewhere": Role.FIRE}
    people = {name: await story.enrol(world, name, role, name=name, ward=HONG_HA) for name, role in elsewhere.items()}
    for name, role in {
        "admin": Role.ADMIN,
        "auditor": Role.AUDITOR,
        "chief": Role.CHIEF,
        "officer": Role.OFFICER,
    }.items():
        people[name] = await story.enrol(world, name, role, name=name)
    for name, status in {"pending": "pending", "revoked": "active"}.items():
        people[name] = await story.enrol(world, name, Role.OFFICER, name=name, status=status)
    await revoke(world, people["revoked"])
    people |= {name: world.person(name) for name in ("stranger", "resident", "reporter")}
    await people["resident"].says("/start")
    await story.send_tip(people["reporter"], f"{story.STORY}, phường Tây Hồ")
    await people["officer"].presses("Tôi nhận")
    row = await world.store.db.fetch_one("SELECT id FROM tips")
    assert row is not None
    tip = await tips.tip(world.store, TipId(row["id"]))
    assert tip is not None
    return Station(world, people, tip)


async def revoke(world: World, person: Person) -> None:
    """As the command line does it."""
    officer = await officers.of(world.store, person.by)
    assert officer is not None
    await world.store.db.commit(officers.revoke(officer.id, version=officer.version))


@pytest_asyncio.fixture
async def station(tmp_path: Path) -> AsyncIterator[Station]:
    async with a_world(tmp_path, served=(TAY_HO, HONG_HA)) as world:
        yield await staffed(world)


def read(news: list[tuple[Place, Shown]]) -> list[str]:
    """What was shown, as it reads."""
    return [f"{shown.text} {[button.label for button in shown.buttons]}" for _, shown in news]


def command(words: str) -> Command:
    """A command as it is typed."""
    name, _, argument = words.partition(" ")
    return Command(name, argument)


def assert_causes_nothing(turn: AnyTurn) -> None:
    """At most a line in the log of acts, which is no tip's, or a pass to the console for the officer's own roles."""
    assert all(isinstance(effect, LogAct | DropDraft | PermitSignIn) for effect in turn.effects), turn.effects


def assert_tells_nothing(turn: AnyTurn, tip: Tip) -> None:
    """No quote of the tip's words, no number and no designation of it, neither here nor in another chat."""
    said = repr((turn.replies, turn.remark, turn.effects))
    for secret in (*(entry.id for entry in tip.entries), tip.number, tip.designation):
        assert secret not in said, said


async def test_for_those_who_may_not_see_it_a_tip_reads_like_one_that_does_not_exist(station: Station) -> None:
    tip = station.tip
    pairs: list[tuple[Content, Content]] = [
        (story.press(f"{verb}:{tip.id}"), story.press(f"{verb}:{NO_SUCH}")) for verb in sorted(TIP_VERBS)
    ]
    pairs += [
        (command(words.format(tip.id, tip.number)), command(words.format(NO_SUCH, "TH-26-9999")))
        for words in ("start t_{0}", "tin {1}", "lichsu {1}")
    ]
    for name in CURIOUS:
        for real, none in pairs:
            if name == "auditor" and real == command(f"lichsu {tip.number}"):
                continue  # the history is the auditor's: see below
            there, nowhere = await station.hears(name, real), await station.hears(name, none)
            assert (there.replies, there.remark, there.effects) == (nowhere.replies, nowhere.remark, nowhere.effects)
            assert there.enter is nowhere.enter is None, (name, real)
            assert_causes_nothing(there)
            assert_tells_nothing(there, tip)


async def test_the_auditor_reads_who_did_what_and_when_and_nothing_that_was_said(station: Station) -> None:
    turn = await station.hears("auditor", command(f"lichsu {station.tip.number}"))
    said = repr(turn.replies)
    assert "claimed" in said
    for secret in (*(entry.id for entry in station.tip.entries), station.tip.designation):
        assert secret not in said


async def test_whoever_holds_no_content_role_reads_no_content_in_any_officers_command(station: Station) -> None:
    for name in (*CURIOUS, "admin"):
        heard: list[Content] = [Command(one) for one in COMMANDS]
        heard += [story.press(f"menu:{entry}") for entry in MENU]
        for content in heard:
            turn = await station.hears(name, content)
            assert_causes_nothing(turn)
            said = repr((turn.replies, turn.remark))
            assert not any(entry.id in said for entry in station.tip.entries), (name, content)
            assert station.tip.designation not in said, (name, content)
            if name != "admin":  # who sees the queue's numbers, to pass on what nobody takes
                assert station.tip.number not in said, (name, content)


async def test_for_strangers_and_those_revoked_or_not_confirmed_the_officers_commands_do_not_exist(
    station: Station,
) -> None:
    for name in ("stranger", "resident", "pending", "revoked"):
        unknown = await station.hears(name, Command("khongcolenhnay"))
        for one in COMMANDS:
            assert await station.hears(name, Command(one)) == unknown, (name, one)
        nothing = await station.hears(name, story.press("open:x"))
        for verb in sorted(TIP_VERBS | CAMPAIGN_VERBS | OFFICER_VERBS):
            assert await station.hears(name, story.press(f"{verb}:{NO_SUCH}")) == nothing, (name, verb)


async def test_the_admin_may_pass_a_tip_on_but_reads_nothing_of_it(station: Station) -> None:
    for verb in sorted(TIP_VERBS - {"hand"}):
        turn = await station.hears("admin", story.press(f"{verb}:{station.tip.id}"))
        assert_causes_nothing(turn)
        assert_tells_nothing(turn, station.tip)


MUTATED = st.tuples(
    st.sampled_from(sorted(TIP_VERBS | CAMPAIGN_VERBS | OFFICER_VERBS | {"reply", "menu", "page", "duty", "to"})),
    st.integers(0, 40),
    st.characters(codec="utf-8"),
    st.sampled_from(["0.", "1.", "", "0.0.", "00.", "-1."]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutated=MUTATED, name=st.sampled_from(CURIOUS))
async def test_a_handle_changed_at_any_character_opens_and_causes_nothing(
    station: Station, mutated: tuple[str, int, str, str], name: str
) -> None:
    verb, at, letter, head = mutated
    handle = f"{head}{verb}:{station.tip.id}"
    handle = handle[:at] + letter + handle[at + 1 :]
    asked, key = parse_handle(handle)
    turn = await station.hears(name, story.press(key, asked))
    assert_causes_nothing(turn)
    assert_tells_nothing(turn, station.tip)
    typed = await station.hears(name, Text(handle))
    assert_tells_nothing(typed, station.tip)


# --- in the middle of something -----------------------------------------------------------------------------------


async def test_a_question_previewed_before_the_revocation_is_not_sent_after_it(station: Station) -> None:
    officer, world = station.people["officer"], station.world
    await officer.says(f"/tin {station.tip.number}")
    await officer.presses("Hỏi người gửi")
    await officer.says(story.ASK)
    before = await station.facts()
    seen = len(station.people["reporter"].screen)
    await revoke(world, officer)
    await officer.presses("Gửi")
    assert await station.facts() == before
    assert len(station.people["reporter"].screen) == seen


async def test_a_role_lost_between_two_steps_ends_every_decision(station: Station) -> None:
    officer, world = station.people["officer"], station.world
    ways = {
        "Đóng tin": ("Đã xử lý", "Có giá trị", story.OUTCOME, "Đóng tin"),
        "Ghi chú nội bộ": (story.NOTE,),
        "Chuyển nơi khác": ("PC04", "Gửi"),
    }
    held = await officers.of(world.store, officer.by)
    assert held is not None
    for first, steps in ways.items():
        await officer.says(f"/tin {station.tip.number}")
        await officer.presses(first)
        before = await station.facts()
        await world.store.db.commit([officers.grant(held.id, ward=TAY_HO, role=Role.AUDITOR)])
        for words in steps:
            shown = read(await officer.says(words))
            assert story.STORY not in str(shown)
        assert await station.facts() == before, first
        await world.store.db.commit([officers.grant(held.id, ward=TAY_HO, role=Role.OFFICER)])
        await officer.says("/huy")


async def test_nothing_reaches_the_chat_of_somebody_who_was_revoked(station: Station) -> None:
    chief, officer = station.people["chief"], station.people["officer"]
    held = await officers.of(station.world.store, officer.by)
    assert held is not None
    await officer.says("/truc")
    await chief.sends(story.press(f"revoke-yes:{held.id}"))
    seen = [(shown.ref, shown.text) for shown in officer.screen]
    await station.people["reporter"].says(f"cháy rồi, {story.ADDED}")
    await chief.sends(story.press(f"take:{station.tip.id}"))
    await chief.says(story.NOTE)
    await station.world.passes(story.AN_HOUR)
    assert [(shown.ref, shown.text) for shown in officer.screen] == seen
