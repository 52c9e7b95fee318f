"""The log of what was seen and done and belongs to no tip, for whoever audits the installation."""

from storage.figures import Act
from storage.officers import names_of
from storage.records import OfficerId
from storage.store import Store, moment

PAGE = 15
"""Lines on one screen of a phone."""


async def page(store: Store, *, before: int) -> list[Act]:
    """The newest lines before one of them (0: the newest of all), newest first."""
    rows = await store.db.fetch_all(
        "SELECT seq, at, officer, what, detail FROM log WHERE seq < ? ORDER BY seq DESC LIMIT ?",
        (before or 2**62, PAGE),
    )
    names = await names_of(store, {row["officer"] for row in rows})
    return [
        Act(
            id=row["seq"],
            at=moment(row["at"]),
            officer=OfficerId(row["officer"]),
            officer_name=names.get(row["officer"], ""),
            what=row["what"],
            detail=row["detail"],
        )
        for row in rows
    ]
