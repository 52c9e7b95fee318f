"""Every decision of a chat can be taken at the console: the same rulings and rows, the same words to reporters."""

import asyncio
import io
from datetime import timedelta
from pathlib import Path

from PIL import Image

from handlers.workflow import BUTTONS
from storage import tips
from storage.records import Outcome, Role, Status, Tip, TipId
from tests.console.desk import Browser, Desk, a_desk
from tests.secrecy import story
from tests.world import HONG_HA, TAY_HO, Person


def a_picture() -> bytes:
    """A small photo with a place in it."""
    plain = Image.new("RGB", (40, 30), "navy")
    exif = Image.Exif()
    exif[0x010F] = "Kamera-47"
    raw = io.BytesIO()
    plain.save(raw, "JPEG", exif=exif)
    return raw.getvalue()


async def a_tip(desk: Desk, *, contact: bool = False) -> tuple[TipId, Person]:
    """A reporter's tip with a photo and a pin."""
    reporter = desk.world.person("reporter")
    await story.send_tip(reporter)
    if contact:
        await reporter.presses("Để lại tên, số điện thoại")
        await reporter.says(f"{story.NAME}, {story.PHONE}")
    row = await desk.world.store.db.fetch_one("SELECT id FROM tips")
    assert row is not None
    return TipId(row["id"]), reporter


async def as_it_stands(desk: Desk, tip: TipId) -> Tip:
    found = await tips.tip(desk.world.store, tip)
    assert found is not None
    return found


async def claimed(desk: Desk, officer: Browser) -> tuple[TipId, Person]:
    """A tip that this officer holds, open before them."""
    tip, reporter = await a_tip(desk)
    await officer.opens(f"/tip/{tip}")
    await officer.sends(f"/tip/{tip}/claim")
    return tip, reporter


async def test_claim_and_give_back(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, _ = await claimed(desk, lan)
    assert "Bạn đã nhận tin TH-26-0001." in lan.page.words
    assert "Bạn đã nhận tin" not in (await lan.opens(f"/tip/{tip}")).words, "said once"
    await lan.sends(f"/tip/{tip}/back")
    assert (await as_it_stands(desk, tip)).status is Status.NEW


async def test_of_two_who_claim_at_once_one_has_it_and_the_other_hears_who(desk: Desk) -> None:
    lan, mai = await desk.officer("lan"), await desk.officer("mai")
    tip, _ = await a_tip(desk)
    for one in (lan, mai):
        await one.opens(f"/tip/{tip}")
    pages = await asyncio.gather(lan.sends(f"/tip/{tip}/claim"), mai.sends(f"/tip/{tip}/claim"))
    assert sorted(page.status for page in pages) == [200, 409]
    won = "lan" if pages[0].status == 200 else "mai"
    assert (await as_it_stands(desk, tip)).owner == f"officer-{won}"
    late = pages[1] if won == "lan" else pages[0]
    assert f"{won} đã nhận tin TH-26-0001" in late.words
    assert [row[:2] for row in await desk.rows("events") if row[1] == "claimed"] == [(f"officer-{won}", "claimed")]


async def test_a_form_that_is_sent_twice_decides_once(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, _ = await a_tip(desk)
    await lan.opens(f"/tip/{tip}")
    form = lan.page.form(f"/tip/{tip}/note")
    for _ in range(2):
        page = await lan.posts(f"/tip/{tip}/note", **form.fields, words=story.NOTE)
        assert page.status == 200
    assert page.words.count(story.NOTE) == 1
    assert [row[1] for row in await desk.rows("events")].count("noted") == 1


async def test_a_question_reaches_the_reporter_in_the_unit_s_name(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, reporter = await claimed(desk, lan)
    await lan.sends(f"/tip/{tip}/ask", words=story.ASK)
    await desk.world.settled()
    assert "Công an phường Tây Hồ hỏi thêm" in reporter.newest.text
    assert story.ASK in reporter.newest.text
    assert "lan" not in reporter.newest.text
    await reporter.says(story.REPLY)
    assert story.REPLY in (await lan.opens(f"/tip/{tip}")).words


async def test_what_was_written_is_not_lost_when_it_cannot_be_sent(desk: Desk) -> None:
    lan, mai = await desk.officer("lan"), await desk.officer("mai")
    tip, _ = await claimed(desk, lan)
    form = lan.page.form(f"/tip/{tip}/ask")
    await mai.opens(f"/tip/{tip}")
    await mai.sends(f"/tip/{tip}/take", words="Lan về nghỉ")
    assert (await as_it_stands(desk, tip)).owner == "officer-mai"
    page = await lan.posts(f"/tip/{tip}/ask", **form.fields, words=story.ASK)
    assert page.status == 409
    assert "mai đang giữ tin" in page.words
    await mai.opens(f"/tip/{tip}")
    long = await mai.sends(f"/tip/{tip}/ask", words="a b " * 300)
    assert long.status == 409
    assert "a b a b" in long.html


async def test_a_note_stays_among_officers(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, reporter = await a_tip(desk)
    await lan.opens(f"/tip/{tip}")
    before = len(reporter.screen)
    page = await lan.sends(f"/tip/{tip}/note", words=story.NOTE)
    await desk.world.settled()
    assert story.NOTE in page.words
    assert len(reporter.screen) == before


async def test_every_outcome_closes_and_is_told(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, reporter = await claimed(desk, lan)
    for outcome in Outcome:
        asks_way = outcome in {Outcome.NOT_OURS, Outcome.REFERRED}
        if asks_way:
            assert (await lan.sends(f"/tip/{tip}/close", outcome=outcome, words="", body="")).status == 409
            await lan.opens(f"/tip/{tip}")
        before = len(reporter.screen)
        await lan.sends(f"/tip/{tip}/close", outcome=outcome, words=story.OUTCOME, body="pc07", valuable="yes")
        await desk.world.settled()
        after = await as_it_stands(desk, tip)
        assert (after.status, after.outcome) == (Status.CLOSED, outcome)
        assert after.valuable is (outcome not in {Outcome.SPAM, Outcome.DUPLICATE})
        said = "\n".join(shown.text for shown in reporter.screen[before:])
        assert story.OUTCOME in said
        assert ("PC07" in said) is asks_way
        assert "Đã đóng tin TH-26-0001." in lan.page.words
        await lan.sends(f"/tip/{tip}/reopen")
        assert (await as_it_stands(desk, tip)).status is Status.CLAIMED


async def test_refer_to_a_known_body_or_one_in_words(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, reporter = await claimed(desk, lan)
    assert (await lan.sends(f"/tip/{tip}/refer", body="", words="")).status == 409
    await lan.opens(f"/tip/{tip}")
    await lan.sends(f"/tip/{tip}/refer", body="", words="Ban quản lý hồ")
    await desk.world.settled()
    assert "Ban quản lý hồ" in reporter.newest.text
    assert (await as_it_stands(desk, tip)).status is Status.REFERRED


async def test_hand_over_to_a_colleague_of_the_desk(desk: Desk) -> None:
    lan = await desk.officer("lan")
    await desk.world.officer("mai")
    await desk.world.officer("xa", ward=HONG_HA)
    tip, _ = await claimed(desk, lan)
    assert "officer-xa" not in lan.page.html
    assert not lan.page.offers(f"/tip/{tip}/pass"), "only one ward is served"
    await lan.sends(f"/tip/{tip}/to", to="officer-mai")
    assert (await as_it_stands(desk, tip)).owner == "officer-mai"


async def test_a_tip_that_is_passed_on_is_out_of_sight_and_in_the_other_s_queue(tmp_path: Path) -> None:
    async with a_desk(tmp_path, served=(TAY_HO, HONG_HA)) as desk:
        lan, far = await desk.officer("lan"), await desk.officer("xa", ward=HONG_HA)
        tip, _ = await claimed(desk, lan)
        page = await lan.sends(f"/tip/{tip}/pass", ward=HONG_HA)
        assert (page.path, page.status) == ("/", 200)
        assert "Đã chuyển tin TH-26-0001 sang Công an phường Hồng Hà" in page.words
        assert (await lan.opens(f"/tip/{tip}")).status == 404
        assert f"/tip/{tip}" in (await far.opens("/")).links


async def test_the_chief_opens_the_contact_for_a_reason_and_the_reporter_is_told(desk: Desk) -> None:
    lan, chief = await desk.officer("lan"), await desk.officer("hoa", Role.CHIEF)
    tip, reporter = await a_tip(desk, contact=True)
    await lan.opens(f"/tip/{tip}")
    assert not lan.page.offers(f"/tip/{tip}/contact")
    refused = await lan.posts(f"/tip/{tip}/contact", **lan.page.form(f"/tip/{tip}/claim").fields, words=story.REASON)
    assert story.PHONE not in refused.html
    await chief.opens(f"/tip/{tip}")
    assert story.PHONE not in chief.page.html
    assert (await chief.sends(f"/tip/{tip}/contact", words="")).status == 409
    assert story.PHONE not in chief.page.html
    page = await chief.sends(f"/tip/{tip}/contact", words=story.REASON)
    await desk.world.settled()
    assert story.PHONE in page.words
    assert "Chỉ huy Công an phường Tây Hồ đã mở" in reporter.newest.text
    assert ("officer-hoa", "revealed", "") in await desk.rows("events")
    assert story.PHONE not in (await chief.opens(f"/tip/{tip}")).html, "shown once, kept nowhere"


async def test_every_opening_is_a_line_of_the_history(desk: Desk) -> None:
    chief = await desk.officer("hoa", Role.CHIEF)
    tip, _ = await a_tip(desk)
    picture = None
    for path in ("", "/files", "/history"):
        page = await chief.opens(f"/tip/{tip}{path}")
        picture = next((link for link in page.links if "/file/" in link), picture)
    assert picture is not None
    answer = await chief.http.get(picture)
    assert answer.headers["content-type"] == "image/jpeg"
    mine = [row[1] for row in await desk.rows("events") if row[0] == "officer-hoa"]
    assert mine == ["viewed", "viewed-files", "read-history", "viewed-files"]


async def test_pictures_are_cleaned_copies_within_the_page(desk: Desk) -> None:
    lan, reporter = await desk.officer("lan"), desk.world.person("reporter")
    await reporter.says("/baotin")
    await reporter.sends_photo(a_picture(), f"{story.STORY}, phường Tây Hồ")
    await reporter.presses("Gửi ngay")
    [link] = [link for link in (await lan.opens("/")).links if link.startswith("/tip/")]
    page = await lan.opens(f"{link}/files")
    assert 'src="data:image/jpeg;base64,' in page.html
    path = next(one for one in page.links if "/file/" in one)
    answer = await lan.http.get(path)
    assert b"Kamera-47" not in answer.content
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_a_recording_is_played_part_by_part_and_that_is_one_opening(desk: Desk) -> None:
    lan, reporter = await desk.officer("lan"), desk.world.person("reporter")
    sound = b"OggS" + bytes(range(200)) * 10
    await reporter.says(f"{story.STORY}, phường Tây Hồ")
    await reporter.sends_file("voice", sound)
    await reporter.presses("Vẫn gửi")
    await reporter.presses("Gửi ngay")
    [link] = [link for link in (await lan.opens("/")).links if link.startswith("/tip/")]
    path = next(one for one in (await lan.opens(f"{link}/files")).links if "/file/" in one)
    size = len(sound)
    for asked, status, part in (
        ("bytes=0-1", 206, sound[:2]),
        ("bytes=0-", 206, sound),
        (f"bytes=1000-{size + 9}", 206, sound[1000:]),
        ("bytes=-7", 206, sound[-7:]),
        (f"bytes={size}-", 416, b""),
        ("bytes=-0", 416, b""),
        ("bytes=5-2", 200, sound),
        ("bytes=0-1,5-6", 200, sound),
        ("", 200, sound),
    ):
        answer = await lan.http.get(path, headers={"Range": asked} if asked else {})
        assert (answer.status_code, answer.content, answer.headers["accept-ranges"]) == (status, part, "bytes"), asked
    answer = await lan.http.get(path, headers={"Range": "bytes=4-9"})
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-range"] == f"bytes 4-9/{size}"
    assert (await lan.http.get(path, headers={"Range": "bytes=4-9", "If-Range": '"x"'})).content == sound
    rows = [row for row in await desk.rows("events") if row[1:] == ("viewed-files", path.rpartition("/")[2])]
    assert len(rows) == 1 + 4, "the first part, and whatever was asked for whole"
    desk.world.time += timedelta(hours=2)
    await lan.http.get(path, headers={"Range": "bytes=4-9"})
    rows = [row for row in await desk.rows("events") if row[1:] == ("viewed-files", path.rpartition("/")[2])]
    assert len(rows) == 1 + 4 + 1


async def test_the_map_is_a_plain_link(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, _ = await a_tip(desk)
    page = await lan.opens(f"/tip/{tip}")
    [link] = [link for link in page.links if "openstreetmap" in link]
    assert link.startswith("https://www.openstreetmap.org/?mlat=21.06783&mlon=105.81864#map=18/")
    assert 'rel="noopener noreferrer"' in page.html


async def test_an_admin_passes_a_tip_on_unread(desk: Desk) -> None:
    admin = await desk.officer("admin", Role.ADMIN)
    tip, _ = await a_tip(desk)
    page = await admin.opens(f"/tip/{tip}")
    assert [form.action for form in page.forms if form.action.startswith("/tip/")] == []
    for verb, _ in BUTTONS:
        page = await admin.posts(f"/tip/{tip}/{verb}", **admin.page.form("/sign-out").fields, once=verb, words="x")
        assert story.STORY not in page.html
    assert (await as_it_stands(desk, tip)).status is Status.NEW


async def test_a_tip_that_lapsed_meanwhile_is_ruled_on_as_it_stands(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, _ = await claimed(desk, lan)
    form = lan.page.form(f"/tip/{tip}/close")
    await desk.world.passes(timedelta(hours=11))
    assert (await as_it_stands(desk, tip)).status is Status.NEW
    page = await lan.posts(f"/tip/{tip}/close", **form.fields, outcome="handled")
    assert page.status == 409
    assert (await as_it_stands(desk, tip)).status is Status.NEW


async def test_the_pages_speak_english_to_whoever_wants_it(desk: Desk) -> None:
    lan = await desk.officer("lan")
    tip, _ = await a_tip(desk)
    assert "Queue" in (await lan.opens("/language/en")).words
    assert "Decide" in (await lan.opens(f"/tip/{tip}")).words
