"""Quotes: what somebody wrote, looked up and opened only while a line that refers to it goes out."""

import json
from collections.abc import Iterable, Mapping

from messages.frozen import frozen
from messages.incoming import Point
from messages.language import Language
from messages.outgoing import Say
from messages.phrase import Phrase, Quote, Value
from storage import additions, campaigns, entries, questions, ratings, sessions, tips
from storage.campaign_records import Campaign
from storage.figures import RatingId
from storage.records import CampaignId, EntryId, QuestionId, TipId
from storage.reporters import Reporter
from storage.store import Store


@frozen
class Reader:
    """Whom a line goes to, as far as a quote depends on it."""

    reporter: Reporter | None = None
    session: str = ""
    """The session whose draft may be quoted."""
    language: Language = "vi"
    """In which a campaign's words are read, where it has them in that language."""


def quotes_in(said: Say) -> frozenset[Quote]:
    """Every quote of a message, in paragraphs and on buttons."""
    found: set[Quote] = set()
    for phrase in (*said.words, *(choice.label for choice in said.choices)):
        found.update(_in_phrase(phrase))
    return frozenset(found)


def _in_phrase(phrase: Phrase) -> Iterable[Quote]:
    values: list[Value] = list(phrase.args.values())
    while values:
        value = values.pop()
        if isinstance(value, Quote):
            yield value
        elif isinstance(value, Phrase):
            values.extend(value.args.values())


async def read(store: Store, quotes: Iterable[Quote], *, reader: Reader) -> Mapping[Quote, str]:
    """What each quote stands for. One whose words are gone (key destroyed, draft over) is missing."""
    found: dict[Quote, str] = {}
    for quote in quotes:
        words = await _words(store, quote, reader=reader)
        if words is not None:
            found[quote] = words
    return found


async def _words(store: Store, quote: Quote, *, reader: Reader) -> str | None:
    match quote.of:
        case "entry":
            return await _entry(store, EntryId(quote.id))
        case "draft":
            return await _draft(store, quote, reader=reader)
        case "question":
            column = "answer" if quote.part == "answer" else "words"
            return await questions.words_of(store, QuestionId(quote.id), column=column)
        case "addition":
            addition = await additions.addition(store, QuestionId(quote.id))
            return None if addition is None else addition.answer if quote.part == "answer" else addition.asked
        case "campaign":
            campaign = await campaigns.campaign(store, CampaignId(quote.id))
            return None if campaign is None else _of_campaign(campaign, quote.part, language=reader.language)
        case "rating":
            return await ratings.words_of(store, RatingId(quote.id))
        case "account":
            return reader.reporter.contents.by.who if reader.reporter else None
        case "tip":
            return await tips.number_of(store, TipId(quote.id))
        case "contact" if quote.part == "tail":
            held = reader.reporter.contents.tips if reader.reporter else ()
            return next((one.tail for one in held if one.tip == quote.id), None)
        case "contact":
            entry = await entries.newest_of_kind(store, TipId(quote.id), kind="contact")
            return None if entry is None else await _entry(store, entry)


def _of_campaign(campaign: Campaign, part: str, *, language: Language) -> str:
    match part:
        case "english":
            return campaign.english
        case "neighbourhoods":
            return ", ".join(campaign.neighbourhoods)
        case _:
            return campaign.english if language == "en" and campaign.english else campaign.words


async def _entry(store: Store, entry: EntryId) -> str | None:
    opened = await entries.opened(store, entry)
    if opened is None:
        return None
    words, point = opened.contents.words, opened.contents.point
    return "\n".join(part for part in (words, written(point) if point else "") if part)


def written(point: Point) -> str:
    """A position as a map search takes it, to about a metre."""
    return f"{point.latitude:.5f}, {point.longitude:.5f}"


async def _draft(store: Store, quote: Quote, *, reader: Reader) -> str | None:
    """A field of the draft of this very conversation; None once the conversation is about something else."""
    if reader.reporter is None or not reader.session:
        return None
    session = await sessions.by_id(store, reader.session, reporter=reader.reporter)
    if session is None or not session.draft or (quote.id and quote.id != session.draft_id):
        return None
    draft = json.loads(session.draft)
    return _spelled(draft.get(quote.part)) if isinstance(draft, dict) else None


def _spelled(value: object) -> str | None:
    """A field of a draft as it is read: words as they are, and of several things told the words and positions."""
    match value:
        case str():
            return value
        case int() | float():
            return str(value)
        case list():
            return "\n".join(part for part in map(_spelled, value) if part)
        case {"latitude": float() | int() as latitude, "longitude": float() | int() as longitude}:
            return written(Point(latitude, longitude))
        case {"words": str() as words}:
            return words
        case _:
            return None
