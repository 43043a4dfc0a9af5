"""Make .venv from the lock, or leave it alone when it is complete. Standard library only: it runs before all else.

What is in .venv is written down in it, last of all; an environment without that note was left half made and is made
again. One process works on it at a time, and the others wait.
"""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NOTE = VENV / "linli.json"
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}


def wanted(kind: str) -> dict[str, str]:
    """What the note must say: an environment knows its own path, so a moved one is another one."""
    return {"root": str(ROOT), kind: hashlib.sha256(LOCKS[kind].read_bytes()).hexdigest()}


def noted() -> dict[str, str]:
    """What the note says; nothing when there is none, or when the Python it was made with is gone."""
    try:
        note: dict[str, str] = json.loads(NOTE.read_text())
    except (OSError, ValueError):
        return {}
    return note if (VENV / "bin" / "python").exists() else {}


def complete(kind: str) -> bool:
    """Whether the environment is what this kind needs; the one for development can run Linli too."""
    return wanted(kind).items() <= noted().items()


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other process works on the environment. This very file is what is locked."""
    with Path(__file__).open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another process is completing .venv; waiting for it.", file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make(kind: str) -> None:
    """Install the lock into a new environment, or into one that was complete for an older lock."""
    usable = noted().get("root") == str(ROOT)
    kept = noted() if usable else {}
    NOTE.unlink(missing_ok=True)
    if not usable:
        create()
    print(f"Installing {LOCKS[kind].name} into .venv; this takes a minute the first time.", file=sys.stderr)
    pip: list[str | Path] = [
        VENV / "bin" / "python",
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "--quiet",
    ]
    subprocess.run([*pip, "install", "--require-hashes", "--only-binary=:all:", "-r", LOCKS[kind]], check=True)
    half = NOTE.with_suffix(".half")
    # Whatever is installed fulfils the lock for running: the one for development holds the same versions and more.
    half.write_text(json.dumps({**kept, **wanted("run"), **wanted(kind)}))
    half.rename(NOTE)


def create() -> None:
    """Make an empty environment with pip in it. One that is linked here is another clone's, and is left alone."""
    if VENV.is_symlink():
        VENV.unlink()
    shutil.rmtree(VENV, ignore_errors=True)
    if venv():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("This Python cannot make environments yet: installing python3-venv.", file=sys.stderr)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        subprocess.run(["apt-get", "update"], env=quiet, capture_output=True, check=False)
        for package in (version, "python3-venv"):
            apt = ["apt-get", "install", "-y", "--no-install-recommends", package]
            subprocess.run(apt, env=quiet, capture_output=True, check=False)
            shutil.rmtree(VENV, ignore_errors=True)
            if venv():
                return
    sys.exit(
        f"{sys.executable} cannot make virtual environments. On Debian or Ubuntu, ask for `apt install python3-venv`; "
        "elsewhere install Python's venv and ensurepip modules. Then start again."
    )


def venv() -> bool:
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, check=False)
    return made.returncode == 0 and (VENV / "bin" / "pip").exists()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--dev", action="store_true", help="with what tests and checks need")
    kind = "dev" if options.parse_args().dev else "run"
    if complete(kind):
        return
    with alone():
        if complete(kind):  # made while we waited
            return
        try:
            make(kind)
        except subprocess.CalledProcessError as error:
            sys.exit(f"The packages could not be installed (pip ended with {error.returncode}); see above.")


if __name__ == "__main__":
    main()
