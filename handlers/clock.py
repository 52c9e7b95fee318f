"""The decisions of the clock: what happens to a tip or a question for which nobody has done anything in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

from handlers.effects import AlertDesk, Effect, MoveTip, RemindLater, RemindQuestion, TellOwner, TellPlace
from handlers.hours import QuietHours
from handlers.officers.review import age
from handlers.workflow import (
    QUEUE,
    ROUNDS,
    alert_again_at,
    claim_expires_at,
    is_chief,
    move_of,
    roles_in,
    tip_choice,
    working_day_after,
)
from messages.address import Place
from messages.outgoing import Say
from messages.phrase import Choice, Phrase, phrase
from storage.records import CLOCK, Desk, Officer, Question, Role, Status, Tip, Urgency, WardCode

QUESTION_ROUNDS: tuple[Literal["desk", "chief", "admin", "all"], ...] = ("desk", "chief", "admin")
"""Whom each further alert about a question reaches, one working day apart; then the clock leaves it."""


@dataclass(frozen=True, slots=True)
class Hours:
    """By which hours the clock decides."""

    timezone: tzinfo
    quiet: QuietHours


def remind(tip: Tip, desk: Desk, *, officers: Sequence[Officer], now: datetime, hours: Hours) -> tuple[Effect, ...]:
    """What one due tip gets: a silent claim returns to the queue, a tip without an owner is alerted again.

    Several tips of one desk that wait belong into one `digest` instead.
    """
    if tip.due_at is None or tip.due_at > now:
        return ()
    match tip.status:
        case Status.NEW:
            return digest((tip,), desk, officers=officers, now=now, hours=hours)
        case Status.CLAIMED:
            return _silent_claim(tip, desk, officers=officers, now=now, hours=hours)
        case Status.ASKED:
            return _unanswered(tip, now=now, hours=hours)
        case _:
            return (RemindLater(tip.id, tip.version, alerts=tip.alerts, due_at=None, refresh=False),)


def _silent_claim(
    tip: Tip, desk: Desk, *, officers: Sequence[Officer], now: datetime, hours: Hours
) -> tuple[Effect, ...]:
    """A claim nobody has acted on lapses; a note or question of the owner counts as acting, and gives more time."""
    acted = max((entry.at for entry in tip.entries if entry.officer == tip.owner), default=None)
    if acted is not None:
        until = claim_expires_at(tip.urgency, acted, timezone=hours.timezone)
        if until > now:
            return (RemindLater(tip.id, tip.version, alerts=tip.alerts, due_at=until, refresh=False),)
    move = move_of("lapse", tip.status)
    assert move is not None
    lapsed = MoveTip(
        tip=tip.id,
        version=tip.version,
        officer=CLOCK,
        what=move.event,
        to=move.to,
        owner=None,
        open_ask=tip.open_ask,
        due_at=alert_again_at(tip.urgency, now, rounds=0),
    )
    urgent = tip.urgency is Urgency.EMERGENCY
    owners = {one.place for one in officers if one.id == tip.owner}
    told = [TellPlace(place, _lapsed("claim-lapsed", tip, urgent=urgent)) for place in owners]
    others = dict.fromkeys(place for place in desk.places if place not in owners)
    told += [TellPlace(place, _lapsed("claim-lapsed-for-desk", tip, urgent=urgent)) for place in others]
    return (lapsed, *told, AlertDesk(tip.id, desk, urgent=urgent))


def _unanswered(tip: Tip, *, now: datetime, hours: Hours) -> tuple[Effect, ...]:
    """The reporter has not answered for days: the tip is its owner's to go on with, or it lapses like any claim.

    The question stays open, so that a late answer still finds it.
    """
    move = move_of("go-on", tip.status)
    assert move is not None
    due_at = claim_expires_at(tip.urgency, now, timezone=hours.timezone)
    goes_on = MoveTip(
        tip=tip.id,
        version=tip.version,
        officer=CLOCK,
        what=move.event,
        to=move.to,
        owner=tip.owner,
        open_ask=tip.open_ask,
        due_at=due_at,
    )
    choices = tuple(tip_choice(verb, tip) for verb in ("open", "ask", "close"))
    said = Say((phrase("answer-overdue", number=tip.number),), choices=choices, columns=2, protect=True, anchor=tip.id)
    return (goes_on, TellOwner(tip.id, said))


def _lapsed(key: str, tip: Tip, *, urgent: bool) -> Say:
    """A line of its own: the card is only edited, and an edit makes no sound."""
    choices = (tip_choice("claim", tip), tip_choice("open", tip))
    return Say((phrase(key, number=tip.number),), choices=choices, columns=2, anchor=tip.id, urgent=urgent)


def digest(
    tips: Sequence[Tip], desk: Desk, *, officers: Sequence[Officer], now: datetime, hours: Hours
) -> tuple[Effect, ...]:
    """One message a desk about all tips that wait there, instead of one a tip: "12 waiting, 3 urgent".

    `tips` are the desk's unclaimed tips, whether due or not; the digest counts them all and goes to whomever the due
    ones call for. At night only emergencies sound: the others' alert is put off until the morning and does not count.
    """
    effects: list[Effect] = []
    called: dict[Place, None] = {}
    urgent = False
    for tip in tips:
        if tip.status is not Status.NEW or tip.due_at is None or tip.due_at > now:
            continue
        emergency = tip.urgency is Urgency.EMERGENCY
        if not emergency and hours.quiet.include(now, timezone=hours.timezone):
            morning = hours.quiet.over_at(now, timezone=hours.timezone)
            effects.append(RemindLater(tip.id, tip.version, alerts=tip.alerts, due_at=morning, refresh=False))
            continue
        urgent = urgent or emergency
        called.update(dict.fromkeys(_called(ROUNDS, tip.alerts, desk=desk, officers=officers)))
        rounds = tip.alerts + 1
        due_at = alert_again_at(tip.urgency, now, rounds=rounds)
        effects.append(RemindLater(tip.id, tip.version, alerts=rounds, due_at=due_at, refresh=True))
    say = _digest_of(tips, now, urgent=urgent)
    return (*effects, *(TellPlace(place, say) for place in called))


def _digest_of(tips: Sequence[Tip], now: datetime, *, urgent: bool) -> Say:
    waiting = [tip for tip in tips if tip.status is Status.NEW]
    pressing = sum(tip.urgency in {Urgency.EMERGENCY, Urgency.HIGH} for tip in waiting)
    oldest = min((tip.filed_at for tip in waiting), default=now)
    line = phrase("digest", waiting=len(waiting), urgent=pressing, age=age(oldest, now))
    return Say((line,), choices=(QUEUE,), protect=True, urgent=urgent)


def _called(
    rounds: Sequence[Literal["desk", "chief", "admin", "all"]],
    alerts: int,
    *,
    desk: Desk,
    officers: Sequence[Officer],
) -> tuple[Place, ...]:
    """Whom an alert of this round reaches; a round that would reach nobody goes on to the next ones, then the desk."""
    chiefs = tuple(one.place for one in officers if is_chief(one, desk.ward))
    admins = admins_of(officers, desk.ward)
    reach = {"desk": desk.places, "chief": chiefs, "admin": admins, "all": (*desk.places, *chiefs, *admins)}
    for row in rounds[min(alerts, len(rounds) - 1) :]:
        if reach[row]:
            return reach[row]
    return desk.places


def admins_of(officers: Sequence[Officer], ward: WardCode) -> tuple[Place, ...]:
    """The private places of those who administer a ward or the installation."""
    return tuple(one.place for one in officers if Role.ADMIN in roles_in(one, ward))


def remind_question(
    question: Question, desk: Desk, *, officers: Sequence[Officer], now: datetime, hours: Hours
) -> tuple[Effect, ...]:
    """An unanswered question: after a working day the duty desk hears of it, then the chief, then the admin.

    The alert tells no words of the question: it may reach a group, or the admin.
    """
    if question.status == "answered" or question.alerts >= len(QUESTION_ROUNDS):
        return (RemindQuestion(question.id, question.version, alerts=question.alerts, due_at=None),)
    rounds = question.alerts + 1
    due_at = working_day_after(now, hours.timezone) if rounds < len(QUESTION_ROUNDS) else None
    waits = phrase("fire-waiting", age=age(question.asked_at, now))
    reply = Choice(f"reply:{question.id}", Phrase("choice-o-reply"), lasting=True)
    say = Say((waits,), choices=(reply,), protect=True)
    places = _called(QUESTION_ROUNDS, question.alerts, desk=desk, officers=officers)
    told = tuple(TellPlace(place, say) for place in dict.fromkeys(places))
    return (RemindQuestion(question.id, question.version, alerts=rounds, due_at=due_at), *told)
