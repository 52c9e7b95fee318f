"""The front desk: which flow hears a message, and the words that work everywhere.

Routing is a function of (session, incoming, facts). The order of the questions it asks:

1. is it about us and a chat (blocked, added to a group)?      4. is it an officer's matter?
2. is it said in a group?                                      5. a command, a menu button, a word such as "huy"?
3. does it say that somebody is in danger now? (answer first)  6. is a flow waiting for it? if not, what is meant?
"""

from collections.abc import Sequence

from handlers import late, tongue
from handlers.effects import DropDraft, MarkGone
from handlers.facts import Facts
from handlers.flows import FLOWS
from handlers.officers import matters
from handlers.residents import answer, asides, attached, meaning_of, outcome, rating, safety, welcome, whose
from handlers.residents.after import hear_reach_press, is_reach_key
from handlers.residents.sending import hear_when_full
from handlers.residents.status import correct, hear_receipt
from handlers.residents.telling import TipDraft, Waiting, only_says_where, receipt_in, tells_nothing
from handlers.settling import settle
from handlers.turn import AnyFlow, AnyTurn, Draft, Enter, Turn
from messages.frozen import replace
from messages.incoming import Attached, Chosen, Command, Edited, Incoming, Membership, Other, Press, Text
from messages.incoming import words_of as words_said
from messages.meaning.danger import Kind
from messages.meaning.emergencies import suspected, triage
from messages.meaning.folding import chosen
from messages.meaning.once import read_once
from messages.outgoing import Outgoing, Say, Toast, say
from messages.phrase import Choice, Phrase, phrase
from storage.records import Session, TipId

TYPED_CHOICE = 60
"""A text longer than this is never taken for a typed button label."""
SAID_TWICE = frozenset({"send", "more"})
"""Steps of a tip at which the same words once more add nothing: somebody pressed twice, or was not sure."""


async def advance(session: Session, said: Incoming, facts: Facts) -> tuple[Session, AnyTurn]:
    """Decide everything one message leads to: the session afterwards, and the turn with its replies in order."""
    spoken = tongue.heard(session, said)
    if spoken is session:
        return await _in_time(session, said, facts)
    after, turn = await _in_time(spoken, said, facts.after(spoken))
    return after, tongue.offered(turn)


async def _in_time(session: Session, said: Incoming, facts: Facts) -> tuple[Session, AnyTurn]:
    """A conversation that has lapsed is not gone on with."""
    if session.lapses_at is None or facts.now < session.lapses_at:
        after, turn = await _advance(session, said, facts)
        return after, late.dated(turn, said, now=facts.now)
    left = replace(session, flow="", step="", draft="", draft_id="", held=(), alarm="", lapses_at=None)
    after, turn = await _advance(left, said, facts.after(left))
    dropped = (DropDraft(session.draft_id),) if session.draft_id else ()
    return after, late.dated(replace(turn, effects=(*turn.effects, *dropped)), said, now=facts.now)


async def _advance(session: Session, said: Incoming, facts: Facts) -> tuple[Session, AnyTurn]:
    if isinstance(said.content, Membership):
        return session, await _membership(said, facts)
    if isinstance(said.content, Press) and _is_old(session, said.content):
        return await settle(session, _old_button(said.content), said, facts)
    said = await _answering(session, said, facts) or understood(session, said, facts)
    if said.place.shared:
        return await settle(session, await matters.hear_group(said, facts), said, facts)
    noted = said.reply_to is not None and await facts.officer() is not None
    alarm, doubt = ("", None) if noted else await _danger(session, said, facts)
    if alarm:
        session = safety.alarmed(session, alarm, now=facts.now)
    after, turn = await _heard(session, said, facts, alarmed=bool(alarm))
    if alarm:
        # all in the urgent lane: within one lane the order holds, and the number to dial comes first
        replies = (tongue.number(alarm, said), *turn.replies)
        turn = replace(turn, replies=tuple(_urgently(reply) for reply in replies))
    elif doubt is not None:
        turn = replace(turn, replies=(say(phrase("emergency-doubt", kind=str(doubt))), *turn.replies))
    return after, turn


async def _heard(session: Session, said: Incoming, facts: Facts, *, alarmed: bool) -> tuple[Session, AnyTurn]:
    """One message heard, and the recordings that waited for its word."""
    decided = attached.answer_of(session, said)
    if decided == "keep":
        return await _send_held(session, said, facts)
    if decided == "drop":
        session = replace(session, held=())
        return await settle(session, attached.dropped(), said, facts)
    if isinstance(said.content, Attached) and not alarmed and _is_full(session):
        said = attached.without_file(said)
    if isinstance(said.content, Attached):
        said = await attached.admitted(said, facts, tip=_tip_at_hand(session), beside=_undecided(session))
    if attached.may_reveal(said) and not alarmed and await _is_asked_about(session, said, facts):
        session, turn = attached.held_back(session, said)
    else:
        turn = await _hear(session, said, facts, alarmed=alarmed)
    return await settle(session, turn, said, facts)


async def _send_held(session: Session, said: Incoming, facts: Facts) -> tuple[Session, AnyTurn]:
    """The recordings that were held back are heard as an album, each where the one before it has led."""
    held, session = session.held, replace(session, held=())
    turns = []
    beside = list(_undecided(session))
    for one in held:
        facts = facts.after(session)
        part = replace(said, content=one, album=f"held-{said.id}")
        part = attached.without_file(part) if _is_full(session) else part
        part = await attached.admitted(part, facts, tip=_tip_at_hand(session), beside=beside)
        beside.append(one.size)
        session, turn = await settle(session, await _hear(session, part, facts, alarmed=False), part, facts)
        turns.append(turn)
    return session, attached.joined(turns)


def _tip_at_hand(session: Session) -> TipId:
    """The tip or draft that a file would be added to; empty where it would begin one."""
    flow = FLOWS.get(session.flow)
    draft = _stored_draft(flow, session) if flow is not None else None
    return TipId(getattr(draft, "tip", "") or session.draft_id)


def _is_full(session: Session) -> bool:
    """Whether a tip is being told that takes no more until it is sent."""
    flow = FLOWS.get(session.flow)
    draft = _stored_draft(flow, session) if flow is not None else None
    return isinstance(draft, TipDraft) and bool(draft.ward) and draft.is_full


def _undecided(session: Session) -> Sequence[int]:
    """The sizes of files whose sender has not said yet whether, or in which tip, they shall stand."""
    flow = FLOWS.get(session.flow)
    draft = _stored_draft(flow, session) if flow is not None else None
    waiting: Sequence[Waiting] = getattr(draft, "waiting", ())
    return [*(one.size for one in session.held), *(one.size for one in waiting if one.file)]


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


async def _answering(session: Session, said: Incoming, facts: Facts) -> Incoming | None:
    """The message as the answer to an outcome, which nobody had to ask for; None for anything else."""
    if session.flow or said.place.shared or not isinstance(said.content, Text):
        return None
    words = said.content.words
    key = await rating.typed(words, facts) if len(words) <= TYPED_CHOICE else ""
    return replace(said, content=Chosen(key, words)) if key else None


def _offered(session: Session) -> tuple[Choice, ...]:
    """What can be chosen by label or number now: once a flow is over, only a menu's choices can."""
    lasting = all(option.lasting for option in session.choices)
    return session.choices if session.flow or lasting else ()


def _is_old(session: Session, press: Press) -> bool:
    return press.asked not in (0, session.asked)


def _old_button(press: Press) -> AnyTurn:
    return Turn(replies=(Toast(press.press, Phrase("button-old")),), repeat=True)


async def _danger(session: Session, said: Incoming, facts: Facts) -> tuple[str, Kind | None]:
    """The kind of emergency the words tell of, if it has not just been answered; or one they may tell of, whose number
    stands above the ordinary help. Officers' flows are not asked."""
    flow = FLOWS.get(session.flow)
    if flow is not None and flow.audience == "officer":
        return "", None
    if not isinstance(said.content, Text | Attached | Other | Edited):
        return "", None
    words = words_said(said.content)
    kind, may_begin = triage(words), not session.flow and isinstance(said.content, Text | Attached)
    doubt = suspected(words) if may_begin else None
    if (kind is None and doubt is None) or tells_nothing(words):
        return "", None
    if _is_asked_where(session) and only_says_where(words):
        return "", None
    if kind is None:
        return "", doubt
    if safety.is_just_answered(session, str(kind), now=facts.now):
        return "", None
    if triage(words, asked=True) is None:
        if session.alarm:  # more of a danger whose number stands above, rather than another one
            return "", None
        if await _is_asked(session, facts):
            return "", kind
    return str(kind), None


def _is_asked_where(session: Session) -> bool:
    return session.flow == "tip" and session.step in ("place", "ward")


async def _is_asked(session: Session, facts: Facts) -> bool:
    """Whether what they say now rather answers something, or is added to a tip."""
    answers = session.flow in ("after", "answer", "status", "rating")
    return answers or any(tip.open_ask for tip in await facts.own_tips())


async def _membership(said: Incoming, facts: Facts) -> AnyTurn:
    assert isinstance(said.content, Membership)
    if said.place.shared:
        return await matters.hear_group(said, facts)
    return Turn(effects=(MarkGone(gone=said.content.change == "blocked"),))


async def _hear(session: Session, said: Incoming, facts: Facts, *, alarmed: bool) -> AnyTurn:
    flow = FLOWS.get(session.flow)
    everywhere = await _everywhere(flow, session, said, facts)
    if everywhere is not None:
        return everywhere
    if alarmed and (flow is None or not flow.hears_danger):
        return await meaning_of.tell(said, facts, alarmed=True)
    answered = await asides.hear(flow, _stored_draft(flow, session) if flow is not None else None, said, facts)
    if answered is not None:
        return answered
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
    unheard = _unheard(draft, session, said) if isinstance(draft, TipDraft) and not alarmed else None
    if unheard is not None:
        return unheard
    if isinstance(said.content, Other):
        return await _other_kind(flow, session, draft=draft, said=said, facts=facts)
    if isinstance(draft, TipDraft):
        unclear = await whose.hear_meanwhile(draft, session.step, said=said, facts=facts)
        if unclear is not None:
            return unclear
    turn = await flow.steps[session.step].hear(draft, said, facts)
    return await _afresh(turn, said, facts) if turn.afresh else turn


def _unheard(draft: TipDraft, session: Session, said: Incoming) -> AnyTurn | None:
    """The answer to what a tip does not take: there is no room, or it was said a moment ago."""
    if session.step in SAID_TWICE and draft.was_just_told(said.content):
        return Turn(remark=(Phrase("tip-heard"),), repeat=True)
    return hear_when_full(draft, session.step, said=said)


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
            turn = await matters.hear_command(name, argument, said, facts)
            turn = _naming_what_is_left(_unless_unsent(turn, flow), flow, session=session)
            return turn or await welcome.hear_command(name, argument, flow=flow, facts=facts)
        case Chosen(key=key) if welcome.is_menu(key):
            return await welcome.hear_menu(key, flow, facts)
        case Chosen(key=key) if matters.is_card_key(key):
            turn = _unless_unsent(await matters.hear_card(key, said, facts), flow)
            return _naming_what_is_left(turn, flow, session=session)
        case Chosen(key=key) if key in safety.KEYS:
            return await safety.hear(key, flow, facts)
        case Chosen(key=key) if outcome.is_key(key):
            return await rating.hear_press(key, flow, facts)
        case Chosen(key=key) if is_reach_key(key):
            return await hear_reach_press(key, flow, facts)
    if said.reply_to is not None and (flow is None or flow.audience == "resident"):
        rests = flow is None or session.step in flow.rests
        return await matters.hear_reply(said, facts) or await answer.hear_reply(said, facts, rests=rests)
    return None


def _unless_unsent(turn: AnyTurn | None, flow: AnyFlow | None) -> AnyTurn | None:
    """An officer who is telling an own tip as a resident must not lose it to a conversation of their desk."""
    if turn is None or turn.enter is None or flow is None or not flow.keeps:
        return turn
    return Turn(remark=(Phrase("tip-not-sent"),), repeat=True)


def _naming_what_is_left(turn: AnyTurn | None, flow: AnyFlow | None, *, session: Session) -> AnyTurn | None:
    """An officer who begins something else hears that what they were writing was not sent."""
    if turn is None or turn.enter is None or flow is None or flow.audience != "officer":
        return turn
    written = getattr(_stored_draft(flow, session), "words", "")
    return replace(turn, remark=(Phrase("o-left-unsent"), *turn.remark)) if written else turn


async def _nothing_going_on(said: Incoming, facts: Facts) -> AnyTurn:
    """No flow is active: an answer to an officer, or the start of something."""
    match said.content:
        case Edited():
            return await correct(said, facts)
        case Chosen():
            return Turn(replies=(welcome.menu(facts, Phrase("button-old")),))
        case Other() if not words_said(said.content).strip():
            return Turn(replies=(welcome.urgent_or_not(attached.not_kept(said.content, facts)),))
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
        return Turn(replies=(Say((remark,), choices=session.choices, columns=2),))
    heard = replace(said, content=Text(said.content.caption))
    turn = await flow.steps[session.step].hear(draft, heard, facts)
    return replace(turn, remark=(remark, *turn.remark))


def _stored_draft(flow: AnyFlow, session: Session) -> Draft | None:
    """The draft as the flow knows it, or None if it was stored by a version that no longer fits."""
    if session.step not in flow.steps:
        return None
    try:
        draft: Draft = read_once(flow.draft.model_validate_json, session.draft or "{}")
    except ValueError:
        return None
    return draft
