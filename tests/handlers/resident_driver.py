"""A resident at their chat, as a test drives them; what they file stands in their list at once, as in storage."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from handlers.desk import advance
from handlers.effects import AddEntries, AnswerAsk, DescribeTip, Effect, FileTip, ForgetReporter, WithdrawAnswer
from handlers.turn import AnyTurn, Turn
from messages.address import Address
from messages.incoming import Content, Incoming, Press
from messages.outgoing import Say
from messages.receipt import tail_of
from storage.records import EntryId, Outcome, OwnTip, Reach, Session, Status, TipId, Urgency, Ward, WardCode
from tests.handlers.fake_facts import BA_DINH, FAR_AWAY, NOW, TAY_HO, WEB, World, a_session, private, read


def an_own_tip(tip_id: str, *, asked: bool = False, **more: object) -> OwnTip:
    """A sent tip of the resident's, with or without an open question."""
    tip = OwnTip(
        id=TipId(tip_id),
        tail=tip_id[-4:].upper(),
        ward=TAY_HO,
        category=None,
        urgency=Urgency.NORMAL,
        status=Status.ASKED if asked else Status.CLAIMED,
        version=1,
        reach=Reach.HERE,
        outcome=None,
        filed_at=NOW,
        desk=TAY_HO.code,
        open_ask=EntryId(f"ask-{tip_id}") if asked else None,
    )
    return replace(tip, **more)  # type: ignore[arg-type]


def a_world(*, asked: int = 0, sent: int = 0, served: int = 1) -> World:
    """A world with this many served wards, where the resident has sent tips, some with an open question."""
    more = [replace(TAY_HO, code=WardCode(f"9{number:04}"), name=f"Số {number}") for number in range(served - 2)]
    wards: list[Ward] = [replace(BA_DINH, served=served > 1), TAY_HO, FAR_AWAY, *more]
    world = World(wards=wards)
    asking = [an_own_tip(f"asked{number}", asked=True) for number in range(asked)]
    world.own["resident"] = [*asking, *(an_own_tip(f"sent{number}") for number in range(sent))]
    return world


def a_world_of_one_closed() -> World:
    """Their one tip was closed just now."""
    world = a_world()
    closed = an_own_tip("closed", status=Status.CLOSED, outcome=Outcome.HANDLED, closed_at=NOW)
    world.own["resident"] = [closed]
    return world


def a_world_of_one_asked_later() -> World:
    """An officer asks while they tell something else."""
    world = a_world()
    world.own["resident"] = [an_own_tip("later", asked=True, asked_at=NOW + timedelta(minutes=1))]
    return world


@dataclass
class Resident:
    """One resident in their private chat, with their session from message to message."""

    world: World
    who: str = "resident"
    session: Session = field(init=False)
    turn: AnyTurn = field(default_factory=Turn)
    count: int = 0

    def __post_init__(self) -> None:
        self.session = a_session(self.who)

    async def hears(self, content: Content, *, album: str = "") -> AnyTurn:
        """The turn one message leads to."""
        self.count += 1
        said = Incoming(
            id=f"{self.who}-{self.count}",
            by=Address(WEB, self.who),
            place=private(self.who),
            at=self.world.now,
            content=content,
            album=album,
        )
        self.session, self.turn = await advance(self.session, said, self.world.facts(self.session))
        self._remember(self.turn.effects)
        return self.turn

    async def presses(self, key: str) -> AnyTurn:
        """A button under the newest question; what its key says about which tip it is for may be left out."""
        full = next((one.key for one in self.session.choices if one.key.startswith(f"{key}:")), key)
        return await self.hears(Press(full, self.session.asked, press="p"))

    @property
    def stands_at(self) -> tuple[str, str]:
        """The flow and step that listen now; empty where none does."""
        return self.session.flow, self.session.step

    @property
    def answered(self) -> bool:
        """Whether the last message got words in answer."""
        return any(isinstance(reply, Say) for reply in self.turn.replies)

    @property
    def text(self) -> str:
        """Everything said in answer to the last message."""
        return "\n".join(
            read(phrase) for reply in self.turn.replies if isinstance(reply, Say) for phrase in reply.words
        )

    def _remember(self, effects: Iterable[Effect]) -> None:
        own = self.world.own.setdefault(self.who, [])
        for effect in effects:
            match effect:
                case FileTip(tip=tip, receipt=receipt, urgency=urgency, entries=entries):
                    self.world.own_words[tip] = " ".join(entry.words for entry in entries if entry.words)
                    filed = an_own_tip(tip, status=Status.NEW, urgency=urgency, tail=tail_of(receipt))
                    own.insert(0, filed)
                    self.world.receipts[receipt] = filed
                case AnswerAsk(tip=tip, to=to, urgency=urgency):
                    self._change(tip, open_ask=None, status=to, **({"urgency": urgency} if urgency else {}))
                case AddEntries(tip=tip, urgency=urgency) if urgency is not None:
                    self._change(tip, urgency=urgency)
                case WithdrawAnswer(tip=tip, ask=ask, to=to):
                    self._change(tip, open_ask=ask, status=to)
                case DescribeTip(tip=tip, urgency=urgency) if urgency is not None:
                    self._change(tip, urgency=urgency)
                case ForgetReporter():
                    own.clear()
                case _:
                    pass

    def _change(self, tip: TipId, **columns: object) -> None:
        own = self.world.own[self.who]
        own[:] = [replace(one, **columns) if one.id == tip else one for one in own]  # type: ignore[arg-type]
