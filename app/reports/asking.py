"""Reads a report's filter from an address. Pages and API read it the same way."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

import msgspec
from litestar.connection import ASGIConnection

from app.accounts.actor import signed_in
from app.kit.errors import NotFound
from app.reports.queries.contracts import Scope, scope_for
from app.reports.rules import Asked, CityFilter, HourFilter

Filter = TypeVar("Filter", bound=Asked)


def filter_in(given: dict[str, str]) -> HourFilter:
    """The filter of an address or form. What is not a filter is left out.

    Raises:
        NotFound: when it names no contract, or cannot be read: there is nothing there.
    """
    return _read(HourFilter, given)


def _read(kind: type[Filter], given: Mapping[str, str]) -> Filter:
    known = {name: given[name] for name in kind.__struct_encode_fields__ if given.get(name)}
    try:
        return msgspec.convert(known, kind, strict=False)
    except msgspec.ValidationError:
        raise NotFound() from None


async def asked_scope(request: ASGIConnection[Any, Any, Any, Any]) -> Scope:
    """What an address asks for, if its reader may have it.

    Raises:
        NotFound: otherwise.
    """
    wanted = filter_in({name: str(given) for name, given in request.query_params.items()})
    return await scope_for(signed_in(request).organisation_id, wanted)


def asked_city(request: ASGIConnection[Any, Any, Any, Any], today: date) -> CityFilter:
    """What an address asks of the whole city's hours, its months said.

    Raises:
        NotFound: when it cannot be read: there is nothing there.
    """
    return _read(CityFilter, {name: str(given) for name, given in request.query_params.items()}).within(today)
