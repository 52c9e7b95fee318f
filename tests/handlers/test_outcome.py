"""What a reporter can do about an outcome: rate it once, by button, number or word; reopen it once in fourteen days."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.effects import AlertDesk, FileTip
from handlers.outcome_effects import DescribeRating, RateOutcome, ReopenTip
from handlers.residents.outcome import may_rate, may_reopen, unasked, under_outcome
from messages.incoming import Chosen, Press, Text
from messages.phrase import Phrase
from storage.figures import Ratings
from storage.records import Outcome, OwnTip, Role, Status, Urgency
from tests.handlers.fake_facts import NOW, a_tip, an_officer
from tests.handlers.officer_driver import Chat, a_staffed_world
from tests.handlers.resident_driver import Resident, a_world, a_world_of_one_closed, an_own_tip


def a_closed_tip(days: float = 0, **more: object) -> OwnTip:
    closed = {"status": Status.CLOSED, "outcome": Outcome.HANDLED, "closed_at": NOW - timedelta(days=days)}
    return an_own_tip("closed", **{**closed, **more})  # type: ignore[arg-type]


def test_an_outcome_is_asked_about_unless_it_was_an_emergency_spam_or_the_second_one() -> None:
    lines = (Phrase("after-done"),)

    def keys(outcome: Outcome = Outcome.HANDLED, **more: object) -> list[str]:
        said = under_outcome(replace(a_tip(), **more), lines, outcome=outcome)  # type: ignore[arg-type]
        return [choice.key.partition(":")[0] for choice in said.choices]

    assert keys() == ["rate-good", "rate-fair", "rate-bad", "reopen-mine"]
    assert keys(urgency=Urgency.EMERGENCY) == keys(Outcome.SPAM) == ["reopen-mine"]
    assert keys(reopened=True) == []
    asked = under_outcome(a_tip(), lines, outcome=Outcome.HANDLED)
    assert (unasked(asked).words, unasked(asked).choices) == (lines, ())


@pytest.mark.parametrize(("days", "open_again"), [(0, True), (14, True), (14.01, False)])
def test_a_tip_is_reopened_by_its_reporter_once_within_fourteen_days(days: float, *, open_again: bool) -> None:
    assert may_reopen(a_closed_tip(days), NOW) is open_again
    assert not may_reopen(a_closed_tip(days, reopened=True), NOW)
    assert not may_reopen(a_closed_tip(days, status=Status.REFERRED), NOW)
    assert not may_rate(a_closed_tip(days, rated=True))


@pytest.mark.parametrize(
    ("words", "rating"), [("1", "good"), ("2.", "fair"), ("số 3", "bad"), ("tạm được", "fair"), ("not well", "bad")]
)
async def test_a_number_or_a_label_rates_the_latest_outcome_where_nothing_else_is_asked(
    words: str, rating: str
) -> None:
    resident = Resident(a_world_of_one_closed())
    turn = await resident.hears(Text(words))
    [rated] = [effect for effect in turn.effects if isinstance(effect, RateOutcome)]
    assert (rated.tip, rated.rating) == ("closed", rating)
    assert resident.stands_at == ("rating", "words")


async def test_a_number_means_the_menu_again_once_it_was_rated_or_something_else_was_shown() -> None:
    for tip, spoke_at in ((a_closed_tip(rated=True), None), (a_closed_tip(1), NOW - timedelta(hours=1))):
        world = a_world()
        world.own["resident"] = [tip]
        resident = Resident(world)
        resident.session = replace(resident.session, spoke_at=spoke_at)
        turn = await resident.hears(Text("2"))
        assert not turn.effects
        assert resident.answered


async def test_words_with_a_rating_are_a_remark_until_they_are_said_to_be_a_tip() -> None:
    resident = Resident(a_world_of_one_closed())
    await resident.hears(Press("rate-bad:closed", 0, press="p"))
    turn = await resident.hears(Text("chó nhà số 5 lại cắn người"))
    [described] = [effect for effect in turn.effects if isinstance(effect, DescribeRating)]
    assert described.words == "chó nhà số 5 lại cắn người"
    turn = await resident.presses("something-else")
    [emptied] = [effect for effect in turn.effects if isinstance(effect, DescribeRating)]
    assert (emptied.id, emptied.words) == (described.id, "")
    assert resident.stands_at[0] == "tip"
    assert "chó nhà số 5" in resident.session.draft


async def test_a_button_under_an_outcome_leaves_a_tip_that_is_being_told_alone() -> None:
    world = a_world_of_one_closed()
    resident = Resident(world)
    await resident.hears(Text("mất xe đạp ở phường Tây Hồ"))
    for key, effect in (("rate-good:closed", RateOutcome), ("reopen-mine:closed", ReopenTip)):
        turn = await resident.hears(Press(key, 0, press="p"))
        assert any(isinstance(one, effect) for one in turn.effects)
        assert resident.stands_at == ("tip", "send")
    turn = await resident.presses("send")
    assert any(isinstance(one, FileTip) for one in turn.effects)


async def test_reopening_alerts_the_desk_and_asks_what_is_not_right_yet() -> None:
    resident = Resident(a_world_of_one_closed())
    turn = await resident.hears(Press("reopen-mine:closed", 0, press="p"))
    assert [type(effect) for effect in turn.effects] == [ReopenTip, AlertDesk]
    assert resident.stands_at == ("status", "add")


async def test_a_foreign_tip_is_neither_rated_nor_reopened() -> None:
    resident = Resident(a_world())
    for key in ("rate-good:zz", "reopen-mine:zz"):
        turn = await resident.hears(Press(key, 0, press="p"))
        assert not turn.effects
        assert resident.answered


async def test_counts_are_shown_from_five_on_and_remarks_to_the_chief_alone() -> None:
    world = a_staffed_world()
    world.enlist(an_officer("Chief", Role.CHIEF), an_officer("An"))
    for given, shown in ((Ratings(3, 1, 0), False), (Ratings(3, 1, 1), True)):
        world.ratings = given
        chief, officer = Chat(world, "Chief"), Chat(world, "An")
        assert ("hài lòng 3" in await chief.says("/thongke")) is shown
        assert ("menu:remarks" in chief.buttons) is shown
        await officer.says("/thongke")
        assert "menu:remarks" not in officer.buttons
        assert "chưa có đủ" in await officer.hears(Chosen("menu:remarks"))
