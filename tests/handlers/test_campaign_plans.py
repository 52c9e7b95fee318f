"""Campaigns planned: repeated and put off, from the calendar, with a photo and in English, and in an emergency."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers.campaign_effects import CorrectCampaign, DraftCampaign, MarkAnnounced, MoveCampaign, PutOffCampaign
from handlers.campaigns.announcing import announce
from handlers.campaigns.approving import discreet
from handlers.campaigns.draft import PHOTO_LONGEST
from handlers.effects import DropDraft, FetchFile, TellPlace
from messages.incoming import Photo
from messages.phrase import Phrase, phrase
from messages.starters import STARTERS, in_order
from messages.themes import THEMES
from storage.campaign_records import Audience, Campaign, Subscription
from storage.records import EVERY_WARD, MediaId, OfficerId, Role
from tests.handlers.fake_facts import (
    BA_DINH,
    CATALOGUE,
    NOW,
    TAY_HO,
    TIMEZONE,
    World,
    a_campaign,
    a_session,
    an_officer,
)
from tests.handlers.officer_driver import Chat

DUE = NOW + timedelta(days=1)


@pytest.fixture
def world() -> World:
    made = World()
    made.enlist(
        an_officer("An"),
        an_officer("Chief", Role.CHIEF),
        an_officer("Deputy", Role.CHIEF),
        an_officer("Elsewhere", Role.CHIEF, ward=BA_DINH.code),
        an_officer("Admin", Role.ADMIN, ward=EVERY_WARD),
    )
    made.subscribed = {"a": Subscription(TAY_HO.code), "b": Subscription(TAY_HO.code, themes=("scam",))}
    return made


def drafted(chat: Chat) -> Campaign:
    [effect] = chat.caused(DraftCampaign)
    return effect.campaign


@pytest.mark.parametrize(
    ("words", "choose", "repeats", "lunar", "starts_at"),
    [
        ("hằng ngày 8:00", "", "daily", "", "2026-11-25 08:00"),
        ("hằng tháng ngày 1 8:00", "", "monthly", "", "2026-12-01 08:00"),
        ("23/12 âm lịch 8:00", "o-yearly", "yearly", "23/12", "2027-01-30 08:00"),
        ("30 Tết 8:00", "o-once", "once", "", "2027-02-05 08:00"),
        ("mùng 1 hằng tháng 8:00", "", "monthly", "1", "2026-12-09 08:00"),
        ("1/12 8:00", "o-monthly", "monthly", "", "2026-12-01 08:00"),
    ],
)
async def test_it_goes_out_on_the_days_that_were_meant(  # noqa: PLR0917 -- the columns of the table
    world: World, words: str, choose: str, repeats: str, lunar: str, starts_at: str
) -> None:
    chat = Chat(world, "An")
    await chat.says("/thongbao")
    await chat.says("Khóa cửa.")
    await chat.says(words)
    if choose:
        assert ("o-weekly" in chat.buttons) == ("âm" not in words and "Tết" not in words)
        await chat.presses(choose)
    await chat.presses("o-send")
    campaign = drafted(chat)
    assert (campaign.repeats, campaign.lunar) == (repeats, lunar)
    assert campaign.starts_at == datetime.fromisoformat(starts_at).replace(tzinfo=TIMEZONE)


@pytest.mark.parametrize(
    ("repeats", "late", "due_at"),
    [
        ("once", timedelta(hours=2), NOW),
        ("weekly", timedelta(hours=2), NOW + timedelta(days=7, hours=-2)),
        ("daily", timedelta(days=3, hours=2), NOW + timedelta(hours=22)),
        ("weekly", timedelta(hours=-2), NOW + timedelta(hours=2)),
    ],
)
async def test_what_is_approved_late_goes_out_now_if_once_and_else_the_next_time(
    world: World, repeats: str, late: timedelta, due_at: datetime
) -> None:
    campaign = a_campaign(repeats=repeats, starts_at=NOW - late)
    world.all_campaigns = {campaign.id: campaign}
    chat = Chat(world, "Chief")
    await chat.presses("approve:c1")
    assert [moved.due_at for moved in chat.caused(MoveCampaign)] == [due_at]


# --- announced and put off --------------------------------------------------------------------------------------


def repeated(**more: object) -> Campaign:
    campaign = a_campaign(status="approved", repeats="weekly", starts_at=DUE, due_at=DUE, approved_by="Chief")
    return replace(campaign, **more)  # type: ignore[arg-type]


async def test_every_chief_of_all_its_wards_hears_of_a_repetition_and_it_is_noted(world: World) -> None:
    effects = await announce(repeated(), world.facts(a_session("clock")))
    assert effects[0] == MarkAnnounced(repeated().id, repeated().version, DUE)
    told = [effect for effect in effects if isinstance(effect, TellPlace)]
    assert {one.place.chat for one in told} == {"Chief", "Deputy"}
    assert told[0].say.choices[0].label == Phrase("choice-o-put-off")


async def button(world: World) -> str:
    effects = await announce(repeated(), world.facts(a_session("clock")))
    told = effects[1]
    assert isinstance(told, TellPlace)
    return told.say.choices[0].key


@pytest.mark.parametrize(
    ("who", "changed", "is_put_off"),
    [
        ("Chief", {}, True),
        ("Deputy", {}, True),
        ("An", {}, False),
        ("Elsewhere", {}, False),
        ("Chief", {"due_at": DUE + timedelta(weeks=1)}, False),
        ("Chief", {"status": "sending"}, False),
        ("Chief", {"status": "cancelled"}, False),
        ("Chief", {"due_at": None}, False),
    ],
)
async def test_a_chief_puts_off_the_time_that_was_announced_and_no_other(
    world: World, who: str, changed: dict[str, object], *, is_put_off: bool
) -> None:
    campaign = repeated(**changed)
    world.all_campaigns = {campaign.id: campaign}
    chat = Chat(world, who)
    await chat.presses(await button(world))
    later = PutOffCampaign(campaign.id, campaign.version, DUE, DUE + timedelta(weeks=1), OfficerId(who))
    assert chat.caused(PutOffCampaign) == ([later] if is_put_off else [])
    assert [told.place.chat for told in chat.caused(TellPlace)] == (["An"] if is_put_off else [])


@pytest.mark.parametrize("forged", ["skip:c1", "skip:c1_", "skip:c1_99999999999", "skip:_1", "skip:c1_x"])
async def test_a_forged_button_puts_off_nothing(world: World, forged: str) -> None:
    world.all_campaigns = {repeated().id: repeated()}
    chat = Chat(world, "Chief")
    assert await chat.presses(forged)
    assert chat.effects == ()


# --- the starter calendar ---------------------------------------------------------------------------------------


def test_every_starter_has_a_day_a_theme_and_words_for_a_photos_caption_in_both_languages() -> None:
    ordered = in_order(NOW, timezone=TIMEZONE)
    assert {one.name for _, one in ordered} == {one.name for one in STARTERS}
    assert [at for at, _ in ordered] == sorted(at for at, _ in ordered)
    for at, starter in ordered:
        assert NOW < at < NOW + timedelta(days=385)
        assert starter.theme in THEMES
        for language in ("vi", "en"):
            for key in (f"starter-{starter.name}", f"starter-{starter.name}-words"):
                words = CATALOGUE.words(Phrase(key), language)
                assert key not in words
                assert len(words) <= PHOTO_LONGEST


async def test_a_starter_becomes_a_draft_in_both_languages_and_every_part_is_still_open(world: World) -> None:
    chat = Chat(world, "An")
    await chat.says("/thongbao")
    await chat.presses("o-starters")
    assert chat.buttons[:2] == ["st-gender-violence", "st-sales-days"]
    await chat.presses("st-sales-days")
    assert {"o-edit-words", "o-edit-english", "o-edit-photo", "o-edit-audience", "o-edit-when"} <= set(chat.buttons)
    await chat.presses("o-send")
    campaign = drafted(chat)
    assert (campaign.theme, campaign.starts_at) == ("scam", datetime(2026, 12, 12, 9, 0, tzinfo=TIMEZONE))
    assert "OTP" in campaign.words
    assert "one-time code" in campaign.english
    assert campaign.audience == 2


# --- English and photo ------------------------------------------------------------------------------------------


async def test_a_photo_is_fetched_under_the_drafts_key_and_the_key_stays_with_the_campaign(world: World) -> None:
    chat = Chat(world, "An")
    await chat.says("/thongbao")
    await chat.hears(Photo("file-1", "Khóa cửa khi đi chợ.", 1000))
    [fetch] = chat.caused(FetchFile)
    assert fetch.tip == chat.session.draft_id
    await chat.presses("o-now")
    await chat.presses("o-send")
    [effect] = chat.caused(DraftCampaign)
    assert (effect.campaign.photo, effect.photo_of) == (fetch.media, fetch.tip)
    assert chat.caused(DropDraft) == []
    assert all(told.say.photo == fetch.media for told in chat.caused(TellPlace))


async def test_a_photo_that_is_dropped_again_goes_with_its_draft(world: World) -> None:
    chat = Chat(world, "An")
    await chat.says("/thongbao")
    await chat.hears(Photo("file-1", "Khóa cửa khi đi chợ."))
    await chat.presses("o-now")
    await chat.presses("o-edit-photo")
    draft_id = chat.session.draft_id
    await chat.presses("o-no-photo")
    await chat.presses("o-send")
    assert drafted(chat).photo is None
    assert chat.caused(DropDraft) == [DropDraft(draft_id)]


async def test_a_text_too_long_for_a_caption_is_asked_for_again(world: World) -> None:
    chat = Chat(world, "An")
    await chat.says("/thongbao")
    await chat.says("Khóa cửa. " * 100)
    await chat.presses("o-now")
    await chat.presses("o-edit-photo")
    assert f"{PHOTO_LONGEST}" in await chat.hears(Photo("file-1"))
    assert "Người dân sẽ nhận" in await chat.says("Khóa cửa.")


async def test_an_edit_says_what_changed_and_leaves_the_rest(world: World) -> None:
    campaign = a_campaign(english="Lock up.", photo=MediaId("m1"))
    world.all_campaigns = {campaign.id: campaign}
    chat = Chat(world, "An")
    await chat.presses("edit:c1")
    await chat.says("Khóa cả cổng.")
    await chat.presses("o-edit-english")
    await chat.says("Lock the gate.")
    await chat.presses("o-edit-photo")
    await chat.presses("o-no-photo")
    await chat.presses("o-send")
    [moved] = chat.caused(MoveCampaign)
    assert (moved.words, moved.english, moved.photo, moved.photo_of) == ("Khóa cả cổng.", "Lock the gate.", "", "")


async def test_a_correction_in_both_languages_of_a_repeated_one_says_which_messages_it_mends(world: World) -> None:
    campaign = repeated(began_at=NOW, english="Lock up.")
    world.all_campaigns = {campaign.id: campaign}
    chat = Chat(world, "Chief")
    await chat.presses("correct:c1")
    await chat.says("Khóa cả cổng.")
    assert "o-edit-photo" not in chat.buttons
    await chat.presses("o-edit-english")
    await chat.says("Lock the gate.")
    assert "lần gửi gần nhất" in await chat.presses("o-send")
    [corrected] = chat.caused(CorrectCampaign)
    assert (corrected.words, corrected.english) == ("Khóa cả cổng.", "Lock the gate.")


# --- an emergency -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "may"), [("An", False), ("Chief", True), ("Admin", False)])
async def test_an_emergency_notice_is_a_chiefs_and_nobody_elses(world: World, who: str, *, may: bool) -> None:
    chat = Chat(world, who)
    await chat.says("/thongbao")
    assert ("o-emergency" in chat.buttons) == may
    shown = await chat.presses("o-emergency")
    assert ("Báo khẩn: gửi ngay" in shown) == may


async def test_it_goes_out_without_a_second_chief_who_is_told_as_the_admins_are(world: World) -> None:
    world.now = NOW.replace(hour=16)
    chat = Chat(world, "Chief")
    await chat.says("/thongbao")
    await chat.presses("o-emergency")
    preview = await chat.says("Rời nhà ngay, lên nơi cao.")
    assert "BÁO KHẨN" in preview
    assert "o-edit-when" not in chat.buttons
    await chat.presses("o-edit-audience")
    assert not any(key.startswith(("theme-", "o-only-")) for key in chat.buttons)
    await chat.presses("o-done")
    await chat.presses("o-send")
    campaign = drafted(chat)
    assert (campaign.status, campaign.approved_by, campaign.due_at) == ("approved", "Chief", world.now)
    assert campaign.emergency
    told = chat.caused(TellPlace)
    assert {one.place.chat for one in told} == {"Deputy", "Admin"}
    assert all(one.say.urgent for one in told)


def test_audiences_that_differ_by_one_neighbourhood_do_not_tell_how_few_live_there() -> None:
    narrow, whole = Audience((TAY_HO.code,), neighbourhoods=("tổ 5",)), Audience((TAY_HO.code,))
    assert discreet(42, narrow) == discreet(41, narrow) == phrase("campaign-about", count=40)
    assert discreet(9, narrow) == discreet(1, narrow) == phrase("campaign-few", few=10)
    assert discreet(0, narrow) == 0
    assert discreet(42, whole) == 42


# --- approved after its day -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("late", "lasts"), [(timedelta(hours=2), timedelta(hours=12)), (timedelta(), None), (timedelta(days=1), None)]
)
async def test_what_is_meant_for_one_day_ends_with_it_however_late_it_is_approved(
    world: World, late: timedelta, lasts: timedelta | None
) -> None:
    campaign = a_campaign(starts_at=NOW, lasts=timedelta(hours=14))  # from ten in the morning until midnight
    world.all_campaigns = {campaign.id: campaign}
    world.now = NOW + late
    chat = Chat(world, "Chief")
    answer = await chat.presses("approve:c1")
    if late >= timedelta(days=1):
        assert chat.caused(MoveCampaign) == []
        assert "chỉ có giá trị đến 00:00 25/11/2026" in answer
    else:
        [moved] = chat.caused(MoveCampaign)
        assert (moved.due_at, moved.lasts) == (world.now, lasts)


async def test_what_is_worth_sending_for_a_day_from_its_start_may_be_approved_days_later(world: World) -> None:
    campaign = a_campaign(starts_at=NOW - timedelta(days=3))
    world.all_campaigns = {campaign.id: campaign}
    chat = Chat(world, "Chief")
    await chat.presses("approve:c1")
    assert [(moved.due_at, moved.lasts) for moved in chat.caused(MoveCampaign)] == [(NOW, None)]
