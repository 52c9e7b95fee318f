"""What is sealed opens with its key at its place, and not otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import WrongKey
from storage.seal import KEY_BYTES, Key, Seal, Where, derive

MASTER = bytes(range(32))
OTHER_MASTER = bytes(range(1, 33))
CELL = Where("tips", "TH-26-0412", "told")

WRAPPING_KEY = "c67f514010665fb23148b80d8a4d9145624801a1e1ac554ed8661819e18db286"
WRAPPED = (
    "01000102030405060708090a0bf16348ae7bd79ebd551ca96897c4ada1d6cbe0c2853365cd"
    "d121d993cd3ee218a8c30a73e4dba1e33836567f622aac74"
)
SEALED = "01000102030405060708090a0b336dba7f0750fa545c4820459d59f2070b8acb16"
FOUND_BY = "a0bc0e8e36ddb4deea8010e1876528fa0ab2fc237f8b501ad4095241c0764cf7"

cells = st.builds(Where, st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))


@given(plain=st.binary(max_size=2_000), where=cells)
def test_what_is_sealed_opens_again_and_is_29_bytes_longer(plain: bytes, where: Where) -> None:
    key = Seal(MASTER).purpose_key("line")
    sealed = key.seal(plain, where)
    assert key.open(sealed, where) == plain
    assert len(sealed) == len(plain) + 29


@given(plain=st.binary(min_size=8, max_size=200))
def test_what_was_said_is_not_in_what_is_stored_and_the_same_words_look_different_each_time(plain: bytes) -> None:
    key = Seal(MASTER).purpose_key("line")
    first, second = key.seal(plain, CELL), key.seal(plain, CELL)
    assert plain not in first
    assert first != second


@given(plain=st.binary(max_size=100), place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_is_noticed(plain: bytes, place: int, bit: int) -> None:
    key = Seal(MASTER).purpose_key("line")
    sealed = bytearray(key.seal(plain, CELL))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(WrongKey):
        key.open(bytes(sealed), CELL)


@given(plain=st.binary(max_size=100), keep=st.integers(min_value=0))
def test_what_was_cut_short_does_not_open(plain: bytes, keep: int) -> None:
    key = Seal(MASTER).purpose_key("line")
    sealed = key.seal(plain, CELL)
    with pytest.raises(WrongKey):
        key.open(sealed[: keep % len(sealed)], CELL)


@given(written=cells, read=cells)
def test_a_value_moved_to_another_cell_does_not_open(written: Where, read: Where) -> None:
    key = Seal(MASTER).purpose_key("line")
    sealed = key.seal(b"xe ba g\xc3\xa1c", written)
    if written == read:
        assert key.open(sealed, read)
    else:
        with pytest.raises(WrongKey):
            key.open(sealed, read)


def test_names_that_run_together_are_still_different_cells() -> None:
    assert Where("ab", "c", "").bound() != Where("a", "bc", "").bound()


@given(owner=st.text(max_size=20), plain=st.binary(max_size=100))
def test_a_wrapped_key_opens_what_its_owner_sealed(owner: str, plain: bytes) -> None:
    key, wrapped = Seal(MASTER).fresh_key(owner)
    assert Seal(MASTER).unwrap(wrapped, owner).open(key.seal(plain, CELL), CELL) == plain


def test_a_wrapped_key_is_of_no_use_to_another_owner_or_under_another_master_key() -> None:
    _, wrapped = Seal(MASTER).fresh_key("reporter 1")
    with pytest.raises(WrongKey):
        Seal(MASTER).unwrap(wrapped, "reporter 2")
    with pytest.raises(WrongKey):
        Seal(OTHER_MASTER).unwrap(wrapped, "reporter 1")


def test_one_tips_key_does_not_open_another_tip() -> None:
    seal = Seal(MASTER)
    (one, _), (other, _) = seal.fresh_key("tip 1"), seal.fresh_key("tip 1")
    with pytest.raises(WrongKey):
        other.open(one.seal(b"x", CELL), CELL)


def test_each_purpose_has_a_key_of_its_own() -> None:
    seal = Seal(MASTER)
    with pytest.raises(WrongKey):
        seal.purpose_key("officer").open(seal.purpose_key("line").seal(b"x", CELL), CELL)


def test_a_digest_is_the_same_for_the_same_text_and_differs_by_purpose_text_and_master_key() -> None:
    digest = Seal(MASTER).digest("find", "telegram:123")
    assert digest == Seal(MASTER).digest("find", "telegram:123")
    assert len(digest) == 32
    others = {
        Seal(MASTER).digest("receipt", "telegram:123"),
        Seal(MASTER).digest("find", "telegram:124"),
        Seal(OTHER_MASTER).digest("find", "telegram:123"),
    }
    assert len(others | {digest}) == 4


def test_what_an_earlier_release_sealed_still_opens() -> None:
    """Fixed bytes: whoever changes a label or the format makes every stored word unreadable, and sees it here."""
    counted = Seal(MASTER, randomness=lambda count: bytes(range(count)))
    key, wrapped = counted.fresh_key("tip 1")
    assert derive(MASTER, "wrap").hex() == WRAPPING_KEY
    assert key.seal(b"told", CELL).hex() == SEALED
    assert Seal(MASTER).unwrap(bytes.fromhex(WRAPPED), "tip 1").open(bytes.fromhex(SEALED), CELL) == b"told"
    assert wrapped.hex() == WRAPPED
    assert Seal(MASTER).digest("find", "telegram:123").hex() == FOUND_BY


def test_a_video_of_20_megabytes_is_sealed_and_opened_whole() -> None:
    key, _ = Seal(MASTER).fresh_key("tip 1")
    video = bytes(20 * 1024 * 1024)
    assert key.open(key.seal(video, CELL), CELL) == video


def test_a_key_of_another_length_is_refused_at_once() -> None:
    for length in (0, 16, KEY_BYTES - 1, KEY_BYTES + 1):
        with pytest.raises(WrongKey):
            Seal(bytes(length))
        with pytest.raises(WrongKey):
            Key(bytes(length))


def test_neither_keys_nor_refusals_show_bytes() -> None:
    seal = Seal(MASTER)
    key = Key(MASTER)
    with pytest.raises(WrongKey) as refused:
        key.open(seal.purpose_key("line").seal(b"a secret", CELL), CELL)
    shown = repr(seal) + repr(key) + str(refused.value) + repr(refused.value)
    assert MASTER.hex() not in shown
    assert repr(MASTER) not in shown
    assert str(refused.value) == ""
