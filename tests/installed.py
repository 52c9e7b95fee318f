"""An installation as the first start leaves it, made once per test session and copied from then on.

The first start imports 3,321 wards; a test that does not look at that starts from the copy.
"""

import asyncio
import atexit
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from bot.opening import open_store
from bot.settings import read_settings


def install(data: Path) -> None:
    """Make `data`, which must not be there yet: a database with every ward and none served, and its key file.

    All copies of a session have the same key.
    """
    shutil.copytree(_template(), data)


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="baotin-installed-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with ThreadPoolExecutor(1) as thread:  # a test's own event loop may be running in this one
        thread.submit(asyncio.run, _open(folder / "data")).result()
    return folder / "data"


async def _open(data: Path) -> None:
    async with open_store(read_settings(_env_file=None, data=data), tell=lambda _: None):
        pass
