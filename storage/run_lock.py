"""One `run` per data folder, held by a lock that the kernel frees however the process ends."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from storage.errors import DatabaseLocked

LOCK_NAME = "baotin.lock"


@contextlib.contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Hold a data folder for one `run`; a second one raises `DatabaseLocked` at once.

    The kernel frees the lock when the process ends, however it ends; the empty file stays, which is harmless.
    """
    descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _lock(descriptor)
        except OSError as error:
            raise DatabaseLocked(folder) from error
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
