"""What is done to programs: one verb, one function, one transaction."""

from app.programs.actions.contracts import (
    change_contract,
    put_in_force,
    record_contract,
    set_lines,
    set_periods,
)
from app.programs.actions.periods import accept_period, return_period, submit_period
from app.programs.actions.programs import change_program, move_program, record_program

__all__ = [
    "accept_period",
    "change_contract",
    "change_program",
    "move_program",
    "put_in_force",
    "record_contract",
    "record_program",
    "return_period",
    "set_lines",
    "set_periods",
    "submit_period",
]
