"""Renew the lock files: exact versions and hashes of everything we install, for every system and Python we support.

    python -m tests.lock              add what pyproject.toml newly asks for, move nothing else
    python -m tests.lock --upgrade    move everything to the newest versions that pyproject.toml allows

The resolver (uv) lives in a temporary environment: it needs no place among our own dependencies. The files name no
index and no download address, so that they work with whatever registry or mirror a machine is set up for.
"""

import argparse
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / "requirements.lock"
DEVELOP = ROOT / "requirements-dev.lock"
OLDEST_PYTHON = "3.11"  # the floor of pyproject.toml; --universal covers the newer ones and all systems
HEADER = "# Written by `python -m tests.lock`; change pyproject.toml instead.\n"


def main() -> None:
    """Resolve both files anew, starting from what they hold unless asked to upgrade."""
    parser = argparse.ArgumentParser(prog="python -m tests.lock", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--upgrade", action="store_true", help="move to the newest allowed versions")
    upgrade = parser.parse_args().upgrade
    with tempfile.TemporaryDirectory() as folder:
        uv = resolver(Path(folder))
        whole = Path(folder) / "whole.lock"
        whole.write_text("" if upgrade else "".join(blocks(RUN) + blocks(DEVELOP)), "utf-8")
        compile_lock(uv, whole, "--extra", "dev")
        run = Path(folder) / "run.lock"
        # the versions of the whole are the starting point, so that both files agree on what they share
        run.write_text(whole.read_text("utf-8"), "utf-8")
        compile_lock(uv, run)
        shared = blocks(run)
        RUN.write_text(HEADER + "".join(shared), "utf-8")
        own = [block for block in blocks(whole) if block not in shared]
        DEVELOP.write_text(HEADER + f"-r {RUN.name}\n" + "".join(own), "utf-8")


def resolver(folder: Path) -> Path:
    """Install uv into a throw-away environment and return its program."""
    venv.create(folder / "uv", with_pip=True)
    programs = folder / "uv" / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", "uv"], check=True)
    return programs / "uv"


def compile_lock(uv: Path, target: Path, *options: str) -> None:
    """Resolve pyproject.toml into `target`, keeping the versions that already stand there where they fit."""
    command = [str(uv), "--no-config", "--quiet", "pip", "compile", str(ROOT / "pyproject.toml"), "-o", str(target)]
    fixed = ["--universal", "--generate-hashes", "--no-header", "--no-annotate", "--python-version", OLDEST_PYTHON]
    subprocess.run([*command, *fixed, *options], check=True, stdout=subprocess.DEVNULL)


def blocks(lock: Path) -> list[str]:
    """One text per locked distribution: its line and the hashes below it."""
    found: list[str] = []
    for line in lock.read_text("utf-8").splitlines(keepends=True) if lock.exists() else []:
        if line.startswith((" ", "\t")):
            found[-1] += line
        elif line.strip() and not line.startswith(("#", "-")):
            found.append(line)
    return found


if __name__ == "__main__":
    main()
