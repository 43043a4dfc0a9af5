"""What a row of opportunities becomes, and which oddities were met on the way. Pure."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from app.kit.importing import Fault, Note, Outcome
from app.kit.importing.dates import ReadDay, read_day
from app.kit.importing.shapes import digest_of
from app.kit.rules import N_

LONGEST_TITLE, LONGEST_PLACE, LONGEST_REF = 160, 200, 120
MOST_WANTED = 1_000_000
UNKNOWN_WANTED = frozenset({0, 9999, 99999})
AS_MANY_AS_COME = frozenset({99, 999})
YEARS = range(1990, 2100)
FAR_APART_METRES = 500
OTHER = "other"

COORDINATES = re.compile(r"\(\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，]\s*(-?\d{1,3}(?:\.\d+)?)\s*\)")
POSTCODE = re.compile(r"\d{5,6}")

NO_TITLE = N_("The title is empty. Give each row one, for example “Visit elders on Sunday”.")

Position = tuple[float, float]


def judge(given: Mapping[str, str], kind_of: Callable[[str], str], today: date) -> Outcome:
    """Everything one row says, as an activity still to be opened."""
    notes: list[Note] = []
    values = {name: cell.strip() for name, cell in given.items()}
    title, rest = _title(given.get("title", ""), notes)
    ref = " ".join(values.get("ref", "").split())[:LONGEST_REF]
    if not title:
        return Outcome(label=ref, faults=[Fault(field="title", text=NO_TITLE)])
    category = " ".join(values.get("category", "").split())
    place, position = _place(values, given.get("area", ""), notes)
    from_on, to_before = _days(values, today, notes)
    accepted: dict[str, Any] = {
        "name": title,
        "summary": _summary(values, rest),
        "service_kind": _kind(category, kind_of, notes),
        "wanted": _wanted(values.get("wanted", ""), from_on, notes),
        "from_on": from_on.isoformat() if from_on else None,
        "to_before": to_before.isoformat() if to_before else None,
        "place": place,
        "latitude": position[0] if position else None,
        "longitude": position[1] if position else None,
    }
    if hours := values.get("hours", ""):
        notes.append(Note(code="hours_ignored", was=hours[:40]))
    if not ref:
        notes.append(Note(code="no_ref"))
        ref = digest_of(accepted).hex()[:40]
    accepted["source_ref"] = ref
    words = {"category": [category]} if category else {}
    return Outcome(label=title, key=ref, accepted=accepted, notes=notes, words=words)


def _title(typed: str, notes: list[Note]) -> tuple[str, str]:
    """The title, and what of it has to begin the description."""
    title = " ".join(typed.split())
    if title != typed:
        notes.append(Note(code="title_spaces", was=typed[:80]))
    if len(title) <= LONGEST_TITLE:
        return title, ""
    notes.append(Note(code="title_cut"))
    return title[: LONGEST_TITLE - 1] + "…", title


def _summary(values: Mapping[str, str], beginning: str) -> str:
    """The description, with organiser and recurrence as its last line: an activity has no fields for them."""
    ending = " · ".join(filter(None, (" ".join(values.get(name, "").split()) for name in ("organiser", "recurrence"))))
    parts = (beginning, values.get("summary", "").strip(), ending)
    return "\n\n".join(part for part in parts if part)


def _kind(category: str, kind_of: Callable[[str], str], notes: list[Note]) -> str:
    if not category:
        notes.append(Note(code="category_blank"))
        return OTHER
    if kind := kind_of(category):
        return kind
    notes.append(Note(code="category_unknown", was=category))
    return OTHER


def _wanted(typed: str, from_on: date | None, notes: list[Note]) -> int | None:
    plain = typed.replace(",", "").replace("，", "").removesuffix(".0").removesuffix("人").strip()
    if not plain:
        return None
    if not plain.isascii() or not plain.isdecimal() or int(plain) > MOST_WANTED:
        notes.append(Note(code="wanted_odd", was=typed[:40]))
        return None
    count = int(plain)
    if count in UNKNOWN_WANTED:
        notes.append(Note(code="wanted_unknown", was=typed))
        return None
    if count in AS_MANY_AS_COME:
        notes.append(Note(code="wanted_many", was=typed))
    elif from_on and count == from_on.year and count in YEARS:
        notes.append(Note(code="wanted_year", was=typed))
    return count


def _days(values: Mapping[str, str], today: date, notes: list[Note]) -> tuple[date | None, date | None]:
    """First day, and the day after the last."""
    starts, ends = _day("starts", values, notes), _day("ends", values, notes)
    first, last = (starts.day if starts else None), (ends.day if ends else None)
    read = [day for day in (starts, ends) if day]
    if any(day.spelt for day in read):
        now = " – ".join(day.day.isoformat() for day in read)
        notes.append(Note(code="day_spelt", was=values.get("starts", "") or values.get("ends", ""), now=now))
    if any(day.ambiguous for day in read):
        notes.append(Note(code="day_ambiguous", now=" – ".join(day.day.isoformat() for day in read)))
    if first and last and last < first:
        notes.append(Note(code="ends_first", was=f"{first} – {last}", now=first.isoformat()))
        last = None
    over = last or (first if values.get("ends", "") else None)
    if over and over < today:
        notes.append(Note(code="over", was=over.isoformat()))
    return first, last + timedelta(days=1) if last else None


def _day(name: str, values: Mapping[str, str], notes: list[Note]) -> ReadDay | None:
    typed = values.get(name, "")
    read = read_day(typed) if typed else None
    if typed and read is None:
        notes.append(Note(code=f"{name}_odd", was=typed[:40]))
    return read


def _place(values: Mapping[str, str], area: str, notes: list[Note]) -> tuple[str, Position | None]:
    typed = values.get("place", "")
    found = COORDINATES.search(typed)
    lines = [" ".join(line.split()) for line in COORDINATES.sub("", typed).splitlines()]
    lines = [line for line in lines if line]
    if len(lines) > 1:
        notes.append(Note(code="place_lines", now=", ".join(lines)))
    place = ", ".join(lines) or _instead_of_place(values, notes)
    place = _with_area(place, area, notes)
    if len(place) > LONGEST_PLACE:
        notes.append(Note(code="place_cut", was=place[:80]))
        place = place[: LONGEST_PLACE - 1] + "…"
    inside = _position(found.group(1), found.group(2), notes) if found else None
    if inside:
        notes.append(Note(code="place_coordinates", now=f"{inside[0]:.5f}, {inside[1]:.5f}"))
    beside = _beside(values, notes)
    if inside and beside and _metres(inside, beside) > FAR_APART_METRES:
        notes.append(Note(code="position_differs", was=f"{beside[0]}, {beside[1]}", now=f"{inside[0]}, {inside[1]}"))
    return place, inside or beside


def _instead_of_place(values: Mapping[str, str], notes: list[Note]) -> str:
    postcode = values.get("postcode", "")
    if postcode and not POSTCODE.fullmatch(postcode):
        notes.append(Note(code="postcode_odd", was=postcode[:20]))
        postcode = ""
    notes.append(Note(code="place_from_postcode", now=postcode) if postcode else Note(code="place_missing"))
    return postcode


def _with_area(place: str, typed: str, notes: list[Note]) -> str:
    """The district behind the place, where it is not named there already."""
    area = " ".join(typed.split())
    if not area:
        return place
    if area.endswith(" IS") or len(typed) > len(area):
        notes.append(Note(code="area_padded", was=typed, now=area))
    return place if area.lower() in place.lower() else ", ".join(filter(None, (place, area.title())))


def _beside(values: Mapping[str, str], notes: list[Note]) -> Position | None:
    latitude, longitude = values.get("latitude", ""), values.get("longitude", "")
    return _position(latitude, longitude, notes) if latitude and longitude else None


def _position(latitude: str, longitude: str, notes: list[Note]) -> Position | None:
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        north, east = math.nan, math.nan
    if not (-90 <= north <= 90 and -180 <= east <= 180) or (north, east) == (0, 0):
        notes.append(Note(code="position_odd", was=f"{latitude}, {longitude}"[:60]))
        return None
    return north, east


def _metres(one: Position, other: Position) -> float:
    """Near enough for places in one city."""
    north = (one[0] - other[0]) * 111_000
    east = (one[1] - other[1]) * 111_000 * math.cos(math.radians(one[0]))
    return math.hypot(north, east)
