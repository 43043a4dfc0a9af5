"""What the database's named constraints mean, in words. `transaction(CONSTRAINTS)` answers with them."""

from app.kit.rules import N_, Refusal
from app.volunteers.rules.absences import ENDS_BEFORE_START
from app.volunteers.rules.credentials import ENDS_BEFORE_ISSUE

NUMBER_TAKEN = Refusal(
    "volunteer_no_taken",
    N_("This volunteer number belongs to someone else."),
    N_("Please try again."),
)
PROFILE_EXISTS = Refusal(
    "profile_exists",
    N_("This account has a volunteer profile already."),
    N_("Open the profile and change it."),
)
IMPORTED_ALREADY = Refusal(
    "person_imported_already",
    N_("This person was imported before."),
    N_("Find them in the list of people."),
)
TIME_OUT_OF_DAY = Refusal(
    "availability_out_of_day",
    N_("A time you are free must end after it begins, on the same day."),
    N_("Write a stretch past midnight as two: one until 24:00, one from 00:00 of the next day."),
)
TIMES_OVERLAP = Refusal(
    "availability_overlaps",
    N_("Two of the times you are free overlap."),
    N_("Make one of them."),
)

NOT_ON_EARTH = Refusal(
    "place_not_on_earth", N_("There is no such place."), N_("Use the button to take the place where you are.")
)
LIMITS_NOT_SENSIBLE = Refusal(
    "limits_not_sensible",
    N_("A day has 24 hours and a week 168, and a way has some length."),
    N_("Enter less, or leave it empty."),
)

CONSTRAINTS: dict[str, Refusal] = {
    "person_volunteer_no_once": NUMBER_TAKEN,
    "person_of_account_once": PROFILE_EXISTS,
    "person_source_once": IMPORTED_ALREADY,
    "availability_span_in_day": TIME_OUT_OF_DAY,
    "availability_weekday_known": TIME_OUT_OF_DAY,
    "availability_no_overlap": TIMES_OVERLAP,
    "person_limits_sensible": LIMITS_NOT_SENSIBLE,
    "person_place_on_earth": NOT_ON_EARTH,
    "person_place_whole": NOT_ON_EARTH,
    "credential_ends_after_issue": ENDS_BEFORE_ISSUE,
    "absence_ends_after_start": ENDS_BEFORE_START,
}
