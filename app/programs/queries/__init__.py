"""What is shown of programs, each read scoped to its viewer; and the lock that hours take on a period."""

from app.programs.queries.periods import PeriodStanding, open_period_for

__all__ = ["PeriodStanding", "open_period_for"]
