"""Forms that hold several things of a kind on one page, as rows of fields named `code-0`, `code-1` …"""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from litestar.datastructures import FormMultiDict
from msgspec import Struct

from app.kit.forms import Bound, as_typed, bind

Form = TypeVar("Form", bound=Struct)

MOST_ROWS = 200
"""More rows than this on one page is nobody's typing."""


class BoundRows(Bound[Any], Generic[Form]):
    """What was typed into the rows, what each means, and what is wrong, by names such as `code-0`."""

    def __init__(self, raw: dict[str, list[str]], forms: dict[int, Form], errors: dict[str, str], count: int) -> None:
        super().__init__(raw, None, errors)
        self.by_row = forms
        self.count = count
        """How many rows to show; `with_more` adds blank ones."""

    @property
    def forms(self) -> list[Form]:
        """The rows that hold something, in their order.

        Raises:
            ValueError: when there are errors; ask `errors` first.
        """
        if self.errors:
            raise ValueError("the rows have errors")
        return [self.by_row[row] for row in sorted(self.by_row)]

    def with_more(self, blank_rows: int) -> "BoundRows[Form]":
        """The same page with that many more empty rows, saying nothing about errors yet."""
        return BoundRows(self.raw, {}, {}, min(self.count + blank_rows, MOST_ROWS))


def bind_rows(
    form: type[Form], typed: FormMultiDict | Mapping[str, list[str]], preset: Sequence[str]
) -> BoundRows[Form]:
    """Read every row that holds something. `preset` names fields that show a choice even in an untouched row."""
    whole = bind(Struct, typed).raw
    names = [field.encode_name for field in msgspec.structs.fields(form)]
    rows = {
        int(number)
        for name, _, number in (key.rpartition("-") for key in whole)
        if name in names and number.isdecimal() and int(number) < MOST_ROWS
    }
    forms: dict[int, Form] = {}
    errors: dict[str, str] = {}
    for row in sorted(rows):
        given = {name: whole.get(f"{name}-{row}", []) for name in names}
        if not any(any(given[name]) for name in names if name not in preset):
            continue
        bound = bind(form, given)
        if bound.errors:
            errors |= {f"{name or names[0]}-{row}": sentence for name, sentence in bound.errors.items()}
        else:
            forms[row] = bound.good
    return BoundRows(whole, forms, errors, max(rows, default=-1) + 1)


def show_rows(filled: Sequence[Mapping[str, Any]], blank_rows: int) -> BoundRows[Any]:
    """Rows to show for the first time: what there is, and some empty ones."""
    raw = {
        f"{name}-{row}": as_typed(given)
        for row, fields in enumerate(filled)
        for name, given in fields.items()
        if given is not None
    }
    return BoundRows(raw, {}, {}, min(len(filled) + blank_rows, MOST_ROWS))
