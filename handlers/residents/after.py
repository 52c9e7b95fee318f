"""After sending: how to be reached, asked once; then category, questions, photos and corrections, all optional."""

from collections.abc import Iterable, Sequence

from handlers.effects import AlertDesk, DescribeTip, Effect
from handlers.facts import Facts
from handlers.residents.status import add_entry, left_contact, owner_hears, raised_to, where_it_stands
from handlers.residents.telling import (
    END_WORDS,
    NO_WORDS,
    QUIET_FOR,
    SentDraft,
    entry_of,
    files_phrase,
    is_courtesy,
    is_readable,
    is_rest_of_album,
    told,
)
from handlers.residents.tip import TIMES_ASKED
from handlers.turn import AnyFlow, AnyTurn, Enter, Flow, Step, Turn
from handlers.units import police_of, ward_page
from handlers.workflow import alert_again_at, more_urgent
from messages.categories import find_category, find_group, load_groups
from messages.frozen import replace
from messages.incoming import Chosen, Contact, Edited, Incoming, Text, words_of
from messages.meaning.emergencies import triage
from messages.meaning.folding import fold
from messages.meaning.suggest import suggest
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, choice, phrase
from storage.records import OwnTip, Reach, Status, TipId, Urgency, Ward, WardCode

SKIP = choice("skip")
DONE = choice("done")
REACH = "reach-"
REACHES = frozenset(f"{REACH}{one}" for one in Reach)
WORTH_OFFERING = 0.02
"""A category less likely than this is not offered beside likelier ones."""
SUGGESTED = 3
"""Categories offered by what a tip says, before all groups."""
QUESTIONS_ASKED = 3
"""Follow-up questions of a category, at most (domain facts f.0)."""


async def ask_reach(draft: SentDraft, facts: Facts) -> Say:
    """Asked once. The buttons name their tip and last: whoever wants silence later must not be told "too late"."""
    choices = (Choice(f"{REACH}{one}:{draft.tip}", phrase(f"choice-reach-{one}"), lasting=True) for one in Reach)
    return Say((phrase("after-reach-ask"),), choices=tuple(choices))


async def hear_reach(draft: SentDraft, said: Incoming, facts: Facts) -> Turn[SentDraft]:
    """No name and may be asked here; no name and silence; or name and number. Asked once: whoever goes on telling
    may be asked here, and can change it afterwards."""
    reach = _reach_of(said)
    tip = await _tip(draft, facts)
    if tip is None:
        return Turn.done(say("tip-unknown"))
    if reach is not None:
        return replace(reached(tip, reach), repeat=False, goto="more")
    added = await _added(draft, said, facts)
    return replace(added, repeat=False, goto="more") if added.effects else added


def _reach_of(said: Incoming) -> Reach | None:
    """How they may be reached, answered in words to "may the police ask you more?"."""
    match said.content:
        case Text(words=words) if fold(words) in NO_WORDS:
            return Reach.SILENT
        case Text(words=words) if is_courtesy(words):
            return Reach.HERE
        case _:
            return None


def reached(tip: OwnTip, reach: Reach) -> Turn[SentDraft]:
    """How their reporter may be reached about a tip."""
    chosen = DescribeTip(tip=tip.id, version=tip.version, what="reach", reach=reach)
    return Turn(remark=(phrase(f"reach-kept-{reach}"),), effects=(chosen,), repeat=True)


def is_reach_key(key: str) -> bool:
    """Whether a choice's key says how somebody may be reached about one tip."""
    verb, _, tip = key.partition(":")
    return bool(tip) and verb in REACHES


async def hear_reach_press(key: str, flow: AnyFlow | None, facts: Facts) -> AnyTurn:
    """A button of that question, however old; pressed in the middle of something else, that goes on."""
    verb, _, id = key.partition(":")
    reach, tip = Reach(verb.removeprefix(REACH)), await facts.own_tip(TipId(id))
    if tip is None:
        return Turn(remark=(phrase("tip-unknown"),), repeat=flow is not None)
    step = "contact" if reach is Reach.CONTACT else "more"
    turn: AnyTurn = Turn() if reach is Reach.CONTACT else reached(tip, reach)
    if _is_asked_about(id, facts):
        return replace(turn, repeat=False, goto=step)
    if reach is Reach.CONTACT and flow is not None and flow.keeps:
        return Turn(remark=(phrase("tip-not-sent"),), repeat=True)
    if reach is not Reach.CONTACT and flow is not None:
        return turn
    draft = SentDraft(tip=tip.id, ward=tip.ward.code, urgency=tip.urgency, category=tip.category or "")
    return replace(turn, repeat=False, enter=Enter(FLOW.name, draft, step=step))


def _is_asked_about(tip: str, facts: Facts) -> bool:
    """Whether the question that stands open now is how the reporter of this tip may be reached."""
    if (facts.session.flow, facts.session.step) != (FLOW.name, "reach"):
        return False
    try:
        return SentDraft.model_validate_json(facts.session.draft).tip == tip
    except ValueError:  # a draft of an older release
        return False


async def hear_contact(draft: SentDraft, said: Incoming, facts: Facts) -> Turn[SentDraft]:
    """Name, number and a good time to call, in one message or as a contact card; sealed with the tip."""
    tip = await _tip(draft, facts)
    if tip is None:
        return Turn.done(say("tip-unknown"))
    match said.content:
        case Chosen(key="skip"):
            return Turn(goto="more", draft=draft)
        case Contact(phone=phone, name=name):
            words = f"{name} {phone}".strip()
        case Text(words=words) if fold(words) in NO_WORDS:
            return Turn(goto="more", draft=draft)
        case Text(words=words) if is_readable(words) and triage(words) is None:
            pass
        case _:
            return await _added(draft, said, facts)
    kept = left_contact(tip, words, facts)
    return Turn(remark=(phrase("reach-kept-contact"),), goto="more", draft=draft, effects=(kept,))


async def ask_more(draft: SentDraft, facts: Facts) -> Say:
    """What can still be added; nothing has to be."""
    kind = choice("name-category") if not draft.category else choice("change-category")
    another = Choice("menu-tip", phrase("choice-another-tip"), lasting=True)
    choices = (kind, choice("change-ward"), choice("change-reach"), another, DONE)
    return Say((phrase("after-more-ask"),), choices=choices, columns=2)


async def hear_more(draft: SentDraft, said: Incoming, facts: Facts) -> Turn[SentDraft]:
    """Anything told is added; the buttons lead to category and ward."""
    match said.content:
        case Chosen(key="name-category" | "change-category"):
            likely = () if draft.category else _suggested(await facts.own_words(TipId(draft.tip)))
            return Turn(goto="suggested" if likely else "group", draft=draft.model_copy(update={"suggested": likely}))
        case Chosen(key="change-ward"):
            return Turn(goto="ward", draft=draft.model_copy(update={"asked_ward": 1}))
        case Chosen(key="change-reach"):
            return Turn(goto="reach", draft=draft)
        case Chosen(key="done"):
            return Turn.done(say("after-done"))
        case Text(words=words) if is_courtesy(words):
            return Turn.done(say("after-done"))
        case _:
            return await _added(draft, said, facts)


async def _added(draft: SentDraft, said: Incoming, facts: Facts) -> Turn[SentDraft]:
    """Attach what came to the tip, and ask again. Words of danger raise the tip, alert the desk again and end the
    asking for details: nobody in danger chooses a category."""
    if isinstance(said.content, Text) and not is_readable(said.content.words):
        return Turn.again("tip-nothing-readable")
    if isinstance(said.content, Text) and fold(said.content.words) in END_WORDS:
        return Turn.done(say("after-done"))
    if isinstance(said.content, Contact) and said.content.own:
        return await hear_contact(draft, said, facts)
    tip = await _tip(draft, facts)
    one, effects = told(said, facts, tip=TipId(draft.tip))
    if one is None or tip is None:
        return Turn.again("not-understood" if tip else "tip-unknown")
    entry = entry_of(one, kind="corrected" if isinstance(said.content, Edited) else "added")
    urgency = raised_to(tip, triage(words_of(said.content), asked=True))
    add: tuple[Effect, ...] = (add_entry(tip, entry, urgency=urgency, facts=facts), *owner_hears(tip, entry))
    raise_it = urgency is Urgency.EMERGENCY
    if raise_it:
        add = (*add, AlertDesk(tip=tip.id, desk=await facts.desk(tip.ward.code), urgent=True))
        draft = draft.model_copy(update={"urgency": urgency})
    remark = phrase("after-file-added", files=files_phrase([one.what])) if one.media else phrase("after-words-added")
    goto = "more" if raise_it else ""
    return Turn(remark=(remark,), goto=goto, repeat=not raise_it, draft=draft, effects=(*add, *effects))


# --- what it is about -----------------------------------------------------------------------------------------


def _suggested(words: str) -> tuple[str, ...]:
    """The categories to offer first; none where nothing was written."""
    likely = suggest(words)[:SUGGESTED]
    return tuple(one.subject for one in likely if one is likely[0] or one.score >= WORTH_OFFERING)


async def ask_suggested(draft: SentDraft, facts: Facts) -> Say:
    """The likely categories first; the teller decides."""
    choices = (*_categories(draft.suggested), choice("other-category"), SKIP)
    return Say((phrase("after-suggested-ask"),), choices=choices, columns=1)


def _categories(slugs: Iterable[str]) -> tuple[Choice, ...]:
    return tuple(Choice(f"cat-{slug}", Phrase(f"category-{slug}")) for slug in slugs)


async def hear_suggested(draft: SentDraft, said: Incoming, facts: Facts) -> Turn[SentDraft]:
    """One of them, or all groups."""
    match said.content:
        case Chosen(key="other-category"):
            return Turn(goto="group", draft=draft)
        case Chosen(key="skip"):
            return Turn(goto="more", draft=draft)
        case _:
            return await hear_category(draft, said, facts)


async def ask_group(draft: SentDraft, facts: Facts) -> Say:
    """The groups of categories; the group is never decided for the teller."""
    groups = tuple(Choice(f"group-{group.slug}", Phrase(f"group-{group.slug}")) for group in load_groups())
    return Say((phrase("after-group-ask"),), choices=(*groups, SKIP), columns=2)


async def hear_group(draft: SentDraft, said: Incoming, facts: Facts) -> Turn[SentDraft]:
    """The first of two presses."""
    match said.content:
        case Chosen(key=key) if key.startswith("group-"):
            slug = key.removeprefix("group-")
            if find_group(slug) is not None:
                return Turn(goto="category", draft=draft.model_copy(update={"group": slug}))
            return Turn.again("not-understood")
        case Chosen(key="skip"):
            return Turn(goto="more", draft=draft)
        case _:
            return await _added(draft, said, facts)


async def ask_category(draft: SentDraft, facts: Facts) -> Say:
    """The categories of the chosen group."""
    group = find_group(draft.group)
    found = group.categories if group else ()
    choices = (*_categories(one.slug for one in found), choice("back"))
    return Say((phrase("after-category-ask"),), choices=choices, columns=1)


async def hear_category(draft: SentDraft, said: Incoming, facts: Facts) -> Turn[SentDraft]:
    """The second press; then that category's questions."""
    match said.content:
        case Chosen(key="back"):
            return Turn(goto="group", draft=draft)
        case Chosen(key=key) if key.startswith("cat-"):
            category = find_category(key.removeprefix("cat-"))
            tip = await _tip(draft, facts)
            if category is None or tip is None:
                return Turn.again("not-understood")
            urgency = more_urgent(tip.urgency, Urgency(category.urgency_in(facts.now.astimezone(facts.timezone).month)))
            named = DescribeTip(
                tip=tip.id, version=tip.version, what="category", category=category.slug, urgency=urgency
            )
            draft = draft.model_copy(update={"category": category.slug, "question": 0, "urgency": urgency})
            remark = [phrase("after-category-kept", category=Phrase(f"category-{category.slug}"))]
            if category.warn_do_not_approach:
                remark.append(phrase("after-do-not-approach"))
            return Turn(remark=tuple(remark), goto=_question_or_more(draft), draft=draft, effects=(named,))
        case _:
            return await _added(draft, said, facts)


def _question_or_more(draft: SentDraft) -> str:
    return "question" if draft.question < len(_questions(draft)) else "more"


def _questions(draft: SentDraft) -> tuple[Phrase, ...]:
    category = find_category(draft.category)
    count = min(len(category.questions), QUESTIONS_ASKED) if category else 0
    return tuple(Phrase(f"question-{draft.category}-{index + 1}") for index in range(count))


async def ask_question(draft: SentDraft, facts: Facts) -> Say:
    """One question of the category, skippable."""
    return Say((_questions(draft)[draft.question],), choices=(SKIP, DONE), columns=2)


async def hear_question(draft: SentDraft, said: Incoming, facts: Facts) -> Turn[SentDraft]:
    """The answer is added to the tip, beside what was asked."""
    following = draft.model_copy(update={"question": draft.question + 1})
    match said.content:
        case Chosen(key="done"):
            return Turn.done(say("after-done"))
        case Chosen(key="skip"):
            return Turn(goto=_question_or_more(following), draft=following)
        case _:
            turn = await _added(draft, said, facts)
            if not turn.effects or is_rest_of_album(said, facts):
                return turn
            return replace(turn, repeat=False, goto=_question_or_more(following), draft=following)


# --- another ward ---------------------------------------------------------------------------------------------


async def ask_ward(draft: SentDraft, facts: Facts) -> Say:
    """The unit that received it can be corrected."""
    now = await facts.ward(WardCode(draft.ward))
    others = [ward for ward in await facts.served() if ward.code != draft.ward]
    assert now is not None
    choices = (*ward_page(others, draft.ward_page), choice("back"))
    return Say((phrase("after-ward-ask", unit=police_of(now)),), choices=choices)


async def hear_ward(draft: SentDraft, said: Incoming, facts: Facts) -> Turn[SentDraft]:
    """A ward by button or by name: the tip moves to its desk, which is alerted."""
    tip = await _tip(draft, facts)
    if tip is None:
        return Turn.done(say("tip-unknown"))
    found: Sequence[Ward] = ()
    match said.content:
        case Chosen(key="back"):
            return Turn(goto="more", draft=draft)
        case Chosen(key="wards-on"):
            return Turn(repeat=True, draft=draft.model_copy(update={"ward_page": draft.ward_page + 1}))
        case Chosen(key=key) if key.startswith("ward-"):
            ward = await facts.ward(WardCode(key.removeprefix("ward-")))
        case Text(words=words) if is_readable(words) and triage(words) is None:
            found = await facts.wards_called(words)
            ward = found[0] if len(found) == 1 else None
        case _:
            return await _added(draft, said, facts)
    if ward is None:
        remark = (phrase("tip-ward-which" if found else "tip-ward-unknown"),)
        asked = draft.model_copy(update={"asked_ward": draft.asked_ward + 1})
        turn = await _added(asked, said, facts) if isinstance(said.content, Text) else Turn(draft=asked)
        goto = "more" if draft.asked_ward >= TIMES_ASKED else "ward"
        return replace(turn, remark=(*turn.remark, *remark), goto=goto, repeat=False)
    if ward.code == tip.ward.code or tip.status in {Status.REFERRED, Status.CLOSED}:
        return Turn(remark=(where_it_stands(tip),), goto="more", draft=draft)
    return await _moved(tip, ward, draft=draft, facts=facts)


async def _moved(tip: OwnTip, ward: Ward, *, draft: SentDraft, facts: Facts) -> Turn[SentDraft]:
    """It waits at the other desk like a new one, also if an officer of the former one had claimed it."""
    desk = await facts.desk(ward.code)
    due_at = alert_again_at(tip.urgency, facts.now, rounds=0)
    moved = DescribeTip(tip.id, tip.version, what="ward", ward=ward.code, desk=desk.ward, due_at=due_at)
    alert = AlertDesk(tip=tip.id, desk=desk, urgent=tip.urgency is Urgency.EMERGENCY)
    kept = (phrase("tip-sent-fallback" if desk.fallback else "after-ward-kept", unit=police_of(ward)),)
    draft = draft.model_copy(update={"ward": ward.code})
    return Turn(remark=kept, goto="more", draft=draft, effects=(moved, alert))


async def _tip(draft: SentDraft, facts: Facts) -> OwnTip | None:
    return await facts.own_tip(TipId(draft.tip))


FLOW = Flow(
    name="after",
    draft=SentDraft,
    first="reach",
    hears_danger=True,
    lapses_after=QUIET_FOR,
    rests=frozenset({"reach", "more", "suggested", "group", "category"}),
    steps={
        "reach": Step(ask=ask_reach, hear=hear_reach),
        "contact": Step(ask=say("after-contact-ask", choices=(SKIP,)), hear=hear_contact),
        "more": Step(ask=ask_more, hear=hear_more),
        "suggested": Step(ask=ask_suggested, hear=hear_suggested),
        "group": Step(ask=ask_group, hear=hear_group),
        "category": Step(ask=ask_category, hear=hear_category),
        "question": Step(ask=ask_question, hear=hear_question),
        "ward": Step(ask=ask_ward, hear=hear_ward),
    },
)
