"""The doctor: what is well, what is not, and how to mend it; nothing changed, no secret shown."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.channel import Refused, TryLater
from bot.commands.messengers import platforms
from bot.opening import open_store
from bot.settings import Listening, Settings, read_settings
from bot.watch.doctor import (
    Finding,
    Platform,
    examine,
    look_at_clock,
    look_at_platform,
    look_at_port,
    look_at_public_address,
    look_beside,
)
from messages.address import Address, ChannelName, Place
from storage import backup, key_file, officers, wards
from storage.officers import Contents
from storage.records import EVERY_WARD, OfficerId, Role, WardCode
from storage.store import Store
from tests.bot_api_fake.server import BotApiFake
from tests.ports import a_port

TAY_HO = WardCode("00103")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with a_port() as port:
        yield read_settings(_env_file=None, data=tmp_path / "data", web_port=port, health=None, console=None)


@pytest.fixture
async def fake() -> AsyncIterator[BotApiFake]:
    async with BotApiFake() as fake:
        yield fake


async def checked(settings: Settings, *platforms: Platform, unknown: tuple[str, ...] = ()) -> list[Finding]:
    return await examine(settings, unknown=unknown, platforms=platforms, now=lambda: datetime.now(UTC))


def problems(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.subject, one.mend) for one in found if not one.ok]


async def install(settings: Settings) -> None:
    async with open_store(settings, tell=lambda _: None) as store:
        await store.db.commit([wards.enable(TAY_HO, "024 3829 0000")])
        await enrol(store, "chief", ward=TAY_HO, role=Role.CHIEF)


async def enrol(store: Store, id: str, *, ward: WardCode, role: Role, status: str = "active") -> None:
    web = ChannelName("web")
    contents = Contents(f"Name of {id}", Address(web, id), Place(web, id))
    act = officers.enrol(store.seal, OfficerId(id), contents=contents, status=status, now=NOW)
    await store.db.commit([*act, officers.grant(OfficerId(id), ward=ward, role=role)])


async def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(settings: Settings) -> None:
    found = await checked(settings)
    assert problems(found) == []
    assert not settings.data.exists()
    assert {one.subject for one in found} == {
        "settings", "data folder", "key file", "database", "messengers", "clock", "web pages",
    }  # fmt: skip


async def test_a_good_installation_has_no_problem_and_shows_no_secret(settings: Settings, fake: BotApiFake) -> None:
    await install(settings)
    told = read_settings(
        _env_file=None,
        data=settings.data,
        web_port=settings.web_port,
        health=None,
        console=None,
        telegram_token=fake.token,
        telegram_api=fake.base_url.removesuffix("/bot"),
    )
    before = {path.name: path.read_bytes() for path in settings.data.iterdir()}
    found = await checked(told, *platforms(told))
    assert problems(found) == []
    words = "\n".join(f"{one.subject}: {one.words}" for one in found)
    assert "Telegram: answers; we are @bao_tin_test_bot" in words
    assert "1 chiefs, 0 officers" in words
    assert "agrees with Telegram" in words
    assert fake.token not in words
    assert key_file.read_key(settings.key_path).hex() not in words
    assert "Name of chief" not in words
    assert {path.name: path.read_bytes() for path in settings.data.iterdir() if path.suffix != ".db"} == {
        name: text for name, text in before.items() if not name.endswith(".db")
    }


async def test_misspelled_settings_are_a_problem(settings: Settings) -> None:
    found = await checked(settings, unknown=("BAOTIN_WEBPORT is not a setting",))
    assert [subject for subject, _ in problems(found)] == ["settings"]


async def test_a_ward_without_a_chief_is_a_problem_and_so_is_one_without_a_phone(settings: Settings) -> None:
    async with open_store(settings, tell=lambda _: None) as store:
        await store.db.commit([wards.enable(TAY_HO), wards.enable(WardCode("00004"), "113")])
        await enrol(store, "one", ward=TAY_HO, role=Role.CHIEF)
        await enrol(store, "waiting", ward=WardCode("00004"), role=Role.CHIEF, status="pending")
    found = [one for one in await checked(settings) if one.subject == "ward"]
    assert [one.mend for one in found] == [
        "let the chief open the invite, or make a new one: baotin officer invite --ward 00004 --role chief",
        "baotin ward enable 00103 --phone PHONE",
    ]
    assert "reach nobody" in found[0].words
    async with open_store(settings) as store:
        await enrol(store, "root", ward=EVERY_WARD, role=Role.ADMIN)
    found = [one for one in await checked(settings) if one.subject == "ward"]
    assert "reach nobody" not in found[0].words


async def test_an_installation_that_serves_no_ward_is_told_how(settings: Settings) -> None:
    async with open_store(settings, tell=lambda _: None):
        pass
    assert problems(await checked(settings)) == [("wards", "baotin ward enable CODE --phone PHONE")]


async def test_a_missing_an_open_and_a_foreign_key_are_each_a_problem(settings: Settings) -> None:
    await install(settings)
    settings.key_path.chmod(0o640)
    assert ("key file", f"others may read the key file; mend with: chmod 600 {settings.key_path}") in problems(
        await checked(settings)
    )
    settings.key_path.unlink()
    (missing,) = problems(await checked(settings))
    assert missing[0] == "key file"
    assert "bring it back" in missing[1]
    key_file.make_key(settings.key_path)
    (foreign,) = problems(await checked(settings))
    assert "is not the key of" in foreign[1]


async def test_an_open_data_folder_and_a_file_in_its_place_are_problems(settings: Settings, tmp_path: Path) -> None:
    await install(settings)
    settings.data.chmod(0o755)
    assert problems(await checked(settings)) == [("data folder", f"chmod 700 {settings.data}")]
    (tmp_path / "file").write_text("")
    found = await checked(read_settings(_env_file=None, data=tmp_path / "file", web_port=0, health=None, console=None))
    assert problems(found)[0][0] == "data folder"


async def test_an_unmigrated_and_a_ruined_database_are_problems(settings: Settings) -> None:
    settings.data.mkdir(mode=0o700)
    settings.database_path.touch()
    assert ("database", "baotin migrate (`baotin run` does so, too)") in problems(await checked(settings))
    settings.database_path.write_bytes(b"no database at all, whatever its name may say" * 100)
    assert "database" in {subject for subject, _ in problems(await checked(settings))}


async def test_a_platform_that_is_away_and_one_that_refuses_us_are_told_apart() -> None:
    async def away() -> str:
        raise TryLater

    async def refuses() -> str:
        raise Refused("no bot has this token")

    found = [await look_at_platform(Platform("X", "http://x", "BAOTIN_X", greet)) for greet in (away, refuses)]
    assert [one.words for one in found] == ["no answer from http://x", "does not know the token"]
    assert "BAOTIN_X" in found[1].mend


async def test_a_token_nobody_knows_is_a_problem(settings: Settings, fake: BotApiFake) -> None:
    token = "7100200300:another-token-nobody-knows"
    told = settings.model_copy(update={"telegram_api": fake.base_url.removesuffix("/bot")})
    (platform,) = platforms(read_settings(_env_file=None, telegram_token=token, telegram_api=told.telegram_api))
    found = await look_at_platform(platform)
    assert found.mend == "copy it again into BAOTIN_TELEGRAM_TOKEN"
    assert token not in f"{found}"


@pytest.mark.parametrize(("off", "ok"), [(0, True), (50, True), (-50, True), (120, False), (-120, False)])
async def test_the_clock_is_compared_with_the_platforms(
    off: int, ok: bool, settings: Settings, fake: BotApiFake
) -> None:
    async def greet() -> str:
        return ""

    platform = Platform("X", fake.base_url, "BAOTIN_X", greet)
    found = await look_at_clock(settings, [platform], now=lambda: datetime.now(UTC) + timedelta(seconds=off))
    assert found.ok is ok
    assert "X" in found.words


async def test_without_a_platform_the_clock_is_compared_with_the_disks(settings: Settings) -> None:
    assert (await look_at_clock(settings, [], now=lambda: datetime.now(UTC))).ok
    ahead = await look_at_clock(settings, [], now=lambda: datetime.now(UTC) + timedelta(hours=1))
    assert "seconds apart from the disk" in ahead.words
    old = await look_at_clock(settings, [], now=lambda: datetime(2000, 1, 1, tzinfo=UTC))
    assert old.words == "2000-01-01 is long ago"


async def test_a_port_that_somebody_else_has_is_a_problem(settings: Settings) -> None:
    assert (await look_at_port(settings)).ok

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", settings.web_port):
        found = await look_at_port(settings)
    assert found.mend == "set BAOTIN_WEB_PORT or BAOTIN_WEB_HOST"
    assert "address already in use" in found.words


async def test_a_port_beside_the_web_pages_that_somebody_else_has_is_a_problem(settings: Settings) -> None:
    told = settings.model_copy(update={"console": Listening("127.0.0.1", 0), "health": None})
    assert [(one.subject, one.ok) for one in await look_beside(told)] == [("console", True)]
    async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0) as other:
        told = told.model_copy(update={"console": Listening("127.0.0.1", other.sockets[0].getsockname()[1])})
        (found,) = await look_beside(told)
    assert found.mend == "set BAOTIN_CONSOLE to another address and port, or 0"


async def test_a_backup_is_asked_for_once_there_are_tips_and_again_when_it_is_old(settings: Settings) -> None:
    await install(settings)
    assert "backup" not in dict(problems(await checked(settings)))
    async with open_store(settings, tell=lambda _: None) as store:
        await store.db.commit([backup.note(datetime.now(UTC) - timedelta(hours=30))])
    assert "backup" not in dict(problems(await checked(settings)))
    async with open_store(settings, tell=lambda _: None) as store:
        await store.db.commit([backup.note(datetime.now(UTC) - timedelta(hours=49))])
    assert dict(problems(await checked(settings)))["backup"] == "baotin backup PATH, every day"


async def test_the_public_address_must_end_at_us(settings: Settings, fake: BotApiFake) -> None:
    nowhere = await look_at_public_address(f"http://127.0.0.1:{settings.web_port}")
    assert "look at the name, the proxy" in nowhere.mend
    other = await look_at_public_address(fake.url)
    assert other.mend == "let the proxy pass everything to us"
