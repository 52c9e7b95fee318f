"""`baotin setup`: a ward in service in ten minutes. Asks what only people know, and makes the rest.

Writes `.env`, makes the database and the key file, serves the ward, and prints the chief's invite and the poster. Safe
to run again: what is there is offered as the answer, nothing is lost, and the key is never made anew.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.chance import Chance
from bot.channels.channel import Refused, TryLater
from bot.commands.ending import FAILED, WRONG_USE, CannotDo, end, note, plainly, work
from bot.commands.messengers import chat_link, platforms, who_we_are
from bot.commands.poster import ways_to, write_poster
from bot.commands.ward import OPERATOR, called, known, name_of, one_line, phone_line
from bot.settings import ENV_FILE, PREFIX, Settings, WrongSettings, read_settings
from messages.meaning.folding import fold
from storage import officers, wards
from storage.durable import make_folder, sync_folder
from storage.records import Role, Ward
from storage.store import Store
from storage.tips import log

INVITE_FOR: Final = timedelta(days=7)
SHOWN: Final = 8
"""Wards that are listed where a name means several."""
POSTER: Final = Path("poster")
YES: Final = frozenset({"y", "yes", "true", "c", "co"})
NO: Final = frozenset({"n", "no", "false", "k", "khong"})
NOTHING: Final = "-"
"""An answer that takes away what is there."""

Read = Callable[[str], str]
"""An answer as it is kept. Raises BadParameter, whose words are shown before the question is asked again."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Whether questions may be asked; else every answer is an option, or what is there already."""

    silent: bool

    def told(self, question: str, given: str | None, *, now: str, read: Read = str.strip, secret: bool = False) -> str:
        """An option if it was given, else the answer; an empty answer is what is there already."""
        if given is not None or self.silent:
            return read(now if given is None else given)
        hint = f"{question} [as it is]" if secret and now else question
        answer: str = typer.prompt(
            hint,
            default=now,
            show_default=bool(now) and not secret,
            value_proc=lambda typed: read("" if typed.strip() == NOTHING else typed),
        )
        return answer


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
    if not yes:
        typer.echo(f"Enter alone takes what stands in [ ]; {NOTHING} leaves it out.")
    answers = _answers(ask, told, trial=trial)
    settings = _settings(**{name.lower(): value or None for name, value in answers.items()})
    unit = {"phone": phone, "office": office, "hours": hours}
    env = Path(ENV_FILE).resolve()

    async def served(store: Store) -> Made:
        # not before the installation has opened: a wrong folder or key must not stand in the settings
        write_env(env, {f"{PREFIX}{name}": value for name, value in answers.items()})
        typer.echo(f"written: {env}")
        return await _serve(store, settings, ask=ask, named=ward, unit=unit)

    with plainly(settings):
        make_folder(settings.key_path.parent)
    _tell(settings, work(served, settings))


def _answers(ask: Asking, told: Mapping[str, str | None], *, trial: bool | None) -> dict[str, str]:
    """Ask for what the settings hold: the values of `.env`, by name without the prefix."""
    now = _settings()
    secret = now.telegram_token.get_secret_value() if now.telegram_token else ""
    question = "Telegram bot's token (from @BotFather; empty: web pages only)"
    token = ask.told(question, told["TELEGRAM_TOKEN"], now=secret, read=_token, secret=True)
    is_trial = None if trial is None else str(trial).lower()
    trial_now = str(now.trial).lower() if ask.silent else "y" if now.trial else "n"
    tried = ask.told("Is this a trial? (y/n)", is_trial, now=trial_now, read=_truth)
    zone = ask.told("Time zone", told["TIMEZONE"], now=now.timezone.key, read=_zone)
    data = ask.told("Folder of the data", told["DATA"], now=str(now.data), read=_path)
    key = ask.told("Key file, apart from the data", told["KEY_FILE"], now=str(_key_path(now, Path(data))), read=_path)
    return {
        "TELEGRAM_TOKEN": token,
        "TRIAL": tried,
        "TIMEZONE": zone,
        "DATA": data,
        "KEY_FILE": key,
        "PUBLIC_URL": now.public_url or "" if told["PUBLIC_URL"] is None else told["PUBLIC_URL"],
    }


def _key_path(now: Settings, data: Path) -> Path:
    """Where the key file is set to be, or is; else beside the data folder, where no copy of that takes it along."""
    if now.key_file is not None:
        return now.key_file
    within = now.model_copy(update={"data": data}).key_path
    return within if within.exists() else data.with_name(f"{data.name}-key") / "master.key"


async def _serve(
    store: Store, settings: Settings, *, ask: Asking, named: str | None, unit: Mapping[str, str | None]
) -> Made:
    """Serve the ward, with its unit as it is told; make the chief's invite and the poster."""
    found = await _which(store, ask, given=named)
    typer.echo(f"{name_of(found)}, {found.province} ({found.code})")
    told = [
        ask.told(question, unit[field], now=now, read=read)
        for field, question, now, read in (
            ("phone", "Duty phone of the unit, day and night", found.phone, phone_line),
            ("office", "Address of its office", found.office, one_line),
            ("hours", "Office hours (such as 7:30-17:30)", found.hours, one_line),
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


def _token(told: str) -> str:
    """A token that Telegram knows, or none; one that it cannot be asked about now is taken as it is."""
    token = told.strip()
    try:
        settings = read_settings(telegram_token=token or None)
    except WrongSettings as error:
        raise typer.BadParameter(str(error)) from None
    for platform in platforms(settings):
        try:
            typer.echo(f"{platform.name}: we are {asyncio.run(who_we_are(platform))}")
        except Refused:
            raise typer.BadParameter(f"{platform.name} does not know this token; copy it again") from None
        except TryLater:
            note(f"warning: no answer from {platform.address}; the token was not tried")
    return token


def _truth(told: str) -> str:
    """ "true" or "false", as settings hold it."""
    answer = fold(told)
    if answer not in YES | NO:
        raise typer.BadParameter("answer y or n")
    return str(answer in YES).lower()


def _zone(told: str) -> str:
    try:
        return read_settings(timezone=told.strip()).timezone.key
    except WrongSettings as error:
        raise typer.BadParameter(str(error)) from None


def _path(told: str) -> str:
    """A path that means the same wherever a command is started."""
    if not told.strip():
        raise typer.BadParameter("a path is needed")
    return str(Path(told.strip()).expanduser().resolve())


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
        listed = [f"  {ward.code}  {name_of(ward)}, {ward.province}" for ward in found[:SHOWN]]
        more = [f"  and {len(found) - SHOWN} more; add the province"] if len(found) > SHOWN else []
        problem = "\n".join(["which one?", *listed, *more]) if found else "there is no ward called so"
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
        if settings.console_address:
            typer.echo(f"  console:  {settings.console_address}, then the code")
    if made.poster:
        typer.echo(f"poster to print: {made.poster[-1].resolve()} (the codes alone lie beside it)")
    if not made.poster:
        note(f"No poster yet: it needs {PREFIX}TELEGRAM_TOKEN or {PREFIX}PUBLIC_URL; then baotin qr --ward {ward.code}")
    if not ward.phone:
        note("Without a duty phone residents cannot be told whom to call; run this again.")
        raise typer.Exit(FAILED)
    typer.echo(f"Next, in this folder, where {ENV_FILE} is: baotin check, then baotin run")
