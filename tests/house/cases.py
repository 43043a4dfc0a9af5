"""How a package says who gets which answer at each of its routes. See tests/house/test_access.py."""

from dataclasses import dataclass, field
from typing import Any

ROLES = (
    "volunteer",
    "agency_manager",
    "social_worker",
    "community_worker",
    "funder_officer",
    "evaluator",
    "platform_admin",
)
EVERYONE = frozenset(ROLES)
"""Everyone signed in."""


@dataclass(frozen=True)
class Case:
    """One route and its answers.

    `path` may hold {names} of the world's rows (see `tests/house/world.py`). Roles in `roles` get `ok`; other signed-in
    roles get 403. An anonymous visitor is led to sign in (303; 401 as JSON) unless `anonymous` says another status.
    `stranger` is what a manager, officer or community worker of *other* organisations gets: 404 for what is not theirs,
    or the status of a page that is theirs too (a list, an empty form).
    """

    method: str
    path: str
    ok: int = 200
    roles: frozenset[str] = frozenset()
    stranger: int = 404
    anonymous: int | None = None
    form: dict[str, Any] = field(default_factory=dict)
    """Sent with POST. Empty is fine: then `ok` is usually 422."""
    per_role: dict[str, int] = field(default_factory=dict)
    """Exceptions: a role that gets another status than `ok`."""


PUBLIC = {"roles": EVERYONE, "anonymous": 200, "stranger": 200}
"""For routes that are the same for all: `Case("GET", "/shifts", **PUBLIC)`."""


def only(*roles: str) -> frozenset[str]:
    """These roles."""
    unknown = set(roles) - EVERYONE
    assert not unknown, unknown
    return frozenset(roles)
