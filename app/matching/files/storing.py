"""Opens and writes the files, and says in a sentence why one cannot be read."""

import gzip
import zlib
from pathlib import Path

import msgspec

from app.kit.rules import N_, Refusal
from app.matching.files.reading import Contradiction, read
from app.matching.files.shapes import FORMAT, VERSION, FileShape, PlanShape, ProblemShape
from app.matching.files.writing import written
from app.matching.problem import Plan, Problem

GZIP_START = b"\x1f\x8b"

NO_ACCESS = Refusal("no_access", N_("%(file)s cannot be read: %(why)s."))
NO_JSON = Refusal("no_json", N_("%(file)s is no matching problem: it is not JSON, or cut short (%(why)s)."))
NOT_PACKED = Refusal("not_packed", N_("%(file)s is damaged: it cannot be unpacked."))
FOREIGN = Refusal("foreign", N_("%(file)s is no matching problem: it is JSON of some other kind."))
NEWER = Refusal("newer", N_("%(file)s is of version %(version)s of the format; this program reads version %(known)s."))
DAMAGED = Refusal("damaged", N_("%(file)s is damaged: %(why)s."))


class Unreadable(Exception):
    """Why a file cannot be read, as a sentence."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text % refusal.params)
        self.refusal = refusal


class _Start(msgspec.Struct):
    """What every version of the format begins with."""

    format: str = ""
    version: int = 0


def save(path: Path, problem: Problem, plan: Plan | None = None) -> None:
    """Write a problem, and perhaps a plan of it; packed when the name ends in .gz. The same gives the same bytes."""
    content = _laid_out(written(problem, plan)) + b"\n"
    path.write_bytes(gzip.compress(content, 6, mtime=0) if path.suffix == ".gz" else content)


def _laid_out(value: object) -> bytes:
    """JSON with a line for each field of the large parts, and for each row of a table."""
    if isinstance(value, FileShape | ProblemShape | PlanShape):
        fields = (
            msgspec.json.encode(name) + b": " + _laid_out(getattr(value, name)) for name in value.__struct_fields__
        )
        return b"{\n" + b",\n".join(fields) + b"\n}"
    if isinstance(value, list) and value and isinstance(value[0], msgspec.Struct):
        return b"[\n" + b",\n".join(map(msgspec.json.encode, value)) + b"\n]"
    return msgspec.json.encode(value)


def load(path: Path) -> tuple[Problem, Plan | None]:
    """Read a problem, and the plan in the file if there is one.

    Raises:
        Unreadable: when it is no such file, or a damaged one.
    """
    name = path.name
    content = _content(path)
    try:
        start = msgspec.json.decode(content, type=_Start)
    except msgspec.ValidationError:
        raise Unreadable(FOREIGN.with_params(file=name)) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Unreadable(NO_JSON.with_params(file=name, why=_first_line(error))) from None
    if start.format != FORMAT:
        raise Unreadable(FOREIGN.with_params(file=name))
    if start.version != VERSION:
        raise Unreadable(NEWER.with_params(file=name, version=start.version, known=VERSION))
    try:
        return read(msgspec.json.decode(content, type=FileShape))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Unreadable(DAMAGED.with_params(file=name, why=_first_line(error))) from None
    except Contradiction as error:
        raise Unreadable(error.refusal) from None


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(GZIP_START) else content
    except (gzip.BadGzipFile, EOFError, zlib.error):  # the first is an OSError, too
        raise Unreadable(NOT_PACKED.with_params(file=path.name)) from None
    except OSError as error:
        raise Unreadable(NO_ACCESS.with_params(file=path.name, why=error.strerror or type(error).__name__)) from None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
