"""While nothing can be written, and after: nobody is lost, whoever is in danger gets the number, operators see why."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.watch.doctor import Finding, examine
from handlers import desk
from handlers.late import LATE_AFTER
from messages.meaning.emergencies import triage
from storage.records import Role
from tests.bot_api_fake.people import Person
from tests.journeys.office import Office, an_office
from tests.journeys.steps import sends
from tests.secrecy.story import make_unwritable, make_writable

PLACED = "quán nhậu ồn ào quá giờ, phường Tây Hồ"
DANGER = "cháy nhà số 5 ngõ 52 Tô Ngọc Vân, phường Tây Hồ"
SORRY = "có lỗi phía chúng tôi"


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_what_comes_while_nothing_can_be_written_comes_again_and_operators_see_why(
    tmp_path: Path, webhook: bool
) -> None:
    async with an_office(tmp_path, webhook=webhook) as office:
        lan, hoa = office.fake.person(501), office.fake.person(502)
        lan.says("xin chào")
        await lan.chat.waits_for("Báo Tin")
        await office.settled()
        assert office.bot.readiness.reasons() == {}

        await make_unwritable(office.store)
        lan.says(PLACED)
        hoa.says(DANGER)
        danger = await hoa.chat.waits_for("GỌI 114 NGAY")
        assert not danger.buttons, "the fixed answer, without a row"
        await office.fake.until(lambda: "database" in office.bot.readiness.reasons())
        assert office.bot.readiness.reasons()["database"].startswith("SQLITE_READONLY")
        if webhook:
            assert 503 in {one.status for one in office.fake.couriers.tries}
        else:
            await office.fake.until(lambda: "telegram" in office.bot.readiness.reasons())
        assert len(office.fake.world.updates.fresh()) >= 1, "not acknowledged"

        await make_writable(office.store)
        for person in (lan, hoa):
            await person.chat.waits_for("Gửi tới Công an")
            await sends(person)
        await office.settled()
        assert office.bot.readiness.reasons() == {}
        assert await office.count("tips") == 2


async def test_what_waited_through_an_outage_is_answered_with_its_time(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        lan, hoa = office.fake.person(501), office.fake.person(502)
        await office.fake.until(lambda: any(call.method == "getUpdates" for call in office.fake.heard))
        await office.fake.stop()
        lan.says(PLACED)
        hoa.says(DANGER)
        said_at = office.clock.now().astimezone(office.settings.timezone)
        office.clock.turn_to(office.clock.now() + 4 * LATE_AFTER)
        await office.fake.start()
        answer = await lan.chat.waits_for("Gửi tới Công an phường Tây Hồ?")
        assert answer.text.startswith(f"Trả lời tin nhắn lúc {said_at:%H:%M}"), answer.text
        number = await hoa.chat.waits_for("GỌI 114 NGAY")
        assert number.text.startswith("GỌI 114 NGAY")
        lan.says("gui")
        soon = await lan.chat.waits_for("Mã tra cứu")
        assert "Trả lời tin nhắn" not in soon.text


class Poison:
    """A mistake of ours that one person's words bring out, and what else fails with it."""

    def __init__(self, broken: Person) -> None:
        self.advance = desk.advance
        self.triage = triage
        self.broken = str(broken.number)

    async def fails(self, session, said, facts):  # type: ignore[no-untyped-def]
        """As `desk.advance`, for everybody else."""
        if said.by.who == self.broken:
            raise ZeroDivisionError
        return await self.advance(session, said, facts)

    def fails_again(self, words: str) -> str | None:
        """As `triage`, for all other words."""
        if words == PLACED:
            raise ZeroDivisionError
        return self.triage(words)


async def test_a_message_that_brings_out_a_mistake_is_set_aside_with_its_number_and_answered_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_office(tmp_path) as office:
        await office.officer(900_002, "Minh", role=Role.CHIEF)
        lan, hoa = office.fake.person(501), office.fake.person(502)
        with monkeypatch.context() as broken:
            broken.setattr(desk, "advance", Poison(lan).fails)
            lan.says("chuyện lạ")
            await lan.chat.waits_for(SORRY)
            hoa.says(PLACED)
            await hoa.chat.waits_for("Gửi tới Công an")
            await office.hears_again(2)
        number = next(one.number for one in office.fake.world.updates.history if "chuyện lạ" in str(one.body))
        assert sum(SORRY in shown.text for shown in lan.chat.screen()) == 1
        assert f"telegram {number} ZeroDivisionError" in (await messages(office)).words
        lan.says(PLACED)
        await lan.chat.waits_for("Gửi tới Công an")


async def test_a_message_that_cannot_even_be_apologised_for_keeps_nobody_from_being_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_office(tmp_path) as office:
        lan = office.fake.person(501)
        with monkeypatch.context() as broken:
            poison = Poison(lan)
            broken.setattr(desk, "advance", poison.fails)
            broken.setattr("bot.incoming.intake.triage", poison.fails_again)
            lan.says(PLACED)
            await office.fake.until_heard()
        assert lan.chat.screen() == []
        assert not (await messages(office)).ok
        lan.says(PLACED)
        await lan.chat.waits_for("Gửi tới Công an")


async def messages(office: Office) -> Finding:
    """What the doctor says of messages that were set aside."""
    now = office.clock.now() + timedelta(minutes=1)
    found = await examine(office.settings, unknown=(), platforms=(), now=lambda: now)
    return next(one for one in found if one.subject == "messages")
