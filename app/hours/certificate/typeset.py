"""Typesets one sheet: `python -m app.hours.certificate.typeset`, JSON in, PDF out.

Run by `printing` in a process of its own, so that a web process holds no fonts and never waits for a page to be set.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

import brotli
import msgspec
import typst

HERE = Path(__file__).resolve().parent
TAGGED: Any = ["a-3a", "ua-1"]
"""Archivable with its attachment, and readable aloud."""
PLAIN: Any = ["a-3b"]
LONG = 1000
"""From so many entries on a PDF is set without tags, which would make it fourteen times as large."""


class Job(msgspec.Struct):
    """What to set, and the credential to attach."""

    sheet: dict[str, Any]
    credential: str


def fonts_into(folder: Path) -> typst.Fonts:
    """Unpack the fonts that lie beside this file; nothing is ever fetched."""
    for packed in (HERE / "fonts").glob("*.ttf.br"):
        (folder / packed.stem).write_bytes(brotli.decompress(packed.read_bytes()))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def typeset(job: Job) -> bytes:
    """The PDF of a sheet."""
    tagged = len(job.sheet["entries"]["rows"]) < LONG
    with tempfile.TemporaryDirectory() as scratch:
        # The root is what attachments are named from: without one their names would hold our folders.
        compiler = typst.Compiler(root=str(HERE), font_paths=fonts_into(Path(scratch)), ignore_system_fonts=True)
        inputs = {"sheet": msgspec.json.encode(job.sheet).decode(), "credential": job.credential}
        made = compiler.compile(
            input=str(HERE / "certificate.typ"),
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=TAGGED if tagged else PLAIN,
            pdf_tags=tagged,
            timestamp=0,
        )
    if not isinstance(made, bytes):
        raise TypeError("one document makes one file")
    return made


def main() -> None:
    """Read a job, write its PDF."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    sys.stdout.buffer.write(typeset(job))


if __name__ == "__main__":
    main()
