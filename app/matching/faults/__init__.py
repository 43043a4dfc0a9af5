"""What is wrong with a problem: what makes it unsolvable, and what is merely strange."""

from app.matching.faults.finding import Faults, faults

__all__ = ["Faults", "faults"]
