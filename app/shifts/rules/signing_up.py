"""Who may take which place of a shift, and who may give one back: pure decisions that name every reason at once."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.kit.rules import N_, Refusal
from app.shifts.rules.statuses import ShiftStatus, SignupStatus
from app.volunteers.rules import credentials
from app.volunteers.rules.ages import age_on, is_minor, needs_guardian
from app.volunteers.rules.credentials import Asked, Held

CANCELLED = Refusal(
    "shift_cancelled", N_("The agency cancelled this shift."), N_("Look for another shift; there may be one like it.")
)
CLOSED = Refusal(
    "sign_up_closed",
    N_("Sign-up is closed: this shift has begun or is over."),
    N_("Look for the next shift like it."),
)
SIGN_IN = Refusal(
    "sign_in_first",
    N_("To take a place you need an account."),
    N_("Sign in or make one; you come back here."),
    status=401,
)
NO_PLACE_LEFT = Refusal("seat_full", N_("All places are taken."), N_("Choose another role or another shift."))
CLASH = Refusal(
    "in_two_places",
    N_("You already have a shift at that time: %(title)s, %(when)s."),
    N_("Cancel that one first, or choose another shift."),
)
OFFERED_THEN = Refusal(
    "offered_then",
    N_("A place is held for you at that time until you answer: %(title)s, %(when)s."),
    N_("Decline that offer first, or choose another shift."),
)
BIRTH_DATE_MISSING = Refusal(
    "birth_date_missing",
    N_("This shift is only for adults, and we do not know your date of birth."),
    N_("Enter your date of birth."),
    status=422,
)
ADULTS_ONLY = Refusal(
    "adults_only",
    N_("This shift is only for adults; on that day you are %(age)s."),
    N_("Choose a shift that is open to minors. If the age is wrong, correct your date of birth in your profile."),
)
GUARDIAN = Refusal(
    "guardian_first",
    N_("You are under 14, so a parent or guardian has to agree first."),
    N_("Ask them to agree in your profile."),
)
SKILL = Refusal(
    "skill_needed",
    N_("This place needs: %(skill)s."),
    N_("If you can do that, add it to the skills in your profile."),
)
LANGUAGE = Refusal(
    "language_needed",
    N_("This place needs someone who speaks: %(language)s."),
    N_("If you speak it, add it to the languages in your profile."),
)
WOMEN_ONLY = Refusal(
    "women_only",
    N_("Only women can come to this shift, out of regard for the people served."),
    N_("Choose another shift. If you are a woman, say so in your profile."),
)
MEN_ONLY = Refusal(
    "men_only",
    N_("Only men can come to this shift, out of regard for the people served."),
    N_("Choose another shift. If you are a man, say so in your profile."),
)
STAFF_ONLY = Refusal(
    "staff_only",
    N_("This place is for staff of the agency."),
    N_("Choose a place for volunteers."),
)
PAID_HERE = Refusal(
    "paid_here",
    N_("You work for this agency, and paid time is never volunteer time."),
    N_("Take one of its staff places, or volunteer with another agency."),
)
BEGUN = Refusal(
    "shift_has_begun",
    N_("This shift has begun, so the place can no longer be given back here."),
    N_("Tell the leader on site; they write down that you left or could not come."),
)
ONLY_OFFERED = Refusal(
    "signup_only_offered",
    N_("This place is only offered to you, so there is nothing to give back yet."),
    N_("Open the offer and decline it; that counts against nobody."),
)
NOT_CANCELLABLE = Refusal(
    "signup_settled",
    N_("This sign-up is settled and cannot be cancelled."),
    N_("If something about it is wrong, tell the agency."),
)

REMIND_BEFORE = timedelta(days=1)
MOVED_BY = timedelta(hours=1)
"""A reminder that comes earlier than this before its time belongs to a shift that was moved."""

CANCEL_REASONS: dict[str, str] = {
    "ill": N_("I am ill"),
    "work": N_("Work or study came in between"),
    "family": N_("My family needs me"),
    "way": N_("I cannot get there"),
    "mistake": N_("I signed up by mistake"),
    "other": N_("Something else"),
}

SIGNUP_WORDS: dict[SignupStatus, tuple[str, str]] = {
    SignupStatus.OFFERED: (N_("Offered to you"), "waiting"),
    SignupStatus.WAITLISTED: (N_("On the waiting list"), "waiting"),
    SignupStatus.CONFIRMED: (N_("You have a place"), "good"),
    SignupStatus.ATTENDED: (N_("You were there"), "good"),
    SignupStatus.NO_SHOW: (N_("You were missed"), "bad"),
    SignupStatus.EXCUSED: (N_("Excused"), "neutral"),
    SignupStatus.CANCELLED: (N_("Cancelled"), "neutral"),
    SignupStatus.RELEASED: (N_("Released by the agency"), "neutral"),
}
"""Each state as it is told to the volunteer, with its tone."""

STATUS_WORDS: dict[SignupStatus, tuple[str, str]] = {
    SignupStatus.OFFERED: (N_("Offered"), "waiting"),
    SignupStatus.WAITLISTED: (N_("On the waiting list"), "waiting"),
    SignupStatus.CONFIRMED: (N_("Signed up"), "active"),
    SignupStatus.ATTENDED: (N_("Was there"), "good"),
    SignupStatus.NO_SHOW: (N_("Did not come"), "bad"),
    SignupStatus.EXCUSED: (N_("Excused"), "neutral"),
    SignupStatus.CANCELLED: (N_("Cancelled"), "neutral"),
    SignupStatus.RELEASED: (N_("Released"), "neutral"),
}
"""Each state as it is told to everybody else."""


def span_days(starts: datetime, ends: datetime, zone: str) -> tuple[date, date]:
    """The days on which a shift begins and has its last minute, by the city's clocks."""
    last = ends - timedelta(microseconds=1)
    return starts.astimezone(ZoneInfo(zone)).date(), last.astimezone(ZoneInfo(zone)).date()


class ShiftFacts(Struct, frozen=True, kw_only=True):
    """What a shift asks of whoever comes."""

    id: int
    agency: int
    starts: datetime
    ends: datetime
    zone: str
    status: ShiftStatus
    minors_allowed: bool
    """By the activity, and by the city's safeguards for its kind of service on that day."""
    sex_wanted: str
    """`female` or `male` where only people of that sex may come."""

    @property
    def first_day(self) -> date:
        """The day it begins, by the city's clocks."""
        return span_days(self.starts, self.ends, self.zone)[0]

    @property
    def last_day(self) -> date:
        """The day of its last minute, by the city's clocks."""
        return span_days(self.starts, self.ends, self.zone)[1]


class SeatFacts(Struct, frozen=True, kw_only=True):
    """One role of a shift: who it is for and how much of it is left. Names are in the reader's language."""

    id: int
    role: str
    capacity: str
    leads: bool
    skill: str | None
    skill_name: str
    language: str | None
    language_name: str
    credentials: tuple[Asked, ...]
    """What the seat asks for, and what the city's safeguards ask for on that day."""
    needed: int
    taken: int

    @property
    def left(self) -> int:
        return self.needed - self.taken

    @property
    def asks(self) -> list[str]:
        """The names of everything somebody has to bring."""
        return [
            name for name in (self.skill_name, self.language_name, *(each.name for each in self.credentials)) if name
        ]


class Engagement(Struct, frozen=True, kw_only=True):
    """A place someone holds already, or that is held for them until they answer."""

    signup_id: int
    shift_id: int
    title: str
    starts: datetime
    ends: datetime
    offered: bool = False


class PersonFacts(Struct, frozen=True, kw_only=True):
    """Who wants a place: age, what they bring, who pays them, and where they are at that time."""

    born: date | None
    guardian_agreed: bool
    sex: str
    """`female`, `male`, or blank where they do not say."""
    skills: frozenset[str]
    languages: frozenset[str]
    credentials: tuple[Held, ...]
    employers: frozenset[int]
    engagements: tuple[Engagement, ...]


def is_open(shift: ShiftFacts, now: datetime) -> bool:
    """Whether places of this shift can be taken at all."""
    return shift.status == ShiftStatus.PUBLISHED and now < shift.starts


def closed_refusal(shift: ShiftFacts, now: datetime) -> Refusal | None:
    """Why nobody can take a place of this shift any more."""
    if is_open(shift, now):
        return None
    return CANCELLED if shift.status == ShiftStatus.CANCELLED else CLOSED


def clashes(shift: ShiftFacts, person: PersonFacts) -> list[Engagement]:
    """Where this person is at the shift's time."""
    return [
        held
        for held in person.engagements
        if held.shift_id != shift.id and held.starts < shift.ends and shift.starts < held.ends
    ]


def clash_refusal(held: Engagement, zone: str) -> Refusal:
    """A place that is in the way, named with its time by the city's clocks."""
    starts, ends = (each.astimezone(ZoneInfo(zone)) for each in (held.starts, held.ends))
    when = f"{starts:%m-%d %H:%M}–{ends:%H:%M}"
    if held.offered:
        return OFFERED_THEN.with_params(title=held.title, when=when)
    return CLASH.with_params(title=held.title, when=when, signup_id=held.signup_id)


def person_refusals(shift: ShiftFacts, person: PersonFacts) -> list[Refusal]:
    """What keeps this person from any place of the shift."""
    day = shift.first_day
    found = []
    if not shift.minors_allowed:
        if person.born is None:
            found.append(BIRTH_DATE_MISSING)
        elif is_minor(person.born, day):
            found.append(ADULTS_ONLY.with_params(age=age_on(person.born, day)))
    if person.born and needs_guardian(person.born, day) and not person.guardian_agreed:
        found.append(GUARDIAN)
    if shift.sex_wanted and person.sex != shift.sex_wanted:
        found.append(WOMEN_ONLY if shift.sex_wanted == "female" else MEN_ONLY)
    return found + [clash_refusal(held, shift.zone) for held in clashes(shift, person)]


def seat_refusals(shift: ShiftFacts, seat: SeatFacts, person: PersonFacts) -> list[Refusal]:
    """What keeps this person from this place."""
    found = []
    if seat.left <= 0:
        found.append(NO_PLACE_LEFT)
    if seat.skill and seat.skill not in person.skills:
        found.append(SKILL.with_params(skill=seat.skill_name))
    if seat.language and seat.language not in person.languages:
        found.append(LANGUAGE.with_params(language=seat.language_name))
    found += credentials.refusals(seat.credentials, person.credentials, shift.first_day, shift.last_day)
    works_here = shift.agency in person.employers
    if seat.capacity == "staff" and not works_here:
        found.append(STAFF_ONLY)
    if seat.capacity == "volunteer" and works_here:
        found.append(PAID_HERE)
    return found


def refusals(shift: ShiftFacts, seat: SeatFacts, person: PersonFacts | None, now: datetime) -> list[Refusal]:
    """Every reason against this person taking this place now; none means it is theirs if it is still there."""
    if closed := closed_refusal(shift, now):
        return [closed]  # of a shift that is over, nothing else is worth fixing
    if person is None:
        return [SIGN_IN] + ([NO_PLACE_LEFT] if seat.left <= 0 else [])
    return person_refusals(shift, person) + seat_refusals(shift, seat, person)


def cancel_refusal(status: SignupStatus, starts: datetime, now: datetime) -> Refusal | None:
    """Why a place can no longer be given back."""
    if status == SignupStatus.OFFERED:
        return ONLY_OFFERED
    if status not in (SignupStatus.WAITLISTED, SignupStatus.CONFIRMED):
        return NOT_CANCELLABLE
    return BEGUN if now >= starts else None
