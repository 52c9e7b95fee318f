"""The one fake of `Facts`: a small world in memory, seen by whoever's session it is; and builders of what it holds."""

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from handlers.hours import QuietHours
from messages.address import Address, ChannelName, MessageRef, Place
from messages.catalogue import Catalogue
from messages.incoming import Point
from messages.language import Language
from messages.meaning.folding import fold
from messages.phrase import Phrase, Quote
from messages.place_names import unit_of
from messages.receipt import Receipt, make_receipt
from storage.campaign_records import Audience, Campaign, Outlook, Subscription
from storage.figures import Act, Rating, RatingId, Ratings
from storage.records import (
    EVERY_WARD,
    Addition,
    CampaignId,
    Desk,
    Entry,
    EntryId,
    Event,
    Files,
    Invite,
    Officer,
    OfficerId,
    OwnTip,
    Page,
    Question,
    QuestionId,
    Reach,
    ReporterId,
    Role,
    Session,
    Spot,
    Statistics,
    Status,
    Tip,
    TipId,
    TipNumber,
    Urgency,
    Ward,
    WardCode,
)

TIMEZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CATALOGUE = Catalogue(TIMEZONE)
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""A Tuesday, 10:00 in Vietnam."""
WEB = ChannelName("web")
TAY_HO = Ward(WardCode("00091"), "Tây Hồ", "phuong", "Hà Nội", Point(21.07, 105.82), served=True, phone="024 3000 0000")
BA_DINH = Ward(WardCode("00004"), "Ba Đình", "phuong", "Hà Nội", Point(21.03, 105.83), served=True)
FAR_AWAY = Ward(WardCode("26734"), "Bến Nghé", "phuong", "Hồ Chí Minh", Point(10.78, 106.7))
PAGE = 6


def private(who: str) -> Place:
    """Somebody's own chat."""
    return Place(WEB, who)


def a_session(who: str = "resident", *, place: Place | None = None, **more: object) -> Session:
    """Where somebody stands; fresh unless told otherwise."""
    by = Address(WEB, who)
    fresh = Session(id=f"s-{who}", by=by, place=place or private(who), reporter=ReporterId(f"r-{who}"))
    return replace(fresh, **more)  # type: ignore[arg-type]


def an_officer(name: str, role: Role = Role.OFFICER, *, ward: WardCode = TAY_HO.code, **more: object) -> Officer:
    """An active officer of a ward; the name is also the id and the private chat."""
    officer = Officer(OfficerId(name), name, private(name), {ward: role}, "active", on_duty=True, version=1)
    return replace(officer, **more)  # type: ignore[arg-type]


def a_tip(tip_id: str = "tip1", **more: object) -> Tip:
    """A new tip of Tây Hồ with one thing told, filed an hour ago."""
    filed = NOW.replace(hour=2)
    tip = Tip(
        id=TipId(tip_id),
        number=TipNumber("TH-26-0412"),
        ward=TAY_HO,
        desk=TAY_HO.code,
        category="drugs",
        urgency=Urgency.NORMAL,
        status=Status.NEW,
        version=1,
        owner=None,
        owner_name="",
        designation="Cây Tre Xanh",
        reach=Reach.HERE,
        reachable=True,
        open_ask=None,
        outcome=None,
        valuable=False,
        filed_at=filed,
        changed_at=filed,
        due_at=filed,
        entries=(Entry(EntryId("e1"), "told", filed),),
    )
    return replace(tip, **more)  # type: ignore[arg-type]


def an_invite(role: Role = Role.OFFICER, **more: object) -> Invite:
    """An invite to Tây Hồ that can be used today."""
    return replace(Invite("CODE", TAY_HO.code, role, NOW.replace(hour=23)), **more)  # type: ignore[arg-type]


def a_question(question_id: str = "q1", **more: object) -> Question:
    """An open fire question of Tây Hồ."""
    return replace(Question(QuestionId(question_id), TAY_HO.code, "open", 1, NOW), **more)  # type: ignore[arg-type]


def a_campaign(author: str = "An", **more: object) -> Campaign:
    """A campaign to Tây Hồ that waits for approval."""
    campaign = Campaign(
        id=CampaignId("c1"),
        wards=(TAY_HO.code,),
        words="Khóa cửa khi đi chợ.",
        status="waiting",
        version=3,
        author=OfficerId(author),
        author_name=author,
        approved_by=None,
        repeats="once",
        starts_at=NOW,
        audience=12,
    )
    return replace(campaign, **more)  # type: ignore[arg-type]


@dataclass
class World:
    """Everything there is to look at. Tests put things in; nothing here changes by itself."""

    now: datetime = NOW
    wards: list[Ward] = field(default_factory=lambda: [BA_DINH, TAY_HO, FAR_AWAY])
    officers: dict[str, Officer] = field(default_factory=dict)
    """By the `who` of their address."""
    tips: dict[TipId, Tip] = field(default_factory=dict)
    own: dict[str, list[OwnTip]] = field(default_factory=dict)
    """Residents' tips, by the `who` of their address, newest first."""
    receipts: dict[Receipt, OwnTip] = field(default_factory=dict)
    histories: dict[TipId, list[Event]] = field(default_factory=dict)
    anchors: dict[MessageRef, TipId] = field(default_factory=dict)
    invites: dict[str, Invite] = field(default_factory=dict)
    groups: dict[Place, WardCode] = field(default_factory=dict)
    questions: dict[QuestionId, Question] = field(default_factory=dict)
    additions: list[Addition] = field(default_factory=list)
    all_campaigns: dict[CampaignId, Campaign] = field(default_factory=dict)
    subscribed: dict[str, Subscription] = field(default_factory=dict)
    outlook: Outlook = field(default_factory=lambda: Outlook(0, 0, 0))
    asked_in: dict[MessageRef, EntryId] = field(default_factory=dict)
    own_entries: dict[TipId, tuple[Entry, ...]] = field(default_factory=dict)
    own_words: dict[TipId, str] = field(default_factory=dict)
    ratings: Ratings = field(default_factory=Ratings)
    rating_words: list[tuple[RatingId, Rating]] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    """Newest first."""
    guesses_left: bool = True
    files: dict[TipId, Files] = field(default_factory=dict)
    sent_today: int = 0
    tips_today: int = 0
    has_account: bool = True
    given_out: int = 0

    def enlist(self, *officers: Officer) -> None:
        """These officers exist."""
        self.officers.update({one.place.chat: one for one in officers})

    def put(self, *tips: Tip) -> None:
        """These tips exist as they are now."""
        self.tips.update({tip.id: tip for tip in tips})

    def facts(self, session: Session) -> "FakeFacts":
        """The world as the owner of a session sees it."""
        return FakeFacts(self, session, has_account=self.has_account)


@dataclass(frozen=True)
class FakeFacts:
    """`Facts` for one session."""

    world: World
    session: Session
    can_pin: bool = True
    has_account: bool = True
    is_trial: bool = False
    timezone: tzinfo = TIMEZONE
    quiet: QuietHours = field(default_factory=QuietHours)

    def after(self, session: Session) -> "FakeFacts":
        return replace(self, session=session)

    @property
    def now(self) -> datetime:
        return self.world.now

    def label(self, phrase: Phrase) -> str:
        return CATALOGUE.words(phrase, self.session.language)

    def fresh_id(self) -> str:
        self.world.given_out += 1
        return f"id{self.world.given_out:014}"

    def fresh_receipt(self) -> Receipt:
        self.world.given_out += 1
        return make_receipt(bytes((self.world.given_out * 7 + step) % 248 for step in range(32)))

    def pick(self, count: int) -> int:
        return 3 % count

    async def ward(self, code: WardCode) -> Ward | None:
        return next((ward for ward in self.world.wards if ward.code == code), None)

    async def served(self) -> Sequence[Ward]:
        return [ward for ward in self.world.wards if ward.served]

    async def wards_called(self, words: str, near: Point | None = None) -> Sequence[Ward]:
        return [ward for ward in self.world.wards if f" {fold(ward.name)} " in f" {fold(words)} "]

    async def wards_named(self, words: str, near: Point | None = None) -> Sequence[Ward]:
        told, found = f" {fold(words)} ", await self.wards_called(words)
        return [ward for ward in found if ward.served or f" {fold(unit_of(ward.kind))} {fold(ward.name)} " in told]

    async def nearest_wards(self, point: Point) -> Sequence[Ward]:
        away = {math.dist(astuple(point), astuple(one.point)): one for one in self.world.wards}
        return [away[distance] for distance in sorted(away)][:3] if min(away) < 0.5 else []

    async def desk(self, ward: WardCode) -> Desk:
        groups = tuple(place for place, of in self.world.groups.items() if of == ward)
        active = [one for one in self.world.officers.values() if one.status == "active"]
        people = [one for one in active if one.roles.get(ward) in {Role.OFFICER, Role.CHIEF}]
        places = groups or tuple(one.place for one in ([one for one in people if one.on_duty] or people))
        found = await self.ward(ward)
        if places and found is not None and found.served:
            return Desk(ward, places, phone=found.phone)
        admins = tuple(one.place for one in active if one.roles.get(EVERY_WARD) is Role.ADMIN)
        return Desk(EVERY_WARD, admins, fallback=True)

    async def fire_desk(self, ward: WardCode) -> Desk:
        fire = [one for one in self.world.officers.values() if one.roles.get(ward) is Role.FIRE]
        return Desk(ward, tuple(one.place for one in fire)) if fire else await self.desk(ward)

    async def own_tips(self) -> Sequence[OwnTip]:
        return self.world.own.get(self.session.by.who, [])

    @property
    def held_tips(self) -> int:
        return len(self.world.own.get(self.session.by.who, []))

    async def held_page(self, passed: int, limit: int) -> Sequence[OwnTip]:
        return self.world.own.get(self.session.by.who, [])[passed : passed + limit]

    async def own_tip(self, tip: TipId) -> OwnTip | None:
        return next((own for own in await self.own_tips() if own.id == tip), None)

    async def tip_of_receipt(self, receipt: Receipt) -> OwnTip | None:
        return self.world.receipts.get(receipt)

    async def may_guess(self) -> bool:
        return self.world.guesses_left

    @property
    def file_limit(self) -> int:
        return 20 * 1024 * 1024

    async def files_of(self, tip: TipId) -> Files:
        return self.world.files.get(tip, Files())

    async def sent_today(self) -> int:
        return self.world.sent_today

    async def tips_today(self) -> int:
        return self.world.tips_today

    async def subscription(self) -> Subscription | None:
        return self.world.subscribed.get(self.session.by.who)

    async def was_asked_in(self, message: MessageRef, ask: EntryId) -> bool:
        return self.world.asked_in.get(message) == ask

    async def own_words(self, tip: TipId) -> str:
        return self.world.own_words.get(tip, "")

    async def own_entries(self, tip: TipId) -> Sequence[Entry]:
        return self.world.own_entries.get(tip, ())

    async def ratings(self, wards: Sequence[WardCode]) -> Ratings:
        return self.world.ratings

    async def rating_words(self, wards: Sequence[WardCode]) -> Sequence[tuple[RatingId, Rating]]:
        return self.world.rating_words

    async def acts(self, before: int) -> Sequence[Act]:
        return [act for act in self.world.acts if act.id < before or not before]

    async def officer(self) -> Officer | None:
        officer = self.world.officers.get(self.session.by.who)
        return None if officer is None or officer.status == "revoked" else officer

    async def officers(self, ward: WardCode) -> Sequence[Officer]:
        everybody = self.world.officers.values()
        return [one for one in everybody if one.status != "revoked" and {ward, EVERY_WARD} & set(one.roles)]

    async def officer_called(self, officer: OfficerId) -> Officer | None:
        return next((one for one in self.world.officers.values() if one.id == officer), None)

    async def tip(self, tip: TipId) -> Tip | None:
        return self.world.tips.get(tip)

    async def tip_numbered(self, number: TipNumber) -> Tip | None:
        return next((tip for tip in self.world.tips.values() if tip.number == number), None)

    async def tip_anchored(self, message: MessageRef) -> TipId | None:
        return self.world.anchors.get(message)

    async def history(self, tip: TipId) -> Sequence[Event]:
        return self.world.histories.get(tip, [])

    async def queue(self, wards: Sequence[WardCode], page: int, *, spot: Spot | None = None) -> Page:
        mine = [tip for tip in self.world.tips.values() if tip.desk in wards or EVERY_WARD in wards]
        apart = [tip for tip in mine if tip.bundled and tip.status is Status.NEW]
        tips = [tip for tip in mine if tip.status not in {Status.CLOSED, Status.REFERRED} and tip not in apart]
        shown = tuple(tips[page * PAGE : (page + 1) * PAGE])
        waiting = sum(tip.status is Status.NEW for tip in tips)
        return Page(shown, page, more=len(tips) > (page + 1) * PAGE, waiting=waiting, bundled=len(apart))

    async def bundle(self, wards: Sequence[WardCode], page: int) -> Page:
        mine = [tip for tip in self.world.tips.values() if tip.desk in wards or EVERY_WARD in wards]
        tips = [tip for tip in mine if tip.bundled and tip.status is Status.NEW]
        shown = tuple(tips[page * PAGE : (page + 1) * PAGE])
        return Page(shown, page, len(tips) > (page + 1) * PAGE, len(tips), len(tips))

    async def statistics(self, wards: Sequence[WardCode], since: datetime) -> Statistics:
        mine = [tip for tip in self.world.tips.values() if tip.desk in wards or EVERY_WARD in wards]
        new = [tip for tip in mine if tip.filed_at >= since]
        return Statistics(
            since=since,
            received=len(new),
            claimed=sum(tip.owner is not None for tip in new),
            closed=sum(tip.status is Status.CLOSED for tip in new),
            valuable=sum(tip.valuable for tip in new),
            spam=0,
            open_now=sum(tip.status is not Status.CLOSED for tip in mine),
            questions=len(self.world.questions),
            by_category=(("drugs", len(new)),) if new else (),
        )

    async def invite(self, code: str) -> Invite | None:
        return self.world.invites.get(code)

    async def group_ward(self) -> WardCode | None:
        return self.world.groups.get(self.session.place)

    async def question(self, question: QuestionId) -> Question | None:
        return self.world.questions.get(question)

    async def open_questions(self, wards: Sequence[WardCode]) -> Sequence[Question]:
        questions = self.world.questions.values()
        return [one for one in questions if one.status == "open" and (one.desk in wards or EVERY_WARD in wards)]

    async def additions(self) -> Sequence[Addition]:
        return list(self.world.additions)

    async def campaign(self, campaign: CampaignId) -> Campaign | None:
        return self.world.all_campaigns.get(campaign)

    async def campaigns(self, wards: Sequence[WardCode]) -> Sequence[Campaign]:
        return [one for one in self.world.all_campaigns.values() if set(wards) & {*one.wards, EVERY_WARD}]

    async def audience(self, whom: Audience) -> int:
        return sum(
            theirs.ward in whom.wards and (not whom.theme or not theirs.themes or whom.theme in theirs.themes)
            for theirs in self.world.subscribed.values()
        )

    async def outlook(self, campaign: CampaignId | None, whom: Audience) -> Outlook:
        return self.world.outlook


def quotes_in(*phrases: Phrase) -> dict[Quote, str]:
    """The quotes of phrases as a test reads them: `<entry e1>`, so that words and references can be told apart."""
    found: dict[Quote, str] = {}
    for phrase in phrases:
        for value in phrase.args.values():
            if isinstance(value, Quote):
                found[value] = f"<{value.of} {value.id} {value.part}>".replace(" >", ">")
            elif isinstance(value, Phrase):
                found.update(quotes_in(value))
    return found


def read(*phrases: Phrase, language: Language = "vi") -> str:
    """The sentences of phrases, one a line."""
    return "\n".join(CATALOGUE.words(phrase, language, quotes=quotes_in(*phrases)) for phrase in phrases)
