"""When a campaign goes out, how often, and until when it is worth sending."""

from handlers.campaigns.approving import CAMPAIGNS, lunar_line
from handlers.campaigns.draft import CampaignDraft
from handlers.facts import Facts
from handlers.officers.deciding import CANCEL
from handlers.turn import AnyTurn, Turn
from messages.incoming import Chosen, Incoming, Text
from messages.meaning.lunar import read_lunar
from messages.meaning.moments import read_moment, repetition_in
from messages.outgoing import Say, say
from messages.phrase import Phrase, choice

NOW = choice("o-now")
ONCE, DAILY, WEEKLY = choice("o-once"), choice("o-daily"), choice("o-weekly")
MONTHLY, YEARLY = choice("o-monthly"), choice("o-yearly")
TODAY, ONE_DAY, THREE_DAYS = choice("o-today"), choice("o-day"), choice("o-three")

ASK_WHEN = Say((Phrase("campaign-when-ask"),), choices=(NOW, CANCEL))
ASK_UNTIL = Say((Phrase("campaign-until-ask"),), choices=(TODAY, ONE_DAY, THREE_DAYS, CANCEL))


async def hear_when(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """At once, at a time, on a day of either calendar, or again and again from then on."""
    match said.content:
        case Chosen(key="o-cancel"):
            return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
        case Chosen(key="o-now"):
            at_once = {"starts_at": facts.now, "at_once": True, "repeats": "once", "lunar": ""}
            return Turn(goto="preview", draft=draft.model_copy(update=at_once))
        case Text(words=words):
            at = read_moment(words, facts.now, timezone=facts.timezone)
            if at is None:
                return Turn.again("campaign-when-unknown", draft=draft)
            repeats, lunar = repetition_in(words), read_lunar(words)
            planned = {"starts_at": at, "at_once": False, "repeats": repeats or "once", "lunar": str(lunar or "")}
            is_settled = repeats is not None or at == facts.now
            return Turn(goto="preview" if is_settled else "repeats", draft=draft.model_copy(update=planned))
        case _:
            return Turn.again("campaign-when-unknown", draft=draft)


async def ask_repeats(draft: CampaignDraft, facts: Facts) -> Say:
    """Once or again; a day of the lunar calendar comes again with its month or year."""
    often = (ONCE, MONTHLY, YEARLY) if draft.lunar else (ONCE, DAILY, WEEKLY, MONTHLY, YEARLY)
    lunar = (lunar_line(draft.lunar, "yearly"),) if draft.lunar else ()
    return Say((Phrase("campaign-repeats-ask"), *lunar), choices=(*often, CANCEL), columns=2)


async def hear_repeats(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """How often."""
    match said.content:
        case Chosen(key="o-cancel"):
            return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
        case Chosen(key="o-once" | "o-daily" | "o-weekly" | "o-monthly" | "o-yearly" as key):
            return Turn(goto="preview", draft=draft.model_copy(update={"repeats": key.removeprefix("o-")}))
        case _:
            return Turn.again("o-choose")


async def hear_until(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """After which time it is not worth sending any more."""
    match said.content:
        case Chosen(key="o-cancel"):
            return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
        case Chosen(key="o-today" | "o-day" | "o-three" as key):
            return Turn(goto="preview", draft=draft.model_copy(update={"until": key.removeprefix("o-")}))
        case _:
            return Turn.again("o-choose")
