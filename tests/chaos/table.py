"""What was measured, as a table with its goals."""

from collections import Counter
from collections.abc import Iterator
from statistics import median

from tests.chaos.rounds import FREE_LIMIT, Tally

GOALS = (
    ("lost", "tips lost, or lacking something"),
    ("twice", "tips filed twice"),
    ("unsaid", "replies and alerts lost"),
    ("doubled", "lines doubled that were not in doubt"),
    ("unsynced", "acknowledged before its sync"),
    ("hurried", f"windows with more than {FREE_LIMIT + 1} sends a second"),
    ("broken", "anything else: a damaged database, no rest, no start"),
)


def table(tally: Tally) -> str:
    """The lines of the table; every count must be 0."""
    return "\n".join(_lines(tally))


def _lines(tally: Tally) -> Iterator[str]:
    yield f"over {tally.kills} kills and {tally.cuts} power cuts, {median(tally.took):.1f} s a round in the median"
    yield f"with {tally.tips} confirmed tips, {tally.acks} updates acknowledged, {tally.sends} calls of the bot:"
    for kind, words in GOALS:
        count = tally.count(kind)
        yield f"  {count:>6}  {words}{'' if not count else '   <-- must be 0'}"
    yield f"  {sum(found.in_doubt for _, found in tally.findings):>6}  lines in doubt at a death"
    yield f"  {max(found.repeated for _, found in tally.findings):>6}  of a house's messages said twice, all in doubt"
    yield f"  {tally.busiest:>6}  most sends in any second"
    named = Counter[str]()
    for _, found in tally.findings:
        named.update(found.named)
    for reason, count in sorted(named.items()):
        yield f"  {count:>6}  given up, named: {reason}"
    yield "troubles: " + ", ".join(f"{name} {count}" for name, count in sorted(tally.troubles.items()))
