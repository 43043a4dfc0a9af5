"""Boards, punches and the rotating code, as JSON."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest
from app.shifts.actions import punching as actions
from app.shifts.queries import board as queries
from app.shifts.queries.board import Board, BoardRow, BoardShift
from app.shifts.queries.punching import PunchRow
from app.shifts.rules import punching as rules
from app.shifts.rules.punching import Direction

TAGS = ["Boards and punches"]

Nonce = Annotated[str, Meta(min_length=8, max_length=64, description="Made by you; sent again, it is the same punch")]


class PunchBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A clock event. `at` is when it happened by your device; left out, it is now."""

    direction: Direction
    nonce: Nonce
    at: Annotated[datetime, Meta(tz=True)] | None = None


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
    return await actions.punch(signed_in(request), signup_id, data.direction, data.at or now, data.nonce, now=now)


@post(
    "/punches/{punch_id:int}/undo", name="api.shifts.undo_punch", access=Permission.SHIFT_LEAD, tags=TAGS,
    responses=CHANGES, status_code=200, summary="Undo the last punch of a person",
    description="Nothing is deleted: the undoing is a punch of its own that names the other.",
)  # fmt: skip
async def undo(request: AnyRequest, punch_id: FromPath[int], data: JSONBody[UndoBody]) -> PunchRow:
    """Take a punch back."""
    return await actions.undo(signed_in(request), punch_id, data.nonce, now=clock.now())


ROUTES: list[Any] = [list_boards, read_board, read_code, punch, undo]
