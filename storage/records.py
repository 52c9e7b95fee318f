"""The values that storage hands out and handlers decide on: frozen, plain, without a database behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

from messages.address import Address, Place
from messages.incoming import Point
from messages.language import Language
from messages.phrase import Choice

TipId = NewType("TipId", str)
TipNumber = NewType("TipNumber", str)
EntryId = NewType("EntryId", str)
MediaId = NewType("MediaId", str)
OfficerId = NewType("OfficerId", str)
ReporterId = NewType("ReporterId", str)
QuestionId = NewType("QuestionId", str)
CampaignId = NewType("CampaignId", str)
WardCode = NewType("WardCode", str)

CLOCK = OfficerId("clock")
"""The officer in whose name a tick decides."""
REPORTER = OfficerId("reporter")
"""Stands in a history where the tip's own reporter did something; names nobody."""
EVERY_WARD = WardCode("*")
"""The ward of roles that span the installation (admin, auditor)."""


class Status(StrEnum):
    """Where a tip stands."""

    NEW = "new"
    CLAIMED = "claimed"
    ASKED = "asked"
    REFERRED = "referred"
    CLOSED = "closed"


class Urgency(StrEnum):
    """How soon somebody must look (product choice, domain facts f.0)."""

    EMERGENCY = "emergency"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Outcome(StrEnum):
    """How a tip was closed."""

    HANDLED = "handled"
    NOT_ENOUGH = "not-enough"
    DUPLICATE = "duplicate"
    REFERRED = "referred"
    NOT_OURS = "not-ours"
    SPAM = "spam"


class Reach(StrEnum):
    """Whether and how the reporter may be asked back."""

    HERE = "here"
    SILENT = "silent"
    CONTACT = "contact"


class Role(StrEnum):
    """What somebody is in a ward. A chief does all an officer does; fire answers questions; admin sees no content."""

    OFFICER = "officer"
    CHIEF = "chief"
    FIRE = "fire"
    ADMIN = "admin"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Ward:
    """A commune-level unit, and its police as residents reach it."""

    code: WardCode
    name: str
    kind: str
    """phuong, xa or dac-khu."""
    province: str
    """The province's name."""
    point: Point
    served: bool = False
    phone: str = ""
    office: str = ""
    hours: str = ""
    promise: str = ""
    """What the unit itself promises who sends a tip, in its own words; empty where it promises nothing."""


@dataclass(frozen=True, slots=True)
class Session:
    """Where an address stands in one place. A fresh one has version 0 and is not stored yet."""

    id: str
    by: Address
    place: Place
    reporter: ReporterId
    version: int = 0
    language: Language = "vi"
    chose_language: bool = False
    """True once the person chose a language: then the device's language no longer decides."""
    home: WardCode | None = None
    flow: str = ""
    step: str = ""
    draft: str = ""
    """The flow's draft as JSON; empty outside flows."""
    draft_id: str = ""
    """The id under whose key the draft is sealed; a tip filed from it keeps this id."""
    asked: int = 0
    """The number of the latest question; buttons of earlier ones are old."""
    choices: tuple[Choice, ...] = ()
    """What the latest question offers, so that it can be answered by label and by number."""
    album: str = ""
    """The album that was answered last: its further photos are taken in silence."""
    welcomed: bool = False
    alarm: str = ""
    """The kind of emergency that was answered last in this flow, so that its answer is not repeated."""
    remind_at: datetime | None = None
    lapses_at: datetime | None = None
    """When the flow is no longer what somebody who writes must mean."""
    expires_at: datetime | None = None
    """When the draft is dropped, said or unsaid: a midnight."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing said about a tip; the words stay sealed, a Quote names them."""

    id: EntryId
    kind: Literal["told", "place", "pin", "photo", "added", "asked", "answered", "note", "outcome", "contact"]
    at: datetime
    officer: OfficerId | None = None
    officer_name: str = ""
    media: MediaId | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a tip's history."""

    at: datetime
    officer: OfficerId
    officer_name: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Tip:
    """A tip as officers may see it. It cannot name its reporter: no field for that exists."""

    id: TipId
    number: TipNumber
    ward: Ward
    """Where it happened."""
    desk: WardCode
    """Whose queue it stands in: the ward's own, or the fallback desk's."""
    category: str | None
    urgency: Urgency
    status: Status
    version: int
    owner: OfficerId | None
    owner_name: str
    designation: str
    reach: Reach
    reachable: bool
    open_ask: EntryId | None
    outcome: Outcome | None
    valuable: bool
    filed_at: datetime
    changed_at: datetime
    due_at: datetime | None = None
    alerts: int = 0
    media: int = 0
    entries: tuple[Entry, ...] = ()

    @property
    def passing_on(self) -> bool:
        """True when the ward is not served here and the tip waits to be passed on."""
        return self.desk != self.ward.code


@dataclass(frozen=True, slots=True)
class OwnTip:
    """A tip as its own reporter sees it: status and the open question, by the receipt's last characters."""

    id: TipId
    tail: str
    ward: Ward
    category: str | None
    urgency: Urgency
    status: Status
    version: int
    reach: Reach
    outcome: Outcome | None
    filed_at: datetime
    desk: WardCode
    open_ask: EntryId | None = None
    outcome_entry: EntryId | None = None


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who reviews, with the roles they hold ward by ward."""

    id: OfficerId
    name: str
    place: Place
    roles: Mapping[WardCode, Role]
    status: Literal["pending", "active", "revoked"]
    on_duty: bool
    version: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """Whom a tip of a ward reaches now: the linked groups, else officers on duty, else everybody, else the chief."""

    ward: WardCode
    places: tuple[Place, ...]
    fallback: bool = False
    """True when the ward is not served or has nobody, and the admin's desk receives for it."""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Invite:
    """A one-time permission to enrol."""

    code: str
    ward: WardCode
    role: Role
    expires_at: datetime
    used: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A fire-safety question as officers see it; words and answer by Quote."""

    id: QuestionId
    desk: WardCode
    status: Literal["open", "answered"]
    version: int
    asked_at: datetime
    officer: OfficerId | None = None
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class Campaign:
    """One broadcast."""

    id: CampaignId
    wards: tuple[WardCode, ...]
    words: str
    status: Literal["draft", "waiting", "approved", "sending", "sent", "cancelled"]
    version: int
    author: OfficerId
    author_name: str
    approved_by: OfficerId | None
    repeats: Literal["once", "weekly"]
    starts_at: datetime
    due_at: datetime | None = None
    audience: int = 0
    sent: int = 0
    gone: int = 0
    refused: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the queue, most urgent first, then oldest first."""

    tips: tuple[Tip, ...]
    page: int
    more: bool
    waiting: int
    """Tips waiting for the officer's desks, counted up to 999."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of one period for one officer's wards. Spam is counted apart; nothing is counted by person."""

    since: datetime
    received: int
    claimed: int
    closed: int
    valuable: int
    spam: int
    open_now: int
    questions: int
    by_category: tuple[tuple[str, int], ...] = field(default=())
