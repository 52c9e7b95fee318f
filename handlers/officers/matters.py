"""Which officers' matter a message is: commands, cards, notes and groups. For anybody else none of it exists."""

import re
from collections.abc import Awaitable, Callable

from handlers.campaigns import announcing, approving, steering, writing
from handlers.effects import LogAct
from handlers.facts import Facts
from handlers.officers import acts, closing, deciding, enrol, fire_desk, groups, queue, review
from handlers.officers.closing import CloseDraft, ReferDraft
from handlers.officers.deciding import TipWords, at_hand
from handlers.officers.ruling import refusal, unanswerable
from handlers.turn import AnyFlow, AnyTurn, Enter, Turn
from handlers.workflow import BUTTONS, QUEUE, is_answerable, may, may_see, roles_in, tip_choice
from messages.frozen import replace
from messages.incoming import Chosen, Command, Incoming, Membership
from messages.outgoing import say
from storage.records import CampaignId, MediaId, Officer, Tip, TipId

FLOWS: tuple[AnyFlow, ...] = (
    *deciding.FLOWS,
    *closing.FLOWS,
    *fire_desk.FLOWS,
    *enrol.FLOWS,
    *writing.FLOWS,
)
"""Every conversation officers have."""

officer_menu = queue.officer_menu

_CARD_KEY = re.compile(r"([a-z]+(?:-[a-z]+)?):([A-Za-z0-9_-]{1,40})")
TIP_VERBS = frozenset({"open", "files", "contact", *(key for key, _ in BUTTONS)})
CAMPAIGN_VERBS = frozenset({"approve", "edit", "correct", "skip", *steering.HEARD})
OFFICER_VERBS = frozenset({"confirm", "refuse", "revoke", "revoke-yes"})
OTHER_VERBS = frozenset({"menu", "page", "duty", "reply", "file", "acts", "bundle"})
IN_GROUPS = frozenset({"claim", "open", "reply"})
"""What may be pressed under a card in a group; the rest belongs into private chats."""


def is_card_key(key: str) -> bool:
    """Whether a choice's key is one of the lasting ones under officers' messages, `<verb>:<id>`."""
    found = _CARD_KEY.fullmatch(key)
    return found is not None and found.group(1) in TIP_VERBS | CAMPAIGN_VERBS | OFFICER_VERBS | OTHER_VERBS


async def active_officer(facts: Facts) -> Officer | None:
    """The officer who speaks, once confirmed."""
    officer = await facts.officer()
    return officer if officer is not None and officer.status == "active" else None


def _neutral(said: Incoming) -> AnyTurn:
    """What a stranger hears, whatever they pressed."""
    return Turn(replies=(review.toast("button-not-yours") if said.place.shared else say("not-understood"),))


# --- commands ---------------------------------------------------------------------------------------------------

_Hear = Callable[[str, Officer, Incoming, Facts], Awaitable[AnyTurn]]


async def _queue(argument: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    page, spot = queue.page_told(argument)
    return await queue.hear_queue(officer, page, facts, spot=spot)


async def _history(argument: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    return await queue.hear_history(argument, officer, facts)


async def _duty(argument: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    return queue.hear_duty(officer)


async def _statistics(argument: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    return await queue.hear_statistics(officer, facts)


async def _campaign(argument: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    return await writing.begin(officer, facts)


async def _campaigns(argument: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    return await approving.hear_campaigns(officer, facts)


async def _questions(argument: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    return await fire_desk.hear_questions(officer, facts)


async def _officers(argument: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    return await enrol.hear_officers(officer, facts)


async def _remarks(argument: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    return await queue.hear_remarks(officer, facts)


async def _acts(argument: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    return await acts.hear_acts(argument, officer, facts)


async def _pass(argument: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    return enrol.hear_pass(officer, facts)


async def _in_groups_only(argument: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    return Turn(replies=(say("group-how-to-link"),))


async def _menu(argument: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    return Turn(replies=(officer_menu(officer, facts),))


COMMANDS: dict[str, _Hear] = {
    "canbo": _menu,
    "hangcho": _queue,
    "tin": queue.hear_number,
    "lichsu": _history,
    "truc": _duty,
    "thongke": _statistics,
    "thongbao": _campaign,
    "cauhoi": _questions,
    "nhansu": _officers,
    "maytinh": _pass,
    "nhatky": _acts,
    groups.LINK: _in_groups_only,
    groups.UNLINK: _in_groups_only,
}
"""Officers' commands."""

MENU: dict[str, _Hear] = {
    "queue": _queue,
    "duty": _duty,
    "stats": _statistics,
    "campaign": _campaigns,
    "new-campaign": _campaign,
    "questions": _questions,
    "officers": _officers,
    "remarks": _remarks,
    "acts": _acts,
    "home": _menu,
}
"""The same as buttons, `menu:<name>`."""


async def hear_command(name: str, argument: str, said: Incoming, facts: Facts) -> AnyTurn | None:
    """An officer's command or an invite; None if it is none, or if the speaker is no active officer."""
    if name == "start" and argument.startswith("o_"):
        return await enrol.hear_invite(argument.removeprefix("o_"), facts)
    officer = await active_officer(facts)
    if officer is None:
        return None
    if name == "start" and argument.startswith("t_"):
        return await _open_by_link(argument.removeprefix("t_"), officer, said, facts)
    if name == "start" and not argument and facts.session.flow in {"", *(flow.name for flow in FLOWS)}:
        return replace(await _menu(argument, officer, said, facts), over=True)
    hear = COMMANDS.get(name)
    return await hear(argument, officer, said, facts) if hear else None


async def _open_by_link(tip_id: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn | None:
    tip = await facts.tip(TipId(tip_id))
    if tip is None or not may_see(officer, tip.desk):
        return None
    return review.opened(tip, officer, said, facts)


# --- presses ----------------------------------------------------------------------------------------------------


async def hear_card(key: str, said: Incoming, facts: Facts) -> AnyTurn:
    """A lasting button. Anybody can forge one, so every press is judged anew."""
    officer = await active_officer(facts)
    found = _CARD_KEY.fullmatch(key)
    if officer is None or found is None or (said.place.shared and found.group(1) not in IN_GROUPS):
        return _neutral(said)
    verb, which = found.groups()
    if verb in TIP_VERBS:
        return await _hear_tip(verb, which, officer=officer, said=said, facts=facts)
    if verb == "file":
        return await _hear_file(which, officer, said, facts)
    if verb in CAMPAIGN_VERBS:
        return await _hear_campaign(verb, which, officer=officer, said=said, facts=facts)
    if verb in OFFICER_VERBS:
        return await enrol.hear_judgement(verb, which, officer=officer, facts=facts)
    match verb:
        case "reply":
            return await fire_desk.hear_reply_press(which, officer, said, facts)
        case "duty" if which in {"on", "off"}:
            return await queue.set_duty(officer, which, facts)
        case "page":
            return await _queue(which, officer, said, facts)
        case "bundle":
            return await queue.hear_bundle(officer, which, facts)
        case "acts":
            return await acts.hear_acts(which, officer, facts)
        case "menu" if which in MENU:
            return await MENU[which]("", officer, said, facts)
        case _:
            return _neutral(said)


async def _hear_tip(verb: str, which: str, *, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    tip_id, _, passed = which.partition("_")
    both = await at_hand(tip_id, facts)
    if both is None:
        return _neutral(said)
    tip = both[0]
    if not may_see(officer, tip.desk) and verb != "hand":
        refused = LogAct(officer.id, "refused-content")
        if said.place.shared:
            return Turn(replies=(review.toast("content-not-yours"),), effects=(refused,))
        ways = (tip_choice("hand", tip),) if may(officer, tip, verb="pass-on") else ()
        reply = say("content-not-yours", choices=(*ways, QUEUE), columns=2)
        return Turn(replies=(reply,), effects=(refused,))
    match verb:
        case "open":
            return review.opened(tip, officer, said, facts)
        case "files":
            return review.files(tip, officer, passed=int(passed) if passed.isdecimal() and len(passed) < 4 else 0)
        case "claim" | "back" | "reopen":
            return review.decided(verb, tip, officer=officer, said=said, facts=facts)
        case _:
            return _begin(verb, tip, officer=officer)


async def _hear_file(which: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    """One file of a tip, by the ids of both."""
    tip, _, media = which.partition("_")
    both = await at_hand(TipId(tip), facts)
    if both is None or not may_see(officer, both[0].desk):
        return _neutral(said)
    return review.file(both[0], officer, media=MediaId(media))


def _begin(verb: str, tip: Tip, *, officer: Officer) -> AnyTurn:
    """The conversation a decision needs; one that could not be taken is refused before a word is written."""
    if verb == "contact":
        if not review.may_open_contact(officer, tip):
            return Turn(replies=(say("not-understood"),))
        return Turn(enter=Enter("open-contact", TipWords(tip=tip.id)))
    decisions = dict(BUTTONS)[verb]
    if not any(may(officer, tip, verb=decision) for decision in decisions):
        return Turn(replies=(refusal(tip, officer, verb=decisions[0]),))
    if verb == "ask" and not is_answerable(tip):
        return Turn(replies=(unanswerable(tip, officer),))
    match verb:
        case "close":
            return Turn(enter=Enter("close-tip", CloseDraft(tip=tip.id)))
        case "refer":
            return Turn(enter=Enter("refer-tip", ReferDraft(tip=tip.id)))
        case "hand" if not may(officer, tip, verb="hand-over"):
            return Turn(enter=Enter("hand-over", TipWords(tip=tip.id), step="ward"))
        case _:
            flow = {"ask": "ask-reporter", "note": "write-note", "take": "take-over", "hand": "hand-over"}[verb]
            return Turn(enter=Enter(flow, TipWords(tip=tip.id)))


async def _hear_campaign(verb: str, which: str, *, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    named, at = announcing.which_time(which) if verb == "skip" else (which, facts.now)
    found = await facts.campaign(CampaignId(named))
    if found is None or not approving.concerns(officer, found):
        return _neutral(said)
    match verb:
        case "approve":
            return await approving.hear_approve(officer, found, facts)
        case "edit":
            return writing.begin_edit(officer, found)
        case "skip":
            return await announcing.hear_put_off(officer, found, at=at, facts=facts)
        case "correct":
            return writing.begin_correction(officer, found)
        case _:
            return await steering.HEARD[verb](officer, found, facts)


# --- shared chats and notes -------------------------------------------------------------------------------------


async def hear_group(said: Incoming, facts: Facts) -> AnyTurn:
    """Everything said in a shared chat; what is not for us is met with silence."""
    left = await groups.leave_public(said, facts)
    if left is not None:
        return left
    match said.content:
        case Membership():
            return await groups.hear_membership(said, facts)
        case Command() as command:
            turn = await groups.hear_group_command(command, said, facts)
            return turn if turn.replies or turn.effects else await _not_in_groups(command, facts)
        case Chosen(key=key, words="") if is_card_key(key):
            return await hear_card(key, said, facts)
    if await active_officer(facts) is None:
        return Turn()
    return await groups.hear_note(said, facts) or Turn()


async def _not_in_groups(command: Command, facts: Facts) -> AnyTurn:
    """An officer types a command in their desk's group, where no list may be shown: they hear where it works."""
    ward, officer = await facts.group_ward(), await active_officer(facts)
    if command.name not in COMMANDS or ward is None or not roles_in(officer, ward):
        return Turn()
    return Turn(replies=(say("group-private-only"),))


async def hear_reply(said: Incoming, facts: Facts) -> AnyTurn | None:
    """An officer answers, in private, one of our messages about a tip; None for everybody and everything else."""
    if await active_officer(facts) is None:
        return None
    return await groups.hear_note(said, facts)
