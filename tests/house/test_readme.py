"""The README names every command and setting there is, and no other; paths in it and in docs lead somewhere."""

import importlib
import re
from collections.abc import Iterator
from typing import Any

import typer.main

from tests.check import ROOT
from tests.house.tree import complain

PREFIX = "BAOTIN_"


def readme() -> str:
    return (ROOT / "README.md").read_text("utf-8")


def commands() -> set[str]:
    """Every command as it is typed, such as "baotin officer invite"."""
    return set(walk(typer.main.get_command(importlib.import_module("bot.cli").app), "baotin"))


def walk(command: Any, typed: str) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield typed
        return
    for name, child in inner.items():
        yield from walk(child, f"{typed} {name}")


def settings() -> set[str]:
    fields: dict[str, Any] = importlib.import_module("bot.settings").Settings.model_fields
    return {PREFIX + name.upper() for name in fields}


def test_every_path_that_the_pages_name_is_there() -> None:
    named = re.compile(r"\b(?:bot|handlers|messages|storage|tests)/[A-Za-z0-9_./]*[A-Za-z0-9_]")
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    complain(
        "a path in the README or in docs leads to a file, a module or a folder",
        [
            f"{page.name}: {path}"
            for page in pages
            for path in sorted(set(named.findall(page.read_text("utf-8"))))
            if not (ROOT / path).exists() and not (ROOT / f"{path}.py").exists()
        ],
    )


def test_the_readme_names_every_command() -> None:
    complain(
        "README.md names the command", (command for command in commands() if not re.search(rf"{command}\b", readme()))
    )


def test_the_readme_names_every_setting() -> None:
    complain("README.md names the setting", settings() - named_settings(readme()))


def named_settings(text: str) -> set[str]:
    return set(re.findall(rf"\b{PREFIX}[A-Z][A-Z_]*[A-Z]\b", text))


def test_every_setting_named_in_a_page_exists() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    complain(
        "a setting that a page names is a field of Settings",
        (f"{page.name}: {name}" for page in pages for name in named_settings(page.read_text("utf-8")) - settings()),
    )


def test_every_command_named_in_a_page_exists() -> None:
    """Inside backticks and code blocks a page's `baotin …` must begin a command."""
    first = {command.split()[1] for command in commands()}
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    complain(
        "a command that a page names exists",
        (
            f"{page.name}: baotin {word}"
            for page in pages
            for word in re.findall(r"(?:`|^|bin/|-m )baotin ([a-z][a-z-]*)", page.read_text("utf-8"), re.MULTILINE)
            if word not in first
        ),
    )
