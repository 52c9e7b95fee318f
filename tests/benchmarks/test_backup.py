"""The backup's benchmark: turns are measured from the moment they were due, and both goals count."""

from pathlib import Path

import pytest

from bot.settings import read_settings
from tests.benchmarks import backup
from tests.benchmarks.backup import Waited


async def test_turns_go_on_beside_a_backup_that_is_then_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(backup, "WARMING", 0.1)
    monkeypatch.setattr(backup, "BEFORE", 0.5)
    await backup.measured(tmp_path, size=2_000_000)
    said = capsys.readouterr().out
    assert "restored and verified" in said
    assert read_settings(_env_file=None, data=tmp_path / "restored").database_path.exists()


def test_one_long_wait_misses_although_all_others_are_short() -> None:
    short = [5.0] * 200
    assert backup.verdict(Waited(short, short))[1]
    assert not backup.verdict(Waited(short, [*short, backup.WORST_MS + 1]))[1]
    assert not backup.verdict(Waited(short, [backup.P99_MS + 1] * 200))[1]
