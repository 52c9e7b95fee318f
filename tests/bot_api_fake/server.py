"""The fake itself: a Bot API server on this machine, and the hands that move the people in front of it."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.bot_api_fake import asking, speaking
from tests.bot_api_fake.call import Call, as_texts, read
from tests.bot_api_fake.faults import FILE, Fault, Faults
from tests.bot_api_fake.people import Group, Person
from tests.bot_api_fake.pulse import PATIENCE
from tests.bot_api_fake.refusals import OTHER_POLLER, Refusal, bad
from tests.bot_api_fake.webhook import Couriers
from tests.bot_api_fake.world import World
from tests.ports import a_port

UPLOAD_LIMIT = 50 * 1024 * 1024
"""Bytes of a file that is sent (Bot API manual, "Sending files")."""
BOT = {"id": 7_100_200_300, "is_bot": True, "first_name": "Báo Tin", "username": "bao_tin_test_bot"}
PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"

Method = Callable[[World, Call], Awaitable[Any]]


@dataclass(frozen=True)
class Entry:
    """One line of the ledger: when a call came (monotonic seconds), what it was, and how it ended.

    The outcome is "ok", the description of a refusal, the status of an HTML page, "cut", "drop" or "hang".
    """

    at: float
    method: str
    chat: int | None
    outcome: str


class BotApiFake:
    """One bot's Bot API on 127.0.0.1. `async with BotApiFake() as fake:` or `start` and `stop`.

    Point a Bot at `base_url` and `base_file_url`. Everything else happens through `person` and `group`, `faults`,
    and what one reads back: `chat.screen()`, `chat.waits_for(…)`, `chat.toasts`, `ledger`.
    """

    def __init__(self, *, port: int = 0, clock: Callable[[], float] = time.time) -> None:
        """Port 0 takes a free one at the first start and keeps it. `clock` gives the dates and ages updates."""
        self.world = World(dict(BOT), clock=clock)
        self.token = f"{BOT['id']}:only-the-fake-knows-this-token"
        self.port = port
        self.faults = Faults(self.world.pulse.beat)
        self.couriers = Couriers(self.world.updates, self.world.pulse, on_call=self._call_in_answer)
        self.ledger: list[Entry] = []
        self.heard: list[Call] = []
        """Every call with all its arguments and files, as it came, whatever became of it."""
        self._held = contextlib.ExitStack()
        self.routes: list[web.RouteDef] = []
        """Further routes, for those who drive it from another process; to be set before `start`."""
        self._runner: web.AppRunner | None = None
        self._errands: set[asyncio.Task[object]] = set()
        self._methods = methods(self.couriers)

    async def start(self) -> None:
        """Listen. After `stop` it listens again on the same port and knows all that it knew."""
        self.port = self.port or self._held.enter_context(a_port())
        app = web.Application(client_max_size=UPLOAD_LIMIT + (1 << 20))
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._answer)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._answer_file)
        app.router.add_routes(self.routes)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        if self.couriers.hook is not None:
            await self.couriers.set(self.couriers.hook)

    async def stop(self) -> None:
        """Stop listening: connections break, and new ones are refused until `start`; a webhook gets nothing."""
        self.world.updates.conflict(Refusal(409, OTHER_POLLER))
        await self.couriers.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.faults.clear()
        await self.stop()
        self._held.close()

    @property
    def url(self) -> str:
        """Where it listens: what a self-hosted Bot API server's address would be."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """`base_url` of telegram.Bot."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """`base_file_url` of telegram.Bot."""
        return f"{self.url}/file/bot"

    def person(
        self, number: int, first_name: str = "Lan", *, language_code: str = "vi", started: bool = False
    ) -> Person:
        """Somebody new. The bot may write to them once they have written, or at once with `started`."""
        user: dict[str, Any] = {"id": number, "is_bot": False, "first_name": first_name}
        if language_code:
            user["language_code"] = language_code
        return Person(self.world, user, started=started)

    def group(self, number: int, title: str = "Công an phường", *, type: str = "supergroup") -> Group:  # noqa: A002
        """A new group without the bot; the id is negative. `type` is "group" or "supergroup"."""
        assert number < 0, "ids of groups are negative"
        return Group(self.world, self.world.add_chat({"id": number, "title": title, "type": type}, bot_is="left"))

    def raw(self, update: dict[str, Any]) -> None:
        """Queue any JSON object as an update, also one that no library can read."""
        self.world.updates.put_raw(update)

    def redeliver(self, count: int = 1) -> None:
        """Deliver the last `count` updates once more."""
        self.world.updates.redeliver(count)

    async def until(self, found: Callable[[], object], *, within: float = PATIENCE) -> None:
        """Wait until something is so: looks again at every change of the fake."""
        await self.world.pulse.until(found, within=within, saying=lambda: str(self.ledger[-12:]))

    async def until_left(self) -> None:
        """Wait until no line to it is open: what a bot that was killed had said before has all arrived."""
        assert self._runner is not None
        async with asyncio.timeout(PATIENCE):
            await asyncio.sleep(0.01)  # whoever waits to be let in is let in
            while self._runner.server is not None and self._runner.server.connections:  # noqa: ASYNC110 -- nobody tells
                await asyncio.sleep(0.01)

    async def until_heard(self, *, within: float = PATIENCE) -> None:
        """Wait until the bot has acknowledged every update."""
        await self.until(lambda: not self.world.updates.fresh(), within=within)

    def calls(self, method: str) -> list[Entry]:
        """The ledger's lines of one method."""
        return [entry for entry in self.ledger if entry.method.lower() == method.lower()]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        """One API call, from the token to the answer, through whatever weather there is."""
        at = time.monotonic()
        if (refusal := self._check_token(request)) is not None:
            return respond(refusal)
        try:
            call = await read(request)
        except web.HTTPRequestEntityTooLarge:
            return respond(Refusal(413, "Request Entity Too Large"))
        except ValueError:
            return respond(bad("can't parse JSON object"))
        self.heard.append(call)
        fault = self.faults.strike(call.method, call.chat)
        if fault is not None and (spoilt := self._spoil(request, fault, entry=(at, call))) is not None:
            return spoilt
        answer = await self._perform(call)
        outcome = answer.description if isinstance(answer, Refusal) else "ok"
        if fault is not None:
            outcome = "cut" if fault.cut else "hang"
        self._note(at, call.method, chat=call.chat, outcome=outcome)
        if fault is not None and fault.hang:
            await fault.over.wait()
        if fault is not None and fault.cut:
            cut(request)
        return respond(answer)

    def _spoil(self, request: web.Request, fault: Fault, *, entry: tuple[float, Call]) -> web.StreamResponse | None:
        """The answer of a fault that keeps the call from being done; None if it is done all the same."""
        at, call = entry
        if fault.refusal is not None:
            self._note(at, call.method, chat=call.chat, outcome=fault.refusal.description)
            return respond(fault.refusal)
        if fault.page is not None:
            self._note(at, call.method, chat=call.chat, outcome=str(fault.page))
            return web.Response(status=fault.page, text=PAGE.format(fault.page), content_type="text/html")
        if fault.drop:
            self._note(at, call.method, chat=call.chat, outcome="drop")
            cut(request)
            return web.Response()
        return None

    async def _perform(self, call: Call) -> Any:
        method = self._methods.get(call.method.lower())
        if method is None:
            return Refusal(404, "Not Found: method not found")
        try:
            return await method(self.world, call)
        except Refusal as refusal:
            return refusal

    async def _answer_file(self, request: web.Request) -> web.StreamResponse:
        """One download."""
        at, path = time.monotonic(), request.match_info["path"]
        stored = self.world.files.by_path(path)
        if self._check_token(request) is not None or stored is None:
            return respond(Refusal(404, "Not Found"))
        fault = self.faults.strike(FILE, None)
        call = Call(FILE, {}, {})
        if fault is not None and (spoilt := self._spoil(request, fault, entry=(at, call))) is not None:
            return spoilt
        self._note(at, FILE, chat=None, outcome="ok" if fault is None else "cut" if fault.cut else "hang")
        response = web.StreamResponse(headers={"Content-Length": str(len(stored.content))})
        await response.prepare(request)
        if fault is not None:
            await response.write(stored.content[: len(stored.content) // 2])
            if fault.hang:
                await fault.over.wait()
            cut(request)
            return response
        await response.write(stored.content)
        return response

    def _check_token(self, request: web.Request) -> Refusal | None:
        token = request.match_info["token"]
        if token == self.token:
            return None
        number, _, secret = token.partition(":")
        return Refusal(401, "Unauthorized") if number.isdigit() and len(secret) > 10 else Refusal(404, "Not Found")

    def _note(self, at: float, method: str, *, chat: int | None, outcome: str) -> None:
        self.ledger.append(Entry(at, method, chat, outcome))
        self.world.pulse.beat()

    def _call_in_answer(self, body: dict[str, Any]) -> None:
        """A bot answered its webhook with an API call; the result goes nowhere but to the ledger."""
        arguments = as_texts(body)
        call = Call(arguments.pop("method"), arguments, {})

        async def do() -> None:
            answer = await self._perform(call)
            outcome = answer.description if isinstance(answer, Refusal) else "ok"
            self._note(time.monotonic(), call.method, chat=call.chat, outcome=outcome)

        errand = asyncio.create_task(do())
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)


def respond(answer: Any) -> web.Response:
    """A result or a refusal as HTTP."""
    if not isinstance(answer, Refusal):
        return web.json_response({"ok": True, "result": answer})
    wait = answer.parameters.get("retry_after")
    headers = {"Retry-After": str(wait)} if wait else {}
    return web.json_response(answer.body(), status=answer.status, headers=headers)


def cut(request: web.Request) -> None:
    """Break the connection without a word."""
    if request.transport is not None:
        request.transport.abort()


def methods(couriers: Couriers) -> dict[str, Method]:
    """The methods this server knows, in small letters: Telegram does not tell large from small."""
    known: dict[str, Method] = {
        "getMe": asking.get_me,
        "getUpdates": partial(asking.get_updates, couriers=couriers),
        "setWebhook": partial(asking.set_webhook, couriers=couriers),
        "deleteWebhook": partial(asking.delete_webhook, couriers=couriers),
        "getWebhookInfo": partial(asking.get_webhook_info, couriers=couriers),
        "sendMessage": speaking.send_message,
        "sendPhoto": speaking.send_photo,
        "sendDocument": speaking.send_document,
        "sendVideo": speaking.send_video,
        "sendVoice": speaking.send_voice,
        "sendAudio": speaking.send_audio,
        "sendMediaGroup": speaking.send_media_group,
        "sendChatAction": speaking.send_chat_action,
        "editMessageText": speaking.edit_text,
        "editMessageCaption": speaking.edit_caption,
        "editMessageMedia": speaking.edit_media,
        "editMessageReplyMarkup": speaking.edit_markup,
        "deleteMessage": speaking.delete_message,
        "answerCallbackQuery": speaking.answer_press,
        "getFile": asking.get_file,
        "getChat": asking.get_chat,
        "getChatMember": asking.get_chat_member,
        "getChatAdministrators": asking.get_chat_administrators,
        "leaveChat": asking.leave_chat,
        "setMyCommands": asking.set_commands,
        "getMyCommands": asking.get_commands,
        "deleteMyCommands": asking.delete_commands,
        "setMyDescription": asking.set_description,
        "getMyDescription": asking.get_description,
        "setMyShortDescription": asking.set_description,
        "getMyShortDescription": asking.get_description,
        "setChatMenuButton": asking.set_menu_button,
        "getChatMenuButton": asking.get_menu_button,
    }
    return {name.lower(): method for name, method in known.items()}
