"""What officers cause to happen to campaigns; a part of the closed list in `handlers.effects`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from storage.campaign_records import Campaign
from storage.records import CampaignId, MediaId, OfficerId


@dataclass(frozen=True, slots=True)
class DraftCampaign:
    """An officer hands a campaign in for approval; an emergency notice is approved already and goes out."""

    campaign: Campaign
    photo_of: str = ""
    """The draft whose key sealed the photo, and which therefore stays."""


@dataclass(frozen=True, slots=True)
class MoveCampaign:
    """A campaign is approved, and then due, or edited before it begins (which voids the approval)."""

    campaign: CampaignId
    version: int
    status: Literal["waiting", "approved"]
    by: OfficerId
    words: str | None = None
    english: str | None = None
    photo: MediaId | None = None
    """Empty for none any more; None leaves it."""
    photo_of: str = ""
    due_at: datetime | None = None
    """When it goes out; only of one that is approved."""
    lasts: timedelta | None = None
    """How long from then on it may still arrive; None leaves it."""


@dataclass(frozen=True, slots=True)
class PutOffCampaign:
    """A repetition is left out; the campaign goes on with the next one."""

    campaign: CampaignId
    version: int
    was: datetime
    until: datetime
    by: OfficerId


@dataclass(frozen=True, slots=True)
class MarkAnnounced:
    """The chiefs are told of the next repetition."""

    campaign: CampaignId
    version: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class SteerCampaign:
    """A campaign is paused, goes on, is cancelled, or is recalled: also what was shown already is taken back."""

    campaign: CampaignId
    version: int
    verb: Literal["pause", "resume", "cancel", "recall"]
    by: OfficerId


@dataclass(frozen=True, slots=True)
class CorrectCampaign:
    """A campaign that is going out, or went out, gets other words everywhere."""

    campaign: CampaignId
    version: int
    words: str
    by: OfficerId
    english: str | None = None


CampaignEffect: TypeAlias = (
    DraftCampaign | MoveCampaign | PutOffCampaign | MarkAnnounced | SteerCampaign | CorrectCampaign
)
