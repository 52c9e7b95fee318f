"""A duty desk for every test of this folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.console.desk import Desk, a_desk


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A running installation with its console."""
    async with a_desk(tmp_path) as running:
        yield running
