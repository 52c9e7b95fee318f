"""The labelled messages of `tests/meaning`: what is learned from, and what is held back to measure by.

A line is a label, a style and a text between tabs. `learn*.tsv` teach; `held*.tsv` are only ever measured by, never
looked at line by line and never tuned on.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent


class Labelled(NamedTuple):
    """A message, what it means, and in which style it is written."""

    label: str
    style: str
    text: str


def learned(subject: str) -> list[Labelled]:
    """The messages of a folder that teach."""
    return [one for file in files(subject, "learn") for one in read_lines(file)]


def held_back(subject: str) -> list[Labelled]:
    """The messages of a folder that measure."""
    return [one for file in files(subject, "held") for one in read_lines(file)]


def files(subject: str, part: str) -> list[Path]:
    """The files of a part, in a lasting order."""
    return sorted((FOLDER / subject).glob(f"{part}*.tsv"))


def read_lines(file: Path) -> Iterator[Labelled]:
    """The messages of one file."""
    for line in file.read_text(encoding="utf-8").splitlines():
        label, style, text = line.split("\t")
        yield Labelled(label, style, text)
