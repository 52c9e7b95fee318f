"""Claiming lines of the outbox: which go out next, in what order, and by whom they are held meanwhile."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import LiteralString

from pydantic import ValidationError

from messages.frozen import replace
from storage import outbox
from storage.errors import Stale, WrongKey
from storage.outbox import Lane, Line
from storage.seal import Seal
from storage.store import Store, moment, ms
from storage.writes import Rows, SqlValue, Write

ANY_DUE: LiteralString = (
    "SELECT 1 FROM lines WHERE campaign IS NULL AND state = 'waiting' AND lane = ? AND due_at <= ? LIMIT 1"
)


async def claim(  # noqa: PLR0913 -- which lines, named one by one
    store: Store,
    now: datetime,
    *,
    lanes: Collection[Lane],
    due: datetime | None = None,
    limit: int = 8,
    closed: Collection[str] = (),
) -> list[Line]:
    """Claim what is due, the first lane first; at most one line of a chat at a time, in order within its lane.

    A line that waits for another try holds back its chat's lane, no other. `now` decides what has expired, `due` (the
    same unless the wall clock jumped) what is due; `closed` are channels that wait. Expired lines go on the way; a line
    that no longer opens becomes a dead letter. Durable before it returns. Campaigns' lines are claimed in `notices`.
    """
    while True:
        found = await _due(store, due or now, lanes=lanes, limit=limit, closed=closed)
        lines, writes = _taken(store.seal, found, now=ms(now), limit=limit)
        try:
            await store.db.commit(writes)
        except Stale:  # a line went away meanwhile: a reporter was forgotten, a campaign cancelled
            continue
        if lines or not writes:
            return lines


async def _due(
    store: Store, now: datetime, *, lanes: Collection[Lane], limit: int, closed: Collection[str]
) -> list[Mapping[str, SqlValue]]:
    found: list[Mapping[str, SqlValue]] = []
    is_open: LiteralString = ""
    if closed:
        is_open = "AND channel NOT IN (" + ", ".join("?" for _ in closed) + ") "
    for lane in sorted(lanes):
        if await store.db.look_up(ANY_DUE, (lane, ms(now))) is None:  # most lanes are empty most of the time
            continue
        rows = await store.db.fetch_all(
            "SELECT id, lane, attempts, owed_at, expires_at, chat, sealed, card FROM lines AS line "
            "WHERE campaign IS NULL AND state = 'waiting' AND lane = ? AND due_at <= ? " + is_open + ""
            "AND NOT EXISTS (SELECT 1 FROM lines WHERE chat = line.chat AND state = 'claimed') "
            "AND NOT EXISTS (SELECT 1 FROM lines "
            "WHERE chat = line.chat AND state = 'waiting' AND lane = line.lane AND id < line.id) "
            "AND NOT EXISTS (SELECT 1 FROM lines AS better "
            "WHERE better.chat = line.chat AND better.state = 'waiting' AND better.lane < line.lane "
            "AND better.due_at <= ? AND NOT EXISTS (SELECT 1 FROM lines AS held WHERE held.chat = better.chat "
            "AND held.state = 'waiting' AND held.lane = better.lane AND held.id < better.id AND held.due_at > ?)) "
            "ORDER BY due_at, id LIMIT ?",
            (lane, ms(now), *closed, ms(now), ms(now), limit),
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
                writes.extend(outbox.dead(number, "unreadable"))
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
    sealed, card = row["sealed"], row["card"]
    try:
        contents = outbox.opened(seal, sealed, chat=chat) if isinstance(sealed, bytes) else None
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
    )


def owe_at_once(seal: Seal, line: Line, *, over: int, expires_at: datetime | None) -> Write:
    """Owe a line, and claim it where nothing else is owed to its chat; else it waits like any other. See `claimed`.

    `over` is the number of a line that was shown already, and whose row only waits to be deleted; 0 for none.
    """
    return Write(
        outbox.OWE + "CASE WHEN EXISTS (SELECT 1 FROM lines WHERE chat = ?6 AND id <> ?9) "
        "THEN 'waiting' ELSE 'claimed' END) RETURNING id, state",
        (*outbox.columns(seal, line, expires_at=expires_at), over),
        returns=True,
    )


def claimed(line: Line, rows: Rows) -> Line | None:
    """The line under the number of its row; None where that was not written, or waits."""
    for number, state in rows:
        assert isinstance(number, int)
        if state == "claimed":
            return replace(line, id=number)
    return None


async def next_due_at(store: Store, now: datetime, *, lanes: Collection[Lane]) -> datetime | None:
    """When the next line that waits for its time may be claimed; those held back by another line are not counted.

    Campaigns' lines are looked at by the clock.
    """
    waits: LiteralString = (
        "SELECT (SELECT due_at FROM lines WHERE campaign IS NULL AND state = 'waiting' AND lane = ? AND due_at > ? "
        "ORDER BY due_at LIMIT 1) AS due_at"
    )
    asked = " UNION ALL ".join(waits for _ in lanes)
    row = await store.db.look_up(
        "SELECT min(due_at) FROM (" + asked + ")", [value for lane in lanes for value in (lane, ms(now))]
    )
    return moment(row[0]) if row is not None and row[0] is not None else None
