"""Peace for whoever was just in danger: no campaign reaches them for an hour, and no question about an outcome."""

from datetime import datetime

from bot.channels.channel import TryLater
from handlers.residents.outcome import unasked
from messages.outgoing import Exhibit, Say
from storage.reporters import Reporter
from storage.store import full_hour, moment


def is_left_in_peace(reporter: Reporter | None, now: datetime) -> bool:
    """Whether somebody told of danger in the last hour."""
    until = reporter.contents.calm_until if reporter is not None else None
    return until is not None and until > now


def hold_back(reporter: Reporter | None, now: datetime) -> None:
    """A campaign's line waits until the full hour after: the exact time in its row would be that of their words.

    Raises TryLater.
    """
    if reporter is not None and reporter.contents.calm_until is not None and is_left_in_peace(reporter, now):
        until = moment(full_hour(reporter.contents.calm_until))
        raise TryLater((until - now).total_seconds())


def calmed(outgoing: Say | Exhibit, reporter: Reporter | None, *, now: datetime) -> Say | Exhibit:
    """The message as it is for them: an outcome is told, and not asked about."""
    if isinstance(outgoing, Exhibit) or not is_left_in_peace(reporter, now):
        return outgoing
    return unasked(outgoing)
