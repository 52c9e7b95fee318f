"""The chaos run in its short form: a few rounds of each kind, whose audit must find nothing."""

import pytest

from tests.chaos.__main__ import play
from tests.chaos.machine import NoMachineError, library
from tests.chaos.rounds import Plan
from tests.chaos.table import table
from tests.chaos.weather import TROUBLES

SEED = 20_261_122
KILLS, CUTS = 4, 2
"""Some three to five seconds each."""


async def test_nothing_is_lost_or_done_twice_in_some_rounds_of_kills_and_power_cuts() -> None:
    try:
        library()
    except NoMachineError as error:
        pytest.skip(str(error))
    plans = [Plan.drawn(SEED, number, loses_power=number >= KILLS) for number in range(KILLS + CUTS)]
    tally = await play(plans, seed=SEED)
    for _, found in tally.findings:
        found.hurried.clear()  # how many sends fit into a second is measured by the long run: here others may be busy
    assert not [found.wrong() for _, found in tally.findings if found.wrong()], table(tally)
    assert tally.tips > len(plans)
    assert tally.acks > tally.tips
    assert tally.busiest > 1


def test_every_trouble_comes_up_in_a_whole_run() -> None:
    drawn = {name for number in range(250) for name in Plan.drawn(1, number, loses_power=False).troubles}
    assert drawn == set(TROUBLES)
