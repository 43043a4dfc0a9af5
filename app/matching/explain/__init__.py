"""Why somebody may or may not take a seat, why a seat stays open, and why somebody is not asked."""

from app.matching.explain.fixes import Fix, applied
from app.matching.explain.pairs import Failure, Why, why
from app.matching.explain.people import Unasked, why_unasked
from app.matching.explain.seats import Shortage, why_open

__all__ = ["Failure", "Fix", "Shortage", "Unasked", "Why", "applied", "why", "why_open", "why_unasked"]
