"""The officers' daily round: the queue, a tip by its number, duty, and the counts."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from handlers.effects import AlertDesk, LogAct, SetDuty
from handlers.facts import Facts
from handlers.officers.review import card_line, category_phrase, may_read_history, opened, read_history
from handlers.turn import AnyTurn, Turn
from handlers.workflow import DESK, QUEUE, READING, may, may_see, wards_of
from messages.address import Place
from messages.incoming import Incoming
from messages.outgoing import Say, say
from messages.phrase import Choice, Phrase, Quote, phrase
from storage.records import EVERY_WARD, Desk, Officer, Role, Spot, Statistics, Status, Tip, TipId, TipNumber, WardCode

CATEGORIES_SHOWN = 5
_PAGE = re.compile(r"([1-9][0-9]{0,2})(?:-([ab])([0-7])-([A-Za-z0-9_-]{1,24}))?")
CHIEFS = frozenset({Role.CHIEF})
RATINGS_SHOWN_FROM = 5
"""Fewer ratings in a month are not shown: an officer who closed one tip would know whose they are."""
REMARKS = Choice("menu:remarks", Phrase("choice-o-menu-remarks"), lasting=True)
COUNTING = READING | {Role.ADMIN, Role.AUDITOR}
"""Who may read counts: they name no tip and nobody."""


async def hear_queue(officer: Officer, page: int, facts: Facts, *, spot: Spot | None = None) -> AnyTurn:
    """A page of the queue, counted from 1: one line and one button for each tip. The admin may pass tips on unread."""
    reads = bool(wards_of(officer))
    wards = wards_of(officer) or wards_of(officer, frozenset({Role.ADMIN}))
    if not wards:
        return Turn(replies=(say("queue-not-yours", choices=(DESK,)),))
    found = await facts.queue(wards, page - 1, spot=spot)
    if page > 1 and not found.tips:
        return await hear_queue(officer, 1, facts)
    several = len(wards) > 1 or EVERY_WARD in wards
    lines = tuple(card_line(tip, now=facts.now, with_area=several) for tip in found.tips)
    head = phrase("queue-head", waiting=found.waiting, page=page) if lines else Phrase("queue-empty")
    buttons = [one for tip in found.tips if (one := _button(tip, officer, reads=reads))]
    if page > 1:
        buttons.append(Choice(_turn_to(page - 1, found.back), Phrase("choice-o-page-back"), lasting=True))
    if found.more:
        buttons.append(Choice(_turn_to(page + 1, found.on), Phrase("choice-o-page-on"), lasting=True))
    if found.bundled:
        label = phrase("choice-o-bundle", count=found.bundled)
        buttons.append(Choice("bundle:1", label, lasting=True))
    buttons.append(DESK)
    listed = LogAct(officer.id, "listed-queue", detail=str(page))
    return Turn(replies=(Say((head, *lines), choices=tuple(buttons), columns=2, protect=True),), effects=(listed,))


async def hear_bundle(officer: Officer, which: str, facts: Facts) -> AnyTurn:
    """A page of the bundle: tips beyond ten a day of one person, whoever they are, apart from the queue."""
    reads, page = bool(wards_of(officer)), page_told(which)[0]
    wards = wards_of(officer) or wards_of(officer, frozenset({Role.ADMIN}))
    found = await facts.bundle(wards, page - 1) if wards else None
    if found is None or not found.tips:
        return Turn(replies=(say("bundle-empty", choices=(QUEUE, DESK), columns=2),))
    several = len(wards) > 1 or EVERY_WARD in wards
    lines = tuple(card_line(tip, now=facts.now, with_area=several) for tip in found.tips)
    head = phrase("bundle-head", count=found.bundled, page=page)
    buttons = [one for tip in found.tips if (one := _button(tip, officer, reads=reads))]
    if page > 1:
        buttons.append(Choice(f"bundle:{page - 1}", Phrase("choice-o-page-back"), lasting=True))
    if found.more:
        buttons.append(Choice(f"bundle:{page + 1}", Phrase("choice-o-page-on"), lasting=True))
    listed = LogAct(officer.id, "listed-bundle", detail=str(page))
    shown = Say((head, *lines), choices=(*buttons, QUEUE, DESK), columns=2, protect=True)
    return Turn(replies=(shown,), effects=(listed,))


def _button(tip: Tip, officer: Officer, *, reads: bool) -> Choice | None:
    if reads and may_see(officer, tip.desk):
        return Choice(f"open:{tip.id}", phrase("choice-o-number", number=tip.number), lasting=True)
    if may(officer, tip, verb="pass-on"):
        return Choice(f"hand:{tip.id}", phrase("choice-o-hand-number", number=tip.number), lasting=True)
    return None


def _turn_to(page: int, spot: Spot | None) -> str:
    """A page's button: its number and, unless it is the first, the spot where it begins or ends."""
    if spot is None or page == 1:
        return f"page:{page}"
    return f"page:{page}-{'b' if spot.back else 'a'}{spot.rank}-{spot.tip}"


def page_told(told: str) -> tuple[int, Spot | None]:
    """What `_turn_to` wrote, or a number that was typed; the first page for anything else."""
    found = _PAGE.fullmatch(told)
    if found is None:
        return 1, None
    spot = Spot(TipId(found[4]), int(found[3]), back=found[2] == "b") if found[4] else None
    return int(found[1]), spot


def tip_number(words: str) -> TipNumber:
    """A tip number as it is typed: any case, spaces or other dashes for the hyphens, and no leading zeros needed."""
    typed = re.sub(r"[\s\-–—_.]+", "-", words.strip().upper())
    parts = re.fullmatch(r"([^\W\d_]+)-?([0-9]{2})-([0-9]{1,4})", typed)
    return TipNumber(f"{parts[1]}-{parts[2]}-{parts[3]:0>4}" if parts else typed)


async def hear_number(argument: str, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    """A tip by its number; a foreign one is answered like one that does not exist. Searching is logged."""
    if not argument.strip():
        return Turn(replies=(say("number-needed", choices=(QUEUE,)),))
    tip = await facts.tip_numbered(tip_number(argument))
    if tip is None or not may_see(officer, tip.desk):
        return _number_unknown(officer)
    return opened(tip, officer, said, facts)


async def hear_history(argument: str, officer: Officer, facts: Facts) -> AnyTurn:
    """A tip's history, for the chief and the auditor."""
    if not argument.strip():
        return Turn(replies=(say("number-needed", choices=(DESK,)),))
    tip = await facts.tip_numbered(tip_number(argument))
    if tip is not None and may_see(officer, tip.desk) and not may_read_history(officer, tip):
        return Turn(replies=(say("history-not-yours", choices=(DESK,)),))
    if tip is None or not may_read_history(officer, tip):
        return _number_unknown(officer)
    return read_history(tip, officer, events=await facts.history(tip.id))


def _number_unknown(officer: Officer) -> AnyTurn:
    way = QUEUE if wards_of(officer) else DESK
    return Turn(replies=(say("number-unknown", choices=(way,)),), effects=(LogAct(officer.id, "searched-in-vain"),))


# --- duty -------------------------------------------------------------------------------------------------------


def hear_duty(officer: Officer) -> AnyTurn:
    """Whether they are on duty, and the button to change it."""
    key = "duty-on" if officer.on_duty else "duty-off"
    change = "duty:off" if officer.on_duty else "duty:on"
    label = Phrase("choice-o-duty-off") if officer.on_duty else Phrase("choice-o-duty-on")
    return Turn(replies=(say(key, choices=(Choice(change, label, lasting=True), DESK), columns=2),))


async def set_duty(officer: Officer, word: str, facts: Facts) -> AnyTurn:
    """On or off duty: new tips are alerted to those who are on, who also get the cards of those that wait."""
    on_duty = word == "on"
    key = "duty-now-on" if on_duty else "duty-now-off"
    cards = await waiting_cards(wards_of(officer), officer.place, facts=facts) if on_duty else ()
    change = Choice("duty:off", Phrase("choice-o-duty-off"), lasting=True)
    if not on_duty:
        change = Choice("duty:on", Phrase("choice-o-duty-on"), lasting=True)
    told = say(key, choices=(change, DESK), columns=2)
    return Turn(replies=(told,), effects=(SetDuty(officer.id, on_duty), *cards))


async def waiting_cards(wards: Sequence[WardCode], place: Place, *, facts: Facts) -> tuple[AlertDesk, ...]:
    """The cards of the first tips that wait, for an officer who has just come: what came before is not missed."""
    if not wards:
        return ()
    page = await facts.queue(wards, 0)
    waiting = [tip for tip in page.tips if tip.status is Status.NEW]
    return tuple(AlertDesk(tip.id, Desk(tip.desk, (place,)), urgent=False) for tip in waiting)


# --- counts -----------------------------------------------------------------------------------------------------


def periods(now: datetime, timezone: tzinfo) -> tuple[tuple[str, datetime], ...]:
    """Today, this week (from Monday) and this month, by the installation's calendar."""
    today = now.astimezone(timezone).replace(hour=0, minute=0, second=0, microsecond=0)
    week = today - timedelta(days=today.weekday())
    return ("today", today), ("week", week), ("month", today.replace(day=1))


def counted_wards(officer: Officer) -> tuple[WardCode, ...]:
    """The wards whose counts an officer may read."""
    return wards_of(officer, COUNTING)


async def hear_statistics(officer: Officer, facts: Facts) -> AnyTurn:
    """Counts of today, the week and the month. Spam is apart, and nothing is counted by person."""
    words = [Phrase("stats-head")]
    for period, since in periods(facts.now, facts.timezone):
        words.append(_counts(period, await facts.statistics(counted_wards(officer), since)))
    month = await facts.statistics(counted_wards(officer), periods(facts.now, facts.timezone)[-1][1])
    words.append(phrase("stats-open", open=month.open_now))
    ratings = await facts.ratings(counted_wards(officer))
    ways: tuple[Choice, ...] = (DESK,)
    if ratings.count >= RATINGS_SHOWN_FROM:
        words.append(phrase("stats-ratings", good=ratings.good, fair=ratings.fair, bad=ratings.bad))
        ways = (*((REMARKS,) if wards_of(officer, CHIEFS) else ()), DESK)
    elif ratings.count:
        words.append(phrase("stats-ratings-few", least=RATINGS_SHOWN_FROM))
    words += [
        phrase("stats-category", category=category_phrase(slug or None), count=count)
        for slug, count in month.by_category[:CATEGORIES_SHOWN]
    ]
    return Turn(replies=(Say(tuple(words), choices=ways, columns=2, protect=True),))


async def hear_remarks(officer: Officer, facts: Facts) -> AnyTurn:
    """What reporters wrote about outcomes last month, for the chief: of no tip, of nobody, in no order."""
    wards = wards_of(officer, CHIEFS)
    found = await facts.rating_words(wards) if wards else ()
    if not found or (await facts.ratings(wards)).count < RATINGS_SHOWN_FROM:
        return Turn(replies=(say("remarks-none", choices=(DESK,)),))
    lines = (
        phrase("remarks-line", rating=Phrase(f"choice-rate-{rating}"), words=Quote("rating", id))
        for id, rating in found
    )
    read = LogAct(officer.id, "read-remarks")
    return Turn(replies=(Say((phrase("remarks-head"), *lines), choices=(DESK,), protect=True),), effects=(read,))


def _counts(period: str, counts: Statistics) -> Phrase:
    return phrase(
        "stats-period",
        period=Phrase(f"period-{period}"),
        received=counts.received,
        claimed=counts.claimed,
        closed=counts.closed,
        valuable=counts.valuable,
        spam=counts.spam,
        questions=counts.questions,
    )


def officer_menu(officer: Officer, facts: Facts) -> Say:
    """Everything an officer does, as buttons that last: no command has to be remembered."""
    reads, administers = bool(wards_of(officer)), Role.ADMIN in officer.roles.values()
    entries = ["menu:stats"]
    if reads or administers:
        entries = ["menu:queue", *(["menu:duty"] if reads else []), "menu:stats", "menu:campaign"]
    if reads:
        entries.append("menu:questions")
    if Role.AUDITOR in officer.roles.values():
        entries.append("menu:acts")
    if any(role in {Role.CHIEF, Role.ADMIN} for role in officer.roles.values()):
        entries.append("menu:officers")
    buttons = tuple(Choice(key, Phrase(f"choice-o-{key.replace(':', '-')}"), lasting=True) for key in entries)
    home = Choice("menu-home", Phrase("choice-o-resident"), lasting=True)
    standing = Phrase("duty-on-short" if officer.on_duty else "duty-off-short")
    if not reads:
        standing = Phrase(f"role-{Role.ADMIN if administers else Role.AUDITOR}")
    return Say((phrase("officer-menu", name=officer.name, duty=standing),), choices=(*buttons, home), columns=2)
