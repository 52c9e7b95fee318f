"""From what officers do with campaigns to rows."""

from datetime import datetime
from typing import assert_never

from handlers.campaign_effects import (
    CampaignEffect,
    CorrectCampaign,
    DraftCampaign,
    MarkAnnounced,
    MoveCampaign,
    PutOffCampaign,
    SteerCampaign,
)
from storage import campaigns, tips
from storage.records import MediaId
from storage.seal import Seal
from storage.writes import Write


def apply_campaign(effect: CampaignEffect, seal: Seal, *, now: datetime) -> list[Write]:
    """The rows one effect becomes, with its line in the log: who did what to which campaign."""
    match effect:
        case DraftCampaign(campaign=drafted):
            what = "campaign-emergency" if drafted.emergency else "campaign-handed-in"
            logged = tips.log(drafted.author, what=what, at=now, detail=drafted.id)
            return [campaigns.draft(seal, drafted), *_photo(effect.photo_of, drafted.photo), logged]
        case MoveCampaign(campaign=campaign, version=version, status=status, by=by):
            moved = campaigns.move(
                campaign,
                version=version,
                status=status,
                by=by,
                now=now,
                words=effect.words,
                english=effect.english,
                photo=effect.photo,
                due_at=effect.due_at,
                lasts=effect.lasts,
            )
            dropped = campaigns.drop_photo(campaign) if effect.photo is not None else []
            logged = tips.log(by, what=f"campaign-{status}", at=now, detail=campaign)
            return [*dropped, moved, *_photo(effect.photo_of, effect.photo), logged]
        case PutOffCampaign(campaign=campaign, version=version, was=was, until=until, by=by):
            later = campaigns.put_off(campaign, version=version, was=was, until=until)
            return [later, tips.log(by, what="campaign-put-off", at=now, detail=campaign)]
        case MarkAnnounced(campaign=campaign, version=version, due_at=due_at):
            return [campaigns.announced(campaign, version=version, due_at=due_at)]
        case SteerCampaign(campaign=campaign, version=version, verb=verb, by=by):
            steered = campaigns.steer(campaign, verb, version=version)
            return [steered, tips.log(by, what=f"campaign-{verb}", at=now, detail=campaign)]
        case CorrectCampaign(campaign=campaign, version=version, words=words, by=by, english=english):
            corrected = campaigns.correct(campaign, version=version, words=words, english=english)
            return [corrected, tips.log(by, what="campaign-correct", at=now, detail=campaign)]
        case _:
            assert_never(effect)


def _photo(owner: str, photo: MediaId | None) -> list[Write]:
    return [campaigns.only_photo(owner, photo)] if owner and photo else []
