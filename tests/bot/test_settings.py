"""Settings: what is read, from where, and how a wrong value is named without showing it."""

from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr, ValidationError

from bot.settings import Listening, Settings, WrongSettings, demo_settings, read_settings, unknown_settings
from handlers.hours import QuietHours

TOKEN = "123456:ABCdefGHIjklMNOpqrSTUvwxYZ"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_anything_set_the_web_chat_serves_this_machine() -> None:
    settings = read_settings()
    assert (settings.telegram_token, settings.telegram_api, settings.public_url) == (None, None, None)
    assert (settings.web_host, settings.web_port) == ("127.0.0.1", 8080)
    assert settings.page_address == "http://127.0.0.1:8080"
    assert settings.database_path == Path("data/baotin.db")
    assert settings.key_path == Path("data/baotin.key")
    assert settings.wards == ()
    assert settings.timezone == ZoneInfo("Asia/Ho_Chi_Minh")
    assert settings.quiet_hours == QuietHours(time(21), time(6, 30))


def test_every_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "TELEGRAM_TOKEN": f" {TOKEN} ",
        "PAID_STARS": "500",
        "TELEGRAM_API": "http://127.0.0.1:8081/",
        "DATA": "/srv/baotin",
        "KEY_FILE": "/etc/baotin.key",
        "WEB_HOST": "0.0.0.0",
        "WEB_PORT": "9000",
        "TELEGRAM_FILE_MB": "50",
        "HEALTH": "127.0.0.1:9100",
        "CONSOLE": "0",
        "TRUSTED_PROXIES": "10.0.0.1, 10.1.0.0/16",
        "TRIAL": "true",
        "PUBLIC_URL": "https://baotin.example.vn/",
        "WARDS": "00103, 00160,,00103",
        "TIMEZONE": "Asia/Bangkok",
        "QUIET_HOURS": "22:30-5:00",
    }
    assert {name.lower() for name in told} == set(Settings.model_fields)
    for name, value in told.items():
        monkeypatch.setenv(f"BAOTIN_{name}", value)
    settings = read_settings()
    assert settings.paid_stars == 500
    assert settings.telegram_token == SecretStr(TOKEN)
    assert settings.telegram_api == "http://127.0.0.1:8081"
    assert settings.database_path == Path("/srv/baotin/baotin.db")
    assert settings.key_path == Path("/etc/baotin.key")
    assert settings.web_port == 9000
    assert settings.trusted_proxies == ("10.0.0.1", "10.1.0.0/16")
    assert settings.page_address == "https://baotin.example.vn"
    assert settings.wards == ("00103", "00160")
    assert settings.timezone == ZoneInfo("Asia/Bangkok")
    assert settings.quiet_hours == QuietHours(time(22, 30), time(5))


def test_a_file_is_read_and_the_environment_wins_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("BAOTIN_WEB_PORT=9001\nBAOTIN_WEB_HOST=127.0.0.2\nBAOTIN_TELEGRAM_TOKEN=\n", "utf-8")
    monkeypatch.setenv("BAOTIN_WEB_PORT", "9002")
    settings = read_settings()
    assert (settings.web_port, settings.web_host, settings.telegram_token) == (9002, "127.0.0.2", None)
    assert read_settings(_env_file=None).web_host == "127.0.0.1"
    assert read_settings(web_port=0).web_port == 0


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TELEGRAM_TOKEN", "secret-but-no-token", "is no token"),
        ("TELEGRAM_API", "localhost:8081", "must be an address"),
        ("WEB_PORT", "65536", "less than or equal to 65535"),
        ("WEB_PORT", "http", "must be a whole number"),
        ("PUBLIC_URL", "http://baotin.example.vn", "must begin with https://"),
        ("PUBLIC_URL", "https://me:hunter2@baotin.example.vn", "must be a plain address"),
        ("PUBLIC_URL", "https://baotin.example.vn:99999", "the port in it"),
        ("WARDS", "00103;00160", "five digits"),
        ("WARDS", "103", "five digits"),
        ("TIMEZONE", "Hanoi", "must be a time zone"),
        ("QUIET_HOURS", "21:00", "two times of day"),
        ("QUIET_HOURS", "24:00-06:00", "two times of day"),
    ],
)
def test_a_wrong_value_names_its_setting_and_shows_nothing_of_the_value(
    name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"BAOTIN_{name}", value)
    with pytest.raises(WrongSettings) as raised:
        read_settings()
    line = str(raised.value)
    assert line.startswith(f"BAOTIN_{name}: ")
    assert words in line
    assert "secret" not in line
    assert "hunter2" not in line
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_all_wrong_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOTIN_WEB_PORT", "x")
    monkeypatch.setenv("BAOTIN_TIMEZONE", "Mars")
    with pytest.raises(WrongSettings) as raised:
        read_settings()
    assert [line.split(":")[0] for line in str(raised.value).splitlines()] == ["BAOTIN_WEB_PORT", "BAOTIN_TIMEZONE"]


def test_plain_http_will_do_on_this_machine_only() -> None:
    for address in ("http://localhost:8080", "http://127.0.0.1", "http://[::1]:8080"):
        assert read_settings(public_url=address).public_url == address


def test_a_misspelled_setting_is_told_with_the_one_that_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOTIN_WEBPORT", "9000")
    monkeypatch.setenv("BAOTIN_WEB_PORT", "9000")
    Path(".env").write_text("BAOTIN_COLOUR=red\nOTHER_THING=1\n", "utf-8")
    assert unknown_settings() == [
        "BAOTIN_COLOUR is not a setting",
        "BAOTIN_WEBPORT is not a setting; is BAOTIN_WEB_PORT meant?",
    ]
    assert read_settings().web_port == 9000


def test_settings_are_frozen_described_and_keep_the_token_to_themselves() -> None:
    settings = read_settings(telegram_token=TOKEN)
    with pytest.raises(ValidationError):
        settings.web_port = 1  # type: ignore[misc]  # that it is frozen is what is tested
    assert TOKEN not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"
    assert all(field.description for field in Settings.model_fields.values())


def test_the_demo_stays_on_this_machine_whatever_a_real_installation_is_set_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"CONSOLE": "0.0.0.0:9002", "TELEGRAM_TOKEN": TOKEN, "WARDS": "00160"}.items():
        monkeypatch.setenv(f"BAOTIN_{name}", value)
    settings = demo_settings(Path("demo"), 9000)
    assert (settings.console, settings.web_host, settings.web_port) == (Listening("127.0.0.1", 9002), "127.0.0.1", 9000)
    assert (settings.telegram_token, settings.wards, settings.key_path) == (None, (), Path("demo/baotin.key"))
    monkeypatch.setenv("BAOTIN_CONSOLE", "0")
    assert demo_settings(Path("demo"), 0).console is None


def test_a_page_is_found_at_loopback_where_we_listen_on_every_host() -> None:
    assert read_settings(web_host="0.0.0.0", web_port=80).page_address == "http://127.0.0.1:80"
    assert read_settings(web_host="::1").page_address == "http://[::1]:8080"
