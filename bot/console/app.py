"""The officers' console as an ASGI application on a port of its own: routes, guards, and nothing that is public."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.channels.web_chat import WebChat
from bot.console.answering import Answering
from bot.console.door import POLICY, Door
from bot.console.listing import Listing
from bot.console.live import BEAT, Live
from bot.console.menu import Menu
from bot.console.reading import Reading
from bot.console.signing_in import SigningIn
from bot.console.sorry import Sorry
from bot.console.standing import REMEMBERED
from bot.console.wording import PAGES, Wording
from bot.console.work import Work
from bot.incoming.facts import Surroundings
from bot.outgoing.exhibits import Gallery
from bot.web.safety import Headers
from storage import sign_ins


class Console:
    """The application, and what its life needs beside serving."""

    def __init__(  # noqa: PLR0913  what it stands on, named one by one
        self,
        around: Surroundings,
        web: WebChat,
        *,
        media: Path,
        now: Callable[[], datetime],
        owed: Callable[[], None],
        beat: float = BEAT,
    ) -> None:
        """`beat` is in seconds."""
        self._work = Work(around, now, owed)
        door, wording = Door(self._work), Wording(around.store, around.catalogue)
        self._live = Live(self._work, door, web, beat)
        reading = Reading(self._work, door, wording, Gallery(around.store, media))
        parts = (SigningIn(self._work, door, wording), Listing(self._work, door, wording), reading)
        beside = (Menu(self._work, door, wording), Answering(self._work, door, wording), self._live)
        routes = [route for part in (*parts, *beside) for route in part.routes()]
        statics = [
            Mount("/static/shared", StaticFiles(directory=PAGES.parent / "shared")),
            Mount("/static", StaticFiles(directory=PAGES / "static")),
        ]
        self.app: Final = Starlette(
            routes=[*routes, *statics],
            middleware=[Middleware(Headers, policy=lambda _: POLICY)],
            exception_handlers=Sorry(wording).handlers(),
        )

    async def sweep(self) -> None:
        """Forget sign-ins that have ended, and passes that nobody used."""
        now = self._work.now()
        await self._work.commit(sign_ins.sweep(now - REMEMBERED, now))

    def close(self) -> None:
        """End the pages' streams, so that the server can stop."""
        self._live.close()
