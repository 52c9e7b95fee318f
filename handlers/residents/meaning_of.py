"""What somebody wants who just writes: nobody has to press anything."""

from handlers.facts import Facts
from handlers.residents.privacy import plainly
from handlers.residents.question import understood
from handlers.residents.telling import SEND_WORDS, URGENT_STEP, TipDraft, is_courtesy, is_readable
from handlers.residents.tip import begun
from handlers.residents.welcome import both_languages, menu
from handlers.turn import AnyTurn, Enter, Turn
from handlers.units import police_of
from messages.incoming import Incoming, Membership, Pin, Text
from messages.meaning.folding import fold, fold_label
from messages.meaning.intent import Intent, intent
from messages.meaning.procedures import COMPLAINT, matter
from messages.outgoing import say
from messages.phrase import Phrase, phrase
from storage.records import Ward

LEFT_OVER = ("done", "skip", "back", "not-send", "more", "elsewhere")
"""Labels that mean nothing once what they stood under is over."""


async def tell(said: Incoming, facts: Facts, *, alarmed: bool = False) -> AnyTurn:
    """The beginning of a flow from free words, a photo or a pin."""
    match said.content:
        case Text(words=words) if not is_readable(words):
            return Turn(replies=(menu(facts, Phrase("not-understood")),))
        case Text(words=words) if words.strip().isdigit() or fold(words) in SEND_WORDS:
            nothing = Phrase("menu-ask" if words.strip().isdigit() else "nothing-to-send")
            return Turn(replies=(menu(facts, nothing),))
        case Text(words=words) if _is_left_over(words, facts):
            return Turn(replies=(menu(facts),))
        case Text(words=words) if is_courtesy(words):
            return Turn(replies=(say("after-done"),))
        case Text(words=words) if not alarmed:
            meant = intent(words)
            if meant is Intent.PAPERWORK:
                return await _paperwork(words, facts)
            if meant is Intent.QUESTION:
                question, step = await understood(words, facts)
                return Turn(enter=Enter("question", question, step="group" if step == "outside" else step))
            if meant is Intent.GREETING:
                return Turn(replies=(menu(facts, Phrase("welcome"), plainly(facts)),))
            if meant is Intent.TRIAL:
                return Turn(replies=(menu(facts, Phrase("trial")),))
        case Membership():
            return Turn()
    return await _tip(said, facts)


def _is_left_over(words: str, facts: Facts) -> bool:
    """Whether a text is only the label of a button that is gone: "xong", "bỏ qua"."""
    typed = fold(words)
    labels = (spoken.label(Phrase(f"choice-{key}")) for spoken in both_languages(facts) for key in LEFT_OVER)
    return any(typed == fold_label(label) for label in labels)


async def _tip(said: Incoming, facts: Facts) -> AnyTurn:
    """A draft tip; a position alone may be anything, and is asked about."""
    if isinstance(said.content, Pin):
        point = said.content.point
        if not await facts.nearest_wards(point):
            return Turn(replies=(menu(facts, Phrase("tip-place-nowhere")),))
        draft = TipDraft(pin=(point.latitude, point.longitude), since=facts.now)
        return Turn(enter=Enter("tip", draft, step=URGENT_STEP))
    return await begun(said, facts) or Turn(replies=(menu(facts, Phrase("not-understood")),))


async def _paperwork(words: str, facts: Facts) -> AnyTurn:
    """Where to go with a matter of paperwork; nothing is filed."""
    found = matter(words)
    if found is not None and found.slug == COMPLAINT:
        return Turn(replies=(menu(facts, Phrase("complaint-elsewhere")),))
    about = Phrase(f"procedure-{found.slug}") if found else Phrase("paperwork-else")
    ward = await _own_ward(facts)
    if ward is None or not (ward.phone or ward.office or ward.hours):
        return Turn(replies=(menu(facts, phrase("paperwork-unknown-unit", about=about)),))
    where = phrase(
        "paperwork-unit",
        about=about,
        unit=police_of(ward),
        office=ward.office or Phrase("paperwork-office-unknown"),
        phone=ward.phone or Phrase("paperwork-phone-unknown"),
        hours=ward.hours or Phrase("paperwork-hours-unknown"),
    )
    return Turn(replies=(menu(facts, where),))


async def _own_ward(facts: Facts) -> Ward | None:
    if facts.session.home:
        return await facts.ward(facts.session.home)
    served = await facts.served()
    return served[0] if len(served) == 1 else None
