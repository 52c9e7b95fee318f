"""The outbox: what we owe somebody, as rows, from the commit that promised it until the platform has it.

A line waits, is claimed for one platform call, and ends: sent (its row goes), put back, set aside until its reader
is there again, or a dead letter. Claims that a stop left behind are in doubt, and `void_claims` settles them.
"""

from datetime import datetime, timedelta
from enum import IntEnum
from typing import Annotated, Literal, LiteralString, TypeAlias

from pydantic import Field, TypeAdapter

from messages.address import Place
from messages.frozen import frozen, replace
from messages.language import Language
from messages.outgoing import Exhibit, Say
from storage.database import Database
from storage.records import CampaignId, QuestionId, ReporterId, TipId
from storage.seal import Seal, Where
from storage.store import DAY, Store, chat_of, day, moment, ms
from storage.writes import SqlValue, Write

LONGEST_WAIT = timedelta(minutes=15)
"""Between two tries, where nobody asked for more."""
IN_DOUBT = "in_doubt"
"""The reason of a line that may have been shown already: what a reader of the outbox must know before a retry."""


class Lane(IntEnum):
    """Who goes first: nobody waits behind a broadcast."""

    URGENT = 0
    """Emergency answers and alerts."""
    REPLY = 1
    ALERT = 2
    CORRECTION = 3
    """What mends or takes back a campaign's message that was shown already; before what is still to be sent."""
    CAMPAIGN = 4


@frozen
class ToPlace:
    """To a chat that is known: the one a turn happens in, or an officers' chat."""

    place: Place
    language: Language
    session: str = ""
    """The session whose draft may be quoted; set for replies to residents, empty towards officers."""
    kind: Literal["place"] = "place"


@frozen
class ToReporter:
    """To whoever sent a tip; who that is stays sealed until the line goes out."""

    tip: TipId
    kind: Literal["reporter"] = "reporter"


@frozen
class ToOwner:
    """To the officer who has claimed a tip by the time the line goes out; to nobody while it is unclaimed."""

    tip: TipId
    kind: Literal["owner"] = "owner"


@frozen
class ToAsker:
    """To whoever asked a fire question."""

    question: QuestionId
    kind: Literal["asker"] = "asker"


Target: TypeAlias = ToPlace | ToReporter | ToOwner | ToAsker
Owed: TypeAlias = Say | Exhibit


@frozen
class Sealed:
    """What a row seals: to whom, what, and which part of a text too long for one message comes next."""

    target: Annotated[Target, Field(discriminator="kind")]
    outgoing: Annotated[Owed, Field(discriminator="kind")]
    part: int = 0


@frozen
class Line:
    """One claimed thing owed. A card's line names its card, a campaign's its reader: these seal nothing."""

    id: int
    lane: Lane
    attempts: int
    owed_at: datetime
    chat: bytes
    contents: Sealed | None
    card: str | None = None
    campaign: CampaignId | None = None
    reporter: ReporterId | None = None
    """Who receives the campaign."""
    paid: bool = False
    """Counted as spent: may go out faster than the platform's free limit."""


_SEALED: TypeAdapter[Sealed] = TypeAdapter(Sealed)
OWE: LiteralString = (
    "INSERT INTO lines (lane, due_at, owed_at, expires_at, channel, chat, question, sealed, state) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
)
"""What ends with the state of the new row."""


def chat_for(seal: Seal, target: Target) -> bytes:
    """The keyed hash under which the lines of one chat keep their order; of the tip or person until it is known."""
    match target:
        case ToPlace(place=place):
            return chat_of(seal, place)
        case ToReporter(tip=tip):
            return seal.digest("find", f"tip {tip}")
        case ToOwner(tip=tip):
            return seal.digest("find", f"owner {tip}")
        case ToAsker(question=question):
            return seal.digest("find", f"question {question}")


def owe(  # noqa: PLR0913 -- one row, named column by column
    seal: Seal,
    target: Target,
    *,
    outgoing: Owed,
    lane: Lane,
    now: datetime,
    expires_at: datetime | None = None,
) -> Write:
    """Owe somebody a message; what a campaign owes is in `notices`."""
    line = new_line(seal, target, outgoing=outgoing, lane=lane, now=now)
    return owe_line(seal, line, expires_at=expires_at)


def new_line(seal: Seal, target: Target, *, outgoing: Owed, lane: Lane, now: datetime) -> Line:
    """A line that has no row, and so no number, yet."""
    return Line(0, lane, 0, now, chat_for(seal, target), Sealed(target, outgoing))


def owe_line(seal: Seal, line: Line, *, expires_at: datetime | None) -> Write:
    """The row of a new line, which waits."""
    return Write(OWE + "'waiting')", columns(seal, line, expires_at=expires_at))


def columns(seal: Seal, line: Line, *, expires_at: datetime | None) -> tuple[SqlValue, ...]:
    """The values of a new row, in the order of `OWE`."""
    assert line.contents is not None
    target, outgoing, at = line.contents.target, line.contents.outgoing, ms(line.owed_at)
    return (
        line.lane,
        at,
        at,
        None if expires_at is None else ms(expires_at),
        target.place.channel if isinstance(target, ToPlace) else "",
        line.chat,
        int(isinstance(outgoing, Say) and outgoing.asks),
        _seal(seal, line.contents, chat=line.chat),
    )


def replace_question(chat: bytes) -> Write:
    """A newer question is about to be owed to a chat: one that nobody has seen yet need not be asked any more."""
    return Write("DELETE FROM lines WHERE chat = ? AND state = 'waiting' AND question = 1", (chat,))


def _seal(seal: Seal, contents: Sealed, *, chat: bytes) -> bytes:
    return seal.purpose_key("line").seal(_SEALED.dump_json(contents), Where("lines", chat.hex(), "sealed"))


def opened(seal: Seal, sealed: bytes, *, chat: bytes) -> Sealed:
    """What a row seals. Raises WrongKey, and pydantic's ValidationError for contents that are not ours."""
    return _SEALED.validate_json(seal.purpose_key("line").open(sealed, Where("lines", chat.hex(), "sealed")))


# --- what became of a line ------------------------------------------------------------------------------------


def sent(line: Line) -> list[Write]:
    """The platform has it, or nobody is left who should get it: forgotten, or gone."""
    return [Write("DELETE FROM lines WHERE id = ?", (line.id,))]


def again(line: Line, due_at: datetime, *, attempts: int, reason: str = "", channel: str = "") -> Write:
    """Another try at that time. `channel` is where it was found to go, so that it is left alone while that waits."""
    return Write(
        "UPDATE lines SET state = 'waiting', due_at = ?1, attempts = ?2, reason = ?3, "
        "channel = CASE WHEN ?4 = '' THEN channel ELSE ?4 END WHERE id = ?5 AND state = 'claimed'",
        (ms(due_at), attempts, reason, channel, line.id),
    )


def go_on(seal: Seal, line: Line, *, part: int, now: datetime) -> Write:
    """A part has arrived; the same row now owes the next part, so that nothing comes between the two."""
    assert line.contents is not None
    contents = replace(line.contents, part=part)
    return _resealed(seal, line, contents=contents, chat=line.chat, state="waiting", due_at=ms(now))


def anew(seal: Seal, line: Line, *, now: datetime) -> Write:
    """The message it should have replaced is gone: the same words as a new message."""
    assert line.contents is not None
    assert isinstance(line.contents.outgoing, Say)
    contents = replace(line.contents, outgoing=replace(line.contents.outgoing, instead_of=None, album=""))
    return _resealed(seal, line, contents=contents, chat=line.chat, state="waiting", due_at=ms(now))


def away(seal: Seal, line: Line, *, place: Place, now: datetime) -> list[Write]:
    """Nobody is there to read it: it waits until `wake` is told that this place is there again."""
    chat = chat_of(seal, place)
    kept = _kept_for_days(line.id)
    if line.contents is None:
        return [
            Write("UPDATE lines SET state = 'away', due_at = ?, chat = ? WHERE id = ?", (day(now), chat, line.id)),
            kept,
        ]
    return [_resealed(seal, line, contents=line.contents, chat=chat, state="away", due_at=day(now)), kept]


def _kept_for_days(line: int) -> Write:
    """What lies here for days keeps only the day on which it was owed.

    The exact time is that of a tip's filing or move, and would join the tips of one chat.
    """
    return Write(
        "UPDATE lines SET owed_at = owed_at - owed_at % ?, due_at = due_at - due_at % ? WHERE id = ?", (DAY, DAY, line)
    )


def _resealed(  # noqa: PLR0913 -- one row, named column by column
    seal: Seal, line: Line, *, contents: Sealed, chat: bytes, state: Literal["waiting", "away"], due_at: int
) -> Write:
    return Write(
        "UPDATE lines SET state = ?, due_at = ?, attempts = 0, reason = '', question = 0, chat = ?, sealed = ? "
        "WHERE id = ?",
        (state, due_at, chat, _seal(seal, contents, chat=chat), line.id),
    )


def dead(line: int, reason: str) -> list[Write]:
    """Never this line: the row of this number is kept with its reason, as a dead letter."""
    return [Write("UPDATE lines SET state = 'dead', reason = ? WHERE id = ?", (reason, line)), _kept_for_days(line)]


# --- what concerns many lines ---------------------------------------------------------------------------------


def wake(chat: bytes, now: datetime) -> Write:
    """They are there again: what was set aside for this chat is due."""
    return Write("UPDATE lines SET state = 'waiting', due_at = ? WHERE chat = ? AND state = 'away'", (ms(now), chat))


async def is_set_aside(store: Store, chat: bytes) -> bool:
    """Whether anything waits for this chat's reader to come back."""
    return await store.db.look_up("SELECT 1 FROM lines WHERE chat = ? AND state = 'away' LIMIT 1", (chat,)) is not None


def due_now(reason: str, now: datetime) -> Write:
    """What waits for this reason is due."""
    return Write("UPDATE lines SET due_at = ? WHERE state = 'waiting' AND reason = ?", (ms(now), reason))


def end_chat(chat: bytes) -> Write:
    """Nothing more to this chat: what waits for it goes."""
    return Write("DELETE FROM lines WHERE chat = ? AND state IN ('waiting', 'away')", (chat,))


def forget_chat(chat: bytes) -> Write:
    """Nothing that names a forgotten person's address stays, dead letters included; an officer's cards are no such."""
    return Write("DELETE FROM lines WHERE chat = ? AND state <> 'claimed' AND card IS NULL", (chat,))


def end_subscriber(reporter: ReporterId) -> list[Write]:
    """Nothing more to this subscriber, and their campaigns know it. To be written before `reporters.mark_gone`."""
    return [
        Write(
            "UPDATE campaigns SET gone = gone + 1 WHERE id IN "
            "(SELECT campaign FROM lines WHERE reporter = ? AND campaign IS NOT NULL AND lane = 4)",
            (reporter,),
        ),
        Write("DELETE FROM lines WHERE reporter = ? AND campaign IS NOT NULL", (reporter,)),
    ]


def void_claims(now: datetime) -> list[Write]:
    """At the start every claim is in doubt: it may have gone out, and no answer was read.

    A tip's answer or an alert is worth a doubled message and is sent once more, and so is an edit; a campaign's line is
    not, and counts as unknown. What was owed, or put off, by a clock that was ahead is due now, or it would wait for
    that hour; so is what was asked to wait for longer than we ever wait by ourselves: it asks once more.
    """
    in_doubt = "campaign IS NOT NULL AND state = 'claimed' AND lane = 4"
    return [
        Write(
            "UPDATE campaigns SET unknown = unknown + "
            "(SELECT count(*) FROM lines WHERE lines.campaign = campaigns.id AND state = 'claimed' AND lane = 4) "
            "WHERE id IN (SELECT campaign FROM lines WHERE " + in_doubt + ")"
        ),
        Write("DELETE FROM lines WHERE " + in_doubt),
        Write(
            "UPDATE lines SET state = 'waiting', due_at = ?, reason = ? WHERE state = 'claimed'", (ms(now), IN_DOUBT)
        ),
        Write(
            "UPDATE lines SET due_at = ?1 WHERE state = 'waiting' AND due_at > ?1 "
            "AND (owed_at > ?1 OR due_at > ?3 OR (campaign IS NULL AND reason IN ('', ?2)))",  # nobody asked the last
            (ms(now), IN_DOUBT, ms(now + LONGEST_WAIT)),
        ),
    ]


def sweep(before: datetime, now: datetime) -> list[Write]:
    """Forget what was set aside for people who never came back, and dead letters: what was owed before a moment, and
    what has expired by now."""
    return [
        Write("DELETE FROM lines WHERE campaign IS NULL AND state IN ('away', 'dead') AND owed_at < ?", (ms(before),)),
        Write("DELETE FROM lines WHERE campaign IS NULL AND state IN ('away', 'dead') AND expires_at <= ?", (ms(now),)),
    ]


async def move_lines(store: Store, place: Place, *, to: Place) -> list[Write]:
    """What is owed to a chat that lives on under another name goes there; also the line just claimed for it."""
    chat, there = chat_of(store.seal, place), chat_of(store.seal, to)
    rows = await store.db.fetch_all("SELECT id, sealed FROM lines WHERE chat = ? AND sealed IS NOT NULL", (chat,))
    writes = [Write("UPDATE lines SET chat = ? WHERE chat = ? AND sealed IS NULL", (there, chat))]
    for row in rows:
        contents = opened(store.seal, row["sealed"], chat=chat)
        if isinstance(contents.target, ToPlace):
            contents = replace(contents, target=replace(contents.target, place=to))
        sealed = _seal(store.seal, contents, chat=there)
        writes.append(Write("UPDATE lines SET chat = ?, sealed = ? WHERE id = ?", (there, sealed, row["id"])))
    return writes


# --- dead letters -----------------------------------------------------------------------------------------------


@frozen
class DeadLetter:
    """A line that was given up, as far as anybody may see it: neither to whom, nor what."""

    id: int
    lane: Lane
    channel: str
    reason: str
    owed_at: datetime
    """To the day."""


async def dead_letters(db: Database, *, limit: int = 100) -> list[DeadLetter]:
    """What was given up, the latest first."""
    rows = await db.fetch_all(
        "SELECT id, lane, channel, reason, owed_at FROM lines WHERE campaign IS NULL AND state = 'dead' "
        "ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    return [
        DeadLetter(row["id"], Lane(row["lane"]), row["channel"], row["reason"], moment(row["owed_at"])) for row in rows
    ]


def retry(line: int, now: datetime) -> Write:
    """Try a dead letter anew, from the beginning; Stale when it is none."""
    return Write(
        "UPDATE lines SET state = 'waiting', due_at = ?, attempts = 0, reason = '' WHERE id = ? AND state = 'dead'",
        (ms(now), line),
        expects_rows=1,
    )


def drop(line: int) -> Write:
    """Forget a dead letter; Stale when it is none."""
    return Write("DELETE FROM lines WHERE id = ? AND state = 'dead'", (line,), expects_rows=1)
