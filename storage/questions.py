"""Fire-safety questions on their way to an officer and back, each sealed under a key of its own."""

from collections.abc import Sequence
from datetime import datetime

from storage import keys
from storage.records import EVERY_WARD, OfficerId, Question, QuestionId, ReporterId, WardCode
from storage.seal import Key, Where
from storage.store import Store, moment, ms
from storage.writes import Write


def _where(question: QuestionId, column: str) -> Where:
    return Where("questions", question, column)


def ask(  # noqa: PLR0913 -- one row, named column by column
    question: Question, *, key: Key, words: str, topic: str | None, asker: ReporterId, due_at: datetime
) -> Write:
    """A question is asked; words and asker are sealed."""
    return Write(
        "INSERT INTO questions (id, desk, topic, status, version, asked_at, due_at, words, reporter) "
        "VALUES (?, ?, ?, 'open', 1, ?, ?, ?, ?)",
        (
            question.id,
            question.desk,
            topic,
            ms(question.asked_at),
            ms(due_at),
            key.seal(words.encode(), _where(question.id, "words")),
            key.seal(asker.encode(), _where(question.id, "reporter")),
        ),
        expects_rows=1,
    )


def answer(question: QuestionId, *, version: int, key: Key, officer: OfficerId, words: str) -> Write:
    """A question is answered; Stale if another officer was faster."""
    return Write(
        "UPDATE questions SET status = 'answered', officer = ?, answer = ?, due_at = NULL, version = version + 1 "
        "WHERE id = ? AND version = ? AND status = 'open'",
        (officer, key.seal(words.encode(), _where(question, "answer")), question, version),
        expects_rows=1,
    )


def remind(question: QuestionId, *, version: int, alerts: int, due_at: datetime | None) -> Write:
    """The clock has alerted about it."""
    return Write(
        "UPDATE questions SET alerts = ?, due_at = ?, version = version + 1 WHERE id = ? AND version = ?",
        (alerts, ms(due_at) if due_at else None, question, version),
        expects_rows=1,
    )


async def question(store: Store, id: QuestionId) -> Question | None:
    """A question as officers see it."""
    row = await store.db.look_up("SELECT * FROM questions WHERE id = ?", (id,))
    return None if row is None else _opened(dict(row))


async def open_questions(store: Store, wards: Sequence[WardCode], *, limit: int = 20) -> list[Question]:
    """Open questions of these desks, oldest first."""
    if EVERY_WARD in wards:
        rows = await store.db.fetch_all(
            "SELECT * FROM questions WHERE status = 'open' ORDER BY asked_at LIMIT ?", (limit,)
        )
    else:
        rows = [
            row
            for ward in dict.fromkeys(wards)
            for row in await store.db.fetch_all(
                "SELECT * FROM questions WHERE desk = ? AND status = 'open' ORDER BY asked_at LIMIT ?", (ward, limit)
            )
        ]
    return sorted((_opened(dict(row)) for row in rows), key=lambda one: one.asked_at)[:limit]


async def due(store: Store, now: datetime, *, limit: int = 100) -> list[Question]:
    """Questions nobody has answered in time."""
    rows = await store.db.fetch_all(
        "SELECT * FROM questions WHERE due_at <= ? AND status = 'open' ORDER BY due_at LIMIT ?", (ms(now), limit)
    )
    return [_opened(dict(row)) for row in rows]


def _opened(row: dict[str, object]) -> Question:
    version, asked_at, alerts = row["version"], row["asked_at"], row["alerts"]
    assert isinstance(version, int) and isinstance(asked_at, int) and isinstance(alerts, int)
    return Question(
        id=QuestionId(str(row["id"])),
        desk=WardCode(str(row["desk"])),
        status="answered" if row["status"] == "answered" else "open",
        version=version,
        asked_at=moment(asked_at),
        officer=OfficerId(str(row["officer"])) if row["officer"] else None,
        alerts=alerts,
    )


async def words_of(store: Store, question: QuestionId, *, column: str) -> str | None:
    """The words of a question, its `answer`, or its `reporter`'s id; None when gone. Only delivery asks for these."""
    row = await store.db.look_up("SELECT words, answer, reporter FROM questions WHERE id = ?", (question,))
    key = await keys.key_of(store, question) if row is not None else None
    sealed = row[column] if row is not None and column in {"words", "answer", "reporter"} else None
    return key.open(sealed, _where(question, column)).decode() if key is not None and sealed is not None else None
