"""What one caller may ask of the public application, and the recordings and documents that pages send."""

import asyncio

import httpx
import pytest

from bot.channels.web_chat import FILE_LIMIT
from bot.web import app, safety
from messages.incoming import File
from tests.bot.test_web import SAID, fresh, http, listening, served
from tests.bot_api_fake.pulse import PATIENCE
from tests.web_running import Running

__all__ = ["http", "served"]
"""Fixtures that are used by name."""


async def test_all_hosts_together_get_only_so_many_tokens(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "HELLOS_OF_ALL", 1)
    assert [(await http.post("/chat/hello")).status_code for _ in range(2)] == [200, 429]


async def test_one_host_listens_with_only_so_many_pages_and_may_again_once_one_has_gone(
    http: httpx.AsyncClient, served: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "LISTENING", 1)
    page = await fresh(http)
    async with listening(http, page):
        refused = await http.get("/chat/listen", headers=page)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    async with asyncio.timeout(PATIENCE):
        while (await _status_of_listening(http, page)) == 503:
            continue


def test_one_host_that_sends_slowly_leaves_room_for_the_files_of_others() -> None:
    callers = safety.Callers()
    assert [callers.begins_upload("one") for _ in range(5)] == [True] * 4 + [False]
    assert [callers.begins_upload(f"other-{each}") for each in range(5)] == [True] * 4 + [False]
    callers.ends_upload("one")
    assert callers.begins_upload("one")
    assert not callers.begins_upload("other-9")


async def _status_of_listening(http: httpx.AsyncClient, page: dict[str, str]) -> int:
    async with http.stream("GET", "/chat/listen", headers=page) as answer:
        return answer.status_code


async def test_a_body_that_comes_too_slowly_is_given_up(
    http: httpx.AsyncClient, served: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "BODY_WITHIN", 0.02)
    page = await fresh(http)
    there = http.base_url
    reader, writer = await asyncio.open_connection(there.host, there.port)
    head = f"POST /chat/say HTTP/1.1\r\nHost: {there.host}\r\nContent-Length: 100\r\n"
    writer.write(f"{head}Authorization: {page['Authorization']}\r\n\r\n{{".encode())
    async with asyncio.timeout(PATIENCE):
        assert (await reader.readline()).startswith(b"HTTP/1.1 408")
    writer.close()
    assert served.counter.heard == []


# --- recordings and documents --------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["voice", "video", "audio", "document"])
async def test_a_recording_is_kept_before_it_is_taken_and_can_be_fetched(
    http: httpx.AsyncClient, served: Running, what: str
) -> None:
    page = await fresh(http)
    answer = await http.post(f"/chat/file?id={SAID}&what={what}", headers=page, content=b"OggS the voice")
    assert answer.status_code == 200
    content = served.counter.heard[0].content
    assert isinstance(content, File)
    assert (content.what, content.size) == (what, 14)
    assert await served.channel.fetch(content.file) == b"OggS the voice"


@pytest.mark.parametrize("query", ["what=voice", f"id={SAID}", f"id={SAID}&what=program", "id=x&what=voice"])
async def test_a_recording_that_does_not_say_what_it_is_is_refused(
    http: httpx.AsyncClient, served: Running, query: str
) -> None:
    answer = await http.post(f"/chat/file?{query}", headers=await fresh(http), content=b"OggS")
    assert answer.status_code == 400
    assert served.counter.heard == []


async def test_a_recording_that_is_too_large_or_empty_is_refused(http: httpx.AsyncClient, served: Running) -> None:
    page, address = await fresh(http), f"/chat/file?id={SAID}&what=video"
    assert (await http.post(address, headers=page, content=b"x" * (FILE_LIMIT + 1))).status_code == 413
    assert (await http.post(address, headers=page, content=b"")).status_code == 400
    assert served.counter.heard == []
