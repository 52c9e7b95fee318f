"""The fire-safety answers: all there, short enough for a phone, in both languages, and true to the fact sheet."""

import re
from pathlib import Path

import pytest

from messages.language import LANGUAGES, Language
from messages.topics import (
    GENERAL_ADVICE_LINE,
    GROUPS,
    LONGEST_ANSWER,
    LONGEST_LABEL,
    MOST_BUTTONS,
    Topic,
    answer,
    basis_in,
    load_topics,
    read_topic,
)

SLUGS = (
    "gas-leak",
    "gas-cylinder",
    "mini-gas-canister",
    "stove-unattended",
    "oil-pan-fire",
    "electrical-overload",
    "electrical-fire-response",
    "ac-fan",
    "ev-charging",
    "garage-vehicles",
    "power-bank",
    "altar-incense",
    "votive-paper",
    "fireworks",
    "welding",
    "petrol-storage",
    "rubbish-burning",
    "tet-dry-season",
    "extinguisher-choose",
    "extinguisher-use",
    "extinguisher-check",
    "smoke-alarm",
    "fire-signal-transmitter",
    "breathing-mask",
    "escape-ladder",
    "breaking-tools",
    "hydrant-box",
    "second-exit",
    "night-lock",
    "escape-plan",
    "smoke-escape",
    "trapped-upstairs",
    "apartment-escape",
    "lift",
    "clothes-on-fire",
    "burn-first-aid",
    "kids-elderly",
    "report-fire",
    "help114-app",
    "false-alarm",
    "after-fire",
    "household-duty",
    "rental-house",
    "home-business",
    "karaoke-exit",
    "blocked-exit-report",
    "fire-lane-parking",
    "fines",
    "inspection",
    "training",
    "insurance",
    "approval-design",
    "interfamily-team",
    "public-fire-point",
    "civil-defence-team",
    "volunteer-firefighter",
)

FACT_SHEET = Path(__file__).parents[3] / "shared" / "facts" / "fire-topics.md"
FOLDER = Path(__file__).parents[2] / "messages" / "fire_topics"

ENGLISH_WORDS = re.compile(r"\b(the|and|with|not|your|call|fire|police|before|never|fine|of)\b", re.IGNORECASE)
VIETNAMESE_LETTERS = re.compile(r"[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
PROPER_NAMES = ("Báo cháy 114", "Cao Bằng", "Tổ bảo vệ ANTT", "Đống Đa", "Hà Nội", "Tết")

# A number in running words; the digit of "m2" and "CO2" is none, nor is the number of a step.
NUMBER = re.compile(r"(?<![A-Za-z0-9.,])\d+(?:[.,]\d+)*")
STEP = re.compile(r"^\d+\. ", re.MULTILINE)
EMERGENCY_NUMBERS = {"113", "114", "115"}

GOOD = """+++
slug = "lift"
group = "escape"
title_vi = "Kẹt thang máy"
title_en = "Stuck in a lift"
basis = "Luật 55/2024/QH15 điều 32"
checked_on = 2026-11-22
general_advice = [2]
see_also = []
approved_by = ""
+++
## vi
1. Bấm chuông.
## en
1. Press the alarm.
"""


def numbers_in(words: str) -> set[str]:
    """The numbers said, whichever mark the language writes between digits."""
    return {re.sub(r"[.,]", "", number) for number in NUMBER.findall(STEP.sub("", words))}


def fact_sections() -> dict[str, str]:
    """The fact sheet's words per topic; skips where the sheet does not lie beside the repository."""
    if not FACT_SHEET.exists():
        pytest.skip("the fact sheet does not lie beside this repository")
    _, *sections = FACT_SHEET.read_text(encoding="utf-8").split("\n### ")
    return {section.split("\n", 1)[0].strip(): section.split("\n# ", 1)[0] for section in sections}


@pytest.fixture(params=SLUGS)
def topic(request: pytest.FixtureRequest) -> Topic:
    """Each topic in turn."""
    return load_topics()[request.param]


def test_groups_files_and_list_name_the_same_topics() -> None:
    grouped = [slug for group in GROUPS for slug in group.topics]
    assert sorted(grouped) == sorted(SLUGS)
    assert sorted(path.stem for path in FOLDER.glob("*.md")) == sorted(SLUGS)
    assert list(load_topics()) == grouped


@pytest.mark.shared
def test_fact_sheet_names_the_same_topics() -> None:
    assert sorted(fact_sections()) == sorted(SLUGS)


def test_groups_fit_their_screens() -> None:
    assert len(GROUPS) <= MOST_BUTTONS
    assert len({group.slug for group in GROUPS}) == len(GROUPS)
    for group in GROUPS:
        assert set(group.label) == set(LANGUAGES)
        assert len(group.topics) <= MOST_BUTTONS
        assert not VIETNAMESE_LETTERS.search(group.label["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_answer_fits_one_message_and_its_title_a_button(topic: Topic, language: Language) -> None:
    assert len(answer(topic, language)) <= LONGEST_ANSWER
    assert 0 < len(topic.title[language]) <= LONGEST_LABEL


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_tell_topics_apart(language: Language) -> None:
    titles = [topic.title[language] for topic in load_topics().values()]
    assert len(set(titles)) == len(SLUGS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_answer_is_plain_text_with_steps_in_order(topic: Topic, language: Language) -> None:
    body = topic.body[language]
    assert not re.search(r"[*_`#<>\[\]]|https?:", body)
    steps = [int(step.rstrip(". ")) for step in STEP.findall(body)]
    assert steps == list(range(1, len(steps) + 1))
    assert steps


def test_see_also_leads_elsewhere_and_somewhere(topic: Topic) -> None:
    assert topic.slug not in topic.see_also
    assert len(set(topic.see_also)) == len(topic.see_also)
    assert set(topic.see_also) <= set(SLUGS)


def test_languages_do_not_mix(topic: Topic) -> None:
    english = f"{topic.title['en']}\n{answer(topic, 'en')}"
    for name in PROPER_NAMES:
        english = english.replace(name, "")
    assert not VIETNAMESE_LETTERS.search(english)
    assert not ENGLISH_WORDS.search(f"{topic.title['vi']}\n{answer(topic, 'vi')}")


def test_both_languages_say_the_same_numbers(topic: Topic) -> None:
    assert numbers_in(topic.body["vi"]) == numbers_in(topic.body["en"])


def test_fines_name_their_decree(topic: Topic) -> None:
    if re.search(r"phạt[^.]*triệu", topic.body["vi"]):
        assert re.search(r"Nghị định \d+/20\d\d", answer(topic, "vi"))
        assert re.search(r"Decree \d+/20\d\d", answer(topic, "en"))


@pytest.mark.shared
def test_numbers_come_from_the_fact_sheet(topic: Topic) -> None:
    sheet = FACT_SHEET.read_text(encoding="utf-8") if FACT_SHEET.exists() else ""
    known = numbers_in(fact_sections()[topic.slug].replace("**", "")) | numbers_in(topic.basis) | EMERGENCY_NUMBERS
    sources = numbers_in(sheet.split("\n# A.", 1)[0])  # the numbers and years of the laws themselves
    assert numbers_in(topic.body["vi"]) <= known | sources


@pytest.mark.shared
def test_general_advice_is_what_the_fact_sheet_calls_own_knowledge(topic: Topic) -> None:
    facts = re.findall(r"^(\d+)\. (.*)$", fact_sections()[topic.slug], re.MULTILINE)
    own = {int(number) for number, fact in facts if re.search(r"\bOWN\b", fact)}
    assert set(topic.general_advice) <= own
    assert bool(topic.general_advice) == bool(own)


def test_basis_and_date_close_every_answer() -> None:
    topic = read_topic(GOOD)
    assert answer(topic, "vi") == (
        "1. Bấm chuông.\n\nCăn cứ: Luật 55/2024/QH15 điều 32 · kiểm tra ngày 22/11/2026\nMột số ý là lời khuyên chung."
    )
    assert answer(topic, "en") == (
        "1. Press the alarm.\n\n"
        "Basis: Law 55/2024/QH15 art. 32 · checked on 22/11/2026\nSome points are general advice."
    )


def test_answer_without_basis_or_general_advice_claims_neither() -> None:
    topic = read_topic(GOOD.replace("Luật 55/2024/QH15 điều 32", "").replace("[2]", "[]"))
    assert answer(topic, "vi").endswith("\n\nKiểm tra ngày 22/11/2026")
    assert GENERAL_ADVICE_LINE["en"] not in answer(topic, "en")


def test_basis_is_put_into_english() -> None:
    vietnamese = "Nghị định 106/2025/NĐ-CP điểm b khoản 2 điều 11; Quyết định 1074/QĐ-BXD và Thông tư 103/2025/TT-BCA"
    english = "Decree 106/2025/ND-CP point b clause 2 art. 11; Decision 1074/QD-BXD and Circular 103/2025/TT-BCA"
    assert basis_in(vietnamese, "en") == english
    assert basis_in(vietnamese, "vi") == vietnamese


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("+++\nslug", "slug"),
        ('slug = "lift"', 'slug = "Lift up"'),
        ('title_en = "Stuck in a lift"\n', ""),
        ("Kẹt thang máy", "Kẹt thang máy ở chung cư cao tầng trong phường"),
        ("checked_on = 2026-11-22", 'checked_on = "hôm qua"'),
        ("general_advice = [2]", "general_advice = [0]"),
        ('approved_by = ""', 'approved = ""'),
        ("## en\n1. Press the alarm.\n", ""),
        ("## en", "## fr"),
        ("## en", "## vi"),
        ("1. Press the alarm.", ""),
        ("## vi", "Xin chào\n## vi"),
    ],
)
def test_damaged_file_is_refused(good: str, bad: str) -> None:
    assert good in GOOD
    with pytest.raises(ValueError, match=r".+"):
        read_topic(GOOD.replace(good, bad, 1))
