"""The log of acts that belong to no tip (sign-ins, lists read, roles, campaigns, commands), for whoever audits."""

from handlers.effects import LogAct
from handlers.facts import Facts
from handlers.turn import AnyTurn, Turn
from handlers.workflow import DESK, roles_in
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, phrase
from storage.figures import Act
from storage.records import EVERY_WARD, Officer, OfficerId, Role

OPERATOR = OfficerId("operator")
"""Who runs commands on the server."""


def may_read(officer: Officer) -> bool:
    """The auditor of the installation: the log knows no wards."""
    return Role.AUDITOR in roles_in(officer, EVERY_WARD)


async def hear_acts(before: str, officer: Officer, facts: Facts) -> AnyTurn:
    """A page of it, newest first, older than the line of this id; reading it is a line of it, too."""
    if not may_read(officer):
        return Turn(replies=(say("acts-not-yours", choices=(DESK,)),))
    found = await facts.acts(int(before) if before.isdecimal() and len(before) <= 15 else 0)
    read = LogAct(officer.id, "read-acts")
    if not found:
        return Turn(replies=(say("acts-none", choices=(DESK,)),), effects=(read,))
    further = Choice(f"acts:{found[-1].id}", Phrase("choice-o-page-on"), lasting=True)
    lines = tuple(_line(act) for act in found)
    shown = Say((phrase("acts-head"), *lines), choices=(further, DESK), columns=2, protect=True)
    return Turn(replies=(shown,), effects=(read,))


def _line(act: Act) -> Phrase:
    name = act.officer_name or Phrase("acts-operator" if act.officer == OPERATOR else "history-nobody")
    what = phrase("acts-what", what=act.what)
    if not act.detail:
        return phrase("acts-line", at=act.at, name=name, what=what)
    return phrase("acts-line-of", at=act.at, name=name, what=what, detail=act.detail)
