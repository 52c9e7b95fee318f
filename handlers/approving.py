"""Campaigns that were handed in: how one reads, whom it reaches, and who may approve it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from handlers.campaign_effects import MoveCampaign
from handlers.effects import Effect, TellPlace
from handlers.facts import Facts
from handlers.turn import AnyTurn, Turn
from handlers.units import police_of, ward_phrase
from handlers.workflow import READING, is_chief, roles_in, wards_of
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, Quote, phrase
from storage.records import EVERY_WARD, Campaign, CampaignId, Officer, OfficerId, Role, WardCode

WARDS_NAMED = 5
CAMPAIGNS = Choice("menu:campaign", Phrase("choice-o-menu-campaign"), lasting=True)


async def campaign_message(words: Quote, wards: Sequence[WardCode], facts: Facts) -> tuple[Phrase, ...]:
    """A campaign as it is sent, and as it is previewed: which unit speaks, its words, and how to receive no more."""
    sender = await facts.ward(wards[0]) if len(wards) == 1 else None
    head = phrase("campaign-from", unit=police_of(sender)) if sender else Phrase("campaign-from-several")
    return head, phrase("campaign-message", words=words), Phrase("campaign-how-to-stop")


def begins_at(campaign: Campaign, now: datetime) -> datetime:
    """When it goes out (next): a weekly one keeps its weekday and hour, also when it is approved late."""
    at = campaign.due_at or campaign.starts_at
    while campaign.repeats == "weekly" and at < now:
        at += timedelta(weeks=1)
    return max(at, now)


def may_approve(officer: Officer, wards: Sequence[WardCode], *, author: OfficerId) -> bool:
    """A chief of every ward addressed who did not write it."""
    return officer.id != author and bool(wards) and all(is_chief(officer, ward) for ward in wards)


async def approvers_of(wards: Sequence[WardCode], author: OfficerId, facts: Facts) -> list[Officer]:
    """Everybody who may approve a campaign to these wards."""
    if not wards:
        return []
    return [one for one in await facts.officers(wards[0]) if may_approve(one, wards, author=author)]


async def audience_line(
    wards: Sequence[WardCode], starts_at: datetime, *, repeats: Literal["once", "weekly"], facts: Facts
) -> list[Phrase]:
    """Whom it reaches, how many, when; and that the night holds it, if it does."""
    names = [ward_phrase(found) for code in wards[:WARDS_NAMED] if (found := await facts.ward(code))]
    lines = [phrase("campaign-ward", ward=name) for name in names]
    if len(wards) > WARDS_NAMED:
        lines.append(phrase("campaign-more-wards", count=len(wards) - WARDS_NAMED))
    if EVERY_WARD in wards:
        lines = [phrase("campaign-ward", ward=Phrase("every-ward"))]
    lines.append(phrase("campaign-audience", count=await facts.audience(wards)))
    key = "campaign-at-weekly" if repeats == "weekly" else "campaign-at-once"
    lines.append(phrase(key, at=starts_at))
    held = facts.quiet.over_at(starts_at, timezone=facts.timezone)
    if held != starts_at:
        lines.append(phrase("campaign-held", at=held))
    return lines


async def told_approvers(
    campaign: CampaignId, wards: Sequence[WardCode], *, author: Officer, lines: Sequence[Phrase], facts: Facts
) -> tuple[Effect, ...]:
    """The campaign as it will go out, before everybody who may approve it."""
    head = phrase("campaign-to-approve", name=author.name)
    words = (head, *await campaign_message(Quote("campaign", campaign, "words"), wards, facts), *lines)
    choices = (campaign_choice("approve", campaign), campaign_choice("cancel-campaign", campaign))
    shown = Say(words, choices=choices, columns=2, protect=True)
    return tuple(TellPlace(one.place, shown) for one in await approvers_of(wards, author.id, facts))


def campaign_choice(verb: str, campaign: CampaignId) -> Choice:
    """A lasting button on a campaign."""
    key = {"cancel-campaign": "cancel", "edit-campaign": "edit"}.get(verb, verb)
    return Choice(f"{key}:{campaign}", Phrase(f"choice-o-{verb}"), lasting=True)


def may_cancel(officer: Officer, campaign: Campaign) -> bool:
    """Its author, who may approve it, and the admin."""
    admin = all(Role.ADMIN in roles_in(officer, ward) for ward in campaign.wards)
    return officer.id == campaign.author or admin or may_approve(officer, campaign.wards, author=campaign.author)


def concerns(officer: Officer, campaign: Campaign) -> bool:
    """Whether an officer may read a campaign and its counts: one to a ward of theirs, or their own."""
    roles = [roles_in(officer, ward) for ward in campaign.wards]
    return officer.id == campaign.author or any(held & (READING | {Role.ADMIN}) for held in roles)


async def hear_approve(officer: Officer, campaign: Campaign, facts: Facts) -> AnyTurn:
    """Approved once, by one who may; the author is told."""
    if not may_approve(officer, campaign.wards, author=campaign.author):
        return Turn(replies=(say("campaign-not-to-approve", choices=(CAMPAIGNS,)),))
    if campaign.status != "waiting":
        return Turn(replies=(say("campaign-too-late", choices=(CAMPAIGNS,)),))
    moved = MoveCampaign(campaign.id, campaign.version, "approved", officer.id)
    at = facts.quiet.over_at(begins_at(campaign, facts.now), timezone=facts.timezone)
    effects = (moved, *await tell_author(campaign, phrase("campaign-was-approved", name=officer.name, at=at), facts))
    choices = (campaign_choice("cancel-campaign", campaign.id), campaign_choice("res", campaign.id))
    return Turn(replies=(Say((phrase("campaign-approved", at=at),), choices=choices, columns=2),), effects=effects)


async def tell_author(campaign: Campaign, line: Phrase, facts: Facts) -> tuple[Effect, ...]:
    """A line to its author about what somebody else did with it."""
    author = await facts.officer_called(campaign.author)
    choices = (campaign_choice("res", campaign.id),)
    if author is None or author.status != "active":
        return ()
    return (TellPlace(author.place, Say((line,), choices=choices)),)


async def hear_campaigns(officer: Officer, facts: Facts) -> AnyTurn:
    """The latest campaigns of the officer's wards, and the way to a new one."""
    wards = wards_of(officer, READING | {Role.ADMIN})
    new = Choice("menu:new-campaign", Phrase("choice-o-new-campaign"), lasting=True)
    words = [Phrase("campaigns-head")]
    buttons = [new]
    for place, one in enumerate(await facts.campaigns(wards) if wards else (), 1):
        status, quoted = Phrase(f"campaign-is-{one.status}"), Quote("campaign", one.id, "words")
        words.append(phrase("campaigns-line", place=place, status=status, name=one.author_name, words=quoted))
        buttons.append(Choice(f"res:{one.id}", phrase("choice-o-result-number", place=place), lasting=True))
    if len(words) == 1:
        words = [Phrase("campaigns-none")]
    return Turn(replies=(Say(tuple(words), choices=tuple(buttons), columns=2, protect=True),))
