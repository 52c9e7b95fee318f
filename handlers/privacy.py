"""What is stored, in plain words, and forgetting it."""

from handlers.effects import ForgetReporter
from handlers.facts import Facts
from handlers.telling import holds_something
from handlers.turn import Flow, NoDraft, Step, Turn
from messages.incoming import Chosen, Incoming
from messages.outgoing import Say, say
from messages.phrase import Phrase, choice, phrase

PLAINLY = ("welcome-privacy", "welcome-privacy-no-account")


def plainly(facts: Facts) -> Phrase:
    """Who learns what about the speaker, said to everybody once. Where there is an account, its company knows it."""
    return Phrase(PLAINLY[0] if facts.has_account else PLAINLY[1])


async def ask_offer(draft: NoDraft, facts: Facts) -> Say:
    """What is stored, and the offer to delete it."""
    stored = "privacy-stored" if facts.has_account else "privacy-stored-no-account"
    return say(stored, choices=(choice("forget"), choice("back")))


async def hear_offer(draft: NoDraft, said: Incoming, facts: Facts) -> Turn[NoDraft]:
    """Delete, or leave it."""
    match said.content:
        case Chosen(key="forget"):
            return Turn(goto="sure")
        case Chosen(key="back"):
            return Turn.done(say("after-done"))
        case _:
            return Turn(afresh=True) if holds_something(said.content) else Turn(repeat=True)


async def hear_sure(draft: NoDraft, said: Incoming, facts: Facts) -> Turn[NoDraft]:
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
    draft=NoDraft,
    first="offer",
    steps={
        "offer": Step(ask=ask_offer, hear=hear_offer),
        "sure": Step(ask=say("privacy-sure", choices=(choice("forget-yes"), choice("back"))), hear=hear_sure),
    },
)
