"""What follows for shifts when somebody is away or a proof of theirs no longer holds."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from app.kit import clock
from app.kit.db import fetch
from app.kit.outbox import Job
from app.notices.actions import tell
from app.shifts.actions.releasing import release_uncovered

PLACES = """
    SELECT g.id AS signup_id, h.id AS shift_id, h.title, h.starts, h.ends, p.name, p.account,
           coalesce(k.name_zh, '') AS kind_zh, coalesce(k.name_en, '') AS kind_en,
           array(SELECT m.account FROM membership m WHERE m.organisation = h.agency AND m.role = 'agency_manager'
                 AND m.until IS NULL) AS managers
    FROM signup g
    JOIN shift h ON h.id = g.shift
    JOIN person o ON o.id = g.person
    JOIN person p ON p.id = coalesce(o.merged_into, o.id)
    LEFT JOIN credential_kind k ON k.code = {kind}
"""
RELEASED = PLACES.format(kind="$2") + " WHERE g.id = $1 AND g.status = 'released'"
DURING = (
    PLACES.format(kind="NULL")
    + """
    JOIN absence a ON a.person = p.id AND a.id = $1 AND a.withdrawn_at IS NULL
    WHERE g.status = 'confirmed' AND h.status = 'published' AND g.starts < a.ends AND g.ends > a.starts
      AND g.starts > $2
    ORDER BY g.starts, g.id
"""
)


class _Place(Struct, frozen=True, kw_only=True):
    signup_id: int
    shift_id: int
    title: str
    starts: datetime
    ends: datetime
    name: str
    account: int | None
    kind_zh: str
    kind_en: str
    managers: list[int]

    async def tell(self, own: str, managers: str, link: str) -> None:
        """Tell the person, who goes on to `link`, and the agency's managers."""
        facts = {
            "title": self.title, "starts": self.starts.isoformat(), "ends": self.ends.isoformat(), "name": self.name,
            "kind": self.kind_zh, "kind_zh": self.kind_zh, "kind_en": self.kind_en,
        }  # fmt: skip
        if self.account is not None:
            await tell(self.account, own, facts, link)
        for manager in self.managers:
            await tell(manager, managers, facts, f"/shifts/{self.shift_id}/manage")


async def look_at_places(payload: dict[str, Any]) -> None:
    """A proof ended or was withdrawn: give back what needs it."""
    await release_uncovered(payload["person_id"], payload["kind"], now=clock.now())


async def tell_released(payload: dict[str, Any]) -> None:
    """Tell the person and the agency that a place was given back."""
    for place in await fetch(_Place, RELEASED, payload["signup_id"], payload["kind"]):
        await place.tell("signup.released", "place.released", "/me/credentials")


async def tell_of_absence(payload: dict[str, Any]) -> None:
    """Somebody is away while they have places: nothing is cancelled for them, but they and the agency are told."""
    for place in await fetch(_Place, DURING, payload["absence_id"], clock.now()):
        await place.tell("absence.own", "absence.of_person", f"/signups/{place.signup_id}/cancel")


JOBS: dict[str, list[Job]] = {
    "credential.lapsed": [look_at_places],
    "signup.released": [tell_released],
    "absence.added": [tell_of_absence],
}
