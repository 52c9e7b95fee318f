"""One call of the bot: its method and its arguments, in whichever of the four ways they were sent."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.bot_api_fake.refusals import bad


@dataclass(frozen=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Call:
    """Arguments as Telegram sees them: texts, some of which hold JSON, and files."""

    method: str
    arguments: dict[str, str]
    uploads: dict[str, Upload]

    def text(self, name: str) -> str:
        """An argument, "" if it is missing."""
        return self.arguments.get(name, "")

    def number(self, name: str, default: int = 0) -> int:
        """An argument as an integer; what is none counts as missing, as on Telegram's server."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """An argument as yes or no."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def json(self, name: str, what: str) -> Any:
        """An argument that holds JSON, None if it is missing; `what` names it in the refusal."""
        try:
            return json.loads(self.text(name)) if self.text(name) else None
        except ValueError:
            raise bad(f"can't parse {what} JSON object") from None

    @property
    def chat(self) -> int | None:
        """The chat it is addressed to, if it names one."""
        return self.number("chat_id") or None


async def read(request: web.Request) -> Call:
    """Read a call from its request: query string, then JSON, form or multipart body."""
    arguments = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        body = await request.read()
        arguments |= as_texts(json.loads(body) if body else {})
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                uploads[name] = Upload(value.filename, value.file.read())
            else:
                arguments[name] = value if isinstance(value, str) else bytes(value).decode()
    return Call(request.match_info["method"], arguments, uploads)


def as_texts(body: dict[str, Any]) -> dict[str, str]:
    """A JSON body as the texts a form would have carried."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}
