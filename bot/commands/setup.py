"""`baotin setup`: a ward in service in ten minutes. Asks what only people know, and makes the rest.

Writes `.env`, makes the database and the key file, serves the ward, and prints the chief's invite and the poster. Safe
to run again: what is there is offered as the answer, nothing is lost, and the key is never made anew.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.chance import Chance
from bot.commands.ending import FAILED, WRONG_USE, CannotDo, end, note, work
from bot.commands.messengers import chat_link
from bot.commands.poster import ways_to, write_poster
from bot.commands.ward import OPERATOR, called, known, name_of, one_line
from bot.settings import ENV_FILE, PREFIX, Settings, WrongSettings, read_settings
from storage import officers, wards
from storage.durable import sync_folder
from storage.records import Role, Ward
from storage.store import Store
from storage.tips import log

INVITE_FOR: Final = timedelta(days=7)
SHOWN: Final = 8
"""Wards that are listed where a name means several."""
POSTER: Final = Path("poster")
YES: Final = frozenset({"y", "yes", "1", "true", "c", "co"})


@dataclass(frozen=True, slots=True)
class Asking:
    """Whether questions may be asked; else every answer is an option, or what is there already."""

    silent: bool

    def told(self, question: str, given: str | None, *, now: str, secret: bool = False) -> str:
        """An option if it was given, else the answer; an empty answer is what is there already."""
        if given is not None or self.silent:
            return now if given is None else given.strip()
        hint = f"{question} [as it is]" if secret and now else question
        answer: str = typer.prompt(hint, default=now, show_default=bool(now) and not secret)
        return answer.strip()


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it."""

    ward: Ward
    invite: str | None
    """None where there is a chief already."""
    link: str | None
    """Opens the invite in the messenger."""
    poster: list[Path]


def setup(  # noqa: PLR0913 -- one option for each question
    *,
    ward: Annotated[str | None, typer.Option(help="The ward, by its code or its name.")] = None,
    phone: Annotated[str | None, typer.Option(help="The unit's duty phone.")] = None,
    office: Annotated[str | None, typer.Option(help="Where its office is.")] = None,
    hours: Annotated[str | None, typer.Option(help="When its office is open.")] = None,
    trial: Annotated[
        bool | None, typer.Option("--trial/--official", help="Whether residents are told it is a trial.")
    ] = None,
    token: Annotated[str | None, typer.Option(help="The Telegram bot's token; empty for the web pages alone.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Time zone of dates and working hours.")] = None,
    data: Annotated[str | None, typer.Option(help="Folder of the database and the photos.")] = None,
    key_file: Annotated[str | None, typer.Option(help="Where the key file lies, apart from the data.")] = None,
    public_url: Annotated[
        str | None, typer.Option(help="The https address of the web pages, if the world has one.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: options, what is there, and defaults.")] = False,
) -> None:
    """Bring a ward into service: asks, writes `.env`, makes the key file, prints the chief's invite and the poster.

    \b
    Example:
      baotin setup
      baotin setup --yes --ward 00103 --phone "024 3829 0000" --official --token 123456:ABC...
    """
    ask = Asking(silent=yes)
    told = {
        "TELEGRAM_TOKEN": token,
        "TIMEZONE": timezone,
        "DATA": data,
        "KEY_FILE": key_file,
        "PUBLIC_URL": public_url,
    }
    settings = _set(ask, told, trial=trial)
    unit = {"phone": phone, "office": office, "hours": hours}
    _tell(settings, work(lambda store: _serve(store, settings, ask=ask, named=ward, unit=unit)))


def _set(ask: Asking, told: Mapping[str, str | None], *, trial: bool | None) -> Settings:
    """Ask for what the settings hold, write `.env`, and read it back."""
    now = _settings()
    secret = now.telegram_token.get_secret_value() if now.telegram_token else ""
    question = "Telegram bot's token (from @BotFather; empty: web pages only)"
    answers = {
        "TELEGRAM_TOKEN": ask.told(question, told["TELEGRAM_TOKEN"], now=secret, secret=True),
        "TRIAL": _truth(ask, trial, now=now.trial),
        "TIMEZONE": ask.told("Time zone", told["TIMEZONE"], now=now.timezone.key),
        "DATA": str(Path(ask.told("Folder of the data", told["DATA"], now=str(now.data))).expanduser().resolve()),
        "KEY_FILE": str(now.key_file or "") if told["KEY_FILE"] is None else told["KEY_FILE"],
        "PUBLIC_URL": now.public_url or "" if told["PUBLIC_URL"] is None else told["PUBLIC_URL"],
    }
    _settings(**{name.lower(): value or None for name, value in answers.items()})
    write_env(Path(ENV_FILE), {f"{PREFIX}{name}": value for name, value in answers.items()})
    typer.echo(f"written: {Path(ENV_FILE).resolve()}")
    return _settings()


async def _serve(
    store: Store, settings: Settings, *, ask: Asking, named: str | None, unit: Mapping[str, str | None]
) -> Made:
    """Serve the ward, with its unit as it is told; make the chief's invite and the poster."""
    found = await _which(store, ask, given=named)
    told = [
        one_line(ask.told(question, unit[field], now=now))
        for field, question, now in (
            ("phone", "Duty phone of the unit", found.phone),
            ("office", "Address of its office", found.office),
            ("hours", "Office hours", found.hours),
        )
    ]
    at = datetime.now(UTC)
    act = wards.enable(found.code, told[0], office=told[1], hours=told[2])
    await store.db.commit([act, log(OPERATOR, what="enabled-ward", at=at, detail=found.code)])
    found = await known(store, found.code)
    code = await _invite(store, found, now=at)
    link = await chat_link(settings, f"o_{code}") if code else None
    ways = await ways_to(settings, found.code)
    files = write_poster(settings, found, ways=ways, folder=POSTER, language="vi") if ways else []
    return Made(found, code, link, files)


def _settings(**told: str | None) -> Settings:
    """The settings, with these answers in them; wrong ones end the command before anything is written."""
    try:
        return read_settings(**told)
    except WrongSettings as error:
        end(str(error), code=WRONG_USE)


def _truth(ask: Asking, given: bool | None, *, now: bool) -> str:
    if given is not None or ask.silent:
        return str(now if given is None else given).lower()
    return str(ask.told("Is this a trial? (y/n)", None, now="y" if now else "n").lower() in YES).lower()


async def _which(store: Store, ask: Asking, *, given: str | None) -> Ward:
    """The ward that is meant; asked again while a name means none, or several."""
    every = await wards.all_wards(store)
    served = [ward for ward in every if ward.served]
    now = served[0].code if len(served) == 1 else ""
    while True:
        wanted = ask.told("Ward (code or name)", given, now=now)
        found = [ward for ward in every if ward.code == wanted] or (called(every, wanted) if wanted else [])
        if len(found) == 1:
            return found[0]
        listed = "; ".join(f"{ward.code} {name_of(ward)}, {ward.province}" for ward in found[:SHOWN])
        problem = f"which one? {listed}" if found else "there is no such ward; baotin ward list --find NAME"
        if given is not None or ask.silent:
            raise CannotDo(f"--ward: {problem}", code=WRONG_USE)
        typer.echo(problem)


async def _invite(store: Store, ward: Ward, *, now: datetime) -> str | None:
    """A fresh invite for the ward's chief, in the place of one that was not used; None where there is a chief."""
    people = await officers.officers_of(store, ward.code)
    if any(one.status == "active" and one.roles.get(ward.code) is Role.CHIEF for one in people):
        return None
    code = Chance().fresh_id()
    await store.db.commit(
        [
            officers.void_invites(ward.code, role=Role.CHIEF),
            officers.invite(store.seal, code, ward=ward.code, role=Role.CHIEF, expires_at=now + INVITE_FOR),
            log(OPERATOR, what="invited", at=now, detail=f"{ward.code} {Role.CHIEF}"),
        ]
    )
    return code


def write_env(path: Path, answers: Mapping[str, str]) -> None:
    """Put these variables into a settings file, for its owner alone; its other lines stay. An empty one is left out."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept = [line for line in lines if line.partition("=")[0].strip().removeprefix("export ") not in answers]
    told = [f"{name}={_quoted(value)}" for name, value in answers.items() if value]
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join([*kept, *told, ""]))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.resolve().parent)


def _quoted(value: str) -> str:
    """As python-dotenv reads it back: single quotes keep everything but themselves and backslashes."""
    if all(letter.isalnum() or letter in "_-./:@+" for letter in value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _tell(settings: Settings, made: Made) -> None:
    """What was made, and what comes next."""
    ward, code = made.ward, made.invite
    typer.echo(f"{name_of(ward)} ({ward.code}) is served. Duty phone: {ward.phone or 'none yet'}")
    typer.echo(f"key file: {settings.key_path.resolve()} (keep a copy apart from the backups)")
    if code is None:
        typer.echo("It has a chief already; further officers: baotin officer invite --help")
    else:
        typer.echo(f"The chief's invite, good once and for {INVITE_FOR.days} days:")
        typer.echo(f"  code:     {code}")
        if made.link:
            typer.echo(f"  Telegram: {made.link}")
        typer.echo(f"  web:      {settings.page_address}/officer#invite={code}")
    for path in made.poster:
        typer.echo(f"poster: {path}")
    if not made.poster:
        note(f"No poster yet: it needs {PREFIX}TELEGRAM_TOKEN or {PREFIX}PUBLIC_URL; then baotin qr --ward {ward.code}")
    if not ward.phone:
        note("Without a duty phone residents cannot be told whom to call; run this again.")
        raise typer.Exit(FAILED)
    typer.echo("Next: baotin check, then baotin run")
