"""Everything a certificate's PDF shows, as text in one language; the typesetter only lays it out."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import segno

from app.hours.rules.certifying import ActivityLine, Body, Snapshot, Sum, code_of
from app.hours.rules.grading import GRADES, Grade
from app.hours.rules.kinds import KINDS, Capacity, Kind
from app.kit import clock, wording
from app.kit.i18n import by_locale, locale, ngettext, speaking
from app.kit.i18n import gettext as _

MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
COVERED = Path(__file__).resolve().parent / "fonts" / "covered.txt"
GETA = "〓"
"""What printers set where a character is missing."""
LANGUAGES = {"zh": "zh_CN", "en": "en"}
"""The languages of a certificate: as they stand in addresses, and as the catalogues call them."""


def full_day(on: date, short: bool = False) -> str:
    """A day as papers write it, always with its year; `short` for tables."""
    if locale() == "en":
        month = MONTHS_EN[on.month - 1]
        return f"{on.day} {month[:3] if short else month} {on.year}"
    return f"{on.year}年{on.month}月{on.day}日"


def body_name(body: Body) -> str:
    """An organisation's name in the reader's language."""
    return by_locale(body.name, body.name_en)


def sheet(shot: Snapshot, *, language: str, token: str, base_url: str) -> dict[str, Any]:
    """The sheet in a language of `LANGUAGES`. What the typeface lacks is set as 〓 and named in a note."""
    with speaking(LANGUAGES[language]):
        written = _write(shot, language, token, base_url)
        lacking: dict[str, None] = {}
        printable: dict[str, Any] = _printable(written, lacking)
        if lacking:
            names = ", ".join(f"U+{ord(letter):04X}" for letter in lacking)
            said = _("〓 stands for a character that this typeface lacks: %(characters)s.")
            printable["notes"].append(said % {"characters": names})
        return printable


@cache
def covered() -> frozenset[int]:
    """The characters that the regular weight has."""
    spans = [line.split("-") for line in COVERED.read_text().split()]
    return frozenset(letter for first, last in spans for letter in range(int(first, 16), int(last, 16) + 1))


def _printable(tree: Any, lacking: dict[str, None]) -> Any:
    if isinstance(tree, dict):
        return {name: _printable(branch, lacking) for name, branch in tree.items()}
    if isinstance(tree, list):
        return [_printable(branch, lacking) for branch in tree]
    if isinstance(tree, str) and (missing := {letter for letter in tree if ord(letter) not in covered()} - {"\n"}):
        lacking |= dict.fromkeys(sorted(missing))
        return "".join(GETA if letter in missing else letter for letter in tree)
    return tree


def _write(shot: Snapshot, language: str, token: str, base_url: str) -> dict[str, Any]:
    address = f"{base_url}/verify/{token}"
    return {
        "lang": language,
        "day": [shot.drawn_at.year, shot.drawn_at.month, shot.drawn_at.day],
        "qr": _qr(address),
        "number": shot.number,
        "title": _("Certificate of Volunteer Service"),
        "number_line": _("No. %(number)s") % {"number": shot.number},
        "name": shot.name,
        "volunteer": _("Volunteer number %(number)s") % {"number": shot.volunteer_no},
        "said": _said(shot),
        "total": wording.hours(shot.service_minutes),
        "total_label": _("Volunteer service time"),
        "facts": _facts(shot),
        "content": [_("Content of service"), _contents(shot)],
        "sums": {
            "title": _("Time by kind"),
            "heads": [_("Counted as"), _("Kind of time"), _("Time")],
            "rows": [_sum(one) for one in shot.sums],
        },
        "activities": {
            "title": _("What was done"),
            "heads": [_("Activity and place"), _("Service"), _("Recorded by"), _("Days"), _("Times"), _("Time")],
            "rows": [_activity(shot, line) for line in shot.activities],
        },
        "grades": {
            "title": _("How it is evidenced"),
            "heads": [_("Grade"), _("Rests on"), _("Time")],
            "rows": [
                [letter, _(GRADES[Grade(letter)]), wording.hours(minutes)] for letter, minutes in shot.grades.items()
            ],
        },
        "bodies": {
            "title": _("Recording bodies"),
            "rows": [_body(body) for body in shot.bodies],
            "seal": _("Person responsible, seal (optional)"),
        },
        "check": {
            "title": _("Is this genuine?"),
            "text": _(
                "Scan the code, or open %(address)s and enter the number %(number)s with the code %(code)s. "
                "The page says whether the certificate still stands. The file itself is signed as well."
            )
            % {"address": f"{base_url}/verify", "number": shot.number, "code": code_of(token)},
            "alt": _("QR code of the page that verifies this certificate: %(address)s") % {"address": address},
        },
        "notes": [
            _(
                "Only approved time counts: actual service without travel. "
                "Paid work is never part of it; training is a record of its own."
            ),
            _("Drawn free of charge by the volunteer on %(day)s from records that are kept unchanged.")
            % {"day": full_day(clock.local_day(shot.drawn_at))},
        ],
        "entries": {
            "title": _("Records this certificate rests on"),
            "lede": ngettext("%(n)s entry of the hour ledger.", "%(n)s entries of the hour ledger.", len(shot.entries))
            % {"n": len(shot.entries)},
            "heads": [_("Day"), _("Activity"), _("Kind of time"), _("Grade"), _("Entry"), _("Time")],
            "rows": [
                [
                    one.served_on.isoformat(),
                    shot.activities[one.activity].name,
                    _(KINDS[Kind(one.kind)]),
                    one.grade,
                    str(one.posting_id),
                    wording.hours(one.minutes),
                ]
                for one in shot.entries
            ],
        },
        "page": _("Page %(page)s of %(pages)s"),
    }


def _said(shot: Snapshot) -> list[str]:
    """The sentence of the certificate, in parts: before the name, and after it."""
    span = {"first": full_day(shot.from_on), "last": full_day(shot.last_on)}
    return [
        _("This is to certify that"),
        _("served as a volunteer from %(first)s to %(last)s without pay, as recorded by the bodies below.") % span,
    ]


def _facts(shot: Snapshot) -> list[list[str]]:
    facts = []
    if shot.training_minutes:
        facts.append([_("Training, apart"), wording.hours(shot.training_minutes)])
    if shot.other_sums:
        facts.append([_("Also recorded, apart"), wording.hours(sum(one.minutes for one in shot.other_sums))])
    facts.append([_("Activities"), str(len({line.id for line in shot.activities}))])
    facts.append([_("Times served"), str(len(shot.entries))])
    return facts


def _contents(shot: Snapshot) -> str:
    named = [by_locale(line.content, line.content_en) for line in shot.activities]
    return by_locale("、", ", ").join(dict.fromkeys(named))


def _sum(one: Sum) -> list[str]:
    account = _("Training") if one.capacity == Capacity.TRAINING else _("Volunteering")
    return [account, _(KINDS[Kind(one.kind)]), wording.hours(one.minutes)]


def _activity(shot: Snapshot, line: ActivityLine) -> list[str]:
    days = full_day(line.first_on, short=True)
    if line.last_on != line.first_on:
        days += " – " + full_day(line.last_on, short=True)
    name = line.name + (f"\n{line.place}" if line.place else "")
    content = by_locale(line.content, line.content_en)
    if line.capacity == Capacity.TRAINING:
        content += f"\n{_('Training')}"
    return [name, content, body_name(shot.bodies[line.body]), days, str(line.times), wording.hours(line.minutes)]


def _body(body: Body) -> list[str]:
    code = _("Unified social credit code %(code)s") % {"code": body.credit_code} if body.credit_code else ""
    return [body_name(body), code]


def _qr(address: str) -> str:
    # Never a Micro QR code, which telephones do not read.
    drawn = str(segno.make_qr(address, error="m").svg_inline(border=0))
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
