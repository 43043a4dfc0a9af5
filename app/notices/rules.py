"""What each event is called when people are told of it."""

from app.kit.rules import N_

SENTENCES: dict[str, str] = {
    "signup.confirmed": N_("Your place is booked: %(title)s, %(when)s."),
    "signup.cancelled": N_("A place is free again: %(title)s, %(when)s."),
    "signup.cancelled_by_agency": N_("The agency took back your place: %(title)s, %(when)s."),
    "shift.cancelled": N_("Cancelled: %(title)s, %(when)s. You need not come."),
    "shift.changed": N_("Time or place has changed: %(title)s, now %(when)s, %(place)s."),
    "shift.soon": N_("Soon: %(title)s, %(when)s, %(place)s."),
    "attendance.posted": N_("%(hours)s of yours count for %(title)s, %(when)s."),
    "attendance.returned": N_("Your hours for %(title)s, %(when)s, were returned to be corrected."),
    "attendance.adjusted": N_("Your times for %(title)s, %(when)s, were corrected."),
    "attendance.reversed": N_("Your hours for %(title)s, %(when)s, were taken back to be counted anew."),
    "request.received": N_("New request %(number)s: %(kind)s for %(who)s, %(place)s."),
    "request.accepted": N_("Request %(number)s was accepted."),
    "request.handed_over": N_("Request %(number)s was handed to your agency: %(kind)s for %(who)s, %(place)s."),
    "request.returned": N_("Request %(number)s came back from the agency: %(kind)s for %(who)s, %(place)s."),
    "visit.missed": N_("Nobody came to the visit for request %(number)s: %(kind)s for %(who)s, %(place)s."),
    "visit.denied": N_("The person served says that a visit for request %(number)s did not happen. Please call them."),
    "period.submitted": N_("%(title)s: a period was submitted to you."),
    "period.accepted": N_("%(title)s: the funder accepted a period."),
    "period.returned": N_("%(title)s: the funder returned a period."),
    "export.ready": N_("Your file is ready: %(title)s."),
    "export.failed": N_("Your file could not be made: %(title)s."),
}
"""Places: `title`, `place`, `number`, `who`, `kind` and other facts by their names; `when` is made of the facts
`starts` and `ends`, `hours` of `minutes`, and any `x` of `x_zh` and `x_en`."""

NEWS = N_("There is news for you.")
"""For an event without a sentence; its link still leads somewhere."""
