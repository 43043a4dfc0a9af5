"""People who serve, what they can do and when they are free."""

from piccolo.columns import Varchar
from piccolo.table import Table

from app.accounts.tables import Account, Organisation, Region
from app.kit.columns import (
    day,
    digest,
    encrypted,
    flag,
    identity,
    instant,
    may_refer,
    optional_day,
    optional_instant,
    optional_real,
    optional_text,
    optional_whole,
    prose,
    refers,
    text,
    text_or_blank,
    whole_or,
    words,
)


class Skill(Table):
    """Something a seat may ask for, as this city names it."""

    code = Varchar(length=40, primary_key=True, null=False, default=None)
    name_zh = text(60)
    name_en = text(80)


class Language(Table):
    """A language or dialect people serve in."""

    code = Varchar(length=20, primary_key=True, null=False, default=None)
    name_zh = text(40)
    name_en = text(60)


class Person(Table):
    """One human who serves; has an account unless an agency keeps the record for them."""

    id = identity()
    volunteer_no = text(20)
    """Our own public number, so that an identity number never has to be one."""
    account = may_refer(Account)
    name = text(80)
    phone = encrypted()
    phone_index = digest()
    born = encrypted()
    """ISO date; decides what a minor may do."""
    home = may_refer(Region)
    latitude = optional_real()
    longitude = optional_real()
    """Where they start from, in WGS 84, rounded to about 500 m: `app.volunteers.rules.whereabouts`."""
    sex = text_or_blank(10)
    """`female`, `male` or blank: only asked because some visits are by people of the same sex."""
    skills = words()
    languages = words()
    likes = words()
    """Service kinds this person would like to do."""
    refuses = words()
    """Service kinds this person does not want to be asked for."""
    reach_metres = optional_whole()
    day_minutes = optional_whole()
    week_minutes = optional_whole()
    """How far they go and how much they serve at most, as they say themselves; empty for the city's usual."""
    about = prose()
    staff_of = may_refer(Organisation)
    """The agency that pays this person, when a social worker."""
    kept_by = may_refer(Organisation)
    """The agency that entered this person, when there is no account."""
    source_ref = optional_text(120)
    merged_into = may_refer("self")
    """The same human's other record, when this one turned out to be a duplicate."""
    registered_at = instant()
    is_demo = flag()


class Availability(Table):
    """A stretch of a weekday (0 is Monday) on which a person is usually free, in local minutes after midnight."""

    id = identity()
    person = refers(Person)
    weekday = whole_or(0)
    from_minute = whole_or(0)
    to_minute = whole_or(0)


class CredentialKind(Table):
    """A proof that some work asks for, as this city names it: a health check, no record of offences, a licence."""

    code = Varchar(length=40, primary_key=True, null=False, default=None)
    name_zh = text(60)
    name_en = text(80)


class Credential(Table):
    """A proof that somebody has, from a day until another. Renewing it is a new row; a wrong one is revoked."""

    id = identity()
    person = refers(Person)
    kind_code = refers(CredentialKind)
    number = encrypted()
    issued_on = day()
    ends_before = optional_day()
    """The first day on which it no longer holds; empty when it has no end."""
    entered_by = refers(Account)
    entered_at = instant()
    verified_by = may_refer(Account)
    verified_at = optional_instant()
    """Who saw the original; until then it does not count."""
    revoked_at = optional_instant()
    revoked_reason = prose()


class Absence(Table):
    """A stretch in which somebody cannot serve at all: ill, on leave, away. Withdrawn when it turns out otherwise."""

    id = identity()
    person = refers(Person)
    starts = instant()
    ends = instant()
    reason = text_or_blank(20)
    """`ill`, `away` or blank; nobody has to say more."""
    entered_by = refers(Account)
    entered_at = instant()
    withdrawn_at = optional_instant()


class PersonMerge(Table):
    """Two records that turned out to be one human: which one is kept, why, and who said so. Append-only."""

    append_only = True

    id = identity()
    duplicate = refers(Person)
    kept = refers(Person)
    reason = prose()
    by = refers(Account)
    at = instant()
