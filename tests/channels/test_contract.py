"""What every channel keeps, whatever its platform: one suite, run on each."""

import importlib
import io
import pkgutil
import unicodedata
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

import bot.channels
from bot.app import CHANNELS
from bot.channels.channel import Away, Channel, Gone, Refused, TryLater
from messages.address import MessageRef
from messages.incoming import Command, Photo, Pin, Press, Text
from messages.rendered import Button, Picture, Rendered, Toast, handle_of
from messages.rendered import Text as Line
from tests.channels.contract import CASES, FAILS, Case

FOUR = (TryLater, Away, Gone, Refused)
FAILING = [
    pytest.param(channel, failure, id=f"{channel.__name__}-{failure.__name__}")
    for channel, failures in FAILS.items()
    for failure in failures
]
SEND, MORE = Button("Gửi ngay", handle_of(3, "send")), Button("Thêm chi tiết", handle_of(3, "more"))
MENU = Button("Báo tin", handle_of(0, "menu-tip"))
BUTTONS = ((SEND,), (MORE, MENU))
WORDS = (
    "Có khói ở tầng 3, ngõ 12 phường Tây Hồ",
    unicodedata.normalize("NFD", "Phường Tây Hồ, Đặc khu Phú Quốc"),
    "🔥🚒 người mắc kẹt 👨‍👩‍👧 👍🏽 🇻🇳",
    "<b>ngõ_12*</b> [a](http://vi.du) `x` ~y~ ||z|| &amp; {1} \\n % @ai #hashtag",
    "một\n\nhai\tba",
)


def jpeg(colour: str = "teal", *, size: int = 0) -> bytes:
    """A small picture; with `size` one of exactly so many bytes."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue().ljust(size, b"\0")


def text_of(units: int, filled_with: str) -> str:
    """A text of exactly so many UTF-16 code units."""
    count, rest = divmod(units, len(filled_with.encode("utf-16-le")) // 2)
    return filled_with * count + "a" * rest


@pytest.fixture(params=CASES.values(), ids=[channel.__name__ for channel in CASES])
async def case(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Case]:
    async with request.param(tmp_path) as case:
        yield case


async def shows(case: Case, line: Rendered) -> MessageRef:
    """Send a line that gets a name."""
    ref = await case.channel.send(case.place, line)
    assert ref is not None
    return ref


# --- who is held to it ---------------------------------------------------------------------------------------------


def test_every_channel_has_its_case() -> None:
    assert {channel.__name__ for channel in CHANNELS if channel not in CASES} == set()


def test_every_class_that_is_a_channel_is_in_the_list_of_channels() -> None:
    found = set()
    for module in pkgutil.iter_modules(bot.channels.__path__, "bot.channels."):
        for one in vars(importlib.import_module(module.name)).values():
            if isinstance(one, type) and one is not Channel and all(hasattr(one, name) for name in ("send", "fetch")):
                found.add(one)
    assert found == set(CHANNELS)


def test_between_them_the_channels_fail_in_all_four_ways() -> None:
    assert FAILS.keys() == CASES.keys()
    assert {failure for channel in CHANNELS for failure in FAILS[channel]} == set(FOUR)


# --- reading -------------------------------------------------------------------------------------------------------


async def test_what_is_said_names_who_where_when_and_the_language_of_the_device(case: Case) -> None:
    said = await case.says("Có người phá khóa xe")
    assert (said.by, said.place, said.language) == (case.by, case.place, "vi")
    assert said.by.channel == said.place.channel == case.channel.name
    assert not said.place.shared
    assert said.at.utcoffset() == timedelta(0)
    assert said.at < datetime(2100, 1, 1, tzinfo=UTC)
    assert (said.reply_to, said.album, said.forwarded) == (None, "", False)


async def test_everything_said_has_an_id_of_its_own(case: Case) -> None:
    await shows(case, Line("?", BUTTONS))
    said = [
        await case.says("một"),
        await case.says("một"),
        await case.presses(SEND.label),
        await case.presses(SEND.label),
        *await case.sends_photos([jpeg(), jpeg()]),
        await case.shares(21.07, 105.81),
    ]
    assert len({one.id for one in said}) == len(said) == 7


@pytest.mark.parametrize("words", WORDS)
async def test_words_are_heard_as_they_were_written(case: Case, words: str) -> None:
    assert (await case.says(words)).content == Text(words)


@pytest.mark.parametrize(
    ("words", "content"),
    [("/start w_00103", Command("start", "w_00103")), ("/hangcho", Command("hangcho")), ("/113", Command("113"))],
)
async def test_a_slash_makes_a_command(case: Case, words: str, content: Command) -> None:
    assert (await case.says(words)).content == content


async def test_an_answer_to_a_message_of_ours_names_it(case: Case) -> None:
    await shows(case, Line("Thẻ một"))
    card = await shows(case, Line("Thẻ hai", is_card=True))
    await shows(case, Line("Thẻ ba"))
    assert (await case.says("Đã gọi chủ nhà", reply_to=card)).reply_to == card


async def test_a_photo_comes_with_its_size_and_can_be_fetched(case: Case) -> None:
    [said] = await case.sends_photos([jpeg()], caption="Biển số 29A" if case.captions else "")
    assert isinstance(said.content, Photo)
    assert (said.content.size, said.content.caption) == (len(jpeg()), "Biển số 29A" if case.captions else "")
    assert said.album == ""
    assert await case.channel.fetch(said.content.file) == jpeg()


async def test_photos_sent_together_carry_one_album_and_other_photos_another(case: Case) -> None:
    first, second = await case.sends_photos([jpeg(), jpeg()]), await case.sends_photos([jpeg(), jpeg()])
    assert len({said.album for said in first}) == len({said.album for said in second}) == 1
    assert first[0].album
    assert second[0].album not in ("", first[0].album)
    files = {said.content.file for said in [*first, *second] if isinstance(said.content, Photo)}
    assert len(files) >= 2


async def test_a_position_comes_in_degrees(case: Case) -> None:
    said = await case.shares(21.0703, 105.8194)
    assert isinstance(said.content, Pin)
    assert (said.content.point.latitude, said.content.point.longitude) == pytest.approx((21.0703, 105.8194))


# --- buttons -------------------------------------------------------------------------------------------------------


async def test_a_button_comes_back_with_its_key_and_its_question(case: Case) -> None:
    ref = await shows(case, Line("Gửi tới Công an phường Tây Hồ?", BUTTONS))
    assert case.screen()[-1].labels == (SEND.label, MORE.label, MENU.label)
    for button, asked, key in ((MORE, 3, "more"), (MENU, 0, "menu-tip")):
        said = await case.presses(button.label)
        assert isinstance(said.content, Press)
        assert (said.content.key, said.content.asked, said.content.on) == (key, asked, ref)
        assert said.content.press
        assert (said.by, said.place, said.reply_to) == (case.by, case.place, None)


async def test_a_handle_as_long_as_handles_may_be_comes_back_whole(case: Case) -> None:
    key = "k" * (64 - len(handle_of(999_999_999, "")))
    await shows(case, Line("?", ((Button("Đây", handle_of(999_999_999, key)),),)))
    said = await case.presses("Đây")
    assert isinstance(said.content, Press)
    assert (said.content.key, said.content.asked) == (key, 999_999_999)


@pytest.mark.parametrize("handle", ["", ".", "send", "-1.send", "٣.send", "9999999999.send", "3", "x" * 64, "'; --"])
async def test_a_forged_handle_is_a_press_of_no_question_and_harms_nobody(case: Case, handle: str) -> None:
    await shows(case, Line("?", BUTTONS))
    said = await case.forges(handle)
    assert isinstance(said.content, Press)
    assert (said.content.key, said.content.asked, said.by) == (handle, 0, case.by)
    assert (await case.says("Vẫn ổn")).content == Text("Vẫn ổn")


# --- showing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", WORDS)
async def test_words_are_shown_as_they_are(case: Case, words: str) -> None:
    ref = await shows(case, Line(words))
    assert [(seen.ref, seen.text) for seen in case.screen()] == [(ref, words)]


async def test_lines_stand_in_the_order_in_which_they_were_sent(case: Case) -> None:
    refs = [await shows(case, Line(f"Tin {number}")) for number in range(4)]
    assert [(seen.ref, seen.text) for seen in case.screen()] == [(refs[n], f"Tin {n}") for n in range(4)]
    assert len(set(refs)) == 4


@pytest.mark.parametrize("filled_with", ["ộ", "🔥"])
async def test_the_longest_text_that_the_limits_allow_is_shown_whole(case: Case, filled_with: str) -> None:
    longest = text_of(case.channel.limits.text, filled_with)
    await shows(case, Line(longest, BUTTONS))
    assert case.screen()[-1].text == longest


async def test_as_many_buttons_and_as_long_labels_as_the_limits_allow_are_shown(case: Case) -> None:
    limits = case.channel.limits
    labels = [f"{number:02}".ljust(limits.label, "ộ") for number in range(limits.buttons)]
    await shows(case, Line("?", tuple((Button(label, handle_of(1, f"k{label[:2]}")),) for label in labels)))
    assert case.screen()[-1].labels == tuple(labels)
    said = await case.presses(labels[-1])
    assert isinstance(said.content, Press)
    assert said.content.key == f"k{len(labels) - 1:02}"


async def test_a_message_is_replaced_where_it_stands(case: Case) -> None:
    assert case.channel.limits.can_edit
    ref = await shows(case, Line("Tin mới", BUTTONS, is_card=True))
    after = await shows(case, Line("Chuyện khác"))
    assert await shows(case, Line("Đã nhận", ((MENU,),), is_card=True, instead_of=ref)) == ref
    assert [(seen.ref, seen.text, seen.labels) for seen in case.screen()] == [
        (ref, "Đã nhận", (MENU.label,)),
        (after, "Chuyện khác", ()),
    ]
    assert await shows(case, Line("Đã đóng", is_card=True, instead_of=ref)) == ref
    assert [(seen.text, seen.labels) for seen in case.screen()] == [("Đã đóng", ()), ("Chuyện khác", ())]


async def test_replacing_a_message_by_itself_is_no_failure(case: Case) -> None:
    ref = await shows(case, Line("Tin mới", BUTTONS))
    assert await shows(case, Line("Tin mới", BUTTONS, instead_of=ref)) == ref
    assert len(case.screen()) == 1


async def test_what_should_replace_a_lost_message_is_shown_anew(case: Case) -> None:
    lost = await shows(case, Line("Tin mới", BUTTONS))
    await case.loses(lost)
    line = Line("Đã nhận", BUTTONS, instead_of=lost)
    try:
        ref = await shows(case, line)
    except Refused:  # then delivery says it without the reference
        ref = await shows(case, Line(line.text, line.buttons))
    assert [(seen.ref, seen.text, seen.labels) for seen in case.screen()] == [
        (ref, "Đã nhận", (SEND.label, MORE.label, MENU.label))
    ]


async def test_a_picture_is_shown_with_its_words(case: Case) -> None:
    longest = text_of(case.channel.limits.caption, "ộ")
    for caption in ("Ảnh 1/2 <b>", longest, ""):
        ref = await shows(case, Picture(jpeg(), caption))
        seen = case.screen()[-1]
        assert (seen.ref, seen.text, seen.has_picture) == (ref, caption, True)


async def test_a_picture_and_its_words_are_exchanged_where_they_stand(case: Case) -> None:
    ref = await shows(case, Picture(jpeg(), "Tìm cụ bà"))
    assert await shows(case, Picture(jpeg(), "Đã tìm thấy", instead_of=ref, only_there=True)) == ref
    assert [(seen.ref, seen.text, seen.has_picture) for seen in case.screen()] == [(ref, "Đã tìm thấy", True)]


async def test_what_only_officers_may_keep_cannot_be_passed_on_where_the_platform_can_see_to_it(case: Case) -> None:
    await shows(case, Line("Tin TH-26-0412", protect=True))
    await shows(case, Picture(jpeg()))
    await shows(case, Line("Chào bạn"))
    assert [seen.is_protected for seen in case.screen()] == [case.protects, case.protects, False]


# --- toasts --------------------------------------------------------------------------------------------------------


async def test_a_press_is_answered_in_passing(case: Case) -> None:
    await shows(case, Line("?", BUTTONS))
    said = await case.presses(SEND.label)
    assert isinstance(said.content, Press)
    assert await case.channel.send(case.place, Toast(said.content.press, "Nút này đã cũ.")) is None
    await case.sees_toast("Nút này đã cũ.")
    assert len(case.screen()) == 1


@pytest.mark.parametrize("press", ["", "0", "không có", "9" * 300])
@pytest.mark.parametrize("words", ["", "Đã nhận", "ộ" * 3000])
async def test_an_answer_to_a_press_never_raises(case: Case, press: str, words: str) -> None:
    assert await case.channel.send(case.place, Toast(press, words)) is None


@pytest.mark.parametrize(("channel", "failure"), FAILING)
async def test_an_answer_to_a_press_does_not_raise_where_a_line_would(
    channel: type[object], failure: type[Exception], tmp_path: Path
) -> None:
    async with CASES[channel](tmp_path) as case:
        await case.failures[failure]()
        assert await case.channel.send(case.place, Toast("1", "Đã nhận")) is None


# --- failing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("channel", "failure"), FAILING)
async def test_a_failure_is_the_one_of_the_four_that_says_what_to_do(
    channel: type[object], failure: type[Exception], tmp_path: Path
) -> None:
    async with CASES[channel](tmp_path) as case:
        line = await case.failures[failure]()
        with pytest.raises(FOUR) as caught:
            await case.channel.send(case.place, line)
        assert type(caught.value) is failure
        assert "Chào" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
        assert case.screen() == []
    match caught.value:
        case TryLater() as later:
            assert later.in_doubt or (later.after or 0) > 0
        case Gone() as gone:
            assert gone.moved_to is None
        case Refused() as refused:
            assert refused.reason


@pytest.mark.parametrize("channel", [channel for channel, failures in FAILS.items() if Refused in failures])
async def test_a_refused_line_does_not_spoil_the_next(channel: type[object], tmp_path: Path) -> None:
    async with CASES[channel](tmp_path) as case:
        with pytest.raises(Refused):
            await case.channel.send(case.place, await case.failures[Refused]())
        await shows(case, Line("Tin tiếp theo"))
        assert [seen.text for seen in case.screen()] == ["Tin tiếp theo"]


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["", "x", "../../../etc/passwd", "0" * 32, "AgACAgUAAxkNothing", "%00", "ảnh"])
async def test_a_file_that_nobody_sent_is_refused_and_may_be_forgotten(case: Case, file: str) -> None:
    with pytest.raises(Refused):
        await case.channel.fetch(file)
    await case.channel.forget(file)


async def test_forgetting_a_file_leaves_the_others(case: Case) -> None:
    one, other = [said.content for said in await case.sends_photos([jpeg(), jpeg("red")])]
    assert isinstance(one, Photo)
    assert isinstance(other, Photo)
    await case.channel.forget(one.file)
    await case.channel.forget(one.file)
    assert await case.channel.fetch(other.file) == jpeg("red")


async def test_a_file_as_large_as_the_limits_allow_is_fetched(case: Case) -> None:
    largest = jpeg(size=case.channel.limits.file)
    said = await case.sends_original(largest)
    assert isinstance(said.content, Photo)
    assert said.content.size == len(largest)
    assert await case.channel.fetch(said.content.file) == largest
