"""Programs, contracts, deliverable lines, periods, and the kinds of service they buy."""

from piccolo.columns import Varchar
from piccolo.table import Table

from app.accounts.tables import Account, Organisation, Region
from app.kit.columns import (
    day,
    identity,
    instant,
    may_refer,
    optional_day,
    optional_instant,
    prose,
    refers,
    text,
    text_or_blank,
    whole,
    whole_or,
)


class ServiceKind(Table):
    """A kind of service as this city names it; dated, because catalogues change."""

    code = Varchar(length=40, primary_key=True, null=False, default=None)
    name_zh = text(60)
    name_en = text(80)
    since = day()
    until = optional_day()


class Program(Table):
    """A purchased service, run by one agency for one funder in a region."""

    id = identity()
    name = text(120)
    name_en = text_or_blank(160)
    summary = prose()
    funder = refers(Organisation)
    agency = refers(Organisation)
    evaluator = may_refer(Organisation)
    region = refers(Region)
    status = text(20)
    created_by = refers(Account)
    created_at = instant()


class ProgramEvent(Table):
    """What moved a program from one state to another, by whom, when, in which words. Append-only."""

    append_only = True

    id = identity()
    program = refers(Program)
    event = text(20)
    from_status = text(20)
    to_status = text(20)
    by = refers(Account)
    at = instant()
    note = prose()


class Contract(Table):
    """What was bought: dates (half-open) and money (fen)."""

    id = identity()
    program = refers(Program)
    number = text(60)
    signed_on = optional_day()
    starts_on = day()
    ends_before = day()
    budget_fen = whole()
    currency = text(3)
    created_by = refers(Account)
    created_at = instant()
    in_force_at = optional_instant()
    """When its terms stopped being a draft; from then on neither lines nor periods change."""


class Line(Table):
    """One deliverable: kind, target in `unit`s, price a unit, and what a session must reach to count."""

    id = identity()
    contract = refers(Contract)
    code = text(20)
    name = text(120)
    service_kind = refers(ServiceKind)
    unit = text(20)
    """`hour`, `visit`, `session` or `person_time`."""
    target = whole()
    unit_price_fen = whole()
    capacity = text(20)
    """Whose time counts: `volunteer`, `staff` or `either`."""
    qualifying_minutes = whole_or(0)
    qualifying_people = whole_or(0)
    qualifying_sessions = whole_or(0)


class Period(Table):
    """A reporting period of a contract, half-open. Closed means closed: see `app.programs.rules`."""

    id = identity()
    contract = refers(Contract)
    starts_on = day()
    ends_before = day()
    status = text(20)


class PeriodEvent(Table):
    """Who submitted, accepted or returned a period, when, in which words. Append-only."""

    append_only = True

    id = identity()
    period = refers(Period)
    event = text(20)
    from_status = text(20)
    to_status = text(20)
    by = refers(Account)
    at = instant()
    note = prose()
