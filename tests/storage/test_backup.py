"""Backups: of one moment, without the key; and what is put right when an old one is taken up again."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import backup, restore
from storage.backup import BackupRefused, Files
from storage.database import Database
from storage.errors import KeyMissing, NewerSchema, WrongKey
from storage.outbox import IN_DOUBT, Lane
from tests.installed import install

MADE = datetime(2026, 11, 22, 2, tzinfo=UTC)
NOW = MADE + timedelta(hours=30)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    install(tmp_path / "data")
    return lying_in(tmp_path / "data")


def lying_in(folder: Path) -> Files:
    return Files(folder / "baotin.db", folder / "media", folder / "spool")


def key_of(files: Files) -> Path:
    return files.database.with_name("baotin.key")


def put(files: Files, *statements: str) -> None:
    with closing(sqlite3.connect(files.database)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def rows(files: Files, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(files.database)) as connection:
        return connection.execute(query).fetchall()


def elsewhere(files: Files, tmp_path: Path) -> Files:
    """An empty data folder, to which only the key was brought."""
    there = lying_in(tmp_path / "new")
    there.database.parent.mkdir()
    key_of(there).write_bytes(key_of(files).read_bytes())
    key_of(there).chmod(0o600)
    return there


def back(files: Files, tmp_path: Path) -> tuple[Files, restore.Restored]:
    """Make a backup and restore it elsewhere, a day later."""
    backup.make(files, tmp_path / "backup", now=MADE)
    there = elsewhere(files, tmp_path)
    return there, restore.restore(tmp_path / "backup", there, key_path=key_of(there), now=NOW)


def test_the_key_is_not_in_a_backup_and_nobody_else_may_read_it(files: Files, tmp_path: Path) -> None:
    files.spool.mkdir()
    (files.spool / ("a" * 32)).write_bytes(b"sealed")
    backup.make(files, tmp_path / "backup", now=MADE)
    key = key_of(files).read_bytes()
    for path in (tmp_path / "backup").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
        assert not path.is_file() or key not in path.read_bytes()
    assert (tmp_path / "backup" / "spool" / ("a" * 32)).read_bytes() == b"sealed"


def test_what_is_written_while_it_is_made_is_not_in_it_and_does_not_begin_it_anew(files: Files, tmp_path: Path) -> None:
    put(
        files,
        *(f"INSERT INTO log (at, officer, what, detail) VALUES ({n}, 'x', 'y', '{'z' * 4000}')" for n in range(900)),
    )
    steps: list[int] = []

    def write_meanwhile(_seconds: float) -> None:
        steps.append(len(steps))
        put(files, f"INSERT INTO log (at, officer, what) VALUES ({1000 + len(steps)}, 'x', 'meanwhile')")

    backup.make(files, tmp_path / "backup", now=MADE, rest=write_meanwhile)
    pages = (tmp_path / "backup" / "baotin.db").stat().st_size // 4096
    assert 3 < len(steps) <= pages // backup.STEP_PAGES + 1
    copy = lying_in(tmp_path / "backup")
    assert rows(copy, "SELECT count(*) FROM log") == [(900,)]
    assert rows(files, "SELECT count(*) FROM log WHERE what = 'meanwhile'") == [(len(steps),)]


def test_a_folder_with_something_in_it_is_left_alone(files: Files, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "letter.txt").write_text("mine")
    with pytest.raises(BackupRefused, match="not-empty"):
        backup.make(files, tmp_path / "backup", now=MADE)
    assert [path.name for path in (tmp_path / "backup").iterdir()] == ["letter.txt"]


def spoil_the_database(folder: Path) -> None:
    copy = folder / "baotin.db"
    raw = bytearray(copy.read_bytes())
    raw[len(raw) // 2] ^= 1
    copy.write_bytes(raw)


def lose_the_database(folder: Path) -> None:
    (folder / "baotin.db").unlink()


def lose_the_manifest(folder: Path) -> None:
    (folder / "backup.json").unlink()


def tell_of_another_format(folder: Path) -> None:
    manifest = folder / "backup.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 2}))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoil_the_database, "damaged"),
        (lose_the_database, "damaged"),
        (lose_the_manifest, "no-backup"),
        (tell_of_another_format, "newer"),
    ],
)
def test_what_is_not_whole_is_not_restored(
    files: Files, tmp_path: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    backup.make(files, tmp_path / "backup", now=MADE)
    spoil(tmp_path / "backup")
    there = elsewhere(files, tmp_path)
    with pytest.raises(BackupRefused, match=reason):
        restore.restore(tmp_path / "backup", there, key_path=key_of(there), now=NOW)
    assert {path.name for path in there.database.parent.iterdir()} <= {"baotin.key", "baotin.lock"}


def test_another_key_or_none_restores_nothing(files: Files, tmp_path: Path) -> None:
    backup.make(files, tmp_path / "backup", now=MADE)
    there = elsewhere(files, tmp_path)
    key_of(there).unlink()
    with pytest.raises(KeyMissing):
        restore.restore(tmp_path / "backup", there, key_path=key_of(there), now=NOW)
    (tmp_path / "data").rename(tmp_path / "old")
    key_of(there).write_text("baotin master key 1\n" + "A" * 43 + "=\n")
    key_of(there).chmod(0o600)
    with pytest.raises(WrongKey):
        restore.restore(tmp_path / "backup", there, key_path=key_of(there), now=NOW)
    assert not there.database.exists()


def test_a_live_installation_is_never_overwritten(files: Files, tmp_path: Path) -> None:
    backup.make(files, tmp_path / "backup", now=MADE)
    put(files, "INSERT INTO log (at, officer, what) VALUES (1, 'x', 'since')")
    with pytest.raises(BackupRefused, match="installed"):
        restore.restore(tmp_path / "backup", files, key_path=key_of(files), now=NOW)
    assert rows(files, "SELECT count(*) FROM log WHERE what = 'since'") == [(1,)]


def test_an_old_log_that_was_left_behind_is_not_read_into_the_restored_database(files: Files, tmp_path: Path) -> None:
    backup.make(files, tmp_path / "backup", now=MADE)
    there = elsewhere(files, tmp_path)
    log = there.database.with_name("baotin.db-wal")
    log.write_bytes(b"of the old database")
    with pytest.raises(BackupRefused, match="installed"):
        restore.restore(tmp_path / "backup", there, key_path=key_of(there), now=NOW)
    log.unlink()
    there.database.with_name("baotin.db.part-wal").write_bytes(b"of a restoration that was killed")
    restore.restore(tmp_path / "backup", there, key_path=key_of(there), now=NOW)
    assert rows(there, "SELECT what FROM log") == [("restored",)]


def test_a_backup_of_a_later_version_is_refused(files: Files, tmp_path: Path) -> None:
    put(files, "INSERT INTO migrations (number, name, sha256, applied_at) VALUES (9000, 'later', 'x', 'y')")
    backup.make(files, tmp_path / "backup", now=MADE)
    there = elsewhere(files, tmp_path)
    with pytest.raises(NewerSchema):
        restore.restore(tmp_path / "backup", there, key_path=key_of(there), now=NOW)
    assert not there.database.exists()


def a_line(lane: Lane, hours_ago: int, *, state: str = "waiting", campaign: str | None = None) -> str:
    at = round((NOW - timedelta(hours=hours_ago)).timestamp() * 1000)
    named = f"'{campaign}', 'reporter-{hours_ago}'" if campaign else "NULL, NULL"
    return (
        "INSERT INTO lines (lane, state, due_at, owed_at, chat, sealed, campaign, reporter) "
        f"VALUES ({int(lane)}, '{state}', {at}, {at}, x'01', x'02', {named})"
    )


def a_campaign(name: str, status: str, *, due_in: int) -> str:
    due_at = round((NOW + timedelta(hours=due_in)).timestamp() * 1000)
    return (
        "INSERT INTO campaigns (id, wards, words, status, version, author, starts_at, due_at) "
        f"VALUES ('{name}', '*', 'words', '{status}', 1, 'an', {due_at}, {due_at})"
    )


def test_what_was_owed_is_in_doubt_unless_it_is_too_old_to_be_said(files: Files, tmp_path: Path) -> None:
    put(files, a_line(Lane.REPLY, 20), a_line(Lane.ALERT, 20, state="claimed"), a_line(Lane.REPLY, 29))
    there, told = back(files, tmp_path)
    found = rows(there, "SELECT lane, state, reason FROM lines ORDER BY id")
    assert found == [(1, "waiting", IN_DOUBT), (2, "waiting", IN_DOUBT), (1, "dead", restore.RESTORED)]
    assert (told.doubtful, told.set_aside) == (2, 1)


def test_a_campaign_is_not_sent_to_anybody_twice(files: Files, tmp_path: Path) -> None:
    put(
        files,
        a_campaign("under-way", "sending", due_in=-30),
        a_campaign("due-since", "approved", due_in=-1),
        a_campaign("to-come", "approved", due_in=5),
        a_line(Lane.CAMPAIGN, 20, campaign="under-way"),
        a_line(Lane.CAMPAIGN, 21, campaign="under-way", state="claimed"),
    )
    there, told = back(files, tmp_path)
    assert rows(there, "SELECT count(*) FROM lines") == [(0,)]
    found = rows(there, "SELECT id, status, unknown FROM campaigns ORDER BY id")
    assert found == [("due-since", "waiting", 0), ("to-come", "approved", 0), ("under-way", "paused", 2)]
    assert told.campaigns == 2


def test_numbers_and_invites_that_may_have_been_given_since_are_not_given_again(files: Files, tmp_path: Path) -> None:
    put(
        files,
        "INSERT INTO numbers (series, year, latest) VALUES ('TH', 2026, 412)",
        "INSERT INTO invites (code, ward, role, expires_at) VALUES (x'01', '00103', 'chief', 9999999999999)",
    )
    there, _ = back(files, tmp_path)
    assert rows(there, "SELECT latest FROM numbers") == [(512,)]
    assert rows(there, "SELECT count(*) FROM invites") == [(0,)]
    assert rows(there, "SELECT what, detail FROM log") == [("restored", "2026-11-22T02:00+00:00")]
    assert rows(there, "SELECT at FROM ticks WHERE name = 'backup'") == [(round(MADE.timestamp() * 1000),)]


async def test_a_restored_installation_opens(files: Files, tmp_path: Path) -> None:
    there, told = back(files, tmp_path)
    assert (told.photos, told.lost) == (0, 0)
    async with await Database.open(there.database) as db:
        await db.commit([backup.note(NOW)])
