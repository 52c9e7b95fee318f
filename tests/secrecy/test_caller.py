"""Where somebody calls from: a reverse proxy that is trusted may say it, and nobody keeps it."""

import io
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.web.app import host_of
from bot.web.serving import Server
from tests.journeys.office import an_office
from tests.journeys.web_page import a_page
from tests.secrecy import disk
from tests.secrecy.test_log import lines

__all__ = ["lines"]
"""A fixture that is used by name."""
CALLER = "203.0.113.77"
PROXY = "10.9.8.7"


async def _say_who(request: Request) -> PlainTextResponse:
    return PlainTextResponse(host_of(request))


@pytest.mark.parametrize(
    ("trusted", "said", "who"),
    [
        ((PROXY,), CALLER, CALLER),
        (("10.9.0.0/16",), CALLER, CALLER),
        ((PROXY,), f"198.51.100.1, {CALLER}", CALLER),
        (("127.0.0.1",), CALLER, PROXY),
        ((), CALLER, PROXY),
    ],
    ids=["the proxy", "its network", "what a caller wrote before", "another proxy", "none"],
)
async def test_only_a_trusted_proxy_may_say_who_calls(trusted: tuple[str, ...], said: str, who: str) -> None:
    config = Server(Starlette(routes=[Route("/", _say_who)]), trusted=trusted).config
    config.load()
    at_the_door = httpx.ASGITransport(config.loaded_app, client=(PROXY, 40_000))
    async with httpx.AsyncClient(transport=at_the_door, base_url="http://here") as http:
        assert (await http.get("/", headers={"X-Forwarded-For": said})).text == who


async def test_where_a_reporter_called_from_is_in_no_log_and_on_no_disk(tmp_path: Path, lines: io.StringIO) -> None:
    async with an_office(tmp_path) as office, a_page(office.web_url, via=CALLER) as page:
        await page.says("hôm qua mất xe đạp ở ngõ 12 phố Yên Phụ, phường Tây Hồ")
        await page.waits_for("Gửi tới Công an phường Tây Hồ?")
        await page.presses("Gửi ngay")
        await page.waits_for("Mã tra cứu: BT-")
        await office.settled()
        taken = disk.stolen(tmp_path / "data", tmp_path / "taken")
    assert disk.found_in(taken, [CALLER]) == []
    assert lines.getvalue()
    assert CALLER not in lines.getvalue()
