"""What holds for every test: a scrubbed environment, no network but loopback, no silent skips in CI."""

import ipaddress
import os
import sys
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

from tests.check import browser_path

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
IN_CI = os.environ.get("CI") == "true"
NO_BROWSER = "no Chromium on this machine (the check installs it when it runs as root on Debian)"

for name in list(os.environ):
    if name.upper().startswith("BAOTIN_") or name.upper() in PROXIES:
        del os.environ[name]

# Everywhere what hypothesis does by itself where it sees CI: the same inputs each time, however slow the machine is and
# whatever was found before. New ones are looked for by `python -m tests.fuzz`.
settings.register_profile(
    "check", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("check")


class NetworkRefusedError(RuntimeError):
    """A test reached for a host beyond this machine. Not an OSError, so that no retry takes it for bad weather."""


def is_local(host: object) -> bool:
    """Whether a host given to the socket layer is this machine; None means a wildcard to listen on."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback or str(host) in ("0.0.0.0", "::")
    except ValueError:
        return False


def refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook: see every connection and name look-up, whichever library makes it."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if not isinstance(address, tuple):  # a Unix socket's path, or none
            return
        host = address[0]
    else:
        return
    if not is_local(host):
        raise NetworkRefusedError(f"{event} to {host}: tests talk to this machine only")


sys.addaudithook(refuse_network)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what drives a browser where there is none, and say why."""
    if browser_path() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure: CI is where everything runs, so a skip there hides a broken set-up."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid}: a skip counts as a failure with CI=true. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true only tests that compare with ../shared may be skipped: a public clone does not have it."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail") and not item.get_closest_marker("shared"):
        refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    if IN_CI and report.skipped:
        refuse_skip(report)
    return report


def pytest_addoption(parser: pytest.Parser) -> None:
    """Transcripts are written anew with --rewrite; then read the difference before committing it."""
    parser.addoption("--rewrite", action="store_true", help="write the transcripts as the bot talks now")
