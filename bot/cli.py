"""The command line: everything an operator does with an installation."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final

import typer

from bot import lean  # noqa: F401 -- the first of ours
from bot.chance import Chance
from bot.commands import backup as backup_commands
from bot.commands import erase as erase_commands
from bot.commands import meaning as meaning_commands
from bot.commands import outbox as outbox_commands
from bot.commands import poster as poster_commands
from bot.commands import setup as setup_commands
from bot.commands import triage as triage_commands
from bot.commands import ward as ward_commands
from bot.commands.ending import FAILED, WRONG_USE, CannotDo, end, note, plainly, settings_or_end, work
from bot.commands.messengers import chat_link, platforms
from bot.commands.ward import OPERATOR, known, name_of
from bot.logs import set_up_logs
from bot.settings import PREFIX, Settings, WrongSettings, demo_settings, read_settings, unknown_settings
from handlers.officers.enrol import PASS_HOLDS
from storage import cards, officers, sign_ins
from storage.durable import make_folder
from storage.migrate import migrate as bring_forward
from storage.records import EVERY_WARD, Officer, OfficerId, Role, WardCode
from storage.store import Store
from storage.tips import log
from storage.writes import Write

SPANNING: Final = frozenset({Role.ADMIN, Role.AUDITOR})
"""Roles for the whole installation, which are given no ward."""
SHORTEST_ID: Final = 4
"""Characters by which an officer may be named, when nobody else's id begins so."""
DEMO_FOLDER: Final = Path("data-demo")

app = typer.Typer(
    help="Tips from residents to their ward's police, and the answers back.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
officer_commands = typer.Typer(
    help="Officers: invite, sign in, list, revoke.", no_args_is_help=True, rich_markup_mode=None
)
app.command()(setup_commands.setup)


def main() -> None:
    """Run the command that was typed."""
    app(prog_name="baotin")


@app.callback(invoke_without_command=True)
def _before(
    show_version: Annotated[bool, typer.Option("--version", help="Show the version and exit.", is_eager=True)] = False,
) -> None:
    if show_version:
        typer.echo(f"baotin {version('baotin')}")
        raise typer.Exit


@app.command()
def run() -> None:
    """Serve residents and officers until stopped: the web pages always, Telegram when a token is set.

    \b
    Example:
      BAOTIN_TELEGRAM_TOKEN=123456:ABC... BAOTIN_WARDS=00103 baotin run
    """
    settings = settings_or_end()
    if sys.stdout.isatty():
        console = f"  Console: {settings.console_address}" if settings.console else ""
        page = settings.page_address
        typer.echo(f"Residents: {page}/  Officers: {page}/officer{console}\nCtrl-C stops it. What follows is its log.")
    set_up_logs()
    with plainly(settings):
        # what the running bot needs takes half a second to import, which `--help` should not wait for
        from bot.app import run as run_until_stopped  # noqa: PLC0415

        asyncio.run(run_until_stopped(settings))


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes any free one.")] = 8080,
) -> None:
    """Show everything with invented tips, on this machine alone; needs no token, no account and no settings.

    \b
    Example:
      baotin demo
      baotin demo --port 9000
    """
    try:
        settings = demo_settings(DEMO_FOLDER, port)
    except WrongSettings as error:
        end(str(error), code=WRONG_USE)
    set_up_logs()
    with plainly(settings):
        from bot.demo import run as run_demo  # noqa: PLC0415 -- as above

        asyncio.run(run_demo(settings))


@app.command()
def check() -> None:
    """Look at everything an installation stands on, and say what to mend. Changes nothing. Exits with 1 for a problem.

    \b
    Example:
      baotin check
    """
    # the doctor's network library takes a moment to import
    from bot.watch.doctor import Finding, examine  # noqa: PLC0415

    try:
        settings = read_settings()
    except WrongSettings as error:
        found = [Finding("settings", line, "correct it in .env or the environment") for line in str(error).splitlines()]
    else:
        with plainly(settings):
            found = asyncio.run(
                examine(
                    settings,
                    unknown=unknown_settings(),
                    platforms=platforms(settings),
                    now=lambda: datetime.now(UTC),
                )
            )
    for one in found:
        typer.echo(f"{'ok' if one.ok else 'problem':8} {one.subject}: {one.words}")
        if not one.ok:
            typer.echo(f"{'':8} to mend: {one.mend}")
    if not all(one.ok for one in found):
        raise typer.Exit(FAILED)


@app.command()
def migrate() -> None:
    """Bring the database forward to this version; `baotin run` does so by itself. Keep a copy of it before.

    \b
    Example:
      baotin migrate
    """
    settings = settings_or_end()
    with plainly(settings):
        make_folder(settings.data)
        applied = bring_forward(settings.database_path)
    for one in applied:
        typer.echo(f"applied {one.number:04} {one.name}")
    if not applied:
        typer.echo("nothing to do: the database is up to date")


@officer_commands.command()
def invite(
    *,
    role: Annotated[Role, typer.Option(help="What they will be.")],
    ward: Annotated[
        str, typer.Option(metavar="CODE", help="The ward's code; * or nothing for admin and auditor.")
    ] = "",
    days: Annotated[int, typer.Option(min=1, max=30, help="Days until the invite expires.")] = 7,
) -> None:
    """Make an invite that works once: a code, and links that hold it. A chief confirms those who come by it.

    \b
    Example:
      baotin officer invite --ward 00103 --role chief
      baotin officer invite --role admin --days 1
    """
    settings = settings_or_end()
    code, now = Chance().fresh_id(), datetime.now(UTC)
    expires_at = now + timedelta(days=days)

    async def invited(store: Store) -> tuple[str, str]:
        where, name = await addressed(store, role, ward=ward)
        permission = officers.invite(store.seal, code, ward=where, role=role, expires_at=expires_at)
        await store.db.commit([permission, log(OPERATOR, what="invited", at=now, detail=f"{where} {role}")])
        return name, await telegram_way(settings, code)

    name, way = work(invited)
    typer.echo(f"Invite: {role} of {name}, until {expires_at.astimezone(settings.timezone):%Y-%m-%d %H:%M}")
    typer.echo(f"Code:      {code}")
    typer.echo(f"Telegram:  {way}")
    typer.echo(f"Web:       {settings.page_address}/officer#invite={code}")
    if settings.console_address:
        typer.echo(f"Console:   {settings.console_address}, then the code")
    typer.echo("It works once; whoever has it can use it. Hand it over in person, or in a way you trust.")
    if settings.public_url is None:
        note(f"The web link works on this machine only, until {PREFIX}PUBLIC_URL is set.")


async def addressed(store: Store, role: Role, *, ward: str) -> tuple[WardCode, str]:
    """The ward that a role is for, and its name. Raises CannotDo for a role without its ward, or one not served."""
    if role in SPANNING:
        if ward not in {"", EVERY_WARD}:
            raise CannotDo(f"{role} is a role for the whole installation: leave --ward out", code=WRONG_USE)
        return EVERY_WARD, "the whole installation"
    if ward in {"", EVERY_WARD}:
        raise CannotDo(f"{role} is a role in one ward: add --ward CODE", code=WRONG_USE)
    found = await known(store, ward)
    if not found.served:
        raise CannotDo(f"{name_of(found)} is not served here; first: baotin ward enable {ward}")
    return found.code, name_of(found)


async def telegram_way(settings: Settings, code: str) -> str:
    """The link that opens the bot with the code; what to write to it where its name cannot be asked."""
    return await chat_link(settings, f"o_{code}") or f"/start o_{code}   (in a chat with the bot)"


@officer_commands.command("list")
def list_officers(
    everybody: Annotated[bool, typer.Option("--all", help="Those whose roles were revoked, too.")] = False,
) -> None:
    """List officers: id, state, duty, roles and name.

    \b
    Example:
      baotin officer list
    """
    listed = [one for one in work(officers.all_officers) if everybody or one.status != "revoked"]
    for one in listed:
        roles = ", ".join(f"{role} {ward}" for ward, role in sorted(one.roles.items())) or "no role"
        typer.echo(f"{one.id}  {one.status:8} {'on duty' if one.on_duty else 'off duty':8}  {roles}  {one.name}")
    if not listed:
        note("There is no officer yet: baotin officer invite --help")


@officer_commands.command()
def revoke(
    officer: Annotated[
        str, typer.Argument(metavar="ID", help="The id as `baotin officer list` shows it, or its start.")
    ],
) -> None:
    """Take all roles from an officer, at once. Their name stays in the histories of tips.

    \b
    Example:
      baotin officer revoke 5k2h9x0c7m3qv1dt
    """
    now = datetime.now(UTC)

    async def revoked(store: Store) -> tuple[Officer, list[WardCode]]:
        everybody = await officers.all_officers(store)
        one = named(officer, everybody)
        acts = [*officers.revoke(one.id, version=one.version), *cards.leave_chat(store.seal, one.place)]
        await store.db.commit([*acts, log(OPERATOR, what="revoked", at=now, detail=one.id)])
        return one, without_chief(one, everybody)

    one, leaderless = work(revoked)
    typer.echo(f"{one.id} holds no role any more.")
    for ward in leaderless:
        note(f"warning: ward {ward} has no chief now; baotin officer invite --ward {ward} --role chief")


@officer_commands.command("sign-in")
def sign_in(
    officer: Annotated[
        str, typer.Argument(metavar="ID", help="The id as `baotin officer list` shows it, or its start.")
    ],
    new_phone: Annotated[
        bool, typer.Option("--new-phone", help="Drop the second factor, and end every sign-in: the phone is lost.")
    ] = False,
) -> None:
    """Make a code with which an officer signs in at the console, once. They can ask for one in the chat: /maytinh.

    \b
    Example:
      baotin officer sign-in 5k2h9x0c7m3qv1dt
    """
    settings = settings_or_end()
    code, now = Chance().fresh_id(), datetime.now(UTC)
    until = now + PASS_HOLDS

    async def permitted(store: Store) -> Officer:
        one = named(officer, await officers.all_officers(store))
        acts = [*sign_ins.forget_factor(one.id), _noted("second-factor-dropped", one, now=now)] if new_phone else []
        acts += [*sign_ins.permit(store.seal, code, officer=one.id, expires_at=until)]
        await store.db.commit([*acts, _noted("sign-in-permitted", one, now=now)])
        return one

    one = work(permitted)
    typer.echo(f"Sign-in code of {one.name}, until {until.astimezone(settings.timezone):%Y-%m-%d %H:%M}")
    typer.echo(f"Code:      {code}")
    typer.echo(f"Console:   {settings.console_address or f'off: {PREFIX}CONSOLE is 0'}")
    if new_phone:
        note("The second factor is gone: whoever needs one sets it up when they sign in.")


def _noted(what: str, one: Officer, *, now: datetime) -> Write:
    return log(OPERATOR, what=what, at=now, detail=one.id)


def named(told: str, everybody: list[Officer]) -> Officer:
    """The officer whose id is told, or begins so; raises CannotDo."""
    wanted = OfficerId(told.strip().lower())
    found = [one for one in everybody if one.id == wanted or (len(wanted) >= SHORTEST_ID and one.id.startswith(wanted))]
    if len(found) != 1:
        which = "no officer" if not found else "more than one officer"
        raise CannotDo(f"{which} has an id that begins so; `baotin officer list` shows ids", code=WRONG_USE)
    if found[0].status == "revoked":
        raise CannotDo("this officer holds no role any more")
    return found[0]


def without_chief(gone: Officer, everybody: list[Officer]) -> list[WardCode]:
    """The wards of which somebody was the only active chief."""
    others = [one for one in everybody if one.id != gone.id and one.status == "active"]
    led = [ward for ward, role in gone.roles.items() if role is Role.CHIEF and gone.status == "active"]
    return [ward for ward in led if not any(one.roles.get(ward) is Role.CHIEF for one in others)]


# the order in which `baotin --help` lists them, after those above
app.command()(poster_commands.qr)
app.command("backup")(backup_commands.back_up)
app.command()(backup_commands.restore)
app.command()(erase_commands.erase)
app.command()(triage_commands.triage)
app.command()(meaning_commands.ask)
app.command()(meaning_commands.category)
app.add_typer(officer_commands, name="officer")
app.add_typer(ward_commands.commands, name="ward")
app.add_typer(outbox_commands.commands, name="outbox")
app.add_typer(meaning_commands.topic_commands, name="topics")
