"""Handing over: a turn's first reply is claimed in the commit that owes it, and goes straight to delivery.

A row that is claimed at once need not be looked for, claimed in a commit of its own and unsealed. It is as good as any
other claim: delivery marks it, or puts it back, and after a stop it is in doubt.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from storage import claims
from storage.database import Then
from storage.outbox import Line
from storage.writes import Rows


class Handing:
    """Lines on their way from turns to delivery: `claimed` gets those that are, `owed` hears of one that must wait."""

    def __init__(self, *, claimed: Callable[[Line], None], owed: Callable[[], None]) -> None:
        self._claimed = claimed
        self._owed = owed
        self.expected = 0
        """Lines in turns that are being written."""
        self._none_expected = asyncio.Event()
        self._none_expected.set()

    def expect(self, line: Line) -> Then:
        """A turn is about to be written with this line in it; what is to be told the rows that it returned."""
        self.expected += 1
        self._none_expected.clear()
        return partial(self._written, line)

    async def settled(self) -> None:
        """Until every turn with a line in it is written or refused; at a stop, when no new ones come."""
        await self._none_expected.wait()

    def _written(self, line: Line, rows: Rows | None) -> None:
        self.expected -= 1
        if not self.expected:
            self._none_expected.set()
        if rows is None:
            return
        claimed = claims.claimed(line, rows)
        if claimed is None:
            self._owed()
        else:
            self._claimed(claimed)
