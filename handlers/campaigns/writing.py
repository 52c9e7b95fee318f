"""Awareness campaigns: an officer writes one, a chief who is not its author approves it, and it goes out by itself.

An emergency notice is a chief's alone: it goes out at once, at night too, and the other chiefs and admins are told.
"""

from collections.abc import Sequence
from datetime import datetime

from handlers.campaign_effects import CorrectCampaign, DraftCampaign, MoveCampaign
from handlers.campaigns.approving import (
    CAMPAIGNS,
    approvers_of,
    campaign_choice,
    campaign_message,
    reached_lines,
    stored_message,
    stored_reach,
    tell_author,
    time_lines,
    told_approvers,
)
from handlers.campaigns.audience import (
    WHOLE_WARD,
    ask_audience,
    ask_wards,
    hear_audience,
    hear_neighbourhoods,
    hear_wards,
)
from handlers.campaigns.draft import (
    CampaignDraft,
    addressable,
    audience_of,
    lasts,
    missing,
    parts_of,
)
from handlers.campaigns.starters import LIST, ask_starters, hear_starter
from handlers.campaigns.steering import estimate, is_correctable, may_correct
from handlers.campaigns.times import ASK_UNTIL, ASK_WHEN, ask_repeats, hear_repeats, hear_until, hear_when
from handlers.clock import admins_of
from handlers.effects import Effect, FetchFile, TellPlace
from handlers.facts import Facts
from handlers.officers.deciding import CANCEL, is_cancel, is_send, unusable, written
from handlers.residents.telling import is_readable
from handlers.turn import AnyFlow, AnyTurn, Enter, Flow, Step, Turn
from handlers.workflow import is_chief
from messages.address import Place
from messages.frozen import replace
from messages.incoming import Chosen, Incoming, Photo, words_of
from messages.meaning.moments import speaks_of_today
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, Quote, choice, phrase
from storage.campaign_records import Audience, Campaign
from storage.records import CampaignId, MediaId, Officer, TipId

AT_ONCE = 60.0
"""Seconds; what takes no longer needs no estimate beforehand."""
EMERGENCY = choice("o-emergency")
WORDS, ENGLISH, PHOTO = choice("o-edit-words"), choice("o-edit-english"), choice("o-edit-photo")
AUDIENCE, WHEN, UNTIL = choice("o-edit-audience"), choice("o-edit-when"), choice("o-edit-until")
NO_ENGLISH, NO_PHOTO = choice("o-no-english"), choice("o-no-photo")


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
    return Turn(enter=Enter("campaign", _rewritten(campaign)))


def begin_correction(officer: Officer, campaign: Campaign) -> AnyTurn:
    """New words for a campaign that is going out, or went out."""
    if not may_correct(officer, campaign):
        return Turn(replies=(say("campaign-not-to-correct", choices=(CAMPAIGNS,)),))
    if not is_correctable(campaign):
        return Turn(replies=(say("campaign-too-late", choices=(CAMPAIGNS,)),))
    return Turn(enter=Enter("campaign", _rewritten(campaign).model_copy(update={"corrects": True})))


def _rewritten(campaign: Campaign) -> CampaignDraft:
    return CampaignDraft(
        words=campaign.words, english=campaign.english, photo=campaign.photo or "", editing=campaign.id
    )


# --- words and photo --------------------------------------------------------------------------------------------


async def ask_words(draft: CampaignDraft, facts: Facts) -> Say:
    """The text; a new campaign may also begin from the calendar, and a chief's may be an emergency notice."""
    asked = Phrase("campaign-emergency-words-ask" if draft.emergency else "campaign-words-ask")
    others: tuple[Choice, ...] = (LIST,) if not draft.words and not draft.emergency else ()
    officer = await facts.officer()
    if others and officer is not None and await addressable(officer, facts, emergency=True):
        others = (*others, EMERGENCY)
    along = () if draft.corrects else (Phrase("campaign-photo-may-go-along"),)
    return Say((asked, *along), choices=(*others, CANCEL), columns=2)


async def hear_words(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """The text, as residents will read it; or a photo, whose caption may be the text."""
    match said.content:
        case Chosen(key="o-cancel"):
            return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
        case Chosen(key="o-starters") if not draft.words:
            return Turn(goto="starters", draft=draft)
        case Chosen(key="o-emergency") if not draft.words:
            return await _emergency(draft, facts)
        case Photo():
            return await hear_photo(draft, said, facts)
    wrong = unusable(said, draft.longest)
    if wrong:
        return Turn.again(wrong, draft=draft, most=draft.longest)
    return _with_words(draft, written(said))


def _with_words(draft: CampaignDraft, words: str) -> AnyTurn:
    until = "today" if speaks_of_today(words) else draft.until
    draft = draft.model_copy(update={"words": words, "until": until})
    return Turn(goto=missing(draft), draft=draft)


async def _emergency(draft: CampaignDraft, facts: Facts) -> AnyTurn:
    """The same for those whose chief the officer is, now."""
    officer = await facts.officer()
    wards = await addressable(officer, facts, emergency=True) if officer else []
    if not wards:
        return Turn.again("o-choose")
    chosen = (str(wards[0].code),) if len(wards) == 1 else ()
    return Turn(goto="words", draft=draft.model_copy(update={"emergency": True, "wards": chosen}))


async def hear_english(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """The text for those who receive campaigns in English; without one they get the Vietnamese."""
    match said.content:
        case Chosen(key="o-cancel"):
            return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
        case Chosen(key="o-no-english"):
            return Turn(goto="preview", draft=draft.model_copy(update={"english": ""}))
    wrong = unusable(said, draft.longest)
    if wrong:
        return Turn.again(wrong, draft=draft, most=draft.longest)
    return Turn(goto="preview", draft=draft.model_copy(update={"english": written(said)}))


async def hear_photo(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """A photo, sealed under the draft's key like every other; the texts must then fit below it."""
    match said.content:
        case Chosen(key="o-cancel"):
            return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
        case Chosen(key="o-no-photo"):
            return Turn(goto="preview", draft=draft.model_copy(update={"photo": ""}))
        case Photo(file=file, size=size) as photo if not draft.corrects:
            media = MediaId(facts.fresh_id())
            fetch = FetchFile(
                media=media,
                what="photo",
                tip=TipId(facts.session.draft_id),
                file=file,
                channel=said.by.channel,
                size=size,
            )
            draft = draft.model_copy(update={"photo": media})
            return replace(_under_photo(draft, words_of(photo).strip()), effects=(fetch,))
        case _:
            return Turn.again("campaign-photo-ask")


def _under_photo(draft: CampaignDraft, caption: str) -> AnyTurn:
    words = caption if is_readable(caption) else draft.words
    if len(words) > draft.longest or len(draft.english) > draft.longest:
        cut = draft.model_copy(update={"words": "", "english": ""})
        return Turn(remark=(phrase("o-too-long", most=draft.longest),), goto="words", draft=cut)
    return _with_words(draft, words)


# --- preview ----------------------------------------------------------------------------------------------------


async def ask_preview(draft: CampaignDraft, facts: Facts) -> Say:
    """Exactly what goes out, to how many, when, and whether the night holds it."""
    edited = await facts.campaign(CampaignId(draft.editing)) if draft.editing else None
    whom = edited.whom if edited else await audience_of(draft, facts)
    quoted = Quote("draft", facts.session.draft_id, "words")
    words = [Phrase("campaign-preview")]
    words += await campaign_message(quoted, whom.wards, facts, emergency=whom.emergency)
    if draft.english:
        words.append(phrase("campaign-in-english", words=Quote("draft", facts.session.draft_id, "english")))
    if edited is not None:
        words += await stored_reach(edited, facts)
        words += time_lines(edited.starts_at, edited.repeats, lunar=edited.lunar, facts=facts)
    else:
        words += await _planned(draft, whom, facts)
    return Say(tuple(words), choices=_choices(draft), columns=2, protect=True, photo=draft.photo)


def _choices(draft: CampaignDraft) -> tuple[Choice, ...]:
    """What can be done with it and changed about it. A photo that was shown cannot become another."""
    handed = "choice-o-correct" if draft.corrects else "choice-o-send-now" if draft.emergency else "choice-o-hand-in"
    changes = (WORDS, ENGLISH, *(() if draft.corrects else (PHOTO,)))
    if not draft.editing:
        changes = (*changes, AUDIENCE, *(() if draft.emergency else (WHEN,)), UNTIL)
    return Choice("o-send", Phrase(handed)), *changes, CANCEL


async def _planned(draft: CampaignDraft, whom: Audience, facts: Facts) -> list[Phrase]:
    """Whom a new one reaches, when, until when, and who can approve it."""
    officer = await facts.officer()
    starts_at = _starts_at(draft, facts)
    until = starts_at + lasts(draft, starts_at, facts)
    words = await reached_lines(whom, facts, parts=parts_of(facts))
    if draft.emergency:
        words.append(Phrase("campaign-emergency-goes"))
    else:
        words += time_lines(draft.starts_at or starts_at, draft.repeats, lunar=draft.lunar, facts=facts)
    words += [phrase("campaign-until", at=until), *await _foreseen(whom, starts_at, until=until, facts=facts)]
    if not draft.emergency and officer is not None and not await approvers_of(whom.wards, officer.id, facts):
        words.append(Phrase("campaign-no-approver"))
    return words


def _starts_at(draft: CampaignDraft, facts: Facts) -> datetime:
    return facts.now if draft.emergency or draft.starts_at is None else max(draft.starts_at, facts.now)


async def _foreseen(whom: Audience, starts_at: datetime, *, until: datetime, facts: Facts) -> Sequence[Phrase]:
    """When it will be over, where that is not at once; or how many will not get it in time."""
    outlook = await facts.outlook(None, whom)
    if not outlook.a_second or (outlook.before + outlook.left) / outlook.a_second < AT_ONCE:
        return []
    said = estimate(outlook, starts_at, quiet=facts.quiet, timezone=facts.timezone, until=until)
    return [one for one in said if one.key != "campaign-until"]


async def hear_preview(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """Handed in, changed, or dropped."""
    if is_cancel(said):
        return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
    match said.content:
        case Chosen(key="o-edit-words" | "o-edit-english" as key):
            return Turn(goto=key.removeprefix("o-edit-"), draft=draft)
        case Chosen(key="o-edit-photo") if not draft.corrects:
            return Turn(goto="photo", draft=draft)
        case Chosen(key="o-edit-audience" | "o-edit-until" as key) if not draft.editing:
            return Turn(goto=key.removeprefix("o-edit-"), draft=draft)
        case Chosen(key="o-edit-when") if not draft.editing and not draft.emergency:
            return Turn(goto="when", draft=draft)
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


# --- handed in --------------------------------------------------------------------------------------------------


async def _handed_in(draft: CampaignDraft, officer: Officer, facts: Facts) -> AnyTurn:
    whom = await audience_of(draft, facts)
    if not whom.wards:
        return Turn.done(say("campaign-not-yours"))
    starts_at = _starts_at(draft, facts)
    new = Campaign(
        id=CampaignId(facts.fresh_id()),
        wards=whom.wards,
        words=draft.words,
        status="approved" if draft.emergency else "waiting",
        version=1,
        author=officer.id,
        author_name=officer.name,
        approved_by=officer.id if draft.emergency else None,
        repeats=draft.repeats,
        starts_at=starts_at,
        at_once=draft.at_once or draft.emergency,
        due_at=starts_at if draft.emergency else None,
        lasts=lasts(draft, starts_at, facts),
        lunar=draft.lunar if draft.repeats != "once" else "",
        english=draft.english,
        photo=MediaId(draft.photo) if draft.photo else None,
        theme=draft.theme,
        language=draft.language,
        neighbourhoods=draft.neighbourhoods,
        emergency=draft.emergency,
        audience=await facts.audience(whom),
    )
    handed_in = DraftCampaign(new, photo_of=facts.session.draft_id if draft.photo else "")
    if new.emergency:
        return await _sent_at_once(handed_in, officer, facts)
    return _submitted(new, handed_in, told=await told_approvers(new, facts))


def _submitted(campaign: Campaign, effect: Effect, *, told: Sequence[Effect]) -> AnyTurn:
    key = "campaign-handed-in" if told else "campaign-handed-in-nobody"
    choices = (campaign_choice("cancel-campaign", campaign.id), campaign_choice("res", campaign.id))
    return Turn.done(say(key, choices=choices, columns=2), effects=(effect, *told))


async def _sent_at_once(handed_in: DraftCampaign, officer: Officer, facts: Facts) -> AnyTurn:
    """It goes out; the other chiefs of its wards and the admins hear of it with the same breath."""
    new = handed_in.campaign
    places: dict[Place, None] = {}
    for ward in new.wards:
        people = await facts.officers(ward)
        chiefs = [one.place for one in people if is_chief(one, ward)]
        places |= dict.fromkeys((*chiefs, *admins_of(people, ward)))
    places.pop(officer.place, None)
    words = (phrase("campaign-emergency-sent", name=officer.name), *await stored_message(new, facts))
    shown = Say(words, choices=(campaign_choice("res", new.id),), protect=True, urgent=True)
    choices = (campaign_choice("cancel-campaign", new.id), campaign_choice("res", new.id))
    told = tuple(TellPlace(place, shown) for place in places)
    return Turn.done(say("campaign-emergency-done", choices=choices, columns=2), effects=(handed_in, *told))


async def _edited(draft: CampaignDraft, officer: Officer, facts: Facts) -> AnyTurn:
    """New words void the approval: the chiefs are asked again."""
    was = await facts.campaign(CampaignId(draft.editing))
    if was is None or was.author != officer.id or was.status not in {"waiting", "approved"}:
        return Turn.done(say("campaign-too-late", choices=(CAMPAIGNS,)))
    has_new_photo = draft.photo != (was.photo or "")
    moved = MoveCampaign(
        was.id,
        was.version,
        "waiting",
        officer.id,
        words=draft.words,
        english=draft.english if draft.english != was.english else None,
        photo=MediaId(draft.photo) if has_new_photo else None,
        photo_of=facts.session.draft_id if has_new_photo and draft.photo else "",
    )
    changed = replace(was, english=draft.english, photo=MediaId(draft.photo) if draft.photo else None)
    return _submitted(was, moved, told=await told_approvers(changed, facts))


async def _corrected(draft: CampaignDraft, officer: Officer, facts: Facts) -> AnyTurn:
    """Shown in place of the old words wherever they stand, and to whoever has not got it yet."""
    was = await facts.campaign(CampaignId(draft.editing))
    if was is None or not may_correct(officer, was) or not is_correctable(was):
        return Turn.done(say("campaign-too-late", choices=(CAMPAIGNS,)))
    english = draft.english if draft.english != was.english else None
    effects: tuple[Effect, ...] = (CorrectCampaign(was.id, was.version, draft.words, officer.id, english),)
    if officer.id != was.author:
        effects += await tell_author(was, phrase("campaign-was-corrected", name=officer.name), facts)
    words = [phrase("campaign-correct-done")]
    if was.repeats != "once":
        words.append(phrase("campaign-correct-repeated"))
    return Turn.done(Say(tuple(words), choices=(campaign_choice("res", was.id),)), effects=effects)


FLOWS: tuple[AnyFlow, ...] = (
    Flow(
        name="campaign",
        draft=CampaignDraft,
        first="words",
        audience="officer",
        steps={
            "words": Step(ask=ask_words, hear=hear_words),
            "starters": Step(ask=ask_starters, hear=hear_starter),
            "english": Step(
                ask=Say((Phrase("campaign-english-ask"),), choices=(NO_ENGLISH, CANCEL), columns=2), hear=hear_english
            ),
            "photo": Step(
                ask=Say((Phrase("campaign-photo-ask"),), choices=(NO_PHOTO, CANCEL), columns=2), hear=hear_photo
            ),
            "wards": Step(ask=ask_wards, hear=hear_wards),
            "audience": Step(ask=ask_audience, hear=hear_audience),
            "neighbourhoods": Step(
                ask=Say((Phrase("campaign-neighbourhoods-ask"),), choices=(WHOLE_WARD, CANCEL), columns=2),
                hear=hear_neighbourhoods,
            ),
            "when": Step(ask=ASK_WHEN, hear=hear_when),
            "repeats": Step(ask=ask_repeats, hear=hear_repeats),
            "until": Step(ask=ASK_UNTIL, hear=hear_until),
            "preview": Step(ask=ask_preview, hear=hear_preview),
        },
    ),
)
