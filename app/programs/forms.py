"""What is accepted about programs, contracts, lines and periods: by the pages' forms and the JSON API alike."""

from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from app.kit.rules import N_
from app.programs.rules import Capacity, Span, Unit

Name = Annotated[str, Meta(min_length=1, max_length=120)]


def _fen(required: str) -> Meta:
    """Money: whole fen as JSON, yuan as typed into a page."""
    error = N_("Enter an amount in yuan, for example 240000 or 45.50.")
    return Meta(
        ge=0,
        le=10**15,
        description="Whole fen: ¥12.50 is 1250.",
        extra={"reads": "yuan", "required": required, "error": error},
    )


Budget = Annotated[int, _fen(N_("Enter the budget in yuan, for example 240000."))]
Price = Annotated[int, _fen(N_("Enter the price of one unit in yuan, for example 50."))]
Minimum = Annotated[int, Meta(ge=0, le=100_000)]
FirstDay = Annotated[
    date, Meta(extra={"required": N_("Enter the first day."), "error": N_("Enter a date, for example 2026-01-01.")})
]
LastDay = Annotated[
    date, Meta(extra={"required": N_("Enter the last day."), "error": N_("Enter a date, for example 2026-12-31.")})
]


class ProgramTerms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A purchased service: who runs it, where, and who will evaluate it."""

    name: Annotated[
        str,
        Meta(
            min_length=1, max_length=120, extra={"required": N_("Give the program its name, as on the award notice.")}
        ),
    ]
    name_en: Annotated[str, Meta(max_length=160)] = ""
    agency: Annotated[int, Meta(extra={"required": N_("Choose the agency that runs it.")})]
    region: Annotated[str, Meta(max_length=12, extra={"required": N_("Choose the region it serves.")})]
    summary: Annotated[str, Meta(max_length=4000)] = ""
    evaluator: int | None = None


class ContractTerms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was bought: dates (half-open) and money."""

    number: Annotated[str, Meta(min_length=1, max_length=60)]
    signed_on: date | None = None
    starts_on: date
    ends_before: Annotated[date, Meta(description="The day after the last day.")]
    budget_fen: Budget

    @property
    def span(self) -> Span:
        return Span(self.starts_on, self.ends_before)


class ContractForm(Struct, frozen=True, kw_only=True):
    """A contract as the page asks for it: with its last day."""

    number: Annotated[
        str,
        Meta(min_length=1, max_length=60, extra={"required": N_("Enter the number, as printed on the contract.")}),
    ]
    signed_on: date | None = None
    starts_on: FirstDay
    last_on: LastDay
    budget_fen: Budget

    def terms(self) -> ContractTerms:
        """The same with a half-open end."""
        return ContractTerms(
            number=self.number,
            signed_on=self.signed_on,
            starts_on=self.starts_on,
            ends_before=self.last_on + timedelta(days=1),
            budget_fen=self.budget_fen,
        )


class LineTerms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One deliverable. `id` names the line that is changed; without it a new one is made."""

    id: int | None = None
    code: Annotated[
        str, Meta(min_length=1, max_length=20, extra={"required": N_("Give the line a code, for example 1.1.")})
    ]
    name: Annotated[
        str, Meta(min_length=1, max_length=120, extra={"required": N_("Say what is bought, for example Elder visits.")})
    ]
    service_kind: Annotated[str, Meta(max_length=40, extra={"required": N_("Choose a kind of service.")})]
    unit: Unit
    target: Annotated[
        int,
        Meta(
            ge=1,
            le=10**9,
            extra={
                "required": N_("Enter the target, for example 1200."),
                "error": N_("Enter a whole number above zero, for example 1200."),
            },
        ),
    ]
    unit_price_fen: Price
    capacity: Capacity = Capacity.EITHER
    qualifying_minutes: Minimum = 0
    qualifying_people: Minimum = 0
    qualifying_sessions: Minimum = 0


class PeriodTerms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reporting period, half-open."""

    starts_on: date
    ends_before: Annotated[date, Meta(description="The day after the last day.")]

    @property
    def span(self) -> Span:
        return Span(self.starts_on, self.ends_before)


class PeriodForm(Struct, frozen=True, kw_only=True):
    """A reporting period as the page asks for it: with its last day."""

    starts_on: FirstDay
    last_on: LastDay

    def terms(self) -> PeriodTerms:
        """The same with a half-open end."""
        return PeriodTerms(starts_on=self.starts_on, ends_before=self.last_on + timedelta(days=1))


class NoteForm(Struct, frozen=True, kw_only=True):
    """A few words with a decision."""

    note: Annotated[str, Meta(max_length=2000)] = ""
