"""How reporters find the outcome of their tips: counted by ward and month, joined to no tip and to nobody."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import LiteralString

from storage.figures import Rating, RatingId, Ratings
from storage.records import EVERY_WARD, TipId, WardCode
from storage.seal import Seal, Where
from storage.store import Store
from storage.writes import Write

WORDS_SHOWN = 10
"""Remarks on one screen."""


def month_of(at: datetime, timezone: tzinfo) -> str:
    """The month a rating is counted in, by the installation's calendar."""
    return at.astimezone(timezone).strftime("%Y-%m")


def month_before(at: datetime, timezone: tzinfo) -> str:
    """The last month that is over: while one runs, a count that grows tells which tip was just closed."""
    return month_of(at.astimezone(timezone).replace(day=1) - timedelta(days=1), timezone)


def rate(id: RatingId, *, ward: WardCode, month: str, rating: Rating) -> Write:
    """Count one. The id is random and is kept nowhere else but in the session that is asked for a few words."""
    return Write(
        "INSERT INTO ratings (id, ward, month, rating) VALUES (?, ?, ?, ?)", (id, ward, month, rating), expects_rows=1
    )


def mark_rated(tip: TipId) -> Write:
    """A tip is rated once; Stale if it was already. Without a time, which would join the two."""
    return Write("UPDATE tips SET rated = 1 WHERE id = ? AND rated = 0", (tip,), expects_rows=1)


def describe(seal: Seal, id: RatingId, *, words: str) -> Write:
    """The reporter's few words about it; none take back what was written."""
    sealed = seal.purpose_key("rating").seal(words.encode(), _where(id)) if words else None
    return Write("UPDATE ratings SET words = ? WHERE id = ?", (sealed, id))


async def counted(store: Store, wards: Sequence[WardCode], *, month: str) -> Ratings:
    """How often each was given in a month."""
    desks, parameters = _wards(wards)
    rows = await store.db.fetch_all(
        "SELECT rating, count(*) AS given FROM ratings WHERE month = ?" + desks + " GROUP BY rating",
        (month, *parameters),
    )
    given = {row["rating"]: row["given"] for row in rows}
    return Ratings(good=given.get("good", 0), fair=given.get("fair", 0), bad=given.get("bad", 0))


async def described(store: Store, wards: Sequence[WardCode], *, month: str) -> list[tuple[RatingId, Rating]]:
    """Ratings of a month that came with words, in no order that tells when."""
    desks, parameters = _wards(wards)
    rows = await store.db.fetch_all(
        "SELECT id, rating FROM ratings WHERE month = ? AND words IS NOT NULL" + desks + " ORDER BY id LIMIT ?",
        (month, *parameters, WORDS_SHOWN),
    )
    return [(RatingId(row["id"]), Rating(row["rating"])) for row in rows]


async def words_of(store: Store, id: RatingId) -> str | None:
    """What was written with a rating."""
    row = await store.db.look_up("SELECT words FROM ratings WHERE id = ?", (id,))
    if row is None or row["words"] is None:
        return None
    return store.seal.purpose_key("rating").open(row["words"], _where(id)).decode()


def _where(id: RatingId) -> Where:
    return Where("ratings", id, "words")


def _wards(wards: Sequence[WardCode]) -> tuple[LiteralString, tuple[str, ...]]:
    if EVERY_WARD in wards:
        return "", ()
    marks: LiteralString = ", ".join("?" for _ in wards)
    return " AND ward IN (" + marks + ")", tuple(wards)
