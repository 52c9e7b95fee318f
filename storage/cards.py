"""Cards: the messages in officers' chats that show a tip, sent once and then edited to the state of the moment.

A card's line seals nothing: it names its card, and whoever sends it renders the tip as it is by then. So however often
a tip changes while a chat cannot be reached, one line is owed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from messages.address import MessageRef, Place
from storage.outbox import Lane, end_chat
from storage.records import TipId
from storage.seal import Seal, Where
from storage.store import Store, chat_of, ms
from storage.tips import mark_reachable, mark_unreachable
from storage.writes import Write


@dataclass(frozen=True, slots=True)
class DeskCard:
    """The card of a tip in one chat."""

    id: str
    tip: TipId
    place: Place
    message: MessageRef | None
    """The message that shows it; None while it was not sent, or no longer exists."""
    shown: int
    """The version of the tip that it shows, 0 for none."""


_PLACE: TypeAdapter[Place] = TypeAdapter(Place)


def _sealed(seal: Seal, named: str, *, place: Place) -> bytes:
    return seal.purpose_key("officer").seal(_PLACE.dump_json(place), Where("cards", named, "place"))


async def card(store: Store, named: str) -> DeskCard | None:
    """The card of this id."""
    row = await store.db.look_up("SELECT id, tip, place, message, shown FROM cards WHERE id = ?", (named,))
    if row is None:
        return None
    place = _PLACE.validate_json(store.seal.purpose_key("officer").open(row["place"], Where("cards", named, "place")))
    message = None if row["message"] is None else MessageRef(row["message"])
    return DeskCard(row["id"], TipId(row["tip"]), place, message, row["shown"])


def put_card(seal: Seal, tip: TipId, *, place: Place, fresh: str) -> Write:
    """Let a chat have a card of this tip; a chat that has one keeps it. `fresh` is an id for it."""
    return Write(
        "INSERT INTO cards (id, tip, chat, place, shared) VALUES (?, ?, ?, ?, ?) ON CONFLICT (tip, chat) DO NOTHING",
        (fresh, tip, chat_of(seal, place), _sealed(seal, fresh, place=place), int(place.shared)),
    )


def owe_card(seal: Seal, tip: TipId, *, place: Place, lane: Lane, now: datetime) -> list[Write]:
    """Owe one chat the state of its card (after `put_card`), once however often it is asked for."""
    chat = chat_of(seal, place)
    return [
        Write(
            "INSERT INTO lines (lane, due_at, owed_at, chat, card) SELECT ?, ?, ?, chat, id FROM cards "
            "WHERE tip = ? AND chat = ? AND NOT EXISTS "
            "(SELECT 1 FROM lines WHERE lines.card = cards.id AND lines.state IN ('waiting', 'away'))",
            (lane, ms(now), ms(now), tip, chat),
        ),
        Write(
            "UPDATE lines SET lane = ? WHERE lane > ? AND state = 'waiting' "
            "AND card IN (SELECT id FROM cards WHERE tip = ? AND chat = ?)",
            (lane, lane, tip, chat),
        ),
    ]


def refresh_cards(tip: TipId, lane: Lane, *, now: datetime) -> list[Write]:
    """Owe every chat that has a card of this tip its new state; a line that already waits moves to a better lane."""
    return [
        Write(
            "INSERT INTO lines (lane, due_at, owed_at, chat, card) SELECT ?, ?, ?, chat, id FROM cards "
            "WHERE tip = ? AND NOT EXISTS "
            "(SELECT 1 FROM lines WHERE lines.card = cards.id AND lines.state IN ('waiting', 'away')) ORDER BY id",
            (lane, ms(now), ms(now), tip),
        ),
        Write(
            "UPDATE lines SET lane = ? WHERE lane > ? AND state = 'waiting' "
            "AND card IN (SELECT id FROM cards WHERE tip = ?)",
            (lane, lane, tip),
        ),
    ]


def changed(tip: TipId, now: datetime) -> list[Write]:
    """Something that officers see of a tip changed without anybody's decision (a photo did not come home)."""
    bump = Write("UPDATE tips SET version = version + 1, changed_at = ? WHERE id = ?", (ms(now), tip))
    return [bump, *refresh_cards(tip, Lane.ALERT, now=now)]


def unreachable(tip: TipId, now: datetime) -> list[Write]:
    """The reporter of this tip cannot be written to any more; the officers' cards say so."""
    return [*mark_unreachable(tip), *refresh_cards(tip, Lane.ALERT, now=now)]


def reachable(tip: TipId, now: datetime) -> list[Write]:
    """The reporter of this tip is back; the officers' cards do not say otherwise any more."""
    return [*mark_reachable(tip), *refresh_cards(tip, Lane.ALERT, now=now)]


def shown(named: str, version: int, *, message: MessageRef | None) -> list[Write]:
    """The chat shows this version. Without a name of the message (a channel that gives none) the old one stays."""
    return [
        Write(
            "UPDATE cards SET shown = ?, message = coalesce(?, message) WHERE id = ?",
            (version, message, named),
        )
    ]


def unshown(named: str) -> Write:
    """The message that showed it is gone: the next line sends a new one."""
    return Write("UPDATE cards SET message = NULL, shown = 0 WHERE id = ?", (named,))


def end_cards(chat: bytes) -> list[Write]:
    """A chat shows nothing any more (we were removed from it)."""
    return [Write("DELETE FROM cards WHERE chat = ?", (chat,)), Write("DELETE FROM anchors WHERE chat = ?", (chat,))]


def leave_chat(seal: Seal, place: Place) -> list[Write]:
    """Somebody is no officer any more: their chat shows nothing further, and what waits for it goes.

    What nobody has claimed and nobody else was shown is alerted anew.
    """
    chat = chat_of(seal, place)
    unseen = (
        "UPDATE tips SET due_at = filed_at WHERE status = 'new' AND id IN (SELECT tip FROM cards WHERE chat = ?) "
        "AND NOT EXISTS (SELECT 1 FROM cards WHERE cards.tip = tips.id AND cards.chat <> ?)"
    )
    return [Write(unseen, (chat, chat)), *end_cards(chat), end_chat(chat)]


async def move_cards(store: Store, place: Place, *, to: Place) -> Sequence[Write]:
    """A group lives on under another name, in which its old messages are unknown: its cards are sent anew there."""
    chat, there = chat_of(store.seal, place), chat_of(store.seal, to)
    twice = "DELETE FROM cards WHERE chat = ? AND tip IN (SELECT tip FROM cards WHERE chat = ?)"
    rows = await store.db.fetch_all("SELECT id FROM cards WHERE chat = ?", (chat,))
    writes = [
        Write(
            "UPDATE cards SET chat = ?, place = ?, message = NULL, shown = 0 WHERE id = ?",
            (there, _sealed(store.seal, row["id"], place=to), row["id"]),
        )
        for row in rows
    ]
    return [Write(twice, (chat, there)), *writes, Write("DELETE FROM anchors WHERE chat = ?", (chat,))]


def anchor(chat: bytes, tip: TipId, *, message: MessageRef, now: datetime) -> Write:
    """Note that one of our messages in an officers' chat is about a tip: a reply to it is a note on that tip.

    A card that is shown again keeps its time: the cards of one person's tips are shown again together.
    """
    return Write(
        "INSERT INTO anchors (chat, message, tip, at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (chat, message) DO UPDATE SET tip = excluded.tip",
        (chat, message, tip, ms(now)),
    )
