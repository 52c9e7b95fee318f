"""One tip at the console: everything said about it, its pictures and history, and the forms that decide."""

import base64
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.web_events import TYPES, UNKNOWN_TYPE
from bot.console.door import Door, Seat, page_number
from bot.console.parts import CALM, asked_part, response_of
from bot.console.wording import Wording, with_maps
from bot.console.work import TooMany, Work
from bot.incoming.facts import TurnFacts
from bot.outgoing.exhibits import Gallery
from handlers.effects import LogAct, LogView
from handlers.officers.closing import BODIES
from handlers.officers.deciding import ASK_LONGEST, NOTE_LONGEST, able, other_wards
from handlers.officers.forms import DECIDES, decide
from handlers.officers.review import AT_ONCE, card_head, entry_line, history_line, may_read_history, standing_lines
from handlers.officers.ruling import speaker_of
from handlers.turn import Ruling
from handlers.units import ward_phrase
from handlers.workflow import may, may_see, offers
from messages.outgoing import Exhibit, Say, say
from messages.phrase import Phrase
from messages.rendered import File, Picture
from storage import tips
from storage.records import Entry, MediaId, Officer, Outcome, Tip, TipId

HISTORY: Final = 500
"""Lines of a history on its page, the newest."""
PICTURES: Final = 10
"""Pictures on one page."""
MOST_PAGES: Final = 100
PLAYED_FOR: Final = timedelta(hours=1)
"""A player asks for a recording part by part; so long they all are one opening."""
OPENED: Final = 500
"""Openings that are remembered for that, over all officers."""
UNTOLD: Final[Mapping[str, str]] = dict.fromkeys(("form", "words", "body", "outcome", "valuable"), "")
"""A form of which nothing was filled in yet."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The pages of one tip."""

    work: Work
    door: Door
    wording: Wording
    gallery: Gallery
    _opened: OrderedDict[tuple[bytes, MediaId], datetime] = field(default_factory=OrderedDict)
    """By sign-in and file: when it was last written down that it is played."""

    def routes(self) -> list[BaseRoute]:
        """Their addresses."""
        return [
            Route("/tip/{tip}", self.door.reading(self.show)),
            Route("/tip/{tip}/files", self.door.reading(self.files)),
            Route("/tip/{tip}/file/{media}", self.door.reading(self.file)),
            Route("/tip/{tip}/history", self.door.reading(self.history)),
            Route("/tip/{tip}/{verb}", self.door.deciding(self.decide), methods=["POST"]),
        ]

    # --- reading ----------------------------------------------------------------------------------------------

    async def at_hand(self, request: Request, officer: Officer) -> Tip | None:
        """The tip of the address, if the officer may read it or pass it on; a foreign one is like none."""
        tip = await self.work.tip(TipId(request.path_params["tip"]))
        if tip is None or not (may_see(officer, tip.desk) or may(officer, tip, verb="pass-on")):
            return None
        return tip

    async def show(self, request: Request, seat: Seat) -> Response:
        """The whole tip; that it was opened is written down before."""
        tip = await self.at_hand(request, seat.officer)
        if tip is None:
            return await self._unknown(seat)
        return await self._page(seat, tip, said=self.door.said(seat))

    async def _unknown(self, seat: Seat) -> Response:
        await self.work.note([LogAct(seat.officer.id, "searched-in-vain")])
        page = self.wording.page("nothing.html", seat.language, seat=seat, reason="")
        return HTMLResponse(page, status_code=404)

    async def _page(
        self, seat: Seat, tip: Tip, *, said: str = "", problem: str = "", told: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        officer, language = seat.officer, seat.language
        reads = may_see(officer, tip.desk)
        if reads:
            await self.work.note([LogView(tip.id, officer.id)])
        facts = await self.work.facts_for(officer)
        head = standing_lines(tip, now=facts.now) if reads else (card_head(tip, now=facts.now),)
        told_lines = await self.wording.spoken([entry_line(entry) for entry in tip.entries], language) if reads else []
        label = self.wording.words(Phrase("web-map"), language)
        values: dict[str, Any] = {
            "tip": tip,
            "head": await self.wording.spoken(head, language),
            "story": [
                (_side(entry), with_maps(line, label)) for entry, line in zip(tip.entries, told_lines, strict=False)
            ],
            "reads": reads,
            "files": sum(entry.media is not None for entry in tip.entries) if reads else 0,
            "may_read_history": may_read_history(officer, tip),
            "forms": await self._forms(tip, officer, facts=facts),
            "said": said,
            "problem": problem,
            "told": {**UNTOLD, **(told or {})},
            "once": self.work.around.chance.fresh_id,
        }
        page = self.wording.page("tip.html", language, seat=seat, **values)
        return HTMLResponse(page, status_code=409 if problem else 200)

    async def _forms(self, tip: Tip, officer: Officer, *, facts: TurnFacts) -> dict[str, Any]:
        """What this officer may decide now, with what each form offers; never one that would be refused."""
        verbs = {choice.key.partition(":")[0] for choice in offers(tip, officer)}
        forms: dict[str, Any] = {verb: verb in verbs for verb in (*AT_ONCE, *DECIDES, "contact")}
        if "hand" in verbs:
            if may(officer, tip, verb="hand-over"):
                forms["to"] = [(one.id, one.name) for one in await able(tip, facts)]
            if may(officer, tip, verb="pass-on"):
                forms["pass"] = [(ward.code, ward_phrase(ward)) for ward in await other_wards(tip, facts)]
        forms["speaker"] = speaker_of(tip)
        forms["bodies"], forms["outcomes"] = BODIES, tuple(Outcome)
        forms["longest"], forms["longest_note"] = ASK_LONGEST, NOTE_LONGEST
        return forms

    async def history(self, request: Request, seat: Seat) -> Response:
        """Every move and every view; reading it is one."""
        tip = await self.at_hand(request, seat.officer)
        tip = tip or await self.work.tip(TipId(request.path_params["tip"]))
        if tip is None or not may_read_history(seat.officer, tip):
            return await self._unknown(seat)
        events = await tips.history(self.work.around.store, tip.id, limit=HISTORY)
        await self.work.note([LogView(tip.id, seat.officer.id, what="read-history")])
        lines = [self.wording.words(history_line(event), seat.language) for event in events]
        return HTMLResponse(self.wording.page("history.html", seat.language, seat=seat, tip=tip, lines=lines))

    # --- pictures and files -----------------------------------------------------------------------------------

    async def files(self, request: Request, seat: Seat) -> Response:
        """The pictures as cleaned copies, within the page; other files by kind, each with its link."""
        tip = await self.at_hand(request, seat.officer)
        if tip is None or not may_see(seat.officer, tip.desk):
            return await self._unknown(seat)
        number = page_number(request.query_params.get("page", ""), MOST_PAGES)
        held = [entry for entry in tip.entries if entry.media is not None]
        shown = held[PICTURES * (number - 1) : PICTURES * number]
        await self.work.note([LogView(tip.id, seat.officer.id, what="viewed-files", detail=str(len(shown)))])
        values: dict[str, Any] = {
            "tip": tip,
            "shown": [await self._shown(tip, entry, seat=seat) for entry in shown],
            "next": number + 1 if len(held) > PICTURES * number else 0,
        }
        return HTMLResponse(self.wording.page("files.html", seat.language, seat=seat, **values))

    async def _shown(self, tip: Tip, entry: Entry, *, seat: Seat) -> dict[str, Any]:
        [line] = await self.wording.spoken([entry_line(entry)], seat.language)
        one = {"line": line, "kind": entry.kind, "media": entry.media, "picture": "", "text": ""}
        if entry.kind != "photo":
            return one
        exhibit = Exhibit(tip.id, str(entry.media))
        found = await self.gallery.show(
            exhibit, lambda told: self.wording.words(told, seat.language), silent=True, first_try=False
        )
        match found:
            case Picture(jpeg=jpeg):
                one["picture"] = f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
            case File():
                pass
            case text:
                one["text"] = text.text
        return one

    async def file(self, request: Request, seat: Seat) -> Response:
        """One file as it came, or the part of it that a player asks for, under a name of ours; written down before."""
        tip, media = await self.at_hand(request, seat.officer), MediaId(request.path_params["media"])
        if tip is None or not may_see(seat.officer, tip.desk) or all(entry.media != media for entry in tip.entries):
            return await self._unknown(seat)
        part = asked_part(request)
        await self._note_file(tip, media, seat=seat, goes_on=part is not None)
        exhibit = Exhibit(tip.id, media, whole=True)
        found = await self.gallery.show(
            exhibit, lambda told: self.wording.words(told, seat.language), silent=True, first_try=False
        )
        match found:
            case Picture(jpeg=jpeg):
                return Response(jpeg, media_type="image/jpeg", headers=CALM)
            case File(content=content, name=name):
                kind = TYPES.get(name.rpartition(".")[2], UNKNOWN_TYPE)
                how = "attachment" if kind == UNKNOWN_TYPE else "inline"
                return response_of(content, part, kind=kind, how=f'{how}; filename="{name}"')
            case text:
                page = self.wording.page("nothing.html", seat.language, seat=seat, reason=text.text)
                return HTMLResponse(page, status_code=404)

    async def _note_file(self, tip: Tip, media: MediaId, *, seat: Seat, goes_on: bool) -> None:
        """An opening is a row, before anything is shown; the parts by which a player goes on belong to it."""
        key, now = (seat.sign_in.id, media), self.work.now()
        opened_at = self._opened.get(key)
        if goes_on and opened_at is not None and now - opened_at < PLAYED_FOR:
            return
        await self.work.note([LogView(tip.id, seat.officer.id, what="viewed-files", detail=media)])
        self._opened[key] = now
        if len(self._opened) > OPENED:
            self._opened.popitem(last=False)

    # --- deciding ---------------------------------------------------------------------------------------------

    async def decide(self, request: Request, seat: Seat, *, form: Mapping[str, str]) -> Response:
        """A decision, ruled on the tip as it stands at this moment."""
        id_, verb = TipId(request.path_params["tip"]), request.path_params["verb"]

        async def ruled(facts: TurnFacts) -> Ruling:
            tip = await self.at_hand(request, seat.officer)
            if tip is None:
                return Ruling(replies=(say("not-understood"),), allowed=False)
            return await decide(verb, form, tip=tip, officer=seat.officer, facts=facts)

        async def facts() -> TurnFacts:
            return await self.work.facts_for(seat.officer)

        try:
            ruling = await self.work.perform(facts, ruled, once=form.get("once", ""))
        except TooMany:
            ruling = Ruling(replies=(say("console-again"),), allowed=False)
        said = await self._said(ruling, seat) if ruling else ""
        after = await self.work.tip(id_)
        still = after is not None and (may_see(seat.officer, after.desk) or may(seat.officer, after, verb="pass-on"))
        if after is None or not still:
            self.door.say_next(seat, said)
            return RedirectResponse("/", status_code=303)
        if ruling is not None and (not ruling.allowed or verb == "contact"):
            # what was written is not lost, and a reporter's name is kept nowhere
            problem = "" if ruling.allowed else said
            return await self._page(
                seat, after, said=said if ruling.allowed else "", problem=problem, told={"form": verb, **form}
            )
        self.door.say_next(seat, said)
        return RedirectResponse(f"/tip/{id_}", status_code=303)

    async def _said(self, ruling: Ruling, seat: Seat) -> str:
        words = [line for reply in ruling.replies if isinstance(reply, Say) for line in reply.words]
        return "\n".join(await self.wording.spoken(words, seat.language))


def _side(entry: Entry) -> str:
    """Whose words an entry are, as the page shows it."""
    if entry.kind in {"asked", "outcome"}:
        return "ours"
    return "note" if entry.officer else "theirs"
