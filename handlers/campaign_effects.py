"""What officers cause to happen to campaigns; a part of the closed list in `handlers.effects`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from storage.records import CampaignId, OfficerId, WardCode


@dataclass(frozen=True, slots=True)
class DraftCampaign:
    """An officer hands a campaign in for approval."""

    campaign: CampaignId
    wards: tuple[WardCode, ...]
    words: str
    repeats: Literal["once", "weekly"]
    starts_at: datetime
    author: OfficerId
    audience: int
    lasts: timedelta = timedelta(hours=24)
    """How long after its start it may still arrive."""


@dataclass(frozen=True, slots=True)
class MoveCampaign:
    """A campaign is approved, or edited before it begins (which voids the approval)."""

    campaign: CampaignId
    version: int
    status: Literal["waiting", "approved"]
    by: OfficerId
    words: str | None = None


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


CampaignEffect: TypeAlias = DraftCampaign | MoveCampaign | SteerCampaign | CorrectCampaign
