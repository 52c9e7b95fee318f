"""Where each address stands in its conversations, and what was heard already."""

import contextlib
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from messages.address import Address, Place
from messages.frozen import frozen, replace
from messages.incoming import File, Incoming, MediaKind
from messages.outgoing import Say
from messages.phrase import Choice
from storage import keys
from storage.errors import WrongKey
from storage.records import ReporterId, Session
from storage.reporters import Reporter
from storage.seal import Key, Seal, Where
from storage.store import Store, moment, ms
from storage.writes import Write

HEARD_FOR = timedelta(hours=72)
"""How long a platform may redeliver (Telegram keeps updates 24 h; three times that)."""


@frozen
class Contents:
    """What is sealed of a session under the reporter's key."""

    flow: str = ""
    step: str = ""
    draft_id: str = ""
    asked: int = 0
    choices: tuple[Choice, ...] = ()
    album: str = ""
    album_holds: tuple[MediaKind, ...] = ()
    album_lost: int = 0
    album_asked: int = 0
    album_say: Say | None = None
    held: tuple[File, ...] = ()
    welcomed: bool = False
    alarm: str = ""
    spoke_at: datetime | None = None
    danger: str = ""
    safe_at: datetime | None = None
    by: Address | None = None
    place: Place | None = None
    lapses_at: datetime | None = None
    """Exact, and therefore sealed: in the open stands only the day on which the draft goes."""


AS_THEY_ARE = (
    *("asked", "choices", "album", "album_holds", "album_lost", "album_asked", "album_say"),
    *("held", "welcomed", "alarm", "spoke_at", "danger", "safe_at"),
)
"""What is stored of a session under the name it has there."""
_CONTENTS: TypeAdapter[Contents] = TypeAdapter(Contents)


def _found_by(seal: Seal, by: Address, *, place: Place) -> bytes:
    return seal.digest("find", f"session {by} {place}")


async def of(store: Store, reporter: Reporter, *, place: Place) -> Session | None:
    """The session of a reporter in a place, None when nothing is stored."""
    found = await with_key(store, reporter, place=place)
    return None if found is None else found[0]


async def with_key(store: Store, reporter: Reporter, *, place: Place) -> tuple[Session, Key | None] | None:
    """The same with the key of its draft, None where there is no draft."""
    row = await store.db.look_up(
        "SELECT id, sealed, draft, version, remind_at, expires_at FROM sessions WHERE found_by = ?",
        (_found_by(store.seal, reporter.contents.by, place=place),),
    )
    return None if row is None else await _opened(store, reporter, row=dict(row))


async def by_id(store: Store, session: str, *, reporter: Reporter) -> Session | None:
    """The session of this id, for its reporter."""
    row = await store.db.look_up(
        "SELECT id, sealed, draft, version, remind_at, expires_at FROM sessions WHERE id = ? AND reporter = ?",
        (session, reporter.id),
    )
    return None if row is None else (await _opened(store, reporter, row=dict(row)))[0]


async def owner_of(store: Store, session: str) -> ReporterId | None:
    """Whose session this is."""
    row = await store.db.look_up("SELECT reporter FROM sessions WHERE id = ?", (session,))
    return None if row is None else ReporterId(row["reporter"])


def _contents(reporter: Reporter, session: str, *, sealed: bytes) -> Contents:
    """What was sealed of a session; nothing if it was altered, or if a version of ours meant something else by it."""
    try:
        return _CONTENTS.validate_json(reporter.key.open(sealed, Where("sessions", session, "sealed")))
    except (WrongKey, ValidationError):  # the person can go on
        return Contents()


async def _opened(store: Store, reporter: Reporter, *, row: dict[str, object]) -> tuple[Session, Key | None]:
    id, sealed, draft, version = row["id"], row["sealed"], row["draft"], row["version"]
    assert isinstance(id, str) and isinstance(sealed, bytes) and isinstance(version, int)
    known = _contents(reporter, id, sealed=sealed)
    key, words, lost = None, "", bool(known.draft_id)  # without its draft a session stands nowhere
    if isinstance(draft, bytes) and known.draft_id:
        with contextlib.suppress(WrongKey):  # of the key's own row, or of the draft
            key = await keys.key_of(store, known.draft_id)
            words = key.open(draft, Where("sessions", id, "draft")).decode() if key else ""
        lost = not words
    session = Session(
        id=id,
        by=known.by or reporter.contents.by,
        place=known.place or reporter.contents.place,
        reporter=reporter.id,
        version=version,
        language=reporter.contents.language,
        chose_language=reporter.contents.chose_language,
        home=reporter.contents.home,
        flow="" if lost else known.flow,
        step="" if lost else known.step,
        draft=words,
        draft_id="" if lost else known.draft_id,
        calm_until=reporter.contents.calm_until,
        lapses_at=None if lost else known.lapses_at,
        remind_at=_moment(row["remind_at"]),
        expires_at=_moment(row["expires_at"]),
        **{name: getattr(known, name) for name in AS_THEY_ARE},
    )
    return session, None if lost else key


def _sealed(session: Session, reporter: Reporter) -> bytes:
    contents = Contents(
        flow=session.flow,
        step=session.step,
        draft_id=session.draft_id,
        by=session.by,
        place=session.place,
        lapses_at=session.lapses_at,
        **{name: getattr(session, name) for name in AS_THEY_ARE},
    )
    return reporter.key.seal(_CONTENTS.dump_json(contents), Where("sessions", session.id, "sealed"))


def save(session: Session, *, was: Session, seal: Seal, reporter: Reporter, draft_key: Key | None) -> Write:
    """Store a session as it is after a turn. Stale if another turn was faster, or the reporter was changed meanwhile.

    `draft_key` is the draft's, None where there is no draft.
    """
    sealed = _sealed(session, reporter)
    draft = draft_key.seal(session.draft.encode(), Where("sessions", session.id, "draft")) if draft_key else None
    times = (_stored(session.remind_at), _stored(session.expires_at))
    if was.version == 0:
        return Write(
            "INSERT INTO sessions (sealed, draft, remind_at, expires_at, id, found_by, reporter, version) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
            (sealed, draft, *times, session.id, _found_by(seal, session.by, place=session.place), session.reporter),
            expects_rows=1,
        )
    return Write(
        "UPDATE sessions SET sealed = ?, draft = ?, remind_at = ?, expires_at = ?, version = version + 1 "
        "WHERE id = ? AND version = ? AND reporter = (SELECT id FROM reporters WHERE id = ? AND version = ?)",
        (sealed, draft, *times, session.id, was.version, reporter.id, reporter.version),
        expects_rows=1,
    )


def _moment(stored: object) -> datetime | None:
    return moment(stored) if isinstance(stored, int) else None


def _stored(at: datetime | None) -> int | None:
    return None if at is None else ms(at)


async def to_remind(store: Store, now: datetime, *, limit: int = 50) -> list[tuple[str, ReporterId]]:
    """Sessions with an unsent draft that has rested long enough to say so, once."""
    rows = await store.db.fetch_all(
        "SELECT id, reporter FROM sessions WHERE remind_at <= ? ORDER BY remind_at LIMIT ?", (ms(now), limit)
    )
    return [(row["id"], ReporterId(row["reporter"])) for row in rows]


async def expired(store: Store, now: datetime, *, limit: int = 50) -> list[tuple[str, ReporterId]]:
    """Sessions whose draft is to be dropped."""
    rows = await store.db.fetch_all(
        "SELECT id, reporter FROM sessions WHERE expires_at <= ? ORDER BY expires_at LIMIT ?", (ms(now), limit)
    )
    return [(row["id"], ReporterId(row["reporter"])) for row in rows]


def reminded(session: Session, *, was: Session, reporter: Reporter) -> Write:
    """A reminder is said once, and the session knows what was asked. Stale if the person has written meanwhile."""
    return Write(
        "UPDATE sessions SET sealed = ?, remind_at = ?, version = version + 1 WHERE id = ? AND version = ?",
        (_sealed(session, reporter), _stored(session.remind_at), session.id, was.version),
        expects_rows=1,
    )


def drop_draft(session: Session, *, reporter: Reporter) -> list[Write]:
    """An unsent draft has rested for its seven days, and what was held back with it. Stale if the person has written
    meanwhile."""
    left = replace(session, flow="", step="", draft_id="", held=(), alarm="", lapses_at=None)
    return [
        Write(
            "UPDATE sessions SET sealed = ?, draft = NULL, remind_at = NULL, expires_at = NULL, version = version + 1 "
            "WHERE id = ? AND version = ?",
            (_sealed(left, reporter), session.id, session.version),
            expects_rows=1,
        ),
        keys.destroy(session.draft_id),
        Write("DELETE FROM media WHERE tip = ?", (session.draft_id,)),
    ]


def hear_once(said: Incoming, *, seal: Seal, now: datetime) -> Write:
    """Mark a message as heard. Duplicate if it was heard already, so that its whole turn is refused."""
    digest = seal.digest("find", f"heard {said.by.channel} {said.id}")
    return Write("INSERT INTO heard (id, at) VALUES (?, ?)", (digest, ms(now)), expects_rows=1)


def forget_heard(now: datetime) -> Write:
    """Drop the marks of messages that can no longer be redelivered."""
    return Write("DELETE FROM heard WHERE at < ?", (ms(now - HEARD_FOR),))
