"""Signing in at the console: a pass or an invite, a name for whoever is new, and the second factor."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.web_read import address_of, key_of, place_of
from bot.console.door import (
    Door,
    Seat,
    fresh_secret,
    is_from_here,
    is_private,
    let_in,
    let_out,
    page_language,
    read_form,
)
from bot.console.standing import Standing, factor_address, locked_until, step_of
from bot.console.wording import Wording
from bot.console.work import Work
from bot.incoming.facts import TurnFacts
from bot.web.app import host_of
from handlers.effects import Enrol, LogAct
from handlers.officers.enrol import NAME_LONGEST, EnrolDraft, hear_name, told_of_factor, usable_invite
from handlers.officers.enrol import place_of as place_of_role
from handlers.turn import AnyTurn
from messages.frozen import replace
from messages.incoming import Incoming, Text
from messages.language import LANGUAGES
from messages.phrase import Phrase, phrase
from storage import sign_ins
from storage.errors import Stale
from storage.records import OfficerId
from storage.sign_ins import SecondFactor
from storage.writes import Write

ISSUER: Final = "BaoTin"
"""What an authenticator shows beside the officer's name."""
ANYWHERE: Final = frozenset(Standing) - {Standing.OVER}
GUARDED: Final = ANYWHERE - {Standing.LOCKED}
LANGUAGE_FOR: Final = 365 * 24 * 60 * 60
"""Seconds."""


@dataclass(frozen=True, slots=True)
class SigningIn:
    """The pages in front of the desk."""

    work: Work
    door: Door
    wording: Wording

    def routes(self) -> list[BaseRoute]:
        """Their addresses."""
        prove = self.door.deciding(self.prove, may=GUARDED)
        return [
            Route("/sign-in", self.ask),
            Route("/sign-in", self.hear, methods=["POST"]),
            Route("/enrol", self.enrol, methods=["POST"]),
            Route("/sign-out", self.door.deciding(self.leave, may=ANYWHERE), methods=["POST"]),
            Route("/second-factor", self.door.reading(self.factor, may=ANYWHERE)),
            Route("/second-factor", prove, methods=["POST"]),
            Route("/language/{language}", self.choose_language),
        ]

    # --- with a code ------------------------------------------------------------------------------------------

    async def ask(self, request: Request) -> Response:
        """The page that asks for a code; whoever is signed in goes on to the desk."""
        seat = await self.door.seat(request)
        if seat is not None:
            return RedirectResponse("/" if seat.standing is Standing.OPEN else "/second-factor", status_code=303)
        return self._page(request, "sign_in.html", problem=None)

    async def hear(self, request: Request) -> Response:
        """A pass lets its officer in; an invite asks for a name first. Anything else reads alike."""
        refused = self._refused(request)
        if refused is not None:
            return refused
        code = (await read_form(request)).get("code", "").strip().lower().removeprefix("o_")
        officer = await sign_ins.permitted(self.work.around.store, code, now=self.work.now())
        if officer is not None:
            return await self._begin(request, officer, code=code)
        return await self._ask_name(request, code, facts=await self._stranger())

    def _refused(self, request: Request) -> Response | None:
        """Why no code is heard: somebody could read along, or too many were wrong. Another site's form raises 403."""
        if not is_private(request):
            return self._page(request, "sign_in.html", problem=Phrase("console-needs-https"), status=403)
        if not is_from_here(request):
            raise HTTPException(403)
        if not self.door.may_guess(host_of(request), asyncio.get_running_loop().time()):
            return self._page(request, "sign_in.html", problem=Phrase("console-too-many-codes"), status=429)
        return None

    async def _begin(self, request: Request, officer: OfficerId, *, code: str) -> Response:
        secret = fresh_secret()
        spent = sign_ins.spend(self.work.around.store.seal, code)
        try:
            await self.work.commit([spent, *self._signed_in(officer, secret)])
        except Stale:
            return self._page(request, "sign_in.html", problem=Phrase("invite-unusable"), status=403)
        return let_in(RedirectResponse("/", status_code=303), request, secret=secret)

    def _signed_in(self, officer: OfficerId, secret: str) -> list[Write]:
        begun = sign_ins.begin(self.work.around.store.seal, secret, officer=officer, now=self.work.now())
        return [begun, *self.work.rows([LogAct(officer, "signed-in")])]

    # --- who is new -------------------------------------------------------------------------------------------

    async def _stranger(self) -> TurnFacts:
        """Somebody nobody knows: an address on the web that no page holds, since they will sit at the console."""
        key = key_of(fresh_secret())
        return await self.work.facts_of(address_of(key), place_of(key))

    async def _ask_name(
        self, request: Request, code: str, *, facts: TurnFacts, problem: Phrase | None = None
    ) -> Response:
        invite = await usable_invite(code, facts)
        if invite is None:
            self.door.guessed_wrong(host_of(request))
            return self._page(request, "sign_in.html", problem=Phrase("invite-unusable"), status=403)
        asked = phrase("enrol-ask", role=Phrase(f"role-{invite.role}"), ward=await place_of_role(invite.ward, facts))
        status = 422 if problem else 200
        once = self.work.around.chance.fresh_id()
        return self._page(
            request, "enrol.html", asked=asked, problem=problem, code=code, once=once, most=NAME_LONGEST, status=status
        )

    async def enrol(self, request: Request) -> Response:
        """A name with its invite: enrolled as in a chat, and signed in."""
        refused = self._refused(request)
        if refused is not None:
            return refused
        form, facts = await read_form(request), await self._stranger()
        code, secret = form.get("code", ""), fresh_secret()

        async def same() -> TurnFacts:
            return replace(facts, now=self.work.now())

        async def name(seen: TurnFacts) -> AnyTurn:
            said = Incoming("name", seen.session.by, seen.session.place, seen.now, Text(form.get("name", "")))
            return await hear_name(EnrolDraft(code=code), said, seen)

        def begun(turn: AnyTurn) -> list[Write]:
            enrolled = [effect.officer for effect in turn.effects if isinstance(effect, Enrol)]
            return [write for officer in enrolled for write in self._signed_in(officer, secret)]

        turn = await self.work.perform(same, name, once=form.get("once", ""), besides=begun)
        if turn is None or not turn.effects:
            problem = turn.remark[0] if turn is not None and turn.remark else Phrase("invite-unusable")
            return await self._ask_name(request, code, facts=facts, problem=problem)
        return let_in(RedirectResponse("/second-factor", status_code=303), request, secret=secret)

    async def leave(self, request: Request, seat: Seat, *, form: Mapping[str, str]) -> Response:
        """Signed out, here or everywhere."""
        everywhere = form.get("where") == "everywhere" and seat.standing is Standing.OPEN
        ended = sign_ins.end_all(seat.officer.id) if everywhere else sign_ins.end(seat.sign_in)
        await self.work.commit([ended, *self.work.rows([LogAct(seat.officer.id, "signed-out")])])
        return let_out(RedirectResponse("/sign-in", status_code=303), request)

    # --- the second factor ------------------------------------------------------------------------------------

    async def factor(self, request: Request, seat: Seat) -> Response:
        """Where one sets it up, gives a code, or waits."""
        return await self._factor_page(request, seat)

    async def _factor_page(self, request: Request, seat: Seat, *, problem: Phrase | None = None) -> Response:
        values: dict[str, Any] = {"drawn": "", "secret": "", "until": None}
        if seat.standing is Standing.LOCKED:
            values["until"] = phrase("console-locked", at=locked_until(seat.sign_in))
        elif seat.standing in {Standing.SET_UP, Standing.OPEN} and not (seat.factor and seat.factor.confirmed):
            values |= _shown(self._factor_of(seat), seat)
        status = 422 if problem else 200
        return self._page(request, "factor.html", seat=seat, problem=problem, status=status, **values)

    def _factor_of(self, seat: Seat) -> SecondFactor:
        """What this officer's codes are made from, or are to be."""
        if seat.factor is not None and seat.factor.confirmed:
            return seat.factor
        return sign_ins.offered_factor(self.work.around.store.seal, seat.sign_in)

    async def prove(self, request: Request, seat: Seat, *, form: Mapping[str, str]) -> Response:
        """A code: counted before it is judged, right at most once."""
        if seat.standing is Standing.UNCONFIRMED:
            return RedirectResponse("/second-factor", status_code=303)
        seal, officer = self.work.around.store.seal, seat.officer.id
        now, factor, secret = self.work.now(), self._factor_of(seat), fresh_secret()
        step = step_of(form.get("code", ""), factor, now=now)
        try:
            await self.work.commit([sign_ins.tried(seat.sign_in, now)])
            if step is not None:
                taken = await self._taken(seat, factor, step=step)
                await self.work.commit([*taken, sign_ins.proved(seal, seat.sign_in, secret=secret, now=now)])
                self.work.owed()
        except Stale:
            step = None
        if step is not None:
            return let_in(RedirectResponse("/", status_code=303), request, secret=secret)
        await self.work.note([LogAct(officer, "second-factor-wrong")])
        after = await self.door.seat(request)
        if after is None:
            return RedirectResponse("/sign-in", status_code=303)
        return await self._factor_page(request, after, problem=Phrase("console-code-wrong"))

    async def _taken(self, seat: Seat, factor: SecondFactor, *, step: int) -> list[Write]:
        """The rows of a right code; of the first one also that it is told to whom it concerns."""
        officer, given = seat.officer, LogAct(seat.officer.id, "second-factor-given")
        if factor.confirmed:
            return [sign_ins.take_code(officer.id, step), *self.work.rows([given])]
        told = await told_of_factor(officer, await self.work.facts_for(officer))
        seal = self.work.around.store.seal
        first = sign_ins.confirm_factor(seal, officer.id, secret=factor.secret, step=step)
        return [first, *self.work.rows([given, *told])]

    # --- pages ------------------------------------------------------------------------------------------------

    async def choose_language(self, request: Request) -> Response:
        """The language of the pages, in this browser."""
        chosen = request.path_params["language"]
        answer = RedirectResponse("/", status_code=303)
        if chosen in LANGUAGES:
            answer.set_cookie("language", chosen, max_age=LANGUAGE_FOR, httponly=True, samesite="strict")
        return answer

    def _page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        values = {"seat": None, **values}
        return HTMLResponse(self.wording.page(template, page_language(request), **values), status_code=status)


def _shown(factor: SecondFactor, seat: Seat) -> dict[str, Any]:
    """The code to scan, and the same in letters to type."""
    import segno  # noqa: PLC0415 -- 1.2 MB, needed once in an officer's life

    address = factor_address(factor.secret, account=seat.officer.name, issuer=ISSUER)
    drawn = segno.make(address, error="m", micro=False).svg_inline(border=4, omitsize=True)
    letters = address.partition("secret=")[2].partition("&")[0]
    spelled = " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))
    return {"drawn": Markup(drawn), "secret": spelled}  # noqa: S704 -- drawn here, of modules alone
