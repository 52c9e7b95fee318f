"""The 29 kinds of tip: what the buttons say, how urgent a kind is, who handles it and what may be asked about it.

The table itself is `categories.toml`, in words that an officer can correct; this module checks and serves it.
"""

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from messages.language import Language

Urgency = Literal["high", "normal", "low"]

LONGEST_CATEGORY_LABEL = 34
"""Characters; a longer button is cut on a phone 360 pixels wide."""

LONGEST_GROUP_LABEL = 32
MOST_QUESTIONS = 3
MOST_CATEGORIES_IN_A_GROUP = 7
"""A screen shows eight buttons: seven categories and the way back."""

Slug = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=40)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wording(_Frozen):
    """One thing said in every language we speak."""

    vi: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def in_(self, language: Language) -> str:
        return self.vi if language == "vi" else self.en


class Question(Wording):
    """One thing an officer would want to know; the reporter may always skip it."""


class Category(_Frozen):
    """One kind of tip."""

    slug: Slug
    label: Wording
    full: Wording | None = None
    handler: Wording
    urgency: Urgency
    high_in_months: frozenset[Annotated[int, Field(ge=1, le=12)]] = frozenset()
    warn_do_not_approach: bool = False
    source: str
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=MOST_QUESTIONS)]

    def name(self, language: Language) -> str:
        """The unshortened name, for cards and the status page, where there is room."""
        return (self.full or self.label).in_(language)

    def urgency_in(self, month: int) -> Urgency:
        """How urgent a tip of this kind is before anybody has read it; `month` (1-12) is the local month of filing."""
        return "high" if month in self.high_in_months else self.urgency


class CategoryGroup(_Frozen):
    """The first of the two presses that lead to a category."""

    slug: Slug
    label: Wording
    category: Annotated[tuple[Category, ...], Field(min_length=1, max_length=MOST_CATEGORIES_IN_A_GROUP)]

    @property
    def categories(self) -> tuple[Category, ...]:
        """The TOML table is written in the singular, one `[[group.category]]` each; readers want the plural."""
        return self.category


class _Table(_Frozen):
    group: Annotated[tuple[CategoryGroup, ...], Field(min_length=4, max_length=7)]


@functools.cache
def load_groups() -> tuple[CategoryGroup, ...]:
    """The groups in the order of their buttons; raises ValidationError when the table is wrong."""
    text = resources.files("messages").joinpath("categories.toml").read_text(encoding="utf-8")
    return _Table.model_validate(tomllib.loads(text)).group


@functools.cache
def load_categories() -> tuple[Category, ...]:
    """All categories, in the order of the table."""
    return tuple(category for group in load_groups() for category in group.categories)


@functools.cache
def _by_slug() -> Mapping[str, Category]:
    return {category.slug: category for category in load_categories()}


def category(slug: str) -> Category:
    """The category with this slug; raises KeyError for one that does not exist."""
    return _by_slug()[slug]


def find_category(slug: str) -> Category | None:
    """As `category`, for a slug that came from outside, such as an old button."""
    return _by_slug().get(slug)


def find_group(slug: str) -> CategoryGroup | None:
    """The group with this slug, for a slug that came from outside."""
    return next((group for group in load_groups() if group.slug == slug), None)
