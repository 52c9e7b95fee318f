"""The whole check, cheapest first: format, lint, types, layers, tests. What CI runs, and what runs before a commit.

python -m tests.check                 everything, stops at the first failure
python -m tests.check --all           goes on after a failure, says at the end what failed
python -m tests.check --fast          without the tests that drive a browser
python -m tests.check -k receipt -x   further arguments go to pytest
"""

import argparse
import functools
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "handlers", "storage", "messages")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# DejaVu has every Vietnamese letter and is the smallest of Debian's families that do
BROWSER_PACKAGES = ("chromium", "fonts-dejavu-core")
COMPILERS = ("cc", "gcc", "clang")
COMPILER_PACKAGES = ("gcc", "libc6-dev")
NO_TESTS_RAN = 5  # pytest's exit code when nothing matched
# half of a test's time is waiting (for a disk, a browser, another process): one more worker than cores, up to a point
WORKERS = min((os.cpu_count() or 1) + 1, 8)

Step = tuple[str, Callable[[], bool]]


@functools.cache
def browser_path() -> str | None:
    """The Chromium that browser tests drive, or None."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def main(arguments: list[str] | None = None) -> int:
    """Run the steps and return the exit code: 0 all good, 1 something failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.check", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--all", action="store_true", help="go on after a failure")
    parser.add_argument("--fast", action="store_true", help="leave out the tests that drive a browser")
    chosen, for_pytest = parser.parse_known_args(arguments)
    failed = []
    for name, step in steps(for_pytest, fast=chosen.fast):
        print(f"── {name}", flush=True)
        began = time.monotonic()
        good = step()
        print(f"── {name}: {'ok' if good else 'FAILED'}, {time.monotonic() - began:.1f} s", flush=True)
        if not good:
            failed.append(name)
            if not chosen.all:
                break
    print(f"check failed: {', '.join(failed)}" if failed else "check passed", flush=True)
    return 1 if failed else 0


def steps(for_pytest: list[str], *, fast: bool) -> list[Step]:
    """What is checked, cheapest first."""
    return [
        ("format", lambda: run("-m", "ruff", "format", "--check", "--quiet", ".")),
        ("lint", lambda: run("-m", "ruff", "check", "--quiet", ".")),
        ("types", lambda: run("-m", "mypy", *(part for name in (*PACKAGES, "tests") for part in ("-p", name)))),
        ("layers", lambda: run("-c", "from importlinter.cli import lint_imports_command as check; check()")),
        ("tests", lambda: run_tests(for_pytest, fast=fast)),
    ]


def run(*arguments: str) -> bool:
    """Run this Python at the top of the tree, whatever the current directory; True if it ended with 0."""
    return python(*arguments) == 0


def python(*arguments: str) -> int:
    """Run this Python at the top of the tree with the tree importable, and return the exit code."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=False).returncode


def run_tests(for_pytest: list[str], *, fast: bool) -> bool:
    """Run pytest; an expression that matches nothing is a failure, not a success."""
    if not fast:
        install_browser()
    install_compiler()
    side_by_side = ("--numprocesses", str(WORKERS), "--dist", "worksteal")
    code = python("-m", "pytest", *side_by_side, *(("-m", "not browser") if fast else ()), *for_pytest)
    if code == NO_TESTS_RAN:
        print("no test ran")
    return code == 0


def install_browser() -> None:
    """Bring Debian's Chromium where it is missing and we may; elsewhere the tests that need it are skipped."""
    if browser_path() is None:
        install("Chromium for the browser tests", BROWSER_PACKAGES)
        browser_path.cache_clear()


def install_compiler() -> None:
    """The same for the C compiler that makes the machine that fails, for the chaos tests."""
    if not any(map(shutil.which, COMPILERS)):
        install("a C compiler for the chaos tests", COMPILER_PACKAGES)


def install(what: str, packages: Sequence[str]) -> None:
    """Install packages of Debian's, where we may: as root, with apt."""
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return
    print(f"installing {what}", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(["apt-get", "-qq", *command], env=quiet, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            print(f"could not install {what}", flush=True)
            return


if __name__ == "__main__":
    sys.exit(main())
