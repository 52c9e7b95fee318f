"""The clock's decisions: silent claims, alerts that climb, one digest a desk, and quiet nights."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from handlers.clock import Hours, digest, remind, remind_question
from handlers.effects import AlertDesk, Effect, MoveTip, RemindLater, RemindQuestion, TellOwner, TellPlace
from handlers.hours import WORKING_HOURS, QuietHours, after_working
from handlers.workflow import claim_expires_at
from messages.address import Place
from storage.records import CLOCK, EVERY_WARD, Desk, Entry, EntryId, Role, Status, Tip, Urgency
from tests.handlers.fake_facts import NOW, TAY_HO, TIMEZONE, WEB, a_question, a_tip, an_officer, private, read

GROUP = Place(WEB, "group", shared=True)
DESK = Desk(TAY_HO.code, (GROUP,))
HOURS = Hours(TIMEZONE, QuietHours())
OFFICERS = (
    an_officer("Owner"),
    an_officer("Head", Role.CHIEF),
    an_officer("Admin", Role.ADMIN, ward=EVERY_WARD),
    an_officer("Auditor", Role.AUDITOR, ward=EVERY_WARD),
)
NIGHT = datetime(2026, 11, 24, 23, 0, tzinfo=TIMEZONE).astimezone(UTC)
MORNING = datetime(2026, 11, 25, 6, 30, tzinfo=TIMEZONE).astimezone(UTC)


def waiting(tip_id: str = "tip1", *, alerts: int = 0, urgency: Urgency = Urgency.NORMAL, due_at: datetime = NOW) -> Tip:
    return a_tip(tip_id, alerts=alerts, urgency=urgency, due_at=due_at)


def claimed(due_at: datetime = NOW, **more: object) -> Tip:
    tip = a_tip(status=Status.CLAIMED, owner=OFFICERS[0].id, owner_name="Owner", due_at=due_at)
    return replace(tip, **more)  # type: ignore[arg-type]


def places(effects: Sequence[Effect]) -> list[Place]:
    return [effect.place for effect in effects if isinstance(effect, TellPlace)]


def later(effects: Sequence[Effect]) -> list[RemindLater]:
    return [effect for effect in effects if isinstance(effect, RemindLater)]


@pytest.mark.parametrize(
    ("alerts", "reached"),
    [
        (0, [GROUP]),
        (1, [GROUP]),
        (2, [private("Head")]),
        (3, [private("Admin")]),
        (4, [GROUP, private("Head"), private("Admin")]),
        (9, [GROUP, private("Head"), private("Admin")]),
    ],
)
def test_alerts_reach_the_desk_twice_then_the_chief_then_the_admin_then_all(alerts: int, reached: list[Place]) -> None:
    effects = remind(waiting(alerts=alerts), DESK, officers=OFFICERS, now=NOW, hours=HOURS)
    assert places(effects) == reached
    assert [(one.alerts, one.version) for one in later(effects)] == [(alerts + 1, 1)]
    assert all(one.due_at is not None and one.due_at > NOW for one in later(effects))


def test_a_ward_without_a_chief_goes_on_to_the_admin_and_without_anybody_back_to_the_desk() -> None:
    no_chief = (OFFICERS[0], OFFICERS[2])
    assert places(digest((waiting(alerts=2),), DESK, officers=no_chief, now=NOW, hours=HOURS)) == [private("Admin")]
    nobody = digest((waiting(alerts=3),), DESK, officers=(), now=NOW, hours=HOURS)
    assert places(nobody) == [GROUP]


def test_twelve_waiting_tips_of_which_three_are_urgent_are_one_message() -> None:
    due = [waiting(f"t{place}", urgency=Urgency.HIGH if place < 3 else Urgency.LOW) for place in range(10)]
    resting = [waiting(f"r{place}", due_at=NOW + timedelta(minutes=1)) for place in range(2)]
    effects = digest((*due, *resting), DESK, officers=OFFICERS, now=NOW, hours=HOURS)
    [told] = [effect for effect in effects if isinstance(effect, TellPlace)]
    assert read(*told.say.words) == "12 tin chờ, 3 khẩn. Tin lâu nhất: 1 giờ."
    assert not told.say.urgent
    assert [one.tip for one in later(effects)] == [tip.id for tip in due]


def test_at_night_only_emergencies_are_alerted_and_sound() -> None:
    asleep, awake = waiting("a", due_at=NIGHT), waiting("b", due_at=NIGHT, urgency=Urgency.EMERGENCY)
    effects = digest((asleep, awake), DESK, officers=OFFICERS, now=NIGHT, hours=HOURS)
    [told] = [effect for effect in effects if isinstance(effect, TellPlace)]
    assert told.say.urgent
    put_off, counted = later(effects)
    assert (put_off.tip, put_off.alerts, put_off.due_at) == ("a", 0, MORNING)
    assert (counted.tip, counted.alerts, counted.due_at) == ("b", 1, NIGHT + timedelta(minutes=5))
    quiet = remind(asleep, DESK, officers=OFFICERS, now=NIGHT, hours=HOURS)
    assert places(quiet) == []


@pytest.mark.parametrize("status", list(Status))
def test_what_is_not_due_gets_nothing(status: Status) -> None:
    tip = replace(claimed(NOW + timedelta(seconds=1)), status=status)
    assert remind(tip, DESK, officers=OFFICERS, now=NOW, hours=HOURS) == ()


def test_a_silent_claim_returns_to_the_queue_and_its_owner_hears_of_it() -> None:
    tip = claimed(open_ask=EntryId("e9"), urgency=Urgency.EMERGENCY)
    moved, told, others, alert = remind(tip, DESK, officers=OFFICERS, now=NOW, hours=HOURS)
    assert isinstance(moved, MoveTip)
    assert (moved.officer, moved.what, moved.to, moved.owner) == (CLOCK, "lapsed", Status.NEW, None)
    assert (moved.open_ask, moved.alerts, moved.due_at) == ("e9", 0, NOW + timedelta(minutes=5))
    assert isinstance(told, TellPlace) and isinstance(others, TellPlace)
    assert (told.place, others.place) == (private("Owner"), GROUP)
    assert told.say.urgent and others.say.urgent, "the card is only edited, which makes no sound"
    assert alert == AlertDesk(tip.id, DESK, urgent=True)


@pytest.mark.parametrize(("minutes", "lapses"), [(59, False), (60, True), (61, True)])
def test_a_note_of_the_owner_renews_the_claim_and_one_of_somebody_else_does_not(minutes: int, *, lapses: bool) -> None:
    at = NOW - timedelta(minutes=minutes)
    note = Entry(EntryId("n"), "note", at, officer=OFFICERS[0].id)
    tip = claimed(urgency=Urgency.HIGH, entries=(note,))
    effects = remind(tip, DESK, officers=OFFICERS, now=NOW, hours=HOURS)
    assert isinstance(effects[0], MoveTip if lapses else RemindLater)
    if not lapses:
        assert later(effects)[0].due_at == at + timedelta(hours=1)
    foreign = replace(tip, entries=(replace(note, at=NOW, officer=OFFICERS[1].id),))
    assert isinstance(remind(foreign, DESK, officers=OFFICERS, now=NOW, hours=HOURS)[0], MoveTip)


@pytest.mark.parametrize("status", [Status.REFERRED, Status.CLOSED])
def test_a_tip_that_waits_for_somebody_outside_is_left_alone(status: Status) -> None:
    [left] = remind(replace(claimed(), status=status), DESK, officers=OFFICERS, now=NOW, hours=HOURS)
    assert left == RemindLater(claimed().id, 1, alerts=0, due_at=None, refresh=False)


def test_a_question_that_its_reporter_leaves_open_gives_the_tip_back_to_its_owner() -> None:
    tip = replace(claimed(open_ask=EntryId("e9")), status=Status.ASKED)
    moved, told = remind(tip, DESK, officers=OFFICERS, now=NOW, hours=HOURS)
    assert isinstance(moved, MoveTip) and isinstance(told, TellOwner)
    assert (moved.officer, moved.what, moved.to, moved.owner) == (CLOCK, "answer-overdue", Status.CLAIMED, tip.owner)
    assert moved.open_ask == "e9", "a late answer still finds it"
    assert moved.due_at == claim_expires_at(tip.urgency, NOW, timezone=TIMEZONE)


def test_a_question_reaches_the_duty_desk_after_a_working_day_then_chief_and_admin_and_then_rests() -> None:
    reached = []
    for alerts in range(4):
        question = a_question(alerts=alerts)
        effects = remind_question(question, DESK, officers=OFFICERS, now=NOW, hours=HOURS)
        reached.append(places(effects))
        reminder = effects[0]
        assert isinstance(reminder, RemindQuestion)
        assert (reminder.due_at is None) == (alerts >= 2)
        assert "question q1" not in "".join(read(*one.say.words) for one in effects if isinstance(one, TellPlace))
    assert reached == [[GROUP], [private("Head")], [private("Admin")], []]


# --- hours ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("20:59", False), ("21:00", True), ("23:59", True), ("00:00", True), ("06:29", True), ("06:30", False)],
)
def test_quiet_hours_run_over_midnight_and_end_where_they_end(clock: str, *, quiet: bool) -> None:
    at = datetime.combine(datetime(2026, 11, 24, tzinfo=TIMEZONE), time.fromisoformat(clock), tzinfo=TIMEZONE)
    hours = QuietHours()
    assert hours.include(at, timezone=TIMEZONE) is quiet
    over = hours.over_at(at.astimezone(UTC), timezone=TIMEZONE)
    assert (over == at) is not quiet
    assert not hours.include(over, timezone=TIMEZONE)
    assert over - at <= timedelta(hours=9, minutes=30)


def test_quiet_hours_of_equal_ends_never_are_and_such_within_a_day_end_the_same_day() -> None:
    never = QuietHours(time(7), time(7))
    assert not any(never.include(NOW + timedelta(hours=step), timezone=TIMEZONE) for step in range(24))
    noon = QuietHours(time(9), time(13))
    assert noon.over_at(NOW, timezone=TIMEZONE) == NOW + timedelta(hours=3)


def test_working_hours_add_up_over_nights_and_weekends() -> None:
    assert sorted(WORKING_HOURS) == [0, 1, 2, 3, 4]
    friday = datetime(2026, 11, 27, 17, 29, tzinfo=TIMEZONE)
    for minutes, expected in ((1, friday + timedelta(minutes=1)), (2, datetime(2026, 11, 30, 7, 31, tzinfo=TIMEZONE))):
        assert after_working(friday.astimezone(UTC), timedelta(minutes=minutes), timezone=TIMEZONE) == expected
