"""Where the servers' files go: in the state directory if possible, and never by opening doors on the way."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.kit.embedded import EmbeddedPostgres, EmbeddedValkey, NoHome, scratch_directory
from app.kit.embedded.home import Home, find_home, make_private, passable, within_reach

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root works as somebody else")


@pytest.fixture
def root() -> Iterator[Path]:
    with scratch_directory() as directory:
        yield directory


def test_a_closed_directory_stops_everybody_below_it(root: Path) -> None:
    inner = root / "closed" / "inner"
    inner.mkdir(parents=True)
    assert passable(inner)
    assert passable(inner / "not there yet")
    inner.parent.chmod(0o700)
    assert not passable(inner)


def test_a_directory_that_somebody_else_made_is_refused(root: Path) -> None:
    (root / "file").touch()
    (root / "link").symlink_to(root)
    with pytest.raises(NoHome):
        make_private(root / "link", None)


@AS_ROOT
def test_out_of_reach_the_files_are_kept_elsewhere_and_no_door_is_opened(root: Path) -> None:
    closed = root / "closed"
    closed.mkdir(mode=0o700)
    home = find_home(closed / "state")
    assert home.directory.parent == Path("/var/lib")
    assert home.account
    assert home == find_home(closed / "state"), "the same place every time"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@AS_ROOT
def test_files_that_got_out_of_reach_are_not_silently_replaced(root: Path) -> None:
    state = root / "closed" / "state"
    with EmbeddedPostgres(state, durable=False):
        pass
    state.parent.chmod(0o700)
    with pytest.raises(NoHome, match="can no longer be reached"):
        EmbeddedPostgres(state, durable=False)


@AS_ROOT
def test_the_servers_do_not_work_as_root(root: Path) -> None:
    with EmbeddedPostgres(root, durable=False) as postgres, EmbeddedValkey(root, durable=False) as valkey:
        for server in (postgres, valkey):
            assert server.directory.stat().st_uid != 0
            assert Path(f"/proc/{server._child.pid}").stat().st_uid == server.directory.stat().st_uid


@AS_ROOT
def test_programs_out_of_reach_are_copied_with_their_places(root: Path) -> None:
    packages = root / "packages"
    (packages / "server" / "bin").mkdir(parents=True)
    program = packages / "server" / "bin" / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    home = Home(root / "home", find_home(root).account)
    home.directory.mkdir()
    assert within_reach(packages, ["server"], "server-1", home) == packages
    packages.chmod(0o700)
    copy = within_reach(packages, ["server", "server.libs"], "server-1", home)
    assert copy == home.directory / "programs" / "server-1"
    assert stat.S_IMODE((copy / "server" / "bin" / "program").stat().st_mode) == 0o755
