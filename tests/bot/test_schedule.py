"""Every tick with real storage: what is due happens once, however often and however late a tick looks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import LiteralString

import pytest
from structlog.testing import capture_logs

from bot.schedule import EVERY, Ticks, schedule
from messages.receipt import Receipt
from storage import reporters, sessions, tips, wards
from storage.errors import DatabaseUnreadable, WrongKey
from storage.records import Role, TipId, Urgency
from storage.writes import Write
from tests.world import HONG_HA, TAY_HO, Person, World, a_world

STORY = "hai thanh niên rình xe máy, 52 Tô Ngọc Vân phường Tây Hồ"
FIRE = "cháy nhà số 7 ngõ 52 Tô Ngọc Vân phường Tây Hồ"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as made:
        yield made


async def tells(world: World, who: str, story: str = STORY) -> Person:
    person = world.person(who)
    await person.says(story)
    await person.says("gui")
    return person


async def ticks(world: World, tick: Callable[[], Awaitable[None]], span: timedelta = timedelta()) -> list[str]:
    """Time goes by and one tick looks, twice; returns what was shown, which must all be of the first look."""
    before = len(world.paper.news)
    world.time += span
    await tick()
    await world.settled()
    shown = [f"{place.chat}: {one.text}" for place, one in world.paper.news[before:]]
    await tick()
    await world.settled()
    assert len(world.paper.news) == before + len(shown), "a tick that looks again says nothing again"
    return shown


async def one(world: World, sql: str) -> tuple[object, ...]:
    row = await world.store.db.fetch_one(sql)
    assert row is not None
    return tuple(row)


# --- tips -------------------------------------------------------------------------------------------------------


async def test_a_silent_claim_goes_back_and_everybody_at_the_desk_hears_of_it(world: World) -> None:
    minh, _ = await world.officer("Minh"), await world.officer("Tú")
    await tells(world, "Lan", FIRE)
    await minh.presses("Tôi nhận")
    assert await ticks(world, world.bot.ticks.tips, timedelta(minutes=9)) == []
    shown = await ticks(world, world.bot.ticks.tips, timedelta(minutes=1))
    assert "Minh: Tin TH-26-0001 đã về hàng chờ vì chưa có việc gì được ghi từ khi bạn nhận." in shown
    assert "Tú: Tin TH-26-0001 đã về hàng chờ, đang cần người nhận." in shown
    assert await one(world, "SELECT status, owner FROM tips") == ("new", None)
    assert await one(world, "SELECT count(*) FROM events WHERE what = 'lapsed' AND officer = 'clock'") == (1,)


async def test_what_is_due_is_alerted_about_however_many_wait_before_it(world: World) -> None:
    await world.officer("Minh")
    later, store = world.time + timedelta(hours=1), world.store

    async def file(name: str, urgency: Urgency, due_at: datetime) -> None:
        filing = tips.Filing(TipId(name), TAY_HO, TAY_HO, "TH", 2026, urgency, "Cỏ May", due_at, world.time)
        await store.db.commit(tips.file(filing, seal=store.seal, receipt=Receipt(name), link=b""))

    await asyncio.gather(*(file(f"t{number}", Urgency.HIGH, later) for number in range(201)))
    await file("last", Urgency.LOW, world.time)
    assert len(await ticks(world, world.bot.ticks.tips)) == 1
    assert await one(world, "SELECT alerts FROM tips WHERE id = 'last'") == (1,)


async def test_all_that_waits_at_a_desk_is_one_line_and_it_climbs(world: World) -> None:
    await world.officer("Minh")
    await world.officer("Hoa", Role.CHIEF)
    await world.officer("Quang", Role.ADMIN)
    for who in ("Lan", "Tèo", "Kha"):
        await tells(world, who)
    reached = []
    for _ in range(4):
        shown = await ticks(world, world.bot.ticks.tips, timedelta(hours=3))
        reached.append(sorted(line.split(":")[0] for line in shown if "3 tin chờ, 0 khẩn" in line))
    assert reached == [["Hoa", "Minh"], ["Hoa", "Minh"], ["Hoa"], []], "the last one falls into the night"
    shown = await ticks(world, world.bot.ticks.tips, timedelta(hours=12))
    assert [line for line in shown if "tin chờ" in line] == ["Quang: 3 tin chờ, 0 khẩn. Tin lâu nhất: 1 ngày."]


async def test_at_night_an_emergency_sounds_and_the_rest_waits_for_the_morning(world: World) -> None:
    await world.officer("Minh")
    world.time += timedelta(hours=14)
    await tells(world, "Lan")
    assert await ticks(world, world.bot.ticks.tips, timedelta(hours=3)) == []
    await tells(world, "Tèo", FIRE)
    shown = await ticks(world, world.bot.ticks.tips, timedelta(minutes=5))
    assert "Minh: 2 tin chờ, 1 khẩn. Tin lâu nhất: 3 giờ." in shown


# --- questions --------------------------------------------------------------------------------------------------


async def test_a_question_nobody_answers_reaches_the_duty_desk_after_a_working_day(world: World) -> None:
    await world.officer("Nam", Role.FIRE)
    await world.officer("Minh")
    lan = world.person("Lan")
    await lan.says("/start w_00103")
    await lan.presses("Hỏi về cháy nổ")
    await lan.says("nhà tôi làm lồng sắt ban công thì có phải mở cửa thoát không?")
    await lan.presses("Hỏi cán bộ")
    await lan.presses("Gửi ngay")
    assert await ticks(world, world.bot.ticks.questions, timedelta(hours=23)) == []
    shown = await ticks(world, world.bot.ticks.questions, timedelta(hours=1))
    assert shown == ["Minh: Một câu hỏi cháy nổ đã chờ 1 ngày chưa có trả lời."]


# --- drafts -----------------------------------------------------------------------------------------------------


async def test_an_unsent_tip_is_said_to_be_unsent_once_and_is_gone_after_seven_days(world: World) -> None:
    await world.person("Lan").says(STORY)
    assert await ticks(world, world.bot.ticks.drafts, timedelta(minutes=29)) == []
    [line] = await ticks(world, world.bot.ticks.drafts, timedelta(minutes=1))
    assert "CHƯA gửi" in line
    assert await ticks(world, world.bot.ticks.drafts, timedelta(days=6)) == []
    assert await one(world, "SELECT count(*) FROM sessions WHERE draft IS NOT NULL") == (1,)
    assert await ticks(world, world.bot.ticks.drafts, timedelta(days=2)) == []
    assert await one(world, "SELECT count(*) FROM sessions WHERE draft IS NOT NULL") == (0,)


@pytest.mark.parametrize("told", [False, True], ids=["alone", "beside a tip being told"])
async def test_a_recording_that_waits_for_a_word_is_gone_after_seven_days(world: World, told: bool) -> None:
    lan = world.person("Lan")
    if told:
        await lan.says(STORY)
    await lan.sends_file("voice", b"OggS", "")
    await ticks(world, world.bot.ticks.drafts, timedelta(days=6))
    reporter = await reporters.of(world.store, lan.by)
    assert reporter is not None
    session = await sessions.of(world.store, reporter, place=lan.place)
    assert session is not None and len(session.held) == 1
    assert await ticks(world, world.bot.ticks.drafts, timedelta(days=2)) == []
    session = await sessions.of(world.store, reporter, place=lan.place)
    assert session is not None
    assert (session.held, session.flow, session.expires_at) == ((), "", None)
    await lan.says("mất xe đạp ở ngõ 12")
    assert "chưa được thêm" not in lan.newest.text


async def test_a_draft_that_cannot_be_read_keeps_no_other_from_its_reminder(world: World) -> None:
    await world.person("Lan").says(STORY)
    spoiled = "UPDATE keys SET wrapped = zeroblob(60) WHERE owner NOT IN (SELECT id FROM reporters)"
    await world.store.db.commit([Write(spoiled)])
    world.time += timedelta(minutes=10)
    await world.person("Tèo").says(STORY)
    world.time += timedelta(minutes=30)
    await world.bot.ticks.drafts()
    await world.settled()
    assert [place.chat for place, line in world.paper.news if "CHƯA gửi" in line.text] == ["Tèo"]
    told = await world.person("Lan").says(STORY)
    assert "Gửi tới Công an" in told[0][1].text, "whoever told it begins anew"


# --- campaigns --------------------------------------------------------------------------------------------------


async def a_campaign(world: World, when: str, *then: str) -> tuple[Person, Person]:
    """A campaign to one subscriber, written by Minh; Hoa has not approved it yet."""
    lan, minh = world.person("Lan"), await world.officer("Minh")
    hoa = await world.officer("Hoa", Role.CHIEF)
    await lan.says("/dangky")
    await lan.says("Tây Hồ")
    await minh.says("/thongbao")
    await minh.says("Khóa bếp trước khi ngủ.")
    await minh.says(when)
    for label in (*then, "Trình duyệt"):
        await minh.presses(label)
    return minh, hoa


SENT = "Lan: Công an phường Tây Hồ thông báo:\nKhóa bếp trước khi ngủ.\nNhắn STOP để thôi nhận."


async def test_a_campaign_goes_out_once_and_only_when_it_is_approved(world: World) -> None:
    _, hoa = await a_campaign(world, "ngay")
    assert await ticks(world, world.bot.ticks.campaigns, timedelta(minutes=1)) == []
    await hoa.presses("Duyệt")
    assert await ticks(world, world.bot.ticks.campaigns) == [SENT]
    assert await one(world, "SELECT status, sent FROM campaigns") == ("sent", 1)


async def test_a_campaign_that_cannot_be_read_holds_up_no_other(world: World) -> None:
    _, hoa = await a_campaign(world, "ngay")
    await hoa.presses("Duyệt")
    spoiled: LiteralString = (
        "INSERT INTO campaigns (id, wards, words, status, version, author, starts_at, due_at, emergency, named) "
        "VALUES ('spoiled', '*', 'x', 'approved', 1, 'a', 0, 0, 1, zeroblob(40))"
    )
    await world.store.db.commit([Write(spoiled)])
    with pytest.raises(WrongKey):
        await world.bot.ticks.campaigns()
    await world.settled()
    assert SENT in [f"{place.chat}: {one.text}" for place, one in world.paper.news]


async def test_quiet_hours_hold_a_campaign(world: World) -> None:
    _, hoa = await a_campaign(world, "22:00", "Một lần")
    await hoa.presses("Duyệt")
    assert await ticks(world, world.bot.ticks.campaigns, timedelta(hours=13)) == []
    assert await ticks(world, world.bot.ticks.campaigns, timedelta(hours=8, minutes=29)) == []
    assert await ticks(world, world.bot.ticks.campaigns, timedelta(minutes=1)) == [SENT]


async def test_a_cancelled_campaign_never_goes_out(world: World) -> None:
    minh, hoa = await a_campaign(world, "20:00", "Một lần")
    await hoa.presses("Duyệt")
    await minh.presses("Hủy đợt này")
    assert await ticks(world, world.bot.ticks.campaigns, timedelta(hours=12)) == []


async def test_a_weekly_campaign_keeps_its_day_however_long_nobody_looked(world: World) -> None:
    _, hoa = await a_campaign(world, "hằng tuần thứ bảy 8:00")
    await hoa.presses("Duyệt")
    saturday = timedelta(days=4, hours=23)
    assert await ticks(world, world.bot.ticks.campaigns, saturday) == [SENT]
    assert await ticks(world, world.bot.ticks.campaigns, timedelta(days=6)) == []
    assert await ticks(world, world.bot.ticks.campaigns, timedelta(days=1)) == [SENT]
    assert await ticks(world, world.bot.ticks.campaigns, timedelta(days=18)) == [], "a notice for a day that is past"
    assert await ticks(world, world.bot.ticks.campaigns, timedelta(days=3)) == [SENT]
    assert await one(world, "SELECT status, sent FROM campaigns") == ("approved", 3)


async def test_a_weekly_campaign_approved_late_begins_on_its_next_day(world: World) -> None:
    _, hoa = await a_campaign(world, "hằng tuần thứ bảy 8:00")
    world.time += timedelta(days=6, hours=23)
    [shown] = [one.text for place, one in await hoa.presses("Duyệt") if place == hoa.place]
    assert shown == "Đã duyệt. Bắt đầu gửi lúc 08:00 05/12/2026."
    assert await ticks(world, world.bot.ticks.campaigns) == []
    assert await ticks(world, world.bot.ticks.campaigns, timedelta(days=5)) == [SENT]


# --- the rest ---------------------------------------------------------------------------------------------------


async def test_the_sweep_forgets_what_was_heard_after_three_days(world: World) -> None:
    await world.person("Lan").says("/start")
    assert await one(world, "SELECT count(*) FROM heard") == (1,)
    assert await ticks(world, world.bot.ticks.sweep, timedelta(hours=71)) == []
    assert await one(world, "SELECT count(*) FROM heard") == (1,)
    await ticks(world, world.bot.ticks.sweep, timedelta(hours=2))
    assert await one(world, "SELECT count(*) FROM heard") == (0,)


async def test_a_ward_that_a_command_enabled_is_known_at_the_next_look(world: World) -> None:
    await world.store.db.commit([wards.enable(HONG_HA, "024 3829 1111")])
    assert [ward.code for ward in world.bot.around.wards.served()] == [TAY_HO]
    await ticks(world, world.bot.ticks.wards)
    assert {ward.code for ward in world.bot.around.wards.served()} == {TAY_HO, HONG_HA}


async def test_every_tick_is_a_job_that_is_late_rather_than_lost_or_doubled(world: World) -> None:
    async def further() -> None:
        """Another part's tick."""

    others = {name: further for name in ("updates", *EVERY) if not hasattr(Ticks, name)}
    scheduler = schedule(world.bot.ticks, others)
    scheduler.start(paused=True)
    jobs = {job.id: job for job in scheduler.get_jobs()}
    scheduler.shutdown(wait=False)
    ours = {name for name in vars(Ticks) if not name.startswith("_")} - set(Ticks.__slots__)
    assert ours <= set(EVERY)
    assert set(jobs) == {*EVERY, "updates"}
    for job in jobs.values():
        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)


async def test_a_tick_that_fails_is_logged_by_its_kind_and_looks_again(world: World) -> None:
    looks = []

    async def fails() -> None:
        looks.append(1)
        raise DatabaseUnreadable("disk")

    others = {name: fails for name in ("updates", *EVERY) if not hasattr(Ticks, name)}
    [job] = [job for job in schedule(world.bot.ticks, others).get_jobs() if job.id == "updates"]
    with capture_logs() as logged:
        await job.func()
        await job.func()
    assert len(looks) == 2
    assert [(line["event"], line["tick"], line["kind"]) for line in logged] == [
        ("tick failed", "updates", "DatabaseUnreadable")
    ] * 2
