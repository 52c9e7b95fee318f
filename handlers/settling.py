"""From the turn to what follows: where the session stands then, its next question, and when somebody is reminded."""

from datetime import UTC, datetime, timedelta

from handlers.effects import DropDraft, Effect
from handlers.facts import Facts
from handlers.flows import FLOWS
from handlers.residents import attached, privacy, safety, welcome
from handlers.residents.telling import URGENT_STEP
from handlers.turn import AnyTurn
from messages.frozen import replace
from messages.incoming import Incoming
from messages.outgoing import Outgoing, Say
from messages.phrase import Choice
from storage.records import Session

DRAFT_KEPT_FOR = timedelta(days=7)


async def settle(session: Session, turn: AnyTurn, said: Incoming, facts: Facts) -> tuple[Session, AnyTurn]:
    """Where the session stands after the turn, and the turn with its next question among the replies."""
    effects: tuple[Effect, ...] = turn.effects
    leaves = turn.over or turn.enter is not None
    if leaves and session.draft_id and not any(_takes(effect, session) for effect in effects):
        effects = (*effects, DropDraft(session.draft_id))
    after = _moved_on(session, turn, facts)
    if attached.is_rest(session, said):
        after, replies = attached.counted(after, said)
        return after, replace(turn, replies=replies, effects=effects)
    replies = attached.reminded(after, await _replies(after, turn, facts))
    if facts.is_trial and _is_first_answer(after, said):
        replies = welcome.on_trial(replies)
    welcomed = any(isinstance(reply, Say) and privacy.plainly(facts) in reply.words for reply in replies)
    asked, choices, replies = _numbered(after, replies)
    after = replace(
        after,
        welcomed=session.welcomed or welcomed,
        asked=asked,
        choices=choices,
    )
    after, replies = attached.begun(after, said, replies=replies)
    return after, replace(turn, replies=replies, effects=effects)


def _is_first_answer(session: Session, said: Incoming) -> bool:
    """Whether a resident has never been answered in this chat."""
    flow = FLOWS.get(session.flow)
    return session.version == 0 and not said.place.shared and (flow is None or flow.audience == "resident")


def _moved_on(session: Session, turn: AnyTurn, facts: Facts) -> Session:
    """The session at the step where the turn leaves it."""
    session = safety.alarmed(session, turn.danger, now=facts.now) if turn.danger else session
    flow, step, draft, draft_id = session.flow, session.step, session.draft, session.draft_id
    if turn.enter is not None:
        flow, step = turn.enter.flow, turn.enter.step or FLOWS[turn.enter.flow].first
        draft, draft_id = turn.enter.draft.model_dump_json(), turn.enter.draft_id or facts.fresh_id()
    elif turn.over:
        flow, step, draft, draft_id = "", "", "", ""
    else:
        draft, step = turn.draft.model_dump_json() if turn.draft is not None else draft, turn.goto or step
    unsent_at, lapses_at, expires_at = _times(flow, facts.now, held=bool(session.held))
    return replace(
        session,
        language=turn.language or session.language,
        chose_language=session.chose_language or turn.language is not None,
        home=turn.home or session.home,
        flow=flow,
        step=step,
        draft=draft,
        draft_id=draft_id,
        alarm="" if turn.over else session.alarm,
        spoke_at=facts.now,
        remind_at=safety.remind_at(session, unsent_at),
        lapses_at=lapses_at,
        expires_at=expires_at,
    )


def _takes(effect: Effect, session: Session) -> bool:
    """Whether an effect makes the session's draft into something lasting, so that its key must stay."""
    return session.draft_id in {getattr(effect, name, None) for name in ("tip", "question", "photo_of")}


def _times(flow: str, now: datetime, *, held: bool) -> tuple[datetime | None, datetime | None, datetime | None]:
    """When to remind of an unsent draft, when the flow lapses, and when the draft and what is held back are dropped.

    What lies in the open is rounded up to the day, so that nobody joins it to a tip's time: see the threat model.
    """
    going_on = FLOWS.get(flow)
    if going_on is None and not held:
        return None, None, None
    lapses = now + going_on.lapses_after if going_on and going_on.lapses_after else None
    expires = (lapses or now + DRAFT_KEPT_FOR).astimezone(UTC) + timedelta(days=1)
    expires = expires.replace(hour=0, minute=0, second=0, microsecond=0)
    return now + safety.REMIND_AFTER if going_on and going_on.keeps else None, lapses, expires


async def _replies(session: Session, turn: AnyTurn, facts: Facts) -> tuple[Outgoing, ...]:
    """The turn's replies, and the next question with the remark before it, in one message."""
    asks = turn.repeat or turn.goto or turn.enter is not None
    flow = FLOWS.get(session.flow)
    if asks and flow is not None:
        draft = (turn.enter.draft if turn.enter else turn.draft) or flow.draft.model_validate_json(session.draft)
        question = await flow.steps[session.step].question(draft, facts_for(facts, session))
        # said to everybody once, before anything of theirs is sent; in an emergency after it
        is_urgent = session.alarm or session.step == URGENT_STEP
        is_due = not session.welcomed and not is_urgent and flow.audience == "resident"
        plainly = (privacy.plainly(facts),) if is_due else ()
        before = (*turn.remark, *plainly)
        return (*turn.replies, replace(question, words=(*before, *question.words), asks=not before))
    if asks and not turn.remark:
        return (*turn.replies, welcome.menu(facts_for(facts, session)))
    if turn.remark:
        return (*turn.replies, Say(turn.remark))
    return turn.replies


def facts_for(facts: Facts, session: Session) -> Facts:
    """The same facts as seen after the turn (a question may depend on the ward or language just chosen)."""
    return facts.after(session)


def _numbered(session: Session, replies: tuple[Outgoing, ...]) -> tuple[int, tuple[Choice, ...], tuple[Outgoing, ...]]:
    """The number and the choices of the last question, and the replies: those with choices carry the number."""
    offering = [reply for reply in replies if isinstance(reply, Say) and reply.choices]
    if not offering:
        said = any(isinstance(reply, Say) for reply in replies)
        return session.asked, () if said and session.flow else session.choices, replies
    asked = session.asked + 1
    numbered = tuple(
        replace(reply, asked=asked) if isinstance(reply, Say) and reply.choices else reply for reply in replies
    )
    return asked, offering[-1].choices, numbered
