"""`python -m tests.fuzz --inputs N`: the long form, N inputs for each run; says how many went through."""

import argparse
import time

from tests.fuzz.runs import RUNS


def main() -> None:
    """Run all, or the one that is named."""
    told = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    told.add_argument("--inputs", type=int, default=100_000, help="inputs for each run")
    told.add_argument("--only", choices=sorted(RUNS), help="one run instead of all")
    asked = told.parse_args()
    for name, run in RUNS.items():
        if asked.only in (None, name):
            began = time.monotonic()
            run(asked.inputs)
            print(f"{name}: {asked.inputs} inputs, none raised, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
