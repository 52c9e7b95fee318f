"""The closed list of what a turn may cause: frozen values with imperative names. `bot.incoming.apply` makes them rows.

An effect that changes something carries the version it was decided on: if somebody was faster, it is decided again.
"""

from datetime import datetime
from typing import Literal, TypeAlias

from handlers.campaign_effects import CampaignEffect
from handlers.outcome_effects import OutcomeEffect
from messages.address import ChannelName, Place
from messages.frozen import frozen
from messages.incoming import MediaKind, Point
from messages.outgoing import Say
from messages.receipt import Receipt
from storage.campaign_records import Subscription
from storage.records import (
    CLOCK,
    Desk,
    EntryId,
    Invite,
    MediaId,
    OfficerId,
    Outcome,
    QuestionId,
    Reach,
    Role,
    Status,
    TipId,
    Urgency,
    WardCode,
)


@frozen
class NewEntry:
    """Something said about a tip, to be sealed under the tip's key."""

    id: EntryId
    kind: (
        Literal["told", "place", "pin", "added", "corrected", "asked", "answered", "note", "outcome", "contact"]
        | MediaKind
    )
    words: str = ""
    point: Point | None = None
    media: MediaId | None = None
    officer: OfficerId | None = None


@frozen
class FileTip:
    """The draft becomes a tip: number, row, entries, first history line, and a place in its reporter's list."""

    tip: TipId
    receipt: Receipt
    ward: WardCode
    desk: WardCode
    series: str
    """The letters of the tip number: TH for Tây Hồ."""
    urgency: Urgency
    designation: str
    entries: tuple[NewEntry, ...]
    due_at: datetime | None
    """When the desk is alerted again if nobody has claimed it; None for never."""
    bundled: bool = False
    """It stands in its desk's bundle, as one of many that came from one address in a day."""


@frozen
class AddEntries:
    """The reporter adds to their tip, or an officer writes a note; cards show it."""

    tip: TipId
    entries: tuple[NewEntry, ...]
    by: OfficerId
    urgency: Urgency | None = None
    """Words of danger raise it to this, and out of the bundle."""
    due_at: datetime | None = None
    """When the clock looks at a raised one."""


@frozen
class AnswerAsk:
    """The reporter answers the open question of an officer."""

    tip: TipId
    version: int
    ask: EntryId
    entries: tuple[NewEntry, ...]
    to: Status
    """Claimed again, or still waiting for somebody if nobody owns it."""
    due_at: datetime | None = None
    """When the claim lapses; None leaves the clock as it is."""
    urgency: Urgency | None = None


@frozen
class WithdrawAnswer:
    """The reporter says that what was attached was about something else; if it was the answer, the question is open."""

    tip: TipId
    version: int
    ask: EntryId | None
    """The question that is open afterwards."""
    entries: tuple[EntryId, ...]
    to: Status


@frozen
class DescribeTip:
    """The reporter names the category, changes how they can be reached, or corrects the place."""

    tip: TipId
    version: int
    what: Literal["category", "reach", "ward"]
    category: str | None = None
    urgency: Urgency | None = None
    reach: Reach | None = None
    ward: WardCode | None = None
    desk: WardCode | None = None
    due_at: datetime | None = None
    """With a desk: it waits there like a new tip, whoever had it, and this is when that desk is alerted again."""
    entries: tuple[NewEntry, ...] = ()


@frozen
class AlertDesk:
    """Put the tip's card before the desk. Chats that have it already see it refreshed and are told again."""

    tip: TipId
    desk: Desk
    urgent: bool


@frozen
class FetchFile:
    """Bring a photo or file home from its platform and seal it under the tip's (or draft's) key."""

    media: MediaId
    what: MediaKind
    tip: TipId
    file: str
    channel: ChannelName
    size: int = 0


@frozen
class DropDraft:
    """Destroy a draft: its key, and with it its words and photos."""

    draft: str


@frozen
class AskFireOfficer:
    """A fire question goes to the officers who answer such questions."""

    question: QuestionId
    desk: WardCode
    words: str
    topic: str | None
    due_at: datetime
    alert: tuple[Place, ...]


@frozen
class Subscribe:
    """The reporter receives the campaigns of a ward, as they chose."""

    chosen: Subscription
    neighbourhood: str | None = None
    """As they name it, empty for none; None leaves it."""


@frozen
class Unsubscribe:
    """The reporter receives no campaigns any more."""


@frozen
class ForgetReporter:
    """Destroy the reporter's key: contact, sessions, subscriptions and every link to their tips."""


@frozen
class MarkGone:
    """The person blocked us or came back: what is owed to a blocked address ends."""

    gone: bool


@frozen
class CountGuess:
    """A receipt was guessed wrong from this address."""


@frozen
class MoveTip:
    """A tip changes hands or status. Fields that are None stay as they are, but `owner` is always set."""

    tip: TipId
    version: int
    officer: OfficerId
    what: str
    """The history's word for the move: claimed, given-back, taken-over, asked, handed-over, referred, …"""
    to: Status
    owner: OfficerId | None
    entries: tuple[NewEntry, ...] = ()
    open_ask: EntryId | None = None
    """The question now open; None closes any open question."""
    outcome: Outcome | None = None
    valuable: bool | None = None
    due_at: datetime | None = None
    """When the clock looks at it again; None for never."""
    alerts: int = 0
    detail: str = ""
    """For the history: codes and ids only, never words."""
    ward: WardCode | None = None
    """The ward it is passed on to, when it turns out to be another's matter; None leaves it."""
    desk: WardCode | None = None
    """The queue it is passed on to; None leaves it."""


@frozen
class RemindLater:
    """The clock has alerted a desk about a waiting tip and looks again at `due_at`."""

    tip: TipId
    version: int
    alerts: int
    due_at: datetime | None
    refresh: bool = True


@frozen
class LogView:
    """Somebody opened a tip: a line in its history."""

    tip: TipId
    officer: OfficerId
    what: str = "viewed"
    detail: str = ""


@frozen
class LogAct:
    """Something was done that belongs to no tip: a line in the log."""

    officer: OfficerId
    what: str
    detail: str = ""


@frozen
class TellReporter:
    """Say something to a tip's reporter. Who that is stays sealed until the line is sent."""

    tip: TipId
    say: Say


@frozen
class TellOwner:
    """Say something to the officer who has claimed a tip; while nobody has, its card says enough."""

    tip: TipId
    say: Say


@frozen
class TellPlace:
    """Say something in an officers' chat other than the one the turn happens in."""

    place: Place
    say: Say


@frozen
class SetDuty:
    """An officer goes on or off duty."""

    officer: OfficerId
    on_duty: bool


@frozen
class Enrol:
    """Somebody uses an invite and becomes an officer, pending until confirmed (unless `active`)."""

    officer: OfficerId
    name: str
    invite: Invite
    active: bool


@frozen
class JudgeOfficer:
    """A chief confirms or refuses a pending officer, or an officer is revoked."""

    officer: OfficerId
    version: int
    status: Literal["active", "revoked"]
    by: OfficerId
    leaves: Place | None = None
    """The private chat of somebody who is revoked: it shows nothing further."""


@frozen
class GrantRole:
    """An officer who is enrolled already uses a further invite."""

    officer: OfficerId
    invite: Invite
    role: Role


@frozen
class PermitSignIn:
    """An officer may sign in at the console once, with this code; earlier ones that were not used hold no longer."""

    officer: OfficerId
    code: str
    expires_at: datetime


@frozen
class LinkGroup:
    """A group chat becomes the desk of a ward."""

    place: Place
    ward: WardCode
    by: OfficerId


@frozen
class UnlinkGroup:
    """A group is no desk any more (the bot was removed, or a chief unlinked it)."""

    place: Place
    by: OfficerId = CLOCK
    """Who did; the clock where the messenger told us."""


@frozen
class MoveGroup:
    """A group became a supergroup: the same desk under a new name."""

    place: Place
    to: Place


@frozen
class AnswerQuestion:
    """An officer answers a fire question; the asker receives `say`."""

    question: QuestionId
    version: int
    officer: OfficerId
    words: str
    say: Say
    kept_as: str = ""
    """The question in the officer's own words, when the answer is kept for whoever asks the like."""


@frozen
class RemindQuestion:
    """The clock has alerted about an unanswered question."""

    question: QuestionId
    version: int
    alerts: int
    due_at: datetime | None


ReportersEffect: TypeAlias = (
    FileTip
    | AddEntries
    | AnswerAsk
    | WithdrawAnswer
    | DescribeTip
    | AlertDesk
    | FetchFile
    | DropDraft
    | AskFireOfficer
    | Subscribe
    | Unsubscribe
    | ForgetReporter
    | MarkGone
    | CountGuess
)
DesksEffect: TypeAlias = (
    MoveTip | RemindLater | LogView | LogAct | TellReporter | TellOwner | TellPlace | AnswerQuestion | RemindQuestion
)
StaffEffect: TypeAlias = SetDuty | Enrol | JudgeOfficer | GrantRole | PermitSignIn | LinkGroup | UnlinkGroup | MoveGroup
Effect: TypeAlias = ReportersEffect | OutcomeEffect | DesksEffect | StaffEffect | CampaignEffect
"""Everything a turn or the clock may cause."""
