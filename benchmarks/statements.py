"""The very statements that the app sends, run by pgbench: the speed of the database without us."""

import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from asyncpg.connection import LoggedQuery

from app.kit.embedded.postgres import client_program

PLACEHOLDER = re.compile(r"\$(\d+)")
RATE = re.compile(r"tps = ([\d.]+)")
FAILED = re.compile(r"number of failed transactions: (\d+)")


def script(heard: Sequence[LoggedQuery], variables: Mapping[int, str] | None = None) -> str:
    """What was heard, as a pgbench script. Numbers named in `variables` become that variable, all else is literal."""
    named = variables or {}
    return "".join(_bound(each, named) + ";\n" for each in heard)


def _bound(said: LoggedQuery, variables: Mapping[int, str]) -> str:
    literals = [_literal(argument, variables) for argument in said.args or ()]
    one_line = " ".join(said.query.split()).rstrip(";")
    return PLACEHOLDER.sub(lambda found: literals[int(found[1]) - 1], one_line)


def _literal(argument: Any, variables: Mapping[int, str]) -> str:
    match argument:
        case None:
            return "NULL"
        case bool():
            return "true" if argument else "false"
        case int():
            return f":{variables[argument]}" if argument in variables else str(argument)
        case float():
            return str(argument)
        case datetime():
            return f"timestamptz '{argument.isoformat()}'"
        case date():
            return f"date '{argument.isoformat()}'"
        case bytes():
            return f"'\\x{argument.hex()}'"
        case list() | tuple():
            return "'{" + ",".join(str(each) for each in argument) + "}'"
    return "'" + str(argument).replace("'", "''") + "'"


def rate(url: str, text: str, clients: int, *limit: str) -> float:
    """Runs of the script in a second, by so many clients, until `limit` (`-T seconds` or `-t runs`) is reached.

    Raises:
        RuntimeError: when a statement failed: then nothing was measured.
    """
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "script.sql"
        file.write_text(text)
        command = [
            *(client_program("pgbench"), "--no-vacuum", "--protocol=prepared", "--file", file),
            *(f"--client={clients}", "--jobs=1", *limit, url),
        ]
        done = subprocess.run([str(part) for part in command], check=False, capture_output=True, text=True)
    found, failed = RATE.search(done.stdout), FAILED.search(done.stdout)
    if done.returncode or found is None or (failed and failed[1] != "0"):
        raise RuntimeError(f"pgbench failed:\n{done.stdout}\n{done.stderr}")
    return float(found[1])
