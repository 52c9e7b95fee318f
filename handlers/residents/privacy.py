"""What is stored, in plain words; everything that is held on the speaker; and forgetting it."""

from handlers.effects import ForgetReporter
from handlers.facts import Facts
from handlers.residents import holdings
from handlers.residents.telling import holds_something
from handlers.turn import Draft, Flow, Step, Turn
from messages.frozen import replace
from messages.incoming import Chosen, Incoming
from messages.outgoing import Say, say
from messages.phrase import Phrase, choice, phrase

PLAINLY = ("welcome-privacy", "welcome-privacy-no-account")


def plainly(facts: Facts) -> Phrase:
    """Who learns what about the speaker, said to everybody once. Where there is an account, its company knows it."""
    return Phrase(PLAINLY[0] if facts.has_account else PLAINLY[1])


class PrivacyDraft(Draft):
    """Which page of what is held is being read."""

    page: int = 0


async def ask_offer(draft: PrivacyDraft, facts: Facts) -> Say:
    """What is stored, and the offer to delete it."""
    stored = "privacy-stored" if facts.has_account else "privacy-stored-no-account"
    return say(stored, choices=(choice("held"), choice("forget"), choice("back")))


async def hear_offer(draft: PrivacyDraft, said: Incoming, facts: Facts) -> Turn[PrivacyDraft]:
    """Read it, delete it, or leave it."""
    match said.content:
        case Chosen(key="held"):
            return Turn(goto="held", draft=PrivacyDraft())
        case Chosen(key="forget"):
            return Turn(goto="sure")
        case Chosen(key="back"):
            return Turn.done(say("after-done"))
        case _:
            return Turn(afresh=True) if holds_something(said.content) else Turn(repeat=True)


async def ask_held(draft: PrivacyDraft, facts: Facts) -> Say:
    """A page of everything that is held."""
    return await holdings.page(draft.page, facts)


async def hear_held(draft: PrivacyDraft, said: Incoming, facts: Facts) -> Turn[PrivacyDraft]:
    """The next page, or what may be done with it."""
    if isinstance(said.content, Chosen) and said.content.key == "held-more":
        return Turn(goto="held", draft=PrivacyDraft(page=draft.page + 1))
    turn = await hear_offer(draft, said, facts)
    return replace(turn, repeat=False, goto="offer") if turn.repeat else turn


async def hear_sure(draft: PrivacyDraft, said: Incoming, facts: Facts) -> Turn[PrivacyDraft]:
    """Deleting needs a second, clear yes; anything else leaves everything as it is."""
    match said.content:
        case Chosen(key="forget-yes"):
            return Turn.done(say("privacy-forgotten"), effects=(ForgetReporter(),))
        case _ if holds_something(said.content):
            return Turn(remark=(phrase("privacy-kept"),), afresh=True)
        case _:
            return Turn.done(say("privacy-kept"))


FLOW = Flow(
    name="privacy",
    draft=PrivacyDraft,
    first="offer",
    steps={
        "offer": Step(ask=ask_offer, hear=hear_offer),
        "held": Step(ask=ask_held, hear=hear_held),
        "sure": Step(ask=say("privacy-sure", choices=(choice("forget-yes"), choice("back"))), hear=hear_sure),
    },
)
