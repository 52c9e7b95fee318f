"""Answers that fire officers keep for whoever asks the like. They hold an officer's own words: nothing is sealed."""

from storage.records import Addition, OfficerId, QuestionId
from storage.store import Store, moment, ms
from storage.writes import Write

MOST_FOUND = 500
"""How many additions are looked through, the newest first: beyond that they belong into the topics' files."""


def keep(addition: Addition) -> Write:
    """An answer is kept for others."""
    return Write(
        "INSERT INTO additions (id, officer, added_at, asked, answer) VALUES (?, ?, ?, ?, ?)",
        (addition.id, addition.officer, ms(addition.added_at), addition.asked, addition.answer),
        expects_rows=1,
    )


async def newest(store: Store) -> list[Addition]:
    """The additions, the newest first."""
    rows = await store.db.fetch_all("SELECT * FROM additions ORDER BY added_at DESC LIMIT ?", (MOST_FOUND,))
    return [_read(dict(row)) for row in rows]


async def addition(store: Store, id: QuestionId) -> Addition | None:
    """One of them."""
    row = await store.db.look_up("SELECT * FROM additions WHERE id = ?", (id,))
    return None if row is None else _read(dict(row))


def _read(row: dict[str, object]) -> Addition:
    added_at = row["added_at"]
    assert isinstance(added_at, int)
    return Addition(
        id=QuestionId(str(row["id"])),
        officer=OfficerId(str(row["officer"])),
        added_at=moment(added_at),
        asked=str(row["asked"]),
        answer=str(row["answer"]),
    )
