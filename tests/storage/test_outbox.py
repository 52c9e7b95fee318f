"""The outbox: order, claims, doubts, and what a stop leaves behind."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from messages.address import MessageRef, Place
from messages.outgoing import Exhibit, Say, say
from messages.phrase import Quote, choice, phrase
from storage import cards, claims, outbox, standing
from storage.outbox import Lane, Line, Target, ToAsker, ToPlace, ToReporter
from storage.records import QuestionId, TipId
from storage.store import Store, chat_of, ms
from storage.writes import Write
from tests.bot.owing import NOON, a_reporter, a_store, a_tip, every, one, place_of

HI = say("menu-ask")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with a_store(tmp_path) as opened:
        yield opened


def to(chat: str) -> ToPlace:
    return ToPlace(place_of(chat), "vi", "session")


async def owe(
    store: Store,
    target: Target,
    *,
    outgoing: Say = HI,
    lane: Lane = Lane.REPLY,
    now: datetime = NOON,
    expires_at: datetime | None = None,
) -> None:
    await store.db.commit(
        [outbox.owe(store.seal, target, outgoing=outgoing, lane=lane, now=now, expires_at=expires_at)]
    )


async def claim(store: Store, *, now: datetime = NOON, limit: int = 8) -> list[Line]:
    return await claims.claim(store, now, lanes=list(Lane), limit=limit)


def chats(lines: list[Line]) -> list[str]:
    found = []
    for line in lines:
        assert line.contents is not None
        assert isinstance(line.contents.target, ToPlace)
        found.append(line.contents.target.place.chat)
    return found


@pytest.mark.parametrize(
    "target",
    [to("lan"), ToReporter(TipId("t")), ToAsker(QuestionId("q"))],
    ids=lambda target: target.kind,
)
@pytest.mark.parametrize(
    "outgoing",
    [
        Say(
            (phrase("a", at=NOON, count=3, nested=phrase("b", words=Quote("entry", "e"))),),
            choices=(choice("yes"), choice("menu", lasting=True)),
            asked=4,
            instead_of=MessageRef("m1"),
            anchor="t",
        ),
        Exhibit("t", "m"),
    ],
    ids=["say", "picture"],
)
async def test_what_is_owed_comes_back_as_it_was(store: Store, target: Target, outgoing: Say | Exhibit) -> None:
    await store.db.commit([outbox.owe(store.seal, target, outgoing=outgoing, lane=Lane.ALERT, now=NOON)])
    [line] = await claim(store)
    assert line.contents == outbox.Sealed(target, outgoing)
    assert (line.lane, line.attempts, line.owed_at) == (Lane.ALERT, 0, NOON)


async def test_a_row_tells_neither_to_whom_nor_what(store: Store) -> None:
    await owe(store, to("0912345678"), outgoing=Say((phrase("secret-key"),)))
    await owe(store, ToReporter(TipId("tip-of-lan")))
    for row in await every(store, "SELECT * FROM lines"):
        plain = b" ".join(str(cell).encode() if not isinstance(cell, bytes) else cell for cell in row)
        assert b"0912345678" not in plain
        assert b"secret-key" not in plain
        assert b"tip-of-lan" not in plain


async def test_lanes_go_first_and_within_a_lane_the_older_line(store: Store) -> None:
    for chat, lane in (
        ("c", Lane.ALERT),
        ("b", Lane.REPLY),
        ("b2", Lane.REPLY),
        ("a", Lane.URGENT),
    ):
        await owe(store, to(chat), lane=lane)
    assert chats(await claim(store)) == ["a", "b", "b2", "c"]


async def test_of_one_chat_one_line_is_out_at_a_time_and_the_next_follows_in_order(store: Store) -> None:
    for number in range(3):
        await owe(store, to("lan"), outgoing=say(f"text-{number}"))
    await owe(store, to("other"))
    first = await claim(store)
    assert chats(first) == ["lan", "other"]
    assert await claim(store) == []
    await store.db.commit(outbox.sent(first[0]))
    [second] = await claim(store)
    assert second.contents is not None
    assert second.contents.outgoing == say("text-1")


async def test_an_alert_and_a_reply_to_one_chat_do_not_go_out_together(store: Store) -> None:
    await owe(store, to("lan"), lane=Lane.ALERT)
    await owe(store, to("lan"), lane=Lane.REPLY)
    [line] = await claim(store)
    assert line.lane is Lane.REPLY


async def test_a_line_waiting_for_another_try_holds_back_its_own_lane_only(store: Store) -> None:
    await owe(store, to("lan"), outgoing=say("first"))
    await owe(store, to("lan"), outgoing=say("second"))
    await owe(store, to("lan"), outgoing=say("alert"), lane=Lane.ALERT)
    [first] = await claim(store)
    await store.db.commit([outbox.again(first, NOON + timedelta(seconds=5), attempts=1)])
    [line] = await claim(store)
    assert line.lane is Lane.ALERT
    await store.db.commit(outbox.sent(line))
    assert await claim(store) == []
    assert await claims.next_due_at(store, NOON, lanes=list(Lane)) == NOON + timedelta(seconds=5)
    [line] = await claim(store, now=NOON + timedelta(seconds=5))
    assert line.id == first.id
    assert line.attempts == 1


async def test_nothing_is_claimed_before_it_is_due_or_beyond_the_limit(store: Store) -> None:
    for number in range(5):
        await owe(store, to(f"chat-{number}"))
    await owe(store, to("later"), now=NOON + timedelta(minutes=1))
    assert len(await claim(store, limit=3)) == 3
    assert len(await claim(store, limit=3)) == 2


async def test_what_has_expired_is_never_claimed_and_goes(store: Store) -> None:
    for number in range(20):
        await owe(store, to(f"late-{number}"), expires_at=NOON + timedelta(hours=1))
    await owe(store, to("still-good"))
    assert chats(await claim(store, now=NOON + timedelta(hours=1))) == ["still-good"]
    assert await one(store, "SELECT count(*) FROM lines") == (1,)


async def test_a_row_that_was_tampered_with_is_a_dead_letter_and_blocks_nobody(store: Store) -> None:
    await owe(store, to("lan"))
    await owe(store, to("nam"))
    await store.db.commit([Write("UPDATE lines SET sealed = (SELECT sealed FROM lines WHERE id = 2) WHERE id = 1")])
    assert chats(await claim(store)) == ["nam"]
    assert await one(store, "SELECT state, reason FROM lines WHERE id = 1") == ("dead", "unreadable")


async def test_at_a_start_what_was_claimed_goes_once_more_and_is_known_to_be_in_doubt(store: Store) -> None:
    await owe(store, to("lan"))
    await owe(store, to("desk"), lane=Lane.ALERT)
    await owe(store, to("nam"))
    assert len(await claim(store, limit=2)) == 2
    await store.db.commit(outbox.void_claims(NOON))
    assert await every(store, "SELECT state, reason FROM lines ORDER BY id") == [
        ("waiting", outbox.IN_DOUBT), ("waiting", ""), ("waiting", outbox.IN_DOUBT),
    ]  # fmt: skip


async def test_what_a_clock_that_was_ahead_put_off_is_due_at_the_next_start(store: Store) -> None:
    await owe(store, to("lan"), now=NOON + timedelta(hours=1))
    [line] = await claim(store, now=NOON + timedelta(hours=1))
    await store.db.commit([outbox.again(line, NOON + timedelta(hours=1, seconds=5), attempts=1)])
    await owe(store, to("nam"))
    [line] = await claim(store)
    await store.db.commit([outbox.again(line, NOON + timedelta(minutes=15), attempts=9, reason="later")])
    # owed by the right clock, put off by the wrong one
    for who, reason in (("hoa", ""), ("mai", outbox.IN_DOUBT), ("tam", "later")):
        await owe(store, to(who))
        [line] = await claim(store)
        await store.db.commit([outbox.again(line, NOON + timedelta(hours=1, seconds=5), attempts=1, reason=reason)])
    await store.db.commit(outbox.void_claims(NOON + timedelta(seconds=1)))
    assert chats(await claim(store, now=NOON + timedelta(seconds=1))) == ["lan", "hoa", "mai", "tam"]


async def test_what_is_set_aside_waits_for_its_reader_whoever_it_was_addressed_by(store: Store) -> None:
    await owe(store, ToReporter(TipId("t")))
    [line] = await claim(store)
    await store.db.commit(outbox.away(store.seal, line, place=place_of("lan"), now=NOON))
    assert await claim(store) == []
    await store.db.commit([outbox.wake(chat_of(store.seal, place_of("nam")), NOON)])
    assert await claim(store) == []
    await store.db.commit([outbox.wake(chat_of(store.seal, place_of("lan")), NOON)])
    [again] = await claim(store)
    assert again.contents == line.contents


async def test_parts_of_a_long_text_stay_before_what_was_owed_later(store: Store) -> None:
    await owe(store, to("lan"), outgoing=say("long"))
    await owe(store, to("lan"), outgoing=say("after"))
    [line] = await claim(store)
    await store.db.commit([outbox.go_on(store.seal, line, part=1, now=NOON)])
    [line] = await claim(store)
    assert line.contents == outbox.Sealed(to("lan"), say("long"), part=1)


async def test_a_message_that_is_gone_is_said_anew(store: Store) -> None:
    await owe(store, to("lan"), outgoing=Say((phrase("a"),), instead_of=MessageRef("m")))
    [line] = await claim(store)
    await store.db.commit([outbox.anew(store.seal, line, now=NOON)])
    [line] = await claim(store)
    assert line.contents is not None
    assert line.contents.outgoing == Say((phrase("a"),))


async def test_when_a_group_moves_its_lines_go_to_the_new_name(store: Store) -> None:
    old, new = place_of("group", shared=True), place_of("supergroup", shared=True)
    await owe(store, ToPlace(old, "vi"))
    await owe(store, to("other"))
    await store.db.commit(await outbox.move_lines(store, old, to=new))
    assert sorted(chats(await claim(store))) == ["other", "supergroup"]


async def test_depth_counts_by_lane_and_names_the_oldest(store: Store) -> None:
    await owe(store, to("lan"), now=NOON - timedelta(minutes=3))
    await owe(store, to("nam"), lane=Lane.ALERT)
    await owe(store, to("web"))
    lines = await claim(store)
    await store.db.commit(outbox.dead(lines[1].id, "wrong"))
    await store.db.commit(outbox.away(store.seal, lines[2], place=place_of("web"), now=NOON))
    found = await standing.depth(store)
    assert found.waiting == dict.fromkeys(Lane, 0) | {Lane.REPLY: 1}
    assert (found.away, found.dead, found.oldest_at) == (1, 1, NOON - timedelta(minutes=3))
    await store.db.commit(outbox.sweep(NOON + timedelta(seconds=1), NOON))
    assert await one(store, "SELECT count(*), max(state) FROM lines") == (1, "claimed")


# --- cards ------------------------------------------------------------------------------------------------------

DESK = Place(place_of("x").channel, "desk", shared=True)
OFFICER = place_of("officer")


async def a_card(store: Store, tip: TipId, place: Place, *, lane: Lane = Lane.ALERT) -> None:
    await store.db.commit(
        [
            cards.put_card(store.seal, tip, place=place, fresh=f"card-{place.chat}-{ms(NOON)}"),
            *cards.owe_card(store.seal, tip, place=place, lane=lane, now=NOON),
        ]
    )


async def test_however_often_a_tip_changes_each_chat_is_owed_its_card_once(store: Store) -> None:
    tip = await a_tip(store, by=await a_reporter(store))
    for place in (DESK, OFFICER, DESK):
        await a_card(store, tip, place)
    for _ in range(3):
        await store.db.commit(cards.refresh_cards(tip, Lane.ALERT, now=NOON))
    assert await one(store, "SELECT count(*) FROM lines") == (2,)
    lines = await claim(store)
    assert [line.contents for line in lines] == [None, None]
    assert await one(store, "SELECT count(*) FROM cards") == (2,)
    assert {(await cards.card(store, line.card or "")) for line in lines} == {
        cards.DeskCard(line.card or "", tip, place, None, 0) for line, place in zip(lines, (DESK, OFFICER), strict=True)
    }


async def test_a_change_while_a_card_is_going_out_is_owed_again(store: Store) -> None:
    tip = await a_tip(store, by=await a_reporter(store))
    await a_card(store, tip, DESK)
    [line] = await claim(store)
    await store.db.commit(cards.refresh_cards(tip, Lane.ALERT, now=NOON))
    await store.db.commit([*cards.shown(line.card or "", 1, message=MessageRef("m1")), *outbox.sent(line)])
    [again] = await claim(store)
    card = await cards.card(store, again.card or "")
    assert card is not None
    assert (card.message, card.shown) == ("m1", 1)


async def test_a_card_that_waits_moves_to_the_better_lane_and_never_to_a_worse(store: Store) -> None:
    tip = await a_tip(store, by=await a_reporter(store))
    await a_card(store, tip, DESK)
    await store.db.commit(cards.refresh_cards(tip, Lane.URGENT, now=NOON))
    await store.db.commit(cards.refresh_cards(tip, Lane.ALERT, now=NOON))
    [line] = await claim(store)
    assert line.lane is Lane.URGENT


async def test_when_a_group_moves_its_cards_are_new_messages_there(store: Store) -> None:
    tip = await a_tip(store, by=await a_reporter(store))
    await a_card(store, tip, DESK)
    [line] = await claim(store)
    await store.db.commit([*cards.shown(line.card or "", 1, message=MessageRef("m1")), *outbox.sent(line)])
    new = Place(DESK.channel, "supergroup", shared=True)
    await store.db.commit(await cards.move_cards(store, DESK, to=new))
    assert await cards.card(store, line.card or "") == cards.DeskCard(line.card or "", tip, new, None, 0)


async def test_an_unreachable_reporter_shows_on_the_cards_once(store: Store) -> None:
    tip = await a_tip(store, by=await a_reporter(store))
    await a_card(store, tip, DESK)
    await store.db.commit(cards.unreachable(tip, NOON))
    await store.db.commit(cards.unreachable(tip, NOON))
    assert await one(store, "SELECT reachable, version FROM tips") == (0, 2)


# --- claimed with its row ---------------------------------------------------------------------------------------


async def test_a_line_is_claimed_with_its_row_unless_something_else_is_owed_to_its_chat(store: Store) -> None:
    line = outbox.new_line(store.seal, to("lan"), outgoing=HI, lane=Lane.REPLY, now=NOON)
    found: list[Line | None] = []
    for over in (0, 0, 1, 2):  # no line of this number is left out; then the second, which waits
        await store.db.commit(
            [claims.owe_at_once(store.seal, line, over=over, expires_at=None)],
            then=lambda rows: found.append(claims.claimed(line, rows or ())),
        )
        if over == 0 and len(found) == 2:
            await store.db.commit([Write("DELETE FROM lines WHERE id = 2")])
    assert [None if one is None else one.id for one in found] == [1, None, 3, None]
