"""How well dangers are heard: `python -m tests.meaning.emergencies.score [learn|held]` prints totals, never lines."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from messages.meaning.emergencies import dangers, suspected
from tests.meaning.labelled import Labelled, held_back, learned

LOOKALIKE = "none"
CERTAINTY = 1.96
"""Standard deviations of the interval: 95 %."""


@dataclass(frozen=True)
class Share:
    """How many of how many, with Wilson's interval."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share itself; 0 of nothing."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval."""
        if not self.of:
            return 0.0, 1.0
        square = CERTAINTY**2
        middle = (self.value + square / (2 * self.of)) / (1 + square / self.of)
        spread = sqrt(self.value * (1 - self.value) / self.of + square / (4 * self.of**2)) * CERTAINTY
        spread /= 1 + square / self.of
        return max(0.0, middle - spread), min(1.0, middle + spread)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.1%} ({low:.1%} to {high:.1%}, {self.hits}/{self.of})"


@dataclass(frozen=True)
class Score:
    """The measures of one part."""

    heard: Share
    """Emergencies that are taken for one."""
    kind_right: Share
    """Of all emergencies, those whose first kind is one that fits."""
    false_alarms: Share
    """Lookalikes that are taken for an emergency."""
    number_shown: Share
    """Emergencies after which the number to dial is shown, surely or in doubt."""
    number_in_vain: Share
    """Lookalikes after which it is shown."""


def measure(part: str) -> Mapping[str, Score]:
    """The scores of a part ("learn" or "held"): of all of it under "all", and of each style."""
    messages = held_back("emergencies") if part == "held" else learned("emergencies")
    styles = sorted({one.style for one in messages})
    return {"all": score(messages)} | {
        style: score([one for one in messages if one.style == style]) for style in styles
    }


def score(messages: Iterable[Labelled]) -> Score:
    """The scores of these messages."""
    found = [(one.label, dangers(one.text), suspected(one.text)) for one in messages]
    emergencies = [(label, kinds, doubt) for label, kinds, doubt in found if label != LOOKALIKE]
    lookalikes = [(kinds, doubt) for label, kinds, doubt in found if label == LOOKALIKE]
    return Score(
        heard=Share(sum(bool(kinds) for _, kinds, _ in emergencies), len(emergencies)),
        kind_right=Share(
            sum(bool(kinds) and str(kinds[0]) in label.split("|") for label, kinds, _ in emergencies), len(emergencies)
        ),
        false_alarms=Share(sum(bool(kinds) for kinds, _ in lookalikes), len(lookalikes)),
        number_shown=Share(sum(bool(kinds or doubt) for _, kinds, doubt in emergencies), len(emergencies)),
        number_in_vain=Share(sum(bool(kinds or doubt) for kinds, doubt in lookalikes), len(lookalikes)),
    )


def main() -> None:
    """Print the totals of a part."""
    part = sys.argv[1] if len(sys.argv) > 1 else "learn"
    for style, one in measure(part).items():
        print(style)
        for name, share in vars(one).items():
            print(f"  {name.replace('_', ' '):16} {share}")


if __name__ == "__main__":
    main()
