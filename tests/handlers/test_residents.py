"""Whatever a resident says, at whatever step: they get an answer, and nothing they told or showed is lost."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.desk import advance
from handlers.effects import AddEntries, AnswerAsk, DropDraft, FetchFile, FileTip, Subscribe, Unsubscribe
from handlers.flows import FLOWS, RESIDENTS
from handlers.residents.after import is_reach_key
from handlers.residents.telling import TipDraft
from messages.incoming import (
    Attached,
    Command,
    Contact,
    Content,
    Edited,
    File,
    Incoming,
    Membership,
    Other,
    Photo,
    Pin,
    Point,
    Press,
    Text,
    words_of,
)
from messages.meaning.emergencies import triage
from messages.outgoing import Say
from storage.campaign_records import Subscription
from storage.records import Session, Status
from tests.handlers.fake_facts import TAY_HO, World
from tests.handlers.resident_driver import (
    Resident,
    a_world,
    a_world_of_one_asked_later,
    a_world_of_one_closed,
    an_own_tip,
)

HERE = Point(21.07, 105.82)
NOWHERE = Point(0.0, 0.0)
WORDS = ["mất xe đạp", "tên tôi là Hương", "gui", "ok", "1", "2", "huy", "cảm ơn", "phường Tây Hồ", "Ba Đình",
         "bến nghé", "cháy nhà", "cứu với", "không", "tin đã gửi", "bình chữa cháy loại nào tốt?", "làm căn cước ở đâu",
         "BT-2222-2222-2222-2222",
         "english", "stop", "test", "chào", "😀", "\u200b", "", "dài " * 2500]  # fmt: skip
COMMANDS = ["start", "huy", "stop", "xoa", "tindagui", "hoi", "baotin", "dangky", "ngonngu", "hangcho", "tin", "xyz"]
KINDS = ["sticker", "poll", "else", "too-large"]


# --- anything, in any order -----------------------------------------------------------------------------------------


def contents() -> st.SearchStrategy[Content | int]:
    """What somebody may send; a number stands for one of the choices that are offered at that moment."""
    points = st.sampled_from([HERE, NOWHERE]) | st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
    keys = ["send", "skip", "done", "back", "menu-tip", "ward-00091", "ward-99999", "own-asked0", "own-zz", "cat-theft",
            "event-here", "forget-yes", "topic-x", "claim:tip1", "", "x" * 60]  # fmt: skip
    return st.one_of(
        st.integers(0, 9),
        st.sampled_from(WORDS).map(Text),
        st.text(max_size=40).map(Text),
        st.builds(Photo, st.just("file"), st.sampled_from(["", "xe đây", "cháy nhà rồi"])),
        st.builds(
            File,
            st.sampled_from(["video", "voice", "document"]),
            st.just("file"),
            st.sampled_from(["", "xe đây", "cháy nhà rồi"]),
            st.sampled_from([0, 10**9]),
        ),
        points.map(Pin),
        st.builds(Command, st.sampled_from(COMMANDS), st.sampled_from(["", "w_00091", "w_x", "TH-26-0001"])),
        st.builds(Press, st.sampled_from(keys), st.integers(0, 3), st.just("p")),
        st.builds(Contact, st.just("0912345678"), st.just("Lan")),
        st.sampled_from(WORDS).map(Edited),
        st.builds(Other, st.sampled_from(KINDS), st.sampled_from(["", "hai xe đua nhau"])),
        st.sampled_from(["blocked", "returned"]).map(Membership),  # type: ignore[arg-type]
    )


@settings(max_examples=200, deadline=None)
@given(
    said=st.lists(st.tuples(contents(), st.booleans()), max_size=14),
    asked=st.integers(0, 2),
    served=st.sampled_from([1, 2, 9]),
)
def test_anything_in_any_order_is_answered(said: list[tuple[Content | int, bool]], asked: int, served: int) -> None:
    asyncio.run(_all_answered(Resident(a_world(asked=asked, sent=1, served=served)), said))


async def _all_answered(resident: Resident, said: list[tuple[Content | int, bool]]) -> None:
    for one, in_album in said:
        content = _offered(resident.session, one) if isinstance(one, int) else one
        seen = resident.session.album
        album = "album" if in_album and isinstance(content, Attached) else ""
        await resident.hears(content, album=album)
        further = album != "" and seen == album
        says = [reply for reply in resident.turn.replies if isinstance(reply, Say)]
        if further and triage(words_of(content)) is None:
            assert all(reply.album == album for reply in says), "an album gets one answer, which is edited"
        assert resident.answered or further or isinstance(content, Membership), (content, resident.stands_at)
        _assert_is_whole(resident.session)


def _offered(session: Session, number: int) -> Content:
    if not session.choices:
        return Text(str(number))
    offered = session.choices[number % len(session.choices)]
    return Press(offered.key, 0 if offered.lasting else session.asked, press="p")


def _assert_is_whole(session: Session) -> None:
    if session.flow:
        flow = FLOWS[session.flow]
        assert session.step in flow.steps
        flow.draft.model_validate_json(session.draft)
        assert session.draft_id
        assert session.expires_at is not None
    else:
        assert not session.draft


# --- every step, walked to ------------------------------------------------------------------------------------------

Path = tuple[Content | str, ...]
Walks = dict[tuple[str, str], tuple[Callable[[], World], Path]]
PROBES: tuple[Content, ...] = (
    Text("hài lòng"),
    Text("mấy giờ có điện lại vậy?"),
    Text("tên tôi là Hương, mất xe ở phường Tây Hồ"),
    Text("mất xe đạp"),
    Text("ở Bến Nghé"),
    Text("bình chữa cháy loại nào tốt?"),
    Pin(HERE),
    Command("baotin"),
    Command("hoi"),
    Command("tindagui"),
    Command("dangky"),
    Command("xoa"),
)
ALL_STEPS = {(flow.name, step) for flow in RESIDENTS for step in flow.steps}
WORLDS: tuple[Callable[[], World], ...] = (
    lambda: a_world(sent=1),
    lambda: a_world(asked=1),
    lambda: a_world(asked=2, served=2),
    a_world_of_one_closed,
    a_world_of_one_asked_later,
    lambda: a_world(served=9),
)


async def _walked(build: Callable[[], World], path: Path) -> Resident:
    resident = Resident(build())
    for one in path:
        await (resident.presses(one) if isinstance(one, str) else resident.hears(one))
    return resident


async def _paths(build: Callable[[], World]) -> dict[tuple[str, str], Path]:
    """The shortest way to every step that choices and a few plain messages lead to."""
    found: dict[tuple[str, str], Path] = {("", ""): ()}
    waiting: list[Path] = [()]
    while waiting:
        path = waiting.pop(0)
        standing = await _walked(build, path)
        ways: list[Content | str] = [
            *PROBES,
            *(choice.key for choice in standing.session.choices if not choice.lasting or is_reach_key(choice.key)),
        ]
        for way in ways:
            there = await _walked(build, (*path, way))
            if there.stands_at not in found:
                found[there.stands_at] = (*path, way)
                waiting.append((*path, way))
    return found


@pytest.fixture(scope="module")
def walks() -> Walks:
    """For every step a world and a way that leads there."""

    async def walk() -> Walks:
        ways: Walks = {}
        for build in WORLDS:
            for step, path in (await _paths(build)).items():
                ways.setdefault(step, (build, path))
        return ways

    return asyncio.run(walk())


def test_every_step_can_be_reached(walks: Walks) -> None:
    assert set(walks) - {("", "")} == ALL_STEPS


@pytest.mark.parametrize("step", sorted(ALL_STEPS), ids="-".join)
async def test_a_photo_is_kept_at_every_step(step: tuple[str, str], walks: Walks) -> None:
    resident = await _walked(*walks[step])
    turn = await resident.hears(Photo("file", "xe đây"))
    fetched = any(isinstance(effect, FetchFile) for effect in turn.effects)
    held = resident.stands_at in {("answer", "which"), ("tip", "whose")} and "file" in resident.session.draft
    assert fetched or held
    assert resident.answered


@pytest.mark.parametrize("step", sorted(ALL_STEPS), ids="-".join)
async def test_words_are_kept_at_every_step(step: tuple[str, str], walks: Walks) -> None:
    resident = await _walked(*walks[step])
    turn = await resident.hears(Text("ba người đi xe tải biển số 29C 12345"))
    words = [
        entry.words for effect in turn.effects if isinstance(effect, AddEntries | AnswerAsk) for entry in effect.entries
    ]
    contact = [
        entry.words for effect in turn.effects for entry in getattr(effect, "entries", ()) if entry.kind == "contact"
    ]
    named = [effect.neighbourhood or "" for effect in turn.effects if isinstance(effect, Subscribe)]
    assert "29C 12345" in "".join([*words, *contact, *named, resident.session.draft])


@pytest.mark.parametrize("step", sorted(ALL_STEPS), ids="-".join)
async def test_danger_is_answered_at_every_step(step: tuple[str, str], walks: Walks) -> None:
    resident = await _walked(*walks[step])
    await resident.hears(Text("cháy nhà rồi cứu với"))
    assert resident.text.startswith("GỌI 114 NGAY")


@pytest.mark.parametrize("step", sorted(ALL_STEPS), ids="-".join)
async def test_an_old_button_does_nothing_but_ask_again(step: tuple[str, str], walks: Walks) -> None:
    resident = await _walked(*walks[step])
    before = resident.session
    await resident.hears(Press("send", before.asked + 7, press="p"))
    assert (resident.stands_at, resident.session.draft) == (step, before.draft)
    assert not resident.turn.effects
    assert resident.answered


FORGED: tuple[str, ...] = ("claim:tip1", "reach-silent:not-mine", "reach-none:tip1", "ward-99999", "own-not-mine")
FORGED += ("cat-none", "group-none", "topic-none", "")


@pytest.mark.parametrize("step", sorted(ALL_STEPS), ids="-".join)
@pytest.mark.parametrize("key", FORGED)
async def test_a_forged_choice_causes_nothing(step: tuple[str, str], key: str, walks: Walks) -> None:
    resident = await _walked(*walks[step])
    await resident.presses(key)
    assert all(isinstance(effect, DropDraft) for effect in resident.turn.effects)
    assert resident.answered


# --- nothing is asked more than twice --------------------------------------------------------------------------------

ASKS = ("Việc xảy ra ở đâu?", "Việc xảy ra ở phường, xã nào?", "nơi xảy ra việc, hay nơi bạn đang đứng?",
        "Công an có được hỏi thêm bạn không?", "Bạn hỏi cán bộ của phường, xã nào?")  # fmt: skip
OPENINGS: tuple[Path, ...] = (
    (Text("mất xe đạp"),),
    (Pin(HERE),),
    (Text("mất xe đạp"), Text("phường Tây Hồ"), "send"),
    (Command("hoi"), Text("bình chữa cháy loại nào tốt?"), "send"),
)


@pytest.mark.parametrize("served", [1, 2])
@pytest.mark.parametrize("opening", OPENINGS, ids=["story", "pin", "sent", "question"])
@pytest.mark.parametrize(
    "more", [Photo("file"), Text("nhiều người lắm"), Text("chịu, không biết")], ids=["photo", "words", "no-idea"]
)
async def test_a_question_that_is_not_answered_is_asked_twice_at_most(
    served: int, opening: Path, more: Content
) -> None:
    resident, asked = Resident(a_world(served=served)), dict.fromkeys(ASKS, 0)
    for one in (*opening, *[more] * 8):
        await (resident.presses(one) if isinstance(one, str) else resident.hears(one))
        for question in ASKS:
            asked[question] += resident.text.count(question)
    assert max(asked.values()) <= 2, asked


# --- single stories --------------------------------------------------------------------------------------------------


async def test_where_they_stand_is_forgotten_at_once() -> None:
    resident = Resident(a_world())
    await resident.hears(Text("mất xe đạp"))
    await resident.hears(Pin(HERE))
    await resident.presses("stand-here")
    assert TipDraft.model_validate_json(resident.session.draft).pin is None
    assert "21.07" not in resident.session.draft
    turn = await resident.presses("send")
    [filed] = [effect for effect in turn.effects if isinstance(effect, FileTip)]
    assert all(entry.point is None for entry in filed.entries)


@pytest.mark.parametrize("step", ["told", "place", "ward", "pin", "send", "more"])
async def test_before_sending_no_position_is_kept_unexplained(step: str, walks: Walks) -> None:
    resident = await _walked(*walks["tip", step])
    await resident.hears(Pin(Point(21.031, 105.831)))
    draft = TipDraft.model_validate_json(resident.session.draft)
    assert resident.stands_at == ("tip", "pin")
    assert draft.pin == (21.031, 105.831)
    assert all(one.latitude != 21.031 for one in draft.told)


async def test_an_album_is_one_answer_and_every_photo_is_fetched() -> None:
    resident, fetched, answers = Resident(a_world()), 0, 0
    for number in range(4):
        turn = await resident.hears(Photo(f"file{number}"), album="album")
        fetched += sum(isinstance(effect, FetchFile) for effect in turn.effects)
        answers += sum(isinstance(reply, Say) for reply in turn.replies)
    assert (fetched, answers) == (4, 4), "the question with the count, and three edits of it"
    assert all(reply.album for reply in resident.turn.replies if isinstance(reply, Say)), "one answer, edited"
    assert resident.text.startswith("Đã thêm 4 ảnh.")


async def test_an_album_does_not_skip_questions() -> None:
    resident = Resident(a_world())
    await resident.hears(Text("mất xe đạp, phường Tây Hồ"))
    for key in ("send", "reach-here", "name-category"):
        await resident.presses(key)
    while resident.stands_at != ("after", "question"):
        await resident.presses(resident.session.choices[0].key)
    for number in range(4):
        await resident.hears(Photo(f"file{number}"), album="album")
    assert '"question":1' in resident.session.draft


async def test_a_receipt_never_goes_into_a_tip() -> None:
    resident = Resident(a_world())
    await resident.hears(Text("mất xe đạp"))
    await resident.hears(Text("BT-2222-2222-2222-2222"))
    assert "2222" not in resident.session.draft
    assert resident.stands_at == ("tip", "place")


async def test_stop_ends_it_at_once() -> None:
    world = a_world()
    world.subscribed["resident"] = Subscription(TAY_HO.code)
    resident = Resident(world)
    turn = await resident.hears(Text("STOP"))
    assert turn.effects == (Unsubscribe(),)


async def test_a_street_named_like_a_far_ward_is_not_taken_for_it() -> None:
    resident = Resident(a_world())
    await resident.hears(Text("mất xe đạp"))
    await resident.hears(Text("số 5 Bến Nghé"))
    assert resident.stands_at == ("tip", "send")
    assert '"ward":"00091"' in resident.session.draft


async def test_where_several_wards_are_served_such_a_street_is_asked_about() -> None:
    resident = Resident(a_world(served=2))
    await resident.hears(Text("mất xe đạp"))
    await resident.hears(Text("số 5 Bến Nghé"))
    assert resident.stands_at == ("tip", "ward")
    assert {choice.key for choice in resident.session.choices} == {"ward-26734", "ward-00004", "ward-00091", "skip"}


async def test_a_far_ward_named_as_one_is_taken() -> None:
    resident = Resident(a_world())
    await resident.hears(Text("mất xe đạp ở phường Bến Nghé"))
    assert resident.stands_at == ("tip", "send")


async def test_what_comes_after_a_closed_tip_is_something_new() -> None:
    world = a_world()
    world.own["resident"] = [an_own_tip("sent0", status=Status.CLOSED)]
    resident = Resident(world)
    await resident.hears(Command("tindagui"))
    await resident.presses("own-sent0")
    turn = await resident.hears(Photo("file", "lại mất xe đạp"))
    assert any(isinstance(effect, FetchFile) for effect in turn.effects)
    assert resident.stands_at[0] == "tip"


async def test_an_edited_message_counts_as_said_again() -> None:
    resident = Resident(a_world())
    await resident.hears(Text("mất xe đạp"))
    await resident.hears(Edited("mất xe đạp điện"))
    assert "mất xe đạp điện" in resident.session.draft


async def test_a_forwarded_message_is_taken_like_any_other() -> None:
    resident = Resident(a_world())
    await resident.hears(Text("mất xe đạp"))
    said = Incoming(
        "f", resident.session.by, resident.session.place, resident.world.now, Text("biển 29C"), forwarded=True
    )
    after, turn = await advance(resident.session, said, resident.world.facts(resident.session))
    assert "29C" in after.draft
    assert turn.replies
