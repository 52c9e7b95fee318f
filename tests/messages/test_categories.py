"""The table of categories: complete, short enough for buttons, and asking nothing that is none of our business."""

import pytest

from messages.categories import (
    LONGEST_CATEGORY_LABEL,
    LONGEST_GROUP_LABEL,
    MOST_QUESTIONS,
    Category,
    category,
    find_category,
    find_group,
    load_categories,
    load_groups,
)
from messages.language import LANGUAGES
from messages.meaning.folding import fold

ALL_29 = {
    "drugs": "high",
    "theft-robbery": "high",
    "online-scam": "high",
    "weapons-explosives": "high",
    "fireworks-illegal": "normal",
    "gambling": "normal",
    "black-credit": "high",
    "public-violence": "high",
    "domestic-violence": "high",
    "child-abuse": "high",
    "sexual-violence": "high",
    "missing-person": "high",
    "wanted-person": "high",
    "prostitution-trafficking": "high",
    "traffic-order": "normal",
    "sidewalk-encroachment": "normal",
    "environment-littering": "normal",
    "noise": "normal",
    "fire-hazard": "high",
    "blocked-exit": "high",
    "food-safety": "normal",
    "suspicious-activity": "normal",
    "residence-lodging": "low",
    "animals-nuisance": "low",
    "counterfeit-smuggling": "normal",
    "infrastructure-hazard": "high",
    "lost-found": "low",
    "feedback-thanks": "low",
    "other-safety": "normal",
}

each = pytest.mark.parametrize("one", load_categories(), ids=lambda one: one.slug)


def test_the_table_holds_the_29_kinds_each_once_with_its_default_urgency() -> None:
    assert len(load_categories()) == 29
    assert {one.slug: one.urgency for one in load_categories()} == ALL_29


def test_two_presses_reach_every_kind_and_a_screen_shows_eight_buttons_at_most() -> None:
    assert 4 <= len(load_groups()) <= 7
    assert all(len(group.categories) <= 7 for group in load_groups())
    assert [one.slug for one in load_groups()[-1].categories][-1] == "other-safety"


@each
def test_a_button_fits_a_phone_and_no_two_read_alike(one: Category) -> None:
    for language in LANGUAGES:
        assert len(one.label.in_(language)) <= LONGEST_CATEGORY_LABEL
        assert sum(fold(other.label.in_(language)) == fold(one.label.in_(language)) for other in load_categories()) == 1


def test_the_button_of_a_group_fits_a_phone() -> None:
    for group in load_groups():
        assert all(len(group.label.in_(language)) <= LONGEST_GROUP_LABEL for language in LANGUAGES)


@each
def test_questions_are_few_short_and_never_about_who_somebody_is_or_thinks(one: Category) -> None:
    assert len(one.questions) <= MOST_QUESTIONS
    for question in one.questions:
        assert len(question.vi) <= 100
        assert len(question.en) <= 100
        asked = f" {fold(question.vi)} {fold(question.en)} "
        for forbidden in ("dan toc", "ton giao", "quan diem", "que o dau", "nguoi o dau den", "religion", "ethnic"):
            assert f" {forbidden} " not in asked


def test_exactly_the_dangerous_kinds_warn_not_to_approach() -> None:
    assert {one.slug for one in load_categories() if one.warn_do_not_approach} == {
        "drugs",
        "weapons-explosives",
        "gambling",
        "black-credit",
        "wanted-person",
        "prostitution-trafficking",
    }


def test_fireworks_are_urgent_around_tet_only() -> None:
    fireworks = category("fireworks-illegal")
    assert [month for month in range(1, 13) if fireworks.urgency_in(month) == "high"] == [1, 2, 12]
    assert category("residence-lodging").urgency_in(1) == "low"


def test_a_kind_is_found_by_slug_and_an_unknown_one_is_not() -> None:
    assert find_category("drugs") is category("drugs")
    assert find_category("opinions") is None
    assert find_group("violence") in load_groups()
    assert find_group("nowhere") is None
    with pytest.raises(KeyError):
        category("opinions")


def test_the_long_name_is_used_where_the_button_was_shortened() -> None:
    assert category("blocked-exit").name("vi") == "Lối thoát nạn, đường xe chữa cháy bị chặn"
    assert category("drugs").name("vi") == "Ma túy"
