"""All conversations, by name: a step that is not reachable from here does not exist."""

from collections.abc import Mapping

from handlers.officers.matters import FLOWS as OFFICERS
from handlers.residents import after, answer, privacy, question, rating, status, subscription, tip
from handlers.turn import AnyFlow

RESIDENTS: tuple[AnyFlow, ...] = (
    tip.FLOW,
    after.FLOW,
    question.FLOW,
    status.FLOW,
    answer.FLOW,
    subscription.FLOW,
    privacy.FLOW,
    rating.FLOW,
)

FLOWS: Mapping[str, AnyFlow] = {flow.name: flow for flow in (*RESIDENTS, *OFFICERS)}
