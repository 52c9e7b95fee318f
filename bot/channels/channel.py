"""What every channel is: reading, sending, fetching, its limits, and the four ways in which a send can fail."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from messages.address import ChannelName, MessageRef, Place
from messages.incoming import Incoming
from messages.rendered import Rendered


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel's platform can take and show."""

    text: int
    """Longest text in UTF-16 code units; longer ones are split by delivery."""
    caption: int
    buttons: int
    """Most buttons under one message; 0 where there are none and choices become numbered lines."""
    label: int
    """Longest button label in characters."""
    file: int
    """Largest file in bytes that can be fetched."""
    can_edit: bool
    can_pin: bool
    """Whether a position can be shared."""
    per_second: float
    """Sends a second over all chats; 0 for no limit."""
    per_chat: float
    """Sends a second to one private chat; 0 for no limit."""
    per_group: float
    """Sends a minute to one group; 0 for no limit."""
    paid_per_second: float = 0
    """The same for messages that are paid for; 0 where that is not possible."""
    has_account: bool = True
    """Whether people have an account there, by which the messenger's own company knows them."""


class TryLater(Exception):
    """The platform asks for patience or could not be reached.

    `after` is in seconds, None where the platform named no time. `in_doubt` is True when the line may have been
    shown all the same (a time-out, a cut connection). `whole_channel` is True when everybody must wait.
    """

    def __init__(self, after: float | None = None, *, in_doubt: bool = False, whole_channel: bool = False) -> None:
        super().__init__("try later")
        self.after = after
        self.in_doubt = in_doubt
        self.whole_channel = whole_channel


class Away(Exception):
    """Nobody is there to read it now (a closed web page): when they speak again."""


class Gone(Exception):
    """Never to this address again (blocked, deleted, removed from the group).

    `moved_to` is set when a group lives on under another name: then the line goes there.
    """

    def __init__(self, moved_to: Place | None = None) -> None:
        super().__init__("gone")
        self.moved_to = moved_to


class Refused(Exception):
    """Never this line (the platform says it is wrong). `reason` is the platform's, without anybody's words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


Take = Callable[[Incoming], Awaitable[None]]
"""Intake: returns when everything the message causes is durable, raises when nothing of it is."""


class Channel(Protocol):
    """A messenger, as delivery and intake see it. Reading is each channel's own pure function."""

    name: ChannelName
    limits: Limits

    async def send(self, to: Place, line: Rendered) -> MessageRef | None:
        """Show one line. Returns the platform's name of it. Raises TryLater, Away, Gone or Refused."""

    async def fetch(self, file: str) -> bytes:
        """The bytes of a file named in an incoming photo or file. Raises TryLater or Refused."""

    async def forget(self, file: str) -> None:
        """The channel may drop what it kept of this file: nobody will fetch it any more. Known or not."""
