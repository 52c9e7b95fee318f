"""What an officer reads where the console could not do what they asked; it says nothing of why inside."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.console.door import POLICY, page_language
from bot.console.wording import Wording
from bot.web.safety import ALWAYS
from messages.phrase import Phrase
from storage.errors import StorageError

REASONS: Final[Mapping[int, str]] = {
    403: "console-refused",
    404: "console-no-page",
    405: "console-no-page",
    413: "console-too-long",
    503: "console-unwritten",
}
"""The sentence for each status; any other was a mistake of ours, or of the network."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sorry:
    """The pages for what went wrong; nobody is looked up for them."""

    wording: Wording

    def handlers(self) -> dict[Any, Callable[[Request, Any], Awaitable[Response]]]:
        """Which page for which exception."""
        return {HTTPException: self.refused, StorageError: self.unwritten, Exception: self.failed}

    async def refused(self, request: Request, error: HTTPException) -> Response:
        """A form that is not of this sign-in, too large a one, or an address of nothing."""
        return self._page(request, error.status_code, headers=error.headers or {})

    async def unwritten(self, request: Request, error: Exception) -> Response:
        """The disk is full or the database busy: nothing is shown that could not be logged."""
        log.error("console refused", kind=type(error).__name__)
        return self._page(request, 503, headers={"Retry-After": "5"})

    async def failed(self, request: Request, error: Exception) -> Response:
        """A mistake of ours, outside of all guards: the answer brings itself what every answer carries."""
        return self._page(
            request, 500, headers={**ALWAYS, "Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        )

    def _page(self, request: Request, status: int, *, headers: Mapping[str, str]) -> Response:
        reason = Phrase(REASONS.get(status, "console-failed"))
        page = self.wording.page("sorry.html", page_language(request), seat=None, reason=reason)
        return HTMLResponse(page, status_code=status, headers=dict(headers))
