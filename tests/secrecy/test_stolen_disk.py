"""A thief of the disk, or of a backup, without the key file: what anybody wrote, or is, stands nowhere on it."""

from pathlib import Path

import pytest

from tests.secrecy import disk, story
from tests.world import a_world

NUMBERS = (f"{story.PIN[0]}", f"{story.PIN[1]}", f"{story.PIN[0]:.5f}", f"{story.PIN[1]:.5f}")


@pytest.fixture(scope="module")
def written() -> list[str]:
    """Everything that must not be found but what only a run knows (receipt, photo)."""
    return [*story.SECRET, *story.PEOPLE, *NUMBERS]


async def test_nothing_that_anybody_wrote_or_is_lies_in_the_open_while_it_runs_nor_after_a_stop(
    tmp_path: Path, written: list[str]
) -> None:
    async with a_world(tmp_path) as world:
        told = await story.tell(world)
        running = disk.stolen(tmp_path / "data", tmp_path / "running")
    stopped = disk.stolen(tmp_path / "data", tmp_path / "stopped")
    secret = [*written, told.receipt, told.receipt.removeprefix("BT-").replace("-", "")]
    assert {"baotin.db", "baotin.db-wal"} <= set(disk.contents(running))
    assert any(name.startswith("media/") for name in disk.contents(stopped))
    for folder in (running, stopped):
        assert disk.found_in(folder, secret) == []
        photo = story.picture()
        middle = photo[len(photo) // 2 :][:48]
        assert not [name for name, raw in disk.contents(folder).items() if middle in raw]
    assert disk.found_in(stopped, [story.CAMPAIGN]), "what is public lies open: the search finds what is there"
    assert disk.found_in(stopped, [told.number])


async def test_the_search_would_find_words_in_every_form(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, form in enumerate(disk.forms(story.NOTE)):
        (folder / "file").write_bytes(b"\x01..." + form + b"...\x02")
        assert disk.found_in(folder, [story.NOTE]), (number, form)
