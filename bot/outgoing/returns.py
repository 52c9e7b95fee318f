"""Who was away and came back lately: sends that began before they came are tried again, and not set aside."""

from bot.clock import Clock
from storage.outbox import is_set_aside, wake
from storage.store import Store

REMEMBERED_FOR = 300.0
"""Seconds; longer than any send lasts."""


class Returns:
    """Chats whose reader came back, with the moment."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._at: dict[bytes, float] = {}

    def note(self, chat: bytes) -> None:
        """Their reader is there again, now."""
        now = self._clock.monotonic()
        self._at = {who: at for who, at in self._at.items() if now - at < REMEMBERED_FOR}
        self._at[chat] = now

    def since(self, began: float, chat: bytes) -> bool:
        """Whether they came back after a moment on the monotonic clock."""
        return self._at.get(chat, began) > began

    async def release(self, chat: bytes) -> bool:
        """What was set aside for them is due; False where nothing was, which is mostly so: then nothing is written."""
        if not await is_set_aside(self._store, chat):
            return False
        await self._store.db.commit([wake(chat, self._clock.now())])
        return True
