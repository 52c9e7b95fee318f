"""The tree says nothing about the machine it was written on, and ships everything it needs."""

import re
import tomllib
from fnmatch import fnmatch
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.check import PACKAGES, ROOT
from tests.house.tree import SCRIPTS, complain, files, modules, relative

# in pieces, so that this file does not name what it looks for
HOSTS = (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("deb", "debian", "org"))
REGISTRIES = re.compile(
    "|".join(re.escape(".".join(host)) for host in HOSTS)
    + r"|https?://[^\s\"']+/(?:simple|packages|pypi|-)/|--(?:extra-)?index[-]url|--find[-]links"
)
MACHINE = re.compile(r"(?<![\w.-])/(?:work|farm|root|Users|opt/(?:wheels|pypi))/[\w.-]|(?<![\w.-])/home/(?!baotin\b)\w")
HASHED = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>\S+)( ; [^\\]+)? \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+",
    re.MULTILINE,
)


def readable() -> list[tuple[str, str]]:
    """Every text file with its text."""
    found = []
    for path in files():
        raw = path.read_bytes()
        if b"\0" not in raw:
            found.append((relative(path), raw.decode("utf-8", "replace")))
    return found


def test_no_file_names_a_package_registry_or_this_machine() -> None:
    complain(
        "no registry's address and no path of a developer's machine",
        (
            f"{name}:{number} {line.strip()[:100]}"
            for name, text in readable()
            for number, line in enumerate(text.splitlines(), 1)
            if REGISTRIES.search(line) or MACHINE.search(line)
        ),
    )


def test_lock_files_are_exact_versions_with_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text("utf-8")
        rest = HASHED.sub("", text)
        complain(
            f"{name} holds exact versions with sha256 hashes",
            (
                line
                for line in rest.splitlines()
                if line and not line.startswith("#") and line != "-r requirements.lock"
            ),
        )


def test_every_dependency_is_in_the_lock_at_a_version_it_allows() -> None:
    project = project_settings()["project"]
    run = locked("requirements.lock")
    wanted = {"requirements.lock": (project["dependencies"], run)}
    wanted["requirements-dev.lock"] = (project["optional-dependencies"]["dev"], run | locked("requirements-dev.lock"))
    complain(
        "run `python -m tests.lock`: the lock follows pyproject.toml",
        (
            f"{name}: {requirement}"
            for name, (requirements, held) in wanted.items()
            for requirement in map(Requirement, requirements)
            if not requirement.specifier.contains(held.get(canonicalize_name(requirement.name), "0"))
        ),
    )


def locked(name: str) -> dict[str, str]:
    return {found["name"]: found["version"] for found in HASHED.finditer((ROOT / name).read_text("utf-8"))}


def project_settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_every_package_is_listed_for_installation() -> None:
    listed = set(project_settings()["tool"]["setuptools"]["packages"])
    there = {".".join(module.words[:-1]) for module in modules() if module.path not in SCRIPTS}
    complain("[tool.setuptools] packages lists a package that is not there", listed - there)
    complain("a package is missing from [tool.setuptools] packages", there - listed)


def test_every_file_the_program_reads_is_shipped() -> None:
    shipped = project_settings()["tool"]["setuptools"]["package-data"]
    complain(
        "a file beside the code is matched by [tool.setuptools.package-data]",
        (
            name
            for path in files()
            if (name := relative(path)).split("/")[0] in PACKAGES and path.suffix != ".py"
            if not any(
                fnmatch(name, f"{package}/{glob.replace('**/', '*')}")
                for package in shipped
                for glob in shipped[package]
            )
        ),
    )


def test_ci_runs_the_readme_s_command_word_for_word() -> None:
    command = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1]
    assert command.endswith("-m tests.check")
    assert command in (ROOT / "README.md").read_text("utf-8"), f"README.md lacks the command that CI runs: {command}"
