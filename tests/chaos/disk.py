"""What a disk holds after a power cut, built from the journal of machine.c.

Promised by a disk, and therefore kept here: what was written to a file before a sync of it that has ended, and names
made, changed or removed before a sync of their folder that has ended. Everything else may be there, in part or not:
any of the writes, in any order, each torn at any sector; of the names of a folder the older changes first, as
file systems with a journal do it.
"""

import os
import random
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

SECTOR = 512
"""Bytes that a disk writes whole."""
HEAD = struct.Struct("=IIqqQII")
CREATE, TRUNCATE = os.O_CREAT, os.O_TRUNC

Loss = Literal["all", "some", "none"]
"""How much of what was not synced is lost."""
Kept = dict[str, bytes | None]
"""Contents by path, relative to the watched folder; None for a folder."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A write at an offset, or a truncation to it."""

    offset: int
    data: bytes | None


@dataclass(eq=False, slots=True)
class _File:
    """One file or folder, whatever it is called."""

    is_folder: bool = False
    safe: bytearray = field(default_factory=bytearray)
    unsafe: list[_Change] = field(default_factory=list)
    settled: int = 0
    """How many changes have become safe so far."""

    def settle(self, count: int) -> None:
        """All changes up to the `count`th are safe."""
        now = max(0, count - self.settled)
        for change in self.unsafe[:now]:
            _apply(self.safe, change)
        del self.unsafe[:now]
        self.settled += now

    def noted(self) -> int:
        return self.settled + len(self.unsafe)


@dataclass(frozen=True, slots=True)
class _Naming:
    """What happens to the names of a folder in one go: a name stands for a file, or for none any more."""

    names: tuple[tuple[str, _File | None], ...]


@dataclass(slots=True)
class _Folder:
    unsafe: list[_Naming] = field(default_factory=list)
    settled: int = 0


@dataclass(frozen=True, slots=True)
class Sync:
    """A sync that ended, for those who ask whether one lay between a write and its acknowledgement."""

    path: str
    at: int


class Disk:
    """Follows the journals of one folder, run after run; what was on the disk at first counts as safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._open: dict[int, tuple[_File, str]] = {}
        self._begun: dict[int, tuple[_File, str, int]] = {}
        self._folders: dict[str, _Folder] = {}
        self._safe_names: dict[str, _File] = {}
        self._names: dict[str, _File] = {}
        self._reading: BinaryIO | None = None
        self.syncs: list[Sync] = []
        self._take_in()

    def _take_in(self) -> None:
        """What lies in the folder now is safe."""
        self._safe_names = {"": _File(is_folder=True)}
        for path in sorted(self._folder.rglob("*")):
            if not path.name.endswith("-shm"):
                content = b"" if path.is_dir() else path.read_bytes()
                self._safe_names[str(path.relative_to(self._folder))] = _File(path.is_dir(), bytearray(content))
        self._names = dict(self._safe_names)
        self._folders.clear()

    def begin(self, journal: Path) -> None:
        """Follow another run's journal from its beginning; what the last one left unsynced stays so."""
        self.end()
        self._open.clear()
        self._begun.clear()
        self._reading = journal.open("rb")

    def end(self) -> None:
        """Leave the journal."""
        if self._reading is not None:
            self._reading.close()
            self._reading = None

    def follow(self, until: int | None = None) -> None:
        """Read on, to the journal's end or to a moment in monotonic nanoseconds. A torn last record never was."""
        for kind, fd, number, at, first, second in self._records(until):
            self._hear(kind, fd, number, at=at, first=first, second=second)

    def _records(self, until: int | None) -> Iterator[tuple[str, int, int, int, bytes, bytes]]:
        assert self._reading is not None
        while True:
            here = self._reading.tell()
            head = self._reading.read(HEAD.size)
            if len(head) < HEAD.size:
                break
            _, kind, fd, number, at, first, second = HEAD.unpack(head)
            if until is not None and at > until:
                break
            body = self._reading.read(first + second)
            if len(body) < first + second:
                break
            yield chr(kind), fd, number, at, body[:first], body[first:]
        self._reading.seek(here)

    def _hear(self, kind: str, fd: int, number: int, *, at: int, first: bytes, second: bytes) -> None:
        match kind:
            case "o":
                self._opened(fd, self._name(first), flags=number)
            case "w":
                self._open[fd][0].unsafe.append(_Change(number, first))
            case "t":
                self._open[fd][0].unsafe.append(_Change(number, None))
            case "s":
                file, path = self._open[fd]
                upto = self._of(path).settled + len(self._of(path).unsafe) if file.is_folder else file.noted()
                self._begun[number] = (file, path, upto)
            case "d":
                self._synced(*self._begun.pop(number), at=at)
            case "r":
                before, after = self._name(first), self._name(second)
                self._rename((before, None), (after, self._names[before]))
            case "l":
                self._rename((self._name(second), self._names[self._name(first)]))
            case "u":
                self._rename((self._name(first), None))
            case "m":
                self._rename((self._name(first), _File(is_folder=True)))
            case _:
                raise AssertionError(f"machine.c notes nothing called {kind!r}")

    def _name(self, path: bytes) -> str:
        name = os.path.relpath(path.decode(), self._folder)
        return "" if name == "." else name

    def _of(self, path: str) -> _Folder:
        return self._folders.setdefault(path, _Folder())

    def _opened(self, fd: int, name: str, *, flags: int) -> None:
        if name not in self._names:
            assert flags & CREATE, f"{name} was opened, and nobody made it"
            self._rename((name, _File()))
        file = self._names[name]
        if flags & TRUNCATE:
            file.unsafe.append(_Change(0, None))
        self._open[fd] = (file, name)

    def _rename(self, *names: tuple[str, _File | None]) -> None:
        _name_all(self._names, names)
        self._of(str(Path(names[-1][0]).parent).removeprefix(".")).unsafe.append(_Naming(names))

    def _synced(self, file: _File, path: str, count: int, *, at: int) -> None:
        self.syncs.append(Sync(path, at))
        if not file.is_folder:
            file.settle(count)
            return
        folder = self._of(path)
        now = max(0, count - folder.settled)
        for naming in folder.unsafe[:now]:
            _name_all(self._safe_names, naming.names)
        del folder.unsafe[:now]
        folder.settled += now

    def kept(self, loss: Loss, chance: random.Random) -> Kept:
        """What is found after the power comes back. `chance` decides what goes when only some is lost."""
        names = dict(self._safe_names)
        for folder in self._folders.values():
            for naming in folder.unsafe[: _how_many(len(folder.unsafe), loss, chance)]:
                _name_all(names, naming.names)
        contents: dict[_File, bytes] = {}
        for file in names.values():
            if not file.is_folder and file not in contents:
                contents[file] = _content(file, loss, chance)
        return {
            name: None if file.is_folder else contents[file]
            for name, file in sorted(names.items())
            if name and _is_reachable(name, names)
        }

    def cut_power(self, loss: Loss, chance: random.Random) -> None:
        """Leave in the folder what a power cut leaves. Only once the bot's process is gone."""
        put(self._folder, self.kept(loss, chance))
        self._take_in()


def put(folder: Path, kept: Kept) -> None:
    """Let a folder hold exactly this; its files keep the modes they had, so that a key stays a private key."""
    modes = (
        {path: path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.exists()} if folder.exists() else {}
    )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    for name, content in kept.items():
        path = folder / name
        if content is None:
            path.mkdir(exist_ok=True)
        else:
            path.write_bytes(content)
        path.chmod(modes.get(path, 0o700 if content is None else 0o600))


def _name_all(names: dict[str, _File], changes: tuple[tuple[str, _File | None], ...]) -> None:
    for name, file in changes:
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file


def _is_reachable(name: str, names: dict[str, _File]) -> bool:
    """A file whose folder was lost is lost with it."""
    return all(str(above) in names for above in Path(name).parents if str(above) != ".")


def _how_many(count: int, loss: Loss, chance: random.Random) -> int:
    return 0 if loss == "all" else count if loss == "none" else chance.randint(0, count)


def _content(file: _File, loss: Loss, chance: random.Random) -> bytes:
    content = bytearray(file.safe)
    if loss == "all":
        return bytes(content)
    style = "whole" if loss == "none" else chance.choice(("whole", "older", "any", "torn"))
    older = _how_many(len(file.unsafe), "some", chance)
    for number, change in enumerate(file.unsafe):
        if style == "whole" or (style == "older" and number < older) or (style == "any" and chance.random() < 0.5):
            _apply(content, change)
        elif style == "torn":
            for part in _sectors(change):
                if chance.random() < 0.5:
                    _apply(content, part)
    return bytes(content)


def _sectors(change: _Change) -> Iterator[_Change]:
    """A write as the disk sees it; a truncation is one thing."""
    if change.data is None:
        yield change
        return
    begin = 0
    while begin < len(change.data):
        end = begin + SECTOR - (change.offset + begin) % SECTOR
        yield _Change(change.offset + begin, change.data[begin:end])
        begin = end


def _apply(content: bytearray, change: _Change) -> None:
    if change.data is None:
        if change.offset <= len(content):
            del content[change.offset :]
        else:
            content.extend(bytes(change.offset - len(content)))
        return
    if change.offset > len(content):
        content.extend(bytes(change.offset - len(content)))
    content[change.offset : change.offset + len(change.data)] = change.data
