"""Pictures from the web that nobody has brought home yet: sealed files, written before the message is taken.

A page sends a picture once; from then on this folder is the platform it lies on, until delivery's counterpart has
fetched and sealed it for good and says `forget`.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.channels.channel import Refused


@dataclass(frozen=True, slots=True)
class Sealing:
    """Two functions from bytes, and the name of what they belong to, to bytes."""

    seal: Callable[[bytes, str], bytes]
    unseal: Callable[[bytes, str], bytes]
    """Raises whatever it likes for anything that `seal` did not make for that name."""


SPOOL_LIMIT = 512 * 1024 * 1024
"""Bytes that may wait here at once: twenty-five of the largest files; more means that fetching stands still."""
KEPT_FOR = timedelta(hours=72)
"""As long as a repeated message is known as heard: a file left over by such a repeat is of no use afterwards."""

_NAME = re.compile(r"[0-9a-f]{32}")


class SpoolFullError(Exception):
    """Too much waits to be fetched; the page should try again later."""


class Spool:
    """The folder of waiting pictures. All methods block: call them in a thread."""

    def __init__(self, folder: Path, sealing: Sealing) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._sealing = sealing

    def keep(self, raw: bytes, said: str) -> str:
        """Write a picture durably and return its handle; the same message again overwrites its own file.

        Raises `SpoolFullError`, and OSError when the disk does.
        """
        if self._size() + len(raw) > SPOOL_LIMIT:
            raise SpoolFullError
        name = hashlib.sha256(said.encode()).hexdigest()[:32]
        half = self._folder / f"{name}.{secrets.token_hex(4)}.half"  # the same message may come twice at once
        try:
            with open(half, "wb", opener=_private) as file:
                file.write(self._sealing.seal(raw, f"spool/{name}"))
                file.flush()
                os.fsync(file.fileno())
            half.replace(self._folder / name)
        except BaseException:
            half.unlink(missing_ok=True)  # a full disk is not filled further by every retry
            raise
        self._sync_folder()
        return name

    def read(self, name: str) -> bytes:
        """The picture's bytes. Raises `Refused` for one that is not here (any more) or was altered."""
        if not _NAME.fullmatch(name):
            raise Refused("no such file")
        try:
            sealed = (self._folder / name).read_bytes()
        except FileNotFoundError:
            raise Refused("no such file") from None
        try:
            return self._sealing.unseal(sealed, f"spool/{name}")
        except Exception as error:
            raise Refused("altered file") from error

    def forget(self, name: str) -> None:
        """Delete a picture that has been brought home. Nothing happens if it is gone."""
        if _NAME.fullmatch(name):
            (self._folder / name).unlink(missing_ok=True)

    def sweep(self, now: datetime) -> int:
        """Delete what lies here for longer than `KEPT_FOR` and return how many files that were."""
        before = (now - KEPT_FOR).timestamp()
        swept = 0
        for entry in os.scandir(self._folder):
            with suppress(FileNotFoundError):
                if entry.stat().st_mtime < before:
                    Path(entry.path).unlink()
                    swept += 1
        return swept

    def _size(self) -> int:
        total = 0
        for entry in os.scandir(self._folder):
            with suppress(FileNotFoundError):  # brought home while we look
                total += entry.stat().st_size
        return total

    def _sync_folder(self) -> None:
        if os.name != "posix":  # Windows cannot open a folder
            return
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
