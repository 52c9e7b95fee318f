"""Whom a campaign is for: wards, and within them a theme, a language, neighbourhoods."""

import re

from handlers.campaigns.approving import CAMPAIGNS, reached_lines
from handlers.campaigns.draft import DONE, CampaignDraft, addressable, audience_of, missing, parts_of
from handlers.facts import Facts
from handlers.officers.deciding import CANCEL
from handlers.turn import AnyTurn, Turn
from handlers.units import ward_phrase
from messages.incoming import Chosen, Incoming, Text
from messages.language import LANGUAGES
from messages.meaning.neighbourhoods import LONGEST, folded
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, choice, phrase
from messages.themes import THEMES
from storage.records import Ward

WARDS_OFFERED = 10
ALL_WARDS, WARDS_DONE = choice("o-all-wards"), choice("o-wards-done")
WHOLE_WARD = choice("o-whole-ward")
MOST_NEIGHBOURHOODS = 20
"""Named at once; for more a notice to the whole ward is meant."""


# --- wards ------------------------------------------------------------------------------------------------------


async def ask_wards(draft: CampaignDraft, facts: Facts) -> Say:
    """The wards, each on or off; others can be typed."""
    buttons = []
    for ward in (await _may_address(draft, facts))[:WARDS_OFFERED]:
        key = "choice-o-ticked" if ward.code in draft.wards else "choice-o-not-ticked"
        buttons.append(Choice(f"cw-{ward.code}", Phrase(key, {"ward": ward_phrase(ward)})))
    done = (WARDS_DONE,) if draft.wards else ()
    asked = phrase("campaign-wards-ask", count=len(draft.wards))
    return Say((asked,), choices=(*buttons, ALL_WARDS, *done, CANCEL), columns=1, protect=True)


async def _may_address(draft: CampaignDraft, facts: Facts) -> list[Ward]:
    officer = await facts.officer()
    return await addressable(officer, facts, emergency=draft.emergency) if officer else []


async def hear_wards(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """Wards by button or by name, as many as are meant. Neighbourhoods belong to one ward, and go with it."""
    may_address = {str(ward.code) for ward in await _may_address(draft, facts)}
    chosen = set(draft.wards) & may_address
    match said.content:
        case Chosen(key="o-cancel"):
            return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
        case Chosen(key="o-wards-done") if chosen:
            return Turn(goto=missing(draft), draft=draft)
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
    kept = draft.parts if len(chosen) == 1 and chosen == set(draft.wards) else ""
    changed = {"wards": tuple(sorted(chosen)), "parts": kept}
    return Turn(goto="wards", draft=draft.model_copy(update=changed))


# --- within them ------------------------------------------------------------------------------------------------


async def ask_audience(draft: CampaignDraft, facts: Facts) -> Say:
    """One theme or everybody's matter, the language, and parts of a ward; with how many people that is.

    An emergency notice is for everybody in a place, whatever they chose.
    """
    themes = [_ticked("o-everybody", Phrase("choice-o-everybody"), is_ticked=not draft.theme)]
    themes += [_ticked(f"theme-{one}", Phrase(f"theme-{one}"), is_ticked=draft.theme == one) for one in THEMES]
    languages = [
        _ticked(f"o-only-{one or 'any'}", Phrase(f"choice-o-only-{one or 'any'}"), is_ticked=draft.language == one)
        for one in ("", *LANGUAGES)
    ]
    parts = _ticked("o-neighbourhoods", Phrase("choice-o-neighbourhoods"), is_ticked=bool(draft.parts))
    choices = (
        *(() if draft.emergency else (*themes, *languages)),
        *((parts,) if len(draft.wards) == 1 else ()),
        *((choice("o-wards"),) if len(await _may_address(draft, facts)) > 1 else ()),
        DONE,
    )
    reached = await reached_lines(await audience_of(draft, facts), facts, parts=parts_of(facts))
    asked = Phrase("campaign-emergency-audience-ask" if draft.emergency else "campaign-audience-ask")
    return Say((asked, *reached), choices=choices, columns=2, protect=True)


def _ticked(key: str, label: Phrase, *, is_ticked: bool) -> Choice:
    return Choice(key, phrase("choice-ticked", what=label) if is_ticked else label)


async def hear_audience(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """One choice after another; done leads back to the preview."""
    match said.content:
        case Chosen(key="o-cancel"):
            return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
        case Chosen(key="o-done"):
            return Turn(goto=missing(draft), draft=draft)
        case Chosen(key="o-everybody"):
            changed: dict[str, object] = {"theme": ""}
        case Chosen(key=key) if key.removeprefix("theme-") in THEMES:
            changed = {"theme": key.removeprefix("theme-")}
        case Chosen(key="o-only-any"):
            changed = {"language": ""}
        case Chosen(key=key) if key.removeprefix("o-only-") in LANGUAGES:
            changed = {"language": key.removeprefix("o-only-")}
        case Chosen(key="o-neighbourhoods") if len(draft.wards) == 1:
            return Turn(goto="neighbourhoods", draft=draft)
        case Chosen(key="o-wards"):
            return Turn(goto="wards", draft=draft)
        case _:
            return Turn.again("o-choose")
    return Turn(goto="audience", draft=draft.model_copy(update=changed))


async def hear_neighbourhoods(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """Their names, with commas between them; or the whole ward after all."""
    match said.content:
        case Chosen(key="o-cancel"):
            return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
        case Chosen(key="o-whole-ward"):
            return Turn(goto="audience", draft=draft.model_copy(update={"parts": ""}))
        case Text(words=words):
            named = [one.strip() for one in re.split(r"[,;\n]", words) if folded(one)]
            if not named or len(named) > MOST_NEIGHBOURHOODS or any(len(one) > LONGEST for one in named):
                return Turn.again("campaign-neighbourhoods-unknown", most=MOST_NEIGHBOURHOODS)
            return Turn(goto="audience", draft=draft.model_copy(update={"parts": ", ".join(named)}))
        case _:
            return Turn.again("campaign-neighbourhoods-unknown", most=MOST_NEIGHBOURHOODS)
