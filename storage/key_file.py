"""The master key's file: made once, kept apart from the database, checked before anything is opened with it.

Two lines of text, so that it survives a copy by hand and can be told from any other file: a header with the format's
version, and 32 random bytes in base64.
"""

import base64
import binascii
import errno
import hmac
import os
import stat
from collections.abc import Callable
from pathlib import Path

from storage.durable import sync_folder
from storage.errors import KeyExposed, KeyMissing, WrongKey
from storage.seal import KEY_BYTES, derive

HEADER = "baotin master key 1"
_FILE_BYTES_MAX = 1024


def master_key(path: Path, known: str | None, *, randomness: Callable[[int], bytes] = os.urandom) -> tuple[bytes, bool]:
    """The master key that belongs to a database, and whether it was made just now.

    `known` is the `fingerprint` stored in the database, None while it holds nothing yet: only then is a missing key
    made. Store the fingerprint before the first row. Raises `KeyMissing`, `KeyExposed` or `WrongKey`.
    """
    try:
        master = read_key(path)
    except KeyMissing:
        if known is not None or os.path.lexists(path):
            raise
        return make_key(path, randomness=randomness), True
    if known is not None and not hmac.compare_digest(fingerprint(master).encode(), known.encode()):
        raise WrongKey
    if _draft_of(path).exists():  # of a process that was killed just after it had made this key: one copy is enough
        _draft_of(path).unlink()
    return master, False


def read_key(path: Path) -> bytes:
    """Read a key file. Raises `KeyMissing`, `KeyExposed` (others may read or write it) or `WrongKey` (no key in it)."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise KeyExposed(path)
            text = file.read(_FILE_BYTES_MAX)
    except OSError as error:
        raise KeyMissing(path) from error
    header, _, encoded = text.partition(b"\n")
    try:
        master = base64.b64decode(encoded.strip(), validate=True)
    except binascii.Error:
        raise WrongKey from None  # the cause would carry nothing but what is in the file
    if header.strip() != HEADER.encode() or len(master) != KEY_BYTES:
        raise WrongKey
    return master


def make_key(path: Path, *, randomness: Callable[[int], bytes] = os.urandom) -> bytes:
    """Make a key file, on disk when this returns. Raises `FileExistsError`: a key is never replaced.

    Its folder must be there (`FileNotFoundError`): one that is missing may be a memory stick that is not in. Written
    under another name and then linked, so that a process killed in the middle leaves no half key at `path`.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "the key file's folder is not there", str(path.parent))
    master = randomness(KEY_BYTES)
    draft = _draft_of(path)
    draft.unlink(missing_ok=True)  # of a process that was killed before it had a key
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(f"{HEADER}\n{base64.b64encode(master).decode()}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links, such as a memory stick's
        if path.exists():
            raise FileExistsError(path) from None
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
    return master


def fingerprint(master: bytes) -> str:
    """16 hex digits that tell this master key from another, and nothing about it; stored in the database."""
    return derive(master, "fingerprint", length=8).hex()


def _draft_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")
