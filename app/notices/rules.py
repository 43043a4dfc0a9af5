"""What each event is called when people are told of it."""

from app.kit.rules import N_

SENTENCES: dict[str, str] = {
    "signup.confirmed": N_("Your place is booked: %(title)s, %(when)s."),
    "signup.cancelled": N_("A place is free again: %(title)s, %(when)s."),
    "shift.cancelled": N_("Cancelled: %(title)s, %(when)s. You need not come."),
    "shift.changed": N_("Time or place has changed: %(title)s, now %(when)s, %(place)s."),
    "shift.soon": N_("Soon: %(title)s, %(when)s, %(place)s."),
    "signup.released": N_(
        "You no longer have a place, because a credential it asks for does not hold: %(kind)s. %(title)s, %(when)s."
    ),
    "place.released": N_("%(name)s has no valid %(kind)s any more, so a place is free again: %(title)s, %(when)s."),
    "absence.own": N_("You are away then: %(title)s, %(when)s. If you cannot come, please give the place back."),
    "absence.of_person": N_("%(name)s is away then, and you may need somebody else: %(title)s, %(when)s."),
    "credential.ending": N_("Your credential ends soon: %(kind)s, valid until %(due)s. Please renew it."),
    "credential.ended": N_("Your credential has ended: %(kind)s, valid until %(due)s. Please enter the new one."),
    "offer.opened": N_("Can you come? %(title)s, %(when)s, %(place)s. Please answer by %(answer_by)s."),
    "offer.withdrawn": N_(
        "You need not answer any more for %(title)s, %(when)s: the place is filled or no longer needed. Thank you."
    ),
    "offer.accepted": N_("%(name)s will come: %(title)s, %(when)s."),
    "offer.declined": N_("%(name)s cannot come: %(title)s, %(when)s."),
    "offer.expired": N_("%(name)s did not answer in time: %(title)s, %(when)s."),
    "asking.nobody_left": N_("Nobody is left to ask, and places are still open: %(title)s, %(when)s."),
    "attendance.posted": N_("%(hours)s of yours count for %(title)s, %(when)s."),
    "attendance.vouched": N_("Your hours for %(title)s, %(when)s, have one word for them and wait for another."),
    "attendance.undone": N_(
        "The approval of your hours for %(title)s, %(when)s, was taken back. They are looked at again."
    ),
    "attendance.returned": N_("Your hours for %(title)s, %(when)s, were returned to be corrected."),
    "attendance.to_correct": N_("The times of %(name)s for %(title)s, %(when)s, were returned to be corrected."),
    "attendance.adjusted": N_("Your times for %(title)s, %(when)s, were corrected."),
    "objection.raised": N_("%(name)s contests the hours for %(title)s, %(when)s. Please answer by %(due)s."),
    "objection.said": N_("There is a new message about the contested hours for %(title)s, %(when)s."),
    "objection.escalated": N_(
        "Nobody answered in time about your hours for %(title)s, %(when)s. %(parent)s decides now, by %(due)s."
    ),
    "objection.taken_away": N_(
        "What %(name)s contests about %(title)s, %(when)s, was not answered in time. %(parent)s decides now."
    ),
    "objection.came_up": N_(
        "What %(name)s contests about %(title)s, %(when)s, is yours to decide. Please answer by %(due)s."
    ),
    "objection.upheld": N_("You were right about your hours for %(title)s, %(when)s."),
    "objection.refused": N_("Your hours for %(title)s, %(when)s, stay as they were. Read why."),
    "objection.withdrawn": N_("%(name)s no longer contests the hours for %(title)s, %(when)s."),
    "radar.found": N_("The integrity radar found something about your agency. Please explain how it came about."),
    "radar.explained": N_("An agency explained what the integrity radar found. It waits for you to settle it."),
    "radar.settled": N_("What the integrity radar found about your agency has been settled."),
    "ledger.alarm": N_("The ledger of hours is not what was sealed. Please look at the alarm now."),
    "request.received": N_("New request %(number)s: %(kind)s for %(who)s, %(place)s."),
    "request.handed_over": N_("Request %(number)s was handed to your agency: %(kind)s for %(who)s, %(place)s."),
    "request.returned": N_("Request %(number)s came back from the agency: %(kind)s for %(who)s, %(place)s."),
    "visit.missed": N_("Nobody came to the visit for request %(number)s: %(kind)s for %(who)s, %(place)s."),
    "visit.denied": N_("The person served says that a visit for request %(number)s did not happen. Please call them."),
    "program.awarded": N_("%(program)s was awarded to your agency."),
    "program.active": N_("%(program)s has begun."),
    "program.closing": N_("%(program)s is coming to its end: no new shifts, and the last hours are approved."),
    "program.closed": N_("%(program)s is closed."),
    "period.submitted": N_("%(program)s: the period %(period)s was submitted to you."),
    "period.accepted": N_("%(program)s: the funder accepted the period %(period)s."),
    "period.returned": N_("%(program)s: the funder returned the period %(period)s."),
    "export.ready": N_("Your file is ready: %(title)s."),
    "export.failed": N_("Your file could not be made: %(title)s."),
}
"""Places: facts by their names, and what is made of them: `when` of the facts `starts` and `ends`, `period` of
`starts_on` and `last_on`, `due` of `due_on`, the moment `answer_by`, `hours` of `minutes`, and any `x` of `x_zh` (or
`x`) and `x_en`, by the reader's language."""

NEWS = N_("There is news for you.")
"""For an event without a sentence; its link still leads somewhere."""
