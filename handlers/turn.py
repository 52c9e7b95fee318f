"""The grammar of a conversation: flows of steps, and the turn that a step answers with."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from handlers.effects import Effect
from handlers.facts import Facts
from messages.frozen import frozen
from messages.incoming import Incoming
from messages.language import Language
from messages.outgoing import Outgoing, Say
from messages.phrase import Phrase, Value
from storage.records import WardCode


class Draft(BaseModel):
    """What a flow remembers between its steps: frozen, versioned, stored sealed as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: int = 1


D = TypeVar("D", bound=Draft)


@frozen
class Enter:
    """Begin a flow with a draft, at its first step or at `step`."""

    flow: str
    draft: Draft
    step: str = ""
    draft_id: str = ""
    """The id under whose key the draft is sealed, where the turn's own effects name it already."""


@frozen
class Turn(Generic[D]):
    """What one message leads to: what is said, what is caused, and where the conversation stands next.

    `remark` is said in the same message as the next question. Without `goto`, `repeat`, `over` or `enter` the
    conversation stays where it is and nothing is asked again.
    """

    remark: tuple[Phrase, ...] = ()
    replies: tuple[Outgoing, ...] = ()
    effects: tuple[Effect, ...] = ()
    goto: str = ""
    repeat: bool = False
    over: bool = False
    afresh: bool = False
    """The step does not take this: after the remark it is heard as if nothing were going on, so that it is not lost."""
    enter: Enter | None = None
    draft: D | None = None
    language: Language | None = None
    """Set when the person chose a language."""
    danger: str = ""
    """Set when they told of danger by a press: its kind, so that they are asked later whether they are safe."""
    home: WardCode | None = None
    """Set when we learned the ward they live in or came from."""

    @staticmethod
    def again(key: str, *, draft: "D | None" = None, **args: Value) -> "Turn[D]":
        """Say what was not understood, and ask the same question once more in the same message."""
        return Turn(remark=(Phrase(key, args),), repeat=True, draft=draft)

    @staticmethod
    def done(*replies: Outgoing, effects: tuple[Effect, ...] = ()) -> "Turn[D]":
        """The flow is over; this is the last thing it says."""
        return Turn(replies=replies, effects=effects, over=True)


@frozen
class Ruling:
    """What follows from an officer's decision: what the officer is told, and what is caused."""

    replies: tuple[Outgoing, ...] = ()
    effects: tuple[Effect, ...] = ()
    allowed: bool = True
    """False when the decision could not be taken; `replies` then say why."""


Ask = Callable[[D, Facts], Awaitable[Say]]
Hear = Callable[[D, Incoming, Facts], Awaitable[Turn[D]]]


@frozen
class Step(Generic[D]):
    """A question and an ear."""

    ask: Say | Ask[D]
    hear: Hear[D]

    async def question(self, draft: D, facts: Facts) -> Say:
        """The question as it stands for this draft."""
        if isinstance(self.ask, Say):
            return self.ask
        return await self.ask(draft, facts)


@frozen
class Flow(Generic[D]):
    """A conversation: a table of steps."""

    name: str
    draft: type[D]
    first: str
    steps: Mapping[str, Step[D]]
    audience: Literal["resident", "officer"] = "resident"
    """In officers' flows emergency words are content, not an alarm."""
    rests: frozenset[str] = frozenset()
    """Steps that only offer something: what is written there may as well answer an officer's question."""
    keeps: bool = False
    """True for flows whose unsent draft is worth a reminder before it is dropped."""
    hears_danger: bool = False
    """True where words of danger belong to what is being told; elsewhere they begin a tip of their own."""
    lapses_after: timedelta | None = None
    """After this silence what somebody writes is about something new; None keeps the flow as long as its draft."""


AnyFlow = Flow[Any]
AnyTurn = Turn[Any]
