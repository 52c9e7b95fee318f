"""Backups: a copy of an installation, made while it runs, of one moment, without its key.

A folder with the database, the sealed photos that this database names, the web chat's photos that are still being
taken in, and a manifest that is written last: a folder without it is no backup. SQLite's own backup is used, in steps
under one open read: turns go on meanwhile, and the copy is that of the moment at which it began.
"""

import hashlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

from storage.durable import make_folder, sync_folder
from storage.errors import DatabaseUnreadable, StorageError
from storage.store import ms
from storage.writes import Write

DATABASE: Final = "baotin.db"
MEDIA: Final = "media"
SPOOL: Final = "spool"
MANIFEST: Final = "backup.json"
FORMAT: Final = 1
STEP_PAGES: Final = 256
"""A mebibyte at SQLite's page of 4 KiB."""
SYNC_EVERY: Final = 8
"""Steps after which what was written is brought to the disk: a log's sync would else wait for all of it at once."""
REST_SHARE: Final = 1.0
"""Rest after a step, as a share of the time it took: half of the disk and of a core is left to turns."""
CHUNK: Final = 1024 * 1024
BUSY_FOR: Final = 5.0


class BackupRefused(StorageError):
    """A backup cannot be made there, or cannot be used, for one of a few reasons; `where` is the path it is about."""

    def __init__(self, reason: Literal["not-empty", "no-backup", "damaged", "installed", "newer"], where: Path) -> None:
        super().__init__(f"{reason}: {where}")
        self.reason = reason
        self.where = where


@dataclass(frozen=True, slots=True)
class Files:
    """Where an installation's files lie, the key file apart."""

    database: Path
    media: Path
    spool: Path


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    made_at: datetime
    key: str
    """The fingerprint of the key that opens it; empty while nothing was sealed."""
    bytes: int
    sha256: str
    """Of the database."""
    photos: int
    missing: int
    """Photos that the database names and that were not there; destroyed since the backup began, or lost before."""


_MANIFEST: Final = TypeAdapter(Manifest)


def make(files: Files, target: Path, *, now: datetime, rest: Callable[[float], None] = time.sleep) -> Manifest:
    """Make a backup in a folder that is not there yet, or empty. Blocks for minutes; on disk when it returns.

    Raises `BackupRefused`, `DatabaseUnreadable`, or OSError; what is there then is no backup and may be deleted.
    """
    if target.exists() and any(target.iterdir()):
        raise BackupRefused("not-empty", target)
    make_folder(target)
    copy = target / DATABASE
    try:
        with closing(_looking_at(files.database)) as source:
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # from now on it is that moment's database
            _copy_files(files.spool, _names_in(files.spool), target=target / SPOOL)
            _copy_database(source, copy, rest=rest)
        with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?immutable=1", uri=True)) as copied:
            if copied.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise BackupRefused("damaged", files.database)
            key = copied.execute("SELECT value FROM installation WHERE name = 'key'").fetchone()
            photos = [name for (name,) in copied.execute("SELECT id FROM media WHERE state = 'kept' ORDER BY id")]
    except sqlite3.Error as error:
        raise DatabaseUnreadable(getattr(error, "sqlite_errorname", type(error).__name__)) from error
    missing = _copy_files(files.media, photos, target=target / MEDIA)
    size, sha256 = copy.stat().st_size, digest(copy)
    manifest = Manifest(FORMAT, now, key[0] if key else "", size, sha256, len(photos) - missing, missing)
    _write(target / MANIFEST, _MANIFEST.dump_json(manifest, indent=1))
    sync_folder(target.parent)
    return manifest


def read(folder: Path) -> Manifest:
    """What a backup says of itself. Raises `BackupRefused` for a folder that is none, or of a later version."""
    try:
        manifest = _MANIFEST.validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise BackupRefused("no-backup", folder) from error
    if manifest.format != FORMAT:
        raise BackupRefused("newer", folder)
    return manifest


def note(at: datetime) -> Write:
    """Remember when the last backup was made; the doctor and the metrics ask."""
    return Write(
        "INSERT INTO ticks (name, at) VALUES ('backup', ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at", (ms(at),)
    )


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _looking_at(database: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{database.resolve().as_uri()}?mode=rw", uri=True, timeout=BUSY_FOR, isolation_level=None
    )
    connection.execute("PRAGMA query_only=ON")
    return connection


def _copy_database(source: sqlite3.Connection, target: Path, *, rest: Callable[[float], None]) -> None:
    """Copy the database as `source` sees it, step by step, leaving the disk to others between the steps."""
    descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    steps, began = 0, time.monotonic()

    def after_a_step(*_: int) -> None:
        nonlocal steps, began
        steps += 1
        if steps % SYNC_EVERY == 0:
            os.fsync(descriptor)
        rest((time.monotonic() - began) * REST_SHARE)
        began = time.monotonic()

    try:
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            copy.execute("PRAGMA journal_mode=OFF")  # a half-made copy is thrown away, never mended
            copy.execute("PRAGMA synchronous=OFF")  # synced here, and as a whole at the end
            source.backup(copy, pages=STEP_PAGES, progress=after_a_step)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _names_in(folder: Path) -> list[str]:
    """Whole files; those that are still being written have an ending."""
    return sorted(path.name for path in folder.iterdir() if not path.suffix) if folder.is_dir() else []


def _copy_files(source: Path, names: Iterable[str], *, target: Path) -> int:
    """Copy sealed files; how many were not there."""
    make_folder(target)
    missing = 0
    for name in names:
        try:
            with (source / name).open("rb") as file:
                copy_to(file.fileno(), target / name)
        except FileNotFoundError:
            missing += 1
    sync_folder(target)
    return missing


def copy_to(descriptor: int, target: Path) -> None:
    """Copy an open file to a new private one; on disk when it returns."""
    made = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(made, "wb") as file, os.fdopen(os.dup(descriptor), "rb") as source:
        shutil.copyfileobj(source, file, CHUNK)
        file.flush()
        os.fsync(file.fileno())


def _write(path: Path, words: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
