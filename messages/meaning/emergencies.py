"""Whether a message tells of danger right now, and which: the number to dial must come before anything else.

The words are in `emergencies.toml`. This is a table of phrases, not a model: it answers at once, on this machine, and
every answer can be explained. In doubt it says emergency, because one line too many is cheap and one too few is not.
"""

import functools
import itertools
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from messages.categories import load_categories, load_groups
from messages.language import LANGUAGES
from messages.meaning.folding import Word, fold, folded, words
from messages.meaning.signals import Phrasebook, Span, hidden_by, phrases_of, spelled_out

NEAR = 4
"""How many words may lie between a signal and the word that says it is now."""


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


class _EvidenceTable(_Frozen):
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
    evidence: _EvidenceTable
    lookalike: _LookalikeTable
    kind: Annotated[tuple[_KindTable, ...], Field(min_length=len(Kind), max_length=len(Kind))]


class _Strength(StrEnum):
    NOW = "now"
    PLAIN = "plain"
    LASTING = "lasting"


class _Sign(NamedTuple):
    kind: Kind
    strength: _Strength
    span: Span


@dataclass(frozen=True)
class _Ear:
    """The table, ready to be listened with."""

    kinds: Phrasebook[tuple[Kind, _Strength]]
    alone: dict[str, Kind]
    scripts: tuple[tuple[str, Kind], ...]
    lookalikes: Phrasebook[None]
    hideable: Phrasebook[str]
    evidence: Phrasebook[str]


_HIDEABLE = frozenset({"now", "cries", "here", "negations"})
"""Evidence for which a lookalike does not count; evidence against danger may lie inside one."""

_RUNNING = frozenset({"dang", "vua", "roi", "moi", "kia", "is", "are", "just"})
"""Words that say now inside a signal itself."""


@functools.cache
def _ear() -> _Ear:
    text = resources.files("messages.meaning").joinpath("emergencies.toml").read_text(encoding="utf-8")
    table = _Table.model_validate(tomllib.loads(text))
    kinds = Phrasebook[tuple[Kind, _Strength]]()
    for one in table.kind:
        kinds.add((one.name, _Strength.NOW), one.now)
        kinds.add((one.name, _Strength.PLAIN), one.signals)
        kinds.add((one.name, _Strength.PLAIN), one.accented, accented=True)
        kinds.add((one.name, _Strength.LASTING), one.lasting)
    hideable, evidence = Phrasebook[str](), Phrasebook[str]()
    for name, phrases in table.evidence:
        (hideable if name in _HIDEABLE else evidence).add(name, phrases)
    return _Ear(
        kinds=kinds,
        alone={fold(phrase): one.name for one in table.kind for phrase in one.alone},
        scripts=tuple((_normal(phrase), one.name) for one in table.kind for phrase in one.scripts),
        lookalikes=phrases_of(table.lookalike.phrases),
        hideable=hideable,
        evidence=evidence,
    )


def triage(text: str) -> Kind | None:
    """The danger a message tells of, the most pressing one if it tells of several; None when there is none now."""
    return next(iter(dangers(text)), None)


@functools.lru_cache(maxsize=64)  # desk, flow and intent each ask about the message of a turn
def dangers(text: str) -> tuple[Kind, ...]:
    """Every danger a message tells of, the most pressing first. Never raises; linear in the length of the text."""
    ear = _ear()
    normal = _normal(text)
    foreign = {kind for phrase, kind in ear.scripts if phrase in normal}
    typed = words(text)
    if folded(typed) in _labels():
        return ()
    said = spelled_out(typed)
    alone = ear.alone.get(_once(said))
    if alone is not None:
        return (alone,)
    listened = _Message(said)
    found = foreign | {sign.kind for sign in listened.signs()}
    if not found and listened.cries_for_help():
        found = {Kind.VIOLENCE}
    return tuple(kind for kind in Kind if kind in found)


@functools.cache
def _labels() -> frozenset[str]:
    """The buttons that name a kind of tip: whoever types one has chosen it, and tells of nothing yet."""
    groups = [group.label for group in load_groups()]
    categories = [category.label for category in load_categories()]
    return frozenset(fold(label.in_(language)) for label in groups + categories for language in LANGUAGES)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _once(said: Sequence[Word]) -> str:
    """The words of a short message, each said once: "cháy cháy cháy" is "chay"."""
    return " ".join(dict.fromkeys(word.plain for word in said[:12])) if len(said) <= 12 else ""


class _Message:
    """One message with what speaks for and against danger in it."""

    def __init__(self, said: Sequence[Word]) -> None:
        ear = _ear()
        self._said = said
        self._hidden = hidden_by(span for _, span in ear.lookalikes.find(said))
        self._found: dict[str, list[Span]] = {name: [] for name in _EvidenceTable.model_fields}
        for name, span in itertools.chain(ear.evidence.find(said), ear.hideable.find(said, self._hidden)):
            self._found[name].append(span)
        # "hôm kia" (the day before yesterday) is no "kìa!" (look there).
        over = hidden_by(self._found["past"] + self._found["habits"])
        self._now_at = {index: one for one in self._found["now"] if one.first not in over for index in range(*one)}
        self._clauses = {name: frozenset(map(self._clause, spans)) for name, spans in self._found.items()}
        self._supposed_from: dict[int, int] = {}
        for one in self._found["supposed"]:
            self._supposed_from.setdefault(self._clause(one), one.first)
        self._asked = _yes_or_no_clauses(said)
        self._negated = frozenset(last for _, last in self._found["negations"])
        self._fillers = {last: first for first, last in self._found["fillers"]}

    def cries_for_help(self) -> bool:
        """A cry that names no danger ("cứu em với, em ở số 12")."""
        calls = any(word.plain == "cuu" for one in self._found["cries"] for word in self._said[one.first : one.last])
        return calls and not (self._found["unreal"] or self._found["past"])

    def signs(self) -> Iterator[_Sign]:
        """The signals that hold after everything that speaks against them was weighed."""
        heard = [_Sign(kind, strength, span) for (kind, strength), span in _ear().kinds.find(self._said, self._hidden)]
        covering = _covering(heard)
        for sign in heard:
            if not _inside_another_kind(sign, covering) and self._holds(sign):
                yield sign

    def _holds(self, sign: _Sign) -> bool:
        span, cries = sign.span, bool(self._found["cries"])
        if self._is_negated(span) or (self._found["unreal"] and not cries):
            return False
        now = self._is_now(span)
        match sign.strength:
            case _Strength.LASTING:
                return cries or now or not (self._found["rules"] or self._stands_with("supposed", span))
            case _Strength.NOW:
                over = self._stands_with("past", span) and not now
                return not over and (cries or now or self._is_running(span) or not self._only_general(span))
            case _Strength.PLAIN:
                if self._found["past"] and not now:
                    return False
                return cries or not self._only_talk(span, now=now)

    def _only_talk(self, span: Span, *, now: bool) -> bool:
        """Rules, questions, suppositions and habits around a signal that does not itself say "now"."""
        if self._found["rules"]:
            return True
        if now:
            return False
        if self._found["supposed"] or self._found["habits"]:
            return True
        asked = self._found["questions"] or self._said[span.first].clause in self._asked
        return bool(asked) and not self._stands_with("here", span)

    def _only_general(self, span: Span) -> bool:
        """As `_only_talk`, for a signal that sounds like now: it takes more to call it mere talk."""
        if self._supposed_from.get(self._clause(span), span.last) <= span.first or self._found["habits"]:
            return True
        return bool(self._found["rules"] or self._found["questions"]) and not self._stands_with("here", span)

    def _is_running(self, span: Span) -> bool:
        return any(word.plain in _RUNNING for word in self._said[span.first : span.last])

    def _is_now(self, span: Span) -> bool:
        """Whether a word that says now stands near the signal, in its clause, and is not part of it."""
        for index in range(max(0, span.first - NEAR - 1), span.last + NEAR + 1):
            one = self._now_at.get(index)
            if one is not None and self._clause(one) == self._clause(span) and not _covers(span, one):
                return True
        return False

    def _is_negated(self, span: Span) -> bool:
        first = span.first
        while first in self._fillers and first not in self._negated:
            first = self._fillers[first]
        return first in self._negated and self._said[first - 1].clause == self._said[span.first].clause

    def _stands_with(self, evidence: str, span: Span) -> bool:
        return self._clause(span) in self._clauses[evidence]

    def _clause(self, span: Span) -> int:
        return self._said[span.first].clause


def _covers(span: Span, other: Span) -> bool:
    return span.first <= other.first and other.last <= span.last


_PARTICLES = frozenset({"a", "vay", "nhi", "ta", "ad", "em", "anh", "chi", "ha", "the", "ban", "admin", "oi", "nhe"})
_NO, _NOT_YET = words("không chưa")


def _yes_or_no_clauses(said: Sequence[Word]) -> frozenset[int]:
    """The clauses that ask for yes or no: Vietnamese ends them in "không" or "chưa", particles aside."""
    ends: dict[int, Word] = {}
    for word in said:
        if word.plain not in _PARTICLES:
            ends[word.clause] = word
    # "chua" without accents is as often a pagoda (chùa): only the accented word asks.
    return frozenset(
        clause
        for clause, last in ends.items()
        if (last.plain == _NO.plain and last.marks <= _NO.marks) or (last.plain, last.marks) == _NOT_YET[:2]
    )


def _covering(signs: Sequence[_Sign]) -> dict[int, list[_Sign]]:
    """For each word, the signs that cover it."""
    covering: dict[int, list[_Sign]] = {}
    for sign in signs:
        for index in range(*sign.span):
            covering.setdefault(index, []).append(sign)
    return covering


def _inside_another_kind(sign: _Sign, covering: dict[int, list[_Sign]]) -> bool:
    return any(sign.span.within(other.span) and other.kind is not sign.kind for other in covering[sign.span.first])
