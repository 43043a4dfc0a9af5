"""People who serve, what they can do and when they are free."""

from piccolo.columns import Varchar
from piccolo.table import Table

from app.accounts.tables import Account, Organisation, Region
from app.kit.columns import (
    digest,
    encrypted,
    flag,
    identity,
    instant,
    may_refer,
    optional_text,
    prose,
    refers,
    text,
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
    skills = words()
    languages = words()
    likes = words()
    """Service kinds this person would like to do."""
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


class PersonMerge(Table):
    """Two records that turned out to be one human: which one is kept, why, and who said so. Append-only."""

    append_only = True

    id = identity()
    duplicate = refers(Person)
    kept = refers(Person)
    reason = prose()
    by = refers(Account)
    at = instant()
