"""`baotin backup` and `baotin restore`: a copy of an installation while it runs, and an installation from a copy."""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.commands.ending import WRONG_USE, CannotDo, note, plainly, settings_or_end
from bot.settings import Settings
from storage import backup as copies
from storage import restore as restoring
from storage.backup import BackupRefused, Files
from storage.database import Database

KINDNESS: Final = 10
"""How far the bot and everything else go before a backup where the processor is short; 19 is the most."""
REFUSED: Final = {
    "not-empty": "{where} is not empty; name a folder that is not there yet (an unfinished backup may be deleted)",
    "no-backup": "{where} is no finished backup",
    "damaged": "{where} is damaged",
    "installed": "{where} is there already; a backup is restored only where nothing is (set BAOTIN_DATA otherwise)",
    "newer": "{where} was made by a newer version of baotin; install that one",
}

Folder = Annotated[Path, typer.Argument(metavar="PATH", help="The backup's folder.")]


def files_of(settings: Settings) -> Files:
    """Where this installation's files lie."""
    return Files(settings.database_path, settings.media_folder, settings.spool_folder)


def back_up(folder: Folder) -> None:
    """Copy the installation as it is at this moment into a new folder, while it runs; the key file is never in it.

    \b
    Example:
      baotin backup /mnt/backup/baotin-2026-11-22
    """
    settings = settings_or_end()
    with plainly(settings), _refusals():
        if not settings.database_path.exists():
            raise CannotDo(f"{settings.database_path} is not there: nothing to back up")
        if hasattr(os, "nice"):
            os.nice(KINDNESS)
        now = datetime.now(UTC)
        made = copies.make(files_of(settings), folder, now=now)
        asyncio.run(_remember(settings, now))
    typer.echo(f"{folder}: the installation of {now.astimezone(settings.timezone):%Y-%m-%d %H:%M}")
    typer.echo(f"database {made.bytes / 1e6:,.1f} MB, {made.photos:,} photos")
    if made.missing:
        note(f"warning: {made.missing:,} photos were not there; destroyed meanwhile, or lost")
    note(f"The key file {settings.key_path} is not in it: keep a copy of that apart from all backups.")


async def _remember(settings: Settings, at: datetime) -> None:
    async with await Database.open(settings.database_path) as db:
        await db.commit([copies.note(at)])


def restore(folder: Folder) -> None:
    """Make an installation from a backup, in the settings' data folder, where none is; the key file must be there.

    \b
    Example:
      BAOTIN_DATA=/var/lib/baotin BAOTIN_KEY_FILE=/etc/baotin/master.key baotin restore /mnt/backup/baotin-2026-11-22
    """
    settings = settings_or_end()
    with plainly(settings), _refusals():
        if not settings.key_path.exists():
            raise CannotDo(f"bring the key file back first, to {settings.key_path}: nothing can be read without it")
        now = datetime.now(UTC)
        back = restoring.restore(folder, files_of(settings), key_path=settings.key_path, now=now)
    made_at = back.manifest.made_at.astimezone(settings.timezone)
    typer.echo(f"{settings.database_path}: the installation of {made_at:%Y-%m-%d %H:%M}, whole and opened by its key")
    typer.echo(f"{back.photos:,} photos are whole, {back.lost + back.manifest.missing:,} are lost")
    typer.echo(f"{back.doubtful:,} replies and alerts may have been said already and are said once more")
    typer.echo(f"{back.set_aside:,} are too old for that: baotin outbox list")
    typer.echo(f"{back.campaigns:,} campaigns were under way or due since: a chief decides in /thongbao")
    note(
        "What came in after the backup is not in it. Look through `baotin officer list`: who was revoked since is an\n"
        "officer again. Erase again what was erased since. Invites have ended; make new ones."
    )


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """Put a refusal into words."""
    try:
        yield
    except BackupRefused as error:
        raise CannotDo(REFUSED[error.reason].format(where=error.where), code=WRONG_USE) from error
