"""A repetition of a campaign is announced to the chiefs a day before, and one of them may put it off."""

from collections.abc import Sequence
from datetime import UTC, datetime

from handlers.campaign_effects import MarkAnnounced, PutOffCampaign
from handlers.campaigns.approving import CAMPAIGNS, campaign_choice, stored_message, stored_reach, tell_author
from handlers.campaigns.recurrence import next_time
from handlers.campaigns.steering import may_correct
from handlers.effects import Effect, TellPlace
from handlers.facts import Facts
from handlers.turn import AnyTurn, Turn
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, phrase
from storage.campaign_records import Campaign
from storage.records import Officer

MINUTE = 60


async def announce(campaign: Campaign, facts: Facts) -> Sequence[Effect]:
    """What goes out, to how many, and the button that leaves this one time out."""
    assert campaign.due_at is not None
    words = [phrase("campaign-announced", at=campaign.due_at), *await stored_message(campaign, facts)]
    words += await stored_reach(campaign, facts)
    choices = (_put_off_choice(campaign, campaign.due_at), campaign_choice("res", campaign.id))
    shown = Say(tuple(words), choices=choices, columns=2, protect=True, photo=campaign.photo or "")
    chiefs = [one for one in await facts.officers(campaign.wards[0]) if may_correct(one, campaign)]
    told = [TellPlace(chief.place, shown) for chief in chiefs]
    return MarkAnnounced(campaign.id, campaign.version, campaign.due_at), *told


def _put_off_choice(campaign: Campaign, at: datetime) -> Choice:
    """A button that means this one time, however late it is pressed."""
    return Choice(f"skip:{campaign.id}_{_minute(at)}", Phrase("choice-o-put-off"), lasting=True)


def _minute(at: datetime) -> int:
    return round(at.timestamp()) // MINUTE


def which_time(named: str) -> tuple[str, datetime]:
    """The campaign and the time that a button means; a forged one means none there is."""
    campaign, _, minute = named.rpartition("_")
    is_time = minute.isascii() and minute.isdigit() and len(minute) <= 9
    return campaign, datetime.fromtimestamp(int(minute) * MINUTE if is_time else 0, UTC)


async def hear_put_off(officer: Officer, campaign: Campaign, *, at: datetime, facts: Facts) -> AnyTurn:
    """Left out once; the campaign goes on with the next time."""
    if not may_correct(officer, campaign):
        return Turn(replies=(say("campaign-not-to-correct", choices=(CAMPAIGNS,)),))
    due_at = campaign.due_at
    if campaign.status != "approved" or campaign.repeats == "once" or due_at is None or _minute(due_at) != _minute(at):
        return Turn(replies=(say("campaign-put-off-late", choices=(CAMPAIGNS,)),))
    until = next_time(campaign.starts_at, campaign.repeats, lunar=campaign.lunar, after=due_at, timezone=facts.timezone)
    effects: tuple[Effect, ...] = (PutOffCampaign(campaign.id, campaign.version, due_at, until, officer.id),)
    if officer.id != campaign.author:
        line = phrase("campaign-was-put-off", name=officer.name, at=due_at, next=until)
        effects += await tell_author(campaign, line, facts)
    done = phrase("campaign-put-off-done", at=due_at, next=until)
    return Turn(replies=(Say((done,), choices=(campaign_choice("res", campaign.id),)),), effects=effects)
