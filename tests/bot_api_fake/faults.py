"""Bad weather that a test can switch on: refusals, broken servers, cut lines, silence."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from tests.bot_api_fake.refusals import DESCRIPTIONS, Refusal, migrated, too_many

ANY = "*"
"""Stands for every method."""
FILE = "file"
"""The name under which downloads of files can be disturbed."""


@dataclass(eq=False)
class Fault:
    """One thing that goes wrong; `off()` ends it, `met` counts how often it did."""

    method: str
    chat: int | None = None
    refusal: Refusal | None = None
    page: int | None = None
    """The status of an HTML page, as the proxy before Telegram answers when the server behind it is away."""
    cut: bool = False
    drop: bool = False
    hang: bool = False
    left: int | None = 1
    met: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def off(self) -> None:
        """It does not happen any more, and what hangs is answered."""
        self.left = 0
        self.over.set()

    def meets(self, method: str, chat: int | None) -> bool:
        """Whether it strikes this call."""
        return (
            self.left != 0 and self.method.lower() in (ANY, method.lower()) and (self.chat is None or self.chat == chat)
        )


class Faults:
    """All that were switched on. Without any, everything works."""

    def __init__(self, beat: Callable[[], None]) -> None:
        """`beat` is called whenever one strikes."""
        self._beat = beat
        self._known: list[Fault] = []

    def next(
        self,
        method: str,
        *,
        chat: int | None = None,
        status: int | None = None,
        description: str | None = None,
        retry_after: int | None = None,
        migrate_to: int | None = None,
        cut: bool = False,
        drop: bool = False,
        hang: bool = False,
        count: int | None = 1,
    ) -> Fault:
        """Let the next `count` calls of a method fail (None: until `off()`), only those to `chat` if it is given.

        `cut`: done, but the line breaks before the answer. `drop`: the line breaks and nothing was done. `hang`: done,
        and no answer until `off()`. Otherwise a refusal: `retry_after` is a 429, `migrate_to` a group that moved, 502
        to 504 a page of HTML as a proxy writes it. The method "file" disturbs downloads, "*" every call.
        """
        fault = Fault(method, chat, cut=cut, drop=drop, hang=hang, left=count)
        if retry_after is not None:
            fault.refusal = too_many(retry_after)
        elif migrate_to is not None:
            fault.refusal = migrated(migrate_to)
        elif status is not None and status > 500:
            fault.page = status
        elif status is not None:
            fault.refusal = Refusal(status, description or DESCRIPTIONS.get(status, HTTPStatus(status).phrase))
        elif not (cut or drop or hang):
            raise ValueError("a fault needs a kind: status, retry_after, migrate_to, cut, drop or hang")
        self._known.append(fault)
        return fault

    def clear(self) -> None:
        """Good weather again."""
        for fault in self._known:
            fault.off()
        self._known.clear()

    def strike(self, method: str, chat: int | None) -> Fault | None:
        """The fault that this call meets, used up by one."""
        for fault in self._known:
            if fault.meets(method, chat):
                fault.met += 1
                fault.left = None if fault.left is None else fault.left - 1
                self._beat()
                return fault
        return None
