"""`python -m tests.benchmarks NAME`: one benchmark; ends with 1 below its goal, 2 for a wrong name."""

import sys
from collections.abc import Callable, Sequence

from tests.benchmarks import backup, campaign, crowd, delivery, journey, meaning, queue, turns

BENCHMARKS: dict[str, Callable[[Sequence[str]], int]] = {
    "turns": turns.main,
    "memory": crowd.main,
    "journey": journey.main,
    "queue": queue.main,
    "backup": backup.main,
    "delivery": delivery.main,
    "campaign": campaign.main,
    "meaning": meaning.main,
}


def main(words: Sequence[str]) -> int:
    """Run the benchmark named first, with the rest of the words."""
    if not words or words[0] not in BENCHMARKS:
        print(f"usage: python -m tests.benchmarks {'|'.join(BENCHMARKS)} [--help]", file=sys.stderr)
        return 2
    return BENCHMARKS[words[0]](words[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
