"""What is typed instead of pressed: labels in either language, and those of conversations that are over."""

from dataclasses import replace

import pytest

from messages.incoming import (
    Chosen,
    Text,
)
from messages.language import Language
from tests.handlers.resident_driver import Resident, a_world


async def test_labels_of_either_language_are_understood() -> None:
    resident = Resident(a_world())
    resident.session = replace(resident.session, language="en")
    await resident.hears(Text("bao tin cho cong an"))
    assert resident.stands_at == ("tip", "told")
    await resident.hears(Text("không gửi"))
    assert resident.stands_at == ("", "")


@pytest.mark.parametrize(("typed", "then"), [("English", "en"), ("tiếng Việt", "vi"), ("tieng viet", "vi")])
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_a_language_is_the_one_that_is_named(language: Language, typed: str, then: Language) -> None:
    resident = Resident(a_world())
    resident.session = replace(resident.session, language=language)
    await resident.hears(Text(typed))
    assert resident.session.language == then


async def test_a_choice_of_a_conversation_that_is_over_is_a_word_again() -> None:
    resident = Resident(a_world())
    await resident.hears(Text("mất xe đạp, phường Tây Hồ"))
    await resident.presses("not-send")
    await resident.hears(Text("1"))
    assert resident.stands_at == ("", "")
    assert Chosen("menu-tip").key in {choice.key for choice in resident.session.choices}
