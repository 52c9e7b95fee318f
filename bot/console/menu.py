"""What else officers do, by the same buttons as in a chat: duty, counts, colleagues, campaigns, fire questions.

A page shows what a chat would say. What has to be written in several steps (a campaign) stays in the chat.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console.door import Door, Seat
from bot.console.wording import Wording
from bot.console.work import TooMany, Work
from bot.incoming.facts import TurnFacts
from handlers.officers.matters import hear_card, is_card_key
from handlers.officers.queue import officer_menu
from handlers.turn import AnyTurn, Turn
from messages.incoming import Chosen, Incoming
from messages.outgoing import Say, say
from messages.phrase import Phrase

PAGES: Final[Mapping[str, str]] = {"menu:queue": "/", "menu:home": "/menu"}
"""Buttons of a chat that are pages here."""
LEFT_OUT: Final = frozenset({"menu-home", "menu:new-campaign"})
"""Buttons that lead into a resident's menu, or begin what is written in a chat."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a message: a page to go to, else a key to press."""

    label: str
    key: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One message, as a part of a page."""

    lines: Sequence[str]
    buttons: Sequence[Button]


@dataclass(frozen=True, slots=True)
class Menu:
    """The pages beside the queue."""

    work: Work
    door: Door
    wording: Wording

    def routes(self) -> list[BaseRoute]:
        """Their addresses."""
        return [
            Route("/menu", self.door.reading(self.show)),
            Route("/press", self.door.deciding(self.press), methods=["POST"]),
        ]

    async def show(self, request: Request, seat: Seat) -> Response:
        """Everything there is to do."""
        facts = await self.work.facts_for(seat.officer)
        return await self._page(seat, [officer_menu(seat.officer, facts)])

    async def press(self, request: Request, seat: Seat, *, form: Mapping[str, str]) -> Response:
        """A button: judged anew, as every press is."""
        key = form.get("key", "")
        if not is_card_key(key):
            return RedirectResponse("/menu", status_code=303)

        async def facts() -> TurnFacts:
            return await self.work.facts_for(seat.officer)

        async def heard(seen: TurnFacts) -> AnyTurn:
            said = Incoming("press", seen.session.by, seen.session.place, seen.now, Chosen(key))
            turn = await hear_card(key, said, seen)
            # a conversation cannot go on here, so it must not begin: nothing of it is written
            return turn if turn.enter is None else Turn(replies=(say("console-in-chat"),))

        try:
            turn = await self.work.perform(facts, heard, once=form.get("once", ""))
        except TooMany:
            turn = Turn(replies=(say("console-again"),))
        if turn is None:  # sent twice
            return RedirectResponse("/menu", status_code=303)
        return await self._page(seat, [reply for reply in turn.replies if isinstance(reply, Say)])

    async def _page(self, seat: Seat, told: Sequence[Say]) -> HTMLResponse:
        blocks = [await self._block(one, seat) for one in told]
        once = self.work.around.chance.fresh_id
        return HTMLResponse(self.wording.page("menu.html", seat.language, seat=seat, blocks=blocks, once=once))

    async def _block(self, told: Say, seat: Seat) -> Block:
        labels: list[Phrase] = [choice.label for choice in told.choices]
        spoken = await self.wording.spoken([*told.words, *labels], seat.language)
        lines, named = spoken[: len(told.words)], spoken[len(told.words) :]
        buttons = [
            Button(label, choice.key, _page_of(choice.key))
            for choice, label in zip(told.choices, named, strict=True)
            if choice.key not in LEFT_OUT
        ]
        return Block(lines, buttons)


def _page_of(key: str) -> str:
    verb, _, which = key.partition(":")
    if verb == "reply":
        return f"/question/{which}"
    return f"/tip/{which}" if verb in {"open", "hand"} else PAGES.get(key, "")
