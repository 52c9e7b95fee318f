"""The peers' own environment: what they need is no dependency of ours.

It is made on the first run from the exact versions of `peer_requirements.lock`, with the interpreter that runs the
benchmark, and made anew when the lock changes. To renew the lock: edit `peer_requirements.in`, then
`uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate peer_requirements.in`.
"""

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE / ".peers"
LOCK = HERE / "peer_requirements.lock"


class NoPeersError(Exception):
    """The peers' environment could not be made; the message is pip's."""


def interpreter() -> Path:
    """The Python of the peers' environment, which is made when it is missing or old.

    Raises:
        NoPeersError: pip could not install the locked versions.
    """
    home = FOLDER / f"python{sys.version_info.major}.{sys.version_info.minor}"
    python = home / "bin" / "python"
    mark = home / "made-from"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == wanted and python.exists():
        return python
    print(f"Making the peers' environment in {home} …", flush=True)
    venv.EnvBuilder(clear=True, with_pip=True).create(home)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=False, capture_output=True, text=True)
    if done.returncode:
        raise NoPeersError(done.stderr.strip())
    mark.write_text(wanted)
    return python
