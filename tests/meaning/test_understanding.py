"""Fire topics and categories found in everyday words: what the tables promise, and what no message may break."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages.categories import load_categories
from messages.language import Language
from messages.meaning import search, suggest
from messages.meaning.signals import read
from messages.meaning.weights import Head, Weights, load_weights, packed
from messages.meaning.wordings import Wordings, load_wordings, read_wordings
from messages.topics import load_topics
from tests.meaning.labelled import held_back, learned
from tests.meaning.train import Task, digest, tasks

TOPICS, CATEGORIES = frozenset(load_topics()), frozenset(one.slug for one in load_categories())
LEARNED = {"topics": TOPICS, "categories": CATEGORIES, "scope": {search.OUT}}


@pytest.mark.parametrize("task", tasks(), ids=lambda task: task.name)
def test_weights_were_learned_from_what_stands_here(task: Task) -> None:
    known = load_weights(task.weights).head.learned_from
    assert known == digest(task), "learn them anew: python -m tests.meaning.train"


def test_every_subject_has_wordings_and_weights() -> None:
    assert set(read_wordings(search.TOPIC_WORDS)) == TOPICS | {search.OUT}
    assert set(load_weights(search.TOPIC_WEIGHTS).head.subjects) == TOPICS | {search.OUT}
    assert set(read_wordings(suggest.CATEGORY_WORDS)) == CATEGORIES
    assert set(load_weights(suggest.CATEGORY_WEIGHTS).head.subjects) == CATEGORIES


@pytest.mark.parametrize("subject", LEARNED)
def test_no_message_is_both_learned_from_and_held_back(subject: str) -> None:
    taught = {one.text.casefold() for one in learned(subject)}
    measured = {one.text.casefold() for one in held_back(subject)}
    assert taught and measured
    assert not taught & measured
    assert {one.label for one in [*learned(subject), *held_back(subject)]} == LEARNED[subject]


@pytest.mark.parametrize("slug", sorted(TOPICS))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_topic_is_found_by_its_own_title(slug: str, language: Language) -> None:
    assert slug in [one.subject for one in search.search(load_topics()[slug].title[language]).topics[:3]]


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("Nhà tôi có mùi ga, làm gì trước?", "gas-leak"),
        ("thang may dung giua chung thi lam sao", "lift"),
        ("bình xịt hết hạn thì sao", "extinguisher-check"),
        ("cb cho e hoi bi phong nuoc soi boi kem danh rang dc ko", "burn-first-aid"),
        ("is it safe to charge my electric scooter overnight while sleeping", "ev-charging"),
    ],
)
def test_a_plain_question_is_answered_at_once(words: str, topic: str) -> None:
    found = search.search(words)
    assert found.topics[0].subject == topic and found.confident


@pytest.mark.parametrize(
    "words",
    [
        "làm căn cước ở đâu",
        "gia vang hom nay",
        "where can i extend my visa",
        "hẻm nhà tui có sòng bài",
        "alo",
        "ok bạn",
    ],
)
def test_what_is_no_fire_question_is_not_answered_as_if_sure(words: str) -> None:
    assert not search.search(words).confident


@pytest.mark.parametrize(
    "words",
    [
        "hẻm nhà tui có sòng bài",
        "co thang ban ma tuy o quan net",
        "chó nhà hàng xóm cắn con tôi",
        "làm căn cước ở đâu",
        "someone stole my bicycle last night",
    ],
)
def test_what_is_plainly_a_tip_or_paperwork_gets_no_fire_answer(words: str) -> None:
    assert search.search(words).topics == ()


def test_the_likeliest_category_comes_first_and_likelihoods_fall() -> None:
    found = suggest.suggest("nhà bên tối nào cũng xóc đĩa ăn tiền, có người canh cửa")
    assert found[0].subject == "gambling"
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len(found) <= suggest.MOST_SUGGESTED


@pytest.mark.parametrize(
    "words", ["", "   ", "🔥🔥🔥", "\u200b", "...", "火事です", "ыыы", "x" * 10_000, "cháy " * 2_500]
)
def test_nothing_raises_and_nothing_is_made_up(words: str) -> None:
    found = search.search(words)
    assert len(found.topics) <= search.MOST_ANSWERS
    assert not found.confident or found.topics
    assert len(suggest.suggest(words)) <= suggest.MOST_SUGGESTED


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_whatever_is_typed_is_weighed_without_raising(words: str) -> None:
    found = search.search(words)
    assert all(0 <= one.score <= 1 for one in (*found.topics, *suggest.suggest(words)))
    assert {one.subject for one in found.topics} <= TOPICS


def test_why_names_the_wording_and_the_words_that_spoke() -> None:
    reasons = search.why("mùi gas nồng nặc trong bếp", "gas-leak")
    assert any("gas" in one for one in reasons)
    assert suggest.why("bị giật dây chuyền", "theft-robbery")


def test_a_question_is_like_one_that_an_officer_answered_however_it_is_typed() -> None:
    asked = {"a": "Máng rác chung cư bị nghẹt có dễ cháy không?", "b": "Bể cá có phải rút điện không?"}
    assert search.alike("mang rac chung cu bi nghet co chay khong", asked) == ["a"]
    assert search.alike("hộ chiếu làm ở đâu", asked) == []


def test_the_wording_with_more_of_its_rare_words_said_is_nearest() -> None:
    wordings = Wordings([("gas", "mùi gas"), ("gas", "bình gas"), ("lift", "kẹt thang máy")])
    near = wordings.nearness(read("có mùi gas lạ"))
    assert near["gas"].wording == "mùi gas" and "lift" not in near
    assert load_wordings(search.TOPIC_WORDS) is load_wordings(search.TOPIC_WORDS)


def test_a_file_of_weights_reads_as_it_was_packed() -> None:
    head = Head(subjects=("a", "b"), features=2, step=0.5, sharpness=1.0, learned_from="")
    weights = Weights(packed(head, {"w:x": bytes([4, 130, 126]), "w:y": bytes([3, 128, 138])}))
    assert weights.scores(["w:x", "w:unknown"]) == [0.25, -0.25]
    assert weights.scores(["w:x", "w:y"]) == [0.2, 0.8]
    assert weights.scores([]) == [0.0, 0.0]
    assert weights.voices(["w:x", "w:y"], "b")[0] == ("w:y", 5.0)


def test_a_rare_feature_speaks_for_its_one_subject_only() -> None:
    head = Head(subjects=("a", "b"), features=1, step=0.5, sharpness=1.0, learned_from="", rarest=3)
    weights = Weights(packed(head, {"w:x": bytes([4, 130, 126])}, rare={"w:y": (1, 20), "w:z": (0, -2)}))
    assert weights.scores(["w:y"]) == pytest.approx([0.0, 10 / 3])
    assert weights.scores(["w:x", "w:y", "w:unknown"]) == pytest.approx([0.2, 1.8])
    assert weights.voices(["w:x", "w:y", "w:z"], "b") == [("w:y", 10.0), ("w:x", -1.0)]
