"""What stands in the way of other sites, other machines and other officers."""

import httpx
import pytest

from bot.console.door import POLICY
from storage import search, tips
from storage.records import Status
from tests.console.desk import HERE, Browser, Desk, read
from tests.console.test_deciding import a_tip, as_it_stands

EVERY_POST = ("/search", "/press", "/shown", "/sign-out", "/second-factor", "/tip/{tip}/claim", "/tip/{tip}/note")
ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:9999"},
)


async def test_a_form_without_its_page_s_token_is_refused(desk: Desk) -> None:
    lan, mai = await desk.officer("lan"), await desk.officer("mai")
    tip, _ = await a_tip(desk)
    theirs = mai.page.form("/sign-out").fields["token"]
    mine = lan.page.form("/sign-out").fields["token"]
    before = await desk.rows("log"), await desk.rows("events")
    for path in EVERY_POST:
        for token in ("", "x", theirs, mine[:-1], mine.upper()):
            answer = await lan.http.post(path.format(tip=tip), data={"token": token, "words": "x", "key": "duty:off"})
            assert answer.status_code == 403, path
            assert "đã cũ" in answer.text
            assert lan.page.form("/sign-out").fields["token"] not in answer.text
    assert (await desk.rows("log"), await desk.rows("events")) == before
    assert (await as_it_stands(desk, tip)).status is Status.NEW
    assert (await lan.opens("/")).path == "/", "and still signed in"


async def test_what_a_browser_says_comes_from_elsewhere_is_refused(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, _ = await a_tip(desk)
    await lan.opens(f"/tip/{tip}")
    form = lan.page.form(f"/tip/{tip}/claim").fields
    for headers in ELSEWHERE:
        assert (await lan.http.post(f"/tip/{tip}/claim", data=form, headers=headers)).status_code == 403
        assert (await desk.browser().http.post("/sign-in", data={"code": "x"}, headers=headers)).status_code == 403
    assert (await as_it_stands(desk, tip)).status is Status.NEW
    for ours, status in (({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200), ({"Origin": HERE}, 409)):
        once = {**form, "once": str(ours)}
        assert (await lan.http.post(f"/tip/{tip}/claim", data=once, headers=ours)).status_code == status
    assert (await as_it_stands(desk, tip)).status is Status.CLAIMED


async def test_a_decision_cannot_be_taken_by_a_link(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, _ = await a_tip(desk)
    for verb in ("claim", "back", "close"):
        assert (await lan.http.get(f"/tip/{tip}/{verb}")).status_code == 405
    assert (await as_it_stands(desk, tip)).status is Status.NEW


async def test_cookies_are_for_this_site_alone_and_for_no_script(desk: Desk) -> None:
    for base, name, marks in (
        (HERE, "console=", {"httponly", "samesite=strict", "path=/"}),
        ("https://truc.example.vn", "__host-console=", {"httponly", "samesite=strict", "path=/", "secure"}),
    ):
        await desk.world.officer(f"lan-{len(marks)}")
        await desk.permits(f"code-{len(marks)}", f"lan-{len(marks)}")
        browser = desk.browser(base=base)
        answer = await browser.http.post("/sign-in", data={"code": f"code-{len(marks)}"}, follow_redirects=False)
        [cookie] = answer.headers.get_list("set-cookie")
        parts = {part.strip().lower() for part in cookie.split(";")}
        assert marks <= parts
        assert any(part.startswith(name) for part in parts)
        assert not any(part.startswith("domain") for part in parts)
        assert (await browser.opens("/")).path == "/"


async def test_nobody_signs_in_where_others_can_read_along(desk: Desk) -> None:
    await desk.world.officer("lan")
    await desk.permits("code", "lan")
    browser = desk.browser(base="http://192.168.1.20:8082")
    await browser.opens("/sign-in")
    page = await browser.sends("/sign-in", code="code")
    assert (page.status, page.path) == (403, "/sign-in")
    assert "https" in page.words


async def test_every_answer_carries_the_policy_and_is_not_kept(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, _ = await a_tip(desk)
    for path in ("/", "/menu", f"/tip/{tip}", "/nothing", "/sign-in", "/second-factor"):
        answer = await lan.http.get(path)
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert "unsafe" not in POLICY


async def test_no_page_holds_a_script_or_style_of_its_own(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, _ = await a_tip(desk)
    for path in ("/", "/menu", f"/tip/{tip}", f"/tip/{tip}/files", "/second-factor"):
        html = (await lan.opens(path)).html
        for sign in (" style=", "<style", "onclick", "javascript:", "<script>"):
            assert sign not in html
        assert html.count("<script") == 1


async def test_what_people_write_is_no_markup(desk: Desk) -> None:
    lan, reporter = await desk.officer("lan"), desk.world.person("reporter")
    await reporter.says("/baotin")
    await reporter.says('Có <script>alert(1)</script> "ở" <img src=x> 21.02850, 105.85420 phường Tây Hồ')
    await reporter.presses("Gửi ngay")
    [link] = [link for link in (await lan.opens("/")).links if link.startswith("/tip/")]
    html = (await lan.opens(link)).html
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


async def test_what_cannot_be_written_down_is_not_shown(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, _ = await a_tip(desk)
    await desk.world.store.db._writer.execute("PRAGMA query_only=ON")
    answer = await lan.http.get(f"/tip/{tip}")
    assert answer.status_code == 503
    assert "tạm thời không ghi được" in answer.text
    assert "Xuân Diệu" not in answer.text
    await desk.world.store.db._writer.execute("PRAGMA query_only=OFF")
    assert (await lan.opens(f"/tip/{tip}")).status == 200


async def test_a_mistake_of_ours_is_told_in_the_officer_s_language_and_says_nothing_of_itself(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan = await desk.officer("lan")

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Xuân Diệu")

    monkeypatch.setattr(search, "find", broken)
    for language, words in (("vi", "Có lỗi ở máy chủ"), ("en", "Something went wrong")):
        answer = await quiet(desk, lan).get("/", headers={"Accept-Language": language})
        assert answer.status_code == 500
        assert words in answer.text
        assert "Xuân Diệu" not in answer.text
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["cache-control"] == "no-store"


def quiet(desk: Desk, browser: Browser) -> httpx.AsyncClient:
    """The same browser, as a web server answers it: what was raised is in the log."""
    transport = httpx.ASGITransport(desk.console.app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=HERE, cookies=browser.http.cookies)


async def test_an_erased_tip_shows_only_what_stayed(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, _ = await a_tip(desk)
    await desk.world.store.db.commit(tips.erase(desk.world.store.seal, tip))
    page = await lan.opens(f"/tip/{tip}")
    assert page.status == 200
    assert "Xuân Diệu" not in page.html


async def test_what_is_oddly_spelled_is_refused_like_the_rest(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, _ = await a_tip(desk)
    for token in ("ệ", "\ud800".encode("utf-16", "surrogatepass").decode("latin-1"), "0" * 5_000):
        assert (await lan.http.post(f"/tip/{tip}/claim", data={"token": token})).status_code == 403
    for page in ("9" * 5_000, "-1", "٣", "1e9", "0"):
        assert (await lan.http.get("/", params={"page": page})).status_code == 200
        assert (await lan.http.get(f"/tip/{tip}/files", params={"page": page})).status_code == 200
    for cookie in ("x" * 40, "\xe9" * 40, '"' * 40):
        answer = await desk.browser().http.get("/", headers=[(b"cookie", f"console={cookie}".encode("latin-1"))])
        assert answer.url.path == "/sign-in"


async def test_too_large_a_form_is_cut_off(desk: Desk) -> None:
    lan = await desk.officer("lan")
    answer = await lan.http.post("/search", data={"words": "x" * 70_000})
    assert answer.status_code == 413
    assert read(answer).forms == []
