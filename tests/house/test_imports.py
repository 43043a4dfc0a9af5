"""The import contracts catch what they are there for: in a house of empty rooms, each forbidden door is reported."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import ROOT

PACKAGES = ["accounts", "hours", "matching", "notices", "programs", "reports", "requests", "shifts", "volunteers"]
ROOMS = ["routes", "api", "jobs", "actions", "queries", "tables", "forms", "rules"]
OTHERS = ["settings", "main", "worker", "cli", "demo", "kit.db", "kit.rules"]
CORE = [
    "arrays", "candidates", "checker", "eligibility", "explain", "faults", "files", "problem", "ranking", "routing",
    "score", "solver",
]  # fmt: skip

UPWARD = "A package never imports one above it"
INSIDE = "Inside a package"
RULES = "Rules know the standard library"
LIBRARY = "The matcher's core is a library"
CHECKER = "The matcher's checker shares no code"

ALLOWED = [
    ("hours.rules", "app.shifts.rules"),
    ("hours.rules", "app.kit.rules"),
    ("hours.rules.seals", "app.kit.rules"),
    ("hours.actions", "app.hours.queries"),
    ("hours.routes", "app.hours.forms"),
    ("reports.queries", "app.hours.tables"),
    ("hours.rules", "msgspec"),
    ("main", "app.reports.routes"),
]

FORBIDDEN = [
    (UPWARD, "kit.db", "app.accounts.rules"),
    (UPWARD, "settings", "app.kit.db"),
    (UPWARD, "shifts.actions", "app.hours.queries"),
    (UPWARD, "reports.queries", "app.matching.actions"),
    (UPWARD, "hours.jobs", "app.worker"),
    (INSIDE, "hours.tables", "app.hours.queries"),
    (INSIDE, "hours.rules", "app.hours.forms"),
    (INSIDE, "hours.rules.seals", "app.hours.forms"),
    (INSIDE, "hours.jobs", "app.hours.routes"),
    (RULES, "hours.rules", "app.kit.db"),
    (RULES, "hours.rules.seals", "app.kit.db"),
    (RULES, "hours.rules", "app.shifts.tables"),
    (RULES, "hours.rules", "piccolo"),
    (RULES, "accounts.rules", "app.settings"),
    (LIBRARY, "matching.problem", "app.kit.db"),
    (LIBRARY, "matching.explain", "app.settings"),
    (LIBRARY, "matching.solver", "app.matching.queries"),
    (CHECKER, "matching.checker", "app.matching.solver"),
    (CHECKER, "matching.checker", "app.matching.score"),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contracts, and a package for each name in them; tables import what tables import."""
    directory = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", directory)
    rooms = [f"{package}.{room}" for package in PACKAGES for room in ROOMS]
    for name in [*OTHERS, *rooms, *(f"matching.{module}" for module in CORE), "hours.rules.seals"]:
        package = directory / "app"
        package.mkdir(exist_ok=True)
        for part in name.split("."):
            (package / "__init__.py").touch()
            package = package / part
            package.mkdir(exist_ok=True)
        (package / "__init__.py").touch()
    (directory / "app" / "shifts" / "tables" / "__init__.py").write_text("import piccolo\n")
    return directory


def lint(house: Path, importer: str, imported: str) -> str:
    """What import-linter says with this one import in the house."""
    module = house.joinpath("app", *importer.split("."), "__init__.py")
    module.write_text(f"import {imported}\n")
    command = [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"]
    try:
        answer = subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)
    finally:
        module.write_text("")
    return " ".join(answer.stdout.split())


@pytest.mark.parametrize(("importer", "imported"), ALLOWED)
def test_a_door_that_is_open(house: Path, importer: str, imported: str) -> None:
    assert "0 broken" in lint(house, importer, imported)


@pytest.mark.parametrize(("contract", "importer", "imported"), FORBIDDEN)
def test_a_door_that_is_shut(house: Path, contract: str, importer: str, imported: str) -> None:
    said = lint(house, importer, imported)
    assert "Broken contracts" in said
    assert contract in said.split("Broken contracts")[1]
