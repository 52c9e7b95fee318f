"""What survives a power cut: names and bytes that are on the disk, not only on their way to it.

A file's sync makes its bytes last, and the sync of its folder its name. Windows cannot open a folder, and needs no
such call.
"""

import os
from contextlib import suppress
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """The names in a folder last: what was made, renamed or removed there. Blocks; raises OSError."""
    if os.name == "posix":
        _sync(folder, os.O_RDONLY)


def make_folder(folder: Path) -> None:
    """Make a folder that only we may open, and those above it; its name lasts. One that is there is left as it is."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for made in missing:
        sync_folder(made.parent)


def sync_database(path: Path) -> None:
    """What a killed run had written and did not live to sync lasts, too: its log, then its file, then their names.

    The next run reads it all again, and would acknowledge what a power cut could still take back. To be called before
    the database is opened: closing a file of SQLite's gives up the locks of the whole process.
    """
    for file in (path.with_name(f"{path.name}-wal"), path):
        with suppress(FileNotFoundError):
            _sync(file, os.O_RDWR)
    sync_folder(path.parent)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
