"""Answers that come late: after an outage of ours people see which of their messages an answer belongs to."""

from datetime import datetime, timedelta

from handlers.turn import AnyTurn
from messages.frozen import replace
from messages.incoming import Incoming, Membership, Press
from messages.outgoing import Outgoing, Say
from messages.phrase import phrase

LATE_AFTER = timedelta(minutes=10)
"""How old a message may be before its answer names its time: longer than any busy minute of ours."""


def dated(turn: AnyTurn, said: Incoming, *, now: datetime) -> AnyTurn:
    """The turn; the first reply to an old message begins with its time. The number of an emergency still comes first.

    A press has no time of its own, and whoever comes or goes waits for no answer.
    """
    if now - said.at < LATE_AFTER or isinstance(said.content, Press | Membership):
        return turn
    first = next((number for number, reply in enumerate(turn.replies) if isinstance(reply, Say)), None)
    if first is None:
        return turn
    replies = list(turn.replies)
    replies[first] = _dated(replies[first], said.at)
    return replace(turn, replies=tuple(replies))


def _dated(reply: Outgoing, at: datetime) -> Outgoing:
    assert isinstance(reply, Say)
    when = phrase("answer-late", at=at)
    return replace(reply, words=(*reply.words, when) if reply.urgent else (when, *reply.words), asks=False)
