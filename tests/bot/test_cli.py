"""What an operator types, what comes back, and the exit code: 0 done, 1 failed, 2 wrong use."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest
import typer.main
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.commands.ending import plainly
from bot.opening import open_store
from bot.settings import read_settings
from messages.address import Address, ChannelName, Place
from storage import officers, wards
from storage.officers import Contents
from storage.records import EVERY_WARD, OfficerId, Role, WardCode
from storage.store import Store
from tests.bot_api_fake.server import BotApiFake
from tests.check import ROOT
from tests.installed import install
from tests.ports import a_port

TAY_HO = WardCode("00103")
GROUPS = {(), ("officer",), ("ward",), ("outbox",), ("topics",)}
"""What only holds commands."""
CODE = re.compile(r"^Code: +([0-9a-z]{16})$", re.MULTILINE)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test works in a folder of its own, where `data` is made."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
async def store(folder: Path) -> AsyncIterator[Store]:
    install(folder / "data")
    async with open_store(read_settings(), tell=lambda _: None) as store:
        yield store


def baotin(*words: str) -> Result:
    """Run a command in this process; whatever it raises unforeseen is raised here."""
    return CliRunner().invoke(app, list(words), prog_name="baotin", catch_exceptions=False)


async def beside(*words: str) -> Result:
    """Run a command beside a test's own event loop."""
    return await asyncio.to_thread(baotin, *words)


def done(*words: str) -> str:
    result = baotin(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def commands(command: object = None, typed: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    command = typer.main.get_command(app) if command is None else command
    yield typed
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, (*typed, name))


def test_all_commands_are_there() -> None:
    assert {" ".join(typed) for typed in commands()} == {
        "", "run", "demo", "check", "migrate", "officer", "officer invite", "officer list", "officer revoke",
        "officer sign-in",
        "ward", "ward list", "ward enable", "ward disable", "ward import",
        "ward import-boundaries", "ward find",
        "outbox", "outbox list", "outbox retry", "outbox drop",
        "setup", "qr", "erase", "backup", "restore",
        "ask", "category", "topics", "topics review", "triage",
    }  # fmt: skip


@pytest.mark.parametrize("typed", [typed for typed in commands() if typed not in GROUPS])
def test_every_command_shows_an_example_of_itself(typed: tuple[str, ...]) -> None:
    words = done(*typed, "--help")
    assert re.search(rf"Example:\n(.* )?  ?.*baotin {' '.join(typed)}", words)
    assert not Path("data").exists()


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("run", "--fast"),
        ("officer", "invite"),
        ("officer", "invite", "--role", "king"),
        ("officer", "invite", "--role", "chief"),
        ("officer", "invite", "--role", "chief", "--ward", "*"),
        ("officer", "invite", "--role", "chief", "--ward", "99999"),
        ("officer", "invite", "--role", "admin", "--ward", "00103"),
        ("officer", "invite", "--role", "admin", "--days", "0"),
        ("officer", "revoke", "abcdefgh"),
        ("officer", "revoke", ""),
        ("officer", "sign-in", "abcdefgh"),
        ("ward", "enable", "99999"),
        ("ward", "disable", "99999"),
        ("ward", "enable", "00103", "--office", "x" * 201),
        ("ward", "import", "nowhere.csv"),
    ],
)
def test_wrong_use_ends_with_2_and_says_why_on_stderr(words: tuple[str, ...]) -> None:
    result = baotin(*words)
    assert result.exit_code == 2
    assert result.stderr or not words
    assert "Traceback" not in result.output


def test_a_wrong_setting_ends_with_2_and_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOTIN_WEB_PORT", "high")
    for words in (("run",), ("migrate",), ("ward", "list")):
        result = baotin(*words)
        assert (result.exit_code, result.stderr) == (2, "baotin: BAOTIN_WEB_PORT: must be a whole number\n")
    result = baotin("check")
    assert result.exit_code == 1
    assert "problem  settings: BAOTIN_WEB_PORT: must be a whole number" in result.stdout


def test_what_is_no_setting_is_said_and_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOTIN_WARD", "00103")
    result = baotin("migrate")
    assert result.exit_code == 0
    assert "warning: BAOTIN_WARD is not a setting; is BAOTIN_WARDS meant?" in result.stderr
    assert baotin("check").exit_code == 1


def test_migrate_makes_the_database_and_then_finds_nothing_to_do() -> None:
    assert done("migrate").startswith("applied 0001 first\n")
    assert done("migrate") == "nothing to do: the database is up to date\n"


def test_the_first_command_says_where_the_key_is() -> None:
    first, second = baotin("ward", "enable", "00103"), baotin("ward", "enable", "00103")
    assert f"A master key was made: {Path('data/baotin.key').resolve()}" in first.stderr
    assert second.stderr == ""


def test_a_database_without_its_key_ends_with_1_and_one_line() -> None:
    done("ward", "enable", "00103")
    Path("data/baotin.key").unlink()
    result = baotin("officer", "list")
    assert result.exit_code == 1
    assert re.fullmatch(r"baotin: the key file data/baotin\.key is missing .*\n", result.stderr)
    assert not Path("data/baotin.key").exists()


def test_wards_are_found_enabled_listed_and_disabled() -> None:
    assert done("ward", "list", "--find", "phuong tay ho").startswith("00103  Tây Hồ Ward, Hà Nội\n")
    assert len(done("ward", "list").splitlines()) == 3321
    assert baotin("ward", "list", "--served").exit_code == 1
    assert baotin("ward", "list", "--find", "xyzzy").exit_code == 1
    assert "none yet" in done("ward", "enable", "00103")
    assert "024 3829 0000" in done("ward", "enable", "00103", "--phone", " 024  3829 0000 ", "--hours", "7:30-17:30")
    assert done("ward", "list", "--served") == "00103  Tây Hồ Ward, Hà Nội  served  024 3829 0000\n"
    done("ward", "disable", "00103")
    assert baotin("ward", "list", "--served").exit_code == 1


def test_a_ward_that_the_settings_serve_is_not_disabled_by_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOTIN_WARDS", "00103")
    assert done("ward", "list", "--served").startswith("00103")
    result = baotin("ward", "disable", "00103")
    assert result.exit_code == 1
    assert "stands in BAOTIN_WARDS" in result.stderr


def test_a_bad_list_names_its_line_and_changes_nothing(folder: Path) -> None:
    head = "code,name,kind,province_code,latitude,longitude\n"
    (folder / "bad.csv").write_text(f"{head}00103,Hồ Tây,phuong,01,21.06,105.82\n103,X,xa,01,21,105\n", "utf-8")
    result = baotin("ward", "import", "bad.csv")
    assert (result.exit_code, "bad.csv: line 3, column code: must be five digits" in result.stderr) == (1, True)
    assert "Tây Hồ Ward, Hà Nội" in done("ward", "list", "--find", "phuong tay ho")


def test_an_import_with_whole_takes_off_what_is_not_in_the_file(folder: Path) -> None:
    head = "code,name,kind,province_code,latitude,longitude\n"
    (folder / "good.csv").write_text(f"{head}00103,Hồ Tây,phuong,01,21.06,105.82\n", "utf-8")
    done("ward", "enable", "00004")
    assert done("ward", "import", "good.csv") == "1 wards read from good.csv; the list now has 3,321.\n"
    assert done("ward", "import", "good.csv", "--whole") == "1 wards read from good.csv; the list now has 2.\n"
    assert [line[:5] for line in done("ward", "list").splitlines()] == ["00004", "00103"]
    assert "Hồ Tây" in done("ward", "list", "--find", "ho tay")


def test_an_invite_needs_a_ward_that_is_served() -> None:
    result = baotin("officer", "invite", "--role", "chief", "--ward", "00103")
    assert (result.exit_code, "baotin ward enable 00103" in result.stderr) == (1, True)


def test_an_invite_is_a_code_and_two_ways_to_use_it(monkeypatch: pytest.MonkeyPatch) -> None:
    done("ward", "enable", "00103")
    words = done("officer", "invite", "--role", "chief", "--ward", "00103", "--days", "2")
    found = CODE.search(words)
    assert found is not None
    assert "chief of Tây Hồ Ward" in words
    assert f"/start o_{found[1]} " in words
    assert f"http://127.0.0.1:8080/officer#invite={found[1]}\n" in words
    monkeypatch.setenv("BAOTIN_PUBLIC_URL", "https://baotin.example.vn")
    again = done("officer", "invite", "--role", "chief", "--ward", "00103")
    assert "https://baotin.example.vn/officer#invite=" in again
    assert found[1] not in again


def in_process(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own: beside a loop that serves what it asks."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )


def everything_in_data() -> bytes:
    return b"".join(path.read_bytes() for path in Path("data").iterdir())


async def test_an_invite_is_kept_as_a_keyed_hash_until_it_expires(store: Store) -> None:
    result = await beside("officer", "invite", "--role", "admin", "--days", "3")
    found = CODE.search(result.stdout)
    assert found is not None, result.stderr
    kept = await officers.invite_of(store, found[1])
    assert kept is not None
    assert (kept.ward, kept.role, kept.used) == (EVERY_WARD, Role.ADMIN, False)
    assert timedelta(days=2, hours=23) < kept.expires_at - datetime.now(UTC) <= timedelta(days=3)
    assert found[1].encode() not in everything_in_data()
    (logged,) = await store.db.fetch_all("SELECT officer, what, detail FROM log")
    assert tuple(logged) == ("operator", "invited", "* admin")


async def test_an_invite_links_to_the_bot_whose_token_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    async with BotApiFake() as fake:
        monkeypatch.setenv("BAOTIN_TELEGRAM_TOKEN", fake.token)
        monkeypatch.setenv("BAOTIN_TELEGRAM_API", fake.base_url.removesuffix("/bot"))
        result = await beside("officer", "invite", "--role", "auditor")
    found = CODE.search(result.stdout)
    assert found is not None, result.stderr
    assert f"https://t.me/bao_tin_test_bot?start=o_{found[1]}\n" in result.stdout
    assert fake.token not in result.stdout + result.stderr
    later = await beside("officer", "invite", "--role", "auditor")
    assert later.exit_code == 0
    assert "/start o_" in later.stdout
    assert "TryLater" in later.stderr


async def enrol(store: Store, id: str, *, role: Role, ward: WardCode = TAY_HO) -> None:
    web = ChannelName("web")
    contents = Contents(f"Name {id}", Address(web, id), Place(web, id))
    act = officers.enrol(store.seal, OfficerId(id), contents=contents, status="active", now=NOW)
    await store.db.commit([*act, officers.grant(OfficerId(id), ward=ward, role=role)])


async def test_officers_are_listed_and_lose_their_roles_when_revoked(store: Store) -> None:
    await store.db.commit([wards.enable(TAY_HO)])
    await enrol(store, "5k2h9x0c7m3qv1dt", role=Role.CHIEF)
    await enrol(store, "5k2hzzzzzzzzzzzz", role=Role.OFFICER)
    listed = (await beside("officer", "list")).stdout.splitlines()
    assert listed[0] == "5k2h9x0c7m3qv1dt  active   on duty   chief 00103  Name 5k2h9x0c7m3qv1dt"
    assert (await beside("officer", "revoke", "5k2h")).exit_code == 2
    revoked = await beside("officer", "revoke", "5K2H9x")
    assert (revoked.exit_code, revoked.stdout) == (0, "5k2h9x0c7m3qv1dt holds no role any more.\n")
    assert "ward 00103 has no chief now" in revoked.stderr
    assert (await beside("officer", "revoke", "5k2h9x")).exit_code == 1
    assert [line[:6] for line in (await beside("officer", "list")).stdout.splitlines()] == ["5k2hzz"]
    assert len((await beside("officer", "list", "--all")).stdout.splitlines()) == 2
    gone = await officers.officer(store, OfficerId("5k2h9x0c7m3qv1dt"))
    assert gone is not None
    assert (gone.status, gone.roles) == ("revoked", {})


def test_check_lists_every_subject_and_ends_with_1_for_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as held:
        web, console, health = (held.enter_context(a_port()) for _ in range(3))
        monkeypatch.setenv("BAOTIN_WEB_PORT", str(web))
        monkeypatch.setenv("BAOTIN_CONSOLE", f"127.0.0.1:{console}")
        monkeypatch.setenv("BAOTIN_HEALTH", f"127.0.0.1:{health}")
        words = done("check")
    assert re.findall(r"^ok +([a-z ]+):", words, re.MULTILINE) == [
        "settings", "data folder", "key file", "database", "messengers", "clock", "web pages", "console", "health",
    ]  # fmt: skip
    done("ward", "enable", "00103", "--phone", "113")
    result = baotin("check")
    assert result.exit_code == 1
    assert "or make a new one: baotin officer invite --ward 00103 --role chief\n" in result.stdout


def test_a_mistake_of_ours_is_one_line_without_what_it_says() -> None:
    with pytest.raises(typer.Exit) as ended, plainly(read_settings()):
        raise ExceptionGroup("tasks", [ExceptionGroup("more", [ValueError("what somebody wrote")])])
    assert ended.value.exit_code == 1


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`baotin run`, once it says that it is running."""
    with a_port() as port:
        monkeypatch.setenv("BAOTIN_WEB_PORT", str(port))
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert process.stderr is not None
        try:
            until_it_runs(process.stderr)
            yield process, port
        finally:
            process.kill()
            process.wait()
            process.stderr.close()


def health(port: int) -> bytes:
    """What /healthz says; asked again while nobody listens yet, for at most ten seconds."""
    last = time.monotonic() + 10
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
                return bytes(answer.read())
        except urllib.error.URLError:
            if time.monotonic() > last:
                raise


def until_it_runs(lines: IO[str]) -> None:
    """Read its log until it serves; the log ending before is a failure that shows what was said."""
    said = []
    for line in lines:
        said.append(line)
        if line.startswith("{") and json.loads(line)["event"] == "running":
            return
    pytest.fail("".join(said))


def test_run_serves_until_it_is_asked_to_stop_and_commands_work_beside_it(
    running: tuple[subprocess.Popen[str], int],
) -> None:
    process, port = running
    assert health(port) == b"ok"
    assert "024" in in_process("ward", "enable", "00103", "--phone", "024").stdout
    assert f"baotin answers on 127.0.0.1 port {port}" in in_process("check").stdout
    second = in_process("run")
    assert second.returncode == 1
    assert second.stderr == "baotin: another `baotin run` works in data; stop it first\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def test_run_says_in_one_line_that_its_port_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("BAOTIN_WEB_PORT", str(other.getsockname()[1]))
        result = in_process("run")
    assert result.returncode == 1
    assert "is taken, maybe by another baotin; stop that, or take another port" in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr
