"""The wrapped keys of reporters, tips, drafts and questions. Destroying one destroys everything it sealed."""

from storage.seal import Key
from storage.store import Store
from storage.writes import Write


async def key_of(store: Store, owner: str) -> Key | None:
    """The key of this reporter, tip, draft or question; None when it was destroyed."""
    row = await store.db.look_up("SELECT wrapped FROM keys WHERE owner = ?", (owner,))
    return None if row is None else store.seal.unwrap(row["wrapped"], owner)


async def keys_of(store: Store, owners: list[str]) -> dict[str, Key]:
    """The keys of several owners; those destroyed are missing. At most some hundred owners."""
    found: dict[str, Key] = {}
    for owner in dict.fromkeys(owners):
        key = await key_of(store, owner)
        if key is not None:
            found[owner] = key
    return found


def keep(owner: str, wrapped: bytes) -> Write:
    """Store a fresh key."""
    return Write("INSERT INTO keys (owner, wrapped) VALUES (?, ?)", (owner, wrapped), expects_rows=1)


def destroy(owner: str) -> Write:
    """Destroy a key, and with it what it sealed."""
    return Write("DELETE FROM keys WHERE owner = ?", (owner,))
