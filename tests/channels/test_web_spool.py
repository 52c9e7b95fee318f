"""The web channel's spool: whole files or none, not without end, and not for ever."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels import web_spool
from bot.channels.web_spool import Sealing, Spool, SpoolFullError
from tests.web_running import sealing


def test_a_picture_that_comes_twice_at_once_is_whole(tmp_path: Path) -> None:
    plain = sealing()
    again = [b"x"]

    def seal(raw: bytes, name: str) -> bytes:
        if again:
            spool.keep(again.pop(), "said")  # while the first is being written
        return plain.seal(raw, name)

    spool = Spool(tmp_path / "spool", Sealing(seal, plain.unseal))
    assert spool.read(spool.keep(b"x", "said")) == b"x"
    assert len(list((tmp_path / "spool").iterdir())) == 1


def test_the_spool_refuses_what_would_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path / "spool", sealing())
    monkeypatch.setattr(web_spool, "SPOOL_LIMIT", 1000)
    spool.keep(b"x" * 800, "one")
    with pytest.raises(SpoolFullError):
        spool.keep(b"x" * 300, "two")


def test_what_could_not_be_written_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "disk full")

    spool = Spool(tmp_path / "spool", sealing())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        spool.keep(b"x", "said")
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_picture_that_nobody_asks_for_is_swept_after_three_days(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", sealing())
    names = [spool.keep(b"x", said) for said in ("old", "new")]
    now = datetime.now(UTC)
    long_ago = (now - timedelta(hours=73)).timestamp()
    os.utime(tmp_path / "spool" / names[0], (long_ago, long_ago))
    assert spool.sweep(now) == 1
    assert [path.name for path in (tmp_path / "spool").iterdir()] == [names[1]]
