"""The machine a figure was taken on: a figure without it says little."""

import os
import platform
import sqlite3
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

APPENDS = 300
PAGE = bytes(range(256)) * 16  # 4 KiB, SQLite's page


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides how fast a durable turn can be; `fsync_ms` is the median of appending a page and syncing it."""

    cores: int
    processor: str
    ram_gib: float
    system: str
    python: str
    sqlite: str
    fsync_ms: float

    def __str__(self) -> str:
        return (
            f"{self.cores} cores ({self.processor}), {self.ram_gib:.0f} GiB RAM, {self.system}, "
            f"Python {self.python}, SQLite {self.sqlite}, fsync of 4 KiB {self.fsync_ms:.2f} ms (p50)"
        )


def describe(folder: Path) -> Machine:
    """Look at this machine, and measure the disk under `folder`, where the databases of the run will lie."""
    return Machine(
        cores=_cores(),
        processor=_processor(),
        ram_gib=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30,
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        fsync_ms=statistics.median(syncs(folder)) * 1000,
    )


def _cores() -> int:
    """The cores this process may use, which in a container are fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def syncs(folder: Path) -> list[float]:
    """Seconds that each append of a page took until the disk had it."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(APPENDS):
            began = time.perf_counter()
            file.write(PAGE)
            file.flush()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return took
