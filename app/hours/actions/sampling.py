"""Draws each night's sample of clean attendances, and notes what a call-back about one of them heard."""

import secrets
from datetime import datetime, timedelta

from app.accounts.rules import Actor
from app.hours.queries.call_backs import Population, call_back_for, populations
from app.hours.rules.sampling import CONSTRAINTS, SAY_HOW_IT_DIFFERS, Heard, draw, why_not_ask
from app.kit import clock
from app.kit.db import execute, transaction, value
from app.kit.errors import Invalid, NotFound, refuse_if

LOOK_BACK = timedelta(days=7)
"""Nights that were missed are made up for, up to so many."""

DRAW = """
    INSERT INTO sample_draw (agency, drawn_on, seed, permille, among, drawn, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (agency, drawn_on) DO NOTHING RETURNING id
"""

ASK = """
    INSERT INTO call_back (attendance, draw, status, answer, tries)
    SELECT unnest($2::bigint[]), $1, 'waiting', '', 0 ON CONFLICT (attendance) DO NOTHING
"""

ANSWER = """
    UPDATE call_back SET status = $2, answer = $3, asked_by = $4, asked_at = $5, tries = tries + 1 WHERE id = $1
"""


async def draw_samples(*, now: datetime) -> int:
    """Draw once a day for every agency; the answer is how many attendances were drawn. Safe to run again."""
    return sum([await _draw_for(each, now) for each in await populations(now - LOOK_BACK, now)])


async def _draw_for(population: Population, now: datetime) -> int:
    seed = secrets.token_hex(16)  # nobody can know it before, and everybody can read it afterwards
    drawn = draw(population.ids, population.permille, seed)
    day = clock.local_day(now)
    async with transaction():
        made = await value(DRAW, population.agency, day, seed, population.permille, population.ids, drawn, now)
        if made is None:
            return 0
        return await execute(ASK, made, list(drawn))


async def note_answer(actor: Actor, call_back_id: int, heard: Heard, words: str = "", *, now: datetime) -> None:
    """Note what the person asked said. Whoever could not be reached can be asked again.

    Raises:
        NotFound: when the actor's organisation has nothing to ask there.
        Conflict: when the actor had a part in it, or someone noted an answer already.
        Invalid: when it differs and nobody says how.
    """
    async with transaction(CONSTRAINTS):
        row = await call_back_for(actor, call_back_id)
        if row is None:
            raise NotFound()
        refuse_if(*why_not_ask(row.parts, row.status, actor.account_id))
        if heard is Heard.DIFFERS and not words.strip():
            raise Invalid(SAY_HOW_IT_DIFFERS, words=SAY_HOW_IT_DIFFERS.text)
        await execute(ANSWER, row.id, heard, words.strip(), actor.account_id, now)
