"""Receiving campaigns: asked for, never assumed; ended with one word."""

from collections.abc import Sequence

from handlers.effects import Subscribe, Unsubscribe
from handlers.facts import Facts
from handlers.telling import holds_something, is_story
from handlers.tip import ward_choices
from handlers.turn import AnyTurn, Flow, NoDraft, Step, Turn
from handlers.units import only_one, ward_phrase
from messages.incoming import Chosen, Incoming, Pin, Text
from messages.outgoing import Say, say
from messages.phrase import Choice, choice, phrase
from storage.records import Ward, WardCode

YES = choice("subscribe")
NO = choice("unsubscribe")
KEEP = choice("back")


async def ask_offer(draft: NoDraft, facts: Facts) -> Say:
    """What is received now, and what can be."""
    received = await facts.subscriptions()
    if received:
        ward = await facts.ward(received[0])
        assert ward is not None
        return Say((phrase("campaigns-on", ward=ward_phrase(ward)),), choices=(NO, choice("other-ward"), KEEP))
    home = await _home(facts)
    near = (Choice("subscribe", phrase("choice-subscribe-ward", ward=ward_phrase(home))),) if home else ()
    return Say((phrase("campaigns-off"),), choices=(*near, choice("other-ward"), KEEP))


async def _home(facts: Facts) -> Ward | None:
    served = await facts.served()
    code = facts.session.home or (served[0].code if len(served) == 1 else None)
    ward = await facts.ward(code) if code else None
    return ward if ward is not None and ward.served else None


async def hear_offer(draft: NoDraft, said: Incoming, facts: Facts) -> Turn[NoDraft]:
    """Yes, no, or another ward."""
    match said.content:
        case Chosen(key="subscribe"):
            ward = await _home(facts)
            return _subscribed(ward) if ward else Turn(goto="ward")
        case Chosen(key="unsubscribe"):
            return Turn.done(say("campaigns-stopped"), effects=(Unsubscribe(),))
        case Chosen(key="other-ward"):
            return Turn(goto="ward")
        case Chosen(key="back"):
            return Turn.done(say("after-done"))
        case Text(words=words) if await facts.wards_called(words):
            return await hear_ward(draft, said, facts)
        case _:
            return _not_taken(said)


async def ask_ward(draft: NoDraft, facts: Facts) -> Say:
    """Which ward's campaigns."""
    wards = list(await facts.served())[:7]
    return Say((phrase("campaigns-ward-ask"),), choices=(*ward_choices(wards), KEEP))


async def hear_ward(draft: NoDraft, said: Incoming, facts: Facts) -> Turn[NoDraft]:
    """A served ward by button or name."""
    found: Sequence[Ward] = ()
    match said.content:
        case Chosen(key="back"):
            return Turn.done(say("after-done"))
        case Chosen(key=key) if key.startswith("ward-"):
            ward = await facts.ward(WardCode(key.removeprefix("ward-")))
        case Text(words=words) if not is_story(words):
            found = await facts.wards_called(words)
            ward = only_one(found)
        case Pin(point=point):
            nearest = await facts.nearest_wards(point)
            ward = nearest[0] if nearest else None
        case _:
            return _not_taken(said)
    if ward is None:
        return Turn.again("tip-ward-which" if found else "tip-ward-unknown")
    if not ward.served:
        return Turn.again("campaigns-not-served")
    return _subscribed(ward)


def _not_taken(said: Incoming) -> Turn[NoDraft]:
    """What has nothing to do with subscribing begins something new; what tells nothing is asked again."""
    return Turn(afresh=True) if holds_something(said.content) else Turn(repeat=True)


def _subscribed(ward: Ward) -> Turn[NoDraft]:
    done = Say((phrase("campaigns-started", ward=ward_phrase(ward)),))
    return Turn(replies=(done,), effects=(Unsubscribe(), Subscribe(ward.code)), over=True, home=ward.code)


async def stop(facts: Facts) -> AnyTurn:
    """STOP ends it at once; subscribing again is as easy."""
    if not await facts.subscriptions():
        return Turn.done(say("subscribed-to-none"))
    return Turn.done(say("campaigns-stopped"), effects=(Unsubscribe(),))


FLOW = Flow(
    name="campaigns",
    draft=NoDraft,
    first="offer",
    steps={
        "offer": Step(ask=ask_offer, hear=hear_offer),
        "ward": Step(ask=ask_ward, hear=hear_ward),
    },
)
