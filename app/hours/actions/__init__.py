"""What is done with attendances and hours."""

from app.hours.actions.approving import approve, give_back, let_take_effect, undo
from app.hours.actions.confirming import resident_confirmed
from app.hours.actions.correcting import adjust, mark_missed, reopen_with
from app.hours.actions.recording import bring_up_to_date, open_for_shift, recount_same_day

__all__ = [
    "adjust",
    "approve",
    "bring_up_to_date",
    "give_back",
    "let_take_effect",
    "mark_missed",
    "open_for_shift",
    "recount_same_day",
    "reopen_with",
    "resident_confirmed",
    "undo",
]
