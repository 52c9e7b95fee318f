"""The set of messages is whole, and what was reached on it is not lost again."""

import pytest

from storage.ward_file import shipped_names
from tests.meaning.places.score import Part, cases, measure

CODES = {name[0] for name in shipped_names()}
STYLES = {"accented", "plain", "typos", "situation", "english"}


@pytest.mark.parametrize(("part", "least"), [("learn", 300), ("held", 130)])
def test_every_message_has_an_answer_in_the_list_of_wards(part: Part, least: int) -> None:
    every = list(cases(part))
    assert len(every) >= least
    for case in every:
        assert set(case.wards) <= CODES, case.text
        assert case.style in STYLES, case.text
        assert (len(case.wards) <= 1) is case.certain, case.text


def test_no_message_stands_in_both_parts() -> None:
    learnt = {(case.text, case.province) for case in cases("learn")}
    assert not [case.text for case in cases("held") if (case.text, case.province) in learnt]


@pytest.mark.parametrize("part", ["learn", "held"])
def test_places_are_found_as_well_as_the_goals_ask(part: Part) -> None:
    figures = measure(part)
    assert figures.certain.share >= 0.95, figures.misses
    assert figures.ambiguous.share >= 0.90, figures.misses
