"""The master key: made once, kept private, and never replaced behind the database's back."""

import base64
import os
import stat
from pathlib import Path

import pytest

from storage.errors import KeyExposed, KeyMissing, WrongKey
from storage.key_file import fingerprint, make_key, master_key, read_key

KEY = bytes(range(32))
POSIX_ONLY = pytest.mark.skipif(os.name != "posix", reason="file modes mean nothing on this system")


def fixed(count: int) -> bytes:
    return KEY[:count]


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "master.key"


def put(path: Path, text: bytes, mode: int = 0o600) -> None:
    path.write_bytes(text)
    path.chmod(mode)


def test_the_first_start_makes_a_key_and_the_second_finds_the_same(key_file: Path) -> None:
    made, is_new = master_key(key_file, None)
    assert is_new
    assert len(made) == 32
    assert master_key(key_file, None) == (made, False)
    assert master_key(key_file, fingerprint(made)) == (made, False)


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    assert make_key(tmp_path / "one") != make_key(tmp_path / "two")


@POSIX_ONLY
def test_only_its_owner_may_read_a_new_key_and_no_draft_of_it_stays(key_file: Path) -> None:
    make_key(key_file)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert list(key_file.parent.iterdir()) == [key_file]


def test_the_file_is_two_lines_of_text_that_survive_a_copy_by_hand(key_file: Path) -> None:
    make_key(key_file, randomness=fixed)
    header, encoded = key_file.read_text(encoding="ascii").splitlines()
    assert header == "baotin master key 1"
    assert base64.b64decode(encoded) == KEY
    put(key_file, f"{header}\r\n  {encoded}\r\n\r\n".encode())
    assert read_key(key_file) == KEY


def test_a_database_whose_key_is_gone_gets_no_new_one(key_file: Path) -> None:
    with pytest.raises(KeyMissing) as refused:
        master_key(key_file, fingerprint(KEY))
    assert refused.value.path == key_file
    assert not key_file.exists()


def test_another_installations_key_is_refused(key_file: Path) -> None:
    make_key(key_file)
    with pytest.raises(WrongKey):
        master_key(key_file, fingerprint(KEY))


def test_an_existing_key_is_never_replaced(key_file: Path) -> None:
    made = make_key(key_file)
    with pytest.raises(FileExistsError):
        make_key(key_file)
    assert read_key(key_file) == made
    assert list(key_file.parent.iterdir()) == [key_file]


@POSIX_ONLY
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
def test_a_key_that_others_may_read_or_write_is_refused(key_file: Path, mode: int) -> None:
    make_key(key_file)
    key_file.chmod(mode)
    with pytest.raises(KeyExposed) as refused:
        master_key(key_file, None)
    assert refused.value.path == key_file


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"baotin master key 1\n",
        b"baotin master key 1\n" + base64.b64encode(KEY[:31]),
        b"baotin master key 1\n" + base64.b64encode(KEY + b"x"),
        b"baotin master key 2\n" + base64.b64encode(KEY),
        b"baotin master key 1\n\xff\xfe" + base64.b64encode(KEY),
        base64.b64encode(KEY),
        KEY,
        b"baotin master key 1\n" + bytes(100_000),
    ],
    ids=["empty", "cut", "short", "long", "newer", "not base64", "no header", "raw", "huge"],
)
def test_a_file_that_is_no_key_is_refused_and_left_alone(key_file: Path, text: bytes) -> None:
    put(key_file, text)
    with pytest.raises(WrongKey) as refused:
        master_key(key_file, None)
    assert str(refused.value) == ""
    assert key_file.read_bytes() == text


def test_a_folder_or_a_dangling_link_in_its_place_is_no_reason_to_make_a_key(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "unmounted" / "master.key")
    for name in ("folder", "link"):
        with pytest.raises(KeyMissing):
            master_key(tmp_path / name, None)


def test_a_process_killed_while_making_the_key_does_not_stop_the_next_start(key_file: Path) -> None:
    put(key_file.with_name("master.key.new"), b"baotin mas")
    made, is_new = master_key(key_file, None)
    assert is_new
    assert read_key(key_file) == made


def test_a_second_copy_left_by_a_killed_process_is_removed(key_file: Path) -> None:
    made = make_key(key_file)
    draft = key_file.with_name("master.key.new")
    draft.hardlink_to(key_file)
    assert master_key(key_file, fingerprint(made)) == (made, False)
    assert not draft.exists()


def test_a_file_system_without_hard_links_still_gets_its_key(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")  # what exFAT says

    monkeypatch.setattr(os, "link", refuse)
    made = make_key(key_file)
    assert read_key(key_file) == made
    with pytest.raises(FileExistsError):
        make_key(key_file)
    assert list(key_file.parent.iterdir()) == [key_file]


def test_file_and_folder_are_on_disk_before_the_key_is_used(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    really = os.fsync

    def note(descriptor: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        synced.append(f"{kind}, key {'there' if key_file.exists() else 'not yet there'}")
        really(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    make_key(key_file)
    assert synced == ["file, key not yet there", "folder, key there"]


def test_a_fingerprint_is_16_hex_digits_and_stays_the_same_for_ever() -> None:
    assert fingerprint(KEY) == "9939e110d1118b0a"
