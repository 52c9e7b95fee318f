"""Whoever decides does not touch: time, chance and configuration are arguments, and messages/ is pure."""

import ast
from collections.abc import Iterator

from tests.house.tree import Module, complain, modules

# what a layer that decides must be given instead of fetching it: the clock, chance, configuration, the screen
BANNED_IMPORTS = {
    "handlers": {"time", "random", "secrets", "uuid", "os", "logging", "structlog", "socket", "subprocess", "sqlite3"},
    "messages": {"time", "random", "secrets", "uuid", "os", "logging", "structlog", "socket", "subprocess", "sqlite3"},
}
BANNED_CALLS = {"print", "open", "input", "eval", "exec"}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}


def test_handlers_and_messages_fetch_no_clock_chance_or_configuration() -> None:
    complain(
        "time, randomness and configuration are arguments",
        (
            f"{module.path}:{line} {word}"
            for package, banned in BANNED_IMPORTS.items()
            for module in modules(package)
            for line, word in imports(module)
            if word.split(".")[0] in banned
        ),
    )


def imports(module: Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module.code):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""


def test_handlers_call_no_clock_and_print_nothing() -> None:
    complain(
        "handlers look through facts, and touch nothing",
        (
            f"{module.path}:{node.lineno} {ast.unparse(node.func)}(…)"
            for module in modules("handlers")
            for node in ast.walk(module.code)
            if isinstance(node, ast.Call) and is_banned(node.func)
        ),
    )


def is_banned(called: ast.expr) -> bool:
    match called:
        case ast.Name(id=name):
            return name in BANNED_CALLS
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
            return (owner, name) in CLOCKS
        case _:
            return False


def test_messages_never_wait() -> None:
    complain(
        "messages/ is pure: nothing in it awaits",
        (
            f"{module.path}:{node.lineno}"
            for module in modules("messages")
            for node in ast.walk(module.code)
            if isinstance(node, ast.AsyncFunctionDef | ast.Await)
        ),
    )


def test_only_settings_reads_the_environment() -> None:
    complain(
        "bot/settings.py is the only reader of the environment",
        (
            f"{module.path}:{line} {word}"
            for module in modules()
            if module.path != "bot/settings.py"
            for line, word in environment_reads(module)
        ),
    )


def environment_reads(module: Module) -> Iterator[tuple[int, str]]:
    """Uses of the environment but for setting a variable, which is how some libraries are switched."""
    switches = {
        id(node.value)
        for node in ast.walk(module.code)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    }
    for node in ast.walk(module.code):
        if (
            isinstance(node, ast.Attribute)
            and ast.unparse(node) in ("os.environ", "os.getenv")
            and id(node) not in switches
        ):
            yield node.lineno, ast.unparse(node)


def test_what_is_banned_is_recognised_in_each_way_of_writing_it() -> None:
    written = ["datetime.now(UTC)", "datetime.datetime.now()", "date.today()", "print(1)", "facts.now()", "shop.open()"]
    calls = {source: node for source in written for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)}
    assert [source for source, call in calls.items() if is_banned(call.func)] == written[:4]
