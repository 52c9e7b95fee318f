"""How a tip leaves an officer's hands: referred to another body, or closed with the line its reporter will read."""

from handlers.facts import Facts
from handlers.officers.deciding import (
    ASK_LONGEST,
    CANCEL,
    LEFT_FOR,
    at_hand,
    called_off,
    is_cancel,
    is_send,
    ruled,
    unusable,
    written,
)
from handlers.officers.ruling import Close, Refer, speaker_of
from handlers.turn import AnyFlow, AnyTurn, Draft, Flow, Step, Turn
from handlers.workflow import is_answerable
from messages.incoming import Chosen, Incoming
from messages.outgoing import Say
from messages.phrase import Choice, Phrase, Quote, choice, phrase
from storage.records import Outcome, Reach, Status

BODIES = ("pc02", "pc03", "pc04", "pc07", "pc08", "pa05", "ubnd", "health", "market", "elsewhere")
"""The bodies a tip may be another's matter of (domain facts f.0); any other is written in words."""
HIDDEN_TAIL = "••••"
"""Stands for the end of the receipt in a preview: officers never see it."""
STANDARD = choice("o-standard")
BODY_LONGEST = 200


class ReferDraft(Draft):
    """Where a tip is to go."""

    tip: str = ""
    body: str = ""
    words: str = ""


class CloseDraft(Draft):
    """How a tip is to be closed."""

    tip: str = ""
    outcome: str = ""
    body: str = ""
    valuable: bool = False
    words: str = ""


def bodies() -> tuple[Choice, ...]:
    """A choice for each body."""
    return tuple(Choice(f"body-{body}", Phrase(f"body-{body}")) for body in BODIES)


def body_chosen(said: Incoming) -> str:
    """The code of the body that was chosen, else nothing."""
    key = said.content.key if isinstance(said.content, Chosen) else ""
    code = key.removeprefix("body-")
    return code if key.startswith("body-") and code in BODIES else ""


# --- refer ------------------------------------------------------------------------------------------------------


async def ask_body(draft: ReferDraft, facts: Facts) -> Say:
    """Which body, by button or in words."""
    both = await at_hand(draft.tip, facts)
    asked = phrase("refer-ask", number=both[0].number if both else "")
    return Say((asked,), choices=(*bodies(), CANCEL), columns=2, protect=True)


async def hear_body(draft: ReferDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """A body, to be confirmed."""
    if is_cancel(said):
        return await called_off(draft.tip, facts)
    body = body_chosen(said)
    if body:
        return Turn(goto="preview", draft=draft.model_copy(update={"body": body, "words": ""}))
    wrong = unusable(said, BODY_LONGEST)
    if wrong:
        return Turn.again(wrong, draft=draft, most=BODY_LONGEST)
    return Turn(goto="preview", draft=draft.model_copy(update={"body": "", "words": written(said)}))


async def ask_refer_preview(draft: ReferDraft, facts: Facts) -> Say:
    """What the reporter will read about it."""
    both = await at_hand(draft.tip, facts)
    body = Phrase(f"body-{draft.body}") if draft.body else Quote("draft", facts.session.draft_id, "words")
    words = [phrase("refer-preview", number=both[0].number if both else "")]
    if both is not None:
        words.append(phrase("referred-to-reporter", unit=speaker_of(both[0]), tail=HIDDEN_TAIL, body=body))
        if both[0].reach is Reach.SILENT:
            words.append(Phrase("close-silent"))
    yes = Choice("o-send", Phrase("choice-o-refer"))
    return Say(tuple(words), choices=(yes, CANCEL), columns=2, protect=True)


async def hear_refer_preview(draft: ReferDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """Referred, dropped, or another body."""
    if is_send(said):
        return await ruled(draft.tip, Refer(draft.body, draft.words), facts)
    return await hear_body(draft, said, facts)


# --- close ------------------------------------------------------------------------------------------------------


async def ask_outcome(draft: CloseDraft, facts: Facts) -> Say:
    """How it ended."""
    both = await at_hand(draft.tip, facts)
    outcomes = tuple(Choice(f"outcome-{outcome}", Phrase(f"outcome-{outcome}")) for outcome in Outcome)
    asked = phrase("close-ask", number=both[0].number if both else "")
    return Say((asked,), choices=(*outcomes, CANCEL), columns=2, protect=True)


async def hear_outcome(draft: CloseDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """The outcome; for what is not ours, where to turn comes next, unless a referral has told the reporter already."""
    if is_cancel(said):
        return await called_off(draft.tip, facts)
    key = said.content.key if isinstance(said.content, Chosen) else ""
    outcome = key.removeprefix("outcome-")
    if not key.startswith("outcome-") or outcome not in set(Outcome):
        return Turn.again("o-choose")
    draft = draft.model_copy(update={"outcome": outcome})
    both = await at_hand(draft.tip, facts)
    referred = both is not None and both[0].status is Status.REFERRED and outcome == Outcome.REFERRED
    if outcome in {Outcome.NOT_OURS, Outcome.REFERRED} and not referred:
        return Turn(goto="body", draft=draft)
    return Turn(goto="words" if outcome in {Outcome.SPAM, Outcome.DUPLICATE} else "valuable", draft=draft)


async def ask_turn_to(draft: CloseDraft, facts: Facts) -> Say:
    """Where the reporter should turn, or where it went."""
    return Say((Phrase("close-body-ask"),), choices=(*bodies(), CANCEL), columns=2, protect=True)


async def hear_turn_to(draft: CloseDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """A body by button; whatever is written becomes the line the reporter reads."""
    if is_cancel(said):
        return await called_off(draft.tip, facts)
    body = body_chosen(said)
    if body:
        return Turn(goto="valuable", draft=draft.model_copy(update={"body": body}))
    wrong = unusable(said, ASK_LONGEST)
    if wrong:
        return Turn.again(wrong, draft=draft, most=ASK_LONGEST)
    return Turn(goto="valuable", draft=draft.model_copy(update={"words": written(said)}))


async def hear_valuable(draft: CloseDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """The tick, apart from the outcome: did the tip help?"""
    if is_cancel(said):
        return await called_off(draft.tip, facts)
    match said.content:
        case Chosen(key="o-valuable" | "o-not-valuable" as key):
            draft = draft.model_copy(update={"valuable": key == "o-valuable"})
            return Turn(goto="preview" if draft.words else "words", draft=draft)
        case _:
            return Turn.again("o-choose")


async def hear_line(draft: CloseDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """The line the reporter will read, or the outcome's own sentence alone."""
    if is_cancel(said):
        return await called_off(draft.tip, facts)
    if isinstance(said.content, Chosen) and said.content.key == "o-standard":
        return Turn(goto="preview", draft=draft.model_copy(update={"words": ""}))
    wrong = unusable(said, ASK_LONGEST)
    if wrong:
        return Turn.again(wrong, draft=draft, most=ASK_LONGEST)
    return Turn(goto="preview", draft=draft.model_copy(update={"words": written(said)}))


async def ask_close_preview(draft: CloseDraft, facts: Facts) -> Say:
    """Exactly what the reporter will read."""
    both = await at_hand(draft.tip, facts)
    words = [phrase("close-preview", number=both[0].number if both else "")]
    if both is not None:
        unit = speaker_of(both[0])
        words.append(phrase(f"closed-{draft.outcome}-to-reporter", unit=unit, tail=HIDDEN_TAIL))
    if draft.body:
        words.append(phrase("turn-to", body=Phrase(f"body-{draft.body}")))
    if draft.words:
        words.append(phrase("words-to-reporter", words=Quote("draft", facts.session.draft_id, "words")))
    if both is not None and not is_answerable(both[0]):
        words.append(Phrase("close-silent" if both[0].reach is Reach.SILENT else "close-unreachable"))
    words.append(Phrase("o-rewrite"))
    yes = Choice("o-send", Phrase("choice-o-close"))
    return Say(tuple(words), choices=(yes, CANCEL), columns=2, protect=True)


async def hear_close_preview(draft: CloseDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """Closed, dropped, or the line written anew."""
    if is_send(said):
        decision = Close(Outcome(draft.outcome), valuable=draft.valuable, words=draft.words, body=draft.body)
        return await ruled(draft.tip, decision, facts)
    return await hear_line(draft, said, facts)


FLOWS: tuple[AnyFlow, ...] = (
    Flow(
        name="refer-tip",
        draft=ReferDraft,
        first="body",
        audience="officer",
        lapses_after=LEFT_FOR,
        steps={
            "body": Step(ask=ask_body, hear=hear_body),
            "preview": Step(ask=ask_refer_preview, hear=hear_refer_preview),
        },
    ),
    Flow(
        name="close-tip",
        draft=CloseDraft,
        first="outcome",
        audience="officer",
        lapses_after=LEFT_FOR,
        steps={
            "outcome": Step(ask=ask_outcome, hear=hear_outcome),
            "body": Step(ask=ask_turn_to, hear=hear_turn_to),
            "valuable": Step(
                ask=Say(
                    (Phrase("close-valuable-ask"),), choices=(choice("o-valuable"), choice("o-not-valuable"), CANCEL)
                ),
                hear=hear_valuable,
            ),
            "words": Step(ask=Say((Phrase("close-words-ask"),), choices=(STANDARD, CANCEL)), hear=hear_line),
            "preview": Step(ask=ask_close_preview, hear=hear_close_preview),
        },
    ),
)
