"""The workflow of a tip: every decision in every status by everybody, wards apart, and of two who claim exactly one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from handlers.effects import AddEntries, AlertDesk, MoveTip, NewEntry, TellPlace, TellReporter
from handlers.hours import WORKING_DAY, after_working
from handlers.officers.review import card, whole
from handlers.officers.ruling import (
    VERBS,
    Ask,
    Claim,
    Close,
    Decision,
    GiveBack,
    HandOver,
    Note,
    PassOn,
    Refer,
    Reopen,
    TakeOver,
    rule,
)
from handlers.workflow import (
    MOVES,
    Verb,
    alert_again_at,
    claim_expires_at,
    may,
    may_see,
    more_urgent,
    offers,
    working_day_after,
)
from messages.designations import FIRST, SECOND, designation
from messages.outgoing import Say
from messages.phrase import Phrase, Quote
from storage.records import EVERY_WARD, Desk, EntryId, Officer, Outcome, Reach, Role, Status, Tip, Urgency
from tests.handlers.fake_facts import (
    BA_DINH,
    NOW,
    TAY_HO,
    TIMEZONE,
    FakeFacts,
    World,
    a_session,
    a_tip,
    an_officer,
    private,
    read,
)

OWNER, COLLEAGUE = an_officer("Owner"), an_officer("Colleague")
PEOPLE: dict[str, Officer] = {
    "O": OWNER,
    "C": COLLEAGUE,
    "H": an_officer("Head", Role.CHIEF),
    "F": an_officer("Fire", Role.FIRE),
    "A": an_officer("Admin", Role.ADMIN, ward=EVERY_WARD),
}
NOBODIES = [
    an_officer("Auditor", Role.AUDITOR, ward=EVERY_WARD),
    an_officer("Elsewhere", ward=BA_DINH.code),
    an_officer("Chief elsewhere", Role.CHIEF, ward=BA_DINH.code),
    an_officer("Pending", status="pending"),
    an_officer("Revoked", status="revoked"),
    an_officer("Without roles", roles={}),
]
GRID = """
            new        claimed      asked        referred     closed
claim       OCH>claimed -           -            -            -
give-back   -          O>new        O>new        -            -
take-over   -          CH>claimed   CH>asked     CH>referred  -
ask         -          O>asked      O>asked      -            -
note        OCHF>new   OCHF>claimed OCHF>asked   OCHF>referred OCHF>closed
hand-over   H>claimed  OH>claimed   OH>asked     -            -
pass-on     HA>new     OH>new       OH>new       -            -
refer       -          O>referred   O>referred   -            -
close       -          O>closed     O>closed     O>closed     -
reopen      -          -            -            OCH>claimed  OCH>claimed
lapse       -          -            -            -            -
go-on       -          -            -            -            -
reopen-mine -          -            -            -            -
"""
"""Who may (Owner, Colleague, Head, Fire officer, Admin), and where the tip stands afterwards."""
HEADS, *ROWS = [line.split() for line in GRID.strip().splitlines()]
CELLS = [(row[0], Status(head), cell) for row in ROWS for head, cell in zip(HEADS, row[1:], strict=True)]
DECISIONS: list[Decision] = [
    Claim(),
    GiveBack(),
    TakeOver("on leave", private("Owner")),
    Ask("Which door?"),
    Note((NewEntry(EntryId("n"), "note", "seen"),)),
    HandOver(an_officer("Third")),
    PassOn(BA_DINH, Desk(BA_DINH.code, (private("ba-dinh"),))),
    Refer("pc04"),
    Close(Outcome.HANDLED, valuable=True, words="Thanks."),
    Reopen(),
]
BY_VERB: dict[str, Decision] = {VERBS[type(decision)]: decision for decision in DECISIONS}


def the_facts() -> FakeFacts:
    return World().facts(a_session("Owner"))


def a_tip_in(status: Status, **more: object) -> Tip:
    owner = None if status is Status.NEW else OWNER.id
    return replace(a_tip(status=status, owner=owner, owner_name="" if owner is None else "Owner"), **more)  # type: ignore[arg-type]


def test_the_grid_names_every_decision_and_every_status() -> None:
    assert {row[0] for row in ROWS} == set(get_args(Verb)) == {move.verb for move in MOVES}
    assert [str(status) for status in Status] == HEADS
    assert set(BY_VERB) | {"lapse", "go-on", "reopen-mine"} == set(get_args(Verb))
    assert len({(move.verb, move.start) for move in MOVES}) == len(MOVES)


@pytest.mark.parametrize("letter", PEOPLE)
@pytest.mark.parametrize(("verb", "status", "cell"), CELLS)
def test_each_may_exactly_what_the_grid_says(verb: Verb, status: Status, cell: str, letter: str) -> None:
    letters, _, to = cell.partition(">")
    tip, officer = a_tip_in(status), PEOPLE[letter]
    allowed = letter in letters
    assert may(officer, tip, verb=verb) is allowed
    if verb not in BY_VERB:  # the clock's, or the reporter's
        return
    ruling = rule(tip, officer, BY_VERB[verb], the_facts())
    assert ruling.allowed is allowed
    assert ruling.replies
    if not allowed:
        assert ruling.effects == ()
    elif verb == "note":
        assert isinstance(ruling.effects[0], AddEntries)
        assert to == status
    else:
        moved = ruling.effects[0]
        assert isinstance(moved, MoveTip)
        assert (moved.to, moved.version, moved.officer) == (to, tip.version, officer.id)
        assert (moved.owner is None) == (to == "new")
        assert moved.what == next(move.event for move in MOVES if move.verb == verb)


@pytest.mark.parametrize("officer", NOBODIES, ids=lambda one: one.name)
@pytest.mark.parametrize("status", list(Status))
def test_nobody_else_may_anything_and_hears_nothing(officer: Officer, status: Status) -> None:
    tip = replace(a_tip_in(status), media=3, reach=Reach.CONTACT)
    assert not may_see(officer, tip.desk)
    assert offers(tip, officer) == ()
    for decision in DECISIONS:
        ruling = rule(tip, officer, decision, the_facts())
        assert (ruling.allowed, ruling.effects) == (False, ())
        assert ruling.replies == (Say((Phrase("not-understood"),)),)


def test_admins_see_no_content_and_roles_that_span_the_installation_count_in_every_ward() -> None:
    assert not may_see(PEOPLE["A"], TAY_HO.code)
    assert not may_see(None, TAY_HO.code)
    assert may_see(an_officer("Central", Role.CHIEF, ward=EVERY_WARD), TAY_HO.code)
    assert [may_see(PEOPLE[letter], TAY_HO.code) for letter in "OCHF"] == [True] * 4
    assert [may_see(PEOPLE[letter], BA_DINH.code) for letter in "OCHF"] == [False] * 4


def test_no_button_is_offered_that_would_be_refused() -> None:
    seen = set[str]()
    for status in Status:
        for officer in PEOPLE.values():
            for offered in offers(replace(a_tip_in(status), media=1), officer):
                verb = offered.key.partition(":")[0]
                seen.add(verb)
                verbs = {"back": "give-back", "take": "take-over", "hand": "hand-over"}
                if verb == "files":
                    continue
                decision = BY_VERB[verbs.get(verb, verb)]
                fallback = BY_VERB["pass-on"] if verb == "hand" else decision
                assert any(rule(a_tip_in(status), officer, one, the_facts()).allowed for one in (decision, fallback))
    assert seen == {"claim", "ask", "close", "hand", "refer", "back", "take", "reopen", "note", "files"}


def test_of_two_who_claim_the_second_hears_who_and_when() -> None:
    tip = a_tip()
    first = rule(tip, OWNER, Claim(), the_facts())
    assert first.allowed
    claimed = a_tip_in(Status.CLAIMED, version=2, changed_at=NOW)
    second = rule(claimed, COLLEAGUE, Claim(), the_facts())
    assert second.effects == ()
    [said] = second.replies
    assert isinstance(said, Say)
    assert read(*said.words) == "Owner đã nhận tin TH-26-0412 lúc 10:00 24/11/2026."
    again = rule(claimed, OWNER, Claim(), the_facts()).replies[0]
    assert isinstance(again, Say)
    assert read(*again.words) == "Bạn đang giữ tin TH-26-0412 rồi."


# --- what each decision causes ----------------------------------------------------------------------------------


def caused(tip: Tip, decision: Decision, officer: Officer = OWNER) -> tuple[MoveTip, list[object]]:
    ruling = rule(tip, officer, decision, the_facts())
    assert ruling.allowed, ruling.replies
    moved = ruling.effects[0]
    assert isinstance(moved, MoveTip)
    return moved, list(ruling.effects[1:])


def test_a_question_goes_out_in_the_units_name_with_the_receipts_tail_and_without_the_officers() -> None:
    moved, [told] = caused(a_tip_in(Status.CLAIMED), Ask("Which door?"))
    assert isinstance(told, TellReporter)
    [asked] = moved.entries
    assert (asked.kind, asked.words, moved.open_ask) == ("asked", "Which door?", asked.id)
    assert moved.due_at == after_working(NOW, 3 * WORKING_DAY, timezone=TIMEZONE)
    assert told.say.ask == asked.id, "a reply to it is the answer"
    words = read(*told.say.words)
    assert words.startswith("Công an phường Tây Hồ hỏi thêm về tin …<contact tip1 tail> của bạn:")
    assert f"<entry {asked.id}>" in words
    assert "Owner" not in words
    assert "TH-26-0412" not in words
    assert told.say.anchor == ""


def test_a_reporter_who_wants_no_messages_is_never_written_to() -> None:
    silent = a_tip_in(Status.CLAIMED, reach=Reach.SILENT)
    refused = rule(silent, OWNER, Ask("Which door?"), the_facts())
    assert (refused.allowed, refused.effects) == (False, ())
    assert not any(choice.key.startswith("ask:") for choice in offers(silent, OWNER))
    for decision in (Refer("pc04"), Close(Outcome.SPAM), BY_VERB["pass-on"]):
        told = caused(silent, decision)[1]
        assert not any(isinstance(effect, TellReporter) for effect in told)
    assert not rule(a_tip_in(Status.CLAIMED, reachable=False), OWNER, Ask("?"), the_facts()).allowed


@pytest.mark.parametrize("outcome", list(Outcome))
def test_closing_tells_the_reporter_the_outcome_and_the_line(outcome: Outcome) -> None:
    decision = Close(outcome, valuable=True, words="We went there.", body="ubnd" if outcome == "not-ours" else "")
    moved, [told] = caused(a_tip_in(Status.ASKED, open_ask=EntryId("e9")), decision)
    assert (moved.outcome, moved.valuable, moved.open_ask, moved.due_at) == (outcome, True, None, None)
    assert [entry.kind for entry in moved.entries] == ["outcome"]
    assert isinstance(told, TellReporter)
    words = read(*told.say.words)
    assert f"<entry {moved.entries[0].id}>" in words
    assert ("UBND" in words) == (outcome is Outcome.NOT_OURS)


def test_a_referral_names_the_body_and_a_written_one_is_quoted_not_copied() -> None:
    _, [known] = caused(a_tip_in(Status.CLAIMED), Refer("pc04"))
    moved, [written] = caused(a_tip_in(Status.CLAIMED), Refer("", "Đội 3"))
    assert isinstance(known, TellReporter)
    assert isinstance(written, TellReporter)
    assert "Cảnh sát ma túy (PC04)" in read(*known.say.words)
    assert written.say.words[0].args["body"] == Quote("entry", moved.entries[0].id)
    assert "Đội 3" not in str(written.say)


def test_taking_over_keeps_the_reason_and_tells_the_one_who_had_it() -> None:
    moved, [told] = caused(a_tip_in(Status.CLAIMED), TakeOver("on leave", private("Owner")), COLLEAGUE)
    assert [(entry.kind, entry.words) for entry in moved.entries] == [("note", "on leave")]
    assert isinstance(told, TellPlace)
    assert told.place == private("Owner")
    assert "on leave" not in str(told)


def test_handing_over_tells_the_new_owner_and_only_officers_of_the_desk_can_have_it() -> None:
    third = an_officer("Third")
    moved, [told] = caused(a_tip_in(Status.CLAIMED), HandOver(third))
    assert (moved.owner, moved.to) == (third.id, Status.CLAIMED)
    assert isinstance(told, TellPlace)
    assert told.place == third.place
    for wrong in (OWNER, *NOBODIES, PEOPLE["F"], PEOPLE["A"]):
        assert not rule(a_tip_in(Status.CLAIMED), OWNER, HandOver(wrong), the_facts()).allowed


def test_passing_on_moves_ward_and_desk_and_alerts_there() -> None:
    moved, [alert, told] = caused(a_tip_in(Status.CLAIMED), BY_VERB["pass-on"])
    assert (moved.ward, moved.desk, moved.owner, moved.alerts) == (BA_DINH.code, BA_DINH.code, None, 0)
    assert isinstance(alert, AlertDesk)
    assert alert.desk.ward == BA_DINH.code
    assert isinstance(told, TellReporter)
    assert "Công an phường Ba Đình" in read(*told.say.words)


def test_an_open_question_survives_a_change_of_hands_and_ends_with_a_referral() -> None:
    asked = a_tip_in(Status.ASKED, open_ask=EntryId("e9"))
    for decision, officer in ((GiveBack(), OWNER), (TakeOver("x"), COLLEAGUE), (HandOver(an_officer("Third")), OWNER)):
        assert caused(asked, decision, officer)[0].open_ask == "e9"
    assert caused(asked, Refer("pc02"))[0].open_ask is None


# --- what officers see ------------------------------------------------------------------------------------------


def quoted(say: Say) -> set[str]:
    return {value.of for phrase in say.words for value in phrase.args.values() if isinstance(value, Quote)}


@pytest.mark.parametrize("status", list(Status))
def test_a_card_tells_no_story_but_for_an_emergency_in_a_group(status: Status) -> None:
    for shared in (True, False):
        quiet = card(a_tip_in(status), None if shared else OWNER, now=NOW)
        assert quoted(quiet) == set()
        assert quiet.anchor == "tip1"
        assert quiet.protect
        keys = [choice.key for choice in quiet.choices]
        assert keys == (["claim:tip1", "open:tip1"] if status is Status.NEW else ["open:tip1"])
    emergency = a_tip_in(status, urgency=Urgency.EMERGENCY)
    assert quoted(card(emergency, None, now=NOW)) == {"entry"}
    assert quoted(card(emergency, OWNER, now=NOW)) == set()
    assert card(emergency, None, now=NOW).urgent == (status is Status.NEW)


def test_a_card_says_number_category_area_age_owner_and_that_nobody_can_be_asked() -> None:
    tip = a_tip_in(Status.CLAIMED, reachable=False, media=2)
    words = read(*card(tip, None, now=NOW + timedelta(minutes=5)).words)
    for part in ("TH-26-0412", "thường", "phường Tây Hồ", "1 giờ", "2 ảnh", "Owner", "Không hỏi lại"):
        assert part in words
    assert "Cây Tre Xanh" not in words


def test_the_whole_tip_is_protected_and_hides_contact_details() -> None:
    contact = replace(a_tip().entries[0], id=EntryId("e2"), kind="contact")
    tip = a_tip(entries=(*a_tip().entries, contact), reach=Reach.CONTACT)
    seen = whole(tip, PEOPLE["H"], now=NOW)
    assert seen.protect
    assert seen.anchor == tip.id
    assert "<entry e1>" in read(*seen.words)
    assert "e2" not in read(*seen.words)
    assert "contact:tip1" in [choice.key for choice in seen.choices]
    assert "contact:tip1" not in [choice.key for choice in whole(tip, OWNER, now=NOW).choices]


def test_designations_are_many_and_come_from_chance_alone() -> None:
    assert len({f"{first} {second}" for first in FIRST for second in SECOND}) >= 1_500
    assert designation(lambda count: count - 1) == f"{FIRST[-1]} {SECOND[-1]}"


# --- times ------------------------------------------------------------------------------------------------------


def local(day: int, clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=TIMEZONE)


@pytest.mark.parametrize(
    ("urgency", "claimed", "expires"),
    [
        (Urgency.EMERGENCY, local(24, "23:55"), local(25, "00:05")),
        (Urgency.HIGH, local(28, "23:30"), local(29, "00:30")),
        (Urgency.NORMAL, local(24, "08:00"), local(24, "16:00")),
        (Urgency.NORMAL, local(24, "09:30"), local(24, "17:30")),
        (Urgency.NORMAL, local(24, "16:30"), local(25, "14:30")),
        (Urgency.LOW, local(27, "17:00"), local(30, "15:00")),
        (Urgency.LOW, local(28, "12:00"), local(30, "15:30")),
        (Urgency.LOW, local(24, "03:00"), local(24, "15:30")),
    ],
)
def test_a_silent_claim_holds_ten_minutes_an_hour_or_eight_working_hours(
    urgency: Urgency, claimed: datetime, expires: datetime
) -> None:
    assert claim_expires_at(urgency, claimed.astimezone(UTC), timezone=TIMEZONE) == expires


def test_a_working_day_from_friday_afternoon_is_monday_afternoon() -> None:
    assert working_day_after(local(27, "16:00").astimezone(UTC), TIMEZONE) == local(30, "16:00")


def test_more_urgent_tips_are_alerted_again_sooner_and_at_last_once_a_day() -> None:
    waits = [alert_again_at(urgency, NOW, rounds=0) for urgency in Urgency]
    assert waits == sorted(waits)
    assert len(set(waits)) == len(waits)
    assert alert_again_at(Urgency.EMERGENCY, NOW, rounds=4) == NOW + timedelta(days=1)
    assert more_urgent(Urgency.LOW, Urgency.HIGH) is more_urgent(Urgency.HIGH, Urgency.NORMAL) is Urgency.HIGH
