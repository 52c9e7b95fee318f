"""The limit mutes answers: never what is taken in, never danger, never what sends something."""

from datetime import UTC, datetime, timedelta

from bot.incoming.flood import ANSWERED_A_MINUTE, WATCHED, Flood
from handlers.effects import CountGuess, DropDraft, Effect, Subscribe
from handlers.turn import AnyTurn, Turn
from messages.address import Address, ChannelName, Place
from messages.incoming import Incoming, Text
from messages.outgoing import Say, Toast, say
from storage.campaign_records import Subscription
from storage.records import WardCode

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
CHAT = ChannelName("chat")


def calmed(flood: Flood, turn: AnyTurn, *, who: str = "lan", at: datetime = NOON, shared: bool = False) -> AnyTurn:
    place = Place(CHAT, who, shared=shared)
    return flood.calmed(turn, Incoming("1", Address(CHAT, who), place, at, Text("x")), now=at)


def a_turn(*effects: Effect) -> AnyTurn:
    return Turn(replies=(say("menu-ask"),), effects=effects)


def flooded() -> Flood:
    flood = Flood()
    for _ in range(ANSWERED_A_MINUTE):
        assert calmed(flood, a_turn()).replies == (say("menu-ask"),)
    return flood


def test_it_is_said_once_that_answers_pause_and_then_nothing() -> None:
    flood = flooded()
    assert calmed(flood, a_turn()).replies == (say("flood-muted"),)
    for _ in range(1_000):
        assert calmed(flood, a_turn(DropDraft("d"), CountGuess())).replies == ()


def test_a_minute_later_everything_is_answered_again() -> None:
    flood = flooded()
    calmed(flood, a_turn())
    assert calmed(flood, a_turn(), at=NOON + timedelta(seconds=60)).replies == (say("menu-ask"),)


def test_a_clock_that_goes_back_mutes_nobody() -> None:
    assert calmed(flooded(), a_turn(), at=NOON - timedelta(hours=1)).replies == (say("menu-ask"),)


def test_danger_is_answered_and_what_was_pressed_too() -> None:
    flood, danger = flooded(), Say(say("emergency-fire-now").words, urgent=True)
    calmed(flood, a_turn())
    turn: AnyTurn = Turn(replies=(danger, say("menu-ask"), Toast("p")))
    assert calmed(flood, turn).replies == (danger, Toast("p"))


def test_what_changes_something_is_answered() -> None:
    flood = flooded()
    calmed(flood, a_turn())
    assert calmed(flood, a_turn(Subscribe(Subscription(WardCode("00103"))))).replies == (say("menu-ask"),)


def test_nobody_else_is_muted_nor_any_group() -> None:
    flood = flooded()
    assert calmed(flood, a_turn(), who="minh").replies == (say("menu-ask"),)
    assert calmed(flood, a_turn(), shared=True).replies == (say("menu-ask"),)


def test_effects_stay_whatever_is_said() -> None:
    flood = flooded()
    assert calmed(flood, a_turn(DropDraft("d"))).effects == (DropDraft("d"),)


def test_no_more_people_are_watched_than_fit() -> None:
    flood = flooded()
    for number in range(WATCHED):
        calmed(flood, a_turn(), who=f"p{number}")
    assert calmed(flood, a_turn()).replies == (say("menu-ask"),)
