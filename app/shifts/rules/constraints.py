"""What the database's named constraints mean, in words. `transaction(CONSTRAINTS)` answers with them."""

from app.kit.rules import N_, Refusal

DANGER_NEEDS_POLICY = Refusal(
    "danger_needs_policy",
    N_("A dangerous activity needs the number of an accident insurance policy before it starts."),
    N_("Enter the policy number, or take the danger mark away if nobody can come to harm."),
)
DANGER_BARS_MINORS = Refusal(
    "danger_bars_minors",
    N_("Minors may not take part in a dangerous activity."),
    N_("Choose adults only, or take the danger mark away if nobody can come to harm."),
)
OPEN_NEEDS_LINE = Refusal(
    "open_needs_line",
    N_("An open activity needs the contract line its hours count for."),
    N_("Choose a line."),
)
IMPORTED_ALREADY = Refusal(
    "activity_imported_already",
    N_("This opportunity was imported before."),
    N_("Find it in the list of activities."),
)
ENDS_BEFORE_START = Refusal("shift_ends_before_start", N_("A shift must end after it starts."))
LONGER_THAN_A_DAY = Refusal(
    "shift_longer_than_a_day",
    N_("A shift may last 24 hours at most."),
    N_("Make several shifts of it."),
)
ALREADY_IN_SERIES = Refusal("shift_in_series_already", N_("This series already has a shift at that time."))
NEEDS_SOMEONE = Refusal("seat_needs_someone", N_("A role needs at least one place."))
LEAST_BEYOND_NEEDED = Refusal(
    "seat_least_beyond_needed",
    N_("A role cannot ask for more people at least than it has places."),
    N_("Lower that number, or make more places."),
)
NO_SUCH_PRIORITY = Refusal("shift_no_such_priority", N_("Urgency goes from 1 (can wait) to 5 (urgent)."))
SAFEGUARD_SAME_DAY = Refusal(
    "safeguard_same_day",
    N_("For this kind of service and that day something was decided already."),
    N_("Choose another day."),
)
FULL = Refusal(
    "seat_full",
    N_("The last place was just taken."),
    N_("Choose another role or another shift."),
)
IN_TWO_PLACES = Refusal(
    "in_two_places",
    N_("You already have another shift at that time."),
    N_("Choose another shift, or cancel the other one first."),
)
NONCE_TAKEN = Refusal(
    "punch_nonce_taken",
    N_("This punch was already used for something else."),
    N_("Reload the page and punch again."),
)
ALREADY_ASKED = Refusal(
    "offer_already_asked",
    N_("One of these people is being asked for this place already."),
    N_("Reload the page to see who is asked."),
)
UNDONE_ALREADY = Refusal("punch_undone_already", N_("This punch was already undone."))

CONSTRAINTS: dict[str, Refusal] = {
    "activity_danger_needs_policy": DANGER_NEEDS_POLICY,
    "activity_danger_bars_minors": DANGER_BARS_MINORS,
    "activity_open_needs_line": OPEN_NEEDS_LINE,
    "activity_source_once": IMPORTED_ALREADY,
    "shift_ends_after_start": ENDS_BEFORE_START,
    "shift_at_most_a_day": LONGER_THAN_A_DAY,
    "shift_of_series_once": ALREADY_IN_SERIES,
    "seat_needs_someone": NEEDS_SOMEONE,
    "seat_not_overfilled": FULL,
    "seat_least_within_needed": LEAST_BEYOND_NEEDED,
    "shift_priority_in_steps": NO_SUCH_PRIORITY,
    "safeguard_one_a_day": SAFEGUARD_SAME_DAY,
    "signup_one_place_at_a_time": IN_TWO_PLACES,
    "offer_one_live": ALREADY_ASKED,
    "punch_nonce_once": NONCE_TAKEN,
    "punch_undone_once": UNDONE_ALREADY,
}
