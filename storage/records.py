"""The values that storage hands out and handlers decide on: frozen, plain, without a database behind them."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

from messages.address import Address, Place
from messages.frozen import frozen
from messages.incoming import File, MediaKind, Point
from messages.language import Language
from messages.outgoing import Say
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


@frozen
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


@frozen
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
    """The album that was answered last."""
    album_holds: tuple[MediaKind, ...] = ()
    """What of it is kept so far."""
    album_lost: int = 0
    """How many of its parts could not be kept."""
    album_asked: int = 0
    """The number of the latest question when it was answered."""
    album_say: Say | None = None
    """Its one answer without the count, which is edited as more of it comes."""
    held: tuple[File, ...] = ()
    """Recordings that wait for their sender's word: they may give them away. Ended by that word, when the flow lapses,
    and like a draft after seven days."""
    welcomed: bool = False
    alarm: str = ""
    """The kind of emergency that was answered last in this flow, so that its answer is not repeated. Ended with the
    flow, and when it lapses."""
    spoke_at: datetime | None = None
    """When they were answered last: what was shown since then is what a bare number means."""
    danger: str = ""
    """The kind of danger they told of last, in whatever flow."""
    safe_at: datetime | None = None
    """When they are asked, once, whether they are safe from it. Ended by the asking, or by a danger about which nobody
    is asked; going on with something else does not end it."""
    calm_until: datetime | None = None
    """Until then no campaign and no rating reaches them. Ended by the time alone; kept with the reporter."""
    remind_at: datetime | None = None
    lapses_at: datetime | None = None
    """When the flow is no longer what somebody who writes must mean."""
    expires_at: datetime | None = None
    """When the draft is dropped, said or unsaid: a midnight."""


@frozen
class Entry:
    """One thing said about a tip; the words stay sealed, a Quote names them."""

    id: EntryId
    kind: (
        Literal["told", "place", "pin", "added", "corrected", "asked", "answered", "note", "outcome", "contact"]
        | MediaKind
    )
    at: datetime
    officer: OfficerId | None = None
    officer_name: str = ""
    media: MediaId | None = None


@frozen
class Event:
    """One line of a tip's history."""

    at: datetime
    officer: OfficerId
    officer_name: str
    what: str
    detail: str = ""


@frozen
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
    reopened: bool = False
    """Its reporter has had it reopened, which happens once."""
    bundled: bool = False
    """One of many that its reporter sent in a day: it stands in its desk's bundle until somebody claims it."""

    @property
    def passing_on(self) -> bool:
        """True when the ward is not served here and the tip waits to be passed on."""
        return self.desk != self.ward.code


@frozen
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
    asked_at: datetime | None = None
    """When the open question was asked."""
    outcome_entry: EntryId | None = None
    closed_at: datetime | None = None
    rated: bool = False
    reopened: bool = False


@frozen
class Files:
    """The photos and files of one tip or draft."""

    count: int = 0
    size: int = 0
    """Bytes."""


@frozen
class Officer:
    """Somebody who reviews, with the roles they hold ward by ward."""

    id: OfficerId
    name: str
    place: Place
    roles: Mapping[WardCode, Role]
    status: Literal["pending", "active", "revoked"]
    on_duty: bool
    version: int = 0


@frozen
class Desk:
    """Whom a tip of a ward reaches now: the linked groups, else officers on duty, else everybody, else the chief."""

    ward: WardCode
    places: tuple[Place, ...]
    fallback: bool = False
    """True when the ward is not served or has nobody, and the admin's desk receives for it."""
    phone: str = ""


@frozen
class Invite:
    """A one-time permission to enrol."""

    code: str
    ward: WardCode
    role: Role
    expires_at: datetime
    used: bool = False


@frozen
class Question:
    """A fire-safety question as officers see it; words and answer by Quote."""

    id: QuestionId
    desk: WardCode
    status: Literal["open", "answered"]
    version: int
    asked_at: datetime
    officer: OfficerId | None = None
    alerts: int = 0


@frozen
class Addition:
    """An answer that a fire officer keeps for whoever asks the like; named after the question it was first given to."""

    id: QuestionId
    officer: OfficerId
    added_at: datetime
    asked: str
    """The question in the officer's own words, naming nobody."""
    answer: str


@frozen
class Spot:
    """A place in the queue, from which a page goes on or back: a tip, and the rank it had when it was shown there.

    It holds although the tip is claimed or closed meanwhile, so that turning pages leaves nothing out.
    """

    tip: TipId
    rank: int
    back: bool = False


@frozen
class Page:
    """A page of the queue, most urgent first, then oldest first."""

    tips: tuple[Tip, ...]
    page: int
    more: bool
    waiting: int
    """Tips waiting for the officer's desks, counted up to 999."""
    bundled: int = 0
    """Tips waiting in these desks' bundles, counted up to 999."""
    on: Spot | None = None
    """Where the next page begins, and where the one before ends."""
    back: Spot | None = None


@frozen
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
