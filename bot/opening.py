"""Opening an installation: folder, lock, migrations, key, wards, in the one order that loses nothing at a power cut.

The key file is on disk before the first row, and the row that names its fingerprint comes before every other.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Final

from bot.settings import PREFIX, Settings, WrongSettings
from storage import installation, key_file, wards
from storage.database import Database
from storage.durable import make_folder, sync_database
from storage.errors import (
    DatabaseLocked,
    DatabaseUnreadable,
    DatabaseUnwritable,
    KeyExposed,
    KeyMissing,
    MigrationRefused,
    NewerSchema,
    StorageError,
    WrongKey,
)
from storage.migrate import migrate
from storage.records import WardCode
from storage.run_lock import run_lock
from storage.seal import Seal
from storage.store import Store
from storage.ward_file import shipped_units

Tell = Callable[[str], None]
NOT_ALLOWED: Final = frozenset(
    {"SQLITE_READONLY", "SQLITE_READONLY_DIRECTORY", "SQLITE_READONLY_DBMOVED", "SQLITE_CANTOPEN", "SQLITE_PERM"}
)
"""What SQLite calls it when the system refuses a file or its folder, and no byte of it has been looked at."""


def tell_on_stderr(notice: str) -> None:
    """Show the operator a notice that must not be missed."""
    sys.stderr.write(f"{notice}\n")


@contextlib.asynccontextmanager
async def open_store(
    settings: Settings, *, exclusive: bool = False, tell: Tell = tell_on_stderr
) -> AsyncIterator[Store]:
    """Open the installation's database, making all that is not there yet; closed at the end.

    With `exclusive` no other `run` may have the folder (`DatabaseLocked`); commands do without. `tell` gets the advice
    about a key that was made. Raises `StorageError` (`explain` puts it into words), `WrongSettings` for a ward that is
    not in the list, and OSError for a folder that cannot be made.
    """
    await asyncio.to_thread(make_folder, settings.data)
    async with contextlib.AsyncExitStack() as opened:
        if exclusive:
            opened.enter_context(run_lock(settings.data))
            await asyncio.to_thread(sync_database, settings.database_path)
        await asyncio.to_thread(migrate, settings.database_path)
        db = await opened.enter_async_context(await Database.open(settings.database_path))
        store = Store(db, Seal(await _master(settings, db, locked=exclusive, tell=tell)))
        if not await wards.is_listed(store):
            await db.commit(wards.replace_units(await asyncio.to_thread(shipped_units)))
        await serve(store, settings.wards)
        yield store


async def serve(store: Store, codes: Iterable[WardCode]) -> None:
    """Serve the wards that the settings name; those enabled by command go on. Raises `WrongSettings`."""
    for code in codes:
        ward = await wards.ward(store, code)
        if ward is None:
            raise WrongSettings(f"{PREFIX}WARDS: there is no ward {code}; `baotin ward list --find NAME` shows codes")
        if not ward.served:
            await store.db.commit([wards.enable(code)])


async def _master(settings: Settings, db: Database, *, locked: bool, tell: Tell) -> bytes:
    """The master key, checked against the database; made for a database that holds nothing yet."""
    known = await installation.fingerprint(db)
    if known is not None:
        return (await asyncio.to_thread(key_file.master_key, settings.key_path, known))[0]
    # Two first starts at once must not make two keys: the second one meets the lock, or the fingerprint of the first.
    with contextlib.nullcontext() if locked else run_lock(settings.data):
        known = await installation.fingerprint(db)
        master, made = await asyncio.to_thread(key_file.master_key, settings.key_path, known)
        if known is None:
            await db.commit([installation.keep_fingerprint(key_file.fingerprint(master))])
    if made:
        tell(advice(settings.key_path))
    return master


def advice(key_path: Path) -> str:
    """What an operator must know about a key that was made just now."""
    return (
        f"A master key was made: {key_path.resolve()}\n"
        "Without it nothing in the database can be read, by anybody. Keep a copy in a safe place, apart from the\n"
        "backups of the database: who has both can read everything."
    )


def explain(error: StorageError, settings: Settings) -> str:
    """What went wrong at opening or writing, and how to mend it: one line for the operator."""
    match error:
        case DatabaseLocked():
            return f"another `baotin run` works in {settings.data}; stop it first"
        case KeyMissing():
            return (
                f"the key file {settings.key_path} is missing or cannot be read, and the database is sealed with it; "
                "bring it back from its safe place (no new one is made)"
            )
        case WrongKey():
            return f"{settings.key_path} is not the key of {settings.database_path}; bring back the right one"
        case KeyExposed():
            return f"others may read the key file; mend with: chmod 600 {settings.key_path}"
        case NewerSchema():
            return f"{settings.database_path} was made by a newer version of baotin; install that one"
        case MigrationRefused(number=number):
            return f"migration {number} could not be applied to {settings.database_path}; nothing of it was written"
        case DatabaseUnreadable(reason=reason) | DatabaseUnwritable(reason=reason) if reason in NOT_ALLOWED:
            return f"{settings.database_path} may not be written by this account ({reason}); whose are file and folder?"
        case DatabaseUnreadable(reason="SQLITE_FULL"):
            return f"the disk is full: make room where {settings.database_path} lies, or where its copy goes"
        case DatabaseUnreadable(reason=reason):
            return f"{settings.database_path} cannot be opened ({reason}); is it a database, and is the disk sound?"
        case DatabaseUnwritable(reason="SQLITE_BUSY"):
            return "another program keeps the database busy; try again in a moment"
        case DatabaseUnwritable(reason=reason):
            return f"{settings.database_path} could not be written ({reason}); is the disk full?"
        case _:
            return f"the database refused: {type(error).__name__}"
