"""From what officers do with campaigns to rows."""

from datetime import datetime
from typing import assert_never

from handlers.campaign_effects import CampaignEffect, CorrectCampaign, DraftCampaign, MoveCampaign, SteerCampaign
from storage import campaigns, tips
from storage.records import Campaign
from storage.writes import Write


def apply_campaign(effect: CampaignEffect, now: datetime) -> list[Write]:
    """The rows one effect becomes, with its line in the log: who did what to which campaign."""
    match effect:
        case DraftCampaign():
            drafted = Campaign(
                id=effect.campaign,
                wards=effect.wards,
                words=effect.words,
                status="waiting",
                version=1,
                author=effect.author,
                author_name="",
                approved_by=None,
                repeats=effect.repeats,
                starts_at=effect.starts_at,
                lasts=effect.lasts,
                audience=effect.audience,
            )
            logged = tips.log(effect.author, what="campaign-handed-in", at=now, detail=effect.campaign)
            return [campaigns.draft(drafted), logged]
        case MoveCampaign(campaign=campaign, version=version, status=status, by=by, words=words):
            moved = campaigns.move(campaign, version=version, status=status, by=by, words=words, now=now)
            return [moved, tips.log(by, what=f"campaign-{status}", at=now, detail=campaign)]
        case SteerCampaign(campaign=campaign, version=version, verb=verb, by=by):
            steered = campaigns.steer(campaign, verb, version=version)
            return [steered, tips.log(by, what=f"campaign-{verb}", at=now, detail=campaign)]
        case CorrectCampaign(campaign=campaign, version=version, words=words, by=by):
            corrected = campaigns.correct(campaign, version=version, words=words)
            return [corrected, tips.log(by, what="campaign-correct", at=now, detail=campaign)]
        case _:
            assert_never(effect)
