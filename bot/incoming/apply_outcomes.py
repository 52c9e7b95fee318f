"""The rows of what reporters do once a tip is closed."""

from datetime import datetime, tzinfo
from typing import assert_never

from handlers.outcome_effects import DescribeRating, OutcomeEffect, RateOutcome, ReopenTip
from storage import cards, ratings, tips
from storage.outbox import Lane
from storage.records import REPORTER, Status
from storage.seal import Seal
from storage.store import ms
from storage.writes import SqlValue, Write


def apply_outcome(effect: OutcomeEffect, seal: Seal, *, now: datetime, timezone: tzinfo) -> list[Write]:
    """The rows one of these effects becomes."""
    match effect:
        case RateOutcome(tip=tip, ward=ward, id=id, rating=rating):
            month = ratings.month_of(now, timezone)
            return [ratings.mark_rated(tip), ratings.rate(id, ward=ward, month=month, rating=rating)]
        case DescribeRating(id=id, words=words):
            return [ratings.describe(seal, id, words=words)]
        case ReopenTip(tip=tip, version=version, due_at=due_at):
            anew: dict[str, SqlValue] = {"status": Status.NEW, "owner": None, "outcome": None, "reopened": 1}
            anew |= {"bundled": 0, "due_at": ms(due_at), "alerts": 0}
            back = tips.change(tip, version=version, at=now, columns=anew)
            history = tips.event(tip, REPORTER, what="reopened-by-reporter", at=now)
            return [back, history, *cards.refresh_cards(tip, Lane.ALERT, now=now)]
        case _:
            assert_never(effect)
