"""Boards, punches and the rotating code, as JSON."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.i18n import say, say_fix
from app.kit.places import Datum, Fix
from app.kit.problems import CHANGES, READS, Reason
from app.kit.web import AnyRequest
from app.shifts.actions import punching as actions
from app.shifts.queries import board as queries
from app.shifts.queries.board import Board, BoardRow, BoardShift
from app.shifts.queries.punching import PunchRow
from app.shifts.rules import punching as rules
from app.shifts.rules.punching import Direction

TAGS = ["Boards and punches"]

Instant = Annotated[datetime, Meta(tz=True)]
Nonce = Annotated[str, Meta(min_length=8, max_length=64, description="Made by you; sent again, it is the same punch")]


class FixBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the device was. `datum` says what the coordinates refer to: maps in China differ by hundreds of metres."""

    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]
    accuracy_metres: Annotated[float, Meta(ge=0, le=100_000)] | None = None
    datum: Datum

    @property
    def fix(self) -> Fix:
        """The same, for the action."""
        return Fix(
            latitude=self.latitude,
            longitude=self.longitude,
            accuracy_metres=self.accuracy_metres,
            datum=self.datum,
        )


class PunchBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A clock event. `at` is when it happened by your device; left out, it is now.

    `sent_at` is your device's clock when it sends this: it shows whether that clock is wrong.
    """

    direction: Direction
    nonce: Nonce
    at: Instant | None = None
    sent_at: Instant | None = None
    fix: FixBody | None = None


class KeptBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A punch that a device kept while it had no network."""

    signup: int
    direction: Direction
    at: Instant
    nonce: Nonce
    fix: FixBody | None = None


class UploadBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a device kept, in any order. `sent_at` is the device's clock when it sends this."""

    sent_at: Instant
    punches: Annotated[list[KeptBody], Meta(min_length=1, max_length=500)]


class UploadAnswer(Struct, frozen=True, kw_only=True):
    """What became of one punch: `taken` with the punch, or not, with every reason and its fix."""

    nonce: str
    taken: bool
    punch: PunchRow | None
    reasons: list[Reason]


class UndoBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take a punch back."""

    nonce: Nonce


class BoardAnswer(Struct, frozen=True, kw_only=True):
    """A shift, how many stand how, and everyone who is to come."""

    shift: BoardShift
    tally: dict[str, int]
    people: list[BoardRow]

    @staticmethod
    def of(board: Board) -> "BoardAnswer":
        """A board as it is sent."""
        tally = {str(standing): count for standing, count in board.tally.items()}
        return BoardAnswer(shift=board.shift, tally=tally, people=board.rows)


class CodeAnswer(Struct, frozen=True, kw_only=True):
    """The six digits, and until when they are the newest; they are taken for one minute more."""

    code: str
    until: datetime


@get(
    "/boards", name="api.shifts.boards", access=Permission.SHIFT_LEAD, tags=TAGS, responses=READS,
    summary="List your agency's shifts of a day with who is expected, here, late and left",
)  # fmt: skip
async def list_boards(
    request: AnyRequest, on: Annotated[date | None, QueryParameter(description="Left out, it is today")] = None
) -> list[BoardAnswer]:
    """List the boards of a day."""
    now = clock.now()
    found = await queries.boards_on(signed_in(request), on or clock.local_day(now), now=now)
    return [BoardAnswer.of(board) for board in found]


@get(
    "/shifts/{shift_id:int}/board", name="api.shifts.board", access=Permission.SHIFT_LEAD, tags=TAGS, responses=READS,
    summary="Read the board of a shift",
)  # fmt: skip
async def read_board(request: AnyRequest, shift_id: FromPath[int]) -> BoardAnswer:
    """Read one board."""
    return BoardAnswer.of(await queries.board_for(signed_in(request), shift_id, now=clock.now()))


@get(
    "/shifts/{shift_id:int}/code", name="api.shifts.code", access=Permission.SHIFT_LEAD, tags=TAGS, responses=READS,
    summary="Read the rotating code of a shift, for a screen at its door",
)  # fmt: skip
async def read_code(request: AnyRequest, shift_id: FromPath[int]) -> CodeAnswer:
    """Read this minute's code."""
    now = clock.now()
    secret = await queries.secret_for(signed_in(request), shift_id)
    until = now.replace(microsecond=0) + timedelta(seconds=rules.seconds_left(now))
    return CodeAnswer(code=rules.code_at(secret, now), until=until)


@post(
    "/signups/{signup_id:int}/punches", name="api.shifts.punch", access=Permission.SHIFT_LEAD, tags=TAGS,
    responses=CHANGES, status_code=200, summary="Punch a person in or out",
    description="Idempotent by `nonce`. From two hours before the start until twelve hours after the end.",
)  # fmt: skip
async def punch(request: AnyRequest, signup_id: FromPath[int], data: JSONBody[PunchBody]) -> PunchRow:
    """Take a punch."""
    now = clock.now()
    return await actions.punch(
        signed_in(request),
        signup_id,
        data.direction,
        data.at or now,
        data.nonce,
        sent_at=data.sent_at,
        fix=data.fix.fix if data.fix else None,
        now=now,
    )


@post(
    "/punches", name="api.shifts.upload_punches", access=Permission.SHIFT_LEAD, tags=TAGS, responses=CHANGES,
    status_code=200, summary="Upload punches that a device kept without network",
    description="Each is judged on its own, and answered in the order you sent them; order and repetition do not "
    "matter, the same `nonce` is the same punch. A punch that is refused stays yours to keep: show its reasons.",
)  # fmt: skip
async def upload(request: AnyRequest, data: JSONBody[UploadBody]) -> list[UploadAnswer]:
    """Take what a device kept."""
    kept = [
        actions.Kept(
            signup_id=each.signup,
            made=actions.Made(
                direction=each.direction,
                at=each.at,
                nonce=each.nonce,
                sent_at=data.sent_at,
                fix=each.fix.fix if each.fix else None,
            ),
        )
        for each in data.punches
    ]
    return [
        UploadAnswer(
            nonce=answer.nonce,
            taken=answer.punch is not None,
            punch=answer.punch,
            reasons=[Reason(code=why.code, text=say(why), fix=say_fix(why)) for why in answer.refusals],
        )
        for answer in await actions.upload(signed_in(request), kept, now=clock.now())
    ]


@post(
    "/punches/{punch_id:int}/undo", name="api.shifts.undo_punch", access=Permission.SHIFT_LEAD, tags=TAGS,
    responses=CHANGES, status_code=200, summary="Undo the last punch of a person",
    description="Nothing is deleted: the undoing is a punch of its own that names the other.",
)  # fmt: skip
async def undo(request: AnyRequest, punch_id: FromPath[int], data: JSONBody[UndoBody]) -> PunchRow:
    """Take a punch back."""
    return await actions.undo(signed_in(request), punch_id, data.nonce, now=clock.now())


ROUTES: list[Any] = [list_boards, read_board, read_code, punch, upload, undo]
