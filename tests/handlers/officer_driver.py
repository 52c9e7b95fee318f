"""An officer at their chat, as a test drives them: what they say goes the way of every message, through the desk."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from handlers.desk import advance
from handlers.effects import Effect
from handlers.turn import AnyTurn, Turn
from messages.address import Address, MessageRef, Place
from messages.incoming import Command, Content, Incoming, Press, Text
from messages.outgoing import Exhibit, Outgoing, Say, Toast
from messages.phrase import Phrase
from storage.records import EVERY_WARD, Entry, EntryId, MediaId, Role, Session
from tests.handlers.fake_facts import (
    BA_DINH,
    NOW,
    WEB,
    World,
    a_campaign,
    a_question,
    a_session,
    a_tip,
    an_officer,
    private,
    read,
)

E = TypeVar("E")
GROUP = Place(WEB, "group", shared=True)


@dataclass
class Chat:
    """One person in one place. Keeps the session from message to message, and what was said and caused last."""

    world: World
    who: str
    place: Place = field(default_factory=lambda: Place(WEB, ""))
    session: Session = field(init=False)
    turn: AnyTurn = field(default_factory=Turn)

    def __post_init__(self) -> None:
        self.place = self.place if self.place.chat else private(self.who)
        self.session = a_session(self.who, place=self.place)

    async def hears(self, content: Content, *, reply_to: str = "") -> str:
        """One message; returns everything said in answer, as it is read."""
        said = Incoming(
            id=f"{self.who}-{self.session.asked}-{self.world.given_out}",
            by=Address(WEB, self.who),
            place=self.place,
            at=self.world.now,
            content=content,
            reply_to=MessageRef(reply_to) if reply_to else None,
        )
        self.session, self.turn = await advance(self.session, said, self.world.facts(self.session))
        return spoken(self.turn.replies)

    async def says(self, words: str, *, reply_to: str = "") -> str:
        """Words, or a command if they begin with a slash."""
        if not words.startswith("/"):
            return await self.hears(Text(words), reply_to=reply_to)
        name, _, argument = words[1:].partition(" ")
        return await self.hears(Command(name, argument))

    async def presses(self, key: str) -> str:
        """A lasting button, or one of the question asked last."""
        lasting = ":" in key or key.startswith("menu-")
        return await self.hears(Press(key, asked=0 if lasting else self.session.asked, press="p"))

    def caused(self, kind: type[E]) -> list[E]:
        """The effects of one kind of the last turn."""
        return [effect for effect in self.turn.effects if isinstance(effect, kind)]

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Everything the last turn caused."""
        return self.turn.effects

    @property
    def buttons(self) -> list[str]:
        """The keys under the last message."""
        says = [reply for reply in self.turn.replies if isinstance(reply, Say)]
        return [choice.key for choice in says[-1].choices] if says else []


def spoken(replies: Sequence[Outgoing]) -> str:
    """Replies as they are read: toasts in brackets, pictures by their id."""
    lines: list[str] = []
    for reply in replies:
        match reply:
            case Say(words=words):
                lines.append(read(*words))
            case Toast(words=Phrase() as words):
                lines.append(f"[{read(words)}]")
            case Exhibit(media=media):
                lines.append(f"file {media}")
            case _:
                pass
    return "\n".join(lines)


def a_staffed_world() -> World:
    """A ward with officers of every role, one tip, one question and one campaign."""
    made = World()
    made.enlist(
        an_officer("An"),
        an_officer("Binh"),
        an_officer("Chief", Role.CHIEF),
        an_officer("Fire", Role.FIRE),
        an_officer("Elsewhere", ward=BA_DINH.code),
        an_officer("Admin", Role.ADMIN, ward=EVERY_WARD),
        an_officer("Auditor", Role.AUDITOR, ward=EVERY_WARD),
        an_officer("Pending", status="pending"),
    )
    made.put(a_tip(media=1, entries=(*a_tip().entries, Entry(EntryId("e2"), "photo", NOW, media=MediaId("m1")))))
    made.questions = {a_question().id: a_question()}
    made.all_campaigns = {a_campaign().id: a_campaign()}
    made.anchors = {MessageRef("card"): a_tip().id}
    return made
