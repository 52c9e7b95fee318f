"""The machine under the bot, which can fail: a library preloaded into it, and the words by which a test turns it.

Linux only, as it needs LD_PRELOAD; the library is compiled from machine.c when it is first wanted.
"""

import errno
import functools
import hashlib
import mmap
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from enum import IntEnum
from pathlib import Path

from tests.check import COMPILERS

SOURCE = Path(__file__).with_name("machine.c")
FLAGS = ("-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-pthread")


class NoMachineError(Exception):
    """The library cannot be had here; the message says why."""


@functools.cache
def library() -> Path:
    """The compiled library; raises NoMachineError where there is no Linux or no C compiler."""
    if not sys.platform.startswith("linux"):
        raise NoMachineError("a machine that fails needs Linux (LD_PRELOAD)")
    source = SOURCE.read_bytes()
    folder = Path(tempfile.gettempdir()) / f"baotin-machine-{os.getuid()}"
    built = folder / f"{hashlib.sha256(source + ' '.join(FLAGS).encode()).hexdigest()[:16]}.so"
    if built.exists():
        return built
    compiler = next((found for name in COMPILERS if (found := shutil.which(name))), None)
    if compiler is None:
        raise NoMachineError("no C compiler on this machine (the check installs one when it runs as root on Debian)")
    folder.mkdir(mode=0o700, exist_ok=True)
    draft = folder / f"{os.getpid()}.so"
    done = subprocess.run([compiler, *FLAGS, "-o", draft, SOURCE, "-ldl"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoMachineError(f"machine.c does not compile: {done.stderr[:2000]}")
    draft.replace(built)
    return built


def slow_disk(milliseconds: float) -> dict[str, str]:
    """The environment in which every sync of a child process takes so much longer, and nothing else is changed."""
    return {"LD_PRELOAD": str(library()), "MACHINE_SYNC_DELAY_MS": str(milliseconds)}


class Word(IntEnum):
    """Where each word lies in the control file; as `enum word` of machine.c."""

    CLOCK_SHIFT_NS = 0
    WRITE_ERRNO = 1
    SYNC_ERRNO = 2
    SYNC_DELAY_US = 3
    LOOP_STALL_US = 4


class Machine:
    """One machine: `environment` for the bot's process, and verbs that make it fail while the bot runs.

    `folder` is what the journal watches, by its real path; `scratch` holds the journals and must lie outside of it.
    """

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder = folder.resolve()
        self._scratch = scratch
        scratch.mkdir(parents=True, exist_ok=True)
        path = scratch / "control"
        path.write_bytes(bytes(8 * len(Word)))
        with path.open("r+b") as file:
            self._words = mmap.mmap(file.fileno(), 8 * len(Word))
        self._control = path
        self._runs = 0
        self.journal = scratch / "journal-0"
        """What the run under way writes."""

    def close(self) -> None:
        """Leave the control file."""
        self._words.close()

    def environment(self) -> dict[str, str]:
        """What the next run of the bot needs in its environment; it begins a journal of its own."""
        self.journal.unlink(missing_ok=True)
        self._runs += 1
        self.journal = self._scratch / f"journal-{self._runs}"
        return {
            "LD_PRELOAD": str(library()),
            "MACHINE_FOLDER": str(self.folder),
            "MACHINE_JOURNAL": str(self.journal),
            "MACHINE_CONTROL": str(self._control),
        }

    def shift_clock(self, seconds: float) -> None:
        """The wall clock jumps, on top of what it has jumped before."""
        self._set(Word.CLOCK_SHIFT_NS, self._get(Word.CLOCK_SHIFT_NS) + round(seconds * 1e9))

    @property
    def shift(self) -> float:
        """Seconds by which the wall clock is ahead."""
        return self._get(Word.CLOCK_SHIFT_NS) / 1e9

    def fill_disk(self, *, full: bool = True) -> None:
        """Nothing that needs more room can be written any more; what has its room already may be overwritten."""
        self._set(Word.WRITE_ERRNO, errno.ENOSPC if full else 0)

    def break_disk(self, *, broken: bool = True) -> None:
        """No write succeeds any more, and no sync."""
        for word in (Word.WRITE_ERRNO, Word.SYNC_ERRNO):
            self._set(word, errno.EIO if broken else 0)

    def break_syncs(self, *, broken: bool = True) -> None:
        """Writes succeed, but no sync does: what was written may never reach the disk."""
        self._set(Word.SYNC_ERRNO, errno.EIO if broken else 0)

    def slow_syncs(self, milliseconds: float) -> None:
        """Every sync takes so much longer."""
        self._set(Word.SYNC_DELAY_US, round(milliseconds * 1000))

    def stall_loop(self, seconds: float) -> None:
        """The event loop stands still at its next turn; threads go on."""
        self._set(Word.LOOP_STALL_US, round(seconds * 1e6))

    def mend(self) -> None:
        """All is well again; the clock stays where it is."""
        for word in Word:
            if word is not Word.CLOCK_SHIFT_NS:
                self._set(word, 0)

    def _get(self, word: Word) -> int:
        return int(struct.unpack_from("=q", self._words, 8 * word)[0])

    def _set(self, word: Word, value: int) -> None:
        struct.pack_into("=q", self._words, 8 * word, value)
