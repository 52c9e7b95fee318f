"""Said in a shared chat: a chief makes it a ward's desk, answers to a card are notes; anything else is not for us."""

from handlers.effects import LinkGroup, MoveGroup, UnlinkGroup
from handlers.facts import Facts
from handlers.officers.deciding import note_of
from handlers.officers.ruling import rule
from handlers.turn import AnyTurn, Turn
from handlers.units import ward_phrase
from handlers.workflow import is_chief, may_see
from messages.incoming import Command, Incoming, Membership
from messages.outgoing import Say, say
from messages.phrase import phrase
from storage.records import Officer, Role, Ward

LINK, UNLINK = "ketnoi", "ngatketnoi"


async def hear_membership(said: Incoming, facts: Facts) -> AnyTurn:
    """The bot was added, removed, or the group moved. To a stranger's group nothing is said."""
    assert isinstance(said.content, Membership)
    match said.content.change:
        case "removed" | "blocked":
            return Turn(effects=(UnlinkGroup(said.place),))
        case "moved" if said.content.moved_to is not None:
            return Turn(effects=(MoveGroup(said.place, said.content.moved_to),))
        case "added" if await _chief(facts) is not None:
            return Turn(replies=(say("group-how-to-link"),))
        case _:
            return Turn()


async def _chief(facts: Facts) -> Officer | None:
    officer = await facts.officer()
    if officer is None or officer.status != "active" or Role.CHIEF not in officer.roles.values():
        return None
    return officer


async def hear_group_command(command: Command, said: Incoming, facts: Facts) -> AnyTurn:
    """Linking and unlinking, for chiefs; for anybody else these commands do not exist."""
    chief = await _chief(facts)
    if chief is None:
        return Turn()
    linked = await facts.group_ward()
    if linked is not None and not is_chief(chief, linked):
        return Turn()
    if command.name == UNLINK and linked is not None:
        return Turn(replies=(say("group-unlinked"),), effects=(UnlinkGroup(said.place, chief.id),))
    if command.name != LINK:
        return Turn()
    if said.public:
        return Turn(replies=(say("group-public"),))
    wards = await _wards_meant(command.argument, chief, facts)
    if len(wards) != 1:
        return Turn(replies=(say("group-which-ward"),))
    link = LinkGroup(said.place, wards[0].code, chief.id)
    return Turn(replies=(Say((phrase("group-linked", ward=ward_phrase(wards[0])),)),), effects=(link,))


async def _wards_meant(words: str, chief: Officer, facts: Facts) -> list[Ward]:
    """The ward named; without a name, the chief's only one."""
    found = await facts.wards_called(words) if words.strip() else await facts.served()
    return [ward for ward in found if ward.served and is_chief(chief, ward.code)]


async def leave_public(said: Incoming, facts: Facts) -> AnyTurn | None:
    """A desk's group that has become public is no desk any more; None for every other group."""
    if not said.public or await facts.group_ward() is None:
        return None
    return Turn(replies=(say("group-public"),), effects=(UnlinkGroup(said.place),))


async def hear_note(said: Incoming, facts: Facts) -> AnyTurn | None:
    """An officer answers one of our messages about a tip: always a note, never sent out. None for anything else."""
    officer = await facts.officer()
    if officer is None or said.reply_to is None:
        return None
    anchored = await facts.tip_anchored(said.reply_to)
    tip = await facts.tip(anchored) if anchored else None
    if tip is None or not may_see(officer, tip.desk):
        return None
    note, fetches = note_of(said, officer, tip=tip.id, facts=facts)
    if note is None:
        return Turn(replies=(say("note-empty"),))
    ruling = rule(tip, officer, note, facts)
    return Turn(replies=ruling.replies, effects=(*ruling.effects, *fetches))
