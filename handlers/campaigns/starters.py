"""The starter calendar as an author sees it: what comes next, and a draft made from it, every part of it still open."""

from handlers.campaigns.approving import CAMPAIGNS
from handlers.campaigns.draft import CampaignDraft, missing
from handlers.facts import Facts
from handlers.officers.deciding import CANCEL
from handlers.turn import AnyTurn, Turn
from messages.frozen import replace
from messages.incoming import Chosen, Incoming
from messages.language import Language
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, choice, phrase
from messages.starters import STARTERS, in_order

SHOWN = 7
"""On one page: as many as a phone shows with their buttons."""
LIST, MORE = choice("o-starters"), choice("o-more-starters")


async def ask_starters(draft: CampaignDraft, facts: Facts) -> Say:
    """What comes next, page by page."""
    ordered = in_order(facts.now, timezone=facts.timezone)
    shown = ordered[draft.page * SHOWN : (draft.page + 1) * SHOWN]
    choices = [
        Choice(f"st-{one.name}", phrase("choice-o-starter", at=f"{at:%d/%m}", title=Phrase(f"starter-{one.name}")))
        for at, one in shown
    ]
    more = (MORE,) if len(ordered) > (draft.page + 1) * SHOWN else ()
    return Say((Phrase("campaign-starters-ask"),), choices=(*choices, *more, CANCEL), protect=True)


async def hear_starter(draft: CampaignDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """One of them becomes the draft, in both languages; what else there is to choose is asked as ever."""
    match said.content:
        case Chosen(key="o-cancel"):
            return Turn.done(say("o-cancelled", choices=(CAMPAIGNS,)))
        case Chosen(key="o-more-starters"):
            return Turn(goto="starters", draft=draft.model_copy(update={"page": draft.page + 1}))
        case Chosen(key=key) if key.removeprefix("st-") in {one.name for one in STARTERS}:
            return _from_starter(draft, key.removeprefix("st-"), facts)
        case _:
            return Turn.again("o-choose")


def _from_starter(draft: CampaignDraft, name: str, facts: Facts) -> AnyTurn:
    at, starter = next(pair for pair in in_order(facts.now, timezone=facts.timezone) if pair[1].name == name)
    taken = draft.model_copy(
        update={
            "words": _words(name, "vi", facts),
            "english": _words(name, "en", facts),
            "theme": starter.theme,
            "starts_at": at,
            "lunar": starter.day if starter.lunar else "",
        }
    )
    return Turn(goto=missing(taken), draft=taken)


def _words(name: str, language: Language, facts: Facts) -> str:
    return facts.after(replace(facts.session, language=language)).label(Phrase(f"starter-{name}-words"))
