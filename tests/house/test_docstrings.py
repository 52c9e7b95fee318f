"""Everything that others may use says what it is for, and a package's own module says nothing else."""

import ast
from collections.abc import Iterator

from tests.house.tree import SCRIPTS, Function, Module, complain, modules


def test_modules_public_classes_and_functions_have_docstrings() -> None:
    complain(
        "modules, public classes and public functions have a docstring",
        (f"{module.path}:{line} {name}" for module in modules() for line, name in undescribed(module)),
    )


def undescribed(module: Module) -> Iterator[tuple[int, str]]:
    if not ast.get_docstring(module.code):
        yield 1, "module"
    for node in module.code.body:
        public = isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_")
        if isinstance(node, Function | ast.ClassDef) and public and not ast.get_docstring(node):
            yield node.lineno, node.name


def test_a_package_module_holds_only_its_docstring() -> None:
    complain(
        "__init__.py holds a docstring and no re-exports",
        (
            module.path
            for module in modules("bot", "handlers", "storage", "messages", "tests")
            if module.words[-1] == "__init__" and not (len(module.code.body) == 1 and ast.get_docstring(module.code))
        ),
    )


def test_every_folder_with_modules_is_a_package() -> None:
    every = modules("bot", "handlers", "storage", "messages", "tests")
    packages = {module.path.rpartition("/")[0] for module in every if module.words[-1] == "__init__"}
    folders = {module.path.rpartition("/")[0] for module in every if module.path not in SCRIPTS}
    complain("a folder of modules has an __init__.py", folders - packages)
