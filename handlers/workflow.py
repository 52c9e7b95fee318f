"""The workflow of a tip as tables: who may see it, how it moves, and when somebody must look again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal, TypeAlias

from handlers.hours import WORKING_DAY, after_working
from messages.meaning.danger import Kind
from messages.phrase import Choice, Phrase
from storage.records import EVERY_WARD, Officer, Reach, Role, Status, Tip, Urgency, WardCode

Verb: TypeAlias = Literal[
    "claim",
    "give-back",
    "take-over",
    "ask",
    "note",
    "hand-over",
    "pass-on",
    "refer",
    "close",
    "reopen",
    "lapse",
    "go-on",
    "reopen-mine",
]
Who: TypeAlias = Literal["desk", "owner", "other", "owner-or-chief", "passer", "reader", "clock", "reporter"]
"""Who may: an officer or chief of the desk; of these only the owner, only another than the owner, or only the owner
and the chiefs; the latter and the admin, who may pass a tip on unread; whoever may read it; only the clock; only its
reporter."""


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the workflow: in status `start`, `who` may decide `verb`, and then it stands in `to`."""

    verb: Verb
    start: Status
    to: Status
    who: Who
    event: str
    """The history's word for it."""


NEW, CLAIMED, ASKED, REFERRED, CLOSED = Status
MOVES: tuple[Move, ...] = (
    Move("claim", NEW, CLAIMED, "desk", "claimed"),
    Move("give-back", CLAIMED, NEW, "owner", "given-back"),
    Move("give-back", ASKED, NEW, "owner", "given-back"),
    Move("take-over", CLAIMED, CLAIMED, "other", "taken-over"),
    Move("take-over", ASKED, ASKED, "other", "taken-over"),
    Move("take-over", REFERRED, REFERRED, "other", "taken-over"),
    Move("ask", CLAIMED, ASKED, "owner", "asked"),
    Move("ask", ASKED, ASKED, "owner", "asked"),
    Move("note", NEW, NEW, "reader", "noted"),
    Move("note", CLAIMED, CLAIMED, "reader", "noted"),
    Move("note", ASKED, ASKED, "reader", "noted"),
    Move("note", REFERRED, REFERRED, "reader", "noted"),
    Move("note", CLOSED, CLOSED, "reader", "noted"),
    Move("hand-over", NEW, CLAIMED, "owner-or-chief", "handed-over"),
    Move("hand-over", CLAIMED, CLAIMED, "owner-or-chief", "handed-over"),
    Move("hand-over", ASKED, ASKED, "owner-or-chief", "handed-over"),
    Move("pass-on", NEW, NEW, "passer", "passed-on"),
    Move("pass-on", CLAIMED, NEW, "owner-or-chief", "passed-on"),
    Move("pass-on", ASKED, NEW, "owner-or-chief", "passed-on"),
    Move("refer", CLAIMED, REFERRED, "owner", "referred"),
    Move("refer", ASKED, REFERRED, "owner", "referred"),
    Move("close", CLAIMED, CLOSED, "owner", "closed"),
    Move("close", ASKED, CLOSED, "owner", "closed"),
    Move("close", REFERRED, CLOSED, "owner", "closed"),
    Move("reopen", REFERRED, CLAIMED, "desk", "reopened"),
    Move("reopen", CLOSED, CLAIMED, "desk", "reopened"),
    Move("lapse", CLAIMED, NEW, "clock", "lapsed"),
    Move("go-on", ASKED, CLAIMED, "clock", "answer-overdue"),
    Move("reopen-mine", CLOSED, NEW, "reporter", "reopened-by-reporter"),
)
"""Every move there is; what is not here cannot be done."""

_MOVES: Mapping[tuple[Verb, Status], Move] = {(move.verb, move.start): move for move in MOVES}
READING = frozenset({Role.OFFICER, Role.CHIEF, Role.FIRE})
MOVING = frozenset({Role.OFFICER, Role.CHIEF})


def roles_in(officer: Officer | None, ward: WardCode) -> frozenset[Role]:
    """The roles an active officer holds for a ward, those that span the installation included; else none."""
    if officer is None or officer.status != "active":
        return frozenset()
    return frozenset(role for where, role in officer.roles.items() if where in {ward, EVERY_WARD})


def may_see(officer: Officer | None, ward: WardCode) -> bool:
    """Whether the content of this desk's tips may be shown to somebody. Admins and auditors see none."""
    return bool(roles_in(officer, ward) & READING)


def is_chief(officer: Officer | None, ward: WardCode) -> bool:
    """Whether somebody is chief of a ward."""
    return Role.CHIEF in roles_in(officer, ward)


def wards_of(officer: Officer, roles: frozenset[Role] = READING) -> tuple[WardCode, ...]:
    """The wards in which an officer holds one of these roles, in a lasting order; `*` alone where it spans all."""
    held = sorted(where for where, role in officer.roles.items() if role in roles)
    return (EVERY_WARD,) if EVERY_WARD in held else tuple(held)


def move_of(verb: Verb, status: Status) -> Move | None:
    """The row for a decision in a status, None if there is no such move."""
    return _MOVES.get((verb, status))


def may(officer: Officer | None, tip: Tip, *, verb: Verb) -> bool:
    """Whether an officer may take this decision on this tip as it stands."""
    move = move_of(verb, tip.status)
    if move is None or officer is None:
        return False
    roles = roles_in(officer, tip.desk)
    owns = tip.owner == officer.id
    match move.who:
        case "desk":
            return bool(roles & MOVING)
        case "owner":
            return owns and bool(roles & MOVING)
        case "other":
            return not owns and bool(roles & MOVING)
        case "owner-or-chief":
            return Role.CHIEF in roles or (owns and bool(roles & MOVING))
        case "passer":
            return bool(roles & {Role.CHIEF, Role.ADMIN}) or (owns and bool(roles & MOVING))
        case "reader":
            return bool(roles & READING)
        case "clock" | "reporter":
            return False


def is_answerable(tip: Tip) -> bool:
    """Whether its reporter can be asked: they allowed it, and have not blocked us."""
    return tip.reach is not Reach.SILENT and tip.reachable


BUTTONS: tuple[tuple[str, tuple[Verb, ...]], ...] = (
    ("claim", ("claim",)),
    ("ask", ("ask",)),
    ("close", ("close",)),
    ("hand", ("hand-over", "pass-on")),
    ("refer", ("refer",)),
    ("back", ("give-back",)),
    ("take", ("take-over",)),
    ("reopen", ("reopen",)),
    ("note", ("note",)),
)
"""The buttons under a tip, in their order, and the decisions behind each."""


def tip_choice(verb: str, tip: Tip) -> Choice:
    """A lasting button on a tip."""
    return Choice(f"{verb}:{tip.id}", Phrase(f"choice-o-{verb}"), lasting=True)


QUEUE = Choice("menu:queue", Phrase("choice-o-menu-queue"), lasting=True)
DESK = Choice("menu:home", Phrase("choice-o-menu-home"), lasting=True)
"""The ways on from wherever an officer stands: what waits, and everything there is to do."""


def offers(tip: Tip, officer: Officer) -> tuple[Choice, ...]:
    """What this officer may do with the tip now, as buttons; never one that would be refused."""
    offered = [
        tip_choice(key, tip)
        for key, verbs in BUTTONS
        if any(may(officer, tip, verb=verb) for verb in verbs) and (key != "ask" or is_answerable(tip))
    ]
    if tip.media and may_see(officer, tip.desk):
        offered.append(tip_choice("files", tip))
    if tip.reach is Reach.CONTACT and is_chief(officer, tip.desk):
        offered.append(tip_choice("contact", tip))
    return tuple(offered)


# --- when somebody must look again ------------------------------------------------------------------------------

MOST_URGENT_FIRST: tuple[Urgency, ...] = tuple(Urgency)
ALERT_AGAIN_AFTER: Mapping[Urgency, timedelta] = {
    Urgency.EMERGENCY: timedelta(minutes=5),
    Urgency.HIGH: timedelta(minutes=20),
    Urgency.NORMAL: timedelta(hours=3),
    Urgency.LOW: timedelta(hours=12),
}
"""Between two alerts of an unclaimed tip. Chosen so that two alerts, the chief and the admin fit into what an urgency
promises (domain facts f.0): high within the hour for the desk, normal within the day."""
ROUNDS: tuple[Literal["desk", "chief", "admin", "all"], ...] = ("desk", "desk", "chief", "admin", "all")
"""Whom each further alert reaches; the last row repeats once a day for as long as nobody claims."""
CLAIM_HOLDS: Mapping[Urgency, timedelta] = {Urgency.EMERGENCY: timedelta(minutes=10), Urgency.HIGH: timedelta(hours=1)}
ANSWER_AWAITED = 3 * WORKING_DAY
"""How long a reporter's answer is waited for before the tip is its owner's to go on with (product choice)."""
CLAIM_HOLDS_WORKING = timedelta(hours=8)
"""How long a claim may stay silent: by the clock where it is urgent, otherwise in working hours."""


def urgency_of(danger: str) -> Urgency:
    """What a kind of danger makes of a tip; money that is being lost is no danger to life."""
    return Urgency.HIGH if danger == Kind.MONEY else Urgency.EMERGENCY


def more_urgent(one: Urgency, other: Urgency) -> Urgency:
    """The more urgent of two."""
    return min(one, other, key=MOST_URGENT_FIRST.index)


def alert_again_at(urgency: Urgency, now: datetime, *, rounds: int) -> datetime:
    """When a tip that nobody has claimed after `rounds` further alerts is looked at again."""
    if rounds >= len(ROUNDS) - 1:
        return now + timedelta(days=1)
    return now + ALERT_AGAIN_AFTER[urgency]


def claim_expires_at(urgency: Urgency, now: datetime, *, timezone: tzinfo) -> datetime:
    """When a claim that stays silent from now on returns to the queue."""
    if urgency in CLAIM_HOLDS:
        return now + CLAIM_HOLDS[urgency]
    return after_working(now, CLAIM_HOLDS_WORKING, timezone=timezone)


def working_day_after(now: datetime, timezone: tzinfo) -> datetime:
    """One working day from now: how long a question waits for its fire officer before the duty desk hears of it."""
    return after_working(now, WORKING_DAY, timezone=timezone)


def due_after(tip: Tip, to: Status, *, now: datetime, timezone: tzinfo) -> datetime | None:
    """When the clock looks at a tip that moves to a status now; None while another body has it, and once closed."""
    if to is NEW:
        return alert_again_at(tip.urgency, now, rounds=0)
    if to is ASKED:
        return after_working(now, ANSWER_AWAITED, timezone=timezone)
    return claim_expires_at(tip.urgency, now, timezone=timezone) if to is CLAIMED else None
