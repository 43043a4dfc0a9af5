"""What is written is read again, and what is no such file is said in a sentence."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings

from app.matching.files import Unreadable, load, save
from app.matching.files.reading import read
from app.matching.files.writing import written
from app.matching.problem import Plan, Prices, Problem
from tests.matching.problems import problems, some_problem
from tests.matching.town import Town


def assert_same(one: Any, other: Any, path: str = "") -> None:
    """Array by array, with their types."""
    if isinstance(one, msgspec.Struct):
        for name in one.__struct_fields__:
            assert_same(getattr(one, name), getattr(other, name), f"{path}.{name}")
    elif isinstance(one, np.ndarray):
        assert (one.dtype, one.shape) == (other.dtype, other.shape), path
        assert np.array_equal(one, other, equal_nan=one.dtype.kind == "f"), path
    else:
        assert one == other, path


@settings(max_examples=80, deadline=None, derandomize=True)
@given(problems())
def test_a_problem_comes_back_as_it_was(problem: Problem) -> None:
    again, plan = read(written(problem, None))

    assert_same(problem, again)
    assert plan is None


@pytest.mark.parametrize("name", ["plan.json", "plan.json.gz"])
def test_a_plan_comes_back_and_the_same_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    problem = some_problem(7, 5, 5)
    prices = Prices(
        seat=np.arange(problem.seat_count, dtype=np.int64) - 1, contract=np.arange(len(problem.contracts.ids))
    )
    plan = Plan(
        person=np.array([2, 0], np.int32), seat=np.array([0, 1], np.int32), value=5, bound=9, prices=prices, effort=3
    )

    save(tmp_path / name, problem, plan)
    first = (tmp_path / name).read_bytes()
    again = load(tmp_path / name)
    save(tmp_path / name, *again)

    assert_same(plan, again[1])
    assert_same(problem, again[0])
    assert (tmp_path / name).read_bytes() == first


def test_people_can_read_it(tmp_path: Path) -> None:
    problem = Town().person(at=(120.0, 30.5), skills=["cooking"], free=[(540, 600)]).shift(kind="meals").problem()
    save(tmp_path / "p.json", problem)

    content = json.loads((tmp_path / "p.json").read_text())

    person, shift = content["problem"]["people"][0], content["problem"]["shifts"][0]
    assert (person["id"], person["at"], person["skills"], person["free"]) == (
        1,
        [120.0, 30.5],
        ["cooking"],
        [[540, 600]],
    )
    assert person["credentials"] == {"check": None, "health": None}
    assert (shift["kind"], shift["seats"][0]["open"]) == ("meals", 1)
    assert len((tmp_path / "p.json").read_text().splitlines()) < 40


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _changed(**told: Any) -> Callable[[bytes], bytes]:
    """The file with a few values changed, each by its path."""

    def change(content: bytes) -> bytes:
        tree = json.loads(content)
        for path, value in told.items():
            at = tree
            *way, last = path.split("__")
            for step in way:
                at = at[int(step) if step.isdigit() else step]
            at[last] = value
        return json.dumps(tree).encode()

    return change


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda _: b"", "no_json"),
        (lambda _: b"\xff\xfe\x00", "no_json"),
        (lambda _: b"PK\x03\x04", "no_json"),
        (lambda _: b"[" * 100_000, "foreign"),
        (lambda _: b'{"x": ' + b"[" * 100_000, "no_json"),
        (_cut, "no_json"),
        (lambda content: gzip.compress(content)[:-20], "not_packed"),
        (lambda _: b"\x1f\x8b not really", "not_packed"),
        (lambda _: b"[1, 2]", "foreign"),
        (lambda _: b'{"features": []}', "foreign"),
        (lambda _: b'{"format": "linli-proof", "version": 1}', "foreign"),
        (lambda _: b'{"format": 7}', "foreign"),
        (_changed(version=2), "newer"),
        (_changed(problem=[]), "damaged"),
        (_changed(problem__minutes=10**12), "damaged"),
        (_changed(problem__weights__travel=-1), "damaged"),
        (_changed(problem__starts="2027-03-07T16:00:00"), "damaged"),
        (_changed(problem__people__0__id="Li"), "damaged"),
        (_changed(problem__people__0__id=2**70), "damaged"),
        (_changed(problem__people__0__at=[1e300, 0]), "damaged"),
        (_changed(problem__people__0__reliability=1.5), "damaged"),
        (_changed(problem__people__0__shoe_size=38), "damaged"),
        (_changed(problem__people__0__id=2), "twice"),
        (_changed(problem__people__0__skills=["magic"]), "unknown"),
        (_changed(problem__people__0__before=[99]), "unknown"),
        (_changed(problem__people__0__credentials={"passport": 3}), "unknown"),
        (_changed(problem__shifts__0__kind="magic"), "unknown"),
        (_changed(problem__shifts__0__contract=9), "unknown"),
        (_changed(problem__words__skills=[f"s{n}" for n in range(65)]), "too_many_words"),
        (_changed(plan={}), "damaged"),
        (
            _changed(
                plan={
                    "value": 0, "bound": 0, "effort": 0, "seat_prices": [], "contract_prices": [],
                    "assignments": [{"person": 1, "seat": 77}],
                }
            ),
            "unknown",
        ),
    ],
)  # fmt: skip
def test_damaged_and_foreign_files_are_said_in_a_sentence(
    tmp_path: Path, damage: Callable[[bytes], bytes], code: str
) -> None:
    path = tmp_path / "problem.json"
    save(path, Town().person().person().shift().problem())
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(Unreadable) as refused:
        load(path)

    assert refused.value.refusal.code == code
    assert str(refused.value)


def test_a_file_that_is_not_there_or_is_a_directory_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.json", tmp_path):
        with pytest.raises(Unreadable) as refused:
            load(path)
        assert refused.value.refusal.code == "no_access"
