"""The public application over HTTP: the chat's calls, its stream, its pages and what guards them."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from PIL import Image

from bot.channels.web_chat import FILE_LIMIT, Page
from bot.channels.web_read import key_of, place_of
from bot.web import app, safety, streaming
from bot.web.safety import is_loopback, policy
from messages.incoming import Photo, Text
from messages.rendered import Text as Line
from messages.rendered import Toast
from tests.bot_api_fake.pulse import PATIENCE
from tests.web_running import Running, running

SAID = "0d1f3c1e-9b5a-4a39-8a57-3ad1f4b8a001"


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as place:
        yield place


@pytest_asyncio.fixture
async def http(served: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as client:
        yield client


async def fresh(http: httpx.AsyncClient) -> dict[str, str]:
    """The headers of a page with a new token."""
    token = (await http.post("/chat/hello")).json()["token"]
    return {"Authorization": f"Bearer {token}"}


def key(headers: dict[str, str]) -> str:
    return key_of(headers["Authorization"].removeprefix("Bearer "))


@asynccontextmanager
async def listening(http: httpx.AsyncClient, headers: dict[str, str]) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """The events of a page's stream, from "ready" on."""
    async with http.stream("GET", "/chat/listen", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")

        async def events() -> AsyncIterator[dict[str, Any]]:
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    yield json.loads(line.removeprefix("data: "))

        heard = events()
        assert (await anext(heard))["kind"] == "ready"
        yield heard


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"id": SAID, "kind": "text", "words": words, "language": "vi", **more}


def jpeg() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(written, "JPEG")
    return written.getvalue()


# --- saying --------------------------------------------------------------------------------------------------------


async def test_what_is_said_is_taken_before_it_is_answered(http: httpx.AsyncClient, served: Running) -> None:
    page = await fresh(http)
    answer = await http.post("/chat/say", json=text("Có khói ở tầng 3"), headers=page)
    assert answer.status_code == 200
    [said] = served.counter.heard
    assert (said.content, said.by.who) == (Text("Có khói ở tầng 3"), key(page))


async def test_saying_it_again_is_the_same_message(http: httpx.AsyncClient, served: Running) -> None:
    page = await fresh(http)
    for _ in range(2):
        assert (await http.post("/chat/say", json=text("x"), headers=page)).status_code == 200
    assert len(served.counter.heard) == 1


async def test_what_could_not_be_taken_is_to_be_sent_again(http: httpx.AsyncClient, served: Running) -> None:
    page = await fresh(http)
    served.counter.failing = OSError("no space")
    answer = await http.post("/chat/say", json=text("x"), headers=page)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    served.counter.failing = None
    assert (await http.post("/chat/say", json=text("x"), headers=page)).status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"id": 1}', b"\xff", b"[" * 100_000, b'{"kind": "text", "words": "x"}']
)
async def test_malformed_calls_are_answered_400(http: httpx.AsyncClient, served: Running, body: bytes) -> None:
    page = await fresh(http)
    assert (await http.post("/chat/say", content=body, headers=page)).status_code == 400
    assert (await http.post("/chat/ack", content=body, headers=page)).status_code == 400
    assert served.counter.heard == []


async def test_a_body_beyond_the_limit_is_refused_whether_announced_or_not(http: httpx.AsyncClient) -> None:
    page = await fresh(http)

    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(app.JSON_LIMIT // 1024 + 1):
            yield b" " * 1024

    for body in (b" " * (app.JSON_LIMIT + 1), unannounced()):
        assert (await http.post("/chat/say", content=body, headers=page)).status_code == 413


async def test_ten_thousand_characters_reach_the_conversation(http: httpx.AsyncClient, served: Running) -> None:
    answer = await http.post("/chat/say", json=text("ộ" * 10_000), headers=await fresh(http))
    assert answer.status_code == 200
    assert served.counter.heard[0].content == Text("ộ" * 10_000)


@pytest.mark.parametrize("path", ["/chat/say", "/chat/ack", "/chat/photo", "/chat/file", "/chat/listen"])
async def test_nobody_speaks_or_listens_without_a_token_of_ours(http: httpx.AsyncClient, path: str) -> None:
    method = "GET" if path == "/chat/listen" else "POST"
    for headers in ({}, {"Authorization": "Bearer " + "x" * 82}, {"Authorization": "Basic eDp4"}, {"Cookie": "a=b"}):
        assert (await http.request(method, path, headers=headers)).status_code == 401


async def test_one_host_gets_only_so_many_tokens(http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "HELLOS", 2)
    answers = [(await http.post("/chat/hello")).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    monkeypatch.setattr(safety, "HELLOS_FOR", -1.0)
    assert (await http.post("/chat/hello")).status_code == 200


# --- photos --------------------------------------------------------------------------------------------------------


async def test_a_photo_is_kept_before_it_is_taken_and_can_be_fetched(http: httpx.AsyncClient, served: Running) -> None:
    page = await fresh(http)
    named = {"id": SAID, "album": "album-0001", "language": "vi"}
    answer = await http.post("/chat/photo", params=named, content=jpeg(), headers=page)
    assert answer.status_code == 200
    [said] = served.counter.heard
    assert isinstance(said.content, Photo)
    assert (said.content.size, said.album) == (len(jpeg()), "album-0001")
    assert await served.channel.fetch(said.content.file) == jpeg()


async def test_a_photo_that_was_not_taken_is_kept_once_for_the_retry(
    http: httpx.AsyncClient, served: Running, tmp_path: Path
) -> None:
    served.counter.failing = OSError("no space")
    headers = await fresh(http)
    for _ in range(2):
        answer = await http.post("/chat/photo", params={"id": SAID}, content=jpeg(), headers=headers)
        assert answer.status_code == 503
    assert len(list((tmp_path / "spool").iterdir())) == 1


@pytest.mark.parametrize(
    ("named", "body", "status"),
    [
        ({"id": SAID}, b"PK\x03\x04 not a picture", 415),
        ({"id": SAID}, b"", 415),
        ({"id": "../x"}, jpeg(), 400),
        ({}, jpeg(), 400),
        ({"id": SAID}, jpeg() + b"\0" * FILE_LIMIT, 413),
    ],
)
async def test_what_is_no_photo_is_said_to_be_none(
    http: httpx.AsyncClient, served: Running, tmp_path: Path, *, named: dict[str, str], body: bytes, status: int
) -> None:
    answer = await http.post("/chat/photo", params=named, content=body, headers=await fresh(http))
    assert answer.status_code == status
    assert served.counter.heard == []
    assert list((tmp_path / "spool").iterdir()) == []


async def test_no_more_photos_come_in_at_once_than_memory_is_set_aside_for(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "UPLOADS", 0)
    answer = await http.post("/chat/photo", params={"id": SAID}, content=jpeg(), headers=await fresh(http))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


# --- listening -----------------------------------------------------------------------------------------------------


async def test_a_line_reaches_the_page_and_its_confirmation_comes_back(
    http: httpx.AsyncClient, served: Running
) -> None:
    page = await fresh(http)
    async with listening(http, page) as events:
        sending = asyncio.create_task(served.channel.send(place_of(key(page)), Line("Công an phường đã nhận tin")))
        event = await anext(events)
        assert event["text"] == "Công an phường đã nhận tin"
        await http.post("/chat/ack", json={"ids": [event["id"]]}, headers=page)
        assert await sending == event["id"]


async def test_what_was_owed_is_said_when_the_page_returns(http: httpx.AsyncClient, served: Running) -> None:
    page = await fresh(http)
    served.counter.reply = lambda said: [Line("đã nghe")]
    await http.post("/chat/say", json=text("x"), headers=page)
    async with listening(http, page) as events:
        assert (await anext(events))["text"] == "đã nghe"


def told_when_left(served: Running, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set once a page has left the channel."""
    left = asyncio.Event()
    leave = served.channel.leave

    def leave_and_tell(page: Page) -> None:
        leave(page)
        left.set()

    monkeypatch.setattr(served.channel, "leave", leave_and_tell)
    return left


async def test_a_page_that_leaves_is_away(
    http: httpx.AsyncClient, served: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await fresh(http)
    left = told_when_left(served, monkeypatch)
    async with listening(http, page):
        pass
    await asyncio.wait_for(left.wait(), PATIENCE)
    served.counter.owe(place_of(key(page)), Line("x"))
    async with listening(http, page) as events:
        assert (await anext(events))["text"] == "x"


async def test_listening_pages_do_not_hold_up_the_end(tmp_path: Path) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        async with running(tmp_path) as served:
            client.base_url = httpx.URL(served.url)
            stream = listening(client, await fresh(client))
            events = await stream.__aenter__()
        assert [event async for event in events] == []
        await stream.__aexit__(None, None, None)


async def test_a_page_that_reads_nothing_is_cut(
    http: httpx.AsyncClient, served: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "SLOW_AFTER", 0.05)
    page = await fresh(http)
    left = told_when_left(served, monkeypatch)
    async with listening(http, page):
        for _ in range(2):  # each larger than all the buffers between us; the second waits for the first
            await served.channel.send(place_of(key(page)), Toast("p", "x" * 30_000_000))
        await asyncio.wait_for(left.wait(), PATIENCE)


async def test_when_there_is_no_room_to_listen_the_page_is_told_to_wait(
    http: httpx.AsyncClient, served: Running
) -> None:
    page = await fresh(http)
    served.channel.close()
    answer = await http.get("/chat/listen", headers=page)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert (await http.get("/chat/listen?beat=x", headers=page)).status_code == 400


# --- pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "accepts", "language"),
    [
        ("/", "", "vi"),
        ("/", "vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("/", "en-GB,en;q=0.9", "en"),
        ("/", "fr", "vi"),
        ("/?lang=en", "vi-VN", "en"),
        ("/?lang=vi", "en", "vi"),
        ("/officer?lang=xx", "en", "en"),
    ],
)
async def test_a_page_speaks_the_language_asked_for(
    http: httpx.AsyncClient, path: str, accepts: str, language: str
) -> None:
    page = (await http.get(path, headers={"Accept-Language": accepts})).text
    assert f'<html lang="{language}">' in page
    assert ("Viết ở đây" in page) == (language == "vi")


async def test_every_answer_carries_the_headers_that_keep_it_to_itself(http: httpx.AsyncClient) -> None:
    for path in ("/", "/officer", "/static/chat.js", "/healthz", "/nothing-here", "/chat/listen"):
        headers = (await http.get(path)).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["permissions-policy"].startswith("geolocation=(self)")
        assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")
        assert "set-cookie" not in headers


async def test_pages_need_nothing_from_elsewhere_and_run_nothing_inline(http: httpx.AsyncClient) -> None:
    for path in ("/", "/officer"):
        page = (await http.get(path)).text
        assert "://" not in page
        assert page.count("<script") == page.count('<script type="module" src="/static/')
        assert "style=" not in page
        assert " on" + "click=" not in page


async def test_health_is_ok(http: httpx.AsyncClient) -> None:
    answer = await http.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


async def test_without_the_demonstration_there_is_no_such_page(http: httpx.AsyncClient) -> None:
    assert (await http.get("/demo")).status_code == 404


async def test_the_demonstration_invites_afresh_and_frames_only_itself(tmp_path: Path) -> None:
    codes = iter(f"CODE{number}" for number in range(9))

    async def invite() -> str:
        return next(codes)

    async with running(tmp_path, invite=invite) as served, httpx.AsyncClient(trust_env=False) as client:
        for round_number in range(2):
            page = await client.get(f"{served.url}/demo")
            assert f"invite=CODE{2 * round_number}&amp;once" in page.text
            assert f'#invite=CODE{2 * round_number + 1}"' in page.text
        assert "/?w=00103" in page.text
        assert "frame-src 'self'" in page.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        chat = await client.get(f"{served.url}/")
        assert "frame-ancestors 'self'" in chat.headers["content-security-policy"]
        for host in ("evil.example", "evil.example:8080", ""):
            answer = await client.get(f"{served.url}/demo", headers={"Host": host})
            assert answer.status_code in (400, 421), host
            assert "CODE" not in answer.text


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1:8080", True),
        ("localhost", True),
        ("[::1]:8080", True),
        ("[::1]", True),
        ("127.0.0.1.evil.example", False),
        ("localhost:8080.evil.example", False),
        ("evil.example:8080", False),
        ("", False),
    ],
)
def test_only_names_of_this_machine_are_loopback(host: str, *, ours: bool) -> None:
    assert is_loopback(host) is ours


def test_no_page_may_run_foreign_or_inline_code() -> None:
    for path in ("/", "/officer", "/demo", "/chat/say"):
        for framed in (True, False):
            assert "unsafe" not in policy(path, framed=framed)
            assert "script-src 'self';" in policy(path, framed=framed)
