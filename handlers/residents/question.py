"""A fire-safety question: the answer at once where it is sure, a choice of likely ones, or the ward's fire officer."""

from collections.abc import Iterable

from handlers.effects import AskFireOfficer
from handlers.facts import Facts
from handlers.residents.telling import SEND_WORDS, holds_something, is_courtesy, is_readable, is_story
from handlers.residents.tip import begun
from handlers.turn import AnyTurn, Draft, Flow, Step, Turn
from handlers.units import only_one, ward_page
from handlers.workflow import working_day_after
from messages.frozen import replace
from messages.incoming import Chosen, Edited, Incoming, Pin, Text
from messages.meaning.folding import fold
from messages.meaning.intent import is_telling, names_fire
from messages.meaning.procedures import matter
from messages.meaning.search import alike, search
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, Quote, choice, phrase
from messages.topics import GROUPS, load_topics
from storage.records import QuestionId, WardCode

OFFICER = choice("ask-officer")
SEND = choice("send")
AS_TIP = choice("as-tip")
DONE = choice("done")
HELPFUL = choice("helpful")
WORTH_OFFERING = 0.03
"""A topic less likely than this is not offered beside likelier ones."""
CHOICES_OFFERED = 3
"""Answers to choose from on one screen."""
QUESTION_LONGEST = 2_000
"""Characters of a question; longer ones are asked to be shortened, not cut."""


class QuestionDraft(Draft):
    """A question being asked: its words, and where the asker stands among the topics."""

    words: str = ""
    group: str = ""
    topic: str = ""
    near: tuple[str, ...] = ()
    """The topics the words may be about, the likeliest first."""
    answered: tuple[str, ...] = ()
    """The like questions that an officer has answered for everybody."""
    asked_ward: int = 0
    ward_page: int = 0


async def understood(words: str, facts: Facts) -> tuple[QuestionDraft, str]:
    """A question in own words: its draft, and the step it leads to. Answered at once where that is sure, else likely
    answers to choose from, else that this is no fire question and what fits instead."""
    found = search(words)
    kept = alike(words, {one.id: one.asked for one in await facts.additions()})[:CHOICES_OFFERED]
    near = tuple(one.subject for at, one in enumerate(found.topics) if at == 0 or one.score >= WORTH_OFFERING)
    draft = QuestionDraft(words=words.strip()[:QUESTION_LONGEST], near=near, answered=tuple(kept))
    if found.confident and not kept:
        return draft.model_copy(update={"topic": near[0], "group": load_topics()[near[0]].group}), "answered"
    return draft, "near" if near or kept else "outside"


async def ask_group(draft: QuestionDraft, facts: Facts) -> Say:
    """The groups of topics; a question that was written already can go to an officer at once."""
    groups = tuple(Choice(f"topics-{group.slug}", Phrase(f"topics-{group.slug}")) for group in GROUPS)
    key = "question-group-ask-written" if draft.words else "question-group-ask"
    return Say((phrase(key),), choices=(*groups, OFFICER), columns=2)


async def hear_group(draft: QuestionDraft, said: Incoming, facts: Facts) -> Turn[QuestionDraft]:
    """A group, or the question in own words."""
    match said.content:
        case Chosen(key=key) if key.startswith("topics-"):
            slug = key.removeprefix("topics-")
            if any(group.slug == slug for group in GROUPS):
                return Turn(goto="topic", draft=draft.model_copy(update={"group": slug}))
            return Turn.again("not-understood")
        case Chosen(key="ask-officer"):
            return Turn(goto="preview" if draft.words else "write", draft=draft)
        case _:
            return await hear_words(draft, said, facts)


async def ask_topic(draft: QuestionDraft, facts: Facts) -> Say:
    """The topics of a group."""
    found = [group for group in GROUPS if group.slug == draft.group]
    slugs = found[0].topics if found else ()
    return Say((phrase("question-topic-ask"),), choices=(*_topics(slugs), choice("back")), columns=1)


async def hear_topic(draft: QuestionDraft, said: Incoming, facts: Facts) -> Turn[QuestionDraft]:
    """A topic: its approved answer, at once."""
    match said.content:
        case Chosen(key="back"):
            return Turn(goto="group", draft=draft)
        case Chosen(key=key) if key.startswith("topic-"):
            topic = load_topics().get(key.removeprefix("topic-"))
            if topic is None:
                return Turn.again("not-understood")
            return Turn(goto="answered", draft=draft.model_copy(update={"topic": topic.slug, "group": topic.group}))
        case _:
            return await hear_words(draft, said, facts)


async def ask_answered(draft: QuestionDraft, facts: Facts) -> Say:
    """The answer, what else is close, and the officer; whoever wrote a question is asked whether this answers it."""
    topic = load_topics()[draft.topic]
    close = dict.fromkeys((*(draft.near[:2] if draft.words else ()), *topic.see_also))
    choices = _topics([slug for slug in close if slug != topic.slug][:CHOICES_OFFERED])
    asked = (phrase("question-helpful-ask"),) if draft.words else ()
    words = (Phrase(f"answer-{topic.slug}"), *asked)
    choices = (*choices, *_telling(draft), choice("back"), OFFICER, HELPFUL if asked else DONE)
    return Say(words, choices=choices, columns=1)


def _telling(draft: QuestionDraft) -> tuple[Choice, ...]:
    """The way to a tip, where the words rather tell something than ask."""
    return (AS_TIP,) if draft.words and is_telling(draft.words) else ()


async def _as_tip(draft: QuestionDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """The question's words as the beginning of a tip."""
    return await begun(replace(said, content=Text(draft.words)), facts) or Turn(repeat=True)


def _topics(slugs: Iterable[str]) -> tuple[Choice, ...]:
    return tuple(Choice(f"topic-{slug}", Phrase(f"topic-{slug}")) for slug in slugs)


async def ask_near(draft: QuestionDraft, facts: Facts) -> Say:
    """The likely answers, the officer, and all topics."""
    kept = (Choice(f"added-{one}", phrase("choice-added", words=Quote("addition", one))) for one in draft.answered)
    near = _topics(draft.near[:CHOICES_OFFERED])
    choices = (*kept, *near, *_telling(draft), OFFICER, choice("look-topics"))
    return Say((phrase("question-near-ask"),), choices=choices, columns=1)


async def hear_near(draft: QuestionDraft, said: Incoming, facts: Facts) -> Turn[QuestionDraft]:
    """One of them, the officer, the topics, or the question in other words."""
    match said.content:
        case Chosen(key="look-topics"):
            return Turn(goto="group", draft=draft)
        case Chosen(key="ask-officer"):
            return Turn(goto="preview", draft=draft)
        case Chosen(key="as-tip"):
            return await _as_tip(draft, said, facts)
        case Chosen(key="not-send"):
            return Turn.done(say("cancelled"))
        case Chosen(key=key) if key.removeprefix("added-") in draft.answered:
            kept = key.removeprefix("added-")
            return Turn(remark=(phrase("question-added", words=Quote("addition", kept, "answer")),), repeat=True)
        case _:
            return await hear_topic(draft, said, facts)


async def ask_outside(draft: QuestionDraft, facts: Facts) -> Say:
    """That this seems to be about something else, and what fits: a tip, the topics, or the officer all the same."""
    choices = (AS_TIP, choice("look-topics"), OFFICER, choice("not-send"))
    return Say((phrase("question-outside-ask"),), choices=choices, columns=1)


async def hear_answered(draft: QuestionDraft, said: Incoming, facts: Facts) -> Turn[QuestionDraft]:
    """Another topic, back to the groups, the officer, or enough."""
    match said.content:
        case Chosen(key="done" | "helpful"):
            return Turn.done(say("question-done"))
        case Text(words=words) if is_courtesy(words):
            return Turn.done(say("question-done"))
        case Chosen(key="as-tip"):
            return await _as_tip(draft, said, facts)
        case Chosen(key="back"):
            return Turn(goto="near" if draft.words and draft.near else "group", draft=draft)
        case Chosen(key="ask-officer"):
            return Turn(goto="preview" if draft.words else "write", draft=draft)
        case _:
            return await hear_topic(draft, said, facts)


async def hear_words(draft: QuestionDraft, said: Incoming, facts: Facts) -> Turn[QuestionDraft]:
    """The question in own words: answered, or led to who can. A photo or pin begins a tip, and is kept; a matter of
    paperwork is told the way."""
    match said.content:
        case Chosen(key="not-send"):
            return Turn.done(say("cancelled"))
        case Text(words=words) if fold(words) in SEND_WORDS:
            return Turn(goto="preview", draft=draft) if draft.words else Turn.again("question-words-only")
        case Text(words=words) | Edited(words=words) if len(words) > QUESTION_LONGEST:
            return Turn.again("question-too-long")
        case Text(words=words) | Edited(words=words) if is_readable(words):
            if matter(words) is not None:
                return Turn(afresh=True)
            fresh, step = await understood(words, facts)
            if step != "answered" and is_telling(words) and not names_fire(words):
                unanswered = bool(draft.words) and not draft.topic
                return Turn(remark=(phrase("question-left"),) if unanswered else (), afresh=True)
            return Turn(goto=step, draft=fresh.model_copy(update={"asked_ward": draft.asked_ward}))
        case _ if holds_something(said.content):
            return Turn(remark=(phrase("question-words-not-sent"),), afresh=True)
        case _:
            return Turn.again("question-words-only")


async def ask_preview(draft: QuestionDraft, facts: Facts) -> Say:
    """Send it to the fire officer, or look through the topics first."""
    return Say((phrase("question-preview-ask"),), choices=(SEND, choice("look-topics"), choice("not-send")), columns=1)


async def hear_preview(draft: QuestionDraft, said: Incoming, facts: Facts) -> Turn[QuestionDraft]:
    """Sent, looked up, dropped, or written anew."""
    match said.content:
        case Chosen(key="send"):
            return await _send(draft, facts)
        case Text(words=words) if fold(words) in SEND_WORDS:
            return await _send(draft, facts)
        case Chosen(key="look-topics"):
            return Turn(goto="group", draft=draft)
        case Chosen(key="not-send"):
            return Turn.done(say("cancelled"))
        case Text(words=words) | Edited(words=words) if _may_go(words):
            return Turn(repeat=True, draft=draft.model_copy(update={"words": words.strip()}))
        case _:
            return await hear_words(draft, said, facts)


async def hear_write(draft: QuestionDraft, said: Incoming, facts: Facts) -> Turn[QuestionDraft]:
    """The words for the officer, who was asked for: shown once more before they go."""
    match said.content:
        case Text(words=words) | Edited(words=words) if _may_go(words):
            return Turn(goto="preview", draft=draft.model_copy(update={"words": words.strip()}))
        case _:
            return await hear_words(draft, said, facts)


def _may_go(words: str) -> bool:
    return is_readable(words) and len(words) <= QUESTION_LONGEST and fold(words) not in SEND_WORDS


async def _send(draft: QuestionDraft, facts: Facts) -> Turn[QuestionDraft]:
    served = await facts.served()
    home = facts.session.home or (served[0].code if len(served) == 1 else None)
    if home is None:
        return Turn(goto="ward", draft=draft)
    return await _ask(draft, home, facts)


async def _ask(draft: QuestionDraft, ward: WardCode, facts: Facts) -> Turn[QuestionDraft]:
    desk = await facts.fire_desk(ward)
    ask = AskFireOfficer(
        question=QuestionId(facts.session.draft_id),
        desk=desk.ward,
        words=draft.words,
        topic=draft.topic or None,
        due_at=working_day_after(facts.now, facts.timezone),
        alert=desk.places,
    )
    return Turn(replies=(say("question-sent"),), effects=(ask,), over=True, home=ward)


async def ask_ward(draft: QuestionDraft, facts: Facts) -> Say:
    """Which ward's fire officer."""
    wards = ward_page(list(await facts.served()), draft.ward_page)
    return Say((phrase("question-ward-ask"),), choices=(*wards, choice("not-send")), columns=1)


async def hear_ward(draft: QuestionDraft, said: Incoming, facts: Facts) -> Turn[QuestionDraft]:
    """The ward by button or name; it is remembered."""
    match said.content:
        case Chosen(key="not-send"):
            return Turn.done(say("cancelled"))
        case Chosen(key="wards-on"):
            return Turn(repeat=True, draft=draft.model_copy(update={"ward_page": draft.ward_page + 1}))
        case Chosen(key=key) if key.startswith("ward-"):
            ward = await facts.ward(WardCode(key.removeprefix("ward-")))
        case Text(words=words):
            ward = only_one(await facts.wards_called(words))
        case Pin(point=point):
            nearest = await facts.nearest_wards(point)
            ward = nearest[0] if nearest else None
        case _ if holds_something(said.content):
            return Turn(remark=(phrase("question-words-not-sent"),), afresh=True)
        case _:
            ward = None
    if ward is not None:
        return await _ask(draft, ward.code, facts)
    if isinstance(said.content, Text) and is_story(said.content.words):
        words = f"{draft.words}\n{said.content.words.strip()}"
        draft = draft.model_copy(update={"words": words[:QUESTION_LONGEST]})
    served = await facts.served()
    if draft.asked_ward and served:  # not asked a third time: one fire officer often serves several wards
        return await _ask(draft, served[0].code, facts)
    return Turn.again("tip-ward-unknown", draft=draft.model_copy(update={"asked_ward": 1}))


FLOW = Flow(
    name="question",
    draft=QuestionDraft,
    first="group",
    rests=frozenset({"answered"}),
    steps={
        "group": Step(ask=ask_group, hear=hear_group),
        "topic": Step(ask=ask_topic, hear=hear_topic),
        "answered": Step(ask=ask_answered, hear=hear_answered),
        "near": Step(ask=ask_near, hear=hear_near),
        "outside": Step(ask=ask_outside, hear=hear_near),
        "write": Step(ask=say("question-write-ask", choices=(choice("not-send"),)), hear=hear_write),
        "preview": Step(ask=ask_preview, hear=hear_preview),
        "ward": Step(ask=ask_ward, hear=hear_ward),
    },
)
