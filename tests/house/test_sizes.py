"""A module fits on three screens, a function on one, and a call says what its arguments mean."""

import ast

from tests.house.tree import Function, Module, complain, functions, modules

LINES_IN_MODULE = 400
LINES_IN_FUNCTION = 40
BY_POSITION = 2

# what goes through every conversation, always last and always in this order, needs no naming at the call
ALWAYS_LAST = ("facts", "said")
RULING = ["tip", "officer", "decision"]  # and facts: the signature of every officer's decision
# path:function -> whose signature it has to keep
OVERRIDES = {
    "bot/channels/telegram_http.py:do_request": "python-telegram-bot's BaseRequest.do_request",
}


def test_every_module_fits_in_400_lines() -> None:
    complain(
        f"a module has at most {LINES_IN_MODULE} lines",
        (
            f"{module.path}: {count} lines"
            for module in modules("bot", "handlers", "storage", "messages", "tests")
            if (count := len(module.text.splitlines())) > LINES_IN_MODULE
        ),
    )


def test_every_function_fits_in_40_lines_of_code() -> None:
    complain(
        f"a function has at most {LINES_IN_FUNCTION} lines, not counting its docstring, blank lines and comments",
        (
            f"{module.path}:{function.lineno} {function.name}: {count} lines"
            for module in modules("bot", "handlers", "storage", "messages", "tests")
            for function, _ in functions(module)
            if (count := code_lines(module, function)) > LINES_IN_FUNCTION
        ),
    )


def code_lines(module: Module, function: Function) -> int:
    first = function.body[0]
    described = set[int]()
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        described = set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    lines = module.text.splitlines()
    span = range(function.lineno, (function.end_lineno or function.lineno) + 1)
    kept = [lines[number - 1].strip() for number in span if number not in described]
    return sum(bool(line) and not line.startswith("#") for line in kept)


def test_parameters_after_the_second_are_keyword_only() -> None:
    complain(
        f"after the first {BY_POSITION} a parameter is keyword-only, so that a call reads",
        (
            f"{module.path}:{function.lineno} {function.name}({', '.join(names)})"
            for module in modules()
            for function, is_method in functions(module)
            if len(names := by_position(function, is_method=is_method)) > BY_POSITION
            and not is_agreed(names)
            and not is_exempt(module, function)
        ),
    )


def by_position(function: Function, *, is_method: bool) -> list[str]:
    names = [argument.arg for argument in function.args.posonlyargs + function.args.args]
    static = any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in function.decorator_list)
    return names[1:] if is_method and not static else names


def is_agreed(names: list[str]) -> bool:
    """Whether all but what always comes last is short enough, or a ruling; `_said` is an unused `said`."""
    bare = [name.removeprefix("_") for name in names]
    for last in ALWAYS_LAST:
        if bare[-1] == last:
            bare.pop()
    return len(bare) <= BY_POSITION or bare == RULING


def is_exempt(module: Module, function: Function) -> bool:
    """Python and pydantic call these themselves, and a listed library declares the others."""
    validates = any(
        "validator" in ast.unparse(mark) or "serializer" in ast.unparse(mark) for mark in function.decorator_list
    )
    dunder = function.name.startswith("__") and function.name.endswith("__") and function.name != "__init__"
    return validates or dunder or f"{module.path}:{function.name}" in OVERRIDES


def test_every_exemption_from_keyword_only_is_still_needed() -> None:
    defined = {f"{module.path}:{function.name}" for module in modules() for function, _ in functions(module)}
    complain("an exemption names a function that exists", OVERRIDES.keys() - defined)
