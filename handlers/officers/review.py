"""What officers see of a tip: the card in the desk's chat, the whole tip in private, and its history."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.effects import AddEntries, Effect, LogView, NewEntry, TellPlace, TellReporter
from handlers.facts import Facts
from handlers.officers.ruling import Claim, Decision, GiveBack, Reopen, rule, to_reporter
from handlers.turn import AnyTurn, Ruling, Turn
from handlers.units import ward_phrase
from handlers.workflow import is_chief, may, may_see, offers, roles_in, tip_choice
from messages.incoming import Incoming
from messages.outgoing import Exhibit, Outgoing, Say, Toast, say
from messages.phrase import Choice, Phrase, Quote, phrase
from storage.records import (
    REPORTER,
    Entry,
    Event,
    MediaId,
    Officer,
    Outcome,
    Question,
    Reach,
    Role,
    Status,
    Tip,
    Urgency,
)

STORY = frozenset({"told", "place", "pin", "added"})
"""The entries of which an emergency's card shows the first ones in the group."""
STORY_SHOWN = 4
MOST_FILES = 10
"""Photos and files sent at one press."""
LOGGED = frozenset(
    {
        *("filed", "added", "answered", "answer-withdrawn", "category-told", "reach-told", "ward-told", "viewed"),
        *("viewed-files", "revealed", "read-history", "noted", "claimed", "given-back", "taken-over", "asked"),
        *("handed-over", "passed-on", "referred", "closed", "reopened", "lapsed", "erase-asked", "erased"),
        *("answer-overdue", "reopened-by-reporter", "corrected"),
    }
)
"""The words of a history that have a sentence of their own."""


def card(tip: Tip, reader: Officer | None, *, now: datetime) -> Say:
    """The card of the moment, for an officer's own chat, or for a group (None). It tells no story, except to a group
    about an emergency. In a group the buttons are those of the desk's officers; to one officer only theirs are shown.
    """
    words = [card_head(tip, now=now), _standing(tip)]
    if not tip.reachable or tip.reach is Reach.SILENT:
        words.append(Phrase("card-no-answer"))
    if _is_to_pass_on(tip):
        words.append(Phrase("card-passing-on"))
    words += _marks(tip)
    if reader is None and tip.urgency is Urgency.EMERGENCY:
        story = [entry for entry in tip.entries if entry.kind in STORY and entry.officer is None][:STORY_SHOWN]
        words += [phrase("card-story", words=Quote("entry", entry.id)) for entry in story]
    return Say(
        tuple(words),
        choices=_card_choices(tip, reader),
        columns=2,
        protect=True,
        anchor=tip.id,
        urgent=tip.urgency is Urgency.EMERGENCY and tip.status is Status.NEW,
    )


def _card_choices(tip: Tip, reader: Officer | None) -> tuple[Choice, ...]:
    if reader is None:
        verbs = ["claim", "open"] if tip.status is Status.NEW else ["open"]
        return tuple(tip_choice(verb, tip) for verb in verbs)
    shown = [("claim", may(reader, tip, verb="claim")), ("open", may_see(reader, tip.desk))]
    is_to_hand = tip.status is Status.NEW and (tip.passing_on or not may_see(reader, tip.desk))
    shown.append(("hand", is_to_hand and may(reader, tip, verb="pass-on")))
    return tuple(tip_choice(verb, tip) for verb, holds in shown if holds)


def _is_to_pass_on(tip: Tip) -> bool:
    return tip.passing_on and tip.status not in {Status.REFERRED, Status.CLOSED}


def _marks(tip: Tip) -> list[Phrase]:
    """What is special about a tip: its reporter had it reopened, or sent many that day."""
    marks = (("card-reopened", tip.reopened), ("card-bundled", tip.bundled))
    return [Phrase(key) for key, holds in marks if holds and tip.status is not Status.CLOSED]


def parted_card(tip: Tip) -> Say:
    """What is left of a card where the tip is none of theirs any more: nothing but its number."""
    return Say((phrase("card-parted", number=tip.number),), protect=True, anchor=tip.id)


def question_card(question: Question, *, shared: bool = True) -> Say:
    """The alert about a new question. In a group its words stay out: people write more than they asked to."""
    reply = Choice(f"reply:{question.id}", Phrase("choice-o-reply"), lasting=True)
    words = [Phrase("fire-new")]
    if not shared:
        words.append(phrase("fire-words", words=Quote("question", question.id, "words")))
    return Say(tuple(words), choices=(reply,), protect=True)


def card_head(tip: Tip, *, now: datetime) -> Phrase:
    """Number, category, urgency, area, age and how many pictures: what one may know without opening it.

    The time stands beside the age: a card is only as fresh as its last change.
    """
    return phrase(
        "card-head",
        number=tip.number,
        category=category_phrase(tip.category),
        urgency=Phrase(f"urgency-{tip.urgency}"),
        area=ward_phrase(tip.ward),
        at=tip.filed_at,
        age=age(tip.filed_at, now),
        media=tip.media,
    )


def card_line(tip: Tip, *, now: datetime, with_area: bool = False) -> Phrase:
    """The same in one line, for lists; the area only where it is not always the same."""
    what = category_phrase(tip.category)
    if with_area or tip.passing_on:
        what = phrase("card-line-area", category=what, area=ward_phrase(tip.ward))
    status = Phrase(f"standing-{tip.status}")
    if tip.reopened and tip.status is Status.NEW:
        status = Phrase("standing-reopened")
    return phrase(
        "card-line",
        number=tip.number,
        category=what,
        urgency=Phrase(f"urgency-{tip.urgency}"),
        age=age(tip.filed_at, now),
        status=phrase("card-line-owned", status=status, name=tip.owner_name) if tip.owner else status,
    )


def category_phrase(slug: str | None) -> Phrase:
    """A category's name, or that none was named."""
    return Phrase(f"category-{slug}") if slug else Phrase("card-no-category")


def age(since: datetime, now: datetime) -> Phrase:
    """How long ago, in the largest whole unit."""
    for unit, span in (("days", timedelta(days=1)), ("hours", timedelta(hours=1))):
        if now - since >= span:
            return phrase(f"age-{unit}", count=(now - since) // span)
    return phrase("age-minutes", count=max(0, (now - since) // timedelta(minutes=1)))


def _standing(tip: Tip) -> Phrase:
    """The status, and who has it."""
    status = Phrase(f"standing-{tip.status}")
    if tip.status is Status.CLOSED and tip.outcome is not None:
        return phrase("card-closed", status=status, outcome=Phrase(f"outcome-{tip.outcome}"), name=tip.owner_name)
    if tip.owner is not None:
        return phrase("card-owned", status=status, name=tip.owner_name)
    return phrase("card-status", status=status)


def whole(tip: Tip, officer: Officer, *, now: datetime) -> Say:
    """The whole tip, for the officer's private chat: everything said, in order, and what they may do now."""
    words = (*standing_lines(tip, now=now), *map(entry_line, tip.entries))
    return Say(words, choices=offers(tip, officer), columns=2, protect=True, anchor=tip.id)


def standing_lines(tip: Tip, *, now: datetime) -> tuple[Phrase, ...]:
    """What the tip is, where it stands, and whether its reporter can be asked."""
    words = [card_head(tip, now=now), _standing(tip), phrase("whole-designation", designation=tip.designation)]
    if tip.reachable or tip.reach is not Reach.HERE:
        words.append(Phrase(f"whole-reach-{tip.reach}"))
    if not tip.reachable and tip.reach is not Reach.SILENT:
        words.append(Phrase("card-no-answer"))
    if _is_to_pass_on(tip):
        words.append(Phrase("card-passing-on"))
    words += _marks(tip)
    if tip.valuable:
        words.append(Phrase("whole-valuable"))
    return tuple(words)


def entry_line(entry: Entry) -> Phrase:
    """Who said what, when. An officer's picture is a note, not the reporter's; contact details are only named."""
    if entry.kind == "contact":
        return phrase("entry-contact", at=entry.at)
    quote = Quote("entry", entry.id)
    if entry.media is not None:
        file = Phrase(f"file-{entry.kind}")
        if entry.officer:
            return phrase("entry-note-file", at=entry.at, name=entry.officer_name, file=file, words=quote)
        return phrase("entry-file", at=entry.at, file=file, words=quote)
    if entry.officer and entry.kind == "pin":
        return phrase("entry-note-pin", at=entry.at, name=entry.officer_name, words=quote)
    return phrase(f"entry-{entry.kind}", at=entry.at, name=entry.officer_name, words=quote)


def history(tip: Tip, events: Sequence[Event]) -> Say:
    """Every move and every view, oldest first."""
    lines = tuple(history_line(event) for event in events)
    return Say((phrase("history-head", number=tip.number), *lines), protect=True)


def history_line(event: Event) -> Phrase:
    """Who did what; what the reporter did names nobody."""
    what = Phrase(f"event-{event.what}") if event.what in LOGGED else Phrase("event-else")
    if event.what == "closed" and event.detail in set(Outcome):
        what = phrase("event-closed-as", outcome=Phrase(f"outcome-{event.detail}"))
    if event.officer == REPORTER:
        return phrase("history-line-reporter", at=event.at, what=what)
    return phrase("history-line", at=event.at, name=event.officer_name or Phrase("history-nobody"), what=what)


# --- presses on a tip -------------------------------------------------------------------------------------------


def opened(tip: Tip, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    """The whole tip, logged, and only ever in the officer's private place."""
    view = whole(tip, officer, now=facts.now)
    logged = LogView(tip.id, officer.id)
    if said.place.shared:
        return Turn(replies=(toast("open-in-private"),), effects=(logged, TellPlace(officer.place, view)))
    return Turn(replies=(view,), effects=(logged,))


def files(tip: Tip, officer: Officer, *, passed: int = 0) -> AnyTurn:
    """The photos and files of a tip after the first `passed`, one message each; opening them is logged apart."""
    every = [entry.media for entry in tip.entries if entry.media is not None]
    shown = every[passed : passed + MOST_FILES]
    if not shown:
        return Turn(replies=(say("files-none"),))
    replies: list[Outgoing] = [Exhibit(tip.id, media) for media in shown]
    following = passed + len(shown)
    if following < len(every):
        on = Choice(f"files:{tip.id}_{following}", Phrase("choice-o-page-on"), lasting=True)
        counted = phrase("files-shown", number=tip.number, shown=following, count=len(every))
        replies.append(Say((counted,), choices=(on,), protect=True, anchor=tip.id))
    return Turn(replies=tuple(replies), effects=(LogView(tip.id, officer.id, what="viewed-files"),))


def file(tip: Tip, officer: Officer, *, media: MediaId) -> AnyTurn:
    """One file as it came, asked for by its own button: nothing that a machine could run opens by itself."""
    if not any(entry.media == media for entry in tip.entries):
        return Turn(replies=(say("files-none"),))
    viewed = LogView(tip.id, officer.id, what="viewed-files")
    return Turn(replies=(Exhibit(tip.id, media, whole=True),), effects=(viewed,))


def may_open_contact(officer: Officer, tip: Tip) -> bool:
    """The chief of the desk, where the reporter left a name and number."""
    return tip.reach is Reach.CONTACT and is_chief(officer, tip.desk)


def contact(tip: Tip, officer: Officer, *, reason: NewEntry) -> AnyTurn:
    """The reporter's name and number: for a reason, which is kept as a note; logged, and the reporter is told."""
    words = phrase("contact-shown", number=tip.number, words=Quote("contact", tip.id, "words"))
    shown = Say((words,), choices=(tip_choice("open", tip),), protect=True, anchor=tip.id)
    told = TellReporter(tip.id, Say((to_reporter("contact-opened", tip),)))
    logged = LogView(tip.id, officer.id, what="revealed")
    return Turn.done(shown, effects=(logged, AddEntries(tip.id, (reason,), officer.id), told))


def may_read_history(officer: Officer, tip: Tip) -> bool:
    """The chief of the desk and the auditor."""
    return bool(roles_in(officer, tip.desk) & {Role.CHIEF, Role.AUDITOR})


def read_history(tip: Tip, officer: Officer, *, events: Sequence[Event]) -> AnyTurn:
    """The history, and the line in it that it was read."""
    return Turn(replies=(history(tip, events),), effects=(LogView(tip.id, officer.id, what="read-history"),))


AT_ONCE: dict[str, Decision] = {"claim": Claim(), "back": GiveBack(), "reopen": Reopen()}
"""Decisions that are taken with one press and need no words."""


def decided(verb: str, tip: Tip, *, officer: Officer, said: Incoming, facts: Facts) -> AnyTurn:
    """A decision of one press. In a group only the short answer shows; what belongs to the officer goes to them."""
    ruling = rule(tip, officer, AT_ONCE[verb], facts)
    if not said.place.shared:
        return Turn(replies=ruling.replies, effects=ruling.effects)
    effects: tuple[Effect, ...] = ruling.effects
    if ruling.allowed:
        effects += tuple(TellPlace(officer.place, reply) for reply in _says(ruling))
    return Turn(replies=tuple(Toast("", reply.words[0]) for reply in _says(ruling)[:1]), effects=effects)


def _says(ruling: Ruling) -> list[Say]:
    return [reply for reply in ruling.replies if isinstance(reply, Say)]


def toast(key: str) -> Outgoing:
    """A word at the button that was just pressed; whoever carries it out knows which press this answers."""
    return Toast("", Phrase(key))
