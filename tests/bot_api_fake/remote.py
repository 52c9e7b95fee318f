"""Driving the fake from another process: the verbs of people and groups as HTTP calls.

    POST /people/501/says      {"text": "Có người phá khoá xe"}
    POST /people/501/presses   {"wanted": "Gửi ngay"}
    POST /people/501/sends_photo  {"content": "<base64>"}
    POST /groups/-1001/add_bot {"by": 501}
    GET  /chats/501            what stands there: messages, reply keyboards, toasts
    GET  /ledger               every call of the bot

People and groups come into being when they are first named. A verb takes what its method takes; a person is named by
id, a group by id as `in_chat`, a message by its message_id within the chat.
"""

import base64
from dataclasses import asdict
from typing import Any

from aiohttp import web

from tests.bot_api_fake.chats import Chat
from tests.bot_api_fake.people import Group, Person
from tests.bot_api_fake.server import BotApiFake

PERSON_VERBS = frozenset(
    {"says", "starts", "presses", "edits", "forwards", "blocks", "unblocks", "sends_photo", "sends_location"}
    | {"sends_contact", "sends_voice", "sends_video", "sends_document", "sends_sticker"}
)
GROUP_VERBS = frozenset({"add", "add_bot", "promote_bot", "remove_bot"})


class Remote:
    """The hands of another process."""

    def __init__(self, fake: BotApiFake) -> None:
        """Add the routes; before the fake starts."""
        self._fake = fake
        self._people: dict[int, Person] = {}
        self._groups: dict[int, Group] = {}
        fake.routes += [
            web.post("/people/{number}/{verb}", self._person_does),
            web.post("/groups/{number}/{verb}", self._group_does),
            web.get("/chats/{number}", self._show),
            web.get("/ledger", self._show_ledger),
        ]

    def _person(self, number: int) -> Person:
        if number not in self._people:
            self._people[number] = self._fake.person(number)
        return self._people[number]

    def _group(self, number: int) -> Group:
        if number not in self._groups:
            self._groups[number] = self._fake.group(number)
        return self._groups[number]

    async def _person_does(self, request: web.Request) -> web.Response:
        person = self._person(int(request.match_info["number"]))
        return await self._do(request, person, verbs=PERSON_VERBS, chat=person.chat)

    async def _group_does(self, request: web.Request) -> web.Response:
        group = self._group(int(request.match_info["number"]))
        return await self._do(request, group, verbs=GROUP_VERBS, chat=group.chat)

    async def _do(
        self, request: web.Request, who: Person | Group, *, verbs: frozenset[str], chat: Chat
    ) -> web.Response:
        verb = request.match_info["verb"]
        if verb not in verbs:
            raise web.HTTPNotFound(text=f"no verb {verb!r}, only {sorted(verbs)}")
        given = await request.json() if request.can_read_body else {}
        try:
            done = getattr(who, verb)(**self._arguments(given, chat=chat))
        except (AssertionError, TypeError, KeyError) as error:
            raise web.HTTPConflict(text=str(error)) from None
        return web.json_response({"done": getattr(done, "number", done)})

    def _arguments(self, given: dict[str, Any], *, chat: Chat) -> dict[str, Any]:
        """What stands for people, groups, messages and bytes, replaced by them."""
        arguments = dict(given)
        if "in_chat" in arguments:
            group = arguments["in_chat"] = self._group(arguments["in_chat"])
            chat = group.chat
        for name in {"message", "reply_to"} & set(arguments):
            arguments[name] = chat.messages[arguments[name]]
        for name in {"by", "person", "of"} & set(arguments):
            arguments[name] = self._person(arguments[name])
        if "content" in arguments:
            arguments["content"] = base64.b64decode(arguments["content"])
        return arguments

    async def _show(self, request: web.Request) -> web.Response:
        chat = self._fake.world.chats.get(int(request.match_info["number"]))
        if chat is None:
            raise web.HTTPNotFound(text="no such chat")
        messages = [
            {**message.raw, "keyboard": message.keyboard} for message in chat.messages.values() if not message.is_gone
        ]
        return web.json_response({"messages": messages, "toasts": [asdict(toast) for toast in chat.toasts]})

    async def _show_ledger(self, request: web.Request) -> web.Response:
        return web.json_response([asdict(entry) for entry in self._fake.ledger])
