"""How a command answers a text, or each line of standard input: in words, or one JSON object a line.

A line of input that is a JSON object says its words under "text"; what else it holds is context for the command.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TextIO

import typer

STANDARD_INPUT = "-"
"""Typed as the text, it means: read lines of standard input."""


@dataclass(frozen=True)
class Asked:
    """What a command is asked about: a text, and what the line said besides ("context_province")."""

    text: str
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answered:
    """The answer as a program reads it, and as a person does."""

    values: Mapping[str, object]
    words: str


def answer_each(text: str, answer: Callable[[Asked], Answered], *, as_json: bool) -> None:
    """Print the answer to a text, or to every line of standard input, each as soon as it is known, in order."""
    asked: Iterable[Asked] = [Asked(text)]
    if text == STANDARD_INPUT:
        if hasattr(sys.stdin, "reconfigure"):  # whatever the terminal's language, people's words are UTF-8
            sys.stdin.reconfigure(encoding="utf-8", errors="replace")
        asked = asked_in(sys.stdin)
    for one in asked:
        answered = answer(one)
        typer.echo(json.dumps(answered.values, ensure_ascii=False) if as_json else answered.words)


def asked_in(lines: TextIO) -> Iterator[Asked]:
    """What the lines of a file ask, an empty line too, so that answers stay beside their questions."""
    for line in lines:
        yield _asked(line.removesuffix("\n").removesuffix("\r"))


def _asked(line: str) -> Asked:
    if line.lstrip().startswith("{"):
        try:
            values = json.loads(line)
        except (ValueError, RecursionError):
            return Asked(line)
        if isinstance(values.get("text"), str):
            context = {key: value for key, value in values.items() if key != "text" and isinstance(value, str)}
            return Asked(values["text"], context)
    return Asked(line)
