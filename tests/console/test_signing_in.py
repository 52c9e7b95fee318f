"""Coming in and going out: passes, invites, the second factor, and what ends."""

from datetime import timedelta

from bot.console.door import GUESSES
from bot.console.standing import IDLE, LOCKED_FOR, MOST_TRIES, TRIES
from storage.records import Role
from tests.console.desk import Desk

ENDED = 'data: {"kind": "ended"}\n\n'


async def test_nobody_sees_anything_without_signing_in(desk: Desk) -> None:
    browser = desk.browser()
    for path in ("/", "/menu", "/tip/x", "/tip/x/files", "/tip/x/file/y", "/tip/x/history", "/second-factor"):
        page = await browser.opens(path)
        assert page.path == "/sign-in"
    assert (await browser.http.get("/live")).text == ENDED
    for path in ("/search", "/press", "/shown", "/tip/x/claim", "/sign-out", "/second-factor"):
        assert (await browser.posts(path, token="")).path == "/sign-in"


async def test_an_officer_gets_a_pass_in_the_chat_and_is_let_in_once(desk: Desk) -> None:
    lan = await desk.world.officer("lan")
    await lan.says("/maytinh")
    code = lan.newest.text.partition(": ")[2].split()[0]
    browser, other = desk.browser(), desk.browser()
    await browser.opens("/sign-in")
    assert (await browser.sends("/sign-in", code=f"  {code.upper()} ")).path == "/"
    await other.opens("/sign-in")
    page = await other.sends("/sign-in", code=code)
    assert (page.status, page.path) == (403, "/sign-in")
    assert ("officer-lan", "signed-in", "") in await desk.rows("log")
    assert code not in str(await desk.rows("log"))


async def test_a_pass_holds_for_a_quarter_of_an_hour(desk: Desk) -> None:
    await desk.world.officer("lan")
    await desk.permits("code-of-lan", "lan")
    desk.world.time += timedelta(minutes=15)
    browser = desk.browser()
    await browser.opens("/sign-in")
    assert (await browser.sends("/sign-in", code="code-of-lan")).status == 403


async def test_an_invite_asks_for_a_name_and_the_chief_confirms(desk: Desk) -> None:
    chief = await desk.officer("hoa", Role.CHIEF)
    await desk.world.invites("welcome-1", Role.OFFICER)
    browser = desk.browser()
    await browser.opens("/sign-in")
    page = await browser.sends("/sign-in", code="o_welcome-1")
    assert "cán bộ, phường Tây Hồ" in page.words
    page = await browser.sends("/enrol", name="!")
    assert page.status == 422
    page = await browser.sends("/enrol", name="Minh Đức")
    assert "Chỉ huy đơn vị xác nhận xong" in page.words
    assert (await browser.opens("/")).path == "/second-factor"
    await chief.opens("/menu")
    form = next(one for one in chief.page.forms if one.fields.get("key") == "menu:officers")
    page = await chief.posts("/press", **form.fields)
    assert "Minh Đức" in page.words
    form = next(one for one in page.forms if one.fields.get("key", "").startswith("confirm:"))
    await chief.posts("/press", **form.fields)
    assert (await browser.opens("/")).path == "/"
    assert (await desk.browser().opens("/sign-in")).status == 200


async def test_an_invite_works_once_here_too(desk: Desk) -> None:
    await desk.world.invites("welcome-1", Role.CHIEF)
    for expected in (200, 403):
        browser = desk.browser()
        await browser.opens("/sign-in")
        page = await browser.sends("/sign-in", code="welcome-1")
        assert page.status == expected
        if expected == 200:
            page = await browser.sends("/enrol", name="Hòa")
            assert page.path == "/second-factor"
            assert (await browser.sets_up_factor()).path == "/"


async def test_a_second_factor_is_not_set_up_unseen(desk: Desk) -> None:
    hoa, nam = await desk.world.officer("hoa", Role.CHIEF), await desk.world.officer("nam", Role.CHIEF)
    admin = await desk.world.officer("admin", Role.ADMIN)
    browser = desk.browser()
    await browser.signs_in("hoa")
    await browser.sets_up_factor()
    await desk.world.settled()
    assert "Vừa bật xác thực hai lớp" in hoa.newest.text
    assert nam.newest.text.startswith("hoa vừa bật xác thực hai lớp ở bàn trực.")
    assert admin.screen == []
    shown = len(hoa.screen), len(nam.screen)
    desk.world.time += IDLE
    await browser.opens("/second-factor")
    assert (await browser.sends("/second-factor", code=browser.code())).path == "/"
    await desk.world.settled()
    assert (len(hoa.screen), len(nam.screen)) == shown, "a code that is given again is no news"


async def test_a_chief_gets_nowhere_before_the_second_factor(desk: Desk) -> None:
    await desk.world.officer("hoa", Role.CHIEF)
    browser = desk.browser()
    assert (await browser.signs_in("hoa")).path == "/second-factor"
    assert (await browser.http.get("/live")).text == ENDED
    for path in ("/", "/menu"):
        assert (await browser.opens(path)).path == "/second-factor"
    secret = browser.page.html
    assert (await browser.opens("/second-factor")).html.count("<code>") == 1
    assert browser.page.html.partition("<code>")[2][:39] == secret.partition("<code>")[2][:39], (
        "the same until confirmed"
    )
    assert (await browser.sets_up_factor()).path == "/"
    assert "<code>" not in (await browser.opens("/second-factor")).html, "never shown again"


async def test_a_copy_of_a_cookie_is_worth_nothing_once_the_second_factor_was_given(desk: Desk) -> None:
    hoa = await desk.officer("hoa", Role.CHIEF)
    desk.world.time += IDLE
    thief = desk.browser()
    thief.http.cookies.update(dict(hoa.http.cookies))
    assert (await thief.opens("/")).path == "/second-factor"
    await hoa.opens("/second-factor")
    assert (await hoa.sends("/second-factor", code=hoa.code())).path == "/"
    assert (await hoa.opens("/")).path == "/"
    assert (await thief.opens("/")).path == "/sign-in"


async def test_what_one_browser_was_shown_to_set_up_makes_no_code_for_another(desk: Desk) -> None:
    lan, elsewhere = await desk.officer("lan"), desk.browser()
    await elsewhere.signs_in("lan")
    shown = [(await browser.opens("/second-factor")).html for browser in (lan, elsewhere)]
    assert shown[0].partition("<code>")[2][:39] != shown[1].partition("<code>")[2][:39]
    assert (await elsewhere.sets_up_factor()).path == "/"
    assert (await lan.opens("/")).path == "/second-factor", "it is asked for everywhere"
    assert "<code>" not in lan.page.html
    desk.world.time += timedelta(seconds=30)
    assert (await lan.sends("/second-factor", code=elsewhere.code())).path == "/"


async def test_a_code_works_once_even_in_another_browser(desk: Desk) -> None:
    first = await desk.officer("hoa", Role.CHIEF)
    other = desk.browser()
    assert (await other.signs_in("hoa")).path == "/second-factor"
    assert (await other.sends("/second-factor", code=first.code())).status == 422
    desk.world.time += timedelta(seconds=30)
    assert (await other.sends("/second-factor", code=first.code())).path == "/"


async def test_wrong_codes_lock_this_browser_and_no_other(desk: Desk) -> None:
    first, other = await desk.officer("hoa", Role.CHIEF), desk.browser()
    desk.world.time += timedelta(minutes=1)
    await other.signs_in("hoa")
    for _ in range(TRIES):
        await other.sends("/second-factor", code="000000")
    assert "Bạn thử lại sau" in other.page.words
    assert not other.page.offers("/second-factor")
    assert (await other.posts("/second-factor", token="", code=first.code())).path == "/second-factor"
    assert (await first.opens("/")).path == "/", "who is signed in already is not concerned"
    third = desk.browser()
    await third.signs_in("hoa")
    assert (await third.sends("/second-factor", code=first.code())).path == "/"
    desk.world.time += LOCKED_FOR
    await other.opens("/second-factor")
    assert (await other.sends("/second-factor", code=first.code())).path == "/"


async def test_a_browser_that_guesses_on_is_forgotten(desk: Desk) -> None:
    await desk.officer("hoa", Role.CHIEF)
    guesser = desk.browser()
    await guesser.signs_in("hoa")
    for tried in range(MOST_TRIES):
        if tried and tried % TRIES == 0:
            desk.world.time += LOCKED_FOR
            await guesser.opens("/second-factor")
        await guesser.sends("/second-factor", code="000000")
    assert guesser.page.path == "/sign-in"


async def test_an_idle_sign_in_ends_and_only_a_second_factor_brings_it_back(desk: Desk) -> None:
    lan, hoa = await desk.officer("lan"), await desk.officer("hoa", Role.CHIEF)
    desk.world.time += IDLE - timedelta(minutes=1)
    assert (await lan.opens("/")).path == "/"
    desk.world.time += IDLE - timedelta(minutes=1)
    assert (await lan.opens("/")).path == "/", "what an officer does counts"
    for _ in range(2):  # looking at the page that asks for the code is no proof
        assert (await hoa.opens("/")).path == "/second-factor"
    assert (await hoa.sends("/second-factor", code="000000")).status == 422
    assert (await hoa.opens("/")).path == "/second-factor"
    assert (await hoa.sends("/second-factor", code=hoa.code())).path == "/"
    desk.world.time += IDLE
    assert (await lan.opens("/")).path == "/sign-in"


async def test_sign_out_here_or_everywhere(desk: Desk) -> None:
    here = await desk.officer("hoa", Role.CHIEF)
    there = desk.browser()
    desk.world.time += timedelta(seconds=30)
    await there.signs_in("hoa")
    there.secret = here.secret
    await there.sends("/second-factor", code=there.code())
    old = dict(here.http.cookies)
    await here.sends("/sign-out")
    here.http.cookies.update(old)
    assert (await here.opens("/")).path == "/sign-in", "the cookie is worth nothing any more"
    await there.opens("/second-factor")
    await there.posts("/sign-out", **there.page.forms[-2].fields)
    assert (await there.opens("/")).path == "/sign-in"


async def test_a_revoked_officer_is_out_at_once(desk: Desk) -> None:
    lan = await desk.officer("lan")
    await desk.revoke("lan")
    assert (await lan.opens("/")).path == "/sign-in"


async def test_wrong_codes_at_the_door_are_limited_for_a_host(desk: Desk) -> None:
    await desk.world.officer("lan")
    browser = desk.browser()
    await browser.opens("/sign-in")
    for _ in range(GUESSES):
        assert (await browser.sends("/sign-in", code="wrong")).status == 403
    await desk.permits("right", "lan")
    assert (await browser.sends("/sign-in", code="right")).status == 429


async def test_the_console_s_rows_hold_no_cookie_code_or_secret(desk: Desk) -> None:
    hoa = await desk.officer("hoa", Role.CHIEF)
    cookie = dict(hoa.http.cookies)["console"]
    for table in ("sign_ins", "passes", "second_factors"):
        for row in await desk.world.store.db.fetch_all(f"SELECT * FROM {table}"):
            for value in tuple(row):
                stored = value if isinstance(value, bytes) else str(value).encode()
                assert cookie.encode() not in stored
                assert hoa.secret not in stored


async def test_what_ended_is_swept(desk: Desk) -> None:
    await desk.officer("lan")
    await desk.permits("unused", "lan")
    desk.world.time += timedelta(days=91)
    await desk.console.sweep()
    for table in ("sign_ins", "passes"):
        assert await desk.world.store.db.fetch_all(f"SELECT * FROM {table}") == []


async def test_what_the_page_asks_by_itself_keeps_nobody_signed_in(desk: Desk) -> None:
    lan = await desk.officer("lan")
    desk.world.time += IDLE - timedelta(minutes=1)
    assert (await lan.http.get("/", headers={"X-By-Itself": "1"})).url.path == "/"
    desk.world.time += timedelta(minutes=1)
    assert (await lan.opens("/")).path == "/sign-in"
