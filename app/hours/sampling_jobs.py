"""What happens each night around call-backs."""

from app.hours.actions import sampling
from app.kit import clock


async def draw_samples() -> None:
    """Draw the sample of what was approved since the last one. Run by the clock; safe to run twice."""
    await sampling.draw_samples(now=clock.now())
