"""The outbox: what we owe somebody, as rows, from the commit that promised it until the platform has it.

A line waits, is claimed for one platform call, and ends: sent (its row goes), put back, set aside until its reader
is there again, or a dead letter. Claims that a stop left behind are in doubt, and `void_claims` settles them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from messages.address import Place
from messages.language import Language
from messages.outgoing import Picture, Say
from storage.errors import Stale, WrongKey
from storage.records import CampaignId, QuestionId, ReporterId, TipId
from storage.seal import Seal, Where
from storage.store import Store, chat_of, moment, ms
from storage.writes import SqlValue, Write

IN_DOUBT = "in-doubt"
"""The reason of a line that may have been shown already: what a reader of the outbox must know before a retry."""


class Lane(IntEnum):
    """Who goes first: nobody waits behind a broadcast."""

    URGENT = 0
    """Emergency answers and alerts."""
    REPLY = 1
    ALERT = 2
    CAMPAIGN = 3


@dataclass(frozen=True, slots=True)
class ToPlace:
    """To a chat that is known: the one a turn happens in, or an officers' chat."""

    place: Place
    language: Language
    session: str = ""
    """The session whose draft may be quoted; set for replies to residents, empty towards officers."""
    kind: Literal["place"] = "place"


@dataclass(frozen=True, slots=True)
class ToReporter:
    """To whoever sent a tip; who that is stays sealed until the line goes out."""

    tip: TipId
    kind: Literal["reporter"] = "reporter"


@dataclass(frozen=True, slots=True)
class ToAsker:
    """To whoever asked a fire question."""

    question: QuestionId
    kind: Literal["asker"] = "asker"


@dataclass(frozen=True, slots=True)
class ToSubscriber:
    """To somebody who receives campaigns."""

    reporter: ReporterId
    kind: Literal["subscriber"] = "subscriber"


Target: TypeAlias = ToPlace | ToReporter | ToAsker | ToSubscriber
Owed: TypeAlias = Say | Picture


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a row seals: to whom, what, and which part of a text too long for one message comes next."""

    target: Annotated[Target, Field(discriminator="kind")]
    outgoing: Annotated[Owed, Field(discriminator="kind")]
    part: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One claimed thing owed. A card's line names its card and has no contents of its own."""

    id: int
    lane: Lane
    attempts: int
    owed_at: datetime
    chat: bytes
    contents: Sealed | None
    card: str | None = None
    campaign: CampaignId | None = None


_SEALED: TypeAdapter[Sealed] = TypeAdapter(Sealed)


def chat_for(seal: Seal, target: Target) -> bytes:
    """The keyed hash under which the lines of one chat keep their order; of the tip or person until it is known."""
    match target:
        case ToPlace(place=place):
            return chat_of(seal, place)
        case ToReporter(tip=tip):
            return seal.digest("find", f"tip {tip}")
        case ToAsker(question=question):
            return seal.digest("find", f"question {question}")
        case ToSubscriber(reporter=reporter):
            return seal.digest("find", f"reporter {reporter}")


def owe(  # noqa: PLR0913 -- one row, named column by column
    seal: Seal,
    target: Target,
    *,
    outgoing: Owed,
    lane: Lane,
    now: datetime,
    campaign: CampaignId | None = None,
    expires_at: datetime | None = None,
) -> Write:
    """Owe somebody a message. A campaign owes each reporter one line at a time: a second one changes nothing."""
    chat = chat_for(seal, target)
    return Write(
        "INSERT INTO lines (lane, due_at, owed_at, expires_at, chat, sealed, campaign, reporter) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (campaign, reporter) DO NOTHING",
        (
            lane,
            ms(now),
            ms(now),
            None if expires_at is None else ms(expires_at),
            chat,
            _seal(seal, Sealed(target, outgoing), chat=chat),
            campaign,
            target.reporter if isinstance(target, ToSubscriber) else None,
        ),
    )


def _seal(seal: Seal, contents: Sealed, *, chat: bytes) -> bytes:
    return seal.purpose_key("line").seal(_SEALED.dump_json(contents), Where("lines", chat.hex(), "sealed"))


def _open(seal: Seal, sealed: bytes, *, chat: bytes) -> Sealed:
    return _SEALED.validate_json(seal.purpose_key("line").open(sealed, Where("lines", chat.hex(), "sealed")))


# --- claiming -------------------------------------------------------------------------------------------------


async def claim(store: Store, now: datetime, *, lanes: Collection[Lane], limit: int = 8) -> list[Line]:
    """Claim what is due, the first lane first; at most one line of a chat at a time, in order within its lane.

    A line that waits for another try holds back its chat's lane, no other. Expired lines go on the way; a line that
    no longer opens becomes a dead letter. Durable before it returns.
    """
    while True:
        found = await _due(store, now, lanes=lanes, limit=limit)
        lines, writes = _taken(store.seal, found, now=ms(now), limit=limit)
        try:
            await store.db.commit(writes)
        except Stale:  # a line went away meanwhile: a reporter was forgotten, a campaign cancelled
            continue
        if lines or not writes:
            return lines


async def _due(store: Store, now: datetime, *, lanes: Collection[Lane], limit: int) -> list[Mapping[str, SqlValue]]:
    found: list[Mapping[str, SqlValue]] = []
    for lane in sorted(lanes):
        rows = await store.db.fetch_all(
            "SELECT id, lane, attempts, owed_at, expires_at, chat, sealed, card, campaign FROM lines AS line "
            "WHERE state = 'waiting' AND lane = ? AND due_at <= ? "
            "AND NOT EXISTS (SELECT 1 FROM lines WHERE chat = line.chat AND state = 'claimed') "
            "AND NOT EXISTS (SELECT 1 FROM lines "
            "WHERE chat = line.chat AND state = 'waiting' AND lane = line.lane AND id < line.id) "
            "ORDER BY due_at, id LIMIT ?",
            (lane, ms(now), limit),
        )
        found.extend(dict(row) for row in rows)
        if len(found) >= limit:
            break
    return found


def _taken(
    seal: Seal, rows: Sequence[Mapping[str, SqlValue]], *, now: int, limit: int
) -> tuple[list[Line], list[Write]]:
    lines: list[Line] = []
    writes: list[Write] = []
    chats: set[bytes] = set()
    for row in rows:
        number, chat, expires_at = row["id"], row["chat"], row["expires_at"]
        assert isinstance(number, int)
        assert isinstance(chat, bytes)
        if isinstance(expires_at, int) and expires_at <= now:
            writes.append(Write("DELETE FROM lines WHERE id = ? AND state = 'waiting'", (number,)))
        elif chat not in chats and len(lines) < limit:
            chats.add(chat)
            line = _line(seal, row, chat=chat)
            if line is None:
                writes.append(_end(number, "unreadable"))
                continue
            lines.append(line)
            claimed = "UPDATE lines SET state = 'claimed' WHERE id = ? AND state = 'waiting'"
            writes.append(Write(claimed, (number,), expects_rows=1))
    return lines, writes


def _line(seal: Seal, row: Mapping[str, SqlValue], *, chat: bytes) -> Line | None:
    """The row, opened; None when it was altered or sealed by a version of ours that meant something else by it."""
    number, lane, attempts, owed_at = row["id"], row["lane"], row["attempts"], row["owed_at"]
    assert isinstance(number, int)
    assert isinstance(lane, int)
    assert isinstance(attempts, int)
    assert isinstance(owed_at, int)
    sealed, card, campaign = row["sealed"], row["card"], row["campaign"]
    try:
        contents = _open(seal, sealed, chat=chat) if isinstance(sealed, bytes) else None
    except (WrongKey, ValidationError):
        return None
    return Line(
        number,
        Lane(lane),
        attempts,
        moment(owed_at),
        chat,
        contents,
        card=card if isinstance(card, str) else None,
        campaign=CampaignId(campaign) if isinstance(campaign, str) else None,
    )


async def next_due_at(store: Store, now: datetime, *, lanes: Collection[Lane]) -> datetime | None:
    """When the next line that waits for its time may be claimed; those held back by another line are not counted."""
    found: list[int] = []
    for lane in lanes:
        row = await store.db.fetch_one(
            "SELECT due_at FROM lines WHERE state = 'waiting' AND lane = ? AND due_at > ? ORDER BY due_at LIMIT 1",
            (lane, ms(now)),
        )
        if row is not None:
            found.append(row["due_at"])
    return moment(min(found)) if found else None


# --- what became of a line ------------------------------------------------------------------------------------


def sent(line: Line) -> list[Write]:
    """The platform has it."""
    count = Write("UPDATE campaigns SET sent = sent + 1 WHERE id = ?", (line.campaign,))
    return [_drop(line), *([count] if line.campaign else [])]


def dropped(line: Line) -> list[Write]:
    """Nobody is left who should get it (forgotten, blocked), or it is shown already."""
    count = Write("UPDATE campaigns SET gone = gone + 1 WHERE id = ?", (line.campaign,))
    return [_drop(line), *([count] if line.campaign else [])]


def unknown(line: Line) -> list[Write]:
    """A campaign's line in doubt: it may have arrived, and is not sent again."""
    return [_drop(line), Write("UPDATE campaigns SET unknown = unknown + 1 WHERE id = ?", (line.campaign,))]


def dead(line: Line, reason: str) -> list[Write]:
    """Never this line: it is kept with its reason, except a campaign's, which is only counted."""
    if line.campaign is None:
        return [_end(line.id, reason)]
    return [_drop(line), Write("UPDATE campaigns SET refused = refused + 1 WHERE id = ?", (line.campaign,))]


def again(line: Line, due_at: datetime, *, attempts: int, reason: str = "") -> Write:
    """Another try at that time."""
    return Write(
        "UPDATE lines SET state = 'waiting', due_at = ?, attempts = ?, reason = ? WHERE id = ?",
        (ms(due_at), attempts, reason, line.id),
    )


def go_on(seal: Seal, line: Line, *, part: int, now: datetime) -> Write:
    """A part has arrived; the same row now owes the next part, so that nothing comes between the two."""
    assert line.contents is not None
    return _resealed(seal, line, contents=replace(line.contents, part=part), chat=line.chat, state="waiting", now=now)


def anew(seal: Seal, line: Line, *, now: datetime) -> Write:
    """The message it should have replaced is gone: the same words as a new message."""
    assert line.contents is not None
    assert isinstance(line.contents.outgoing, Say)
    contents = replace(line.contents, outgoing=replace(line.contents.outgoing, instead_of=None))
    return _resealed(seal, line, contents=contents, chat=line.chat, state="waiting", now=now)


def away(seal: Seal, line: Line, *, place: Place, now: datetime) -> Write:
    """Nobody is there to read it: it waits until `wake` is told that this place is there again."""
    chat = chat_of(seal, place)
    if line.contents is None:
        return Write("UPDATE lines SET state = 'away', due_at = ? WHERE id = ?", (ms(now), line.id))
    return _resealed(seal, line, contents=line.contents, chat=chat, state="away", now=now)


def _resealed(  # noqa: PLR0913 -- one row, named column by column
    seal: Seal, line: Line, *, contents: Sealed, chat: bytes, state: Literal["waiting", "away"], now: datetime
) -> Write:
    return Write(
        "UPDATE lines SET state = ?, due_at = ?, attempts = 0, reason = '', chat = ?, sealed = ? WHERE id = ?",
        (state, ms(now), chat, _seal(seal, contents, chat=chat), line.id),
    )


def _drop(line: Line) -> Write:
    return Write("DELETE FROM lines WHERE id = ?", (line.id,))


def _end(line: int, reason: str) -> Write:
    return Write("UPDATE lines SET state = 'dead', reason = ? WHERE id = ?", (reason, line))


# --- what concerns many lines ---------------------------------------------------------------------------------


def wake(chat: bytes, now: datetime) -> Write:
    """They are there again: what was set aside for this chat is due."""
    return Write("UPDATE lines SET state = 'waiting', due_at = ? WHERE chat = ? AND state = 'away'", (ms(now), chat))


def end_chat(chat: bytes) -> Write:
    """Nothing more to this chat: what waits for it goes."""
    return Write("DELETE FROM lines WHERE chat = ? AND state IN ('waiting', 'away')", (chat,))


def end_subscriber(reporter: ReporterId) -> list[Write]:
    """Nothing more to this subscriber, and their campaigns know it. To be written before `reporters.mark_gone`."""
    return [
        Write(
            "UPDATE campaigns SET gone = gone + 1 WHERE id IN "
            "(SELECT campaign FROM lines WHERE reporter = ? AND campaign IS NOT NULL)",
            (reporter,),
        ),
        Write("DELETE FROM lines WHERE reporter = ?", (reporter,)),
    ]


def void_claims(now: datetime) -> list[Write]:
    """At the start every claim is in doubt: it may have gone out, and no answer was read.

    A tip's answer or an alert is worth a doubled message and is sent once more; a campaign's line is not, and counts
    as unknown.
    """
    return [
        Write(
            "UPDATE campaigns SET unknown = unknown + "
            "(SELECT count(*) FROM lines WHERE lines.campaign = campaigns.id AND lines.state = 'claimed') "
            "WHERE id IN (SELECT campaign FROM lines WHERE state = 'claimed' AND campaign IS NOT NULL)"
        ),
        Write("DELETE FROM lines WHERE state = 'claimed' AND campaign IS NOT NULL"),
        Write(
            "UPDATE lines SET state = 'waiting', due_at = ?, reason = ? WHERE state = 'claimed'", (ms(now), IN_DOUBT)
        ),
    ]


def sweep(before: datetime) -> list[Write]:
    """Forget what was set aside for people who never came back, and dead letters, owed before a moment."""
    return [Write("DELETE FROM lines WHERE state IN ('away', 'dead') AND owed_at < ?", (ms(before),))]


async def move_lines(store: Store, place: Place, *, to: Place) -> list[Write]:
    """What is owed to a chat that lives on under another name goes there; also the line just claimed for it."""
    chat, there = chat_of(store.seal, place), chat_of(store.seal, to)
    rows = await store.db.fetch_all("SELECT id, sealed FROM lines WHERE chat = ? AND sealed IS NOT NULL", (chat,))
    writes = [Write("UPDATE lines SET chat = ? WHERE chat = ? AND sealed IS NULL", (there, chat))]
    for row in rows:
        contents = _open(store.seal, row["sealed"], chat=chat)
        if isinstance(contents.target, ToPlace):
            contents = replace(contents, target=replace(contents.target, place=to))
        sealed = _seal(store.seal, contents, chat=there)
        writes.append(Write("UPDATE lines SET chat = ?, sealed = ? WHERE id = ?", (there, sealed, row["id"])))
    return writes


@dataclass(frozen=True, slots=True)
class Depth:
    """How much is owed, for health and the doctor."""

    waiting: Mapping[Lane, int]
    away: int
    dead: int
    oldest_at: datetime | None
    """When the oldest line that waits was owed."""


async def depth(store: Store) -> Depth:
    """How much is owed at this moment."""
    rows = await store.db.fetch_all(
        "SELECT state, lane, count(*) AS lines, min(owed_at) AS oldest FROM lines GROUP BY state, lane LIMIT 64"
    )
    waiting = dict.fromkeys(Lane, 0)
    others = {"away": 0, "dead": 0}
    oldest: list[int] = []
    for row in rows:
        if row["state"] in others:
            others[row["state"]] += row["lines"]
        else:
            waiting[Lane(row["lane"])] += row["lines"]
            oldest.append(row["oldest"])
    return Depth(waiting, others["away"], others["dead"], moment(min(oldest)) if oldest else None)
