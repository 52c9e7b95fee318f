"""The signals of danger in one message, weighed by rule: what stands beside them says whether it is happening now."""

import itertools
from collections.abc import Iterator, Sequence

from messages.meaning.danger import EvidenceTable, Sign, Strength, ear
from messages.meaning.folding import Word, words
from messages.meaning.signals import Span, hidden_by

NEAR = 4
"""How many words may lie between a signal and the word that says it is now."""

_RUNNING = frozenset({"dang", "vua", "roi", "moi", "kia", "is", "are", "just"})
"""Words that say now inside a signal itself."""


class Message:
    """One message with what speaks for and against danger in it."""

    def __init__(self, said: Sequence[Word]) -> None:
        table = ear()
        self._said = said
        self.hidden = hidden_by(span for _, span in table.lookalikes.find(said))
        self.found: dict[str, list[Span]] = {name: [] for name in EvidenceTable.model_fields}
        for name, span in itertools.chain(table.evidence.find(said), table.hideable.find(said, self.hidden)):
            self.found[name].append(span)
        # "hôm kia" (the day before yesterday) is no "kìa!" (look there).
        over = hidden_by(self.found["past"] + self.found["habits"])
        self._now_at = {index: one for one in self.found["now"] if one.first not in over for index in range(*one)}
        self._clauses = {name: frozenset(map(self._clause, spans)) for name, spans in self.found.items()}
        self._supposed_from: dict[int, int] = {}
        for one in self.found["supposed"]:
            self._supposed_from.setdefault(self._clause(one), one.first)
        self.asked = _yes_or_no_clauses(said)
        self._negated = frozenset(last for _, last in self.found["negations"])
        self._fillers = {last: first for first, last in self.found["fillers"]}

    def cries_for_help(self) -> bool:
        """A cry that names no danger ("cứu em với, em ở số 12")."""
        calls = any(word.plain == "cuu" for one in self.found["cries"] for word in self._said[one.first : one.last])
        return calls and not (self.found["unreal"] or self.found["past"])

    def signs(self) -> Iterator[Sign]:
        """The signals that hold after everything that speaks against them was weighed."""
        heard = [Sign(kind, strength, span) for (kind, strength), span in ear().kinds.find(self._said, self.hidden)]
        covering = _covering(heard)
        for sign in heard:
            if not _inside_another_kind(sign, covering) and self._holds(sign):
                yield sign

    def _holds(self, sign: Sign) -> bool:
        span, cries = sign.span, bool(self.found["cries"])
        if self.is_negated(span) or (self.found["unreal"] and not cries):
            return False
        now = self._is_now(span)
        match sign.strength:
            case Strength.LASTING:
                return cries or now or not (self.found["rules"] or self._stands_with("supposed", span))
            case Strength.NOW:
                over = self._stands_with("past", span) and not now
                return not over and (cries or now or self._is_running(span) or not self._only_general(span))
            case Strength.PLAIN:
                if self.found["past"] and not now:
                    return False
                return cries or not self._only_talk(span, now=now)

    def _only_talk(self, span: Span, *, now: bool) -> bool:
        """Rules, questions, suppositions and habits around a signal that does not itself say "now"."""
        if self.found["rules"]:
            return True
        if now:
            return False
        if self.found["supposed"] or self.found["habits"]:
            return True
        asked = self.found["questions"] or self._said[span.first].clause in self.asked
        return bool(asked) and not self._stands_with("here", span)

    def _only_general(self, span: Span) -> bool:
        """As `_only_talk`, for a signal that sounds like now: it takes more to call it mere talk."""
        if self._supposed_from.get(self._clause(span), span.last) <= span.first or self.found["habits"]:
            return True
        return bool(self.found["rules"] or self.found["questions"]) and not self._stands_with("here", span)

    def _is_running(self, span: Span) -> bool:
        return any(word.plain in _RUNNING for word in self._said[span.first : span.last])

    def _is_now(self, span: Span) -> bool:
        """Whether a word that says now stands near the signal, in its clause, and is not part of it."""
        for index in range(max(0, span.first - NEAR - 1), span.last + NEAR + 1):
            one = self._now_at.get(index)
            if one is not None and self._clause(one) == self._clause(span) and not _covers(span, one):
                return True
        return False

    def is_negated(self, span: Span) -> bool:
        """Whether a word right before the signal takes it back: "không cháy"."""
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


def _covering(signs: Sequence[Sign]) -> dict[int, list[Sign]]:
    """For each word, the signs that cover it."""
    covering: dict[int, list[Sign]] = {}
    for sign in signs:
        for index in range(*sign.span):
            covering.setdefault(index, []).append(sign)
    return covering


def _inside_another_kind(sign: Sign, covering: dict[int, list[Sign]]) -> bool:
    return any(sign.span.within(other.span) and other.kind is not sign.kind for other in covering[sign.span.first])
