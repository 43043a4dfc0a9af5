"""scripts/setup with locks that are empty: what it makes, when it leaves things alone, and what it makes again."""

import shutil
import subprocess
from pathlib import Path

import pytest

from app.settings import ROOT


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone in which setting up takes seconds: nothing is to be installed."""
    directory = tmp_path_factory.mktemp("clone")
    (directory / "scripts").mkdir()
    for script in ("setup", "make_venv.py"):
        shutil.copy(ROOT / "scripts" / script, directory / "scripts")
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (directory / lock).write_text("# nothing\n")
    return directory


def setup(clone: Path, *options: str) -> str:
    """Run it; whether anything was made."""
    done = subprocess.run([clone / "scripts" / "setup", *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (clone / ".venv" / "bin" / "python").exists()
    return "made" if "Installing" in done.stderr else "left alone"


def test_two_at_once_make_one_and_what_is_complete_is_left_alone(clone: Path) -> None:
    both = [
        subprocess.Popen([clone / "scripts" / "setup"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [each.communicate(timeout=300)[1] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert sum("Installing" in each for each in said) == 1
    assert sum("waiting for it" in each for each in said) == 1
    assert setup(clone) == "left alone"


def test_development_needs_more_and_can_run_linli_too(clone: Path) -> None:
    setup(clone)
    assert setup(clone, "--dev") == "made"
    assert setup(clone, "--dev") == "left alone"
    assert setup(clone) == "left alone"


def test_another_lock_is_installed(clone: Path) -> None:
    setup(clone)
    (clone / "requirements.lock").write_text("# still nothing, but newer\n")
    assert setup(clone) == "made"
    assert setup(clone) == "left alone"


def test_an_environment_left_half_made_is_made_again(clone: Path) -> None:
    setup(clone)
    (clone / ".venv" / "linli.json").unlink()
    rubbish = clone / ".venv" / "rubbish"
    rubbish.touch()
    assert setup(clone) == "made"
    assert not rubbish.exists()
