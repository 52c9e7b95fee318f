"""Durable turns a second of a whole tip conversation, beside two peers in the same run; ours when it is hard (see
`crowd`); then what people wait for (see `journey`).

Each subject is a program of its own: it reads `--folder --people --waves --at-once`, lets `conversation.measure` talk
to it, and prints `conversation.report`. The rounds are interleaved, so that a slow minute of the machine meets all.

What is equal: the interpreter, the disk, `synchronous=FULL`, the updates and how many are in hand, a Bot API that
answers at once: first within the process, where nothing but the turn is measured; then over HTTP from the other core,
each subject calling it with the client it comes with. Whoever talks lives in the subject's process and takes some 3 %
of its time; the second core has only its database's thread, and the Bot API where there is one. What is not: ours alone
understands what is told (dangers, ward, language), seals it, owes each reply as a row until it was sent, and says nine
messages a tip where the peers say eight; of the peers only the one with an inbox loses no update in a crash, and both
may lose a reply.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tests.benchmarks import crowd, journey, machine, peers
from tests.benchmarks.conversation import STEPS, Job, told_in_all
from tests.benchmarks.yes_api import yes_api

ROOT = Path(__file__).parents[2]
PEERS = {"ptb": "PTB ConversationHandler, SQLite inbox", "aiogram": "aiogram FSM, SQLite storage"}
LABELS = {"ours": "Báo Tin"} | PEERS
GOALS = {"ptb": 1.5, "aiogram": 2.5}
"""Ours over each peer, at least."""
SECONDS_AT_MOST = 300


@dataclass(frozen=True, slots=True)
class Line:
    """What a subject printed about one run; see `conversation.report`."""

    name: str
    turns: int
    seconds: float
    p50_ms: float
    p95_ms: float
    tips: int
    replies: int
    peak_mb: float

    @property
    def a_second(self) -> float:
        return self.turns / self.seconds


class BrokenRunError(Exception):
    """A subject failed, or did less than it was asked: its figure would be no figure."""


def command(name: str) -> list[str]:
    """How a subject is started: ours in this environment, a peer in the peers' own."""
    if name in PEERS:
        return [str(peers.interpreter()), "-m", f"tests.benchmarks.peer_{name}"]
    return [sys.executable, "-m", f"tests.benchmarks.{name}"]


def run(name: str, job: Job) -> Line:
    """Let one subject do the job once, in an empty folder of its own and without our settings in its environment.

    Raises:
        BrokenRunError: it failed, took too long, or some tip or reply is missing.
    """
    with tempfile.TemporaryDirectory(dir=job.folder) as folder:
        asked = asdict(replace(job, folder=Path(folder)))
        words = [word for name, value in asked.items() for word in (f"--{name.replace('_', '-')}", str(value))]
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        try:
            done = subprocess.run(
                [*command(name), *words],
                cwd=ROOT,
                env=kept | {"PYTHONUTF8": "1"},
                check=False,
                capture_output=True,
                text=True,
                timeout=SECONDS_AT_MOST,
            )
        except subprocess.TimeoutExpired as late:
            raise BrokenRunError(f"{name}: not done after {SECONDS_AT_MOST} s") from late
    if done.returncode:
        raise BrokenRunError(f"{name} ended with {done.returncode}:\n{done.stderr.strip()}")
    line = Line(**json.loads(done.stdout.splitlines()[-1]))
    check(line, job)
    return line


def check(line: Line, job: Job) -> None:
    """Refuse a figure for work that was not done.

    Raises:
        BrokenRunError: turns, tips or replies are missing.
    """
    people = told_in_all(job)
    wanted = {"turns": job.people * job.waves * len(STEPS), "tips": people, "replies": people * len(STEPS)}
    found = {"turns": line.turns, "tips": line.tips, "replies": line.replies}
    short = [f"{found[what]} {what} of {count}" for what, count in wanted.items() if found[what] < count]
    if short:
        raise BrokenRunError(f"{line.name}: only {', '.join(short)}")


def median_rates(lines: Sequence[Line]) -> dict[str, float]:
    """Turns a second of each subject, the median of its rounds."""
    names = dict.fromkeys(line.name for line in lines)
    return {name: statistics.median(line.a_second for line in lines if line.name == name) for name in names}


def ratios(rates: dict[str, float]) -> dict[str, float]:
    """Ours over each peer that was measured; empty when ours was not."""
    if "ours" not in rates:
        return {}
    return {name: rates["ours"] / rates[name] for name in PEERS if name in rates}


def table(lines: Sequence[Line]) -> str:
    """The figures, one subject a row: the medians, and in brackets the slowest and the fastest round."""
    rows = [f"{'':38} {'turns/s':>8} {'(rounds)':>16} {'waited p50':>11} {'p95':>9} {'peak':>8}"]
    for name, rate in median_rates(lines).items():
        own = [line for line in lines if line.name == name]
        spread = f"({min(line.a_second for line in own):,.0f} to {max(line.a_second for line in own):,.0f})"
        p50 = statistics.median(line.p50_ms for line in own)
        p95 = statistics.median(line.p95_ms for line in own)
        peak = max(line.peak_mb for line in own)
        rows.append(f"{LABELS[name]:38} {rate:8,.0f} {spread:>16} {p50:8.1f} ms {p95:6.1f} ms {peak:5.0f} MB")
    return "\n".join(rows)


def verdict(found: dict[str, float]) -> tuple[str, bool]:
    """The ratios in words, and whether ours reaches its goal beside every peer it was measured with."""
    words = [
        f"ours / {name}: {ratio:.2f} ×   goal: ≥ {GOALS[name]:g} ×, {'met' if ratio >= GOALS[name] else 'MISSED'}"
        for name, ratio in found.items()
    ]
    return "\n".join(words), all(ratio >= GOALS[name] for name, ratio in found.items())


def main(words: Sequence[str]) -> int:
    """Measure, print, and end with 1 below the goal or when a run is broken."""
    reader = argparse.ArgumentParser(prog="python -m tests.benchmarks turns", description=__doc__)
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--people", type=int, default=100, help="people who talk at the same time")
    reader.add_argument("--waves", type=int, default=3, help="how many times as many new people, in one round")
    reader.add_argument("--at-once", type=int, default=64, help="updates in hand at most")
    reader.add_argument("--only", nargs="+", choices=list(LABELS), default=list(LABELS))
    given = reader.parse_args(words)
    peers.FOLDER.mkdir(exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=peers.FOLDER) as folder, yes_api() as api:
            job = Job(Path(folder), people=given.people, waves=given.waves, at_once=given.at_once)
            print(machine.describe(job.folder))
            print(f"{given.rounds} rounds of {job.waves} x {job.people} people x {len(STEPS)} turns", flush=True)
            print("A Bot API within the process:")
            met = compare(job, given.only, rounds=given.rounds)
            print("A Bot API over HTTP, each with the client it comes with:")
            met &= compare(replace(job, api=api), given.only, rounds=given.rounds)
    except (BrokenRunError, peers.NoPeersError) as broken:
        print(broken, file=sys.stderr)
        return 1
    return max(0 if met else 1, crowd.told(peers.FOLDER, ("slow", "flood")), journey.told())


def compare(job: Job, names: Sequence[str], *, rounds: int) -> bool:
    """Print how these subjects did the same job, and return whether ours reaches its goals. Raises BrokenRunError."""
    lines = [run(name, job) for _ in range(rounds) for name in names]
    print(table(lines))
    found = ratios(median_rates(lines))
    said, met = verdict(found)
    print(said or "nothing to compare: ours or the peers were left out", flush=True)
    return met
