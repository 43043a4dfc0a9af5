"""Reads a report's filter from an address. Pages and API read it the same way."""

from typing import Any

import msgspec
from litestar.connection import ASGIConnection

from app.accounts.actor import signed_in
from app.kit.errors import NotFound
from app.reports.queries.contracts import Scope, scope_for
from app.reports.rules import HourFilter


def filter_in(given: dict[str, str]) -> HourFilter:
    """The filter of an address or form. What is not a filter is left out.

    Raises:
        NotFound: when it names no contract, or cannot be read: there is nothing there.
    """
    known = {name: given[name] for name in HourFilter.__struct_fields__ if given.get(name)}
    try:
        return msgspec.convert(known, HourFilter, strict=False)
    except msgspec.ValidationError:
        raise NotFound() from None


async def asked_scope(request: ASGIConnection[Any, Any, Any, Any]) -> Scope:
    """What an address asks for, if its reader may have it.

    Raises:
        NotFound: otherwise.
    """
    wanted = filter_in({name: str(given) for name, given in request.query_params.items()})
    return await scope_for(signed_in(request).organisation_id, wanted)
