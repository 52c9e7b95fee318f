"""Why we cannot do our work at this moment: each part says so itself, and takes it back as soon as it works again.

Read by whoever shows it to an operator; a reason is a name for machines (SQLITE_FULL, TryLater), never a content.
"""

from collections.abc import Mapping

from storage.database import Database

DATABASE = "database"
"""The part that nobody works without: nothing is taken in while it cannot be written."""


class Readiness:
    """What hinders which part; nothing does in good times."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._hindered: dict[str, str] = {}

    def note(self, part: str, reason: str) -> None:
        """This hinders a part; an empty reason means that it works."""
        if reason:
            self._hindered[part] = reason
        else:
            self._hindered.pop(part, None)

    def reasons(self) -> Mapping[str, str]:
        """Part by part what hinders it; empty when all work."""
        database = {DATABASE: self._db.trouble} if self._db.trouble else {}
        return {**self._hindered, **database}
