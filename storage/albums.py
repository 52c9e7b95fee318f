"""Which message of ours answers an album of photos, to be edited as more of it comes; or carries an officer's question,
so that a reply to it is the answer."""

from datetime import datetime, timedelta

from messages.address import MessageRef
from storage.records import EntryId
from storage.seal import Seal
from storage.store import Store, day, ms
from storage.writes import Write

KEPT_FOR = timedelta(days=14)
"""A question is answered within days; an album arrives within seconds, or a day later after an outage."""


def _found_by(seal: Seal, chat: bytes, *, album: str) -> tuple[bytes, bytes]:
    """No two rows share their chat: the days of two questions would tell which tips are one person's."""
    return seal.digest("find", f"album {album} of {chat.hex()}"), seal.digest("find", f"album {album}")


def of_ask(ask: EntryId) -> str:
    """The name under which the message of an officer's question is found."""
    return f"ask {ask}"


def shown(seal: Seal, chat: bytes, *, album: str, message: MessageRef, now: datetime) -> Write:
    """The answer to an album, or a question, has been shown, or shown anew."""
    return Write(
        "INSERT INTO albums (chat, album, message, at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (chat, album) DO UPDATE SET message = excluded.message",
        (*_found_by(seal, chat, album=album), message, day(now)),
    )


async def message_of(store: Store, chat: bytes, *, album: str) -> MessageRef | None:
    """The message that answers an album, None while none was shown."""
    row = await store.db.look_up(
        "SELECT message FROM albums WHERE chat = ? AND album = ?", _found_by(store.seal, chat, album=album)
    )
    return None if row is None else MessageRef(row["message"])


def forget(now: datetime) -> Write:
    """Drop what will not be edited any more."""
    return Write("DELETE FROM albums WHERE at < ?", (ms(now - KEPT_FOR),))
