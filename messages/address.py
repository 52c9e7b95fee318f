"""Who speaks, and where: the two coordinates of every conversation."""

from typing import NewType

from messages.frozen import frozen

ChannelName = NewType("ChannelName", str)
MessageRef = NewType("MessageRef", str)
"""A channel's own name of one message it shows, so that it can be edited or replied to."""


@frozen
class Address:
    """One person on one channel. The same person on another channel is another address."""

    channel: ChannelName
    who: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.who}"


@frozen
class Place:
    """One chat of a channel, where things are said: somebody's private chat, or a shared one (a group)."""

    channel: ChannelName
    chat: str
    thread: str = ""
    shared: bool = False

    def __str__(self) -> str:
        return f"{self.channel}:{self.chat}:{self.thread}"
