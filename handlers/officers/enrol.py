"""How somebody becomes an officer: an invite, a name, and the chief who confirms; and how it ends."""

from collections.abc import Sequence
from datetime import timedelta

from handlers.effects import Effect, Enrol, GrantRole, JudgeOfficer, LogAct, PermitSignIn, TellPlace
from handlers.facts import Facts
from handlers.officers.deciding import CANCEL, LEFT_FOR, is_cancel, unusable, written
from handlers.officers.queue import waiting_cards
from handlers.turn import AnyFlow, AnyTurn, Draft, Enter, Flow, Step, Turn
from handlers.units import ward_phrase
from handlers.workflow import DESK, READING, is_chief, roles_in, wards_of
from messages.frozen import replace
from messages.incoming import Incoming
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, phrase
from storage.records import EVERY_WARD, Invite, Officer, OfficerId, Role, WardCode

NAME_LONGEST = 80
OFFICERS = Choice("menu:officers", Phrase("choice-o-menu-officers"), lasting=True)
OVERSEEING = frozenset({Role.ADMIN, Role.AUDITOR})
"""Roles that see no content and are confirmed by nobody: only whoever runs the installation can invite to them."""


class EnrolDraft(Draft):
    """The invite somebody came with."""

    code: str = ""


async def usable_invite(code: str, facts: Facts) -> Invite | None:
    """The invite, if it can still be used."""
    invite = await facts.invite(code)
    return None if invite is None or invite.used or invite.expires_at <= facts.now else invite


async def hear_invite(code: str, facts: Facts) -> AnyTurn:
    """Somebody follows an invite. A wrong, used or expired code all read alike."""
    invite = await usable_invite(code, facts)
    if invite is None:
        return Turn(replies=(say("invite-unusable"),))
    officer = await facts.officer()
    if officer is None or officer.status == "revoked":
        return Turn(enter=Enter("enrol", EnrolDraft(code=code)))
    granted = GrantRole(officer.id, invite, invite.role)
    role = phrase("role-granted", role=Phrase(f"role-{invite.role}"), ward=await place_of(invite.ward, facts))
    line = phrase("officer-joined", name=officer.name, role=Phrase(f"role-{invite.role}"))
    told = tuple(TellPlace(one.place, Say((line,))) for one in await confirmers(invite.ward, facts, but=officer.id))
    return Turn(replies=(Say((role,)),), effects=(granted, *told))


async def place_of(ward: WardCode, facts: Facts) -> Phrase:
    """The ward of a role in words; `*` is the whole installation."""
    found = None if ward == EVERY_WARD else await facts.ward(ward)
    return ward_phrase(found) if found else Phrase("every-ward")


async def confirmers(ward: WardCode, facts: Facts, *, but: OfficerId | None = None) -> list[Officer]:
    """Who confirms a new officer of a ward: its chiefs, else the admins."""
    officers = [one for one in await facts.officers(ward) if one.status == "active" and one.id != but]
    chiefs = [one for one in officers if is_chief(one, ward)]
    return chiefs or [one for one in officers if Role.ADMIN in roles_in(one, ward)]


async def ask_name(draft: EnrolDraft, facts: Facts) -> Say:
    """The name colleagues know them by; reporters never see it."""
    invite = await usable_invite(draft.code, facts)
    if invite is None:
        return Say((Phrase("invite-unusable"),), choices=(CANCEL,))
    role = Phrase(f"role-{invite.role}")
    return Say((phrase("enrol-ask", role=role, ward=await place_of(invite.ward, facts)),), choices=(CANCEL,))


async def hear_name(draft: EnrolDraft, said: Incoming, facts: Facts) -> AnyTurn:
    """Enrolled: at once where nobody stands above, otherwise once the chief confirms."""
    if is_cancel(said):
        return Turn.done(say("o-cancelled"))
    wrong = unusable(said, NAME_LONGEST)
    if wrong:
        return Turn.again(wrong, draft=draft, most=NAME_LONGEST)
    invite = await usable_invite(draft.code, facts)
    if invite is None:
        return Turn.done(say("invite-unusable"))
    before = await facts.officer()
    if before is not None and before.status != "revoked":
        return replace(await hear_invite(draft.code, facts), over=True)
    officers = await facts.officers(invite.ward)
    new = OfficerId(facts.fresh_id())
    active = is_active_at_once(invite, officers)
    name = " ".join(written(said).split())
    effects: tuple[Effect, ...] = (Enrol(new, name, invite, active),)
    if active:
        reads = (invite.ward,) if invite.role in READING else ()
        cards = await waiting_cards(reads, said.place, facts=facts)
        return Turn.done(say("enrolled-active", choices=(DESK,)), effects=(*effects, *cards))
    role, ward = Phrase(f"role-{invite.role}"), await place_of(invite.ward, facts)
    line = phrase("officer-to-confirm", name=name, role=role, ward=ward)
    choices = (_button("confirm", new), _button("refuse", new))
    effects += tuple(
        TellPlace(one.place, Say((line,), choices=choices, columns=2)) for one in await confirmers(invite.ward, facts)
    )
    return Turn.done(say("enrolled-pending"), effects=effects)


def is_active_at_once(invite: Invite, officers: Sequence[Officer]) -> bool:
    """Whether nobody has to confirm: admins, auditors, and the first chief of a ward."""
    if invite.role in OVERSEEING:
        return True
    return invite.role is Role.CHIEF and not any(is_chief(one, invite.ward) for one in officers)


def _button(verb: str, officer: OfficerId) -> Choice:
    return Choice(f"{verb}:{officer}", Phrase(f"choice-o-{verb}"), lasting=True)


PASS_HOLDS = timedelta(minutes=15)
"""How long a pass to the console can be used."""


def hear_pass(officer: Officer, facts: Facts) -> AnyTurn:
    """A code with which the officer signs in at the console, once."""
    code = facts.fresh_id()
    permitted = PermitSignIn(officer.id, code, facts.now + PASS_HOLDS)
    words = phrase("console-pass", code=code, minutes=PASS_HOLDS // timedelta(minutes=1))
    return Turn(replies=(Say((words,), choices=(DESK,), protect=True),), effects=(permitted,))


async def told_of_factor(officer: Officer, facts: Facts) -> list[TellPlace]:
    """Whoever has an officer's code may set up the second factor: they hear of it, and those who confirm officers."""
    beside = [one for ward in officer.roles for one in await confirmers(ward, facts, but=officer.id)]
    places = dict.fromkeys(one.place for one in beside)
    told = [TellPlace(place, Say((phrase("console-factor-of", name=officer.name),))) for place in places]
    return [TellPlace(officer.place, say("console-factor-yours")), *told]


# --- judging ----------------------------------------------------------------------------------------------------


def may_judge(judge: Officer, other: Officer) -> bool:
    """Whether somebody may confirm or revoke another: an admin; or the chief of every ward in which the other holds
    a role, unless that other is an active chief, admin or auditor."""
    if judge.id == other.id or judge.status != "active":
        return False
    if Role.ADMIN in judge.roles.values() and all(Role.ADMIN in roles_in(judge, ward) for ward in other.roles):
        return True
    above = {Role.CHIEF, Role.ADMIN, Role.AUDITOR} & set(other.roles.values())
    return all(is_chief(judge, ward) for ward in other.roles) and not (above and other.status == "active")


async def hear_judgement(verb: str, which: str, *, officer: Officer, facts: Facts) -> AnyTurn:
    """Confirm or refuse a pending officer; revoke an active one, which is asked twice."""
    other = await facts.officer_called(OfficerId(which))
    if other is None or not may_judge(officer, other):
        return Turn(replies=(say("not-understood"),))
    name = other.name
    if verb in {"confirm", "refuse"} and other.status != "pending":
        return Turn(replies=(Say((phrase("officer-judged-already", name=name),), choices=(OFFICERS,)),))
    if verb in {"revoke", "revoke-yes"} and other.status == "revoked":
        return Turn(replies=(Say((phrase("officer-judged-already", name=name),), choices=(OFFICERS,)),))
    if verb == "revoke":
        yes = Choice(f"revoke-yes:{other.id}", Phrase("choice-o-revoke-yes"), lasting=True)
        return Turn(replies=(Say((phrase("revoke-ask", name=name),), choices=(yes, OFFICERS)),))
    key = {"confirm": "confirmed", "refuse": "refused"}.get(verb, "revoked")
    judged = JudgeOfficer(other.id, other.version, "active", officer.id)
    if verb != "confirm":
        judged = replace(judged, status="revoked", leaves=other.place)
    told = TellPlace(other.place, say(f"you-are-{key}", choices=(DESK,) if verb == "confirm" else ()))
    cards = (
        await waiting_cards(wards_of(replace(other, status="active")), other.place, facts=facts)
        if key == "confirmed"
        else ()
    )
    judgement = Say((phrase(f"officer-{key}", name=name),), choices=(OFFICERS,))
    return Turn(replies=(judgement,), effects=(judged, told, *cards))


async def hear_officers(officer: Officer, facts: Facts) -> AnyTurn:
    """The officers of the chief's wards (the admin's: all), with what can be decided about each."""
    wards = wards_of(officer, frozenset({Role.CHIEF, Role.ADMIN}))
    if not wards:
        return Turn(replies=(say("officers-chiefs-only", choices=(DESK,)),))
    found = {one.id: one for ward in wards for one in await facts.officers(ward)}
    words = [Phrase("officers-head")]
    buttons: list[Choice] = []
    for one in found.values():
        words.append(await _line(one, facts))
        if may_judge(officer, one):
            verbs = ("confirm", "refuse") if one.status == "pending" else ("revoke",)
            buttons += [
                Choice(f"{verb}:{one.id}", phrase(f"choice-o-{verb}-name", name=one.name), lasting=True)
                for verb in verbs
            ]
    listed = LogAct(officer.id, "listed-officers")
    return Turn(replies=(Say(tuple(words), choices=tuple(buttons), protect=True),), effects=(listed,))


async def _line(one: Officer, facts: Facts) -> Phrase:
    ward, role = next(iter(one.roles.items()), (EVERY_WARD, Role.OFFICER))
    duty = Phrase("duty-on-short" if one.on_duty else "duty-off-short")
    return phrase(
        "officers-line",
        name=one.name,
        role=Phrase(f"role-{role}"),
        ward=await place_of(ward, facts),
        status=duty if one.status == "active" else Phrase(f"officer-is-{one.status}"),
    )


FLOWS: tuple[AnyFlow, ...] = (
    Flow(
        name="enrol",
        draft=EnrolDraft,
        first="name",
        audience="officer",
        lapses_after=LEFT_FOR,
        steps={"name": Step(ask=ask_name, hear=hear_name)},
    ),
)
