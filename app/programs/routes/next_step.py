"""The one thing its page offers first, by who looks and how the program stands."""

from collections.abc import Sequence

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit.i18n import gettext as _
from app.programs.queries import Contract, Period, Program
from app.programs.rules import TO_ACTIVE


class NextStep(Struct, frozen=True, kw_only=True):
    """A link with its words."""

    href: str
    label: str


def draft_step(contract: Contract) -> NextStep:
    """Where recording a contract goes on."""
    if not contract.lines:
        return NextStep(href=f"/contracts/{contract.id}/lines", label=_("Add the deliverable lines"))
    if not contract.periods:
        return NextStep(href=f"/contracts/{contract.id}/periods", label=_("Set the reporting periods"))
    return NextStep(href=f"/contracts/{contract.id}/check", label=_("Check and put into force"))


def next_step(
    viewer: Actor, program: Program, contracts: Sequence[Contract], waiting: Sequence[Period]
) -> NextStep | None:
    """What the viewer most likely came to do; None for someone who only looks."""
    if viewer.organisation_id == program.funder_id:
        return _of_funder(program, contracts, waiting)
    if viewer.organisation_id == program.agency_id:
        return _of_agency(contracts, waiting)
    return _report(contracts)


def _of_funder(program: Program, contracts: Sequence[Contract], waiting: Sequence[Period]) -> NextStep | None:
    for period in waiting:
        if period.to_decide:
            return NextStep(href=f"/periods/{period.id}", label=_("Decide on the submitted period"))
    for contract in contracts:
        if contract.terms_open:
            return draft_step(contract)
    if program.status in TO_ACTIVE and not contracts:
        return NextStep(href=f"/programs/{program.id}/contracts/new", label=_("Record its contract"))
    return _report(contracts)


def _of_agency(contracts: Sequence[Contract], waiting: Sequence[Period]) -> NextStep | None:
    for period in waiting:
        if period.to_submit:
            return NextStep(href=f"/periods/{period.id}", label=_("Submit the period that is over"))
    return _report(contracts)


def _report(contracts: Sequence[Contract]) -> NextStep | None:
    for contract in contracts:
        if not contract.terms_open:
            return NextStep(href=f"/reports/hours?contract={contract.id}", label=_("Open the hour report"))
    return None
