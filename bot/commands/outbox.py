"""`baotin outbox …`: lines that were given up. Neither whom they are for nor what they say is shown."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.commands.ending import WRONG_USE, CannotDo, end, work
from bot.commands.ward import OPERATOR
from storage import outbox
from storage.errors import Stale
from storage.outbox import DeadLetter
from storage.store import Store
from storage.tips import log
from storage.writes import Write

MOST = 1000
"""Lines listed, and lines meant by `--all`."""

commands = typer.Typer(help="Lines that were given up: list, retry, drop.", no_args_is_help=True, rich_markup_mode=None)

Lines = Annotated[list[int] | None, typer.Argument(metavar="LINE...", help="Numbers, as `baotin outbox list` shows.")]
Every = Annotated[bool, typer.Option("--all", help="All that were given up.")]


@commands.command("list")
def list_lines() -> None:
    """List lines that were given up: number, lane, channel, day, and the platform's reason.

    \b
    Example:
      baotin outbox list
    """

    async def listed(store: Store) -> list[DeadLetter]:
        return await outbox.dead_letters(store.db, limit=MOST)

    found = work(listed)
    for line in found:
        age = (datetime.now(UTC) - line.owed_at).days
        typer.echo(f"{line.id}  {line.lane.name.lower():8}  {line.channel or '-':8}  {age} days  {line.reason}")
    if not found:
        typer.echo("Nothing was given up.")


@commands.command()
def retry(lines: Lines = None, every: Every = False) -> None:
    """Try lines anew, from the beginning; a running `baotin run` takes them up within a minute.

    \b
    Example:
      baotin outbox retry 1204 1207
      baotin outbox retry --all
    """
    count = _each(lines, every, what="retried", act=lambda line: outbox.retry(line, datetime.now(UTC)))
    typer.echo(f"{count} lines are tried again.")


@commands.command()
def drop(lines: Lines = None, every: Every = False) -> None:
    """Forget lines for good.

    \b
    Example:
      baotin outbox drop 1204
    """
    typer.echo(f"{_each(lines, every, what='dropped', act=outbox.drop)} lines are forgotten.")


def _each(lines: list[int] | None, every: bool, *, what: str, act: Callable[[int], Write]) -> int:
    if bool(lines) == every:
        end("name lines, or --all", code=WRONG_USE)

    async def done(store: Store) -> int:
        dead = [letter.id for letter in await outbox.dead_letters(store.db, limit=MOST)]
        wanted = dead if every else list(dict.fromkeys(lines or ()))
        if missing := [line for line in wanted if line not in dead]:
            raise CannotDo(f"line {missing[0]} was not given up", code=WRONG_USE)
        logged = log(OPERATOR, what=f"lines-{what}", at=datetime.now(UTC), detail=str(len(wanted)))
        try:
            await store.db.commit([*(act(line) for line in wanted), logged])
        except Stale:
            raise CannotDo("somebody else was faster; list them again") from None
        return len(wanted)

    return work(done)
