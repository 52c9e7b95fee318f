"""From effects to rows: one match over the closed list, which mypy proves complete."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import assert_never

from bot.incoming.apply_campaigns import apply_campaign
from bot.incoming.apply_outcomes import apply_outcome
from handlers.campaign_effects import (
    CampaignEffect,
    CorrectCampaign,
    DraftCampaign,
    MarkAnnounced,
    MoveCampaign,
    PutOffCampaign,
    SteerCampaign,
)
from handlers.effects import (
    AddEntries,
    AlertDesk,
    AnswerAsk,
    AnswerQuestion,
    AskFireOfficer,
    CountGuess,
    DescribeTip,
    DesksEffect,
    DropDraft,
    Effect,
    Enrol,
    FetchFile,
    FileTip,
    ForgetReporter,
    GrantRole,
    JudgeOfficer,
    LinkGroup,
    LogAct,
    LogView,
    MarkGone,
    MoveGroup,
    MoveTip,
    NewEntry,
    PermitSignIn,
    RemindLater,
    RemindQuestion,
    SetDuty,
    StaffEffect,
    Subscribe,
    TellOwner,
    TellPlace,
    TellReporter,
    UnlinkGroup,
    Unsubscribe,
    WithdrawAnswer,
)
from handlers.officers.review import question_card
from handlers.outcome_effects import DescribeRating, RateOutcome, ReopenTip
from messages.frozen import replace
from messages.language import Language
from messages.receipt import tail_of
from storage import (
    additions,
    cards,
    entries,
    media,
    officers,
    outbox,
    questions,
    reporters,
    sign_ins,
    subscriptions,
    tallies,
    tips,
)
from storage.outbox import Lane, ToAsker, ToOwner, ToPlace, ToReporter, owe
from storage.records import REPORTER, Addition, Entry, Question, Reach, Session, Status, TipId
from storage.reporters import Reporter
from storage.seal import Key
from storage.store import Store, chat_of, ms
from storage.tallies import Deed
from storage.writes import SqlValue, Write

OFFICERS_LANGUAGE: Language = "vi"
"""The language of the service."""


@dataclass(slots=True)
class Kit:
    """What effects are applied with: the seal, the keys they need, and the person whose turn it is.

    `reporter` is replaced as effects change it; intake stores it once, at the end. It is None for the clock.
    """

    store: Store
    now: datetime
    timezone: tzinfo
    fresh_id: Callable[[], str]
    keys: dict[str, Key] = field(default_factory=dict)
    reporter: Reporter | None = None
    session: Session | None = None
    forgotten: bool = False

    def key(self, owner: str) -> Key:
        """The key of a tip, draft or question that was loaded for this turn; Stale ones were destroyed meanwhile."""
        return self.keys[owner]


def owners_of(effects: Iterable[Effect]) -> list[str]:
    """The owners whose keys these effects seal with."""
    owners: list[str] = []
    for effect in effects:
        match effect:
            case FileTip(tip=tip) | AddEntries(tip=tip) | AnswerAsk(tip=tip) | DescribeTip(tip=tip):
                owners.append(tip)
            case FetchFile(tip=tip) | MoveTip(tip=tip):
                owners.append(tip)
            case AskFireOfficer(question=question) | AnswerQuestion(question=question):
                owners.append(question)
            case _:
                pass
    return owners


def apply(effect: Effect, kit: Kit) -> list[Write]:  # noqa: C901, PLR0912  one case for each effect
    """The rows one effect becomes. What reporters cause here; the rest in the two functions below."""
    now = kit.now
    match effect:
        case FileTip():
            return _file(effect, kit)
        case AddEntries(tip=tip, entries=added):
            return [*_entries(tip, added, kit=kit), *_touched(effect, now), *_refresh(tip, now)]
        case AnswerAsk():
            return _answer_ask(effect, kit)
        case WithdrawAnswer():
            return _withdraw_answer(effect, now)
        case DescribeTip():
            return _describe(effect, kit)
        case AlertDesk():
            return _alert_desk(effect, kit)
        case FetchFile(media=one, what=what, tip=tip, file=file, channel=channel, size=size):
            wanted = media.want(kit.key(tip), one, what=what, tip=tip, file=file, channel=channel, size=size, now=now)
            return [wanted, _tally(kit, "bytes", amount=size)]
        case DropDraft(draft=draft):
            return tips.destroy_draft(draft)
        case AskFireOfficer():
            return _ask_fire_officer(effect, kit)
        case Subscribe(chosen=chosen, neighbourhood=named):
            return subscriptions.subscribe(
                kit.store.seal, _reporter(kit).id, chosen=chosen, neighbourhood=named, now=now
            )
        case Unsubscribe():
            return subscriptions.unsubscribe(_reporter(kit).id)
        case ForgetReporter():
            return _forget(kit)
        case MarkGone(gone=gone_now):
            return _mark_gone(kit, gone=gone_now)
        case CountGuess():
            return [_tally(kit, "guess")]
        case RateOutcome() | DescribeRating() | ReopenTip():
            return apply_outcome(effect, kit.store.seal, now=now, timezone=kit.timezone)
        case _:
            return _apply_desks(effect, kit)


def _apply_desks(effect: DesksEffect | StaffEffect | CampaignEffect, kit: Kit) -> list[Write]:
    """What officers and the clock do with tips, questions and campaigns."""
    seal, now = kit.store.seal, kit.now
    match effect:
        case MoveTip():
            return _move(effect, kit)
        case RemindLater(tip=tip, version=version, alerts=alerts, due_at=due_at, refresh=refresh):
            when: dict[str, SqlValue] = {"alerts": alerts, "due_at": ms(due_at) if due_at else None}
            later = tips.change(tip, version=version, at=now, columns=when)
            return [later, *(_refresh(tip, now) if refresh else [])]
        case LogView(tip=tip, officer=officer, what=what, detail=detail):
            return [tips.event(tip, officer, what=what, at=now, detail=detail)]
        case LogAct(officer=officer, what=what, detail=detail):
            return [tips.log(officer, what=what, at=now, detail=detail)]
        case TellReporter(tip=tip, say=say):
            lane = Lane.URGENT if say.urgent else Lane.REPLY
            return [owe(seal, ToReporter(tip), outgoing=say, lane=lane, now=now)]
        case TellOwner(tip=tip, say=say):
            lane = Lane.URGENT if say.urgent else Lane.ALERT
            return [owe(seal, ToOwner(tip), outgoing=say, lane=lane, now=now)]
        case TellPlace(place=place, say=say):
            lane = Lane.URGENT if say.urgent else Lane.ALERT
            return [owe(seal, ToPlace(place, OFFICERS_LANGUAGE), outgoing=say, lane=lane, now=now)]
        case AnswerQuestion(question, version=version, officer=officer, words=words, say=say, kept_as=asked):
            answered = questions.answer(question, version=version, key=kit.key(question), officer=officer, words=words)
            reply = owe(seal, ToAsker(question), outgoing=say, lane=Lane.REPLY, now=now)
            kept = [additions.keep(Addition(question, officer, now, asked=asked, answer=words))] if asked else []
            return [answered, reply, *kept, tips.log(officer, what="question-answered", at=now, detail=question)]
        case RemindQuestion(question=question, version=version, alerts=alerts, due_at=due_at):
            return [questions.remind(question, version=version, alerts=alerts, due_at=due_at)]
        case (
            DraftCampaign() | MoveCampaign() | PutOffCampaign() | MarkAnnounced() | SteerCampaign() | CorrectCampaign()
        ):
            return apply_campaign(effect, seal, now=now)
        case _:
            return _apply_staff(effect, kit)


def _apply_staff(effect: StaffEffect, kit: Kit) -> list[Write]:
    """Who is an officer, where, and which group is a desk."""
    seal, now = kit.store.seal, kit.now
    match effect:
        case SetDuty(officer=officer, on_duty=on_duty):
            return [officers.set_duty(officer, on_duty=on_duty)]
        case Enrol():
            return _enrol(effect, kit)
        case JudgeOfficer(officer=officer, version=version, status=status, by=by, leaves=place):
            log = tips.log(by, what=f"officer-{status}", at=now, detail=officer)
            if status == "revoked":
                left = cards.leave_chat(seal, place) if place else []
                return [*officers.revoke(officer, version=version), *left, log]
            return [officers.judge(officer, version=version, status=status), log]
        case GrantRole(officer=officer, invite=invite, role=role):
            used = officers.use_invite(seal, invite.code, now=now)
            log = tips.log(officer, what="role-granted", at=now, detail=f"{invite.ward} {role}")
            return [used, officers.grant(officer, ward=invite.ward, role=role), log]
        case PermitSignIn(officer=officer, code=code, expires_at=until):
            log = tips.log(officer, what="sign-in-permitted", at=now)
            return [*sign_ins.permit(seal, code, officer=officer, expires_at=until), log]
        case LinkGroup(place=place, ward=ward, by=by):
            log = tips.log(by, what="group-linked", at=now, detail=ward)
            return [officers.link_group(seal, place, ward=ward, now=now), log]
        case UnlinkGroup(place=place, by=by):
            return [*officers.unlink_group(seal, place), tips.log(by, what="group-unlinked", at=now)]
        case MoveGroup(place=place, to=to):
            return officers.move_group(seal, place, to=to)
        case _:
            assert_never(effect)


# --- what residents cause -------------------------------------------------------------------------------------


def _reporter(kit: Kit) -> Reporter:
    assert kit.reporter is not None
    return kit.reporter


def _tally(kit: Kit, deed: Deed, *, amount: int = 1) -> Write:
    """So much more of it today by the person whose turn it is."""
    return tallies.count(kit.store.seal, _reporter(kit).contents.by, deed=deed, amount=amount, now=kit.now)


def _entries(tip: TipId, added: Sequence[NewEntry], *, kit: Kit) -> list[Write]:
    writes = []
    for entry in added:
        sealed = entries.seal_contents(kit.key(tip), entry.id, contents=entries.Contents(entry.words, entry.point))
        plain = Entry(entry.id, entry.kind, kit.now, officer=entry.officer, media=entry.media)
        writes.append(entries.add(plain, tip=tip, sealed=sealed))
    return writes


def _refresh(tip: TipId, now: datetime) -> list[Write]:
    return cards.refresh_cards(tip, Lane.ALERT, now=now)


def _alert_desk(effect: AlertDesk, kit: Kit) -> list[Write]:
    seal, lane = kit.store.seal, Lane.URGENT if effect.urgent else Lane.ALERT
    writes: list[Write] = []
    for place in effect.desk.places:
        writes.append(cards.put_card(seal, effect.tip, place=place, fresh=kit.fresh_id()))
        writes.extend(cards.owe_card(seal, effect.tip, place=place, lane=lane, now=kit.now))
    return writes


def _forget(kit: Kit) -> list[Write]:
    kit.forgotten = True
    mine = _reporter(kit)
    writes = [outbox.forget_chat(chat_of(kit.store.seal, mine.contents.place))]
    for held in mine.contents.tips:
        writes += [*tips.unlink(held.tip), *cards.unreachable(held.tip, kit.now)]
    return [reporters.save(mine), *writes, *reporters.forget(mine.id)]  # Stale if a tip was filed meanwhile


def _file(effect: FileTip, kit: Kit) -> list[Write]:
    reporter = _reporter(kit)
    tail = tail_of(effect.receipt)
    key = kit.key(effect.tip)
    filing = tips.Filing(
        tip=effect.tip,
        ward=effect.ward,
        desk=effect.desk,
        series=effect.series,
        year=kit.now.astimezone(kit.timezone).year,
        urgency=effect.urgency,
        designation=effect.designation,
        due_at=effect.due_at,
        now=kit.now,
        bundled=effect.bundled,
    )
    link = tips.seal_link(key, effect.tip, link=tips.Link(reporter.id, tail))
    kit.reporter = reporters.holding(reporter, tips.hold(reporter, effect.tip, tail=tail))
    filed = tips.file(filing, seal=kit.store.seal, receipt=effect.receipt, link=link)
    return [*filed, *_entries(effect.tip, effect.entries, kit=kit), _tally(kit, "tip")]


def _touched(effect: AddEntries, now: datetime) -> list[Write]:
    what = "corrected" if any(entry.kind == "corrected" for entry in effect.entries) else "added"
    history = tips.event(effect.tip, effect.by, what=what if effect.by == REPORTER else "noted", at=now)
    return [tips.touch(effect.tip, at=now, columns=tips.raised(effect.urgency, effect.due_at)), history]


def _answer_ask(effect: AnswerAsk, kit: Kit) -> list[Write]:
    answered = {"open_ask": None, "status": effect.to, **tips.raised(effect.urgency, effect.due_at)}
    moved = tips.change(effect.tip, version=effect.version, at=kit.now, columns=answered)
    history = tips.event(effect.tip, REPORTER, what="answered", at=kit.now)
    return [moved, *_entries(effect.tip, effect.entries, kit=kit), history, *_refresh(effect.tip, kit.now)]


def _withdraw_answer(effect: WithdrawAnswer, now: datetime) -> list[Write]:
    again: dict[str, SqlValue] = {"open_ask": effect.ask, "status": effect.to}
    reopened = tips.change(effect.tip, version=effect.version, at=now, columns=again)
    history = tips.event(effect.tip, REPORTER, what="answer-withdrawn", at=now)
    return [*entries.withdraw(effect.tip, effect.entries), reopened, history, *_refresh(effect.tip, now)]


def _describe(effect: DescribeTip, kit: Kit) -> list[Write]:
    told: dict[str, SqlValue] = {
        "category": effect.category,
        "urgency": effect.urgency,
        "reach": effect.reach,
        "ward": effect.ward,
        "desk": effect.desk,
    }
    columns: dict[str, SqlValue] = {name: value for name, value in told.items() if value is not None}
    if effect.due_at is not None:
        columns |= {"status": Status.NEW, "owner": None, "alerts": 0, "due_at": ms(effect.due_at)}
    if effect.reach is not None:
        columns["reachable"] = int(effect.reach is not Reach.SILENT)
    moved = tips.change(effect.tip, version=effect.version, at=kit.now, columns=columns)
    detail = effect.category or effect.ward or effect.reach or effect.urgency or ""
    history = tips.event(effect.tip, REPORTER, what=f"{effect.what}-told", at=kit.now, detail=detail)
    return [moved, *_entries(effect.tip, effect.entries, kit=kit), history, *_refresh(effect.tip, kit.now)]


def _ask_fire_officer(effect: AskFireOfficer, kit: Kit) -> list[Write]:
    asked = Question(effect.question, effect.desk, "open", 1, kit.now)
    row = questions.ask(
        asked,
        key=kit.key(effect.question),
        words=effect.words,
        topic=effect.topic,
        asker=_reporter(kit).id,
        due_at=effect.due_at,
    )
    alerts = []
    for place in effect.alert:
        card = question_card(asked, shared=place.shared)
        alerts.append(
            owe(kit.store.seal, ToPlace(place, OFFICERS_LANGUAGE), outgoing=card, lane=Lane.ALERT, now=kit.now)
        )
    return [row, *alerts]


def _mark_gone(kit: Kit, *, gone: bool) -> list[Write]:
    if kit.reporter is None or kit.reporter.version == 0:
        return []
    tell = cards.unreachable if gone else cards.reachable
    told = [write for held in kit.reporter.contents.tips for write in tell(held.tip, kit.now)]
    ended = outbox.end_subscriber(kit.reporter.id) if gone else []
    marked = reporters.mark_gone(kit.reporter.id, gone=gone)
    kit.reporter = replace(kit.reporter, gone=gone, version=kit.reporter.version + 1)
    return [*ended, *told, *marked]


# --- what officers cause --------------------------------------------------------------------------------------


def _move(effect: MoveTip, kit: Kit) -> list[Write]:
    columns: dict[str, SqlValue] = {
        "status": effect.to,
        "owner": effect.owner,
        "open_ask": effect.open_ask,
        "due_at": ms(effect.due_at) if effect.due_at else None,
        "alerts": effect.alerts,
        **({"ward": effect.ward} if effect.ward else {}),
        **({"desk": effect.desk} if effect.desk else {}),
        "outcome": effect.outcome if effect.to in {Status.CLOSED, Status.REFERRED} else None,
    }
    if effect.valuable is not None:
        columns["valuable"] = int(effect.valuable)
    moved = tips.change(effect.tip, version=effect.version, at=kit.now, columns=columns)
    history = tips.event(effect.tip, effect.officer, what=effect.what, at=kit.now, detail=effect.detail)
    return [moved, *_entries(effect.tip, effect.entries, kit=kit), history, *_refresh(effect.tip, kit.now)]


def _enrol(effect: Enrol, kit: Kit) -> list[Write]:
    assert kit.session is not None
    contents = officers.Contents(effect.name, kit.session.by, kit.session.place)
    status = "active" if effect.active else "pending"
    return [
        officers.use_invite(kit.store.seal, effect.invite.code, now=kit.now),
        *officers.enrol(kit.store.seal, effect.officer, contents=contents, status=status, now=kit.now),
        officers.grant(effect.officer, ward=effect.invite.ward, role=effect.invite.role),
        tips.log(effect.officer, what="enrolled", at=kit.now, detail=f"{effect.invite.ward} {effect.invite.role}"),
    ]
