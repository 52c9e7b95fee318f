"""Fire questions, as the officers who answer them see them: the alert, the open ones, and the answer that goes out."""

from handlers.effects import AnswerQuestion, LogAct, TellPlace
from handlers.facts import Facts
from handlers.officers.deciding import CANCEL, LEFT_FOR, SEND, is_cancel, is_send, unusable, written
from handlers.officers.review import age, question_card, toast
from handlers.turn import AnyFlow, AnyTurn, Draft, Enter, Flow, Step, Turn
from handlers.workflow import DESK, may_see, roles_in, wards_of
from messages.incoming import Chosen, Incoming
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, Quote, choice, phrase
from storage.records import Officer, Question, QuestionId, Role

ANSWER_LONGEST = 3_000
WORDING_LONGEST = 60
"""Characters of a question that is kept: it stands on a button."""
KEEP = choice("o-send-keep")
QUESTIONS = Choice("menu:questions", Phrase("choice-o-menu-questions"), lasting=True)


class AnswerDraft(Draft):
    """An answer being written."""

    question: str = ""
    words: str = ""
    kept_as: str = ""
    """The question in general words, when the answer is to be found by whoever asks the like."""


async def hear_questions(officer: Officer, facts: Facts) -> AnyTurn:
    """The open questions of the officer's wards, oldest first, each with its button."""
    wards = wards_of(officer)
    if not wards:
        return Turn(replies=(say("queue-not-yours", choices=(DESK,)),))
    found = await facts.open_questions(wards)
    if not found:
        return Turn(replies=(say("fire-none", choices=(DESK,)),))
    words: list[Phrase] = [phrase("fire-head", count=len(found))]
    buttons: list[Choice] = []
    for place, question in enumerate(found, 1):
        quoted = Quote("question", question.id, "words")
        words.append(phrase("fire-line", place=place, age=age(question.asked_at, facts.now), words=quoted))
        label = phrase("choice-o-reply-number", place=place)
        buttons.append(Choice(f"reply:{question.id}", label, lasting=True))
    listed = LogAct(officer.id, "listed-questions")
    return Turn(replies=(Say(tuple(words), choices=tuple(buttons), columns=2, protect=True),), effects=(listed,))


async def hear_reply_press(which: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    """[Answer]: the question's words in the officer's private chat, and the flow that answers them."""
    question = await facts.question(QuestionId(which))
    if question is None or not may_see(officer, question.desk):
        return Turn(replies=(toast("button-not-yours") if said.place.shared else say("not-understood"),))
    viewed = LogAct(officer.id, "viewed-question", detail=question.id)
    if said.place.shared:
        told = TellPlace(officer.place, question_card(question, shared=False))
        return Turn(replies=(toast("open-in-private"),), effects=(viewed, told))
    if question.status == "answered":
        return Turn(replies=(say("fire-answered-already", choices=(QUESTIONS,)),), effects=(viewed,))
    return Turn(effects=(viewed,), enter=Enter("answer-question", AnswerDraft(question=question.id)))


async def _at_hand(draft: AnswerDraft, facts: Facts) -> tuple[Question, Officer] | None:
    officer = await facts.officer()
    question = await facts.question(QuestionId(draft.question))
    if officer is None or question is None or not may_see(officer, question.desk):
        return None
    return question, officer


async def ask_words(draft: AnswerDraft, facts: Facts) -> Say:
    """The question, and the answer to write."""
    quoted = Quote("question", draft.question, "words")
    return Say((phrase("fire-words", words=quoted), Phrase("fire-answer-ask")), choices=(CANCEL,), protect=True)


async def hear_words(draft: AnswerDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """The answer, shown once more before it goes out."""
    if is_cancel(said):
        return Turn.done(say("o-cancelled", choices=(QUESTIONS,)))
    wrong = unusable(said, ANSWER_LONGEST)
    if wrong:
        return Turn.again(wrong, draft=draft, most=ANSWER_LONGEST)
    return Turn(goto="preview", draft=draft.model_copy(update={"words": written(said)}))


def _signed(officer: Officer, question: Question) -> Phrase:
    """Who answers: a fire officer, or whoever has the duty."""
    is_fire = Role.FIRE in roles_in(officer, question.desk)
    return Phrase("fire-answer" if is_fire else "fire-answer-desk")


def _asked(question: QuestionId) -> Phrase:
    """Which question is answered: somebody may have asked several, days ago."""
    return phrase("fire-you-asked", words=Quote("question", question, "words"))


async def ask_preview(draft: AnswerDraft, facts: Facts) -> Say:
    """Exactly what the asker will read."""
    quoted = Quote("draft", facts.session.draft_id, "words")
    both = await _at_hand(draft, facts)
    words = (
        Phrase("o-preview"),
        _signed(both[1], both[0]) if both else Phrase("fire-answer-desk"),
        _asked(QuestionId(draft.question)),
        phrase("words-to-reporter", words=quoted),
        Phrase("o-rewrite"),
    )
    return Say(words, choices=(SEND, KEEP, CANCEL), columns=1, protect=True)


async def ask_wording(draft: AnswerDraft, facts: Facts) -> Say:
    """The question as everybody may read it: whoever asked is not quoted."""
    return Say((phrase("fire-keep-ask", most=WORDING_LONGEST),), choices=(CANCEL,), protect=True)


async def hear_wording(draft: AnswerDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """The wording; then the answer goes out, and is kept."""
    if is_cancel(said):
        return Turn(goto="preview", draft=draft)
    wrong = unusable(said, WORDING_LONGEST)
    if wrong:
        return Turn.again(wrong, draft=draft, most=WORDING_LONGEST)
    return await answer(draft.model_copy(update={"kept_as": " ".join(written(said).split())}), facts)


async def hear_preview(draft: AnswerDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """Sent, sent and kept for others, dropped, or written anew."""
    if isinstance(said.content, Chosen) and said.content.key == KEEP.key:
        return Turn(goto="wording", draft=draft)
    if not is_send(said):
        return await hear_words(draft, said, facts)
    return await answer(draft, facts)


async def answer(draft: AnswerDraft, facts: Facts) -> AnyTurn:
    """Of two who answer at once the first one's answer stands."""
    both = await _at_hand(draft, facts)
    if both is None:
        return Turn.done(say("not-understood"))
    question, officer = both
    if question.status == "answered":
        return Turn.done(say("fire-answered-already", choices=(QUESTIONS,)))
    quoted = Quote("question", question.id, "answer")
    answer = AnswerQuestion(
        question=question.id,
        version=question.version,
        officer=officer.id,
        words=draft.words,
        say=Say((_signed(officer, question), _asked(question.id), phrase("words-to-reporter", words=quoted))),
        kept_as=draft.kept_as,
    )
    sent = say("fire-sent-kept" if draft.kept_as else "fire-sent", choices=(QUESTIONS,))
    return Turn.done(sent, effects=(answer,))


FLOWS: tuple[AnyFlow, ...] = (
    Flow(
        name="answer-question",
        draft=AnswerDraft,
        first="words",
        audience="officer",
        lapses_after=LEFT_FOR,
        steps={
            "words": Step(ask=ask_words, hear=hear_words),
            "preview": Step(ask=ask_preview, hear=hear_preview),
            "wording": Step(ask=ask_wording, hear=hear_wording),
        },
    ),
)
