"""What a thief of the disk has: the bytes of every file but the key's, and the rows of the database without the key."""

import base64
import json
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from messages.meaning.folding import fold

CHUNK = 6
"""The shortest word that counts as found: shorter ones occur in any file by chance."""
Cell = str | int | float | bytes | None


def stolen(data: Path, to: Path) -> Path:
    """A copy of the data folder as it lies there now, the key file left behind."""
    shutil.copytree(data, to, ignore=shutil.ignore_patterns("*.key", "*.lock"))
    return to


def contents(folder: Path) -> dict[str, bytes]:
    """Every file and its bytes; its name counts as well."""
    return {
        str(path.relative_to(folder)): path.name.encode() + b"\0" + path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def found_in(folder: Path, written: Iterable[str]) -> list[str]:
    """Which of these words are in which file, in any of their forms."""
    files = contents(folder)
    lowered = {name: raw.lower() for name, raw in files.items()}
    return [
        f"{words!r} as {form!r} in {name}"
        for words in written
        for form in forms(words)
        for name, raw in lowered.items()
        if form.lower() in raw
    ]


def forms(words: str) -> Iterator[bytes]:
    """The words as bytes: whole, each long word alone, three in a row (words here are short).

    As written, folded, escaped, in UTF-16, in hex, and in base64 at any offset.
    """
    parts = {words, *(part for part in re.split(r"\W+", words) if len(part) >= CHUNK), *_threes(words)}
    parts |= {fold(part) for part in parts}
    for part in sorted(parts):
        yield part.encode()
        yield json.dumps(part)[1:-1].encode()
        yield part.encode("utf-16-le")
    yield words.encode().hex().encode()
    for offset in range(3):
        # cut to whole groups of three bytes: what stands before and after is unknown
        raw = words.encode()[offset:]
        yield base64.b64encode(raw[: len(raw) // 3 * 3])


def _threes(words: str) -> set[str]:
    each = words.split()
    return {" ".join(each[start : start + 3]) for start in range(len(each) - 2)}


@dataclass(frozen=True)
class Row:
    """One row of one table."""

    table: str
    number: int
    cells: tuple[tuple[str, Cell], ...]

    def __getitem__(self, column: str) -> Cell:
        return dict(self.cells)[column]


def rows(folder: Path) -> list[Row]:
    """Every row of every table, as SQLite shows them to anybody; the log of writes is read with them."""
    found: list[Row] = []
    with closing(sqlite3.connect(folder / "baotin.db")) as opened:
        opened.row_factory = sqlite3.Row
        tables = [row[0] for row in opened.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            for number, row in enumerate(opened.execute(f"SELECT * FROM {table}")):
                found.append(Row(table, number, tuple(zip(row.keys(), row, strict=True))))
    return found
