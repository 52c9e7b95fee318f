"""Danger that somebody told of: they are asked once whether they are safe, and left in peace for an hour."""

from datetime import UTC, datetime, timedelta

from handlers.effects import AddEntries, AlertDesk, Effect, NewEntry
from handlers.facts import Facts
from handlers.residents.telling import TipDraft
from handlers.turn import AnyFlow, AnyTurn, Turn
from messages.frozen import replace
from messages.meaning.danger import Kind
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, phrase
from storage.records import REPORTER, EntryId, Session, Status, Urgency

ASK_AFTER = timedelta(minutes=5)
"""How long after words of danger somebody is asked whether they are safe (emergencies fact sheet 0.9)."""
WORTH_ASKING_FOR = timedelta(minutes=30)
"""A question that could not be delivered for so long is not asked any more."""
CALM_FOR = timedelta(hours=1)
"""How long after words of danger no campaign and no rating reaches somebody (emergencies fact sheet 4)."""
NEVER_ASKED = frozenset({Kind.DOMESTIC_VIOLENCE, Kind.CHILD_DANGER, Kind.INTRUDER, Kind.WEAPON})
"""A message that comes by itself may give away somebody who hides or is watched (emergencies fact sheet 0.8)."""
REMIND_AFTER = timedelta(minutes=30)
"""How long an unsent tip rests before its teller is told, once, that it was not sent."""
SAFE = Choice("safe", Phrase("choice-safe"), lasting=True)
NOT_SAFE = Choice("not-safe", Phrase("choice-not-safe"), lasting=True)
KEYS = frozenset({SAFE.key, NOT_SAFE.key})


def alarmed(session: Session, kind: str, *, now: datetime) -> Session:
    """The session of somebody who has just told of danger."""
    safe_at = None if kind in NEVER_ASKED else now + ASK_AFTER
    return replace(session, alarm=kind, danger=kind, safe_at=safe_at, calm_until=now + CALM_FOR)


def is_just_answered(session: Session, kind: str, *, now: datetime) -> bool:
    """Whether the number for this danger stands above already: told once in a conversation, and within the hour."""
    return kind == session.alarm and session.calm_until is not None and now < session.calm_until


def remind_at(session: Session, unsent: datetime | None) -> datetime | None:
    """When the clock looks at a session: whether somebody is safe comes before what is unsent.

    That time lies in the open, and a tip may have been sent meanwhile: it is rounded up to five minutes.
    """
    if session.safe_at is None:
        return unsent
    step = ASK_AFTER.total_seconds()
    return datetime.fromtimestamp(-(-session.safe_at.timestamp() // step) * step, UTC)


def reminded(session: Session, now: datetime) -> tuple[Session, Say | None]:
    """What a session that is due is reminded of, once: to say whether they are safe, or that their tip was not sent.

    Whatever stands above goes on: the question comes by itself, and a button pressed in the same moment still counts.
    """
    draft = _unsent(session)
    if session.safe_at is None or session.safe_at > now:
        after = replace(session, remind_at=None)
        return after, say("tip-reminder") if draft is not None else None
    words = [phrase("safe-ask", kind=session.danger)]
    if draft is not None:
        words.append(Phrase("safe-unsent"))
    choices = (SAFE, NOT_SAFE)
    later = now + REMIND_AFTER if draft is not None else None
    after = replace(session, safe_at=None, remind_at=later, choices=choices)
    return after, Say(tuple(words), choices=choices, columns=2, urgent=True)


def _unsent(session: Session) -> TipDraft | None:
    """The tip that is being told, if there is anything in it."""
    if session.flow != "tip":
        return None
    try:
        draft = TipDraft.model_validate_json(session.draft or "{}")
    except ValueError:
        return None
    return draft if draft.told or draft.pin else None


async def hear(key: str, flow: AnyFlow | None, facts: Facts) -> AnyTurn:
    """Safe: what was going on goes on. Not safe: the number once more, and the desk that has their tip is alerted."""
    if key == SAFE.key:
        return Turn(remark=(Phrase("safe-good"),), repeat=flow is not None)
    number = replace(say(f"emergency-{facts.session.danger or 'numbers'}"), urgent=True)
    return Turn(replies=(number,), effects=await _alert(facts), repeat=flow is not None)


async def _alert(facts: Facts) -> tuple[Effect, ...]:
    """Those who may be on their way read it; there is a tip to alert about only if one was sent in the last hour."""
    for tip in await facts.own_tips():
        recent = facts.now - tip.filed_at <= CALM_FOR
        if recent and tip.urgency is Urgency.EMERGENCY and tip.status is not Status.CLOSED:
            said = NewEntry(EntryId(facts.fresh_id()), "added", words=facts.label(Phrase("safe-not-yet")))
            alert = AlertDesk(tip.id, await facts.desk(tip.ward.code), urgent=True)
            return (AddEntries(tip.id, (said,), REPORTER), alert)
    return ()
