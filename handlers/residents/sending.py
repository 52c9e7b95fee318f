"""A tip goes out: with all that came, warned where its words tell who wrote them, and never too many at once."""

from handlers.effects import AlertDesk, Effect, FileTip
from handlers.facts import Facts
from handlers.residents.telling import FULL, SEND_WORDS, SentDraft, TipDraft, entry_of, files_phrase, is_readable, told
from handlers.turn import Enter, Turn
from handlers.units import police_of
from handlers.workflow import alert_again_at, urgency_of
from messages.designations import designation
from messages.incoming import Attached, Chosen, Contact, Content, Incoming, Other, Pin, Point, Text, words_of
from messages.meaning.folding import fold
from messages.meaning.identity import Trait
from messages.outgoing import Say, say
from messages.phrase import Phrase, choice, phrase
from messages.place_names import series_of
from storage.records import Desk, TipId, Urgency, Ward, WardCode

AS_IT_IS = choice("as-it-is")
REWRITE = choice("rewrite")
CANCEL = choice("not-send")
TIPS_A_DAY = 10
"""Tips of one person in a day that each stand in the queue; further ones are filed low, in the desk's one bundle."""
SHOWN_TRAITS: tuple[Trait, ...] = ("name", "phone", "identity-number", "address")


async def pinned(draft: TipDraft, point: Point, facts: Facts) -> Turn[TipDraft]:
    """A position, of which it is not known yet whether it is where it happened."""
    if not await facts.nearest_wards(point):
        return Turn.again("tip-place-nowhere", draft=draft)
    pin = {"pin": (point.latitude, point.longitude), "asked_pin": 1}
    return Turn(goto="pin", draft=draft.model_copy(update=pin))


def kept(draft: TipDraft, said: Incoming, facts: Facts) -> Turn[TipDraft]:
    """Whatever came at whatever step is attached, and the question is asked again."""
    if isinstance(said.content, Text) and not is_readable(said.content.words):
        return Turn.again("tip-nothing-readable")
    one, effects = told(said, facts, tip=TipId(facts.session.draft_id))
    if one is None:
        return Turn.again("not-understood")
    remark = phrase("tip-file-kept", files=files_phrase([one.what])) if one.media else phrase("tip-words-kept")
    return Turn(remark=(remark,), repeat=True, draft=draft.with_more(one), effects=effects)


def hear_when_full(draft: TipDraft, step: str, *, said: Incoming) -> Turn[TipDraft] | None:
    """Asks to send what there is, and to add the rest afterwards; None while there is room, and for what adds nothing.

    Words about where it was are heard all the same: of them the question takes two at most.
    """
    answers = isinstance(said.content, Text) and step in {"ward", "rewrite"}
    if not draft.is_full or not draft.ward or answers or not _adds(said.content):
        return None
    if step == "whose":
        return Turn(remark=(phrase("tip-full-whose"),), repeat=True)
    return Turn(remark=(phrase("tip-full"),), goto="send")


def _adds(content: Content) -> bool:
    if isinstance(content, Other):
        return content.what == FULL or is_readable(content.caption)
    words = words_of(content)
    tells = is_readable(words) and fold(words) not in SEND_WORDS and not isinstance(content, Chosen)
    return tells or isinstance(content, Attached | Pin | Contact)


# --- words that tell who wrote them -----------------------------------------------------------------------------


async def send(draft: TipDraft, facts: Facts) -> Turn[TipDraft]:
    """The tip is filed, once its teller knows what in it tells who they are; in an emergency at once."""
    if not draft.as_it_is and not draft.emergency and _revealed(draft):
        return Turn(goto="reveals", draft=draft)
    return await _file(draft, facts)


def _revealed(draft: TipDraft) -> tuple[Trait, ...]:
    return tuple(trait for trait in SHOWN_TRAITS if trait in draft.reveals)


async def ask_reveals(draft: TipDraft, facts: Facts) -> Say:
    """What in the words tells who wrote them; send it as it is, or write it anew."""
    named = tuple(phrase(f"tip-reveals-{trait}") for trait in _revealed(draft))
    return Say((Phrase("tip-reveals"), *named), choices=(AS_IT_IS, REWRITE, CANCEL))


async def hear_reveals(draft: TipDraft, said: Incoming, facts: Facts) -> Turn[TipDraft]:
    """As it is, anew, or not at all; anything else is attached, and it is asked again before it goes out."""
    match said.content:
        case Chosen(key="as-it-is"):
            return await _file(draft.model_copy(update={"as_it_is": True}), facts)
        case Text(words=words) if fold(words) in SEND_WORDS:
            return await _file(draft.model_copy(update={"as_it_is": True}), facts)
        case Chosen(key="rewrite"):
            return Turn(goto="rewrite", draft=draft)
        case Chosen(key="not-send"):
            return Turn.done(say("tip-dropped"))
        case Pin(point=point):
            return await pinned(draft, point, facts)
        case _:
            return kept(draft, said, facts)


async def hear_rewrite(draft: TipDraft, said: Incoming, facts: Facts) -> Turn[TipDraft]:
    """New words in place of all that were written; photos, files and positions stay."""
    match said.content:
        case Chosen(key="back"):
            return Turn(goto="send", draft=draft)
        case Pin(point=point):
            return await pinned(draft, point, facts)
        case Text(words=words) if is_readable(words):
            bare = tuple(one.model_copy(update={"words": ""}) for one in draft.told if one.media or one.latitude)
            one, _ = told(said, facts, tip=TipId(facts.session.draft_id))
            anew = draft.model_copy(update={"told": bare, "reveals": ()}).with_more(one)
            return Turn(remark=(phrase("tip-rewritten"),), goto="send", draft=anew)
        case _:
            return kept(draft, said, facts)


# --- filing -----------------------------------------------------------------------------------------------------


async def _file(draft: TipDraft, facts: Facts) -> Turn[TipDraft]:
    """Number, receipt, alert; then, once, how the teller may be reached."""
    ward = await facts.ward(WardCode(draft.ward))
    assert ward is not None
    desk = await facts.desk(ward.code)
    tip, receipt = TipId(facts.session.draft_id), facts.fresh_receipt()
    urgency = urgency_of(draft.emergency) if draft.emergency else Urgency.NORMAL
    before = 0 if draft.emergency else await facts.tips_today()
    bundled = before >= TIPS_A_DAY
    urgency = Urgency.LOW if bundled else urgency
    file = FileTip(
        tip=tip,
        receipt=receipt,
        ward=ward.code,
        desk=desk.ward,
        series=series_of(ward.name),
        urgency=urgency,
        designation=designation(facts.pick),
        entries=tuple(entry_of(one, kind="told") for one in draft.told),
        due_at=None if bundled else alert_again_at(urgency, facts.now, rounds=0),
        bundled=bundled,
    )
    alert = AlertDesk(tip=tip, desk=desk, urgent=urgency is Urgency.EMERGENCY)
    effects: tuple[Effect, ...] = (file, alert) if before <= TIPS_A_DAY else (file,)
    thanks = (*_thanks(ward, desk, many=bundled), phrase("tip-sent-receipt", receipt=receipt))
    thanks = (thanks[0], thanks[-1], *thanks[1:-1])
    after = Enter("after", SentDraft(tip=tip, ward=ward.code, urgency=urgency))
    return Turn(replies=(Say(thanks),), effects=effects, enter=after, home=facts.session.home)


def _thanks(ward: Ward, desk: Desk, *, many: bool) -> tuple[Phrase, ...]:
    """Where it went, what the unit promises, and whom to call; for one tip of many that it is read later."""
    words = [phrase("tip-sent-fallback" if desk.fallback else "tip-sent", unit=police_of(ward))]
    if many:
        words.append(phrase("tip-sent-many"))
    elif ward.promise and not desk.fallback:
        words.append(phrase("tip-sent-promise", promise=ward.promise))
    if desk.phone and not desk.fallback:
        words.append(phrase("tip-sent-phone", phone=desk.phone))
    elif many:
        words.append(phrase("emergency-numbers"))
    return tuple(words)
