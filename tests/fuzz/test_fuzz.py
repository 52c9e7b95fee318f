"""The short form of the fuzz, for every check; `python -m tests.fuzz` is the long one."""

import pytest

from tests.fuzz.runs import RUNS


@pytest.mark.parametrize("name", RUNS)
def test_nothing_that_anybody_sends_makes_it_fail(name: str) -> None:
    RUNS[name](800)
