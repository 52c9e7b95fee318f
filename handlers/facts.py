"""What steps may look at: a read-only window on time, chance and storage, for the person who is speaking.

A step may look, asynchronously; it may not touch. Tests give the one fake of this protocol.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Protocol

from handlers.hours import QuietHours
from messages.address import MessageRef
from messages.incoming import Point
from messages.phrase import Phrase
from messages.receipt import Receipt
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


class Facts(Protocol):
    """The facts of one turn."""

    @property
    def session(self) -> Session:
        """Where the speaker stands."""

    def after(self, session: Session) -> "Facts":
        """The same facts for the session as it will be, for the question that is asked next."""

    @property
    def now(self) -> datetime:
        """The time of this turn, aware, UTC."""

    @property
    def timezone(self) -> tzinfo:
        """The installation's time zone, in which working hours and dates are meant."""

    @property
    def quiet(self) -> QuietHours:
        """The hours of the night in which only emergencies sound and no campaign goes out."""

    @property
    def can_pin(self) -> bool:
        """Whether the speaker's channel can share a position."""

    @property
    def is_trial(self) -> bool:
        """Whether the unit only tries this out, which residents are told."""

    @property
    def has_account(self) -> bool:
        """Whether the speaker has an account on the channel, by which its company knows them."""

    def label(self, phrase: Phrase) -> str:
        """The words of a label in the session's language, to compare with what was typed."""

    def fresh_id(self) -> str:
        """A new random id, never given out before."""

    def fresh_receipt(self) -> Receipt:
        """A new receipt."""

    def pick(self, count: int) -> int:
        """A random number from 0 to count - 1."""

    # wards

    async def ward(self, code: WardCode) -> Ward | None:
        """The ward of this code."""

    async def served(self) -> Sequence[Ward]:
        """The wards this installation serves, by name; at most 200."""

    async def wards_called(self, words: str, near: Point | None = None) -> Sequence[Ward]:
        """The wards a text may mean; at most 8, one is certain. Served ones, home and a position decide namesakes."""

    async def wards_named(self, words: str, near: Point | None = None) -> Sequence[Ward]:
        """The same of a story: those named outright, or served; a bare name may as well be a street's far away."""

    async def nearest_wards(self, point: Point) -> Sequence[Ward]:
        """The three wards whose centres are nearest; empty at 0,0 and outside Vietnam (more than 60 km away)."""

    async def desk(self, ward: WardCode) -> Desk:
        """Whom a tip of this ward reaches now."""

    async def fire_desk(self, ward: WardCode) -> Desk:
        """Whom a fire question of this ward reaches: its fire officers, else its desk."""

    # the speaker as a resident

    async def own_tips(self) -> Sequence[OwnTip]:
        """The speaker's tips, newest first: the newest 20, and older ones about which an officer asks."""

    @property
    def held_tips(self) -> int:
        """How many tips of the speaker's there are."""

    async def held_page(self, passed: int, limit: int) -> Sequence[OwnTip]:
        """So many of them after those passed over, newest first."""

    async def own_tip(self, tip: TipId) -> OwnTip | None:
        """One of the speaker's tips."""

    async def tip_of_receipt(self, receipt: Receipt) -> OwnTip | None:
        """The tip of this receipt, whoever holds it."""

    async def may_guess(self) -> bool:
        """False when too many wrong receipts came from this address today (10)."""

    @property
    def file_limit(self) -> int:
        """Bytes of the largest file that can be fetched from the speaker's channel."""

    async def files_of(self, tip: TipId) -> Files:
        """The photos and files of a tip or draft, fetched or still wanted."""

    async def sent_today(self) -> int:
        """Bytes of photos and files that came from this address in a day."""

    async def tips_today(self) -> int:
        """Tips that came from this address in a day."""

    async def subscription(self) -> Subscription | None:
        """What the speaker receives of whose campaigns, None for nothing."""

    async def was_asked_in(self, message: MessageRef, ask: EntryId) -> bool:
        """Whether this message of ours to the speaker carries this question of an officer's."""

    async def own_words(self, tip: TipId) -> str:
        """What the speaker wrote about one of their tips: told and added, joined by blanks."""

    async def own_entries(self, tip: TipId) -> Sequence[Entry]:
        """What stands in one of the speaker's tips, in order, without what officers keep for themselves."""

    # the speaker as an officer

    async def officer(self) -> Officer | None:
        """The officer who speaks, pending ones included; None for everybody else."""

    async def officers(self, ward: WardCode) -> Sequence[Officer]:
        """The officers of a ward who are not revoked, admins of the installation included."""

    async def officer_called(self, officer: OfficerId) -> Officer | None:
        """The officer of this id."""

    async def tip(self, tip: TipId) -> Tip | None:
        """A tip with its entries, whatever its ward: ask `may_see` of handlers.workflow before showing anything."""

    async def tip_numbered(self, number: TipNumber) -> Tip | None:
        """The same by its tip number."""

    async def tip_anchored(self, message: MessageRef) -> TipId | None:
        """The tip that one of our messages in this chat is about."""

    async def history(self, tip: TipId) -> Sequence[Event]:
        """A tip's history, oldest first, the last 30 lines."""

    async def queue(self, wards: Sequence[WardCode], page: int, *, spot: Spot | None = None) -> Page:
        """Open tips of these wards' desks (all for `*`), 6 a page from 0, unclaimed and urgent ones first.

        With a spot from an earlier page it begins, or ends, there.
        """

    async def bundle(self, wards: Sequence[WardCode], page: int) -> Page:
        """Tips of people who sent many in a day, of these wards' desks, oldest first, 6 a page from 0."""

    async def statistics(self, wards: Sequence[WardCode], since: datetime) -> Statistics:
        """Counts of these wards since a moment."""

    async def ratings(self, wards: Sequence[WardCode]) -> Ratings:
        """How reporters of these wards found an outcome, last month."""

    async def rating_words(self, wards: Sequence[WardCode]) -> Sequence[tuple[RatingId, Rating]]:
        """Last month's ratings that came with words, in no order, at most 10."""

    async def acts(self, before: int) -> Sequence[Act]:
        """The log of what belongs to no tip, newest first: a page of 15 before the line of this id (0: the newest)."""

    async def invite(self, code: str) -> Invite | None:
        """The invite of this code, also used or expired ones."""

    async def group_ward(self) -> WardCode | None:
        """The ward whose desk this group chat is, None if it is not linked."""

    async def question(self, question: QuestionId) -> Question | None:
        """A fire question."""

    async def open_questions(self, wards: Sequence[WardCode]) -> Sequence[Question]:
        """Open fire questions of these wards, oldest first, at most 20."""

    async def additions(self) -> Sequence[Addition]:
        """Answers that officers keep for whoever asks the like, the newest first, at most 500."""

    async def campaign(self, campaign: CampaignId) -> Campaign | None:
        """A campaign."""

    async def campaigns(self, wards: Sequence[WardCode]) -> Sequence[Campaign]:
        """The latest campaigns that address any of these wards, newest first, at most 8."""

    async def audience(self, whom: Audience) -> int:
        """How many people a campaign would reach."""

    async def outlook(self, campaign: CampaignId | None, whom: Audience) -> Outlook:
        """How many are still to get a campaign, what goes first, and how fast; None for one that is being written."""
