"""By when a request is answered: working days, counted by the calendar of China's offices."""

from datetime import UTC, datetime, timedelta

from app.kit import clock
from app.kit.workdays import add_workdays
from app.requests.rules.asking import answer_workdays


def answer_due(received_at: datetime) -> datetime:
    """The same time of day on the last working day that the answer may take."""
    received = clock.local(received_at)
    on = received.date()
    last = add_workdays(on, answer_workdays(on))
    return (received + timedelta(days=(last - on).days)).astimezone(UTC)
