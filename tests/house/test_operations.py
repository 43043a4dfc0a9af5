"""The operations page is complete: every variable and every command is on it."""

import re

import msgspec

from app.cli.arguments import command_names
from app.settings import ROOT, Settings

PAGE = (ROOT / "docs" / "operations.md").read_text()
WITHOUT_PREFIX = {"DATABASE_URL", "REDIS_URL"}


def test_every_setting_is_explained() -> None:
    names = {field.name.upper() for field in msgspec.structs.fields(Settings)}
    variables = {name if name in WITHOUT_PREFIX else f"LINLI_{name}" for name in names}
    explained = set(re.findall(r"^\| `([A-Z_]+)` \|", PAGE, re.MULTILINE))
    assert explained == variables


def test_every_command_is_explained() -> None:
    table = PAGE.split("## Commands")[1].split("## ")[0]
    explained = set(re.findall(r"`([a-z-]+)(?: [^`]*)?`", table))
    assert set(command_names()) <= explained
