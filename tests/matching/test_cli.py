"""`linli matching` solves and checks files, and says in sentences and exit codes what is wrong."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from app.cli import main
from app.matching.files import load, save
from app.matching.problem import Problem, Weights
from tests.matching.problems import some_problem
from tests.matching.town import Town


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


@pytest.fixture
def problem() -> Problem:
    return some_problem(7, 8, 6)


@pytest.fixture
def plan_file(tmp_path: Path, problem: Problem) -> Path:
    """A plan as `solve` writes it."""
    save(tmp_path / "problem.json", problem)
    path = tmp_path / "plan.json.gz"
    assert main(["matching", "solve", str(tmp_path / "problem.json"), "-o", str(path), "--effort", "3"]) == 0
    return path


def test_a_solved_file_is_right(plan_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["matching", "check", str(plan_file)]) == 0

    said = capsys.readouterr().out
    assert "right  plan.json.gz: " in said
    assert "The bound was recomputed" in said


def test_the_verdict_can_be_read_by_programs(plan_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["matching", "check", str(plan_file), "--json"]) == 0

    verdict = msgspec.json.decode(capsys.readouterr().out)
    assert verdict["good"] is True
    assert verdict["value"] == verdict["claimed_value"] <= verdict["bound"] <= verdict["claimed_bound"]
    assert verdict["violations"] == []


def test_a_plan_that_lies_is_wrong(plan_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem, plan = load(plan_file)
    assert plan is not None
    save(plan_file, problem, replace(plan, value=plan.value + 1, bound=plan.bound + 1))

    assert main(["matching", "check", str(plan_file), "--quick"]) == 1

    said = capsys.readouterr()
    assert f"WRONG  The plan says that it is worth {plan.value + 1} points" in said.out
    assert "This plan is not what it says." in said.err


def test_it_speaks_chinese_where_the_terminal_does(plan_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    assert main(["matching", "check", str(plan_file)]) == 0


def test_the_same_seed_and_effort_write_the_same_file(plan_file: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.json.gz"
    assert main(["matching", "solve", str(tmp_path / "problem.json"), "-o", str(again), "--effort", "3"]) == 0

    assert again.read_bytes() == plan_file.read_bytes()


def test_what_cannot_be_read_or_solved_is_said(
    tmp_path: Path, problem: Problem, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "problem.json"
    save(path, problem)
    assert main(["matching", "check", str(path)]) == 1
    assert "has a problem and no plan" in capsys.readouterr().err

    path.write_text("once upon a time")
    assert main(["matching", "check", str(path)]) == 1
    assert "is no matching problem" in capsys.readouterr().err

    assert main(["matching", "check", str(tmp_path / "absent.json")]) == 1
    assert "cannot be read" in capsys.readouterr().err

    contradictory = Town().shift(minutes=-30).problem()
    save(path, contradictory)
    assert main(["matching", "solve", str(path), "-o", str(tmp_path / "plan.json")]) == 1
    said = capsys.readouterr()
    assert "WRONG  1 shifts end before they have begun; shift 1 is the first." in said.out
    assert "contradicts itself" in said.err

    save(path, problem)
    assert main(["matching", "solve", str(path), "-o", str(tmp_path / "no" / "plan.json"), "--effort", "1"]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_nobody_and_nothing_give_an_empty_plan(tmp_path: Path) -> None:
    for number, town in enumerate((Town(), Town().person(), Town().shift(), Town(weights=Weights(fill=0)))):
        path, plan = tmp_path / f"{number}.json", tmp_path / f"plan{number}.json"
        save(path, town.problem())
        assert main(["matching", "solve", str(path), "-o", str(plan)]) == 0
        assert main(["matching", "check", str(plan)]) == 0
        found = load(plan)[1]
        assert found is not None
        assert np.array_equal(found.person, [])


def test_a_missing_file_name_is_a_misspelling() -> None:
    with pytest.raises(SystemExit) as left:
        main(["matching", "solve"])
    assert left.value.code == 2
