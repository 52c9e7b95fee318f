"""The fourteen kinds of danger, and the table of what people say in them (`emergencies.toml`), ready to listen with."""

import functools
import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from messages.meaning.folding import fold
from messages.meaning.signals import Phrasebook, Span, phrases_of


class Kind(StrEnum):
    """The fourteen kinds of danger; each has its fixed answer."""

    TRAPPED = "trapped"
    FIRE = "fire-now"
    GAS_LEAK = "gas-leak-now"
    DROWNING = "drowning"
    SUICIDE_RISK = "suicide-risk"
    DOMESTIC_VIOLENCE = "domestic-violence-now"
    CHILD_DANGER = "child-danger"
    WEAPON = "weapon-now"
    INTRUDER = "intruder-now"
    VIOLENCE = "violence-now"
    TRAFFIC_INJURY = "traffic-injury"
    MEDICAL = "medical-now"
    STRUCTURE = "structure-now"
    MONEY = "money-now"

    @property
    def text_key(self) -> str:
        """The key of the fixed answer in the catalogue."""
        return f"emergency-{self.value}"


QUIET_KINDS = frozenset({Kind.DOMESTIC_VIOLENCE, Kind.CHILD_DANGER, Kind.SUICIDE_RISK})
"""Whoever writes may be watched: no loud alert, no call back, no repeating of the message."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _KindTable(_Frozen):
    name: Kind
    now: tuple[str, ...]
    signals: tuple[str, ...]
    accented: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


class EvidenceTable(_Frozen):
    """What speaks for now and against it."""

    now: tuple[str, ...]
    here: tuple[str, ...]
    cries: tuple[str, ...]
    past: tuple[str, ...]
    unreal: tuple[str, ...]
    rules: tuple[str, ...]
    questions: tuple[str, ...]
    supposed: tuple[str, ...]
    habits: tuple[str, ...]
    negations: tuple[str, ...]
    fillers: tuple[str, ...]


class _LookalikeTable(_Frozen):
    phrases: tuple[str, ...]


class _Table(_Frozen):
    evidence: EvidenceTable
    lookalike: _LookalikeTable
    kind: Annotated[tuple[_KindTable, ...], Field(min_length=len(Kind), max_length=len(Kind))]


class Strength(StrEnum):
    """How much a signal says by itself; see the head of the table."""

    NOW = "now"
    PLAIN = "plain"
    LASTING = "lasting"


class Sign(NamedTuple):
    """A signal of the table, and where it stands."""

    kind: Kind
    strength: Strength
    span: Span


@dataclass(frozen=True)
class Ear:
    """The table, ready to be listened with."""

    kinds: Phrasebook[tuple[Kind, Strength]]
    alone: dict[str, Kind]
    scripts: tuple[tuple[str, Kind], ...]
    lookalikes: Phrasebook[None]
    hideable: Phrasebook[str]
    evidence: Phrasebook[str]


_HIDEABLE = frozenset({"now", "cries", "here", "negations"})
"""Evidence for which a lookalike does not count; evidence against danger may lie inside one."""


@functools.cache
def ear() -> Ear:
    """The table, read once."""
    text = resources.files("messages.meaning").joinpath("emergencies.toml").read_text(encoding="utf-8")
    table = _Table.model_validate(tomllib.loads(text))
    kinds = Phrasebook[tuple[Kind, Strength]]()
    for one in table.kind:
        kinds.add((one.name, Strength.NOW), one.now)
        kinds.add((one.name, Strength.PLAIN), one.signals)
        kinds.add((one.name, Strength.PLAIN), one.accented, accented=True)
        kinds.add((one.name, Strength.LASTING), one.lasting)
    hideable, evidence = Phrasebook[str](), Phrasebook[str]()
    for name, phrases in table.evidence:
        (hideable if name in _HIDEABLE else evidence).add(name, phrases)
    return Ear(
        kinds=kinds,
        alone={fold(phrase): one.name for one in table.kind for phrase in one.alone},
        scripts=tuple((plainly(phrase), one.name) for one in table.kind for phrase in one.scripts),
        lookalikes=phrases_of(table.lookalike.phrases),
        hideable=hideable,
        evidence=evidence,
    )


def plainly(text: str) -> str:
    """A text as it is compared in other scripts."""
    return unicodedata.normalize("NFKC", text).casefold()
