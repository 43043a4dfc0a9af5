"""One start at a time in a state directory, and the others can read what runs there."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.kit.embedded import AlreadyRunning, Claim, running_there

HOLDER = """
import sys, time
from pathlib import Path
from app.kit.embedded import Claim
with Claim(Path(sys.argv[1]), "test") as claim:
    claim.tell(database_url="postgresql://there")
    print("ready", flush=True)
    time.sleep(60)
"""


def test_nothing_runs_in_a_directory_that_is_not_there(tmp_path: Path) -> None:
    assert running_there(tmp_path / "absent") is None


def test_the_second_claim_learns_about_the_first(tmp_path: Path) -> None:
    with Claim(tmp_path, "serve") as claim:
        claim.tell(address="http://127.0.0.1:1", database_url="postgresql://here")
        with pytest.raises(AlreadyRunning) as refusal, Claim(tmp_path, "migrate"):
            pass
        assert refusal.value.running
        assert refusal.value.running.address == "http://127.0.0.1:1"
        assert refusal.value.running.command == "serve"
        assert running_there(tmp_path) == refusal.value.running
    assert running_there(tmp_path) is None


def test_the_note_is_ours_alone(tmp_path: Path) -> None:
    with Claim(tmp_path, "serve"):
        assert stat.S_IMODE((tmp_path / "servers.json").stat().st_mode) == 0o600


def test_a_claim_ends_with_its_process_even_if_it_was_killed(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path], stdout=subprocess.PIPE)
    assert holder.stdout
    holder.stdout.readline()
    holder.stdout.close()
    running = running_there(tmp_path)
    assert running
    assert (running.pid, running.database_url) == (holder.pid, "postgresql://there")
    holder.kill()
    holder.wait()
    assert (tmp_path / "servers.json").exists(), "the note outlives the holder"
    assert running_there(tmp_path) is None, "but nobody believes it"
    with Claim(tmp_path, "serve"):
        pass
