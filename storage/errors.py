"""What storage can meet: situations that whoever opened the transaction, or the start of the program, must answer.

Driver exceptions do not leave storage: they travel as `__cause__`. A message holds ids, names of tables and error
codes, never a value that was to be stored. Words for people are made elsewhere, from the type and its fields.
"""

from pathlib import Path


class StorageError(Exception):
    """Any situation of this module; lets an outermost layer tell storage's refusals from everything else."""


class Stale(StorageError):
    """Somebody was faster: a write met another number of rows than it expected. Nothing was written; look again."""

    def __init__(self, write: int = 0) -> None:
        super().__init__(f"write {write} of the turn met other rows than expected")
        self.write = write
        """Which write of the turn, counted from 0."""


class Missing(StorageError):
    """What is referred to is not there, or no longer. `what` names a table or a kind of thing, never a content."""

    def __init__(self, what: str = "") -> None:
        super().__init__(what)
        self.what = what


class Duplicate(StorageError):
    """It is there already. `where` names the table whose uniqueness was hit, or the index for one over expressions."""

    def __init__(self, where: str = "") -> None:
        super().__init__(where)
        self.where = where


class StatementRefused(StorageError):
    """A statement breaks a rule of the schema, is no SQL, or carries a value SQLite cannot hold: our own mistake."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DatabaseLocked(StorageError):
    """Another `run` has this folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder


class DatabaseUnwritable(StorageError):
    """The disk is full, a write failed, or another program kept the database busy. Nothing was written.

    `reason` is SQLite's name for it (SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_BUSY …).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DatabaseUnreadable(StorageError):
    """The file cannot be opened or read, or is no database. `reason` is SQLite's name for it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NewerSchema(StorageError):
    """The database was migrated by a newer version of this program, which alone may open it."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(f"database is at migration {found}, this program knows {known}")
        self.found = found
        self.known = known


class MigrationRefused(StorageError):
    """Migration `number` was edited after its release, is out of order, or failed; nothing of it is in the database."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"migration {number}: {reason}")
        self.number = number
        self.reason = reason


class KeyMissing(StorageError):
    """There is no readable key file, and none may be made: the database already holds what its key has sealed."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class KeyExposed(StorageError):
    """Others than its owner may read or write the key file."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class Damaged(StorageError):
    """What is stored of somebody does not open any more. Names the row, never what was in it."""

    def __init__(self, row: str) -> None:
        super().__init__(row)
        self.row = row


class WrongKey(StorageError):
    """The key does not open this: another key, another place, a damaged file or something altered. Never says what."""
