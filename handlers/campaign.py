"""Awareness campaigns: an officer writes one, a chief who is not its author approves it, and it goes out by itself."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Literal

from handlers.approving import (
    CAMPAIGNS,
    approvers_of,
    audience_line,
    campaign_choice,
    campaign_message,
    tell_author,
    told_approvers,
)
from handlers.campaign_effects import CorrectCampaign, DraftCampaign, MoveCampaign
from handlers.deciding import CANCEL, is_cancel, is_send, unusable, written
from handlers.effects import Effect
from handlers.facts import Facts
from handlers.steering import estimate, is_correctable, may_correct
from handlers.turn import AnyFlow, AnyTurn, Draft, Enter, Flow, Step, Turn
from handlers.units import ward_phrase
from handlers.workflow import READING, roles_in
from messages.incoming import Chosen, Incoming, Text
from messages.meaning.moments import is_weekly, read_moment, speaks_of_today
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, Quote, choice, phrase
from storage.records import Campaign, CampaignId, Officer, Role, Ward, WardCode

CAMPAIGN_LONGEST = 1_500
"""Characters: one message on every channel, with room for the unit's name and how to stop."""
WARDS_OFFERED = 10
AT_ONCE = 60.0
"""Seconds; what takes no longer needs no estimate beforehand."""
DRAFTING = READING | {Role.ADMIN}
NOW, ALL_WARDS, WARDS_DONE = choice("o-now"), choice("o-all-wards"), choice("o-wards-done")
ONCE, WEEKLY = choice("o-once"), choice("o-weekly")
TODAY, ONE_DAY, THREE_DAYS = choice("o-today"), choice("o-day"), choice("o-three")
WORDS, WHEN, UNTIL = choice("o-edit-words"), choice("o-edit-when"), choice("o-edit-until")


class CampaignDraft(Draft):
    """A campaign being written; `editing` is the id of one that was handed in before and gets new words.

    With `corrects` that one is going out, or went out, and the new words are shown in place of the old.
    """

    words: str = ""
    wards: tuple[str, ...] = ()
    starts_at: datetime | None = None
    repeats: Literal["once", "weekly"] = "once"
    until: Literal["today", "day", "three"] = "day"
    editing: str = ""
    corrects: bool = False


async def addressable(officer: Officer, facts: Facts) -> list[Ward]:
    """The wards an officer may address: their own; the admin of the installation: all that are served."""
    return [ward for ward in await facts.served() if roles_in(officer, ward.code) & DRAFTING]


async def begin(officer: Officer, facts: Facts) -> AnyTurn:
    """Write a campaign. With a single ward nothing is asked about wards."""
    wards = await addressable(officer, facts)
    if not wards:
        return Turn(replies=(say("campaign-not-yours"),))
    chosen = (str(wards[0].code),) if len(wards) == 1 else ()
    return Turn(enter=Enter("campaign", CampaignDraft(wards=chosen)))


def begin_edit(officer: Officer, campaign: Campaign) -> AnyTurn:
    """New words for a campaign that has not begun to go out; only its author may."""
    if campaign.author != officer.id:
        return Turn(replies=(say("campaign-not-to-approve", choices=(CAMPAIGNS,)),))
    if campaign.status not in {"waiting", "approved"}:
        return Turn(replies=(say("campaign-too-late", choices=(CAMPAIGNS,)),))
    return Turn(enter=Enter("campaign", CampaignDraft(words=campaign.words, editing=campaign.id)))


def begin_correction(officer: Officer, campaign: Campaign) -> AnyTurn:
    """New words for a campaign that is going out, or went out."""
    if not may_correct(officer, campaign):
        return Turn(replies=(say("campaign-not-to-correct", choices=(CAMPAIGNS,)),))
    if not is_correctable(campaign):
        return Turn(replies=(say("campaign-too-late", choices=(CAMPAIGNS,)),))
    return Turn(enter=Enter("campaign", CampaignDraft(words=campaign.words, editing=campaign.id, corrects=True)))


async def hear_words(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """The text, as residents will read it."""
    if is_cancel(said):
        return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
    wrong = unusable(said, CAMPAIGN_LONGEST)
    if wrong:
        return Turn.again(wrong, draft=draft, most=CAMPAIGN_LONGEST)
    words = written(said)
    until = "today" if speaks_of_today(words) else draft.until
    draft = draft.model_copy(update={"words": words, "until": until})
    return Turn(goto=_missing(draft), draft=draft)


def _missing(draft: CampaignDraft) -> str:
    """The next step that still has something to ask."""
    if draft.editing:
        return "preview"
    if not draft.words:
        return "words"
    if not draft.wards:
        return "wards"
    return "preview" if draft.starts_at else "when"


# --- whom -------------------------------------------------------------------------------------------------------


async def ask_wards(draft: CampaignDraft, facts: Facts) -> Say:
    """The wards, each on or off; others can be typed."""
    officer = await facts.officer()
    wards = await addressable(officer, facts) if officer else []
    buttons = []
    for ward in wards[:WARDS_OFFERED]:
        key = "choice-o-ticked" if ward.code in draft.wards else "choice-o-not-ticked"
        buttons.append(Choice(f"cw-{ward.code}", Phrase(key, {"ward": ward_phrase(ward)})))
    done = (WARDS_DONE,) if draft.wards else ()
    asked = phrase("campaign-wards-ask", count=len(draft.wards))
    return Say((asked,), choices=(*buttons, ALL_WARDS, *done, CANCEL), columns=1, protect=True)


async def hear_wards(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """Wards by button or by name, as many as are meant."""
    officer = await facts.officer()
    may_address = {str(ward.code) for ward in (await addressable(officer, facts) if officer else [])}
    chosen = set(draft.wards) & may_address
    match said.content:
        case Chosen(key="o-cancel"):
            return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
        case Chosen(key="o-wards-done") if chosen:
            return Turn(goto=_missing(draft), draft=draft)
        case Chosen(key="o-all-wards"):
            chosen = may_address
        case Chosen(key=key) if key.removeprefix("cw-") in may_address:
            chosen ^= {key.removeprefix("cw-")}
        case Text(words=words):
            named = {str(ward.code) for ward in await facts.wards_called(words)} & may_address
            if not named:
                return Turn.again("campaign-ward-unknown", draft=draft)
            chosen |= named
        case _:
            return Turn.again("o-choose")
    return Turn(goto="wards", draft=draft.model_copy(update={"wards": tuple(sorted(chosen))}))


# --- when -------------------------------------------------------------------------------------------------------


async def hear_when(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """At once, at a time, on a day, or every week from then on."""
    match said.content:
        case Chosen(key="o-cancel"):
            return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
        case Chosen(key="o-now"):
            return Turn(goto="preview", draft=draft.model_copy(update={"starts_at": facts.now, "repeats": "once"}))
        case Text(words=words):
            at = read_moment(words, facts.now, timezone=facts.timezone)
            if at is None:
                return Turn.again("campaign-when-unknown", draft=draft)
            repeats = "weekly" if is_weekly(words) else "once"
            draft = draft.model_copy(update={"starts_at": at, "repeats": repeats})
            return Turn(goto="preview" if repeats == "weekly" or at == facts.now else "repeats", draft=draft)
        case _:
            return Turn.again("campaign-when-unknown", draft=draft)


async def hear_repeats(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """Once, or on this weekday every week."""
    match said.content:
        case Chosen(key="o-cancel"):
            return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
        case Chosen(key="o-once" | "o-weekly" as key):
            return Turn(goto="preview", draft=draft.model_copy(update={"repeats": key.removeprefix("o-")}))
        case _:
            return Turn.again("o-choose")


# --- until when -------------------------------------------------------------------------------------------------


async def hear_until(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """After which time it is not worth sending any more."""
    match said.content:
        case Chosen(key="o-cancel"):
            return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
        case Chosen(key="o-today" | "o-day" | "o-three" as key):
            return Turn(goto="preview", draft=draft.model_copy(update={"until": key.removeprefix("o-")}))
        case _:
            return Turn.again("o-choose")


def lasts(draft: CampaignDraft, starts_at: datetime, facts: Facts) -> timedelta:
    """How long after its start it may still arrive."""
    match draft.until:
        case "today":
            local = starts_at.astimezone(facts.timezone)
            midnight = datetime.combine(local.date() + timedelta(days=1), time(0, 0), tzinfo=local.tzinfo)
            return midnight - starts_at
        case "day":
            return timedelta(days=1)
        case "three":
            return timedelta(days=3)


# --- preview ----------------------------------------------------------------------------------------------------


async def ask_preview(draft: CampaignDraft, facts: Facts) -> Say:
    """Exactly what goes out, to how many, when, and whether the night holds it."""
    edited = await facts.campaign(CampaignId(draft.editing)) if draft.editing else None
    wards = edited.wards if edited else tuple(ward.code for ward in await _addressed(draft, facts))
    quoted = Quote("draft", facts.session.draft_id, "words")
    words = [Phrase("campaign-preview"), *await campaign_message(quoted, wards, facts)]
    if edited is not None:
        words += await audience_line(wards, edited.starts_at, repeats=edited.repeats, facts=facts)
    elif draft.starts_at is not None:
        words += await audience_line(wards, draft.starts_at, repeats=draft.repeats, facts=facts)
        starts_at = max(draft.starts_at, facts.now)
        until = starts_at + lasts(draft, starts_at, facts)
        words += [phrase("campaign-until", at=until), *await _foreseen(wards, starts_at, until=until, facts=facts)]
        officer = await facts.officer()
        if officer is not None and not await approvers_of(wards, officer.id, facts):
            words.append(Phrase("campaign-no-approver"))
    yes = Choice("o-send", Phrase("choice-o-correct" if draft.corrects else "choice-o-hand-in"))
    changes = (WORDS,) if draft.editing else (WORDS, WHEN, UNTIL)
    return Say(tuple(words), choices=(yes, *changes, CANCEL), columns=2, protect=True)


async def _foreseen(wards: Sequence[WardCode], starts_at: datetime, *, until: datetime, facts: Facts) -> list[Phrase]:
    """When it will be over, where that is not at once; or how many will not get it in time."""
    outlook = await facts.outlook(None, wards)
    if not outlook.a_second or (outlook.before + outlook.left) / outlook.a_second < AT_ONCE:
        return []
    said = estimate(outlook, starts_at, quiet=facts.quiet, timezone=facts.timezone, until=until)
    return [one for one in said if one.key != "campaign-until"]


async def _addressed(draft: CampaignDraft, facts: Facts) -> list[Ward]:
    """The draft's wards as far as the officer may (still) address them."""
    officer = await facts.officer()
    return [ward for ward in (await addressable(officer, facts) if officer else []) if ward.code in draft.wards]


async def hear_preview(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """Handed in, changed, or dropped."""
    if is_cancel(said):
        return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
    match said.content:
        case Chosen(key="o-edit-words"):
            return Turn(goto="words", draft=draft)
        case Chosen(key="o-edit-when") if not draft.editing:
            return Turn(goto="when", draft=draft)
        case Chosen(key="o-edit-until") if not draft.editing:
            return Turn(goto="until", draft=draft)
    if not is_send(said):
        return Turn.again("o-choose")
    officer = await facts.officer()
    if officer is None or officer.status != "active":
        return Turn.done(say("not-understood"))
    if draft.corrects:
        return await _corrected(draft, officer, facts)
    if draft.editing:
        return await _edited(draft, officer, facts)
    return await _handed_in(draft, officer, facts)


async def _handed_in(draft: CampaignDraft, officer: Officer, facts: Facts) -> AnyTurn:
    wards = tuple(ward.code for ward in await _addressed(draft, facts))
    if not wards or draft.starts_at is None:
        return Turn.done(say("campaign-not-yours"))
    new = CampaignId(facts.fresh_id())
    handed_in = DraftCampaign(
        campaign=new,
        wards=wards,
        words=draft.words,
        repeats=draft.repeats,
        starts_at=max(draft.starts_at, facts.now),
        author=officer.id,
        audience=await facts.audience(wards),
        lasts=lasts(draft, max(draft.starts_at, facts.now), facts),
    )
    lines = await audience_line(wards, handed_in.starts_at, repeats=draft.repeats, facts=facts)
    lines.append(phrase("campaign-until", at=handed_in.starts_at + handed_in.lasts))
    told = await told_approvers(new, wards, author=officer, lines=lines, facts=facts)
    key = "campaign-handed-in" if told else "campaign-handed-in-nobody"
    choices = (campaign_choice("cancel-campaign", new), campaign_choice("res", new))
    return Turn.done(say(key, choices=choices, columns=2), effects=(handed_in, *told))


async def _edited(draft: CampaignDraft, officer: Officer, facts: Facts) -> AnyTurn:
    """New words void the approval: the chiefs are asked again."""
    campaign = await facts.campaign(CampaignId(draft.editing))
    if campaign is None or campaign.author != officer.id or campaign.status not in {"waiting", "approved"}:
        return Turn.done(say("campaign-too-late", choices=(CAMPAIGNS,)))
    moved = MoveCampaign(campaign.id, campaign.version, "waiting", officer.id, words=draft.words)
    lines = await audience_line(campaign.wards, campaign.starts_at, repeats=campaign.repeats, facts=facts)
    lines.append(phrase("campaign-until", at=campaign.starts_at + campaign.lasts))
    told = await told_approvers(campaign.id, campaign.wards, author=officer, lines=lines, facts=facts)
    key = "campaign-handed-in" if told else "campaign-handed-in-nobody"
    choices = (campaign_choice("cancel-campaign", campaign.id), campaign_choice("res", campaign.id))
    return Turn.done(say(key, choices=choices, columns=2), effects=(moved, *told))


async def _corrected(draft: CampaignDraft, officer: Officer, facts: Facts) -> AnyTurn:
    """Shown in place of the old words wherever they stand, and to whoever has not got it yet."""
    campaign = await facts.campaign(CampaignId(draft.editing))
    if campaign is None or not may_correct(officer, campaign) or not is_correctable(campaign):
        return Turn.done(say("campaign-too-late", choices=(CAMPAIGNS,)))
    effects: tuple[Effect, ...] = (CorrectCampaign(campaign.id, campaign.version, draft.words, officer.id),)
    if officer.id != campaign.author:
        effects += await tell_author(campaign, phrase("campaign-was-corrected", name=officer.name), facts)
    return Turn.done(say("campaign-correct-done", choices=(campaign_choice("res", campaign.id),)), effects=effects)


FLOWS: tuple[AnyFlow, ...] = (
    Flow(
        name="campaign",
        draft=CampaignDraft,
        first="words",
        audience="officer",
        steps={
            "words": Step(ask=Say((Phrase("campaign-words-ask"),), choices=(CANCEL,)), hear=hear_words),
            "wards": Step(ask=ask_wards, hear=hear_wards),
            "when": Step(ask=Say((Phrase("campaign-when-ask"),), choices=(NOW, CANCEL)), hear=hear_when),
            "repeats": Step(
                ask=Say((Phrase("campaign-repeats-ask"),), choices=(ONCE, WEEKLY, CANCEL)), hear=hear_repeats
            ),
            "until": Step(
                ask=Say((Phrase("campaign-until-ask"),), choices=(TODAY, ONE_DAY, THREE_DAYS, CANCEL)), hear=hear_until
            ),
            "preview": Step(ask=ask_preview, hear=hear_preview),
        },
    ),
)
