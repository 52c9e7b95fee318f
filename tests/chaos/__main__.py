"""The chaos run: python -m tests.chaos [--rounds 200] [--power 50] [--seed 1]. Exit code 1 if anything was wrong.

Every round has a number, and with the seed the number decides what happens in it: --only plays one round again, on a
fresh installation. What the bot, the disk and the kill do within a round is not to the instant the same each time.
"""

import argparse
import asyncio
import sys
import time

from tests.chaos.machine import NoMachineError, library
from tests.chaos.rounds import ROUNDS_OF_ONE, Plan, Tally, a_house
from tests.chaos.table import table


async def play(plans: list[Plan], *, seed: int) -> Tally:
    """All rounds, house after house; one line for each."""
    tally = Tally()
    for first in range(0, len(plans), ROUNDS_OF_ONE):
        batch = plans[first : first + ROUNDS_OF_ONE]
        async with a_house(seed, batch[0].number) as house:
            for plan in batch:
                began = time.monotonic()
                found = await house.play(plan, tally)
                tally.took.append(time.monotonic() - began)
                tally.findings.append((plan, found))
                wrong = found.wrong()
                print(f"{plan}: {'ok' if not wrong else ''} {tally.took[-1]:.1f} s", flush=True)
                for kind, many in wrong.items():
                    print(*(f"    {kind}: {one}" for one in many), sep="\n", flush=True)
    return tally


def main() -> int:
    """Draw the plans, play them, print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200, help="rounds that end with kill -9")
    parser.add_argument("--power", type=int, default=50, help="rounds that end with a power cut")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other rounds")
    parser.add_argument("--only", type=int, help="the number of one round to play again")
    parser.add_argument("--power-cut", action="store_true", help="with --only: it ended with a power cut")
    chosen = parser.parse_args()
    try:
        library()
    except NoMachineError as error:
        print(error)
        return 1
    ends = [False] * chosen.rounds + [True] * chosen.power
    plans = [Plan.drawn(chosen.seed, number, loses_power=cut) for number, cut in enumerate(ends)]
    if chosen.only is not None:
        plans = [Plan.drawn(chosen.seed, chosen.only, loses_power=chosen.power_cut)]
    tally = asyncio.run(play(plans, seed=chosen.seed))
    print(table(tally))
    return int(any(found.wrong() for _, found in tally.findings))


if __name__ == "__main__":
    sys.exit(main())
