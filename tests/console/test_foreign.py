"""Whoever has no part in a tip, at the console: whatever address or form they forge, nothing is there."""

from pathlib import Path

from handlers.officers.forms import DECIDES
from handlers.officers.matters import TIP_VERBS
from handlers.officers.review import AT_ONCE
from storage.records import Role, Status
from tests.console.desk import Browser, a_desk
from tests.console.test_deciding import a_tip, as_it_stands
from tests.secrecy import story
from tests.world import HONG_HA, TAY_HO

NO_SUCH = "0123456789abcdef"
VERBS = (*AT_ONCE, *DECIDES, "contact", "erase", "files")


async def tries(browser: Browser, tip: str, media: str) -> list[tuple[int, str]]:
    """Every address and form there is about a tip, and what came of each."""
    token = (await browser.opens("/menu")).form("/sign-out").fields["token"]
    filled = {"words": "x y z", "outcome": "handled", "body": "ward", "to": "officer-lan", "ward": HONG_HA}
    found = []
    for path in ("", "/files", f"/file/{media}", "/history"):
        page = await browser.opens(f"/tip/{tip}{path}")
        found.append((page.status, page.words))
    for verb in VERBS:
        page = await browser.posts(f"/tip/{tip}/{verb}", token=token, once=f"{verb} {tip}", **filled)
        found.append((page.status, page.words))
    for verb in sorted(TIP_VERBS):
        page = await browser.posts("/press", token=token, once=f"press {verb} {tip}", key=f"{verb}:{tip}")
        found.append((page.status, page.words))
    page = await browser.posts("/press", token=token, once=f"file {tip}", key=f"file:{tip}_{media}")
    return [*found, (page.status, page.words)]


async def test_another_ward_s_chief_finds_at_a_tip_s_addresses_what_is_at_those_of_none(tmp_path: Path) -> None:
    async with a_desk(tmp_path, served=(TAY_HO, HONG_HA)) as desk:
        lan, foreign = await desk.officer("lan"), await desk.officer("hoa", Role.CHIEF, ward=HONG_HA)
        id_, _ = await a_tip(desk)
        tip = await as_it_stands(desk, id_)
        [media] = [str(entry.media) for entry in tip.entries if entry.media]
        assert story.STORY in (await lan.opens(f"/tip/{tip.id}")).html
        assert (await lan.opens(f"/tip/{tip.id}/file/{media}")).status == 200
        seen = await desk.rows("events")
        assert await tries(foreign, tip.id, media) == await tries(foreign, NO_SUCH, media)
        assert await desk.rows("events") == seen, "nothing was done to it, and nothing was viewed"
        assert await as_it_stands(desk, id_) == tip


async def test_a_tip_is_handed_over_to_nobody_who_may_not_have_it(tmp_path: Path) -> None:
    async with a_desk(tmp_path, served=(TAY_HO, HONG_HA)) as desk:
        lan = await desk.officer("lan")
        for name, role in (("xa", Role.CHIEF), ("soat", Role.AUDITOR), ("quan", Role.ADMIN), ("lua", Role.FIRE)):
            await desk.world.officer(name, role, ward=HONG_HA if role is Role.CHIEF else TAY_HO)
        id_, _ = await a_tip(desk)
        await lan.opens(f"/tip/{id_}")
        await lan.sends(f"/tip/{id_}/claim")
        token = lan.page.form("/sign-out").fields["token"]
        for name in ("xa", "soat", "quan", "lua", "nobody"):
            page = await lan.posts(f"/tip/{id_}/to", token=token, once=name, to=f"officer-{name}")
            assert page.status == 409
        tip = await as_it_stands(desk, id_)
        assert (tip.status, tip.owner) == (Status.CLAIMED, "officer-lan")
