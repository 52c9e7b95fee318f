"""What is asked of the servers leaves nothing in the log: neither its path nor where it came from."""

import asyncio
import io
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.watch.health import health_app
from bot.web.app import public_app
from bot.web.serving import Server, bound
from tests.console.desk import a_desk
from tests.secrecy.test_log import lines

__all__ = ["lines"]
"""A fixture that is used by name."""
HERE = "127.0.0.1"
PATH = "nobody-must-read-this"
AT_ALL = "uvicorn.access"


@pytest.fixture
def uvicorn_lines(lines: io.StringIO) -> Iterator[io.StringIO]:
    """The same, with all that the web server would say of requests."""
    loggers = [logging.getLogger(f"uvicorn.{name}") for name in ("error", "access")]
    before = [(one.level, one.propagate) for one in loggers]
    for one in loggers:
        one.setLevel(logging.DEBUG)
        one.propagate = True
    yield lines
    for one, (level, propagate) in zip(loggers, before, strict=True):
        one.setLevel(level)
        one.propagate = propagate


@pytest.mark.parametrize("served", ["public", "console", "health"])
async def test_no_request_is_in_the_log(served: str, tmp_path: Path, uvicorn_lines: io.StringIO) -> None:
    async with a_desk(tmp_path) as desk:
        bot = desk.world.bot
        apps = {
            "public": public_app(bot.web, bot.intake.take, catalogue=bot.around.catalogue),
            "console": desk.console.app,
            "health": health_app(bot.health),
        }
        door = bound(HERE, 0)
        server = Server(apps[served])
        serving = asyncio.create_task(server.serve(sockets=[door]))
        async with httpx.AsyncClient(base_url=f"http://{HERE}:{door.getsockname()[1]}") as http:
            answer = await http.get(f"/{PATH}?{PATH}")
            assert answer.status_code in {303, 404}
        server.should_exit = True
        await serving
        door.close()
    own = [line for line in uvicorn_lines.getvalue().splitlines() if '"httpx"' not in line and '"httpcore' not in line]
    assert any("uvicorn" in line for line in own), "the server is heard at its most talkative"
    assert not [line for line in own if PATH in line or HERE in line or AT_ALL in line]
