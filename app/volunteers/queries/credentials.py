"""Proofs that people have: what the rules need of them, and what their owners and agencies see."""

from datetime import date, datetime, timedelta

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor
from app.kit.db import fetch, fetch_one, value
from app.kit.errors import NotFound
from app.kit.i18n import by_locale
from app.volunteers.queries.people import KNOWN
from app.volunteers.rules import credentials as rules
from app.volunteers.rules.credentials import Due, Held, Standing

NUMBER = "credential.number"
"""The column that numbers are sealed for."""

MOST = 200
LOOKED_BACK = timedelta(days=90)

HELD = """
    (SELECT coalesce(json_agg(json_build_object('kind', c.kind_code, 'issued_on', c.issued_on,
                'ends_before', c.ends_before, 'verified', c.verified_at IS NOT NULL) ORDER BY c.id), '[]')::text
     FROM credential c WHERE c.revoked_at IS NULL
       AND (c.person = {person} OR c.person IN (SELECT n.id FROM person n WHERE n.merged_into = {person})))
"""
"""Every credential of `{person}` that nobody revoked, to be read by `held_in`: a column of whatever query asks."""

ROWS = """
    SELECT c.id, c.person AS person_id, p.name AS person_name, p.account, c.kind_code, k.name_zh AS kind_zh,
           k.name_en AS kind_en, c.issued_on, c.ends_before, c.number IS NOT NULL AS has_number, c.entered_at,
           e.name AS entered_by, c.verified_at, coalesce(v.name, '') AS verified_by, c.revoked_at,
           c.revoked_reason AS reason
    FROM credential c
    JOIN person p ON p.id = c.person
    JOIN credential_kind k ON k.code = c.kind_code
    JOIN account e ON e.id = c.entered_by
    LEFT JOIN account v ON v.id = c.verified_by
"""
OF_PERSON = f"{ROWS} WHERE c.person = $1 ORDER BY c.revoked_at IS NOT NULL, c.issued_on DESC, c.id DESC"
OWN = f"{ROWS} WHERE c.id = $1 AND p.account = $2"
AGENCYS = f"WITH {KNOWN} {ROWS} JOIN known ON known.id = c.person WHERE c.id = $2"

IN_FORCE = """
    SELECT count(*) FROM credential WHERE person = $1 AND revoked_at IS NULL AND verified_at IS NOT NULL
       AND issued_on <= $2 AND (ends_before IS NULL OR ends_before > $2)
"""

RENEWED = """
    EXISTS (SELECT FROM credential n WHERE n.person = c.person AND n.kind_code = c.kind_code AND n.id <> c.id
            AND n.revoked_at IS NULL AND n.verified_at IS NOT NULL
            AND coalesce(n.ends_before, 'infinity') > c.ends_before)
"""
"""Whether a later proof of the same kind stands in for it."""

DUE = f"WITH {KNOWN} {ROWS} JOIN known ON known.id = c.person WHERE c.revoked_at IS NULL AND p.merged_into IS NULL AND "


CONDITIONS: dict[Due, str] = {
    Due.TO_VERIFY: "c.verified_at IS NULL AND (c.ends_before IS NULL OR c.ends_before > $2) AND $3::date IS NOT NULL",
    Due.ENDING: f"c.verified_at IS NOT NULL AND c.ends_before > $2 AND c.ends_before <= $3 AND NOT {RENEWED}",
    Due.ENDED: f"c.verified_at IS NOT NULL AND c.ends_before <= $2 AND c.ends_before > $3 AND NOT {RENEWED}",
}


class CredentialRow(Struct, frozen=True, kw_only=True):
    """One proof with its history; its number stays sealed."""

    id: int
    person_id: int
    person_name: str
    account: int | None
    kind_code: str
    kind_zh: str
    kind_en: str
    issued_on: date
    ends_before: date | None
    has_number: bool
    entered_at: datetime
    entered_by: str
    verified_at: datetime | None
    verified_by: str
    revoked_at: datetime | None
    reason: str

    @property
    def kind(self) -> str:
        """The kind's name in the reader's language."""
        return by_locale(self.kind_zh, self.kind_en)

    @property
    def held(self) -> Held:
        """What the rules need of it."""
        return Held(
            kind=self.kind_code,
            issued_on=self.issued_on,
            ends_before=self.ends_before,
            verified=self.verified_at is not None,
        )

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds."""
        return self.held.last_day

    def standing(self, today: date) -> Standing:
        """How it stands today."""
        return rules.standing(self.held, today, revoked=self.revoked_at is not None)


class _Kind(Struct, frozen=True, kw_only=True):
    code: str
    name_zh: str
    name_en: str


def held_in(column: str) -> tuple[Held, ...]:
    """What `HELD` found."""
    return msgspec.json.decode(column, type=tuple[Held, ...])


async def kinds() -> list[tuple[str, str]]:
    """Every kind of credential this city knows, as (code, name in the reader's language)."""
    rows = await fetch(_Kind, "SELECT code, name_zh, name_en FROM credential_kind ORDER BY code <> 'no_offences', code")
    return [(row.code, by_locale(row.name_zh, row.name_en)) for row in rows]


async def of_person(person_id: int) -> list[CredentialRow]:
    """Somebody's proofs, those that were withdrawn last. Whether the reader may see the person is asked before."""
    return await fetch(CredentialRow, OF_PERSON, person_id)


async def in_force(person_id: int, today: date) -> int:
    """How many of somebody's proofs hold today."""
    return int(await value(IN_FORCE, person_id, today))


async def own_credential(account_id: int, credential_id: int) -> CredentialRow:
    """One of the account's own proofs.

    Raises:
        NotFound: when it is somebody else's.
    """
    return _found(await fetch_one(CredentialRow, OWN, credential_id, account_id))


async def agency_credential(viewer: Actor, credential_id: int) -> CredentialRow:
    """A proof of somebody the viewer's agency knows.

    Raises:
        NotFound: for everybody else.
    """
    return _found(await fetch_one(CredentialRow, AGENCYS, viewer.organisation_id, credential_id))


def _found(row: CredentialRow | None) -> CredentialRow:
    if row is None:
        raise NotFound
    return row


async def due(viewer: Actor, what: Due, today: date) -> list[CredentialRow]:
    """Proofs of people the viewer's agency knows that wait for something, the most pressing first."""
    until = today - LOOKED_BACK if what == Due.ENDED else today + rules.WARNED_AHEAD[0]
    order = " ORDER BY c.ends_before DESC, c.id" if what == Due.ENDED else " ORDER BY c.ends_before, c.id"
    sql = DUE + CONDITIONS[what] + order + f" LIMIT {MOST}"
    return await fetch(CredentialRow, sql, viewer.organisation_id, today, until)
