"""Catalogues: one .po a package, holding exactly the sentences its code and templates say. See scripts/messages."""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_CN"
FOLDER = ROOT / "locales" / LOCALE
PACKAGES = (
    "accounts",
    "notices",
    "programs",
    "volunteers",
    "shifts",
    "hours",
    "requests",
    "reports",
    "matching",
    "demo",
    "kit",
)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "N_": None,
}
JINJA = {"trimmed": "false", "extensions": "jinja2.ext.do", "silent": "false"}

HEADER = """# Simplified Chinese for {package}: exactly the sentences that its code and templates say.
msgid ""
msgstr ""
"Language: zh_CN\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
"""Written by us: the library's own holds dates, which would change the file at each run."""

Key = tuple[str, str | tuple[str, str]]
"""(context, sentence or (singular, plural))."""


def sources(package: str) -> Iterator[Path]:
    """The files whose sentences belong to a package; what belongs to no package is the frame's."""
    if package != "kit":
        yield from (ROOT / "app" / package).rglob("*.py")
        yield from (ROOT / "templates" / package).rglob("*.html")
        return
    yield from (ROOT / "app" / "kit").rglob("*.py")
    yield from (ROOT / "app").glob("*.py")
    yield from (ROOT / "app" / "cli").rglob("*.py")
    for template in (ROOT / "templates").rglob("*.html"):
        if template.relative_to(ROOT / "templates").parts[0] not in PACKAGES[:-1]:
            yield template


def sentences(package: str) -> dict[Key, list[tuple[str, int]]]:
    """Every sentence of a package, with where it is said."""
    found: dict[Key, list[tuple[str, int]]] = {}
    for file in sorted(sources(package)):
        if "migrations" in file.parts:
            continue
        method = "jinja2.ext:babel_extract" if file.suffix == ".html" else "python"
        options = JINJA if file.suffix == ".html" else {}
        content = BytesIO(file.read_bytes())
        for line, message, _, context in extract(method, content, keywords=KEYWORDS, options=options):
            key: Key = (context or "", tuple(message) if isinstance(message, (list, tuple)) else message)
            found.setdefault(key, []).append((str(file.relative_to(ROOT)), line))
    found.pop(("", ""), None)
    return found


def translations() -> dict[Key, Message]:
    """Every translated sentence of all catalogues."""
    known: dict[Key, Message] = {}
    for file in sorted(FOLDER.glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=LOCALE):
                if (
                    message.id
                    and not message.fuzzy
                    and (all(message.string) if message.pluralizable else message.string)
                ):
                    known[(message.context or "", tuple(message.id) if message.pluralizable else message.id)] = message
    return known


def broken_places(key: Key, message: Message) -> bool:
    """Whether a translation lost or invented a %(place)s."""
    whole = message.string if isinstance(message.string, str) else "".join(message.string)
    original = key[1] if isinstance(key[1], str) else key[1][1]

    def places(text: str) -> set[str]:
        return {part.split(")", 1)[0] for part in text.split("%(")[1:]}

    return not places(whole) <= places(original)


def check() -> int:
    """Print what is missing or broken; the answer is how many."""
    known = translations()
    faults = 0
    for package in PACKAGES:
        for key, places in sentences(package).items():
            message = known.get(key)
            if message is None or broken_places(key, message):
                what = "no Chinese" if message is None else "places differ"
                print(f"{places[0][0]}:{places[0][1]}: {what}: {key[1]!r}")
                faults += 1
    return faults


def update() -> None:
    """Write every package's catalogue anew: its own sentences, with the Chinese that any catalogue has for them."""
    known = translations()
    said: set[Key] = set()
    for package in PACKAGES:
        catalogue = Catalog(locale=LOCALE, fuzzy=False)
        for key in sentences(package):
            if key in said:
                continue
            said.add(key)
            message = known.get(key)
            catalogue.add(key[1], string=message.string if message else "", context=key[0] or None)
        file = FOLDER / f"{package}.po"
        if len(catalogue):
            with file.open("wb") as stream:
                stream.write(HEADER.format(package=package).encode())
                write_po(stream, catalogue, width=120, omit_header=True, sort_output=True, no_location=True)
    for file in FOLDER.glob("*.po"):
        if file.stem not in PACKAGES:
            file.unlink()


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(1 if check() else 0)
    update()
