"""Compiled code is never older than the code it was compiled from, also when the change is in another file."""

from pathlib import Path

import numba
import pytest

from app.matching import compiling


def test_this_process_keeps_its_code_in_the_folder_of_this_version() -> None:
    assert compiling.version() in numba.config.CACHE_DIR


def test_a_change_in_any_file_with_loops_is_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "HERE", tmp_path)
    (tmp_path / "score.py").write_text("one")
    (tmp_path / "solver").mkdir()
    (tmp_path / "solver" / "dual.py").write_text("two")
    (tmp_path / "routes").mkdir()
    (tmp_path / "routes" / "board.py").write_text("three")
    first = compiling.version()
    (tmp_path / "routes" / "board.py").write_text("no loops here")
    assert compiling.version() == first
    (tmp_path / "solver" / "dual.py").write_text("changed")
    assert compiling.version() != first
