"""What officers do beside tips: duty, counts, colleagues, and fire questions."""

from storage.records import Role
from tests.console.desk import Browser, Desk, Page
from tests.secrecy import story


async def presses(browser: Browser, key: str) -> Page:
    """A button of the page that is open."""
    form = next(one for one in browser.page.forms if one.fields.get("key", "").startswith(key))
    return await browser.posts("/press", **form.fields)


async def asks(desk: Desk) -> str:
    """A resident asks an officer; the address of the question's page."""
    resident = desk.world.person("an")
    await resident.says("/hoi")
    await resident.presses("Hỏi cán bộ")
    await resident.says(story.QUESTION)
    await resident.presses("Gửi ngay")
    row = await desk.world.store.db.fetch_one("SELECT id FROM questions")
    assert row is not None
    return f"/question/{row['id']}"


async def test_duty_and_counts_are_a_press_away(desk: Desk) -> None:
    lan = await desk.officer("lan")
    await lan.opens("/menu")
    assert "đang trực" in lan.page.words
    await presses(lan, "menu:duty")
    await presses(lan, "duty:off")
    await lan.opens("/menu")
    assert "đang trực" not in lan.page.words
    await presses(lan, "menu:stats")
    assert "Hôm nay" in lan.page.words


async def test_what_is_no_button_of_ours_does_nothing(desk: Desk) -> None:
    lan = await desk.officer("lan")
    await desk.world.officer("mai")
    token = lan.page.form("/sign-out").fields["token"]
    for key in ("", "x", "menu-home", "revoke-yes:officer-mai", "confirm:officer-mai", "approve:none"):
        page = await lan.posts("/press", token=token, once=key, key=key)
        assert page.status == 200
    assert not [row for row in await desk.rows("log") if row[1].startswith("officer-")]


async def test_a_fire_question_is_answered_once_and_may_be_kept_for_others(desk: Desk) -> None:
    fire, chief = await desk.officer("ha", Role.FIRE), await desk.officer("hoa", Role.CHIEF)
    path = await asks(desk)
    await fire.opens("/menu")
    await presses(fire, "menu:questions")
    assert path in fire.page.links
    await fire.opens(path)
    assert story.QUESTION in fire.page.words
    page = await fire.sends(path, words="!", kept_as="")
    assert page.status == 409
    await chief.opens(path)
    page = await fire.sends(path, words=story.ANSWER, kept_as="Bình chữa cháy cho nhà trọ")
    await desk.world.settled()
    assert "Đã gửi câu trả lời" in page.words
    assert story.ANSWER in desk.world.person("an").newest.text
    assert "ha" not in desk.world.person("an").newest.text.split()
    late = await chief.sends(path, words="Câu khác", kept_as="")
    assert "đã có người trả lời" in late.words
    assert not (await chief.opens(path)).offers(path)
    assert [row[1] for row in await desk.rows("log")].count("question-answered") == 1


async def test_another_ward_s_question_is_like_none(desk: Desk) -> None:
    far = await desk.officer("soat", Role.AUDITOR)
    path = await asks(desk)
    assert (await far.opens(path)).status == 404
    token = far.page.form("/sign-out").fields["token"]
    page = await far.posts(path, token=token, once="1", words=story.ANSWER)
    assert story.QUESTION not in page.html
    assert not [row for row in await desk.rows("log") if row[1] == "question-answered"]
