"""Who keeps the bot busy: residents who tell, officers who claim, and what each of them knows for sure."""

import asyncio
import io
import random
import re
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field

from PIL import Image

from storage.records import WardCode
from tests.bot_api_fake.chats import Message
from tests.bot_api_fake.people import Person
from tests.bot_api_fake.server import BotApiFake
from tests.chaos.installation import WARDS

PATIENCE = 45.0
"""Seconds for which somebody waits for an answer: longer than a restart and its drain may take."""
RECEIPT = re.compile(r"BT(?:-[0-9A-Z]{4}){4}")
NUMBER = re.compile(r"\b[A-Z]{2,3}-\d\d-\d{4,}\b")
STORIES = (
    "quán nhậu mở loa ồn ào quá giờ, chỗ cột đèn",
    "hai thanh niên rình xe máy, nhà",
    "cứu với, nhà tôi đang cháy,",
)
"""What people tell, the last an emergency; a number of their own follows, by which the audit knows whose tip it is."""
MARK = re.compile(r"\b5\d{5}\b")
CONFIRM, THANKS, REACH = "Gửi tới Công an", "Mã tra cứu", "Công an có được hỏi thêm bạn không?"
HAPPENED_HERE = "Nơi xảy ra"
UNCLAIMED, TAKEN = "chưa ai nhận", "Bạn đã nhận tin"
CLAIM, ASK, SEND = "Tôi nhận", "Hỏi người gửi", "Gửi"
PINS: Mapping[WardCode, tuple[float, float]] = {
    WardCode("00103"): (21.058, 105.82),
    WardCode("00097"): (21.0567, 105.845),
}
STUCK = AssertionError
"""What the fake raises when somebody waited in vain."""


@dataclass(eq=False)
class Told:
    """One tip as its teller knows it."""

    person: Person
    ward: WardCode
    words: str
    picture: bytes = b""
    has_pin: bool = False
    is_sent: bool = False
    """They have said that it shall be sent: from then on it must be there, once."""
    receipt: str = ""
    blocks: bool = False
    """They block the bot as soon as they have sent it: nothing more reaches them."""
    answer: str = ""
    """What they will answer when an officer asks."""
    number: str = ""
    """The tip number, which only the audit knows."""
    stuck: str = ""

    @property
    def is_emergency(self) -> bool:
        """Whether they are told at once whom to call."""
        return STORIES[-1] in self.words


@dataclass
class Book:
    """Everything that people did and saw: what the audit compares the database and the chats with."""

    tips: list[Told] = field(default_factory=list)
    claims: dict[str, int] = field(default_factory=dict)
    """Tip number to the officer who saw that they have it."""
    asked: dict[str, str] = field(default_factory=dict)
    """Tip number to the question that an officer was told is on its way."""
    stuck: list[str] = field(default_factory=list)
    """Officers who were left waiting, and for what."""


class Crowd:
    """Makes residents, and lets the officers work until they are stopped."""

    def __init__(self, fake: BotApiFake, officers: Mapping[WardCode, Person], chance: random.Random) -> None:
        self._fake = fake
        self._officers = officers
        self._chance = chance
        self._next = 500_001
        self.book = Book()
        self.may_press = True
        """Whether people use buttons, or write what stands on them."""
        self._under_way: set[asyncio.Task[None]] = set()

    def residents(self, count: int) -> None:
        """So many people begin to tell something, each within the next second."""
        for _ in range(count):
            told = self._told()
            self.book.tips.append(told)
            self.begin(self._tells(told, after=self._chance.random()))

    def officers_work(self, count: int) -> None:
        """So many of the cards that officers see are claimed, and some of their reporters asked."""
        for ward in self._chance.sample(list(self._officers), min(count, len(self._officers))):
            self.begin(self._works(self._officers[ward], asks=self._chance.random() < 0.5))

    async def all_done(self) -> None:
        """Until everybody has come to their end, one way or another."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    def stop(self) -> None:
        """Nobody goes on."""
        for task in self._under_way:
            task.cancel()

    def begin(self, what: Coroutine[None, None, None]) -> None:
        """Somebody does something at their own pace; `all_done` waits for them."""
        task = asyncio.create_task(what)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def _told(self) -> Told:
        number, self._next = self._next, self._next + 1
        ward = self._chance.choice(list(WARDS))
        story = self._chance.choice(STORIES)
        told = Told(self._fake.person(number, f"Lan {number}"), ward, f"{story} số {number}")
        told.picture = picture(number) if self._chance.random() < 0.4 else b""
        told.has_pin = ward in PINS and story is STORIES[0] and self._chance.random() < 0.3
        told.blocks = self._chance.random() < 0.08
        return told

    async def _tells(self, told: Told, *, after: float) -> None:
        await asyncio.sleep(after)
        try:
            await self._tell(told)
        except STUCK as error:
            told.stuck = str(error)

    async def _tell(self, told: Told) -> None:
        person = told.person
        words = told.words if told.has_pin else f"{told.words}, phường {WARDS[told.ward]}"
        if told.picture:
            person.sends_photo(told.picture, caption=words)
        else:
            person.says(words)
        if told.has_pin:
            await person.chat.waits_for("Việc xảy ra ở đâu?", within=PATIENCE)
            person.sends_location(*PINS[told.ward])
            asked = await person.chat.waits_for(
                lambda shown: HAPPENED_HERE in shown.buttons or CONFIRM in shown.text, within=PATIENCE
            )
            if HAPPENED_HERE in asked.buttons and self.may_press:
                person.presses(HAPPENED_HERE)
            elif HAPPENED_HERE in asked.buttons:
                person.says(HAPPENED_HERE)
        await person.chat.waits_for(CONFIRM, within=PATIENCE, after=0)
        told.is_sent = True
        if self.may_press and self._chance.random() < 0.5:
            person.presses("Gửi ngay")
        else:
            person.says("gui")
        if told.blocks:
            person.blocks()
            return
        thanks = await person.chat.waits_for(THANKS, within=PATIENCE, after=0)
        found = RECEIPT.search(thanks.text)
        assert found is not None, thanks.text
        told.receipt = found[0]
        await person.chat.waits_for(REACH, within=PATIENCE, after=0)

    async def _works(self, officer: Person, *, asks: bool) -> None:
        try:
            await self._claims(officer, asks=asks)
        except STUCK as error:
            self.book.stuck.append(str(error))

    async def _claims(self, officer: Person, *, asks: bool) -> None:
        """Claim the next card that comes; what cannot be done any more is left."""
        try:
            card = await officer.chat.waits_for(self._is_open_card, within=3.0, after=0)
        except STUCK:
            return
        number = NUMBER.search(card.text)
        assert number is not None, card.text
        officer.presses(CLAIM, message=card)
        mine = await officer.chat.waits_for(f"{TAKEN} {number[0]}", within=PATIENCE, after=0)
        self.book.claims[number[0]] = officer.number
        if asks and ASK in mine.buttons:  # whoever has blocked the bot cannot be asked
            await self._asks(officer, mine, number=number[0])

    async def _asks(self, officer: Person, card: Message, *, number: str) -> None:
        question = f"Xe màu gì, biển số mấy ({number})?"
        officer.presses(ASK, message=card)
        await officer.chat.waits_for(f"Hỏi người gửi tin {number}", within=PATIENCE)
        officer.says(question)
        await officer.chat.waits_for(question, within=PATIENCE)
        officer.presses(SEND)
        self.book.asked[number] = question

    def _is_open_card(self, shown: Message) -> bool:
        number = NUMBER.search(shown.text)
        return (
            number is not None
            and number[0] not in self.book.claims
            and UNCLAIMED in shown.text
            and CLAIM in shown.buttons
        )


def picture(number: int) -> bytes:
    """A photo that no other resident sends."""
    shade = number % 0xFFFFFF
    made = io.BytesIO()
    Image.new("RGB", (48, 32), (shade >> 16, shade >> 8 & 0xFF, shade & 0xFF)).save(made, "JPEG")
    return made.getvalue()
