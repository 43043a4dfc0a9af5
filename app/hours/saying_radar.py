"""Says rules, findings and outcomes of the radar in the reader's language. Templates and the API ask here."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from app.hours.queries.radar.findings import FindingRow, WordRow
from app.hours.queries.radar.scores import ScoreRow
from app.hours.queries.radar.thresholds import ThresholdRow
from app.hours.rules.radar import FIELDS, RULES, Code
from app.hours.rules.radar_outcomes import AGENCY, OUTCOMES, FindingStatus
from app.kit import wording
from app.kit.i18n import gettext, locale
from app.kit.rules import N_

OPEN: dict[str, str] = {
    "agency": N_("Waits for the agency's word"),
    "funder": N_("Explained by the agency, to be settled"),
}
TONES: dict[FindingStatus, str] = {
    FindingStatus.EXPLAINED: "good",
    FindingStatus.CORRECTED: "good",
    FindingStatus.MISUSE: "bad",
}
EXPLAINED = N_("The agency explained")


def _month(figure: str) -> str:
    first = date.fromisoformat(figure)
    if locale() == "en":
        return f"{wording.MONTHS_EN[first.month - 1]} {first.year}"
    return f"{first.year}年{first.month}月"


def _offset(minutes: int) -> str:
    if not minutes:
        return gettext("at the planned start")
    side = gettext("%(time)s after the planned start") if minutes > 0 else gettext("%(time)s before the planned start")
    return side % {"time": wording.hours(abs(minutes))}


FORMATS: dict[str, Callable[[Any], str]] = {
    "minutes": wording.hours,
    "total": wording.hours,
    "offset": _offset,
    "day": lambda figure: wording.day(date.fromisoformat(figure)),
    "month": _month,
}


def _figure(name: str, figure: object) -> str:
    said = FORMATS.get(name.removeprefix("limit_"))
    if said:
        return said(figure)
    return wording.number(figure) if isinstance(figure, int) else str(figure)


def _fill(sentence: str, row: FindingRow) -> str:
    figures = {name: _figure(name, figure) for name, figure in row.figures.items()}
    return gettext(sentence) % (figures | {"person": row.person_name or "", "keyer": row.keyer_name or ""})


def title(code: Code) -> str:
    """What a rule is called."""
    return gettext(RULES[code].title)


def looks_at(code: Code) -> str:
    """What a rule looks at."""
    return gettext(RULES[code].looks_at)


def finding(row: FindingRow) -> str:
    """What was found, as a sentence with its figures."""
    rule = RULES[row.rule]
    return _fill(rule.of_keyer if row.account_id and rule.of_keyer else rule.finding, row)


def why(row: FindingRow) -> str:
    """Why that is worth a look, with the limit it passed."""
    return _fill(RULES[row.rule].why, row)


def status(row: FindingRow) -> tuple[str, str]:
    """Where it stands: the word and its tone."""
    if row.status is FindingStatus.OPEN:
        return gettext(OPEN[row.held_by]), "waiting" if row.held_by == AGENCY else "active"
    return gettext(OUTCOMES[row.status][0]), TONES[row.status]


def outcomes() -> list[tuple[str, str, str]]:
    """The choices for settling: value, word, what it says."""
    return [(code.value, gettext(word), gettext(about)) for code, (word, about) in OUTCOMES.items()]


def said(word: WordRow, row: FindingRow) -> str:
    """What someone's words were: an explanation, or what it was settled as."""
    if word.side == AGENCY:
        return gettext(EXPLAINED)
    return gettext("Settled: %(outcome)s") % {"outcome": gettext(OUTCOMES[row.status][0])}


def field(name: str) -> str:
    """What a threshold is called."""
    return gettext(FIELDS[name])


def limits(row: ThresholdRow) -> list[str]:
    """A row's thresholds with their names."""
    figures = msgspec.structs.asdict(row.limits)
    return [
        gettext("%(name)s: %(figure)s") % {"name": field(name), "figure": wording.number(figure)}
        for name, figure in figures.items()
    ]


def score(row: ScoreRow) -> str:
    """A score out of 100, or that there is none."""
    return gettext("No hours yet") if row.score is None else gettext("%(n)s of 100") % {"n": row.score}
