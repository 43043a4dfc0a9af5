"""Where this package is on the web, as JSON."""

from datetime import datetime
from typing import Annotated, Any

from litestar import get
from litestar.params import QueryParameter
from msgspec import Struct

from app.accounts.actor import signed_in
from app.accounts.queries import organisations as organisation_queries
from app.accounts.queries import regions as region_queries
from app.accounts.rules import OrganisationKind, Permission, Role
from app.kit.access import SIGNED_IN
from app.kit.web import AnyRequest


class Me(Struct, frozen=True, kw_only=True):
    """Who a key acts as."""

    account_id: int
    name: str
    role: Role
    organisation_id: int
    organisation: str
    permissions: list[Permission]


class RegionOut(Struct, frozen=True, kw_only=True):
    """A division by statistical code: a parent's code is the prefix of its children's."""

    code: str
    name: str
    name_en: str
    level: int


class OrganisationOut(Struct, frozen=True, kw_only=True):
    """An organisation."""

    id: int
    kind: OrganisationKind
    name: str
    name_en: str
    region: str
    credit_code: str | None
    created_at: datetime
    members: int


class MemberOut(Struct, frozen=True, kw_only=True):
    """Somebody's role in the organisation."""

    membership_id: int
    account_id: int
    name: str
    role: Role
    since: datetime


@get("/me", name="api.me", access=SIGNED_IN, tags=["accounts"], summary="Who this key acts as")
async def me(request: AnyRequest) -> Me:
    """The member who made the key, the role it has, and what that role may do."""
    actor = signed_in(request)
    return Me(
        account_id=actor.account_id,
        name=actor.name,
        role=actor.role,
        organisation_id=actor.organisation_id,
        organisation=actor.organisation_name,
        permissions=sorted(actor.permissions),
    )


@get("/regions", name="api.regions", access=SIGNED_IN, tags=["accounts"], summary="Divisions right below one")
async def regions(
    under: Annotated[str, QueryParameter(description="Code of the division above; empty for the served cities")] = "",
) -> list[RegionOut]:
    """Cities that this installation serves, and below each its districts, streets and communities."""
    return [
        RegionOut(code=row.code, name=row.name, name_en=row.name_en, level=row.level)
        for row in await region_queries.children(under)
    ]


@get(
    "/organisations",
    name="api.organisations",
    access=SIGNED_IN,
    tags=["accounts"],
    summary="The organisations this key may see",
)
async def organisations(request: AnyRequest) -> list[OrganisationOut]:
    """The key's own organisation."""
    actor = signed_in(request)
    row = await organisation_queries.organisation_for(actor, actor.organisation_id)
    return [
        OrganisationOut(
            id=row.id,
            kind=row.kind,
            name=row.name,
            name_en=row.name_en,
            region=row.region,
            credit_code=row.credit_code,
            created_at=row.created_at,
            members=row.members,
        )
    ]


@get(
    "/members",
    name="api.members",
    access=Permission.MEMBER_MANAGE,
    tags=["accounts"],
    summary="Who works for the key's organisation",
)
async def members(request: AnyRequest) -> list[MemberOut]:
    """Every role that holds, without telephone numbers."""
    return [
        MemberOut(
            membership_id=row.membership_id,
            account_id=row.account_id,
            name=row.name,
            role=row.role,
            since=row.since,
        )
        for row in await organisation_queries.members_of(signed_in(request).organisation_id)
    ]


ROUTES: list[Any] = [me, regions, organisations, members]
