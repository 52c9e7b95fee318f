"""The values of campaigns and of those who receive them: frozen, plain, without a database behind them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from messages.language import Language
from messages.meaning.moments import Repetition
from storage.records import CampaignId, MediaId, OfficerId, WardCode

Repeats: TypeAlias = Literal["once"] | Repetition


@dataclass(frozen=True, slots=True)
class Subscription:
    """What somebody receives of a ward's campaigns."""

    ward: WardCode
    themes: tuple[str, ...] = ()
    """Empty for all."""
    language: Language = "vi"
    has_neighbourhood: bool = False
    """Whether they named the part of the ward they live in; which one is nowhere to be read."""
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a campaign addresses."""

    wards: tuple[WardCode, ...]
    theme: str = ""
    language: Language | Literal[""] = ""
    neighbourhoods: tuple[str, ...] = ()
    emergency: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether it is few enough that its counts could tell of single people."""
        return bool(self.neighbourhoods or self.language)


@dataclass(frozen=True, slots=True)
class Campaign:
    """One broadcast."""

    id: CampaignId
    wards: tuple[WardCode, ...]
    words: str
    status: Literal["draft", "waiting", "approved", "sending", "paused", "sent", "cancelled", "recalled"]
    version: int
    author: OfficerId
    author_name: str
    approved_by: OfficerId | None
    repeats: Repeats
    starts_at: datetime
    lunar: str = ""
    """The day of the lunar calendar on which it repeats, "23/12"; empty for one of the ordinary calendar."""
    english: str = ""
    photo: MediaId | None = None
    theme: str = ""
    """Subscribers who chose themes get it only for this one; empty for everybody's matter."""
    language: Language | Literal[""] = ""
    """Only subscribers of this language, where it is set."""
    neighbourhoods: tuple[str, ...] = ()
    """Only subscribers who named one of these, where there are any."""
    emergency: bool = False
    """Sent by one chief alone, at night too, and to those who muted campaigns."""
    at_once: bool = False
    """As soon as it is approved, whatever the clock says: one that was put right meanwhile cannot hold it back."""
    announced_at: datetime | None = None
    """The repetition that was announced last to the chiefs."""
    lasts: timedelta = timedelta(hours=24)
    """How long after its start it may still arrive."""
    due_at: datetime | None = None
    """When it begins (next); in the past while there is anything to do for it."""
    began_at: datetime | None = None
    """When the sending under way, or the latest, began."""
    expires_at: datetime | None = None
    """When that ends, whoever has not got it by then."""
    cursor: str = ""
    """The last subscriber who is owed a line; `EVERYBODY` when all are."""
    amends: Literal["", "correct", "recall"] = ""
    """What is being done to the messages that were shown already."""
    amend_cursor: str = ""
    edition: int = 1
    """Counts its wordings: a correction, a recall and each week's sending are a new one."""
    audience: int = 0
    owed: int = 0
    """Lines made so far."""
    sent: int = 0
    gone: int = 0
    refused: int = 0
    unknown: int = 0
    """May have arrived: in doubt, and not sent again."""
    expired: int = 0
    cancelled: int = 0
    muted: int = 0
    """Left, or wanted no more, while it was going out."""
    amended: int = 0
    """Messages that were corrected or recalled."""
    missed: int = 0
    """Messages that could not be."""

    @property
    def whom(self) -> Audience:
        """Whom it addresses."""
        return Audience(self.wards, self.theme, self.language, self.neighbourhoods, emergency=self.emergency)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an estimate of a campaign's end is made from."""

    left: int
    """People who are still to get it."""
    before: int
    """Lines of campaigns that go first."""
    a_second: float
    """Messages of campaigns that go out in a second, as lately reached or as replies leave room; 0 without a limit."""
