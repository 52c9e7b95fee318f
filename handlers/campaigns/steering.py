"""A campaign's course: what one sees of it, and pausing, cancelling, recalling and correcting it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from handlers.campaign_effects import SteerCampaign
from handlers.campaigns.approving import (
    CAMPAIGNS,
    campaign_choice,
    discreet,
    may_approve,
    may_cancel,
    stored_message,
    stored_reach,
    time_lines,
)
from handlers.campaigns.approving import tell_author as _tell_author
from handlers.effects import Effect
from handlers.facts import Facts
from handlers.hours import QuietHours
from handlers.turn import AnyTurn, Turn
from handlers.workflow import is_chief
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, phrase
from storage.campaign_records import Campaign, Outlook
from storage.records import Officer

Verb = Literal["pause", "resume", "cancel", "recall"]
POSSIBLE: Mapping[Verb, frozenset[str]] = {
    "pause": frozenset({"sending"}),
    "resume": frozenset({"paused"}),
    "cancel": frozenset({"draft", "waiting", "approved", "sending", "paused"}),
    "recall": frozenset({"sending", "paused", "sent", "cancelled", "approved"}),
}
"""In which status each is possible; a recall only once it has begun."""
CORRECTABLE = frozenset({"sending", "paused", "sent", "approved"})
REASONS = ("expired", "cancelled", "muted", "amended", "missed")
"""Counts that are said only where there is something to say; the others always are."""
NIGHTS = 14
"""Nights an estimate looks ahead."""


def may_correct(officer: Officer, campaign: Campaign) -> bool:
    """Other words for everybody need a chief of every ward addressed, who may be its author: haste, but not alone."""
    return all(is_chief(officer, ward) for ward in campaign.wards)


def is_possible(verb: Verb, campaign: Campaign) -> bool:
    """Whether this can be done to it now."""
    return campaign.status in POSSIBLE[verb] and (verb != "recall" or campaign.began_at is not None)


def is_correctable(campaign: Campaign) -> bool:
    """Whether somebody has been shown it, or is about to be."""
    return campaign.status in CORRECTABLE and campaign.began_at is not None


def _refused(officer: Officer, campaign: Campaign, *, verb: Verb) -> AnyTurn | None:
    if not may_cancel(officer, campaign):
        return Turn(replies=(say("campaign-not-to-approve", choices=(CAMPAIGNS,)),))
    if not is_possible(verb, campaign):
        return Turn(replies=(say("campaign-too-late", choices=(CAMPAIGNS,)),))
    return None


async def _steer(officer: Officer, campaign: Campaign, *, verb: Verb, facts: Facts) -> AnyTurn:
    """Done at once: lines look at their campaign just before they go out."""
    refused = _refused(officer, campaign, verb=verb)
    if refused is not None:
        return refused
    effects: tuple[Effect, ...] = (SteerCampaign(campaign.id, campaign.version, verb, officer.id),)
    if officer.id != campaign.author:
        effects += await _tell_author(campaign, phrase(f"campaign-was-{verb}", name=officer.name), facts)
    next_verb: dict[Verb, Verb] = {"pause": "resume", "resume": "pause"}
    more = (campaign_choice(next_verb[verb], campaign.id),) if verb in next_verb else ()
    choices = (*more, campaign_choice("res", campaign.id))
    return Turn(replies=(say(f"campaign-{verb}-done", choices=choices, columns=2),), effects=effects)


async def hear_pause(officer: Officer, campaign: Campaign, facts: Facts) -> AnyTurn:
    """Nothing more goes out until somebody lets it."""
    return await _steer(officer, campaign, verb="pause", facts=facts)


async def hear_resume(officer: Officer, campaign: Campaign, facts: Facts) -> AnyTurn:
    """It goes on where it stood."""
    return await _steer(officer, campaign, verb="resume", facts=facts)


async def hear_cancel(officer: Officer, campaign: Campaign, facts: Facts) -> AnyTurn:
    """Cancelled, also while it is going out: what has not been sent is not sent any more."""
    return await _steer(officer, campaign, verb="cancel", facts=facts)


async def hear_recall(officer: Officer, campaign: Campaign, facts: Facts) -> AnyTurn:
    """Asks once more: what was recalled cannot be shown again."""
    refused = _refused(officer, campaign, verb="recall")
    if refused is not None:
        return refused
    choices = (campaign_choice("recall-yes", campaign.id), campaign_choice("res", campaign.id))
    asked = phrase("campaign-recall-ask", sent=discreet(campaign.sent, campaign.whom))
    return Turn(replies=(Say((asked,), choices=choices, columns=2),))


async def hear_recall_yes(officer: Officer, campaign: Campaign, facts: Facts) -> AnyTurn:
    """Nothing more goes out, and what was shown disappears or says that it was recalled."""
    return await _steer(officer, campaign, verb="recall", facts=facts)


# --- what one sees of it ----------------------------------------------------------------------------------------


async def hear_result(officer: Officer, campaign: Campaign, facts: Facts) -> AnyTurn:
    """The campaign as it goes out, and what became of it as counts and reasons: never who."""
    words = [phrase("campaign-head", status=Phrase(f"campaign-is-{campaign.status}"), at=campaign.starts_at)]
    words += await stored_message(campaign, facts)
    if campaign.status in {"waiting", "approved"}:
        at = campaign.due_at or campaign.starts_at
        words += await stored_reach(campaign, facts)
        words += time_lines(at, campaign.repeats, lunar=campaign.lunar, facts=facts)
        words.append(phrase("campaign-until", at=at + campaign.lasts))
    if campaign.status != "waiting":
        words += counts(campaign)
    if campaign.status in {"sending", "paused"}:
        words += await _course(campaign, facts)
    choices = (*_still_possible(officer, campaign), CAMPAIGNS)
    shown = Say(tuple(words), choices=choices, columns=2, protect=True, photo=campaign.photo or "")
    return Turn(replies=(shown,))


def counts(campaign: Campaign) -> list[Phrase]:
    """What became of its lines so far; a repeated one's add up."""
    key = "campaign-counts" if campaign.repeats == "once" else "campaign-counts-repeated"
    counted: dict[str, int | Phrase] = {
        name: discreet(getattr(campaign, name), campaign.whom)
        for name in ("audience", "sent", "gone", "refused", "unknown", *REASONS)
    }
    said = ("audience", "sent", "gone", "refused", "unknown")
    found = [phrase(key, **{name: counted[name] for name in said})]
    return found + [phrase(f"campaign-{reason}", count=counted[reason]) for reason in REASONS if counted[reason]]


async def _course(campaign: Campaign, facts: Facts) -> list[Phrase]:
    """How many are left, when it will be over, and whether its time runs out before."""
    outlook = await facts.outlook(campaign.id, campaign.whom)
    lines = [phrase("campaign-left", count=discreet(outlook.left, campaign.whom))]
    if campaign.status == "sending":
        lines += estimate(outlook, facts.now, quiet=facts.quiet, timezone=facts.timezone, until=campaign.expires_at)
    elif campaign.expires_at is not None:
        lines.append(phrase("campaign-until", at=campaign.expires_at))
    return lines


def estimate(
    outlook: Outlook, now: datetime, *, quiet: QuietHours, timezone: tzinfo, until: datetime | None
) -> list[Phrase]:
    """When it will be over at this pace, nights left out; or how many will not get it in time."""
    if not outlook.a_second or not outlook.left:
        return []
    needed = timedelta(seconds=(outlook.before + outlook.left) / outlook.a_second)
    over_at = working_until(now, needed, quiet=quiet, timezone=timezone)
    lines = [phrase("campaign-over-at", at=over_at)]
    if until is not None and over_at > until:
        sent = sending_time(now, until, quiet=quiet, timezone=timezone).total_seconds() * outlook.a_second
        late = min(outlook.left, round(outlook.before + outlook.left - sent))
        lines = [phrase("campaign-until", at=until), phrase("campaign-too-slow", count=late)]
    return lines


def working_until(now: datetime, needed: timedelta, *, quiet: QuietHours, timezone: tzinfo) -> datetime:
    """When so much sending is done, which rests in the quiet hours."""
    at = quiet.over_at(now, timezone=timezone)
    for _ in range(NIGHTS):
        night = quiet.next_at(at, timezone=timezone)
        if night is None or at + needed <= night:
            return at + needed
        needed -= night - at
        at = quiet.over_at(night, timezone=timezone)
    return at + needed


def sending_time(now: datetime, until: datetime, *, quiet: QuietHours, timezone: tzinfo) -> timedelta:
    """How much of the time until then is no night."""
    at, found = quiet.over_at(now, timezone=timezone), timedelta()
    for _ in range(NIGHTS):
        if at >= until:
            break
        night = quiet.next_at(at, timezone=timezone)
        ends_at = until if night is None else min(night, until)
        found += ends_at - at
        at = quiet.over_at(ends_at, timezone=timezone) if night is not None else until
    return found


def _still_possible(officer: Officer, campaign: Campaign) -> tuple[Choice, ...]:
    choices = []
    if campaign.status == "waiting" and may_approve(officer, campaign.wards, author=campaign.author):
        choices.append(campaign_choice("approve", campaign.id))
    if campaign.status in {"waiting", "approved"} and not campaign.began_at and officer.id == campaign.author:
        choices.append(campaign_choice("edit-campaign", campaign.id))
    if may_correct(officer, campaign) and is_correctable(campaign):
        choices.append(campaign_choice("correct", campaign.id))
    if may_cancel(officer, campaign):
        verbs: tuple[tuple[Verb, str], ...] = (
            ("pause", "pause"),
            ("resume", "resume"),
            ("cancel", "cancel-campaign"),
            ("recall", "recall"),
        )
        choices += [campaign_choice(button, campaign.id) for verb, button in verbs if is_possible(verb, campaign)]
    return tuple(choices)


HEARD: Mapping[str, Callable[[Officer, Campaign, Facts], Awaitable[AnyTurn]]] = {
    "pause": hear_pause,
    "resume": hear_resume,
    "cancel": hear_cancel,
    "recall": hear_recall,
    "recall-yes": hear_recall_yes,
    "res": hear_result,
}
"""The lasting buttons of a campaign's course."""
