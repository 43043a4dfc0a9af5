"""Form binding: every error at once, everything typed kept, sentences instead of parser messages.

A form is a msgspec Struct. A field's `Meta(extra={...})` may say `error` (a marked sentence with an example of right)
and `reads` (`yuan` for money typed in yuan and kept in fen, `hours` for `8.5` or `8:30` hours kept in minutes).
"""

import types
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from litestar.datastructures import FormMultiDict, UploadFile
from msgspec import Struct

from app.kit.errors import DomainError, Invalid
from app.kit.i18n import gettext, say
from app.kit.rules import N_

Form = TypeVar("Form", bound=Struct)

REQUIRED = N_("Fill this in.")
BY_TYPE: dict[type, str] = {
    int: N_("Enter a whole number, for example 12."),
    float: N_("Enter a number, for example 1.5."),
    date: N_("Enter a date, for example 2026-11-28."),
    time: N_("Enter a time, for example 14:00."),
}
NOT_UNDERSTOOD = N_("We cannot read this. Please check it.")
TOO_LONG = N_("This is too long.")
CHOOSE = N_("Choose one of the answers.")


class Bound(Generic[Form]):
    """What was typed, what it means if it means anything, and what is wrong with it, field by field."""

    def __init__(
        self, raw: dict[str, list[str]], form: Form | None = None, errors: dict[str, str] | None = None
    ) -> None:
        self.raw = raw
        self.form = form
        self.errors = errors or {}

    def value(self, name: str) -> str:
        """The first thing typed into a field, or an empty string."""
        typed = self.raw.get(name)
        return typed[0] if typed else ""

    def values(self, name: str) -> list[str]:
        """Everything chosen for a field."""
        return self.raw.get(name, [])

    def refuse(self, error: DomainError) -> "Bound[Form]":
        """Turn an action's refusal into errors of this form, so that its page shows again what was typed."""
        if isinstance(error, Invalid) and error.fields:
            self.errors.update({name: gettext(sentence) for name, sentence in error.fields.items()})
        else:
            self.errors[""] = " ".join(say(refusal) for refusal in error.refusals)
        return self

    @property
    def good(self) -> Form:
        """The bound Struct.

        Raises:
            ValueError: when there are errors; ask `errors` first.
        """
        if self.form is None:
            raise ValueError("the form has errors")
        return self.form


def blank(**prefilled: Any) -> Bound[Any]:
    """An empty form to show for the first time, with some fields filled in."""
    return Bound({name: as_typed(given) for name, given in prefilled.items() if given is not None})


def as_typed(given: Any) -> list[str]:
    """What a value looks like in a form."""
    if isinstance(given, bool):
        return ["1"] if given else []
    if isinstance(given, list | tuple):
        return [str(item) for item in given]
    return [f"{given:%H:%M}" if isinstance(given, time) else str(given)]


def bind(form: type[Form], typed: FormMultiDict | Mapping[str, list[str]]) -> Bound[Form]:
    """Read a submitted form into its Struct. Blank counts as absent; a field's default then applies."""
    raw: dict[str, list[str]] = {}
    if isinstance(typed, FormMultiDict):
        for name, given in typed.multi_items():
            if not isinstance(given, UploadFile):
                raw.setdefault(name, []).append(str(given).strip())
    else:
        raw = {name: [item.strip() for item in given] for name, given in typed.items()}
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    hints = get_type_hints(form, include_extras=True)
    for field in msgspec.structs.fields(form):
        given = [item for item in raw.get(field.encode_name, []) if item != ""]
        kind = hints[field.name]
        if not given and not _is_list(kind):
            if field.required and _plain(kind) is not bool:
                errors[field.encode_name] = gettext(_extra(kind).get("required", REQUIRED))
            elif field.required:
                values[field.name] = False
            continue
        try:
            values[field.name] = _convert(kind, given)
        except (msgspec.ValidationError, ValueError) as error:
            errors[field.encode_name] = gettext(_sentence(kind, str(error)))
    if errors:
        return Bound(raw, None, errors)
    try:
        return Bound(raw, form(**values))
    except (TypeError, ValueError) as error:  # a Struct's own __post_init__ speaks in marked sentences
        return Bound(raw, None, {"": gettext(str(error))})


def _convert(kind: Any, given: list[str]) -> Any:
    if _is_list(kind):
        return msgspec.convert(given, kind, strict=False)
    text = given[0]
    reads = _extra(kind).get("reads")
    if reads == "hours" and ":" in text:
        whole, _, rest = text.partition(":")
        if not 0 <= int(rest) < 60:
            raise ValueError("not a time")
        return msgspec.convert(int(whole) * 60 + int(rest), kind)
    if reads:
        factor = {"yuan": 100, "hours": 60}[reads]
        try:
            scaled = Decimal(text.replace(",", "").replace("，", "").lstrip("¥￥")) * factor
        except InvalidOperation:
            raise ValueError("not a number") from None
        if scaled != scaled.to_integral_value():
            raise ValueError("too fine")
        return msgspec.convert(int(scaled), kind)
    plain = _plain(kind)
    if plain is bool:
        return text.lower() in ("1", "on", "true", "yes")
    if plain is time and len(text) == 5:
        text += ":00"
    return msgspec.convert(text, kind, strict=False)


def _options(kind: Any) -> list[Any]:
    if get_origin(kind) is Annotated:
        return _options(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return [option for member in get_args(kind) for option in _options(member)]
    return [kind]


def _plain(kind: Any) -> Any:
    return next((option for option in _options(kind) if option is not type(None)), kind)


def _is_list(kind: Any) -> bool:
    return get_origin(_plain(kind)) in (list, tuple, set, frozenset)


def _extra(kind: Any) -> dict[str, Any]:
    if get_origin(kind) is Annotated:
        for note in get_args(kind)[1:]:
            if isinstance(note, msgspec.Meta) and note.extra:
                return note.extra
        return _extra(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        for member in get_args(kind):
            if extra := _extra(member):
                return extra
    return {}


def _sentence(kind: Any, problem: str) -> str:
    if said := _extra(kind).get("error"):
        return str(said)
    plain = _plain(kind)
    if "length <=" in problem:
        return TOO_LONG
    if "enum value" in problem:
        return CHOOSE
    return BY_TYPE.get(plain, NOT_UNDERSTOOD)
