"""The queue on a large screen: filters, the search by words, and the rows they leave in the log."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from bot.console import live
from bot.console.listing import PAGE, Filters
from storage.records import Role, TipId
from storage.search import LOOKED_INTO
from storage.writes import Write
from tests.bot_api_fake.pulse import PATIENCE
from tests.console.desk import Browser, Desk, Page
from tests.secrecy import story
from tests.world import HONG_HA


async def told(desk: Desk, words: str, *, by: str = "reporter") -> TipId:
    """Somebody sends a tip of Tây Hồ."""
    person = desk.world.person(by)
    await person.says("/baotin")
    await person.says(f"{words}, phường Tây Hồ")
    await person.presses("Gửi ngay")
    row = await desk.world.store.db.fetch_one("SELECT id FROM tips ORDER BY number DESC LIMIT 1")
    assert row is not None
    return TipId(row["id"])


async def searches(officer: Browser, **fields: str) -> Page:
    """Fill in the form above the list."""
    await officer.opens("/")
    return await officer.sends("/search", **fields)


def listed(page: Page) -> set[str]:
    """The tips of the list."""
    return {link.removeprefix("/tip/") for link in page.links if link.startswith("/tip/")}


async def test_a_search_by_words_finds_what_was_said_without_accents_and_is_logged(desk: Desk) -> None:
    lan = await desk.officer("lan")
    dog = await told(desk, "Chó thả rông cắn người ở ngõ 12 tổ 5", by="an")
    boxes = await told(desk, "Kho hàng lạ chuyển thùng lúc nửa đêm ở tổ dân phố số 15", by="binh")
    for fields, expected in (
        ({"words": "cho tha rong"}, {dog}),
        ({"words": "THÙNG đêm"}, {boxes}),
        ({"words": "tha ro"}, {dog}),
        ({"words": "không có gì"}, set()),
        ({"area": "5"}, {dog}),
        ({"area": "tổ 15"}, {boxes}),
        ({"area": "12"}, set()),
        ({"area": "5", "words": "thùng"}, set()),
        ({"words": "thùng", "status": "closed"}, set()),
        ({"words": "thùng", "urgency": "low"}, set()),
    ):
        page = await searches(lan, **fields)
        assert listed(page) == expected, fields
    log = [row for row in await desk.rows("log") if row[1] == "searched"]
    assert log[0] == ("officer-lan", "searched", "2 opened, 1 found")
    assert len(log) == 10
    assert "rong" not in str(await desk.rows("log"))


async def test_what_was_searched_for_stands_in_no_address_and_is_the_searcher_s_own(desk: Desk) -> None:
    lan, mai = await desk.officer("lan"), await desk.officer("mai")
    await told(desk, "Chó thả rông cắn người ở ngõ 12")
    answer = await lan.http.post(
        "/search", data={**lan.page.form("/search").fields, "words": "chó thả rông"}, follow_redirects=True
    )
    assert "found=" in str(answer.url)
    assert "ch" not in answer.url.query.decode().replace("search", "")
    again = await lan.opens(str(answer.url))
    assert len(listed(again)) == 1, "the page can be loaded again"
    assert 'value="chó thả rông"' in again.html
    theirs = await mai.opens(str(answer.url))
    assert "chó" not in theirs.html


async def test_a_number_opens_its_tip(desk: Desk) -> None:
    lan, far = await desk.officer("lan"), await desk.officer("xa", ward=HONG_HA)
    tip = await told(desk, "Chó thả rông cắn người ở ngõ 12")
    assert (await searches(lan, words="th 26 1")).path == f"/tip/{tip}"
    assert listed(await searches(far, words="TH-26-0001")) == set()


async def test_another_ward_s_officer_finds_nothing_whatever_they_ask(desk: Desk) -> None:
    far = await desk.officer("xa", ward=HONG_HA)
    tip = await told(desk, "Chó thả rông cắn người ở ngõ 12")
    for path in ("/", "/?status=all", "/?status=new&page=1"):
        assert listed(await far.opens(path)) == set()
    assert listed(await searches(far, words="chó", status="all")) == set()
    for path in (f"/tip/{tip}", f"/tip/{tip}/files", f"/tip/{tip}/history", f"/tip/{tip}/file/x"):
        assert (await far.opens(path)).status == 404
        assert "Chó" not in far.page.html
    assert not [row for row in await desk.rows("events") if row[0] == "officer-xa"]


async def test_filters_by_status_urgency_category_and_what_is_mine(desk: Desk) -> None:
    lan, mai = await desk.officer("lan"), await desk.officer("mai")
    first, second = await told(desk, "Chó thả rông ở ngõ 12", by="an"), await told(desk, "Đốt rác ở ngõ 9", by="binh")
    await lan.opens(f"/tip/{first}")
    await lan.sends(f"/tip/{first}/claim")
    for query, expected in (
        ("", {first, second}),
        ("status=new", {second}),
        ("status=claimed", {first}),
        ("status=mine", {first}),
        ("status=closed", set()),
        ("status=all", {first, second}),
        ("urgency=emergency", set()),
        ("urgency=normal&status=new", {second}),
        ("category=fire-hazard", set()),
        ("status=nonsense&urgency=x&category=y&page=-3", {first, second}),
    ):
        assert listed(await lan.opens(f"/?{query}")) == expected, query
    assert listed(await mai.opens("/?status=mine")) == set()


async def test_the_bundle_stands_apart_from_the_queue(desk: Desk) -> None:
    lan = await desk.officer("lan")
    first, many = await told(desk, "Chó thả rông ở ngõ 12", by="an"), await told(desk, "Đốt rác ở ngõ 9", by="binh")
    apart = Write("UPDATE tips SET bundled = 1 WHERE id = ?", (many,), expects_rows=1)
    await desk.world.store.db.commit([apart])
    for query, expected in (
        ("", {first}),
        ("status=new", {first}),
        ("status=bundle", {many}),
        ("status=all", {first, many}),
    ):
        assert listed(await lan.opens(f"/?{query}")) == expected, query
    assert listed(await searches(lan, words="rác", status="bundle")) == {many}


async def test_unclaimed_stand_before_claimed_and_pages_go_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.console.listing.PAGE", 1)
    lan = await desk.officer("lan")
    first, second = await told(desk, "Chó thả rông ở ngõ 12", by="an"), await told(desk, "Đốt rác ở ngõ 9", by="binh")
    await lan.opens(f"/tip/{first}")
    await lan.sends(f"/tip/{first}/claim")
    assert listed(await lan.opens("/")) == {second}
    assert "/?page=2" in lan.page.links
    assert listed(await lan.opens("/?page=2")) == {first}
    assert "/?page=3" not in lan.page.links


async def test_whoever_reads_nothing_searches_nothing(desk: Desk) -> None:
    admin, auditor = await desk.officer("admin", Role.ADMIN), await desk.officer("soat", Role.AUDITOR)
    tip = await told(desk, story.STORY)
    assert listed(await admin.opens("/")) == {tip}, "only to pass it on, unread"
    assert not admin.page.offers("/search")
    page = await admin.posts("/search", token=admin.page.form("/sign-out").fields["token"], words="Xuân Diệu")
    assert story.STORY not in page.html
    assert story.STORY not in (await admin.opens(f"/tip/{tip}")).html
    assert admin.page.status == 200
    assert (await admin.opens(f"/tip/{tip}/files")).status == 404
    assert listed(await auditor.opens("/")) == set()
    assert (await auditor.opens(f"/tip/{tip}")).status == 404
    assert (await auditor.opens(f"/tip/{tip}/history")).status == 200


async def test_every_list_is_a_row_of_the_log(desk: Desk) -> None:
    lan = await desk.officer("lan")
    await lan.opens("/?status=all&page=3")
    assert [row for row in await desk.rows("log") if row[1] == "listed-queue"] == [
        ("officer-lan", "listed-queue", "1"),
        ("officer-lan", "listed-queue", "3"),
    ]


async def test_an_open_page_hears_how_the_queue_stands_until_it_is_signed_out(desk: Desk) -> None:
    lan = await desk.officer("lan")
    heard: list[dict[str, object]] = []
    async with asyncio.timeout(PATIENCE), desk.listening(lan) as events:
        heard.append(await anext(events))
        await told(desk, "Chó thả rông cắn người ở ngõ 12")
        while (event := await anext(events))["count"] == 0:
            pass
        heard.append(event)
        await lan.sends("/sign-out")
        while (event := await anext(events))["kind"] != "ended":
            pass
    assert [(one["count"], one["minutes"]) for one in heard] == [(0, 0), (1, 0)]
    assert heard[0]["stamp"] != heard[1]["stamp"]


async def test_a_list_says_itself_whether_it_is_still_the_queue(desk: Desk) -> None:
    lan = await desk.officer("lan")
    await told(desk, "Chó thả rông cắn người ở ngõ 12")
    async with asyncio.timeout(PATIENCE), desk.listening(lan) as events:
        stamp = (await anext(events))["stamp"]
        assert f'data-stamp="{stamp}"' in (await lan.opens("/")).html
        await told(desk, "Karaoke ồn lúc nửa đêm")
        assert f'data-stamp="{stamp}"' not in (await lan.opens("/")).html


async def test_a_page_that_looks_by_itself_takes_no_word_from_the_officer(desk: Desk) -> None:
    lan = await desk.officer("lan")
    await told(desk, "Chó thả rông cắn người ở ngõ 12")
    [link] = [link for link in (await lan.opens("/")).links if link.startswith("/tip/")]
    form = (await lan.opens(link)).form(f"{link}/claim").fields
    await lan.http.post(f"{link}/claim", data=form, follow_redirects=False)
    assert "Bạn đã nhận tin" not in (await lan.http.get("/", headers={"X-By-Itself": "1"})).text
    assert "Bạn đã nhận tin" in (await lan.opens(link)).words


async def test_one_officer_s_pages_leave_room_for_those_of_others(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LISTENING_OF_ONE", 1)
    lan, other = await desk.officer("lan"), await desk.officer("tam")
    async with asyncio.timeout(PATIENCE):
        async with desk.listening(lan) as events:
            await anext(events)
            assert (await lan.http.get("/live")).status_code == 503
            async with desk.listening(other) as others:
                assert (await anext(others))["kind"] == "pulse"
        async with desk.listening(lan) as events:
            assert (await anext(events))["kind"] == "pulse"


async def test_an_officer_who_is_only_here_is_told_here(desk: Desk) -> None:
    chief = await desk.officer("hoa", Role.CHIEF)
    await desk.world.invites("welcome-1", Role.OFFICER)
    browser = desk.browser()
    await browser.opens("/sign-in")
    await browser.sends("/sign-in", code="welcome-1")
    await browser.sends("/enrol", name="Minh Đức")
    for key in ("menu:officers", "confirm:"):
        await chief.opens("/menu") if key == "menu:officers" else None
        form = next(one for one in chief.page.forms if one.fields.get("key", "").startswith(key))
        await chief.posts("/press", **form.fields)
    await browser.opens("/")
    async with asyncio.timeout(PATIENCE), desk.listening(browser) as events:
        while (event := await anext(events))["kind"] != "said":
            pass
        token = browser.page.form("/sign-out").fields["token"]
        assert (await browser.http.post("/shown", data={"token": token, "ids": event["id"]})).status_code == 204
    assert "xác nhận" in str(event["text"])
    async with asyncio.timeout(PATIENCE), AsyncExitStack() as pages:
        streams = [await pages.enter_async_context(desk.listening(browser)) for _ in range(live.LISTENING_OF_ONE)]
        for _ in range(2):  # none ends another: each hears on when all have heard
            for stream in streams:
                assert (await anext(stream))["kind"] == "pulse"


def test_filters_that_are_none_of_ours_count_as_nothing() -> None:
    assert Filters.read({"page": "²", "status": "", "category": "../x"}) == Filters()
    assert Filters.read({"page": "999999"}).page == 200
    assert Filters(stand="all", urgency="low").address(page=2) == "/?status=all&urgency=low&page=2"
    assert PAGE < LOOKED_INTO
