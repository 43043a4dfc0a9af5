"""`linli verify FILE`: checks a downloaded report or certificate with nothing but the file and what is published.

No database, no network and no settings: it runs on any computer, for whoever does not want to take our word.
"""

import base64
import os
from argparse import Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from app.hours.rules.certificate_file import FLAWS, verify_credential, verify_pdf
from app.hours.rules.heads import PUBLIC_KEY_BYTES, HeadJson, fingerprint, head_from_json
from app.hours.rules.proof_checking import FAULTS, NAMES, Checked, Fault, Trust, check
from app.kit.i18n import gettext, ngettext, speaking
from app.kit.rules import N_
from app.reports.proof_csv import CsvFinding, compare, say_difference

LARGEST_CERTIFICATE = 64 * 1024 * 1024


class VerifyFault(Exception):
    """Why a file cannot be checked at all, in the reader's language."""


class Untrue(Exception):
    """Something is wrong with the file; everything was printed already."""


def verify_file(options: Namespace) -> None:
    """Check a file and print what was found, in the language of the terminal.

    Raises:
        Untrue: when something is wrong with it.
        VerifyFault: when it, or what it is to be compared with, cannot be read.
    """
    with speaking(language(os.environ)):
        good = _by_kind(options.file, options.proof, _trust(options.heads, options.keys))
        if not good:
            raise Untrue(gettext("This file is not as it was made. Do not rely on it."))


def language(environment: Mapping[str, str]) -> str:
    """What the terminal speaks: Chinese where its locale says so."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((environment[name] for name in names if environment.get(name)), "")
    return "zh_CN" if chosen.lower().startswith("zh") else "en"


def _by_kind(path: Path, proof: Path | None, trust: Trust) -> bool:
    start = _start(path)
    if proof is not None:
        return _csv(path, proof, trust)
    if start.startswith(b"%PDF-"):
        return _certificate(path, trust)
    if start.startswith(b"{"):
        return _proof(path, trust)
    if start.lstrip()[:3] == b"eyJ":
        return _certificate(path, trust)
    if path.suffix == ".csv":
        raise VerifyFault(gettext("A CSV carries no seals. Give its proof file too: --proof FILE"))
    raise VerifyFault(
        gettext("%(file)s is no file this program can check: a proof file, a certificate as PDF, or a credential.")
        % {"file": path}
    )


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(64)
    except OSError as error:
        raise VerifyFault(
            gettext("%(file)s cannot be read: %(why)s.") % {"file": path, "why": error.strerror}
        ) from None


# What the reader brought along.


class _Key(Struct, frozen=True):
    """A key as any of the published sets has it: this program's own, or that for other people's software."""

    kid: str
    x: str
    fingerprint: str = ""

    def public(self) -> tuple[str, bytes]:
        """Its name and its 32 public bytes.

        Raises:
            ValueError: when it is none.
        """
        name = self.kid.rpartition("#")[2]
        public = base64.urlsafe_b64decode(self.x + "=" * (-len(self.x) % 4))
        if len(public) != PUBLIC_KEY_BYTES or self.fingerprint not in ("", fingerprint(public)):
            raise ValueError(name)
        return name, public


class _Published(Struct):
    """Published heads, published keys, or both; the shape of each is that of its address."""

    heads: list[HeadJson] = []
    keys: list[_Key] = []
    head: HeadJson | None = None


def _trust(heads: Path | None, keys: Path | None) -> Trust:
    of_heads = _published(heads) if heads else None
    of_keys = _published(keys) if keys else None
    known = [*(of_heads.keys if of_heads else []), *(of_keys.keys if of_keys else [])]
    try:
        public = dict(key.public() for key in known)
        listed = [*of_heads.heads, *([of_heads.head] if of_heads.head else [])] if of_heads else []
        roots = {head.size: head.root for head in map(head_from_json, listed)}
    except ValueError as error:
        raise VerifyFault(gettext("The published heads or keys are damaged: %(what)s.") % {"what": error}) from None
    return Trust(keys=public or None, heads=roots if heads else None)


def _published(path: Path) -> _Published:
    try:
        content = path.read_bytes()
        if content.lstrip().startswith(b"["):
            return _Published(heads=msgspec.json.decode(content, type=list[HeadJson]))
        found = msgspec.json.decode(content, type=_Published)
    except OSError as error:
        raise VerifyFault(
            gettext("%(file)s cannot be read: %(why)s.") % {"file": path, "why": error.strerror}
        ) from None
    except msgspec.DecodeError:
        found = _Published()
    if not (found.heads or found.head or found.keys):
        raise VerifyFault(gettext("%(file)s holds neither published heads nor published keys.") % {"file": path})
    return found


# The kinds of file.


def _proof(path: Path, trust: Trust) -> bool:
    with path.open("rb") as file:
        found = check(file, trust)
    _print_proof(path, found, trust)
    return found.good


def _print_proof(path: Path, found: Checked, trust: Trust) -> None:
    if found.good:
        _right(gettext("%(file)s is as it was made, and every entry in it is as it was sealed.") % {"file": path.name})
        for sentence in _about(found):
            print(f"         {sentence}")
    for finding in found.findings:
        _wrong(say(finding.fault, finding.params))
    if found.more:
        _wrong(gettext("And %(n)s more faults.") % {"n": found.more})
    for sentence in _trusted(found, trust):
        print(f"  NOTE   {sentence}")


def say(fault: Fault, params: dict[str, Any]) -> str:
    """What is wrong, in the reader's language."""
    # A file may name anything; what is not known is said as it stands there.
    named = {name: gettext(NAMES.get(params[name], params[name])) for name in ("figure", "field") if name in params}
    return (gettext(FAULTS[fault]) % (params | named)).replace(" ”", "”")  # a total is of nothing in particular


def _about(found: Checked) -> Iterator[str]:
    header, head = found.header, found.head
    if header is None or head is None:
        return
    yield gettext("Contract %(number)s, %(program)s: %(agency)s for %(funder)s") % {
        "number": header.contract.number,
        "program": header.contract.program,
        "agency": header.contract.agency,
        "funder": header.contract.funder,
    }
    yield ngettext(
        "%(n)s entry, %(hours)s hours in all, of days from %(first)s up to, not including, %(past)s",
        "%(n)s entries, %(hours)s hours in all, of days from %(first)s up to, not including, %(past)s",
        found.entries,
    ) % {
        "n": f"{found.entries:,}",
        "hours": f"{found.minutes / 60:,.2f}",
        "first": header.filter.starts_on,
        "past": header.filter.ends_before,
    }
    yield gettext("Each is covered by the head over %(size)s entries of %(at)s, root %(root)s") % {
        "size": f"{head.size:,}",
        "at": header.head.sealed_at,
        "root": header.head.root,
    }
    if header.left_out.entries:
        yield ngettext(
            "%(n)s newer entry of the report was not sealed yet when the file was made, and is not in it.",
            "%(n)s newer entries of the report were not sealed yet when the file was made, and are not in it.",
            header.left_out.entries,
        ) % {"n": header.left_out.entries}


def _trusted(found: Checked, trust: Trust) -> Iterator[str]:
    """What was taken on the file's own word, and what to compare it with."""
    if found.header is None:
        return
    if trust.keys is None:
        for name, print_ in found.fingerprints.items():
            yield gettext(
                "The key is the file's own. Compare its fingerprint with the published one of key %(key)s: %(print)s"
            ) % {"key": name, "print": print_}
        yield gettext("Or give the published keys: --keys keys.json")
    if trust.heads is None and found.head is not None:
        yield gettext(
            "The head is the file's own. Compare its root with the published head over %(size)s entries, or give the"
            " published heads: --heads heads.json"
        ) % {"size": f"{found.head.size:,}"}


def _csv(path: Path, proof: Path, trust: Trust) -> bool:
    """A CSV beside its proof file: first the proof, then each row against its leaf."""
    if not _proof(proof, trust):
        return False
    try:
        rows, findings = compare(path, proof)
    except ValueError as error:
        raise VerifyFault(
            gettext("%(file)s is no CSV of an hour report: it lacks the column %(column)s.")
            % {"file": path, "column": error}
        ) from None
    if not findings:
        _right(
            ngettext(
                "%(file)s: %(n)s row says what its entry says.",
                "%(file)s: %(n)s rows say what their entries say.",
                rows,
            )
            % {"file": path.name, "n": f"{rows:,}"}
        )
        print("         " + gettext(OUTSIDE_THE_SEAL))
    _print_csv(findings)
    return not findings


OUTSIDE_THE_SEAL = N_(
    "Compared were number, day, minutes, hours, grade, attendance and correction. Names are not in the sealed entries."
)


def _print_csv(findings: list[CsvFinding]) -> None:
    for finding in findings:
        _wrong(say_difference(finding))


def _certificate(path: Path, trust: Trust) -> bool:
    if path.stat().st_size > LARGEST_CERTIFICATE:
        raise VerifyFault(gettext("%(file)s is too large for a certificate.") % {"file": path})
    content = path.read_bytes()
    if trust.keys is None:
        raise VerifyFault(gettext("A certificate holds no keys. Give the published ones: --keys keys.json"))
    is_pdf = content.startswith(b"%PDF-")
    found = verify_pdf(content, trust.keys) if is_pdf else verify_credential(content.decode("latin-1"), trust.keys)
    if found.good:
        _right(
            gettext("Certificate %(number)s is as it was made, signed with the key %(key)s, fingerprint %(print)s.")
            % {"number": found.number, "key": found.key, "print": fingerprint(trust.keys[found.key])}
        )
        print("         " + gettext("Whether it was superseded since is said by the address printed on it."))
    for flaw in found.flaws:
        _wrong(gettext(FLAWS[flaw]))
    return found.good


def _right(sentence: str) -> None:
    print(f"  right  {sentence}")


def _wrong(sentence: str) -> None:
    print(f"  WRONG  {sentence}")
