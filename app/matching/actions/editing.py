"""Changing a plan by hand before it is sent: somebody out, somebody else in."""

from datetime import datetime

import msgspec
import numpy as np

from app.accounts.rules import Actor, Permission
from app.kit.db import execute, fetch, transaction, value
from app.kit.errors import Conflict, Forbidden, NotFound, refuse_if
from app.matching.arrays import arrays
from app.matching.checker import check
from app.matching.eligibility import Rule, failing_rules
from app.matching.holding import ABOUT_FIGURES, plain_plan
from app.matching.pairs import pair_of
from app.matching.queries.candidates import who_are
from app.matching.queries.loading import Loaded, Scope, load
from app.matching.queries.placements import placement_in
from app.matching.queries.rounds import RoundRow, locked_round
from app.matching.queries.teams import half_teams
from app.matching.rules import rounds as rules
from app.matching.rules.editing import UNKNOWN, bar
from app.matching.rules.teams import Lack
from app.shifts.queries.asking import LOCK_SHIFT

DROP = """
    UPDATE placement SET dropped_at = $3, dropped_by = $4, dropped_reason = $5
    WHERE id = $1 AND round = $2 AND dropped_at IS NULL
"""
ADD = """
    INSERT INTO placement (round, seat, shift, person, points, why, kept, by, dropped_reason, problem)
    VALUES ($1, $2, $3, $4, $5, $6::jsonb, false, $7, '', '')
    ON CONFLICT (round, seat, person) DO UPDATE SET dropped_at = NULL, dropped_by = NULL, dropped_reason = '',
        points = excluded.points, why = excluded.why, by = excluded.by
    WHERE placement.dropped_at IS NOT NULL RETURNING id
"""
FILL = "UPDATE gap SET heads = heads - 1 WHERE round = $1 AND seat = $2 AND heads > 1"
FILLED = "DELETE FROM gap WHERE round = $1 AND seat = $2 AND heads <= 1"
LEAVE = """
    INSERT INTO gap (round, seat, shift, heads, reasons) VALUES ($1, $2, $3, 1, '{"code": "taken_out"}')
    ON CONFLICT (round, seat) DO UPDATE SET heads = gap.heads + 1
"""
COUNT = """
    UPDATE round SET heads_filled = (SELECT count(*) FROM placement WHERE round = $1 AND dropped_at IS NULL),
        value = (SELECT coalesce(sum(points), 0)::bigint FROM placement WHERE round = $1 AND dropped_at IS NULL)
    WHERE id = $1
"""
IN_PLAN = """
    SELECT seat, shift, person FROM placement
    WHERE round = $1 AND dropped_at IS NULL AND (person = $2 OR shift = $3)
"""
SHIFT_OF = "SELECT e.shift FROM seat e JOIN shift h ON h.id = e.shift WHERE e.id = $1 AND h.agency = $2"
ONLY_WITH_OTHERS = ABOUT_FIGURES | {"team", "staffed"}
"""A team may be put together by hand one by one."""


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody put into a plan, and why the shift's people are no whole team yet, if so."""

    placement_id: int
    lack: Lack | None


class _Pair(msgspec.Struct, frozen=True):
    seat: int
    shift: int
    person: int


async def drop_placement(actor: Actor, round_id: int, placement_id: int, reason: str, *, now: datetime) -> Lack | None:
    """Take somebody out of a plan; the answer is why the rest of the shift's people are no whole team, if so.

    Asked again, nothing more happens.

    Raises:
        NotFound: when there is no such proposal of theirs.
        Conflict: when the plan cannot be changed any more.
    """
    async with transaction(rules.CONSTRAINTS):
        found = await _editable(actor, round_id)
        placed = await placement_in(found.id, placement_id)
        if await execute(DROP, placement_id, round_id, now, actor.account_id, reason):
            await execute(LEAVE, round_id, placed.seat, placed.shift)
            await execute(COUNT, round_id)
        return await _lack(round_id, placed.shift)


async def add_placement(actor: Actor, round_id: int, seat_id: int, person_id: int, *, now: datetime) -> Added:
    """Put somebody into a plan, if every rule lets them.

    Raises:
        NotFound: when there is no such round or seat of theirs, or no such person.
        Conflict: with every rule that stands against it.
    """
    async with transaction(rules.CONSTRAINTS):
        found = await _editable(actor, round_id)
        shift_id = await value(SHIFT_OF, seat_id, actor.organisation_id)
        if shift_id is None:
            raise NotFound
        await value(LOCK_SHIFT, shift_id)
        await value("SELECT id FROM person WHERE id = $1 FOR SHARE", person_id)
        there = await fetch(_Pair, IN_PLAN, round_id, person_id, shift_id)
        if any(each.seat == seat_id and each.person == person_id for each in there):
            raise Conflict(rules.PLACED_ALREADY)
        pairs = [(each.person, each.seat) for each in there] + [(person_id, seat_id)]
        fresh = await _loaded(found, pairs, {shift_id, *(each.shift for each in there)}, now)
        if person_id not in fresh.person_at:
            raise NotFound
        if against := _against(fresh, pairs):
            known = (await who_are(actor, [person_id], now=now))[person_id].is_known
            raise Conflict(*([bar(code) for code in against] if known else [UNKNOWN]))
        pair = pair_of(fresh.problem, arrays(fresh.problem), fresh.person_at[person_id], fresh.seat_at[seat_id])
        why = msgspec.json.encode(pair).decode()
        new = await value(ADD, round_id, seat_id, shift_id, person_id, pair.points, why, actor.account_id)
        await execute(FILLED, round_id, seat_id)
        await execute(FILL, round_id, seat_id)
        await execute(COUNT, round_id)
        return Added(placement_id=int(new), lack=await _lack(round_id, shift_id))


async def _lack(round_id: int, shift_id: int) -> Lack | None:
    return (await half_teams(round_id, [shift_id])).get(shift_id)


async def _editable(actor: Actor, round_id: int) -> RoundRow:
    if not actor.may(Permission.MATCH_RUN):
        raise Forbidden()
    found = await locked_round(actor, round_id)
    refuse_if(rules.edit_refusal(found.status, found.part_of))
    return found


async def _loaded(found: RoundRow, pairs: list[tuple[int, int]], shifts: set[int], now: datetime) -> Loaded:
    scope = Scope(
        starts=max(found.starts, now),
        ends=found.ends,
        agency=found.organisation,
        shifts=tuple(sorted(shifts)),
        people=tuple(sorted({person for person, _ in pairs})),
    )
    return await load(scope, now=now)


def _against(fresh: Loaded, pairs: list[tuple[int, int]]) -> list[str]:
    """Every rule that the last of these pairs breaks, alone or together with the others."""
    problem = fresh.problem
    person_id, seat_id = pairs[-1]
    if seat_id not in fresh.seat_at:
        return ["gone"]
    alone = failing_rules(arrays(problem), fresh.person_at[person_id], fresh.seat_at[seat_id])
    codes = [rule.code for rule in Rule if rule & alone]
    known = [pair for pair in pairs if pair[0] in fresh.person_at and pair[1] in fresh.seat_at]
    plan = plain_plan(
        problem,
        np.array([fresh.person_at[person] for person, _ in known], dtype=np.int64),
        np.array([fresh.seat_at[seat] for _, seat in known], dtype=np.int64),
    )
    shift_id = int(problem.shifts.ids[problem.seats.shift[fresh.seat_at[seat_id]]])
    for broken in check(problem, plan, prove=False).violations:
        about = broken.params
        ours = about.get("person") == person_id or (broken.code == "full" and about.get("seat") == seat_id)
        ours = ours or broken.code == "contract"
        here = shift_id in (about.get("shift"), about.get("other"), None) or "shift" not in about
        if broken.code not in ONLY_WITH_OTHERS and ours and here and broken.code not in codes:
            codes.append(broken.code)
    return codes
