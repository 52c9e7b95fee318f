"""The facts of one turn: what a step may look at, read from storage for the person who is speaking."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.chance import Chance
from bot.outgoing.tempo import Tempo
from bot.wards.book import WardBook
from handlers.hours import QuietHours
from messages.address import MessageRef
from messages.catalogue import Catalogue
from messages.frozen import frozen, replace
from messages.incoming import Point
from messages.phrase import Phrase
from messages.receipt import Receipt
from storage import (
    acts,
    additions,
    albums,
    bundle,
    campaigns,
    entries,
    expansion,
    media,
    officers,
    own_tips,
    questions,
    queue,
    ratings,
    subscriptions,
    tallies,
    tips,
)
from storage.campaign_records import Audience, Campaign, Outlook, Subscription
from storage.figures import Act, Rating, RatingId, Ratings
from storage.records import (
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
    Session,
    Spot,
    Statistics,
    Tip,
    TipId,
    TipNumber,
    Ward,
    WardCode,
)
from storage.reporters import Reporter
from storage.store import Store, chat_of


@frozen
class Surroundings:
    """What is the same for every turn of a running bot."""

    store: Store
    wards: WardBook
    catalogue: Catalogue
    timezone: tzinfo
    quiet: QuietHours
    chance: Chance
    tempo: Tempo
    is_trial: bool = False


@frozen
class TurnFacts:
    """The facts of one turn. `reporter` is who speaks, `now` the one time of the turn."""

    around: Surroundings
    session: Session
    reporter: Reporter
    now: datetime
    can_pin: bool
    has_account: bool
    file_limit: int = 0

    @property
    def is_trial(self) -> bool:
        """Whether the unit only tries this out."""
        return self.around.is_trial

    @property
    def timezone(self) -> tzinfo:
        """The installation's time zone."""
        return self.around.timezone

    @property
    def quiet(self) -> QuietHours:
        """The hours of the night in which only emergencies sound."""
        return self.around.quiet

    def after(self, session: Session) -> "TurnFacts":
        """The same facts for the session as it will be."""
        return replace(self, session=session)

    def label(self, phrase: Phrase) -> str:
        """The words of a label in the session's language."""
        return self.around.catalogue.words(phrase, self.session.language)

    def fresh_id(self) -> str:
        """A new random id."""
        return self.around.chance.fresh_id()

    def fresh_receipt(self) -> Receipt:
        """A new receipt."""
        return self.around.chance.receipt()

    def pick(self, count: int) -> int:
        """A random number from 0 to count - 1."""
        return self.around.chance.pick(count)

    # wards

    async def ward(self, code: WardCode) -> Ward | None:
        """The ward of this code."""
        return self.around.wards.ward(code)

    async def served(self) -> Sequence[Ward]:
        """The wards this installation serves."""
        return self.around.wards.served()

    async def wards_called(self, words: str, near: Point | None = None) -> Sequence[Ward]:
        """The wards a text may mean."""
        return self.around.wards.called(words, self.session.home, near=near)

    async def wards_named(self, words: str, near: Point | None = None) -> Sequence[Ward]:
        """The wards a text names outright, or that are served."""
        return self.around.wards.named(words, self.session.home, near=near)

    async def nearest_wards(self, point: Point) -> Sequence[Ward]:
        """The three wards whose centres are nearest."""
        return self.around.wards.nearest(point)

    async def desk(self, ward: WardCode) -> Desk:
        """Whom a tip of this ward reaches now; for a ward that is not served, the first served ward's desk."""
        found = self.around.wards.ward(ward)
        if found is not None and found.served:
            return await officers.desk(self._store, ward, phone=found.phone, fallback=False)
        served = self.around.wards.served()
        if not served:
            return Desk(ward, await officers.desk_places(self._store, ward), fallback=True)
        return await officers.desk(self._store, served[0].code, phone=served[0].phone, fallback=True)

    async def fire_desk(self, ward: WardCode) -> Desk:
        """The ward's fire officers, else its desk."""
        desk = await self.desk(ward)
        return replace(desk, places=await officers.fire_places(self._store, desk.ward) or desk.places)

    # the speaker as a resident

    async def own_tips(self) -> Sequence[OwnTip]:
        """The speaker's tips."""
        return await own_tips.own(self._store, self.reporter.contents.tips)

    @property
    def held_tips(self) -> int:
        """How many tips of the speaker's there are."""
        return len(self.reporter.contents.tips)

    async def held_page(self, passed: int, limit: int) -> Sequence[OwnTip]:
        """So many of them after those passed over."""
        return await own_tips.page(self._store, self.reporter.contents.tips, passed=passed, limit=limit)

    async def own_tip(self, tip: TipId) -> OwnTip | None:
        """One of the speaker's tips."""
        held = [one for one in self.reporter.contents.tips if one.tip == tip]
        found = await own_tips.own(self._store, held)
        return found[0] if found else None

    async def tip_of_receipt(self, receipt: Receipt) -> OwnTip | None:
        """The tip of this receipt."""
        return await own_tips.of_receipt(self._store, receipt)

    async def may_guess(self) -> bool:
        """False when too many wrong receipts came from this address today."""
        return await tallies.may_guess(self._store, self.session.by, now=self.now)

    async def files_of(self, tip: TipId) -> Files:
        """The photos and files of a tip or draft."""
        return await media.files_of(self._store, tip) if tip else Files()

    async def sent_today(self) -> int:
        """Bytes of photos and files that came from this address in a day."""
        return await tallies.today(self._store, self.session.by, deed="bytes", now=self.now)

    async def tips_today(self) -> int:
        """Tips that came from this address in a day."""
        return await tallies.today(self._store, self.session.by, deed="tip", now=self.now)

    async def subscription(self) -> Subscription | None:
        """What the speaker receives of whose campaigns."""
        return await subscriptions.of(self._store, self.reporter.id)

    async def was_asked_in(self, message: MessageRef, ask: EntryId) -> bool:
        """Whether this message of ours to the speaker carries this question of an officer's."""
        chat = chat_of(self._store.seal, self.session.place)
        return message == await albums.message_of(self._store, chat, album=albums.of_ask(ask))

    async def own_words(self, tip: TipId) -> str:
        """What the speaker wrote about one of their tips."""
        held = any(one.tip == tip for one in self.reporter.contents.tips)
        return " ".join(await entries.words_told(self._store, tip)) if held else ""

    async def own_entries(self, tip: TipId) -> Sequence[Entry]:
        """What stands in one of the speaker's tips."""
        held = any(one.tip == tip for one in self.reporter.contents.tips)
        said = await entries.of_tip(self._store, tip) if held else ()
        return [entry for entry in said if entry.officer is None or entry.kind in {"asked", "outcome"}]

    # the speaker as an officer

    async def officer(self) -> Officer | None:
        """The officer who speaks."""
        return await officers.of(self._store, self.session.by)

    async def officers(self, ward: WardCode) -> Sequence[Officer]:
        """The officers of a ward."""
        return await officers.officers_of(self._store, ward)

    async def officer_called(self, officer: OfficerId) -> Officer | None:
        """The officer of this id."""
        return await officers.officer(self._store, officer)

    async def tip(self, tip: TipId) -> Tip | None:
        """A tip with its entries."""
        return await tips.tip(self._store, tip)

    async def tip_numbered(self, number: TipNumber) -> Tip | None:
        """The same by its number."""
        return await tips.tip_numbered(self._store, number)

    async def tip_anchored(self, message: MessageRef) -> TipId | None:
        """The tip that one of our messages in this chat is about."""
        found = await officers.anchored(self._store, self.session.place, message=message)
        return TipId(found) if found else None

    async def history(self, tip: TipId) -> Sequence[Event]:
        """A tip's history."""
        return await tips.history(self._store, tip)

    async def queue(self, wards: Sequence[WardCode], page: int, *, spot: Spot | None = None) -> Page:
        """A page of open tips of these wards' desks."""
        found = await queue.page(self._store, wards, number=page, spot=spot)
        return replace(found, bundled=await bundle.count(self._store, wards))

    async def bundle(self, wards: Sequence[WardCode], page: int) -> Page:
        """A page of the bundles of these wards' desks."""
        return await bundle.page(self._store, wards, number=page)

    async def statistics(self, wards: Sequence[WardCode], since: datetime) -> Statistics:
        """Counts of these wards since a moment."""
        return await queue.statistics(self._store, wards, since=since)

    async def ratings(self, wards: Sequence[WardCode]) -> Ratings:
        """How reporters of these wards found an outcome, last month."""
        return await ratings.counted(self._store, wards, month=ratings.month_before(self.now, self.timezone))

    async def rating_words(self, wards: Sequence[WardCode]) -> Sequence[tuple[RatingId, Rating]]:
        """Last month's ratings that came with words."""
        return await ratings.described(self._store, wards, month=ratings.month_before(self.now, self.timezone))

    async def acts(self, before: int) -> Sequence[Act]:
        """A page of the log of what belongs to no tip."""
        return await acts.page(self._store, before=before)

    async def invite(self, code: str) -> Invite | None:
        """The invite of this code."""
        return await officers.invite_of(self._store, code)

    async def group_ward(self) -> WardCode | None:
        """The ward whose desk this group chat is."""
        return await officers.group_ward(self._store, self.session.place)

    async def question(self, question: QuestionId) -> Question | None:
        """A fire question."""
        return await questions.question(self._store, question)

    async def open_questions(self, wards: Sequence[WardCode]) -> Sequence[Question]:
        """Open fire questions of these wards."""
        return await questions.open_questions(self._store, wards)

    async def additions(self) -> Sequence[Addition]:
        """Answers that officers keep for others."""
        return await additions.newest(self._store)

    async def campaign(self, campaign: CampaignId) -> Campaign | None:
        """A campaign."""
        return await campaigns.campaign(self._store, campaign)

    async def campaigns(self, wards: Sequence[WardCode]) -> Sequence[Campaign]:
        """The latest campaigns that address any of these wards."""
        return await campaigns.campaigns(self._store, wards)

    async def audience(self, whom: Audience) -> int:
        """How many people a campaign would reach."""
        return await subscriptions.audience(self._store, whom)

    async def outlook(self, campaign: CampaignId | None, whom: Audience) -> Outlook:
        """How many are still to get a campaign, what goes first, and how fast."""
        left, before = await expansion.left(self._store, campaign, whom=whom, now=self.now)
        return Outlook(left, before, self.around.tempo.of_campaigns())

    @property
    def _store(self) -> Store:
        return self.around.store
