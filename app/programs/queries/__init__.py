"""What is shown of programs, each read scoped to its viewer; and the lock that hours take on a period."""

from app.programs.queries.contracts import (
    Contract,
    Line,
    contract_for,
    contract_to_record,
    contracts_of,
    line_for,
    lines_of,
)
from app.programs.queries.periods import (
    Period,
    PeriodStanding,
    history_of_period,
    open_period_for,
    period_for,
    periods_needing_someone,
    periods_of,
)
from app.programs.queries.programs import (
    Program,
    history_of,
    program_for,
    program_to_record,
    programs_seen_by,
    tally_for,
)

__all__ = [
    "Contract",
    "Line",
    "Period",
    "PeriodStanding",
    "Program",
    "contract_for",
    "contract_to_record",
    "contracts_of",
    "history_of",
    "history_of_period",
    "line_for",
    "lines_of",
    "open_period_for",
    "period_for",
    "periods_needing_someone",
    "periods_of",
    "program_for",
    "program_to_record",
    "programs_seen_by",
    "tally_for",
]
