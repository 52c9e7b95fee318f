"""Campaigns that were handed in: how one reads, whom it reaches, and who may approve it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from handlers.campaign_effects import MoveCampaign
from handlers.campaigns.recurrence import next_time
from handlers.effects import Effect, TellPlace
from handlers.facts import Facts
from handlers.turn import AnyTurn, Turn
from handlers.units import police_of, ward_phrase
from handlers.workflow import READING, is_chief, roles_in, wards_of
from messages.frozen import replace
from messages.meaning.lunar import LAST
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, Quote, phrase
from storage.campaign_records import Audience, Campaign, Repeats
from storage.records import EVERY_WARD, CampaignId, Officer, OfficerId, Role, WardCode

WARDS_NAMED = 5
ROUNDED = 10
"""Where a campaign is for a part of a ward people are counted in so many: two exact counts, of audiences that differ by
one neighbourhood, would tell how few live there (fewer than 5 are never told, domain facts b.5)."""
CAMPAIGNS = Choice("menu:campaign", Phrase("choice-o-menu-campaign"), lasting=True)


async def campaign_message(
    words: Quote, wards: Sequence[WardCode], facts: Facts, *, emergency: bool = False
) -> tuple[Phrase, ...]:
    """A campaign as it is sent, and as it is previewed: which unit speaks, its words, and how to receive no more."""
    sender = await facts.ward(wards[0]) if len(wards) == 1 else None
    head = phrase("campaign-from", unit=police_of(sender)) if sender else Phrase("campaign-from-several")
    alarm = (Phrase("campaign-emergency"),) if emergency else ()
    return *alarm, head, phrase("campaign-message", words=words), Phrase("campaign-how-to-stop")


async def stored_message(campaign: Campaign, facts: Facts) -> list[Phrase]:
    """A campaign that was handed in as officers read it: also its English text."""
    quoted = Quote("campaign", campaign.id, "words")
    words = [*await campaign_message(quoted, campaign.wards, facts, emergency=campaign.emergency)]
    if campaign.english:
        words.append(phrase("campaign-in-english", words=Quote("campaign", campaign.id, "english")))
    return words


def begins_at(campaign: Campaign, facts: Facts) -> datetime:
    """When it goes out (next): a repeated one keeps its day and hour, also when it is approved late."""
    if campaign.at_once:
        return facts.now
    at = campaign.due_at or campaign.starts_at
    if campaign.repeats == "once" or at >= facts.now:
        return max(at, facts.now)
    first, lunar = campaign.starts_at, campaign.lunar
    return next_time(first, campaign.repeats, lunar=lunar, after=facts.now, timezone=facts.timezone)


def lasts_from(campaign: Campaign, due_at: datetime, facts: Facts) -> timedelta:
    """How long it is worth sending from then on: what is meant for one evening ends with it, however late it is
    approved. Nothing is left of one whose day is over."""
    ends_at = campaign.starts_at + campaign.lasts
    is_for_a_day = campaign.repeats == "once" and ends_at.astimezone(facts.timezone).time() == time(0, 0)
    return ends_at - due_at if is_for_a_day else campaign.lasts


def may_approve(officer: Officer, wards: Sequence[WardCode], *, author: OfficerId) -> bool:
    """A chief of every ward addressed who did not write it."""
    return officer.id != author and bool(wards) and all(is_chief(officer, ward) for ward in wards)


async def approvers_of(wards: Sequence[WardCode], author: OfficerId, facts: Facts) -> list[Officer]:
    """Everybody who may approve a campaign to these wards."""
    if not wards:
        return []
    return [one for one in await facts.officers(wards[0]) if may_approve(one, wards, author=author)]


async def reached_lines(whom: Audience, facts: Facts, *, parts: Quote) -> list[Phrase]:
    """Whom it reaches, and how many; `parts` quotes the neighbourhoods it is narrowed to."""
    named = [ward_phrase(found) for code in whom.wards[:WARDS_NAMED] if (found := await facts.ward(code))]
    lines = [phrase("campaign-ward", ward=name) for name in named]
    if len(whom.wards) > WARDS_NAMED:
        lines.append(phrase("campaign-more-wards", count=len(whom.wards) - WARDS_NAMED))
    if EVERY_WARD in whom.wards:
        lines = [phrase("campaign-ward", ward=Phrase("every-ward"))]
    if whom.neighbourhoods:
        lines.append(phrase("campaign-neighbourhoods", names=parts))
    if whom.theme and not whom.emergency:
        lines.append(phrase("campaign-theme", theme=Phrase(f"theme-{whom.theme}")))
    if whom.language and not whom.emergency:
        lines.append(phrase("campaign-language", language=Phrase(f"choice-o-only-{whom.language}")))
    lines.append(phrase("campaign-audience", count=discreet(await facts.audience(whom), whom)))
    return lines


async def stored_reach(campaign: Campaign, facts: Facts) -> list[Phrase]:
    """The same of one that was handed in."""
    return await reached_lines(campaign.whom, facts, parts=Quote("campaign", campaign.id, "neighbourhoods"))


def discreet(count: int, whom: Audience) -> int | Phrase:
    """A count; rounded down where a narrow audience's would tell of single people."""
    if not whom.is_narrow or count == 0:
        return count
    rounded = count - count % ROUNDED
    return phrase("campaign-about", count=rounded) if rounded else phrase("campaign-few", few=ROUNDED)


def time_lines(starts_at: datetime, repeats: Repeats, *, lunar: str, facts: Facts) -> list[Phrase]:
    """When it goes out, how often, and that the night holds it, if it does."""
    lines = [phrase(f"campaign-at-{repeats}", at=starts_at)]
    if lunar:
        lines.append(lunar_line(lunar, repeats))
    if repeats == "daily":
        lines.append(Phrase("campaign-often"))
    if repeats != "once":
        lines.append(Phrase("campaign-will-be-announced"))
    held = facts.quiet.over_at(starts_at, timezone=facts.timezone)
    if held != starts_at:
        lines.append(phrase("campaign-held", at=held))
    return lines


def lunar_line(lunar: str, repeats: Repeats) -> Phrase:
    """On which day of the lunar calendar; the 30th is a month's last day."""
    day, _, month = lunar.partition("/")
    key = "campaign-lunar-last" if day == str(LAST) else "campaign-lunar"
    return phrase(key, day=day if repeats == "monthly" or not month else lunar)


async def told_approvers(campaign: Campaign, facts: Facts) -> tuple[Effect, ...]:
    """The campaign as it will go out, before everybody who may approve it."""
    words = [phrase("campaign-to-approve", name=campaign.author_name), *await stored_message(campaign, facts)]
    words += await stored_reach(campaign, facts)
    words += time_lines(campaign.starts_at, campaign.repeats, lunar=campaign.lunar, facts=facts)
    words.append(phrase("campaign-until", at=campaign.starts_at + campaign.lasts))
    choices = (campaign_choice("approve", campaign.id), campaign_choice("cancel-campaign", campaign.id))
    shown = Say(tuple(words), choices=choices, columns=2, protect=True, photo=campaign.photo or "")
    return tuple(TellPlace(one.place, shown) for one in await approvers_of(campaign.wards, campaign.author, facts))


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
    due_at = begins_at(campaign, facts)
    lasts = lasts_from(campaign, due_at, facts)
    if lasts <= timedelta():
        over = phrase("campaign-over", at=campaign.starts_at + campaign.lasts)
        return Turn(replies=(Say((over,), choices=(CAMPAIGNS,)),))
    moved = MoveCampaign(campaign.id, campaign.version, "approved", officer.id, due_at=due_at)
    if lasts != campaign.lasts:
        moved = replace(moved, lasts=lasts)
    at = facts.quiet.over_at(due_at, timezone=facts.timezone)
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
