"""Every conversation in this folder goes exactly as it is written."""

import asyncio
from pathlib import Path

import pytest

from tests.transcripts.script import play, read

FILES = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_conversation_goes_as_written(path: Path, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    script = read(path)
    played = await play(script, tmp_path)
    if pytestconfig.getoption("--rewrite"):
        await asyncio.to_thread(path.write_text, played, encoding="utf-8")
        return
    assert played == script.text


def test_there_are_conversations() -> None:
    assert len(FILES) >= 20
