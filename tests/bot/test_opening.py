"""Opening an installation: the first time, again, and when something is in the way."""

from pathlib import Path

import pytest

from bot.opening import explain, open_store
from bot.settings import Settings, WrongSettings, read_settings
from storage import installation, key_file, wards
from storage.database import Database
from storage.errors import (
    DatabaseLocked,
    DatabaseUnreadable,
    DatabaseUnwritable,
    KeyExposed,
    KeyMissing,
    NewerSchema,
    StorageError,
    WrongKey,
)
from storage.migrate import migrate
from storage.run_lock import run_lock
from storage.seal import Where

CELL = Where("t", "r", "c")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings(_env_file=None, data=tmp_path / "data")


async def opened(settings: Settings, **how: bool) -> list[str]:
    notices: list[str] = []
    async with open_store(settings, tell=notices.append, **how):
        pass
    return notices


async def test_the_first_start_makes_everything_and_says_where_the_key_is(settings: Settings) -> None:
    notices: list[str] = []
    async with open_store(settings, exclusive=True, tell=notices.append) as store:
        assert len(await wards.all_wards(store)) == 3321
        assert await wards.served(store) == []
        sealed = store.seal.purpose_key("web").seal(b"x", CELL)
        with pytest.raises(DatabaseLocked):
            await opened(settings, exclusive=True)
    (notice,) = notices
    assert str(settings.key_path) in notice
    assert "apart from the" in notice
    assert settings.data.stat().st_mode & 0o077 == 0
    assert settings.key_path.stat().st_mode & 0o077 == 0
    assert key_file.read_key(settings.key_path).hex() not in notice
    async with open_store(settings, exclusive=True, tell=notices.append) as again:
        assert again.seal.purpose_key("web").open(sealed, CELL) == b"x"
    assert len(notices) == 1


async def test_a_command_opens_beside_a_run(settings: Settings) -> None:
    async with open_store(settings, exclusive=True, tell=lambda _: None) as running:
        async with open_store(settings, tell=lambda _: None) as beside:
            await beside.db.commit([wards.enable((await wards.all_wards(beside))[0].code)])
        assert len(await wards.served(running)) == 1


async def test_two_first_starts_at_once_do_not_make_two_keys(settings: Settings) -> None:
    settings.data.mkdir()
    with run_lock(settings.data), pytest.raises(DatabaseLocked):
        await opened(settings)
    assert not settings.key_path.exists()


async def test_a_start_that_was_killed_after_the_key_goes_on_with_it(settings: Settings) -> None:
    settings.data.mkdir()
    migrate(settings.database_path)
    master = key_file.make_key(settings.key_path)
    assert await opened(settings) == []
    async with await Database.open(settings.database_path) as db:
        assert await installation.fingerprint(db) == key_file.fingerprint(master)


async def test_a_database_without_its_key_does_not_open_and_no_key_is_made(settings: Settings) -> None:
    await opened(settings)
    settings.key_path.unlink()
    with pytest.raises(KeyMissing) as raised:
        await opened(settings)
    assert not settings.key_path.exists()
    assert str(settings.key_path) in explain(raised.value, settings)


async def test_another_key_does_not_open_it(settings: Settings) -> None:
    await opened(settings)
    settings.key_path.unlink()
    key_file.make_key(settings.key_path)
    with pytest.raises(WrongKey) as raised:
        await opened(settings)
    assert "is not the key of" in explain(raised.value, settings)


async def test_a_key_that_others_may_read_is_refused_with_the_command_that_mends_it(settings: Settings) -> None:
    await opened(settings)
    settings.key_path.chmod(0o644)
    with pytest.raises(KeyExposed) as raised:
        await opened(settings)
    assert f"chmod 600 {settings.key_path}" in explain(raised.value, settings)


async def test_a_file_that_is_no_database_and_one_of_a_newer_version_are_told_apart(settings: Settings) -> None:
    await opened(settings)
    assert "newer version" in explain(NewerSchema(9, 1), settings)
    for beside in ("-wal", "-shm"):  # where they were left, SQLite says something else
        settings.database_path.with_name(settings.database_path.name + beside).unlink(missing_ok=True)
    settings.database_path.write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(DatabaseUnreadable) as raised:
        await opened(settings)
    assert "cannot be opened (SQLITE_NOTADB)" in explain(raised.value, settings)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (DatabaseUnreadable("SQLITE_CANTOPEN"), "may not be written by this account"),
        (DatabaseUnwritable("SQLITE_READONLY"), "may not be written by this account"),
        (DatabaseUnreadable("SQLITE_FULL"), "the disk is full: make room where"),
        (DatabaseUnwritable("SQLITE_FULL"), "is the disk full?"),
        (DatabaseUnreadable("SQLITE_CORRUPT"), "is the disk sound?"),
        (DatabaseUnwritable("SQLITE_BUSY"), "try again in a moment"),
    ],
)
def test_what_hinders_the_database_is_told_with_what_to_look_at(
    settings: Settings, error: StorageError, told: str
) -> None:
    assert told in explain(error, settings)


async def test_the_wards_of_the_settings_are_served_and_those_of_commands_stay(settings: Settings) -> None:
    async with open_store(settings, tell=lambda _: None) as store:
        await store.db.commit([wards.enable((await wards.all_wards(store))[0].code, "1")])
    told = settings.model_copy(update={"wards": ("00103",)})
    async with open_store(told, tell=lambda _: None) as store:
        assert [(ward.code, ward.phone) for ward in await wards.served(store)] == [("00004", "1"), ("00103", "")]


async def test_a_ward_of_the_settings_that_does_not_exist_is_a_clear_error(settings: Settings) -> None:
    with pytest.raises(WrongSettings, match="BAOTIN_WARDS: there is no ward 99999"):
        await opened(settings.model_copy(update={"wards": ("99999",)}))


async def test_a_key_file_may_lie_elsewhere_but_its_folder_is_not_made(settings: Settings, tmp_path: Path) -> None:
    elsewhere = settings.model_copy(update={"key_file": tmp_path / "stick" / "baotin.key"})
    with pytest.raises(FileNotFoundError, match="the key file's folder is not there"):
        await opened(elsewhere)
    (tmp_path / "stick").mkdir()
    (notice,) = await opened(elsewhere)
    assert str(elsewhere.key_file) in notice
    assert not (settings.data / "baotin.key").exists()


async def test_a_folder_that_was_there_keeps_its_rights(settings: Settings) -> None:
    settings.data.mkdir()
    settings.data.chmod(0o755)  # whatever the umask
    await opened(settings)
    assert settings.data.stat().st_mode & 0o777 == 0o755
