"""Danger now and what only looks like it: the fact sheet's words, messages as people write them, the fixed answers."""

import unicodedata
from importlib import resources
from pathlib import Path

import pytest
from fluent.runtime import FluentBundle, FluentResource

from messages.categories import load_groups
from messages.language import LANGUAGES, Language
from messages.meaning import emergencies
from messages.meaning.danger import QUIET_KINDS, Kind
from messages.meaning.danger_judge import judge
from messages.meaning.emergencies import KIND_WEIGHTS, assess, dangers, evidence, triage
from messages.meaning.folding import fold
from messages.meaning.weights import load_weights
from tests.meaning.train_dangers import digest

SIGNALS = {
    "fire-now": [
        "cháy rồi",
        "đang cháy",
        "bốc cháy",
        "lửa to",
        "khói nhiều",
        "nhà em cháy",
        "chay nha",
        "chay can bep",
        "khói đen ở tầng 3",
    ],
    "gas-leak-now": ["mùi gas", "xì gas", "rò ga", "nghe hơi ga nồng", "bình gas kêu xì xì"],
    "trapped": [
        "kẹt trên lầu",
        "không xuống được",
        "bị nhốt",
        "kẹt thang máy",
        "sập tường đè người",
        "cửa cuốn không lên",
        "ket tang 4",
    ],
    "drowning": [
        "chìm",
        "đuối nước",
        "rơi xuống sông",
        "rơi xuống hồ",
        "rơi xuống cống",
        "nước cuốn",
        "duoi nuoc",
        "trẻ té ao",
    ],
    "violence-now": ["đang đánh nhau", "nó đánh", "tụ tập cầm gậy", "bị chém", "đập cửa", "danh nhau to"],
    "weapon-now": ["cầm dao", "có súng", "nó chĩa", "bom", "mìn", "lựu đạn", "súng tự chế", "chém"],
    "domestic-violence-now": [
        "chồng đánh",
        "vợ đánh",
        "nó đang đập phá",
        "bố đánh mẹ",
        "em bị nhốt",
        "chong em dang danh",
    ],
    "child-danger": [
        "bé bị nhốt trên xe",
        "cháu bị đánh",
        "bắt cóc",
        "bé đi lạc",
        "bị sờ mó",
        "dụ dỗ",
        "tre bi bo roi",
    ],
    "traffic-injury": ["tông xe", "tai nạn", "xe lật", "nằm bất tỉnh", "tong nhau", "chảy máu"],
    "suicide-risk": [
        "không muốn sống nữa",
        "muốn chết",
        "tự tử",
        "đang đứng trên cầu",
        "đang đứng trên sân thượng",
        "uống thuốc rồi",
        "thư tuyệt mệnh",
        "chết đi cho xong",
        "khong muon song",
    ],
    "medical-now": [
        "ngất",
        "co giật",
        "bất tỉnh",
        "không thở",
        "sốc thuốc",
        "ngáo đá",
        "điện giật",
        "ngộ độc",
        "hoc xuong",
    ],
    "intruder-now": ["có trộm trong nhà", "nó đang cạy cửa", "bị theo", "nó giữ em lại", "bắt giữ người", "ép lên xe"],
    "structure-now": ["dây điện rơi", "cột điện đổ", "tường nứt sập", "nước dâng", "sạt lở", "cây đổ vào nhà"],
    "money-now": [
        "vừa chuyển tiền",
        "nó bắt ở trong phòng gọi video",
        "giả công an",
        "cài app VNeID giả",
        "mới bấm link",
        "bị khóa máy",
    ],
}
LOOKALIKES = [
    "bình chữa cháy để đâu?",
    "hôm qua xóm mình cháy, ai bị sao không?",
    "cháy vé xem bóng",
    "bị cháy nắng",
    "quy định PCCC nhà trọ",
    "mua bình gas loại nào",
    "cách khóa van gas",
    "mùi gas hôm qua đã thay dây",
    "khóa cửa quên chìa, nhà không có gì",
    "thang máy hay bị kẹt, báo ai?",
    "quy định lối thoát",
    "lớp dạy bơi ở đâu",
    "hồ này có biển cấm chưa",
    "năm ngoái có em bị đuối",
    "hôm qua quán nhậu đánh nhau",
    "xem video đánh nhau",
    "đánh bài",
    "đánh giày",
    "dao làm bếp có phải đăng ký",
    "nộp lại súng săn ở đâu",
    "game bắn súng",
    "chém gió",
    "chém giá",
    "giá chém",
    "bạo lực gia đình phạt bao nhiêu",
    "bạn em trước bị chồng đánh, giờ ly hôn",
    "bé khóc đêm, nhà bên mắng con",
    "quy định tuổi đi xe",
    "con hư nên dạy sao",
    "lớp kỹ năng",
    "va quẹt nhẹ không ai sao, báo ai?",
    "tai nạn hôm qua ai thấy camera",
    "phạt nồng độ cồn",
    "buồn chết đi được",
    "nóng muốn chết",
    "thèm chết",
    "đọc báo thấy vụ tự tử",
    "luật bắt buộc chữa tâm thần",
    "uống thuốc gì hết đau",
    "quy định cai nghiện",
    "bị ngộ độc hôm qua, khiếu nại quán",
    "hôm qua mất xe",
    "lắp khóa nào",
    "người lạ bán hàng rong",
    "đèn đường hỏng",
    "nắp cống mất",
    "xin tỉa cây",
    "cách nhận biết lừa đảo",
    "mất tiền tháng trước",
    "bán hàng online có bị thuế",
    "Bình chữa cháy bột hạn bao lâu?",
    "Nhà trọ 4 tầng cần mấy bình?",
    "Hôm qua cháy ở ngõ 5, có ai bị sao không?",
    "Tuần trước nhà em bị mất xe",
    "Tháng trước con em bị bạn đánh, giờ muốn báo",
    "Mức phạt đốt vàng mã?",
    "Ngày mai có diễn tập PCCC không?",
    "cháy vé",
    "cháy hàng",
    "cháy túi",
    "cháy nắng",
    "cháy deadline",
    "cháy máy bơm, sửa ở đâu?",
    "bếp ga hết ga",
    "mùi thuốc lá, mùi rác, mùi sơn",
    "nóng chết mất",
    "buồn muốn chết",
    "đánh bài ở số 8",
    "đánh nhau từ hôm kia",
    "nó hăm dọa sẽ đốt nhà",
    "ai đó để dao trên bàn",
    "súng đồ chơi bán ở chợ",
    "bom mìn trong phim",
    "chữa cháy cứu nạn là gì",
    "112 khác gì 114?",
    "em bé khóc to nhà bên mấy đêm",
    "kẹt xe ở ngã tư",
    "kẹt tiền",
    "bị lừa 5 triệu hôm kia",
    "cứu với, điện thoại hết pin",
    "cứu em bài tập",
    "đuối quá",
    "xem livestream thấy cháy ở nơi khác",
    "test",
    "thử bot",
    "báo cháy thử",
    "không phải cháy đâu, chỉ nấu cơm khét",
    "hết mùi gas rồi",
    "không cháy",
]
SAME_ANSWER = {
    # The fact sheet lists a word under one kind; alone it is answered under another with the same number.
    "bị chém": Kind.WEAPON,
    "nằm bất tỉnh": Kind.MEDICAL,
    "chảy máu": Kind.MEDICAL,
}

FALSE_ALARMS_ALLOWED = 0.05
"""Of the lookalikes; an emergency that is missed is never allowed."""


def _lines(name: str) -> list[str]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _forms(said: str) -> tuple[str, ...]:
    return said, fold(said), said.upper(), unicodedata.normalize("NFD", said)


@pytest.mark.parametrize("kind", SIGNALS)
def test_every_signal_of_the_fact_sheet_is_heard_with_and_without_accents_and_in_capitals(kind: str) -> None:
    for signal in SIGNALS[kind]:
        for said in (signal, fold(signal), signal.upper(), unicodedata.normalize("NFD", signal)):
            # Without accents "rơi xuống hồ" (lake) is also "rơi xuống hố" (pit): both are for 114.
            expected = {Kind(kind), SAME_ANSWER.get(signal, Kind(kind))} | (
                {Kind.TRAPPED} if said == "roi xuong ho" else set()
            )
            assert triage(said) in expected, said


def test_no_lookalike_of_the_fact_sheet_raises_an_alarm() -> None:
    alarms = [(said, triage(said)) for one in LOOKALIKES for said in _forms(one) if triage(said) is not None]
    assert alarms == []


def test_messages_as_people_write_them_in_danger_are_all_heard() -> None:
    missed = [said for one in _lines("said_now.txt") for said in _forms(one) if triage(said) is None]
    assert missed == []


def test_messages_that_are_not_danger_seldom_raise_an_alarm() -> None:
    tried = [said for one in _lines("said_not_now.txt") for said in (one, fold(one))]
    alarms = [said for said in tried if triage(said) is not None]
    assert len(alarms) <= FALSE_ALARMS_ALLOWED * len(tried), alarms


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("CHAY ROI", Kind.FIRE),
        ("nhà bị cháyyy", Kind.FIRE),
        ("chay can bep roi", Kind.FIRE),
        ("chays nha roi", Kind.FIRE),
        ("hôm qua bị cháy, giờ lại bốc khói", Kind.FIRE),
        ("nếu nhà đang cháy thì làm gì", Kind.FIRE),
        ("cháy rồi, mà hồ sơ thẩm duyệt sao", Kind.FIRE),
        ("tối qua rò gas, giờ vẫn còn mùi gas", Kind.GAS_LEAK),
        ("con gái tôi mất tích từ tối qua", Kind.CHILD_DANGER),
        ("ck e dag danh e", Kind.DOMESTIC_VIOLENCE),
        ("Help", Kind.VIOLENCE),
        ("fire!!!", Kind.FIRE),
        ("there is a gas leak", Kind.GAS_LEAK),
        ("着火了", Kind.FIRE),
        ("救命", Kind.VIOLENCE),
        ("助けて", Kind.VIOLENCE),
        ("불이야", Kind.FIRE),
    ],
)
def test_hard_cases_are_heard_as_the_right_kind(said: str, kind: Kind) -> None:
    assert triage(said) is kind


@pytest.mark.parametrize(
    "said",
    [
        "nó chạy rồi",
        "đang ăn chay",
        "bơm nước",
        "con chim",
        "không phải cháy đâu, chỉ nấu cơm khét",
        "nếu cháy thì làm gì",
        "Ngày mai có diễn tập chữa cháy",
        "đọc báo thấy cháy chợ",
        "Hỏi về cháy nổ",
        "Báo tin cho công an",
        "Số khẩn cấp",
        "chồng tôi từng đánh tôi, giờ muốn hỏi thủ tục",
    ],
)
def test_accents_negation_suppositions_drills_and_menu_labels_raise_no_alarm(said: str) -> None:
    assert triage(said) is None


def test_the_typed_label_of_a_category_is_a_choice_and_no_alarm() -> None:
    labels = [group.label for group in load_groups()]
    labels += [one.label for group in load_groups() for one in group.categories]
    alarms = [said for label in labels for said in (label.vi, fold(label.vi), label.en) if triage(said) is not None]
    assert alarms == []


def test_a_message_with_two_dangers_names_both_the_more_pressing_first() -> None:
    assert dangers("chồng đánh và đốt nhà") == (Kind.FIRE, Kind.DOMESTIC_VIOLENCE)
    assert dangers("cháy tầng dưới, mẹ em mắc kẹt trong phòng")[:2] == (Kind.TRAPPED, Kind.FIRE)
    assert dangers("bé bị nhốt trên xe") == (Kind.CHILD_DANGER,)


FIRST_NUMBERS = {
    Kind.FIRE: "114",
    Kind.GAS_LEAK: "114",
    Kind.TRAPPED: "114",
    Kind.DROWNING: "114",
    Kind.VIOLENCE: "113",
    Kind.WEAPON: "113",
    Kind.DOMESTIC_VIOLENCE: "113",
    Kind.CHILD_DANGER: "113",
    Kind.TRAFFIC_INJURY: "115",
    Kind.SUICIDE_RISK: "115",
    Kind.MEDICAL: "115",
    Kind.INTRUDER: "113",
    Kind.STRUCTURE: "114",
}


def _answers(language: Language) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    file = resources.files("messages") / "texts" / language / "emergencies.ftl"
    bundle.add_resource(FluentResource(file.read_text(encoding="utf-8")))
    return bundle


def _answer(bundle: FluentBundle, key: str) -> str:
    pattern = bundle.get_message(key).value
    assert pattern is not None
    words, problems = bundle.format_pattern(pattern)
    assert not problems
    return str(words)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_every_danger_has_a_fixed_answer_of_five_lines_with_the_number_first(kind: Kind, language: Language) -> None:
    lines = _answer(_answers(language), kind.text_key).split("\n")
    assert len(lines) <= 5
    assert all(line and len(line) <= 125 for line in lines)
    assert FIRST_NUMBERS.get(kind, "ngân hàng" if language == "vi" else "bank") in lines[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(QUIET_KINDS))
def test_an_answer_that_somebody_may_read_along_does_not_shout(kind: Kind, language: Language) -> None:
    answer = _answer(_answers(language), kind.text_key)
    assert "!" not in answer
    assert not any(word.isupper() and len(word) > 1 for word in answer.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_answer_promises_that_somebody_is_coming_and_the_list_has_all_numbers(language: Language) -> None:
    bundle = _answers(language)
    for kind in Kind:
        folded = fold(_answer(bundle, kind.text_key))
        assert "dang den" not in folded
        assert "on the way" not in folded
    numbers = _answer(bundle, "emergency-numbers")
    assert all(number in numbers for number in ("111", "112", "113", "114", "115"))


def test_what_was_learned_is_what_the_tables_and_messages_teach_now() -> None:
    # Otherwise run `python -m tests.meaning.train_dangers`.
    assert {judge().head.learned_from, load_weights(KIND_WEIGHTS).head.learned_from} == {digest()}


@pytest.mark.parametrize("said", ["", " ", "🔥" * 5_000, "\u0301" * 400, "着" * 10_000, "cháy " * 2_000, "\x00\ud800"])
def test_nothing_that_is_written_raises(said: str) -> None:
    assess(said)
    evidence(said)


def test_danger_in_the_middle_of_a_long_story_is_heard() -> None:
    story = "hôm nay trời đẹp, tôi đi chợ mua rau rồi về nhà nấu cơm cho cả nhà ăn " * 12
    assert triage(f"{story}. Cứu với, nhà em cháy rồi, lửa to lắm, con em còn ở trong. {story}") is not None


def test_no_words_of_people_stay_in_memory() -> None:
    assess("một câu chỉ có ở đây, không ai khác nói")
    assert all(isinstance(key, int) for key in emergencies._remembered)


def test_a_doubtful_message_has_a_kind_and_a_text_with_a_number() -> None:
    for language in LANGUAGES:
        bundle = FluentBundle([language], use_isolating=False)
        text = resources.files("messages").joinpath(f"texts/{language}/emergencies.ftl").read_text(encoding="utf-8")
        bundle.add_resource(FluentResource(text))
        pattern = bundle.get_message("emergency-doubt").value
        assert pattern is not None
        for kind in Kind:
            first, *_ = str(bundle.format_pattern(pattern, {"kind": str(kind)})[0]).splitlines()
            assert any(number in first for number in ("113", "114", "115")) or kind is Kind.MONEY, first
