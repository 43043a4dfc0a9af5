"""Proofs that people have: what the rules need of them, and what their owners and agencies see."""

import msgspec

from app.volunteers.rules.credentials import Held

HELD = """
    (SELECT coalesce(json_agg(json_build_object('kind', c.kind_code, 'issued_on', c.issued_on,
                'ends_before', c.ends_before, 'verified', c.verified_at IS NOT NULL) ORDER BY c.id), '[]')::text
     FROM credential c WHERE c.person = {person} AND c.revoked_at IS NULL)
"""
"""Every credential of `{person}` that nobody revoked, to be read by `held_in`: a column of whatever query asks."""


def held_in(column: str) -> tuple[Held, ...]:
    """What `HELD` found."""
    return msgspec.json.decode(column, type=tuple[Held, ...])
