"""Words on the console's pages: templates with the catalogue's texts, and what people wrote, opened for one page."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.outgoing.render import fill_in
from messages.catalogue import Catalogue
from messages.language import LANGUAGES, Language
from messages.outgoing import Say
from messages.phrase import Phrase, phrase
from storage import quotes
from storage.quotes import Reader
from storage.store import Store

PAGES: Final = Path(__file__).parent.parent / "pages" / "console"
_POSITION: Final = re.compile(r"(-?\d{1,2}\.\d{5}), (-?\d{1,3}\.\d{5})(?!\d)")
"""A position as a tip writes it (`storage.quotes.written`)."""
_MAP: Final = "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=18/{0}/{1}"


@dataclass(frozen=True, slots=True)
class Wording:
    """Makes pages and sentences in an officer's language."""

    store: Store
    catalogue: Catalogue
    _templates: Environment = field(
        default_factory=lambda: Environment(
            loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
    )

    def page(self, template: str, language: Language, **values: Any) -> str:
        """A page; in it `t("key", name=value)` is a text, and `t(phrase)` a phrase."""

        def t(told: str | Phrase, **args: Any) -> str:
            return self.catalogue.words(told if isinstance(told, Phrase) else phrase(told, **args), language)

        other = next(each for each in LANGUAGES if each != language)
        return self._templates.get_template(template).render(t=t, lang=language, other=other, **values)

    def words(self, told: Phrase, language: Language) -> str:
        """A sentence that quotes nobody."""
        return self.catalogue.words(told, language)

    async def spoken(self, told: Sequence[Phrase], language: Language) -> list[str]:
        """Sentences with what people wrote in them; each quote is opened here, for this page."""
        known = await quotes.read(self.store, quotes.quotes_in(Say(tuple(told))), reader=Reader())
        marks = {quote: f"\ue000{number}\ue001" for number, quote in enumerate(known)}
        written = {marks[quote]: words for quote, words in known.items()}
        return [fill_in(self.catalogue.words(one, language, quotes=marks), written) for one in told]


def with_maps(words: str, label: str) -> Markup:
    """Words with a link to a map beside each position; nothing of the map is loaded before somebody follows it."""
    return Markup("").join(_linked(words, label))


def _linked(words: str, label: str) -> Iterable[Markup]:
    at = 0
    for found in _POSITION.finditer(words):
        yield escape(words[at : found.end()])
        link = Markup(' <a class="map" href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
        yield link.format(_MAP.format(*found.groups()), label)
        at = found.end()
    yield escape(words[at:])
