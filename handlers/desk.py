"""The front desk: which flow hears a message, and the words that work everywhere.

Routing is a function of (session, incoming, facts). The order of the questions it asks:

1. is it about us and a chat (blocked, added to a group)?      4. is it an officer's matter?
2. is it said in a group?                                      5. a command, a menu button, a word such as "huy"?
3. does it say that somebody is in danger now? (answer first)  6. is a flow waiting for it? if not, what is meant?
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from handlers import answer, attached, late, meaning_of, officers, privacy, welcome
from handlers.effects import DropDraft, Effect, MarkGone
from handlers.facts import Facts
from handlers.flows import FLOWS
from handlers.status import hear_receipt
from handlers.telling import receipt_in
from handlers.turn import AnyFlow, AnyTurn, Draft, Enter, Turn
from messages.incoming import Attached, Chosen, Command, Edited, Incoming, Membership, Other, Press, Text
from messages.incoming import words_of as words_said
from messages.meaning.danger import Kind
from messages.meaning.emergencies import suspected, triage
from messages.meaning.folding import chosen
from messages.outgoing import Outgoing, Say, Toast, say
from messages.phrase import Choice, Phrase, phrase
from storage.records import Session, TipId

REMIND_AFTER = timedelta(minutes=30)
"""How long an unsent tip rests before its teller is told, once, that it was not sent."""
DRAFT_KEPT_FOR = timedelta(days=7)
TYPED_CHOICE = 60
"""A text longer than this is never taken for a typed button label."""


async def advance(session: Session, said: Incoming, facts: Facts) -> tuple[Session, AnyTurn]:
    """Decide everything one message leads to: the session afterwards, and the turn with its replies in order."""
    if session.lapses_at is None or facts.now < session.lapses_at:
        after, turn = await _advance(session, said, facts)
        return after, late.dated(turn, said, now=facts.now)
    left = replace(session, flow="", step="", draft="", draft_id="", lapses_at=None)
    after, turn = await _advance(left, said, facts.after(left))
    dropped = (DropDraft(session.draft_id),) if session.draft_id else ()
    return after, late.dated(replace(turn, effects=(*turn.effects, *dropped)), said, now=facts.now)


async def _advance(session: Session, said: Incoming, facts: Facts) -> tuple[Session, AnyTurn]:
    if isinstance(said.content, Membership):
        return session, await _membership(said, facts)
    if isinstance(said.content, Press) and _is_old(session, said.content):
        return await _settle(session, _old_button(said.content), said, facts)
    said = understood(session, said, facts)
    if said.place.shared:
        return await _settle(session, await officers.hear_group(said, facts), said, facts)
    before, noted = session, said.reply_to is not None and await facts.officer() is not None
    alarm = "" if noted else _alarm(session, said)
    if alarm:
        session = replace(session, alarm=alarm)
    after, turn = await _heard(session, said, facts, alarmed=bool(alarm))
    if alarm:
        # all in the urgent lane: within one lane the order holds, and the number to dial comes first
        replies = (say(f"emergency-{alarm}"), *turn.replies)
        turn = replace(turn, replies=tuple(_urgently(reply) for reply in replies))
    elif not noted and (doubt := _doubt(before, said)) is not None:
        turn = replace(turn, replies=(say(phrase("emergency-doubt", kind=str(doubt))), *turn.replies))
    return after, turn


async def _heard(session: Session, said: Incoming, facts: Facts, *, alarmed: bool) -> tuple[Session, AnyTurn]:
    """One message heard, and the recordings that waited for its word."""
    decided = attached.answer_of(session, said)
    if decided == "keep":
        return await _send_held(session, said, facts)
    if decided == "drop":
        session = replace(session, held=())
        return await _settle(session, attached.dropped(), said, facts)
    said = await attached.admitted(said, facts, tip=_tip_at_hand(session))
    if attached.may_reveal(said) and not alarmed and await _is_asked_about(session, said, facts):
        session, turn = attached.held_back(session, said)
    else:
        turn = await _hear(session, said, facts, alarmed=alarmed)
    return await _settle(session, turn, said, facts)


async def _send_held(session: Session, said: Incoming, facts: Facts) -> tuple[Session, AnyTurn]:
    """The recordings that were held back are heard as an album, each where the one before it has led."""
    held, session = session.held, replace(session, held=())
    turns = []
    for one in held:
        facts = facts.after(session)
        part = replace(said, content=one, album=f"held-{said.id}")
        part = await attached.admitted(part, facts, tip=_tip_at_hand(session))
        session, turn = await _settle(session, await _hear(session, part, facts, alarmed=False), part, facts)
        turns.append(turn)
    return session, attached.joined(turns)


def _tip_at_hand(session: Session) -> TipId:
    """The tip or draft that a file would be added to; empty where it would begin one."""
    flow = FLOWS.get(session.flow)
    draft = _stored_draft(flow, session) if flow is not None else None
    return TipId(getattr(draft, "tip", "") or session.draft_id)


async def _is_asked_about(session: Session, said: Incoming, facts: Facts) -> bool:
    """Whether somebody who sends a recording is asked first: not in an emergency, and no officer about a tip."""
    flow = FLOWS.get(session.flow)
    if session.alarm or (flow is not None and flow.audience == "officer"):
        return False
    return said.reply_to is None or await facts.officer() is None


def _urgently(reply: Outgoing) -> Outgoing:
    return replace(reply, urgent=True) if isinstance(reply, Say) else reply


def understood(session: Session, said: Incoming, facts: Facts) -> Incoming:
    """The message with its choice recognised, whether it was pressed, typed as a label or given by number."""
    match said.content:
        case Press(key=key, on=on):
            return replace(said, content=Chosen(key, on=on))
        case Text(words=words) if 0 < len(words) <= TYPED_CHOICE:
            offered = _offered(session)
            for language in welcome.both_languages(facts):
                index = chosen(words, [language.label(option.label) for option in offered])
                if index is not None:
                    return replace(said, content=Chosen(offered[index].key, words))
            key = welcome.word_for_everywhere(words, facts)
            if key:
                return replace(said, content=Chosen(key, words))
    return said


def _offered(session: Session) -> tuple[Choice, ...]:
    """What can be chosen by label or number now: once a flow is over, only a menu's choices can."""
    lasting = all(option.lasting for option in session.choices)
    return session.choices if session.flow or lasting else ()


def _is_old(session: Session, press: Press) -> bool:
    return press.asked not in (0, session.asked)


def _old_button(press: Press) -> AnyTurn:
    return Turn(replies=(Toast(press.press, Phrase("button-old")),), repeat=True)


def _alarm(session: Session, said: Incoming) -> str:
    """The kind of emergency the words tell of, if it has not just been answered; officers' flows are not asked."""
    flow = FLOWS.get(session.flow)
    if flow is not None and flow.audience == "officer":
        return ""
    if not isinstance(said.content, Text | Attached | Other | Edited):
        return ""
    kind = triage(words_said(said.content))
    return "" if kind is None or str(kind) == session.alarm else str(kind)


def _doubt(session: Session, said: Incoming) -> Kind | None:
    """The danger that what somebody begins with may tell of: the number stands above the ordinary help."""
    if session.flow or not isinstance(said.content, Text | Attached):
        return None
    return suspected(words_said(said.content))


async def _membership(said: Incoming, facts: Facts) -> AnyTurn:
    assert isinstance(said.content, Membership)
    if said.place.shared:
        return await officers.hear_group(said, facts)
    return Turn(effects=(MarkGone(gone=said.content.change == "blocked"),))


async def _hear(session: Session, said: Incoming, facts: Facts, *, alarmed: bool) -> AnyTurn:
    flow = FLOWS.get(session.flow)
    everywhere = await _everywhere(flow, session, said, facts)
    if everywhere is not None:
        return everywhere
    if alarmed and (flow is None or not flow.hears_danger):
        return await meaning_of.tell(said, facts, alarmed=True)
    if flow is None:
        return await _nothing_going_on(said, facts)
    receipt = receipt_in(said.content) if flow.audience == "resident" else None
    if receipt is not None:
        return Turn.again("receipt-not-now") if flow.keeps else await hear_receipt(receipt, facts)
    if session.step in flow.rests:
        answered = await answer.hear_unprompted(said, facts)
        if answered is not None:
            return answered
    draft = _stored_draft(flow, session)
    if draft is None:
        return Turn(remark=(Phrase("draft-outgrown"),), enter=Enter(flow.name, flow.draft()))
    if isinstance(said.content, Other):
        return await _other_kind(flow, session, draft=draft, said=said, facts=facts)
    turn = await flow.steps[session.step].hear(draft, said, facts)
    return await _afresh(turn, said, facts) if turn.afresh else turn


async def _afresh(turn: AnyTurn, said: Incoming, facts: Facts) -> AnyTurn:
    """A step that only offers something does not take what was told: it begins something new, and is not lost."""
    fresh = await _nothing_going_on(said, facts)
    effects = (*turn.effects, *fresh.effects)
    if fresh.enter is not None:
        return replace(fresh, remark=(*turn.remark, *fresh.remark), effects=effects)
    replies = tuple(
        replace(one, words=(*turn.remark, *one.words)) if index == 0 and isinstance(one, Say) else one
        for index, one in enumerate(fresh.replies)
    )
    return replace(fresh, replies=replies, effects=effects, over=True)


async def _everywhere(flow: AnyFlow | None, session: Session, said: Incoming, facts: Facts) -> AnyTurn | None:
    """Commands, menu buttons, words such as "huy", officers' cards: heard in the middle of any flow."""
    match said.content:
        case Command(name=name, argument=argument):
            turn = await officers.hear_command(name, argument, said, facts)
            return _unless_unsent(turn, flow) or await welcome.hear_command(name, argument, flow=flow, facts=facts)
        case Chosen(key=key) if welcome.is_menu(key):
            return await welcome.hear_menu(key, flow, facts)
        case Chosen(key=key) if officers.is_card_key(key):
            return _unless_unsent(await officers.hear_card(key, said, facts), flow)
    if said.reply_to is not None and (flow is None or flow.audience == "resident"):
        return await officers.hear_reply(said, facts)
    return None


def _unless_unsent(turn: AnyTurn | None, flow: AnyFlow | None) -> AnyTurn | None:
    """An officer who is telling an own tip as a resident must not lose it to a conversation of their desk."""
    if turn is None or turn.enter is None or flow is None or not flow.keeps:
        return turn
    return Turn(remark=(Phrase("tip-not-sent"),), repeat=True)


async def _nothing_going_on(said: Incoming, facts: Facts) -> AnyTurn:
    """No flow is active: an answer to an officer, or the start of something."""
    match said.content:
        case Edited():
            return Turn(replies=(say("edited-too-late"),))
        case Chosen():
            return Turn(replies=(welcome.menu(facts, Phrase("button-old")),))
        case Other() if not words_said(said.content).strip():
            return Turn(replies=(welcome.menu(facts, attached.not_kept(said.content, facts)),))
        case Other(caption=caption) as other:
            turn = await meaning_of.tell(replace(said, content=Text(caption)), facts)
            return replace(turn, remark=(attached.not_kept(other, facts), *turn.remark))
        case _:
            answered = await answer.hear_unprompted(said, facts)
            return answered or await meaning_of.tell(said, facts)


async def _other_kind(flow: AnyFlow, session: Session, *, draft: Draft, said: Incoming, facts: Facts) -> AnyTurn:
    """What cannot be kept: its caption is, and the conversation goes on."""
    assert isinstance(said.content, Other)
    remark = attached.not_kept(said.content, facts)
    if not said.content.caption.strip():
        return Turn(remark=(remark,), repeat=True)
    heard = replace(said, content=Text(said.content.caption))
    turn = await flow.steps[session.step].hear(draft, heard, facts)
    return replace(turn, remark=(remark, *turn.remark))


def _stored_draft(flow: AnyFlow, session: Session) -> Draft | None:
    """The draft as the flow knows it, or None if it was stored by a version that no longer fits."""
    if session.step not in flow.steps:
        return None
    try:
        draft: Draft = flow.draft.model_validate_json(session.draft or "{}")
    except ValueError:
        return None
    return draft


# --- from the turn to the session afterwards ------------------------------------------------------------------


async def _settle(session: Session, turn: AnyTurn, said: Incoming, facts: Facts) -> tuple[Session, AnyTurn]:
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


def _moved_on(session: Session, turn: AnyTurn, facts: Facts) -> Session:
    """The session at the step where the turn leaves it."""
    flow, step, draft, draft_id = session.flow, session.step, session.draft, session.draft_id
    if turn.enter is not None:
        flow, step = turn.enter.flow, turn.enter.step or FLOWS[turn.enter.flow].first
        draft, draft_id = turn.enter.draft.model_dump_json(), turn.enter.draft_id or facts.fresh_id()
    elif turn.over:
        flow, step, draft, draft_id = "", "", "", ""
    else:
        draft, step = turn.draft.model_dump_json() if turn.draft is not None else draft, turn.goto or step
    remind_at, lapses_at, expires_at = _times(flow, facts.now)
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
        remind_at=remind_at,
        lapses_at=lapses_at,
        expires_at=expires_at,
    )


def _takes(effect: Effect, session: Session) -> bool:
    """Whether an effect makes the session's draft into something lasting, so that its key must stay."""
    return getattr(effect, "tip", None) == session.draft_id or getattr(effect, "question", None) == session.draft_id


def _times(flow: str, now: datetime) -> tuple[datetime | None, datetime | None, datetime | None]:
    """When to remind of an unsent draft, when the flow lapses, and when the draft is dropped.

    What lies in the open is rounded up to the day, so that nobody joins it to a tip's time: see the threat model.
    """
    going_on = FLOWS.get(flow)
    if going_on is None:
        return None, None, None
    lapses = now + going_on.lapses_after if going_on.lapses_after else None
    expires = (lapses or now + DRAFT_KEPT_FOR).astimezone(UTC) + timedelta(days=1)
    expires = expires.replace(hour=0, minute=0, second=0, microsecond=0)
    return now + REMIND_AFTER if going_on.keeps else None, lapses, expires


async def _replies(session: Session, turn: AnyTurn, facts: Facts) -> tuple[Outgoing, ...]:
    """The turn's replies, and the next question with the remark before it, in one message."""
    asks = turn.repeat or turn.goto or turn.enter is not None
    flow = FLOWS.get(session.flow)
    if asks and flow is not None:
        draft = (turn.enter.draft if turn.enter else turn.draft) or flow.draft.model_validate_json(session.draft)
        question = await flow.steps[session.step].question(draft, facts_for(facts, session))
        # said to everybody once, before anything of theirs is sent; in an emergency after it
        is_due = not session.welcomed and not session.alarm and flow.audience == "resident"
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
