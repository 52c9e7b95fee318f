"""The catalogue: from a phrase to the sentence a person reads, in their language.

Texts lie in `texts/<language>/*.ftl` (Fluent). Values of arguments: words, numbers, moments (shown in the
installation's time zone) and nested phrases. Quotes must have been resolved before.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any

from fluent.runtime import FluentBundle
from fluent.syntax import FluentParser
from fluent.syntax.ast import Junk

from messages.categories import load_categories, load_groups
from messages.language import LANGUAGES, Language
from messages.meaning.procedures import load_procedures
from messages.phrase import Moment, Phrase, Quote, Value
from messages.topics import GROUPS, answer, load_topics

LOCALES = {"vi": "vi-VN", "en": "en-GB"}
"""British English writes the day before the month, as Vietnamese does."""


class Catalogue:
    """All texts of all languages."""

    def __init__(self, timezone: tzinfo) -> None:
        self._timezone = timezone
        self._bundles = {language: _bundle(language) for language in LANGUAGES}
        # Texts that are always the same: those of the tables, and Fluent's that take no arguments once they were asked
        # for. Everything that is typed is compared with two dozen labels.
        self._fixed = {language: dict(table_texts(language)) for language in LANGUAGES}

    def keys(self, language: Language) -> frozenset[str]:
        """The keys of every text in a language."""
        return frozenset(self._bundles[language]._messages) | frozenset(self._fixed[language])

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self._fixed["vi"] or bool(self._bundles["vi"].has_message(key))

    def words(self, phrase: Phrase, language: Language, *, quotes: Mapping[Quote, str] | None = None) -> str:
        """The sentence. Raises KeyError for an unknown key and ValueError where an argument is missing."""
        fixed = self._fixed[language].get(phrase.key)
        if fixed is not None:
            return fixed
        bundle = self._bundles[language]
        if not bundle.has_message(phrase.key):
            raise KeyError(phrase.key)
        arguments = {name: self._value(value, language, quotes=quotes or {}) for name, value in phrase.args.items()}
        pattern = bundle.get_message(phrase.key).value
        if pattern is None:
            raise KeyError(phrase.key)
        words, problems = bundle.format_pattern(pattern, arguments)
        if problems:
            raise ValueError(f"text {phrase.key} in {language}: {problems[0]}")
        if not arguments:
            self._fixed[language][phrase.key] = str(words)
        return str(words)

    def _value(self, value: Value, language: Language, *, quotes: Mapping[Quote, str]) -> Any:
        match value:
            case Phrase():
                return self.words(value, language, quotes=quotes)
            case Quote():
                return quotes.get(value, "…")
            case Moment(at=at):
                return self.moment(at)
            case _:
                return value

    def moment(self, at: datetime) -> str:
        """A moment as people write it here: 14:05 22/11/2026."""
        return at.astimezone(self._timezone).strftime("%H:%M %d/%m/%Y")


@cache
def table_texts(language: Language) -> Mapping[str, str]:
    """The texts that stand in tables of their own (categories, fire topics, procedures), by key."""
    texts: dict[str, str] = {}
    for group in load_groups():
        texts[f"group-{group.slug}"] = group.label.in_(language)
    for one in load_categories():
        texts[f"category-{one.slug}"] = one.label.in_(language)
        texts |= {f"question-{one.slug}-{n}": asked.in_(language) for n, asked in enumerate(one.questions, 1)}
    for screen in GROUPS:
        texts[f"topics-{screen.slug}"] = screen.label[language]
    for topic in load_topics().values():
        texts[f"topic-{topic.slug}"] = topic.title[language]
        texts[f"answer-{topic.slug}"] = f"{topic.title[language]}\n{answer(topic, language)}"
    for procedure in load_procedures():
        texts[f"procedure-{procedure.slug}"] = procedure.label.in_(language)
    return texts


@cache
def _bundle(language: Language) -> FluentBundle:
    bundle = FluentBundle([LOCALES[language]], use_isolating=False)
    parser = FluentParser(with_spans=False)  # where each part of a text stood in its file is a megabyte
    for entry in sorted((files("messages") / "texts" / language).iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".ftl"):
            resource = parser.parse(entry.read_text(encoding="utf-8"))
            broken = [part for part in resource.body if isinstance(part, Junk)]
            if broken:
                raise ValueError(f"{language}/{entry.name}: {broken[0].content!r}")
            bundle.add_resource(resource)
    return bundle
