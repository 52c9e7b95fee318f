"""What Telegram keeps of pictures that many residents are shown: uploaded once, then named by Telegram's own id.

Only for what says so itself (`Picture.shared`): what officers see of a tip is a fresh upload each time. Ids live in
memory; the first few readers, whose messages are on their way together, each get an upload of their own.
"""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from telegram import Message
from telegram.error import BadRequest

from messages.rendered import Picture

KNOWN: Final = 32
"""Pictures whose ids are remembered: campaigns that go out, or are corrected, side by side."""
ABOUT_A_FILE: Final = "file"
"""Stands in every refusal of an id (small letters): wrong file identifier, invalid file_id, FILE_REFERENCE_EXPIRED."""

Sent = TypeVar("Sent", bound=Message | bool)


class Copies:
    """Telegram's ids of the pictures that were handed over."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    async def hand(self, picture: Picture, over: Callable[[bytes | str], Awaitable[Sent]]) -> Sent:
        """Hand a picture over by its id where there is one, else, and where that is refused, its bytes."""
        known = self._ids.get(picture.shared)
        if known is not None:
            try:
                return await over(known)
            except BadRequest as error:
                if ABOUT_A_FILE not in error.message.lower():
                    raise
                self._ids.pop(picture.shared, None)
        sent = await over(picture.jpeg)
        if picture.shared and isinstance(sent, Message) and sent.photo:
            self._ids[picture.shared] = sent.photo[-1].file_id
            if len(self._ids) > KNOWN:
                del self._ids[next(iter(self._ids))]
        return sent
