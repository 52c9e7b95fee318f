"""How well the wards that people mean are found, on messages with known answers: learn.tsv and held.tsv.

Columns, separated by tabs: the wards' codes joined by | (none when no place is named; of a former district or a common
name all of them), certain or ambiguous, the province they are thought to be in or nothing, the style, the message.
Expected answers follow from the resolutions of 2025 as the packaged tables have them; held.tsv was written first and is
never tuned on.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from messages.meaning.places.gazetteer import UnitName
from messages.meaning.places.resolving import Places, Resolution
from storage.ward_file import shipped_names

HERE = Path(__file__).parent
COMMON = 6
"""From so many possible wards on, asking back is all that counts: no screen shows them all."""

Part = Literal["learn", "held"]


@dataclass(frozen=True)
class Case:
    """One message and what it means."""

    wards: tuple[str, ...]
    certain: bool
    province: str
    style: str
    text: str

    def is_met(self, found: Resolution) -> bool:
        """Known: exactly this ward, or none. Ambiguous: asked back, and with every ward it may be."""
        if self.certain:
            return found.wards == self.wards
        return len(found.wards) > 1 and (len(self.wards) >= COMMON or set(self.wards) <= set(found.wards))


@dataclass
class Share:
    """So many of so many."""

    met: int = 0
    of: int = 0

    def add(self, met: bool) -> None:
        self.met, self.of = self.met + met, self.of + 1

    @property
    def share(self) -> float:
        """From 0 to 1; 1 when there is none."""
        return self.met / self.of if self.of else 1.0


@dataclass
class Figures:
    """What was measured of a part."""

    certain: Share = field(default_factory=Share)
    """The ward exactly right where it can be known; none where none is named."""
    ambiguous: Share = field(default_factory=Share)
    """Ambiguity noticed where it cannot be known."""
    by_style: dict[str, Share] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)
    """Each with what was wanted, what was found and why."""
    seconds: list[float] = field(default_factory=list)
    """How long each look-up took."""


def cases(part: Part) -> Iterator[Case]:
    """The messages of a part, in the order of the file."""
    for line in (HERE / f"{part}.tsv").read_text(encoding="utf-8").splitlines():
        wards, certainty, province, style, text = line.split("\t")
        yield Case(tuple(wards.split("|")) if wards else (), certainty == "certain", province, style, text)


@cache
def places() -> Places:
    """The packaged wards, without any that are served."""
    return Places(UnitName(*name) for name in shipped_names())


def measure(part: Part) -> Figures:
    """Ask every message of a part."""
    figures, book = Figures(), places()
    for case in cases(part):
        began = time.perf_counter()
        found = book.resolve(case.text, case.province or None)
        figures.seconds.append(time.perf_counter() - began)
        met = case.is_met(found)
        (figures.certain if case.certain else figures.ambiguous).add(met)
        figures.by_style.setdefault(case.style, Share()).add(met)
        if not met:
            wanted, got = " ".join(case.wards) or "none", " ".join(found.wards) or "none"
            figures.misses.append(f"{case.text!r} ({case.province}): wanted {wanted}, found {got}; {found.evidence}")
    return figures
