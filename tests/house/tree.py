"""The tree as the house tests read it: our modules, their code and the strings in them. Needs no git."""

import ast
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.check import PACKAGES, ROOT

BUILT = ("build", "dist", "venv", "node_modules", "data", "data-demo")
# run by hand beside the data they make; in no package, and never imported
SCRIPTS = ("storage/units/generate.py", "storage/units/generate_former.py")
KEPT_DOTS = (".ci", ".gitignore", ".github")


@dataclass(frozen=True, slots=True)
class Module:
    """One of our Python modules; `path` is relative to the top, with slashes."""

    path: str
    text: str
    code: ast.Module

    @property
    def words(self) -> list[str]:
        """The names on the way to it: package, sub-package, module."""
        return self.path.removesuffix(".py").split("/")


Function = ast.FunctionDef | ast.AsyncFunctionDef


@functools.cache
def files() -> tuple[Path, ...]:
    """Every file of the project: no caches, no environments, no data folders."""
    return tuple(_walk(ROOT))


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name in KEPT_DOTS or not _is_foreign(path, at_top=folder == ROOT):
                yield from _walk(path)
        elif path.name in KEPT_DOTS or not path.name.startswith("."):
            yield path


def _is_foreign(folder: Path, *, at_top: bool) -> bool:
    made = folder.name.startswith(".") or folder.name == "__pycache__" or folder.name.endswith(".egg-info")
    return made or (at_top and folder.name in BUILT) or (folder / "pyvenv.cfg").exists()


def relative(path: Path) -> str:
    """How a message names a file: from the top, with slashes."""
    return path.relative_to(ROOT).as_posix()


@functools.cache
def modules(*packages: str) -> tuple[Module, ...]:
    """The Python modules of the given packages, or of our four."""
    return tuple(
        Module(relative(path), text := path.read_text("utf-8"), ast.parse(text, str(path)))
        for path in files()
        if path.suffix == ".py" and relative(path).split("/")[0] in (packages or PACKAGES)
    )


def functions(module: Module) -> Iterator[tuple[Function, bool]]:
    """Every function of a module, inner ones too, and whether it is a method."""
    methods = {
        id(child)
        for node in ast.walk(module.code)
        if isinstance(node, ast.ClassDef)
        for child in ast.iter_child_nodes(node)
    }
    for node in ast.walk(module.code):
        if isinstance(node, Function):
            yield node, id(node) in methods


def docstrings(module: Module) -> set[int]:
    """The ids of the nodes that only describe: docstrings, also those under a field or a constant."""
    return {
        id(node.value)
        for node in ast.walk(module.code)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


def strings(module: Module) -> Iterator[tuple[int, str]]:
    """Line and text of every string literal that is not a docstring; an f-string is one text with {} for its values."""
    described, inside = docstrings(module), set[int]()
    for node in ast.walk(module.code):
        if isinstance(node, ast.JoinedStr):
            inside.update(id(part) for part in node.values)
            yield node.lineno, "".join(_text(part) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described | inside:
            yield node.lineno, node.value


def _text(part: ast.expr) -> str:
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "{}"


def complain(rule: str, found: Iterable[str]) -> None:
    """Fail with the rule and everything that breaks it, one a line."""
    if broken := sorted(set(found)):
        pytest.fail("\n  ".join([f"{rule} ({len(broken)} broken):", *broken]), pytrace=False)
