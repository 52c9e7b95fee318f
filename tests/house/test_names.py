"""Names say what a thing is: words that fit everything name nothing."""

import ast
import re
from collections.abc import Iterator

from tests.house.tree import Function, Module, complain, modules

EMPTY_WORDS = {
    "manager", "service", "helper", "helpers", "util", "utils", "common", "misc",
    "base", "data", "info", "item", "items", "process",
}  # fmt: skip
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# path:name -> whose word it is
SOMEBODY_ELSES: dict[str, str] = {}


def test_no_module_class_or_function_has_an_empty_name() -> None:
    complain(
        f"names avoid {', '.join(sorted(EMPTY_WORDS))}",
        (
            f"{module.path}:{line} {name}"
            for module in modules()
            for line, name in names(module)
            if EMPTY_WORDS & words(name) and f"{module.path}:{name}" not in SOMEBODY_ELSES
        ),
    )


def names(module: Module) -> Iterator[tuple[int, str]]:
    yield 1, module.words[-1]
    for node in ast.walk(module.code):
        if isinstance(node, Function | ast.ClassDef) and not (node.name.startswith("__") and node.name.endswith("__")):
            yield node.lineno, node.name


def words(name: str) -> set[str]:
    """The words of a snake_case or CamelCase name."""
    return {word.lower() for word in WORD.findall(name)}


def test_words_are_found_in_both_ways_of_writing() -> None:
    assert words("TipManager") == {"tip", "manager"}
    assert words("handle_HTTPData") == {"handle", "http", "data"}
    assert words("database") == {"database"}


def test_every_borrowed_name_still_exists() -> None:
    defined = {f"{module.path}:{name}" for module in modules() for _, name in names(module)}
    complain("a borrowed name names something that exists", SOMEBODY_ELSES.keys() - defined)
