"""What an operator can set, from the environment or a file `.env`; the only reader of the environment.

A wrong value is `WrongSettings`, whose text names the setting and says what is wrong, never the value of a secret.
"""

import difflib
import ipaddress
import os
import re
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from handlers.hours import QuietHours
from messages.frozen import replace
from storage.records import WardCode

PREFIX: Final = "BAOTIN_"
ENV_FILE: Final = ".env"
_TOKEN: Final = re.compile(r"\d{3,}:[A-Za-z0-9_-]{10,}")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})")
_EVERY_HOST: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- what such a host is called from here
HomePath = Annotated[Path, AfterValidator(Path.expanduser)]
"""A path in which ~ is the home folder, as in a shell; nothing else would read it so in `.env`."""


class WrongSettings(Exception):
    """Settings that cannot be used. The text has a line for each, such as "BAOTIN_WEB_PORT: must be at most 65535"."""


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _read_address(told: str) -> str:
    """An address of a web server without a slash at its end, so that paths can be joined to it."""
    parts = urlsplit(told.strip())
    try:
        _ = parts.port
    except ValueError:
        raise ValueError("the port in it is not a number up to 65535") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address such as https://baotin.example.vn")
    if parts.query or parts.fragment or parts.username is not None or parts.password is not None:
        raise ValueError("must be a plain address, without ?, # or a password")
    return told.strip().rstrip("/")


def _read_public_address(told: str) -> str:
    address = _read_address(told)
    parts = urlsplit(address)
    if parts.scheme != "https" and not _is_loopback(parts.hostname):
        raise ValueError("must begin with https://: what residents write travels over it")
    return address


def _read_quiet_hours(told: object) -> object:
    """Read "21:00-06:30"."""
    if not isinstance(told, str):
        return told
    begins, dash, ends = (part.strip() for part in told.partition("-"))
    if not dash:
        raise ValueError("must be two times of day, such as 21:00-06:30")
    return QuietHours(_read_clock(begins), _read_clock(ends))


def _read_clock(told: str) -> time:
    found = _CLOCK.fullmatch(told)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError("must be two times of day, such as 21:00-06:30")
    return time(int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True)
class Listening:
    """Where something is served that is not for the public: health and metrics, the officers' console."""

    host: str
    port: int


def _read_listening(told: object) -> object:
    """Read "127.0.0.1:8081", a bare port, or 0 for none."""
    if not isinstance(told, str):
        return told
    host, _, port = told.strip().rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        raise ValueError("must be an address and a port, such as 127.0.0.1:8081, or 0")
    if not host:
        return Listening("127.0.0.1", int(port)) if int(port) else None
    return Listening(host.strip("[]"), int(port))


def _read_codes(told: object) -> object:
    """Read "00103, 00160"; repetitions and needless commas are dropped."""
    if isinstance(told, str):
        return tuple(dict.fromkeys(code.strip() for code in told.split(",") if code.strip()))
    return told


def _is_host_address(told: str) -> str:
    try:
        ipaddress.ip_network(told)
    except ValueError:
        raise ValueError("must be addresses such as 127.0.0.1 or 10.0.0.0/24, with commas between") from None
    return told


def _is_ward_code(told: WardCode) -> WardCode:
    if re.fullmatch(r"[0-9]{5}", told) is None:
        raise ValueError("must be codes of five digits with commas between, such as 00103,00160")
    return told


class Settings(BaseSettings):
    """One installation's settings."""

    model_config = SettingsConfigDict(
        frozen=True,
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",  # other programs' variables; a misspelled one of ours is `unknown_settings`
        validate_default=True,
        hide_input_in_errors=True,
    )

    telegram_token: SecretStr | None = Field(None, description="The bot's token from BotFather; unset: web chat only.")
    telegram_api: Annotated[str, AfterValidator(_read_address)] | None = Field(
        None, description="Address of a self-hosted Bot API server; unset: Telegram's own."
    )
    telegram_file_mb: int = Field(
        20, ge=1, le=50, description="Largest file taken, in MB; above 20 only with a Bot API server run with --local."
    )
    data: HomePath = Field(
        Path("data"), description="Folder of the database, the photos and, unless set, the key file."
    )
    key_file: HomePath | None = Field(None, description="The master key's file; unset: baotin.key in the data folder.")
    web_host: str = Field("127.0.0.1", min_length=1, description="Address the web chat listens on.")
    web_port: int = Field(8080, ge=0, le=65535, description="Port the web chat listens on; 0: any free one.")
    public_url: Annotated[str, AfterValidator(_read_public_address)] | None = Field(
        None, description="https address under which the world reaches us; set: Telegram by webhook, unset: by polling."
    )
    health: Annotated[Listening | None, NoDecode, BeforeValidator(_read_listening)] = Field(
        Listening("127.0.0.1", 8081),
        description="Address and port of health and metrics, for this machine's watchmen; 0 for none.",
    )
    console: Annotated[Listening | None, NoDecode, BeforeValidator(_read_listening)] = Field(
        Listening("127.0.0.1", 8082),
        description="Address and port of the officers' console; 0 for none. Beyond this machine only behind https.",
    )
    trial: bool = Field(
        False, description="Whether the unit only tries this out: residents and the poster are told so."
    )
    trusted_proxies: Annotated[
        tuple[Annotated[str, AfterValidator(_is_host_address)], ...], NoDecode, BeforeValidator(_read_codes)
    ] = Field(
        ("127.0.0.1",), description="Addresses of reverse proxies that may say who calls through them, with commas."
    )
    wards: Annotated[
        tuple[Annotated[WardCode, AfterValidator(_is_ward_code)], ...], NoDecode, BeforeValidator(_read_codes)
    ] = Field((), description="Codes of wards to serve, with commas between; empty: those enabled by command.")
    paid_stars: int = Field(
        0,
        ge=0,
        description="Telegram Stars that may be spent in all on sending large campaigns faster; 0: none.",
    )
    timezone: ZoneInfo = Field(ZoneInfo("Asia/Ho_Chi_Minh"), description="Time zone of dates and working hours.")
    quiet_hours: Annotated[QuietHours, NoDecode, BeforeValidator(_read_quiet_hours)] = Field(
        QuietHours(), description="When only emergencies sound and no campaign goes out, such as 21:00-06:30."
    )

    @field_validator("telegram_token")
    @classmethod
    def is_a_token(cls, told: SecretStr | None) -> SecretStr | None:
        """Refuse what cannot be a token, such as one that was cut when it was copied."""
        if told is None:
            return None
        bare = told.get_secret_value().strip()
        if _TOKEN.fullmatch(bare) is None:
            raise ValueError("is no token; BotFather gives it as digits, a colon, and letters")
        return SecretStr(bare)

    @property
    def database_path(self) -> Path:
        """The database's file."""
        return self.data / "baotin.db"

    @property
    def key_path(self) -> Path:
        """The master key's file."""
        return self.key_file or self.data / "baotin.key"

    @property
    def media_folder(self) -> Path:
        """The folder of sealed photos."""
        return self.data / "media"

    @property
    def spool_folder(self) -> Path:
        """The folder of the web chat's photos that are still being taken in."""
        return self.data / "spool"

    @property
    def console_address(self) -> str:
        """Where a browser on this machine finds the console; empty where it is off."""
        if self.console is None:
            return ""
        host = _EVERY_HOST.get(self.console.host, self.console.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.console.port}"

    @property
    def page_address(self) -> str:
        """Where a browser finds our pages: the public address, else the one of this machine."""
        host = _EVERY_HOST.get(self.web_host, self.web_host)
        return self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.web_port}"


def read_settings(**overrides: Any) -> Settings:
    """The settings of the environment and `.env`, where `overrides` names fields that are given otherwise.

    `_env_file=None` reads no file. Raises `WrongSettings`.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        problems = [_problem(one["loc"], one["type"], words=one["msg"]) for one in error.errors(include_input=False)]
        raise WrongSettings("\n".join(dict.fromkeys(problems))) from None  # the cause would hold the values
    except UnicodeDecodeError:
        raise WrongSettings(f"{ENV_FILE}: not UTF-8") from None


def demo_settings(folder: Path, port: int) -> Settings:
    """Nothing of a real installation, neither its `.env` nor its folder, key or token, and nothing beyond this machine.

    Raises `WrongSettings`.
    """
    told = read_settings(
        _env_file=None,
        **dict.fromkeys(("telegram_token", "telegram_api", "key_file", "public_url", "health")),
        data=folder,
        wards=(),
        web_host="127.0.0.1",
        web_port=port,
    )
    console = told.console and replace(told.console, host="127.0.0.1")
    return told.model_copy(update={"console": console})


def unknown_settings(env_file: Path | None = Path(ENV_FILE)) -> list[str]:
    """What is set under our prefix but is no setting, a line each, with the setting that may have been meant."""
    known = [PREFIX + field.upper() for field in Settings.model_fields]
    written = set(os.environ)
    if env_file is not None and env_file.is_file():
        written |= set(dotenv_values(env_file, interpolate=False, encoding="utf-8"))
    return [
        f"{name} is not a setting{_meant(name, known)}"
        for name in sorted(written)
        if name.upper().startswith(PREFIX) and name.upper() not in known
    ]


def _meant(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.75)
    return f"; is {near[0]} meant?" if near else ""


def _problem(where: tuple[int | str, ...], kind: str, *, words: str) -> str:
    name = PREFIX + str(where[0]).upper() if where else ENV_FILE
    wrong = {
        "int_parsing": "must be a whole number",
        "zoneinfo_str": "must be a time zone such as Asia/Ho_Chi_Minh",
        "string_too_short": "must not be empty",
    }.get(kind, words.removeprefix("Value error, ").replace("Input should be", "must be"))
    return f"{name}: {wrong}"
