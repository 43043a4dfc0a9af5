"""Sums kept from sealed batches. A page reads these and the unsealed tail, and is exact."""

from piccolo.columns import BigInt, Date, Varchar
from piccolo.table import Table

from app.kit.columns import identity


def _figure() -> BigInt:
    return BigInt(null=False, default=0)


def _number() -> BigInt:
    return BigInt(null=False, default=None)


def _code(length: int) -> Varchar:
    return Varchar(length=length, null=False, default=None)


class RollupDay(Table):
    """Sealed minutes and effective entries by day and everything but the person. `line` is 0 for none."""

    id = identity()
    day = Date(null=False, default=None)
    line = _number()
    agency = _number()
    region = _code(12)
    service_kind = _code(40)
    kind = _code(20)
    capacity = _code(20)
    grade = _code(1)
    minutes = _figure()
    entries = _figure()
    """Postings less reversals."""


class RollupMonth(Table):
    """The same by month, for pages about years and cities. `month` is its first day."""

    id = identity()
    month = Date(null=False, default=None)
    line = _number()
    agency = _number()
    region = _code(12)
    service_kind = _code(40)
    kind = _code(20)
    capacity = _code(20)
    grade = _code(1)
    minutes = _figure()
    entries = _figure()


class RollupSplit(Table):
    """The same by one column at a time, for pages that show every split of all hours of a city, agency or program.

    A row is of one reach: `city` (`number` is 0), `agency` or `program` (`number` is its id). It is of all entries with
    `key` in the column `dimension`, or of all when `dimension` is empty.
    """

    id = identity()
    reach = _code(10)
    number = _number()
    month = Date(null=False, default=None)
    dimension = _code(20)
    key = _code(40)
    capacity = _code(20)
    minutes = _figure()
    entries = _figure()


class RollupPerson(Table):
    """Sealed minutes and effective entries of one person by month."""

    id = identity()
    person = _number()
    month = Date(null=False, default=None)
    agency = _number()
    kind = _code(20)
    capacity = _code(20)
    grade = _code(1)
    minutes = _figure()
    entries = _figure()
