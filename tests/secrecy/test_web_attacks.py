"""The public application under attack: forged tokens, other people's streams, foreign paths, and what answers carry."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest_asyncio
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.web_chat import WebChat
from bot.channels.web_read import key_of, place_of
from bot.web.app import public_app
from messages.catalogue import Catalogue
from messages.rendered import Text
from tests.secrecy import story
from tests.web_running import NOON, Running, running, sealing

SAID = "0d1f3c1e-9b5a-4a39-8a57-3ad1f4b8a001"
OUTSIDE = (
    "/static/../web.py",
    "/static/%2e%2e/web.py",
    "/static/..%2fweb.py",
    "/static/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/static//etc/passwd",
    "/static/..\\web.py",
    "/static/chat.js%00.html",
    "/spool/",
    "/media/",
    "/data/baotin.key",
)


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as place:
        yield place


@pytest_asyncio.fixture
async def http(served: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as client:
        yield client


async def fresh(http: httpx.AsyncClient) -> str:
    """A new page's token."""
    return str((await http.post("/chat/hello")).json()["token"])


def bearer(token: str) -> dict[str, str]:
    """The header that carries it."""
    return {"Authorization": f"Bearer {token}"}


def text(words: str) -> dict[str, str]:
    """Something a page says."""
    return {"id": SAID, "kind": "text", "words": words, "language": "vi"}


# --- tokens -------------------------------------------------------------------------------------------------------


async def test_a_token_changed_anywhere_is_none_and_one_token_is_one_address(
    http: httpx.AsyncClient, served: Running
) -> None:
    token = await fresh(http)
    changed = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token))]
    respelled = [token[:9] + sign + token[9:] for sign in "!.*~"] + [token + "=", token + "==", token + "A", token[:-1]]
    similar = [token[:-1] + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij" if letter != token[-1]]
    for forged in (*changed, *respelled, *similar):
        assert served.channel.key_of(forged) is None, forged
    assert served.channel.key_of(token) == key_of(token)
    for forged in (changed[5], respelled[0], "-"):
        assert (await http.post("/chat/say", json=text("x"), headers=bearer(forged))).status_code == 401
    assert served.counter.heard == []


async def test_a_token_of_another_installation_is_none(tmp_path: Path) -> None:
    def chat(key: bytes, name: str) -> WebChat:
        return WebChat(tmp_path / name, sealing=sealing(key), on_return=lambda _: None, now=lambda: NOON)

    ours, theirs = chat(b"a" * 32, "a"), chat(b"b" * 32, "b")
    assert ours.key_of(ours.fresh_token()) is not None
    assert ours.key_of(theirs.fresh_token()) is None


async def test_nobody_hears_or_confirms_what_is_said_to_another(http: httpx.AsyncClient, served: Running) -> None:
    lan, eve = await fresh(http), await fresh(http)
    async with (
        http.stream("GET", "/chat/listen", headers=bearer(lan)) as hers,
        http.stream("GET", "/chat/listen", headers=bearer(eve)) as other,
    ):
        at_lan, at_eve = hers.aiter_lines(), other.aiter_lines()
        sending = asyncio.create_task(served.channel.send(place_of(key_of(lan)), Text(story.ASK)))
        line = await _next(at_lan)
        assert line["text"] == story.ASK
        await http.post("/chat/ack", json={"ids": [line["id"]]}, headers=bearer(eve))
        to_eve = asyncio.create_task(served.channel.send(place_of(key_of(eve)), Text("x")))
        assert (await _next(at_eve))["text"] == "x", "the first thing she hears is her own"
        assert not sending.done(), "her word does not count for what another was shown"
        await http.post("/chat/ack", json={"ids": [line["id"]]}, headers=bearer(lan))
        await sending
        to_eve.cancel()


async def _next(lines: AsyncIterator[str]) -> dict[str, str]:
    async for line in lines:
        if line.startswith("data: "):
            event: dict[str, str] = json.loads(line.removeprefix("data: "))
            if event["kind"] == "text":
                return event
    raise AssertionError("the stream ended")


# --- paths and bodies ---------------------------------------------------------------------------------------------


async def test_no_path_leads_out_of_the_static_files(served: Running) -> None:
    for path in OUTSIDE:
        status, body = await _raw(served.url, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert status in {400, 404, 405}, path
        assert "import" not in body, path
        assert "root:" not in body, path


async def _raw(url: str, request: str) -> tuple[int, str]:
    """What a client that tidies nothing gets: the status and everything else."""
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        writer.write(request.encode("latin-1"))
        await writer.drain()
        answer = (await reader.read()).decode("latin-1")
    finally:
        writer.close()
        await writer.wait_closed()
    return int(answer.split(" ", 2)[1]), answer


async def test_a_body_that_announces_nonsense_or_too_much_is_refused(http: httpx.AsyncClient, served: Running) -> None:
    token = await fresh(http)
    for length in ("99999999999", "-1", "1e3", "\xb2", "0x10", "+5"):
        head = f"POST /chat/say HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n"
        status, _ = await _raw(served.url, f"{head}Content-Length: {length}\r\n\r\n{{}}")
        assert status in {400, 413}, length
    assert served.counter.heard == []


def test_the_names_of_spooled_pictures_cannot_lead_elsewhere(tmp_path: Path) -> None:
    channel = WebChat(tmp_path / "spool", sealing=sealing(), on_return=lambda _: None, now=lambda: NOON)
    (tmp_path / "victim").write_bytes(b"precious")
    names = (
        "../victim",
        str(tmp_path / "victim"),
        "..",
        "",
        "a" * 31,
        "A" * 32,
        f"{'a' * 32}/../../victim",
        "a" * 32 + "\n",
    )
    for name in names:
        asyncio.run(channel.forget(name))
        assert (tmp_path / "victim").read_bytes() == b"precious", name
    kept = asyncio.run(channel.keep(b"picture", "../../victim:1"))
    assert [path.name for path in (tmp_path / "spool").iterdir()] == [kept]
    assert b"picture" not in (tmp_path / "spool" / kept).read_bytes()


# --- what every answer carries ------------------------------------------------------------------------------------


async def _breaks(request: Request) -> Response:
    raise RuntimeError(story.STORY)


async def test_every_answer_carries_the_policy_and_none_a_cookie_also_when_we_fail(tmp_path: Path) -> None:
    channel = WebChat(tmp_path / "spool", sealing=sealing(), on_return=lambda _: None, now=lambda: NOON)

    async def take(_: object) -> None:
        raise RuntimeError(story.STORY)

    hook = Route("/telegram", _breaks, methods=["POST"])
    app = public_app(channel, take, catalogue=Catalogue(story.ZONE), webhooks=[hook])
    token = bearer(channel.fresh_token())
    calls: list[tuple[str, str, bytes, int]] = [
        ("GET", "/", b"", 200),
        ("GET", "/officer", b"", 200),
        ("GET", "/healthz", b"", 200),
        ("GET", "/static/chat.js", b"", 200),
        ("GET", "/static/none.js", b"", 404),
        ("GET", "/nowhere", b"", 404),
        ("GET", "/demo", b"", 404),
        ("PUT", "/chat/say", b"", 405),
        ("POST", "/chat/hello", b"", 200),
        ("POST", "/chat/say", b"{", 400),
        ("POST", "/chat/say", json.dumps(text("x")).encode(), 503),
        ("POST", "/chat/ack", b'{"ids": []}', 200),
        ("POST", "/chat/photo", b"no picture", 415),
        ("POST", "/telegram", b"{}", 500),
    ]
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://ward", trust_env=False) as client:
        for method, path, body, status in calls:
            answer = await client.request(method, path, content=body, headers={**token, "Cookie": "session=1"})
            assert answer.status_code == status, path
            policy = answer.headers.get("content-security-policy", "")
            assert policy.startswith("default-src 'none'"), (path, status)
            assert "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cache-control"] in {"no-store", "no-cache"}
            assert "set-cookie" not in answer.headers
            assert story.STORY not in answer.text
            assert "Traceback" not in answer.text
