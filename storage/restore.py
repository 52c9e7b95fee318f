"""Restoring a backup: an installation made from it, checked with the key file, and told that time has passed.

What the old database owed may have been said since, and what it says of chats, officers and campaigns may be out of
date: `settle` puts that right in the restored copy before anything can run on it.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from storage import backup, key_file
from storage.backup import DATABASE, MEDIA, SPOOL, BackupRefused, Files, Manifest
from storage.durable import make_folder, sync_folder
from storage.errors import StorageError, WrongKey
from storage.migrate import migrate
from storage.outbox import IN_DOUBT, Lane
from storage.records import OfficerId
from storage.run_lock import run_lock
from storage.seal import Key, Seal, Where
from storage.store import ms
from storage.tips import log
from storage.writes import Write
from storage.writing import write_group

SAID_AGAIN_WITHIN: Final = timedelta(hours=24)
"""What was owed longer ago than this is not said any more: it is kept as a dead letter, for an officer to look at."""
RESTORED: Final = "restored"
"""The reason of such a dead letter."""
NUMBERS_LEFT_OUT: Final = 100
"""Tip numbers of each series that may have been given since the backup, and must not name another tip."""
KEYS_TRIED: Final = 100
OPEN: Final = "('new', 'claimed', 'asked')"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    manifest: Manifest
    photos: int
    lost: int
    """Photos that the database names and that the backup does not hold whole."""
    doubtful: int
    """Replies and alerts that will be said once more, for nobody knows whether they were."""
    set_aside: int
    """Those that are too old for that: dead letters."""
    campaigns: int
    """Campaigns that were under way or due since: they wait for a chief."""


def restore(folder: Path, files: Files, *, key_path: Path, now: datetime) -> Restored:
    """Make an installation from a backup, where none is; on disk when it returns. Blocks.

    Nothing is where the database belongs until everything was checked: its bytes, its integrity, and that the key file
    opens it. Raises `BackupRefused`, `KeyMissing`, `KeyExposed`, `WrongKey`, `DatabaseLocked`, `NewerSchema`, OSError.
    """
    manifest = backup.read(folder)
    make_folder(files.database.parent)
    with run_lock(files.database.parent):
        for left in _with_logs(files.database):  # an old log would be read into the restored database
            if left.exists():
                raise BackupRefused("installed", left)
        part = files.database.with_name(f"{files.database.name}.part")
        _remove(part)  # of a restoration that was killed
        _copy_database(folder / DATABASE, part, manifest=manifest)
        try:
            migrate(part, now)
            counts = _checked_and_settled(part, manifest, key_path=key_path, now=now)
            seal = Seal(key_file.read_key(key_path))
            photos, lost = _restore_photos(folder, part, files=files, seal=seal)
        except BaseException:
            _remove(part)
            raise
        part.replace(files.database)
        sync_folder(files.database.parent)
    return Restored(manifest, photos, lost, *counts)


def settle(made_at: datetime, now: datetime) -> list[Write]:
    """What a database must be told that is taken up again later than the moment of which it is.

    Replies and alerts are in doubt and said once more, unless they are too old; a campaign's lines are not, and count
    as unknown. Campaigns wait for a chief, cards are edited to what the database knows, unused invites end, since they
    may have been used, and numbers go on after those that may have been given.
    """
    at, too_old = ms(now), ms(now - SAID_AGAIN_WITHIN)
    owed = "campaign IS NULL AND state IN ('waiting', 'claimed')"
    of_campaigns = "campaign IS NOT NULL AND lane = ?"
    return [
        Write(
            "UPDATE campaigns SET unknown = unknown + (SELECT count(*) FROM lines WHERE lines.campaign = campaigns.id "
            "AND lane = ?) WHERE id IN (SELECT campaign FROM lines WHERE " + of_campaigns + ")",
            (Lane.CAMPAIGN, Lane.CAMPAIGN),
        ),
        Write("DELETE FROM lines WHERE " + of_campaigns, (Lane.CAMPAIGN,)),
        Write("UPDATE campaigns SET status = 'paused', version = version + 1 WHERE status = 'sending'"),
        Write(
            "UPDATE campaigns SET status = 'waiting', version = version + 1, approved_by = NULL, due_at = NULL "
            "WHERE status = 'approved' AND due_at <= ?",
            (at,),
        ),
        Write(
            "UPDATE lines SET state = 'dead', reason = ? WHERE card IS NULL AND owed_at < ? AND " + owed,
            (RESTORED, too_old),
        ),
        Write("UPDATE lines SET state = 'waiting', reason = ?, due_at = ? WHERE " + owed, (IN_DOUBT, at)),
        Write("UPDATE cards SET shown = 0 WHERE tip IN (SELECT id FROM tips WHERE status IN " + OPEN + ")"),
        Write(
            "INSERT INTO lines (lane, due_at, owed_at, chat, card) SELECT ?, ?, ?, chat, id FROM cards "
            "WHERE shown = 0 AND NOT EXISTS (SELECT 1 FROM lines WHERE lines.card = cards.id "
            "AND lines.state IN ('waiting', 'away')) ORDER BY id",
            (Lane.ALERT, at, at),
        ),
        Write("UPDATE numbers SET latest = latest + ?", (NUMBERS_LEFT_OUT,)),
        Write("DELETE FROM invites WHERE used_at IS NULL"),
        Write("DELETE FROM passes"),
        Write("DELETE FROM sign_ins"),  # somebody who signed out, or was put out, after the backup stays out
        backup.note(made_at),
        log(OfficerId("operator"), what="restored", at=now, detail=made_at.isoformat(timespec="minutes")),
    ]


def _copy_database(source: Path, part: Path, *, manifest: Manifest) -> None:
    try:
        with source.open("rb") as file:
            backup.copy_to(file.fileno(), part)
    except FileNotFoundError as error:
        raise BackupRefused("damaged", source) from error
    if backup.digest(part) != manifest.sha256:
        _remove(part)
        raise BackupRefused("damaged", source)


def _checked_and_settled(part: Path, manifest: Manifest, *, key_path: Path, now: datetime) -> tuple[int, int, int]:
    """Check everything that SQLite and the key can tell of it, and settle it; what became of what was owed."""
    known = manifest.key or None
    master, _ = key_file.master_key(key_path, known) if known else (key_file.read_key(key_path), False)
    seal = Seal(master)
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        if copy.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            raise BackupRefused("damaged", part)
        if copy.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise BackupRefused("damaged", part)
        for owner, wrapped in copy.execute("SELECT owner, wrapped FROM keys LIMIT ?", (KEYS_TRIED,)):
            seal.unwrap(wrapped, owner)
        copy.execute("PRAGMA journal_mode=WAL")
        copy.execute("PRAGMA synchronous=FULL")
        under_way = "SELECT count(*) FROM campaigns WHERE status = 'sending' OR (status = 'approved' AND due_at <= ?)"
        campaigns = copy.execute(under_way, (ms(now),)).fetchone()[0]
        [outcome] = write_group(copy, [settle(manifest.made_at, now)])
        if isinstance(outcome, StorageError):
            raise outcome
        doubtful = copy.execute("SELECT count(*) FROM lines WHERE reason = ?", (IN_DOUBT,)).fetchone()[0]
        set_aside = copy.execute("SELECT count(*) FROM lines WHERE reason = ?", (RESTORED,)).fetchone()[0]
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, which can be renamed; the next start makes it WAL again
    return doubtful, set_aside, campaigns


def _restore_photos(folder: Path, database: Path, *, files: Files, seal: Seal) -> tuple[int, int]:
    """Bring the photos and what was being taken in; how many are whole, and how many are not."""
    whole = lost = 0
    make_folder(files.media)
    with closing(sqlite3.connect(database)) as named:
        rows = named.execute(
            "SELECT media.id, media.tip, keys.wrapped FROM media JOIN keys ON keys.owner = media.tip "
            "WHERE media.state = 'kept'"
        ).fetchall()
    for name, tip, wrapped in rows:
        if _restore_photo(folder / MEDIA / name, files.media / name, key=seal.unwrap(wrapped, tip)):
            whole += 1
        else:
            lost += 1
    sync_folder(files.media)
    make_folder(files.spool)
    for name in sorted(path.name for path in (folder / SPOOL).iterdir()) if (folder / SPOOL).is_dir() else []:
        with (folder / SPOOL / name).open("rb") as file:
            backup.copy_to(file.fileno(), files.spool / name)
    sync_folder(files.spool)
    return whole, lost


def _restore_photo(source: Path, target: Path, *, key: Key) -> bool:
    """Copy a photo that opens under its tip's key; False for one that is not there or was altered."""
    try:
        key.open(source.read_bytes(), Where("media", source.name, "file"))
        with source.open("rb") as file:
            backup.copy_to(file.fileno(), target)
    except (FileNotFoundError, WrongKey):
        return False
    return True


def _with_logs(database: Path) -> list[Path]:
    """A database's file, and what SQLite may have left beside it."""
    return [database, *(database.with_name(f"{database.name}{ending}") for ending in ("-wal", "-shm", "-journal"))]


def _remove(part: Path) -> None:
    for path in _with_logs(part):
        path.unlink(missing_ok=True)
