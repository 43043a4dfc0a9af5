"""Residents (sealed), their requests, the visits planned for them and their confirmations."""

from piccolo.table import Table

from app.accounts.tables import Account, Organisation, Region
from app.kit.columns import (
    digest,
    encrypted,
    flag,
    identity,
    instant,
    may_refer,
    optional_day,
    optional_instant,
    optional_whole,
    prose,
    refers,
    text,
    text_or_blank,
    whole_or,
)
from app.programs.tables import Line, Program, ServiceKind
from app.shifts.tables import Shift


class Resident(Table):
    """A person served. Identity, address and health are sealed and opened only through the logging door."""

    id = identity()
    name = encrypted()
    name_index = digest()
    short_name = text(20)
    """What may be shown without opening the record, such as 王** or Mrs W."""
    phone = encrypted()
    phone_index = digest()
    address = encrypted()
    address_index = digest()
    born = encrypted()
    needs = encrypted()
    """Health and anything a visitor must know."""
    region = refers(Region)
    language = text_or_blank(20)
    sex = text_or_blank(10)
    """`female`, `male` or blank: only kept where a visit has to be by people of the same sex."""
    card_number = whole_or(0)
    """How often a door card was printed; the codes of an older card no longer hold."""
    created_at = instant()
    is_demo = flag()


class Request(Table):
    """What a resident asks for. Its number is made of year and id; its private link's token is kept as a digest."""

    id = identity()
    resident = refers(Resident)
    region = refers(Region)
    community = may_refer(Organisation)
    service_kind = refers(ServiceKind)
    channel = text(20)
    """`web`, `window`, `phone` or `round`."""
    asked_by = text(20)
    """`self`, `relative`, `neighbour` or `worker`."""
    asker = encrypted()
    """Name and number of whoever asked for the resident."""
    details = encrypted()
    risks = encrypted()
    wanted_on = optional_day()
    wanted_times = text_or_blank(200)
    recurs = text_or_blank(40)
    status = text(20)
    program = may_refer(Program)
    line = may_refer(Line)
    decline_reason = text_or_blank(40)
    link_digest = digest()
    received_at = instant()
    due_at = optional_instant()
    taken_by = may_refer(Account)
    is_demo = flag()


class RequestEvent(Table):
    """One step of a request, for its history. Append-only."""

    append_only = True

    id = identity()
    request = refers(Request)
    event = text(30)
    from_status = text_or_blank(20)
    to_status = text(20)
    by = may_refer(Account)
    at = instant()
    note = prose()


class Visit(Table):
    """A shift planned for a request, and which code of the door card confirms it."""

    id = identity()
    request = refers(Request)
    shift = refers(Shift)
    card_number = optional_whole()
    code_position = optional_whole()
    planned_by = refers(Account)
    planned_at = instant()


class Confirmation(Table):
    """The person served says whether a visit happened. Append-only."""

    append_only = True

    id = identity()
    visit = refers(Visit)
    how = text(20)
    """`link` or `card`."""
    happened = flag(default=True)
    rating = optional_whole()
    words = encrypted()
    keyed_by = may_refer(Account)
    at = instant()
