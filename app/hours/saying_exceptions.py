"""Says exceptions in the reader's language. Templates and the API ask here."""

from datetime import date, datetime

from app.hours import saying
from app.hours.queries.exceptions import ExceptionRow
from app.hours.rules.approving import Reason
from app.hours.rules.exceptions import NAMES, PLAIN, SENTENCES, WAYS, WHYS, Action, Unusual, Why, is_day
from app.kit import clock, wording
from app.kit.i18n import gettext
from app.kit.rules import N_

ACTIONS: dict[str, str] = {
    Action.KEPT: N_("Kept as it is"),
    Action.ADJUSTED: N_("Times corrected"),
    Action.MISSED: N_("Did not come"),
}
PLACE_KNOWN = N_("With a place fix, exact to %(exact)s m.")
AWAY = N_("%(metres)s m from the place, exact to %(exact)s m.")
WENT_AWAY = N_("No longer so: a later punch put it right")
WAITS = N_("To settle")


def name(code: Unusual) -> str:
    """What is unusual, in a few words."""
    return gettext(NAMES[code])


def sentence(row: ExceptionRow, on: date) -> str:
    """What is unusual, with its figures. Times of the day `on` are said without the day."""
    return gettext(SENTENCES[row.code]) % {key: _figure(key, figure, on) for key, figure in row.figures.items()}


def _figure(key: str, figure: int | str, on: date) -> str:
    if isinstance(figure, int):
        return wording.number(figure) if key in PLAIN else wording.hours(figure)
    if figure in WAYS:
        return gettext(WAYS[figure])
    if is_day(figure):
        return wording.day(date.fromisoformat(figure))
    instant = datetime.fromisoformat(figure)
    return wording.time_of_day(instant) if clock.local_day(instant) == on else wording.moment(instant)


def state(row: ExceptionRow) -> tuple[str, str]:
    """How it stands: the word and its tone."""
    if row.action:
        return gettext(ACTIONS[row.action]), "good"
    return (gettext(WAITS), "waiting") if row.standing else (gettext(WENT_AWAY), "neutral")


def why(row: ExceptionRow) -> str:
    """Why it was settled so; empty while it waits."""
    if row.action == Action.ADJUSTED and row.reason in set(Reason):
        return saying.reason(row.reason)
    return gettext(WHYS[Why(row.reason)]) if row.reason in set(Why) else ""


def whys() -> list[tuple[str, str]]:
    """The choices of a form."""
    return [(code.value, gettext(text)) for code, text in WHYS.items()]


def place(metres: int | None, accuracy: float | None, datum: str) -> str:
    """Where a punch was taken, as far as it is anyone's to know; empty without a fix."""
    if not datum:
        return ""
    exact = round(accuracy) if accuracy is not None else "?"
    if metres is None:
        return gettext(PLACE_KNOWN) % {"exact": exact}
    return gettext(AWAY) % {"metres": wording.number(metres), "exact": exact}
