"""After words of danger: asked once whether they are safe, and left in peace for an hour."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.effects import AddEntries, AlertDesk, AnswerAsk, FileTip
from handlers.residents.safety import NEVER_ASKED, alarmed, remind_at, reminded
from handlers.residents.status import raised_to
from handlers.residents.telling import TipDraft, Told
from handlers.workflow import ALERT_AGAIN_AFTER, CLAIM_HOLDS
from messages.incoming import Press, Text
from messages.meaning.danger import Kind
from messages.meaning.emergencies import triage
from messages.outgoing import Say
from storage.records import Session, Status, Urgency
from tests.handlers.fake_facts import NOW, a_session, read
from tests.handlers.resident_driver import Resident, a_world, an_own_tip

LATER = NOW + timedelta(minutes=5)


def telling(session: Session) -> Session:
    draft = TipDraft(told=(Told(id="a", words="cháy"),))
    return replace(session, flow="tip", step="place", draft=draft.model_dump_json(), draft_id="d")


@pytest.mark.parametrize("kind", list(Kind))
def test_everybody_is_asked_but_who_may_be_hiding_or_watched(kind: Kind) -> None:
    session = alarmed(a_session(), kind, now=NOW)
    assert (session.safe_at is None) == (kind in NEVER_ASKED)
    assert session.calm_until == NOW + timedelta(hours=1)
    after, said = reminded(session, LATER)
    assert (said is None) == (kind in NEVER_ASKED)
    assert after.safe_at is None
    assert reminded(after, LATER)[1] is None, "asked once"


def test_what_lies_in_the_open_is_rounded_so_that_it_is_not_a_tips_time() -> None:
    session = alarmed(a_session(), Kind.FIRE, now=NOW + timedelta(seconds=61))
    at = remind_at(session, None)
    assert at is not None and session.safe_at is not None
    assert session.safe_at <= at < session.safe_at + timedelta(minutes=5)
    assert at.timestamp() % 300 == 0


def test_an_unsent_tip_is_named_with_the_question_and_reminded_of_later() -> None:
    after, said = reminded(telling(alarmed(a_session(), Kind.FIRE, now=NOW)), LATER)
    assert said is not None and said.urgent
    assert "114" in read(said.words[0])
    assert "CHƯA gửi" in read(*said.words)
    assert after.remind_at == LATER + timedelta(minutes=30)
    assert [choice.key for choice in after.choices] == ["safe", "not-safe"]


async def test_what_was_asked_before_can_still_be_answered_by_its_button() -> None:
    resident = Resident(a_world())
    await resident.hears(Text("cháy nhà ở phường Tây Hồ, cứu với"))
    assert "send" in [choice.key for choice in resident.session.choices]
    send = Press("send", resident.session.asked, press="p")
    resident.session, said = reminded(replace(resident.session, safe_at=LATER), LATER)
    assert said is not None
    turn = await resident.hears(send)
    assert [effect for effect in turn.effects if isinstance(effect, FileTip)]


def test_a_draft_with_nothing_in_it_is_not_reminded_of() -> None:
    empty = replace(a_session(), flow="tip", step="told", draft=TipDraft().model_dump_json(), draft_id="d")
    assert reminded(empty, LATER)[1] is None
    assert reminded(telling(a_session()), LATER)[1] is not None


async def test_not_safe_says_the_number_again_and_alerts_the_desk_that_has_the_tip() -> None:
    world = a_world()
    world.own["resident"] = [an_own_tip("fire", urgency=Urgency.EMERGENCY)]
    resident = Resident(world)
    resident.session = replace(resident.session, danger=Kind.FIRE)
    turn = await resident.hears(Press("not-safe", 0, press="p"))
    [first, *_] = [reply for reply in turn.replies if isinstance(reply, Say)]
    assert first.urgent and resident.text.startswith("GỌI 114 NGAY")
    assert [type(effect) for effect in turn.effects] == [AddEntries, AlertDesk]
    await resident.hears(Text("1"))
    assert resident.answered


FIRE = Text("cháy nhà số 5 ngõ 10, cứu với")


def tells_the_number(resident: Resident) -> bool:
    return any(isinstance(reply, Say) and reply.urgent for reply in resident.turn.replies)


async def test_the_number_is_not_said_twice_in_a_row_but_again_after_an_hour() -> None:
    resident = Resident(a_world())
    await resident.hears(FIRE)
    assert tells_the_number(resident)
    await resident.hears(FIRE)
    assert not tells_the_number(resident), "it stands just above"
    resident.world.now += timedelta(hours=1)
    await resident.hears(FIRE)
    assert tells_the_number(resident)
    assert resident.stands_at[0] == "tip", "what was being told goes on"


async def test_a_danger_told_once_a_conversation_has_lapsed_is_answered_like_the_first() -> None:
    resident = Resident(a_world())
    await resident.hears(FIRE)
    await resident.presses("skip")
    await resident.presses("send")
    assert resident.stands_at[0] == "after"
    resident.world.now += timedelta(hours=3)
    await resident.hears(FIRE)
    assert tells_the_number(resident)
    assert resident.stands_at == ("tip", "place")


# --- a tip that was sent becomes an emergency -----------------------------------------------------------------------

DANGER = Text("chúng nó rút dao chém nhau rồi, cứu với")


@pytest.mark.parametrize(
    ("status", "due_after"), [(Status.NEW, ALERT_AGAIN_AFTER), (Status.CLAIMED, CLAIM_HOLDS), (Status.REFERRED, None)]
)
@pytest.mark.parametrize("urgency", [Urgency.LOW, Urgency.NORMAL, Urgency.EMERGENCY])
async def test_words_of_danger_added_to_a_sent_tip_raise_it(
    status: Status, due_after: dict[Urgency, timedelta] | None, urgency: Urgency
) -> None:
    resident = Resident(a_world())
    resident.world.own["resident"] = [an_own_tip("mine", status=status, urgency=urgency)]
    await resident.hears(Text("tin đã gửi"))
    await resident.presses("own-mine")
    await resident.presses("add-more")
    resident.session = replace(resident.session, alarm=Kind.WEAPON, calm_until=NOW + timedelta(hours=1))
    await resident.hears(DANGER)
    [added] = [effect for effect in resident.turn.effects if isinstance(effect, AddEntries)]
    if urgency is Urgency.EMERGENCY:
        assert (added.urgency, added.due_at) == (None, None), "it is as urgent already, and its clock goes on"
    else:
        assert added.urgency is Urgency.EMERGENCY
        assert added.due_at == (NOW + due_after[Urgency.EMERGENCY] if due_after else None)
    assert [effect.urgent for effect in resident.turn.effects if isinstance(effect, AlertDesk)] == [True]


@pytest.mark.parametrize(
    ("words", "alarms"),
    [("he put a knife to her throat", True), ("dad is hitting mom again, please come", True), ("cầu Nhật Tân", False)],
)
async def test_an_answer_to_where_is_danger_where_it_is_plainly_one(words: str, alarms: bool) -> None:
    resident = Resident(a_world())
    await resident.hears(Text("xe tải đổ trộm phế thải"))
    assert resident.stands_at == ("tip", "place")
    await resident.hears(Text(words))
    assert ("113" in resident.text.splitlines()[0]) is alarms


async def test_an_answer_that_only_sounds_a_little_like_danger_does_not_raise_its_tip() -> None:
    words = "Cao ngang ngực, nhãn tiếng nước ngoài"
    assert triage(words) is not None, "told by itself the number would be shown"
    resident = Resident(a_world(asked=1))
    await resident.hears(Text("tin đã gửi"))
    await resident.presses("own-asked0")
    await resident.presses("answer-ask")
    await resident.hears(Text(words))
    [answer] = [effect for effect in resident.turn.effects if isinstance(effect, AnswerAsk)]
    assert answer.urgency is None
    assert not any(effect.urgent for effect in resident.turn.effects if isinstance(effect, AlertDesk))


async def test_an_answer_with_words_of_danger_raises_its_tip() -> None:
    resident = Resident(a_world(asked=1))
    await resident.hears(Text("tin đã gửi"))
    await resident.presses("own-asked0")
    await resident.presses("answer-ask")
    resident.session = replace(resident.session, alarm=Kind.WEAPON, calm_until=NOW + timedelta(hours=1))
    await resident.hears(DANGER)
    [answer] = [effect for effect in resident.turn.effects if isinstance(effect, AnswerAsk)]
    assert (answer.to, answer.urgency) == (Status.CLAIMED, Urgency.EMERGENCY)
    assert answer.due_at == NOW + CLAIM_HOLDS[Urgency.EMERGENCY]
    assert resident.world.own["resident"][0].urgency is Urgency.EMERGENCY


def test_money_that_is_being_lost_makes_a_tip_high_as_when_it_is_filed() -> None:
    assert raised_to(an_own_tip("a"), Kind.MONEY) is Urgency.HIGH
    assert raised_to(an_own_tip("a", urgency=Urgency.EMERGENCY), Kind.MONEY) is None
    assert raised_to(an_own_tip("a"), None) is None
