"""How every command begins and ends: settings read, errors as one clear line on stderr, and an exit code.

0: done. 1: it failed. 2: wrong use, of a command or of a setting.
"""

import asyncio
import contextlib
import errno
from collections.abc import Awaitable, Callable, Iterator
from typing import Final, NoReturn, TypeVar

import typer

from bot.logs import where
from bot.opening import explain, open_store
from bot.settings import PREFIX, Settings, WrongSettings, read_settings, unknown_settings
from storage.errors import StorageError
from storage.store import Store

FAILED: Final = 1
WRONG_USE: Final = 2

Answer = TypeVar("Answer")


class CannotDo(Exception):
    """A command ends here; the text is the line that the operator reads."""

    def __init__(self, words: str, *, code: int = FAILED) -> None:
        super().__init__(words)
        self.code = code


def settings_or_end() -> Settings:
    """The settings; a wrong one ends the command. What is no setting is said and passed over."""
    for line in unknown_settings():
        note(f"warning: {line}")
    try:
        return read_settings()
    except WrongSettings as error:
        end(str(error), code=WRONG_USE)


def work(do: Callable[[Store], Awaitable[Answer]], settings: Settings | None = None) -> Answer:
    """Open the installation beside whatever `run` is at work, do one thing with it, and close it.

    Without `settings` it is that of the environment and `.env`.
    """
    where_it_is = settings or settings_or_end()

    async def opened() -> Answer:
        async with open_store(where_it_is, tell=note) as store:
            return await do(store)

    with plainly(where_it_is):
        return asyncio.run(opened())


@contextlib.contextmanager
def plainly(settings: Settings) -> Iterator[None]:
    """Turn whatever is raised into a line on stderr and an exit code; a traceback helps no operator."""
    try:
        with _alone():
            yield
    except (typer.Exit, typer.BadParameter, typer.Abort):
        raise
    except CannotDo as error:
        end(str(error), code=error.code)
    except WrongSettings as error:
        end(str(error), code=WRONG_USE)
    except StorageError as error:
        end(explain(error, settings))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            end(
                f"port {settings.web_port} is taken, maybe by another baotin; stop that, or take another port: "
                f"{PREFIX}WEB_PORT, or --port of the demo"
            )
        about = f": {error.filename}" if error.filename else ""
        end(f"{error.strerror or type(error).__name__}{about}")
    except KeyboardInterrupt:
        raise typer.Exit(0) from None  # how an operator ends what runs until it is stopped
    except Exception as error:
        end(f"a mistake of ours: {type(error).__name__} at {' '.join(where(error)) or 'an unknown place'}")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Take the first exception out of a group, which is how tasks that ran together hand theirs over."""
    try:
        yield
    except BaseExceptionGroup as group:
        first: BaseException = group
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None


def note(words: str) -> None:
    """Say something beside the command's own output."""
    typer.echo(words, err=True)


def end(words: str, code: int = FAILED) -> NoReturn:
    """Say why and stop."""
    for line in words.splitlines():
        note(f"baotin: {line}")
    raise typer.Exit(code)
