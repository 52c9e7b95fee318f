"""Whose screens a tip's cards stay on: those of the desk that has it, and of nobody else."""

from pathlib import Path

import pytest

from bot.outgoing.render import Ready, Void
from messages.address import Address, MessageRef, Place
from messages.rendered import Text
from storage import cards, claims, officers, tips
from storage.outbox import Lane, Line
from storage.records import OfficerId, Role, TipId, Urgency
from storage.store import Store, chat_of
from storage.writes import Write
from tests.bot.owing import CHAT, NOON, WARD, a_renderer, a_reporter, a_store, a_tip, place_of
from tests.world import HONG_HA, TAY_HO, a_world

PARTED = "Tin TH-26-0001 không còn ở hàng chờ của bạn."


async def a_card(store: Store, tip: TipId, *, place: Place) -> Line:
    """The card of a tip in this chat, shown once as message m5, and owed anew since the tip changed."""
    await store.db.commit([cards.put_card(store.seal, tip, place=place, fresh="card-1")])
    await store.db.commit([*cards.shown("card-1", 1, message=MessageRef("m5")), *cards.changed(tip, NOON)])
    [line] = await claims.claim(store, NOON, lanes=list(Lane))
    return line


async def shown(store: Store, folder: Path, line: Line) -> Text:
    ready = await a_renderer(store, folder).render(line, NOON)
    assert isinstance(ready, Ready)
    assert isinstance(ready.rendered, Text)
    return ready.rendered


async def test_a_group_that_is_no_desk_of_the_ward_keeps_nothing_but_the_number(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        tip = await a_tip(store, by=await a_reporter(store), urgency=Urgency.EMERGENCY)
        group = place_of("desk", shared=True)
        await store.db.commit([officers.link_group(store.seal, group, ward=WARD, now=NOON)])
        line = await a_card(store, tip, place=group)
        assert "KHẨN CẤP" in (await shown(store, tmp_path, line)).text
        await store.db.commit([Write("DELETE FROM groups")])
        parted = await shown(store, tmp_path, line)
        assert (parted.text, parted.buttons, parted.unclaimed, parted.instead_of) == (PARTED, (), False, "m5")


async def test_an_officer_who_was_revoked_sees_no_more_changes(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        tip = await a_tip(store, by=await a_reporter(store))
        place, id_ = place_of("minh"), OfficerId("minh")
        contents = officers.Contents("Minh", Address(CHAT, "minh"), place)
        enrol = officers.enrol(store.seal, id_, contents=contents, status="active", now=NOON)
        await store.db.commit([*enrol, officers.grant(id_, ward=WARD, role=Role.OFFICER)])
        line = await a_card(store, tip, place=place)
        assert "chưa ai nhận" in (await shown(store, tmp_path, line)).text
        await store.db.commit(officers.revoke(id_, version=1))
        assert (await shown(store, tmp_path, line)).text == PARTED
        await store.db.commit([cards.unshown("card-1")])
        assert await a_renderer(store, tmp_path).render(line, NOON) == Void("missing")


@pytest.mark.parametrize("leaves", ["moved", "removed"])
async def test_what_nobody_has_claimed_in_a_group_that_is_gone_is_due_at_once(tmp_path: Path, leaves: str) -> None:
    async with a_store(tmp_path) as store:
        tip = await a_tip(store, by=await a_reporter(store))
        group, there = place_of("desk", shared=True), place_of("there", shared=True)
        await store.db.commit([officers.link_group(store.seal, group, ward=WARD, now=NOON)])
        await a_card(store, tip, place=group)
        chat = chat_of(store.seal, group)
        await store.db.commit([cards.anchor(chat, tip, message=MessageRef("m5"), now=NOON)])
        left = officers.move_group(store.seal, group, to=there)
        await store.db.commit(left if leaves == "moved" else officers.unlink_group(store.seal, group))
        assert [one.id for one in await tips.due(store, NOON)] == [tip]
        assert await store.db.fetch_all("SELECT 1 FROM cards UNION ALL SELECT 1 FROM anchors") == []
        assert await officers.group_ward(store, there) == (WARD if leaves == "moved" else None)


async def test_a_tip_whose_reporter_names_another_unit_waits_there_for_anybody(tmp_path: Path) -> None:
    async with a_world(tmp_path, served=(TAY_HO, HONG_HA)) as world:
        minh, ha = await world.officer("Minh"), await world.officer("Ha", ward=HONG_HA)
        lan = world.person("Lan")
        for words in ("mất xe đạp ở phường Tây Hồ", "gửi", "vâng"):
            await lan.says(words)
        await minh.presses("Tôi nhận")
        await lan.presses("Đổi nơi nhận")
        await lan.presses("Phường Hồng Hà, Hà Nội")
        assert "chưa ai nhận" in ha.newest.text
        await ha.presses("Tôi nhận")
        row = await world.store.db.fetch_one("SELECT status, owner, desk FROM tips")
        assert row is not None and tuple(row) == ("claimed", "officer-Ha", HONG_HA)
        assert "không còn ở hàng chờ của bạn" in "".join(shown.text for shown in minh.screen)
