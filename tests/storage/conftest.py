"""A small database in a temporary file, and the same opened."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.migrate import migrate
from tests.storage.notes import SCHEMA


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_notes.sql").write_text(SCHEMA)
    path = tmp_path / "baotin.db"
    migrate(path, folder=folder)
    return path


@pytest.fixture
async def db(path: Path) -> AsyncIterator[Database]:
    async with await Database.open(path) as db:
        yield db
