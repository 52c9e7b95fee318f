"""A fire question at the console: its words, and the form that answers it."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console.door import Door, Seat
from bot.console.wording import Wording
from bot.console.work import TooMany, Work
from bot.incoming.facts import TurnFacts
from handlers.effects import LogAct
from handlers.officers.fire_desk import ANSWER_LONGEST, WORDING_LONGEST
from handlers.officers.forms import answer_question
from handlers.officers.review import age
from handlers.turn import AnyTurn
from handlers.workflow import may_see
from messages.outgoing import Say
from messages.phrase import Phrase, Quote, phrase
from storage import questions
from storage.records import QuestionId


@dataclass(frozen=True, slots=True)
class Answering:
    """The pages of one question; the list of them is the menu's."""

    work: Work
    door: Door
    wording: Wording

    def routes(self) -> list[BaseRoute]:
        """Their addresses."""
        return [
            Route("/question/{question}", self.door.reading(self.show)),
            Route("/question/{question}", self.door.deciding(self.hear), methods=["POST"]),
        ]

    async def show(self, request: Request, seat: Seat) -> Response:
        """The question; that it was opened is written down before."""
        return await self._page(request, seat)

    async def _page(
        self, request: Request, seat: Seat, *, problem: str = "", told: Mapping[str, str] | None = None
    ) -> Response:
        id_ = QuestionId(request.path_params["question"])
        question = await questions.question(self.work.around.store, id_)
        if question is None or not may_see(seat.officer, question.desk):
            page = self.wording.page("nothing.html", seat.language, seat=seat, reason="")
            return HTMLResponse(page, status_code=404)
        await self.work.note([LogAct(seat.officer.id, "viewed-question", detail=question.id)])
        asked = phrase("fire-words", words=Quote("question", question.id, "words"))
        [words] = await self.wording.spoken([asked], seat.language)
        page = self.wording.page(
            "question.html",
            seat.language,
            seat=seat,
            question=question,
            words=words,
            age=age(question.asked_at, self.work.now()),
            longest=ANSWER_LONGEST,
            longest_kept=WORDING_LONGEST,
            once=self.work.around.chance.fresh_id(),
            problem=problem,
            told={"words": "", "kept_as": "", **(told or {})},
        )
        return HTMLResponse(page, status_code=409 if problem else 200)

    async def hear(self, request: Request, seat: Seat, *, form: Mapping[str, str]) -> Response:
        """The answer goes out, unless a colleague was faster; what lacks something is shown again."""
        id_ = QuestionId(request.path_params["question"])

        async def facts() -> TurnFacts:
            return await self.work.facts_for(seat.officer)

        async def answered(seen: TurnFacts) -> AnyTurn:
            return await answer_question(id_, form, facts=seen)

        try:
            turn = await self.work.perform(facts, answered, once=form.get("once", ""))
        except TooMany:
            again = self.wording.words(Phrase("console-again"), seat.language)
            return await self._page(request, seat, problem=again, told=form)
        words = [line for reply in turn.replies if isinstance(reply, Say) for line in reply.words] if turn else []
        said = "\n".join(await self.wording.spoken(words, seat.language))
        if turn is not None and not turn.over:
            return await self._page(request, seat, problem=said, told=form)
        self.door.say_next(seat, said)
        return RedirectResponse("/", status_code=303)
