"""When a person may be punched in or out, how they stand on the board, and the shift's rotating code."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.kit.rules import N_, Refusal
from app.shifts.rules.statuses import ShiftStatus, SignupStatus


class Direction(StrEnum):
    """In or out."""

    IN = "in"
    OUT = "out"


class How(StrEnum):
    """Who vouches for a punch: the leader who keyed it, or the code that only people on the spot can read."""

    LEADER = "leader"
    CODE = "code"


class PunchRules(Struct, frozen=True, kw_only=True):
    """The limits of punching."""

    earliest: timedelta
    """Before the start. People set up beforehand; earlier than this is another occasion or a slip of the finger."""
    latest: timedelta
    """After the end. Leaders catch up in the evening; later than this is a correction, which needs its reason."""
    pairs_a_day: int
    """Public volunteer systems take three ins and outs a day, so more could not be reported to them."""
    clock_ahead: timedelta
    """How far a sender's clock may be ahead of ours."""
    upload_within: timedelta
    """After the end, for what a device kept while it had no network. Later than this nobody remembers the day."""
    late_after: timedelta
    """From when on a person who is not here is shown as late: nobody is late in the first minutes."""


RULES = PunchRules(
    earliest=timedelta(hours=2),
    latest=timedelta(hours=12),
    pairs_a_day=3,
    clock_ahead=timedelta(minutes=5),
    upload_within=timedelta(days=30),
    late_after=timedelta(minutes=5),
)

CODE_STEP = timedelta(seconds=60)
CODE_DIGITS = 6

IN_ALREADY = Refusal("in_already", N_("%(name)s is already here."), N_("Punch out first."))
NOT_IN = Refusal("not_in", N_("%(name)s is not here, so cannot leave."), N_("Punch in first."))
OUT_OF_ORDER = Refusal(
    "punch_out_of_order",
    N_("This does not fit between the punches before and after it."),
    N_("Undo the later one first, or let the agency correct the time with a reason."),
)
TAKEN_ALREADY = Refusal(
    "punch_taken_already",
    N_("%(name)s was punched at this very instant already."),
    N_("Nothing more needs to be done."),
)
SENT_TOO_LATE = Refusal(
    "punch_sent_too_late",
    N_("This punch was sent more than thirty days after the shift."),
    N_("Ask the agency to enter the time, with a reason."),
)
TOO_MANY_PAIRS = Refusal(
    "too_many_pairs",
    N_("%(name)s has come and gone three times today, and more cannot be counted."),
    N_("Let the agency correct the time afterwards, with a reason."),
)
TOO_EARLY = Refusal(
    "punch_too_early",
    N_("Punching begins two hours before the shift."),
    N_("Come back closer to the start."),
)
TOO_LATE = Refusal(
    "punch_too_late",
    N_("Punching ended twelve hours after the shift."),
    N_("Ask the agency to enter the time, with a reason."),
)
IN_THE_FUTURE = Refusal("punch_in_the_future", N_("This time is still to come."), N_("Check the clock of the device."))
SHIFT_CANCELLED = Refusal("shift_cancelled", N_("This shift was cancelled, so nobody can be punched in or out."))
SIGNUP_ENDED = Refusal("signup_ended", N_("%(name)s is no longer signed up for this shift."))
NOT_LAST = Refusal(
    "not_the_last_punch",
    N_("Only the last punch of a person can be undone."),
    N_("Undo the later one first."),
)
WRONG_CODE = Refusal(
    "wrong_code",
    N_("This code is not right, or it has changed meanwhile."),
    N_("Read the code on the leader's screen again: it changes every minute."),
)


class Standing(StrEnum):
    """How one person stands on the board."""

    EXPECTED = "expected"
    LATE = "late"
    HERE = "here"
    LEFT = "left"
    ABSENT = "absent"


class Clocked(Struct, frozen=True, kw_only=True):
    """One punch that stands: neither undone nor an undoing."""

    id: int
    direction: Direction
    at: datetime


class PunchGround(Struct, frozen=True, kw_only=True):
    """What a punch stands on."""

    name: str
    signup_status: SignupStatus
    shift_status: ShiftStatus
    starts: datetime
    ends: datetime
    standing: tuple[Clocked, ...]
    """In the order in which they happened, not in which they arrived."""

    @property
    def last(self) -> Clocked | None:
        return self.standing[-1] if self.standing else None


def closed_refusal(ground: PunchGround, now: datetime, rules: PunchRules = RULES) -> Refusal | None:
    """Why this sign-up takes no punches at all, if it takes none."""
    if ground.shift_status == ShiftStatus.CANCELLED:
        return SHIFT_CANCELLED
    if ground.signup_status not in (SignupStatus.CONFIRMED, SignupStatus.ATTENDED):
        return SIGNUP_ENDED.with_params(name=ground.name)
    return TOO_LATE if now > ground.ends + rules.latest else None


def punch_refusal(
    ground: PunchGround, direction: Direction, at: datetime, now: datetime, zone: ZoneInfo, rules: PunchRules = RULES
) -> Refusal | None:
    """Why this punch may not be taken, if it may not. Its neighbours in time decide, whenever they arrived."""
    if closed := closed_refusal(ground, now, rules):
        return closed
    if misplaced := _misplaced(ground, direction, at, rules):
        return misplaced
    if outside := _outside(ground, at, rules):
        return outside
    if at > now + rules.clock_ahead:
        return IN_THE_FUTURE
    if direction == Direction.IN and _ins_on(ground.standing, at, zone) >= rules.pairs_a_day:
        return TOO_MANY_PAIRS.with_params(name=ground.name)
    return None


def upload_refusal(
    ground: PunchGround,
    direction: Direction,
    at: datetime,
    sent_at: datetime | None,
    now: datetime,
    rules: PunchRules = RULES,
) -> Refusal | None:
    """Why a punch that a device kept while it had no network may not be taken, if it may not.

    Whatever is missing between two punches may still be on its way, so their order refuses none: every order of
    arrival must come to the same. What does not fit together in the end is an exception of the attendance.
    """
    if ground.shift_status == ShiftStatus.CANCELLED:
        return SHIFT_CANCELLED
    if ground.signup_status not in (SignupStatus.CONFIRMED, SignupStatus.ATTENDED, SignupStatus.NO_SHOW):
        return SIGNUP_ENDED.with_params(name=ground.name)
    if now > ground.ends + rules.upload_within:
        return SENT_TOO_LATE
    # A device whose clock is wrong said so when it sent: what it calls the future may well be past.
    if at > (sent_at or now + rules.clock_ahead):
        return IN_THE_FUTURE
    really = really_at(at, sent_at, now, rules)
    if outside := _outside(ground, really, rules):
        return outside
    if any(punch.at == at and punch.direction == direction for punch in ground.standing):
        return TAKEN_ALREADY.with_params(name=ground.name)
    return None


def really_at(at: datetime, sent_at: datetime | None, received_at: datetime, rules: PunchRules = RULES) -> datetime:
    """When something happened by our clock, if the device that says when shows a wrong one."""
    skew = received_at - sent_at if sent_at else timedelta()
    return at + skew if abs(skew) > rules.clock_ahead else at


def _outside(ground: PunchGround, at: datetime, rules: PunchRules) -> Refusal | None:
    if at < ground.starts - rules.earliest:
        return TOO_EARLY
    return TOO_LATE if at > ground.ends + rules.latest else None


def _misplaced(ground: PunchGround, direction: Direction, at: datetime, rules: PunchRules) -> Refusal | None:
    """Whether the punches just before and just after it contradict it."""
    before = [punch for punch in ground.standing if punch.at <= at]
    following = [punch for punch in ground.standing if punch.at > at]
    inside = bool(before) and before[-1].direction == Direction.IN
    if inside and direction == Direction.IN:
        return IN_ALREADY.with_params(name=ground.name)
    if not inside and direction == Direction.OUT:
        # Whoever forgot to punch in may still punch out; the missing time is an exception of the attendance.
        if not ground.standing and at >= ground.starts + rules.late_after:
            return None
        return OUT_OF_ORDER if following else NOT_IN.with_params(name=ground.name)
    return OUT_OF_ORDER if following and following[0].direction == direction else None


def undo_refusal(ground: PunchGround, punch_id: int, now: datetime) -> Refusal | None:
    """Why this punch may not be undone, if it may not."""
    if closed := closed_refusal(ground, now):
        return closed
    return None if ground.last is not None and ground.last.id == punch_id else NOT_LAST


def _ins_on(standing: Sequence[Clocked], at: datetime, zone: ZoneInfo) -> int:
    day = at.astimezone(zone).date()
    return sum(punch.direction == Direction.IN and punch.at.astimezone(zone).date() == day for punch in standing)


def standing_of(
    last: Direction | None, starts: datetime, ends: datetime, now: datetime, rules: PunchRules = RULES
) -> Standing:
    """Where a confirmed person stands, from the last punch that stands and the clock."""
    if last == Direction.IN:
        return Standing.HERE
    if last == Direction.OUT:
        return Standing.LEFT
    if now >= ends:
        return Standing.ABSENT
    return Standing.LATE if now >= starts + rules.late_after else Standing.EXPECTED


def code_at(secret: bytes, now: datetime) -> str:
    """The six digits that hold at this instant (RFC 6238 with SHA-256 and steps of a minute)."""
    step = int(now.timestamp()) // int(CODE_STEP.total_seconds())
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha256")
    place = digest[-1] & 0x0F
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def code_holds(secret: bytes, typed: str, now: datetime) -> bool:
    """Whether a typed code is this minute's or the last one's: reading and typing takes people a while."""
    digits = "".join(character for character in typed if character.isdecimal())
    if len(digits) != CODE_DIGITS or not digits.isascii():
        return False
    return any(hmac.compare_digest(digits, code_at(secret, now - ago)) for ago in (timedelta(), CODE_STEP))


def seconds_left(now: datetime) -> int:
    """How long this minute's code is still the newest."""
    step = int(CODE_STEP.total_seconds())
    return step - int(now.timestamp()) % step
