"""What residents' words mean: paperwork, questions, greetings, trials, typed labels, and how words are folded."""

import random
import unicodedata

import pytest

from messages.meaning.danger import Kind
from messages.meaning.folding import chosen, fold, same_words
from messages.meaning.intent import Intent, intent, understand
from messages.meaning.procedures import load_procedures, matter, procedure


@pytest.mark.parametrize(
    ("said", "slug"),
    [
        ("làm căn cước cho bé ở đâu", "identity-card"),
        ("mất cccd làm lại ở đâu", "identity-card"),
        ("lam can cuoc", "identity-card"),
        ("đăng ký tạm trú cần gì", "temporary-residence"),
        ("How do I register temporary residence?", "temporary-residence"),
        ("nhập hộ khẩu cho con", "permanent-residence"),
        ("muốn sang tên xe máy", "vehicle-registration"),
        ("đổi bằng lái xe ở đâu ạ", "driving-licence"),
        ("xin lý lịch tư pháp", "criminal-record"),
        ("hộ chiếu làm mất bao lâu", "passport"),
        ("khai báo lưu trú cho khách thế nào", "lodging-notice"),
        ("kích hoạt định danh mức 2", "e-identity"),
    ],
)
def test_paperwork_is_recognised_with_its_matter(said: str, slug: str) -> None:
    for form in (said, fold(said)):
        assert understand(form) == (Intent.PAPERWORK, None, slug)


@pytest.mark.parametrize(
    "said",
    [
        "Tuần trước nhà em bị mất xe biển số 29A 12345",
        "nhà trọ số 5 không khai báo tạm trú cho khách",
        "xe không biển số lạng lách ngoài đường",
        "có người làm giả căn cước ở đâu đó",
        "em bị mất căn cước",
        "nhặt được ví có căn cước tên Nam",
        "có người gọi điện bảo cập nhật căn cước rồi lấy tiền",
        "Quán karaoke hát ồn đến 2 giờ sáng",
        "lối thoát hiểm bị khóa",
        "hàng xóm để bình gas ngoài hành lang",
        "nhà bên đốt rác khói khó chịu quá",
        "hố ga mất nắp",
        "",
        "\u200b",
        "😀",
    ],
)
def test_what_tells_of_something_is_a_tip_even_if_it_names_papers_or_fire(said: str) -> None:
    assert intent(said) is Intent.TIP
    assert matter(said) is None


@pytest.mark.parametrize(
    "said",
    [
        "Bình chữa cháy bột hạn bao lâu?",
        "Nhà trọ 4 tầng cần mấy bình?",
        "Mức phạt đốt vàng mã?",
        "Chung cư cháy thì chạy lên hay chạy xuống?",
        "Nếu cháy chảo dầu thì dập thế nào?",
        "sạc xe điện qua đêm có dễ cháy không",
        "112 khác gì 114?",
        "lắp chuồng cọp có bị phạt không",
        "How often should I check a fire extinguisher?",
    ],
)
def test_a_fire_word_with_a_question_is_a_question(said: str) -> None:
    assert intent(said) is Intent.QUESTION
    assert intent(fold(said)) is Intent.QUESTION


@pytest.mark.parametrize("said", ["chào", "Xin chào ạ", "hello", "alo", "alo công an ơi", "ALO"])
def test_a_greeting_alone_is_a_greeting(said: str) -> None:
    assert intent(said) is Intent.GREETING


@pytest.mark.parametrize("said", ["test", "thử bot", "Test test", "báo cháy thử", "test thôi nhé"])
def test_a_trial_of_the_bot_is_a_trial(said: str) -> None:
    assert intent(said) is Intent.TRIAL


def test_a_greeting_before_a_matter_does_not_hide_it() -> None:
    assert intent("chào công an, nhà số 5 hay tụ tập đánh bạc") is Intent.TIP
    assert intent("alo cháy rồi") is Intent.EMERGENCY
    assert understand("hello fire in my kitchen").danger is Kind.FIRE


def test_an_opinion_is_not_recognised_as_anything() -> None:
    assert understand("tôi thấy phường làm chưa tốt") == (Intent.TIP, None, None)


def test_folding_makes_every_way_of_typing_a_word_the_same() -> None:
    assert fold("  Cháyyy ở  Đống-Đa!") == "chay o dong da"
    assert fold("hoà bình") == fold("hòa bình") == fold(unicodedata.normalize("NFD", "HÒA BÌNH")) == "hoa binh"
    assert fold("c\u200bứ\u00adu\ufeff") == "cuu"
    assert fold("Ｃháy") == "chay"
    assert fold("a\x00b\tc") == "a b c"


def test_folding_keeps_roman_numerals_and_doubled_u_apart() -> None:
    assert fold("Hải Châu II") != fold("Hải Châu I")
    assert fold("cứu") != fold("cũ")


def test_labels_typed_in_any_way_or_by_number_are_chosen() -> None:
    labels = ("Gửi ngay", "Thêm chi tiết", "Không gửi")
    assert chosen("gui ngay", labels) == 0
    assert chosen("  THÊM  chi tiết!", labels) == 1
    assert [chosen(said, labels) for said in ("3", "3.", "số 3", "so 3", "3️⃣")] == [2] * 5
    assert [chosen(said, labels) for said in ("0", "4", "", "gửi", "30", "không", "-1.5")] == [None] * 7
    assert not same_words("", "…")


def test_every_matter_has_its_own_label_and_is_found_by_slug() -> None:
    assert len({one.slug for one in load_procedures()}) == len(load_procedures())
    for one in load_procedures():
        assert procedure(one.slug) is one
        assert one.label.vi
        assert one.label.en
    with pytest.raises(KeyError):
        procedure("opinions")


def test_no_input_raises() -> None:
    chance = random.Random(20261122)
    alphabet = "aáàđĐcháy roi\u0301\u200b\u202e\x00\ud800😀1.,!?火불ไ\n'\"{}[]|*"
    for _ in range(2000):
        said = "".join(chance.choices(alphabet, k=chance.randrange(40)))
        understand(said)
        assert fold(fold(said)) == fold(said)


@pytest.mark.parametrize("piece", ["cháy nhà em ", "chồng ", "k ", "đang bị ", "a", "\u0301", "?", "không "])
def test_ten_thousand_characters_of_anything_are_read_in_linear_time(piece: str) -> None:
    from time import process_time

    def seconds(length: int) -> float:
        said = (piece * length)[:length]
        begun = process_time()
        understand(said)
        return process_time() - begun

    seconds(100)
    # Four times the length takes about four times as long; a quadratic reading would take sixteen times.
    assert min(seconds(10_000) for _ in range(3)) < 9 * min(seconds(2_500) for _ in range(3)) + 0.01


@pytest.mark.parametrize(
    "words",
    ["cán bộ một cửa cứ vòi tiền tôi", "toi muon khieu nai can bo phuong", "I want to complain about an officer"],
)
def test_a_complaint_about_an_official_gets_the_way_to_citizen_reception(words: str) -> None:
    assert understand(words).matter == "citizen-reception"


def test_somebody_who_only_pretends_to_be_an_official_is_no_complaint() -> None:
    assert understand("có người giả công an vòi tiền").matter is None
