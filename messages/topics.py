"""The fire-safety topics: the groups a resident picks from, and the answers, read from `fire_topics/*.md`.

A fire officer reads, corrects and approves the files; this module gives them to the conversations. A file is a TOML
head between two lines of `+++`, then the answer in each language under `## vi` and `## en`, plain text. The legal basis
is written once, in Vietnamese; `BASIS_WORDS` puts it into English.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator

from messages.language import LANGUAGES, Language

LONGEST_ANSWER = 900  # characters of a rendered answer: it fits one chat message on a phone without scrolling far
LONGEST_LABEL = 32  # characters of a button's label before a phone cuts it
MOST_BUTTONS = 8  # choices on one screen

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Label = Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL)]
Words = Annotated[str, Field(min_length=1)]


class Group(BaseModel):
    """One screen of topics: its button and the topics behind it, in the order shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: Slug
    label: Mapping[Language, Label]
    topics: tuple[Slug, ...] = Field(min_length=1, max_length=MOST_BUTTONS)


class Topic(BaseModel):
    """One fire-safety subject with its answer, and what a fire officer needs to check and approve it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: Slug
    group: Slug
    title: Mapping[Language, Label]
    basis: str  # the legal basis as residents see it; "" where there is none
    checked_on: date  # the day on which the answer was last held against its sources
    general_advice: tuple[PositiveInt, ...]  # numbers of the facts that rest on general advice, not on a source
    see_also: tuple[Slug, ...]
    approved_by: str  # the fire officer who approved the answer; "" while nobody has
    body: Mapping[Language, Words]

    @field_validator("title", "body")
    @classmethod
    def _in_every_language(cls, words: Mapping[Language, str]) -> Mapping[Language, str]:
        if missing := set(LANGUAGES) - set(words):
            raise ValueError(f"missing in {', '.join(sorted(missing))}")
        return words


GROUPS: tuple[Group, ...] = (
    Group(
        slug="help",
        label={"vi": "Báo cháy, sơ cứu, sau cháy", "en": "Calling 114, burns, aftermath"},
        topics=("report-fire", "help114-app", "false-alarm", "clothes-on-fire", "burn-first-aid", "after-fire"),
    ),
    Group(
        slug="escape",
        label={"vi": "Thoát nạn", "en": "Getting out alive"},
        topics=(
            "smoke-escape",
            "trapped-upstairs",
            "apartment-escape",
            "lift",
            "second-exit",
            "night-lock",
            "escape-plan",
            "kids-elderly",
        ),
    ),
    Group(
        slug="gas-kitchen",
        label={"vi": "Gas, bếp, xăng dầu", "en": "Gas, kitchen, petrol"},
        topics=(
            "gas-leak",
            "gas-cylinder",
            "mini-gas-canister",
            "stove-unattended",
            "oil-pan-fire",
            "petrol-storage",
        ),
    ),
    Group(
        slug="electricity-vehicles",
        label={"vi": "Điện, sạc pin, xe cộ", "en": "Electricity, charging, vehicles"},
        topics=(
            "electrical-fire-response",
            "electrical-overload",
            "ac-fan",
            "ev-charging",
            "power-bank",
            "garage-vehicles",
        ),
    ),
    Group(
        slug="worship-tet",
        label={"vi": "Thờ cúng, Tết, đốt, hàn", "en": "Worship, Tet, burning, welding"},
        topics=(
            "altar-incense",
            "votive-paper",
            "fireworks",
            "tet-dry-season",
            "rubbish-burning",
            "welding",
        ),
    ),
    Group(
        slug="equipment",
        label={"vi": "Bình chữa cháy, thiết bị", "en": "Extinguishers and equipment"},
        topics=(
            "extinguisher-choose",
            "extinguisher-use",
            "extinguisher-check",
            "smoke-alarm",
            "fire-signal-transmitter",
            "breathing-mask",
            "escape-ladder",
            "breaking-tools",
        ),
    ),
    Group(
        slug="duties",
        label={"vi": "Quy định, mức phạt", "en": "Rules and fines"},
        topics=(
            "household-duty",
            "rental-house",
            "home-business",
            "karaoke-exit",
            "fines",
            "inspection",
            "approval-design",
            "insurance",
        ),
    ),
    Group(
        slug="community",
        label={"vi": "Khu phố: phản ánh, tham gia", "en": "Neighbourhood: report and join"},
        topics=(
            "blocked-exit-report",
            "fire-lane-parking",
            "public-fire-point",
            "hydrant-box",
            "interfamily-team",
            "civil-defence-team",
            "volunteer-firefighter",
            "training",
        ),
    ),
)

BASIS_LINE: Mapping[Language, str] = {
    "vi": "Căn cứ: {basis} · kiểm tra ngày {checked_on}",
    "en": "Basis: {basis} · checked on {checked_on}",
}
NO_BASIS_LINE: Mapping[Language, str] = {"vi": "Kiểm tra ngày {checked_on}", "en": "Checked on {checked_on}"}
GENERAL_ADVICE_LINE: Mapping[Language, str] = {
    "vi": "Một số ý là lời khuyên chung.",
    "en": "Some points are general advice.",
}

# Vietnamese words of a legal basis and what they are called in English; longer ones first, so that none is cut apart.
BASIS_WORDS: tuple[tuple[str, str], ...] = (
    ("Nghị định", "Decree"),
    ("Quyết định", "Decision"),
    ("Thông tư", "Circular"),
    ("Phụ lục", "Annex"),
    ("phụ lục", "Annex"),
    ("khoản", "clause"),
    ("điểm", "point"),
    ("điều", "art."),
    ("Điều", "art."),
    ("Luật", "Law"),
    ("QĐ", "QD"),
    ("NĐ", "ND"),
    (" và ", " and "),
)


def answer(topic: Topic, language: Language) -> str:
    """Everything a resident is shown for a topic: the answer, its basis and date, and what is only general advice."""
    line = BASIS_LINE[language] if topic.basis else NO_BASIS_LINE[language]
    closing = [line.format(basis=basis_in(topic.basis, language), checked_on=f"{topic.checked_on:%d/%m/%Y}")]
    if topic.general_advice:
        closing.append(GENERAL_ADVICE_LINE[language])
    return "\n".join([topic.body[language], "", *closing])


def basis_in(basis: str, language: Language) -> str:
    """The legal basis in that language; numbers and abbreviations of laws stay as they are."""
    if language == "vi":
        return basis
    for vietnamese, english in BASIS_WORDS:
        basis = basis.replace(vietnamese, english)
    return basis


def read_topic(text: str) -> Topic:
    """One file's words as a topic. Raises ValueError when the head or a language is missing, misnamed or malformed."""
    before, *parts = text.split("+++\n", maxsplit=2)
    if before or len(parts) != 2:
        raise ValueError("a topic begins with a head between two lines of +++")
    head = tomllib.loads(parts[0])
    return Topic.model_validate(
        {
            **{key: value for key, value in head.items() if not key.startswith("title_")},
            "title": {key.removeprefix("title_"): words for key, words in head.items() if key.startswith("title_")},
            "body": _bodies(parts[1]),
        }
    )


def _bodies(text: str) -> dict[str, str]:
    before, *sections = text.split("## ")
    bodies = {}
    for section in sections:
        language, _, words = section.partition("\n")
        bodies[language.strip()] = words.strip()
    if before.strip() or len(bodies) != len(sections):
        raise ValueError("an answer stands once under each language's heading, and nowhere else")
    return bodies


@cache
def load_topics() -> Mapping[str, Topic]:
    """All topics by slug, in the order of `GROUPS`. Raises ValueError when a file and the table of groups disagree."""
    folder = resources.files("messages") / "fire_topics"
    found: dict[str, Topic] = {}
    for file in folder.iterdir():
        if not file.name.endswith(".md"):
            continue
        topic = read_topic(file.read_text(encoding="utf-8"))
        if file.name != f"{topic.slug}.md":
            raise ValueError(f"{file.name} holds the topic {topic.slug}")
        found[topic.slug] = topic
    order = {slug: group.slug for group in GROUPS for slug in group.topics}
    if missing := order.keys() - found.keys():
        raise ValueError(f"no file for {', '.join(sorted(missing))}")
    for slug, topic in found.items():
        if order.get(slug) != topic.group:
            raise ValueError(f"the topic {slug} is in group {topic.group}, the table of groups says {order.get(slug)}")
    return MappingProxyType({slug: found[slug] for slug in order})


def unapproved() -> tuple[Topic, ...]:
    """The topics that no fire officer has approved yet, in the order of `GROUPS`."""
    return tuple(topic for topic in load_topics().values() if not topic.approved_by)
