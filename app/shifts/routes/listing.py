"""The address of the list of open shifts: filters and cursors to and from its query string."""

from datetime import date, datetime
from urllib.parse import urlencode

from app.shifts.forms.browsing import Browse
from app.shifts.queries.open_shifts import Cursor, Wanted
from app.shifts.rules.browsing import When, days_of

PATH = "/shifts"
JOINT = "~"


def wanted(form: Browse, today: date) -> Wanted:
    """What the filters ask of the database."""
    from_on, before = days_of(form.when, form.from_on, form.to_on, today)
    return Wanted(
        from_on=from_on,
        before=before,
        region=form.region,
        kind=form.kind,
        search=form.q,
        with_places=form.places == "open",
    )


def cursor_text(cursor: Cursor) -> str:
    """A cursor as it stands in an address."""
    return f"{cursor.starts.isoformat()}{JOINT}{cursor.id}"


def read_cursor(form: Browse) -> Cursor | None:
    """The cursor of an address; None when there is none, or someone wrote nonsense there."""
    text, back = (form.before, True) if form.before else (form.after, False)
    starts, _, number = text.partition(JOINT)
    try:
        instant = datetime.fromisoformat(starts)
        return Cursor(instant, int(number), back) if instant.tzinfo else None
    except ValueError:
        return None


def filter_count(form: Browse) -> int:
    """How many filters beside the region are set."""
    dated = form.when != When.ANY or form.from_on is not None or form.to_on is not None
    return sum((dated, bool(form.kind), form.places != "open", bool(form.q)))


def chosen(form: Browse, **changes: object) -> str:
    """The list's address with these filters and some of them changed; cursors are never kept."""
    fields: dict[str, object] = {
        "when": str(form.when),
        "from_on": form.from_on,
        "to_on": form.to_on,
        "region": form.region,
        "kind": form.kind,
        "places": "" if form.places == "open" else form.places,
        "q": form.q,
    }
    set_ones = {name: given for name, given in (fields | changes).items() if given}
    return f"{PATH}?{urlencode(set_ones)}" if set_ones else PATH
