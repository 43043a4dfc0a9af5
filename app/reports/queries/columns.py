"""The columns of a download: heading, expression, meaning, unit and source, in one table for every format.

Text that people typed is guarded where a spreadsheet could take it for a formula: a single quote is set before it.
"""

from msgspec import Struct

from app.kit.rules import N_


class Column(Struct, frozen=True, kw_only=True):
    """One column. `code` is its name in JSON; `sql` may use {zone}, {capacities}, {kinds}: words by code."""

    code: str
    heading: str
    sql: str
    meaning: str
    unit: str
    source: str
    typed: bool = False
    """Whether people typed it, so that it may begin like a formula."""


CAPACITIES: dict[str, str] = {
    "volunteer": N_("Volunteer"),
    "staff": N_("Staff"),
    "training": N_("Volunteers' training"),
}
"""As what someone served."""

TEXT, DAY, TIME, NUMBER = N_("text"), N_("date"), N_("date and time, by the city's clocks"), N_("number")
LEDGER, ATTENDANCE, CONTRACT, ACTIVITY = N_("Ledger entry"), N_("Attendance"), N_("Contract"), N_("Activity")
PERSON, APPROVAL, RULE_BOOK = N_("Person"), N_("Approval"), N_("Rule-book")

COLUMNS: tuple[Column, ...] = (
    Column(
        code="posting", heading=N_("Entry no."), sql="po.id", unit=NUMBER, source=LEDGER,
        meaning=N_("The entry's own number. An entry is never changed or deleted."),
    ),
    Column(
        code="served_on", heading=N_("Served on"), sql="po.served_on", unit=DAY, source=ATTENDANCE,
        meaning=N_("The day on which the shift began; the hours belong to the reporting period of this day."),
    ),
    Column(
        code="line_code", heading=N_("Line"), sql="l.code", unit=TEXT, source=CONTRACT, typed=True,
        meaning=N_("The deliverable line of the contract that the hours count for."),
    ),
    Column(
        code="line_name", heading=N_("Line name"), sql="l.name", unit=TEXT, source=CONTRACT, typed=True,
        meaning=N_("The line's name."),
    ),
    Column(
        code="activity", heading=N_("Activity"), sql="v.name", unit=TEXT, source=ACTIVITY, typed=True,
        meaning=N_("The activity that had the shift."),
    ),
    Column(
        code="community", heading=N_("Community"), sql="r.name", unit=TEXT, source=ACTIVITY,
        meaning=N_("The community, street or district the activity is in."),
    ),
    Column(
        code="service_kind", heading=N_("Kind of service"), sql="s.name_zh", unit=TEXT, source=ACTIVITY,
        meaning=N_("The kind of service as the city names it."),
    ),
    Column(
        code="volunteer_no", heading=N_("Person no."), sql="p.volunteer_no", unit=TEXT, source=PERSON,
        meaning=N_("The public number of the person who served; never an identity number."),
    ),
    Column(
        code="person", heading=N_("Served by"), sql="p.name", unit=TEXT, source=PERSON, typed=True,
        meaning=N_("The person who served. People served are in no download."),
    ),
    Column(
        code="capacity", heading=N_("Served as"), unit=TEXT, source=LEDGER,
        sql="{capacities}::jsonb ->> po.capacity",
        meaning=N_("Volunteer, paid staff, or a volunteer's training. They are never mixed."),
    ),
    Column(
        code="kind", heading=N_("Kind of time"), sql="{kinds}::jsonb ->> po.kind", unit=TEXT, source=LEDGER,
        meaning=N_("Service, preparation, write-up, training, supervision or travel."),
    ),
    Column(
        code="starts", heading=N_("Began"), sql="(po.starts AT TIME ZONE {zone})::timestamp(0)", unit=TIME,
        source=ATTENDANCE, meaning=N_("When the counted time began: the punch, or the corrected time."),
    ),
    Column(
        code="ends", heading=N_("Ended"), sql="(po.ends AT TIME ZONE {zone})::timestamp(0)", unit=TIME,
        source=ATTENDANCE, meaning=N_("When it ended."),
    ),
    Column(
        code="minutes", heading=N_("Minutes"), sql="po.minutes", unit=N_("minutes"), source=LEDGER,
        meaning=N_("What counts under the rule-book. Negative where an entry is taken back."),
    ),
    Column(
        code="hours", heading=N_("Hours"), sql="round(po.minutes / 60.0, 2)", unit=N_("hours"), source=LEDGER,
        meaning=N_("The same in hours, rounded to two decimals; sums are exact in minutes."),
    ),
    Column(
        code="grade", heading=N_("Grade"), sql="po.grade", unit=TEXT, source=LEDGER,
        meaning=N_(
            "Evidence: A both punches and the person served confirmed, B both punches, C one punch and the leader,"
            " D own claim approved, E keyed by staff."
        ),
    ),
    Column(
        code="corrects", heading=N_("Corrects entry"), sql="po.corrects_id", unit=NUMBER, source=LEDGER,
        meaning=N_("The entry this one takes back or replaces; empty for an original entry."),
    ),
    Column(
        code="rule_book", heading=N_("Rule-book"), sql="b.version", unit=TEXT, source=RULE_BOOK, typed=True,
        meaning=N_("The version of the counting rules it was counted under."),
    ),
    Column(
        code="approved_by", heading=N_("Approved by"), sql="k.name", unit=TEXT, source=APPROVAL, typed=True,
        meaning=N_(
            "Who vouched for it: never who recorded it, and never the person who served. Empty where the rule-book lets"
            " the time count at check-out."
        ),
    ),
    Column(
        code="posted_at", heading=N_("Entered"), sql="(po.posted_at AT TIME ZONE {zone})::timestamp(0)", unit=TIME,
        source=LEDGER, meaning=N_("When the entry was written."),
    ),
    Column(
        code="attendance", heading=N_("Attendance no."), sql="po.attendance_id", unit=NUMBER, source=ATTENDANCE,
        meaning=N_("The attendance with its punches, corrections and approvals; open it by this number."),
    ),
)  # fmt: skip

JOINS = """
    JOIN line l ON l.id = al.line JOIN activity v ON v.id = po.activity JOIN region r ON r.code = po.region
    JOIN service_kind s ON s.code = po.service_kind JOIN person p ON p.id = po.person
    JOIN rule_book b ON b.id = po.rule_book LEFT JOIN account k ON k.id = po.verified_by
"""

ENGLISH = {"community": "coalesce(nullif(r.name_en, ''), r.name)", "service_kind": "s.name_en"}
"""Names kept in two languages, for readers of English."""


def guarded(sql: str) -> str:
    """Text a spreadsheet will not calculate, whatever it begins with."""
    return f"CASE WHEN left({sql}, 1) IN ('=', '+', '-', '@', E'\\t', E'\\r') THEN '''' || {sql} ELSE {sql} END"
