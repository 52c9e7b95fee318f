"""The welcome, the menu, and the words and commands that work everywhere."""

from collections.abc import Mapping

from handlers.facts import Facts
from handlers.residents.privacy import PrivacyDraft, plainly
from handlers.residents.question import QuestionDraft
from handlers.residents.status import StatusDraft, hear_receipt, own_list
from handlers.residents.subscription import NoticesDraft, stop
from handlers.residents.telling import DANGER_UNNAMED, TipDraft
from handlers.turn import AnyFlow, AnyTurn, Enter, Turn
from handlers.units import police_of, ward_phrase
from messages.frozen import replace
from messages.language import Language
from messages.meaning.folding import fold, fold_label
from messages.outgoing import Outgoing, Say, say
from messages.phrase import Choice, Phrase, phrase
from messages.receipt import read_receipt
from storage.records import WardCode

MENU = ("menu-tip", "menu-question", "menu-mine", "menu-numbers", "menu-language", "menu-more")
MORE = ("menu-campaigns", "menu-privacy", "menu-help", "menu-home")
EVERYWHERE = (*MENU, *MORE, "menu-cancel")
"""Choices that may be pressed or typed at any moment."""
SPOKEN: Mapping[str, Language] = {"menu-english": "en", "menu-vietnamese": "vi"}
"""Each language by its key: an old button still means the language that is written on it."""
UNWRITTEN = frozenset({"menu-stop", "menu-held", "menu-urgent", *SPOKEN})
"""Keys that work everywhere and stand on no menu under their own name."""

ON_TRIAL = Phrase("welcome-trial")

COMMANDS = {
    "start": "menu-home",
    "menu": "menu-home",
    "baotin": "menu-tip",
    "report": "menu-tip",
    "hoi": "menu-question",
    "ask": "menu-question",
    "tindagui": "menu-mine",
    "mytips": "menu-mine",
    "tracuu": "menu-mine",
    "khancap": "menu-numbers",
    "sos": "menu-numbers",
    "113": "menu-numbers",
    "114": "menu-numbers",
    "115": "menu-numbers",
    "ngonngu": "menu-language",
    "language": "menu-language",
    "english": "menu-english",
    "tiengviet": "menu-vietnamese",
    "vietnamese": "menu-vietnamese",
    "dangky": "menu-campaigns",
    "subscribe": "menu-campaigns",
    "stop": "menu-stop",
    "huydangky": "menu-stop",
    "quyenriengtu": "menu-privacy",
    "privacy": "menu-privacy",
    "xoa": "menu-privacy",
    "delete": "menu-privacy",
    "dulieu": "menu-held",
    "mydata": "menu-held",
    "trogiup": "menu-help",
    "help": "menu-help",
    "huy": "menu-cancel",
    "cancel": "menu-cancel",
}
"""Commands, and what each means; the same words without a slash work where they stand alone."""

ALONE = frozenset({"113", "114", "115", "sos", "help", "huy", "cancel", "stop", "menu", "english", "vietnamese"})
INFORMING = frozenset({"menu-numbers", "menu-language", "menu-help", *SPOKEN})
"""What can be answered in the middle of a flow without leaving it."""


HELP: Mapping[tuple[str, str], str] = {
    ("tip", ""): "help-tip",
    ("tip", "urgent"): "help-tip-urgent",
    ("tip", "place"): "help-tip-place",
    ("tip", "ward"): "help-tip-place",
    ("tip", "scope"): "help-tip-place",
    ("tip", "pin"): "help-tip-pin",
    ("tip", "reveals"): "help-tip-reveals",
    ("after", ""): "help-after",
    ("after", "reach"): "help-after-reach",
    ("after", "contact"): "help-after-reach",
    ("question", ""): "help-question",
    ("status", ""): "help-status",
    ("answer", ""): "help-answer",
    ("rating", ""): "help-rating",
    ("campaigns", ""): "help-campaigns",
    ("privacy", ""): "help-privacy",
}
"""The help that fits a conversation, or one of its steps."""


def menu(facts: Facts, *first: Phrase, more: bool = False) -> Say:
    """The menu, after whatever is said first."""
    keys = MORE if more else MENU
    named = {"menu-language": _other_language(facts)}
    choices = tuple(Choice(named.get(key, key), Phrase(f"choice-{key}"), lasting=True) for key in keys)
    return Say(first or (Phrase("menu-ask"),), choices=choices, columns=2)


def urgent_or_not(first: Phrase) -> Say:
    """Whether it is urgent, asked of somebody who sent nothing that can be kept: a sticker may be all they could."""
    urgent = Choice("menu-urgent", Phrase("choice-urgent"), lasting=True)
    not_urgent = Choice("menu-home", Phrase("choice-not-urgent"), lasting=True)
    return Say((first, Phrase("tip-urgent-ask")), choices=(urgent, not_urgent), columns=2)


def on_trial(replies: tuple[Outgoing, ...]) -> tuple[Outgoing, ...]:
    """That the unit only tries this out, before the first answer, whatever somebody began with."""
    for index, reply in enumerate(replies):
        if isinstance(reply, Say):
            if ON_TRIAL in reply.words:
                return replies
            told = replace(reply, words=(ON_TRIAL, *reply.words), asks=False)
            return (*replies[:index], told, *replies[index + 1 :])
    return replies


def is_menu(key: str) -> bool:
    """Whether a choice's key is one of the menu's, which work everywhere."""
    return key in EVERYWHERE or key in UNWRITTEN


def both_languages(facts: Facts) -> tuple[Facts, Facts]:
    """The same facts in the language spoken now, then in the other one: labels of both are understood."""
    other: Language = "en" if facts.session.language == "vi" else "vi"
    return facts, facts.after(replace(facts.session, language=other))


def word_for_everywhere(words: str, facts: Facts) -> str:
    """The menu key that a typed text means: a button's label without accents, or a word such as "huy"; else nothing."""
    typed = fold(words)
    if not typed:
        return ""
    for spoken in both_languages(facts):
        for key in EVERYWHERE:
            if typed == fold_label(spoken.label(Phrase(f"choice-{key}"))):
                return _other_language(spoken) if key == "menu-language" else key
    for word in ALONE:
        if typed == fold_label(word):
            return COMMANDS[word]
    return ""


def _other_language(facts: Facts) -> str:
    """The key of the language that the menu offers to somebody who speaks this one."""
    return "menu-english" if facts.session.language == "vi" else "menu-vietnamese"


async def hear_command(name: str, argument: str, *, flow: AnyFlow | None, facts: Facts) -> AnyTurn:
    """A resident's command. Officers' commands have been heard before; for anybody else they do not exist."""
    if name == "start":
        return await _start(argument, flow, facts)
    key = COMMANDS.get(name, "")
    receipt = read_receipt(argument) if key == "menu-mine" and not _busy(flow) else None
    if receipt is not None:
        return await hear_receipt(receipt, facts)
    if key:
        return await hear_menu(key, flow, facts)
    if flow is None:
        return Turn(replies=(menu(facts, Phrase("command-unknown")),))
    return Turn(remark=(Phrase("command-unknown"),), repeat=True)


async def _start(argument: str, flow: AnyFlow | None, facts: Facts) -> AnyTurn:
    """The first hello, from nowhere or from a ward's poster (`w_<ward code>`). An unsent tip is not lost by it."""
    ward = await facts.ward(WardCode(argument.removeprefix("w_"))) if argument.startswith("w_") else None
    if flow is not None and flow.keeps:
        return Turn(remark=(Phrase("tip-not-sent"),), repeat=True, home=ward.code if ward else None)
    first = [phrase("welcome-ward", unit=police_of(ward)) if ward else Phrase("welcome")]
    first += [ON_TRIAL, plainly(facts)] if facts.is_trial else [plainly(facts)]
    if ward is not None and not ward.served:
        first.append(phrase("welcome-not-served", ward=ward_phrase(ward)))
    return Turn(replies=(menu(facts, *first),), over=True, home=ward.code if ward else None)


async def hear_menu(key: str, flow: AnyFlow | None, facts: Facts) -> AnyTurn:
    """A menu choice, wherever it is pressed. A tip being told is never lost: it stays, and this is said."""
    if key == "menu-cancel":
        return _cancel(flow)
    if key in INFORMING:
        return _inform(key, flow, facts)
    if key == "menu-stop":
        return await stop(facts) if not _busy(flow) else _unsent()
    if key in {"menu-home", "menu-more"}:
        if _busy(flow):
            return _unsent()
        return Turn(replies=(menu(facts, more=key == "menu-more"),), over=True)
    if key == "menu-tip" and flow is not None and flow.name == "tip":
        return Turn(repeat=True)
    if _busy(flow):
        return _unsent()
    return await _enter(key, facts)


async def _enter(key: str, facts: Facts) -> AnyTurn:
    match key:
        case "menu-tip":
            return Turn(enter=Enter("tip", TipDraft(since=facts.now)))
        case "menu-urgent":
            numbers = replace(say(f"emergency-{DANGER_UNNAMED}"), urgent=True)
            begin = Enter("tip", TipDraft(emergency=DANGER_UNNAMED, since=facts.now))
            return Turn(replies=(numbers,), enter=begin, danger=DANGER_UNNAMED)
        case "menu-question":
            return Turn(enter=Enter("question", QuestionDraft()))
        case "menu-mine":
            nothing = await own_list(facts)
            return nothing or Turn(enter=Enter("status", StatusDraft()))
        case "menu-campaigns":
            return Turn(enter=Enter("campaigns", NoticesDraft()))
        case "menu-held":
            return Turn(enter=Enter("privacy", PrivacyDraft(), step="held"))
        case _:
            return Turn(enter=Enter("privacy", PrivacyDraft()))


def _busy(flow: AnyFlow | None) -> bool:
    return flow is not None and flow.keeps


def _unsent() -> AnyTurn:
    return Turn(remark=(Phrase("tip-not-sent"),), repeat=True)


def _cancel(flow: AnyFlow | None) -> AnyTurn:
    if flow is None:
        return Turn(replies=(say("nothing-to-cancel"),))
    key = {"tip": "tip-dropped", "after": "after-done", "status": "after-done", "answer": "after-done"}.get(
        flow.name, "cancelled"
    )
    return Turn.done(say(key))


def _inform(key: str, flow: AnyFlow | None, facts: Facts) -> AnyTurn:
    """Numbers, language and help: said at once, and the flow goes on where it was."""
    if key == "menu-language" or key in SPOKEN:
        chosen = SPOKEN[_other_language(facts) if key == "menu-language" else key]
        turn: AnyTurn = Turn(remark=(Phrase("language-chosen"),), language=chosen, repeat=flow is not None)
        if flow is None:
            speaking = facts.after(replace(facts.session, language=chosen))
            turn = replace(turn, remark=(), replies=(menu(speaking, Phrase("language-chosen")),))
        return turn
    words = Phrase("emergency-numbers") if key == "menu-numbers" else _help(flow, facts.session.step)
    if flow is not None:
        return Turn(remark=(words,), repeat=True)
    return Turn(replies=(menu(facts, words),))


def _help(flow: AnyFlow | None, step: str) -> Phrase:
    """What can be done here: at this step where it needs a word of its own, else in this conversation."""
    name = flow.name if flow is not None else ""
    return Phrase(HELP.get((name, step)) or HELP.get((name, ""), "help"))
