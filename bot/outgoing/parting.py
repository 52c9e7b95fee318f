"""What ends, and what moves, when a platform says that an address is gone."""

from datetime import datetime

from messages.address import Place
from storage import cards, notices, officers, outbox, questions, reporters, sessions, tips
from storage.notices import Settled
from storage.outbox import Line, ToAsker, ToPlace, ToReporter
from storage.records import ReporterId
from storage.reporters import Reporter
from storage.store import Store, chat_of
from storage.writes import Write


async def farewell(store: Store, line: Line, *, place: Place, now: datetime) -> list[Write]:
    """End what is owed to an address that can never be reached again: a group is no desk any more, a person is gone.

    The tips of a person who blocked us show it to their officers; subscriptions end.
    """
    ends = notices.settle([Settled(line, "gone")], now) if line.campaign else outbox.sent(line)
    if place.shared:
        return [*ends, *officers.unlink_group(store.seal, place)]
    chat = chat_of(store.seal, place)
    writes = [*ends, outbox.end_chat(chat), *cards.end_cards(chat)]
    reporter = await _reader(store, line)
    if reporter is None:
        return writes
    ended = [write for held in reporter.contents.tips for write in cards.unreachable(held.tip, now)]
    return [*writes, *ended, *outbox.end_subscriber(reporter.id), *reporters.mark_gone(reporter.id, gone=True)]


async def moved(store: Store, place: Place, *, to: Place) -> list[Write]:
    """A group lives on under another name: lines, cards and the desk go with it."""
    return [
        *await outbox.move_lines(store, place, to=to),
        *await cards.move_cards(store, place, to=to),
        *officers.move_group(store.seal, place, to=to),
    ]


async def _reader(store: Store, line: Line) -> Reporter | None:
    """The person a line was for; None for an officers' chat and for somebody forgotten."""
    named: str | None = line.reporter
    match line.contents.target if line.contents else None:
        case ToPlace(session=session) if session:
            named = await sessions.owner_of(store, session)
        case ToReporter(tip=tip):
            link = await tips.link_of(store, tip)
            named = link.reporter if link else None
        case ToAsker(question=question):
            named = await questions.words_of(store, question, column="reporter")
        case _:
            pass
    return await reporters.by_id(store, ReporterId(named)) if named else None
